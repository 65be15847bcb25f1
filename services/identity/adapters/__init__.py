"""Identity's ports on SQLAlchemy and argon2."""
