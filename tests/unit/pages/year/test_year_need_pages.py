"""Pages of needs: what has no source, the needs behind every number, acts that wait and say why."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from services.portal.pages.year.need_table import millions, need_table
from shared.clock import SystemClock, today
from shared.contracts.calls import recommendations as r
from shared.contracts.calls.identity import GrantRequest, Invite
from shared.contracts.calls.year import need_views as views
from shared.contracts.calls.year import needs as calls
from shared.identity.call_context import CallContext, Grant, system
from shared.vocabulary.commune_year import Appraisal, FundingSource, NeedState
from shared.vocabulary.inspection import Responsible
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import received_file
from tests.unit.pages.village import COMMUNE, PASSWORD, SCHOOL, Village
from tests.unit.portal_api.world import accept, sign_in

MILLION = 1_000_000
BOARD, OWN = f"/xa/{COMMUNE}/nhu-cau", f"/truong/{SCHOOL}/nhu-cau"


def acting(role: Role, kind: ScopeKind, scope: str) -> CallContext:
    return CallContext(actor="thu", grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=(SCHOOL,)),))


HEAD = acting(Role.HEAD, ScopeKind.SCHOOL, SCHOOL)
ECONOMIC = acting(Role.ECONOMIC_OFFICE, ScopeKind.COMMUNE, COMMUNE)


class Money:
    """A village with an economic office, and what its people do with needs."""

    def __init__(self) -> None:
        self.village = Village()
        self.application = self.village.services["inspection"]
        grant = GrantRequest(role=Role.ECONOMIC_OFFICE, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE)
        invite = Invite(login="kinh.te", display_name="Đỗ Văn Khánh", grants=[grant])
        accept(self.village.identity, self.village.identity.invite(system("thu"), invite), PASSWORD)

    def browser(self, role: Role) -> Any:
        if role is not Role.ECONOMIC_OFFICE:
            return self.village.enter(role)
        client = self.village.app.test_client()
        client.set_cookie("kd_phien", sign_in(self.village.identity, "kinh.te", PASSWORD))
        return client

    def page(self, path: str, role: Role = Role.ECONOMIC_OFFICE) -> str:
        answer = self.browser(role).get(path)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def post(self, path: str, role: Role = Role.ECONOMIC_OFFICE, **fields: str) -> Any:
        client = self.browser(role)
        token = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
        assert token
        sent = {name.replace("_", "-"): value for name, value in fields.items()}
        return client.post(path, data={"csrf": token[1], **sent})

    def raised(self, item: str = "Bếp ăn một chiều", cost: int | None = 155 * MILLION) -> str:
        request = calls.RaiseNeed(school=SCHOOL, year=2026, item=item, quantity=1, unit="bếp", cost_vnd=cost)
        return str(self.application.raise_need(HEAD, request).id)

    def funded(self, amount: int = 120 * MILLION) -> str:
        need = self.raised()
        self.application.appraise_need(ECONOMIC, calls.AppraiseNeed(need=need, verdict=Appraisal.FOUNDED))
        source = FundingSource.COMMUNE_BUDGET
        fund = calls.FundNeed(need=need, source=source, money_year=2027, amount_vnd=amount, decision="45/QĐ-UBND")
        self.application.fund_need(ECONOMIC, fund)
        return need

    def one(self, need: str) -> views.NeedView:
        found: views.NeedView = self.application.need(ECONOMIC, calls.NeedRequest(need=need))
        return found


@pytest.fixture
def money() -> Money:
    return Money()


def hrefs(html: str) -> list[str]:
    return [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', html)]


# --- the table


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "–"), (1, "0,000001"), (500_000, "0,5"), (327_500_000, "327,5"), (1_946_000_000, "1.946"), (10**13, "10.000.000")],
)
def test_amounts_are_exact_million_dong_and_nothing_is_a_dash(amount, shown):
    assert millions(amount) == shown


def test_the_table_says_by_how_much_sums_differ_that_do_not_agree():
    cell = views.FundedMoney(school="TH-A", source=FundingSource.CONTRIBUTIONS, money_year=2026, amount_vnd=7)
    sums = {"by_school": [views.SchoolMoney(school="TH-A", amount=7)], "by_year": [views.YearMoney(year=2026, amount=7)]}
    right = views.SourceMoney(source=FundingSource.CONTRIBUTIONS, amount=7)
    wrong = views.SourceMoney(source=FundingSource.CONTRIBUTIONS, amount=5)
    tables = [
        need_table(views.NeedSumsAnswer(**sums, by_source=[source], cells=[cell], wanted=[]), {}, (2026,))
        for source in (right, wrong)
    ]
    assert [(table.agree, table.apart_vnd) for table in tables] == [(True, 0), (False, 2)]


def test_schools_stand_by_name_also_those_without_money():
    sums = views.NeedSumsAnswer(by_school=[], by_source=[], by_year=[], cells=[], wanted=[])
    table = need_table(sums, {"B": "Tiểu học Ẳng Nưa", "A": "Tiểu học Bản Chuông", "C": "Mầm non Ánh Sao"}, (2026, 2027))
    assert [line.name for line in table.lines] == ["Mầm non Ánh Sao", "Tiểu học Ẳng Nưa", "Tiểu học Bản Chuông"]
    assert table.years == [2026, 2027]


def test_an_empty_year_says_so_and_leads_on(money):
    html = money.page(f"{BOARD}?nam=2026")
    assert "Chưa trường nào nêu nhu cầu" in html
    assert f"{BOARD}?nam=2027" in hrefs(html)


def test_every_number_leads_to_the_needs_behind_it(money):
    need = money.funded()
    html = money.page(f"{BOARD}?nam=2026")
    assert "Cộng theo trường, theo nguồn và theo năm bằng nhau: 120" in html
    assert "chưa có nguồn 35" in html
    cell = f"{BOARD}?nam=2026&truong={SCHOOL}&nguon=ns_xa&nam-von=2027#ds"
    lacking = f"{BOARD}?nam=2026&thieu=1#ds"
    assert {cell, lacking} <= set(hrefs(html))
    for address in (cell, lacking):
        assert f"{BOARD}/{need}" in hrefs(money.page(address.partition("#")[0]))
    other = money.page(cell.replace("ns_xa", "xhh").partition("#")[0])
    assert "Không có nhu cầu nào như vậy" in other


def test_needs_that_wait_are_offered_to_the_economic_office_alone(money):
    need = money.raised()
    appraise = f"{BOARD}/{need}?ket-luan=co_so#tham-dinh"
    assert appraise in hrefs(money.page(f"{BOARD}?nam=2026"))
    officer = money.page(f"{BOARD}?nam=2026", Role.COMMUNE_OFFICER)
    assert appraise not in hrefs(officer)
    assert "chờ Phòng Kinh tế" in officer


def test_the_board_is_not_for_schools(money):
    assert money.browser(Role.HEAD).get(f"{BOARD}?nam=2026").status_code == 403


# --- one need


def test_a_need_is_appraised_funded_watched_and_handed_over_on_its_page(money):
    need = money.raised()
    page = f"{BOARD}/{need}"
    money.post(page, viec="tham-dinh", ket_luan="dieu_chinh", kinh_phi="150.000.000", ly_do="Theo đơn giá tỉnh")
    money.post(page, viec="bo-tri", nguon="xhh", nam_von="2026", so_tien="150.000.000", so_van_ban="45/QĐ-UBND")
    money.post(page, viec="kiem-tra", tien_do="60", chat_luong="Móng đạt", vuong_mac="Mưa, đường trơn")
    done = money.post(page, viec="ban-giao", con_lai="Sơn cửa")
    assert (done.status_code, money.one(need).state) == (303, NeedState.HANDED_OVER)
    html = money.page(page)
    for said in ("Theo đơn giá tỉnh", "theo 45/QĐ-UBND", "Mưa, đường trơn", "Bàn giao cho trường", "Sơn cửa", "đủ vốn"):
        assert said in html, said


def test_a_refused_form_keeps_what_was_typed_and_marks_the_field(money):
    need = money.funded()
    refused = money.post(f"{BOARD}/{need}", viec="bo-tri", nguon="ns_xa", nam_von="2027", so_tien="200.000.000", ban="3")
    assert "vượt kinh phí đã thẩm định" in refused.text
    assert "thay 120.000.000 đồng" in refused.text
    assert 'value="200.000.000"' in refused.text
    assert money.one(need).funded_vnd == 120 * MILLION


def test_who_looked_at_an_older_need_is_told_so(money):
    need = money.funded()
    refused = money.post(f"{BOARD}/{need}", viec="bo-tri", nguon="xhh", nam_von="2026", so_tien="5", ban="1")
    assert "Có người vừa ghi thêm" in refused.text


def test_an_act_that_waits_stays_grey_and_says_why(money):
    html = money.page(f"{BOARD}/{money.raised()}")
    button = re.search(r'<button class="b p" disabled aria-describedby="vs-bt">Bố trí vốn</button>.*?</span>', html)
    assert button
    assert "sau khi Phòng Kinh tế thẩm định có cơ sở" in button[0]


def test_a_need_of_another_place_is_not_shown(money):
    need = money.raised()
    client = money.browser(Role.DEPARTMENT_OFFICER)
    assert client.get(f"{BOARD}/{need}").status_code == 200
    assert client.get(f"/xa/KHAC/nhu-cau/{need}").status_code == 404
    assert client.get(f"{BOARD}/khong").status_code == 404


# --- the school


def test_a_school_raises_changes_and_withdraws_its_need(money):
    assert "Trường chưa nêu nhu cầu nào" in money.page(OWN, Role.HEAD)
    fields = {"hang_muc": "Phòng học", "so_luong": "2", "kinh_phi": "", "nam": "2026", "vi_sao": "Học hai ca"}
    assert money.post(OWN, Role.HEAD, **fields).status_code == 303
    (need,) = money.application.needs(HEAD, views.NeedsRequest()).needs
    page = f"{OWN}/{need.id}"
    assert page in hrefs(money.page(OWN, Role.HEAD))
    changed = fields | {"kinh_phi": "900.000.000", "viec": "sua", "ban": "1"}
    assert money.post(page, Role.HEAD, **changed).status_code == 303
    assert money.one(need.id).cost_vnd == 900 * MILLION
    assert money.post(page, Role.HEAD, viec="rut", ly_do="Đã được tặng đủ bàn ghế").status_code == 303
    assert money.one(need.id).state is NeedState.WITHDRAWN


def test_a_need_that_cannot_be_comes_back_with_its_words(money):
    fields = {"hang_muc": "Phòng học", "so_luong": "0", "nam": "2026", "vi_sao": "Học hai ca"}
    refused = money.post(OWN, Role.HEAD, **fields)
    assert "Số lượng là số nguyên" in refused.text
    assert "Học hai ca" in refused.text
    assert re.search(r'name="so-luong"[^>]*aria-invalid="true"', refused.text)


def test_a_school_sends_photos_of_its_work_and_withdraws_nothing_that_has_money(money):
    need = money.funded()
    photo = money.village.paper("Ảnh móng")
    html = money.page(f"{OWN}/{need}", Role.HEAD)
    assert "Đã bố trí vốn: Phòng Kinh tế rút." in html
    assert photo in html
    assert money.post(f"{OWN}/{need}", Role.HEAD, viec="anh", tai_lieu=photo).status_code == 303
    assert f"/tai-lieu/{photo}" in hrefs(money.page(f"{OWN}/{need}", Role.HEAD))
    assert "1 ảnh trong kho của trường" in money.page(f"{BOARD}/{need}")


def photographed(money: Money, sender: str, data: bytes = b"anh") -> tuple[int, str]:
    """Keep an image as if the file gateway had taken it from somebody; its position and document."""
    file = msgspec.structs.replace(received_file(data, school=SCHOOL, name="mai-ton.jpg", pages=1), media_type="image/jpeg")
    receipt = money.village.services["evidence"].register_document(CallContext(actor=sender), file)
    money.village.relay()
    return int(receipt.position), str(receipt.document)


def test_the_economic_office_sends_photos_of_a_work_from_its_own_device(money):
    need = money.funded()
    accounts = {one.login: one.account for one in money.village.identity.accounts(system("thu")).accounts}
    position, photo = photographed(money, accounts["kinh.te"])
    page = f"{BOARD}/{need}"
    form = re.search(r'<form [^>]*action="/door/form".*?</form>', money.page(page), re.S)
    assert form
    assert f'name="back" value="{page}"' in form[0]
    assert 'accept="image/*"' in form[0]

    offered = money.page(f"{page}?bien-nhan={position}&tu-choi=")
    assert f'name="tai-lieu" value="{photo}" checked' in offered
    assert 'chưa ghi vào công trình. <a href="#anh">' in offered
    assert money.post(page, viec="anh", tai_lieu=photo, ghi_chu="Đổ mái").status_code == 303

    assert money.one(need).history[-1].photos == [photo]
    assert photo not in money.page(f"{page}?bien-nhan={position}")
    assert "mai-ton.jpg" in money.page(f"{OWN}/{need}", Role.HEAD)


def test_of_papers_that_others_sent_the_economic_office_is_offered_none(money):
    need = money.funded()
    position, photo = photographed(money, "van-thu")
    page = money.page(f"{BOARD}/{need}?bien-nhan={position},999999")
    assert photo not in page
    assert "ảnh trường đã có thì trường gửi" in page
    for reader in (Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER, Role.STEERING_COMMITTEE):
        assert "/door/form" not in money.page(f"{BOARD}/{need}", reader)


def test_before_there_is_money_there_is_nothing_to_photograph(money):
    page = money.page(f"{BOARD}/{money.raised()}")
    assert "Gửi ảnh sau khi nhu cầu được bố trí vốn." in page
    assert "/door/form" not in page


def test_the_table_is_printed_for_whoever_reads_the_year(money):
    money.funded()
    links = hrefs(money.page(f"{BOARD}?nam=2026"))
    assert {f"{BOARD}/in?nam=2026&dang=xlsx", f"{BOARD}/in?nam=2026&dang=docx"} <= set(links)
    printed = money.browser(Role.ECONOMIC_OFFICE).get(f"{BOARD}/in?nam=2026&dang=xlsx")
    assert (printed.status_code, printed.data[:2]) == (200, b"PK")
    assert money.browser(Role.ECONOMIC_OFFICE).get(f"{BOARD}/in?nam=2026&dang=exe").status_code == 400


def test_the_economic_office_answers_on_its_board_what_is_given_to_it_and_sees_no_more(money):
    village, board = money.village, f"/xa/{COMMUNE}/kien-nghi"
    visit = village.visit(village.open_cycle(), ("1.1", "met"))

    def recommend(text: str, responsible: Responsible) -> str:
        made = r.AddRecommendation(
            school=SCHOOL, inspection=visit, text=text, due=today(SystemClock()), responsible=responsible
        )
        return str(village.do(Role.COMMUNE_OFFICER, "add_recommendation", made, r.RecommendationAdded, "inspection").id)

    own = recommend("Cấp kinh phí sửa mái.", Responsible.ECONOMIC_OFFICE)
    recommend("Lập sổ theo dõi thiết bị.", Responsible.SCHOOL)
    assert "Cấp kinh phí" not in money.page(board)
    village.conclude(visit)
    html = money.page(f"{board}?chon={own}")
    assert "Cấp kinh phí sửa mái." in html
    assert "Lập sổ theo dõi" not in html
    assert f"/truong/{SCHOOL}/kien-nghi#kn-{own}" not in hrefs(html)
    answered = money.post(board, hanh_dong="tra-loi", truong=SCHOOL, kien_nghi=own, tra_loi="Đã bố trí vốn năm 2027.")
    assert answered.status_code == 303
    assert "Đã bố trí vốn năm 2027." in money.page(f"{board}?chon={own}")
    assert money.browser(Role.ECONOMIC_OFFICE).get(f"{board}/phat-hien").status_code == 403
