"""The streams of communes and schools: their ids, and the one that a new fact goes to.

The ids of a school's streams share their first half (`shared.ids.id_within`), so the log hands out the whole school in one
range read, whatever streams it has. Logs from before hold everything in the school's own stream, which is one of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from services.assessment.domain import facts as f
from services.assessment.domain.stream_kinds import StreamKind
from shared.eventlog.facts import Fact
from shared.ids import id_within, natural_id
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, CriterionCode, CycleId, ImprovementId, SchoolCode


def commune_stream(code: CommuneCode) -> uuid.UUID:
    """Return the stream of a commune."""
    return natural_id("commune", code)


def school_stream(code: SchoolCode) -> uuid.UUID:
    """Return the stream of a school as such: registration, conditions, figures, and which cycles were opened.

    It is also the id of the school's streams together.
    """
    return natural_id("school", code)


def codes_stream(code: SchoolCode) -> uuid.UUID:
    """Return the stream of the evidence codes of a school: none is given twice, whatever the cycle."""
    return id_within(school_stream(code), "evidence-codes", code)


def cycle_stream(code: SchoolCode, cycle: CycleId) -> uuid.UUID:
    """Return the stream of a cycle: its submission, and what visits of commune and department found."""
    return id_within(school_stream(code), "cycle", code, cycle)


def sheet_stream(code: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> uuid.UUID:
    """Return the stream of the sheet of one criterion: what the school itself judges, writes, cites and answers there."""
    return id_within(school_stream(code), "sheet", code, cycle, criterion)


def sheet_streams(code: SchoolCode, cycle: CycleId, criteria: Iterable[CriterionCode]) -> list[uuid.UUID]:
    """Return the streams of the sheets of these criteria."""
    return [sheet_stream(code, cycle, criterion) for criterion in criteria]


def council_stream(code: SchoolCode, cycle: CycleId) -> uuid.UUID:
    """Return the stream of the council of a cycle: members, groups, assignments, plan, meetings."""
    return id_within(school_stream(code), "council", code, cycle)


def improvement_stream(code: SchoolCode, cycle: CycleId, item: ImprovementId) -> uuid.UUID:
    """Return the stream of one item of the improvement plan of a cycle."""
    return id_within(school_stream(code), "improvement", code, cycle, item)


def awards_stream(code: SchoolCode) -> uuid.UUID:
    """Return the stream of what the department decides of a school: recognitions, certificates, refusals."""
    return id_within(school_stream(code), "awards", code)


def stream_of(fact: Fact) -> uuid.UUID:
    """Return the stream of a new fact, as it says in `STREAM`."""
    if isinstance(fact, f.IndicatorJudged) and fact.layer is not Layer.SCHOOL:
        return _of_cycle(fact)
    return _STREAMS[fact.STREAM](fact)  # type: ignore[attr-defined]  # every fact of this service has one, a test says


def _of_commune(fact: Any) -> uuid.UUID:
    return commune_stream(fact.commune)


def _of_school(fact: Any) -> uuid.UUID:
    return school_stream(fact.school)


def _of_codes(fact: Any) -> uuid.UUID:
    return codes_stream(fact.school)


def _of_cycle(fact: Any) -> uuid.UUID:
    return cycle_stream(fact.school, fact.cycle)


def _of_sheet(fact: Any) -> uuid.UUID:
    return sheet_stream(fact.school, fact.cycle, fact.criterion)


def _of_council(fact: Any) -> uuid.UUID:
    return council_stream(fact.school, fact.cycle)


def _of_improvement(fact: Any) -> uuid.UUID:
    return improvement_stream(fact.school, fact.cycle, fact.item)


def _of_awards(fact: Any) -> uuid.UUID:
    return awards_stream(fact.school)


_STREAMS: dict[StreamKind, Callable[[Any], uuid.UUID]] = {
    StreamKind.COMMUNE: _of_commune,
    StreamKind.SCHOOL: _of_school,
    StreamKind.CODES: _of_codes,
    StreamKind.CYCLE: _of_cycle,
    StreamKind.SHEET: _of_sheet,
    StreamKind.AWARDS: _of_awards,
    StreamKind.COUNCIL: _of_council,
    StreamKind.IMPROVEMENT: _of_improvement,
}
