"""How a process is seen from outside while it runs: its health, and metrics for a monitoring system."""
