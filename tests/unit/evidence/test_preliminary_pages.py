"""Page 1 of a long paper is seen, image and words, before the last one is read; nothing of it stays when all is read."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from services.evidence.domain.text import FailureReason, encode_text
from services.evidence.errors import ArchiveUnavailable, NoSuchPage
from services.evidence.extraction.protocol import TEXT_FILE, PageReading, page_file, reading_file, thumbnail_file
from services.evidence.extraction_worker import ExtractionWorker
from services.evidence.page_previews import PagePreviews
from services.evidence.ports import ExtractionFailed
from shared.contracts.calls.evidence import PageRequest, ReadingState, RetryReading, SearchRequest
from tests.unit.evidence.evidence_kit import MemoryArchive, World, clerk, read_text, received_file

LINES = ("kế hoạch năm học", "---", "phân công thực hiện", "---", "nơi nhận")


class PageByPage:
    """Reads a paper of three pages, the last before the second; what is `seen` after each is noted."""

    def __init__(self, seen=lambda: None, *, fails: FailureReason | None = None) -> None:
        self.seen = seen
        self.fails = fails
        self.notes: list[object] = []

    def read(self, source, media, into, progress):
        text = read_text(*LINES)
        for done, number in enumerate((1, 3, 2), 1):
            self.write(into, text.pages[number - 1])
            progress(done, 3)
            self.notes.append(self.seen())
            if self.fails is not None:
                raise ExtractionFailed(self.fails, lasting=True)
        (into / TEXT_FILE).write_bytes(encode_text(text)[0])

    def write(self, into: Path, page) -> None:
        (into / page_file(page.number)).write_bytes(b"image %d" % page.number)
        (into / thumbnail_file(page.number)).write_bytes(b"small %d" % page.number)
        reading = PageReading(page=page, width=1240, height=1754, engine="tesseract", engine_version="5", pipeline="plain-1")
        (into / reading_file(page.number)).write_bytes(msgspec.json.encode(reading))


class NoRenderer:
    def view(self, source, media, number, into):
        raise ExtractionFailed(FailureReason.ENGINE, lasting=False)


class Office:
    def __init__(self, pages: int = 3) -> None:
        self.world, self.archive = World(), MemoryArchive()
        _, version = self.archive.keep(b"bytes")
        file = msgspec.structs.replace(received_file(b"bytes", pages=pages), version=version)
        self.document = self.world.application.register_document(clerk(), file).document

    def read_by(self, child) -> None:
        assert ExtractionWorker(self.world.application, self.archive, child, name="reader-1").step()

    def page(self, number: int):
        return self.world.application.page(clerk(), PageRequest(document=self.document, number=number, unread=True))

    def image(self, number: int) -> bytes:
        previews = PagePreviews(self.world.application, self.archive, NoRenderer())
        return previews.image(self.world.application.row(self.document), page_file(number), number)

    def preliminary(self) -> set[str]:
        return {key for key in self.world.derived.objects if "/dang-doc/" in key}


def test_pages_that_are_read_are_seen_while_others_are_still_to_come():
    office = Office()

    def seen():
        return [office.page(number).page.text for number in (1, 2, 3)]

    child = PageByPage(seen)
    office.read_by(child)

    assert child.notes == [
        ["kế hoạch năm học", "", ""],
        ["kế hoạch năm học", "", "nơi nhận"],
        ["kế hoạch năm học", "phân công thực hiện", "nơi nhận"],
    ]


def test_the_paper_is_still_being_read_as_far_as_anybody_is_told():
    office = Office()

    def seen():
        answer = office.page(1)
        return (answer.document.state, answer.document.pages_read, answer.page.confidence, len(answer.words))

    child = PageByPage(seen)
    office.read_by(child)

    assert child.notes[0] == (ReadingState.READING, 1, 95, 4)
    assert office.page(1).document.state is ReadingState.READ


def test_its_image_is_the_one_on_which_its_words_were_read():
    office = Office()
    child = PageByPage(lambda: office.image(1))

    office.read_by(child)

    assert child.notes[0] == b"image 1"


def test_nobody_finds_by_words_that_nobody_vouches_for():
    office = Office()
    child = PageByPage(lambda: office.world.application.search(clerk(), SearchRequest(query="kế hoạch")).total)

    office.read_by(child)

    assert child.notes == [0, 0, 0]
    assert office.world.application.search(clerk(), SearchRequest(query="kế hoạch")).total == 1


@pytest.mark.parametrize("fails", [None, FailureReason.DAMAGED])
def test_nothing_of_it_stays_when_the_reading_is_over(fails):
    office = Office()
    child = PageByPage(lambda: len(office.preliminary()), fails=fails)

    office.read_by(child)

    assert child.notes[0] == 3
    assert office.preliminary() == set()


def test_a_failed_reading_shows_no_page_of_its_own():
    office = Office()
    office.read_by(PageByPage(fails=FailureReason.DAMAGED))

    assert office.page(1).page.text == ""
    with pytest.raises(NoSuchPage):
        office.image(1)


def test_a_paper_that_is_read_again_shows_its_former_text_until_there_is_the_new_one():
    office = Office()
    office.world.read(office.document, "chữ cũ")
    office.world.application.retry_reading(clerk(), RetryReading(document=office.document))
    child = PageByPage(lambda: (office.page(1).page.text, len(office.preliminary())))

    office.read_by(child)

    assert child.notes == [("chữ cũ", 0)] * 3
    assert office.page(1).page.text == "kế hoạch năm học"


def test_a_paper_of_one_page_is_kept_once():
    office = Office(pages=1)

    class OnePage(PageByPage):
        def read(self, source, media, into, progress):
            text = read_text("chữ")
            self.write(into, text.pages[0])
            progress(1, 1)
            self.notes.append(len(office.preliminary()))
            (into / TEXT_FILE).write_bytes(encode_text(text)[0])

    child = OnePage()
    office.read_by(child)

    assert child.notes == [0]
    assert office.page(1).page.text == "chữ"


def test_a_derived_store_that_is_away_for_a_moment_does_not_end_the_reading():
    office = Office()
    derived, away = office.world.derived, {"left": 2}
    put, discard = derived.put, derived.discard

    def sometimes(key, data):
        if away["left"]:
            away["left"] -= 1
            raise ArchiveUnavailable
        put(key, data)

    def never(folder):
        raise ArchiveUnavailable

    derived.put, derived.discard = sometimes, never
    child = PageByPage(lambda: office.page(1).page.text)
    office.read_by(child)

    assert child.notes == ["", "", "kế hoạch năm học"]
    assert office.page(1).document.state is ReadingState.READ
    # What could not be removed is not shown either: the text is.
    assert office.preliminary()
    derived.discard = discard


def test_a_preliminary_page_that_is_damaged_is_one_that_is_still_to_come():
    office = Office()

    def seen():
        key = f"{office.document}/dang-doc/{reading_file(1)}"
        office.world.derived.objects[key] = b"{"
        return office.page(1).page.text

    child = PageByPage(seen)
    office.read_by(child)

    assert child.notes == ["", "", ""]
