"""How the processes are: health, logs and metrics for those who run the installation."""
