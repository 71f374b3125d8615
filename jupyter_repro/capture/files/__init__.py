"""What happens to files: the folder watch, the calls of Python and of libraries that open files natively."""
