"""What reaches outside: the HTTP client for receivers, the box for secrets."""
