"""A commune's schools as they were known at a moment, and the repository that papers of a year are composed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import msgspec

from services.inspection.use_cases.visits import VisitRepository
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.known import KnownSchool
from services.inspection.views.told import News
from shared.contracts.events.assessment import CommuneRegistered, SchoolClosed, SchoolRegistered
from shared.eventlog.read_model import ReadModel
from shared.text import vietnamese_key
from shared.vocabulary.ids import CommuneCode, SchoolCode


class SchoolsAt(msgspec.Struct, frozen=True, kw_only=True):
    """What a commune was called at a moment, the schools that it had then, and a name for every school it ever had."""

    commune_name: str
    schools: tuple[KnownSchool, ...]
    names: dict[SchoolCode, str]


def schools_at(commune: CommuneCode, news: Iterable[News], is_seen: Callable[[News], bool]) -> SchoolsAt:
    """Fold what was told in the order of its source, of which a moment sees a part.

    What the moment does not see a name of, because somebody wrote down later what happened before, has its first name:
    no later event changes that either.
    """
    first_name = commune_name = ""
    names: dict[SchoolCode, str] = {}
    known: dict[SchoolCode, KnownSchool] = {}
    for one in news:
        data, seen = one.data, is_seen(one)
        match data:
            case CommuneRegistered():
                first_name = first_name or data.name
                commune_name = data.name if seen else commune_name
            case SchoolRegistered():
                names.setdefault(data.school, data.name)
                if seen:
                    before = known.get(data.school)
                    known[data.school] = KnownSchool(
                        school=data.school,
                        name=data.name,
                        kind=data.kind,
                        commune=data.commune,
                        closed_on=before.closed_on if before else None,
                    )
            case SchoolClosed() if seen and data.school in known:
                known[data.school] = msgspec.structs.replace(known[data.school], closed_on=data.closed_on)
            case _:
                pass
    return SchoolsAt(
        commune_name=commune_name or first_name or commune,
        schools=tuple(known[school] for school in sorted(known) if known[school].commune == commune),
        names=names | {school: one.name for school, one in known.items()},
    )


class YearOnPaper(YearRepository):
    """A commune's year to compose a paper from: its streams, its schools and the day are those of one moment."""

    def __init__(self, visits: VisitRepository, known: ReadModel, at: SchoolsAt) -> None:
        super().__init__(visits, known)
        self._at = at

    def schools(self, commune: CommuneCode) -> list[KnownSchool]:
        """Return the schools that the commune had, by code."""
        return list(self._at.schools)

    def closed_schools(self, on: dt.date | None = None) -> frozenset[SchoolCode]:
        """Return the schools of the commune that were known to be closed by a day, that of the moment unless it is named."""
        day = on or self.today
        return frozenset(one.school for one in self._at.schools if one.closed_on is not None and one.closed_on <= day)

    def commune_name(self, commune: CommuneCode) -> str:
        """Return what the commune was called."""
        return self._at.commune_name

    @property
    def school_names(self) -> dict[SchoolCode, str]:
        """What every school was called that the commune ever had, in the Vietnamese order of these names."""
        return dict(sorted(self._at.names.items(), key=lambda named: (vietnamese_key(named[1]), named[0])))
