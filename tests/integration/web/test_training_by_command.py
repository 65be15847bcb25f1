"""Training, notices and difficulties by the command line, as people type it, against all services."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.clock import SystemClock, today
from shared.vocabulary.roles import Role
from tests.integration.web.desk import Desk
from tests.unit.pages.village import COMMUNE, SCHOOL

TODAY = today(SystemClock())
YEAR = str(TODAY.year)
HEAD, OFFICER, LEADER, FRONT = Role.HEAD, Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER, Role.MASS_ORGANISATION
PERSON = "0198f2c4-0000-7000-8000-000000000001"


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def test_a_class_is_planned_held_corrected_and_listed(desk: Desk, tmp_path: Path) -> None:
    days = f"{TODAY - dt.timedelta(days=1)},{TODAY}"
    plan = ("training", "plan", COMMUNE, YEAR, "--topic", "hoi_dong", "--title", "Tự đánh giá", "--on", days)
    number = desk.one(OFFICER, *plan, "--place", "Hội trường xã", "--budget", "5000000")["id"]
    assert desk.refused(HEAD, *plan, "--place", "Xã") == "khong-du-quyen"
    people = tmp_path / "nguoi.json"
    people.write_text(json.dumps([{"person": PERSON, "school": SCHOOL, "result": "Đạt"}]), encoding="utf-8")
    earlier = ("training", "held", number, "--on", (TODAY - dt.timedelta(days=2)).isoformat(), "--present", str(people))
    assert desk.refused(OFFICER, *earlier) == "tap-huan-khong-dung"
    assert desk.one(OFFICER, *earlier, "--reason", "Bão, mở sớm một ngày")["reason"] == "Bão, mở sớm một ngày"
    held = ("training", "held", number, "--on", TODAY.isoformat(), "--present", str(people), "--correct")
    assert desk.one(OFFICER, *held)["present_count"] == 1
    people.write_text(json.dumps([{"person": PERSON, "school": SCHOOL, "present": False}]), encoding="utf-8")
    assert desk.refused(OFFICER, *held[:-1]) == "lop-da-mo"
    assert desk.one(OFFICER, *held)["present_count"] == 0
    (listed,) = desk.ok(LEADER, "training", "list")
    assert (listed["id"], listed["budget_vnd"], listed["asked_count"]) == (number, 5_000_000, 1)
    assert desk.refused(OFFICER, "training", "cancel", number, "--reason", "Trùng kỳ thi học kỳ") == "lop-da-mo"
    assert desk.ok(OFFICER, "training", "untrained", COMMUNE) == desk.ok(
        OFFICER, "training", "untrained", COMMUNE, "--topic", "hoi_dong"
    )
    desk.one(HEAD, "training", "ask", SCHOOL, "--topic", "minh_chung")


def test_a_difficulty_goes_its_way_by_the_command_line(desk: Desk) -> None:
    raised = ("difficulty", "raise", SCHOOL, "--text", "Thiếu phòng tin học", "--asks", "Bố trí một phòng")
    number = desk.one(HEAD, *raised, "--criterion", "3.2", "--year", YEAR)["id"]
    assert desk.one(HEAD, *raised, "--criterion", "3.2", "--year", YEAR)["id"] == number
    assert desk.refused(LEADER, "difficulty", "decide", number, "--text", "Đồng ý") == "kho-khan-chua-chuyen"
    desk.one(OFFICER, "difficulty", "take", number, "--due", (TODAY + dt.timedelta(days=7)).isoformat())
    stale = ("difficulty", "forward", number, "--to", "so", "--summary", "Đọc khi chưa ai nhận", "--seen", "1")
    assert desk.refused(OFFICER, *stale) == "kho-khan-vua-doi"
    desk.one(OFFICER, "difficulty", "forward", number, "--to", "ubnd_xa", "--summary", "Vượt khả năng của trường")
    assert desk.refused(OFFICER, "difficulty", "answer", number, "--text", "Xã trả lời") == "kho-khan-dang-o-noi-khac"
    desk.one(LEADER, "difficulty", "decide", number, "--text", "Bố trí vốn năm sau")
    assert desk.one(HEAD, "difficulty", "close", number, "--word", "chua")["state"] == "moi_neu"
    desk.one(OFFICER, "difficulty", "answer", number, "--text", "Xã làm trong hè")
    assert desk.one(HEAD, "difficulty", "close", number, "--word", "thoa_dang")["state"] == "da_dong"
    (listed,) = desk.ok(OFFICER, "difficulty", "list", "--commune", COMMUNE, "--state", "da_dong")
    assert (listed["id"], listed["school"], listed["state"]) == (number, SCHOOL, "da_dong")
    assert desk.ok(HEAD, "difficulty", "list", "--state", "moi_neu") == []
    assert desk.ok(FRONT, "difficulty", "list") == []
    assert desk.refused(FRONT, "difficulty", "list", "--commune", COMMUNE) == "khong-du-quyen"


def test_notices_and_publicity_are_published_commented_and_withdrawn(desk: Desk) -> None:
    text = ("--title", "Họp dân", "--text", "19 giờ tại nhà văn hóa")
    number = desk.one(OFFICER, "notice", "publish", COMMUNE, YEAR, *text, "--number", "12/TB-UBND")["id"]
    loud = ("publicity", "add", COMMUNE, YEAR, "--kind", "loa", "--title", "Loa thôn", "--reach", "400")
    piece = desk.one(OFFICER, *loud)["id"]
    desk.one(FRONT, "notice", "comment", number, "--text", "Nên họp buổi tối")
    (listed,) = desk.ok(OFFICER, "notice", "list", COMMUNE)
    assert [one["text"] for one in listed["comments"]] == ["Nên họp buổi tối"]
    desk.one(OFFICER, "notice", "show-comment", number, listed["comments"][0]["id"])
    assert [one["id"] for one in desk.ok(OFFICER, "publicity", "list", "--year", YEAR)] == [piece]
    assert desk.refused(HEAD, "notice", "comment", number, "--text", "Trường góp ý") == "khong-du-quyen"
    desk.one(OFFICER, "notice", "withdraw", number, "--reason", "Ghi nhầm ngày họp dân")
    assert desk.ok(FRONT, "notice", "list") == []


@pytest.mark.parametrize(("kind", "form"), [("tap_huan", "xlsx"), ("thong_bao", "docx"), ("tong_hop_kho_khan", "pdf")])
def test_papers_are_printed_by_the_command_line(desk: Desk, tmp_path: Path, kind: str, form: str) -> None:
    plan = ("training", "plan", COMMUNE, YEAR, "--topic", "hoi_dong", "--title", "Lớp", "--on", TODAY.isoformat())
    desk.one(OFFICER, *plan, "--place", "Xã")
    desk.one(OFFICER, "notice", "publish", COMMUNE, YEAR, "--title", "Họp dân", "--text", "19 giờ")
    desk.one(HEAD, "difficulty", "raise", SCHOOL, "--text", "Thiếu phòng", "--asks", "Bố trí phòng", "--year", YEAR)
    out = tmp_path / f"giay.{form}"
    printed = desk.one(OFFICER, "paper", "print", kind, COMMUNE, "--year", YEAR, "--format", form, "-o", str(out))
    assert (printed["kind"], printed["draft"]) == (kind, False)
    assert out.stat().st_size > 1_000
