"""A commune's year, by its people through the command line: plan, tasks, training, visit, difficulties, money, syntheses."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from deploy.demo.scans import make_scans
from shared.clock import SystemClock, today
from tests.journey.people import Person
from tests.journey.recount import Recount, feed

COMMUNE = "NL89"
TODAY = today(SystemClock())
YEAR = TODAY.year
END = f"{YEAR}-12-31"
UNITS = {
    "xa-vhxh": ("can_bo_xa", "Hoàng Thị Pẳn"),
    "xa-lanh-dao": ("lanh_dao_xa", "Nông Văn Slim"),
    "xa-kinh-te": ("phong_kinh_te", "Lâm Thị Ẻng"),
    "xa-doan-the": ("doan_the", "Vi Văn Thoỏng"),
}
SCHOOLS = {
    "TH-MOI": "Trường Tiểu học Nậm Mới",
    "TH-LAI": "Trường Tiểu học Nậm Lại",
    "TH-GIU": "Trường Tiểu học Nậm Giữ",
}
"""One without a recognition, one whose recognition ends within the window, one that keeps its own."""


class Commune:
    """A commune with its units, and three schools with a head each."""

    def __init__(self, url: str, owner: str, folder: Path) -> None:
        self.url, self.folder, self.token = url, folder, owner
        self.owner = Person(url, owner)
        self.people: dict[str, Person] = {}
        self.owner.does("commune", "add", COMMUNE, "Xã Nậm Lanh")
        for login, (role, name) in UNITS.items():
            self._enter(login, name, role, f"xa:{COMMUNE}")
        self._enter("so-gddt", "Lương Thị Mản", "can_bo_so", "so:")
        self.documents: dict[str, str] = {}
        for code, name in SCHOOLS.items():
            self.owner.does("school", "add", code, name, "--commune", COMMUNE, "--kind", "tieu_hoc")
            self._enter(f"ht-{code.lower()}", f"Lộc Văn {code[3:].title()}", "hieu_truong", f"truong:{code}")
            scan = make_scans(folder / code, 7)[0].path
            (receipt,) = self.owner.does("upload", scan, "--school", code)
            self.documents[code] = receipt["document"]
        self._recognised("TH-LAI", 1, f"{YEAR - 4}-05-20", f"{YEAR + 1}-05-20")
        self._recognised("TH-GIU", 2, f"{YEAR - 1}-09-02", f"{YEAR + 4}-09-02")

    def __getitem__(self, login: str) -> Person:
        return self.people[login]

    def head(self, code: str) -> Person:
        return self[f"ht-{code.lower()}"]

    def _enter(self, login: str, name: str, role: str, scope: str) -> None:
        self.owner.does("user", "add", login, name, "--role", role, "--scope", scope)
        token = self.owner.tells("token", "issue", f"may-{login}", "--for", login)["token"]
        self.people[login] = Person(self.url, token)

    def _recognised(self, code: str, degree: int, on: str, until: str) -> None:
        copied = (
            "--copied-from-paper",
            self.documents[code],
            "--override",
            "Quyết định ký trên giấy",
        )
        self["so-gddt"].does(
            "recognition", "grant", code, f"{code}/QĐ", "--degree", str(degree), "--on", on, "--expires", until, *copied
        )

    def print(self, kind: str, *words: str, who: str = "xa-vhxh", form: str = "docx") -> Path:
        out = self.folder / f"{kind}-{len(list(self.folder.iterdir()))}.{form}"
        self[who].does("paper", "print", kind, COMMUNE, "--year", str(YEAR), "--format", form, "-o", out, *words)
        return out


@pytest.fixture
def commune(installation, tmp_path):
    folder = tmp_path / "viec"
    folder.mkdir()
    running = installation("embedded")
    return Commune(running.url, running.token, folder)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_commune_plans_works_through_and_reports_its_year_and_a_stranger_recounts_it_from_the_feed(commune) -> None:
    the_plan_is_proposed_chosen_and_issued(commune)
    three_tasks_come_back(commune)
    a_class_is_held(commune)
    a_technical_visit_is_concluded(commune)
    two_difficulties_are_solved(commune)
    needs_are_appraised_and_funded(commune)
    asked = schools_report(commune)
    half = a_synthesis_counts_what_the_feed_says(commune, "so_ket", asked)
    before = printed(commune, "bao_cao_so_ket", half)
    the_second_half_brings_more(commune)
    a_synthesis_counts_what_the_feed_says(commune, "tong_ket", asked)
    assert printed(commune, "bao_cao_so_ket", half) == before, "what was counted in June is printed in December as in June"
    nobody_sees_what_is_not_theirs(commune)
    deadlines_and_reminders_are_told_once(commune)


def the_plan_is_proposed_chosen_and_issued(commune: Commune) -> None:
    officer, leader = commune["xa-vhxh"], commune["xa-lanh-dao"]
    proposed = {one["school"]: one for one in officer.does("plan", "propose", COMMUNE, str(YEAR))}
    kinds = {code: one["kind"] for code, one in proposed.items()}
    assert kinds == {"TH-MOI": "cong_nhan_moi", "TH-LAI": "cong_nhan_lai", "TH-GIU": "duy_tri"}
    assert proposed["TH-LAI"]["register_by"] == f"{YEAR}-12-20"
    officer.does("plan", "draft", COMMUNE, str(YEAR))
    entry = ("plan", "entry", COMMUNE, str(YEAR))
    against = officer.refused(*entry, "TH-MOI", "--kind", "duy_tri", "--responsible", "Hiệu trưởng")
    assert against.problem["status"] == 409, "nothing to keep where nothing was recognised"
    for code in ("TH-MOI", "TH-LAI"):
        goal = ("--kind", kinds[code], "--target-level", "2", "--target-degree", "1", "--register-by", END)
        officer.does(*entry, code, *goal, "--responsible", "Hiệu trưởng")
    issue = ("plan", "issue", COMMUNE, str(YEAR), "--number", "12/KH-UBND", "--on", str(TODAY))
    lacking = leader.refused(*issue)
    assert lacking.problem["status"] == 409
    assert SCHOOLS["TH-GIU"] in json.dumps(lacking.problem, ensure_ascii=False) or "TH-GIU" in json.dumps(lacking.problem)
    officer.does(*entry, "TH-GIU", "--kind", "duy_tri", "--target-degree", "2", "--responsible", "Hiệu trưởng")
    leader.does(*issue)
    told = officer.tells("plan", "progress", COMMUNE, str(YEAR))
    assert (told["schools"], told["with_entry"], told["reached"]) == (3, 3, 0)
    words = words_of(commune.print("ke_hoach_xa"))
    for said in ("12/KH-UBND", "Nậm Lanh", *SCHOOLS.values()):
        assert said in words, said
    sheet = openpyxl.load_workbook(commune.print("danh_sach_truong", form="xlsx")).active
    assert sheet is not None
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert set(SCHOOLS.values()) <= cells


def three_tasks_come_back(commune: Commune) -> None:
    officer = commune["xa-vhxh"]
    give = ("task", "give", COMMUNE, str(YEAR))
    first = officer.tells(*give, "--to", "TH-MOI", "--text", "Nộp danh mục minh chứng", "--due", END, "--wanted", "paper")[
        "id"
    ]
    second = officer.tells(*give, "--to", "TH-LAI", "--text", "Báo cáo lộ trình", "--due", END, "--wanted", "report")["id"]
    unit = officer.tells(*give, "--to", "phong_kinh_te", "--text", "Khảo sát phòng học", "--due", END, "--wanted", "report")[
        "id"
    ]
    assert commune.head("TH-MOI").refused("task", "report", first, "--text", "Đã nộp").problem["status"] in {400, 409}
    commune.head("TH-MOI").does("task", "report", first, "--text", "Đã nộp", "--document", commune.documents["TH-MOI"])
    assert commune.head("TH-MOI").refused("task", "report", second, "--text", "Không phải của tôi").problem["status"] in {
        403,
        404,
    }
    commune.head("TH-LAI").does("task", "report", second, "--text", "Đã lập lộ trình")
    commune["xa-kinh-te"].does("task", "report", unit, "--text", "Đã khảo sát ba trường")
    officer.does("task", "return", second, "--reason", "Thiếu mốc đăng ký đánh giá")
    commune.head("TH-LAI").does("task", "report", second, "--text", "Đã thêm mốc đăng ký")
    for task in (first, second, unit):
        officer.does("task", "accept", task)
    assert officer.does("task", "list", "--overdue", "--commune", COMMUNE) == []


def a_class_is_held(commune: Commune) -> None:
    officer = commune["xa-vhxh"]
    plan = (
        "--topic",
        "hoi_dong",
        "--title",
        "Tự đánh giá theo thông tư mới",
        "--on",
        str(TODAY),
        "--place",
        "Hội trường UBND xã",
    )
    training = officer.tells("training", "plan", COMMUNE, str(YEAR), *plan, "--budget", "5000000")["id"]
    there = [word for code in SCHOOLS for word in ("--attend", f"ht-{code.lower()};{code}")]
    officer.does("training", "held", training, "--on", str(TODAY), *there)
    officer.does("publicity", "add", COMMUNE, str(YEAR), "--kind", "tin_bai", "--title", "Xã khởi động năm kiểm định")
    notice = ("--title", "Lịch tiếp dân về trường chuẩn", "--text", "Thứ Ba hằng tuần tại UBND xã.")
    officer.does("notice", "publish", COMMUNE, str(YEAR), *notice)


def a_technical_visit_is_concluded(commune: Commune) -> None:
    commune.head("TH-MOI").does("cycle", "open", "TH-MOI", "--year", f"{YEAR}-{YEAR + 1}")
    plan = ("--layer", "commune", "--on", str(TODAY), "--title", "Kiểm tra kỹ thuật")
    visit = commune["xa-vhxh"].tells("inspection", "plan", "TH-MOI", *plan)["inspection"]
    commune["xa-vhxh"].does("inspection", "conclude", "TH-MOI", visit, "Trường đủ hồ sơ ban đầu")


def two_difficulties_are_solved(commune: Commune) -> None:
    officer, leader = commune["xa-vhxh"], commune["xa-lanh-dao"]
    tell = ("--text", "Thiếu giáo viên Tin học", "--asks", "Bố trí một giáo viên dạy liên trường")
    first = commune.head("TH-MOI").tells("difficulty", "raise", "TH-MOI", *tell)["id"]
    tell = ("--text", "Sân trường ngập khi mưa", "--asks", "Nâng sân", "--criterion", "3.1")
    second = commune.head("TH-LAI").tells("difficulty", "raise", "TH-LAI", *tell)["id"]
    for one in (first, second):
        officer.does("difficulty", "take", one, "--due", END)
    officer.does("difficulty", "answer", first, "--text", "Đã xếp giáo viên liên trường từ học kỳ II")
    officer.does("difficulty", "forward", second, "--to", "ubnd_xa", "--summary", "Cần vốn nâng sân")
    assert officer.refused("difficulty", "decide", second, "--text", "Đồng ý").problem["status"] in {403, 409}
    leader.does("difficulty", "decide", second, "--text", "Bố trí vốn ngân sách xã")
    commune.head("TH-MOI").does("difficulty", "close", first, "--word", "thoa_dang")


def needs_are_appraised_and_funded(commune: Commune) -> None:
    economic = commune["xa-kinh-te"]
    raised = {
        code: commune.head(code).tells(
            *(
                "need",
                "raise",
                code,
                "--item",
                item,
                "--quantity",
                "2",
                "--cost",
                cost,
                "--criterion",
                "3.1",
                "--year",
                str(YEAR),
            )
        )["id"]
        for code, item, cost in (("TH-MOI", "Phòng học", "900000000"), ("TH-LAI", "Nâng sân", "150000000"))
    }
    fund = ("need", "fund", raised["TH-MOI"], "--source", "ctmtqg_ntm", "--year", str(YEAR), "--amount", "600000000")
    assert economic.refused(*fund).problem["status"] == 409, "what nobody appraised gets no money"
    assert commune["xa-vhxh"].refused("need", "appraise", raised["TH-MOI"], "--verdict", "co_so").problem["status"] == 403
    for need in raised.values():
        economic.does("need", "appraise", need, "--verdict", "co_so")
    economic.does(*fund)
    economic.does("need", "fund", raised["TH-MOI"], "--source", "ns_xa", "--year", str(YEAR), "--amount", "300000000")
    economic.does("need", "fund", raised["TH-LAI"], "--source", "ns_xa", "--year", str(YEAR), "--amount", "150000000")
    by_source = {
        one["source"]: one["amount"] for one in economic.does("need", "list", "--by", "source", "--commune", COMMUNE)
    }
    by_school = {
        one["school"]: one["amount"] for one in economic.does("need", "list", "--by", "school", "--commune", COMMUNE)
    }
    assert by_source == {"ctmtqg_ntm": 600000000, "ns_xa": 450000000}
    assert by_school == {"TH-MOI": 900000000, "TH-LAI": 150000000}


def schools_report(commune: Commune) -> str:
    officer = commune["xa-vhxh"]
    ask = (
        "--kind",
        "so_ket",
        "--period",
        f"Sáu tháng đầu năm {YEAR}",
        "--due",
        END,
        "--section",
        "Kết quả",
        "--figure",
        "Số lớp",
    )
    asked = str(officer.tells("report", "ask", COMMUNE, str(YEAR), *ask)["id"])
    for code in ("TH-MOI", "TH-LAI"):
        commune.head(code).does(
            "report", "hand-in", asked, code, "--text", "Kết quả=Đã tự đánh giá", "--figure", "Số lớp=12"
        )
    (missing,) = officer.does("report", "missing", asked)
    assert missing["school"] == "TH-GIU"
    assert SCHOOLS["TH-GIU"] in missing["text"]
    return asked


def a_synthesis_counts_what_the_feed_says(commune: Commune, kind: str, asked: str) -> str:
    officer = commune["xa-vhxh"]
    period = ("--from", f"{YEAR}-01-01", "--to", END)
    synthesis = officer.tells("report", "synthesise", COMMUNE, str(YEAR), "--kind", kind, "--request", asked, *period)
    told = officer.tells("report", "show", synthesis["id"])
    counted = Recount(list(feed(commune.url, commune.token)), COMMUNE, told).numbers()
    said = {key: synthesis[key] for key in counted}
    assert said == counted
    officer.does("report", "send", synthesis["id"], "--to", "ubnd_xa", "--number", f"45/BC-{kind}", "--on", str(TODAY))
    return str(synthesis["id"])


def the_second_half_brings_more(commune: Commune) -> None:
    officer = commune["xa-vhxh"]
    check = ("--year", f"{YEAR}-{YEAR + 1}", "--result", "duy_tri", "--note", "Đã xem hồ sơ")
    officer.does("maintenance", "check", "TH-GIU", *check)
    officer.does("publicity", "add", COMMUNE, str(YEAR), "--kind", "loa", "--title", "Phát thanh về trường chuẩn")
    (open_one,) = [d for d in officer.does("difficulty", "list", "--commune", COMMUNE) if d["state"] == "da_quyet_dinh"]
    commune.head("TH-LAI").does("difficulty", "close", open_one["id"], "--word", "thoa_dang")
    told = officer.tells("plan", "progress", COMMUNE, str(YEAR))
    assert (told["with_entry"], told["reached"]) == (3, 1)


def nobody_sees_what_is_not_theirs(commune: Commune) -> None:
    head = commune.head("TH-MOI")
    for words in (("task", "list"), ("difficulty", "list"), ("need", "list")):
        seen = json.dumps(head.does(*words), ensure_ascii=False)
        assert "TH-LAI" not in seen, words
    assert head.refused("plan", "progress", COMMUNE, str(YEAR)).problem["status"] == 403
    assert commune["xa-doan-the"].refused("plan", "show", COMMUNE, str(YEAR)).problem["status"] == 403
    assert commune["xa-kinh-te"].refused("cycle", "open", "TH-LAI", "--year", f"{YEAR}-{YEAR + 1}").problem["status"] == 403


def deadlines_and_reminders_are_told_once(commune: Commune) -> None:
    give = ("--to", "TH-LAI", "--text", "Nộp kế hoạch cải tiến", "--due", str(TODAY), "--wanted", "report")
    task = commune["xa-vhxh"].tells("task", "give", COMMUNE, str(YEAR), *give)["id"]
    run = ("reminder", "run", "--at", f"{TODAY.isoformat()}T20:00:00+07:00")
    (owed,) = [one for one in until(commune.head("TH-LAI"), task) if task in one["id"]]
    assert owed["due"] == str(TODAY)
    told = commune.owner.does(*run)
    assert len({(one["person"], one["deadline"], one["step"]) for one in told}) == len(told)
    assert any(one["deadline"] == owed["id"] for one in told)
    assert commune.owner.does(*run) == []
    calendar = commune.folder / "han.ics"
    commune["xa-vhxh"].does("deadline", "list", "--commune", COMMUNE, "--ics", calendar)
    assert "BEGIN:VCALENDAR" in calendar.read_text(encoding="utf-8")


def until(person: Person, thing: str) -> list[dict[str, Any]]:
    """Ask for deadlines until one about a thing is known: it comes by an event."""
    for _ in range(60):
        found = person.does("deadline", "list", "--mine")
        if any(thing in one["id"] for one in found):
            return found
        time.sleep(0.25)
    raise AssertionError(f"no deadline of {thing}: {found}")


def printed(commune: Commune, kind: str, synthesis: str) -> str:
    """Return the SHA-256 of a report as it is printed now."""
    return hashlib.sha256(commune.print(kind, "--of", synthesis).read_bytes()).hexdigest()


def words_of(file: Path) -> str:
    """Return the words of a Word document, tables and all, hyphens as they are typed."""
    document = docx.Document(str(file))
    words = [node.text or "-" for node in document.element.body.iter() if node.tag.endswith(("}t", "}noBreakHyphen"))]
    return "".join(words)
