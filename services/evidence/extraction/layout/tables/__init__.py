"""Finds tables and reads their cells and numbers."""
