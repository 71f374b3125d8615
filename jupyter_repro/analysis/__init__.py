"""Judgement: what a replay would do (`forecast`), what it rests on (`slicing`), and what is wrong (`engine`, `rules/`)."""
