"""Data: files, the network and credentials."""
