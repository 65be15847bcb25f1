"""What the evidence service stands on: archives, derived stores, the spool, and the door to child processes."""
