"""What is stored about registrations: from the school's letter to the decision; texts stay here, people are ids only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.eventlog.facts import Fact
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.ids import CycleId, DocumentId, InspectionId, RegistrationId, SchoolCode, Sha256
from shared.vocabulary.inspection import ForwardedTo, PointAnswer, RegistrationPurpose


class RegistrationOpened(Fact, frozen=True, kw_only=True):
    """The school registered a submitted cycle, for the first time or anew after its dossier was returned.

    `digest` is the rulebook of the cycle, by which the times of the path are counted.
    `late_days` counts calendar days after the day by which a recognised school was to register, as it was known then.
    """

    TOPIC: ClassVar[str] = "inspection.registration-opened"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    digest: Sha256
    opened_on: dt.date
    purpose: RegistrationPurpose
    degree: int = 0
    copies: int = 0
    number: str = ""
    document: DocumentId = DocumentId("")
    late_days: int = 0


class RegistrationChecked(Fact, frozen=True, kw_only=True):
    """The commune checked the dossier; nothing `missing`: it is complete. `inspection` is the visit it rests on."""

    TOPIC: ClassVar[str] = "inspection.registration-checked"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    checked_on: dt.date
    missing: tuple[str, ...] = ()
    inspection: InspectionId = InspectionId("")


class RegistrationForwarded(Fact, frozen=True, kw_only=True):
    """The commune forwarded the dossier with its letter."""

    TOPIC: ClassVar[str] = "inspection.registration-forwarded"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    forwarded_on: dt.date
    to: ForwardedTo
    number: str = ""
    document: DocumentId = DocumentId("")


class RegistrationAccepted(Fact, frozen=True, kw_only=True):
    """The department accepted the dossier."""

    TOPIC: ClassVar[str] = "inspection.registration-accepted"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    accepted_on: dt.date
    number: str = ""
    document: DocumentId = DocumentId("")


class RegistrationReturned(Fact, frozen=True, kw_only=True):
    """The department returned the dossier; `due` is by when it is to come back, None when nothing was said."""

    TOPIC: ClassVar[str] = "inspection.registration-returned"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    returned_on: dt.date
    reason: str
    due: dt.date | None = None
    number: str = ""
    document: DocumentId = DocumentId("")


class DraftReportSent(Fact, frozen=True, kw_only=True):
    """The team sent the school the draft of its report on a concluded visit."""

    TOPIC: ClassVar[str] = "inspection.draft-report-sent"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    sent_on: dt.date
    inspection: InspectionId
    document: DocumentId = DocumentId("")
    summary: str = ""


class SchoolReplied(Fact, frozen=True, kw_only=True):
    """The school replied to the draft point by point; without points it agrees. `late_days` as in `RegistrationOpened`."""

    TOPIC: ClassVar[str] = "inspection.school-replied"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    replied_on: dt.date
    points: tuple[str, ...] = ()
    document: DocumentId = DocumentId("")
    late_days: int = 0


class SilenceTaken(Fact, frozen=True, kw_only=True):
    """The time to reply ended with the day `silent_on` and no reply: the school is taken to agree."""

    TOPIC: ClassVar[str] = "inspection.silence-taken"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    silent_on: dt.date


class PointAnswered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the team did with one point of the reply, by its number from 1."""

    point: int
    answer: PointAnswer
    note: str = ""


class ReportFinalised(Fact, frozen=True, kw_only=True):
    """The team's report is final, every point of the reply answered in it."""

    TOPIC: ClassVar[str] = "inspection.report-finalised"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    final_on: dt.date
    answers: tuple[PointAnswered, ...] = ()
    document: DocumentId = DocumentId("")


class RegistrationDecided(Fact, frozen=True, kw_only=True):
    """The department decided: granted an award, which its kind and number name, or refused."""

    TOPIC: ClassVar[str] = "inspection.registration-decided"

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId
    decided_on: dt.date
    granted: bool
    award: AwardKind | None = None
    number: str = ""


RegistrationFact = (
    RegistrationOpened
    | RegistrationChecked
    | RegistrationForwarded
    | RegistrationAccepted
    | RegistrationReturned
    | DraftReportSent
    | SchoolReplied
    | SilenceTaken
    | ReportFinalised
    | RegistrationDecided
)
"""Any of them: each names its registration, the school and the cycle."""

REGISTRATION_FACTS: tuple[type[RegistrationFact], ...] = (
    RegistrationOpened,
    RegistrationChecked,
    RegistrationForwarded,
    RegistrationAccepted,
    RegistrationReturned,
    DraftReportSent,
    SchoolReplied,
    SilenceTaken,
    ReportFinalised,
    RegistrationDecided,
)
