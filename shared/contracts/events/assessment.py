"""Public events of the assessment service: schools, cycles, codes, judgements, recognitions; no notes, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import GapKind, Layer, Result, SchoolKind
from shared.vocabulary.ids import (
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    EvidenceRequestId,
    InspectionId,
    RegistrationId,
    SchoolCode,
    Sha256,
)
from shared.vocabulary.inspection import RegistrationStep


class CommuneRegistered(PublicEvent, frozen=True, kw_only=True):
    """A commune office was set up, or given another name."""

    LABEL: ClassVar[str] = "Lập hoặc đổi tên xã"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "commune-registered"
    commune: CommuneCode
    name: str


class SchoolRegistered(PublicEvent, frozen=True, kw_only=True):
    """A school was set up in a commune, or given another name; `levels` matter to schools of several levels."""

    LABEL: ClassVar[str] = "Lập hoặc đổi tên trường"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "school-registered"
    school: SchoolCode
    name: str
    kind: SchoolKind
    commune: CommuneCode
    levels: tuple[str, ...] = ()


class SchoolClosed(PublicEvent, frozen=True, kw_only=True):
    """A school was closed, or merged into another, from a day on; what it was awarded stays as it is."""

    LABEL: ClassVar[str] = "Đóng trường"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "school-closed"
    school: SchoolCode
    closed_on: dt.date


class ConditionsStated(PublicEvent, frozen=True, kw_only=True):
    """Facts that recognition rests on were stated, to hold from the day `on`; those not named stay as they were."""

    LABEL: ClassVar[str] = "Xác nhận điều kiện"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "conditions-stated"
    school: SchoolCode
    conditions: dict[str, bool | int]
    on: dt.date


class CycleOpened(PublicEvent, frozen=True, kw_only=True):
    """A self-assessment cycle was opened; `digest` names the exact rulebook it stays under.

    `reopens` names the submitted version that this one takes over and goes on with; empty for a cycle that starts anew.
    `copies` names the cycle of an earlier year whose texts it begins with.
    """

    LABEL: ClassVar[str] = "Mở đợt tự đánh giá"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "cycle-opened"
    school: SchoolCode
    cycle: CycleId
    year: str
    rulebook: str
    digest: Sha256
    opened_on: dt.date
    reopens: CycleId = CycleId("")
    copies: CycleId = CycleId("")


class EvidenceCoded(PublicEvent, frozen=True, kw_only=True):
    """A kept document got its evidence code, which is never given to another document of the school.

    `replaces` is the code that it had under a former circular, empty for none.
    """

    LABEL: ClassVar[str] = "Cấp mã minh chứng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "evidence-coded"
    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    code: EvidenceCode
    criterion: CriterionCode
    replaces: EvidenceCode = EvidenceCode("")


class EvidenceLinked(PublicEvent, frozen=True, kw_only=True):
    """A coded document was cited; level 0 and an empty indicator mean the whole criterion."""

    LABEL: ClassVar[str] = "Gắn minh chứng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "evidence-linked"
    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    code: EvidenceCode
    criterion: CriterionCode
    level: int
    indicator: str


class EvidenceUnlinked(PublicEvent, frozen=True, kw_only=True):
    """A citation was taken back; the document stays kept and coded."""

    LABEL: ClassVar[str] = "Bỏ gắn minh chứng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "evidence-unlinked"
    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    code: EvidenceCode
    criterion: CriterionCode
    level: int
    indicator: str


class IndicatorJudged(PublicEvent, frozen=True, kw_only=True):
    """One indicator was judged in one layer; an indicator without a letter has the code "-"."""

    LABEL: ClassVar[str] = "Đánh giá chỉ báo"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "indicator-judged"
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result


class PartJudged(PublicEvent, frozen=True, kw_only=True):
    """One indicator was judged for one level of education (`part`) of a school that has several."""

    LABEL: ClassVar[str] = "Đánh giá riêng một cấp học"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "part-judged"
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    part: str
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result


class CriterionDescribed(PublicEvent, frozen=True, kw_only=True):
    """The council wrote what it says of a criterion; the words stay in the service."""

    LABEL: ClassVar[str] = "Viết nhận xét tiêu chí"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "criterion-described"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode


class GapTold(msgspec.Struct, frozen=True, kw_only=True):
    """Something the self-assessment was submitted without; level 0: the whole criterion, no indicator: the whole level."""

    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str


class SelfAssessmentSubmitted(PublicEvent, frozen=True, kw_only=True):
    """The head submitted the self-assessment; the school's own layer of the cycle is closed for change.

    `gaps` is what it was submitted without; the reasons stay in the service.
    """

    LABEL: ClassVar[str] = "Trình báo cáo"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "self-assessment-submitted"
    school: SchoolCode
    cycle: CycleId
    submitted_on: dt.date
    gaps: tuple[GapTold, ...] = ()


class GapAnswered(PublicEvent, frozen=True, kw_only=True):
    """The school said why an indicator needs no evidence, or why it judges otherwise than figures or commune."""

    LABEL: ClassVar[str] = "Nêu lý do chỗ còn thiếu"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "gap-answered"
    school: SchoolCode
    cycle: CycleId
    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str


class GapAnswerWithdrawn(PublicEvent, frozen=True, kw_only=True):
    """The school took such an answer back."""

    LABEL: ClassVar[str] = "Rút lý do đã nêu"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "gap-answer-withdrawn"
    school: SchoolCode
    cycle: CycleId
    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str


class FindingTaken(PublicEvent, frozen=True, kw_only=True):
    """A visit that is not concluded found this so far: a draft, no verdict of its layer."""

    LABEL: ClassVar[str] = "Đoàn xem chỉ báo (dự thảo)"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "finding-taken"
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    inspection: InspectionId
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    found_on: dt.date


class VisitConcluded(PublicEvent, frozen=True, kw_only=True):
    """A visit was concluded; what it found follows as judgements of its layer, which hold from `concluded_on` on."""

    LABEL: ClassVar[str] = "Kết luận của đoàn thành kết quả"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "visit-concluded"
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    inspection: InspectionId
    first_day: dt.date
    concluded_on: dt.date


class LinkingReopened(PublicEvent, frozen=True, kw_only=True):
    """A visit asks for evidence of one criterion by `due`: until it is concluded the school may cite and withdraw there."""

    LABEL: ClassVar[str] = "Mở lại việc gắn minh chứng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "linking-reopened"
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    inspection: InspectionId
    request: EvidenceRequestId
    due: dt.date


class RegistrationStepTaken(PublicEvent, frozen=True, kw_only=True):
    """A step of the registration of a cycle was taken on a day; the decision of the department rests on these steps."""

    LABEL: ClassVar[str] = "Bước của hồ sơ đăng ký"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "registration-step-taken"
    school: SchoolCode
    cycle: CycleId
    registration: RegistrationId
    step: RegistrationStep
    on: dt.date


class RecognitionGranted(PublicEvent, frozen=True, kw_only=True):
    """The department recognised a school (công nhận đạt chuẩn quốc gia); valid through the day `expires_on`.

    `certificate_degree` 0: no certificate of accreditation is named by this decision. `supersedes` is the number of the
    recognition whose place it takes, `based_on` the concluded visit it rests on. `copied_from_paper` names the kept document
    of a decision that was taken on paper outside the system: its conditions were not checked here.
    """

    LABEL: ClassVar[str] = "Công nhận"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "recognition-granted"
    school: SchoolCode
    school_name: str
    number: str
    degree: int
    certificate_degree: int
    decided_on: dt.date
    expires_on: dt.date
    rulebook: str
    digest: Sha256
    based_on: InspectionId = InspectionId("")
    supersedes: str = ""
    copied_from_paper: DocumentId = DocumentId("")


class RecognitionCorrected(PublicEvent, frozen=True, kw_only=True):
    """A slip in the record of a recognition was put right; it was not revoked. `number` is the one it was granted under.

    `what` is number, degree, certificate_degree, decided_on or expires_on; `old` and `new` are texts, days ISO 8601.
    """

    LABEL: ClassVar[str] = "Đính chính Bằng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "recognition-corrected"
    school: SchoolCode
    number: str
    what: str
    old: str
    new: str
    corrected_on: dt.date


class RecognitionRefused(PublicEvent, frozen=True, kw_only=True):
    """The department decided not to recognise a school for this cycle."""

    LABEL: ClassVar[str] = "Không công nhận"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "recognition-refused"
    school: SchoolCode
    cycle: CycleId
    refused_on: dt.date


class RemedyRequested(PublicEvent, frozen=True, kw_only=True):
    """The department asked a recognised school to remedy by the day `until`; the recognition stays valid."""

    LABEL: ClassVar[str] = "Yêu cầu khắc phục"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "remedy-requested"
    school: SchoolCode
    number: str
    requested_on: dt.date
    until: dt.date


class RecognitionRevoked(PublicEvent, frozen=True, kw_only=True):
    """The department revoked a recognition from the day `revoked_on`. `number` is the one it was granted under."""

    LABEL: ClassVar[str] = "Thu hồi công nhận"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "recognition-revoked"
    school: SchoolCode
    number: str
    revoked_on: dt.date


class CertificateGranted(PublicEvent, frozen=True, kw_only=True):
    """The department certified that a school reached a degree of accreditation (Chứng nhận KĐCLGD).

    Valid through the day `expires_on`; `supersedes` and `copied_from_paper` are as in `RecognitionGranted`.
    """

    LABEL: ClassVar[str] = "Cấp Chứng nhận"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "certificate-granted"
    school: SchoolCode
    school_name: str
    number: str
    degree: int
    decided_on: dt.date
    expires_on: dt.date
    rulebook: str
    digest: Sha256
    based_on: InspectionId = InspectionId("")
    supersedes: str = ""
    copied_from_paper: DocumentId = DocumentId("")


class CertificateCorrected(PublicEvent, frozen=True, kw_only=True):
    """A slip in the record of a certificate was put right; the fields are as in `RecognitionCorrected`."""

    LABEL: ClassVar[str] = "Đính chính Chứng nhận"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "certificate-corrected"
    school: SchoolCode
    number: str
    what: str
    old: str
    new: str
    corrected_on: dt.date


class CertificateRevoked(PublicEvent, frozen=True, kw_only=True):
    """The department revoked a certificate from the day `revoked_on`. `number` is the one it was granted under."""

    LABEL: ClassVar[str] = "Thu hồi Chứng nhận"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "certificate-revoked"
    school: SchoolCode
    number: str
    revoked_on: dt.date


class FigureTold(msgspec.Struct, frozen=True, kw_only=True):
    """One figure in exact decimals; an empty `denominator`: a count. `figure` is an id of the rulebooks."""

    figure: str
    numerator: str
    denominator: str
    unit: str


class FiguresStated(PublicEvent, frozen=True, kw_only=True):
    """Figures of a school year ("2025-2026") were stated; those not named stay as they were. They change no level."""

    LABEL: ClassVar[str] = "Ghi số liệu"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "figures-stated"
    school: SchoolCode
    school_year: str
    figures: tuple[FigureTold, ...]
