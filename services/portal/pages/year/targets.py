"""Pages of a commune's year: what schools are to reach by when."""
