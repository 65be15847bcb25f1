"""Administration that cannot be lost by a click: risky clicks ask, what is taken is given back, renaming is meant."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls.identity import GrantRequest, Invite
from shared.identity.call_context import system
from shared.text import format_date
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.signing import SigningAs
from tests.unit.identity.as_gateway import AsGateway
from tests.unit.pages.test_writing_pages import form_of, send

PEOPLE = "/quan-tri/nguoi-dung"
PASSWORD = "nui cao song dai 2026"


def account_of(house: Any, login: str) -> str:
    return str(AsGateway(house.identity).sign_in(login, PASSWORD)[0].account)


def guest(house: Any, login: str, role: Role = Role.CLERK, kind: ScopeKind = ScopeKind.SCHOOL, scope: str = "TH-BC") -> str:
    grants = [GrantRequest(role=role, scope_kind=kind, scope=scope)]
    return str(house.identity.invite(system("thu"), Invite(login=login, display_name="Lê Thị Bình", grants=grants)).account)


def unspaced(html: str) -> str:
    return html.replace("\u00a0", " ")


def held(house: Any, account: str) -> list[Role]:
    return [grant.role for grant in house.identity.account(account).grants]


def test_a_role_is_taken_after_a_question_and_given_back_with_one_click(enter, house):
    account, admin = guest(house, "binh.1"), enter(Role.ADMINISTRATOR)

    asked = send(admin, PEOPLE, viec="thoi", tai_khoan=account, vai_tro="van_thu", pham_vi="truong:TH-BC").text

    assert "Thu vai trò Văn thư của Lê Thị Bình?" in asked
    assert "giao lại được bằng một lần bấm" in asked
    assert held(house, account) == [Role.CLERK]
    taken = admin.post(PEOPLE, data=form_of(asked, 'class="acts"'), follow_redirects=True).text
    assert held(house, account) == []
    back = taken[taken.index("Đã thu vai trò") :]
    fields = form_of(back, "<form") | {"viec": "giao"}
    admin.post(PEOPLE, data=fields)
    assert held(house, account) == [Role.CLERK]


def test_a_role_with_a_last_day_is_shown_with_it_and_given_back_with_it(enter, house):
    admin, until = enter(Role.ADMINISTRATOR), today(SystemClock()) + dt.timedelta(days=90)
    asked = {"pham_vi": "xa:NAM-LAM", "vai_tro": "lanh_dao_xa", "den_ngay": until.isoformat(), "ky": "ky_thay"}
    invited = send(admin, PEOPLE, viec="moi", ho_ten="Đèo Thị Hoa", ten_dang_nhap="hoa.1", **asked).text
    assert f"đến {format_date(until)}" in unspaced(invited)
    assert "Ký thay người đứng đầu (KT.)" in invited
    (account,) = [one.account for one in house.identity.accounts(system("thu")).accounts if one.login == "hoa.1"]
    terms = [(g.role, g.until, g.signs) for g in house.identity.account(account).grants]
    assert terms == [(Role.COMMUNE_LEADER, until, SigningAs.FOR_THE_HEAD)]

    question = send(admin, PEOPLE, viec="thoi", tai_khoan=account, **asked).text
    taken = admin.post(PEOPLE, data=form_of(question, 'class="acts"'), follow_redirects=True).text
    assert held(house, account) == []
    admin.post(PEOPLE, data=form_of(taken[taken.index("Đã thu vai trò") :], "<form") | {"viec": "giao"})

    assert [(g.role, g.until, g.signs) for g in house.identity.account(account).grants] == terms


def test_a_last_day_that_has_passed_is_refused_and_what_was_typed_comes_back(enter, house):
    admin = enter(Role.ADMINISTRATOR)
    typed = {"pham_vi": "xa:NAM-LAM", "vai_tro": "phong_kinh_te", "den_ngay": "2020-01-01"}

    refused = send(admin, PEOPLE, viec="moi", ho_ten="Đèo Thị Hoa", ten_dang_nhap="hoa.2", **typed).text

    assert "đã qua" in refused
    assert 'value="hoa.2"' in refused
    assert 'value="2020-01-01"' in refused
    assert not [one for one in house.identity.accounts(system("thu")).accounts if one.login == "hoa.2"]


def test_an_account_is_closed_after_a_question_that_says_what_cannot_be_undone(enter, house):
    account, admin = guest(house, "binh.2"), enter(Role.ADMINISTRATOR)

    asked = send(admin, PEOPLE, viec="dong", tai_khoan=account).text

    assert "Không mở lại được" in asked
    assert held(house, account) == [Role.CLERK]
    assert admin.post(PEOPLE, data=form_of(asked, 'class="acts"')).status_code == 303
    assert held(house, account) == []


@pytest.mark.parametrize("work", ["thoi", "dong"])
def test_the_only_administrator_is_not_lost_by_two_clicks(enter, house, work):
    admin = enter(Role.ADMINISTRATOR)
    account = account_of(house, "quan.tri")

    asked = send(admin, PEOPLE, viec=work, tai_khoan=account, vai_tro="quan_tri", pham_vi="tat_ca:").text
    refused = admin.post(PEOPLE, data=form_of(asked, 'class="acts"')).text

    assert "không còn ai đăng nhập và quản trị được" in refused
    assert "Giao vai trò Quản trị cho một người nữa" in refused
    assert held(house, account) == [Role.ADMINISTRATOR]


def test_the_invitation_form_begins_with_a_pair_that_fits(enter):
    page = enter(Role.ADMINISTRATOR).get(PEOPLE).text
    form = page[page.index('id="ho-ten"') :]

    roles = re.findall(r'<option value="([a-z_]+)" data-o="([a-z_ ]+)"', form)
    places = re.findall(r'<option value="([a-z_]+):', form)
    assert roles[0][0] == "van_thu"
    assert places[0] in roles[0][1].split()


def test_a_pair_that_does_not_fit_is_refused_in_words_and_nothing_typed_is_lost(enter):
    admin = enter(Role.ADMINISTRATOR)
    page = send(
        admin, PEOPLE, viec="moi", ho_ten="Lê Thị Bình", ten_dang_nhap="binh.3", vai_tro="van_thu", pham_vi="tat_ca:"
    ).text

    assert "Vai trò Văn thư chỉ giao ở một trường, không ở toàn hệ thống." in page
    assert 'name="ho-ten" required value="Lê Thị Bình"' in page
    assert '<option value="tat_ca:" selected>' in page


def test_an_invitation_is_a_slip_to_copy_or_print_with_its_end(enter):
    admin = enter(Role.ADMINISTRATOR)
    page = send(
        admin, PEOPLE, viec="moi", ho_ten="Lê Thị Bình", ten_dang_nhap="binh.4", vai_tro="van_thu", pham_vi="truong:TH-BC"
    ).text
    slip = page[page.index('id="phieu-moi"') : page.index("</section>", page.index('id="phieu-moi"'))]

    assert 'data-chep="duong-dan"' in slip
    assert "binh.4" in slip
    assert "dùng một lần" in slip
    again = send(admin, PEOPLE, viec="moi-lai", tai_khoan=account_named(page, "binh.4")).text
    assert "Phiếu đặt lại mật khẩu" in again


def account_named(page: str, login: str) -> str:
    row = page[page.index(f"<code>{login}</code></td>") :]
    found = re.search(r'name="tai-khoan" value="([^"]+)"', row)
    assert found
    return found[1]


def test_people_are_found_by_name_role_and_place(enter, house):
    guest(house, "binh.5")
    page = enter(Role.ADMINISTRATOR).get(f"{PEOPLE}?tim=le thi binh").text

    assert "binh.5" in page
    assert "hieu.truong" not in page


def test_a_person_changes_the_own_password_and_other_sign_ins_end(enter, house):
    guest_account = guest(house, "binh.6")
    link = house.identity.renew_invitation(system("thu"), _request(guest_account)).invitation_url.rpartition("/")[2]
    _, secret = AsGateway(house.identity).accept_invitation(link, PASSWORD)
    _, elsewhere = AsGateway(house.identity).sign_in("binh.6", PASSWORD)
    browser = enter(None)
    browser.set_cookie("kd_phien", secret)
    assert "Văn thư · " in browser.get("/tai-khoan").text
    new = "bốn mùa hoa nở rộ"

    wrong = send(browser, "/tai-khoan", old="sai", password=new, again=new).text
    different = send(browser, "/tai-khoan", old=PASSWORD, password=new, again="khac").text
    weak = send(browser, "/tai-khoan", old=PASSWORD, password="ngan", again="ngan").text
    done = send(browser, "/tai-khoan", old=PASSWORD, password=new, again=new)

    assert "Mật khẩu đang dùng chưa đúng" in wrong
    assert "chưa giống nhau" in different
    assert 'data-loai="mat-khau-yeu"' in weak
    for page in (wrong, different, weak):
        assert new not in page
        assert PASSWORD not in page
    assert done.status_code == 303
    assert "Đã đổi mật khẩu" in browser.get(done.location).text
    assert AsGateway(house.identity).acting_of_session(elsewhere) is None
    assert AsGateway(house.identity).sign_in("binh.6", new)


def _request(account: str) -> Any:
    from shared.contracts.calls.identity import AccountRequest

    return AccountRequest(account=account)


def test_the_owner_sets_a_first_password_without_an_old_one(enter, house):
    link = house.identity.one_time_link().rpartition("/")[2]
    _, secret = AsGateway(house.identity).sign_in_once(link)
    browser = enter(None)
    browser.set_cookie("kd_phien", secret)
    assert 'name="old"' not in browser.get("/tai-khoan").text

    assert send(browser, "/tai-khoan", password=PASSWORD, again=PASSWORD).status_code == 303
    assert AsGateway(house.identity).sign_in("quan-tri", PASSWORD)
    assert 'name="old"' in browser.get("/tai-khoan").text


def test_renaming_shows_the_old_name_and_is_its_own_command(enter, house):
    admin = enter(Role.ADMINISTRATOR)
    page = admin.get("/quan-tri").text
    assert "Đang là: <b>Mầm non Hoa Ban</b>" in page

    for fields, command in (
        ({"viec": "doi-ten-truong", "ma": "MN-HB", "ten": "Mầm non Hoa Ban Trắng"}, "assessment.rename_school"),
        ({"viec": "doi-ten-xa", "ma": "NAM-LAM", "ten": "Xã Nậm Lam Mới"}, "assessment.rename_commune"),
    ):
        house.rpc_client.commands.clear()
        done = send(admin, "/quan-tri", **fields)
        assert [name for name, _ in house.rpc_client.commands] == [command]
        assert "Đã đổi tên thành" in admin.get(done.location).text


def test_after_setting_up_the_page_says_so_and_what_comes_next(enter):
    admin = enter(Role.ADMINISTRATOR)
    done = send(admin, "/quan-tri", viec="truong", xa="NAM-LAM", ma="TH-X", ten="Trường X", loai="tieu_hoc")
    page = admin.get(done.location).text

    assert "Đã lập Trường X" in page
    assert "mời Hiệu trưởng" in page
    following = re.search(r'href="(/quan-tri/nguoi-dung[^"]*hieu_truong[^"]*)"', page)
    assert following
    assert '<option value="truong:TH-X" selected>' in admin.get(following[1].replace("&amp;", "&")).text


def test_a_school_of_several_levels_without_levels_says_what_to_tick(enter):
    page = send(enter(Role.ADMINISTRATOR), "/quan-tri", viec="truong", xa="NAM-LAM", ma="NC", ten="N", loai="nhieu_cap").text

    assert "Trường nhiều cấp cần đánh dấu các cấp học." in page
    assert "không đúng dạng" not in page
