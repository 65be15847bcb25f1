"""The processes of an installation: launchers, the supervisor, roles, heartbeats, and what they announce."""
