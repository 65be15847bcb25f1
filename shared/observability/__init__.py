"""How a process is seen from outside while it runs: numbers for a monitoring system."""
