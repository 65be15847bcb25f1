"""An extraction worker that is started again goes on at once with what it was reading when it was killed."""

import threading

import pytest

from services.evidence import extraction_queue
from services.evidence.domain.text import encode_text
from services.evidence.extraction.protocol import TEXT_FILE, page_file, thumbnail_file
from services.evidence.extraction_worker import ExtractionWorker
from shared.contracts.calls.evidence import DocumentRequest, ReadingState
from tests.unit.evidence.evidence_kit import MemoryArchive, World, clerk, read_text, received_file


class Child:
    def read(self, source, media, into, progress):
        for name in (page_file(1), thumbnail_file(1)):
            (into / name).write_bytes(b"image")
        (into / TEXT_FILE).write_bytes(encode_text(read_text("chữ"))[0])


class KilledChild:
    def read(self, source, media, into, progress):
        # What a kill looks like to the leases: nobody puts anything back.
        raise KeyboardInterrupt


@pytest.fixture
def desk():
    world, archive = World(), MemoryArchive()
    _, version = archive.keep(b"bytes")
    file = received_file(b"bytes")
    file = type(file)(**{name: getattr(file, name) for name in file.__struct_fields__} | {"version": version})
    document = world.application.register_document(clerk(), file).document
    with pytest.raises(KeyboardInterrupt):
        ExtractionWorker(world.application, archive, KilledChild(), name="reader-1").step()
    return world, archive, document


def run_until_idle(reader):
    stop = threading.Event()
    read = reader.step

    def step():
        found = read()
        if not found:
            stop.set()
        return found

    reader.step = step
    reader.run(stop)


def state(world, document):
    return world.application.document(clerk(), DocumentRequest(document=document)).state


def test_under_the_same_name_it_goes_on_at_once(desk):
    world, archive, document = desk
    run_until_idle(ExtractionWorker(world.application, archive, Child(), name="reader-1"))
    assert state(world, document) is ReadingState.READ


def test_under_another_name_it_waits_for_the_lease_to_run_out(desk):
    world, archive, document = desk
    run_until_idle(ExtractionWorker(world.application, archive, Child(), name="reader-2"))
    assert state(world, document) is not ReadingState.READ


def test_what_another_reader_holds_is_left_to_it(desk):
    world, _, _ = desk
    with world.application.views.writing() as conn:
        assert extraction_queue.release_all(conn, "reader-2", world.application.clock.now()) == 0
        assert extraction_queue.release_all(conn, "reader-1", world.application.clock.now()) == 1
