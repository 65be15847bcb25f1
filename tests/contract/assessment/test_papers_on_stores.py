"""The same facts print the same bytes on every store, and again after a restart.

A store says itself when it took an event in, and the checkpoint covers that: the foot tells both, here they are put equal.
"""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from shared.papers.docx import to_docx
from shared.papers.model import Paper
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.self_assessment import PaperKind
from tests.opened import scope
from tests.unit.assessment.conftest import NOW, Office
from tests.unit.assessment.papers_kit import TT57, PaperOffice, named


def at_work(*stores: str) -> PaperOffice:
    """Return a school that has written, judged and cited, on a store."""
    work = PaperOffice.opened(Office(*stores), TT57)
    work.office.judge_all(work.cycle)
    work.set_up()
    work.write_everywhere(work.cite(list(work.rulebook.criteria)[:3], 3))
    work.describe_everywhere()
    work.fill_report()
    return work


def digests(work: PaperOffice) -> dict[str, str]:
    """Return the SHA-256 of the report and the list as Word, and of the list as Excel."""
    report, evidence = (taken_in_alike(work.paper(kind)) for kind in (PaperKind.REPORT, PaperKind.EVIDENCE_LIST))
    files = {"report": to_docx(report), "list": to_docx(evidence), "sheet": to_xlsx(evidence)}
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def taken_in_alike(paper: Paper) -> Paper:
    """Return a paper, names put in, as if every store had taken it in at the same moment."""
    assert paper.recorded_at is not None
    assert paper.checkpoint
    return named(msgspec.structs.replace(paper, recorded_at=NOW, checkpoint="0" * 8))


@pytest.fixture(scope="module")
def in_memory():
    with scope():
        yield digests(at_work())


def test_every_store_prints_the_same_bytes_also_after_a_restart(urls, in_memory):
    first = at_work(*urls)
    assert digests(first) == in_memory

    again = PaperOffice(Office(*urls), first.cycle)
    assert digests(again) == in_memory
    assert again.paper(PaperKind.REPORT) == first.paper(PaperKind.REPORT)
