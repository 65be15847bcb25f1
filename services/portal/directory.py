"""Communes and schools as identity answered: what pages call them, the same throughout one request."""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts.calls.identity import CommuneEntry, SchoolEntry
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import ScopeKind


class DirectoryCopy:
    """Communes and schools of one version, in the Vietnamese order of their names; it never changes."""

    def __init__(self, version: str, communes: Iterable[CommuneEntry], schools: Iterable[SchoolEntry]) -> None:
        self.version = version
        self._communes = {entry.code: entry for entry in communes}
        self._schools = {entry.code: entry for entry in schools}

    def communes(self) -> list[CommuneEntry]:
        """Return every commune."""
        return list(self._communes.values())

    def commune(self, code: CommuneCode) -> CommuneEntry | None:
        """Return one commune."""
        return self._communes.get(code)

    def schools(self, commune: CommuneCode = CommuneCode("")) -> list[SchoolEntry]:
        """Return every school, or those of one commune."""
        return [entry for entry in self._schools.values() if commune in {"", entry.commune}]

    def school(self, code: SchoolCode) -> SchoolEntry | None:
        """Return one school."""
        return self._schools.get(code)

    def name(self, kind: ScopeKind, code: str) -> str:
        """Return the name of a scope, empty when it has none or is not known."""
        entry = self.school(SchoolCode(code)) if kind is ScopeKind.SCHOOL else self.commune(CommuneCode(code))
        return entry.name if entry else ""
