"""Reading of every kind of file that schools really send: each is drawn by `world`, read as in production, and judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.evidence.adapters.subprocesses import SubprocessTextExtractor
from services.evidence.domain.media import HEAD_BYTES, sniff
from services.evidence.domain.text import ReadText, decode_text
from services.evidence.extraction.protocol import TEXT_FILE
from services.evidence.ports import ExtractionFailed
from tests.integration.evidence.world import CASES, Case


def _read(case: Case, folder: Path) -> ReadText:
    """Read as the extraction worker does: by the child, once ingest has let the file in."""
    path = folder / f"{case.name}.{case.suffix}"
    path.write_bytes(case.make())
    with path.open("rb") as file:
        media = sniff(file.read(HEAD_BYTES))
    assert media is not None
    SubprocessTextExtractor().read(path, media, folder, lambda _page, _pages: None)
    return decode_text((folder / TEXT_FILE).read_bytes())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_of_the_world_gives_what_people_see_on_it(case, tmp_path):
    if case.failure:
        with pytest.raises(ExtractionFailed) as failed:
            _read(case, tmp_path)
        assert failed.value.reason == case.failure
        return
    read = _read(case, tmp_path)
    text = "\n".join(page.text for page in read.pages).casefold()
    assert [words for words in case.has if words.casefold() not in text] == [], text
    assert [words for words in case.lacks if words.casefold() in text] == [], text
    assert (len(read.pages), read.notes) == (case.pages, case.notes)
    assert case.words in {-1, read.words}, text
    assert case.source in {"", read.pages[0].source}
    assert all(0 <= word.left <= 1000 and 0 <= word.top <= 1000 for page in read.pages for word in page.words)
