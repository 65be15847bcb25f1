"""The scenario of the demo: a stack of paper becomes a recognition that another service hears about, in a commune's year.

Each step does its work through the REST API, the bus or the command line, checks that it held, and says what happened.
It may be played again on the same installation: each time it sets up a commune of its own.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from client.api_client import Client
from deploy.demo.checks import StepFailed, check, refused
from deploy.demo.commune import DemoCommune, DemoPerson, DemoSchool, next_commune
from deploy.demo.people import link_of
from deploy.demo.scans import ScanFile, make_recognition, make_scans
from deploy.demo.year import DemoYear
from shared.clock import Clock, SystemClock, today
from shared.vocabulary.ids import Position

READING_TIMEOUT_S = 180
"""Reading is the slowest step of the demo: a few seconds a page and core."""

RECOGNITION_GRANTED = "vn.kiemdinh.assessment.recognition-granted.v1"
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
VERIFIER = Path(__file__).resolve().parents[2] / "shared" / "tlog" / "verify_proof.py"
PHRASE_WITHOUT_ACCENTS = "ke hoach kiem dinh"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DemoInstallation:
    """Where the scenario is played: the address, the owner's token, the data folder if it is on this machine, the broker.

    `stays` says whether it goes on running afterwards, so that people can walk in.
    """

    url: str
    token: str
    data: Path | None
    amqp: str | None
    stays: bool = True


@dataclasses.dataclass(slots=True)
class _Played:
    """What earlier steps leave for later ones."""

    place: DemoCommune = dataclasses.field(default_factory=lambda: DemoCommune(1))
    people: list[dict[str, str]] = dataclasses.field(default_factory=list)
    callers: dict[str, Client] = dataclasses.field(default_factory=dict)
    acting: dict[tuple[str, str], Client] = dataclasses.field(default_factory=dict)
    receipts: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    cycle: str = ""
    feed_position: int = 0
    positions: dict[str, int] = dataclasses.field(default_factory=dict)
    number: str = ""

    @property
    def commune(self) -> str:
        """The code of the commune."""
        return self.place.code

    @property
    def schools(self) -> list[DemoSchool]:
        """Its schools."""
        return self.place.schools


class Scenario:
    """Plays the steps of the journey and of the commune's year."""

    def __init__(self, installation: DemoInstallation, *, clock: Clock | None = None) -> None:
        self._place = installation
        self._clock = clock or SystemClock()
        self._today = today(self._clock)
        self._seen: dict[str, Position] = {}  # what one person recorded, the next one acts on
        self._admin = self._client(installation.token)
        self._played = _Played()
        self._folder = Path(tempfile.mkdtemp(prefix="kiemdinh-story-"))
        self._programs: list[subprocess.Popen[str]] = []

    def play(self) -> Iterator[dict[str, Any]]:
        """Yield one object a step: step, what, seconds, held and its details. Stops at the first that does not hold."""
        steps: list[Callable[[], dict[str, Any]]] = [
            self.set_up_offices,
            self.upload_scans,
            self.find_by_words,
            self.code_and_link,
            self.judge,
            self.inspect_and_recognise,
            self.tell_others,
            self.set_right,
            self.plan_the_year,
            self.work_through_the_year,
            self.report_on_the_year,
            self.audit,
        ]
        try:
            for number, step in enumerate(steps, start=1):
                started = time.monotonic()
                try:
                    details, held = step(), True
                except Exception as error:  # noqa: BLE001 - whatever went wrong is what the step reports
                    details, held = {"error": f"{type(error).__name__}: {error}"}, False
                yield {
                    "step": number,
                    "what": inspect.cleandoc(step.__doc__ or ""),
                    "seconds": round(time.monotonic() - started, 2),
                    "held": held,
                    **details,
                }
                if not held:
                    return
        finally:
            self._leave()

    # 1

    def set_up_offices(self) -> dict[str, Any]:
        """Người quản trị lập một xã, ba trường, mời người của trường, xã, Sở; không có mật khẩu mặc định."""
        taken = {row["commune"] for row in self._admin.get("communes")["communes"]}
        self._played.place = place = next_commune(taken)
        self._admin.post("communes", {"commune": place.code, "name": place.name})
        for school in self._played.schools:
            body = {"commune": self._played.commune, "code": school.code, "name": school.name, "kind": school.kind}
            self._admin.post("schools", body)
        self._eventually(self._schools_known, "ba trường hiện trong danh mục")
        self._invite()
        self._give_tokens()
        return {
            "commune": self._played.commune,
            "schools": [s.code for s in self._played.schools],
            "invited": len(self._played.people),
            "people": self._played.people,
        }

    def _schools_known(self) -> bool:
        known = {row["code"] for row in self._admin.get("schools", commune=self._played.commune)["schools"]}
        return {s.code for s in self._played.schools} <= known

    def _invite(self) -> None:
        """Invite everybody of the scenario: each gets one link that lets in once, and sets the own password there."""
        self._played.people = [self._invited(person) for person in self._played.place.people()]
        links = {person["sign_in"] for person in self._played.people}
        check(len(links) == len(self._played.people), "mỗi người một đường dẫn mời riêng")

    def _invited(self, person: DemoPerson) -> dict[str, str]:
        grants = [{"role": person.role, "scope_kind": person.scope_kind, "scope": person.scope}]
        asked = {"login": person.login, "display_name": person.who, "grants": grants}
        return link_of(person, self._admin.post("users", asked))

    def _give_tokens(self) -> None:
        school, commune = self._main.code, self._played.commune
        scopes = {
            "van_thu": ("truong", school),
            "hoi_dong": ("truong", school),
            "hieu_truong": ("truong", school),
            "can_bo_xa": ("xa", commune),
            "kiem_tra": ("xa", commune),
            "danh_gia_ngoai": ("so", ""),
            "can_bo_so": ("so", ""),
            "kiem_toan": ("tat_ca", ""),
            "chuong_trinh": ("tat_ca", ""),
        }
        for role, (kind, scope) in scopes.items():
            grants = [{"role": role, "scope_kind": kind, "scope": scope}]
            token = self._admin.post("tokens", {"name": f"{role} {commune}", "grants": grants})["token"]
            self._played.callers[role] = self._client(token)

    def _acting(self, role: str, scope: str) -> Client:
        """Return a caller who acts as the invited person of a role in a scope."""
        if (role, scope) not in self._played.acting:
            login = self._played.place.login(role, scope)
            token = self._admin.post("tokens", {"name": f"Máy của {login}", "login": login})["token"]
            self._played.acting[role, scope] = self._client(token)
        return self._played.acting[role, scope]

    # 2

    def upload_scans(self) -> dict[str, Any]:
        """Văn thư tải lên ba bản quét, một bản hai lần; mỗi bản một biên nhận, bản trùng nhận lại biên nhận cũ."""
        scans = make_scans(self._folder, seed=sum(map(ord, self._played.commune)))
        lines = [self._upload(scan.path) for scan in scans]
        again = self._upload(scans[0].path)
        check(again["already_kept"] is True, "lần tải thứ hai được đánh dấu đã lưu")
        same = [again[key] == lines[0][key] for key in ("document", "sha256", "position")]
        check(all(same), "lần thứ hai nhận đúng biên nhận đầu")
        check(not any(line["already_kept"] for line in lines), "các bản khác là mới")
        self._played.receipts = lines
        back = self._folder / "back"
        self._clerk.download(f"documents/{lines[0]['document']}/original", back)
        check(back.read_bytes() == scans[0].path.read_bytes(), "lấy lại bản gốc đúng từng byte")
        read = self._wait_for_reading(scans)
        return {"receipts": [_brief(line) for line in [*lines, again]], **read}

    def _upload(self, file: Path) -> dict[str, Any]:
        return self._clerk.upload(self._main.code, file, lambda _: None)

    def _wait_for_reading(self, scans: list[ScanFile]) -> dict[str, Any]:
        started, progress_seen = time.monotonic(), set[int]()

        def done() -> bool:
            progress = self._clerk.get(f"schools/{self._main.code}/reading")
            progress_seen.add(progress["read"])
            check(progress["failed"] == 0, f"không tài liệu nào đọc hỏng: {progress}")
            return bool(progress["read"] == len(scans))

        self._eventually(done, "đọc xong mọi tài liệu", timeout_s=READING_TIMEOUT_S)
        pages = sum(self._clerk.get(f"documents/{r['document']}")["pages_total"] for r in self._played.receipts)
        return {
            "pages": pages,
            "reading_seconds": round(time.monotonic() - started, 2),
            "progress_seen": sorted(progress_seen),
        }

    # 3

    def find_by_words(self) -> dict[str, Any]:
        """Tìm thấy tài liệu bằng chữ trong thân, gõ có dấu hay không dấu; ảnh trang chỉ đúng chỗ."""
        bare = self._clerk.get("search", q=PHRASE_WITHOUT_ACCENTS, school=self._main.code)["hits"]
        marked = self._clerk.get("search", q="kế hoạch kiểm định", school=self._main.code)["hits"]
        check(bool(bare), f"có trang chứa «{PHRASE_WITHOUT_ACCENTS}»")
        check({h["document"] for h in bare} == {h["document"] for h in marked}, "có dấu và không dấu ra cùng tài liệu")
        hit = bare[0]
        check(bool(hit["boxes"]), "biết chỗ của chữ trên ảnh trang")
        page = self._clerk.get(f"documents/{hit['document']}/pages/{hit['page']}", q=PHRASE_WITHOUT_ACCENTS)
        marks = [word["text"] for word in page["words"] if word["hit"]]
        check(bool(marks), "trang đánh dấu các chữ tìm được")
        return {
            "query": PHRASE_WITHOUT_ACCENTS,
            "hits": len(bare),
            "page": hit["page"],
            "box": hit["boxes"][0],
            "marked": marks,
        }

    # 4 and 5 need a cycle, for codes follow its rulebook's pattern

    def code_and_link(self) -> dict[str, Any]:
        """Mở đợt theo thông tư có hiệu lực; văn thư cấp mã minh chứng và gắn vào hai tiêu chí."""
        self._hand_in_earlier_years()
        opened = self._head.post(
            f"schools/{self._main.code}/cycles", self._in_school() | {"year": self._school_year(), "on": self._ago(60)}
        )
        self._played.cycle = opened["cycle"]
        criteria = self._status()["criteria"]
        first, second = list(criteria)[:2]
        document = self._played.receipts[0]["document"]
        self._eventually(lambda: self._try_code(document, first), "hồ sơ biết tài liệu vừa tải")
        coded = self._code(document, first)
        for criterion in (first, second):
            self._clerk.post(
                f"schools/{self._main.code}/links", self._in_cycle() | {"document": document, "criterion": criterion}
            )
        listed = self._clerk.get(f"schools/{self._main.code}/evidence")["evidence"]
        cited = {c["criterion"] for e in listed for c in e["citations"]}
        check({first, second} <= cited, "minh chứng gắn ở cả hai tiêu chí")
        return {
            "rulebook": opened["rulebook"],
            "because": opened["because"],
            "code": coded["code"],
            "criteria": [first, second],
        }

    def _hand_in_earlier_years(self) -> None:
        """Hand in the reports of the two years before: recognition asks for three in a row, counted from such reports.

        Those reports were written on paper: their results are typed in, and their evidence stays in the folders of then.
        """
        reason = "Báo cáo năm học này lập trên giấy trước khi dùng hệ thống, minh chứng lưu ở tủ hồ sơ năm ấy"
        now = int(self._school_year()[:4])
        for first in (now - 2, now - 1):
            body = self._in_school() | {"year": f"{first}-{first + 1}", "on": f"{first}-10-15"}
            cycle = self._head.post(f"schools/{self._main.code}/cycles", body)["cycle"]
            place = f"schools/{self._main.code}/cycles/{cycle}"
            judged = [
                {name: gap[name] for name in ("criterion", "level", "indicator")} | {"result": "met"}
                for gap in self._head.get(f"{place}/gaps")["gaps"]
            ]
            results = {"cycle": cycle, "layer": "school", "judgements": judged, "on": f"{first + 1}-05-10"}
            self._council.post(f"{place}/judgements", self._in_school() | results)
            lacking = {(gap["kind"], gap["criterion"]) for gap in self._head.get(f"{place}/gaps")["gaps"]}
            gaps = [{"kind": kind, "criterion": code, "reason": reason} for kind, code in sorted(lacking)]
            handed_in = self._in_school() | {"cycle": cycle, "on": f"{first + 1}-05-20", "gaps": gaps}
            self._head.post(f"{place}/submission", handed_in)

    def _try_code(self, document: str, criterion: str) -> bool:
        try:
            return bool(self._code(document, criterion))
        except Exception as error:
            if getattr(error, "status", 0) in {404, 409, 422}:
                return False
            raise

    def _code(self, document: str, criterion: str) -> dict[str, Any]:
        body = self._in_cycle() | {"document": document, "criterion": criterion, "title": "Kế hoạch kiểm định chất lượng"}
        coded: dict[str, Any] = self._clerk.post(f"schools/{self._main.code}/evidence", body)
        return coded

    # 5

    def judge(self) -> dict[str, Any]:
        """Hội đồng đánh giá các chỉ báo; mức của tiêu chí và của trường do máy tính ra, kèm lý do."""
        conditions = {
            "cohort_completed": True,
            "facilities_met": True,
            "years_of_activity": 12,
        }
        document = self._played.receipts[0]["document"]
        body = self._in_school() | {"conditions": conditions, "on": self._ago(59), "document": document}
        self._head.post(f"schools/{self._main.code}/conditions", body)
        keys = self._indicators()
        self._played.positions["before"] = self._status()["known_at"]["position"]
        self._judge(keys[: len(keys) // 2], on=self._ago(40))
        half = self._status()
        check(half["school_level"]["level"] is None, "chưa đánh giá hết thì chưa kết luận, không phải không đạt")
        self._played.positions["half"] = half["known_at"]["position"]
        early = self._submission_refused()
        check(early == "chua-danh-gia-het", f"chưa trình được khi chưa đánh giá hết: {early}")
        shortcut = self._decision_refused()
        check(shortcut == "chua-trinh", f"chưa công nhận được khi trường chưa trình: {shortcut}")
        self._judge(keys[len(keys) // 2 :], on=self._ago(20))
        whole = self._status()
        check((whole["school_level"]["level"] or 0) >= 1, f"trường đạt ít nhất Mức 1: {whole['school_level']}")
        check(bool(whole["because"]), "mức của trường có lý do đọc được")
        self._played.positions["whole"] = whole["known_at"]["position"]
        done = {code: level["level"] for code, level in whole["criteria"].items()}
        return {
            "school_level": whole["school_level"]["level"],
            "criteria": done,
            "because": whole["because"][:3],
            "submission": self._submit(),
            "printed": self._print(),
        }

    def _print(self) -> dict[str, Any]:
        """Print the report as Word and as PDF, the list of evidence as Excel; twice the same where it is promised."""
        base = f"schools/{self._main.code}/papers"
        wanted = (("bao_cao_tdg", "docx", b"PK"), ("bao_cao_tdg", "pdf", b"%PDF"), ("danh_muc_minh_chung", "xlsx", b"PK"))
        sizes = {}
        for kind, form, begins in wanted:
            place = f"{base}/{kind}?format={form}&cycle={self._played.cycle}"
            out = self._folder / f"{kind}.{form}"
            told = self._head.fetch_file(place, out)
            content = out.read_bytes()
            check(content.startswith(begins), f"{kind} in ra là một tệp {form}")
            if form != "pdf":
                again = self._head.fetch_file(place, out)
                same = again["x-kiemdinh-sha256"] == told["x-kiemdinh-sha256"]
                check(same, f"{kind} in hai lần giống nhau từng byte")
            sizes[f"{kind}.{form}"] = len(content)
        return {"bytes": sizes, "draft": told["x-kiemdinh-draft"] == "true"}

    def _submit(self) -> dict[str, Any]:
        """Submit: refused while evidence is missing, done once each criterion has some or says why it needs none."""
        cycle = f"schools/{self._main.code}/cycles/{self._played.cycle}"
        body = self._in_cycle() | {"on": self._ago(19)}
        refused = self._submission_refused()
        check(refused == "thieu-minh-chung", f"chưa trình được khi thiếu minh chứng: {refused}")
        lacking = self._head.get(f"{cycle}/gaps")["gaps"]
        *cited, answered = dict.fromkeys(gap["criterion"] for gap in lacking)
        document = self._played.receipts[0]["document"]
        for criterion in cited:
            place = self._in_cycle() | {"document": document, "criterion": criterion}
            self._clerk.post(f"schools/{self._main.code}/links", place)
        for gap in lacking:
            if gap["criterion"] == answered:
                place = {name: gap[name] for name in ("kind", "criterion", "level", "indicator")}
                reason = {"reason": "Nội dung này xem trực tiếp tại trường, không lập văn bản riêng"}
                self._council.post(f"{cycle}/answers", self._in_cycle() | place | reason)
        self._head.post(f"{cycle}/submission", body)
        return {"refused_first": refused, "lacking": len(lacking)}

    def _submission_refused(self) -> str:
        body = self._in_cycle() | {"on": self._ago(19)}
        return refused(lambda: self._head.post(f"schools/{self._main.code}/cycles/{self._played.cycle}/submission", body))

    def _decision_refused(self) -> str:
        body = self._in_school() | {"number": "0/QĐ", "decided_on": self._ago(1), "degree": 1}
        return refused(lambda: self._caller("can_bo_so").post(f"schools/{self._main.code}/recognitions", body))

    def _indicators(self) -> list[tuple[str, int, str]]:
        keys = []
        for code in self._status()["criteria"]:
            found = self._council.get(f"schools/{self._main.code}/cycles/{self._played.cycle}/criteria/{code}")
            keys += [(code, i["level"], i["indicator"]) for i in found["indicators"]]
        return keys

    def _judge(self, keys: list[tuple[str, int, str]], *, on: str) -> None:
        judgements = [{"criterion": c, "level": n, "indicator": i, "result": "met"} for c, n, i in keys]
        body = self._in_cycle() | {"layer": "school", "judgements": judgements, "on": on}
        self._council.post(f"schools/{self._main.code}/cycles/{self._played.cycle}/judgements", body)

    # 6

    def inspect_and_recognise(self) -> dict[str, Any]:
        """Xã kiểm tra kỹ thuật, đoàn của Sở kết luận lớp riêng; chỉ khi ấy Sở mới ghi được quyết định công nhận."""
        shortcut = self._decision_refused()
        check(shortcut == "chua-ket-luan", f"chưa công nhận được khi đoàn chưa kết luận: {shortcut}")
        unregistered = self._step_refused("can_bo_so", "acceptance", days_ago=9)
        check(unregistered == "chua-dang-ky", f"chưa tiếp nhận được khi trường chưa đăng ký: {unregistered}")
        self._played.feed_position = self._feed_head()
        self._start_listeners()
        keys = self._indicators()
        commune = self._inspect("commune", "can_bo_xa", "kiem_tra", keys[:2], days_ago=15, result_of_first="not_met")
        self._register()
        department = self._inspect("department", "can_bo_so", "danh_gia_ngoai", keys, days_ago=8, result_of_first="met")
        self._eventually(lambda: self._status("department")["school_level"]["final"], "lớp của Sở có kết luận")
        self._eventually(lambda: self._status("commune")["criteria"][keys[0][0]]["ceiling"] == 0, "lớp của xã ghi không đạt")
        early = self._decision_refused()
        check(early == "chua-gui-du-thao", f"chưa công nhận được khi đoàn chưa gửi dự thảo: {early}")
        self._report()
        self._played.number = f"{self._played.commune}/QĐ-SGDĐT"
        body = self._in_school() | {
            "number": self._played.number,
            "decided_on": self._ago(1),
            "degree": 1,
            "cycle": self._played.cycle,
        }
        granted = self._caller("can_bo_so").post(f"schools/{self._main.code}/recognitions", body)
        status = self._status("department")
        check(status["recognition"]["number"] == self._played.number, "trường có Bằng còn hiệu lực")
        public = Client(self._place.url, "").get("recognitions", number=self._played.number)["recognitions"]
        check(len(public) == 1, "ai cũng tra được Bằng trong sổ công nhận")
        check(public[0]["based_on"] == department, "quyết định nêu đợt đánh giá ngoài mà nó dựa vào")
        return {
            "inspections": [commune, department],
            "decision": granted["number"],
            "degree": granted["degree"],
            "decided_on": granted["decided_on"],
            "expires_on": granted["expires_on"],
        }

    def _register(self) -> None:
        """Register for evaluation: the school, checked and forwarded by the commune, accepted by the department."""
        self._step("hieu_truong", "", days_ago=14, degree=1, copies=2, number="12/CV-TH")
        self._step("can_bo_xa", "/check", days_ago=13, missing=["Quyết định lập Hội đồng"])
        self._step("can_bo_xa", "/check", days_ago=12)
        self._step("can_bo_xa", "/forward", days_ago=12, number="45/UBND-VHXH")
        self._step("can_bo_so", "/acceptance", days_ago=9)

    def _report(self) -> None:
        """Bring the report to its end: a draft, a reply of the school in one point, the answer to it."""
        self._step("can_bo_so", "/draft", days_ago=7, summary="Trường đạt Mức 1 ở mọi tiêu chí.")
        self._step("hieu_truong", "/reply", days_ago=4, points=["Tiêu chí 1.1: trường đã bổ sung sổ theo dõi."])
        self._step("can_bo_so", "/final", days_ago=2, answers=[{"point": 1, "answer": "tiep_thu"}])

    def _step(self, role: str, step: str, *, days_ago: int, **told: Any) -> None:
        place = f"schools/{self._main.code}/registrations{step}"
        self._caller(role).post(place, self._in_cycle() | {"on": self._ago(days_ago)} | told)

    def _step_refused(self, role: str, step: str, *, days_ago: int) -> str:
        return refused(lambda: self._step(role, f"/{step}", days_ago=days_ago))

    def _inspect(
        self, layer: str, planner: str, finder: str, keys: list[tuple[str, int, str]], *, days_ago: int, result_of_first: str
    ) -> str:
        on = self._ago(days_ago)
        body = self._in_cycle() | {"layer": layer, "on": on, "title": "Kiểm tra trước khi đề nghị công nhận"}
        place = f"schools/{self._main.code}/inspections"
        self._eventually(lambda: self._planned(planner, place, body), "đợt tự đánh giá được bên kiểm tra biết")
        number = str(self._played.callers[planner].get(place)["inspections"][0]["inspection"])
        self._eventually(lambda: self._reads(finder, place), "đoàn xem được trường")
        results = [result_of_first] + ["met"] * (len(keys) - 1)
        findings = [
            {"criterion": c, "level": n, "indicator": i, "result": r} for (c, n, i), r in zip(keys, results, strict=True)
        ]
        named = self._in_school() | {"inspection": number, "on": on}
        self._caller(finder).post(f"{place}/{number}/findings", named | {"findings": findings})
        self._caller(finder).post(f"{place}/{number}/conclusion", named | {"summary": "Đã kiểm tra tại trường."})
        return number

    def _reads(self, role: str, place: str) -> bool:
        try:
            return bool(self._caller(role).get(place))
        except Exception as error:
            if getattr(error, "status", 0) == 403:
                return False
            raise

    def _planned(self, planner: str, place: str, body: dict[str, Any]) -> bool:
        try:
            return bool(self._caller(planner).post(place, body))
        except Exception as error:
            if getattr(error, "status", 0) in {404, 409, 422}:
                return False
            raise

    # 7

    def _start_listeners(self) -> None:
        port, secret = _free_port(), self._folder / "webhook-secret"
        self._start("webhook", [str(EXAMPLES / "webhook_receiver.py"), str(port), str(secret)])
        body = {"url": f"http://127.0.0.1:{port}/", "types": [RECOGNITION_GRANTED], "description": "Trạm thử"}
        secret.write_text(self._caller("chuong_trinh").post("webhooks", body)["secret"], encoding="utf-8")
        if self._place.amqp:
            self._start(
                "bus", [str(EXAMPLES / "subscriber.py"), self._place.amqp, RECOGNITION_GRANTED, "1", self._played.commune]
            )
            self._eventually(lambda: "ready" in self._said("bus", "err"), "chương trình lạ đã nối vào bus")

    def tell_others(self) -> dict[str, Any]:
        """Chương trình lạ nghe được công nhận: trên bus, trong dòng sự kiện HTTP từ vị trí nó nhớ, và qua webhook đã ký."""
        heard: dict[str, Any] = {"feed": self._from_feed()}
        ids = {heard["feed"]["id"]}
        delivered = self._heard("webhook")
        ids.add(delivered["event"]["id"])
        check(delivered["id"] == delivered["event"]["id"], "webhook mang số của sự kiện")
        heard["webhook"] = {"id": delivered["id"]}
        if self._place.amqp:
            on_bus = self._heard("bus")
            ids.add(on_bus["id"])
            heard["bus"] = {"id": on_bus["id"], "source": on_bus["source"]}
        check(len(ids) == 1, f"mọi đường cùng một sự kiện: {ids}")
        return heard

    def _from_feed(self) -> dict[str, Any]:
        granted: list[dict[str, Any]] = []

        def arrived() -> bool:
            answer = self._caller("chuong_trinh").get(
                "feed", after=self._played.feed_position, limit=1000, types=RECOGNITION_GRANTED
            )
            granted.extend(e for e in answer["events"] if e["data"]["number"] == self._played.number)
            return bool(granted)

        self._eventually(arrived, "dòng sự kiện có công nhận")
        event = granted[0]
        check(event["specversion"] == "1.0" and event["type"] == RECOGNITION_GRANTED, "đúng dạng CloudEvents 1.0")
        return {"id": event["id"], "sequence": event["sequence"], "position": event["position"], "data": event["data"]}

    def _feed_head(self) -> int:
        return int(self._caller("chuong_trinh").get("feed", after=0, limit=1)["head"])

    # 8

    def set_right(self) -> dict[str, Any]:
        """Sở đính chính một mục ghi sai, sổ giữ cả hai dòng; quyết định mới, chép từ giấy, thay quyết định cũ."""
        school, officer = self._main.code, self._caller("can_bo_so")
        before = self._listed(self._played.number)
        expiry = (dt.date.fromisoformat(before["expires_on"]) - dt.timedelta(days=1)).isoformat()
        paper = self._played.receipts[-1]["document"]
        slip = {"number": self._played.number, "what": "expires_on", "new": expiry, "document": paper}
        officer.post(f"schools/{school}/corrections", self._in_school() | slip | {"reason": "Gõ nhầm ngày hết hạn"})
        now, yesterday = self._listed(self._played.number), self._listed(self._played.number, self._ago(1))
        check((now["expires_on"], now["state"]) == (expiry, "con_hieu_luc"), "sổ hiện dòng đúng, còn hiệu lực")
        check(yesterday["expires_on"] == before["expires_on"], "sổ của hôm trước hiện dòng cũ")
        newer = f"{self._played.commune}/QĐ-SGDĐT-2"
        copied = {"override": "Quyết định cấp lại, ký trên giấy", "copied_from_paper": paper}
        decision = {"number": newer, "decided_on": self._today.isoformat(), "degree": 1}
        granted = officer.post(f"schools/{school}/recognitions", self._in_school() | decision | copied)
        old = self._listed(self._played.number)
        check((old["state"], old["superseded_by"]) == ("thay_the", newer), "Bằng cũ đã được thay, nêu số mới")
        check(granted["supersedes"] == self._played.number, "quyết định mới nêu số nó thay")
        return {"corrected": ["expires_on", before["expires_on"], expiry], "superseded": [self._played.number, newer]}

    def _listed(self, number: str, on: str = "") -> dict[str, Any]:
        found = Client(self._place.url, "").get("recognitions", number=number, on=on or None)["recognitions"]
        line: dict[str, Any] = found[0]
        return line

    # 9 to 11: the year of the commune

    @property
    def _year(self) -> DemoYear:
        documents = {self._main.code: self._played.receipts[0]["document"]}
        return DemoYear(self._played.place, self._today, self._acting, documents)

    def plan_the_year(self) -> dict[str, Any]:
        """Phòng VH-XH soạn kế hoạch năm của xã, máy đề xuất từ Sổ công nhận, người quyết định; lãnh đạo UBND xã ban hành."""
        self._recognised_before()
        return self._year.plan(next(iter(self._status()["criteria"])))

    def _recognised_before(self) -> None:
        """Enter a recognition of years ago from its paper: it runs out next year, so the plan has one to renew."""
        school, first, last = self._played.schools[1], self._today.year - 4, self._today.year + 1
        number, decided_on = f"{self._played.commune}/QĐ-UBND", dt.date(first, 5, 20)
        scan = make_recognition(self._folder, school=school.name, number=number, decided_on=decided_on)
        paper = self._acting("van_thu", school.code).upload(school.code, scan, lambda _: None)["document"]
        told = {"number": number, "decided_on": decided_on.isoformat(), "expires_on": f"{last}-05-20", "degree": 1}
        copied = {"override": "Quyết định trước khi dùng hệ thống, ký trên giấy", "copied_from_paper": paper}
        body = {"school": school.code} | told | copied
        self._eventually(
            lambda: self._planned("can_bo_so", f"schools/{school.code}/recognitions", body), "hồ sơ biết quyết định đã quét"
        )

    def work_through_the_year(self) -> dict[str, Any]:
        """Xã giao việc, nơi nhận báo cáo, xã duyệt; tập huấn, thông báo; khó khăn được trả lời, nhu cầu được cấp vốn."""
        return self._year.work()

    def report_on_the_year(self) -> dict[str, Any]:
        """Xã hỏi báo cáo, biết trường nào chưa gửi, tổng hợp từ nhật ký gửi UBND xã; hạn hiện ở Hôm nay; in kế hoạch."""
        year = self._year
        told = year.report(self._folder / "ke-hoach-xa.docx")
        self._eventually(lambda: any(d["href"] for d in year.owed()), "hạn của năm hiện ở Hôm nay")
        overdue = [d["label"] for d in year.owed() if (d["days_left"] or 0) < 0]
        return told | {"owed": len(year.owed()), "overdue": overdue}

    # 12

    def audit(self) -> dict[str, Any]:
        """Kiểm toán hỏi trường ở ba thời điểm, xem khác gì và vì sao, kiểm nhật ký, xuất bản tự kiểm và kiểm ngoại tuyến."""
        auditor, school = self._caller("kiem_toan"), self._main.code
        moments = [
            (self._ago(50), self._played.positions["before"]),
            (self._ago(30), self._played.positions["half"]),
            (self._today.isoformat(), 0),
        ]
        answers = [auditor.get(f"schools/{school}/status", valid_at=day, known_at=known or None) for day, known in moments]
        again = [auditor.get(f"schools/{school}/status", valid_at=day, known_at=known or None) for day, known in moments[:2]]
        check(answers[:2] == again, "câu trả lời về quá khứ không đổi")
        levels = [s["school_level"] for s in answers]
        check(levels[0]["level"] is None and levels[2]["level"] is not None, f"ba thời điểm khác nhau: {levels}")
        compared = auditor.get(
            f"schools/{school}/compare", a=moments[0][0], a_known=moments[0][1], b=moments[2][0], b_known=0
        )
        check(any(d["causes"] for d in compared["differences"]), "khác biệt có nguyên nhân")
        return {
            "levels": [level["level"] for level in levels],
            "differences": len(compared["differences"]),
            "verify": self._verify_log(),
            "proof": self._prove(auditor, school),
        }

    def _verify_log(self) -> dict[str, Any] | None:
        """Verify the logs and the archive; None where the folder is not on this machine."""
        if self._place.data is None:
            return None
        done = self._kiemdinh("audit", "verify", "--data", str(self._place.data), "--json")
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        check(done.returncode == 0 and report["sound"], f"nhật ký và kho nguyên vẹn: {report}")
        checked: dict[str, Any] = report["checked"]
        return checked

    def _prove(self, auditor: Client, school: str) -> str:
        bundle = self._folder / "ban-tu-kiem.json"
        bundle.write_text(auditor.get(f"schools/{school}/proof")["bundle"], encoding="utf-8")
        offline = ["unshare", "-n"] if _can_unshare() else []
        done = subprocess.run(
            [*offline, sys.executable, "-I", str(VERIFIER), str(bundle)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        check(done.returncode == 0, f"bản tự kiểm đúng: {done.stdout} {done.stderr}")
        return done.stdout.strip().splitlines()[0]

    # helpers

    @property
    def _main(self) -> DemoSchool:
        return self._played.schools[0]

    def _client(self, token: str) -> Client:
        return Client(self._place.url, token, self._seen)

    @property
    def _clerk(self) -> Client:
        return self._caller("van_thu")

    @property
    def _council(self) -> Client:
        return self._caller("hoi_dong")

    @property
    def _head(self) -> Client:
        return self._caller("hieu_truong")

    def _caller(self, role: str) -> Client:
        return self._played.callers[role]

    def _in_school(self) -> dict[str, Any]:
        return {"school": self._main.code}

    def _in_cycle(self) -> dict[str, Any]:
        return {"school": self._main.code, "cycle": self._played.cycle}

    def _ago(self, days: int) -> str:
        return (self._today - dt.timedelta(days=days)).isoformat()

    def _school_year(self) -> str:
        first = self._today.year if self._today.month >= 8 else self._today.year - 1
        return f"{first}-{first + 1}"

    def _status(self, layer: str = "school") -> dict[str, Any]:
        found: dict[str, Any] = self._caller("kiem_toan").get(f"schools/{self._main.code}/status", layer=layer)
        return found

    def _eventually(self, holds: Callable[[], Any], what: str, *, timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            if time.monotonic() > deadline:
                raise StepFailed(f"sau {timeout_s:.0f} giây vẫn chưa thấy: {what}")
            time.sleep(0.1)

    def _start(self, name: str, arguments: list[str]) -> None:
        with (self._folder / f"{name}.out").open("w") as out, (self._folder / f"{name}.err").open("w") as err:
            program = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=err, text=True)
        self._programs.append(program)

    def _said(self, name: str, stream: str) -> str:
        return (self._folder / f"{name}.{stream}").read_text(encoding="utf-8")

    def _heard(self, name: str) -> dict[str, Any]:
        self._eventually(lambda: self._said(name, "out").endswith("\n"), f"{name} nghe được sự kiện")
        heard: dict[str, Any] = json.loads(self._said(name, "out").splitlines()[0])
        return heard

    def _kiemdinh(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cli.main", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def _leave(self) -> None:
        for program in self._programs:
            program.terminate()
            program.wait(timeout=10)
        shutil.rmtree(self._folder, ignore_errors=True)


def _brief(line: dict[str, Any]) -> dict[str, Any]:
    return {key: line[key] for key in ("name", "document", "sha256", "position", "already_kept")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _can_unshare() -> bool:
    program = shutil.which("unshare")
    if program is None:
        return False
    return subprocess.run([program, "-n", "true"], capture_output=True, check=False).returncode == 0
