"""Living children under attack: killed, stalled, starved, left alone. No page takes another with it, none outlives us."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from services.evidence.adapters import child_process, document_reading, reading_children
from services.evidence.adapters.file_reading import FileReader
from services.evidence.adapters.reading_children import ChildrenClosed, ReadingChildren
from services.evidence.adapters.subprocesses import SubprocessTextExtractor
from services.evidence.domain.media import Media
from services.evidence.domain.text import FailureReason, PageDoubt, ReadText
from services.evidence.errors import StorageFull
from services.evidence.extraction.protocol import ChildLimits, page_file, reading_file
from services.evidence.ports import ExtractionFailed
from shared.problems import Unavailable
from tests.integration.evidence.reading_kit import (
    PLAIN,
    gone,
    numbered,
    numbers_read,
    page,
    running,
    soon,
    tesseract_that,
    text_in,
    tiff,
    with_one_odd,
)


def read(children: ReadingChildren, path: Path, *, options=None, progress=lambda *_: None) -> ReadText:
    into = path.with_suffix(".read")
    into.mkdir(exist_ok=True)
    SubprocessTextExtractor(children=children, options=options).read(path, Media.TIFF, into, progress)
    return text_in(into)


def pids(children: ReadingChildren) -> set[int]:
    return {child._process.pid for child in list(children._living)}


def expected(count: int, *, without: int = 0) -> list[str]:
    return ["" if number == without else str(number) for number in range(1, count + 1)]


# ---- one page a job, by children that live


def test_one_child_reads_page_after_page_and_file_after_file(tmp_path):
    with ReadingChildren(count=1) as children:
        assert numbers_read(read(children, numbered(tmp_path / "a.tif", 3))) == expected(3)
        first = pids(children)
        assert numbers_read(read(children, numbered(tmp_path / "b.tif", 3))) == expected(3)
        assert pids(children) == first
        assert len(first) == 1


def test_sixty_pages_come_out_in_their_order_from_eight_children(tmp_path):
    with ReadingChildren(count=8) as children:
        assert numbers_read(read(children, numbered(tmp_path / "a.tif", 60), options=PLAIN)) == expected(60)
        assert 1 < len(pids(children)) <= 8
        left = pids(children)
    assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]


def test_no_more_children_are_started_than_there_is_work_for(tmp_path):
    with ReadingChildren(count=8) as children:
        read(children, numbered(tmp_path / "a.tif", 1))
        assert len(pids(children)) == 1


@pytest.mark.parametrize("bound", [{"most_jobs": 2}, {"most_resident_bytes": 1}])
def test_a_child_is_replaced_when_it_did_much_or_has_grown(tmp_path, monkeypatch, bound):
    started: list[int] = []

    def start(*arguments, **options):
        child = child_process.start_child(*arguments, **options)
        started.append(child.pid)
        return child

    monkeypatch.setattr(reading_children, "start_child", start)
    with ReadingChildren(count=1, **bound) as children:
        text = read(children, numbered(tmp_path / "a.tif", 3))
    assert numbers_read(text) == expected(3)
    # Counting the pages is a job too.
    assert len(started) == (2 if "most_jobs" in bound else 4)


def test_a_child_that_left_for_want_of_work_is_replaced_and_nothing_is_read_worse(tmp_path):
    with ReadingChildren(ChildLimits(idle_seconds=1), count=1) as children:
        read(children, numbered(tmp_path / "a.tif", 1))
        (child,) = children._living
        assert soon(lambda: child._process.poll() is not None)
        text = read(children, numbered(tmp_path / "b.tif", 2))
        assert numbers_read(text) == expected(2)
        assert "plain" not in text.pipeline


def test_a_short_paper_does_not_wait_for_the_end_of_a_long_one(tmp_path):
    long, short = numbered(tmp_path / "long.tif", 40), numbered(tmp_path / "short.tif", 1)
    begun, so_far = threading.Event(), [0]

    def progress(done: int, _pages: int) -> None:
        so_far[0] = done
        if done:
            begun.set()

    with ReadingChildren(count=1) as children:
        reader = threading.Thread(target=lambda: read(children, long, progress=progress))
        reader.start()
        assert begun.wait(60)
        read(children, short)
        assert so_far[0] < 40
        reader.join()


def test_two_services_read_side_by_side(tmp_path):
    papers = [numbered(tmp_path / f"{name}.tif", 8) for name in ("a", "b")]
    texts: list[ReadText] = []

    def serve(paper: Path) -> None:
        with ReadingChildren(count=2) as children:
            texts.append(read(children, paper))

    services = [threading.Thread(target=serve, args=(paper,)) for paper in papers]
    for service in services:
        service.start()
    for service in services:
        service.join()
    assert [numbers_read(text) for text in texts] == [expected(8)] * 2


# ---- what goes wrong with one page stays with it


def test_a_child_killed_in_the_middle_costs_nothing_but_time(tmp_path):
    killed: list[int] = []

    def kill(done: int, _pages: int) -> None:
        if done == 2 and not killed:
            killed.extend(pids(children))
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    with ReadingChildren(count=2) as children:
        text = read(children, numbered(tmp_path / "a.tif", 8), progress=kill)
        assert killed
        assert numbers_read(text) == expected(8)
        # Pages that were read anew by the plain engine do not speak for the document.
        assert text.pipeline.startswith("layout-")
        assert not pids(children) & set(killed)


def test_children_that_are_killed_all_the_time_end_in_a_failure_not_in_a_loop(tmp_path):
    with ReadingChildren(count=1) as children:
        over = threading.Event()

        def murder() -> None:
            while not over.is_set():
                for pid in pids(children):
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.01)

        murderer = threading.Thread(target=murder)
        murderer.start()
        try:
            with pytest.raises(ExtractionFailed) as failed:
                read(children, numbered(tmp_path / "a.tif", 2))
        finally:
            over.set()
            murderer.join()
        assert (failed.value.reason, failed.value.lasting) == (FailureReason.ENGINE, False)
        assert numbers_read(read(children, numbered(tmp_path / "b.tif", 2))) == expected(2)


def test_a_page_that_takes_too_long_is_ended_with_all_it_started_and_the_others_are_read(tmp_path):
    limits = ChildLimits(tesseract=tesseract_that(tmp_path, "sleep 677001"), niceness=0)
    with ReadingChildren(limits, count=2, stall_s=8) as children:
        text = read(children, with_one_odd(tmp_path / "a.tif", 5, odd=2), options=PLAIN)
    assert numbers_read(text) == expected(5, without=2)
    unread = text.pages[1]
    assert unread.doubts == (PageDoubt.NOT_READ.value,)
    assert unread.width > 100
    with Image.open(tmp_path / "a.read" / page_file(2)) as image:
        assert image.size == (unread.width, unread.height)
    assert gone("677001")


def test_a_page_over_which_one_engine_dies_is_read_by_the_plain_one(tmp_path):
    # The first try is by the plain engine too, whose program dies once: what counts is that another child tries again.
    once = tmp_path / "once"
    limits = ChildLimits(tesseract=tesseract_that(tmp_path, f'if mkdir {once} 2>/dev/null; then kill -9 "$PPID"; fi'))
    with ReadingChildren(limits, count=2) as children:
        text = read(children, with_one_odd(tmp_path / "a.tif", 4, odd=3), options=PLAIN)
    assert once.is_dir()
    assert numbers_read(text) == expected(4)


def test_a_hostile_page_takes_no_page_of_others_with_it(tmp_path):
    limits = ChildLimits(tesseract=tesseract_that(tmp_path, 'kill -9 "$PPID"'))
    hostile, good = with_one_odd(tmp_path / "hostile.tif", 3, odd=1), numbered(tmp_path / "good.tif", 12)
    texts: dict[str, ReadText] = {}
    with ReadingChildren(limits, count=2) as children:
        readers = [
            threading.Thread(target=lambda p=paper: texts.update({p.stem: read(children, p, options=PLAIN)}))
            for paper in (hostile, good)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert numbers_read(texts["good"]) == expected(12)
    assert numbers_read(texts["hostile"]) == expected(3, without=1)


def test_a_page_that_nobody_can_read_has_no_size_where_no_images_are_made(tmp_path):
    limits = ChildLimits(tesseract=tesseract_that(tmp_path, 'kill -9 "$PPID"'))
    with FileReader(limits, children=2, options=PLAIN) as reader:
        found = reader.read(with_one_odd(tmp_path / "a.tif", 3, odd=2))
    assert numbers_read(found.text) == expected(3, without=2)
    assert [size.width > 0 for size in found.sizes] == [True, False, True]


def test_a_page_that_eats_all_memory_is_left_out_and_the_others_are_read(tmp_path):
    # Sixteen bits a pixel are scaled as numbers of thirty-two: 770 MB.
    bomb = Image.new("I;16", (13_900, 13_900), 65_000)
    path = tiff(tmp_path / "a.tif", page("Trang thứ 1"), bomb, page("Trang thứ 3"))
    with ReadingChildren(ChildLimits(memory_bytes=1024**3), count=1) as children:
        text = read(children, path)
    assert numbers_read(text) == expected(3, without=2)
    assert text.pages[1].doubts == (PageDoubt.NOT_READ.value,)


def test_a_document_that_eats_all_processor_time_is_given_up(tmp_path):
    limits = ChildLimits(cpu_seconds=0, page_seconds=0)
    with ReadingChildren(limits, count=1) as children, pytest.raises(ExtractionFailed) as failed:
        read(children, numbered(tmp_path / "a.tif", 3))
    assert (failed.value.reason, failed.value.lasting) == (FailureReason.TIMEOUT, False)


def test_who_waits_for_a_slow_page_hears_that_the_reading_lives(tmp_path, monkeypatch):
    monkeypatch.setattr(document_reading, "HEARTBEAT_S", 0.1)
    limits = ChildLimits(tesseract=tesseract_that(tmp_path, "sleep 2"))
    told: list[tuple[int, int]] = []
    with ReadingChildren(limits, count=1) as children:
        read(children, with_one_odd(tmp_path / "a.tif", 1, odd=1), options=PLAIN, progress=lambda *at: told.append(at))
    assert told.count((0, 1)) > 5


def test_a_full_disk_is_no_fault_of_the_paper(tmp_path):
    into = tmp_path / "a.read"
    into.mkdir()
    (into / f"{reading_file(2)}.part").symlink_to("/dev/full")
    with ReadingChildren(count=1) as children:
        with pytest.raises(StorageFull):
            read(children, numbered(tmp_path / "a.tif", 3))
        assert numbers_read(read(children, numbered(tmp_path / "b.tif", 1))) == expected(1)


def test_a_machine_that_starts_no_more_processes_asks_to_come_again(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.EAGAIN, "no more processes")

    with ReadingChildren(count=1) as children:
        monkeypatch.setattr(reading_children, "start_child", full)
        with pytest.raises(Unavailable, match="Thử lại"):
            read(children, numbered(tmp_path / "a.tif", 1))
        monkeypatch.undo()
        assert numbers_read(read(children, numbered(tmp_path / "b.tif", 1))) == expected(1)


# ---- nothing is left


def test_closing_in_the_middle_ends_every_child_and_tells_who_waits(tmp_path):
    limits = ChildLimits(tesseract=tesseract_that(tmp_path, "sleep 677002"))
    children = ReadingChildren(limits, count=2)
    heard: list[ChildrenClosed] = []

    def wait_for_it() -> None:
        try:
            read(children, with_one_odd(tmp_path / "a.tif", 4, odd=1), options=PLAIN)
        except ChildrenClosed as closed:
            heard.append(closed)

    reader = threading.Thread(target=wait_for_it)
    reader.start()
    assert soon(lambda: running("677002"))
    children.close()
    reader.join(20)
    assert not reader.is_alive()
    assert [closed.status for closed in heard] == [503]
    assert gone("677002")
    assert gone(str(tmp_path))
    with pytest.raises(ChildrenClosed):
        read(children, numbered(tmp_path / "b.tif", 1))


def test_children_and_what_they_started_end_with_a_killed_parent(tmp_path):
    limits = ChildLimits(tesseract=tesseract_that(tmp_path, "sleep 677003"))
    paper = with_one_odd(tmp_path / "a.tif", 6, odd=1)
    code = (
        "import sys; from pathlib import Path; from services.evidence.adapters.file_reading import read_file;"
        "from services.evidence.extraction.protocol import ChildLimits, ReadingOptions;"
        "options = ReadingOptions(engine='plain');"
        "read_file(Path(sys.argv[1]), limits=ChildLimits.parse(sys.argv[2]), options=options, children=2)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(paper), limits.text()], cwd=child_process._ROOT)
    try:
        assert soon(lambda: running("677003"))
    finally:
        parent.kill()
        parent.wait()
    assert gone("677003")
    # Their limits, on the command line, name the program in tesseract's place.
    assert gone(str(tmp_path))
