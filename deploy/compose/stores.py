"""Every store of an installation in one list: where it lies, what it is worth, how it is backed up."""

from __future__ import annotations

import contextlib

from deploy.compose.addresses import OPERATIONS, Addresses
from deploy.installation.data_folder import LOGGED
from services.assessment import views as assessment_views
from services.evidence import views as evidence_views
from services.identity import views as identity_views
from services.identity.adapters import people
from services.identity.bootstrap import people_beside
from services.inspection import views as inspection_views
from services.notification import webhook_store as webhooks
from shared.bus.events import dead_letters, relay_cursor
from shared.eventlog.recorders import log_migrations
from shared.problems import Problem
from shared.storage.database import is_there, open_engine
from shared.storage.errors import translate_database_errors
from shared.storage.migrations import NewerSchema, SqlSchema
from shared.storage.registry import Kind, Registry, Store

_WITH_THE_LOGS = "as of one moment with all logs"
_AGAIN = "rebuilt by itself at the next start"


def _log(service: str) -> Store:
    return Store(
        name=f"{service}_log",
        service=service,
        kind=Kind.DURABLE,
        embedded=f"{service}/log.sqlite",
        server=f"database `kiemdinh_{service}`: `{service}_events`, `_log_…`, `_tracking`",
        database=f"log:{service}",
        migrations=log_migrations(service),
        backup=_WITH_THE_LOGS,
        if_lost="everything of that service",
    )


def _views(name: str, service: str, version: int) -> Store:
    return Store(
        name=f"{name}_views",
        service=service,
        kind=Kind.DERIVABLE,
        embedded=f"{service}/views.sqlite",
        server=f"database `kiemdinh_{service}`: the tables beside the log",
        database=f"views:{service}",
        rebuilt_at=version,
        backup="with the logs, to start sooner",
        if_lost=_AGAIN,
    )


STORES = Registry(
    *(_log(service) for service in LOGGED),
    Store(
        name="people",
        service="identity",
        kind=Kind.DURABLE,
        embedded="identity/people.sqlite",
        server="database `kiemdinh_identity`: `people…`",
        database="people:identity",
        migrations=people.MIGRATIONS,
        backup=_WITH_THE_LOGS,
        if_lost="people must be invited again",
        missing="Mất tên, mật khẩu và phiên của mọi tài khoản; không nhật ký nào dựng lại được. "
        "Khôi phục tệp này từ bản sao lưu.",
    ),
    Store(
        name="webhooks",
        service="notification",
        kind=Kind.DURABLE,
        embedded="notification/views.sqlite",
        server="database `kiemdinh_notification`: `notification_…`",
        database="views:notification",
        migrations=webhooks.MIGRATIONS,
        backup=_WITH_THE_LOGS,
        if_lost="webhooks must be registered again",
        missing="Mất danh sách webhook; không nhật ký nào dựng lại được. Khôi phục tệp này từ bản sao lưu.",
    ),
    Store(
        name="dead_letters",
        service="bus",
        kind=Kind.DURABLE,
        embedded="operations.sqlite",
        server="database `kiemdinh_operations`: `dead_letters`",
        database=f"log:{OPERATIONS}",
        migrations=dead_letters.MIGRATIONS,
        backup=_WITH_THE_LOGS,
        if_lost="what still waits comes again by itself; what was settled is forgotten",
    ),
    Store(
        name="relay_progress",
        service="bus",
        kind=Kind.DURABLE,
        embedded="operations.sqlite",
        server="database `kiemdinh_operations`: `relay_progress`",
        database=f"log:{OPERATIONS}",
        migrations=relay_cursor.MIGRATIONS,
        backup=_WITH_THE_LOGS,
        if_lost="every log is published once more; those who listen know what they have had",
    ),
    Store(
        name="archive",
        service="evidence",
        kind=Kind.DURABLE,
        embedded="evidence/archive/",
        server="object store, locked",
        backup="after the logs",
        if_lost="the papers",
    ),
    Store(
        name="secrets",
        service="installation",
        kind=Kind.DURABLE,
        embedded="secrets/",
        server="`DIR/secrets`",
        backup="copied",
        if_lost="it refuses to start: put them back from the backup; no new key is made over old logs",
    ),
    Store(
        name="settings",
        service="installation",
        kind=Kind.DURABLE,
        embedded="kiemdinh.toml",
        server="`DIR/kiemdinh.toml`",
        backup="copied",
        if_lost="the folder is no installation any more",
    ),
    _views("evidence", "evidence", evidence_views.VERSION),
    _views("assessment", "assessment", assessment_views.VERSION),
    _views("inspection", "inspection", inspection_views.VERSION),
    _views("portal", "identity", identity_views.VERSION),
    Store(
        name="derived",
        service="evidence",
        kind=Kind.DERIVABLE,
        embedded="evidence/derived/",
        server="object store, second bucket",
        backup="copied, to read nothing twice",
        if_lost="text and page images are read again",
    ),
    Store(
        name="spool",
        service="evidence",
        kind=Kind.TRANSIENT,
        embedded="evidence/spool/",
        server="`DIR/evidence/spool`",
        backup="none",
        if_lost="uploads on their way begin again",
    ),
    Store(
        name="run",
        service="installation",
        kind=Kind.TRANSIENT,
        embedded="run/",
        server="`DIR/run`, `logs/`, `ballast.bin`",
        backup="none",
        if_lost="nothing",
    ),
)


def url_of(store: Store, addresses: Addresses) -> str:
    """Return the URL of a store's database."""
    place, _, service = store.database.partition(":")
    if place == "people":
        return people_beside(addresses.views[service])
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
