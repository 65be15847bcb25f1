"""Public events of the inspection service about registrations: each step to the decision; no texts, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.ids import CycleId, DocumentId, InspectionId, RegistrationId, SchoolCode
from shared.vocabulary.inspection import ForwardedTo, RegistrationPurpose


class RegistrationOpened(PublicEvent, frozen=True, kw_only=True):
    """A school registered a submitted cycle for external evaluation, or did so anew after its dossier was returned.

    `degree` is the one it aims at, 0 while unsaid; `late_days` counts calendar days after the last day to register again.
    """

    LABEL: ClassVar[str] = "Đăng ký đánh giá ngoài"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "registration-opened"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    opened_on: dt.date
    purpose: RegistrationPurpose
    degree: int
    late_days: int


class RegistrationChecked(PublicEvent, frozen=True, kw_only=True):
    """The commune checked the dossier; `missing_count` 0: it is complete."""

    LABEL: ClassVar[str] = "Xã kiểm tra hồ sơ đăng ký"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "registration-checked"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    checked_on: dt.date
    missing_count: int


class RegistrationForwarded(PublicEvent, frozen=True, kw_only=True):
    """The commune forwarded the dossier, to the department (so) or to the people's committee of the province (ubnd_tinh)."""

    LABEL: ClassVar[str] = "Xã chuyển hồ sơ đăng ký"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "registration-forwarded"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    forwarded_on: dt.date
    to: ForwardedTo


class RegistrationAccepted(PublicEvent, frozen=True, kw_only=True):
    """The department accepted the dossier."""

    LABEL: ClassVar[str] = "Sở tiếp nhận hồ sơ đăng ký"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "registration-accepted"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    accepted_on: dt.date


class RegistrationReturned(PublicEvent, frozen=True, kw_only=True):
    """The department returned the dossier; the reason stays with the school and the offices."""

    LABEL: ClassVar[str] = "Sở trả hồ sơ đăng ký"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "registration-returned"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    returned_on: dt.date


class DraftReportSent(PublicEvent, frozen=True, kw_only=True):
    """The team sent the school the draft of its report on the concluded visit `inspection`."""

    LABEL: ClassVar[str] = "Gửi dự thảo báo cáo đánh giá ngoài"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "draft-report-sent"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    sent_on: dt.date
    inspection: InspectionId


class SchoolReplied(PublicEvent, frozen=True, kw_only=True):
    """The school replied to the draft; `point_count` 0: it agrees. `late_days` counts calendar days after the last day."""

    LABEL: ClassVar[str] = "Trường phản hồi dự thảo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "school-replied"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    replied_on: dt.date
    point_count: int
    late_days: int


class SilenceTaken(PublicEvent, frozen=True, kw_only=True):
    """The time to reply ended with the day `silent_on` and no reply: the school is taken to agree."""

    LABEL: ClassVar[str] = "Hết hạn phản hồi, coi như đồng ý"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "silence-taken"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    silent_on: dt.date


class ReportFinalised(PublicEvent, frozen=True, kw_only=True):
    """The team's report is final; `document` is the kept report, empty when none was named."""

    LABEL: ClassVar[str] = "Báo cáo đánh giá ngoài chính thức"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "report-finalised"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    final_on: dt.date
    document: DocumentId


class RegistrationDecided(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The department decided on a registration: granted the award that `award` and `number` name, or refused."""

    LABEL: ClassVar[str] = "Hồ sơ đăng ký đã có quyết định"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "registration-decided"
    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    decided_on: dt.date
    granted: bool
    award: AwardKind | None = None
    number: str = ""
