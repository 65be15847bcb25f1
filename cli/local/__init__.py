"""The commands that work on this machine: start, examine, verify, read, back up; each loads what it needs when it runs."""
