"""Nondeterminism: values that differ from run to run, from where they come in to where they are shown."""
