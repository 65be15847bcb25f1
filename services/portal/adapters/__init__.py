"""The portal's ports on SQLAlchemy and argon2."""
