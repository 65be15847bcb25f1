"""Calls of the inspection service about syntheses of a commune's year: computed, written on, sent, each number shown."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.calls.year.reports import ReportText
from shared.contracts.operations import COMMUNE_PLANNERS, YEAR_READERS, Operation, Scope, get, post, put
from shared.vocabulary.commune_year import PlanKind, ReportKind, ReportReceiver
from shared.vocabulary.ids import CommuneCode, Position, ReportRequestId, SchoolCode, SynthesisId


class DraftSynthesis(Call, frozen=True, kw_only=True):
    """Compute a synthesis of what the log tells up to now.

    Without days the period is that of the request, else of the kind: sơ kết 1/1 to 30/6, tổng kết 1/1 to 31/12, the others
    1/1 to today. Without a request the newest of the same kind and year is told of, where there is one.
    """

    commune: CommuneCode
    year: int
    kind: ReportKind
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    request: ReportRequestId = ReportRequestId("")


class SynthesisRequest(Call, frozen=True, kw_only=True):
    """Ask for one synthesis by its id alone."""

    synthesis: SynthesisId


class SynthesesAsked(Call, frozen=True, kw_only=True):
    """List syntheses, the newest first; of a commune and a year, where these are named. `limit` 1 to 200."""

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    after: int = 0
    limit: int = 50


class SynthesisNumberRequest(Call, frozen=True, kw_only=True):
    """Ask what a number of a synthesis counts."""

    synthesis: SynthesisId
    key: str


class WriteSynthesis(Call, frozen=True, kw_only=True):
    """Change what people write in a synthesis, all of it, by heading; `writings` as the caller saw it."""

    synthesis: SynthesisId
    texts: list[ReportText]
    writings: int


class SendSynthesis(Call, frozen=True, kw_only=True):
    """Note to whom a synthesis was sent, under which number, on which day; from then on it is read only."""

    synthesis: SynthesisId
    to: ReportReceiver
    number: str
    on: dt.date


class NumberView(Answer, frozen=True, kw_only=True):
    """A number that was computed: its words, its unit, what it counts, the page of the year that shows such things."""

    key: str
    group: str
    label: str
    unit: str
    value: int
    counts: str
    page: str


class StandingView(Answer, frozen=True, kw_only=True):
    """How a school stood, by school name; `kind` None: not in the plan."""

    school: SchoolCode
    name: str
    kind: PlanKind | None
    target_level: int
    target_degree: int
    reached: bool
    award_number: str
    award_degree: int
    award_until: dt.date | None


class SchoolFigure(Answer, frozen=True, kw_only=True):
    """What a school gave."""

    school: SchoolCode
    name: str
    value: int


class ReportedFigureView(Answer, frozen=True, kw_only=True):
    """What schools gave under one name, and the sum."""

    name: str
    total: int
    given: list[SchoolFigure]


class SendingView(Answer, frozen=True, kw_only=True):
    """One sending."""

    to: ReportReceiver
    number: str
    sent_on: dt.date


class MissingSchool(Answer, frozen=True, kw_only=True):
    """A school that had not sent its part when the synthesis was computed."""

    school: SchoolCode
    name: str


class SynthesisView(Answer, frozen=True, kw_only=True):
    """A synthesis: what was computed, up to which position, and, apart from it, what people wrote.

    `position` is of this service's log, `heard_position` of what the assessment service had told of schools and awards.
    Flows are counted from `from_on` to `as_of`, states at the end of `as_of`. `changed_at`: the position of its last change.
    """

    id: SynthesisId
    commune: CommuneCode
    year: int
    kind: ReportKind
    period: str
    from_on: dt.date
    to_on: dt.date
    as_of: dt.date
    drafted_on: dt.date
    position: Position
    heard_position: Position
    request: ReportRequestId
    numbers: list[NumberView]
    standings: list[StandingView]
    figures: list[ReportedFigureView]
    missing: list[MissingSchool]
    sections: list[str]
    texts: list[ReportText]
    writings: int
    sent: list[SendingView]
    changed_at: Position
    changed_on: dt.date


class SynthesesAnswer(Answer, frozen=True, kw_only=True):
    """One page of the syntheses that the caller may see, the newest first, and how many there are."""

    syntheses: list[SynthesisView]
    total: int


class CountedThing(Answer, frozen=True, kw_only=True):
    """One thing that a number counts; `school` is '' for the commune, `thing` its id or number, `amount` how much of it."""

    school: SchoolCode
    name: str
    thing: str
    on: dt.date | None
    amount: int


class SynthesisNumberAnswer(Answer, frozen=True, kw_only=True):
    """A number, and everything that it counts, by school name and day."""

    number: NumberView
    things: list[CountedThing]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="draft_synthesis",
        request=DraftSynthesis,
        answer=SynthesisView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Lập bản tổng hợp từ nhật ký đến lúc này: mọi số do máy tính, phần viết tay để riêng.",
        routes=(post("/communes/{commune}/years/{year}/syntheses"),),
        commands=("report synthesise",),
        follows=("assessment",),
        timeout_s=30,
    ),
    Operation(
        name="syntheses",
        request=SynthesesAsked,
        answer=SynthesesAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        open_list=True,
        summary="Các bản tổng hợp được xem, mới nhất trước.",
        routes=(get("/syntheses"),),
        commands=("report list",),
        follows=("assessment",),
    ),
    Operation(
        name="commune_syntheses",
        request=SynthesesAsked,
        answer=SynthesesAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        summary="Các bản tổng hợp của một xã trong một năm, như trên.",
        routes=(get("/communes/{commune}/years/{year}/syntheses"),),
        follows=("assessment",),
    ),
    Operation(
        name="synthesis",
        request=SynthesisRequest,
        answer=SynthesisView,
        roles=YEAR_READERS,
        scope=Scope.BY_ID,
        summary="Một bản tổng hợp: các số đã tính, phần viết tay, đã gửi đâu.",
        routes=(get("/syntheses/{synthesis}"),),
        commands=("report show", "report write"),
    ),
    Operation(
        name="synthesis_number",
        request=SynthesisNumberRequest,
        answer=SynthesisNumberAnswer,
        roles=YEAR_READERS,
        scope=Scope.BY_ID,
        summary="Một số của bản tổng hợp và từng việc mà nó đếm.",
        routes=(get("/syntheses/{synthesis}/numbers/{key}"),),
        timeout_s=30,
    ),
    Operation(
        name="write_synthesis",
        request=WriteSynthesis,
        answer=SynthesisView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Sửa phần viết tay của bản tổng hợp chưa gửi.",
        routes=(put("/syntheses/{synthesis}/texts"),),
        commands=("report write",),
    ),
    Operation(
        name="send_synthesis",
        request=SendSynthesis,
        answer=SynthesisView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Ghi việc đã gửi bản tổng hợp: gửi ai, số, ngày; từ đó chỉ còn đọc.",
        routes=(post("/syntheses/{synthesis}/sendings"),),
        commands=("report send",),
    ),
)
"""What may be asked, by whom."""
