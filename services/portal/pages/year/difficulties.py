"""Pages of a commune's year: difficulties of schools."""
