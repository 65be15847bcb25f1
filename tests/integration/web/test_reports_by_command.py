"""Reports by the command line, as people type it, against all services: asked, handed in, missing, synthesised, sent."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.vocabulary.roles import Role
from tests.integration.web.desk import Desk
from tests.unit.pages.village import COMMUNE, SCHOOL

HEAD, OFFICER = Role.HEAD, Role.COMMUNE_OFFICER
TODAY = today(SystemClock())
YEAR = str(TODAY.year)
ASK = (
    "ask",
    COMMUNE,
    YEAR,
    "--kind",
    "tien_do",
    "--period",
    "Tháng này",
    "--due",
    (TODAY + dt.timedelta(days=5)).isoformat(),
)


class ReportsDesk(Desk):
    """A desk of a commune that has a second school."""

    def __init__(self) -> None:
        super().__init__("report")
        other = a.RegisterSchool(commune=COMMUNE, code="MN-SM", name="Mầm non Sao Mai", kind=a.SchoolKind.KINDERGARTEN)
        self.village.do(Role.ADMINISTRATOR, "register_school", other, a.SchoolView)


@pytest.fixture
def desk() -> Iterator[ReportsDesk]:
    made = ReportsDesk()
    yield made
    made.close()


def test_a_report_is_asked_handed_in_accepted_synthesised_written_and_sent(desk: ReportsDesk) -> None:
    asked = desk.one(OFFICER, *ASK, "--section", "Kết quả", "--figure", "Số phòng học")["id"]
    desk.one(HEAD, "hand-in", asked, SCHOOL, "--text", "Kết quả=Đã xong 12 tiêu chí", "--figure", "Số phòng học=1.400")

    code, missing = desk.run(OFFICER, "missing", asked)
    assert code == 0
    assert [(one["school"], one["days"]) for one in missing] == [("MN-SM", -5)]
    assert f"{desk.url}/truong/MN-SM/bao-cao/{asked}" in missing[0]["text"]

    desk.one(OFFICER, "return", asked, SCHOOL, "--reason", "Thiếu phần khó khăn của trường")
    desk.one(HEAD, "hand-in", asked, SCHOOL, "--text", "Đã xong 12 tiêu chí", "--figure", "Số phòng học=1.400")
    assert desk.refused(OFFICER, "accept", asked, SCHOOL, "--seen", "1") == "bao-cao-vua-doi"
    desk.one(OFFICER, "accept", asked, SCHOOL)

    drafted = desk.one(OFFICER, "synthesise", COMMUNE, YEAR, "--kind", "tien_do", "--request", asked)
    assert (drafted["schools"], drafted["reports_received"], drafted["reports_missing"]) == (2, 1, 1)
    assert drafted["missing"] == ["MN-SM"]
    desk.one(OFFICER, "write", drafted["id"], "--text", "Đề nghị=Sửa hai phòng học")
    assert desk.one(OFFICER, "write", drafted["id"], "--text", "Nhận xét, đánh giá=Đúng tiến độ")["writings"] == 2
    sent = desk.one(OFFICER, "send", drafted["id"], "--to", "ubnd_xa", "--number", "45/BC-VHXH", "--on", TODAY.isoformat())
    assert sent["sent"] == [{"to": "ubnd_xa", "number": "45/BC-VHXH", "sent_on": TODAY.isoformat()}]
    code, refused = desk.run(OFFICER, "write", drafted["id"], "--text", "Đề nghị=Muộn rồi")
    assert (code, refused[-1]["type"]) == (1, "tong-hop-da-gui")

    assert desk.one(OFFICER, "show", drafted["id"])["texts"][-1]["text"] == "Sửa hai phòng học"
    assert desk.one(HEAD, "show", asked)["parts"][0]["state"] == "da_duyet"
    assert desk.one(HEAD, "list")["id"] == asked
    assert desk.one(OFFICER, "list", "--syntheses", "--commune", COMMUNE)["position"] == drafted["position"]
    desk.one(OFFICER, "close", asked, "--reason", "Gộp vào báo cáo sơ kết")
    assert desk.run(OFFICER, "missing", asked) == (0, [])


def test_what_may_not_be_is_refused_by_its_name(desk: ReportsDesk) -> None:
    asked = desk.one(OFFICER, *ASK)["id"]
    for role, words, refusal in (
        (HEAD, ASK, "khong-du-quyen"),
        (HEAD, ("accept", asked, SCHOOL), "khong-du-quyen"),
        (HEAD, ("hand-in", asked, "MN-SM", "--text", "Lời"), "khong-du-quyen"),
        (HEAD, ("synthesise", COMMUNE, YEAR, "--kind", "tien_do"), "khong-du-quyen"),
        (OFFICER, ("accept", asked, SCHOOL), "bao-cao-chua-gui"),
        (OFFICER, (*ASK[:-1], (TODAY + dt.timedelta(days=9)).isoformat()), "bao-cao-da-hoi"),
        (HEAD, ("hand-in", asked, SCHOOL, "--text", "Mục lạ=Lời"), "yeu-cau-sai"),
    ):
        code, printed = desk.run(role, *words)
        assert (code, printed[-1]["type"]) == (1, refusal), words


def test_a_part_is_handed_in_from_a_file(desk: ReportsDesk, tmp_path: Any) -> None:
    asked = desk.one(OFFICER, *ASK, "--section", "Kết quả", "--figure", "Số lớp")["id"]
    file = tmp_path / "bao-cao.json"
    file.write_text(json.dumps({"texts": {"Kết quả": "Đã xong"}, "figures": {"Số lớp": 12}}), encoding="utf-8")
    desk.one(HEAD, "hand-in", asked, SCHOOL, "--file", str(file))
    assert desk.one(HEAD, "show", asked)["parts"][0]["figures"] == [{"name": "Số lớp", "value": 12}]
