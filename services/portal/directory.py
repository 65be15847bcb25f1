"""The portal's own directory of communes and schools: for navigation, and to say which schools a commune grant reaches.

It follows assessment's events, and is written through when the portal itself registers one, so that the next page shows it.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.portal.views import COMMUNES, SCHOOLS
from shared.contracts.base import CloudEvent
from shared.eventlog.views import Views
from shared.identity.acting import Acting, ScopeKind
from shared.text import vietnamese_key

SOURCE = "assessment"
_COMMUNE_REGISTERED = "vn.kiemdinh.assessment.commune-registered.v1"
_SCHOOL_REGISTERED = "vn.kiemdinh.assessment.school-registered.v1"


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


class _Commune(msgspec.Struct):
    commune: str
    name: str


class _School(msgspec.Struct):
    school: str
    name: str
    kind: str
    commune: str


class Directory:
    """Communes and schools, in the Vietnamese order of their names."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def communes(self) -> list[CommuneEntry]:
        """Return every commune."""
        with self._views.reading() as conn:
            found = [CommuneEntry(**dict(row)) for row in conn.execute(select(COMMUNES)).mappings()]
        return sorted(found, key=lambda entry: vietnamese_key(entry.name))

    def commune(self, code: str) -> CommuneEntry | None:
        """Return one commune."""
        with self._views.reading() as conn:
            row = conn.execute(select(COMMUNES).where(COMMUNES.c.code == code)).mappings().one_or_none()
        return CommuneEntry(**dict(row)) if row else None

    def schools(self, commune: str = "") -> list[SchoolEntry]:
        """Return every school, or those of one commune."""
        query = select(SCHOOLS)
        if commune:
            query = query.where(SCHOOLS.c.commune == commune)
        with self._views.reading() as conn:
            found = [SchoolEntry(**dict(row)) for row in conn.execute(query).mappings()]
        return sorted(found, key=lambda entry: vietnamese_key(entry.name))

    def school(self, code: str) -> SchoolEntry | None:
        """Return one school."""
        with self._views.reading() as conn:
            row = conn.execute(select(SCHOOLS).where(SCHOOLS.c.code == code)).mappings().one_or_none()
        return SchoolEntry(**dict(row)) if row else None

    def schools_of(self, acting: Acting) -> list[SchoolEntry]:
        """Return the schools that any grant of the caller reaches."""
        return [entry for entry in self.schools() if any(grant.covers_school(entry.code) for grant in acting.grants)]

    def codes_in(self, commune: str) -> tuple[str, ...]:
        """Return the codes of a commune's schools, in order: what a commune grant reaches."""
        query = select(SCHOOLS.c.code).where(SCHOOLS.c.commune == commune).order_by(SCHOOLS.c.code)
        with self._views.reading() as conn:
            return tuple(conn.execute(query).scalars())

    def knows(self, kind: ScopeKind, code: str) -> bool:
        """Say whether a school or commune is known; other scopes need none."""
        if kind is ScopeKind.SCHOOL:
            return self.school(code) is not None
        return kind is not ScopeKind.COMMUNE or self.commune(code) is not None

    def name(self, kind: ScopeKind, code: str) -> str:
        """Return the name of a scope, empty when it has none or is not known."""
        entry = self.school(code) if kind is ScopeKind.SCHOOL else self.commune(code) if code else None
        return entry.name if entry else ""

    def put_commune(self, entry: CommuneEntry) -> None:
        """Write a commune through, ahead of its event."""
        with self._views.writing() as conn:
            _upsert(conn, COMMUNES, entry)

    def put_school(self, entry: SchoolEntry) -> None:
        """Write a school through, ahead of its event."""
        with self._views.writing() as conn:
            _upsert(conn, SCHOOLS, entry)

    def received_position(self, source: str) -> int:
        """Return the sequence up to which a source's events are applied."""
        with self._views.reading() as conn:
            return self._views.foreign_position(conn, source)

    def receive(self, event: CloudEvent) -> None:
        """Apply one event of assessment, once, with its sequence.

        Raises msgspec.ValidationError when its data is not what the contract says.
        """
        with self._views.writing() as conn:
            if event.sequence <= self._views.foreign_position(conn, event.service):
                return
            if event.type == _COMMUNE_REGISTERED:
                commune = msgspec.convert(event.data, _Commune)
                _upsert(conn, COMMUNES, CommuneEntry(code=commune.commune, name=commune.name))
            elif event.type == _SCHOOL_REGISTERED:
                school = msgspec.convert(event.data, _School)
                entry = SchoolEntry(code=school.school, name=school.name, kind=school.kind, commune=school.commune)
                _upsert(conn, SCHOOLS, entry)
            self._views.advance(conn, event.service, event.sequence)


class DirectoryInbox:
    """The directory as a consumer on the bus."""

    sources = (SOURCE,)

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def received_position(self, source: str) -> int:
        """Return the sequence up to which a source's events are applied."""
        return self._directory.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply one event."""
        self._directory.receive(event)


def _upsert(conn: Connection, table: Table, entry: CommuneEntry | SchoolEntry) -> None:
    values = {name: getattr(entry, name) for name in entry.__struct_fields__}
    changed = conn.execute(update(table).where(table.c.code == entry.code).values(**values))
    if changed.rowcount == 0:
        dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
        conn.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())
