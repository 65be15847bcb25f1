"""The portal's main pages and API for 20 people at once, beside a bare Flask on the same kind of server in the same run.

    python tests/bench/bench_http.py [--profile embedded] [--clients 20] [--seconds 5] [--think-seconds 12] [--json]
    python tests/bench/bench_http.py --data DIR [--url URL] ...

An installation of its own is brought up on a temporary folder and ended afterwards; with --data, that of a folder whose
installation runs on this machine is measured. The owner's token sets up a school and a head in it. The bare application
answers a body of the same size as the school's page, on the same kind of server (eventlet for the embedded composition,
waitress for the server one), from a process of its own. Every row is the worst case, all back to back; pages are also
measured with people who click, read for 1–3 s and click again ("reading"): the aim is p95 below 200 ms of those.
A row with fewer than 20 answers says so instead of times. The exit code tells whether it was measured, not how fast it was.
"""

from __future__ import annotations

import argparse
import contextlib
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
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
AIM_P95_MS = 200.0
THINK_S = (1.0, 3.0)
"""How long a person reads a page before the next click."""
FEWEST = 20
"""Of fewer answers no percentile is told."""
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


class Load:
    """What many clients at once met: the time of every answer in seconds, and how often what went wrong."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.wrong: Counter[str] = Counter()
        self._lock = threading.Lock()

    def click(self, browser: Browser, path: str) -> None:
        """GET once and keep what came of it."""
        begun = time.perf_counter()
        try:
            status, _, _ = browser.send("GET", path)
        except (http.client.HTTPException, OSError) as error:
            browser.connection.close()
            with self._lock:
                self.wrong[type(error).__name__] += 1
            return
        took = time.perf_counter() - begun
        with self._lock:
            if status == 200:
                self.times.append(took)
            else:
                self.wrong[str(status)] += 1

    def row(self, seconds: float, worked: float) -> dict[str, Any]:
        """Return what is told of it; no rate and no times when there are too few answers."""
        told: dict[str, Any] = {"answers": len(self.times), "wrong": dict(self.wrong), "seconds": seconds}
        if len(self.times) < FEWEST:
            return told
        cuts = statistics.quantiles(self.times, n=100)
        return told | {
            "per_second": len(self.times) / seconds,
            "p50_ms": cuts[49] * 1000,
            "p95_ms": cuts[94] * 1000,
            "cpu_ms": worked / len(self.times) * 1000,
        }


def load(
    make: Any, path: str, clients: int, seconds: float, server: int, *, think_s: tuple[float, float] = (0.0, 0.0)
) -> dict[str, Any]:
    """Let `clients` GET the same thing for `seconds`; return requests a second, times and the server's work, in ms.

    With `think_s` each reads for a random time between these before the next click; without, all are back to back.
    """
    met, warm_up = Load(), Load()
    start = threading.Barrier(clients + 1)

    def work(number: int) -> None:
        browser, reading = make(), random.Random(number)
        warm_up.click(browser, path)
        start.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            time.sleep(reading.uniform(*think_s))
            met.click(browser, path)
        browser.connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    begun, worked = time.perf_counter(), cpu_seconds(server)
    for thread in threads:
        thread.join()
    return met.row(time.perf_counter() - begun, cpu_seconds(server) - worked)


def serve_bare(kind: str, port: int, size: int) -> None:
    """Serve a body of `size` bytes and nothing else, on the server the composition uses."""
    if kind == "eventlet":
        import eventlet

        eventlet.monkey_patch()  # before Flask, whose context variables it would trip over
    from flask import Flask

    from deploy.serving.wsgi import serve_with_eventlet, serve_with_waitress

    app = Flask("bare")
    body = "x" * size
    app.add_url_rule("/", "bare", lambda: body)
    if kind == "eventlet":
        serve_with_eventlet(app, "127.0.0.1", port, threading.Event())
    else:
        serve_with_waitress(app, "127.0.0.1", port, ready=lambda: None, incoming=Path(tempfile.gettempdir()))


def bare(kind: str, size: int, clients: int, seconds: float) -> dict[str, Any]:
    """Measure the bare application in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [sys.executable, __file__, "--serve-bare", kind, str(port), str(size)]
    child = subprocess.Popen(arguments, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"})
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


@contextlib.contextmanager
def installation(profile: str) -> Iterator[Path]:
    """Bring up an installation on a temporary folder and give that; in the end nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="kiemdinh-bench-") as name:
        data, log = Path(name) / "data", Path(name) / "launcher.log"
        command = [sys.executable, "-m", "cli.main", "up", "--profile", profile, "--data", str(data), "--json"]
        with log.open("wb") as errors:
            launcher = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT)
        assert launcher.stdout is not None
        try:
            if not launcher.stdout.readline():
                raise SystemExit(f"no installation came up: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
            yield data
        finally:
            launcher.terminate()
            launcher.wait(120)
            launcher.stdout.close()


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--serve-bare"]:
        serve_bare(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of an installation that runs; without it, one is brought up")
    parser.add_argument("--profile", choices=["embedded", "server"], default="embedded", help="of the one brought up")
    parser.add_argument("--url", default="")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--think-seconds", type=float, default=12.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with contextlib.ExitStack() as held:
        measure(asked.data or held.enter_context(installation(asked.profile)), asked)


def measure(data: Path, asked: argparse.Namespace) -> None:
    """Measure the installation of a folder and print the rows."""
    try:
        told = json.loads((data / "run" / "installation.json").read_text())
        owner = (data / "run" / "owner.token").read_text().strip()
        url = asked.url or told["url"]
        session, token, cycle = set_up(url, owner)
    except OSError as error:
        raise SystemExit(f"no installation answers for {data}: {error}") from error

    def person() -> Browser:
        browser = Browser(url)
        browser.cookies["kd_phien"] = session
        return browser

    def program() -> Browser:
        return Browser(url, {"Authorization": f"Bearer {token}"})

    size = len(person().send("GET", f"/truong/{SCHOOL}")[1])
    rows: dict[str, dict[str, Any]] = {}
    kind = "eventlet" if told["profile"] == "embedded" else "waitress"
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
        rows[name] = load(make, path, asked.clients, asked.seconds, told["pid"])
        if name.startswith("page"):
            read = load(make, path, asked.clients, asked.think_seconds, told["pid"], think_s=THINK_S)
            rows[name] |= {f"reading_{key}": value for key, value in read.items()}
    report(rows, url, told["profile"], asked)


def report(rows: dict[str, dict[str, Any]], url: str, profile: str, asked: argparse.Namespace) -> None:
    """Print the rows, each against the bare one, and which pages miss the aim or had too few answers to say."""
    limit = rows["bare Flask"].get("per_second")
    for row in rows.values():
        if limit and "per_second" in row:
            row["ratio"] = row["per_second"] / limit
    pages = {name: row for name, row in rows.items() if name.startswith("page")}
    missed = [name for name, row in pages.items() if row.get("reading_p95_ms", 0.0) >= AIM_P95_MS]
    unknown = [name for name, row in pages.items() if "reading_p95_ms" not in row]
    if asked.json:
        told = {"url": url, "profile": profile, "clients": asked.clients, "rows": rows, "missed": missed, "unknown": unknown}
        print(json.dumps(told))
        return
    print(f"{profile}, {asked.clients} clients, {asked.seconds:g} s each")
    for name, row in rows.items():
        print(f"{name:24} {line(row)}" + (f"  | reading: {reading(row)}" if name in pages else ""))
    if limit is None:
        print("the bare application gave too few answers: there is no limit to compare with")
    verdict = ", ".join(missed) or "none"
    print(f"aim: p95 below {AIM_P95_MS:g} ms while reading; missed by: {verdict}; too few answers to say: {len(unknown)}")


def line(row: dict[str, Any]) -> str:
    """Return what is told of a row, back to back."""
    if "per_second" not in row:
        return few(row["answers"], row["wrong"], row["seconds"])
    times = f"p50 {row['p50_ms']:7.1f} ms  p95 {row['p95_ms']:7.1f} ms  cpu {row['cpu_ms']:5.1f} ms"
    of_bare = f"{row['ratio']:5.2f} of bare" if "ratio" in row else ""
    failed = f"  ({told_of(row['wrong'])})" if row["wrong"] else ""
    return f"{row['per_second']:8.0f}/s  {times}  {of_bare}{failed}"


def reading(row: dict[str, Any]) -> str:
    """Return what is told of people who read."""
    if "reading_p95_ms" not in row:
        return few(row["reading_answers"], row["reading_wrong"], row["reading_seconds"])
    return f"p50 {row['reading_p50_ms']:6.1f} ms  p95 {row['reading_p95_ms']:6.1f} ms"


def few(answers: int, wrong: dict[str, int], seconds: float) -> str:
    """Return the line for too few answers."""
    return f"only {answers} answers in {seconds:.0f} s, too few to tell times" + (f" ({told_of(wrong)})" if wrong else "")


def told_of(wrong: dict[str, int]) -> str:
    """Return what went wrong and how often."""
    return ", ".join(f"{count}× {what}" for what, count in wrong.items())


if __name__ == "__main__":
    main()
