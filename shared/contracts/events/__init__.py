"""Every event that crosses the bus: one type each, versioned, for a stranger who reads only the schema."""
