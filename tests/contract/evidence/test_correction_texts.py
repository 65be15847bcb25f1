"""What people made of pages is kept, read back and erased alike on every store."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from services.evidence.adapters.correction_texts import CorrectionReader, CorrectionTables, corrections_beside
from services.evidence.ports import KeptCorrection
from shared.contracts.calls.evidence import (
    CorrectPage,
    PagesToReviewRequest,
    PageToCorrectRequest,
    ReadingQualityRequest,
    WordChange,
    WordChangeKind,
)
from tests.unit.evidence.evidence_kit import SCHOOL, World, auditor, clerk

FIRST, SECOND, OTHER = (
    KeptCorrection(salt=b"s1", content=b"{}"),
    KeptCorrection(salt=b"s2", content=b"[]"),
    KeptCorrection(salt=b"s3", content=b"x"),
)


@pytest.fixture
def texts(shared_url):
    opened = CorrectionTables(shared_url)
    yield opened
    opened.close()


def test_what_is_kept_is_there_when_opened_again(shared_url, texts):
    texts.keep("c1", "d1", 1, FIRST)
    texts.keep("c2", "d1", 2, SECOND)
    texts.keep("c3", "d2", 1, OTHER)
    again = CorrectionTables(shared_url)
    assert dict(again.of_document("d1")) == {"c1": FIRST, "c2": SECOND}
    again.close()
    reader = CorrectionReader(shared_url)
    assert dict(reader.of_document("d2")) == {"c3": OTHER}
    reader.close()


def test_an_id_is_used_once(texts):
    texts.keep("c1", "d1", 1, FIRST)
    with pytest.raises(IntegrityError):
        texts.keep("c1", "d1", 1, SECOND)
    assert dict(texts.of_document("d1")) == {"c1": FIRST}


def test_what_was_erased_is_gone_page_by_page(texts):
    texts.keep("c1", "d1", 1, FIRST)
    texts.keep("c2", "d1", 2, SECOND)
    assert (texts.erase("d1", 1), texts.erase("d1", 1), texts.erase("d2", 1)) == (1, 0, 0)
    assert dict(texts.of_document("d1")) == {"c2": SECOND}


def test_a_reader_makes_no_store(tmp_path):
    reader = CorrectionReader(f"sqlite:///{tmp_path}/corrections.sqlite")
    assert reader.of_document("d1") == {}
    reader.close()
    assert list(tmp_path.iterdir()) == []


def test_corrections_lie_beside_the_views():
    assert corrections_beside("sqlite:////data/evidence/views.sqlite") == "sqlite:////data/evidence/corrections.sqlite"
    assert corrections_beside("postgresql://a/b") == "postgresql://a/b"
    assert corrections_beside("sqlite://") == "sqlite://"


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def test_pages_are_listed_corrected_and_counted_alike_on_every_store(kind, request, tmp_path):
    if kind == "sqlite":
        world = World(store=f"sqlite:///{tmp_path}/log.sqlite", views=f"sqlite:///{tmp_path}/views.sqlite")
    else:
        dsn = str(request.getfixturevalue("postgresql").new_database())
        world = World(store=dsn, views=dsn)
    document = world.receive().document
    world.read(document, "một hai", "---", "ba bốn", "---", "năm", confidence=50)
    shown = world.application.page_to_correct(clerk(), PageToCorrectRequest(document=document, page=2))
    change = WordChange(kind=WordChangeKind.REPLACED, word=1, text="bốn mươi")
    answer = world.application.correct_page(
        clerk(), CorrectPage(document=document, page=2, text_sha256=shown.text_sha256, edition=0, changes=[change])
    )
    listed = world.application.pages_to_review(clerk(), PagesToReviewRequest(school=SCHOOL))
    assert (answer.after.page, [one.page for one in listed.pages], listed.papers) == (3, [1, 3], 1)
    (quality,) = world.application.reading_quality(auditor(), ReadingQualityRequest()).qualities
    assert (quality.pages, quality.rejudged, quality.words_read, quality.words_missing) == (1, 0, 2, 1)
