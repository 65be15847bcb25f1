"""The council's meetings: one list, votes typed into it that add up, who was there, the chair's approval of what is read."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from shared.contracts.calls.assessment import CyclesAnswer
from shared.contracts.calls.deciding import ApprovalView
from shared.problems import Conflict
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep
from tests.unit.pages import canned_deciding as canned
from tests.unit.pages.test_writing_pages import send

PAGE = "/truong/TH-BC/hop"
SECRETARY, CHAIR = Role.COUNCIL_MEMBER, Role.HEAD


@pytest.fixture(autouse=True)
def _secretary(house, monkeypatch):
    """Let the member of the council who reads be its secretary, and the last member's name be erased."""
    told = house.canned.CANNED["assessment.council"]
    roles = {canned.people()[2]: CouncilRole.MEMBER, canned.people()[3]: CouncilRole.SECRETARY}

    def council(asked):
        view = told(asked)
        members = [msgspec.structs.replace(one, role=roles.get(one.person, one.role)) for one in view.members]
        members[-1] = msgspec.structs.replace(members[-1], person="0b7f7f43-0b5e-4c58-9a50-6a6a7d3f0999")
        return msgspec.structs.replace(view, members=members)

    monkeypatch.setitem(house.canned.CANNED, "assessment.council", council)


def sent(house, name):
    return [request for called, request in house.rpc_client.commands if called == f"assessment.{name}"]


def row(text, criterion):
    return text.partition(f'id="tc-{criterion}"')[2].partition("</tr>")[0]


def test_the_newest_meeting_has_one_list_of_what_is_voted_on_and_what_was(enter):
    text = enter(SECRETARY).get(PAGE).text
    assert "Họp Hội đồng lần 2" in text
    assert re.findall(r'<tr id="tc-([\d-]+)"', text) == ["2-3", "3-2", "3-3", "3-5"]
    assert "<b>7</b> tán thành · <b>0</b> không · <b>1</b> ý kiến khác" in row(text, "2-3")
    assert "Thông qua" in row(text, "2-3")
    assert "<form" not in row(text, "2-3"), "what was passed is not voted on twice"
    assert 'data-co-mat="8"' in row(text, "3-2")
    assert "phải biểu quyết lại" in row(text, "3-3")
    assert "Không thông qua" in row(text, "3-5")
    assert "<form" in row(text, "3-5"), "what was not passed may be voted on again"


def test_what_is_not_put_stands_below_with_its_step(enter):
    below = enter(SECRETARY).get(PAGE).text.partition("Chưa đưa ra họp")[2].partition("</section>")[0]
    assert "6 tiêu chí chưa soát xong" in below
    assert re.findall(r'danh-gia/2026-2027/([\d.]+)"', below) == ["1.4", "2.2", "3.4", "4.1", "4.2", "4.3"]
    assert "yêu cầu sửa" in below
    assert "đã thông qua, rồi sửa" in below


def test_people_stand_by_name_and_the_convention_is_called_one(enter):
    text = enter(SECRETARY).get(PAGE).text
    there = text.partition('id="co"')[2].partition("</section>")[0]
    assert "8 / 9" in there
    assert "Lường Thị Minh Tâm" in there
    assert "Vắng: người không còn tên trong hệ thống" in there
    assert "Quy ước: quá nửa" in there


def test_an_earlier_meeting_is_read_only_and_shows_its_own_votes(enter):
    text = enter(SECRETARY).get(f"{PAGE}?lan=1").text
    assert "Họp Hội đồng lần 1" in text
    assert re.findall(r'<tr id="tc-([\d-]+)"', text) == ["1-1", "1-2", "1-3", "2-1", "3-1", "3-3"]
    assert 'class="vote"' not in text
    assert "Mở biên bản đã ký" in text


def test_the_secretary_writes_down_a_vote(enter, house):
    fields = {"viec": "phieu", "dot": "2026-2027", "cuoc_hop": canned.SECOND, "tieu_chi": "3.2"}
    answer = send(enter(SECRETARY), PAGE, **fields, thuan="6", khong="1", khac="1", y_kien="Thêm số liệu\n\nNêu nguồn")
    assert answer.location == f"{PAGE}?vua=3.2&xong=17900"
    (request,) = sent(house, "vote")
    assert (request.criterion, request.meeting) == ("3.2", canned.SECOND)
    assert (request.votes_for, request.votes_against, request.abstain) == (6, 1, 1)
    assert request.opinions == ["Thêm số liệu", "Nêu nguồn"]
    assert "Đã ghi, số 17.900 · tiêu chí 3.2" in enter(SECRETARY).get(answer.location).text


def test_votes_that_do_not_add_up_come_back_as_they_were_typed(enter, house):
    house.rpc_client.problems["assessment.vote"] = Conflict("Mới 7/8 phiếu: 7 phiếu mà 8 người có mặt. Chưa ghi gì.")
    fields = {"viec": "phieu", "dot": "2026-2027", "cuoc_hop": canned.SECOND, "tieu_chi": "3.2"}
    answer = send(enter(SECRETARY), PAGE, **fields, thuan="6", khong="1", khac="")
    assert answer.status_code == 409
    assert "Mới 7/8 phiếu" in row(answer.text, "3-2"), "the refusal stands in the row"
    assert re.search(r'id="thuan-3-2"[^>]* value="6"', answer.text)
    assert not re.search(r'id="thuan-3-3"[^>]* value="6"', answer.text)


def test_no_votes_at_all_are_not_sent(enter, house):
    fields = {"viec": "phieu", "dot": "2026-2027", "cuoc_hop": canned.SECOND, "tieu_chi": "3.2"}
    answer = send(enter(SECRETARY), PAGE, **fields, thuan="", khong="", khac="")
    assert answer.status_code == 400
    assert "Chưa nhập phiếu nào cho tiêu chí 3.2" in answer.text
    assert sent(house, "vote") == []


@pytest.mark.parametrize("role", [Role.CLERK, Role.COMMUNE_OFFICER, Role.AUDITOR])
def test_others_read_and_are_told_who_writes(enter, role):
    text = enter(role).get(PAGE).text
    assert 'class="vote"' not in text
    assert "Thư ký hoặc Chủ tịch Hội đồng ghi phiếu ở trang này." in text
    assert "Ghi cuộc họp" not in text


def test_a_meeting_is_written_down_with_everybody_ticked_but_who_is_away(enter, house):
    text = enter(CHAIR).get(f"{PAGE}?viec=ghi").text
    assert text.count('name="co-mat"') == text.count(" checked>") == 9
    assert "Ghi cuộc họp lần 3" in text
    head = enter(CHAIR)
    send(
        head, PAGE, viec="hop", dot="2026-2027", ngay="23/11/2026", co_mat=canned.people()[0], noi_dung="Thông qua tiêu chí"
    )
    (request,) = sent(house, "hold_meeting")
    assert request.present == canned.people()[:1]
    assert (request.on, request.agenda) == (dt.date(2026, 11, 23), "Thông qua tiêu chí")


def test_a_refused_meeting_comes_back_with_who_was_ticked(enter, house):
    house.rpc_client.problems["assessment.hold_meeting"] = Conflict("Ngày họp chưa đến. Chưa ghi gì.")
    first = canned.people()[0]
    answer = send(enter(CHAIR), PAGE, viec="hop", dot="2026-2027", ngay="30/12/2026", co_mat=first, noi_dung="Họp <b>")
    assert "Ngày họp chưa đến." in answer.text
    assert "Họp &lt;b&gt;</textarea>" in answer.text
    assert answer.text.partition('id="ghi"')[2].partition("</form>")[0].count(" checked") == 1


@pytest.fixture
def passed(house, monkeypatch):
    """Let every criterion be passed, and the approval be as said."""
    meetings = house.canned.CANNED["assessment.meetings"]

    def telling(approval):
        def all_passed(asked):
            answer = meetings(asked)
            lines = [
                msgspec.structs.replace(
                    line, step=CriterionStep.PASSED, put=False, again=False, vote=canned.vote(line.criterion, canned.FIRST)
                )
                for line in answer.criteria
            ]
            return msgspec.structs.replace(answer, criteria=lines, approval=approval)

        monkeypatch.setitem(house.canned.CANNED, "assessment.meetings", all_passed)

    return telling


def test_the_approval_is_shut_with_its_reason_while_a_criterion_is_not_passed(enter):
    text = enter(CHAIR).get(PAGE).text
    assert "Còn 9 tiêu chí Hội đồng chưa thông qua." in text
    assert '<button class="b p" disabled aria-describedby="vi-sao-khoa">' in text
    assert "Phải phê duyệt lại" in text


def test_the_chair_approves_after_one_question(enter, house, passed):
    passed(None)
    chair = enter(CHAIR)
    assert "Hội đồng đã thông qua mọi tiêu chí" in chair.get(PAGE).text
    asked = send(chair, PAGE, viec="phe-duyet", dot="2026-2027")
    assert "Phê duyệt báo cáo tự đánh giá?" in asked.text
    assert sent(house, "approve_report") == []
    send(chair, PAGE, viec="phe-duyet", dot="2026-2027", chac="co")
    assert len(sent(house, "approve_report")) == 1
    assert "Chủ tịch Hội đồng phê duyệt ở trang này." in enter(SECRETARY).get(PAGE).text


def test_an_approval_names_the_position_it_covers_and_prints_what_was_approved(enter, passed):
    passed(ApprovalView(of=18290, approved_on=dt.date(2026, 11, 24), position=18291, stands=True))
    text = enter(CHAIR).get(PAGE).text
    assert "Phê duyệt báo cáo như nhật ký ghi đến số <b>18.290</b>" in text
    assert "loai=bao_cao_tdg&amp;dot=2026-2027&amp;dang=docx&amp;hieu-luc=2026-11-24&amp;biet-den=18290" in text


def test_without_a_council_or_a_cycle_the_page_leads_to_what_comes_first(enter, house, monkeypatch):
    council = house.canned.CANNED["assessment.council"]
    none = lambda asked: msgspec.structs.replace(council(asked), position=0, members=[])  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "assessment.council", none)
    text = enter(CHAIR).get(PAGE).text
    assert "Chưa có Hội đồng của đợt này" in text
    assert 'href="/truong/TH-BC/hoi-dong"' in text
    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", lambda _: CyclesAnswer(cycles=[]))
    assert "Chưa mở đợt tự đánh giá nào" in enter(CHAIR).get(PAGE).text


def test_before_the_first_meeting_the_form_is_there_for_who_may(enter, house, monkeypatch):
    meetings = house.canned.CANNED["assessment.meetings"]
    none = lambda asked: msgspec.structs.replace(meetings(asked), meetings=[])  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "assessment.meetings", none)
    assert "Ghi cuộc họp lần 1" in enter(CHAIR).get(PAGE).text
    text = enter(Role.CLERK).get(PAGE).text
    assert "Chưa có cuộc họp nào" in text
    assert 'name="noi-dung"' not in text


def test_a_submitted_cycle_is_read_only(enter, house, monkeypatch):
    cycles = house.canned.CANNED["assessment.cycles"]
    closed = lambda asked: CyclesAnswer(  # noqa: E731
        cycles=[msgspec.structs.replace(one, submitted_on=dt.date(2026, 11, 25)) for one in cycles(asked).cycles]
    )
    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", closed)
    text = enter(CHAIR).get(PAGE).text
    assert 'name="viec"' not in text.partition("<main")[2]
    assert "Đợt này đã khóa, không phê duyệt được nữa." in text
