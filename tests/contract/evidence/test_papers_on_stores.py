"""Papers are narrowed, ordered, counted and found alike on every store that holds the read models."""

from __future__ import annotations

import pytest

from services.evidence.domain.text import FailureReason
from shared.contracts.calls.evidence import DocumentsRequest, Matched, PageRequest, PaperOrder, PaperState, SearchRequest
from tests.unit.evidence.evidence_kit import SCHOOL, clerk
from tests.unit.evidence.test_papers_listed import MINUTES, PLAN, Desk


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk(request, tmp_path) -> Desk:
    """Minutes with a code and a citation, a plan, one that is broken and one that waits, on a store of its own."""
    if request.param == "sqlite":
        made = Desk(store=f"sqlite:///{tmp_path}/log.sqlite", views=f"sqlite:///{tmp_path}/views.sqlite")
    else:
        dsn = str(request.getfixturevalue("postgresql").new_database())
        made = Desk(store=dsn, views=dsn)
    papers = [made.receive(name.encode(), name=name).document for name in ("a 10.pdf", "a 9.pdf", "hong.pdf", "cho.pdf")]
    made.read(papers[0], *MINUTES)
    made.read(papers[1], *PLAN)
    made.application.fail_reading(clerk(), papers[2], FailureReason.DAMAGED)
    made.code(papers[0], "MC.1.1.01", "1.1")
    made.code(papers[0], "MC.1.1.01", "1.1")
    made.cite(papers[0], "MC.1.1.01", "1.1")
    made.cite(papers[0], "MC.1.1.01", "1.1")
    return made


def test_every_state_and_order_answers_alike(desk):
    listed = desk.application.documents(DocumentsRequest(school=SCHOOL))

    assert listed.states == {
        PaperState.UNREAD: 1,
        PaperState.FAILED: 1,
        PaperState.UNCONFIRMED: 2,
        PaperState.UNCODED: 3,
        PaperState.UNCITED: 0,
    }
    assert (listed.total, listed.coded, listed.kinds, listed.years) == (4, 1, ["Biên bản", "Kế hoạch"], [2026, 2025])
    firsts = {order: desk.seen(order=order)[0] for order in PaperOrder}
    assert firsts == {
        PaperOrder.NEWEST: "cho.pdf",
        PaperOrder.NAME: "a 10.pdf",
        PaperOrder.CODE: "a 10.pdf",
        PaperOrder.NUMBER: "a 10.pdf",
        PaperOrder.ISSUED: "a 9.pdf",
        PaperOrder.CODED_FIRST: "a 10.pdf",
    }
    assert desk.seen(criterion="1.1", kind="Biên bản", year=2025, query="hop hoi dong") == ["a 10.pdf"]


def test_papers_and_pages_are_found_alike(desk):
    found = desk.application.search(clerk(), SearchRequest(query="36/BB-TH"))

    assert [(paper.name, paper.matched, paper.code) for paper in found.papers] == [("a 10.pdf", Matched.NUMBER, "MC.1.1.01")]
    assert [(hit.places, hit.title) for hit in found.hits] == [(1, "Biên bản 36/BB-TH · Họp Hội đồng trường")]
    document = found.papers[0].document
    answer = desk.application.page(clerk(), PageRequest(document=document, number=1, query="họp hội đồng", around=2))
    assert [(one.number, one.places) for one in answer.found] == [(1, 1)]
