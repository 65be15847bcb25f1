"""The registry of stores: everything an installation keeps, what becomes of it when it is lost, and how it is backed up.

The composition fills it; backup, audit, doctor and the table in docs/operations.md read it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

import msgspec

from shared.storage.migrations import Migrations


class Kind(enum.StrEnum):
    """Whether a store can be had again."""

    DURABLE = "durable"
    """Nothing else holds what is in it: it is migrated, backed up and never dropped."""
    DERIVABLE = "derivable"
    """Made again from durable stores: another version of it is thrown away and rebuilt."""
    TRANSIENT = "transient"
    """True only while something is on its way or runs."""


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """One store. `embedded` is its place in the data folder (a folder ends with ``/``), `server` its place on servers.

    `database` names the address of its database among those of an installation: ``log:evidence``, ``views:notification``;
    empty for what is no database. `version` is 0 for what has no schema. `backup` and `if_lost` are words for the docs;
    `missing` is what the auditor finds when its file is gone, in Vietnamese: empty where something else finds it, or where
    it comes again.
    """

    name: str
    service: str
    kind: Kind
    embedded: str
    server: str
    database: str = ""
    migrations: Migrations | None = None
    rebuilt_at: int = 0
    backup: str
    if_lost: str
    missing: str = ""

    @property
    def version(self) -> int:
        """The version of its schema that this software makes and reads."""
        return self.migrations.latest if self.migrations else self.rebuilt_at


class Registry:
    """All stores of an installation, in the order in which they are listed."""

    def __init__(self, *stores: Store) -> None:
        self._stores: Sequence[Store] = stores
        names = [store.name for store in stores]
        assert len(names) == len(set(names)), names

    def __iter__(self) -> Iterator[Store]:
        return iter(self._stores)

    def __getitem__(self, name: str) -> Store:
        return next(store for store in self._stores if store.name == name)

    def migrated(self) -> list[Store]:
        """Return the stores that have migrations: the durable ones in databases."""
        return [store for store in self._stores if store.migrations is not None]

    def derivable(self) -> list[Store]:
        """Return the read models."""
        return [store for store in self._stores if store.kind is Kind.DERIVABLE and store.database]

    def database_files(self) -> list[str]:
        """Return the files in the data folder of an embedded installation that are databases."""
        return sorted({store.embedded for store in self._stores if store.database})

    def table(self) -> str:
        """Return the stores as a table in Markdown."""
        lines = ["| Store | Of | Kind | Version | In `DIR` (embedded) | On servers | Backup | If lost |", "|" + "---|" * 8]
        for store in self._stores:
            version = str(store.version) if store.version else "–"
            cells = (store.name, store.service, store.kind.value, version, f"`{store.embedded}`")
            lines.append("| " + " | ".join((*cells, store.server, store.backup, store.if_lost)) + " |")
        return "\n".join(lines)
