"""The table of roles: what each one serves, which loops it runs, which web application it shows.

The server composition runs one process a role; the embedded one runs all of them in one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from deploy.compose.container import IDENTITY, Container
from deploy.compose.eventlet_roles import EVENTLET_ROLES
from deploy.compose.tuning import child_limits, delivery_retry_policy
from deploy.installation.data_folder import LOGGED
from deploy.installation.disk_space import Ballast, SpaceWatch

if TYPE_CHECKING:
    from shared.bus.hosting import Loop
    from shared.bus.rpc.server import ServiceBase

    Service = tuple[type[ServiceBase], Any]
    """A nameko service and the application that is bound to its name."""

    Wsgi = Callable[..., Any]


def _no_loops(_: Container) -> dict[str, Loop]:
    return {}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RoleSpec:
    """One role. With `service` its process runs under eventlet, else it is a plain one; `web` is served over HTTP."""

    name: str
    service: Callable[[Container], Service] | None = None
    loops: Callable[[Container], dict[str, Loop]] = _no_loops
    web: Callable[[Container], Wsgi] | None = None

    @property
    def uses_eventlet(self) -> bool:
        """Whether its process is patched for eventlet."""
        return self.name in EVENTLET_ROLES


# --- services and what they listen to


def _evidence(container: Container) -> Service:
    from services.evidence.service import EvidenceService

    return EvidenceService, container.evidence


def _assessment(container: Container) -> Service:
    from services.assessment.service import AssessmentService

    return AssessmentService, container.assessment


def _inspection(container: Container) -> Service:
    from services.inspection.service import InspectionService

    return InspectionService, container.inspection


def _notification(container: Container) -> Service:
    from services.notification.service import NotificationService

    return NotificationService, container.notification


def _identity(container: Container) -> Service:
    from services.identity.service import IdentityService

    return IdentityService, container.identity


def _evidence_listens(container: Container) -> dict[str, Loop]:
    watch = SpaceWatch(container.room, Ballast(container.folder), container.health_registry)
    return {"consumer:evidence": container.consumer("evidence", container.evidence).run, "space": watch.run}


def _assessment_listens(container: Container) -> dict[str, Loop]:
    return {"consumer:assessment": container.consumer("assessment", container.assessment).run}


def _inspection_listens(container: Container) -> dict[str, Loop]:
    from services.inspection.recurring_worker import RecurringTasksWorker
    from services.inspection.silence_worker import SilenceWorker

    return {
        "consumer:inspection": container.consumer("inspection", container.inspection).run,
        "silence": SilenceWorker(container.inspection, container.health_registry).run,
        "recurring-tasks": RecurringTasksWorker(container.inspection, container.health_registry).run,
    }


def _notification_listens(container: Container) -> dict[str, Loop]:
    return {"consumer:notification": container.consumer("notification", container.notification).run}


def _identity_listens(container: Container) -> dict[str, Loop]:
    from services.identity.directory import DirectoryInbox

    return {"consumer:portal": container.consumer("portal", DirectoryInbox(container.identity.directory)).run}


# --- relays, which also sign what they publish


def _relay(source: str, application: Callable[[Container], Any]) -> RoleSpec:
    def loops(container: Container) -> dict[str, Loop]:
        log = application(container)
        return {f"relay:{source}": container.relay(source, log).run, f"checkpoints:{source}": container.checkpoints([log])}

    return RoleSpec(name=f"{source}-relay", loops=loops)


# --- what evidence and notification do in the background


def _reads(container: Container) -> dict[str, Loop]:
    from services.evidence.adapters.subprocesses import SubprocessTextExtractor
    from services.evidence.extraction_worker import ExtractionWorker

    # So many documents are in hand that no child waits while one of them is put together; pages of all take turns.
    child = SubprocessTextExtractor(children=container.reading_children)
    workers = {
        f"reader:{number}": ExtractionWorker(
            container.evidence, container.archive, child, name=f"evidence-reader-{number}", health=container.health_registry
        )
        for number in range(1, container.settings.documents_in_hand + 1)
    }
    return {name: worker.run for name, worker in workers.items()}


def _locks(container: Container) -> dict[str, Loop]:
    from services.evidence.retention_locker import RetentionLocker
    from services.evidence.sweeper import Sweeper

    locker = RetentionLocker(container.evidence, container.archive, health=container.health_registry)
    return {"sealer": locker.run, "sweeper": Sweeper(container.ingest, container.room, container.health_registry).run}


def _sends(container: Container) -> dict[str, Loop]:
    from services.notification.reminder_worker import MailWorker, ReminderWorker
    from services.notification.webhook_sender import WebhookSender

    return {
        "reminders": ReminderWorker(container.notification, container.health_registry).run,
        "mail": MailWorker(container.notification, container.health_registry).run,
        "sender": WebhookSender(
            container.notification, retry_policy=delivery_retry_policy(container.settings), health=container.health_registry
        ).run,
        "checkpoints:notification": container.checkpoints([container.notification]),
    }


# --- what is shown over HTTP


def portal_web(container: Container) -> Wsgi:
    """The portal: pages and REST API."""
    from deploy.compose.installation_admin import RunningInstallationAdmin
    from deploy.monitoring import add_metrics
    from services.portal.app import create_app

    operations = RunningInstallationAdmin(container)
    application = create_app(container.rpc_client, container.portal_settings, operations, fresh_s=container.fresh_s)
    add_metrics(application, container.folder, lambda: len(container.dead_letters.list()))
    return application


PAGE_IMAGE_CPU_S = 30
"""One page is drawn while somebody waits for it."""

PDF_CPU_S = 300
"""A whole paper, of which a thousand pages are put together in less than two minutes."""


def door_web(container: Container) -> Wsgi:
    """The file gateway: bytes in and out."""
    from services.evidence.adapters.grantees import IdentityGrantees
    from services.evidence.adapters.pdf_children import SubprocessPdfMaker
    from services.evidence.adapters.subprocesses import SubprocessPageRenderer
    from services.evidence.file_gateway import FileGatewaySettings, create_file_gateway

    portal = container.addresses.url if container.addresses.door else ""
    grantees, settings = IdentityGrantees(container.rpc_client), FileGatewaySettings(portal=portal)
    viewer = SubprocessPageRenderer(msgspec.structs.replace(child_limits(container.settings), cpu_seconds=PAGE_IMAGE_CPU_S))
    pdf_maker = SubprocessPdfMaker(msgspec.structs.replace(child_limits(container.settings), cpu_seconds=PDF_CPU_S))
    door: Wsgi = create_file_gateway(
        container.evidence, container.ingest, container.archive, container.tickets, grantees, settings, viewer, pdf_maker
    )
    return door


def embedded_web(container: Container) -> Wsgi:
    """What the embedded composition shows: the portal, with the file gateway below its own address."""
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    return DispatcherMiddleware(portal_web(container), {"/door": door_web(container)})


def roles() -> tuple[RoleSpec, ...]:
    """Every role of an installation, services first."""
    return (
        RoleSpec(name="evidence-api", service=_evidence, loops=_evidence_listens),
        RoleSpec(name="assessment-api", service=_assessment, loops=_assessment_listens),
        RoleSpec(name="inspection-api", service=_inspection, loops=_inspection_listens),
        RoleSpec(name="notification-api", service=_notification, loops=_notification_listens),
        RoleSpec(name="identity-api", service=_identity, loops=_identity_listens),
        _relay("evidence", lambda container: container.evidence),
        _relay("assessment", lambda container: container.assessment),
        _relay("inspection", lambda container: container.inspection),
        _relay(IDENTITY, lambda container: container.identity),
        RoleSpec(name="evidence-sealer", loops=_locks),
        RoleSpec(name="evidence-reader", loops=_reads),
        RoleSpec(name="notification-sender", loops=_sends),
        RoleSpec(name="evidence-door", web=door_web),
        RoleSpec(name="portal", web=portal_web),
    )


def bound_services(container: Container) -> dict[str, tuple[type[ServiceBase], Any]]:
    """Return every service by name with its application, for a process that has them all."""
    bound = [one.service(container) for one in roles() if one.service is not None]
    return {service.name: (service, application) for service, application in bound}


def role(name: str) -> RoleSpec:
    """One role by name; raises KeyError."""
    return {one.name: one for one in roles()}[name]


__all__ = ["LOGGED", "RoleSpec", "portal_web", "role", "roles"]
