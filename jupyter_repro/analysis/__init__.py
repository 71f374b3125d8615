"""Judgement: what a replay would do (`forecast`), what it rests on (`slicing`), what is wrong (`engine`, `rules/`)."""
