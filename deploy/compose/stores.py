"""Every store of an installation in one list: where it lies, what it is worth, how it is backed up."""

from __future__ import annotations

import contextlib

from deploy.compose.addresses import OPERATIONS, Addresses
from deploy.installation.data_folder import LOGGED
from services.assessment import views as assessment_views
from services.evidence import views as evidence_views
from services.evidence.adapters import correction_texts, printed_texts
from services.identity import views as identity_views
from services.identity.adapters import people
from services.identity.bootstrap import people_beside
from services.inspection import views as inspection_views
from services.notification import deadline_views, reminder_store
from services.notification import webhook_store as webhooks
from shared.bus.events import dead_letters, relay_cursor
from shared.eventlog.recorders import log_migrations
from shared.problems import Problem
from shared.storage.database import is_there, open_engine
from shared.storage.errors import translate_database_errors
from shared.storage.migrations import Migrations, NewerSchema, SqlSchema
from shared.storage.registry import Kind, Registry, Store

_WITH_THE_LOGS = "as of one moment with all logs"
_AGAIN = "rebuilt by itself at the next start"


def _tables(
    name: str,
    service: str,
    *,
    embedded: str,
    tables: str,
    server_database: str = "",
    database: str,
    migrations: Migrations,
    if_lost: str,
    missing: str = "",
) -> Store:
    """Tables whose rows nothing else holds: they are migrated, and go into a backup with the logs.

    On servers they lie in the database of their service, or in another that is named.
    """
    return Store(
        name=name,
        service=service,
        kind=Kind.DURABLE,
        embedded=embedded,
        server=f"database `kiemdinh_{server_database or service}`: {tables}",
        database=database,
        migrations=migrations,
        backup=_WITH_THE_LOGS,
        if_lost=if_lost,
        missing=missing,
    )


def _log(service: str) -> Store:
    return _tables(
        f"{service}_log",
        service,
        embedded=f"{service}/log.sqlite",
        tables=f"`{service}_events`, `_log_…`, `_tracking`",
        database=f"log:{service}",
        migrations=log_migrations(service),
        if_lost="everything of that service",
    )


def _of_the_bus(name: str, migrations: Migrations, *, if_lost: str) -> Store:
    return _tables(
        name,
        "bus",
        embedded="operations.sqlite",
        tables=f"`{name}`",
        server_database=OPERATIONS,
        database=f"log:{OPERATIONS}",
        migrations=migrations,
        if_lost=if_lost,
    )


def _views(name: str, service: str, version: int, *, embedded: str = "", database: str = "") -> Store:
    return Store(
        name=f"{name}_views",
        service=service,
        kind=Kind.DERIVABLE,
        embedded=embedded or f"{service}/views.sqlite",
        server=f"database `kiemdinh_{service}`: the tables beside the log",
        database=database or f"views:{service}",
        rebuilt_at=version,
        backup="with the logs, to start sooner",
        if_lost=_AGAIN,
    )


def _objects(name: str, kind: Kind, *, server: str, backup: str, if_lost: str) -> Store:
    """Objects of evidence: files in the data folder, or objects of an S3 server."""
    return Store(
        name=name, service="evidence", kind=kind, embedded=f"evidence/{name}/", server=server, backup=backup, if_lost=if_lost
    )


def _files(name: str, service: str, kind: Kind, *, embedded: str, also: str = "", backup: str, if_lost: str) -> Store:
    """Files of the data folder, which lie there in both compositions."""
    server = f"`DIR/{embedded.removesuffix('/')}`{also}"
    return Store(name=name, service=service, kind=kind, embedded=embedded, server=server, backup=backup, if_lost=if_lost)


STORES = Registry(
    *(_log(service) for service in LOGGED),
    _tables(
        "people",
        "identity",
        embedded="identity/people.sqlite",
        tables="`people…`",
        database="people:identity",
        migrations=people.MIGRATIONS,
        if_lost="people must be invited again",
        missing="Mất tên, mật khẩu và phiên của mọi tài khoản; không nhật ký nào dựng lại được. "
        "Khôi phục tệp này từ bản sao lưu.",
    ),
    _tables(
        "webhooks",
        "notification",
        embedded="notification/views.sqlite",
        tables="`notification_…`",
        database="views:notification",
        migrations=webhooks.MIGRATIONS,
        if_lost="webhooks must be registered again",
        missing="Mất danh sách webhook; không nhật ký nào dựng lại được. Khôi phục tệp này từ bản sao lưu.",
    ),
    _tables(
        "reminders",
        "notification",
        embedded="notification/reminders.sqlite",
        tables="`reminder…`",
        database="reminders:notification",
        migrations=reminder_store.MIGRATIONS,
        if_lost="everybody is reminded once more; addresses and calendars must be given again",
    ),
    _tables(
        "printed_texts",
        "evidence",
        embedded="evidence/prints.sqlite",
        tables="`printed_…`",
        database="prints:evidence",
        migrations=printed_texts.MIGRATIONS,
        if_lost="signed papers are still recognised, but not compared with what was printed before",
    ),
    _tables(
        "correction_texts",
        "evidence",
        embedded="evidence/corrections.sqlite",
        tables="`page_corrections`",
        database="corrections:evidence",
        migrations=correction_texts.MIGRATIONS,
        if_lost="pages read as the machine reads them; that people corrected them stays known",
    ),
    _of_the_bus(
        "dead_letters",
        dead_letters.MIGRATIONS,
        if_lost="what still waits comes again by itself; what was settled is forgotten",
    ),
    _of_the_bus(
        "relay_progress",
        relay_cursor.MIGRATIONS,
        if_lost="every log is published once more; those who listen know what they have had",
    ),
    _objects("archive", Kind.DURABLE, server="object store, locked", backup="after the logs", if_lost="the papers"),
    _files(
        "secrets",
        "installation",
        Kind.DURABLE,
        embedded="secrets/",
        backup="copied",
        if_lost="it refuses to start: put them back from the backup; no new key is made over old logs",
    ),
    _files(
        "settings",
        "installation",
        Kind.DURABLE,
        embedded="kiemdinh.toml",
        backup="copied",
        if_lost="the folder is no installation any more",
    ),
    _views("evidence", "evidence", evidence_views.VERSION),
    _views("assessment", "assessment", assessment_views.VERSION),
    _views("inspection", "inspection", inspection_views.VERSION),
    _views("portal", "identity", identity_views.VERSION),
    _views(
        "deadlines",
        "notification",
        deadline_views.VERSION,
        embedded="notification/deadlines.sqlite",
        database="deadlines:notification",
    ),
    _objects(
        "derived",
        Kind.DERIVABLE,
        server="object store, second bucket",
        backup="copied, to read nothing twice",
        if_lost="text and page images are read again, searchable PDFs made at the next download",
    ),
    _files(
        "spool",
        "evidence",
        Kind.TRANSIENT,
        embedded="evidence/spool/",
        backup="none",
        if_lost="uploads on their way begin again",
    ),
    _files(
        "run",
        "installation",
        Kind.TRANSIENT,
        embedded="run/",
        also=", `logs/`, `ballast.bin`",
        backup="none",
        if_lost="nothing",
    ),
)


def url_of(store: Store, addresses: Addresses) -> str:
    """Return the URL of a store's database."""
    place, _, service = store.database.partition(":")
    if place == "people":
        return people_beside(addresses.views[service])
    if place == "prints":
        return printed_texts.printed_texts_beside(addresses.views[service])
    if place == "reminders":
        return reminder_store.reminders_beside(addresses.views[service])
    if place == "deadlines":
        return deadline_views.deadlines_beside(addresses.views[service])
    if place == "corrections":
        return correction_texts.corrections_beside(addresses.views[service])
    return addresses.views[service] if place == "views" else addresses.databases[service]


def newer_stores(addresses: Addresses) -> list[NewerSchema]:
    """Return the stores that newer software made, each with words. Nothing is created.

    What cannot be read is not looked at: whoever opens it says why.
    """
    newer: list[NewerSchema] = []
    for store in STORES.migrated():
        url = url_of(store, addresses)
        if not is_there(url):
            continue
        engine = open_engine(url)
        try:
            with contextlib.suppress(Problem), translate_database_errors(), engine.connect() as connection:
                assert store.migrations is not None
                store.migrations.is_done(SqlSchema(connection))
        except NewerSchema as error:
            newer.append(error)
        finally:
            engine.dispose()
    return newer
