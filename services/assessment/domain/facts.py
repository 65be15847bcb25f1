"""What is stored about schools: every fact of the assessment service, with its topic; nobody's name is in any of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

import msgspec

from shared.contracts.calls.assessment import GapKind, Layer, Result, SchoolKind
from shared.eventlog.facts import Fact, FactCatalogue


class CommuneRegistered(Fact, frozen=True, kw_only=True):
    """A commune office was set up, or given another name."""

    TOPIC: ClassVar[str] = "assessment.commune-registered"

    commune: str
    name: str


class SchoolRegistered(Fact, frozen=True, kw_only=True):
    """A school was set up in a commune. Master data: it holds at every valid time, and is known from its position on."""

    TOPIC: ClassVar[str] = "assessment.school-registered"

    school: str
    name: str
    kind: SchoolKind
    commune: str
    levels: tuple[str, ...] = ()


class ConditionsStated(Fact, frozen=True, kw_only=True):
    """Facts that recognition rests on were stated, to hold from `on`; those not named stay as they were."""

    TOPIC: ClassVar[str] = "assessment.conditions-stated"

    school: str
    conditions: dict[str, bool | int]
    on: dt.date


class CycleOpened(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A self-assessment cycle was opened and pinned to a rulebook by its digest.

    `reopens` is the submitted version whose own layer it takes over, for `reason`; '' where it starts anew.
    """

    TOPIC: ClassVar[str] = "assessment.cycle-opened"

    school: str
    cycle: str
    year: str
    rulebook: str
    digest: str
    opened_on: dt.date
    because: str
    reopens: str = ""
    reason: str = ""


class EvidenceCoded(Fact, frozen=True, kw_only=True):
    """A kept document got its evidence code under a code pattern of the law; the code is never given to another document."""

    TOPIC: ClassVar[str] = "assessment.evidence-coded"

    school: str
    cycle: str
    document: str
    code: str
    pattern: str
    criterion: str
    number: int
    box: int
    title: str


class EvidenceLinked(Fact, frozen=True, kw_only=True):
    """A coded document was cited under a criterion; level 0 and indicator '' mean the whole criterion."""

    TOPIC: ClassVar[str] = "assessment.evidence-linked"

    school: str
    cycle: str
    document: str
    code: str
    criterion: str
    level: int = 0
    indicator: str = ""


class EvidenceUnlinked(Fact, frozen=True, kw_only=True):
    """A citation was taken back; the document stays kept and coded."""

    TOPIC: ClassVar[str] = "assessment.evidence-unlinked"

    school: str
    cycle: str
    document: str
    code: str
    criterion: str
    level: int = 0
    indicator: str = ""


class IndicatorJudged(Fact, frozen=True, kw_only=True):
    """One indicator was judged in one layer. `inspection` names the visit for the layers of commune and department."""

    TOPIC: ClassVar[str] = "assessment.indicator-judged"

    school: str
    cycle: str
    layer: Layer
    criterion: str
    level: int
    indicator: str
    result: Result
    note: str = ""
    inspection: str = ""


class PartJudged(IndicatorJudged, frozen=True, kw_only=True):
    """One indicator was judged for one level of education of the school; a fact apart, so that nobody takes it for all."""

    TOPIC: ClassVar[str] = "assessment.part-judged"

    part: str


class CriterionDescribed(Fact, frozen=True, kw_only=True):
    """The council wrote what it says of a criterion."""

    TOPIC: ClassVar[str] = "assessment.criterion-described"

    school: str
    cycle: str
    criterion: str
    strengths: str = ""
    weaknesses: str = ""
    improvement: str = ""


class NamedGap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something a self-assessment was submitted without, and why; level 0: the whole criterion, '': the whole level."""

    kind: GapKind
    criterion: str
    level: int = 0
    indicator: str = ""
    reason: str


class SelfAssessmentSubmitted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The head submitted the self-assessment: the school's own layer of the cycle is closed for change.

    `gaps` is what it was submitted without. Logs from before the gate have none: nobody asked then.
    """

    TOPIC: ClassVar[str] = "assessment.self-assessment-submitted"

    school: str
    cycle: str
    submitted_on: dt.date
    gaps: tuple[NamedGap, ...] = ()


class GapAnswered(Fact, frozen=True, kw_only=True):
    """The school said of one indicator why it needs no evidence, or why figure or commune and its own judgement differ."""

    TOPIC: ClassVar[str] = "assessment.gap-answered"

    school: str
    cycle: str
    kind: GapKind
    criterion: str
    level: int
    indicator: str
    reason: str


class GapAnswerWithdrawn(Fact, frozen=True, kw_only=True):
    """Such an answer was taken back."""

    TOPIC: ClassVar[str] = "assessment.gap-answer-withdrawn"

    school: str
    cycle: str
    kind: GapKind
    criterion: str
    level: int
    indicator: str


class RecognitionGranted(Fact, frozen=True, kw_only=True):
    """The department recognised the school. `override` says why although the log does not show every condition satisfied."""

    TOPIC: ClassVar[str] = "assessment.recognition-granted"

    school: str
    school_name: str
    number: str
    degree: int
    certificate_degree: int
    decided_on: dt.date
    expires_on: dt.date
    cycle: str
    rulebook: str
    digest: str
    override: str = ""


class RecognitionRevoked(Fact, frozen=True, kw_only=True):
    """The department revoked a recognition."""

    TOPIC: ClassVar[str] = "assessment.recognition-revoked"

    school: str
    number: str
    revoked_on: dt.date
    reason: str


class StatedFigure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One figure as the school states it: exact numbers, never a rounded share; no denominator: a count.

    `document` is the kept document it was taken from, '' where none is named.
    """

    figure: str
    numerator: Decimal
    denominator: Decimal | None = None
    unit: str
    document: str = ""
    note: str = ""


class FiguresStated(Fact, frozen=True, kw_only=True):
    """Figures of a school year were stated; those not named stay as they were. A correction is another such fact."""

    TOPIC: ClassVar[str] = "assessment.figures-stated"

    school: str
    school_year: str
    figures: tuple[StatedFigure, ...]


def gap_of(answer: GapAnswered | GapAnswerWithdrawn) -> tuple[GapKind, tuple[str, int, str]]:
    """Return what an answer is to: the kind, and the indicator's key."""
    return answer.kind, (answer.criterion, answer.level, answer.indicator)


FACTS = FactCatalogue(
    [
        CommuneRegistered,
        SchoolRegistered,
        ConditionsStated,
        CycleOpened,
        EvidenceCoded,
        EvidenceLinked,
        EvidenceUnlinked,
        IndicatorJudged,
        CriterionDescribed,
        SelfAssessmentSubmitted,
        RecognitionGranted,
        RecognitionRevoked,
        FiguresStated,
        PartJudged,
        GapAnswered,
        GapAnswerWithdrawn,
    ]
)
"""The closed list of facts of this service."""
