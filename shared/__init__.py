"""What services share: vocabulary, contracts, log, bus, stores, rulebooks, identity, Vietnamese text. Imports no service."""
