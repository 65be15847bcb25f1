"""Pages around a visit: who goes, what is only a draft, what the school reads, and who decides nothing."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from services.portal.pages.visits.offline import WORKER
from shared.problems import Problem
from shared.vocabulary.assessment import Result
from shared.vocabulary.roles import Role
from tests.unit.pages import canned_visits

BASE = "/xa/NAM-LAM/kiem-tra/kt-09"


def test_the_planner_chooses_members_among_people_whose_role_judges_the_layer(enter):
    page = enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/kiem-tra?truong=TH-BC").text
    offered = re.findall(r'name="thanh-vien" value="([0-9a-f-]{36})"', page)
    assert len(offered) >= 1
    assert "Thành viên đoàn" in page


@pytest.mark.parametrize(
    ("seen", "total", "said"),
    [(0, 15, "mới xem 0/15 tiêu chí"), (3, 15, "mới xem 3/15 tiêu chí"), (0, 0, "chưa xem tiêu chí nào")],
)
def test_a_visit_that_goes_on_says_that_it_is_a_draft_and_how_much_it_saw(seen, total, said, enter, house, monkeypatch):
    visit = msgspec.structs.replace(house.canned.INSPECTION, criteria_seen=seen, criteria_total=total)
    monkeypatch.setitem(house.canned.CANNED, "inspection.inspection", lambda _: visit)
    page = enter(Role.INSPECTOR).get("/xa/NAM-LAM/kiem-tra/kt-08?truong=TH-BC&tieu-chi=4.1").text
    assert f"· dự thảo, {said} ·" in page
    assert 'href="/truong/TH-BC/danh-gia/2026-2027/4.1"' in page


def test_the_school_reads_what_was_found_and_what_it_answered(enter):
    page = enter(Role.HEAD).get("/truong/TH-BC/kien-nghi").text
    for said in ("Đoàn đang làm việc", "2 phòng học xuống cấp.", "Trường cần bổ sung sổ.", "27/11/2026", "Đã trả lời"):
        assert said in page
    assert page.count('<button class="b p">Gửi trả lời</button>') == 3, "the most urgent recommendation, and each finding"


def test_the_office_filters_what_it_asked_for_by_state(enter):
    client = enter(Role.COMMUNE_OFFICER)
    page = client.get("/xa/NAM-LAM/kien-nghi/phat-hien").text
    assert "Chờ trả lời (1)" in page
    assert client.get("/xa/NAM-LAM/kien-nghi/phat-hien?trang-thai=khac").status_code == 400


def test_who_evaluates_has_no_menu_of_decisions(enter):
    assert "/so/quyet-dinh" not in enter(Role.EXTERNAL_EVALUATOR).get("/so/ho-so").text
    assert "/so/quyet-dinh" in enter(Role.DEPARTMENT_OFFICER).get("/so/ho-so").text


# --- a member sees and judges


def test_a_member_begins_with_the_first_own_criterion_that_is_not_judged_to_the_end(enter):
    page = enter(Role.INSPECTOR).get(f"{BASE}?truong=TH-BC").text
    assert re.search(r"<h1>2\.2 ", page)
    assert "<b>Của tôi</b> 1/3" in page
    own = re.findall(
        r'name="sang" value="([\d.]+)" data-href="[^"]+" data-rieng(?: aria-current="true")?>', page[page.index("kt-nut") :]
    )
    assert own == ["2.2", "4.1", "4.2"]


def test_the_schools_sentences_and_papers_stand_above_the_verdict_and_the_note(enter):
    page = enter(Role.INSPECTOR).get(f"{BASE}?truong=TH-BC&tieu-chi=2.2").text
    level = page[page.index('id="muc-1"') : page.index('id="muc-2"')]
    places = [
        level.index("Năm học 2026–2027 có 29/31 giáo viên"),
        level.index("MC.1.2.05"),
        level.index("Danh sách giáo viên 2026–2027"),
        level.index('type="radio" name="kq-1_-"'),
        level.index('<textarea id="gc-1_-"'),
    ]
    assert places == sorted(places)
    assert "Câu này chưa có mã minh chứng" in level


def test_what_a_member_wrote_on_two_devices_is_shown_as_two_versions(enter):
    page = enter(Role.INSPECTOR).get(f"{BASE}?truong=TH-BC&tieu-chi=4.1").text
    assert "Ghi trên hai máy, hai bản khác nhau. Chọn một bản." in page
    assert re.findall(r'value="chon:4\.1_1_-:(\d+)"', page) == ["17602", "17601"]


def test_a_photo_says_when_and_where_it_was_taken(enter):
    page = enter(Role.INSPECTOR).get(f"{BASE}?truong=TH-BC&tieu-chi=4.1").text
    for said in ("20/11/2026\u00a009:26", "Điểm trường Pù Luông", "21,38123; 103,01670, lệch khoảng 12 m", "đã gửi"):
        assert said in page


def test_whoever_was_not_sent_sees_and_writes_nothing(enter, monkeypatch):
    monkeypatch.setitem(canned_visits.PEOPLE, "member", canned_visits.MEMBER)
    page = enter(Role.INSPECTOR).get(f"{BASE}?truong=TH-BC&tieu-chi=4.1").text
    assert "Không có tên trong đoàn của đợt này, nên chỉ xem." in page
    assert "<textarea" not in page
    assert "kiem-tra.js" not in page


def test_a_concluded_visit_is_read_only_and_opens_with_what_it_found(enter):
    client = enter(Role.INSPECTOR)
    for path in ("/xa/NAM-LAM/kiem-tra/kt-10?truong=TH-BC", "/xa/NAM-LAM/kiem-tra/kt-10?truong=TH-BC&tieu-chi=2.2"):
        page = client.get(path).text
        assert "<textarea" not in page
        assert "kiem-tra.js" not in page
        assert "Còn trên máy này, chưa gửi" in page, "what a device could not send in time is shown there"
        assert "Đủ điều kiện sau khi khắc phục." in page


def test_evidence_is_asked_for_at_a_criterion_by_a_day(enter, house):
    client = enter(Role.INSPECTOR)
    fields = {"truong": "TH-BC", "tieu-chi": "4.1", "viec": "yeu-cau", "can": "Sổ theo dõi thiết bị"}
    assert "Thiếu hạn bổ sung." in _post(client, BASE, **fields).text
    assert house.rpc_client.commands == []

    assert _post(client, BASE, **fields, han="30/12/2026").status_code == 303

    ((name, asked),) = house.rpc_client.commands
    assert (name, asked.criterion, asked.what, f"{asked.due}") == (
        "inspection.request_evidence",
        "4.1",
        "Sổ theo dõi thiết bị",
        "2026-12-30",
    )


# --- without a network


def test_a_device_is_told_who_is_signed_in_and_what_the_server_has_of_the_caller(enter):
    told = enter(Role.INSPECTOR).get(f"{BASE}/may?truong=TH-BC").json
    assert told["account"] == canned_visits.PEOPLE["member"]
    assert told["csrf"]
    assert told["opinions"]["4.1_1_-"]["position"] == 17602
    assert told["opinions"]["4.1_1_-"]["others"] == 1
    assert told["opinions"]["4.1_1_-"]["documents"] == []
    assert "2.2_1_-" in told["opinions"]
    assert enter(None).get(f"{BASE}/may?truong=TH-BC").status_code == 303, (
        "a session that ended is a redirect, not an answer"
    )


def test_the_service_worker_is_served_from_the_root_and_looks_after_visits_alone(enter, house):
    answer = enter(None).get(f"/{WORKER}")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/javascript")
    assert "registration.scope" in answer.text
    answer.close()
    page = enter(Role.INSPECTOR).get(f"{BASE}?truong=TH-BC").text
    assert 'data-pham-vi="/xa/NAM-LAM/kiem-tra/"' in page


def test_a_page_may_ask_where_the_device_is(enter):
    policy = enter(Role.INSPECTOR).get(f"{BASE}?truong=TH-BC").headers["Permissions-Policy"]
    assert "geolocation=(self)" in policy


def test_the_image_of_a_page_has_an_address_that_stays(enter):
    client = enter(Role.INSPECTOR)
    for kind in ("anh", "nho"):
        answer = client.get(f"/tai-lieu/{canned_visits.DOC}/1/{kind}")
        assert answer.status_code == 302


# --- the team agrees


def test_what_differs_comes_first_with_everybody_side_by_side(enter):
    page = enter(Role.COMMUNE_OFFICER).get(f"{BASE}/thong-nhat?truong=TH-BC").text
    assert page.index("1 mục ý kiến khác nhau") < page.index("1 mục không lệch") < page.index("Đã thống nhất 1 chỉ báo")
    differing = page[page.index('id="lech-h"') : page.index('id="dong-h"')]
    for said in ("Triệu Thị Nhung", "Trưởng đoàn", "Không đạt", "Chưa cho ý kiến", "còn 1 bản khác"):
        assert said in differing
    agreed = page[page.index('id="tn-h"') :]
    assert "Ý kiến khác: Người Thử" in agreed
    assert "Lý do: Ốm" in agreed


def test_only_who_leads_agrees(enter):
    page = enter(Role.INSPECTOR).get(f"{BASE}/thong-nhat?truong=TH-BC").text
    assert "Trưởng đoàn hoặc thư ký ghi kết quả thống nhất." in page
    assert 'value="khong-lech"' not in page


def test_only_who_leads_concludes_and_the_page_says_so(enter):
    leading = enter(Role.COMMUNE_OFFICER).get(f"{BASE}/thong-nhat?truong=TH-BC").text
    assert 'value="ket-luan"' in leading
    page = enter(Role.INSPECTOR).get(f"{BASE}/thong-nhat?truong=TH-BC").text
    assert 'value="ket-luan"' not in page
    assert "Chưa kết luận. Trưởng đoàn hoặc thư ký kết luận." in page


def test_an_agreement_carries_its_result_its_words_and_the_reason(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    path = f"{BASE}/thong-nhat"
    fields = {
        "truong": "TH-BC",
        "viec": "thong-nhat",
        "cho": "4.1_1_-",
        "kq": "not_met",
        "gc": "Phòng 5",
        "ly-do": "Bà Mai ốm",
    }
    assert _post(client, path, **fields).status_code == 303
    assert _post(client, path, truong="TH-BC", viec="khong-lech").status_code == 303
    one, rest = [asked for _, asked in house.rpc_client.commands]
    (agreed,) = one.agreements
    assert (agreed.criterion, agreed.level, agreed.indicator, agreed.result) == ("4.1", 1, "-", Result.NOT_MET)
    assert (agreed.note, one.reason, one.unanimous) == ("Phòng 5", "Bà Mai ốm", False)
    assert (rest.agreements, rest.unanimous) == ([], True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"viec": "thong-nhat", "cho": "4.1_1_-", "kq": "gan-dat"}, "Kết quả không có trong danh sách."),
        ({"viec": "kien-nghi", "noi-dung": "Sửa", "muc-do": "bat_buoc", "ai": "truong"}, "Thiếu hạn thực hiện."),
        (
            {"viec": "kien-nghi", "noi-dung": "Sửa", "han": "1/12/2026", "muc-do": "la", "ai": "truong"},
            "Mức độ hoặc nơi thực",
        ),
        ({"viec": "ket-luan", "tom-tat": "Xong", "ket-qua": "la"}, "Kết luận này không có trong danh sách."),
        ({"viec": "la"}, "Việc này không có trên trang."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(enter, house, fields, said):
    page = _post(enter(Role.COMMUNE_OFFICER), f"{BASE}/thong-nhat", truong="TH-BC", **fields).text
    assert said in page
    assert house.rpc_client.commands == []


def test_an_agreement_while_somebody_has_not_judged_asks_for_the_reason(enter, house):
    class Missing(Problem):
        type, status, title = "thieu-y-kien", 409, "Thiếu ý kiến"

    client = enter(Role.COMMUNE_OFFICER)
    house.rpc_client.problems["inspection.agree_findings"] = Missing("Còn 1 người chưa cho ý kiến. Chưa ghi gì.")
    page = _post(client, f"{BASE}/thong-nhat", truong="TH-BC", viec="khong-lech").text
    assert "Còn 1 người chưa cho ý kiến" in page
    assert 'id="ly-do-chung"' in page


def test_a_recommendation_says_what_how_strongly_to_whom_and_by_when(enter, house):
    fields = {"viec": "kien-nghi", "noi-dung": "Sửa phòng 5", "tieu-chi": "4.1", "muc-do": "nen", "ai": "phong_kinh_te"}
    answer = _post(enter(Role.COMMUNE_OFFICER), f"{BASE}/thong-nhat", truong="TH-BC", han="15/01/2027", **fields)
    assert answer.status_code == 303
    ((_, made),) = house.rpc_client.commands
    assert (made.text, made.criterion, made.severity, made.responsible, f"{made.due}") == (
        "Sửa phòng 5",
        "4.1",
        "nen",
        "phong_kinh_te",
        "2027-01-15",
    )


def test_minutes_name_days_sites_and_those_who_took_part(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    fields = {
        "viec": "bien-ban",
        "so-nguoi": "2",
        "nguoi-1": str(canned_visits.GUEST),
        "ten-1": f"Ông {canned_visits.HOSTILE}",
        "chuc-vu-1": "Hiệu trưởng",
        "ten-2": "",
        "cac-ngay": "20/11/2026, 21/11/2026",
        "dia-diem": "Điểm trường chính\nPù Luông",
        "y-kien-truong": "Nhất trí",
    }
    assert _post(client, f"{BASE}/thong-nhat", truong="TH-BC", **fields).status_code == 303
    held = next(asked for name, asked in house.rpc_client.commands if name == "inspection.hold_visit")
    assert [f"{day}" for day in held.held_on] == ["2026-11-20", "2026-11-21"]
    assert held.sites == ["Điểm trường chính", "Pù Luông"]
    assert [(one.person, one.office) for one in held.participants] == [(canned_visits.GUEST, "Hiệu trưởng")]


def test_a_conclusion_is_confirmed_and_names_what_the_commune_concludes(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    fields = {"truong": "TH-BC", "viec": "ket-luan", "tom-tat": "Sửa phòng 5.", "ket-qua": "du_sau_khac_phuc"}
    asked = _post(client, f"{BASE}/thong-nhat", **fields).text
    assert "Kết luận: đủ điều kiện sau khi khắc phục." in asked
    assert "2 chỉ báo mới có ý kiến thành viên, chưa thống nhất" in asked
    assert house.rpc_client.commands == []
    assert _post(client, f"{BASE}/thong-nhat", **fields, chac="co").status_code == 303
    ((_, concluded),) = house.rpc_client.commands
    assert (concluded.summary, concluded.conclusion) == ("Sửa phòng 5.", "du_sau_khac_phuc")


# --- the team


def test_a_team_is_set_up_with_what_makes_each_eligible(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    fields = {
        "so": "45/QĐ-UBND",
        "ngay-qd": "02/11/2026",
        "so-hang": "3",
        "tai-khoan-1": canned_visits.PEOPLE["head"],
        "vai-1": "truong",
        "tung-lam-1": "khong",
        "so-nam-1": "12",
        "tap-huan-1": "co",
        "nguon-1": "Lý lịch",
        "tai-khoan-2": canned_visits.PEOPLE["member"],
        "vai-2": "thanh_vien",
        "tieu-chi-2": "2.2, 4.1 4.2",
        "ten-3": "",
    }
    assert _post(client, f"{BASE}/doan", truong="TH-BC", viec="lap", **fields).status_code == 303
    made = house.rpc_client.commands[-1][1]
    assert (made.decision, f"{made.decided_on}", made.only_check) == ("45/QĐ-UBND", "2026-11-02", False)
    head, member = made.members
    assert (head.person, head.role, head.worked_here, head.years_in_sector, head.trained, head.source) == (
        canned_visits.PEOPLE["head"],
        "truong",
        False,
        12,
        True,
        "Lý lịch",
    )
    assert (member.criteria, member.worked_here, member.years_in_sector, member.trained) == (
        ["2.2", "4.1", "4.2"],
        None,
        None,
        None,
    )


def test_looking_whether_a_team_may_be_set_up_records_nothing_and_says_what_is_not_known(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    fields = {"ngay-qd": "02/11/2026", "so-hang": "1", "tai-khoan-1": canned_visits.PEOPLE["head"], "vai-1": "truong"}
    page = _post(client, f"{BASE}/doan", truong="TH-BC", viec="xem-thu", **fields).text
    assert "Lập được, có điều nên xem lại." in page
    assert "Chưa rõ đã tập huấn hay chưa" in page
    assert all(asked.only_check for _, asked in house.rpc_client.commands)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"so-hang": "0"}, "Thiếu ngày quyết định."),
        ({"ngay-qd": "02/11/2026", "so-hang": "1", "ten-1": "Bà Mai", "so-nam-1": "nhiều"}, "ở dòng 1 phải là số."),
    ],
)
def test_a_team_that_is_told_wrongly_is_not_set_up(enter, house, fields, said):
    page = _post(enter(Role.COMMUNE_OFFICER), f"{BASE}/doan", truong="TH-BC", viec="lap", **fields).text
    assert said in page
    assert house.rpc_client.commands == []


def test_more_rows_are_given_and_a_day_is_moved_with_its_reason(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    page = _post(client, f"{BASE}/doan", truong="TH-BC", viec="them-hang", **{"so-hang": "2", "ten-1": "Bà Mai"}).text
    assert page.count('name="ten-') == 5
    assert 'value="Bà Mai"' in page
    refused = _post(client, f"{BASE}/doan", truong="TH-BC", viec="doi-ngay", ngay="12/12/2026").text
    assert "Thiếu lý do." in refused
    moved = _post(client, f"{BASE}/doan", truong="TH-BC", viec="doi-ngay", ngay="12/12/2026", **{"ly-do": "Mưa lũ"})
    assert moved.status_code == 303
    assert [name for name, _ in house.rpc_client.commands] == ["inspection.reschedule"]


def test_the_team_is_read_by_whoever_sets_up_none(enter):
    page = enter(Role.INSPECTOR).get(f"{BASE}/doan?truong=TH-BC").text
    assert "3 thành viên" in page
    assert "<form method" not in page.replace('<form method="post" action="/ra"', "")
    nobody = enter(Role.INSPECTOR).get("/xa/NAM-LAM/kiem-tra/kt-08/doan?truong=TH-BC").text
    assert "Chưa lập đoàn" in nobody


def _post(client: Any, path: str, **fields: str) -> Any:
    token = re.search(r'name="csrf" content="([^"]+)"', client.get(f"{BASE}?truong=TH-BC").text)
    assert token
    return client.post(path, data={"csrf": token[1], **fields})
