"""Where the reports of schools are and whom each waits for: two questions, however many schools there are."""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from services.portal.pages import query_params
from services.portal.pages.site import render
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.assessment import SubmissionsAnswer, SubmissionsRequest, SubmissionView
from shared.contracts.calls.identity import SchoolEntry
from shared.contracts.calls.inspection import VisitLine, VisitsAnswer, VisitsRequest
from shared.contracts.calls.recommendations import RecommendationsAnswer, RecommendationsRequest
from shared.problems import BadRequest
from shared.text import fold, vietnamese_key, words
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, CycleId, SchoolCode

MOST_VISITS = 2000
LINES_A_PAGE, VISITS_A_PAGE = 25, 25
BY_NAME = "ten"


class ReportState(enum.StrEnum):
    """Where a school's report is, in the order in which it comes."""

    SUBMITTED = "cho-xet"
    EVALUATED = "danh-gia"
    CONCLUDED = "cho-quyet-dinh"
    DECIDED = "da-quyet-dinh"
    DRAFT = "chua-trinh"


STATE_NAMES = {
    ReportState.SUBMITTED: "Đã trình, chờ xét",
    ReportState.EVALUATED: "Đang đánh giá",
    ReportState.CONCLUDED: "Đã kết luận, chờ quyết định",
    ReportState.DECIDED: "Đã quyết định",
    ReportState.DRAFT: "Chưa trình",
}


class Calendar(NamedTuple):
    """One page of the visits across schools: those that go on by their day, then the concluded, the newest first."""

    visits: list[VisitLine]
    open: int
    total: int
    names: dict[str, str]
    number: int
    pages: int


class QueueLine(msgspec.Struct, frozen=True, kw_only=True):
    """One school in the queue; `visit` is the department's last visit to the report, if any."""

    entry: SchoolEntry
    state: ReportState
    submission: SubmissionView | None
    visit: VisitLine | None


class QueueFilter(NamedTuple):
    """What a person asks of the queue: a state ('' all), words of a school's name, and the order: by name, or by day."""

    state: str
    text: str
    by_name: bool


def submissions(commune: CommuneCode = CommuneCode("")) -> dict[SchoolCode, SubmissionView]:
    """Return the newest cycle of each school."""
    asked = SubmissionsRequest(commune=_whole("assessment.submissions", commune))
    found = call_service("assessment", "submissions", asked, SubmissionsAnswer)
    return {one.school: one for one in found.submissions}


def visits(layer: Layer, commune: CommuneCode = CommuneCode("")) -> list[VisitLine]:
    """Return the visits of a layer, newest planned day first."""
    asked = VisitsRequest(commune=_whole("inspection.visits", commune), layer=layer, limit=MOST_VISITS)
    found = call_service("inspection", "visits", asked, VisitsAnswer).visits
    inside = {one.code for one in directory().schools(commune)}
    return [one for one in found if one.school in inside]


def recommended_to_schools(commune: CommuneCode) -> dict[SchoolCode, dict[str, int]]:
    """Return how many recommendations are in each state, by school; of no commune, those of the department's visits."""
    asked = RecommendationsRequest(
        commune=_whole("inspection.recommendations", commune), layer=None if commune else Layer.DEPARTMENT, limit=1
    )
    return call_service("inspection", "recommendations", asked, RecommendationsAnswer).by_school


def _whole(operation: str, commune: CommuneCode) -> CommuneCode:
    """Return the commune where the caller reaches all of it; who was sent to some of its schools asks about these."""
    return commune if may(operation, commune=commune) else CommuneCode("")


def lines(
    schools: Iterable[SchoolEntry], known: dict[SchoolCode, SubmissionView], visited: Iterable[VisitLine]
) -> list[QueueLine]:
    """Return every school with the state of its newest report."""
    last: dict[tuple[SchoolCode, CycleId], VisitLine] = {}
    for visit in visited:
        last.setdefault((visit.school, visit.cycle), visit)
    return [_line(entry, known.get(entry.code), last) for entry in schools]


def _line(
    entry: SchoolEntry, submission: SubmissionView | None, last: dict[tuple[SchoolCode, CycleId], VisitLine]
) -> QueueLine:
    if submission is None:
        return QueueLine(entry=entry, state=ReportState.DRAFT, submission=None, visit=None)
    # A reopened report is a draft, but a visit that goes on under the version before it does go on.
    visit = last.get((entry.code, submission.cycle)) or last.get((entry.code, submission.reopens))
    return QueueLine(entry=entry, state=_state(submission, visit), submission=submission, visit=visit)


def _state(submission: SubmissionView, visit: VisitLine | None) -> ReportState:
    if visit is not None and visit.concluded_on is None:
        return ReportState.EVALUATED
    if submission.submitted_on is None:
        return ReportState.DRAFT
    if submission.decided_on is not None and submission.decided_on >= submission.submitted_on:
        return ReportState.DECIDED
    return ReportState.CONCLUDED if visit is not None else ReportState.SUBMITTED


def narrowed(lines: list[QueueLine], wanted: QueueFilter) -> list[QueueLine]:
    """Return the lines that are asked for: the longest submitted first, or by name; schools without a day come last."""
    text = frozenset(words(fold(wanted.text)))
    matching = [
        line for line in lines if wanted.state in {"", line.state} and text <= frozenset(words(fold(line.entry.name)))
    ]
    if wanted.by_name:
        return sorted(matching, key=lambda line: vietnamese_key(line.entry.name))
    return sorted(matching, key=_since)


def _since(line: QueueLine) -> dt.date:
    day = line.submission.submitted_on if line.submission else None
    return day or dt.date.max


def calendar(layer: Layer, commune: CommuneCode = CommuneCode(""), visited: list[VisitLine] | None = None) -> Calendar:
    """Return the page of a layer's visits that the address asks for; `visited` are they, if known already."""
    visited = visits(layer, commune) if visited is None else visited
    going_on = [visit for visit in reversed(visited) if visit.concluded_on is None]
    ordered = going_on + [visit for visit in visited if visit.concluded_on is not None]
    number = query_params.number("lich", 1, low=1)
    return Calendar(
        visits=ordered[(number - 1) * VISITS_A_PAGE : number * VISITS_A_PAGE],
        open=len(going_on),
        total=len(ordered),
        names={school.code: school.name for school in directory().schools(commune)},
        number=number,
        pages=-(-len(ordered) // VISITS_A_PAGE),
    )


def queue_page(schools: list[SchoolEntry], base: str, visits_base: str) -> str:
    """Show the reports of schools: filtered by state and name, in the order asked for, a page at a time.

    `base` is the page's own address, `visits_base` that of the department's visits.
    """
    wanted = QueueFilter(query_params.text("tt"), query_params.text("q", 100), query_params.text("xep") == BY_NAME)
    if wanted.state not in {"", *ReportState}:
        raise BadRequest("Trạng thái này không có. Chọn trong danh sách.")
    visited = visits(Layer.DEPARTMENT)
    every = lines(schools, submissions(), visited)
    matching = narrowed(every, wanted)
    number = query_params.number("trang", 1, low=1)
    return render(
        "ho-so.html",
        active="ho-so",
        base=base,
        visits_base=visits_base,
        lines=matching[(number - 1) * LINES_A_PAGE : number * LINES_A_PAGE],
        matching=len(matching),
        total=len(every),
        counts=Counter(line.state for line in every),
        states=STATE_NAMES,
        wanted=wanted,
        query={"tt": wanted.state, "q": wanted.text, "xep": BY_NAME if wanted.by_name else ""},
        calendar=calendar(Layer.DEPARTMENT, visited=visited),
        number=number,
        pages=-(-len(matching) // LINES_A_PAGE),
    )
