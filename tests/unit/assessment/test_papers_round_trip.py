"""Every paper that a self-assessment prints differs nowhere when it comes back from Word or Excel untouched."""

from __future__ import annotations

import contextlib
import io

import docx
import openpyxl
import pytest

from services.evidence.domain.filled_comparison import compare_filled
from shared.papers.docx import to_docx
from shared.papers.reading import read_office
from shared.papers.text import printed_text
from shared.papers.xlsx import NoSheets, to_xlsx
from tests.opened import scope
from tests.unit.assessment.conftest import Office
from tests.unit.assessment.papers_kit import REGIMES, PaperOffice, everything


def saved_by_another_program(data: bytes, *, sheet: bool) -> bytes:
    kept = io.BytesIO()
    if sheet:
        openpyxl.load_workbook(io.BytesIO(data), rich_text=True).save(kept)
    else:
        docx.Document(io.BytesIO(data)).save(kept)
    return kept.getvalue()


@pytest.fixture(params=REGIMES)
def work(request):
    with scope():
        yield PaperOffice.opened(Office(), request.param).complete(documents=8)


def test_every_paper_untouched_differs_nowhere(work: PaperOffice):
    printed = 0
    for kind, paper in everything(work):
        text = printed_text(paper)
        files = [(to_docx(paper), False)]
        with contextlib.suppress(NoSheets):
            files.append((to_xlsx(paper), True))
        for data, sheet in files:
            for file in (data, saved_by_another_program(data, sheet=sheet)):
                found = compare_filled(text, read_office(file), kind.value)
                assert found.differences == (), (kind, sheet, found.differences[:3])
                printed += 1
    assert printed >= 2 * len(work.kinds())
