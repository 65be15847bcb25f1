"""Pages of a commune's year: reports asked of schools, and syntheses."""
