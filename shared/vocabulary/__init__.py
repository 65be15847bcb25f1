"""The words that all rooms share: what roles and scopes are called, and which go together."""
