"""Turns what is replayed into answers, one module for each kind of thing; who may see what is decided by the use cases."""
