"""What the inspecting child says of files that are odd, cut, hostile or simply made of noise, and that it outlives them."""

from __future__ import annotations

import io
import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image, TiffImagePlugin
from typer.testing import CliRunner

from cli.main import app
from services.evidence.adapters.subprocesses import SubprocessFileInspector, SubprocessTextExtractor
from services.evidence.domain.media import FileFacts, Media
from services.evidence.domain.text import decode_text
from services.evidence.domain.validation import FileLimits
from services.evidence.extraction.pages import open_pages
from services.evidence.extraction.protocol import TEXT_FILE, ChildLimits
from services.evidence.file_validation import validate_file
from shared.problems import Problem
from tests.integration.evidence.test_ingest_and_file_gateway import House

pillow_heif.register_heif_opener()


@pytest.fixture(scope="module")
def inspector() -> Iterator[SubprocessFileInspector]:
    made = SubprocessFileInspector()
    yield made
    made.close()


@pytest.fixture
def verdict(inspector, tmp_path) -> Callable[[bytes, str], FileFacts | str]:
    """Return what file validation says of some bytes: the facts, or the type of the refusal."""

    def judge(data: bytes, name: str = "a.bin") -> FileFacts | str:
        path = tmp_path / "file"
        path.write_bytes(data)
        try:
            return validate_file(path, name, inspector, FileLimits())
        except Problem as problem:
            return problem.type

    return judge


def drawing(width: int = 120, height: int = 90) -> Image.Image:
    """Return a page with something on it everywhere, so that whatever is lost is seen."""
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    noise = np.random.default_rng(7).integers(0, 40, (height, width))
    return Image.fromarray(((across * 3 + down * 2 + noise) % 256).astype(np.uint8)).convert("RGB")


def saved(kind: str, image: Image.Image | None = None, **how: object) -> bytes:
    into = io.BytesIO()
    (image or drawing()).save(into, kind, **how)
    return into.getvalue()


def pdf(pages: int = 1, **how: object) -> bytes:
    into = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        made.save(into, **how)  # type: ignore[arg-type]
    return into.getvalue()


WHOLE: dict[str, bytes] = {
    "baseline.jpg": saved("JPEG"),
    "progressive.jpg": saved("JPEG", progressive=True),
    "grey.jpg": saved("JPEG", drawing().convert("L")),
    "cmyk.jpg": saved("JPEG", drawing().convert("CMYK")),
    "colour.png": saved("PNG"),
    "palette.png": saved("PNG", drawing().convert("P")),
    "raw.tif": saved("TIFF"),
    "lzw.tif": saved("TIFF", compression="tiff_lzw"),
    "fax.tif": saved("TIFF", drawing().convert("1"), compression="group4"),
    "jpeg.tif": saved("TIFF", compression="jpeg"),
    "pages.tif": saved("TIFF", save_all=True, append_images=[drawing(60, 50)] * 3),
    "big.tif": saved("TIFF", big_tiff=True),
    "lossy.webp": saved("WEBP"),
    "lossless.webp": saved("WEBP", lossless=True),
    "alpha.webp": saved("WEBP", drawing().convert("RGBA")),
    "photo.heic": saved("HEIF"),
    "plain.pdf": pdf(3),
    "packed.pdf": pdf(2, object_stream_mode=pikepdf.ObjectStreamMode.generate),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_of_any_kind_is_let_in_with_as_many_pages_as_reading_shows(verdict, tmp_path, name):
    facts = verdict(WHOLE[name], name)
    assert isinstance(facts, FileFacts), facts
    (tmp_path / name).write_bytes(WHOLE[name])
    with open_pages(str(tmp_path / name), facts.media, ChildLimits()) as pages:
        assert facts.pages == pages.count
        assert len(list(pages)) == pages.count


# ---- noise and damage


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to four things wrong, more often near the beginning, where the headers are."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(out)) if chance.random() < 0.5 else chance.randrange(min(len(out), 300))
        match chance.randrange(7):
            case 0:
                out[at] = chance.randrange(256)
            case 1:
                out[at : at + 4] = chance.choice([bytes(4), b"\xff" * 4, b"\x80\0\0\0", b"\0\0\0\x80", b"\x7f\xff\xff\xff"])
            case 2:
                del out[at + 1 :]
            case 3:
                out[at:at] = chance.randbytes(chance.randrange(1, 40))
            case 4:
                del out[at : at + chance.randrange(1, 40)]
            case 5:
                out[at : at + 60] = bytes(60)
            case _:
                there = chance.randrange(len(out))
                out[at : at + 16] = out[there : there + 16]
        out = out or bytearray(b"\0")
    return bytes(out)


@pytest.mark.parametrize("name", WHOLE)
def test_whatever_is_damaged_is_let_in_or_refused_in_words_and_never_fells_the_child(verdict, inspector, name):
    chance = random.Random(name)
    verdict(WHOLE[name], name)
    child = inspector._child
    for _ in range(CASES):
        said = verdict(damaged(WHOLE[name], chance), name)
        assert isinstance(said, FileFacts) or said in REFUSALS
    assert inspector._child is child


CASES = 100
REFUSALS = {"tep-dut", "anh-hong", "pdf-hong", "pdf-co-mat-khau", "anh-qua-to", "nhieu-trang", "sai-loai"}


# ---- odd, yet everything is there


def junk_between_segments() -> bytes:
    data = WHOLE["baseline.jpg"]
    first = 2 + 2 + struct.unpack(">H", data[4:6])[0]
    return data[:first] + b"junk\x00" * 9 + data[first:]


def with_smaller_picture(*, inside: bool = False) -> bytes:
    """Return a TIFF of one page with a smaller copy of it: as a directory of its own, or inside as a SubIFD."""
    if inside:
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[330] = 8
        tags.tagtype[330] = 13
        return saved("TIFF", tiffinfo=tags)
    into = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(into, new=True) as writer:
        for width, smaller in ((120, 0), (12, 1)):
            drawing().resize((width, 90)).save(writer, "TIFF", tiffinfo={254: smaller})
            writer.newFrame()
    return into.getvalue()


FILTERS = "/StmF/Identity/StrF/Identity/EFF/StdCF/CF<</StdCF<</AuthEvent/EFOpen/CFM/AESV2/Length 16>>>>"


def with_locked_attachment() -> bytes:
    """Return a PDF whose crypt filter locks attached files and nothing else (ISO 32000-1, 7.6.5: Identity, EFF)."""
    locked = io.BytesIO(pdf(encryption=pikepdf.Encryption(owner="chu", user="mo", R=4, aes=True)))
    with pikepdf.open(locked, password="mo") as source:
        lock, ids = source.trailer.Encrypt, source.trailer.ID
        keys = {key: bytes(lock[f"/{key}"]).hex() for key in "OU"}
        objects = [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
            f"<</Filter/Standard/V 4/R 4/Length 128/P {int(lock.P)}/O<{keys['O']}>/U<{keys['U']}>{FILTERS}>>",
        ]
        first = bytes(ids[0]).hex()
    out, places = "%PDF-1.6\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<{first}><{first}>]>>"
    return f"{out}xref\n0 5\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF\n".encode()


ODD: dict[str, Callable[[], bytes]] = {
    "film.jpg": lambda: WHOLE["baseline.jpg"] + bytes(300_000),
    "real-film.jpg": lambda: WHOLE["progressive.jpg"] + b"\0\0\0\x18ftypmp42" + random.Random(1).randbytes(400_000),
    "junk.jpg": junk_between_segments,
    "no-end.jpg": lambda: WHOLE["baseline.jpg"][:-2],
    "half-an-end.jpg": lambda: WHOLE["grey.jpg"][:-1],
    "no-end.png": lambda: WHOLE["colour.png"][:-12],
    "padded.png": lambda: WHOLE["colour.png"] + bytes(5000),
    "padded.webp": lambda: WHOLE["lossy.webp"] + bytes(5000),
    "padded.heic": lambda: WHOLE["photo.heic"] + bytes(5000),
    "padded.tif": lambda: WHOLE["lzw.tif"] + bytes(5000),
    "padded.pdf": lambda: WHOLE["plain.pdf"] + bytes(4096),
    "footer.pdf": lambda: WHOLE["plain.pdf"] + b"\r\n-- scanned by a gateway --" * 200,
    "smaller.tif": with_smaller_picture,
    "sub.tif": lambda: with_smaller_picture(inside=True),
    "locked-attachment.pdf": with_locked_attachment,
    "anh.heic": lambda: WHOLE["baseline.jpg"],
    "anh.jpg": lambda: WHOLE["lossy.webp"],
    "van-ban.docx": lambda: WHOLE["plain.pdf"],
}


READ_OTHERWISE = {"no-end.jpg", "half-an-end.jpg"}


@pytest.mark.parametrize("name", ODD)
def test_a_file_that_is_odd_but_whole_is_let_in_and_its_pages_can_be_shown(verdict, tmp_path, name):
    data = ODD[name]()
    facts = verdict(data, name)
    assert isinstance(facts, FileFacts), facts
    assert facts.pages == (3 if "pdf" in facts.media and "locked" not in name else 1)
    assert facts.end_missing == ("end" in name)
    (tmp_path / name).write_bytes(data)
    if name not in READ_OTHERWISE:
        with open_pages(str(tmp_path / name), facts.media, ChildLimits()) as pages:
            assert len(list(pages)) == facts.pages


def test_a_jpeg_without_its_end_mark_is_read_too(verdict, tmp_path):
    data = saved("JPEG", Image.new("L", (300, 400), 255))[:-2]
    assert isinstance(verdict(data, "a.jpg"), FileFacts)
    (tmp_path / "a.jpg").write_bytes(data)
    SubprocessTextExtractor().read(tmp_path / "a.jpg", Media.JPEG, tmp_path, lambda *_: None)
    assert len(decode_text((tmp_path / TEXT_FILE).read_bytes()).pages) == 1


def test_an_upload_and_the_read_command_say_the_same_of_a_file(tmp_path, inspector):
    (tmp_path / "house").mkdir()
    house = House(tmp_path / "house", inspector)
    files = {name: make() for name, (make, _) in BAD.items() if name in JUDGED_TWICE}
    blank = saved("JPEG", Image.new("L", (300, 400), 255))
    files |= {"trang.heic": blank, "trang.jpg": blank[:-2], "trang.pdf": pdf() + bytes(4096)}
    for name, data in files.items():
        path = tmp_path / name
        path.write_bytes(data)
        try:
            uploaded = house.send(data, name).receipt
        except Problem as problem:
            uploaded = problem
        done = CliRunner().invoke(app, ["read", str(path), "--json"])
        assert (done.exit_code == 0) == (not isinstance(uploaded, Problem)), (name, done.output)
        if isinstance(uploaded, Problem):
            told = json.loads(done.stdout)
            assert (told["type"], told["detail"]) == (uploaded.type, uploaded.detail)
        else:
            assert uploaded is not None
            assert all(remark in " ".join(done.stderr.split()) for remark in uploaded.remarks), name


JUDGED_TWICE = {
    "half-baseline.jpg",
    "less-progressive.jpg",
    "38-bytes.tif",
    "locked.pdf",
    "half.pdf",
    "bomb.png",
    "program.pdf",
}


# ---- something is missing, or nothing can be shown


def half(name: str) -> bytes:
    return WHOLE[name][: len(WHOLE[name]) // 2]


def noise(head: bytes, size: int = 4000) -> bytes:
    return head + random.Random(3).randbytes(size)


def emptied(data: bytes, kind: bytes) -> bytes:
    """Return a file whose last box of a kind holds nothing but zeros."""
    return data[: data.index(kind) + len(kind)].ljust(len(data), b"\0")


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    **{f"half-{name}": (lambda name=name: half(name), "tep-dut") for name in WHOLE if not name.endswith((".pdf", ".tif"))},
    "half.pdf": (lambda: half("plain.pdf"), "pdf-hong"),
    "half.tif": (lambda: half("raw.tif"), "tep-dut"),
    "half-padded.jpg": (lambda: half("baseline.jpg") + bytes(50_000), "tep-dut"),
    "less.jpg": (lambda: WHOLE["baseline.jpg"][:-40], "tep-dut"),
    "less-progressive.jpg": (lambda: WHOLE["progressive.jpg"][:-2], "tep-dut"),
    "second-revision-cut.pdf": (lambda: WHOLE["plain.pdf"] + b"9 0 obj\n<</Type/Page", "pdf-hong"),
    "38-bytes.tif": (lambda: b"II*\0\x08\0\0\0\2\0" + struct.pack("<HHIIHHIII", 256, 4, 1, 8, 257, 4, 1, 8, 0), "anh-hong"),
    "rare-squeeze.tif": (
        lambda: WHOLE["lzw.tif"].replace(struct.pack("<HHII", 259, 3, 1, 5), struct.pack("<HHII", 259, 3, 1, 50_001)),
        "anh-hong",
    ),
    "noise.webp": (lambda: noise(b"RIFF" + struct.pack("<I", 4008) + b"WEBPVP8 " + struct.pack("<I", 3996)), "anh-hong"),
    "noise.heic": (lambda: emptied(WHOLE["photo.heic"], b"mdat"), "anh-hong"),
    "noise.png": (
        lambda: WHOLE["colour.png"][:33] + b"\0\0\x0f\xa0IDAT" + noise(b"") + b"\0\0\0\0" + WHOLE["colour.png"][-12:],
        "anh-hong",
    ),
    "noise.jpg": (lambda: noise(b"\xff\xd8\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0", 50)
                  + b"\xff\xd9", "anh-hong"),
    "locked.pdf": (lambda: pdf(encryption=pikepdf.Encryption(owner="chu", user="mo")), "pdf-co-mat-khau"),
    "bomb.png": (lambda: WHOLE["colour.png"][:16] + struct.pack(">II", 9**5, 9**5) + WHOLE["colour.png"][24:], "anh-qua-to"),
    "program.pdf": (lambda: b"MZ" + bytes(300), "sai-loai"),
    "picture.exe": (lambda: WHOLE["baseline.jpg"], "sai-loai"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_lost_something_or_shows_nothing_is_refused(verdict, name):
    make, problem = BAD[name]
    assert verdict(make(), name) == problem


def test_a_bomb_of_tags_ends_before_it_fills_the_memory(verdict):
    entries = b"".join(struct.pack("<HHII", 300 + n, 1, 2_000_000, 60_000) for n in range(4000))
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 4000) + entries + bytes(4 + 2_100_000)
    assert verdict(data, "a.tif") == "anh-hong"


def test_pixels_that_unpack_to_far_more_than_they_say_are_not_unpacked(verdict):
    bomb = zlib.compress(bytes(60_000_000), 9)
    chunk = struct.pack(">I", len(bomb)) + b"IDAT" + bomb + struct.pack(">I", zlib.crc32(b"IDAT" + bomb))
    assert isinstance(verdict(WHOLE["colour.png"][:33] + chunk + WHOLE["colour.png"][-12:], "a.png"), FileFacts)
