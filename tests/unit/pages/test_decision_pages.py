"""The department's page of decisions, and how an award is told on every page that shows it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.text import format_date
from shared.vocabulary.roles import Role
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

PAGE = "/so/quyet-dinh"
WHY = "Quyết định ký trước khi có hệ thống"
CONDITIONS = {"cohort_completed": True, "facilities_met": True}


@pytest.fixture
def village() -> Village:
    return Village()


def post(village: Village, role: Role = Role.DEPARTMENT_OFFICER, **fields: str) -> Any:
    client = village.enter(role)
    page = client.get(f"{PAGE}?truong={SCHOOL}").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    sent = {"viec": "cong-nhan"} | {name.replace("_", "-"): value for name, value in fields.items()}
    answer = client.post(PAGE, data={"csrf": token[1], "truong": SCHOOL, **sent})
    village.relay()
    return answer


def register(village: Village) -> a.RegisterAnswer:
    answer: a.RegisterAnswer = village.do(Role.DEPARTMENT_OFFICER, "register", a.RegisterRequest(), a.RegisterAnswer)
    return answer


def evaluated(village: Village) -> str:
    """Walk the path today as far as the visit: submit, register, be accepted, be looked at."""
    village.hand_in_earlier_years()
    cycle = village.open_cycle()
    stated = a.StateConditions(school=SCHOOL, conditions=CONDITIONS, document=village.paper("Hồ sơ cơ sở vật chất"))
    village.do(Role.HEAD, "state_conditions", stated, Done)
    village.submit(cycle)
    village.take_steps("open", "check", "forward", "accept")
    visit = planned(village, cycle)
    keys = village.services["assessment"].library.by_digest(village.status().digest).keys
    findings = [i.Finding(criterion=c, level=n, indicator=x, result=a.Result.MET) for c, n, x in keys]
    record = i.RecordFindings(school=SCHOOL, inspection=visit, findings=findings)
    village.do(Role.DEPARTMENT_OFFICER, "record_findings", record, i.InspectionView, "inspection")
    return visit


def planned(village: Village, cycle: str) -> str:
    plan = i.PlanInspection(
        school=SCHOOL, cycle=cycle, layer=a.Layer.DEPARTMENT, on=today(SystemClock()), title="Đánh giá ngoài"
    )
    view = village.do(Role.DEPARTMENT_OFFICER, "plan", plan, i.InspectionView, "inspection")
    return str(view.inspection)


def conclude(village: Village, visit: str) -> None:
    ending = i.ConcludeInspection(school=SCHOOL, inspection=visit, summary="Đoàn thống nhất đạt Mức 2.")
    village.do(Role.DEPARTMENT_OFFICER, "conclude", ending, i.InspectionView, "inspection")


def path_of(page: str) -> str:
    """The card with the path to a decision, without its conditions."""
    return page[page.index('id="dk"') :].partition("</ul>")[0]


def test_the_page_shows_the_path_step_by_step_and_refuses_by_name_until_it_is_walked(village: Village) -> None:
    officer = village.enter(Role.DEPARTMENT_OFFICER)
    assert "Trường chưa mở đợt tự đánh giá nào" in officer.get(f"{PAGE}?truong={SCHOOL}").text
    assert "chưa trình báo cáo" in post(village, so="1/QĐ", muc_do="1").text
    visit = evaluated(village)
    page = officer.get(f"{PAGE}?truong={SCHOOL}").text
    assert "Đoàn của Sở chưa kết luận: mới xem 15/15 tiêu chí, còn là dự thảo" in page
    refused = post(village, so="1/QĐ", muc_do="1")
    assert "chưa-ket-luan" not in refused.text
    assert "chưa có đợt đánh giá ngoài nào của Sở kết luận" in refused.text
    assert 'value="1/QĐ"' in refused.text, "what was typed stands in the form again"
    assert f"Tiếp nhận: {format_date(today(SystemClock()))}" in page
    assert "Gửi dự thảo báo cáo: chưa có" in page
    conclude(village, visit)
    assert "Đoàn chưa gửi dự thảo" in post(village, so="1/QĐ", muc_do="2").text
    village.take_steps("draft", "reply", "final")
    assert "chưa có" not in path_of(officer.get(f"{PAGE}?truong={SCHOOL}").text)
    assert post(village, so="1/QĐ", muc_do="2").status_code == 303
    assert [(r.number, r.degree, r.based_on) for r in register(village).recognitions] == [("1/QĐ", 2, visit)]


def test_a_decision_on_paper_is_copied_with_its_scan_and_says_so_wherever_it_is_shown(village: Village) -> None:
    document = village.paper("Quyết định công nhận")
    assert "Thiếu bản quét quyết định" in post(village, so="1/QĐ", muc_do="1", ly_do=WHY).text
    assert register(village).recognitions == []
    assert post(village, so="1/QĐ", muc_do="1", ly_do=WHY, tai_lieu=document).status_code == 303
    told = {
        f"{PAGE}?truong={SCHOOL}": Role.DEPARTMENT_OFFICER,
        f"/truong/{SCHOOL}": Role.HEAD,
        f"/xa/{COMMUNE}": Role.COMMUNE_OFFICER,
        "/so-cong-nhan": None,
        "/bang?so=1/QĐ": None,
    }
    for path, role in told.items():
        page = village.enter(role).get(path).text
        assert "hép từ giấy" in page, path
        assert WHY in page, path
        assert document not in page or role is Role.DEPARTMENT_OFFICER, "no id in people's faces"
    table = village.enter(None).get("/so-cong-nhan.csv").text
    assert f"Chép từ giấy: {WHY}" in table


def test_a_slip_is_put_right_on_the_page_and_both_lines_are_told(village: Village) -> None:
    document = village.paper("Quyết định công nhận")
    post(village, so="81/QĐ", muc_do="1", ly_do=WHY, tai_lieu=document, ngay="20/11/2026")
    wrong = post(
        village, viec="dinh-chinh", giay="recognition 81/QĐ", muc="decided_on", dung="hôm qua", ly_do="Gõ nhầm ngày ký"
    )
    assert wrong.status_code == 200
    assert 'value="hôm qua"' in wrong.text
    right = {"giay": "recognition 81/QĐ", "muc": "number", "dung": "18/QĐ", "ly_do": "Gõ nhầm số quyết định"}
    assert post(village, viec="dinh-chinh", **right).status_code == 303
    page = village.enter(None).get("/bang?so=18/QĐ").text
    assert f"Đính chính {format_date(today(SystemClock()))}: số từ 81/QĐ thành 18/QĐ" in page
    assert "còn hiệu lực" in page
    assert "Đã thu hồi" not in page
    assert "18/QĐ" in village.enter(None).get("/bang?so=81/QĐ").text, "who holds the wrong number finds the right one"


def test_not_to_recognise_leaves_its_reason_where_the_department_and_the_school_see_it(village: Village) -> None:
    cycle = village.open_cycle()
    village.submit(cycle)
    village.take_steps("open", "check", "forward", "accept")
    conclude(village, planned(village, cycle))
    village.take_steps("draft", "reply", "final")
    done = post(village, viec="khong-cong-nhan", ly_do="Chưa đạt Mức 1 ở tám tiêu chí")
    assert done.status_code == 303
    assert "Chưa đạt Mức 1 ở tám tiêu chí" in village.enter(Role.DEPARTMENT_OFFICER).get(f"{PAGE}?truong={SCHOOL}").text
    assert "Chưa đạt Mức 1 ở tám tiêu chí" in village.enter(Role.HEAD).get(f"/truong/{SCHOOL}").text
    assert "Chưa đạt Mức 1" not in village.enter(None).get("/so-cong-nhan").text


def test_a_recognition_is_revoked_after_a_remedy_or_with_a_document(village: Village) -> None:
    document = village.paper("Quyết định công nhận")
    post(village, so="1/QĐ", muc_do="1", ly_do=WHY, tai_lieu=document, ngay="20/11/2026")
    revoking = {"viec": "thu-hoi", "giay": "recognition 1/QĐ", "ly_do": "Bị đình chỉ hoạt động"}
    asked = post(village, **revoking).text
    assert "Thu hồi Bằng số 1/QĐ?" in asked
    assert "Không hoàn lại được" in asked
    assert [r.state for r in register(village).recognitions] == ["con_hieu_luc"]
    revoking["chac"] = "co"
    assert "Chưa có yêu cầu khắc phục nào" in post(village, **revoking).text
    remedy = {"viec": "khac-phuc", "giay": "recognition 1/QĐ", "han": "31/12/2030", "ly_do": "Bổ sung hai phòng học"}
    assert post(village, **remedy).status_code == 303
    assert "khắc phục đến hết 31/12/2030" in village.enter(Role.HEAD).get(f"/truong/{SCHOOL}").text
    assert "khắc phục đến hết 31/12/2030" in village.enter(Role.DEPARTMENT_OFFICER).get(f"{PAGE}?truong={SCHOOL}").text
    assert "khắc phục" not in village.enter(None).get("/so-cong-nhan").text, "it is between the two until a decision"
    assert "Thời hạn khắc phục đến hết 31/12/2030" in post(village, **revoking).text
    assert post(village, **revoking, tai_lieu=document).status_code == 303
    assert [r.state for r in register(village).recognitions] == ["thu_hoi"]


def test_where_the_circular_knows_certificates_one_is_recorded_alone(village: Village) -> None:
    village.open_cycle(rulebook="v2018_tt22/tieu_hoc")
    document = village.paper("Giấy chứng nhận")
    page = village.enter(Role.DEPARTMENT_OFFICER).get(f"{PAGE}?truong={SCHOOL}").text
    assert "Chỉ cấp Chứng nhận" in page
    fields = {"loai": "certificate", "so": "9/CN", "cap_do": "1", "ly_do": WHY, "tai_lieu": document, "ngay": "01/6/2025"}
    assert post(village, **fields).status_code == 303
    assert [(c.number, c.degree) for c in register(village).certificates] == [("9/CN", 1)]
    assert "Chứng nhận kiểm định chất lượng giáo dục" in village.enter(None).get("/so-cong-nhan").text
    assert "Chưa có trường nào trong sổ" in village.enter(None).get("/so-cong-nhan").text
    assert post(village, viec="thu-hoi", giay="certificate 9/CN", ly_do="Không còn đạt", chac="co").status_code == 303
    assert [c.state for c in register(village).certificates] == ["thu_hoi"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"viec": "la"}, "Việc này không có trên trang"),
        ({"viec": "thu-hoi", "giay": "gì đó", "ly_do": "x"}, "Chọn quyết định trong danh sách"),
        ({"viec": "dinh-chinh", "giay": "recognition 1", "muc": "la"}, "Chọn mục ghi sai"),
        ({"viec": "khac-phuc", "giay": "recognition 1"}, "Thiếu hạn khắc phục"),
        ({"viec": "khong-cong-nhan", "ly_do": "Chưa đạt Mức 1 ở tám tiêu chí"}, "chưa trình báo cáo"),
        ({"so": "1", "muc_do": "9", "ly_do": WHY, "tai_lieu": "x"}, "chưa thấy tài liệu"),
    ],
)
def test_a_form_that_cannot_be_carried_out_says_why_and_writes_nothing(
    village: Village, fields: dict[str, str], sentence: str
) -> None:
    before = village.services["assessment"].log.head()
    assert sentence.lower() in post(village, **fields).text.lower()
    assert village.services["assessment"].log.head() == before


def test_only_the_department_decides(village: Village) -> None:
    for role in (Role.EXTERNAL_EVALUATOR, Role.AUDITOR):
        assert "Ghi quyết định cho" not in village.enter(role).get(f"{PAGE}?truong={SCHOOL}").text
    assert village.enter(Role.HEAD).get(PAGE).status_code == 403
