"""What differs where logs and read models are in PostgreSQL and papers in MinIO: changed by their owner, it is found."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import uuid
from pathlib import Path

import psycopg
import pytest

from deploy.compose.addresses import Addresses, save_addresses
from deploy.compose.container import Container
from deploy.compose.prepare import prepare
from deploy.installation.data_folder import LOGGED, DataFolder
from deploy.installation.settings import ObjectStore, Profile
from shared.bus.transport.connections import INPROC_URL
from shared.identity.call_context import system

pytestmark = [pytest.mark.server, pytest.mark.slow]

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)


@pytest.fixture
def served(tmp_path, postgresql, minio_server):
    """A folder whose stores are real servers, with events in every log; looked at as a running one that just came up."""
    folder = DataFolder.open(tmp_path / "data", Profile.SERVER)
    endpoint, access, secret = minio_server
    databases = {name: postgresql.new_database() for name in (*LOGGED, "operations")}
    addresses = Addresses(
        profile=Profile.SERVER,
        amqp=INPROC_URL,
        databases=databases,
        views={name: databases[name] for name in LOGGED},
        objects=ObjectStore(
            endpoint=endpoint.rpartition("/")[2],
            access_key=access,
            secret_key=secret,
            bucket=f"audit-{uuid.uuid4().hex[:8]}",
        ),
        host="127.0.0.1",
        portal_port=1,
    )
    (folder.run / "owner.token").write_text("kd_test\n")
    save_addresses(folder, addresses)
    folder.announce("installation.json", {"pid": os.getpid(), "url": "http://127.0.0.1:1"})
    container = Container(folder, folder.settings(), addresses)
    prepare(container)
    kit.live(container)
    yield folder, container
    container.ingest._inspector.close()
    container.close()


def run(container, service, *statements):
    with psycopg.connect(container.addresses.databases[service], autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_changes_in_postgresql_and_minio_are_found_one_by_one(served):
    folder, container = served
    assert kit.verified(folder).findings == []
    checked = kit.verified(folder).checked
    assert (checked.objects, checked.locks, checked.images) == (2, 2, 4)
    assert checked.relayed > 10
    assert checked.view_rows > 10

    # A read model.
    run(container, "identity", "UPDATE grants SET role = 'quan_tri' WHERE scope = 'TH-BC'")
    found = kit.verified(folder).findings
    assert {one.kind for one in found} == {"view-altered"}
    assert "DROP TABLE portal_progress" in found[0].detail
    run(container, "identity", "UPDATE grants SET role = 'van_thu' WHERE scope = 'TH-BC'")
    assert kit.kinds(folder) == set()

    # A page image.
    document = next(container.derived.documents())
    key = f"{document}/{container.evidence.row(document).text_sha256}/page-0001.webp"
    image = container.derived.get(key)
    container.derived.put(key, image[:-1])
    assert kit.kinds(folder) == {"derived-altered"}
    container.derived.put(key, image)

    # A guard that does nothing.
    body = "$$ BEGIN RETURN NULL; END $$"
    run(
        container, "evidence", f"CREATE OR REPLACE FUNCTION evidence_log_denied() RETURNS trigger LANGUAGE plpgsql AS {body}"
    )
    assert kit.kinds(folder) == {"guard-altered"}

    # A position moved, beside the log.
    run(container, "notification", "UPDATE notification_tracking SET notification_id = notification_id + 7")
    assert "position-beyond-log" in kit.kinds(folder)
    run(container, "notification", "UPDATE notification_tracking SET notification_id = notification_id - 7")

    # A log emptied with its checkpoints.
    tables = ("inspection_events", "inspection_log_leaves", "inspection_log_checkpoints")
    for table in tables:
        run(container, "inspection", f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"DELETE FROM {table}")
        run(container, "inspection", f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    assert {"event-gone", "position-beyond-log"} <= kit.kinds(folder)

    # A log that is not there at all.
    run(container, "inspection", "DROP TABLE inspection_log_leaves CASCADE")
    assert "log-missing" in kit.kinds(folder)


def test_an_object_that_the_log_says_is_locked_and_is_not_is_found(served):
    folder, container = served
    upload = kit.Upload(upload=str(uuid.uuid4()), school="TH-BC", name="x.png", size=0, sha256="", actor="account-1")
    receipt = container.ingest.put_whole(upload, kit.io.BytesIO(kit.png(120)))
    assert kit.verified(folder).sound

    container.evidence.record_lock(system("sealer"), receipt.document, dt.date(2046, 1, 1))

    assert kit.kinds(folder) == {"lock-missing"}
