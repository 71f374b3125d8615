"""Simulated users in real kernels: what they leave behind, and what a fresh kernel then really does."""
