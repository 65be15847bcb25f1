"""Pages of a commune's year: the plan of a year and its list of schools."""
