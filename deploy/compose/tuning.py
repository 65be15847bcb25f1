"""Turns what `kiemdinh.toml` says into the settings of each component: the one place that knows both.

Each component is imported where it is asked for: a process loads no service that it does not run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deploy.installation.settings import Settings

if TYPE_CHECKING:
    from services.evidence.adapters.reading_children import ReadingChildren
    from services.evidence.extraction.protocol import ChildLimits
    from services.evidence.settings import EvidenceSettings
    from services.identity.settings import Lifetimes
    from services.inspection.settings import InspectionSettings
    from services.notification.adapters.smtp import MailServer
    from services.notification.domain.delivery import DeliveryRetryPolicy
    from services.notification.settings import ReminderSettings
    from shared.bus.events.sequence import RetryPolicy

MIB = 1024 * 1024
MEGAPIXEL = 1_000_000
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 24 * 3600

STALLS_AFTER_A_PAGE_S = 60.0
"""A reading child that is busy with one page for longer than a pass over it may take, and this, hangs."""


def evidence_settings(settings: Settings, door: str) -> EvidenceSettings:
    """The settings of evidence; `door` is the origin of its file gateway, empty where it is below the portal's own."""
    from services.evidence.domain.validation import FileLimits
    from services.evidence.settings import EvidenceSettings

    evidence = settings.evidence
    limits = FileLimits(
        max_bytes=evidence.max_file_mib * MIB,
        max_pages=evidence.max_pages,
        max_pixels=evidence.max_megapixels * MEGAPIXEL,
    )
    return EvidenceSettings(
        limits=limits,
        retention_years=evidence.retention_years,
        door=f"{door.rstrip('/')}/door",
        upload_ticket_s=evidence.upload_ticket_hours * HOUR_S,
        download_ticket_s=evidence.download_ticket_minutes * MINUTE_S,
        doubtful_below=settings.reading.doubtful_below,
    )


def child_limits(settings: Settings) -> ChildLimits:
    """What a child that looks into files may use; no file is let in that it could not take."""
    from services.evidence.extraction.protocol import ChildLimits

    evidence, reading = settings.evidence, settings.reading
    return ChildLimits(
        memory_bytes=reading.memory_mib * MIB,
        cpu_seconds=reading.cpu_seconds,
        page_seconds=reading.page_seconds,
        max_pages=evidence.max_pages,
        max_pixels=evidence.max_megapixels * MEGAPIXEL,
    )


def reading_children(settings: Settings) -> ReadingChildren:
    """The children that read pages, for every document that one process has in hand."""
    from services.evidence.adapters.reading_children import ReadingChildren

    reading = settings.reading
    return ReadingChildren(
        child_limits(settings), count=reading.children, stall_s=reading.page_seconds + STALLS_AFTER_A_PAGE_S
    )


def lifetimes(settings: Settings) -> Lifetimes:
    """How long sessions, invitations and links are good."""
    from services.identity.settings import Lifetimes

    identity = settings.identity
    return Lifetimes(
        session_idle_s=identity.session_idle_minutes * MINUTE_S,
        session_absolute_s=identity.session_hours * HOUR_S,
        invitation_s=identity.invitation_days * DAY_S,
        one_time_link_s=identity.sign_in_link_minutes * MINUTE_S,
    )


def inspection_settings(settings: Settings) -> InspectionSettings:
    """The route of registrations, and the days on which no office works."""
    from services.inspection.settings import InspectionSettings
    from shared.rulebook.working_days import holiday_table
    from shared.vocabulary.inspection import RouteStation

    return InspectionSettings(
        route=tuple(map(RouteStation, settings.registration.route)), holidays=holiday_table(settings.holidays.days)
    )


def reminder_settings(settings: Settings, portal: str) -> ReminderSettings:
    """When people are told of deadlines; `portal` is the portal's own address, for links in mail."""
    from services.notification.domain.deadlines.steps import LeadTimes
    from services.notification.settings import ReminderSettings
    from shared.rulebook.working_days import holiday_table

    reminders = settings.reminders
    lead = LeadTimes(
        days=reminders.lead_days, by_kind=reminders.by_kind, overdue_every=reminders.overdue_every_days
    )  # fmt: skip
    return ReminderSettings(
        lead=lead,
        quiet=holiday_table(settings.holidays.days),
        from_hour=reminders.from_hour,
        keep_days=reminders.keep_days,
        portal=portal,
    )


def mail_server(settings: Settings, folder: Path) -> MailServer | None:
    """The server that takes mail, None where there is none; raises OSError when its password cannot be read."""
    from services.notification.adapters.smtp import MailServer

    mail = settings.mail
    if not mail.host:
        return None
    password = (folder / mail.password_file).read_text("utf-8").strip() if mail.password_file else ""
    return MailServer(
        host=mail.host, port=mail.port, sender=mail.sender, security=mail.security, user=mail.user, password=password
    )


def consumer_retry_policy(settings: Settings) -> RetryPolicy:
    """When a consumer tries an event again."""
    from shared.bus.events.sequence import RetryPolicy

    events = settings.events
    return RetryPolicy(
        retries=events.retries_s, halted=events.halted_retry_s, poll=events.feed_poll_s, longest=events.longest_wait_s
    )


def delivery_retry_policy(settings: Settings) -> DeliveryRetryPolicy:
    """When a delivery to a webhook is tried again."""
    from services.notification.domain.delivery import DeliveryRetryPolicy

    return DeliveryRetryPolicy(pauses_s=settings.webhooks.pauses_s, rest_s=settings.webhooks.rest_s)
