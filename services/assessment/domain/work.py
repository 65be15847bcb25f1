"""How far the school is with a self-assessment: council, plan, texts, review, votes and improvement of one cycle, folded.

A criterion goes from the first word to the council's vote: viết → chờ soát → (yêu cầu sửa →) đã soát → Hội đồng thông qua.
Each step names the log position of what it was taken on. What is changed later does not hide behind the step: from a vote
the criterion falls back to reviewed, from a review to handed in, and in a version that was opened again to being written.
"""

from __future__ import annotations

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import BEGINNING, CommentId, CriterionCode, GroupId, ImprovementId, MeetingId, Position
from shared.vocabulary.self_assessment import CriterionStep

DESCRIPTION = 0
"""In place of a level: the strengths and weaknesses of a criterion."""


class CriterionWork:
    """The work on one criterion. `step` is where it stands; `by` who took it there, `at` at which position.

    `changed` is the position of the last change of its content, `fell_from` the step that this change took it back from.
    `inherited`: the step was reached in the version that this one reopens.
    """

    __slots__ = (
        "assignment",
        "at",
        "by",
        "changed",
        "changed_by",
        "comments",
        "facets",
        "fell_from",
        "inherited",
        "request",
        "resolved",
        "step",
        "texts",
        "unread",
        "vote",
        "writers",
    )

    def __init__(self) -> None:
        self.step = CriterionStep.NOT_STARTED
        self.at = BEGINNING
        self.by = ""
        self.changed: Position = BEGINNING
        self.changed_by = ""
        self.fell_from: CriterionStep | None = None
        self.inherited = False
        self.assignment: RecordedEvent | None = None
        self.texts: dict[int, RecordedEvent] = {}
        """Level → what was written of it last."""
        self.facets: dict[tuple[int, str], RecordedEvent] = {}
        self.unread: set[int] = set()
        """Levels (0 the description) whose text was taken from a former cycle and not read again yet."""
        self.request: RecordedEvent | None = None
        """The changes that were requested last, and not handed in since."""
        self.vote: RecordedEvent | None = None
        self.comments: dict[CommentId, RecordedEvent] = {}
        self.resolved: dict[CommentId, RecordedEvent] = {}
        self.writers: set[str] = set()
        """Accounts that wrote a text of it in this cycle."""

    def taken_over(self) -> CriterionWork:
        """Return what a version that reopens the cycle begins with: the same texts, the same step until somebody changes it."""
        own = CriterionWork()
        own.step, own.at, own.by = self.step, self.at, self.by
        own.changed, own.changed_by, own.fell_from = self.changed, self.changed_by, self.fell_from
        own.inherited = True
        own.assignment, own.request, own.vote = self.assignment, self.request, self.vote
        own.texts, own.facets = dict(self.texts), dict(self.facets)
        own.unread, own.writers = set(self.unread), set(self.writers)
        own.comments, own.resolved = dict(self.comments), dict(self.resolved)
        return own

    def copied(self, *, described: bool) -> CriterionWork:
        """Return what the cycle of a later year begins with: the texts, each to be read again."""
        own = CriterionWork()
        own.texts, own.facets = dict(self.texts), dict(self.facets)
        own.unread = set(self.texts) | ({DESCRIPTION} if described else set())
        return own

    def touched(self, logged: RecordedEvent) -> None:
        """Note a change of the content: it takes the criterion back from a step that was taken on another content."""
        self.changed, self.changed_by = max(self.changed, logged.position), logged.entry.meta.actor
        before = self.step
        if self.inherited and before is not CriterionStep.NOT_STARTED:
            self.step, self.inherited = CriterionStep.WRITING, False
            self.fell_from = before if before is not CriterionStep.WRITING else None
        elif before is CriterionStep.PASSED:
            self.step, self.fell_from = CriterionStep.REVIEWED, before
        elif before is CriterionStep.REVIEWED and self.fell_from is not CriterionStep.PASSED:
            self.step, self.fell_from = CriterionStep.HANDED_IN, before
        elif before in {CriterionStep.NOT_STARTED, CriterionStep.CHANGES_REQUESTED}:
            self.step = CriterionStep.WRITING
        else:
            return
        self.at, self.by = logged.position, logged.entry.meta.actor

    def fall_if_changed_after(self, of: Position, logged: RecordedEvent) -> None:
        """Take back the step just taken when its content was changed later in the log, though told for an earlier day."""
        if self.changed > of:
            before = self.step
            self.stepped(CriterionStep.REVIEWED if before is CriterionStep.PASSED else CriterionStep.HANDED_IN, logged)
            self.fell_from = before

    def stepped(self, step: CriterionStep, logged: RecordedEvent) -> None:
        """Take a step that somebody decided on."""
        self.step, self.at, self.by = step, logged.position, logged.entry.meta.actor
        self.fell_from = None
        self.inherited = False


class SelfAssessmentWork:
    """The work of one cycle; the values are log entries, so that every answer can name its positions."""

    __slots__ = (
        "approval",
        "council",
        "criteria",
        "groups",
        "improvements",
        "meetings",
        "plan",
        "plan_approval",
        "publication",
        "reviews",
        "sections",
        "standards",
    )

    def __init__(self) -> None:
        self.council: RecordedEvent | None = None
        self.groups: dict[GroupId, RecordedEvent] = {}
        self.plan: RecordedEvent | None = None
        self.plan_approval: RecordedEvent | None = None
        self.criteria: dict[CriterionCode, CriterionWork] = {}
        self.standards: dict[str, RecordedEvent] = {}
        self.sections: dict[str, RecordedEvent] = {}
        self.meetings: dict[MeetingId, RecordedEvent] = {}
        self.approval: RecordedEvent | None = None
        self.publication: RecordedEvent | None = None
        self.improvements: dict[ImprovementId, RecordedEvent] = {}
        self.reviews: dict[ImprovementId, list[RecordedEvent]] = {}

    def criterion(self, code: CriterionCode) -> CriterionWork:
        """Return the work on a criterion, begun when there is none."""
        return self.criteria.setdefault(code, CriterionWork())

    def seen(self, code: CriterionCode) -> CriterionWork:
        """Return the work on a criterion without beginning it."""
        return self.criteria.get(code) or CriterionWork()

    def take_over(self, former: SelfAssessmentWork) -> None:
        """Begin where the version that is opened again ended; what was approved and published was that version."""
        self.council, self.plan, self.plan_approval = former.council, former.plan, former.plan_approval
        self.groups, self.meetings = dict(former.groups), dict(former.meetings)
        self.standards, self.sections = dict(former.standards), dict(former.sections)
        self.improvements = dict(former.improvements)
        self.reviews = {item: list(reviews) for item, reviews in former.reviews.items()}
        self.criteria = {code: work.taken_over() for code, work in former.criteria.items()}

    def copy_texts(self, former: SelfAssessmentWork, described: set[CriterionCode]) -> None:
        """Begin the cycle of a later year with the texts of a former one; `described` are the criteria with a description."""
        self.standards, self.sections = dict(former.standards), dict(former.sections)
        for code in {*former.criteria, *described}:
            self.criteria[code] = former.seen(code).copied(described=code in described)

    def apply(self, fact: Fact, logged: RecordedEvent) -> None:
        """Fold a fact of `self_assessment_facts`, or one that changes a criterion's content; others are passed over."""
        match fact:
            case sf.CouncilSetUp():
                self.council = logged
            case sf.GroupFormed():
                self._group(fact, logged)
            case sf.CriterionAssigned():
                self.criterion(fact.criterion).assignment = logged
            case sf.SelfAssessmentPlanned():
                self.plan, self.plan_approval = logged, None
            case sf.PlanApproved():
                self.plan_approval = logged
            case sf.StandardDescribed():
                self.standards[fact.standard] = logged
            case sf.ReportSectionWritten():
                self.sections[fact.section] = logged
            case sf.CouncilMet():
                self.meetings[fact.meeting] = logged
            case sf.ReportApproved():
                self.approval = logged
            case sf.ReportPublished():
                self.publication = logged
            case sf.ImprovementItemSet():
                self.improvements[fact.item] = logged
            case sf.ImprovementReviewed():
                self.reviews.setdefault(fact.item, []).append(logged)
            case _ if type(fact) in _OF_CRITERION:
                self._of_criterion(fact, logged)

    def _group(self, fact: sf.GroupFormed, logged: RecordedEvent) -> None:
        if fact.members:
            self.groups[fact.group] = logged
        else:
            self.groups.pop(fact.group, None)

    def _of_criterion(self, fact: Fact, logged: RecordedEvent) -> None:
        work = self.criterion(fact.criterion)  # type: ignore[attr-defined]  # each of _OF_CRITERION has one
        match fact:
            case sf.FacetsDefined():
                work.facets[fact.level, fact.indicator] = logged
            case sf.StatusWritten():
                work.texts[fact.level] = logged
                work.unread.discard(fact.level)
                work.writers.add(logged.entry.meta.actor)
                work.touched(logged)
            case sf.CopiedTextKept():
                work.unread.discard(fact.level)
                work.touched(logged)
            case f.CriterionDescribed():
                work.unread.discard(DESCRIPTION)
                work.writers.add(logged.entry.meta.actor)
                work.touched(logged)
            case sf.CriterionHandedIn():
                work.request = None
                work.stepped(CriterionStep.HANDED_IN, logged)
            case sf.CriterionTakenBack():
                work.stepped(CriterionStep.WRITING, logged)
            case sf.ChangesRequested():
                work.request = logged
                work.stepped(CriterionStep.CHANGES_REQUESTED, logged)
            case sf.CriterionReviewed():
                work.stepped(CriterionStep.REVIEWED, logged)
                work.fall_if_changed_after(fact.of, logged)
            case sf.CriterionVoted():
                work.vote = logged
                if fact.passed:
                    work.stepped(CriterionStep.PASSED, logged)
                    work.fall_if_changed_after(fact.of, logged)
            case sf.CommentAdded():
                work.comments[fact.comment] = logged
            case sf.CommentResolved():
                work.resolved[fact.comment] = logged
            case f.IndicatorJudged() if fact.layer is not Layer.SCHOOL:
                pass
            case _:
                work.touched(logged)


_OF_CRITERION: frozenset[type[Fact]] = frozenset(
    {
        sf.FacetsDefined,
        sf.StatusWritten,
        sf.CopiedTextKept,
        sf.CriterionHandedIn,
        sf.CriterionTakenBack,
        sf.ChangesRequested,
        sf.CriterionReviewed,
        sf.CriterionVoted,
        sf.CommentAdded,
        sf.CommentResolved,
        f.IndicatorJudged,
        f.PartJudged,
        f.CriterionDescribed,
        f.EvidenceLinked,
        f.EvidenceUnlinked,
    }
)
