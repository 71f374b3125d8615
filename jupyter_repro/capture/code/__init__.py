"""The cell's own text in the kernel: names, scopes, magics."""
