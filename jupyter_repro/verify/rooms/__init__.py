"""The places a notebook can be rerun in, behind one interface: the current environment, a virtual one, a container."""
