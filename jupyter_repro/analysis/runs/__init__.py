"""Recorded runs in their places: what each saw and left, as versions that compare."""
