"""The portal's main pages and API for 20 people at once, beside a bare Flask on the same kind of server in the same run.

    python tests/bench/bench_http.py --data DIR [--url URL] [--clients 20] [--seconds 5] [--think-seconds 12] [--json]

DIR is the data folder of an installation that runs on this machine; its owner's token sets up a school and a head. The bare
application answers a body of the same size as the school's page, on the same kind of server (eventlet for the embedded
composition, waitress for the server one), from a process of its own. Every row is the worst case, all back to back; pages
are also measured with people who click, read for 1–3 s and click again ("reading"): the aim is p95 below 200 ms of those.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

AIM_P95_MS = 200.0
THINK_S = (1.0, 3.0)
"""How long a person reads a page before the next click."""
COMMUNE, SCHOOL = "BENCH", "TH-BENCH"
PASSWORD = "bốn từ dễ nhớ để đo"


class Browser:
    """One connection that is kept, with its cookies."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.headers = dict(headers or {})
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=30)

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, str]:
        """Return status, body and location."""
        sent = {**self.headers, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body=body, headers=sent)
            response = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection.request(method, path, body=body, headers=sent)
            response = self.connection.getresponse()
        told = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, told, response.headers.get("Location", "")

    def json(self, method: str, path: str, body: Any = None) -> Any:
        raw = json.dumps(body).encode() if body is not None else None
        status, told, _ = self.send(method, f"/api/v1/{path}", raw, **{"Content-Type": "application/json"})
        if status >= 400:
            raise SystemExit(f"{method} {path}: {status} {told.decode(errors='replace')}")
        return json.loads(told)


def set_up(url: str, owner: str) -> tuple[str, str, str]:
    """Return a session cookie of a head, a head's token, and a cycle of a school that has one."""
    admin = Browser(url, {"Authorization": f"Bearer {owner}"})
    admin.json("POST", "communes", {"commune": COMMUNE, "name": "Xã đo tốc độ"})
    admin.json("POST", "schools", {"commune": COMMUNE, "code": SCHOOL, "name": "Trường đo tốc độ", "kind": "tieu_hoc"})
    grants = [{"role": "hieu_truong", "scope_kind": "truong", "scope": SCHOOL}]
    token = admin.json("POST", "tokens", {"name": "đo tốc độ", "grants": grants})["token"]
    login = f"do-{secrets.token_hex(4)}"
    invited = admin.json("POST", "users", {"login": login, "display_name": "Người đo", "grants": grants})
    person = Browser(url)
    path = urlsplit(invited["invitation_url"]).path
    page = b""
    while path:
        _, page, location = person.send("GET", path)
        path = urlsplit(location).path
    found = re.search(rb'name="csrf" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("the invitation's page has no form")
    form = urlencode({"csrf": found.group(1).decode(), "password": PASSWORD, "again": PASSWORD}).encode()
    person.send("POST", "/loi-moi", form, **{"Content-Type": "application/x-www-form-urlencoded"})
    head = Browser(url, {"Authorization": f"Bearer {token}"})
    cycle = head.json("POST", f"schools/{SCHOOL}/cycles", {"year": "2026-2027"})["cycle"]
    return person.cookies["kd_phien"], token, cycle


def cpu_seconds(root: int) -> float:
    """Return the processor time of a process and its descendants: on a busy machine it says more than the clock."""
    used: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            used[int(folder.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    family, grown = {root}, True
    while grown:
        more = {pid for pid, (parent, _) in used.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(used[pid][1] for pid in family if pid in used)


def load(
    make: Any, path: str, clients: int, seconds: float, server: int, *, think_s: tuple[float, float] = (0.0, 0.0)
) -> dict[str, float]:
    """Let `clients` GET the same thing for `seconds`; return requests a second, times and the server's work, in ms.

    With `think_s` each reads for a random time between these before the next click; without, all are back to back.
    """
    times: list[list[float]] = [[] for _ in range(clients)]
    wrong: list[int] = []
    start = threading.Barrier(clients + 1)

    def work(mine: list[float]) -> None:
        browser = make()
        try:
            browser.send("GET", path)
        except OSError:
            start.abort()
            raise
        start.wait()
        end = time.perf_counter() + seconds
        reading = random.Random(id(mine))
        while time.perf_counter() < end:
            time.sleep(reading.uniform(*think_s))
            begun = time.perf_counter()
            status, _, _ = browser.send("GET", path)
            mine.append(time.perf_counter() - begun)
            if status != 200:
                wrong.append(status)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in times]
    for thread in threads:
        thread.start()
    start.wait()
    begun, worked = time.perf_counter(), cpu_seconds(server)
    for thread in threads:
        thread.join()
    took, worked = time.perf_counter() - begun, cpu_seconds(server) - worked
    if wrong:
        raise SystemExit(f"GET {path}: {len(wrong)} answers of {sorted(set(wrong))}")
    every = sorted(one for mine in times for one in mine)
    cuts = statistics.quantiles(every, n=100)
    return {
        "per_second": len(every) / took,
        "p50_ms": cuts[49] * 1000,
        "p95_ms": cuts[94] * 1000,
        "cpu_ms": worked / len(every) * 1000,
    }


def serve_bare(kind: str, port: int, size: int) -> None:
    """Serve a body of `size` bytes and nothing else, on the server the composition uses."""
    if kind == "green":
        import eventlet

        eventlet.monkey_patch()  # before Flask, whose context variables it would trip over
    from flask import Flask

    from deploy.web import serve_green, serve_plain

    app = Flask("bare")
    body = "x" * size
    app.add_url_rule("/", "bare", lambda: body)
    if kind == "green":
        serve_green(app, "127.0.0.1", port, threading.Event())
    else:
        serve_plain(app, "127.0.0.1", port, ready=lambda: None, incoming=Path(tempfile.gettempdir()))


def bare(kind: str, size: int, clients: int, seconds: float) -> dict[str, float]:
    """Measure the bare application in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [sys.executable, __file__, "--serve-bare", kind, str(port), str(size)]
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(arguments, cwd=root, env={"PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore"})
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                Browser(url).send("GET", "/")
                break
            except OSError:
                time.sleep(0.1)
        return load(lambda: Browser(url), "/", clients, seconds, child.pid)
    finally:
        child.terminate()
        child.wait(10)


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--serve-bare"]:
        serve_bare(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--url", default="")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--think-seconds", type=float, default=12.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    told = json.loads((asked.data / "run" / "installation.json").read_text())
    url = asked.url or told["url"]
    owner = (asked.data / "run" / "owner.token").read_text().strip()
    session, token, cycle = set_up(url, owner)

    def person() -> Browser:
        browser = Browser(url)
        browser.cookies["kd_phien"] = session
        return browser

    def program() -> Browser:
        return Browser(url, {"Authorization": f"Bearer {token}"})

    size = len(person().send("GET", f"/truong/{SCHOOL}")[1])
    rows: dict[str, dict[str, float]] = {}
    kind = "green" if told["profile"] == "embedded" else "plain"
    rows["bare Flask"] = bare(kind, size, asked.clients, asked.seconds)
    wanted = [
        ("page school", person, f"/truong/{SCHOOL}"),
        ("page criterion", person, f"/truong/{SCHOOL}/danh-gia/{cycle}/1.1"),
        ("page evidence", person, f"/truong/{SCHOOL}/minh-chung"),
        ("page history", person, f"/truong/{SCHOOL}/lich-su"),
        ("page search", person, "/tim?q=ke+hoach"),
        ("page register (public)", lambda: Browser(url), "/so-cong-nhan"),
        ("api health (public)", lambda: Browser(url), "/api/v1/health"),
        ("api me", program, "/api/v1/me"),
        ("api schools", program, "/api/v1/schools"),
        ("api status", program, f"/api/v1/schools/{SCHOOL}/status"),
        ("api search", program, "/api/v1/search?q=ke+hoach"),
        ("api feed", program, "/api/v1/feed?after=0&limit=100"),
    ]
    for name, make, path in wanted:
        status = make().send("GET", path)[0]
        if status != 200:
            print(f"{name}: {status}, left out", file=sys.stderr)
            continue
        rows[name] = load(make, path, asked.clients, asked.seconds, told["pid"])
        if name.startswith("page"):
            read = load(make, path, asked.clients, asked.think_seconds, told["pid"], think_s=THINK_S)
            rows[name] |= {f"reading_{key}": value for key, value in read.items()}
    report(rows, url, told["profile"], asked)


def report(rows: dict[str, dict[str, float]], url: str, profile: str, asked: argparse.Namespace) -> None:
    """Print the rows; the exit code is 1 when a page misses the aim."""
    limit = rows["bare Flask"]["per_second"]
    missed = [name for name, row in rows.items() if name.startswith("page") and row["reading_p95_ms"] >= AIM_P95_MS]
    if asked.json:
        print(json.dumps({"url": url, "profile": profile, "clients": asked.clients, "rows": rows, "missed": missed}))
    else:
        print(f"{profile}, {asked.clients} clients, {asked.seconds:g} s each")
        for name, row in rows.items():
            times = f"p50 {row['p50_ms']:7.1f} ms  p95 {row['p95_ms']:7.1f} ms  cpu {row['cpu_ms']:5.1f} ms"
            told = f"{name:24} {row['per_second']:8.0f}/s  {times}  {row['per_second'] / limit:5.2f} of bare"
            if "reading_p95_ms" in row:
                told += f"  | reading: p50 {row['reading_p50_ms']:6.1f} ms  p95 {row['reading_p95_ms']:6.1f} ms"
            print(told)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
