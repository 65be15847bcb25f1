"""Kill -9 of any role at any moment loses nothing and doubles nothing.

Clerks upload, the council judges and inspectors find, each repeating a call until it is answered, while every few seconds a
role process picked at random is killed. Afterwards everything that was promised must be there, once.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from client.api_client import Client
from shared.clock import SystemClock, today
from shared.problems import Problem

KILLING_S = float(os.environ.get("KIEMDINH_CHAOS_SECONDS", "120"))
SETTLE_S = 180
SEED = int(os.environ.get("KIEMDINH_CHAOS_SEED", "20261124"))

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(900)]


class Chaos:
    """A running server installation, its people, and what they were promised."""

    def __init__(self, data: Path) -> None:
        self.data = data
        command = [sys.executable, "-m", "cli.main", "up", "--profile", "server", "--data", str(data), "--json"]
        self.launcher = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.launcher.stdout is not None
        self.place = json.loads(self.launcher.stdout.readline())
        self.admin = Client(self.place["url"], (data / "run" / "owner.token").read_text().strip())
        self.stop = threading.Event()
        self.receipts: dict[str, bytes] = {}
        self.judged = 0
        self.found = 0
        self.killed: Counter[str] = Counter()
        self.trouble: list[str] = []

    def leave(self) -> None:
        self.launcher.send_signal(signal.SIGTERM)
        self.launcher.wait(timeout=120)
        assert self.launcher.stdout is not None
        self.launcher.stdout.close()

    def caller(self, role: str, kind: str, scope: str) -> Client:
        grants = [{"role": role, "scope_kind": kind, "scope": scope}]
        return Client(self.place["url"], self.admin.post("tokens", {"name": role, "grants": grants})["token"])

    def set_up(self) -> None:
        self.admin.post("communes", {"commune": "HL", "name": "Xã Hỗn Loạn"})
        body = {"commune": "HL", "code": "TH-HL", "name": "Trường Tiểu học Hỗn Loạn", "kind": "tieu_hoc"}
        self.admin.post("schools", body)
        self.clerk = self.caller("van_thu", "truong", "TH-HL")
        self.head = self.caller("hieu_truong", "truong", "TH-HL")
        self.officer = self.caller("can_bo_xa", "xa", "HL")
        start = (today(SystemClock()) - dt.timedelta(days=30)).isoformat()
        opened = self.head.post("schools/TH-HL/cycles", {"school": "TH-HL", "year": "2026-2027", "on": start})
        self.cycle = opened["cycle"]
        self.criteria = list(self.head.get("schools/TH-HL/status")["criteria"])
        self.indicators = [
            (code, i["level"], i["indicator"])
            for code in self.criteria
            for i in self.head.get(f"schools/TH-HL/cycles/{self.cycle}/criteria/{code}")["indicators"]
        ]
        plan = {"school": "TH-HL", "cycle": self.cycle, "layer": "commune", "on": start, "title": "Kiểm tra"}
        self.inspection = _until_answered(lambda: self.officer.post("schools/TH-HL/inspections", plan))["inspection"]

    # what people do

    def upload_one(self, n: int) -> None:
        picture = _picture(f"Biên bản họp số {n}")
        file = self.data.parent / f"scan-{n}.png"
        file.write_bytes(picture)
        receipt = _until_answered(lambda: self.clerk.upload("TH-HL", file, lambda _: None))
        self.receipts[receipt["document"]] = picture
        time.sleep(1.5)

    def judge_one(self, n: int) -> None:
        criterion, level, indicator = self.indicators[n % len(self.indicators)]
        result = "met" if (n // len(self.indicators)) % 2 == 0 else "not_met"
        judgement = {"criterion": criterion, "level": level, "indicator": indicator, "result": result}
        body = {"school": "TH-HL", "cycle": self.cycle, "layer": "school", "judgements": [judgement]}
        command = str(uuid.uuid4())
        _until_answered(lambda: self.head.post(f"schools/TH-HL/cycles/{self.cycle}/judgements", body, command=command))
        self.judged += 1
        time.sleep(0.1)

    def find_one(self, n: int) -> None:
        criterion, level, indicator = self.indicators[n % len(self.indicators)]
        result = "not_met" if (n // len(self.indicators)) % 2 == 0 else "met"
        finding = {"criterion": criterion, "level": level, "indicator": indicator, "result": result}
        body = {"school": "TH-HL", "inspection": self.inspection, "findings": [finding]}
        command, path = str(uuid.uuid4()), f"schools/TH-HL/inspections/{self.inspection}/findings"
        _until_answered(lambda: self.officer.post(path, body, command=command))
        self.found += 1
        time.sleep(0.2)

    def keep_doing(self, act: Callable[[int], None]) -> threading.Thread:
        def loop() -> None:
            n = 0
            while not self.stop.is_set():
                try:
                    act(n)
                except Exception as error:
                    self.trouble.append(f"{act.__name__}({n}): {type(error).__name__}: {error}")
                    return
                n += 1

        thread = threading.Thread(target=loop, name=act.__name__)
        thread.start()
        return thread

    def kill_one(self, dice: random.Random) -> None:
        roles = list(_role_processes(self.data))
        pid, role = dice.choice(sorted(roles))
        self.killed[role] += 1
        os.kill(pid, signal.SIGKILL)

    # what must be true afterwards

    def history(self, fact: str) -> list[dict[str, Any]]:
        items, after = [], 0
        while page := self.admin.get("schools/TH-HL/history", after=after, limit=1000)["items"]:
            items += [item for item in page if item["fact"].endswith(fact)]
            after = page[-1]["position"]
        return items

    def feed(self) -> list[dict[str, Any]]:
        events, after = [], 0
        while (page := self.admin.get("feed", after=after, limit=1000))["events"]:
            events += page["events"]
            after = page["next_after"]
        return events


def _role_processes(data: Path) -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "deploy.processes.role" in words and str(data) in words:
            yield int(entry.name), words[words.index("deploy.processes.role") + 1]


def _until_answered(call: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 120
    while True:
        try:
            return call()
        except Problem as problem:
            retry = problem.status >= 500 or problem.status in {404, 409, 429}
            if not retry or time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def _picture(text: str) -> bytes:
    page = Image.new("L", (700, 120), 255)
    ImageDraw.Draw(page).text((20, 40), text, fill=0, font_size=32)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def _eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SETTLE_S
    while True:
        try:
            if holds():
                return
        except Problem:
            pass
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(0.5)


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    running = Chaos(tmp_path / "data")
    yield running
    running.stop.set()
    running.leave()


def test_killing_roles_at_random_loses_nothing_and_doubles_nothing(chaos: Chaos) -> None:
    chaos.set_up()
    dice, deadline = random.Random(SEED), time.monotonic() + KILLING_S
    people = [chaos.keep_doing(act) for act in (chaos.upload_one, chaos.judge_one, chaos.find_one)]

    while time.monotonic() < deadline and not chaos.trouble:
        time.sleep(dice.uniform(1.5, 4))
        chaos.kill_one(dice)
    chaos.stop.set()
    for person in people:
        person.join(timeout=150)

    assert chaos.trouble == []
    assert sum(chaos.killed.values()) >= KILLING_S / 5
    assert chaos.judged > 0
    assert chaos.found > 0
    assert chaos.receipts

    _eventually(lambda: len(chaos.history("finding-taken")) >= chaos.found, "every finding reached the assessment")
    assert len(chaos.history("indicator-judged")) == chaos.judged
    assert len(chaos.history("finding-taken")) == chaos.found

    for document, picture in chaos.receipts.items():
        back = chaos.data.parent / "back"
        chaos.admin.download(f"documents/{document}/original", back)
        assert back.read_bytes() == picture

    def all_read() -> bool:
        progress = chaos.admin.get("schools/TH-HL/reading")
        return bool(progress["waiting"] == 0 and progress["reading"] == 0)

    _eventually(all_read, "every document was read")
    assert chaos.admin.get("schools/TH-HL/reading")["failed"] == 0

    heads = {s: chaos.admin.get(f"checkpoints/{s}")["size"] for s in ("evidence", "assessment", "inspection")}

    def fed() -> bool:
        seen = Counter(event["source"].rpartition(":")[2] for event in chaos.feed())
        return all(seen[source] >= head for source, head in heads.items())

    _eventually(fed, "the feed holds every source's events")
    sequences: dict[str, list[int]] = {}
    for event in chaos.feed():
        sequences.setdefault(event["source"], []).append(int(event["sequence"]))
    for source, seen in sequences.items():
        assert seen == list(range(1, len(seen) + 1)), f"{source} is not dense and in order"

    command = [sys.executable, "-m", "cli.main", "audit", "verify", "--data", str(chaos.data), "--json"]
    verified = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    print(f"killed {dict(chaos.killed)}; judged {chaos.judged}, found {chaos.found}, uploaded {len(chaos.receipts)}")
