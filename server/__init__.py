"""CLB's server: the only package with input and output."""
