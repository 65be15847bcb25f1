"""What is stored about schools: every fact of the assessment service, with its topic; nobody's name is in any of them."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from services.assessment.domain.self_assessment_facts import SELF_ASSESSMENT_FACTS
from services.assessment.domain.stream_kinds import StreamKind
from shared.eventlog.facts import Fact, FactRegistry
from shared.vocabulary.assessment import GapKind, Layer, Result, SchoolKind
from shared.vocabulary.ids import (
    BEGINNING,
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    EvidenceRequestId,
    InspectionId,
    Position,
    RegistrationId,
    SchoolCode,
    Sha256,
)
from shared.vocabulary.inspection import RegistrationStep


class CommuneRegistered(Fact, frozen=True, kw_only=True):
    """A commune office was set up, or given another name."""

    TOPIC: ClassVar[str] = "assessment.commune-registered"
    STREAM: ClassVar[StreamKind] = StreamKind.COMMUNE

    commune: CommuneCode
    name: str


class SchoolRegistered(Fact, frozen=True, kw_only=True):
    """A school was set up in a commune. Master data: it holds at every valid time, and is known from its position on."""

    TOPIC: ClassVar[str] = "assessment.school-registered"
    STREAM: ClassVar[StreamKind] = StreamKind.SCHOOL

    school: SchoolCode
    name: str
    kind: SchoolKind
    commune: CommuneCode
    levels: tuple[str, ...] = ()


class SchoolClosed(Fact, frozen=True, kw_only=True):
    """A school was closed or merged by a decision, from a day on: it takes up no new self-assessment.

    What it was awarded stays as it is; what becomes of an award of a school that was merged, no law that is known says.
    """

    TOPIC: ClassVar[str] = "assessment.school-closed"
    STREAM: ClassVar[StreamKind] = StreamKind.SCHOOL

    school: SchoolCode
    number: str
    closed_on: dt.date
    reason: str


class ConditionsStated(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Facts that recognition rests on were stated, to hold from `on`; those not named stay as they were.

    `document` is the kept document that they are taken from, '' where somebody only said so.
    """

    TOPIC: ClassVar[str] = "assessment.conditions-stated"
    STREAM: ClassVar[StreamKind] = StreamKind.SCHOOL

    school: SchoolCode
    conditions: dict[str, bool | int]
    on: dt.date
    document: DocumentId = DocumentId("")


class RulebookOrigin(enum.Enum):
    """Why a cycle stands under its rulebook: in force on the day, asked for by name, or kept from the version it reopens."""

    IN_FORCE = "in_force"
    NAMED = "named"
    KEPT = "kept"


class CycleOpened(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A self-assessment cycle was opened and pinned to a rulebook by its digest.

    `reopens` is the submitted version whose own layer it takes over, for `reason`; '' where it starts anew.
    `copies` is an earlier cycle of the same rulebook whose texts and citations it begins with, not its results; each text is
    then to be read again before it counts. `years_counted`: its consecutive years of data are counted from submissions; in
    older logs they are what was typed.
    `chosen` says why this rulebook (`domain.choice` puts it into words); before version 2 the sentence itself was stored, in
    `because`, and is shown as it is.
    """

    TOPIC: ClassVar[str] = "assessment.cycle-opened"
    STREAM: ClassVar[StreamKind] = StreamKind.SCHOOL
    VERSION: ClassVar[int] = 3

    school: SchoolCode
    cycle: CycleId
    year: str
    rulebook: str
    digest: Sha256
    opened_on: dt.date
    because: str = ""
    chosen: RulebookOrigin | None = None
    reopens: CycleId = CycleId("")
    reason: str = ""
    copies: CycleId = CycleId("")
    years_counted: bool = False


class EvidenceCoded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A kept document got its evidence code under a code pattern of the law; the code is never given to another document.

    `replaces` (from version 2 on) is the code that the same document had under the pattern of a former circular.
    """

    TOPIC: ClassVar[str] = "assessment.evidence-coded"
    STREAM: ClassVar[StreamKind] = StreamKind.CODES
    VERSION: ClassVar[int] = 2

    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    code: EvidenceCode
    pattern: str
    criterion: CriterionCode
    number: int
    box: int
    title: str
    replaces: EvidenceCode = EvidenceCode("")


class EvidenceLinked(Fact, frozen=True, kw_only=True):
    """A coded document was cited under a criterion; level 0 and indicator '' mean the whole criterion."""

    TOPIC: ClassVar[str] = "assessment.evidence-linked"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    code: EvidenceCode
    criterion: CriterionCode
    level: int = 0
    indicator: str = ""


class EvidenceUnlinked(Fact, frozen=True, kw_only=True):
    """A citation was taken back; the document stays kept and coded."""

    TOPIC: ClassVar[str] = "assessment.evidence-unlinked"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    code: EvidenceCode
    criterion: CriterionCode
    level: int = 0
    indicator: str = ""


class IndicatorJudged(Fact, frozen=True, kw_only=True):
    """One indicator was judged in one layer. `inspection` names the visit for the layers of commune and department."""

    TOPIC: ClassVar[str] = "assessment.indicator-judged"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str = ""
    inspection: InspectionId = InspectionId("")


class PartJudged(IndicatorJudged, frozen=True, kw_only=True):
    """One indicator was judged for one level of education of the school; a fact apart, so that nobody takes it for all."""

    TOPIC: ClassVar[str] = "assessment.part-judged"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    part: str


class CriterionDescribed(Fact, frozen=True, kw_only=True):
    """The council wrote what it says of a criterion."""

    TOPIC: ClassVar[str] = "assessment.criterion-described"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    strengths: str = ""
    weaknesses: str = ""
    improvement: str = ""


class NamedGap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something a self-assessment was submitted without, and why; level 0: the whole criterion, '': the whole level.

    Without a criterion it is lacking of the report as a whole.
    """

    kind: GapKind
    criterion: CriterionCode
    level: int = 0
    indicator: str = ""
    reason: str


class SelfAssessmentSubmitted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The head submitted the self-assessment: the school's own layer of the cycle is closed for change.

    `gaps` is what it was submitted without. Logs from before the gate have none: nobody asked then.
    """

    TOPIC: ClassVar[str] = "assessment.self-assessment-submitted"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    submitted_on: dt.date
    gaps: tuple[NamedGap, ...] = ()


class GapAnswered(Fact, frozen=True, kw_only=True):
    """The school said of one indicator why it needs no evidence, or why figure or commune and its own judgement differ."""

    TOPIC: ClassVar[str] = "assessment.gap-answered"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str
    reason: str


class GapAnswerWithdrawn(Fact, frozen=True, kw_only=True):
    """Such an answer was taken back."""

    TOPIC: ClassVar[str] = "assessment.gap-answer-withdrawn"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str


class FindingTaken(Fact, frozen=True, kw_only=True):
    """What a visit found so far of one indicator: a draft, that is no verdict of the layer before the visit is concluded."""

    TOPIC: ClassVar[str] = "assessment.finding-taken"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    layer: Layer
    inspection: InspectionId
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    found_on: dt.date


class VisitConcluded(Fact, frozen=True, kw_only=True):
    """A visit was concluded: its findings are the layer's judgements from then on. `first_day` is its first finding's."""

    TOPIC: ClassVar[str] = "assessment.visit-concluded"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    layer: Layer
    inspection: InspectionId
    first_day: dt.date
    concluded_on: dt.date


class LinkingReopened(Fact, frozen=True, kw_only=True):
    """A team asked for evidence of one criterion: until its visit is concluded the school may cite and withdraw there.

    `request` is what was asked for, `due` the day by which it is wanted.
    """

    TOPIC: ClassVar[str] = "assessment.linking-reopened"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    inspection: InspectionId
    request: EvidenceRequestId
    due: dt.date


class RegistrationStepTaken(Fact, frozen=True, kw_only=True):
    """A step of the registration of a cycle was taken on a day, on the way to a decision of the department."""

    TOPIC: ClassVar[str] = "assessment.registration-step-taken"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    registration: RegistrationId
    step: RegistrationStep
    on: dt.date


class RecognitionGranted(Fact, frozen=True, kw_only=True):
    """The department recognised the school.

    `based_on` is the concluded visit and `submission` the log position of the self-assessment that the decision rests on;
    `supersedes` the number of the recognition whose place it takes. A decision taken on paper outside the system rests on
    neither: then `copied_from_paper` is the kept document of the decision and `override` says why it is copied. (Before
    version 2 an `override` had no document.)
    """

    TOPIC: ClassVar[str] = "assessment.recognition-granted"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS
    VERSION: ClassVar[int] = 2

    school: SchoolCode
    school_name: str
    number: str
    degree: int
    certificate_degree: int
    decided_on: dt.date
    expires_on: dt.date
    cycle: CycleId
    rulebook: str
    digest: Sha256
    override: str = ""
    decided_by: str = ""
    based_on: InspectionId = InspectionId("")
    submission: Position = BEGINNING
    supersedes: str = ""
    copied_from_paper: DocumentId = DocumentId("")


class CertificateGranted(Fact, frozen=True, kw_only=True):
    """The department certified that the school reached a degree of accreditation (TT17–19/2018 Đ34), with a Bằng or without.

    The other fields are as in `RecognitionGranted`.
    """

    TOPIC: ClassVar[str] = "assessment.certificate-granted"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS

    school: SchoolCode
    school_name: str
    number: str
    degree: int
    decided_on: dt.date
    expires_on: dt.date
    cycle: CycleId
    rulebook: str
    digest: Sha256
    override: str = ""
    decided_by: str = ""
    based_on: InspectionId = InspectionId("")
    submission: Position = BEGINNING
    supersedes: str = ""
    copied_from_paper: DocumentId = DocumentId("")


class RecognitionCorrected(Fact, frozen=True, kw_only=True):
    """A slip in the record of a recognition was put right; never a revocation.

    `number` is the one it was granted under, `what` the particular, `old` and `new` its texts (days as ISO 8601),
    `document` the kept document that shows how it should read.
    """

    TOPIC: ClassVar[str] = "assessment.recognition-corrected"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS

    school: SchoolCode
    number: str
    what: str
    old: str
    new: str
    reason: str
    document: DocumentId
    corrected_on: dt.date


class CertificateCorrected(Fact, frozen=True, kw_only=True):
    """A slip in the record of a certificate was put right; the fields are as in `RecognitionCorrected`."""

    TOPIC: ClassVar[str] = "assessment.certificate-corrected"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS

    school: SchoolCode
    number: str
    what: str
    old: str
    new: str
    reason: str
    document: DocumentId
    corrected_on: dt.date


class RecognitionRefused(Fact, frozen=True, kw_only=True):
    """The department decided not to recognise the school for this cycle, and said why."""

    TOPIC: ClassVar[str] = "assessment.recognition-refused"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS

    school: SchoolCode
    cycle: CycleId
    refused_on: dt.date
    reason: str
    number: str = ""
    document: DocumentId = DocumentId("")


class RemedyRequested(Fact, frozen=True, kw_only=True):
    """The department asked a recognised school to remedy by the day `until`, before it may revoke (TT57/2026 Đ20 k1)."""

    TOPIC: ClassVar[str] = "assessment.remedy-requested"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS

    school: SchoolCode
    number: str
    requested_on: dt.date
    until: dt.date
    reason: str
    document: DocumentId = DocumentId("")


class RecognitionRevoked(Fact, frozen=True, kw_only=True):
    """The department revoked a recognition, known by the number it was granted under.

    `document` (from version 2 on) is the kept document of what makes a time to remedy needless, such as a suspension.
    """

    TOPIC: ClassVar[str] = "assessment.recognition-revoked"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS
    VERSION: ClassVar[int] = 2

    school: SchoolCode
    number: str
    revoked_on: dt.date
    reason: str
    document: DocumentId = DocumentId("")


class CertificateRevoked(Fact, frozen=True, kw_only=True):
    """The department revoked a certificate of accreditation (TT17–19/2018 Đ36)."""

    TOPIC: ClassVar[str] = "assessment.certificate-revoked"
    STREAM: ClassVar[StreamKind] = StreamKind.AWARDS

    school: SchoolCode
    number: str
    revoked_on: dt.date
    reason: str
    document: DocumentId = DocumentId("")


class StatedFigure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One figure as the school states it: exact numbers, never a rounded share; no denominator: a count.

    `document` is the kept document it was taken from, '' where none is named.
    """

    figure: str
    numerator: Decimal
    denominator: Decimal | None = None
    unit: str
    document: DocumentId = DocumentId("")
    note: str = ""


class FiguresStated(Fact, frozen=True, kw_only=True):
    """Figures of a school year were stated; those not named stay as they were. A correction is another such fact."""

    TOPIC: ClassVar[str] = "assessment.figures-stated"
    STREAM: ClassVar[StreamKind] = StreamKind.SCHOOL

    school: SchoolCode
    school_year: str
    figures: tuple[StatedFigure, ...]


def gap_of(answer: GapAnswered | GapAnswerWithdrawn) -> tuple[GapKind, tuple[CriterionCode, int, str]]:
    """Return what an answer is to: the kind, and the indicator's key."""
    return answer.kind, (answer.criterion, answer.level, answer.indicator)


def _unchanged(data: dict[str, Any]) -> dict[str, Any]:
    """Read a fact to which a later version only added fields that have defaults."""
    return data


FACTS = FactRegistry(
    [
        CommuneRegistered,
        SchoolRegistered,
        SchoolClosed,
        ConditionsStated,
        CycleOpened,
        EvidenceCoded,
        EvidenceLinked,
        EvidenceUnlinked,
        IndicatorJudged,
        CriterionDescribed,
        SelfAssessmentSubmitted,
        FindingTaken,
        VisitConcluded,
        LinkingReopened,
        RegistrationStepTaken,
        RecognitionGranted,
        RecognitionCorrected,
        RecognitionRefused,
        RecognitionRevoked,
        RemedyRequested,
        CertificateGranted,
        CertificateCorrected,
        CertificateRevoked,
        FiguresStated,
        PartJudged,
        GapAnswered,
        GapAnswerWithdrawn,
        *SELF_ASSESSMENT_FACTS,
    ],
    upcasters={
        (CycleOpened.TOPIC, 1): _unchanged,
        (CycleOpened.TOPIC, 2): _unchanged,
        (EvidenceCoded.TOPIC, 1): _unchanged,
        (RecognitionGranted.TOPIC, 1): _unchanged,
        (RecognitionRevoked.TOPIC, 1): _unchanged,
    },
)
"""The closed list of facts of this service, and how its older versions are read."""
