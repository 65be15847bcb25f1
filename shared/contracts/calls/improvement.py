"""Calls of the assessment service about the improvement plan: items and their reviews."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import CLERKS_AND_COUNCIL, READERS, Operation, Scope, get, post, put
from shared.vocabulary.ids import (
    BEGINNING,
    CriterionCode,
    CycleId,
    DocumentId,
    ImprovementId,
    PersonId,
    Position,
    SchoolCode,
)
from shared.vocabulary.self_assessment import ImprovementStatus, ReviewOccasion


class AddImprovement(Call, frozen=True, kw_only=True, rename={"starts": "from", "ends": "to"}):
    """Put an item into the improvement plan of a cycle: for a criterion, or for a standard as a whole.

    `cost_vnd` is in whole đồng, with the `source` it comes from. `owner` is an office or a group,
    `person` who answers for it.
    """

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode = CriterionCode("")
    standard: str = ""
    problem: str = ""
    aim: str
    action: str
    measure: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    owner: str = ""
    person: PersonId = PersonId("")
    cost_vnd: int | None = None
    source: str = ""
    evidence_expected: str = ""


class ImprovementAdded(Answer, frozen=True, kw_only=True):
    """An item was put into the plan; reviews name its `id`."""

    id: ImprovementId
    position: Position


class ChangeImprovement(Call, frozen=True, kw_only=True, rename={"starts": "from", "ends": "to"}):
    """Write an item of the improvement plan anew; what is not named becomes empty, its reviews stay.

    `expected` is the position of the item that the person saw; none: unchecked.
    """

    school: SchoolCode
    cycle: CycleId
    item: ImprovementId
    criterion: CriterionCode = CriterionCode("")
    standard: str = ""
    problem: str = ""
    aim: str
    action: str
    measure: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    owner: str = ""
    person: PersonId = PersonId("")
    cost_vnd: int | None = None
    source: str = ""
    evidence_expected: str = ""
    expected: Position | None = None


class ReviewImprovement(Call, frozen=True, kw_only=True):
    """Write down how far an item is, with what result, and what is adjusted; one that is done names its evidence."""

    school: SchoolCode
    cycle: CycleId
    item: ImprovementId
    occasion: ReviewOccasion
    status: ImprovementStatus
    on: dt.date | None = None
    result: str = ""
    adjustment: str = ""
    evidence: list[DocumentId] = []


class ImprovementsRequest(Call, frozen=True, kw_only=True):
    """Ask for the improvement plan of a cycle, or for what is `overdue` in it alone."""

    school: SchoolCode
    cycle: CycleId
    overdue: bool = False


class ImprovementReviewView(Answer, frozen=True, kw_only=True):
    """One review of an item."""

    occasion: ReviewOccasion
    on: dt.date
    status: ImprovementStatus
    result: str
    adjustment: str
    evidence: list[DocumentId]
    position: Position


class ImprovementView(Answer, frozen=True, kw_only=True, rename={"starts": "from", "ends": "to"}):
    """An item as it stands today, with its reviews, the oldest first.

    `next_due` is the next day on which something is owed: the end of the work (`due_what` "ket_thuc") or a review ("hk1",
    "cuoi_nam"). `overdue` with `overdue_days` counts from the earliest day that passed. Nothing is owed of what is done or
    dropped.
    """

    id: ImprovementId
    criterion: CriterionCode
    standard: str
    problem: str
    aim: str
    action: str
    measure: str
    starts: dt.date | None
    ends: dt.date | None
    owner: str
    person: PersonId
    cost_vnd: int | None
    source: str
    evidence_expected: str
    status: ImprovementStatus
    reviews: list[ImprovementReviewView]
    next_due: dt.date | None
    due_what: str
    overdue: bool
    overdue_days: int
    position: Position = BEGINNING


class SourceSum(Answer, frozen=True, kw_only=True):
    """What the items of one source of money cost together, in whole đồng; `source` '' is where none is named."""

    source: str
    cost_vnd: int
    items: int


class ImprovementsAnswer(Answer, frozen=True, kw_only=True):
    """The plan, what is overdue first; the sums by source add up to `total_vnd`.

    Dropped items cost nothing; `uncosted` items name no cost. `review_note` says where the days of the reviews come from.
    """

    school: SchoolCode
    cycle: CycleId
    on: dt.date
    items: list[ImprovementView]
    overdue: int
    sums: list[SourceSum]
    total_vnd: int
    uncosted: int
    review_note: str = ""


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="add_improvement",
        request=AddImprovement,
        answer=ImprovementAdded,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Thêm một việc vào kế hoạch cải tiến.",
        routes=(post("/schools/{school}/cycles/{cycle}/improvements"),),
        commands=("improve add",),
    ),
    Operation(
        name="change_improvement",
        request=ChangeImprovement,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Sửa một việc của kế hoạch cải tiến.",
        routes=(put("/schools/{school}/cycles/{cycle}/improvements/{item}"),),
        commands=("improve change",),
    ),
    Operation(
        name="review_improvement",
        request=ReviewImprovement,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Ghi kết quả theo dõi một việc cải tiến; xong thì kèm minh chứng.",
        routes=(post("/schools/{school}/cycles/{cycle}/improvements/{item}/reviews"),),
        commands=("improve review",),
        follows=("evidence",),
    ),
    Operation(
        name="improvements",
        request=ImprovementsRequest,
        answer=ImprovementsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Kế hoạch cải tiến: việc quá hạn trước, kỳ hạn tới, tổng kinh phí theo nguồn.",
        routes=(get("/schools/{school}/cycles/{cycle}/improvements"),),
        commands=("improve list",),
    ),
)
"""What may be asked, by whom."""
