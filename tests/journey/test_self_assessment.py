"""A whole self-assessment by five people, from the council to the signed report, through the command line only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from deploy.demo.scans import make_scans
from shared.clock import SystemClock, today
from shared.rulebook import load_library
from tests.integration.evidence.signed_pages import font
from tests.journey.people import Person, Refusal

COMMUNE = "NL77"
TODAY = today(SystemClock())
PEOPLE = {
    "hieu-truong": ("hieu_truong", "chu_tich", "Lương Thị Hoài", "Hiệu trưởng"),
    "thu-ky": ("hoi_dong", "thu_ky", "Hoàng Thị Mẩy", "Thư ký"),
    "nguoi-viet": ("hoi_dong", "uy_vien", "Nông Văn Kỳ", "Giáo viên"),
    "nguoi-soat": ("hoi_dong", "uy_vien", "Lộc Thị Én", "Tổ trưởng"),
    "uy-vien": ("hoi_dong", "uy_vien", "Bế Văn Sính", "Giáo viên"),
}
"""Login → role in the system, role in the council, name, office."""


RULEBOOK_OF_2018 = "v2018_tt22/tieu_hoc"
SENTENCE = "Nhà trường có kế hoạch, phân công rõ người và rà soát mỗi năm"
HOSTILE = "Ghi nguyên văn {{ten}} <w:t>x</w:t> =1+1"


class School:
    """A school whose five people assess it."""

    def __init__(self, url: str, owner_token: str, folder: Path, code: str) -> None:
        self.url, self.folder, self.code = url, folder, code
        self.owner = Person(url, owner_token)
        self.people: dict[str, Person] = {}
        self.document = self.cycle = ""
        self.rulebook = load_library().get("v2026_tt57/pho_thong")

    def __getitem__(self, who: str) -> Person:
        return self.people[who]

    def login(self, who: str) -> str:
        return f"{who}-{self.code.lower()}"

    def set_up(self, rulebook: str = "", year: str = "2026-2027") -> None:
        """Set up the school and its accounts, open a cycle."""
        if all(row["commune"] != COMMUNE for row in self.owner.does("commune", "list")):
            self.owner.does("commune", "add", COMMUNE, "Xã Nậm Lam")
        name = "Trường Tiểu học Nậm Lam"
        self.owner.does("school", "add", self.code, name, "--commune", COMMUNE, "--kind", "tieu_hoc")
        for who, (role, _, shown, _) in PEOPLE.items():
            self.owner.does("user", "add", self.login(who), shown, "--role", role, "--scope", f"truong:{self.code}")
            token = self.owner.tells("token", "issue", f"may-{self.login(who)}", "--for", self.login(who))["token"]
            self.people[who] = Person(self.url, token)
        more = ("--rulebook", rulebook, "--on", "2026-03-02") if rulebook else ()
        self.cycle = self["hieu-truong"].tells("cycle", "open", self.code, "--year", year, *more)["cycle"]
        if rulebook:
            self.rulebook = load_library().get(rulebook)

    def keep_a_paper(self) -> str:
        """Keep a scan, give it a code and cite it under every criterion; returns the code as texts have it."""
        scan = make_scans(self.folder / self.code, 7)[2]
        (receipt,) = self["thu-ky"].does("upload", scan.path, "--school", self.code)
        self.document = receipt["document"]
        first, *others = self.rulebook.criteria
        coded = self["thu-ky"].tells(
            *("evidence", "code", self.code, self.document, "--criterion", first, "--title", "Kế hoạch năm học")
        )
        for criterion in (first, *others):
            self["thu-ky"].does("evidence", "link", self.code, self.document, "--criterion", criterion)
        return self.rulebook.render_codes([coded["code"]])

    def council(self, size: int, *, secretaries: int = 1) -> Path:
        """Write a council of so many members into a file for `council set`."""
        members: list[dict[str, Any]] = [
            {"name": name, "office": office, "role": role, "task": "Theo kế hoạch", "login": self.login(who)}
            for who, (_, role, name, office) in PEOPLE.items()
        ]
        more = ({"name": f"Người thứ {n}", "office": "Giáo viên", "role": "uy_vien", "task": "Thu thập"} for n in range(9))
        members = [*members, *more][:size]
        for member in members[2 : 1 + secretaries]:
            member["role"] = "thu_ky"
        file = self.folder / f"hoi-dong-{self.code}-{size}-{secretaries}.json"
        council = {"decision": "12/QĐ-THNL", "decided_on": str(TODAY), "members": members}
        file.write_text(json.dumps(council, ensure_ascii=False), encoding="utf-8")
        return file

    def does(self, who: str, *words: str | Path) -> list[dict[str, Any]]:
        """Give a command about the cycle: the school comes behind its two words, the cycle at the end."""
        return self[who].does(*words[:2], self.code, *words[2:], "--cycle", self.cycle)

    def refused(self, who: str, *words: str | Path) -> Refusal:
        return self[who].refused(*words[:2], self.code, *words[2:], "--cycle", self.cycle)

    def judge(self, result: str = "met", only: str = "") -> None:
        """Judge every indicator, or those of one criterion."""
        judged = [key._asdict() | {"result": result} for key in self.rulebook.keys if not only or key.criterion == only]
        file = self.folder / "danh-gia.json"
        file.write_text(json.dumps(judged), encoding="utf-8")
        self["nguoi-viet"].does("criterion", "judge-file", self.code, file, "--cycle", self.cycle)

    def write(self, code: str) -> None:
        """Write every level of every criterion, with the code in each sentence, and hand all in."""
        text = f"{SENTENCE} {code}." if self.rulebook.id.startswith("v2026") else f"{SENTENCE}. {code}"
        for number, criterion in self.rulebook.criteria.items():
            for level in criterion.levels:
                self.does("nguoi-viet", "criterion", "write", number, "--level", str(level), "--text", text)

    def print(self, kind: str, *more: str, form: str = "docx") -> tuple[dict[str, Any], Path]:
        """Print a paper; returns what was said of it, and the file."""
        out = self.folder / f"{kind}-{sum(1 for _ in self.folder.iterdir())}.{form}"
        words = ("paper", "print", kind, self.code, "--cycle", self.cycle, *more, "--format", form, "-o", out)
        return self["hieu-truong"].tells(*words), out

    def steps(self) -> dict[str, str]:
        """Criterion → how far it is."""
        (board,) = self.does("hieu-truong", "work", "board")
        return {row["criterion"]: row["step"] for row in board["criteria"]}

    def pass_all(self, meeting: str) -> None:
        """Hand in, review and vote on whatever is not passed yet."""
        for criterion, step in self.steps().items():
            if step == "dang_viet":
                self.does("nguoi-viet", "criterion", "hand-in", criterion)
            if step in {"dang_viet", "cho_soat"}:
                self.does("nguoi-soat", "criterion", "review", criterion)
            if step != "hoi_dong_thong_qua":
                self.vote(meeting, criterion)

    def vote(self, meeting: str, criterion: str) -> None:
        votes = ("--for", "4", "--against", "0", "--abstain", "0")
        self.does("thu-ky", "meeting", "vote", criterion, "--meeting", meeting, *votes)

    def describe_the_rest(self) -> None:
        """Write what the report asks for beside the criteria."""
        (board,) = self.does("hieu-truong", "work", "board")
        for standard in board["standards"]:
            more = (
                "--limits",
                "Thiếu phòng bộ môn",
                "--causes",
                "Thiếu kinh phí",
                "--trend",
                "Tăng",
                "--priorities",
                "Phòng học",
            )
            number = str(standard["standard"])
            self.does("nguoi-viet", "standard", "describe", number, "--strengths", "Nền nếp ổn định", *more)
        for section in board["sections"]:
            self.does("thu-ky", "section", "write", section["section"], "--text", f"Xã vùng cao. {HOSTILE}")


@pytest.fixture
def place(installation, tmp_path):
    """An installation, and a folder for what its people print."""
    running = installation("embedded")
    folder = tmp_path / "in"
    folder.mkdir()
    return running, folder


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_people_assess_their_school_and_the_signed_report_comes_home(place) -> None:
    running, folder = place
    school = School(running.url, running.token, folder, "TH-MOI")
    school.set_up()
    council_is_lawful(school)
    code = school.keep_a_paper()
    school.judge()
    school.write(code)
    meeting = the_council_passes_every_criterion(school)
    the_chair_approves_and_a_later_change_takes_one_criterion_back(school, meeting)
    school.describe_the_rest()
    papers_tell_what_was_written(school, code)
    prints_stay_what_they_were(school)
    the_report_is_handed_in(school)
    the_signed_paper_comes_home(school)
    the_next_year_begins_with_copied_texts(school)


def council_is_lawful(school: School) -> None:
    assert school.refused("hieu-truong", "council", "set", "--file", school.council(6)).problem["status"] == 409
    assert (
        school.refused("hieu-truong", "council", "set", "--file", school.council(5, secretaries=2)).problem["status"] == 409
    )
    assert school.refused("nguoi-viet", "council", "set", "--file", school.council(5)).problem["status"] == 403
    school.does("hieu-truong", "council", "set", "--file", school.council(5))


def the_council_passes_every_criterion(school: School) -> str:
    school.does("nguoi-viet", "criterion", "hand-in", "1.1")
    assert school.refused("nguoi-viet", "criterion", "review", "1.1").problem["status"] == 403
    due = ("--due", str(TODAY))
    school.does("nguoi-soat", "criterion", "request-changes", "1.1", "--text", "Nêu số liệu", *due)
    assert school.steps()["1.1"] == "yeu_cau_sua"
    text = f"{SENTENCE} (MC.1.1.01)."
    school.does(
        "nguoi-viet", "criterion", "write", "1.1", "--level", "1", "--text", f"Năm nay có 15 lớp (MC.1.1.01). {text}"
    )
    present = [word for who in list(PEOPLE)[:4] for word in ("--present", school.login(who))]
    (met,) = school.does("thu-ky", "meeting", "hold", "--on", str(TODAY), *present, "--agenda", "Thông qua các tiêu chí")
    not_reviewed = school.refused("thu-ky", "meeting", "vote", "1.2", "--meeting", met["id"], "--for", "4")
    assert not_reviewed.problem["status"] == 409
    school.pass_all(met["id"])
    assert set(school.steps().values()) == {"hoi_dong_thong_qua"}
    return str(met["id"])


def the_chair_approves_and_a_later_change_takes_one_criterion_back(school: School, meeting: str) -> None:
    assert school.refused("uy-vien", "cycle", "approve").problem["status"] == 403
    (approved,) = school.does("hieu-truong", "cycle", "approve")
    assert approved["position"] > 0
    school.judge("not_met", only="2.1")
    steps = school.steps()
    assert [criterion for criterion, step in steps.items() if step != "hoi_dong_thong_qua"] == ["2.1"]
    assert steps["2.1"] == "da_soat"
    refused = school.refused("hieu-truong", "cycle", "submit")
    assert (refused.problem["status"], "2.1" in refused.problem["detail"]) == (409, True)
    (check,) = school.does("hieu-truong", "cycle", "check")
    assert not check["ready"]
    assert {"kind", "criterion", "level", "indicator", "text", "link"} <= set(check["gaps"][0])
    school.judge("met", only="2.1")
    school.vote(meeting, "2.1")
    school.does("hieu-truong", "cycle", "approve")


def papers_tell_what_was_written(school: School, code: str) -> None:
    for kind in ("qd_hoi_dong", "ke_hoach_tdg", "phieu_noi_ham", "phieu_tieu_chi"):
        out = school.folder / "khong.docx"
        words = ("paper", "print", kind, school.code, "--criterion", "1.1", "-o", out)
        assert school["hieu-truong"].refused(*words).type == "mau-khong-co"
    school.does("nguoi-viet", "improve", "add", "--criterion", "1.1", "--aim", "Đủ phòng", "--action", "Xây hai phòng")
    told, report = school.print("bao_cao_tdg")
    words = text_of(report)
    assert {"kind", "sha256", "known_at", "draft"} <= set(told)
    assert words.count(SENTENCE) >= 2 * len(school.rulebook.criteria)
    assert code.strip("()") in words
    assert HOSTILE in words
    assert "Lương Thị Hoài" in words
    _, listed = school.print("danh_muc_minh_chung", form="xlsx")
    cells = [cell.value for row in openpyxl.load_workbook(listed).active.iter_rows() for cell in row]
    assert cells.count("MC.1.1.01") == 1
    for kind in ("bien_ban_hop", "ke_hoach_cai_tien", "cong_van_dang_ky", "thong_bao_cong_bo"):
        _, paper = school.print(kind, form="pdf")
        assert paper.read_bytes().startswith(b"%PDF")


def prints_stay_what_they_were(school: School) -> None:
    first, file = school.print("bao_cao_tdg")
    again, other = school.print("bao_cao_tdg")
    assert first == again
    assert file.read_bytes() == other.read_bytes()
    school.does("thu-ky", "section", "write", "I.2", "--text", "Viết lại bối cảnh.")
    later, _ = school.print("bao_cao_tdg")
    then, _ = school.print("bao_cao_tdg", "--known-at", str(first["known_at"]))
    assert later["sha256"] != first["sha256"]
    assert then["sha256"] == first["sha256"]


def the_report_is_handed_in(school: School) -> None:
    (check,) = school.does("hieu-truong", "cycle", "check")
    assert [gap["kind"] for gap in check["gaps"]] == ["not_approved"], "a part of the report was written after the approval"
    school.does("hieu-truong", "cycle", "approve")
    (check,) = school.does("hieu-truong", "cycle", "check")
    assert check["ready"], check["gaps"]
    school.does("hieu-truong", "cycle", "submit")
    states = {paper["kind"]: paper["state"] for paper in school.does("hieu-truong", "paper", "list")}
    assert states["bao_cao_tdg"] == "co"


def the_signed_paper_comes_home(school: School) -> None:
    _, report = school.print("bao_cao_tdg", form="pdf")
    home = school["thu-ky"].tells("paper", "attach-signed", signed_scan(report, school.folder / "ban-ky.pdf"))
    filed = school["hieu-truong"].tells("document", home["document"])
    assert [paper["state"] for paper in filed["papers"]] == ["da_dinh"]
    # Of some thousands of words a few are misread where cells are narrow; they are shown, and decide nothing.
    assert len(home["differences"]) < 10, home["differences"]
    _, printed = school.print("bien_ban_hop", form="pdf")
    home = school["thu-ky"].tells("paper", "attach-signed", signed_scan(printed, school.folder / "bien-ban-ky.pdf"))
    assert home["differences"] == []
    changed = signed_scan(printed, school.folder / "ban-sua.pdf", paint_over=f"{TODAY:%d} tháng")
    differences = school["thu-ky"].tells("paper", "attach-signed", changed)["differences"]
    assert any(difference["read"] != difference["printed"] for difference in differences), differences


def the_next_year_begins_with_copied_texts(school: School) -> None:
    copied = school["hieu-truong"].tells("cycle", "copy", school.code, "--from", school.cycle, "--year", "2027-2028")
    school.cycle = copied["cycle"]
    (work,) = school.does("hieu-truong", "criterion", "work", "1.1")
    assert "chua_xem_lai" in json.dumps(work)
    assert school.refused("hieu-truong", "cycle", "submit").problem["status"] == 409


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_school_under_the_circulars_of_2018_prints_its_sheets(place) -> None:
    running, folder = place
    school = School(running.url, running.token, folder, "TH-CU")
    school.set_up(RULEBOOK_OF_2018, "2025-2026")
    assert school.refused("hieu-truong", "council", "set", "--file", school.council(6)).problem["status"] == 409
    school.does("hieu-truong", "council", "set", "--file", school.council(7))
    code = school.keep_a_paper()
    school.judge()
    school.does("nguoi-viet", "criterion", "write", "1.4", "--level", "1", "--text", f"{SENTENCE} {code}. Chưa có mã.")
    _, decision = school.print("qd_hoi_dong")
    assert "Người thứ 1" in text_of(decision)
    told, sheet = school.print("phieu_tieu_chi", "--criterion", "1.4")
    assert told["draft"]
    assert code in text_of(sheet)
    _, listed = school.print("danh_muc_minh_chung", form="xlsx")
    rows = list(openpyxl.load_workbook(listed).active.iter_rows(values_only=True))
    coded = [row for row in rows if row[2] == code]
    again = [row for row in rows if row[6] and row[6].split() == ["Mã", "đã", "cấp:", code]]
    assert (len(coded), len(again)) == (1, len(school.rulebook.criteria) - 1)
    assert all(not row[2] for row in again)
    assert (
        school["hieu-truong"]
        .refused(*("paper", "print", "ke_hoach_cai_tien", school.code, "-o", folder / "khong.docx"))
        .type
        == "mau-khong-co"
    )
    (candidates,) = [school["hieu-truong"].does("cycle", "open", school.code, "--year", "2026-2027")]
    assert candidates


def text_of(file: Path) -> str:
    """Return the words of a Word document, tables and all, hyphens as they are typed."""
    document = docx.Document(str(file))
    words = [node.text or "-" for node in document.element.body.iter() if node.tag.endswith(("}t", "}noBreakHyphen"))]
    return "".join(words)


def signed_scan(printed: Path, out: Path, *, paint_over: str = "") -> Path:
    """Return a scan of a print: pages as images, a signature drawn on the last, one word painted over where wanted."""
    document = pypdfium2.PdfDocument(printed)
    pages = []
    for number in range(len(document)):
        page = document[number]
        image = page.render(scale=200 / 72).to_pil().convert("L")
        if paint_over:
            _paint(page, image, paint_over)
        pages.append(image)
    draw = ImageDraw.Draw(pages[-1])
    width, height = pages[-1].size
    draw.line([(width * 0.6 + x * 6, height * 0.5 + (x * 37) % 40) for x in range(40)], fill=40, width=4)
    tilted = [page.rotate(0.4, fillcolor=255, resample=Image.Resampling.BICUBIC) for page in pages]
    tilted[0].save(out, save_all=True, append_images=tilted[1:], resolution=200)
    return out


def _paint(page: Any, image: Image.Image, words: str) -> None:
    """Paint another number over the first two digits of `words` where the page has them."""
    text = page.get_textpage()
    at = text.search(words).get_next()
    if at is None:
        return
    left, bottom, right, top = text.get_charbox(at[0])
    _, _, right, _ = text.get_charbox(at[0] + 1)
    scale, height = 200 / 72, page.get_height()
    box = (left * scale - 1, (height - top) * scale - 2, right * scale + 1, (height - bottom) * scale + 2)
    draw = ImageDraw.Draw(image)
    draw.rectangle(box, fill=255)
    other = f"{(int(words[:2]) + 10) % 28 + 1:02d}"
    letters = font(size=round(14 * scale))
    draw.text((left * scale, (height - bottom) * scale), other, fill=0, font=letters, anchor="ls")
