"""The searchable PDF/A of papers of every kind: valid, the same to look at, words in their places, the same bytes twice."""

import hashlib
import io
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from services.evidence.domain.media import Media
from services.evidence.domain.text import ReadPage
from services.evidence.extraction.pages import Damaged, open_pages
from services.evidence.extraction.protocol import ChildLimits
from services.evidence.extraction.renditions import MadePdf, make_searchable_pdf
from tests.integration.evidence import searchable_pages as kit
from tests.integration.evidence import world
from tests.integration.evidence.pdfa_checks import refusals

NEAR = 3.0
"""Points: less than half the height of a letter of 12 points."""
SAME = 3.0
"""Of 255: what two renderings of one picture may differ by; one upside down differs by more than 10."""
ROWS_PER_STRIP = 278


def made_of(folder: Path, data: bytes, media: Media, *pages: ReadPage, title: str = "") -> tuple[Path, MadePdf]:
    source, into = folder / "source", folder / "made.pdf"
    source.write_bytes(data)
    return into, make_searchable_pdf(source, media, kit.reading(*pages), into, title=title)


def own_words(folder: Path, data: bytes) -> list[ReadPage]:
    """Return what the reader takes from a PDF itself."""
    source = folder / "looked-at.pdf"
    source.write_bytes(data)
    with open_pages(str(source), Media.PDF, ChildLimits()) as pages:
        return [
            ReadPage(number=n, width=100, height=100, confidence=100, source="pdf", words=page.words, turned=page.degrees)
            for n, page in enumerate(pages, 1)
        ]


def images_in(path: Path) -> list[bytes]:
    with pikepdf.open(path) as pdf:
        return [image.read_raw_bytes() for page in pdf.pages for image in page.get_images().values()]


# ---- pictures


SCANS = {
    "JPEG": (Media.JPEG, lambda image: kit.encoded(image, "JPEG", quality=80)),
    "PNG": (Media.PNG, lambda image: kit.encoded(image, "PNG")),
    "TIFF colour": (Media.TIFF, lambda image: kit.encoded(image, "TIFF", compression="tiff_lzw")),
    "TIFF JPEG": (Media.TIFF, lambda image: kit.encoded(image, "TIFF", compression="jpeg")),
    "WebP": (Media.WEBP, lambda image: kit.encoded(image, "WEBP", quality=80)),
    "PNG see-through": (Media.PNG, lambda image: kit.encoded(image.convert("RGBA"), "PNG")),
    "JPEG CMYK": (Media.JPEG, lambda image: kit.encoded(image.convert("CMYK"), "JPEG", quality=85)),
}


@pytest.mark.parametrize("kind", SCANS)
def test_a_picture_becomes_a_page_that_looks_the_same_and_can_be_searched(tmp_path, kind):
    page = kit.drawn()
    media, encode = SCANS[kind]
    path, made = made_of(tmp_path, encode(page.image), media, page.read, title="Quyết định 12")
    assert refusals(path) == []
    assert made == MadePdf(pages=1)
    truth = [word.text for word in page.read.words]
    assert kit.by_poppler(path) == truth
    assert kit.by_pdfium(path) == truth
    # A picture without a believable density, as WebP has none, is shown as wide as A4.
    assert kit.unlike(kit.shown(path, width=page.image.width), page.image) < SAME
    with pikepdf.open(path) as pdf, pdf.open_metadata() as told:
        assert told["dc:title"] == "Quyết định 12"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_pictures_own_bytes_are_put_in(tmp_path, kind):
    media, encode = SCANS[kind]
    page = kit.drawn()
    data = encode(page.image)
    path, _ = made_of(tmp_path, data, media, page.read)
    (image,) = images_in(path)
    assert image in data if kind == "JPEG" else len(image) < len(data)
    assert path.stat().st_size < len(data) + 20_000


def test_a_page_upside_down_is_told_from_itself():
    image = kit.drawn().image
    assert kit.unlike(image, image.rotate(180)) > 10


def test_every_page_of_a_fax_is_put_in_as_it_is(tmp_path):
    pages = [kit.drawn(number=n, mode="1") for n in (1, 2)]
    data = kit.encoded(
        pages[0].image,
        "TIFF",
        compression="group4",
        tiffinfo={ROWS_PER_STRIP: kit.SIZE[1]},
        save_all=True,
        append_images=[page.image for page in pages[1:]],
    )
    path, made = made_of(tmp_path, data, Media.TIFF, *(page.read for page in pages))
    assert refusals(path) == []
    assert made.pages == 2
    assert kit.by_poppler(path) == [word.text for page in pages for word in page.read.words]
    with pikepdf.open(path) as pdf:
        filters = [str(image.Filter[0]) for page in pdf.pages for image in page.get_images().values()]
    assert set(filters) == {"/CCITTFaxDecode"}
    assert all(strip in data for strip in images_in(path))
    assert path.stat().st_size < len(data) + 25_000
    for index, page in enumerate(pages):
        assert kit.unlike(kit.shown(path, index), page.image) < SAME


def test_a_photograph_held_sideways_is_shown_upright(tmp_path):
    page = kit.drawn()
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = page.image.transpose(Image.Transpose.ROTATE_90)
    data = kit.encoded(lying, "JPEG", quality=85, exif=exif)
    path, _ = made_of(tmp_path, data, Media.JPEG, page.read)
    assert images_in(path)[0] in data
    assert kit.unlike(kit.shown(path), page.image) < SAME
    assert kit.by_pdfium(path) == [word.text for word in page.read.words]


def test_a_mirrored_photograph_is_put_right(tmp_path):
    page = kit.drawn()
    exif = Image.Exif()
    exif[0x0112] = 2
    data = kit.encoded(page.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "JPEG", quality=85, exif=exif)
    path, _ = made_of(tmp_path, data, Media.JPEG, page.read)
    assert kit.unlike(kit.shown(path), page.image) < SAME


# ---- words in their places


@pytest.mark.parametrize(("turned", "skew"), [(0, 0.0), (90, 0.0), (180, 0.0), (270, 0.0), (0, 1.7), (90, -3.0), (270, 0.4)])
def test_words_lie_where_they_are_seen_whichever_way_the_page_was_fed(tmp_path, turned, skew):
    page = kit.drawn(turned=turned, skew=skew)
    path, _ = made_of(tmp_path, kit.encoded(page.image, "JPEG", quality=85), Media.JPEG, page.read)
    assert refusals(path) == []
    truth = [word.text for word in page.read.words]
    assert kit.by_poppler(path, "-raw") == truth
    assert kit.by_pdfium(path) == truth
    assert sorted(kit.by_poppler(path)) == sorted(truth)
    # The page is shown the right way up, as it was scanned otherwise: its ink is the witness of where words belong.
    upright = page.image.rotate(turned, expand=True)
    assert kit.unlike(kit.shown(path), upright) < SAME
    assert kit.ink_outside(path) < 0.02
    assert kit.ink_outside(path, grown=-4.0) > 0.3


def test_word_boxes_are_those_of_the_reading_within_a_few_points(tmp_path):
    page = kit.drawn()
    path, _ = made_of(tmp_path, kit.encoded(page.image, "JPEG"), Media.JPEG, page.read)
    width, height = (side * 72 / kit.DPI for side in kit.SIZE)
    found = kit.places(path)
    assert [text for text, _ in found] == [word.text for word in page.read.words]
    for (_, (left, top, right, bottom)), word in zip(found, page.read.words, strict=True):
        assert abs(left - word.left * width / 1000) < 1
        assert abs(right - (word.left + word.width) * width / 1000) < 1
        assert abs((top + bottom) / 2 - (word.top + word.height / 2) * height / 1000) < NEAR


def test_letters_are_written_as_one_sign_each(tmp_path):
    page = kit.drawn()
    apart = tuple(
        word.__class__(unicodedata.normalize("NFD", word.text), *list(_fields(word))[1:]) for word in page.read.words
    )
    read = ReadPage(number=1, width=1654, height=2339, confidence=90, source="tesseract", words=apart)
    path, _ = made_of(tmp_path, kit.encoded(page.image, "JPEG"), Media.JPEG, read)
    assert kit.by_pdfium(path) == [word.text for word in page.read.words]


def _fields(word):
    return (getattr(word, name) for name in word.__struct_fields__)


def test_signs_that_no_font_here_has_do_no_harm(tmp_path):
    page = kit.drawn()
    odd = [
        word.__class__(sign, *list(_fields(word))[1:])
        for sign, word in zip("漢☑\x00\ue001😀ß", page.read.words, strict=False)
    ]
    words = (*odd, *page.read.words[6:])
    read = ReadPage(number=1, width=1654, height=2339, confidence=90, source="tesseract", words=words)
    path, _ = made_of(tmp_path, kit.encoded(page.image, "JPEG"), Media.JPEG, read)
    assert refusals(path) == []
    assert kit.by_pdfium(path)[-5:] == [word.text for word in page.read.words][-5:]


# ---- PDF


def typed() -> pikepdf.Pdf:
    return world.typed([(40, 700 - 28 * row, line) for row, line in enumerate(kit.LINES)], size=(595, 842))


ALL = " ".join(kit.LINES).split()


@pytest.mark.parametrize("rotate", [0, 90])
def test_a_typed_pdf_keeps_its_own_pages_and_letters(tmp_path, rotate):
    pdf = typed()
    pdf.pages[0].Rotate = rotate
    data = world.saved(pdf)
    path, made = made_of(tmp_path, data, Media.PDF, *own_words(tmp_path, data))
    assert refusals(path) == []
    assert made.drawn == ()
    # Each word once: what the page says itself is not said again.
    assert kit.by_pdfium(path) == ALL
    before = kit.shown(tmp_path / "source")
    assert kit.unlike(kit.shown(path), before.rotate(rotate, expand=True)) < SAME


def test_the_reading_that_a_scanner_hid_under_its_page_gives_way_to_ours(tmp_path):
    page = kit.drawn()
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].Resources = Dictionary(Font=Dictionary(F1=helvetica))
    pdf.pages[0].Contents = Stream(pdf, b"BT 3 Tr /F1 20 Tf 50 700 Td (cng ha x hi) Tj ET")
    world.paste(pdf, page.image.convert("L"), (0, 0, 595, 842))
    path, made = made_of(tmp_path, world.saved(pdf), Media.PDF, page.read)
    assert refusals(path) == []
    assert made.drawn == ()
    assert kit.by_pdfium(path) == [word.text for word in page.read.words]


def test_a_line_typed_over_a_scan_stays_and_the_scan_gets_its_words(tmp_path):
    page = kit.drawn()
    pdf = world.typed([(40, 815, "Số đến 123")], size=(595, 842))
    world.paste(pdf, page.image.convert("L"), (0, 0, 595, 842), under=True)
    data = world.saved(pdf)
    (own,) = own_words(tmp_path, data)
    read = ReadPage(
        number=1, width=1654, height=2339, confidence=90, source="pdf+tesseract", words=(*own.words, *page.read.words)
    )
    path, made = made_of(tmp_path, data, Media.PDF, read)
    assert made.drawn == ()
    assert refusals(path) == []
    found = kit.by_pdfium(path)
    assert found.count("đến") == 1
    assert sorted(found) == sorted(["Số", "đến", "123", *(word.text for word in page.read.words)])


def test_nothing_of_a_pdf_that_runs_or_is_attached_goes_along(tmp_path):
    pdf = typed()
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="a.txt")
    pdf.Root.OpenAction, pdf.Root.AA = script, Dictionary(WC=script)
    pdf.pages[0].AA = Dictionary(O=script)
    link = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([10, 10, 90, 30])}
    pdf.pages[0].Annots = Array(
        [
            Dictionary(**link, A=Dictionary(S=Name.URI, URI=String("https://truong.vn/"))),
            Dictionary(**link, A=Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
            Dictionary(**link, A=Dictionary(S=Name.Launch, F=String("cmd.exe"))),
            Dictionary(**link, A=script),
        ]
    )
    data = world.saved(pdf)
    path, made = made_of(tmp_path, data, Media.PDF, *own_words(tmp_path, data))
    assert refusals(path) == []
    assert made.drawn == ()
    with pikepdf.open(path) as kept:
        assert [str(note.A.URI) for note in kept.pages[0].Annots] == ["https://truong.vn/"]
    for trace in (b"cmd.exe", b"app.alert", b"a.txt"):
        with pikepdf.open(path) as kept:
            assert not any(trace in part.unparse() for part in kept.objects if not isinstance(part, Stream))


def test_only_the_page_that_cannot_be_kept_is_drawn_and_that_is_said(tmp_path):
    pdf = typed()
    blank = pikepdf.new()
    blank.add_blank_page(page_size=(595, 842))
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    blank.pages[0].Resources = Dictionary(Font=Dictionary(F1=helvetica))
    blank.pages[0].Contents = Stream(blank, b"BT /F1 20 Tf 50 700 Td (Trang hai) Tj ET")
    pdf.pages.append(blank.pages[0])
    data = world.saved(pdf)
    path, made = made_of(tmp_path, data, Media.PDF, *own_words(tmp_path, data))
    assert refusals(path) == []
    assert made.drawn == (2,)
    assert "Trang 2 được dựng thành ảnh" in made.remark
    assert kit.by_poppler(path) == [*ALL, "Trang", "hai"]
    assert images_in(path) != []
    with pikepdf.open(path) as kept, kept.open_metadata() as told:
        assert told["dc:description"] == made.remark
    assert kit.unlike(kit.shown(path, 1, scale=1), kit.shown(tmp_path / "source", 1, scale=1)) < SAME


def test_a_pdf_that_only_its_owner_may_change_loses_its_lock(tmp_path):
    data = world.saved(typed(), encryption=pikepdf.Encryption(owner="x", user=""))
    path, made = made_of(tmp_path, data, Media.PDF, *own_words(tmp_path, data))
    assert refusals(path) == []
    assert made.drawn == ()
    assert kit.by_pdfium(path) == ALL


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4\n" + b"junk" * 500, b"", pytest.param(None, id="password")], ids=["junk", "empty", None]
)
def test_a_file_that_shows_no_page_is_damaged(tmp_path, data):
    locked = world.saved(typed(), encryption=pikepdf.Encryption(owner="x", user="y"))
    with pytest.raises(Damaged):
        made_of(tmp_path, locked if data is None else data, Media.PDF, kit.drawn().read)
    assert not (tmp_path / "made.pdf").exists()


@pytest.mark.slow
def test_a_pdf_with_broken_bytes_is_made_valid_or_refused(tmp_path):
    whole = world.saved(typed(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    lot, ended = random.Random(11), []
    for _ in range(8):
        data = bytearray(whole)
        for _ in range(lot.choice((1, 4, 20))):
            data[lot.choice([lot.randrange(3000), len(data) - lot.randrange(1, 4000)])] = lot.randrange(256)
        try:
            path, made = made_of(tmp_path, bytes(data), Media.PDF, kit.drawn().read)
        except Damaged:
            ended.append("refused")
        else:
            assert refusals(path) == []
            ended.append("drawn" if made.drawn else "kept")
    assert len(set(ended)) > 1


# ---- the same again


def test_the_same_paper_gives_the_same_bytes_in_any_process_at_any_time(tmp_path):
    page = kit.drawn(skew=0.8)
    path, _ = made_of(tmp_path, kit.encoded(page.image, "JPEG"), Media.JPEG, page.read, title="Tên")
    here = hashlib.sha256(path.read_bytes()).hexdigest()
    code = (
        "import sys, hashlib, time; time.sleep(1.1)\n"
        "from pathlib import Path\n"
        "from services.evidence.domain.media import Media\n"
        "from services.evidence.extraction.renditions import make_searchable_pdf\n"
        "from tests.integration.evidence import searchable_pages as kit\n"
        "source, into = map(Path, sys.argv[1:])\n"
        "make_searchable_pdf(source, Media.JPEG, kit.reading(kit.drawn(skew=0.8).read), into, title='Tên')\n"
        "print(hashlib.sha256(into.read_bytes()).hexdigest())"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "source"), str(tmp_path / "again.pdf")],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == here


def test_a_reading_of_fewer_pages_than_the_file_leaves_the_others_without_words(tmp_path):
    pages = [kit.drawn(number=n, mode="1") for n in (1, 2)]
    into = io.BytesIO()
    pages[0].image.save(into, "TIFF", compression="group4", save_all=True, append_images=[pages[1].image])
    path, made = made_of(tmp_path, into.getvalue(), Media.TIFF, pages[1].read)
    assert made.pages == 2
    assert kit.by_poppler(path) == [word.text for word in pages[1].read.words]
