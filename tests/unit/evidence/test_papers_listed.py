"""Papers are narrowed, ordered, counted and found by what people call them, by the service that keeps them."""

from __future__ import annotations

import msgspec
import pytest

from services.evidence.domain.papers import find_key, is_code_like, order_key, title_of
from services.evidence.domain.text import FailureReason
from shared.contracts.calls.evidence import (
    ConfirmFields,
    DocumentRequest,
    DocumentsRequest,
    Matched,
    PageRequest,
    PaperOrder,
    PaperState,
    SearchRequest,
)
from shared.contracts.events.assessment import EvidenceCoded, EvidenceLinked, EvidenceUnlinked
from shared.problems import BadRequest, NotFound
from tests.unit.evidence.evidence_kit import OTHER_SCHOOL, SCHOOL, World, auditor, clerk, school_registered

CYCLE = "2026-2027"
SCHOOL_NAME = "TRƯỜNG TIỂU HỌC SUỐI MƠ"
MINUTES = (SCHOOL_NAME, "Số: 36/BB-TH § ngày 20 tháng 11 năm 2025", "BIÊN BẢN", "Họp Hội đồng trường", "Căn cứ")
PLAN = (SCHOOL_NAME, "Số: 47/KH-TH § ngày 14 tháng 9 năm 2026", "KẾ HOẠCH", "Kiểm tra nội bộ", "Căn cứ")


class Desk(World):
    """The evidence service, told of codes and citations by the assessment service."""

    heard = 2

    def tell(self, event: EvidenceCoded | EvidenceLinked | EvidenceUnlinked) -> None:
        self.heard += 1
        plain = school_registered(SCHOOL, self.heard, kind=type(event).type())
        self.application.receive(msgspec.structs.replace(plain, data=msgspec.to_builtins(event)))

    def code(self, document: str, code: str, criterion: str) -> None:
        self.tell(EvidenceCoded(school=SCHOOL, cycle=CYCLE, document=document, code=code, criterion=criterion))

    def cite(self, document: str, code: str, criterion: str, kind: type = EvidenceLinked) -> None:
        place = {"criterion": criterion, "level": 1, "indicator": "-"}
        self.tell(kind(school=SCHOOL, cycle=CYCLE, document=document, code=code, **place))

    def seen(self, **asked: object) -> list[str]:
        listed = self.application.documents(DocumentsRequest(school=SCHOOL, **asked))  # type: ignore[arg-type]
        return [document.name for document in listed.documents]


@pytest.fixture
def desk() -> Desk:
    """Five papers: minutes coded and cited, a plan coded, a photo without fields, one broken, one waiting."""
    made = Desk()
    names = {}
    for name in ("bien ban.pdf", "ke hoach.pdf", "anh 10.jpg", "hong.pdf", "anh 9.jpg"):
        names[name] = made.receive(name.encode(), name=name).document
    made.read(names["bien ban.pdf"], *MINUTES)
    made.read(names["ke hoach.pdf"], *PLAN)
    made.read(names["anh 10.jpg"], "chữ viết tay")
    made.application.fail_reading(clerk(), names["hong.pdf"], FailureReason.DAMAGED)
    made.code(names["bien ban.pdf"], "MC.1.1.01", "1.1")
    made.cite(names["bien ban.pdf"], "MC.1.1.01", "1.1")
    made.code(names["ke hoach.pdf"], "MC.1.1.02", "1.1")
    made.names = names  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (PaperState.UNREAD, ["anh 9.jpg"]),
        (PaperState.FAILED, ["hong.pdf"]),
        (PaperState.UNCONFIRMED, ["ke hoach.pdf", "bien ban.pdf"]),
        (PaperState.UNCODED, ["anh 9.jpg", "hong.pdf", "anh 10.jpg"]),
        (PaperState.UNCITED, ["ke hoach.pdf"]),
    ],
)
def test_papers_are_narrowed_to_what_is_still_to_do_and_each_state_is_counted(desk, state, names):
    found = desk.application.documents(DocumentsRequest(school=SCHOOL, state=state))

    assert [one.name for one in found.documents] == names
    assert (found.matching, found.total, found.coded) == (len(names), 5, 2)
    assert found.states[state] == len(names)
    assert found.states == desk.application.documents(DocumentsRequest(school=SCHOOL)).states


def test_what_a_person_confirmed_waits_no_longer_and_the_count_is_one_number_in_list_and_document(desk):
    minutes = desk.names["bien ban.pdf"]
    before = desk.application.document(clerk(), DocumentRequest(document=minutes))
    (listed,) = desk.application.documents(DocumentsRequest(school=SCHOOL, documents=[minutes])).documents
    assert before.waiting == listed.waiting == len(before.fields) > 0

    fields = {field.name: field.value for field in before.fields}
    desk.application.confirm_fields(clerk(), ConfirmFields(document=minutes, fields=fields))

    assert desk.application.document(clerk(), DocumentRequest(document=minutes)).waiting == 0
    assert desk.seen(state=PaperState.UNCONFIRMED) == ["ke hoach.pdf"]


def test_a_corrected_number_is_the_one_that_is_shown_and_found(desk):
    minutes = desk.names["bien ban.pdf"]
    desk.application.confirm_fields(clerk(), ConfirmFields(document=minutes, fields={"so_ky_hieu": "38/BB-TH"}))

    title = desk.application.document(clerk(), DocumentRequest(document=minutes)).title
    assert title == "Biên bản 38/BB-TH · Họp Hội đồng trường"
    assert desk.seen(query="38/BB-TH") == ["bien ban.pdf"]
    assert desk.seen(query="36/BB-TH") == []


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"criterion": "1.1"}, ["ke hoach.pdf", "bien ban.pdf"]),
        ({"criterion": "4.2"}, []),
        ({"kind": "Biên bản"}, ["bien ban.pdf"]),
        ({"year": 2026}, ["ke hoach.pdf"]),
        ({"query": "hop hoi dong"}, ["bien ban.pdf"]),
        ({"query": "đồng họp"}, ["bien ban.pdf"]),
        ({"query": "ANH"}, ["anh 9.jpg", "anh 10.jpg"]),
        ({"query": "mc.1.1.02"}, ["ke hoach.pdf"]),
        ({"query": "MC.1.1"}, ["ke hoach.pdf", "bien ban.pdf"]),
        ({"query": "36/BB"}, ["bien ban.pdf"]),
        ({"query": "%"}, []),
        ({"query": "hoi dong", "state": PaperState.UNCITED}, []),
    ],
)
def test_papers_are_narrowed_by_criterion_kind_year_and_what_they_are_called(desk, asked, names):
    assert desk.seen(**asked) == names


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (PaperOrder.NEWEST, ["anh 9.jpg", "hong.pdf", "anh 10.jpg", "ke hoach.pdf", "bien ban.pdf"]),
        (PaperOrder.NAME, ["anh 9.jpg", "anh 10.jpg", "bien ban.pdf", "hong.pdf", "ke hoach.pdf"]),
        (PaperOrder.CODE, ["bien ban.pdf", "ke hoach.pdf", "anh 9.jpg", "hong.pdf", "anh 10.jpg"]),
        (PaperOrder.NUMBER, ["bien ban.pdf", "ke hoach.pdf", "anh 9.jpg", "hong.pdf", "anh 10.jpg"]),
        (PaperOrder.ISSUED, ["ke hoach.pdf", "bien ban.pdf", "anh 9.jpg", "hong.pdf", "anh 10.jpg"]),
        (PaperOrder.CODED_FIRST, ["ke hoach.pdf", "bien ban.pdf", "anh 9.jpg", "hong.pdf", "anh 10.jpg"]),
    ],
)
def test_papers_are_put_in_order_and_what_lacks_the_wanted_comes_last(desk, order, names):
    assert desk.seen(order=order) == names


def test_pages_of_a_list_follow_each_other_in_any_order(desk):
    whole = desk.seen(order=PaperOrder.NAME)

    assert desk.seen(order=PaperOrder.NAME, limit=2) + desk.seen(order=PaperOrder.NAME, limit=3, offset=2) == whole
    first = desk.application.documents(DocumentsRequest(school=SCHOOL, limit=2))
    assert desk.seen(before=first.next_before) == desk.seen()[2:]


def test_a_list_says_what_it_can_be_narrowed_by_and_a_paper_its_code_and_criteria(desk):
    found = desk.application.documents(DocumentsRequest(school=SCHOOL))

    assert (found.kinds, found.years, found.criteria) == (["Biên bản", "Kế hoạch"], [2026, 2025], ["1.1"])
    assert [(one.code, one.criteria) for one in found.documents[-2:]] == [("MC.1.1.02", []), ("MC.1.1.01", ["1.1"])]


def test_a_citation_taken_back_and_one_told_twice_leave_what_is_so(desk):
    minutes = desk.names["bien ban.pdf"]
    desk.cite(minutes, "MC.1.1.01", "1.1")
    desk.code(minutes, "MC.1.1.01", "1.1")
    desk.cite(minutes, "MC.1.1.01", "1.1", EvidenceUnlinked)

    assert desk.seen(state=PaperState.UNCITED) == ["ke hoach.pdf", "bien ban.pdf"]
    assert desk.seen(criterion="1.1") == ["ke hoach.pdf", "bien ban.pdf"]


@pytest.mark.parametrize(
    "asked", [{"offset": -1}, {"year": 10_000}, {"documents": ["x"] * 201}, {"positions": [1] * 201}, {"positions": [2**70]}]
)
def test_a_list_that_cannot_be_given_is_refused(desk, asked):
    with pytest.raises(BadRequest):
        desk.seen(**asked)


@pytest.mark.parametrize(
    ("typed", "matched"),
    [
        ("MC.1.1.01", [("bien ban.pdf", Matched.CODE)]),
        ("[mc.1.1.01]", [("bien ban.pdf", Matched.CODE)]),
        ("MC.1.1", [("ke hoach.pdf", Matched.CODE), ("bien ban.pdf", Matched.CODE)]),
        ("36/BB-TH", [("bien ban.pdf", Matched.NUMBER)]),
        ("36/BB", [("bien ban.pdf", Matched.NUMBER)]),
        ("ke hoach.pdf", [("ke hoach.pdf", Matched.NAME)]),
        ("họp hội đồng", [("bien ban.pdf", Matched.NAME)]),
        ("khong co", []),
        ("///", []),
    ],
)
def test_a_search_finds_papers_by_code_number_and_name_whole_hits_first(desk, typed, matched):
    found = desk.application.search(clerk(), SearchRequest(query=typed))

    assert [(paper.name, paper.matched) for paper in found.papers] == matched
    assert found.papers_total == len(matched)


def test_a_whole_code_stands_before_codes_it_is_only_part_of(desk):
    desk.code(desk.names["anh 9.jpg"], "MC.1.1.01.5", "1.1")

    found = desk.application.search(clerk(), SearchRequest(query="MC.1.1.01")).papers

    assert [paper.code for paper in found] == ["MC.1.1.01", "MC.1.1.01.5"]


def test_papers_found_by_name_are_those_the_caller_may_read_and_stand_on_the_first_pages_only(desk):
    desk.receive(b"other", school=OTHER_SCHOOL, name="bien ban.pdf")

    def schools(acting, **asked):
        found = desk.application.search(acting, SearchRequest(query="bien ban", **asked))
        return {paper.school for paper in found.papers}

    assert schools(clerk()) == {SCHOOL}
    assert schools(auditor()) == {SCHOOL, OTHER_SCHOOL}
    assert schools(auditor(), school=OTHER_SCHOOL) == {OTHER_SCHOOL}
    assert schools(auditor(), offset=20) == set()


def test_a_hit_tells_the_papers_title_its_code_and_at_how_many_places_the_page_has_it(desk):
    (hit,) = desk.application.search(clerk(), SearchRequest(query="hội đồng trường")).hits

    assert hit.title == "Biên bản 36/BB-TH · Họp Hội đồng trường"
    assert hit.code == "MC.1.1.01"
    assert (hit.places, len(hit.boxes)) == (1, 3)


def test_words_of_one_place_say_so_and_every_page_with_the_query_is_named(desk):
    document = desk.receive(b"long", name="dai.pdf", pages=3).document
    desk.read(document, "báo cáo và báo cáo", "---", "trang trắng", "---", "một báo cáo")

    answer = desk.application.page(clerk(), PageRequest(document=document, number=1, query="báo cáo", around=1))

    assert [word.place for word in answer.words] == [1, 1, 0, 2, 2]
    assert [(one.number, one.places) for one in answer.found] == [(1, 2), (3, 1)]
    assert [one.number for one in answer.around] == [1, 2]
    assert answer.around[1].thumbnail_url


def test_a_page_that_is_not_read_yet_is_given_to_those_who_ask_for_it_and_to_no_others(desk):
    document = desk.receive(b"waiting", name="cho.pdf", pages=3).document

    page = desk.application.page(clerk(), PageRequest(document=document, number=3, unread=True)).page
    assert (page.number, page.width, page.text) == (3, 0, "")
    assert page.image_url
    for asked in (PageRequest(document=document, number=3), PageRequest(document=document, number=4, unread=True)):
        with pytest.raises(NotFound):
            desk.application.page(clerk(), asked)


def test_lists_built_again_from_the_logs_say_the_same(desk, tmp_path):
    wanted = desk.application.documents(DocumentsRequest(school=SCHOOL))
    desk.application.views.rebuild()
    desk.heard = 2
    names = desk.names
    for sequence, school in enumerate((SCHOOL, OTHER_SCHOOL), start=1):
        desk.application.receive(school_registered(school, sequence))
    desk.code(names["bien ban.pdf"], "MC.1.1.01", "1.1")
    desk.cite(names["bien ban.pdf"], "MC.1.1.01", "1.1")
    desk.code(names["ke hoach.pdf"], "MC.1.1.02", "1.1")

    again = desk.application.documents(DocumentsRequest(school=SCHOOL))
    assert again.states == wanted.states
    assert [(d.title, d.code, d.waiting) for d in again.documents] == [
        (d.title, d.code, d.waiting) for d in wanted.documents
    ]


def test_a_title_is_kind_number_and_abstract_as_far_as_they_are_known():
    assert title_of({"loai_van_ban": "Kế hoạch", "trich_yeu": "Kiểm tra"}) == "Kế hoạch · Kiểm tra"
    assert title_of({"so_ky_hieu": "1/KH"}) == "1/KH"
    assert title_of({"co_quan": "Trường"}) == ""


def test_keys_forget_accents_and_signs_and_count_numbers_by_value():
    assert find_key("[H1-1.1-01] Đề án") == " h1 1 1 01 de an "
    assert find_key("—") == " "
    assert order_key("MC.1.1.9") < order_key("MC.1.1.10")
    assert [is_code_like(text) for text in ("36/BB-TH", "[H1", "1.1", "năm 2025", "bien-ban")] == [
        True,
        True,
        True,
        False,
        False,
    ]
