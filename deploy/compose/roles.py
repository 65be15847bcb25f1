"""The table of roles: what each one serves, which loops it runs, which web application it shows.

The server composition runs one process a role; the embedded one runs all of them in one.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from deploy.compose.parts import IDENTITY, Parts
from deploy.datafolder import LOGGED
from deploy.space import Ballast, SpaceWatch
from shared.eventlog.room import Plenty
from shared.logs import Journal

if TYPE_CHECKING:
    from shared.bus.hosting import Loop
    from shared.bus.rpc import ServiceBase

    Service = tuple[type[ServiceBase], Any]
    """A nameko service and the application that is bound to its name."""

    Wsgi = Callable[..., Any]


journal = Journal("roles")


def _no_loops(_: Parts) -> dict[str, Loop]:
    return {}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role. With `service` it is green (nameko needs eventlet), else a plain process; `web` is served over HTTP."""

    name: str
    service: Callable[[Parts], Service] | None = None
    loops: Callable[[Parts], dict[str, Loop]] = _no_loops
    web: Callable[[Parts], Wsgi] | None = None

    @property
    def green(self) -> bool:
        """Whether its process is patched for eventlet."""
        return self.service is not None


# --- services and what they listen to


def _evidence(parts: Parts) -> Service:
    from services.evidence.service import EvidenceService

    return EvidenceService, parts.evidence


def _assessment(parts: Parts) -> Service:
    from services.assessment.service import AssessmentService

    return AssessmentService, parts.assessment


def _inspection(parts: Parts) -> Service:
    from services.inspection.service import InspectionService

    return InspectionService, parts.inspection


def _notification(parts: Parts) -> Service:
    from services.notification.service import NotificationService

    return NotificationService, parts.notification


def _identity(parts: Parts) -> Service:
    from services.portal.service import IdentityService

    return IdentityService, parts.portal


def _evidence_listens(parts: Parts) -> dict[str, Loop]:
    watch = SpaceWatch(parts.room, Ballast(parts.folder), parts.vitals)
    return {"consumer:evidence": parts.consumer("evidence", parts.evidence).run, "space": watch.run}


def _assessment_listens(parts: Parts) -> dict[str, Loop]:
    return {"consumer:assessment": parts.consumer("assessment", parts.assessment).run}


def _inspection_listens(parts: Parts) -> dict[str, Loop]:
    return {"consumer:inspection": parts.consumer("inspection", parts.inspection).run}


def _notification_listens(parts: Parts) -> dict[str, Loop]:
    return {"consumer:notification": parts.consumer("notification", parts.notification).run}


def _portal_listens(parts: Parts) -> dict[str, Loop]:
    from services.portal.directory import DirectoryInbox

    return {"consumer:portal": parts.consumer("portal", DirectoryInbox(parts.portal.directory)).run}


# --- relays, which also sign what they publish


def _relay(source: str, application: Callable[[Parts], Any]) -> Role:
    def loops(parts: Parts) -> dict[str, Loop]:
        log = application(parts)
        return {f"relay:{source}": parts.relay(source, log).run, f"checkpoints:{source}": parts.checkpoints([log])}

    return Role(name=f"{source}-relay", loops=loops)


# --- what evidence and notification do in the background


def _reads(number: int) -> Role:
    def loops(parts: Parts) -> dict[str, Loop]:
        from services.evidence.adapters.child import ChildReader
        from services.evidence.reader import Reader

        return {f"reader:{number}": Reader(parts.evidence, parts.archive, ChildReader(), name=name).run}

    name = f"evidence-reader-{number}"
    return Role(name=name, loops=loops)


def _seals(parts: Parts) -> dict[str, Loop]:
    from services.evidence.sealer import Sealer

    return {"sealer": Sealer(parts.evidence, parts.archive).run, "sweeper": partial(_sweep, parts)}


def _sends(parts: Parts) -> dict[str, Loop]:
    from services.notification.sender import Sender

    return {
        "sender": Sender(parts.notification).run,
        "checkpoints:notification": parts.checkpoints([parts.notification]),
    }


SWEEP_EVERY_S = 300.0


def _sweep(parts: Parts, stop: threading.Event) -> None:
    """Removes uploads that nobody went on with, at the start and every few minutes; sooner given up where room is short."""
    pause = 0.0
    while not stop.wait(pause):
        pause = SWEEP_EVERY_S
        try:
            swept = parts.intake.sweep(short_of_room=parts.room.look().plenty is not Plenty.AMPLE)
        except OSError as error:
            journal.error("sweeping-failed", error=error)
        else:
            if swept:
                journal.info("swept", uploads=swept)


# --- doors


def portal_web(parts: Parts) -> Wsgi:
    """The portal: pages and REST API."""
    from deploy.operations import InstallationOperations
    from services.portal.web import create_app

    application: Wsgi = create_app(parts.portal, parts.remote, parts.portal_settings, InstallationOperations(parts))
    return application


def door_web(parts: Parts) -> Wsgi:
    """The evidence door: bytes in and out."""
    from services.evidence.adapters.child import ChildViewer
    from services.evidence.adapters.grantors import IdentityGrantors
    from services.evidence.door import DoorSettings, create_door

    portal = parts.addresses.url if parts.addresses.door else ""
    grantors, settings = IdentityGrantors(parts.remote), DoorSettings(portal=portal)
    door: Wsgi = create_door(parts.evidence, parts.intake, parts.archive, parts.tickets, grantors, settings, ChildViewer())
    return door


def embedded_web(parts: Parts) -> Wsgi:
    """What the embedded composition shows: the portal, with the evidence door below its own address."""
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    return DispatcherMiddleware(portal_web(parts), {"/door": door_web(parts)})


def roles(readers: int = 1) -> tuple[Role, ...]:
    """Every role of an installation, services first."""
    return (
        Role(name="evidence-api", service=_evidence, loops=_evidence_listens),
        Role(name="assessment-api", service=_assessment, loops=_assessment_listens),
        Role(name="inspection-api", service=_inspection, loops=_inspection_listens),
        Role(name="notification-api", service=_notification, loops=_notification_listens),
        Role(name="identity-api", service=_identity, loops=_portal_listens),
        _relay("evidence", lambda parts: parts.evidence),
        _relay("assessment", lambda parts: parts.assessment),
        _relay("inspection", lambda parts: parts.inspection),
        _relay(IDENTITY, lambda parts: parts.portal),
        Role(name="evidence-sealer", loops=_seals),
        *(_reads(number) for number in range(1, readers + 1)),
        Role(name="notification-sender", loops=_sends),
        Role(name="evidence-door", web=door_web),
        Role(name="portal", web=portal_web),
    )


def bound_services(parts: Parts) -> dict[str, tuple[type[ServiceBase], Any]]:
    """Return every service by name with its application, for a process that has them all."""
    bound = [one.service(parts) for one in roles() if one.service is not None]
    return {service.name: (service, application) for service, application in bound}


def role(name: str) -> Role:
    """One role by name; raises KeyError. Readers are numbered from 1."""
    return {one.name: one for one in roles(readers=MOST_READERS)}[name]


MOST_READERS = 64

__all__ = ["LOGGED", "MOST_READERS", "Role", "portal_web", "role", "roles"]
