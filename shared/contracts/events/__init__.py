"""Every event that crosses the bus: one type each, versioned, for a stranger who reads only the schema.

One module a source (`evidence`, `assessment`, `inspection`, `identity`); each holds `PublicEvent` structs. Once documented
a type changes only by adding optional fields; anything else is a new version beside the old one.
"""
