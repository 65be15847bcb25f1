"""The identity service: who there is, in which roles, and how people and programs come in.

Owns: accounts, invitations, sessions, programs' tokens, pauses after failed sign-ins (log and views of source ``identity``),
and a directory of communes, schools and the department's visits, which says how far a role reaches.
Says: account-invited, account-opened, role-granted, role-revoked, account-closed, administrator-left, token-issued,
token-revoked (ids only).
Listens to: assessment (communes and schools), inspection (the department's visits).
Promises: what is taken back is gone from the next question on; an administrator always remains who can sign in; no secret,
name or login is in a log or an event.

People's names, logins and password hashes are the one thing here that no log can give back: they lie in tables of their
own (``people``), which a rebuild of the views never touches and a backup must hold.
"""
