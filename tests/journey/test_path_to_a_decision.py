"""From a technical inspection to a recognition, a refusal and the year after, by eight people, through the command line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from deploy.demo.scans import make_scans
from shared.clock import SystemClock, today
from shared.rulebook import load_library
from tests.journey.people import Person

COMMUNE = "NL88"
TODAY = today(SystemClock())
WHY = "Tự đánh giá thử, minh chứng đang quét dần"

OFFICES = {
    "xa-chuyen-vien": ("can_bo_xa", f"xa:{COMMUNE}", "Hoàng Thị Pẳn"),
    "xa-truong-doan": ("kiem_tra", f"xa:{COMMUNE}", "Nông Văn Slim"),
    "xa-thanh-vien": ("kiem_tra", f"xa:{COMMUNE}", "Lâm Thị Ẻng"),
    "so-chuyen-vien": ("can_bo_so", "so:", "Vi Văn Thoỏng"),
    "so-danh-gia": ("danh_gia_ngoai", "so:", "Lương Thị Mản"),
}
"""Login → role, scope, name: three people of the commune, two of the department."""


class Offices:
    """An installation with a commune, a department, and schools whose heads and clerks do what a visit asks of them."""

    def __init__(self, url: str, owner: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.owner = Person(url, owner)
        self.people: dict[str, Person] = {}
        self.documents: dict[str, str] = {}
        self.rulebook = load_library().get("v2026_tt57/pho_thong")
        self.owner.does("commune", "add", COMMUNE, "Xã Nậm Lanh")
        for login, (role, scope, name) in OFFICES.items():
            self._enter(login, name, role, scope)

    def __getitem__(self, login: str) -> Person:
        return self.people[login]

    def _enter(self, login: str, name: str, role: str, scope: str) -> None:
        self.owner.does("user", "add", login, name, "--role", role, "--scope", scope)
        token = self.owner.tells("token", "issue", f"may-{login}", "--for", login)["token"]
        self.people[login] = Person(self.url, token)

    def school(self, code: str, name: str) -> None:
        """Set up a school with a head and a clerk, two submitted years and one that is judged met and submitted."""
        self.owner.does("school", "add", code, name, "--commune", COMMUNE, "--kind", "tieu_hoc")
        self._enter(f"ht-{code.lower()}", "Lộc Văn Đoỏng", "hieu_truong", f"truong:{code}")
        self._enter(f"vt-{code.lower()}", "Triệu Thị Nái", "van_thu", f"truong:{code}")
        head = self.head(code)
        (receipt,) = self.clerk(code).does("upload", make_scans(self.folder / code, 7)[0].path, "--school", code)
        self.documents[code] = receipt["document"]
        document = ("--document", self.documents[code])
        head.does("school", "conditions", code, "cohort_completed=true", "facilities_met=true", *document)
        for first in (2024, 2025):
            self._judge(code, f"{first}-{first + 1}", "--on", f"{first}-11-02")
            head.does("cycle", "submit", code, "--cycle", f"{first}-{first + 1}", "--incomplete", "--reason", WHY)
        self._judge(code, "2026-2027")

    def _judge(self, code: str, year: str, *when: str) -> None:
        """Open a cycle and judge every indicator of its rulebook met."""
        opened = self.head(code).tells("cycle", "open", code, "--year", year, *when)
        keys = load_library().get(opened["rulebook"]).keys
        file = self.write(f"danh-gia-{year}.json", [key._asdict() | {"result": "met"} for key in keys])
        self.head(code).does("criterion", "judge-file", code, file, "--cycle", year)

    def head(self, code: str) -> Person:
        return self[f"ht-{code.lower()}"]

    def clerk(self, code: str) -> Person:
        return self[f"vt-{code.lower()}"]

    def places(self, result: str = "met", *, but: str = "") -> list[str]:
        """Every indicator with a result, those of one criterion with the other one."""
        other = "not_met" if result == "met" else "met"
        return [f"{c}/{n}/{i}={other if c == but else result}" for c, n, i in self.rulebook.keys]

    def write(self, name: str, content: Any) -> Path:
        file = self.folder / name
        file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return file

    def state(self, code: str) -> str:
        return str(self["so-chuyen-vien"].tells("registration", "show", code)["state"])


@pytest.fixture
def offices(installation, tmp_path):
    folder = tmp_path / "viec"
    folder.mkdir()
    running = installation("embedded")
    return Offices(running.url, running.token, folder)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_eight_people_go_from_a_technical_inspection_to_a_recognition_a_refusal_and_the_year_after(offices) -> None:
    offices.school("TH-DAT", "Trường Tiểu học Nậm Đạt")
    offices.school("TH-HONG", "Trường Tiểu học Nậm Hồng")
    visit = the_commune_plans_its_programme(offices)
    the_team_judges_and_agrees(offices, visit)
    recommendation = the_school_answers_what_is_recommended(offices, visit)
    the_minutes_say_all_of_it(offices, visit, recommendation)
    for code in ("TH-DAT", "TH-HONG"):
        the_school_registers(offices, code)
        the_department_evaluates(offices, code)
        the_report_becomes_final(offices, code)
    the_school_is_recognised(offices)
    the_other_one_is_refused(offices)
    the_year_after_is_checked(offices)


def the_commune_plans_its_programme(offices: Offices) -> str:
    visits = [{"school": code, "on": str(TODAY)} for code in ("TH-DAT", "TH-HONG")]
    file = offices.write("chuong-trinh.json", {"title": "Kiểm tra kỹ thuật", "kind": "ky_thuat", "visits": visits})
    lacking = offices.write("thieu.json", {"title": "Kiểm tra", "visits": [*visits, {"school": "KHONG", "on": str(TODAY)}]})
    assert offices["xa-chuyen-vien"].refused("inspection", "programme", "--layer", "commune", "--file", lacking)
    assert offices["xa-chuyen-vien"].does("inspection", "list", "TH-DAT") == [], "all visits of a programme, or none"
    planned = offices["xa-chuyen-vien"].does("inspection", "programme", "--layer", "commune", "--file", file)
    assert [one["school"] for one in planned] == ["TH-DAT", "TH-HONG"]
    return str(planned[0]["inspection"])


def the_team_judges_and_agrees(offices: Offices, visit: str) -> None:
    def member(login: str, role: str, *criteria: str) -> dict[str, Any]:
        return {"name": OFFICES[login][2], "login": login, "role": role, "criteria": list(criteria), "source": "Tự khai"}

    members = [member("xa-truong-doan", "truong", "1.1"), member("xa-thanh-vien", "thanh_vien", "1.1", "1.2")]
    team = {"decision": "35/QĐ-UBND", "decided_on": str(TODAY), "members": members}
    offices["xa-chuyen-vien"].does("inspection", "team", "TH-DAT", visit, "--file", offices.write("doan.json", team))
    own = {"name": "Lộc Văn Đoỏng", "login": "ht-th-dat", "role": "thanh_vien", "criteria": []}
    wrong = offices.write("doan-sai.json", team | {"members": [*members, own]})
    refused = offices["xa-chuyen-vien"].refused("inspection", "team", "TH-DAT", visit, "--file", wrong)
    assert refused.problem["status"] == 409, "the head of the school inspects himself"
    offices["xa-thanh-vien"].does("inspection", "judge", "TH-DAT", visit, "1.1/1/-=not_met", "1.2/1/-=met")
    offices["xa-truong-doan"].does("inspection", "judge", "TH-DAT", visit, "1.1/1/-=met")
    stranger = offices["so-danh-gia"].refused("inspection", "judge", "TH-DAT", visit, "1.1/1/-=met")
    assert stranger.problem["status"] == 403
    by_member = offices["xa-thanh-vien"].refused("inspection", "agree", "TH-DAT", visit, "1.1/1/-=met")
    assert by_member.problem["status"] == 403, "the head or the secretary writes down what is agreed on"
    offices["xa-truong-doan"].does("inspection", "agree", "TH-DAT", visit, "1.1/1/-=not_met", "1.2/1/-=met")
    (seen,) = [one for one in offices["xa-truong-doan"].does("inspection", "list", "TH-DAT") if one["inspection"] == visit]
    (first,) = [one for one in seen["opinions"] if one["criterion"] == "1.1"]
    assert (first["diverging"], first["agreed"]["result"], len(first["opinions"])) == (True, "not_met", 2)


def the_school_answers_what_is_recommended(offices: Offices, visit: str) -> str:
    words = ("--inspection", visit, "--criterion", "1.1", "--text", "Lập sổ theo dõi kế hoạch", "--severity", "bat_buoc")
    made = offices["xa-truong-doan"].tells(
        *("recommendation", "add", "TH-DAT", *words, "--due", str(TODAY), "--responsible", "truong")
    )["id"]
    early = offices.head("TH-DAT").refused("recommendation", "answer", made, "--text", "Đã lập sổ")
    assert early.problem["status"] in {404, 409}, "what a team writes is a draft until it concludes"
    participant = ("--participant", "Lộc Văn Đoỏng, Hiệu trưởng")
    offices["xa-truong-doan"].does(
        *("inspection", "minutes", "TH-DAT", visit, "--held-on", str(TODAY), *participant),
        *("--site", "Điểm trường chính", "--school-opinion", "Trường nhất trí với đoàn"),
    )
    end = ("inspection", "conclude", "TH-DAT", visit, "Trường làm tốt, còn thiếu sổ", "--conclusion", "du_sau_khac_phuc")
    offices["xa-truong-doan"].does(*end)
    (listed,) = offices.head("TH-DAT").does("recommendation", "list", "--school", "TH-DAT")
    assert (listed["id"], listed["state"], listed["text"]) == (made, "mo", "Lập sổ theo dõi kế hoạch")
    not_answered = offices["xa-chuyen-vien"].refused("recommendation", "verify", made, "--result", "dat")
    assert not_answered.problem["status"] == 409
    document = offices.documents["TH-DAT"]
    offices.head("TH-DAT").does("recommendation", "answer", made, "--text", "Đã lập sổ", "--document", document)
    offices["xa-chuyen-vien"].does("recommendation", "verify", made, "--result", "dat")
    (listed,) = offices["xa-chuyen-vien"].does("recommendation", "list", "--commune", COMMUNE)
    assert listed["state"] == "dat"
    return "Lập sổ theo dõi kế hoạch"


def the_minutes_say_all_of_it(offices: Offices, visit: str, recommendation: str) -> None:
    out = offices.folder / "bien-ban.docx"
    offices["xa-truong-doan"].does("paper", "print", "bien_ban_kiem_tra", "TH-DAT", "--inspection", visit, "-o", out)
    words = words_of(out)
    for told in (recommendation, "Nông Văn Slim", "Trường nhất trí với đoàn", "Lộc Văn Đoỏng", "Nậm Đạt"):
        assert told in words, told
    assert "Nậm Hồng" not in words


def the_school_registers(offices: Offices, code: str) -> None:
    head, commune, department = offices.head(code), offices["xa-chuyen-vien"], offices["so-chuyen-vien"]
    register = ("registration", "open", code, "--cycle", "2026-2027")
    early = head.refused(*register)
    assert early.type == "chua-trinh"
    head.does("cycle", "submit", code, "--cycle", "2026-2027", "--incomplete", "--reason", WHY)
    assert offices.state(code) == "chua_dang_ky"
    assert commune.refused("registration", "check", code).problem["status"] == 409
    head.does(*register)
    assert department.refused("registration", "accept", code).problem["status"] == 409
    commune.does("registration", "check", code, "--missing", "Bản thứ hai của báo cáo")
    assert commune.refused("registration", "forward", code).problem["status"] == 409
    commune.does("registration", "check", code)
    commune.does("registration", "forward", code)
    department.does("registration", "accept", code)
    assert offices.state(code) == "da_tiep_nhan"


def the_department_evaluates(offices: Offices, code: str) -> None:
    department, evaluator = offices["so-chuyen-vien"], offices["so-danh-gia"]
    assert department.refused("registration", "draft", code).problem["status"] == 409
    plan = ("--layer", "department", "--on", str(TODAY), "--title", "Đánh giá tại trường")
    visit = department.tells("inspection", "plan", code, *plan)["inspection"]
    declared = {"worked_here": False, "years_in_sector": 12, "trained": True, "source": "Tự khai"}
    lead = {"name": OFFICES["so-danh-gia"][2], "login": "so-danh-gia", "role": "truong", "criteria": []} | declared
    short = lead | {"years_in_sector": 2}
    team = {"decision": "90/QĐ-SGDĐT", "decided_on": str(TODAY), "members": [short]}
    new = department.refused("inspection", "team", code, visit, "--file", offices.write("moi.json", team))
    assert new.problem["status"] == 409
    department.does("inspection", "team", code, visit, "--file", offices.write("doan-so.json", team | {"members": [lead]}))
    results = offices.places() if code == "TH-DAT" else offices.places("not_met")
    evaluator.does("inspection", "judge", code, visit, *results)
    evaluator.does("inspection", "agree", code, visit, "--unanimous")
    evaluator.does("inspection", "conclude", code, visit, "Đoàn thống nhất kết quả từng tiêu chí")


def the_report_becomes_final(offices: Offices, code: str) -> None:
    department, head = offices["so-chuyen-vien"], offices.head(code)
    decide = ("recognition", "grant", code, "118/QĐ-SGDĐT", "--degree", "1", "--on", str(TODAY))
    assert department.refused(*decide).problem["status"] == 409, "no decision before the final report"
    department.does("registration", "draft", code, "--document", offices.documents[code])
    assert department.refused("registration", "final", code).problem["status"] == 409, "the school may still reply"
    head.does("registration", "reply", code, "--point", "Tiêu chí 1.1 đã có sổ theo dõi")
    assert department.refused("registration", "final", code).problem["status"] == 409, "each point is answered"
    department.does("registration", "final", code, "--answer", "1=tiep_thu")
    assert offices.state(code) == "chinh_thuc"


def the_school_is_recognised(offices: Offices) -> None:
    decide = ("recognition", "grant", "TH-DAT", "118/QĐ-SGDĐT", "--degree", "1", "--on", str(TODAY))
    offices["so-chuyen-vien"].does(*decide)
    assert wait_for(lambda: offices.state("TH-DAT"), "cong_nhan") == "cong_nhan"
    assert offices["xa-chuyen-vien"].does("registration", "due", "--commune", COMMUNE) == []
    (due,) = offices["xa-chuyen-vien"].does("registration", "due", "--commune", COMMUNE, "--within", "60")
    assert (due["school"], due["number"], due["registered_on"]) == ("TH-DAT", "118/QĐ-SGDĐT", None)
    late = offices["so-chuyen-vien"].refused("registration", "return", "TH-DAT", "--reason", "Trả lại hồ sơ đã xét")
    assert late.problem["status"] == 409


def the_other_one_is_refused(offices: Offices) -> None:
    department = offices["so-chuyen-vien"]
    grant = ("recognition", "grant", "TH-HONG", "119/QĐ-SGDĐT", "--degree", "1", "--on", str(TODAY))
    assert department.refused(*grant).type == "chua-du-dieu-kien"
    department.does("registration", "refuse", "TH-HONG", "--reason", "Chưa đạt Mức 1 ở nhiều tiêu chí")
    assert wait_for(lambda: offices.state("TH-HONG"), "khong_cong_nhan") == "khong_cong_nhan"
    rows = department.does("recognition", "list")
    assert "TH-HONG" not in json.dumps(rows), "the public register says nothing of a refusal"


def the_year_after_is_checked(offices: Offices) -> None:
    check = ("maintenance", "check", "TH-DAT", "--year", "2026-2027", "--result", "duy_tri", "--note", "Đã xem hồ sơ")
    offices["xa-chuyen-vien"].does(*check)
    none = offices["xa-chuyen-vien"].refused(
        *("maintenance", "check", "TH-HONG", "--year", "2026-2027", "--result", "duy_tri")
    )
    assert none.problem["status"] == 409, "nothing to keep where nothing was recognised"


def wait_for(ask: Callable[[], str], wanted: str, tries: int = 40) -> str:
    """Ask until the answer is the wanted one: what another service decided arrives by an event."""
    for _ in range(tries):
        if (found := str(ask())) == wanted:
            return found
        time.sleep(0.25)
    return str(ask())


def words_of(file: Path) -> str:
    """Return the words of a Word document, tables and all, hyphens as they are typed."""
    document = docx.Document(str(file))
    words = [node.text or "-" for node in document.element.body.iter() if node.tag.endswith(("}t", "}noBreakHyphen"))]
    return "".join(words)
