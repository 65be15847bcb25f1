"""What the composers of papers read: a school's assessment at a moment, and the few words around it."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.deciding import approval_stands
from services.assessment.domain.replay import CycleState
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.work import SelfAssessmentWork
from shared.contracts.problems import PaperSubjectMissing
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.rulebook import Rulebook
from shared.rulebook.document import Form
from shared.vocabulary.assessment import EducationLevel, SchoolKind
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, MeetingId, Position, SchoolCode
from shared.vocabulary.self_assessment import CouncilRole, PaperKind

F = TypeVar("F", bound=Fact)

DEPARTMENT = "Sở Giáo dục và Đào tạo"
_KINDS_OF_COMMUNE = ("xã ", "phường ", "đặc khu ", "thị trấn ")
"""What the name of a commune begins with; the last is of before 2025, and stands in papers of then."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A school's assessment at a moment. `valid_at`, `known_at` are the last day and position that it rests on.

    `commune` is the commune's name as registered ("Xã Nậm Lam"). `criterion` and `meeting` are what a paper is about where
    it is not the cycle. `form` is the form of the pinned rulebook, None for one of our own.
    """

    kind: PaperKind
    assessed: SchoolAssessment
    cycle: CycleState
    commune: str
    valid_at: dt.date
    known_at: Position
    recorded_at: dt.datetime | None
    checkpoint: str
    form: Form | None = None
    criterion: CriterionCode = CriterionCode("")
    meeting: MeetingId = MeetingId("")

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook that the cycle is pinned to."""
        return self.assessed.rulebook

    @property
    def opened(self) -> f.CycleOpened:
        """The cycle as it was opened."""
        assert self.cycle.opened is not None
        return self.cycle.opened

    @property
    def cycle_id(self) -> CycleId:
        """The cycle's id."""
        return self.opened.cycle

    @property
    def year(self) -> str:
        """The school year, "2026-2027"."""
        return self.opened.year

    @property
    def work(self) -> SelfAssessmentWork:
        """The work of the cycle."""
        return self.cycle.work

    @property
    def school(self) -> SchoolCode:
        """The school's code."""
        return self._registered.school

    @property
    def school_name(self) -> str:
        """The school's name."""
        return self._registered.name

    @property
    def place(self) -> str:
        """Địa danh: the commune's name without its kind, "Nậm Lam"."""
        return place_of(self.commune)

    @property
    def superior(self) -> str:
        """The body above the school, as it stands in a heading: "UBND xã Nậm Lam"."""
        return superior_of(self._registered, self.commune)

    @property
    def council(self) -> sf.CouncilSetUp | None:
        """The council of the cycle."""
        return fact_of(self.work.council, sf.CouncilSetUp)

    def members(self, *roles: CouncilRole) -> list[sf.CouncilMember]:
        """Return the council's members in the order of the decision, those of `roles` where some are named."""
        council = self.council
        return [member for member in council.members if not roles or member.role in roles] if council else []

    def coding_of(self, document: DocumentId) -> f.EvidenceCoded | None:
        """Return how a document got its code under the cycle's pattern, None while it has none."""
        return coding_of(self.assessed, document)

    @property
    def _registered(self) -> f.SchoolRegistered:
        assert self.assessed.state.school is not None
        return self.assessed.state.school


def place_of(commune: str) -> str:
    """Return địa danh: the name of a commune without its kind, "Nậm Lam"."""
    for kind in _KINDS_OF_COMMUNE:
        if commune.lower().startswith(kind):
            return commune[len(kind) :]
    return commune


def superior_of(school: f.SchoolRegistered, commune: str) -> str:
    """Return the body above a school, as it stands in a heading: "UBND xã Nậm Lam".

    A school with upper secondary classes is the department's (TT15/2025/TT-BGDĐT Đ6: the commune's are those below).
    """
    if school.kind is SchoolKind.UPPER_SECONDARY or EducationLevel.UPPER_SECONDARY.value in school.levels:
        return DEPARTMENT
    return f"UBND {commune[:1].lower()}{commune[1:]}" if commune else ""


def coding_of(assessed: SchoolAssessment, document: DocumentId) -> f.EvidenceCoded | None:
    """Return how a document got its code under the pattern of the rulebook, None while it has none."""
    pattern = assessed.rulebook.document.evidence_code.pattern
    for coded in assessed.state.codes.get(document, []):
        fact = coded.entry.fact
        if isinstance(fact, f.EvidenceCoded) and fact.pattern == pattern:
            return fact
    return None


def fact_of(logged: RecordedEvent | None, kind: type[F]) -> F | None:
    """Return the fact of a log entry that is of a known kind; None when there is no entry."""
    if logged is None:
        return None
    assert isinstance(logged.entry.fact, kind)
    return logged.entry.fact


def required(fact: F | None, words: str) -> F:
    """Return what a paper cannot do without; raises PaperSubjectMissing with the words of what is to be done first."""
    if fact is None:
        raise PaperSubjectMissing(words)
    return fact


def report_is_final(assessed: SchoolAssessment) -> bool:
    """Say whether the report is no draft any more: approved as it stands, or submitted."""
    submitted = assessed.cycle is not None and assessed.cycle.submitted is not None
    return submitted or approval_stands(assessed)
