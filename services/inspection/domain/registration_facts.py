"""What is stored about registrations: from the school's letter to the decision; texts stay here, people are ids only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.eventlog.facts import Fact
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.ids import CycleId, DocumentId, InspectionId, RegistrationId, SchoolCode, Sha256
from shared.vocabulary.inspection import ForwardedTo, PointAnswer, RegistrationPurpose


class RegistrationFact(Fact, frozen=True, kw_only=True):
    """What every fact of a registration names: itself, the school and the cycle it is for."""

    registration: RegistrationId
    school: SchoolCode
    cycle: CycleId


class RegistrationOpened(RegistrationFact, frozen=True, kw_only=True):
    """The school registered a submitted cycle, for the first time or anew after its dossier was returned.

    `digest` is the rulebook of the cycle, by which the times of the path are counted.
    `late_days` counts calendar days after the day by which a recognised school was to register, as it was known then.
    """

    TOPIC: ClassVar[str] = "inspection.registration-opened"

    digest: Sha256
    opened_on: dt.date
    purpose: RegistrationPurpose
    degree: int = 0
    copies: int = 0
    number: str = ""
    document: DocumentId = DocumentId("")
    late_days: int = 0


class RegistrationChecked(RegistrationFact, frozen=True, kw_only=True):
    """The commune checked the dossier; nothing `missing`: it is complete. `inspection` is the visit it rests on."""

    TOPIC: ClassVar[str] = "inspection.registration-checked"

    checked_on: dt.date
    missing: tuple[str, ...] = ()
    inspection: InspectionId = InspectionId("")


class RegistrationForwarded(RegistrationFact, frozen=True, kw_only=True):
    """The commune forwarded the dossier with its letter."""

    TOPIC: ClassVar[str] = "inspection.registration-forwarded"

    forwarded_on: dt.date
    to: ForwardedTo
    number: str = ""
    document: DocumentId = DocumentId("")


class RegistrationAccepted(RegistrationFact, frozen=True, kw_only=True):
    """The department accepted the dossier."""

    TOPIC: ClassVar[str] = "inspection.registration-accepted"

    accepted_on: dt.date
    number: str = ""
    document: DocumentId = DocumentId("")


class RegistrationReturned(RegistrationFact, frozen=True, kw_only=True):
    """The department returned the dossier; `due` is by when it is to come back, None when nothing was said."""

    TOPIC: ClassVar[str] = "inspection.registration-returned"

    returned_on: dt.date
    reason: str
    due: dt.date | None = None
    number: str = ""
    document: DocumentId = DocumentId("")


class DraftReportSent(RegistrationFact, frozen=True, kw_only=True):
    """The team sent the school the draft of its report on a concluded visit."""

    TOPIC: ClassVar[str] = "inspection.draft-report-sent"

    sent_on: dt.date
    inspection: InspectionId
    document: DocumentId = DocumentId("")
    summary: str = ""


class SchoolReplied(RegistrationFact, frozen=True, kw_only=True):
    """The school replied to the draft point by point; without points it agrees. `late_days` as in `RegistrationOpened`."""

    TOPIC: ClassVar[str] = "inspection.school-replied"

    replied_on: dt.date
    points: tuple[str, ...] = ()
    document: DocumentId = DocumentId("")
    late_days: int = 0


class SilenceTaken(RegistrationFact, frozen=True, kw_only=True):
    """The time to reply ended with the day `silent_on` and no reply: the school is taken to agree."""

    TOPIC: ClassVar[str] = "inspection.silence-taken"

    silent_on: dt.date


class PointAnswered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the team did with one point of the reply, by its number from 1."""

    point: int
    answer: PointAnswer
    note: str = ""


class ReportFinalised(RegistrationFact, frozen=True, kw_only=True):
    """The team's report is final, every point of the reply answered in it."""

    TOPIC: ClassVar[str] = "inspection.report-finalised"

    final_on: dt.date
    answers: tuple[PointAnswered, ...] = ()
    document: DocumentId = DocumentId("")


class RegistrationDecided(RegistrationFact, frozen=True, kw_only=True):
    """The department decided: granted an award, which its kind and number name, or refused."""

    TOPIC: ClassVar[str] = "inspection.registration-decided"

    decided_on: dt.date
    granted: bool
    award: AwardKind | None = None
    number: str = ""


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
