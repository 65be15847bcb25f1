"""Papers are called the same everywhere, told as they are, narrowed, chosen several at once, coded and cited in one step."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.portal.pages.formatting import told
from services.portal.pages.paper_names import beside, paper_name
from shared.contracts.calls.assessment import CodedDocuments, EvidenceAnswer
from shared.contracts.calls.evidence import (
    DocumentsAnswer,
    DocumentsRequest,
    Field,
    PageAnswer,
    PageHits,
    PageView,
    PaperOrder,
    PaperState,
    ReadingState,
    SearchRequest,
)
from shared.problems import Conflict, NotFound
from shared.vocabulary.roles import Role

DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
LIST = "/truong/TH-BC/minh-chung"
CHOOSE = f"{LIST}?gan=2.2_1_-&dot=2026-2027"
TRAY = "/truong/TH-BC/tai-len"
FILE = "KH boi duong thuong xuyen 2026-2027.pdf"


@pytest.fixture
def canned(house: Any) -> Iterator[Any]:
    """What the services answer, put right again afterwards."""
    before = dict(house.canned.CANNED)
    yield house.canned
    house.canned.CANNED.clear()
    house.canned.CANNED.update(before)


@pytest.fixture
def asked(canned: Any) -> list[Any]:
    """The questions for lists and searches that pages put."""
    seen: list[Any] = []
    for name in ("evidence.documents", "evidence.search", "assessment.coded_documents", "evidence.page"):
        answer = canned.CANNED[name]
        canned.CANNED[name] = lambda request, answer=answer: seen.append(request) or answer(request)
    return seen


def only(seen: list[Any], kind: type) -> list[Any]:
    return [request for request in seen if isinstance(request, kind)]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", entities.unescape(re.sub(r"<[^>]+>", " ", html)))


def paper(canned: Any, **changes: Any) -> Any:
    return canned.document(**({"waiting": 0, "fields": []} | changes))


def listing(canned: Any, *documents: Any, **more: Any) -> None:
    def answer(request: DocumentsRequest) -> DocumentsAnswer:
        wanted = [
            d
            for d in documents
            if (not request.positions or d.position in request.positions)
            and (not request.documents or d.document in request.documents)
        ]
        return DocumentsAnswer(documents=wanted, **({"total": len(documents), "matching": len(wanted)} | more))

    canned.CANNED["evidence.documents"] = answer


def without_codes(canned: Any) -> None:
    canned.CANNED["assessment.coded_documents"] = lambda _: EvidenceAnswer(evidence=[])


def token(client: Any, path: str) -> str:
    found = re.search(r'name="csrf" content="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


# ---- one name ------------------------------------------------------------------------------------------------------


def test_a_paper_is_called_by_the_title_of_its_code_else_by_its_fields_else_by_its_file():
    assert paper_name(file_name="a.pdf", title="Biên bản 36/BB-TH", coded_title="Họp tháng 9") == "Họp tháng 9"
    assert paper_name(file_name="a.pdf", title="Biên bản 36/BB-TH") == "Biên bản 36/BB-TH"
    assert paper_name(file_name="a.pdf") == "a.pdf"
    assert len(paper_name(file_name="a.pdf", title="dài " * 200)) <= 240
    assert (beside("a.pdf", "a.pdf"), beside("Họp", "a.pdf")) == ("", "a.pdf")


@pytest.mark.parametrize("path", [LIST, TRAY, f"/tai-lieu/{DOC}/1", "/tim?q=ke+hoach", CHOOSE, "/bien-nhan/18204"])
@pytest.mark.parametrize("coded", [True, False])
def test_the_same_name_stands_on_every_page_with_the_file_name_beside_it(enter, canned, path, coded):
    if not coded:
        without_codes(canned)
    text = text_of(enter(Role.CLERK).get(path).text)

    name = "Kế hoạch 47/KH-THBC" + ("" if coded else " · Bồi dưỡng thường xuyên cán bộ quản lý, giáo viên")
    assert name in text
    assert FILE in text


# ---- the tray ------------------------------------------------------------------------------------------------------


def test_a_coded_paper_that_nobody_confirmed_is_not_called_done(enter, canned):
    listing(canned, canned.document())
    html = enter(Role.CLERK).get(TRAY).text

    assert "Xong, mã" not in html
    assert "Cần xác nhận 6 mục" in html
    assert re.search(r'<li class="now">Xác nhận</li>', html)
    assert "MC.2.2.04" in html


def test_a_paper_is_done_when_a_person_confirmed_it_and_it_has_a_code(enter, canned):
    confirmed = [Field(name="loai_van_ban", value="Kế hoạch", confidence=70, confirmed=True)]
    listing(canned, paper(canned, fields=confirmed))
    html = enter(Role.CLERK).get(TRAY).text

    assert "Xong, mã MC.2.2.04" in html
    assert re.search(r'<li class="done">.*?Xác nhận</li>', html)


def test_a_paper_without_fields_shows_no_confirming_that_nobody_did(enter, canned):
    listing(canned, paper(canned))
    html = enter(Role.CLERK).get(TRAY).text

    assert ">Xác nhận</li>" not in html


def test_what_is_unfinished_stands_first_whatever_came_last(enter, canned):
    confirmed = [Field(name="loai_van_ban", value="Kế hoạch", confidence=99, confirmed=True)]
    listing(
        canned,
        paper(canned, fields=confirmed),
        paper(canned, ident="d2", name="chua-ma.pdf", title="", position=9),
        paper(canned, ident="d3", name="cho-xac-nhan.pdf", title="", waiting=2, position=8),
        paper(canned, ident="d4", name="dang-doc.pdf", title="", state=ReadingState.READING, position=7),
    )
    html = enter(Role.CLERK).get(TRAY).text

    order = [html.index(name) for name in ("chua-ma.pdf", "cho-xac-nhan.pdf", "dang-doc.pdf", "Xong, mã MC.2.2.04")]
    assert order == sorted(order)


def test_this_upload_is_told_as_the_server_knows_it_and_no_paper_stands_twice(enter, canned, house):
    listing(
        canned,
        paper(canned, ident="d1", name="mot.pdf", title="", state=ReadingState.READING, pages_read=3, position=11),
        paper(canned, ident="d2", name="hai.pdf", title="", position=10),
    )
    client = enter(Role.CLERK)
    house.rpc_client.calls.clear()
    html = client.get(f"{TRAY}?bien-nhan=11,10*").text

    now = html[html.index('id="may-chu"') : html.index('id="gan-day"')]
    assert "Đang đọc trang 3/12" in now
    assert "Chưa có mã" in now
    assert now.count("Không lưu lần hai") == 1
    assert html.count('class="file" data-doc="d1"') == 1
    assert 'http-equiv="refresh"' in html, "without scripts the page comes again while something is read"
    assert "máy chủ đang đọc" not in html.lower()
    assert len(house.rpc_client.calls) <= 4


def test_nonsense_in_the_receipts_asks_for_nothing(enter, asked):
    html = enter(Role.CLERK).get(f"{TRAY}?bien-nhan=1,x,%3Cb%3E").text

    assert all(not request.positions for request in only(asked, DocumentsRequest))
    assert 'id="lan-nay" hidden' in html


def test_of_many_receipts_the_last_ones_are_shown(enter, asked):
    enter(Role.CLERK).get(f"{TRAY}?bien-nhan={','.join(map(str, range(1, 301)))}")

    assert only(asked, DocumentsRequest)[1].positions == list(range(251, 301))


def test_the_tray_promises_and_offers_only_what_the_door_takes(enter):
    from services.evidence.domain.media import EXTENSIONS

    html = enter(Role.CLERK).get(TRAY).text
    offered = re.search(r'name="file"[^>]*accept="([^"]+)"', html)

    assert offered
    assert {one.removeprefix(".") for one in offered[1].split(",")} <= EXTENSIONS.keys()
    assert "Word, Excel: lưu thành PDF rồi tải" in html


def test_a_refused_file_looks_refused_without_scripts_and_with_them(enter):
    html = enter(Role.CLERK).get(f"{TRAY}?tu-choi=sai-loai").text

    assert re.search(r'class="note no" role="alert" data-loai="sai-loai">.*?href="#bad"', html, re.S)
    assert "Lưu lại thành PDF rồi tải" in html
    assert re.search(r'<template id="khong-nhan"><span class="pill no">.*?href="#bad".*?Không nhận', html, re.S)


# ---- the list ------------------------------------------------------------------------------------------------------


def test_the_address_narrows_and_orders_the_list_at_the_service(enter, asked):
    path = f"{LIST}?q=h%E1%BB%8Dp&tt=chua-co-ma&tc=2.2&loai=K%E1%BA%BF+ho%E1%BA%A1ch&nam=2026&xep=ten&trang=1"
    html = enter(Role.CLERK).get(path).text

    (request,) = only(asked, DocumentsRequest)
    assert request == DocumentsRequest(
        school="TH-BC",
        limit=50,
        query="họp",
        state=PaperState.UNCODED,
        criterion="2.2",
        kind="Kế hoạch",
        year=2026,
        order=PaperOrder.NAME,
    )
    for chosen in ("2.2", "Kế hoạch", "2026"):
        assert f"<option selected>{chosen}</option>" in html
    assert '<option value="ten" selected>Tên</option>' in html


def test_words_that_no_filter_knows_ask_for_nothing(enter, asked):
    enter(Role.CLERK).get(f"{LIST}?tt=la&xep=la&nam=abcd&trang=-3")

    assert only(asked, DocumentsRequest) == [DocumentsRequest(school="TH-BC", limit=50)]


def test_states_are_counted_and_the_chosen_one_keeps_the_rest_of_the_filter(enter):
    html = enter(Role.CLERK).get(f"{LIST}?q=a&tt=chua-co-ma").text

    text = text_of(html)
    assert "Chưa có mã 3" in text
    assert "Chờ xác nhận 1" in text
    assert "chưa gắn 0" not in text
    assert f'href="{LIST}?q=a&amp;tt=cho-xac-nhan"' in html
    assert re.search(rf'href="{re.escape(LIST)}\?q=a&amp;tt=chua-co-ma" aria-current="true"', html)


def test_a_list_of_two_hundred_has_numbered_pages_and_says_where_it_stands(enter, canned):
    listing(canned, *[paper(canned, ident=f"d{n}", position=n) for n in range(50)], matching=212, total=212)
    text = text_of(enter(Role.CLERK).get(f"{LIST}?trang=3").text)

    assert "101–150 trong 212 tài liệu" in text
    assert re.search(r"Trang 1 .*Trang 2 .*Trang 3 .*Trang 4 .*Trang 5 ", text)


def test_a_page_beyond_the_last_is_the_last(enter, canned, asked):
    listing(canned, paper(canned), matching=51, total=51)
    html = enter(Role.CLERK).get(f"{LIST}?trang=9").text

    assert "51–51 trong 51 tài liệu" in html


def test_a_filter_that_finds_nothing_says_what_to_do(enter, canned):
    listing(canned, total=7, matching=0)
    text = text_of(enter(Role.CLERK).get(f"{LIST}?q=khongco").text)

    assert "Không có tài liệu nào như vậy" in text
    assert "Bỏ lọc" in text
    assert "Tìm “khongco” trong trang giấy" in text


def test_a_page_of_the_list_costs_three_questions(enter, house):
    client = enter(Role.CLERK)
    house.rpc_client.calls.clear()
    client.get(LIST)

    assert house.rpc_client.calls == ["evidence.documents", "assessment.coded_documents", "evidence.pages_to_review"]


def test_programs_narrow_the_list_as_people_do(enter, asked):
    answer = enter(Role.CLERK).get("/api/v1/schools/TH-BC/documents?state=chua-co-ma&order=ten&year=2026&positions=5,7")

    assert answer.status_code == 200
    assert only(asked, DocumentsRequest) == [
        DocumentsRequest(school="TH-BC", state=PaperState.UNCODED, order=PaperOrder.NAME, year=2026, positions=[5, 7])
    ]


# ---- choosing ------------------------------------------------------------------------------------------------------


def test_coded_papers_stand_first_where_papers_are_chosen_and_the_filter_stays_on_the_task(enter, asked):
    html = enter(Role.COUNCIL_MEMBER).get(CHOOSE).text

    assert only(asked, DocumentsRequest)[0].order is PaperOrder.CODED_FIRST
    assert '<input type="hidden" name="gan" value="2.2_1_-">' in html
    assert "tt=chua-co-ma&amp;gan=2.2_1_-&amp;dot=2026-2027" in html
    assert "Gắn mục đã chọn vào 2.2 Mức\u00a01" in html


def choose(client: Any, *documents: str, **fields: str) -> Any:
    data = {"csrf": token(client, LIST), "gan": "2.2_1_-", "dot": "2026-2027", "tai-lieu": list(documents), **fields}
    return client.post("/truong/TH-BC/gan", data=data)


def test_several_papers_are_cited_at_once_and_the_way_leads_back_to_the_criterion(enter, house):
    response = choose(enter(Role.COUNCIL_MEMBER), DOC, "doc-MC.2.2.01")

    assert [(name, sent.document, sent.level) for name, sent in house.rpc_client.commands] == [
        ("assessment.link_evidence", DOC, 1),
        ("assessment.link_evidence", "doc-MC.2.2.01", 1),
    ]
    assert response.location == "/truong/TH-BC/danh-gia/2026-2027/2.2?lam=gan-2&xong=18298"
    assert "Đã gắn 2 minh chứng." in enter(Role.COUNCIL_MEMBER).get(response.location).text


def test_a_paper_without_a_code_is_coded_and_cited_in_one_command_under_the_name_it_has(enter, house):
    client = enter(Role.COUNCIL_MEMBER)
    refused = choose(client, "doc-2")
    assert "chưa có mã" in refused.text
    assert re.search(r'value="doc-2" checked', refused.text), "what was chosen stays chosen"
    assert house.rpc_client.commands == []

    response = choose(client, "doc-2", **{"dong-y": "co", "ten-doc-2": "Quyết định phân công"})
    ((name, sent),) = house.rpc_client.commands
    assert name == "assessment.code_evidence"
    assert (sent.document, sent.title, sent.cite, sent.criterion, sent.level, sent.indicator) == (
        "doc-2",
        "Quyết định phân công",
        True,
        "2.2",
        1,
        "-",
    )
    assert "lam=gan-1.ma-1" in response.location


def test_nothing_chosen_and_too_much_chosen_say_so_and_write_nothing(enter, house):
    client = enter(Role.COUNCIL_MEMBER)

    assert "Chưa chọn tài liệu nào" in choose(client).text
    assert "nhiều nhất 50 tài liệu" in choose(client, *[f"d{n}" for n in range(51)]).text
    assert house.rpc_client.commands == []


def test_a_refusal_half_way_says_how_many_were_cited_before(enter, house, canned):
    client = enter(Role.COUNCIL_MEMBER)
    csrf = token(client, LIST)
    seen: list[str] = []

    def link(request: Any) -> Any:
        seen.append(request.document)
        if len(seen) == 2:
            raise Conflict("Đợt đã trình. Chưa ghi gì.")
        return house.canned.Done(position=5)

    canned.CANNED["assessment.link_evidence"] = link
    data = {"csrf": csrf, "gan": "2.2", "dot": "2026-2027", "tai-lieu": [DOC, "doc-MC.2.2.01"]}
    text = text_of(client.post("/truong/TH-BC/gan", data=data).text)

    assert "Đợt đã trình" in text
    assert "Đã gắn 1 tài liệu trước khi dừng" in text


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ("gan-3.ma-1", "Đã gắn 3 minh chứng. Đã cấp 1 mã mới."),
        ("bo-1", "Đã bỏ gắn 1 chỗ."),
        ("<b>-1.gan-x", ""),
        ("gan-99999", ""),
        ("", ""),
    ],
)
def test_an_address_can_tell_only_what_we_have_words_for(marks, said):
    assert told(marks) == said


# ---- a document -----------------------------------------------------------------------------------------------------


def form(client: Any, **fields: str) -> Any:
    data = {"csrf": token(client, f"/tai-lieu/{DOC}/1"), "truong": "TH-BC", "dot": "2026-2027", **fields}
    return client.post(f"/tai-lieu/{DOC}", data=data)


CODING = {"viec": "ma", "noi": "2.2_1_-", "ten": "Kế hoạch", "dong-y": "co", "vi-tri": "18204"}


def test_a_code_from_the_documents_page_is_cited_where_it_was_chosen_in_one_command(enter, house):
    response = form(enter(Role.CLERK), **CODING)

    ((name, sent),) = house.rpc_client.commands
    assert name == "assessment.code_evidence"
    assert (sent.cite, sent.criterion, sent.level, sent.indicator) == (True, "2.2", 1, "-")
    assert response.location.startswith(f"/tai-lieu/{DOC}/1?lam=ma-1.gan-1")


def test_criterion_level_and_indicator_can_be_chosen_on_the_documents_page(enter, canned):
    without_codes(canned)
    html = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/1").text

    assert '<option value="2.2">' in html
    assert '<option value="2.2_1_-">2.2 Mức\u00a01</option>' in html


def test_one_press_codes_cites_and_goes_on_to_the_next_document_without_a_code(enter, canned, asked):
    listing(canned, paper(canned, ident="next", position=7))
    response = form(enter(Role.CLERK), **CODING, tiep="co")

    assert response.location == "/tai-lieu/next/1?lam=ma-1.gan-1&noi=2.2_1_-&xong=17000"


def test_when_no_document_without_a_code_is_left_the_list_comes(enter, canned):
    listing(canned, paper(canned))
    assert enter(Role.CLERK).get(f"/tai-lieu/{DOC}/tiep").location == LIST


def test_what_the_machine_did_not_find_a_person_may_add_and_what_is_left_empty_is_not_said(enter, house, canned):
    form(
        enter(Role.CLERK), **{"viec": "xac-nhan", "m-loai_van_ban": "Kế hoạch", "them-trich_yeu": "Họp", "them-co_quan": ""}
    )

    assert house.rpc_client.commands[0][1].fields == {"loai_van_ban": "Kế hoạch", "trich_yeu": "Họp"}


def test_after_the_cycle_was_submitted_nothing_offers_to_code_or_cite(enter, canned):
    import datetime as dt

    before = canned.cycles(None).cycles[0]
    locked = msgspec.structs.replace(before, submitted_on=dt.date(2026, 11, 1))
    canned.CANNED["assessment.cycles"] = lambda _: msgspec.structs.replace(canned.cycles(None), cycles=[locked])
    coded = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/1").text
    without_codes(canned)
    uncoded = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/1").text

    for html in (coded, uncoded):
        assert not {"gan", "ma", "bo-gan"} & set(re.findall(r'name="viec" value="([^"]+)"', html))
    assert "đã trình ngày 01/11/2026" in text_of(uncoded)


def long_paper(canned: Any, number: int, found: list[PageHits], **changes: Any) -> None:
    document = canned.document(pages_total=100, **changes)

    def answer(request: Any) -> PageAnswer:
        if request.number > 100:
            raise NotFound("Không có trang này.")
        pages = [canned._page(n) for n in range(max(1, request.number - request.around), request.number + 7) if n <= 100]
        page = PageView(number=request.number, width=1240, height=1754, confidence=96, text="", image_url="/static/icon.svg")
        return PageAnswer(document=document, page=page, words=[], around=pages, found=found)

    canned.CANNED["evidence.page"] = answer
    canned.CANNED["evidence.document"] = lambda _: document


def test_any_page_of_a_long_paper_is_one_step_away(enter, canned):
    long_paper(canned, 50, [])
    client = enter(Role.CLERK)
    html = client.get(f"/tai-lieu/{DOC}/50").text

    strip = re.findall(
        r"Trang </span>(\d+)", html[html.index('class="strip"') : html.index("</nav>", html.index('class="strip"'))]
    )
    assert [int(n) for n in strip] == [1, *range(44, 57), 100]
    assert f'rel="first" href="/tai-lieu/{DOC}/1"' in html
    assert f'rel="last" href="/tai-lieu/{DOC}/100"' in html
    assert client.get(f"/tai-lieu/{DOC}?trang=88&q=a").location == f"/tai-lieu/{DOC}/88?q=a"
    assert client.get(f"/tai-lieu/{DOC}/188").location == f"/tai-lieu/{DOC}/100"


def test_the_next_and_the_former_place_are_found_across_pages(enter, canned):
    long_paper(canned, 50, [PageHits(number=3, places=2), PageHits(number=50, places=1), PageHits(number=97, places=4)])
    html = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/50?q=a").text

    assert f'id="cho-sau" href="/tai-lieu/{DOC}/97?q=a"' in html
    assert f'id="cho-truoc" href="/tai-lieu/{DOC}/3?q=a&amp;cho=2"' in html
    assert "7 chỗ ở 3 trang" in text_of(html)


def test_a_page_is_looked_at_before_the_paper_is_read_and_progress_stands_beside_it(enter, canned):
    reading = canned.document(pages_total=100, pages_read=4, state=ReadingState.READING, fields=[], waiting=0, title="")
    page = PageView(number=7, width=0, height=0, confidence=0, text="", image_url="/door/files?ticket=x")
    canned.CANNED["evidence.page"] = lambda _: PageAnswer(document=reading, page=page, words=[])
    html = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/7").text

    assert '<img src="/door/files?ticket=x" alt="Ảnh trang 7.">' in html
    assert 'id="tien-do" data-state="dang_doc"' in html
    assert "Đang đọc trang 4/100" in html
    assert f'href="/tai-lieu/{DOC}/13"' in html


def test_what_is_read_of_a_page_is_shown_while_other_pages_are_still_being_read(enter, canned):
    reading = canned.document(pages_total=100, pages_read=4, state=ReadingState.READING, fields=[], waiting=0, title="")
    page = PageView(number=1, width=1200, height=1700, confidence=88, text="Kế hoạch", image_url="/door/files?ticket=x")
    canned.CANNED["evidence.page"] = lambda _: PageAnswer(document=reading, page=page, words=[])
    html = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/1").text

    begins = html.index('id="chu-tam"')
    assert "Kế hoạch" in html[begins : html.index('id="tien-do"')]
    assert "88%" in text_of(html[begins:])
    assert "Đang đọc trang 4/100" in html


def test_a_page_that_is_still_to_come_has_no_words_to_show(enter, canned):
    reading = canned.document(pages_total=100, pages_read=4, state=ReadingState.READING, fields=[], waiting=0, title="")
    page = PageView(number=9, width=0, height=0, confidence=0, text="", image_url="/door/files?ticket=x")
    canned.CANNED["evidence.page"] = lambda _: PageAnswer(document=reading, page=page, words=[])

    assert "Chữ đọc được" not in enter(Role.CLERK).get(f"/tai-lieu/{DOC}/9").text


# ---- finding ---------------------------------------------------------------------------------------------------------


def test_papers_found_by_number_or_name_stand_above_the_pages_and_say_by_what(enter):
    text = text_of(enter(Role.CLERK).get("/tim?q=47/KH-THBC").text)

    assert "25 tài liệu · 38 trang có “47/KH-THBC”" in text
    assert text.index("khớp số, ký hiệu") < text.index("khớp tên") < text.index("Trong trang giấy")
    assert "2 chỗ trong trang" in text


def test_a_paper_that_only_its_given_title_names_is_found_too(enter, canned, asked):
    listed = canned.EVIDENCE[0]
    canned.CANNED["assessment.coded_documents"] = lambda _: EvidenceAnswer(evidence=[listed])
    text = text_of(enter(Role.CLERK).get("/tim?q=khongco").text)

    assert "Danh sách giáo viên 2026–2027" in text
    assert "khớp tên minh chứng" in text


def test_a_search_costs_two_questions_in_one_school_or_many(enter, house, asked):
    for role in (Role.CLERK, Role.AUDITOR):
        client = enter(role)
        house.rpc_client.calls.clear()
        client.get("/tim?q=a")
        assert house.rpc_client.calls == ["evidence.search", "assessment.coded_documents"]
    assert [request.text for request in only(asked, CodedDocuments)] == ["a", ""]


def test_somebody_of_one_school_is_not_asked_where_to_search(enter, asked):
    html = enter(Role.CLERK).get("/tim?q=a").text

    assert 'name="truong"' not in html
    assert only(asked, SearchRequest)[0].school == "TH-BC"


@pytest.fixture
def province(house: Any) -> Iterator[None]:
    """Two hundred schools more, one of them with a name of 230 letters."""
    from sqlalchemy import delete

    from services.identity.views import SCHOOLS
    from shared.contracts.calls.identity import SchoolEntry

    kind = house.canned.schools(None).schools[0].kind
    names = {f"TH-{n:03}": f"Trường Tiểu học số {n}" for n in range(200)} | {"TH-DAI": "Trường " + "rất dài " * 28}
    for code, name in names.items():
        house.identity.directory.put_school(SchoolEntry(code=code, name=name, kind=kind, commune="XA-KHAC"))
    yield
    with house.identity.directory._writing() as conn:
        conn.execute(delete(SCHOOLS).where(SCHOOLS.c.code.in_(names)))


def test_of_two_hundred_schools_the_one_that_is_meant_is_typed(enter, province, asked):
    client = enter(Role.AUDITOR)
    html = client.get("/tim?q=a&o=tieu+hoc+so+17").text
    assert 'type="radio"' not in html
    assert "<select" not in html[html.index("<main") :]
    assert "Có nhiều trường như “tieu hoc so 17”" in html
    assert 'href="/tim?q=a&amp;truong=TH-017"' in html

    client.get("/tim?q=a&o=so+199")
    assert only(asked, SearchRequest)[-1].school == "TH-199"
    assert "Không có trường nào như “khong co”" in client.get("/tim?q=a&o=khong+co").text
    assert len(client.get("/tim?q=a&truong=TH-DAI").text) < 30_000


# ---- the criterion's page --------------------------------------------------------------------------------------------


def test_evidence_of_a_whole_criterion_is_shown_as_such_on_its_page(enter, canned):
    from shared.contracts.calls.assessment import CitationView

    whole = canned.EVIDENCE[3]
    cited = CitationView(cycle="2026-2027", criterion="2.2", level=0, indicator="")
    before = canned.CANNED["assessment.criterion"]
    more = msgspec.structs.replace(whole, title="Báo cáo cả năm", citations=[cited])
    canned.CANNED["assessment.criterion"] = lambda request: msgspec.structs.replace(before(request), evidence=[more])
    html = enter(Role.COUNCIL_MEMBER).get("/truong/TH-BC/danh-gia/2026-2027/2.2").text

    row = html[html.index('id="ca-tieu-chi"') :].split("</div></div>")[0]
    assert "Gắn vào cả tiêu chí 2.2" in text_of(row)
    assert "Báo cáo cả năm" in row
    assert f'href="{LIST}?gan=2.2&amp;dot=2026-2027"' in row
