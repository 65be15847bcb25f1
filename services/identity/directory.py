"""The directory of communes, schools and the department's visits: which schools a grant reaches, and what they are called.

It follows the events of assessment and inspection, and is written through when the gateway sets one up, so that the next
page shows it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.identity.views import COMMUNES, EVALUATIONS, SCHOOLS
from shared.contracts.calls.identity import CommuneEntry, EvaluationEntry, SchoolEntry, UnitsAnswer
from shared.contracts.events.assessment import SchoolClosed
from shared.contracts.events.base import CloudEvent
from shared.contracts.events.inspection import InspectionPlanned
from shared.contracts.events.visit_teams import TeamSetUp
from shared.eventlog.read_model import ReadModel
from shared.text import vietnamese_key
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, InspectionId, Position, SchoolCode
from shared.vocabulary.roles import ScopeKind

SOURCE = "assessment"
FRESH_S = 1.0
"""For how long answers are given from memory."""

_VERSION_DIGITS = 32
_COMMUNE_REGISTERED = "vn.kiemdinh.assessment.commune-registered.v1"
_SCHOOL_REGISTERED = "vn.kiemdinh.assessment.school-registered.v1"


class _Commune(msgspec.Struct):
    commune: CommuneCode
    name: str


class _School(msgspec.Struct):
    school: SchoolCode
    name: str
    kind: str
    commune: CommuneCode


class _Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything, in the Vietnamese order of names, as it was at a moment."""

    communes: dict[CommuneCode, CommuneEntry]
    schools: dict[SchoolCode, SchoolEntry]
    evaluations: tuple[EvaluationEntry, ...]
    taken_at: float
    version: str


class Directory:
    """Communes and schools, in the Vietnamese order of their names.

    Every page asks several times, so answers come from memory: exact in the process that wrote, at most `FRESH_S` seconds
    behind what another process wrote.
    """

    def __init__(self, views: ReadModel, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._views = views
        self._monotonic = monotonic
        self._snapshot: _Snapshot | None = None
        self._writes = 0

    def communes(self) -> list[CommuneEntry]:
        """Return every commune."""
        return list(self._now().communes.values())

    def commune(self, code: CommuneCode) -> CommuneEntry | None:
        """Return one commune."""
        return self._now().communes.get(code)

    def schools(self, commune: CommuneCode = CommuneCode("")) -> list[SchoolEntry]:
        """Return every school, or those of one commune."""
        return [entry for entry in self._now().schools.values() if commune in {"", entry.commune}]

    def school(self, code: SchoolCode) -> SchoolEntry | None:
        """Return one school."""
        return self._now().schools.get(code)

    def told(self, known: str) -> UnitsAnswer:
        """Return every commune and school, or only their version when it is the one that is `known`."""
        now = self._now()
        if known == now.version:
            return UnitsAnswer(version=known)
        return UnitsAnswer(version=now.version, communes=list(now.communes.values()), schools=list(now.schools.values()))

    def codes_in(self, commune: CommuneCode) -> tuple[SchoolCode, ...]:
        """Return the codes of a commune's schools, in order: what a commune grant reaches."""
        return tuple(sorted(entry.code for entry in self._now().schools.values() if entry.commune == commune))

    def scopes_reaching(self, school: SchoolCode) -> set[tuple[ScopeKind, str]]:
        """Return the scopes by which an office's or a school's role reaches a school."""
        entry = self.school(school)
        own = {(ScopeKind.SCHOOL, str(school)), (ScopeKind.DEPARTMENT, "")}
        return own | ({(ScopeKind.COMMUNE, str(entry.commune))} if entry is not None else set())

    def evaluated_by(self, holder: str) -> tuple[SchoolCode, ...]:
        """Return the codes of the schools that an evaluator of the department was sent to, in order."""
        visits = self._now().evaluations
        return tuple(sorted({one.code for one in visits if not one.members or holder in one.members.split()}))

    def knows(self, kind: ScopeKind, code: str) -> bool:
        """Say whether a school or commune is known, as of now; other scopes need none."""
        if kind not in {ScopeKind.SCHOOL, ScopeKind.COMMUNE}:
            return True
        if self._entry(kind, code) is None:
            self._read_anew()  # another process may have registered it this second
        return self._entry(kind, code) is not None

    def name(self, kind: ScopeKind, code: str) -> str:
        """Return the name of a scope, empty when it has none or is not known."""
        entry = self._entry(kind, code)
        return entry.name if entry else ""

    def put_commune(self, entry: CommuneEntry) -> None:
        """Write a commune through, ahead of its event."""
        with self._writing() as conn:
            _upsert(conn, COMMUNES, entry)

    def put_school(self, entry: SchoolEntry) -> None:
        """Write a school through, ahead of its event."""
        with self._writing() as conn:
            _upsert(conn, SCHOOLS, entry)

    def put_evaluation(self, inspection: InspectionId, school: SchoolCode, members: list[str]) -> None:
        """Write a visit of the department through, ahead of its event: its team begins to read at once."""
        with self._writing() as conn:
            _upsert(conn, EVALUATIONS, EvaluationEntry(inspection=inspection, code=school, members=" ".join(members)))

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which a source's events are applied."""
        return self._views.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply one event of assessment, once, with its sequence.

        Raises msgspec.ValidationError when its data is not what the contract says.
        """
        with self._writing() as conn:
            if event.sequence <= self._views.upstream_position(conn, event.service):
                return
            project_foreign(conn, event)
            self._views.save_position(conn, event.service, event.sequence)

    def _entry(self, kind: ScopeKind, code: str) -> CommuneEntry | SchoolEntry | None:
        return self.school(SchoolCode(code)) if kind is ScopeKind.SCHOOL else self.commune(CommuneCode(code))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._views.writing() as conn:
                yield conn
        finally:
            self._writes += 1
            self._snapshot = None

    def _now(self) -> _Snapshot:
        found = self._snapshot
        if found is None or self._monotonic() - found.taken_at > FRESH_S:
            found = self._read_anew()
        return found

    def _read_anew(self) -> _Snapshot:
        # The moment is taken before reading, so that nothing is ever older than it says; and what was read while somebody
        # wrote is given once, but not kept.
        writes, taken_at = self._writes, self._monotonic()
        snapshot = self._read(taken_at)
        self._snapshot = snapshot if writes == self._writes else None
        return snapshot

    def _read(self, taken_at: float) -> _Snapshot:
        with self._views.reading() as conn:
            communes = [CommuneEntry(**dict(row)) for row in conn.execute(select(COMMUNES)).mappings()]
            schools = [SchoolEntry(**dict(row)) for row in conn.execute(select(SCHOOLS)).mappings()]
            evaluations = [EvaluationEntry(**dict(row)) for row in conn.execute(select(EVALUATIONS)).mappings()]
        communes, schools = sorted(communes, key=_by_name), sorted(schools, key=_by_name)
        return _Snapshot(
            communes={entry.code: entry for entry in communes},
            schools={entry.code: entry for entry in schools},
            evaluations=tuple(evaluations),
            taken_at=taken_at,
            version=hashlib.sha256(msgspec.json.encode((communes, schools))).hexdigest()[:_VERSION_DIGITS],
        )


def _by_name(entry: CommuneEntry | SchoolEntry) -> Any:
    return vietnamese_key(entry.name)


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Apply one event: communes, schools and the department's visits are learnt, the rest is passed over."""
    if event.type == _COMMUNE_REGISTERED:
        commune = msgspec.convert(event.data, _Commune)
        _upsert(conn, COMMUNES, CommuneEntry(code=commune.commune, name=commune.name))
    elif event.type == _SCHOOL_REGISTERED:
        school = msgspec.convert(event.data, _School)
        entry = SchoolEntry(code=school.school, name=school.name, kind=school.kind, commune=school.commune)
        _upsert(conn, SCHOOLS, entry)
    elif event.type == SchoolClosed.type():
        closed = msgspec.convert(event.data, SchoolClosed)
        conn.execute(update(SCHOOLS).where(SCHOOLS.c.code == closed.school).values(closed_on=closed.closed_on))
    elif event.type == InspectionPlanned.type():
        visit = msgspec.convert(event.data, InspectionPlanned)
        if visit.layer is Layer.DEPARTMENT:
            members = " ".join(visit.members)
            _upsert(conn, EVALUATIONS, EvaluationEntry(inspection=visit.inspection, code=visit.school, members=members))
    elif event.type == TeamSetUp.type():
        team = msgspec.convert(event.data, TeamSetUp)
        if team.layer is Layer.DEPARTMENT:
            members = " ".join(team.members)
            _upsert(conn, EVALUATIONS, EvaluationEntry(inspection=team.inspection, code=team.school, members=members))


class DirectoryInbox:
    """The directory as a consumer on the bus."""

    sources = (SOURCE, "inspection")

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which a source's events are applied."""
        return self._directory.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply one event."""
        self._directory.receive(event)


def _upsert(conn: Connection, table: Table, entry: CommuneEntry | SchoolEntry | EvaluationEntry) -> None:
    values = {name: getattr(entry, name) for name in entry.__struct_fields__}
    if values.get("closed_on", entry) is None:
        del values["closed_on"]  # who gives a school another name does not open it again
    (key,) = table.primary_key.columns
    changed = conn.execute(update(table).where(key == values[key.name]).values(**values))
    if changed.rowcount == 0:
        dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
        conn.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())
