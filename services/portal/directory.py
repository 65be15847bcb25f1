"""The portal's own directory of communes and schools: for navigation, and to say which schools a commune grant reaches."""

from __future__ import annotations

import msgspec


class CommuneEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A commune office."""

    code: str
    name: str


class SchoolEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A school. `kind` is a SchoolKind value."""

    code: str
    name: str
    kind: str
    commune: str
