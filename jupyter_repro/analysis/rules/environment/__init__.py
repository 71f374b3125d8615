"""Environment: packages, kernels, folders and variables that exist here and perhaps not elsewhere."""
