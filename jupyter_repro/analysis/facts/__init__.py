"""What rules ask of a notebook, worked out once for all of them: begins in `context`."""
