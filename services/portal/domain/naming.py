"""How people call roles and scopes: in pages, messages and on the command line."""

from __future__ import annotations
