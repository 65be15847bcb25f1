"""What every service shares: contracts, event log, bus, rulebooks, identity and Vietnamese text. Never imports a service."""
