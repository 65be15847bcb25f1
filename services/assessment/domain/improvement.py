"""The improvement plan: what an item must say, what is owed of it by when, and what it all costs.

TT57/2026 Đ10 wants the plan looked at twice a school year, at the end of the first term and of the year; on which days is a
marked setting (`shared.rulebook.conventions`). The plan lives on after the report is submitted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.work import SelfAssessmentWork
from services.assessment.errors import ChangedMeanwhile, DoneWithoutEvidence, NoSuchImprovement
from shared.clock import vietnam_date
from shared.eventlog.log import RecordedEvent
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.rulebook.conventions import ReviewDays
from shared.rulebook.problems import NoSuchCriterion
from shared.text import format_date
from shared.vocabulary.ids import ImprovementId, Position
from shared.vocabulary.self_assessment import ImprovementStatus, ReviewOccasion

END = "ket_thuc"
"""What is due when an item's work is to end."""

OVER = frozenset({ImprovementStatus.DONE, ImprovementStatus.DROPPED})
"""Nothing is owed of an item that is done or dropped."""

MOST_VND = 10**15
"""Dearer than any school: a million billion đồng is a slip of the hand."""


class Owed(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something owed of an item: by when, and what (a review, or the end of the work)."""

    on: dt.date
    what: str


class ItemState(msgspec.Struct, frozen=True, kw_only=True):
    """An item with its reviews, the oldest first, its status, and what is owed of it, the earliest first."""

    logged: RecordedEvent
    item: sf.ImprovementItemSet
    reviews: list[tuple[RecordedEvent, sf.ImprovementReviewed]]
    status: ImprovementStatus
    dues: list[Owed]

    def overdue_days(self, today: dt.date) -> int:
        """Return by how many days the earliest thing owed is late, 0 when nothing is."""
        return max((today - self.dues[0].on).days, 0) if self.dues else 0


# --- commands


def checked_item(rulebook: Rulebook, item: sf.ImprovementItemSet) -> sf.ImprovementItemSet:
    """Return an item as it is stored; the standard of its criterion is filled in.

    Raises BadRequest for what is missing or cannot be, NoSuchCriterion.
    """
    numbers = {str(standard.number) for standard in rulebook.standards}
    if item.criterion:
        own = criterion_of(rulebook, item.criterion).standard
        own_standard = str(own) if own else ""
        if item.standard and item.standard != own_standard:
            raise BadRequest(
                f"Tiêu chí {item.criterion} không thuộc tiêu chuẩn {item.standard}. Chưa ghi gì.", path="$.standard"
            )
        item = msgspec.structs.replace(item, standard=own_standard)
    elif not item.standard:
        raise BadRequest("Việc cải tiến thuộc một tiêu chí hoặc một tiêu chuẩn. Chưa ghi gì. Chọn một.", path="$.criterion")
    elif item.standard not in numbers:
        raise NoSuchCriterion(f"{rulebook.circular} không có tiêu chuẩn {item.standard}.", rulebook=rulebook.id)
    for text, what, path in ((item.aim, "mục tiêu", "$.aim"), (item.action, "việc làm", "$.action")):
        if not text:
            raise BadRequest(f"Chưa nhập {what}. Chưa ghi gì.", path=path)
    if item.starts and item.ends and item.ends < item.starts:
        raise BadRequest(
            f"Ngày xong {format_date(item.ends)} trước ngày bắt đầu {format_date(item.starts)}. Chọn lại ngày.", path="$.to"
        )
    if item.cost_vnd is not None and not 0 <= item.cost_vnd <= MOST_VND:
        raise BadRequest("Kinh phí tính bằng đồng, từ 0 trở lên. Chưa ghi gì.", path="$.cost_vnd")
    return item


def item_of(work: SelfAssessmentWork, item: ImprovementId) -> sf.ImprovementItemSet:
    """Return an item as it was set last. Raises NoSuchImprovement."""
    logged = work.improvements.get(item)
    if logged is None:
        raise NoSuchImprovement("Kế hoạch cải tiến của đợt không có việc này. Chưa ghi gì. Xem danh sách.", item=item)
    assert isinstance(logged.entry.fact, sf.ImprovementItemSet)
    return logged.entry.fact


def changed_item(
    work: SelfAssessmentWork, new: sf.ImprovementItemSet, expected: Position | None
) -> sf.ImprovementItemSet | None:
    """Return the item to record, None when it stands so already; `expected` is the position that was seen, None unchecked.

    Raises NoSuchImprovement, ChangedMeanwhile with what stands.
    """
    before = item_of(work, new.item)
    if new == before:
        return None
    position = work.improvements[new.item].position
    if expected is not None and expected != position:
        raise ChangedMeanwhile(
            f"Có người đã sửa việc này (bản ghi số {position}) sau khi mở. Chưa ghi đè gì. Xem hai bản.",
            position=position,
            item=msgspec.to_builtins(before),
        )
    return new


def same_item(work: SelfAssessmentWork, new: sf.ImprovementItemSet) -> ImprovementId:
    """Return the id under which the very same item stands already, '' for none."""
    for item, logged in work.improvements.items():
        if logged.entry.fact == msgspec.structs.replace(new, item=item):
            return item
    return ImprovementId("")


def decide_review(work: SelfAssessmentWork, review: sf.ImprovementReviewed) -> sf.ImprovementReviewed | None:
    """Return the review to record, None when the same already stands last. Raises NoSuchImprovement, DoneWithoutEvidence."""
    item_of(work, review.item)
    if review.status is ImprovementStatus.DONE and not review.evidence:
        raise DoneWithoutEvidence(
            "Việc chỉ xong khi có minh chứng. Chưa ghi gì. Chọn tài liệu làm minh chứng, hoặc ghi “Chờ minh chứng”."
        )
    before = work.reviews.get(review.item)
    return None if before and before[-1].entry.fact == review else review


# --- what stands


def items_of(work: SelfAssessmentWork, days: ReviewDays) -> list[ItemState]:
    """Return the items, by what is owed next: those overdue the longest first, what is over last."""
    found = [_state(work, item, logged, days) for item, logged in work.improvements.items()]
    never = dt.date.max
    return sorted(found, key=lambda one: (one.dues[0].on if one.dues else never, one.logged.position))


def sums_by_source(items: Iterable[ItemState]) -> dict[str, tuple[int, int]]:
    """Return source of money → (what its items cost together in đồng, how many they are); dropped ones cost nothing."""
    sums: dict[str, tuple[int, int]] = {}
    for state in items:
        if state.item.cost_vnd is not None and state.status is not ImprovementStatus.DROPPED:
            cost, number = sums.get(state.item.source, (0, 0))
            sums[state.item.source] = (cost + state.item.cost_vnd, number + 1)
    return dict(sorted(sums.items()))


def _state(work: SelfAssessmentWork, item: ImprovementId, logged: RecordedEvent, days: ReviewDays) -> ItemState:
    fact = logged.entry.fact
    assert isinstance(fact, sf.ImprovementItemSet)
    reviews = [(one, one.entry.fact) for one in work.reviews.get(item, [])]
    done: list[tuple[RecordedEvent, sf.ImprovementReviewed]] = [
        (one, review) for one, review in reviews if isinstance(review, sf.ImprovementReviewed)
    ]
    status = done[-1][1].status if done else ImprovementStatus.NOT_STARTED
    begins = fact.starts or vietnam_date(logged.entry.meta.occurred)
    dues = [] if status in OVER else sorted(_dues(fact, begins, [review for _, review in done], days))
    return ItemState(logged=logged, item=fact, reviews=done, status=status, dues=dues)


def _dues(
    item: sf.ImprovementItemSet, begins: dt.date, reviews: list[sf.ImprovementReviewed], days: ReviewDays
) -> Iterator[Owed]:
    if item.ends:
        yield Owed(on=item.ends, what=END)
    answered = [day for review in reviews if (day := _nearest(days, review.occasion, review.reviewed_on))]
    # One that was missed long ago is history once a later one was held.
    last = max(answered, default=dt.date.min)
    day, occasion = next((day, occasion) for day, occasion in _scheduled(days, begins) if day > last)
    yield Owed(on=day, what=occasion.value)


def _scheduled(days: ReviewDays, begins: dt.date) -> Iterator[tuple[dt.date, ReviewOccasion]]:
    """Yield the days on which the plan is looked at, from the day an item begins on."""
    for year in range(begins.year, dt.date.max.year):
        for day, occasion in ((days.hk1, ReviewOccasion.FIRST_TERM), (days.cuoi_nam, ReviewOccasion.END_OF_YEAR)):
            if day.of(year) >= begins:
                yield day.of(year), occasion


def _nearest(days: ReviewDays, occasion: ReviewOccasion, on: dt.date) -> dt.date | None:
    """Return the scheduled day that a review answers: the nearest of its occasion; a review in between answers none."""
    if occasion is ReviewOccasion.OTHER:
        return None
    day = days.hk1 if occasion is ReviewOccasion.FIRST_TERM else days.cuoi_nam
    return min((day.of(year) for year in (on.year - 1, on.year, on.year + 1)), key=lambda one: abs(one - on))
