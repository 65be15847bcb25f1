"""Visits as the assessment service knows them: drafts until the visit is concluded, and the path from paper to decision.

What a team writes while its visit is open is a draft, for it may still be changed; only a concluded visit speaks for its
layer. A decision of the department rests on a self-assessment that was submitted before such a visit began.
"""

from __future__ import annotations

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.registered_path import Decision, registered_visit
from services.assessment.domain.replay import CycleState
from services.assessment.domain.rulebook_lookup import Key
from services.assessment.errors import NotConcluded, NotSubmitted
from shared.problems import Problem
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, EvidenceRequestId, InspectionId, Position


class Visits:
    """The visits of one school in its stream: what each found so far, which are concluded, what each asks evidence for."""

    __slots__ = ("_drafts", "_reopened", "concluded")

    def __init__(self) -> None:
        self._drafts: dict[str, dict[Key, f.FindingTaken]] = {}
        self._reopened: dict[EvidenceRequestId, f.LinkingReopened] = {}
        self.concluded: dict[str, f.VisitConcluded] = {}

    def apply(self, fact: f.FindingTaken | f.VisitConcluded | f.LinkingReopened) -> None:
        """Apply a finding, a conclusion or a request for evidence; the later finding on an indicator holds."""
        if isinstance(fact, f.VisitConcluded):
            self.concluded[fact.inspection] = fact
        elif isinstance(fact, f.LinkingReopened):
            self._reopened[fact.request] = fact
        else:
            self._drafts.setdefault(fact.inspection, {})[fact.criterion, fact.level, fact.indicator] = fact

    def found(self, inspection: InspectionId) -> dict[Key, f.FindingTaken]:
        """Return what a visit found, in the order in which it looked."""
        return dict(self._drafts.get(inspection, {}))

    def has_reopened(self, request: EvidenceRequestId) -> bool:
        """Say whether a request was taken over."""
        return request in self._reopened

    def reopens(self, cycle: CycleId, criterion: CriterionCode) -> bool:
        """Say whether a visit that goes on asks for evidence of this criterion of a cycle."""
        return any(
            (fact.cycle, fact.criterion) == (cycle, criterion) and fact.inspection not in self.concluded
            for fact in self._reopened.values()
        )


class DecisionPath(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision rests on: the cycle, the log position of its submission, and the concluded visit."""

    opened: f.CycleOpened
    submission: Position
    visit: f.VisitConcluded


def path_to_decision(cycles: list[CycleState], decision: Decision) -> DecisionPath:
    """Return the path of the newest cycle that has one by a day: submitted, visited by the department, concluded; and
    registered, accepted before that visit, its draft report replied to or passed over in silence, its report final.

    `cycles` are states on that very day, the newest first; the first decides what is told when none has a path.
    Raises NotSubmitted, NotConcluded, and what `registered_visit` raises; as awaiting news where a visit or a step that is
    missing in one of the cycles may be on its way.
    """
    refusals: list[Problem] = []
    for cycle in cycles:
        try:
            return _path(cycle, decision)
        except Problem as refusal:
            refusals.append(refusal)
    if not refusals:
        raise NotSubmitted(
            f"Đến ngày {format_date(decision.on)} trường chưa mở đợt tự đánh giá nào. Chưa ghi gì. "
            f"Trường tự đánh giá và trình báo cáo trước.{decision.otherwise}"
        )
    raise refusals[0].awaiting_news(awaited=any(refusal.awaits_news for refusal in refusals))


def _path(cycle: CycleState, decision: Decision) -> DecisionPath:
    opened = cycle.opened
    assert opened is not None
    submitted = cycle.submitted
    fact = submitted.entry.fact if submitted else None
    if submitted is None or not isinstance(fact, f.SelfAssessmentSubmitted) or fact.submitted_on > decision.on:
        raise NotSubmitted(
            f"Đến ngày {format_date(decision.on)} trường chưa trình báo cáo tự đánh giá đợt {opened.cycle}. Chưa ghi gì. "
            f"Hiệu trưởng trình báo cáo trước.{decision.otherwise}",
            cycle=opened.cycle,
        )
    visits = [visit for visit in _concluded(cycle, Layer.DEPARTMENT) if visit.concluded_on <= decision.on]
    fitting = [visit for visit in visits if visit.first_day >= fact.submitted_on]
    if not fitting:
        early = " Đợt đã kết luận bắt đầu trước ngày trình nên không tính." if visits else ""
        raise NotConcluded(
            f"Đến ngày {format_date(decision.on)} chưa có đợt đánh giá ngoài nào của Sở kết luận sau ngày trình "
            f"{format_date(fact.submitted_on)} (đợt {opened.cycle}).{early} Chưa ghi gì. "
            "Đoàn kết luận trước, rồi ghi quyết định.",
            cycle=opened.cycle,
        ).awaiting_news()
    visit = registered_visit(opened.cycle, cycle.registration, fitting, decision)
    return DecisionPath(opened=opened, submission=submitted.position, visit=visit)


def _concluded(cycle: CycleState, layer: Layer) -> list[f.VisitConcluded]:
    facts = (one.entry.fact for one in cycle.visits.values())
    return [one for one in facts if isinstance(one, f.VisitConcluded) and one.layer is layer]


def reopened_criteria(cycle: CycleState) -> list[CriterionCode]:
    """Return the criteria of a cycle of which a visit that goes on asks for evidence, in the order asked."""
    facts = (one.entry.fact for one in cycle.reopened.values())
    open_requests = (one for one in facts if isinstance(one, f.LinkingReopened) and one.inspection not in cycle.visits)
    return list(dict.fromkeys(one.criterion for one in open_requests))


def criteria_seen(cycle: CycleState) -> dict[Layer, tuple[InspectionId, int]]:
    """Return for each layer the visit that is open and how many criteria it looked at; the latest to write where several."""
    open_visits: dict[Layer, tuple[InspectionId, int]] = {}
    for inspection, drafts in cycle.drafts.items():
        if inspection not in cycle.visits and drafts:
            fact = next(iter(drafts.values())).entry.fact
            assert isinstance(fact, f.FindingTaken)
            open_visits[fact.layer] = (inspection, len({key[0] for key in drafts}))
    return open_visits
