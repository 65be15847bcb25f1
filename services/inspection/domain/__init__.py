"""Visits to schools, purely: what was planned, what was found, how it was concluded."""
