"""Who acts: roles, scopes, grants, passports and tickets, and the one place that decides who may do what.

Accounts (names, passwords, sessions) live in the portal; a service sees only a signed passport.
"""
