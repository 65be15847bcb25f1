"""The whole way of a registration by the command line, as people type it, against all services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.vocabulary.roles import Role
from tests.integration.web.desk import Desk
from tests.unit.pages.village import SCHOOL, Village

PEOPLE = (Role.HEAD, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER)
HEAD, OFFICER, DEPARTMENT = PEOPLE
TODAY = today(SystemClock())


class RegistrationDesk(Desk):
    """A desk at which all commands are about the registration of one school."""

    def run(self, role: Role, *words: str, scope: str = "") -> tuple[int, list[dict[str, Any]]]:
        return super().run(role, "registration", words[0], SCHOOL, *words[1:], scope=scope)


@pytest.fixture
def desk() -> Iterator[RegistrationDesk]:
    made = RegistrationDesk()
    yield made
    made.close()


def evaluate(village: Village, cycle: str) -> None:
    plan = i.PlanInspection(school=SCHOOL, cycle=cycle, layer=a.Layer.DEPARTMENT, on=TODAY, title="Đánh giá ngoài")
    visit = village.do(DEPARTMENT, "plan", plan, i.InspectionView, "inspection").inspection
    ending = i.ConcludeInspection(school=SCHOOL, inspection=visit, summary="Đoàn đã xem xong tại trường.")
    village.do(DEPARTMENT, "conclude", ending, i.InspectionView, "inspection")


def test_a_registration_is_brought_from_the_letter_to_a_refusal_by_the_command_line(desk: RegistrationDesk) -> None:
    none = desk.one(HEAD, "show")
    assert (none["state"], none["history"]) == ("chua_dang_ky", [])
    assert set(none["deadlines"][0]) >= {"what", "due", "source", "confidence"}
    assert desk.refused(DEPARTMENT, "accept") == "chua-dang-ky"
    assert desk.refused(HEAD, "open") in {"chua-trinh", "chu-ky-khong-co"}
    cycle = desk.village.open_cycle()
    desk.village.submit(cycle)

    opened = desk.one(HEAD, "open", "--for", "cqg", "--degree", "1", "--copies", "2", "--number", "12/CV-TH")
    assert (opened["state"], opened["purpose"], opened["degree"]) == ("da_dang_ky", "cqg", 1)
    assert desk.run(OFFICER, "open")[0] == 1
    lacking = desk.one(OFFICER, "check", "--missing", "Quyết định lập Hội đồng", "--missing", "Phụ lục số liệu")
    assert lacking["missing"] == ["Quyết định lập Hội đồng", "Phụ lục số liệu"]
    assert desk.refused(OFFICER, "forward") == "ho-so-con-thieu"
    desk.one(OFFICER, "check")
    desk.one(OFFICER, "forward", "--to", "so", "--number", "45/UBND")
    again = TODAY.replace(year=TODAY.year + 1).isoformat()
    back = desk.one(DEPARTMENT, "return", "--reason", "Thiếu phụ lục số liệu", "--due", again)
    assert back["state"] == "tra_lai"
    desk.one(HEAD, "open")
    desk.one(OFFICER, "check")
    desk.one(OFFICER, "forward")
    desk.one(DEPARTMENT, "accept")
    assert desk.refused(DEPARTMENT, "draft") == "chua-ket-luan"
    evaluate(desk.village, cycle)
    desk.one(DEPARTMENT, "draft", "--summary", "Đạt Mức 1 ở bảy tiêu chí")
    assert desk.refused(DEPARTMENT, "final") == "chua-het-han-phan-hoi"
    desk.one(HEAD, "reply", "--point", "Tiêu chí 1.1: đã bổ sung", "--point", "Tiêu chí 3.2: số phòng là 12")
    assert desk.refused(DEPARTMENT, "final", "--answer", "1=tiep_thu") == "chua-tra-loi-phan-hoi"
    assert desk.refused(DEPARTMENT, "refuse", "--reason", "Chưa đạt Mức 1 ở tám tiêu chí") == "chua-chinh-thuc"
    final = desk.one(DEPARTMENT, "final", "--answer", "1=tiep_thu", "2=bao_luu:Số liệu theo biên bản khảo sát")
    assert [(point["answer"], point["note"]) for point in final["points"]] == [
        ("tiep_thu", ""),
        ("bao_luu", "Số liệu theo biên bản khảo sát"),
    ]
    desk.one(DEPARTMENT, "refuse", "--reason", "Chưa đạt Mức 1 ở tám tiêu chí")

    shown = desk.one(HEAD, "show")
    assert shown["state"] == "khong_cong_nhan"
    assert shown["history"][-1]["step"] == "quyet_dinh"
    assert desk.refused(HEAD, "open", "--number", "13") == "da-quyet-dinh"
    register = desk.village.do(DEPARTMENT, "register", a.RegisterRequest(), a.RegisterAnswer)
    assert (register.recognitions, register.certificates) == ([], [])
    assert desk.village.status().refusal.reason == "Chưa đạt Mức 1 ở tám tiêu chí"
