"""Wires the rooms into two compositions, starts and stops them, and says how they do."""
