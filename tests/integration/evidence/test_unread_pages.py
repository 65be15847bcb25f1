"""A page can be looked at before anything was read of its paper: real files, a real child, the real file gateway."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from services.evidence.adapters.subprocesses import SubprocessFileInspector, SubprocessPageRenderer
from services.evidence.domain.media import Media
from services.evidence.domain.text import FailureReason
from services.evidence.extraction.protocol import ChildLimits
from services.evidence.file_gateway import create_file_gateway
from services.evidence.ports import ExtractionFailed
from shared.contracts.calls.evidence import PageRequest
from shared.problems import Unavailable
from tests.integration.evidence.test_ingest_and_file_gateway import House
from tests.unit.evidence.evidence_kit import clerk

SHADES = (40, 120, 220)


def paper(kind: str, side: tuple[int, int] = (620, 877)) -> bytes:
    """Three pages of one grey each, so that it shows which one is looked at."""
    first, *others = [Image.new("L", side, shade) for shade in SHADES]
    into = io.BytesIO()
    first.save(into, kind, save_all=True, append_images=others)
    return into.getvalue()


@pytest.fixture(scope="module")
def inspector():
    made = SubprocessFileInspector()
    yield made
    made.close()


@pytest.fixture
def house(tmp_path, inspector):
    made = House(tmp_path, inspector)
    viewer = SubprocessPageRenderer()
    made.door = create_file_gateway(made.application, made.ingest, made.archive, made.tickets, made.grantees, viewer=viewer)
    made.http = made.door.test_client()
    return made


def image_of(house, document: str, number: int):
    asked = PageRequest(document=document, number=number, unread=True)
    return house.http.get(house.application.page(clerk(), asked).page.image_url)


@pytest.mark.parametrize(("kind", "name"), [("PDF", "a.pdf"), ("TIFF", "a.tif")])
def test_any_page_of_a_paper_that_waits_to_be_read_is_shown_and_made_once(house, kind, name):
    document = house.send(paper(kind), name).receipt.document

    answer = image_of(house, document, 3)

    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    seen = Image.open(io.BytesIO(answer.data)).convert("L")
    assert max(seen.size) <= 1700
    assert abs(seen.getpixel((seen.width // 2, seen.height // 2)) - SHADES[2]) < 8
    kept = house.derived.get(f"{document}/truoc-khi-doc/page-0003.webp")
    assert image_of(house, document, 3).data == kept == answer.data
    assert house.derived.get(f"{document}/truoc-khi-doc/thumb-0003.webp")


def test_a_photo_is_shown_before_it_is_read(house):
    into = io.BytesIO()
    Image.new("RGB", (900, 600), (200, 30, 30)).save(into, "JPEG")

    answer = image_of(house, house.send(into.getvalue(), "a.jpg").receipt.document, 1)

    assert Image.open(io.BytesIO(answer.data)).width > 500


def test_a_file_of_which_no_image_can_be_made_says_what_to_do(tmp_path, house):
    document = house.send(paper("PDF"), "a.pdf").receipt.document
    starved = SubprocessPageRenderer(ChildLimits(memory_bytes=40 * 1024**2))
    door = create_file_gateway(house.application, house.ingest, house.archive, house.tickets, house.grantees, viewer=starved)
    asked = PageRequest(document=document, number=1, unread=True)

    answer = door.test_client().get(house.application.page(clerk(), asked).page.image_url)

    assert (answer.status_code, answer.json["type"]) == (404, "trang-khong-co")
    assert "Mở bản gốc" in answer.json["detail"]


def test_damage_and_a_page_too_many_are_told_and_nothing_is_left(tmp_path):
    (tmp_path / "source").write_bytes(paper("PDF"))
    (tmp_path / "torn").write_bytes(b"%PDF-1.4 nothing")
    for source, number in (("source", 4), ("torn", 1)):
        with pytest.raises(ExtractionFailed) as caught:
            SubprocessPageRenderer().view(tmp_path / source, Media.PDF, number, tmp_path)
        assert caught.value.reason is FailureReason.DAMAGED
    assert not list(tmp_path.glob("*.webp"))


def test_a_page_that_takes_too_long_is_given_up_and_one_that_waits_too_long_told(tmp_path):
    (tmp_path / "source").write_bytes(paper("PDF"))
    viewer = SubprocessPageRenderer(timeout_s=0.01, turn_timeout_s=0.05)
    with pytest.raises(ExtractionFailed) as caught:
        viewer.view(tmp_path / "source", Media.PDF, 1, tmp_path)
    assert caught.value.reason is FailureReason.TIMEOUT

    with viewer._turn, pytest.raises(Unavailable, match="Máy chủ đang bận"):
        viewer.view(tmp_path / "source", Media.PDF, 1, tmp_path)
