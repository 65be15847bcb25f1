"""Documents as streams of facts, what a file shows of itself, and what a text says of its document: pure."""
