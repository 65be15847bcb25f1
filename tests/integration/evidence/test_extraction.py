"""The extraction child and the worker's loop, with the real tesseract and with broken ones."""

from __future__ import annotations

import datetime as dt
import errno
import os
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from deploy.demo.scans import font_file, make_scans
from services.evidence import extraction_queue
from services.evidence.adapters import child_process
from services.evidence.adapters import subprocesses as child_module
from services.evidence.adapters.file_reading import read_file
from services.evidence.adapters.subprocesses import SubprocessFileInspector, SubprocessTextExtractor
from services.evidence.domain.fields import propose
from services.evidence.domain.media import HEAD_BYTES, FileFacts, Flaw, Media, sniff
from services.evidence.domain.search_query import hits, parse_query
from services.evidence.domain.text import FailureReason, ReadText, encode_text
from services.evidence.errors import BrokenPdf, TruncatedFile, WrongKind
from services.evidence.extraction.protocol import (
    TEXT_FILE,
    ChildLimits,
    Exit,
    ReadingOptions,
    page_file,
    thumbnail_file,
)
from services.evidence.extraction_worker import ExtractionWorker
from services.evidence.ports import ExtractionFailed
from shared.contracts.calls.evidence import DocumentRequest, ProgressRequest, ReadingState
from shared.problems import Unavailable
from shared.worker import Rhythm
from tests.unit.evidence.evidence_kit import SCHOOL, MemoryArchive, World, clerk, facts_of, read_text, received_file

QUICK = ChildLimits(page_seconds=60)
PLAIN = ReadingOptions(engine="plain")
"""The engine that runs the `tesseract` command, in whose place a test can put another."""
QUICKLY = Rhythm(idle=0.01, retry=0.01, longest_retry=0.01)


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    return make_scans(tmp_path_factory.mktemp("scans"), seed=7)


@pytest.fixture(scope="module")
def texts(scans) -> dict[str, ReadText]:
    return {scan.path.suffix: read_file(scan.path) for scan in scans}


def whole(text: ReadText) -> str:
    return "\n".join(page.text for page in text.pages)


def line_image(*lines: str, size=(1600, 700), mode="L") -> Image.Image:
    font = ImageFont.truetype(str(font_file()), 60)
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for n, line in enumerate(lines):
        draw.text((80, 60 + 110 * n), line, font=font, fill=0)
    return image.convert(mode)


LINES = ("Nhà trường xây dựng kế hoạch", "kiểm định chất lượng giáo dục", "năm học 2026 - 2027", "gồm 12 lớp, 430 học sinh")


# ---- the demo's scans


def test_each_scan_is_read_well_enough_to_be_found(scans, texts):
    for scan in scans:
        text = texts[scan.path.suffix]
        assert text.confidence >= 85, scan.title
        for words in scan.words:
            found = [page for page in text.pages if hits(page.words, parse_query(f'"{words}"'))]
            assert found or "/" in words, (scan.title, words)


def test_a_colour_pdf_of_several_pages_is_read_whole(texts):
    text = texts[".pdf"]
    assert len(text.pages) == 2
    assert "kế hoạch kiểm định chất lượng" in whole(text)
    assert {found.name for found in propose(text)} >= {"loai_van_ban", "so_ky_hieu", "ngay_ban_hanh", "co_quan", "trich_yeu"}


def test_all_frames_of_a_tiff_are_read(texts):
    assert [page.number for page in texts[".tif"].pages] == [1, 2]
    assert all(page.words for page in texts[".tif"].pages)


def test_a_crooked_photograph_stands_upright_by_its_exif(texts):
    (page,) = texts[".jpg"].pages
    assert page.height > page.width
    assert page.confidence >= 85


def test_the_engine_and_its_language_are_named(texts):
    text = texts[".pdf"]
    assert (text.engine, text.language) == ("tesseract", "vie")
    assert text.engine_version.startswith("5.")


def test_page_images_keep_to_their_budget_and_thumbnails_to_theirs(scans, tmp_path):
    seen: list[tuple[int, int]] = []
    SubprocessTextExtractor(QUICK).read(scans[0].path, Media.PDF, tmp_path, lambda read, pages: seen.append((read, pages)))
    assert seen[-1] == (2, 2)
    for number in (1, 2):
        page, thumbnail = tmp_path / page_file(number), tmp_path / thumbnail_file(number)
        assert page.stat().st_size <= 150_000
        assert sniff(page.read_bytes()[:HEAD_BYTES]) is Media.WEBP
        with Image.open(thumbnail) as small:
            assert max(small.size) == 240


def test_the_same_scan_and_seed_give_the_same_bytes(scans, tmp_path):
    again = make_scans(tmp_path, seed=7)
    assert [scan.path.read_bytes() for scan in again] == [scan.path.read_bytes() for scan in scans]


# ---- every kind of image


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P", "CMYK"])
def test_images_of_every_mode_are_read(tmp_path, mode):
    path = tmp_path / "a.tif"
    line_image(*LINES, mode=mode).save(path, dpi=(300, 300))
    assert "kiểm định chất lượng giáo dục" in whole(read_file(path))


def test_a_transparent_image_is_read_on_white(tmp_path):
    ink = line_image(*LINES)
    image = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    image.putalpha(ink.point(lambda v: 255 - v))
    image.save(tmp_path / "a.png")
    assert "kiểm định chất lượng giáo dục" in whole(read_file(tmp_path / "a.png"))


def test_sixteen_bits_a_pixel_are_scaled_not_cut(tmp_path):
    values = np.asarray(line_image(*LINES), dtype=np.uint16) * 100 + 2000
    Image.fromarray(values).save(tmp_path / "a.png")
    assert "kiểm định chất lượng giáo dục" in whole(read_file(tmp_path / "a.png"))


def test_heic_and_webp_are_read(tmp_path):
    import pillow_heif

    pillow_heif.register_heif_opener()
    image = line_image(*LINES, mode="RGB")
    image.save(tmp_path / "a.heic", quality=90)
    image.save(tmp_path / "a.webp", quality=90)
    for name in ("a.heic", "a.webp"):
        assert "kiểm định chất lượng giáo dục" in whole(read_file(tmp_path / name)), name


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_head_is_turned(tmp_path, scans, degrees):
    with pikepdf.open(scans[0].path) as pdf:
        pdf.pages[0].rotate(degrees, relative=True)
        del pdf.pages[1:]
        pdf.save(tmp_path / "turned.pdf")
    text = read_file(tmp_path / "turned.pdf")
    assert "kế hoạch kiểm định chất lượng" in whole(text)


def test_a_blank_page_has_no_words_and_one_image(tmp_path):
    Image.new("RGB", (1240, 1754), "white").save(tmp_path / "a.png", dpi=(150, 150))
    text = read_file(tmp_path / "a.png")
    assert (text.words, text.confidence, len(text.pages)) == (0, 0, 1)


def born_digital(path: Path, text: str) -> None:
    """Write a PDF with a real text layer, by a font whose letters map to Unicode."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        lines = "".join(f"1 0 0 1 72 {760 - 20 * n} Tm ({line}) Tj\n" for n, line in enumerate(text.split("\n")))
        page.Contents = pdf.make_stream(f"BT /F1 14 Tf\n{lines}ET".encode("latin-1"))
        pdf.save(path)


def test_a_born_digital_page_gives_its_own_words_with_their_places(tmp_path):
    born_digital(tmp_path / "a.pdf", "Ke hoach kiem dinh chat luong\nnam hoc 2026")
    (page,) = read_file(tmp_path / "a.pdf").pages
    assert page.source == "pdf"
    assert page.text == "Ke hoach kiem dinh chat luong\nnam hoc 2026"
    first = page.words[0]
    assert (first.confidence, 110 <= first.left <= 130, 70 <= first.top <= 110) == (100, True, True)


def test_a_text_layer_in_an_old_font_encoding_is_not_believed(tmp_path):
    born_digital(tmp_path / "a.pdf", "KÕ ho¹ch kiÓm ®Þnh chÊt l\xadîng gi¸o dôc n¨m häc nµy")
    (page,) = read_file(tmp_path / "a.pdf").pages
    assert page.source == "tesseract"


def test_a_text_hidden_under_a_scan_is_not_believed(tmp_path, scans):
    with pikepdf.open(scans[0].path) as pdf:
        page = pdf.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources.Font = pikepdf.Dictionary(F1=font)
        page.contents_add(
            pdf.make_stream(b"BT /F1 9 Tf 3 Tr 1 0 0 1 50 500 Tm (some other reading of this scan here) Tj ET")
        )
        del pdf.pages[1:]
        pdf.save(tmp_path / "sandwich.pdf")
    (read,) = read_file(tmp_path / "sandwich.pdf").pages
    assert read.source == "tesseract"
    assert "some other" not in read.text


def test_a_file_that_cannot_be_read_is_named_so(tmp_path):
    (tmp_path / "a.txt").write_text("chữ")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nrubbish")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"rubbish" * 40)
    for name, problem in (("a.txt", WrongKind), ("broken.pdf", BrokenPdf), ("broken.jpg", TruncatedFile)):
        with pytest.raises(problem):
            read_file(tmp_path / name)
    for name, media in (("broken.pdf", Media.PDF), ("broken.jpg", Media.JPEG)):
        with pytest.raises(ExtractionFailed) as failed:
            SubprocessTextExtractor().read(tmp_path / name, media, tmp_path, lambda *_: None)
        assert (failed.value.reason, failed.value.lasting) == (FailureReason.DAMAGED, True)


# ---- engines that misbehave


def stub(folder: Path, body: str) -> str:
    """Put a program in tesseract's place; it answers `--version` as tesseract does."""
    path = folder / "tesseract"
    path.write_text(f'#!/bin/sh\ncase "$1" in --version) echo "tesseract 5.3.0"; exit 0;; esac\n{body}\n')
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


def failing(tmp_path: Path, body: str, *, stall_s: float = 60.0, **limits) -> ExtractionFailed:
    line_image(*LINES).save(tmp_path / "a.png")
    into = tmp_path / "into"
    into.mkdir()
    reader = SubprocessTextExtractor(ChildLimits(tesseract=stub(tmp_path, body), **limits), stall_s=stall_s, options=PLAIN)
    with pytest.raises(ExtractionFailed) as failed:
        reader.read(tmp_path / "a.png", Media.PNG, into, lambda *_: None)
    return failed.value


def ends(mark, patience_s=5):
    """Whether a killed process goes; the kernel may take a moment to bury it."""
    deadline = time.monotonic() + patience_s
    while alive(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(marker: str) -> bool:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (process / "cmdline").read_bytes():
                return True
        except OSError:
            continue
    return False


def test_an_engine_that_hangs_is_ended_by_the_page_limit(tmp_path):
    assert failing(tmp_path, "sleep 612345", page_seconds=1).reason is FailureReason.TIMEOUT
    assert ends("612345")


def test_a_child_that_hangs_is_killed_with_everything_it_started(tmp_path):
    failure = failing(tmp_path, "sleep 698765", stall_s=2)
    assert (failure.reason, failure.lasting) == (FailureReason.TIMEOUT, False)
    assert ends("698765")


def test_an_engine_that_dies_is_told(tmp_path):
    failure = failing(tmp_path, "kill -SEGV $$")
    assert (failure.reason, failure.lasting) == (FailureReason.ENGINE, False)


def test_an_engine_that_prints_garbage_is_told(tmp_path):
    body = 'printf "level\\n5\\tx\\tx\\tx\\tx\\tx\\tx\\tx\\tx\\tx\\tx\\tx\\n" > "$2.tsv"'
    assert failing(tmp_path, body).reason is FailureReason.ENGINE


def test_an_engine_that_floods_fills_neither_disk_nor_memory(tmp_path):
    body = 'yes flood > "$2.tsv" 2>/dev/null; exit 1'
    assert failing(tmp_path, body, file_bytes=4 * 1024**2).reason is FailureReason.ENGINE


def test_an_engine_that_floods_its_error_output_runs_into_the_memory_limit(tmp_path):
    failure = failing(tmp_path, "yes flood >&2", memory_bytes=900 * 1024**2, page_seconds=30)
    assert failure.reason in {FailureReason.MEMORY, FailureReason.ENGINE, FailureReason.TIMEOUT}


def test_an_engine_without_memory_is_told(tmp_path):
    body = 'echo "terminate called after throwing an instance of std::bad_alloc" >&2; exit 134'
    failure = failing(tmp_path, body)
    assert (failure.reason, failure.lasting) == (FailureReason.MEMORY, False)


def test_an_engine_that_is_not_installed_is_told(tmp_path):
    line_image(*LINES).save(tmp_path / "a.png")
    reader = SubprocessTextExtractor(ChildLimits(tesseract=str(tmp_path / "none")), options=PLAIN)
    with pytest.raises(ExtractionFailed) as failed:
        reader.read(tmp_path / "a.png", Media.PNG, tmp_path, lambda *_: None)
    assert failed.value.reason is FailureReason.ENGINE


def test_an_image_larger_than_the_childs_memory_is_told(tmp_path):
    Image.new("L", (14_000, 14_000), 255).save(tmp_path / "a.png")
    reader = SubprocessTextExtractor(ChildLimits(memory_bytes=340 * 1024**2))
    with pytest.raises(ExtractionFailed) as failed:
        reader.read(tmp_path / "a.png", Media.PNG, tmp_path, lambda *_: None)
    assert failed.value.reason in {FailureReason.MEMORY, FailureReason.ENGINE}


def test_more_pixels_than_the_limit_are_not_decoded(tmp_path):
    Image.new("1", (5000, 5000), 1).save(tmp_path / "a.png")
    with pytest.raises(ExtractionFailed) as failed:
        read_file(tmp_path / "a.png", limits=ChildLimits(max_pixels=1_000_000))
    assert failed.value.reason is FailureReason.DAMAGED


def test_a_child_whose_parent_is_killed_ends_itself(tmp_path):
    line_image(*LINES).save(tmp_path / "a.png")
    limits = ChildLimits(tesseract=stub(tmp_path, "sleep 687654"))
    code = (
        "import sys; from pathlib import Path; from services.evidence.adapters.file_reading import read_file;"
        "from services.evidence.extraction.protocol import ChildLimits, ReadingOptions;"
        "read_file(Path(sys.argv[1]), limits=ChildLimits.parse(sys.argv[2]), options=ReadingOptions(engine='plain'))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "a.png"), limits.text()], cwd=child_process._ROOT)
    deadline = time.monotonic() + 20
    while not alive("687654") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive("687654")
    parent.kill()
    parent.wait()
    while alive("687654") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive("687654")


def test_exit_statuses_differ():
    # A second name for a number would be an alias, and not be counted.
    assert len(Exit) == len(Exit.__members__)


# ---- looking into PDFs


def pdf_facts(*, pages: int) -> FileFacts:
    return FileFacts(media=Media.PDF, pages=pages)


@pytest.fixture
def inspector():
    made = SubprocessFileInspector()
    yield made
    made.close()


def test_pdfs_are_looked_into_one_after_the_other_by_one_child(inspector, tmp_path, scans):
    assert inspector.look(scans[0].path, Media.PDF) == pdf_facts(pages=2)
    first = inspector._child
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 rubbish")
    assert inspector.look(tmp_path / "bad.pdf", Media.PDF).flaw is Flaw.BROKEN
    assert inspector.look(tmp_path / "none.pdf", Media.PDF).flaw is Flaw.BROKEN
    assert inspector._child is first


def test_a_pdf_with_only_an_owner_password_opens(inspector, tmp_path):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "owner.pdf", encryption=pikepdf.Encryption(owner="chu", user=""))
        pdf.save(tmp_path / "user.pdf", encryption=pikepdf.Encryption(owner="chu", user="mo"))
    assert inspector.look(tmp_path / "owner.pdf", Media.PDF) == pdf_facts(pages=1)
    assert inspector.look(tmp_path / "user.pdf", Media.PDF).flaw is Flaw.LOCKED


def test_a_pdf_with_a_mended_middle_is_taken_and_one_without_its_end_is_not(inspector, tmp_path):
    born_digital(tmp_path / "good.pdf", "a b c")
    data = (tmp_path / "good.pdf").read_bytes()
    (tmp_path / "shifted.pdf").write_bytes(data.replace(b"startxref\n", b"startxref\n9"))
    (tmp_path / "cut.pdf").write_bytes(data[: data.rindex(b"startxref")])
    assert inspector.look(tmp_path / "shifted.pdf", Media.PDF) == pdf_facts(pages=1)
    assert inspector.look(tmp_path / "cut.pdf", Media.PDF).flaw is Flaw.BROKEN


def test_a_child_that_left_or_died_is_replaced(inspector, scans):
    inspector.look(scans[0].path, Media.PDF)
    inspector._child.kill()
    inspector._child.wait()
    assert inspector.look(scans[0].path, Media.PDF).pages == 2
    inspector._peer.close()
    assert inspector.look(scans[0].path, Media.PDF).pages == 2


def test_a_file_that_fells_or_holds_up_the_looking_is_unseen_and_the_next_one_is_seen(tmp_path):
    (tmp_path / "any.pdf").write_bytes(b"%PDF-1.7")
    os.mkfifo(tmp_path / "endless.pdf")
    with closing(SubprocessFileInspector(ChildLimits(memory_bytes=40 * 1024**2))) as starved:
        assert starved.look(tmp_path / "any.pdf", Media.PDF).flaw is Flaw.UNSEEN
    with closing(SubprocessFileInspector(timeout_s=1.5)) as inspector:
        assert inspector.look(tmp_path / "endless.pdf", Media.PDF).flaw is Flaw.UNSEEN
        assert inspector.look(tmp_path / "any.pdf", Media.PDF).flaw is Flaw.BROKEN


def test_a_machine_that_cannot_start_the_looking_asks_to_come_again(monkeypatch, tmp_path):
    def full(*_, **__):
        raise OSError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(child_module, "start_child", full)
    with pytest.raises(Unavailable, match="Thử lại"):
        SubprocessFileInspector().look(tmp_path / "a.pdf", Media.PDF)


def test_many_threads_share_one_inspector(inspector, scans):
    found: list[FileFacts] = []
    askers = [threading.Thread(target=lambda: found.append(inspector.look(scans[0].path, Media.PDF))) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert found == [pdf_facts(pages=2)] * 4


# ---- the worker's loop


class FakeChild:
    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked = 0

    def read(self, source, media, into, progress):
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else read_text("chữ")
        if callable(answer):
            answer = answer(progress)
        if isinstance(answer, Exception):
            raise answer
        progress(len(answer.pages), len(answer.pages))
        for page in answer.pages:
            (into / page_file(page.number)).write_bytes(b"page")
            (into / thumbnail_file(page.number)).write_bytes(b"thumb")
        (into / TEXT_FILE).write_bytes(encode_text(answer)[0])


class Desk:
    """An evidence service with one document to read."""

    def __init__(self, *answers, **more) -> None:
        self.world = World(**more)
        self.archive = MemoryArchive()
        _, version = self.archive.keep(b"bytes")
        file = received_file(b"bytes")
        self.document = self.world.application.register_document(
            clerk(), file.__class__(**{**_fields(file), "version": version})
        ).document
        self.child = FakeChild(*answers)
        self.reader = self.another()

    def another(self) -> ExtractionWorker:
        return ExtractionWorker(self.world.application, self.archive, self.child)

    def state(self) -> ReadingState:
        return self.view().state

    def view(self):
        return self.world.application.document(clerk(), DocumentRequest(document=self.document))


def _fields(file):
    return {name: getattr(file, name) for name in file.__struct_fields__}


def failed(reason=FailureReason.ENGINE, *, lasting=False) -> ExtractionFailed:
    return ExtractionFailed(reason, lasting=lasting)


def test_a_waiting_document_is_read_and_its_images_kept():
    desk = Desk(read_text("kế hoạch", "---", "trang hai"))
    assert desk.reader.step()
    assert not desk.reader.step()
    assert desk.state() is ReadingState.READ
    sha256 = desk.world.application.row(desk.document).text_sha256
    kept = {key.rpartition("/")[2] for key in desk.world.derived.objects if sha256 in key}
    assert kept == {"text.json", "page-0001.webp", "page-0002.webp", "thumb-0001.webp", "thumb-0002.webp"}


def test_progress_is_seen_while_a_document_is_read():
    seen = []
    desk = Desk()

    def look(progress):
        progress(1, 4)
        answer = desk.world.application.progress(ProgressRequest(school=SCHOOL))
        seen.append((answer.reading, answer.waiting, answer.under_way[0].pages_read, answer.under_way[0].pages_total))
        return read_text("chữ")

    desk.child.answers = [look]
    desk.reader.step()
    assert seen == [(1, 0, 1, 4)]


def test_two_readers_never_read_the_same_document():
    desk = Desk()
    other = desk.another()
    tried = []
    desk.child.answers = [lambda _progress: tried.append(other.step()) or read_text("chữ")]
    desk.reader.step()
    assert tried == [False]
    assert desk.child.asked == 1


def test_a_dead_readers_document_is_read_by_another_once_its_lease_runs_out():
    desk = Desk()
    assert desk.reader._lease() is not None
    assert not desk.another().step()
    desk.world.clock.move(dt.timedelta(minutes=5))
    assert desk.another().step()
    assert desk.state() is ReadingState.READ


def test_a_reader_that_was_silent_too_long_gives_way():
    desk = Desk()

    def overslept(progress):
        desk.world.clock.move(dt.timedelta(minutes=5))
        assert desk.another()._lease() is not None
        progress(1, 1)

    desk.child.answers = [overslept]
    assert desk.reader.step()
    assert facts_of(desk.world.application) == ["document-received"]


def test_a_passing_failure_is_tried_again_and_then_told():
    desk = Desk(failed(), failed(), failed(FailureReason.TIMEOUT))
    for _ in range(3):
        assert desk.reader.step()
        assert not desk.reader.step()
        desk.world.clock.move(dt.timedelta(minutes=1))
    assert (desk.state(), desk.view().failure) == (ReadingState.FAILED, "qua-gio")
    assert facts_of(desk.world.application) == ["document-received", "text-extraction-failed"]


def test_a_lasting_failure_is_told_at_once():
    desk = Desk(failed(FailureReason.DAMAGED, lasting=True))
    desk.reader.step()
    assert desk.view().failure == "tep-hong"


def test_a_document_that_keeps_failing_lets_others_go_first():
    desk = Desk(failed())
    desk.reader.step()
    second = desk.world.application.register_document(clerk(), received_file(b"2")).document
    desk.archive.objects[received_file(b"2").sha256, "v-1"] = b"2"
    desk.world.clock.move(dt.timedelta(minutes=1))
    desk.reader.step()
    assert desk.world.application.row(second).state is ReadingState.READ


def test_an_archive_that_is_away_is_not_the_documents_fault():
    desk = Desk()
    desk.archive.failing = Unavailable("away")
    with pytest.raises(Unavailable):
        desk.reader.step()
    desk.archive.failing = None
    assert desk.reader.step()
    assert desk.state() is ReadingState.READ


def test_an_object_that_is_gone_is_a_lasting_failure():
    desk = Desk()
    desk.archive.objects.clear()
    desk.reader.step()
    assert desk.view().failure == "tep-hong"


def test_reading_again_repairs_a_text_that_was_lost():
    text = read_text("kế hoạch")
    desk = Desk(text, text)
    desk.reader.step()
    desk.world.derived.objects.clear()
    desk.world.application.views.rebuild()
    assert desk.state() is ReadingState.WAITING
    assert desk.reader.step()
    assert desk.state() is ReadingState.READ
    assert facts_of(desk.world.application).count("text-extracted") == 1


def test_the_loop_goes_on_past_every_trouble_until_it_is_told_to_stop(monkeypatch):
    desk = Desk()
    stop = threading.Event()
    happened = []

    def step():
        happened.append(len(happened))
        if len(happened) == 1:
            raise Unavailable("away")
        if len(happened) == 2:
            raise ZeroDivisionError
        if len(happened) == 3:
            return True
        stop.set()
        return False

    monkeypatch.setattr(desk.reader, "step", step)
    desk.reader.rhythm = QUICKLY
    desk.reader.run(stop)
    assert happened == [0, 1, 2, 3]


def test_the_sealer_goes_on_past_every_trouble_until_it_is_told_to_stop(monkeypatch):
    from services.evidence.retention_locker import RetentionLocker

    desk = Desk()
    locker, stop, happened = RetentionLocker(desk.world.application, desk.archive, rhythm=QUICKLY), threading.Event(), []

    def step():
        happened.append(len(happened))
        if len(happened) == 1:
            raise Unavailable("away")
        if len(happened) == 2:
            raise ZeroDivisionError
        stop.set()

    monkeypatch.setattr(locker, "step", step)
    locker.run(stop)
    assert happened == [0, 1, 2]


# ---- the whole way, and search on PostgreSQL


def test_a_scan_is_received_read_and_found_by_its_words(scans, tmp_path):
    desk = Desk()
    data = scans[0].path.read_bytes()
    file = received_file(data)
    desk.archive.objects[file.sha256, "v-1"] = data
    name = desk.world.application.register_document(clerk(), file).document
    reader = ExtractionWorker(desk.world.application, desk.archive, SubprocessTextExtractor(QUICK))
    while desk.world.application.row(name).state is not ReadingState.READ:
        assert reader.step()
    from shared.contracts.calls.evidence import SearchRequest

    for asked in ("ke hoach kiem dinh", "kế hoạch kiểm định"):
        (hit, *_) = desk.world.application.search(clerk(), SearchRequest(query=asked)).hits
        assert hit.document == name
        assert hit.boxes


@pytest.mark.server
def test_postgresql_finds_ranks_and_leases_as_sqlite_does(postgresql):
    from shared.contracts.calls.evidence import SearchRequest

    url = postgresql.new_database()
    desk = Desk(read_text("kể hoạch cũ của trường"), store=url, views=url)
    desk.reader.step()
    second = desk.world.application.register_document(clerk(), received_file(b"2", name="b.pdf")).document
    desk.world.read(second, "kế hoạch kiểm định", "Số: 47/KH-TH đọc năm 2026")

    def found(asked: str) -> list[str]:
        return [hit.document for hit in desk.world.application.search(clerk(), SearchRequest(query=asked)).hits]

    assert sorted(found("ke hoach")) == sorted([desk.document, second])
    assert found("kế hoạch") == [second, desk.document]
    assert found("kể hoạch") == [desk.document, second]
    assert found("KE HOACH KIEM DINH") == [second]
    assert found('"hoạch kiểm"') == [second]
    assert found('"kiểm hoạch"') == []
    assert found("47/KH-TH") == [second]
    assert found("doc nam 2026") == [second]
    for odd in ("", "a & | !", "'; DROP", "(", ":*", "x:A"):
        assert found(odd) == []
    before = desk.view()
    desk.world.application.views.rebuild()
    assert desk.view() == before
    assert found("kế hoạch") == [second, desk.document]
    with desk.world.application.views.reading() as conn:
        assert not extraction_queue.has_pending(conn, desk.world.clock.now())
    desk.world.application.close()
    desk.world.application.views.close()


def test_the_child_runs_with_one_thread_and_few_rights(tmp_path):
    environment, ours = tmp_path / "environment", os.getpriority(os.PRIO_PROCESS, 0)
    body = f"env > {environment}; ulimit -a >> {environment}; nice >> {environment}; exit 1"
    failing(tmp_path, body)
    seen = environment.read_text()
    assert "OMP_THREAD_LIMIT=1" in seen
    assert int(seen.splitlines()[-1]) == min(19, ours + 5)
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours
