"""Wires services into two compositions, starts and stops them, and reports how they are."""
