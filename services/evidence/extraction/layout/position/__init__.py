"""How a page lies: its paper, which way up, how askew, one page or two."""
