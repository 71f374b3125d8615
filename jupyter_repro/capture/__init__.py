"""The tracker inside the user's kernel. Standard library and IPython.core only; valid on Python 3.10.

`extension` loads and unloads it, `tracker` brackets each run, `probes/` note what happens in between (one file per
kind of resource), `guard` is the only place that catches everything.
"""
