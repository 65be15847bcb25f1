"""Pages of a commune's year: training, publicity and public notices."""
