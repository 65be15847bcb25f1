"""Who acts: call contexts with grants, call tokens and file tokens, and the one place that decides who may do what.

Accounts (names, passwords, sessions) live in `services/identity`; other services see only a signed call token.
"""
