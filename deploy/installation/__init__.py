"""One installation on disk: its folder, settings, lock and free space, and what a start is asked for."""
