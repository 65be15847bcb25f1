"""Accounts, roles and programs' tokens as facts; password rules and pauses as pure functions."""
