"""Private servers keep their data over a stop, and take their folder back from a launcher that was killed."""

import os
import signal
import subprocess
import sys
import time

import kombu
import psycopg
import pytest

from deploy.servers import PostgreSQL, RabbitMQ
from deploy.servers.process import end_process, process_started

pytestmark = pytest.mark.server


def test_a_database_outlives_a_stop_of_its_server(servers_folder, postgresql):
    server = PostgreSQL(servers_folder / "second-cluster")
    with server.while_running(), psycopg.connect(server.ensure_database("evidence", "one")) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    with server.while_running(), psycopg.connect(server.ensure_database("evidence", "two")) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_service_cannot_enter_the_database_of_another(postgresql):
    postgresql.ensure_database("mine", "secret")
    postgresql.ensure_database("yours", "secret")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(postgresql.database_url("mine", "secret", "yours"))


def test_a_wrong_password_is_refused(postgresql):
    postgresql.ensure_database("guarded", "right")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgresql.database_url("guarded", "wrong", "guarded"))


def test_a_persistent_message_outlives_a_killed_broker(servers_folder, rabbitmq):
    server = RabbitMQ(servers_folder / "second-node")
    with server.while_running():
        queue = kombu.Queue("kept", durable=True, queue_arguments={"x-queue-type": "quorum"})
        with kombu.Connection(server.url, transport_options={"confirm_publish": True}) as connection:
            connection.Producer().publish("letter", routing_key="kept", declare=[queue], delivery_mode=2)
        # RabbitMQ 3.10 writes the name of a *new* quorum queue to disk within half a second (its dets auto-save): a broker
        # killed before that comes back with a queue that never answers. The launcher declares its queues before it is ready.
        time.sleep(1)
        os.kill(server.pid, signal.SIGKILL)
        server.process.wait()
        server.start()
        with kombu.Connection(server.url) as connection:
            message = queue.bind(connection.default_channel).get(no_ack=True)
            assert message.payload == "letter"


def test_servers_of_a_killed_launcher_end_with_it(tmp_path, postgresql):
    code = (
        "import sys, time; from pathlib import Path; from deploy.servers import PostgreSQL\n"
        "server = PostgreSQL(Path(sys.argv[1])); server.start(); print(server.pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    pid = int(launcher.stdout.readline())
    launcher.stdout.close()
    started = process_started(pid)
    launcher.kill()
    launcher.wait()
    with PostgreSQL(tmp_path).while_running():
        assert process_started(pid) != started


def test_ending_a_process_that_ignores_the_request_kills_it():
    stubborn = subprocess.Popen(
        [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )
    stubborn.stdout.readline()
    stubborn.stdout.close()
    end_process(stubborn.pid, signal.SIGTERM, 0.3)
    assert stubborn.wait(5) == -signal.SIGKILL
