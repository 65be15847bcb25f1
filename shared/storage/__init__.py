"""Where data is kept: databases, their schema versions, and the disk under them."""
