"""The searchable PDF of a kept paper: when one that is kept is given, and when it is made anew."""

import pytest

from services.evidence import renditions as module
from services.evidence.derived_objects import rendition_facts_key, rendition_key, text_key
from services.evidence.domain.text import FailureReason, encode_text
from services.evidence.errors import NoRendition
from services.evidence.ports import ExtractionFailed
from services.evidence.renditions import Renditions, hocr_name, pdf_name
from shared.contracts.calls.evidence import (
    CorrectPage,
    DownloadKind,
    EraseCorrections,
    OpenDownload,
    PageToCorrectRequest,
    WordChange,
    WordChangeKind,
)
from shared.identity.call_context import CallContext, Grant
from shared.problems import NotAllowed
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import OTHER_SCHOOL, MemoryArchive, World, clerk, read_text


class CountingMaker:
    """Makes a file that names what it was made of."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.failure: ExtractionFailed | None = None

    def make(self, source, media, text, into, *, title):
        if self.failure:
            raise self.failure
        self.made.append(title)
        into.write_bytes(b"%PDF " + source.read_bytes() + text.pages[0].text.encode())


class Kit:
    def __init__(self, *lines: str) -> None:
        self.world, self.archive, self.maker = World(), MemoryArchive(), CountingMaker()
        self.document = self.world.receive(b"scan").document
        row = self.row()
        self.archive.objects[(row.sha256, row.version)] = b"scan"
        if lines:
            self.world.read(self.document, *lines)
        self.renditions = Renditions(self.world.application, self.archive, self.maker)

    def row(self):
        return self.world.application.row(self.document)

    def pdf(self) -> bytes:
        opened = self.renditions.pdf(self.row())
        with opened.file as file:
            data = file.read()
        assert len(data) == opened.size_bytes
        return data


def test_it_is_made_of_the_original_and_its_text_when_first_asked_for_and_kept():
    kit = Kit("một trang")
    first = kit.pdf()
    assert first == b"%PDF scan" + "một trang".encode()
    assert kit.pdf() == first
    assert len(kit.maker.made) == 1
    assert kit.maker.made == [kit.row().name.rpartition(".")[0]]


def test_it_is_made_anew_when_the_text_is_another():
    kit = Kit("một trang")
    kit.pdf()
    kit.world.application.record_text(clerk(), kit.document, read_text("chữ mới"))
    assert kit.pdf() == b"%PDF scan" + "chữ mới".encode()
    assert len(kit.maker.made) == 2


def test_it_is_made_anew_when_the_way_of_making_is_another(monkeypatch):
    kit = Kit("một trang")
    kit.pdf()
    monkeypatch.setattr(module, "RENDITION_VERSION", module.RENDITION_VERSION + 1)
    kit.pdf()
    assert len(kit.maker.made) == 2


@pytest.mark.parametrize("loss", ["pdf", "facts", "flipped bit", "facts damaged"])
def test_a_lost_or_damaged_one_is_made_anew(loss):
    kit = Kit("một trang")
    first = kit.pdf()
    objects = kit.world.derived.objects
    match loss:
        case "pdf":
            del objects[rendition_key(kit.document)]
        case "facts":
            del objects[rendition_facts_key(kit.document)]
        case "flipped bit":
            objects[rendition_key(kit.document)] = first[:-1] + bytes([first[-1] ^ 1])
        case _:
            objects[rendition_facts_key(kit.document)] = b"{"
    assert kit.pdf() == first
    assert objects[rendition_key(kit.document)] == first
    assert len(kit.maker.made) == 2


def test_it_holds_what_people_corrected_and_is_gone_when_that_is_to_be_forgotten():
    kit = Kit("một trang")
    world, at = kit.world, {"document": kit.document, "page": 1}
    shown = world.application.page_to_correct(clerk(), PageToCorrectRequest(**at))
    change = WordChange(kind=WordChangeKind.REPLACED, word=0, text="Bua")
    request = CorrectPage(**at, text_sha256=shown.text_sha256, edition=0, changes=[change])
    world.application.correct_page(clerk(), request)
    assert b"Bua" in kit.pdf()
    assert rendition_key(kit.document) in world.derived.objects
    head = CallContext(actor="account-2", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-BC"),))
    world.application.erase_corrections(head, EraseCorrections(**at))
    assert not any("pdfa" in key for key in world.derived.objects)
    assert b"Bua" not in kit.pdf()


def test_there_is_none_before_the_paper_is_read_and_none_where_its_text_is_lost():
    unread = Kit()
    with pytest.raises(NoRendition, match="Đợi đọc xong"):
        unread.pdf()
    lost = Kit("một trang")
    del lost.world.derived.objects[text_key(lost.document, lost.row().text_sha256)]
    with pytest.raises(NoRendition, match="cho đọc lại"):
        lost.pdf()


def test_a_paper_of_which_none_can_be_made_says_what_to_do():
    kit = Kit("một trang")
    kit.maker.failure = ExtractionFailed(FailureReason.DAMAGED, lasting=True)
    with pytest.raises(NoRendition, match="Tải bản gốc"):
        kit.pdf()
    assert rendition_key(kit.document) not in kit.world.derived.objects


def test_a_machine_that_makes_none_gives_what_is_kept_only():
    kit = Kit("một trang")
    first = kit.pdf()
    kit.renditions = Renditions(kit.world.application, kit.archive, None)
    assert kit.pdf() == first
    kit.world.derived.objects.clear()
    data, sha256 = encode_text(read_text("một trang"))
    kit.world.derived.put(text_key(kit.document, sha256), data)
    with pytest.raises(NoRendition, match="không dựng"):
        kit.pdf()


def test_a_pdf_that_cannot_be_kept_is_not_given_half(monkeypatch):
    kit = Kit("một trang")
    monkeypatch.setattr(kit.world.derived, "put_file", lambda key, path: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        kit.pdf()
    assert rendition_facts_key(kit.document) not in kit.world.derived.objects


def test_it_is_saved_beside_the_original_under_a_name_of_its_own():
    row = Kit().row()
    stem = row.name.rpartition(".")[0]
    assert (pdf_name(row), hocr_name(row)) == (f"{stem} (tìm được chữ).pdf", f"{stem}.hocr")


@pytest.mark.parametrize("what", [DownloadKind.PDF, DownloadKind.HOCR])
def test_it_is_opened_by_a_ticket_for_whoever_may_have_the_original(what):
    kit = Kit()
    request = OpenDownload(document=kit.document, what=what)
    with pytest.raises(NoRendition, match="chưa đọc xong"):
        kit.world.application.open_download(clerk(), request)
    kit.world.read(kit.document, "một trang")
    url = kit.world.application.open_download(clerk(), request).url
    claims = kit.world.tickets.open(url.partition("ticket=")[2])
    assert (claims["what"], claims["document"]) == (what.value, kit.document)
    with pytest.raises(NotAllowed):
        kit.world.application.open_download(clerk(OTHER_SCHOOL), request)
