"""Texts of prints are kept, compared against and erased alike on every store."""

from __future__ import annotations

import datetime as dt

import pytest

from services.evidence.adapters.printed_texts import PrintedTextTables, printed_texts_beside
from shared.contracts.calls.evidence import PaperCodeState, PrintsRequest
from tests.unit.evidence.evidence_kit import SCHOOL, World
from tests.unit.evidence.test_signed_papers import LINES, OTHER_PAPER, PAPER, come_home, papers_of, register, scan


@pytest.fixture
def texts(shared_url):
    opened = PrintedTextTables(shared_url)
    yield opened
    opened.close()


def test_a_text_is_kept_once_and_is_there_when_opened_again(shared_url, texts):
    texts.keep(PAPER, ["Trang một", "Trang hai"])
    texts.keep(PAPER, ["khác"])
    again = PrintedTextTables(shared_url)
    assert again.pages(PAPER) == ("Trang một", "Trang hai")
    assert again.pages(OTHER_PAPER) is None
    again.close()


def test_differences_are_kept_for_each_document_and_replaced(texts):
    texts.keep(PAPER, ["Trang một"])
    texts.keep_differences(PAPER, "d1", b"[]")
    texts.keep_differences(PAPER, "d2", b"[1]")
    texts.keep_differences(PAPER, "d1", b"[2]")
    assert (texts.differences(PAPER, "d1"), texts.differences(PAPER, "d2")) == (b"[2]", b"[1]")
    assert texts.differences(OTHER_PAPER, "d1") is None


def test_what_was_erased_is_gone_and_does_not_come_back(texts):
    texts.keep(PAPER, ["Lò Thị Thử"])
    texts.keep_differences(PAPER, "d1", b"[1]")
    texts.erase(PAPER)
    texts.erase(OTHER_PAPER)
    texts.keep(PAPER, ["Lò Thị Thử"])
    texts.keep(OTHER_PAPER, ["Lò Thị Thử"])
    texts.keep_differences(PAPER, "d1", b"[1]")
    assert [texts.pages(paper) for paper in (PAPER, OTHER_PAPER)] == [None, None]
    assert texts.differences(PAPER, "d1") is None


def test_texts_lie_beside_the_views():
    assert printed_texts_beside("sqlite:////data/evidence/views.sqlite") == "sqlite:////data/evidence/prints.sqlite"
    assert printed_texts_beside("postgresql://a/b") == "postgresql://a/b"
    assert printed_texts_beside("sqlite://") == "sqlite://"


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def test_prints_come_home_alike_on_every_store(kind, request, tmp_path):
    if kind == "sqlite":
        world = World(store=f"sqlite:///{tmp_path}/log.sqlite", views=f"sqlite:///{tmp_path}/views.sqlite")
    else:
        dsn = str(request.getfixturevalue("postgresql").new_database())
        world = World(store=dsn, views=dsn)
    register(world)
    register(world, paper=OTHER_PAPER)
    first = come_home(world, scan(*(line.replace("12", "15") for line in LINES)), data=b"first")
    come_home(world, scan(*LINES), data=b"second")

    listed = world.application.signed_papers(PrintsRequest(school=SCHOOL)).prints

    assert [(one.paper, bool(one.document), one.differences) for one in listed] == [
        (OTHER_PAPER, False, 0),
        (PAPER, True, 0),
    ]
    assert (listed[1].valid_at, listed[1].printed_at.tzinfo is not None) == (dt.date(2026, 9, 14), True)
    assert [(one.state, one.differences) for one in papers_of(world, first)] == [(PaperCodeState.SIGNED, 1)]
