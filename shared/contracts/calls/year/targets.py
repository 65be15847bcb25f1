"""Calls of the inspection service about targets: what schools are to reach by when."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import (
    CLERKS_AND_COUNCIL,
    COMMUNE_PLANNERS,
    YEAR_READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead, TargetState
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, Position, SchoolCode, Sha256, TargetId

MOST_TARGETS = 3000
"""At once: a hundred schools, every criterion."""


class TargetWanted(Call, frozen=True, kw_only=True):
    """What a school is to reach: a level of a criterion by a day, and in whose layer that is seen."""

    school: SchoolCode
    criterion: CriterionCode
    level: int
    by: dt.date
    lead: TargetLead = TargetLead.SCHOOL
    means: str = ""
    layer: Layer = Layer.SCHOOL


class SetTargets(Call, frozen=True, kw_only=True):
    """Set targets for schools of a commune, all or none; one that stands so already stays as it is."""

    commune: CommuneCode
    year: int
    targets: list[TargetWanted]


class TargetsSet(Answer, frozen=True, kw_only=True):
    """Targets stand: their ids in the order asked, and the position of the last event."""

    ids: list[TargetId]
    position: Position


class ReviseTarget(Call, frozen=True, kw_only=True):
    """Change a target for a reason; what is not named stays. `seen` is the version that was looked at (0: unchecked)."""

    commune: CommuneCode
    year: int
    school: SchoolCode
    criterion: CriterionCode
    reason: str
    level: int | None = None
    by: dt.date | None = None
    lead: TargetLead | None = None
    means: str | None = None
    layer: Layer | None = None
    seen: int = 0


class DropTarget(Call, frozen=True, kw_only=True):
    """Give a target up, for a reason."""

    commune: CommuneCode
    year: int
    school: SchoolCode
    criterion: CriterionCode
    reason: str


class TargetBoardRequest(Call, frozen=True, kw_only=True):
    """Ask how the targets of a year stand, as one layer sees it; `known_at` is a log position (0: now)."""

    commune: CommuneCode
    year: int
    layer: Layer = Layer.SCHOOL
    known_at: Position = BEGINNING


class TargetView(Answer, frozen=True, kw_only=True):
    """A target and how it stands. `layer` is whose results count for it, `rulebook` the one whose criterion it is.

    `state` and `met_on` are as the layer sees it that was asked about. `earliest` is the earliest day on which it can be
    met, none where it is met or where that is not known; `because` says why.
    """

    id: TargetId
    school: SchoolCode
    criterion: CriterionCode
    level: int
    by: dt.date
    lead: TargetLead
    means: str
    layer: Layer
    state: TargetState
    met_on: dt.date | None
    earliest: dt.date | None
    because: str
    rulebook: str
    is_revised: bool = False


class TargetSchool(Answer, frozen=True, kw_only=True):
    """A school of the commune: the rulebook of its newest cycle, else the one in force, and its targets by state.

    `closed_on` is None for one that is open.
    """

    school: SchoolCode
    name: str
    rulebook: str
    digest: Sha256
    counts: dict[TargetState, int]
    closed_on: dt.date | None = None


class TargetBoard(Answer, frozen=True, kw_only=True):
    """The targets of a commune's year by school name and criterion, and how many stand how."""

    commune: CommuneCode
    year: int
    layer: Layer
    day: dt.date
    targets: list[TargetView]
    schools: list[TargetSchool]
    counts: dict[TargetState, int]


class TargetRequest(Call, frozen=True, kw_only=True):
    """Ask about the target of one school for one criterion, as one layer sees it."""

    commune: CommuneCode
    year: int
    school: SchoolCode
    criterion: CriterionCode
    layer: Layer | None = None


class TargetStep(Answer, frozen=True, kw_only=True):
    """Something under way for a criterion: what, and by when; `why` says what is lacking where that is not known."""

    what: str
    by: dt.date | None
    why: str


class TargetAct(Answer, frozen=True, kw_only=True):
    """What was done about a target: `kind` is the fact's name, `text` a reason or the means, `by_actor` the account."""

    kind: str
    on: dt.date
    level: int | None
    by: dt.date | None
    text: str
    actor: str
    position: Position


class TargetDetail(Answer, frozen=True, kw_only=True):
    """A criterion of a school: its target, none while there is none; what is missing, what is under way, what was done.

    `levels` are those the criterion has in `rulebook`. `version` is what a revision names as seen.
    """

    school: SchoolCode
    school_name: str
    criterion: CriterionCode
    title: str
    rulebook: str
    levels: list[int]
    target: TargetView | None
    missing: list[str]
    steps: list[TargetStep]
    acts: list[TargetAct]
    version: int


class SchoolTargetsRequest(Call, frozen=True, kw_only=True):
    """Ask for the targets of one school; `year` 0 is every year."""

    school: SchoolCode
    year: int = 0


class SchoolTarget(Answer, frozen=True, kw_only=True):
    """A target of a school, and the commune and year that set it."""

    commune: CommuneCode
    year: int
    target: TargetView


class SchoolTargets(Answer, frozen=True, kw_only=True):
    """The targets of one school, what is late first, then by day."""

    school: SchoolCode
    targets: list[SchoolTarget]


class TargetBacktestRequest(Call, frozen=True, kw_only=True):
    """Ask what was forecast some days ago, and what came of it."""

    commune: CommuneCode
    year: int
    days: int = 60


class PastForecast(Answer, frozen=True, kw_only=True):
    """What was forecast for a target that was open then: `earliest` (none: not known), why, and when it was met since."""

    school: SchoolCode
    criterion: CriterionCode
    level: int
    by: dt.date
    earliest: dt.date | None
    because: str
    met_on: dt.date | None


class TargetBacktest(Answer, frozen=True, kw_only=True):
    """The forecasts of a day in the past, by school and criterion; `known_at` is the last log position of that day."""

    day: dt.date
    known_at: Position
    forecasts: list[PastForecast]


_TARGETS = "/communes/{commune}/years/{year}/targets"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="set_targets",
        request=SetTargets,
        answer=TargetsSet,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Đặt chỉ tiêu tiêu chí cho các trường của xã trong một năm.",
        routes=(post(_TARGETS),),
        commands=("target set",),
        follows=("assessment",),
        timeout_s=30,
    ),
    Operation(
        name="revise_target",
        request=ReviseTarget,
        answer=Done,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Điều chỉnh một chỉ tiêu, kèm lý do.",
        routes=(post(f"{_TARGETS}/revisions"),),
        commands=("target revise",),
        follows=("assessment",),
    ),
    Operation(
        name="drop_target",
        request=DropTarget,
        answer=Done,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Bỏ một chỉ tiêu, kèm lý do.",
        routes=(post(f"{_TARGETS}/drops"),),
        commands=("target drop",),
        follows=("assessment",),
    ),
    Operation(
        name="target_board",
        request=TargetBoardRequest,
        answer=TargetBoard,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Các chỉ tiêu của xã trong một năm theo một lớp kết quả: đạt, đang làm, trễ, và sớm nhất khi nào.",
        routes=(get(_TARGETS),),
        commands=("target board",),
        follows=("assessment",),
        timeout_s=30,
    ),
    Operation(
        name="target_backtest",
        request=TargetBacktestRequest,
        answer=TargetBacktest,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Dự báo của các chỉ tiêu ở một ngày đã qua, so với ngày đạt thật.",
        routes=(get("/communes/{commune}/years/{year}/target-backtest"),),
        commands=("target backtest",),
        follows=("assessment",),
        timeout_s=30,
    ),
    Operation(
        name="target",
        request=TargetRequest,
        answer=TargetDetail,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Chỉ tiêu một tiêu chí của một trường: còn thiếu gì, việc nào đang làm, đã sửa những gì.",
        routes=(get(f"{_TARGETS}/{{school}}/{{criterion}}"),),
        follows=("assessment",),
    ),
    Operation(
        name="school_targets",
        request=SchoolTargetsRequest,
        answer=SchoolTargets,
        roles=YEAR_READERS | CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Chỉ tiêu xã đặt cho một trường.",
        routes=(get("/schools/{school}/targets"),),
        commands=("target school",),
        follows=("assessment",),
    ),
)
"""What may be asked, by whom."""
