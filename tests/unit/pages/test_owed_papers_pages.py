"""The papers of a cycle: what is overdue first, printed as of any moment, and signed ones that differ from their print."""

from __future__ import annotations

import re

import msgspec
import pytest

from services.portal import printing
from services.portal.pages import owed_papers
from shared.contracts.calls.assessment import CyclesAnswer
from shared.contracts.calls.evidence import DocumentPaper, PaperCodeState, PrintsAnswer, ReadingState, SignedPaperAnswer
from shared.problems import Conflict
from shared.vocabulary.roles import Role
from tests.unit.pages import canned_deciding as canned
from tests.unit.pages.test_writing_pages import send

PAGE = "/truong/TH-BC/giay-to"
PAST = "hieu-luc=2026-06-30&biet-den=13940"


def rows(text):
    table = text.partition('class="cards papersowed"')[2].partition("</tbody>")[0]
    return table.split("<tr")[2:]


def test_papers_stand_by_state_the_overdue_first_then_what_differs(enter):
    found = rows(enter(Role.HEAD).get(PAGE).text)
    states = [re.search(r'class="pill \w+"><svg.*?</svg>([^<]+)', one)[1] for one in found]  # type: ignore[index]
    assert states == ["quá hạn", "quá hạn", "bản ký khác bản in", "thiếu", "nháp", "nháp", "nháp", "có", "có"]
    assert "Kế hoạch cải tiến chất lượng" in found[0]
    assert "Hạn trong kế hoạch." in found[0]
    assert re.search(r'<b class="no brk">quá \d+ ngày', found[0])
    assert "Xem 2 chỗ khác" in found[2]


def test_the_sheets_of_several_criteria_in_one_state_are_one_row(enter):
    found = rows(enter(Role.HEAD).get(PAGE).text)
    assert "Phiếu đánh giá tiêu chí 4.2" in found[1]
    assert "Phiếu đánh giá tiêu chí, 2 tiêu chí" in found[4]
    assert re.findall(r"danh-gia/2026-2027/([\d.]+)\"", found[4]) == ["1.4", "2.2"]


def test_counts_agree_with_the_rows_and_the_tab(enter):
    text = enter(Role.HEAD).get(PAGE).text
    for said in ("2 quá hạn", "1 bản ký khác bản in", "1 thiếu", "4 nháp", "2 có"):
        assert said in text.partition("pagehead")[2].partition("</div>")[0]
    assert 'Giấy tờ <span class="n">3<' in text


def test_a_form_that_the_circular_lacks_is_named_as_not_printed(enter):
    text = enter(Role.HEAD).get(PAGE).text.partition("Không in được ở đợt này")[2]
    assert "<b>Phiếu xác định nội hàm</b>: TT 57/2026 không có mẫu này." in text


@pytest.fixture
def printed(monkeypatch):
    """Catch what is to be printed."""
    asked = []

    def catch(question):
        asked.append(question)
        return printing.PrintedFile(
            kind=question.kind,
            paper="A" * 20,
            sha256="0" * 64,
            known_at=18290,
            valid_at=canned.dt.date(2026, 11, 23),
            draft=True,
            gaps=2,
            name=f"giay.{question.format}",
            media_type=printing.MEDIA_TYPES[question.format],
            content=b"PK",
        )

    monkeypatch.setattr(owed_papers, "print_paper", catch)
    return asked


def test_every_print_link_asks_for_its_own_paper_in_its_format(enter, printed):
    head = enter(Role.HEAD)
    links = [link.replace("&amp;", "&") for link in re.findall(rf'href="({PAGE}/in[^"]+)"', head.get(PAGE).text)]
    assert len(links) == len(set(links)) == 21
    for link in links:
        assert head.get(link).status_code == 200
    said = {(q.kind.value, q.criterion, q.meeting, q.format.value) for q in printed}
    assert ("ke_hoach_cai_tien", "", "", "xlsx") in said
    assert ("phieu_tieu_chi", "1.4", "", "pdf") in said
    assert ("bien_ban_hop", "", canned.SECOND, "docx") in said
    assert {q.cycle for q in printed} == {"2026-2027"}
    assert {q.known_at for q in printed} == {0}


def test_a_print_is_a_file_that_says_what_it_tells_of(enter, printed):
    answer = enter(Role.CLERK).get(f"{PAGE}/in?loai=bao_cao_tdg&dang=pdf")
    assert answer.data == b"PK"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="giay.pdf"'
    assert answer.headers["X-Kiemdinh-Draft"] == "true"


def test_as_of_another_day_every_link_carries_the_moment(enter, printed):
    head = enter(Role.HEAD)
    text = head.get(f"{PAGE}?{PAST}").text
    assert "In như ở ngày 30/6/2026" in text
    assert "quá hạn" not in text.partition("<main")[2], "states are those of today"
    links = re.findall(rf'href="({PAGE}/in[^"]+)"', text)
    assert all("hieu-luc=2026-06-30&amp;biet-den=13940" in link for link in links)
    head.get(links[0].replace("&amp;", "&"))
    assert (printed[0].valid_at.isoformat(), printed[0].known_at) == ("2026-06-30", 13940)


def test_a_day_that_is_none_comes_back_as_it_was_typed(enter):
    text = enter(Role.HEAD).get(f"{PAGE}?hieu-luc=31/02/2026").text
    assert "31/02/2026 không có trong lịch" in text
    assert 'value="31/02/2026"' in text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("loai=khong_co", 404, "Không có loại giấy này"),
        ("loai=ke_hoach_tdg&dang=odt", 404, "Không in dạng này"),
        ("loai=ke_hoach_tdg", 409, "Chưa có kế hoạch"),
    ],
)
def test_a_refused_print_says_why_above_the_list(enter, monkeypatch, query, status, said):
    def refuse(_):
        raise Conflict("Chưa có kế hoạch. Viết kế hoạch trước.")

    monkeypatch.setattr(owed_papers, "print_paper", refuse)
    answer = enter(Role.HEAD).get(f"{PAGE}/in?{query}")
    assert answer.status_code == status
    assert said in answer.text
    assert "Giấy tờ của năm" in answer.text


def test_where_a_signed_paper_differs_stands_page_by_page(enter):
    text = enter(Role.HEAD).get(f"{PAGE}?ban={canned.PRINT}").text.partition('id="so-sanh"')[2].partition("</section>")[0]
    assert "Kế hoạch tự đánh giá, in 15/9/2026" in text
    assert f'<a href="/tai-lieu/{canned.DOC}/2">Trang 2</a>' in text
    assert "ngày <del>12</del>" in text
    assert "ngày <mark>15</mark>" in text
    assert "<mark>&lt;script&gt;" in text
    assert "93% · nên xem" in text
    assert "Máy chỉ nêu chỗ khác, không quyết định gì." in text


def test_a_print_of_another_school_is_not_shown(enter, house, monkeypatch):
    other = lambda _: SignedPaperAnswer(print=canned.print_view(school="MN-HB"), differences=[], compared=True)  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "evidence.signed_paper", other)
    assert enter(Role.HEAD).get(f"{PAGE}?ban={canned.PRINT}").status_code == 404


def test_a_signed_paper_that_agrees_is_a_link_and_no_alarm(enter, house, monkeypatch):
    same = canned.print_view(differences=0)
    monkeypatch.setitem(house.canned.CANNED, "evidence.signed_papers", lambda _: PrintsAnswer(prints=[same]))
    text = enter(Role.HEAD).get(PAGE).text
    assert "bản ký khác bản in" not in text
    assert f'<a href="/tai-lieu/{canned.DOC}">Bản đã ký</a>' in text


def test_a_kept_paper_is_filed_with_its_print(enter, house):
    clerk = enter(Role.CLERK)
    form = clerk.get(f"{PAGE}/dinh").text
    assert "Kế hoạch tự đánh giá, in 15/9/2026" in form
    answer = send(clerk, f"{PAGE}/dinh", tai_lieu=canned.DOC, ban_in=canned.PRINT)
    assert answer.location == f"{PAGE}?ban={canned.PRINT}&da-dinh=co"
    (request,) = [asked for name, asked in house.rpc_client.commands if name == "evidence.attach_signed"]
    assert (request.document, request.paper) == (canned.DOC, canned.PRINT)
    assert "Máy nêu 2 chỗ khác" in clerk.get(answer.location).text


def test_a_refused_filing_comes_back_with_what_was_chosen(enter, house):
    house.rpc_client.problems["evidence.attach_signed"] = Conflict("Giấy này không có mã của bản in nào. Chưa đính gì.")
    answer = send(enter(Role.CLERK), f"{PAGE}/dinh", tai_lieu=canned.DOC, ban_in=canned.PRINT)
    assert "không có mã của bản in nào" in answer.text
    assert f'<option value="{canned.DOC}" selected>' in answer.text
    assert send(enter(Role.CLERK), f"{PAGE}/dinh", tai_lieu="").status_code == 400


@pytest.mark.parametrize(
    ("state", "papers", "said"),
    [
        (ReadingState.READING, [], "Đang đọc trang"),
        (ReadingState.FAILED, [], "Chưa đọc được chữ, chưa so được"),
        (ReadingState.READ, [], "Không thấy mã của bản in trên giấy"),
        (ReadingState.READ, [(PaperCodeState.SIGNED, 2)], "Xem 2 chỗ khác"),
        (ReadingState.READ, [(PaperCodeState.SIGNED, 0)], "Không thấy chỗ nào khác bản in"),
        (ReadingState.READ, [(PaperCodeState.KNOWN, 0)], "Đính vào giấy này"),
        (ReadingState.READ, [(PaperCodeState.FOREIGN, 0)], "Có mã của bản in khác, không phải của trường"),
    ],
)
def test_a_scan_that_was_just_sent_says_what_became_of_it(enter, house, monkeypatch, state, papers, said):
    document = house.canned.CANNED["evidence.document"]
    named = [DocumentPaper(paper=canned.PRINT, state=one, page=1, differences=number) for one, number in papers]
    told = lambda asked: msgspec.structs.replace(document(asked), state=state, papers=named)  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "evidence.document", told)
    text = enter(Role.CLERK).get(f"{PAGE}/dinh?bien-nhan=18204&tu-choi=").text
    assert said in text
    assert ('http-equiv="refresh"' in text) is (state is ReadingState.READING)


def test_before_a_cycle_there_are_no_papers(enter, house, monkeypatch):
    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", lambda _: CyclesAnswer(cycles=[]))
    text = enter(Role.HEAD).get(PAGE).text
    assert "Chưa mở đợt tự đánh giá nào" in text
    assert "assessment.papers" not in house.rpc_client.calls


def test_who_may_not_file_sees_no_button(enter):
    assert "Đính bản đã ký" not in enter(Role.COMMUNE_OFFICER).get(PAGE).text.partition("<main")[2]
    assert enter(Role.COMMUNE_OFFICER).get(f"{PAGE}/dinh").status_code == 403
