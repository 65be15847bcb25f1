"""A real installation with people and papers, and a real browser that reports every breach of the page's own rules."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ARTEFACTS = Path(__file__).parents[2] / "artefacts"
SCHOOL, COMMUNE = "TH-BC", "NAM-LAM"
PASSWORD = "nui cao song dai 2026"
PEOPLE = {
    "van.bch": ("Hoàng Thị Vân", "van_thu", "truong", SCHOOL),
    "thinh.bch": ("Lò Văn Thịnh", "hoi_dong", "truong", SCHOOL),
    "kien.bch": ("Vàng A Kiên", "hoi_dong", "truong", SCHOOL),
    "tam.bch": ("Lường Thị Minh Tâm", "hieu_truong", "truong", SCHOOL),
    "nhung.xa": ("Triệu Thị Nhung", "can_bo_xa", "xa", COMMUNE),
    "khai.xa": ("Quàng Văn Khải", "kiem_tra", "xa", COMMUNE),
    "mai.xa": ("Lù Thị Mai", "kiem_tra", "xa", COMMUNE),
    "huong.xa": ("Lò Thị Hương", "lanh_dao_xa", "xa", COMMUNE),
    "khanh.xa": ("Đỗ Văn Khánh", "phong_kinh_te", "xa", COMMUNE),
    "ban.xa": ("Tòng Văn Ban", "ban_chi_dao", "xa", COMMUNE),
    "hoi.xa": ("Giàng Thị Hội", "doan_the", "xa", COMMUNE),
    "son.so": ("Nông Văn Sơn", "can_bo_so", "so", ""),
    "ngoai.so": ("Hà Thị Loan", "danh_gia_ngoai", "so", ""),
    "ha.kt": ("Vi Thu Hà", "kiem_toan", "tat_ca", ""),
}


def missing(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


class Village:
    """One commune with a primary school, its people, and how to act for them from outside."""

    def __init__(self, data: Path) -> None:
        self.data, self.log = data, data.parent / "launcher.log"
        command = [sys.executable, "-m", "cli.main", "up", "--profile", "embedded", "--data", str(data), "--json"]
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            pytest.fail(self.log.read_text(encoding="utf-8")[-3000:])
        said = json.loads(line)
        self.url, self.sign_in = said["url"], said["sign_in"]
        self.owner = (data / "run" / "owner.token").read_text(encoding="ascii").strip()
        self.sessions: dict[str, str] = {}

    def api(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Call the REST API as the owner, or with another token."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", data=data, method=method)
        request.add_header("Authorization", f"Bearer {token or self.owner}")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def eventually(self, method: str, path: str, body: Any, token: str = "", seconds: float = 20) -> Any:
        """Call the API again until another service has heard of what it needs."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.api(method, path, body, token)
            except AssertionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)

    def token(self, role: str, kind: str, scope: str = "") -> str:
        """Return a program's token in a role."""
        grants = [{"role": role, "scope_kind": kind, "scope": scope}]
        return str(self.api("POST", "tokens", {"name": f"thử {role}", "grants": grants})["token"])

    def token_for(self, login: str) -> str:
        """Return a token with which a program works as a person who has an account."""
        return str(self.api("POST", "tokens", {"name": f"máy của {login}", "grants": [], "login": login})["token"])

    def invite(self, login: str) -> str:
        """Invite a person and return the link."""
        name, role, kind, scope = PEOPLE[login]
        grants = [{"role": role, "scope_kind": kind, "scope": scope}]
        invited = self.api("POST", "users", {"login": login, "display_name": name, "grants": grants})
        return str(invited["invitation_url"])

    def enter(self, login: str) -> str:
        """Return the session cookie of a person who set a password by the invitation link."""
        if login not in self.sessions:
            jar = http.cookiejar.CookieJar()
            browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
            with browser.open(self.invite(login), timeout=30) as page:
                found = re.search(r'name="csrf" value="([^"]+)"', page.read().decode())
            assert found
            form = {"csrf": found[1], "password": PASSWORD, "again": PASSWORD}
            with browser.open(f"{self.url}/loi-moi", urllib.parse.urlencode(form).encode(), timeout=30) as page:
                page.read()
            self.sessions[login] = next(str(c.value) for c in jar if c.name == "kd_phien")
        return self.sessions[login]

    def upload(self, path: Path) -> dict[str, Any]:
        """Bring one file in and return its receipt."""
        data = path.read_bytes()
        opened = self.api("POST", f"schools/{SCHOOL}/uploads", {"name": path.name, "size_bytes": len(data)})
        request = urllib.request.Request(urllib.parse.urljoin(self.url, opened["url"]), data=data, method="PUT")
        request.add_header("Authorization", f"Ticket {opened['ticket']}")
        request.add_header("Upload-Offset", "0")
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found

    def wait_read(self, document: str, seconds: float = 90) -> None:
        """Wait until a document was read."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.api("GET", f"documents/{document}")["state"] in {"da_doc", "khong_doc_duoc"}:
                return
            time.sleep(0.5)
        raise AssertionError("not read in time")

    def stop(self) -> None:
        """End the installation."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="session")
def told() -> Iterator[Village]:
    """What `village` starts from, told once a process and at rest: telling it costs many starts."""
    from deploy.demo.scans import NoFont, make_scans

    with tempfile.TemporaryDirectory(prefix="kiemdinh-told-") as folder:
        try:
            scans = make_scans(Path(folder) / "scans", seed=7)
        except NoFont as no_font:
            missing(str(no_font))
        built = Village(Path(folder) / "data")
        try:
            built.scans = [scan.path for scan in scans]  # type: ignore[attr-defined]
            _tell(built)
        finally:
            built.stop()
        yield built


@pytest.fixture(scope="module")
def village(told: Village) -> Iterator[Village]:
    """A school with one paper that was read, a cycle under way, one finding of the commune and a recognition."""
    with tempfile.TemporaryDirectory(prefix="kiemdinh-browser-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(told.data, data)
        built = Village(data)
        for name in ("scans", "document", "cycle", "visit", "receipt"):
            setattr(built, name, getattr(told, name))
        try:
            yield built
        finally:
            built.stop()


def _tell(village: Village) -> None:
    village.api("POST", "communes", {"commune": COMMUNE, "name": "Xã Nậm Lam"})
    for code, name, kind in [
        (SCHOOL, "Trường Tiểu học Bản Chuông", "tieu_hoc"),
        ("MN-HB", "Trường Mầm non Hoa Ban", "mam_non"),
        ("THCS-NL", "Trường THCS Nậm Lam", "thcs"),
    ]:
        village.api("POST", "schools", {"commune": COMMUNE, "code": code, "name": name, "kind": kind})
    head, officer = village.token("hieu_truong", "truong", SCHOOL), village.token("can_bo_xa", "xa", COMMUNE)
    department = village.token("can_bo_so", "so")
    receipt = village.upload(village.scans[0])  # type: ignore[attr-defined]
    cycle = village.api("POST", f"schools/{SCHOOL}/cycles", {"year": "2026-2027"}, head)["cycle"]
    judged = ["1.1", "1.2", "1.3", "2.1", "3.1", "3.2", "3.3", "4.1"]
    met = [
        {"criterion": c, "level": n, "indicator": "-", "result": "met"}
        for c in judged
        for n in (1, 2)
        if (c, n) != ("4.1", 2)
    ]
    village.api("POST", f"schools/{SCHOOL}/cycles/{cycle}/judgements", {"layer": "school", "judgements": met}, head)
    plan = {"cycle": cycle, "layer": "commune", "on": _today(), "title": "Kiểm tra kỹ thuật lần 1"}
    visit = village.eventually("POST", f"schools/{SCHOOL}/inspections", plan, officer)["inspection"]
    finding = {"criterion": "4.1", "level": 1, "indicator": "-", "result": "not_met", "note": "2 phòng học xuống cấp"}
    village.api("POST", f"schools/{SCHOOL}/inspections/{visit}/findings", {"findings": [finding]}, officer)
    ending = {"summary": "Sửa hai phòng học xuống cấp trước khi đề nghị công nhận."}
    village.api("POST", f"schools/{SCHOOL}/inspections/{visit}/conclusion", ending, officer)
    document = receipt["document"]
    decision = {
        "number": "214/QĐ-UBND",
        "decided_on": _today(),
        "degree": 1,
        "override": "Chép lại quyết định đã ký trên giấy",
        "copied_from_paper": document,
    }
    village.eventually("POST", f"schools/{SCHOOL}/recognitions", decision, department)
    village.wait_read(document)
    code = {"cycle": cycle, "document": document, "criterion": "2.2", "title": "Kế hoạch bồi dưỡng"}
    village.eventually("POST", f"schools/{SCHOOL}/evidence", code, head)
    link = {"cycle": cycle, "document": document, "criterion": "2.2", "level": 1, "indicator": "-"}
    village.api("POST", f"schools/{SCHOOL}/links", link, head)
    village.document, village.cycle, village.visit = document, cycle, visit  # type: ignore[attr-defined]
    village.receipt = receipt  # type: ignore[attr-defined]


def _today() -> str:
    from shared.clock import SystemClock, today

    return today(SystemClock()).isoformat()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser of the machine."""
    if not Path(CHROMIUM).exists():
        missing(f"no {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Window:
    """One browser window; `breaches` collects CSP reports, script errors and requests that leave the origin."""

    def __init__(self, browser: Any, village: Village, login: str = "", **options: Any) -> None:
        self.village = village
        self.breaches: list[str] = []
        size = options.pop("size", (1366, 768))
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN", **options)
        if login:
            self.context.add_cookies([{"name": "kd_phien", "value": village.enter(login), "url": village.url}])
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.breaches.append(f"script: {error}"))
        self.page.on("request", self._request)
        self.page.set_default_timeout(15_000)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text and "status of 4" not in message.text:
            self.breaches.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.village.url, "blob:", "data:")):
            self.breaches.append(f"left the origin: {request.url}")

    def open(self, path: str) -> Any:
        """Open a path and return the page."""
        answer = self.page.goto(self.village.url + path)
        assert answer.status < 500, f"{path}: {answer.status}"
        return self.page

    def keep(self, name: str) -> None:
        """Keep a screenshot as an artefact."""
        ARTEFACTS.mkdir(exist_ok=True)
        width = self.page.viewport_size["width"]
        self.page.screenshot(path=ARTEFACTS / f"{name}-{width}.png", full_page=True)

    def close(self) -> None:
        self.context.close()
        assert self.breaches == []


@pytest.fixture
def window(chromium, village):
    """Open windows; each is closed after the test, and none may have broken a rule."""
    opened: list[Window] = []

    def build(login: str = "", **options: Any) -> Window:
        opened.append(Window(chromium, village, login, **options))
        return opened[-1]

    yield build
    for one in opened:
        one.close()
