"""The log inside a process that eventlet has patched: it works, and while it waits others run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PROGRAM = """
import eventlet
eventlet.monkey_patch()
import sys, time, json, uuid, threading
sys.path.insert(0, {here!r})
from counting import Counter, open_counting
from shared.storage.database_url import StoreSettings
from shared.eventlog.read_model import ReadModel
from sqlalchemy import Column, Integer, MetaData, Table, select

metadata = MetaData()
seen = Table("seen", metadata, Column("position", Integer, primary_key=True))
store, views_url = StoreSettings(sys.argv[1]), sys.argv[2]
app = open_counting(store)
views = ReadModel(views_url, metadata, lambda c, l: c.execute(seen.insert().values(position=l.position)), app.log, version=1)
common, told, stalls, busy = uuid.uuid4(), [], [], [True]

def watch():
    last = time.monotonic()
    while busy[0]:
        eventlet.sleep(0.005)
        now = time.monotonic()
        stalls.append(now - last)
        last = now

def work(name):
    for number in range(10):
        stream = common if number % 3 == 0 else uuid.uuid4()
        _, mine = app.change(Counter, stream, lambda c: c.count_one(f"{{name}}-{{number}}"))
        told.append(mine)
        with views.reading() as conn:
            found = list(conn.execute(select(seen.c.position).order_by(seen.c.position)).scalars())
        assert found == list(range(1, len(found) + 1)) and mine in found, (mine, found)

watcher = eventlet.spawn(watch)
threads = [threading.Thread(target=work, args=(f"g{{n}}",)) for n in range(5)]
for t in threads: t.start()
for t in threads: t.join()
if store.is_postgres:
    def hold():
        with app.recorder.datastore.transaction(commit=True) as curs:
            curs.execute("LOCK TABLE counting_events IN EXCLUSIVE MODE")
            curs.execute("SELECT pg_sleep(1)")
    holder = eventlet.spawn(hold)
    eventlet.sleep(0.2)
    stalls.clear()
    app.change(Counter, common, lambda c: c.count_one("waited"))
    holder.wait()
app.close()
busy[0] = False
watcher.wait()
print(json.dumps({{"told": sorted(told), "stall": max(stalls)}}))
"""


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def test_greenlets_write_and_read_at_once_without_holding_up_the_others(kind, tmp_path, request):
    if kind == "sqlite":
        urls = [f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"]
    else:
        urls = [request.getfixturevalue("postgresql").new_database()] * 2
    program = PROGRAM.format(here=str(ROOT / "tests" / "contract" / "eventlog"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PSYCOPG_WAIT_FUNC": "wait_selector"}

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *urls], capture_output=True, text=True, env=environment, timeout=100
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.strip().split("\n")[-1])
    assert answer["told"] == list(range(1, 51))
    # Behind a table lock that another holds for a second; a blocking driver would stall for 0.8 s and more.
    assert answer["stall"] < 0.5


def test_nothing_of_the_log_loads_eventlet():
    program = (
        "import sys, shared.eventlog.application, shared.eventlog.read_model, shared.eventlog.verify; "
        "import shared.eventlog.proof, services.notification.webhook_sender; sys.exit('eventlet' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(ROOT)})

    assert done.returncode == 0
