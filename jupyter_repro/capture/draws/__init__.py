"""Generators of random numbers: where they are kept, what seeded them and from what, their states on disk."""
