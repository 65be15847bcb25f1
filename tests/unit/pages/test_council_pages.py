"""The council of a cycle: empty, set up by a form, divided into groups, given its criteria; refusals keep what was typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.portal.pages import council_matrix as matrix
from shared.clock import SystemClock, today
from shared.contracts.calls import council as c
from shared.contracts.calls import writing as w
from shared.text import format_date
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import CriterionStep
from tests.opened import scope
from tests.unit.pages import canned_work
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.village import SCHOOL, Village

PAGE = f"/truong/{SCHOOL}/hoi-dong"
DUE = format_date(today(SystemClock()) + dt.timedelta(days=10))
ROLES = ["chu_tich", "pho", "thu_ky", *["uy_vien"] * 6]


def csrf_of(browser: Any, path: str) -> str:
    return re.search(r'name="csrf" content="([^"]+)"', browser.get(path).text)[1]  # type: ignore[index]


def post(browser: Any, path: str, **fields: str) -> Any:
    sent = {name.replace("__", "."): value for name, value in fields.items()}
    return browser.post(path, data=sent | {"csrf": csrf_of(browser, path)}, headers={"Accept": "text/html"})


def decision(cycle: str, *, people: int = 7, version: int = 0, **more: str) -> dict[str, str]:
    """The form of a decision: the head is the chair, the member with a login the secretary, the others have none."""
    fields = {"dot-nao": cycle, "ban": str(version), "so-hang": "9", "so": "31/QĐ-THBC", "ngay": "12/9/2026", "viec": "lap"}
    for n in range(1, people + 1):
        login = {1: Role.HEAD, 3: Role.COUNCIL_MEMBER}.get(n)
        fields |= {
            f"ten-{n}": f"Nguyễn Văn {'ABCDEFGHI'[n - 1]}",
            f"chuc-vu-{n}": "Hiệu trưởng" if n == 1 else "Giáo viên",
            f"vai-{n}": ROLES[n - 1],
            f"nhiem-vu-{n}": f"Việc {n}",
            f"tap-huan-{n}": "co" if n > 1 else "chua",
            f"tai-khoan-{n}": login.value.replace("_", ".") if login else "",
        }
    return fields | more


@pytest.fixture
def village() -> Iterator[tuple[Village, str]]:
    with scope():
        built = Village()
        yield built, built.open_cycle()


def set_up(village: Village, cycle: str) -> c.CouncilView:
    """Set the council up by the form, form a group and give it 1.1, 1.2; return the council."""
    head = village.enter(Role.HEAD)
    assert post(head, f"{PAGE}/quyet-dinh", **decision(cycle)).status_code == 303
    view = council(village, cycle)
    chair, secretary, third = (view.members[n].person for n in (0, 2, 3))
    formed = {"dot-nao": cycle, "nhom": "nhom-1", "ten": "Nhóm 1", "loai": "cong_tac", "truong-nhom": chair, "viec": "lap"}
    assert post(head, f"{PAGE}/nhom", **formed, **{"thanh-vien": secretary}).status_code == 303
    given = {f"{name}-{code}": value for code in ("1.1", "1.2") for name, value in (
        ("nhom", "nhom-1"), ("viet", secretary), ("soat", chair), ("han", DUE), ("cu", "|||"),
    )}  # fmt: skip
    given["soat-1.2"] = third
    answer = post(head, f"{PAGE}/phan-cong", **{"dot-nao": cycle}, **rest_of(view, "1.1", "1.2"), **given)
    assert answer.status_code == 303, words_of(main_of(answer.text))[:600]
    return council(village, cycle)


def rest_of(view: c.CouncilView, *but: str) -> dict[str, str]:
    """What the form sends of criteria that were not touched."""
    return {f"cu-{a.criterion}": "|||" for a in view.assignments if a.criterion not in but}


def council(village: Village, cycle: str) -> c.CouncilView:
    view: c.CouncilView = village.do(Role.HEAD, "council", c.CouncilRequest(school=SCHOOL, cycle=cycle), c.CouncilView)
    return view


def test_a_school_without_a_cycle_is_shown_where_one_is_opened() -> None:
    with scope():
        text = main_of(Village().enter(Role.HEAD).get(PAGE).text)
    assert "Chưa mở đợt tự đánh giá nào" in text
    assert f'href="/truong/{SCHOOL}/danh-gia"' in text


def test_an_empty_council_has_its_sentence_its_act_and_what_it_must_have(village: Any) -> None:
    built, _ = village
    text = main_of(built.enter(Role.HEAD).get(PAGE).text)
    assert "Nhập quyết định, hoặc chép từ năm trước." in text
    assert f'href="{PAGE}/quyet-dinh">Nhập quyết định</a>' in text
    assert "Chép từ năm trước" not in text, "there is no former cycle"
    assert "Không đúng" not in text
    clerk = main_of(built.enter(Role.CLERK).get(PAGE).text)
    assert "<button" in clerk
    assert "Hiệu trưởng nhập quyết định." in clerk


def test_a_council_is_set_up_divided_and_given_its_criteria(village: Any) -> None:
    built, cycle = village
    view = set_up(built, cycle)
    assert [(m.role.value, m.trained) for m in view.members[:2]] == [("chu_tich", False), ("pho", True)]
    text = words_of(main_of(built.enter(Role.HEAD).get(PAGE).text))
    assert "Quyết định 31/QĐ-THBC ngày 12/9/2026" in text
    assert "Nhóm 1 1.1, 1.2 · viết xong 0/2 · đã soát 0/2 · thông qua 0/2" in text
    assert "1 người chưa tập huấn" in text
    assert "Nguyễn Văn C Giáo viên" in text
    assert f"viết 1.1 trước {DUE.rpartition('/')[0]}" in text


def test_a_council_that_breaks_rules_is_refused_with_each_and_keeps_the_words(village: Any) -> None:
    built, cycle = village
    answer = post(built.enter(Role.HEAD), f"{PAGE}/quyet-dinh", **decision(cycle, people=4))
    assert answer.status_code in {409, 422}
    assert 'value="Nguyễn Văn D"' in answer.text
    assert "có 4 thành viên" in answer.text
    assert council(built, cycle).position == 0


def test_more_rows_are_given_with_the_words_that_stand_there(village: Any) -> None:
    built, cycle = village
    answer = post(built.enter(Role.HEAD), f"{PAGE}/quyet-dinh", **decision(cycle) | {"viec": "them-hang"})
    assert answer.status_code == 200
    assert 'value="Nguyễn Văn G"' in answer.text
    assert 'name="ten-12"' in answer.text


def test_a_stale_decision_shows_the_one_that_stands(village: Any) -> None:
    built, cycle = village
    set_up(built, cycle)
    answer = post(built.enter(Role.HEAD), f"{PAGE}/quyet-dinh", **decision(cycle, version=0, so="99/QĐ"))
    assert answer.status_code == 409
    assert 'value="99/QĐ"' in answer.text
    assert '<h2 id="dc">Đang có</h2>' in answer.text


def test_nobody_reviews_what_he_writes_and_the_choice_stays(village: Any) -> None:
    built, cycle = village
    view = set_up(built, cycle)
    one = view.members[0].person
    wrong = {"nhom-1.3": "nhom-1", "viet-1.3": one, "soat-1.3": one, "cu-1.3": "|||"}
    answer = post(
        built.enter(Role.HEAD), f"{PAGE}/phan-cong", **{"dot-nao": cycle}, **rest_of(view, "1.1", "1.2", "1.3"),
        **standing(view, "1.1", "1.2"), **wrong,
    )  # fmt: skip
    assert answer.status_code in {409, 422}
    assert "không ai tự soát phần mình viết" in answer.text
    row = re.search(r'<tr id="tc-1.3".*?</tr>', answer.text, re.DOTALL)[0]  # type: ignore[index]
    assert row.count(f'value="{one}" selected') == 2
    assert not next(a for a in council(built, cycle).assignments if a.criterion == "1.3").writer.person


def standing(view: c.CouncilView, *codes: str) -> dict[str, str]:
    """What the form sends of criteria as they stand."""
    sent = {}
    for a in view.assignments:
        if a.criterion in codes:
            due = format_date(a.due) if a.due else ""
            seen = f"{a.group}|{a.writer.person}|{a.reviewer.person}|{due}"
            parts = dict(zip(("nhom", "viet", "soat", "han"), seen.split("|"), strict=True))
            sent |= {f"{name}-{a.criterion}": value for name, value in parts.items()} | {f"cu-{a.criterion}": seen}
    return sent


def test_what_somebody_assigned_meanwhile_stands_beside_what_was_chosen(village: Any) -> None:
    built, cycle = village
    view = set_up(built, cycle)
    other = view.members[4].person
    stale = {"nhom-1.1": "nhom-1", "viet-1.1": other, "soat-1.1": "", "han-1.1": "", "cu-1.1": "|||"}
    answer = post(
        built.enter(Role.HEAD), f"{PAGE}/phan-cong", **{"dot-nao": cycle}, **rest_of(view, "1.1", "1.2"),
        **standing(view, "1.2"), **stale,
    )  # fmt: skip
    assert answer.status_code == 409
    assert f"Đang có: Nhóm 1, Nguyễn Văn C viết, Nguyễn Văn A soát, hạn {DUE}" in words_of(answer.text)
    again = re.search(r'name="cu-1.1" value="([^"]*)"', answer.text)[1]  # type: ignore[index]
    sent = stale | {"cu-1.1": again}
    answer = post(
        built.enter(Role.HEAD), f"{PAGE}/phan-cong", **{"dot-nao": cycle}, **rest_of(view, "1.1", "1.2"),
        **standing(view, "1.2"), **sent,
    )  # fmt: skip
    assert answer.status_code == 303
    assert next(a for a in council(built, cycle).assignments if a.criterion == "1.1").writer.person == other


def test_who_may_not_lead_sees_grey_buttons_with_the_reason(enter: Any) -> None:
    text = main_of(enter(Role.CLERK).get("/truong/TH-BC/hoi-dong").text)
    assert re.search(r'<button class="b s" disabled aria-describedby="vi-sao-dong">', text)
    assert "Hiệu trưởng, Chủ tịch và Thư ký Hội đồng chia nhóm và phân công." in text


def test_a_former_cycle_is_read_only(enter: Any, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known = house.canned.cycles(None)
    former = msgspec.structs.replace(known.cycles[0], cycle="2025-2026", year="2025-2026")
    monkeypatch.setitem(
        house.canned.CANNED, "assessment.cycles", lambda _: msgspec.structs.replace(known, cycles=[*known.cycles, former])
    )
    page = enter(Role.HEAD).get("/truong/TH-BC/hoi-dong?dot=2025-2026").text
    text = main_of(page)
    assert "chỉ để đọc" in text
    assert "/phan-cong" not in text
    assert "/hoi-dong/quyet-dinh" not in text
    assert '<a href="/truong/TH-BC/hop?dot=2025-2026">Họp' in page, "the tabs stay in the cycle"
    assert 'href="/truong/TH-BC/hoi-dong">2026–2027</a>' in page
    assert enter(Role.HEAD).get("/truong/TH-BC/hoi-dong?dot=1999-2000").status_code == 404


def test_who_has_not_started_stands_first_and_counts_lead_to_what_they_count(enter: Any) -> None:
    text = main_of(enter(Role.HEAD).get("/truong/TH-BC/hoi-dong?buoc=yeu_cau_sua").text)
    card = text[text.index('id="chua-bat-dau"') :]
    assert '<b class="r big">1</b>' in card
    assert 'href="/truong/TH-BC/danh-gia/2026-2027/4.2">4.2 ' in card
    assert "Sùng Thị Mai · hạn viết 20/11/2026, quá" in words_of(card)
    listed = re.search(r'<li class="of">(.*?)</li>', text, re.DOTALL)[1]  # type: ignore[index]
    assert re.findall(r">([\d.]+)</a>", listed) == ["1.4", "4.1"]


def test_each_member_has_one_next_act_and_nobody_is_lost() -> None:
    view = canned_work.council(c.CouncilRequest(school=SCHOOL))
    board = canned_work.work_board(w.WorkBoardRequest(school=SCHOOL, cycle="2026-2027"))
    groups = matrix.group_lines(view, board)
    lines = {line.person: line for group in groups for line in group.lines}
    assert set(lines) == set(canned_work.PEOPLE)
    acts = {canned_work.PEOPLE.index(person): line.next.text for person, line in lines.items()}
    assert acts[1] == "sửa 1.4 trước 13/11"
    assert acts[3] == "viết 2.2 trước 27/11"
    assert acts[9] == "4.2 chưa bắt đầu"
    assert acts[4] == "xong phần viết"
    assert acts[0] == "chưa được giao viết"
    assert lines[canned_work.PEOPLE[9]].waits
    counts = matrix.step_counts(matrix.columns(view, board))
    assert sum(counts.values()) == 15
    assert counts[CriterionStep.PASSED] == 5


def test_the_plan_is_written_and_approved_by_the_chair(village: Any) -> None:
    built, cycle = village
    set_up(built, cycle)
    page = f"{PAGE}/ke-hoach"
    head = built.enter(Role.HEAD)
    fields = {"dot-nao": cycle, "ban": "0", "so-lich": "2", "so-nguon": "1", "viec": "ghi", "muc-1": "Xác định mức"}
    fields |= {"tu-1": "14/9/2026", "den-1": "19/9/2026", "cong-viec-1": "Họp Hội đồng", "ai-1": "Hội đồng"}
    written = fields | {"muc-moi": "Mục đích", "muc-moi-loi": "Xác định mức"}
    wrong = post(head, page, **written | {"tu-2": "31/02/2026", "cong-viec-2": "Việc"})
    assert wrong.status_code == 422
    assert 'value="31/02/2026"' in wrong.text
    answer = post(head, page, **written)
    assert answer.status_code == 303, words_of(main_of(answer.text))[:600]
    stale = post(head, page, **fields | {"muc-1": "Lời khác"})
    assert stale.status_code == 409
    assert "Lời khác" in stale.text
    plan = built.do(Role.HEAD, "plan", c.PlanRequest(school=SCHOOL, cycle=cycle), c.PlanView)
    assert plan.timetable[0].activity == "Họp Hội đồng"
    member = built.enter(Role.COUNCIL_MEMBER).get(page).text
    assert re.search(r"disabled[^>]*>Duyệt kế hoạch", member)
    assert post(head, page, **{"dot-nao": cycle, "viec": "duyet", "ban": str(plan.position)}).status_code == 303
    assert "Chủ tịch duyệt ngày" in head.get(page).text
