"""One comparator for each kind of output: text, tables, pictures, JSON, drawings, files."""
