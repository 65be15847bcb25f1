"""Makes a golden installation of each composition as this version writes it: `python make_golden.py v0.4`.

Run by hand, before a release; the folders of earlier versions stay as they are for ever. Each holds what
`kiemdinh up --demo` left behind, and what it answered. The keys in it are those of a
demonstration that no longer runs anywhere.
"""

from __future__ import annotations

import html
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from client.api_client import Client
from shared.clock import SystemClock, today
from shared.problems import Problem

HERE = Path(__file__).parent
SCHOOL = "TH-BC01"
SIGNED = ("evidence", "assessment", "inspection", "identity")
LOGIN, PASSWORD = "kiem.toan.cu", "ghi-chep-rat-cu-2026"
AUDITOR = {
    "login": LOGIN,
    "display_name": "Kiểm toán viên cũ",
    "grants": [{"role": "kiem_toan", "scope_kind": "tat_ca", "scope": ""}],
}
"""Somebody whose password is known, so that whoever opens the folder later can see that it still lets in."""


class Person:
    """Somebody at a browser that runs no scripts."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def read(self, path: str) -> str:
        """The page at a path or address."""
        with self._opener.open(path if path.startswith("http") else self.url + path) as page:
            return page.read().decode()

    def send(self, path: str, page: str, **fields: str) -> str:
        """The page that answers a form, which carries the token of the page it stands on."""
        token = html.unescape(re.search(r'name="csrf" value="([^"]+)"', page).group(1))
        body = urlencode({"csrf": token, **fields}).encode()
        sent = urllib.request.Request(self.url + path, body, headers={"Origin": self.url})
        with self._opener.open(sent) as answer:
            return answer.read().decode()

    def accept(self, invitation: str, password: str) -> str:
        """The first page after an invitation was taken up."""
        return self.send("/loi-moi", self.read(invitation), password=password, again=password)

    def sign_in(self, login: str, password: str) -> str:
        """The first page after signing in."""
        return self.send("/vao", self.read("/vao"), login=login, password=password)


def questions(day: str) -> list[str]:
    """What is asked, as of the day of the demonstration."""
    school = f"schools/{SCHOOL}"
    return [
        "schools", "communes", "recognitions", "users", "webhooks", "search?q=ke+hoach+kiem+dinh",
        f"{school}/status?valid_at={day}", f"{school}/explain?valid_at={day}", f"{school}/history?limit=1000",
        f"{school}/evidence", f"{school}/documents", f"{school}/inspections",
    ]  # fmt: skip


LEFT_OUT = ("ballast.bin", "logs", "run", "servers/rabbitmq", "servers/postgresql")
"""Made anew at each start, or told by the dumps beside: a cluster's files are for one version of PostgreSQL only."""


def answers(client: Client) -> dict[str, object]:
    """What an installation says to each question."""
    found = {question: client.get(question) for question in questions(today(SystemClock()).isoformat())}
    for name in SIGNED:
        while f"checkpoints/{name}" not in found:  # each log signs its first within minutes
            try:
                found[f"checkpoints/{name}"] = client.get(f"checkpoints/{name}")
            except Problem:
                time.sleep(5)
    return found


def dump(data: Path, into: Path) -> None:
    """Each database as SQL."""
    databases = json.loads((data / "run" / "addresses.json").read_text("utf-8"))["databases"]
    for name, url in databases.items():
        found = urlsplit(url)
        done = subprocess.run(
            ["pg_dump", "--no-owner", "--no-privileges", "--no-comments", url], check=True, capture_output=True
        )
        assert found.path == f"/kiemdinh_{name}", "a role and its database are called after the service"
        (into / f"{name}.sql").write_bytes(done.stdout)


def pack(data: Path, dumps: Path, target: Path) -> None:
    """One archive: the folder under `data/`, the databases under `databases/`."""

    def wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        place = entry.name.removeprefix("data/")
        if any(place == left or place.startswith(left + "/") for left in LEFT_OUT) or not (entry.isfile() or entry.isdir()):
            return None
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        return entry

    with tarfile.open(target, "w:xz", preset=9) as archive:
        archive.add(data, "data", filter=wanted)
        for sql in sorted(dumps.iterdir()):
            archive.add(sql, f"databases/{sql.name}", filter=wanted)


def make(version: str, profile: str) -> None:
    """Bring one up, play the demonstration, ask, end it, pack it."""
    target = HERE / version
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        data, dumps = Path(scratch) / "data", Path(scratch) / "databases"
        dumps.mkdir()
        command = [sys.executable, "-m", "cli.main", "up", "--profile", profile, "--data", str(data), "--demo", "--json"]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        said = json.loads(running.stdout.readline())
        owner = Client(said["url"], (data / "run" / "owner.token").read_text("ascii").strip())
        Person(said["url"]).accept(owner.post("users", AUDITOR)["invitation_url"], PASSWORD)
        told = answers(owner)
        if profile == "server":
            dump(data, dumps)
        running.send_signal(signal.SIGINT)
        assert running.wait(90) == 0
        pack(data, dumps, target / f"{profile}.tar.xz")
        (target / f"{profile}.json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    os.umask(0o077)
    for each in ("embedded", "server"):
        make(sys.argv[1], each)
