"""Pages of a commune's year: needs of schools, money and works."""
