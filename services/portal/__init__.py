"""The people's door: pages, the REST API and the `kiemdinh` command, and the accounts behind them.

Owns: accounts, invitations, sessions, programs' tokens (log and views of source ``identity``), and a directory of communes
and schools for navigation.
Says: account-invited, account-opened, role-granted, role-revoked, account-closed, token-issued, token-revoked (ids only).
Listens to: assessment (communes and schools).

People's names, logins and password hashes are the one thing here that no log can give back: they lie in tables of their
own (``people``), which a rebuild of the views never touches and a backup must hold.
"""
