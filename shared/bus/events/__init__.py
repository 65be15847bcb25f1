"""Public events between services: relay, consumers, dead letters and the topology they need on the broker."""
