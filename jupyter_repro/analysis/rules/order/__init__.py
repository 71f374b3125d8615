"""Order: cells that work in the order they were run in, and in no other."""
