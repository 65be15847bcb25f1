"""A disk that fills and empties again and again, while people work, loses nothing that was promised.

Clerks upload and the council judges, each repeating a call until it is answered. Afterwards every receipt and every
judgement is there, once, and the audit is sound.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from client.api_client import Client
from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import Profile
from shared.clock import SystemClock, today
from shared.problems import Problem
from shared.storage.disk_space import MIB

SECONDS = float(os.environ.get("KIEMDINH_CHAOS_DISK_SECONDS", "40"))
SEED = int(os.environ.get("KIEMDINH_CHAOS_SEED", "20261124"))

pytestmark = pytest.mark.timeout(600)


class Work:
    """People who work on, whatever they are answered, and what they were promised."""

    def __init__(self, running: Any, scans: Any) -> None:
        self.running = running
        self.scans = scans
        self.admin = Client(running.url, running.token)
        self.stop = threading.Event()
        self.receipts: dict[str, bytes] = {}
        self.judged: list[int] = []
        self.refused: Counter[int] = Counter()
        self.trouble: list[str] = []

    def set_up(self) -> None:
        self.admin.post("communes", {"commune": "HL", "name": "Xã Hỗn Loạn"})
        body = {"commune": "HL", "code": "TH-HL", "name": "Trường Tiểu học Hỗn Loạn", "kind": "tieu_hoc"}
        self.admin.post("schools", body)
        self.clerk, self.head = self._caller("van_thu"), self._caller("hieu_truong")
        start = (today(SystemClock()) - dt.timedelta(days=30)).isoformat()
        opening = {"school": "TH-HL", "year": "2026-2027", "on": start}
        self.cycle = self.until_answered(lambda: self.head.post("schools/TH-HL/cycles", opening))["cycle"]
        criterion = next(iter(self.head.get("schools/TH-HL/status")["criteria"]))
        shown = self.head.get(f"schools/TH-HL/cycles/{self.cycle}/criteria/{criterion}")["indicators"][0]
        self.indicator = {"criterion": criterion, "level": shown["level"], "indicator": shown["indicator"]}

    def _caller(self, role: str) -> Client:
        grants = [{"role": role, "scope_kind": "truong", "scope": "TH-HL"}]
        return Client(self.running.url, self.admin.post("tokens", {"name": role, "grants": grants})["token"])

    def upload_one(self, number: int) -> None:
        scan = self.scans / f"scan-{number}.png"
        scan.write_bytes(picture(f"Biên bản họp số {number}"))
        receipt = self.until_answered(lambda: self.clerk.upload("TH-HL", scan, lambda _: None))
        self.receipts[receipt["document"]] = scan.read_bytes()
        time.sleep(0.2)

    def judge_one(self, number: int) -> None:
        judgement = {**self.indicator, "result": "not_met" if number % 2 else "met"}
        body = {"school": "TH-HL", "cycle": self.cycle, "layer": "school", "judgements": [judgement]}
        path, command = f"schools/TH-HL/cycles/{self.cycle}/judgements", str(uuid.uuid4())
        self.judged.append(self.until_answered(lambda: self.head.post(path, body, command=command))["position"])
        time.sleep(0.1)

    def read_one(self, _: int) -> None:
        """Reading is never refused for want of room."""
        assert self.admin.get("schools/TH-HL/documents")["total"] >= len(self.receipts) - 1
        assert self.admin.get("schools/TH-HL/status")["school"] == "TH-HL"
        time.sleep(0.1)

    def until_answered(self, call: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 90
        while True:
            try:
                return call()
            except Problem as problem:
                self.refused[problem.status] += 1
                if problem.status not in {404, 409, 503, 507} or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def keep_doing(self, act: Callable[[int], None]) -> threading.Thread:
        def loop() -> None:
            number = 0
            while not self.stop.is_set():
                try:
                    act(number)
                except Exception as error:
                    self.trouble.append(f"{act.__name__}({number}): {type(error).__name__}: {error}")
                    return
                number += 1

        thread = threading.Thread(target=loop, name=act.__name__)
        thread.start()
        return thread


def picture(text: str) -> bytes:
    page = Image.new("L", (700, 120), 255)
    ImageDraw.Draw(page).text((20, 40), text, fill=0, font_size=32)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def kiemdinh(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words], capture_output=True, text=True, timeout=120, check=False
    )


def prepared(data: Any, profile: Profile, reserve_mib: int) -> None:
    DataFolder.open(data, profile)
    toml = (data / "kiemdinh.toml").read_text(encoding="utf-8")
    (data / "kiemdinh.toml").write_text(toml.replace("reserve_mib = 256", f"reserve_mib = {reserve_mib}"), "utf-8")


def test_a_disk_that_fills_and_empties_again_and_again_loses_nothing(installation, small_disk, tmp_path):
    disk = small_disk(256)
    prepared(disk.place / "data", Profile.EMBEDDED, 48)
    work = Work(installation("embedded", data=disk.place / "data"), tmp_path)
    work.set_up()
    dice, deadline = random.Random(SEED), time.monotonic() + SECONDS
    people = [work.keep_doing(act) for act in (work.upload_one, work.judge_one, work.read_one)]

    times = 0
    while time.monotonic() < deadline and not work.trouble:
        time.sleep(dice.uniform(0.5, 2))
        # Sometimes below the reserve only, sometimes to the last byte, the ballast's as well.
        depth = dice.choice((40, 20, 2, 0, 0))
        until = time.monotonic() + dice.uniform(1, 5)
        while time.monotonic() < until:
            disk.leave(depth * MIB) if depth else disk.leave_nothing()
            time.sleep(0.05)
        disk.give_back()
        times += 1
    time.sleep(3)
    work.stop.set()
    for person in people:
        person.join(timeout=120)

    assert work.trouble == []
    assert times > SECONDS / 10
    assert work.refused[507] > 0
    assert work.receipts
    assert work.judged
    for document, scan in work.receipts.items():
        back = tmp_path / "back"
        work.admin.download(f"documents/{document}/original", back)
        assert back.read_bytes() == scan
    assert len(set(work.judged)) == len(work.judged)
    judged = [item for item in history(work.admin) if item["fact"].endswith("indicator-judged")]
    assert len(judged) == len(work.judged)
    assert work.running.process.poll() is None
    assert work.running.stop() == 0
    verified = kiemdinh("audit", "verify", "--data", str(disk.place / "data"), "--json")
    assert json.loads(verified.stdout)["sound"] is True, verified.stdout
    print(f"{times} times; uploaded {len(work.receipts)}, judged {len(work.judged)}, refused {dict(work.refused)}")


def history(admin: Client) -> list[dict[str, Any]]:
    items, after = [], 0
    while page := admin.get("schools/TH-HL/history", after=after, limit=1000)["items"]:
        items += page
        after = page[-1]["position"]
    return items
