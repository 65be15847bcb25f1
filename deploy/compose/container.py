"""Builds what roles are made of: applications, the bus, keys; each once a process, and only when a role asks for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from deploy.compose.addresses import OPERATIONS, Addresses
from deploy.compose.tuning import (
    child_limits,
    consumer_retry_policy,
    evidence_settings,
    inspection_settings,
    lifetimes,
    mail_server,
    reading_children,
    reminder_settings,
)
from deploy.installation.data_folder import DataFolder
from deploy.installation.disk_space import room_of
from deploy.installation.settings import Settings
from shared.bus.events.topology import Subscription, Topology
from shared.clock import SystemClock
from shared.eventlog.application import EventSourcedApplication
from shared.identity.call_token import CallTokens
from shared.identity.file_token import FileTokens
from shared.observability.health import HealthRegistry
from shared.storage.database_url import StoreSettings
from shared.storage.disk_space import DiskSpaceGuard
from shared.tlog.checkpoint import Signer

if TYPE_CHECKING:
    from services.assessment.application import AssessmentApplication
    from services.evidence.adapters.minio_archive import S3Settings
    from services.evidence.adapters.reading_children import ReadingChildren
    from services.evidence.adapters.spool import Spool
    from services.evidence.adapters.subprocesses import SubprocessFileInspector
    from services.evidence.application import EvidenceApplication
    from services.evidence.ingest import Ingest
    from services.evidence.ports import DerivedStore, DocumentArchive
    from services.identity.application import IdentityApplication
    from services.inspection.application import InspectionApplication
    from services.notification.application import NotificationApplication
    from services.portal.settings import PortalSettings
    from shared.bus.events.authentication import MessageAuthenticator
    from shared.bus.events.consumer import Consumer, EventHandler
    from shared.bus.events.dead_letters import DeadLetters
    from shared.bus.events.relay import Relay
    from shared.bus.events.relay_cursor import SqlRelayCursor
    from shared.bus.hosting import Loop
    from shared.bus.rpc.greenlets import GreenletRpcClient
    from shared.bus.rpc.pool import RpcConnectionPool
    from shared.bus.rpc.server import ServiceBase

T = TypeVar("T", bound=EventSourcedApplication)

IDENTITY = "identity"
SOURCES = ("evidence", "assessment", "inspection", IDENTITY)
"""The services whose logs are published."""

SUBSCRIPTIONS = (
    Subscription("evidence", ("assessment",)),
    Subscription("assessment", ("evidence", "inspection")),
    Subscription("inspection", ("assessment", "evidence", "identity")),
    Subscription("notification", SOURCES),
    # Identity's directory of communes, schools and visits; the queue keeps the name under which installations have it.
    Subscription("portal", ("assessment", "inspection")),
)
"""Who follows whom. Known before anybody runs, so that every queue is there before the first event."""

APPLICATIONS = ("evidence", "assessment", "inspection", "notification", IDENTITY)

RPC_CONNECTIONS = 8
FRESH_ALONE_S = 10.0
"""Where one process serves everybody, nobody else changes who may act."""


class Container:
    """What one process of one installation is made of, each object built once."""

    def __init__(
        self, folder: DataFolder, settings: Settings, addresses: Addresses, *, rpc_connections: int = RPC_CONNECTIONS
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.addresses = addresses
        self.installation = settings.installation
        self.clock = SystemClock()
        self.health_registry = HealthRegistry()
        self.topology = Topology(SUBSCRIPTIONS)
        self.run_blocking: Callable[..., Any] | None = None
        self.own_services: Callable[[], dict[str, tuple[type[ServiceBase], Any]]] | None = None
        self._rpc_connections = rpc_connections

    # who may ask whom

    @cached_property
    def call_tokens(self) -> CallTokens:
        """Signs and opens call tokens."""
        return CallTokens(self.folder.secret("passport"), self.clock)

    @cached_property
    def tickets(self) -> FileTokens:
        """Signs and opens file tokens for the evidence service's file gateway."""
        return FileTokens(self.folder.secret("tickets"), self.clock)

    @cached_property
    def rpc_client(self) -> RpcConnectionPool | GreenletRpcClient:
        """Calls services: over the bus, or straight where all of them are in this eventlet process (ADR 0011)."""
        if self.own_services is not None:
            from shared.bus.rpc.greenlets import GreenletRpcClient

            return GreenletRpcClient(
                self.own_services(), self.call_tokens, self.health_registry, workers=self._rpc_connections
            )
        from shared.bus.rpc.pool import RpcConnectionPool

        return RpcConnectionPool(self.addresses.amqp, self.call_tokens, size=self._rpc_connections)

    def close(self) -> None:
        """Hangs up and closes what was opened, while there is still a process to do it in."""
        opened = self.__dict__
        with contextlib.ExitStack() as last_first:
            for name in ("progress", "dead_letters", *APPLICATIONS, "inspector", "reading_children", "rpc_client"):
                if name in opened:
                    last_first.callback(opened[name].close)

    # logs

    def store(self, source: str) -> StoreSettings:
        """Where a service's log is."""
        return StoreSettings(self.addresses.databases[source])

    def signer(self, source: str) -> Signer:
        """The key that signs a log's checkpoints."""
        return Signer.load(self.folder.log_key(source))

    # room

    @cached_property
    def room(self) -> DiskSpaceGuard:
        """How much room there is, and when nothing more is taken in."""
        return room_of(self.folder, self.settings)

    def _with_room(self, application: T) -> T:
        """Lets an application take nothing in on a disk that is nearly full.

        Not the two that are left out: taking away a role must work on a full disk too, and what notification stores was
        accepted elsewhere.
        """
        application.room = self.room
        return application

    # bytes

    @cached_property
    def _objects(self) -> S3Settings:
        from services.evidence.adapters.minio_archive import S3Settings

        objects = self.addresses.objects
        assert objects is not None, "the server composition has an object store"
        scheme = "https" if objects.secure else "http"
        return S3Settings(
            endpoint=f"{scheme}://{objects.endpoint}",
            access_key=objects.access_key,
            secret_key=objects.secret_key,
            bucket=objects.bucket,
        )

    @cached_property
    def archive(self) -> DocumentArchive:
        """Keeps the originals: a bucket with object lock, or a write-once folder."""
        if self.addresses.objects is None:
            from services.evidence.adapters.folder_archive import FolderArchive

            return FolderArchive(self.folder.archive, self.clock)
        from services.evidence.adapters.minio_archive import MinioArchive

        return MinioArchive(self._objects, self.clock)

    @cached_property
    def derived(self) -> DerivedStore:
        """Keeps page images and texts, which can be made again."""
        if self.addresses.objects is None:
            from services.evidence.adapters.folder_derived import FolderDerived

            return FolderDerived(self.folder.derived)
        from services.evidence.adapters.minio_archive import MinioDerived

        return MinioDerived(self._objects)

    @cached_property
    def spool(self) -> Spool:
        """Files on their way in."""
        from services.evidence.adapters.spool import Spool

        return Spool(self.folder.spool, self.room)

    @cached_property
    def inspector(self) -> SubprocessFileInspector:
        """Looks into files on their way in, in a child that stays at hand."""
        from services.evidence.adapters.subprocesses import SubprocessFileInspector

        return SubprocessFileInspector(child_limits(self.settings))

    @cached_property
    def reading_children(self) -> ReadingChildren:
        """The processes that read pages, shared by all documents that this process has in hand."""
        return reading_children(self.settings)

    @cached_property
    def ingest(self) -> Ingest:
        """The way in for files."""
        from services.evidence.ingest import Ingest

        return Ingest(self.evidence, self.spool, self.archive, self.inspector)

    def make_buckets(self) -> None:
        """Makes the buckets where the archive is an object store."""
        for store in (self.archive, self.derived):
            make: Callable[[], None] = getattr(store, "prepare", lambda: None)
            make()

    # applications

    @cached_property
    def evidence(self) -> EvidenceApplication:
        """Documents: received, locked, read, found."""
        from services.evidence.adapters.correction_texts import CorrectionTables, corrections_beside
        from services.evidence.adapters.printed_texts import PrintedTextTables, printed_texts_beside
        from services.evidence.application import EvidenceApplication

        views_url = self.addresses.views["evidence"]
        return self._with_room(
            EvidenceApplication(
                self.store("evidence"),
                self.clock,
                installation=self.installation,
                views_url=views_url,
                derived=self.derived,
                printed_texts=PrintedTextTables(printed_texts_beside(views_url)),
                correction_texts=CorrectionTables(corrections_beside(views_url)),
                uploads=self.spool,
                tickets=self.tickets,
                settings=evidence_settings(self.settings, self.addresses.door),
            )
        )

    @cached_property
    def assessment(self) -> AssessmentApplication:
        """Schools, judgements, levels, recognition."""
        from services.assessment.application import AssessmentApplication
        from shared.rulebook import load_library

        return self._with_room(
            AssessmentApplication(
                self.store("assessment"),
                self.clock,
                installation=self.installation,
                views_url=self.addresses.views["assessment"],
                library=load_library(),
                signer=self.signer("assessment"),
            )
        )

    @cached_property
    def inspection(self) -> InspectionApplication:
        """Plans, visits, findings."""
        from services.inspection.application import InspectionApplication
        from shared.rulebook import load_library

        return self._with_room(
            InspectionApplication(
                self.store("inspection"),
                self.clock,
                installation=self.installation,
                views_url=self.addresses.views["inspection"],
                library=load_library(),
                settings=inspection_settings(self.settings),
            )
        )

    @cached_property
    def notification(self) -> NotificationApplication:
        """The merged feed, webhooks and deadlines."""
        from services.notification.adapters.http_post import HttpPoster
        from services.notification.adapters.secret_cipher import AesGcmCipher
        from services.notification.adapters.smtp import SmtpMailer
        from services.notification.application import NotificationApplication

        server = mail_server(self.settings, self.folder.path)
        return NotificationApplication(
            self.store("notification"),
            self.clock,
            installation=self.installation,
            views_url=self.addresses.views["notification"],
            poster=HttpPoster(allow_private_targets=self.settings.webhooks.allow_private_targets),
            secret_cipher=AesGcmCipher(self.folder.secret("webhooks")),
            reminders=reminder_settings(self.settings, self.addresses.url),
            mailer=SmtpMailer(server) if server else None,
        )

    @cached_property
    def identity(self) -> IdentityApplication:
        """Accounts, roles, sessions, the directory."""
        from services.identity.bootstrap import identity_application

        return identity_application(
            self.store(IDENTITY),
            self.clock,
            installation=self.installation,
            views_url=self.addresses.views[IDENTITY],
            run_blocking=self.run_blocking,
            lifetimes=lifetimes(self.settings),
        )

    @property
    def fresh_s(self) -> float:
        """For how long the portal caches who acts: longer where nobody else could change it."""
        from services.portal.identity import FRESH_S

        return FRESH_ALONE_S if self.own_services is not None else FRESH_S

    @cached_property
    def portal_settings(self) -> PortalSettings:
        """What the portal is configured with."""
        from services.portal.settings import PortalSettings

        http = self.settings.http
        return PortalSettings(
            key=self.folder.secret("portal"),
            owner_token_sha256=self.folder.owner_token_sha256(),
            public_url=self.addresses.url,
            door=self.addresses.door,
            hosts=http.hosts,
            proxies=http.proxies,
            office=self.settings.office,
        )

    def make_schemas(self) -> None:
        """Makes every table and brings durable ones to their latest version, by opening everything that has one."""
        _ = (self.evidence, self.assessment, self.inspection, self.notification, self.identity)
        _ = (self.dead_letters, self.progress)

    # the bus

    @cached_property
    def authenticator(self) -> MessageAuthenticator:
        """The HMAC by which a message is known to be the relay's own."""
        from shared.bus.events.authentication import MessageAuthenticator

        return MessageAuthenticator(self.folder.secret("passport"))

    @cached_property
    def progress(self) -> SqlRelayCursor:
        """Where the relays are."""
        from shared.bus.events.relay_cursor import SqlRelayCursor

        return SqlRelayCursor(self.addresses.databases[OPERATIONS])

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """What consumers could not apply."""
        from shared.bus.events.dead_letters import DeadLetters

        return DeadLetters(self.addresses.databases[OPERATIONS], self.clock)

    def consumer(self, name: str, inbox: EventHandler) -> Consumer:
        """The loop that hands an event handler the events it follows."""
        from shared.bus.events.consumer import Consumer

        consumer = Consumer(
            name,
            inbox,
            self.rpc_client,
            self.addresses.amqp,
            self.dead_letters,
            installation=self.installation,
            health_registry=self.health_registry,
            retry_policy=consumer_retry_policy(self.settings),
            authenticator=self.authenticator,
        )
        if consumer.subscription not in SUBSCRIPTIONS:
            raise AssertionError(f"{name} listens to {inbox.sources}, which SUBSCRIPTIONS does not say")
        return consumer

    def relay(self, source: str, application: Any) -> Relay:
        """The loop that publishes a log."""
        from shared.bus.events.relay import Relay

        return Relay(
            source,
            application.log,
            application.published,
            self.addresses.amqp,
            self.progress,
            topology=self.topology,
            health_registry=self.health_registry,
            authenticator=self.authenticator,
        )

    def checkpoints(self, applications: Iterable[EventSourcedApplication]) -> Loop:
        """The loop that signs the logs of some applications when they have grown."""
        from deploy.compose.checkpoints import CheckpointWorker

        return CheckpointWorker(
            [(application, self.signer(application.name)) for application in applications], self.health_registry
        ).run
