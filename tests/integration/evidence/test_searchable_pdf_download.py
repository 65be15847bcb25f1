"""The searchable PDF through the file gateway, made by a real child; and the original, untouched by all of it."""

import hashlib

import pytest

from services.evidence.adapters.pdf_children import SubprocessPdfMaker
from services.evidence.derived_objects import rendition_key
from services.evidence.domain.media import Media
from services.evidence.extraction.protocol import ChildLimits
from services.evidence.file_gateway import create_file_gateway
from services.evidence.ports import ExtractionFailed
from shared.contracts.calls.evidence import DownloadKind, OpenDownload
from shared.problems import Unavailable
from tests.integration.evidence import searchable_pages as kit
from tests.integration.evidence.pdfa_checks import refusals
from tests.integration.evidence.test_ingest_and_file_gateway import House, inspector  # noqa: F401 - a fixture
from tests.unit.evidence.evidence_kit import clerk


@pytest.fixture
def house(tmp_path, inspector):  # noqa: F811 - the fixture of that name
    made = House(tmp_path, inspector)
    door = create_file_gateway(
        made.application, made.ingest, made.archive, made.tickets, made.grantees, pdf_maker=SubprocessPdfMaker()
    )
    made.http = door.test_client()
    return made


def fetched(house, document: str, what: DownloadKind, **headers):
    url = house.application.open_download(clerk(), OpenDownload(document=document, what=what)).url
    answer = house.http.get(url, headers=headers)
    data = answer.data
    answer.close()
    return answer, data


def test_the_pdf_is_made_from_what_is_kept_and_the_original_comes_back_bit_for_bit(house, tmp_path):
    page = kit.drawn(turned=90, skew=0.8)
    scan = kit.encoded(page.image, "JPEG", quality=70)
    document = house.send(scan, "Quyết định 12.jpg").receipt.document
    house.application.record_text(clerk(), document, kit.reading(page.read))

    answer, data = fetched(house, document, DownloadKind.PDF)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert "%28t%C3%ACm%20%C4%91%C6%B0%E1%BB%A3c%20ch%E1%BB%AF%29.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    path = tmp_path / "got.pdf"
    path.write_bytes(data)
    assert refusals(path) == []
    assert kit.by_pdfium(path) == kit.words_of(kit.reading(page.read))

    (house.folder / "derived" / rendition_key(document)).unlink()
    rest, part = fetched(house, document, DownloadKind.PDF, Range="bytes=100-")
    assert (rest.status_code, part) == (206, data[100:])

    original, bytes_ = fetched(house, document, DownloadKind.ORIGINAL)
    assert bytes_ == scan
    assert original.headers["ETag"] == f'"{hashlib.sha256(scan).hexdigest()}"'

    words, hocr = fetched(house, document, DownloadKind.HOCR)
    assert words.headers["Content-Disposition"].startswith('attachment; filename="Quyet dinh 12.hocr"')
    assert "QUYẾT</span>" in hocr.decode()


def test_a_paper_of_which_no_pdf_can_be_made_says_so(house):
    document = house.send(kit.encoded(kit.drawn().image, "PNG"), "a.png").receipt.document
    house.application.record_text(clerk(), document, kit.reading(kit.drawn().read))
    door = create_file_gateway(
        house.application,
        house.ingest,
        house.archive,
        house.tickets,
        house.grantees,
        pdf_maker=SubprocessPdfMaker(ChildLimits(memory_bytes=40 * 1024**2)),
    )
    house.http = door.test_client()
    answer, _ = fetched(house, document, DownloadKind.PDF)
    assert answer.status_code == 404
    assert answer.json["type"].endswith("khong-co-ban-pdf")


def test_a_maker_waits_neither_for_ever_nor_for_a_paper_without_end(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(kit.encoded(kit.drawn().image, "PNG"))
    text, into = kit.reading(kit.drawn().read), tmp_path / "made.pdf"
    slow = SubprocessPdfMaker(timeout_s=0.01, turn_timeout_s=0.05)
    with pytest.raises(ExtractionFailed):
        slow.make(source, Media.PNG, text, into, title="")
    with slow._turn, pytest.raises(Unavailable):
        slow.make(source, Media.PNG, text, into, title="")


@pytest.mark.parametrize("data", [b"%PDF-1.7 junk", b""])
def test_a_damaged_file_is_told_from_a_machine_that_cannot(tmp_path, data):
    source = tmp_path / "source"
    source.write_bytes(data)
    with pytest.raises(ExtractionFailed) as failed:
        SubprocessPdfMaker().make(source, Media.PDF, kit.reading(), tmp_path / "made.pdf", title="")
    assert failed.value.reason.value == "tep-hong"
