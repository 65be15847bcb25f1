"""A registration on pages: where it is, until when, what silence means, who may do what now, and what asks first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.portal.pages.registrations.strip import deadline_line, next_deadline, silence, strip
from shared.contracts.calls import registration as g
from shared.contracts.calls.assessment import RefusalView
from shared.vocabulary.inspection import (
    ForwardedTo,
    PointAnswer,
    RegistrationPurpose,
    RegistrationState,
    RegistrationStep,
    RouteStation,
)
from shared.vocabulary.roles import Role
from tests.unit.pages import canned_inspecting as canned
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.test_recommendation_pages import send

PAGE, QUEUE = "/truong/TH-BC/dang-ky", "/so/ho-so"
S = RegistrationState
TODAY = dt.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    canned.WAYS.state, canned.WAYS.said = S.DRAFT_SENT, {}


@pytest.fixture
def submitted(house, monkeypatch) -> None:
    """The school has submitted the report of every cycle."""
    cycles = house.canned.CANNED["assessment.cycles"]

    def answer(request: Any) -> Any:
        found = cycles(request)
        handed_in = [msgspec.structs.replace(one, submitted_on=dt.date(2026, 11, 2)) for one in found.cycles]
        return msgspec.structs.replace(found, cycles=handed_in)

    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", answer)


def way(state: RegistrationState, **said: Any) -> None:
    canned.WAYS.state, canned.WAYS.said = state, said


def acts(page: str) -> tuple[list[str], list[str]]:
    """The acts that are open, and those that are shut."""
    card = page[page.index('id="viec"') : page.index('id="ls"')]
    return re.findall(r'name="viec" value="([a-z-]+)"', card), re.findall(r"disabled[^>]*>([^<]+)<", card)


# --- the strip


def test_stations_are_done_on_a_day_now_until_a_day_or_to_come():
    stations = strip(canned.registration(S.DRAFT_SENT), TODAY).stations
    assert [one.css for one in stations] == ["done"] * 6 + ["now"] + ["to_come"] * 2
    assert stations[0].day == "12/9/2026"
    assert stations[6].day == "đến hết 30/12/2026"
    assert stations[8].refusal


def test_a_day_that_has_passed_is_red_and_says_so():
    (now,) = (one for one in strip(canned.registration(S.DRAFT_SENT), dt.date(2027, 1, 2)).stations if one.css == "now")
    assert (now.colour, now.day) == ("no", "quá hạn 30/12/2026")


def test_silence_is_foretold_with_its_day_while_the_draft_is_out_and_at_no_other_time():
    due = g.RegistrationDeadline(what="", due=dt.date(2026, 12, 30), source="", confidence="low")
    assert "im lặng đến hết 30/12/2026" in silence(S.DRAFT_SENT, due)
    assert "coi như đồng ý" in silence(S.SILENCE, None)
    assert {silence(state, due) for state in S if state not in {S.DRAFT_SENT, S.SILENCE}} == {""}


def test_a_day_that_the_law_does_not_name_is_unknown_and_what_was_not_checked_says_so():
    lines = strip(canned.registration(S.DRAFT_SENT), TODAY).deadlines
    assert [(one.day, one.left) for one in lines] == [
        ("15/10/2026", "xong 12/9/2026"),
        ("30/12/2026", "còn 30 ngày"),
        ("chưa rõ", ""),
    ]
    assert lines[1].source == "10 ngày làm việc, chưa đối chiếu"


def test_where_it_is_certain_that_there_is_no_day_that_is_said():
    first = g.RegistrationDeadline(what="Đăng ký", due=None, source="", confidence="high", note="Lần đầu không có hạn")
    assert deadline_line(first, TODAY).day == "không có hạn"
    assert deadline_line(msgspec.structs.replace(first, confidence="low"), TODAY).day == "chưa rõ"


def test_the_next_day_is_the_first_that_is_not_kept_yet():
    view = canned.registration(S.DRAFT_SENT)
    found = next_deadline(view.deadlines)
    assert found
    assert found.due == dt.date(2026, 12, 30)
    assert next_deadline([]) is None


# --- the page: who may do what


@pytest.mark.parametrize(
    ("role", "state", "possible", "shut"),
    [
        (Role.HEAD, S.NONE, ["dang-ky"], ["Phản hồi dự thảo"]),
        (Role.HEAD, S.RETURNED, ["dang-ky"], ["Phản hồi dự thảo"]),
        (Role.HEAD, S.DRAFT_SENT, ["phan-hoi"], []),
        (Role.HEAD, S.FINAL, [], []),
        (Role.COMMUNE_OFFICER, S.REGISTERED, ["kiem-tra"], ["Chuyển hồ sơ"]),
        (Role.COMMUNE_OFFICER, S.INCOMPLETE, ["kiem-tra"], ["Chuyển hồ sơ"]),
        (Role.COMMUNE_OFFICER, S.CHECKED, ["chuyen"], []),
        (Role.DEPARTMENT_OFFICER, S.FORWARDED, ["tiep-nhan", "tra"], ["Gửi dự thảo báo cáo", "Báo cáo chính thức"]),
        (Role.DEPARTMENT_OFFICER, S.ACCEPTED, [], ["Gửi dự thảo báo cáo", "Báo cáo chính thức"]),
        (Role.DEPARTMENT_OFFICER, S.REPLIED, ["chinh-thuc"], []),
        (Role.DEPARTMENT_OFFICER, S.SILENCE, ["chinh-thuc"], []),
        (Role.DEPARTMENT_OFFICER, S.GRANTED, [], []),
        (Role.CLERK, S.NONE, [], []),
        (Role.AUDITOR, S.FORWARDED, [], []),
    ],
)
def test_each_state_opens_the_acts_of_each_role_and_shuts_the_others_with_the_reason(
    role, state, possible, shut, enter, submitted
):
    way(state)
    page = enter(role).get(PAGE).text
    assert acts(page) == (possible, shut)
    for name in shut:
        assert re.search(rf'disabled aria-describedby="(vs-[a-z-]+)">{name}<.*?id="\1">[^<]{{10,}}', page, re.S), name


def test_before_the_report_is_submitted_registering_is_shut_and_leads_to_what_lacks(enter):
    way(S.NONE)
    page = enter(Role.HEAD).get(PAGE).text
    assert acts(page)[0] == []
    assert "Chưa trình báo cáo tự đánh giá nào" in page
    assert "Xem còn thiếu gì" in page


def test_without_a_commune_on_the_route_its_acts_vanish_and_the_department_takes_what_is_registered(enter):
    found = canned.registration(S.REGISTERED)
    stations = [
        msgspec.structs.replace(one, refusal="") if one.step is RegistrationStep.ACCEPT else one
        for one in found.stations
        if one.step not in {RegistrationStep.CHECK, RegistrationStep.FORWARD}
    ]
    way(S.REGISTERED, route=[RouteStation.SCHOOL, RouteStation.DEPARTMENT], stations=stations)
    assert acts(enter(Role.COMMUNE_OFFICER).get(PAGE).text) == ([], [])
    assert "tiep-nhan" in acts(enter(Role.DEPARTMENT_OFFICER).get(PAGE).text)[0]


def test_what_the_commune_did_not_do_before_the_acceptance_is_not_offered_to_it_afterwards(enter):
    past_commune = {RegistrationStep.CHECK, RegistrationStep.FORWARD}
    stations = [one for one in canned.registration(S.ACCEPTED).stations if one.step not in past_commune]
    way(S.ACCEPTED, stations=stations)
    assert acts(enter(Role.COMMUNE_OFFICER).get(PAGE).text) == ([], [])


@pytest.mark.parametrize(
    ("state", "href"),
    [
        (S.ACCEPTED, "/so/ho-so?truong=TH-BC"),
        (S.EVALUATION, "/so/ho-so/kt-09?truong=TH-BC"),
        (S.FINAL, "/so/quyet-dinh?truong=TH-BC"),
        (S.REFUSED, "/so/quyet-dinh?truong=TH-BC"),
    ],
)
def test_what_is_done_elsewhere_is_a_link_there(state, href, enter):
    way(state)
    page = enter(Role.DEPARTMENT_OFFICER).get(PAGE).text
    assert f'class="b p" href="{href}"' in page


def test_a_registration_that_ended_in_a_refusal_says_why(house, monkeypatch):
    way(S.REFUSED, cycle="2026-2027")
    said = RefusalView(
        school="TH-BC", cycle="2026-2027", refused_on=dt.date(2026, 11, 20), reason="Chưa đạt Mức 1", number="7/TB"
    )
    status = house.canned.CANNED["assessment.status"]
    answer = lambda request: msgspec.structs.replace(status(request), refusal=said)  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "assessment.status", answer)
    for role in (Role.HEAD, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER):
        page = house.enter(role).get(PAGE).text
        assert "Sở không công nhận, ngày 20/11/2026, số 7/TB" in page
        assert "Lý do: Chưa đạt Mức 1" in page
    said = msgspec.structs.replace(said, cycle="2024-2025")
    assert "Chưa đạt Mức 1" not in house.enter(Role.HEAD).get(PAGE).text, "that of another cycle"


ASKED = [
    (
        Role.HEAD,
        S.NONE,
        {"viec": "dang-ky", "muc_dich": "ca_hai", "muc_do": "1", "so_bo": "2", "so": "15/ĐK", "tai_lieu": canned.DOC},
        g.OpenRegistration(
            school="TH-BC", purpose=RegistrationPurpose.BOTH, degree=1, copies=2, number="15/ĐK", document=canned.DOC
        ),
    ),
    (
        Role.COMMUNE_OFFICER,
        S.CHECKED,
        {"viec": "chuyen", "noi_nhan": "so", "ngay": "20/11/2026"},
        g.ForwardRegistration(school="TH-BC", to=ForwardedTo.DEPARTMENT, on=dt.date(2026, 11, 20)),
    ),
    (Role.DEPARTMENT_OFFICER, S.FORWARDED, {"viec": "tiep-nhan"}, g.AcceptRegistration(school="TH-BC")),
    (
        Role.DEPARTMENT_OFFICER,
        S.FORWARDED,
        {"viec": "tra", "ly_do": "Thiếu danh mục", "han": "15/12/2026"},
        g.ReturnRegistration(school="TH-BC", reason="Thiếu danh mục", due=dt.date(2026, 12, 15)),
    ),
    (
        Role.DEPARTMENT_OFFICER,
        S.EVALUATION,
        {"viec": "du-thao", "tom_tat": "Đạt Mức 1."},
        g.SendDraftReport(school="TH-BC", summary="Đạt Mức 1."),
    ),
    (
        Role.HEAD,
        S.DRAFT_SENT,
        {"viec": "phan-hoi", "tra_loi": "co-diem", "diem": "Sửa số liệu 2.2\n\n Bỏ ý về 4.1 "},
        g.ReplyToDraft(school="TH-BC", points=["Sửa số liệu 2.2", "Bỏ ý về 4.1"]),
    ),
    (Role.HEAD, S.DRAFT_SENT, {"viec": "phan-hoi", "tra_loi": "dong-y"}, g.ReplyToDraft(school="TH-BC")),
    (
        Role.DEPARTMENT_OFFICER,
        S.REPLIED,
        {"viec": "chinh-thuc", "tl_1": "tiep_thu", "gc_1": "Đã sửa"},
        g.FinaliseReport(school="TH-BC", answers=[g.AnsweredPoint(point=1, answer=PointAnswer.TAKEN_IN, note="Đã sửa")]),
    ),
]


@pytest.mark.parametrize(("role", "state", "fields", "command"), ASKED)
def test_what_cannot_be_undone_asks_first_and_then_sends_exactly_what_was_typed(role, state, fields, command, enter, house):
    way(state)
    client = enter(role)
    asking = send(client, PAGE, **fields)
    assert asking.status_code == 200
    assert "Không" in words_of(main_of(asking.text))
    assert 'name="chac" value="co"' in asking.text
    assert not [name for name, _ in house.rpc_client.commands if name.startswith("inspection.")]
    assert send(client, PAGE, **fields, chac="co").status_code == 303
    (sent,) = [one for name, one in house.rpc_client.commands if name.startswith("inspection.")]
    assert sent == command


def test_a_check_is_recorded_at_once_for_it_may_be_made_again(enter, house):
    way(S.REGISTERED)
    client = enter(Role.COMMUNE_OFFICER)
    assert send(client, PAGE, viec="kiem-tra", ket_qua="thieu", thieu="Danh mục\nBảng kiểm").status_code == 303
    (sent,) = [one for name, one in house.rpc_client.commands if name.startswith("inspection.")]
    assert sent.missing == ["Danh mục", "Bảng kiểm"]


@pytest.mark.parametrize(
    ("role", "state", "fields", "said"),
    [
        (Role.COMMUNE_OFFICER, S.REGISTERED, {"viec": "kiem-tra"}, "Thiếu kết quả kiểm tra hồ sơ."),
        (
            Role.COMMUNE_OFFICER,
            S.REGISTERED,
            {"viec": "kiem-tra", "ket_qua": "thieu"},
            "Thiếu gì thì ghi mỗi dòng một giấy.",
        ),
        (Role.COMMUNE_OFFICER, S.REGISTERED, {"viec": "kiem-tra", "ket_qua": "du", "thieu": "x"}, "Hồ sơ đủ thì không ghi"),
        (Role.HEAD, S.NONE, {"viec": "dang-ky", "muc_dich": "khac"}, "Chọn mục đích đăng ký trong danh sách."),
        (Role.HEAD, S.NONE, {"viec": "dang-ky", "muc_dich": "cqg", "so_bo": "99"}, "Số bộ báo cáo từ 1 đến 20."),
        (Role.HEAD, S.DRAFT_SENT, {"viec": "phan-hoi", "tra_loi": "co-diem"}, "Ghi mỗi dòng một điểm"),
        (Role.HEAD, S.DRAFT_SENT, {"viec": "phan-hoi", "tra_loi": "dong-y", "diem": "x"}, "Đồng ý thì không ghi điểm nào."),
        (Role.HEAD, S.NONE, {"viec": "la"}, "Việc này không có trên trang."),
        (Role.DEPARTMENT_OFFICER, S.FORWARDED, {"viec": "tra"}, "Thiếu lý do trả hồ sơ."),
    ],
)
def test_what_a_form_lacks_is_said_and_nothing_is_recorded(role, state, fields, said, enter, house):
    way(state)
    page = send(enter(role), PAGE, **fields).text
    assert said in page
    assert "Chưa ghi gì." in page
    assert not [name for name, _ in house.rpc_client.commands if name.startswith("inspection.")]


def test_what_lacks_is_listed_and_points_stand_beside_what_the_team_made_of_them(enter):
    way(S.INCOMPLETE)
    assert "Hồ sơ còn thiếu 1 giấy" in enter(Role.HEAD).get(PAGE).text
    way(S.FINAL)
    assert "Tiếp thu" in words_of(main_of(enter(Role.HEAD).get(PAGE).text))


# --- the queue


def test_the_queue_says_step_day_with_its_source_who_evaluates_and_one_next_act(enter):
    page = enter(Role.DEPARTMENT_OFFICER).get(QUEUE).text
    queue = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = [words_of(row) for row in re.findall(r"<tr>.*?</tr>", queue, re.S)]
    assert len(rows) == 4
    assert "chờ quyết định" in rows[0]
    assert "20/11/2026" in rows[0]
    assert "Soạn quyết định" in rows[0]
    assert "10 ngày làm việc, chưa đối chiếu" in rows[1]
    assert "7 người" in rows[1]
    assert "chưa phân công" in rows[2]
    assert "Phân công đoàn" in rows[2]
    assert "chưa rõ hạn" in rows[3]
    assert "Tiếp nhận hoặc trả" in rows[3]


def test_the_chosen_row_shows_its_strip_what_silence_means_and_why_later_steps_wait(enter):
    said = words_of(main_of(enter(Role.DEPARTMENT_OFFICER).get(f"{QUEUE}?chon=TH-BC").text))
    assert "Trường im lặng đến hết 30/12/2026" in said
    assert "Vì sao chưa làm được bước sau?" in said
    assert "Chưa đến: còn thiếu" in said


def test_the_queue_is_narrowed_by_step_and_by_who_evaluates(enter):
    client = enter(Role.DEPARTMENT_OFFICER)
    assert client.get(f"{QUEUE}?buoc=du_thao").text.count('<th scope="row">') == 1
    assert client.get(f"{QUEUE}?giao=toi").text.count('<th scope="row">') == 1
    assert "Bỏ lọc" in client.get(f"{QUEUE}?buoc=cong_nhan").text
    assert client.get(f"{QUEUE}?buoc=khac").status_code == 400


def test_where_dossiers_go_straight_to_the_department_what_is_registered_waits_for_it(enter, house, monkeypatch):
    direct = g.RegistrationsAnswer(registrations=[canned.line(S.REGISTERED)], total=1, counts={}, coming=0)
    monkeypatch.setitem(house.canned.CANNED, "inspection.registrations", lambda _: direct)
    said = words_of(main_of(enter(Role.DEPARTMENT_OFFICER).get(QUEUE).text))
    assert "chờ Sở tiếp nhận" in said
    assert "Tiếp nhận hoặc trả" in said


def test_an_empty_queue_says_what_is_on_its_way(enter, monkeypatch):
    monkeypatch.setattr(canned, "QUEUE", [])
    assert "2 hồ sơ sắp tới Sở." in words_of(main_of(enter(Role.DEPARTMENT_OFFICER).get(QUEUE).text))


def test_an_evaluator_sees_the_queue_without_deciding(enter):
    page = enter(Role.EXTERNAL_EVALUATOR).get(QUEUE).text
    assert "Soạn quyết định" not in page
    assert "Báo cáo và lịch đánh giá" in page


def test_the_commune_has_its_own_queue_with_its_own_acts(enter, monkeypatch):
    at_commune = [canned.line(S.REGISTERED), canned.line(S.CHECKED, "MN-HB"), canned.line(S.FORWARDED, "THCS-NL")]
    monkeypatch.setattr(canned, "QUEUE", at_commune)
    page = enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/ho-so").text
    rows = [words_of(row) for row in re.findall(r"<tr>.*?</tr>", page[page.index("<tbody>") :], re.S)]
    assert ["Kiểm tra hồ sơ" in rows[0], "Chuyển hồ sơ" in rows[1], "Xem hồ sơ" in rows[2]] == [True] * 3
    assert "Giao cho" not in page
    assert 'href="/xa/NAM-LAM/ho-so"' in enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM").text
    assert "Xem hồ sơ" in words_of(enter(Role.INSPECTOR).get("/xa/NAM-LAM/ho-so").text)


def test_the_home_page_shows_the_way_and_its_next_day(enter):
    page = main_of(enter(Role.HEAD).get("/truong/TH-BC").text)
    assert f'href="{PAGE}">Mở hồ sơ, làm tiếp' in page
    assert "Trường phản hồi dự thảo" in words_of(page)
    assert page.count('aria-current="step"') == 1


def test_a_school_far_from_any_day_of_registering_has_no_strip(enter):
    far = g.RegistrationDeadline(what="Đăng ký lại", due=dt.date(2030, 1, 30), source="", confidence="high")
    way(S.NONE, deadlines=[far])
    assert "Mở hồ sơ, làm tiếp" not in enter(Role.HEAD).get("/truong/TH-BC").text
    assert "30/01/2030" in enter(Role.HEAD).get(PAGE).text


# --- who is to register again


def test_an_office_sees_which_schools_are_to_register_again_and_have_not_yet(house):
    page = house.enter(Role.DEPARTMENT_OFFICER).get(QUEUE).text
    part = page[page.index('id="dang-ky-lai"') :]
    assert "2 trường" in part
    assert part.index("/truong/TH-BC/dang-ky") < part.index("/truong/THCS-NL/dang-ky")
    assert "/truong/MN-HB/dang-ky" not in part, "it has registered since"
    assert "quá 24 ngày" in part or "quá hạn 24 ngày" in part
    assert "chưa rõ" in part
    assert 'id="dang-ky-lai"' not in house.enter(Role.DEPARTMENT_OFFICER).get(f"{QUEUE}?giao=toi").text


def test_an_evaluator_is_not_told_which_schools_are_to_register_again(house):
    assert 'id="dang-ky-lai"' not in house.enter(Role.EXTERNAL_EVALUATOR).get(QUEUE).text
