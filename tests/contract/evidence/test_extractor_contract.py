"""What every reader of files promises: children of its own, one shared child, eight of them for two processors."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from services.evidence.adapters.reading_children import ReadingChildren
from services.evidence.adapters.subprocesses import SubprocessTextExtractor
from services.evidence.domain.media import Media
from services.evidence.domain.text import FailureReason, PageDoubt, encode_text
from services.evidence.extraction.protocol import TEXT_FILE, page_file, reading_file, thumbnail_file
from services.evidence.ports import ExtractionFailed
from tests.integration.evidence.reading_kit import numbered, numbers_read, page, text_in, tiff

OFFSETS, LENGTHS = 273, 279
"""Tags of TIFF: where the strips of a picture begin, and how long they are."""


@pytest.fixture(scope="module", params=["own", 1, 8])
def extractor(request):
    if request.param == "own":
        yield SubprocessTextExtractor()
        return
    with ReadingChildren(count=request.param) as children:
        yield SubprocessTextExtractor(children=children)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def test_pages_stand_in_their_order_whatever_order_they_are_read_in(extractor, folder, tmp_path):
    extractor.read(numbered(tmp_path / "a.tif", 5), Media.TIFF, folder, lambda *_: None)

    text = text_in(folder)
    assert [read.number for read in text.pages] == [1, 2, 3, 4, 5]
    assert numbers_read(text) == ["1", "2", "3", "4", "5"]
    assert (text.engine, text.language) == ("tesseract", "vie")
    assert text.pipeline


def test_the_text_object_has_the_bytes_of_its_text(extractor, folder, tmp_path):
    extractor.read(numbered(tmp_path / "a.tif", 2), Media.TIFF, folder, lambda *_: None)

    assert (folder / TEXT_FILE).read_bytes() == encode_text(text_in(folder))[0]


def test_progress_grows_and_what_is_counted_is_there_by_then(extractor, folder, tmp_path):
    seen: list[tuple[int, int, int]] = []

    def look(read: int, pages: int) -> None:
        whole = [
            number
            for number in range(1, pages + 1)
            if all((folder / name(number)).is_file() for name in (reading_file, page_file, thumbnail_file))
        ]
        seen.append((read, pages, len(whole)))

    extractor.read(numbered(tmp_path / "a.tif", 4), Media.TIFF, folder, look)

    assert seen[0][:2] == (0, 4)
    assert seen[-1] == (4, 4, 4)
    assert [read for read, _, _ in seen] == sorted(read for read, _, _ in seen)
    assert all(there >= read for read, _, there in seen)


def test_a_file_that_is_none_is_damaged_for_good(extractor, folder, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nrubbish")

    with pytest.raises(ExtractionFailed) as failed:
        extractor.read(tmp_path / "a.pdf", Media.PDF, folder, lambda *_: None)

    assert (failed.value.reason, failed.value.lasting) == (FailureReason.DAMAGED, True)


def test_a_page_that_cannot_be_made_is_left_out_and_says_so(extractor, folder, tmp_path):
    # The picture of the second is rubbish, which cannot be unpacked.
    path = tiff(tmp_path / "a.tif", page("Trang thứ 1"), page("Trang thứ 2"), page("Trang thứ 3"))
    with Image.open(path) as image:
        image.seek(1)
        strips = list(zip(image.tag_v2[OFFSETS], image.tag_v2[LENGTHS], strict=True))
    data = bytearray(path.read_bytes())
    for start, length in strips:
        data[start : start + length] = b"\xff" * length
    path.write_bytes(bytes(data))

    extractor.read(path, Media.TIFF, folder, lambda *_: None)

    text = text_in(folder)
    assert numbers_read(text) == ["1", "", "3"]
    assert [list(read.doubts) for read in text.pages][1] == [PageDoubt.NOT_READ.value]
    assert (folder / page_file(2)).is_file()
