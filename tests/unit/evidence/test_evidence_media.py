"""What a file is by its own bytes, and which files are let in."""

from __future__ import annotations

import io
import struct

import pytest

from services.evidence.domain.admission import (
    Limits,
    PdfFacts,
    check_checksum,
    check_image,
    check_kind,
    check_pdf,
    check_size,
    check_whole,
)
from services.evidence.domain.media import HeaderFacts, Media, describe, extension_of, inspect, sniff
from services.evidence.errors import (
    BrokenImage,
    BrokenPdf,
    CutFile,
    EmptyFile,
    ImageTooLarge,
    LockedPdf,
    TooLarge,
    TooManyPages,
    WrongChecksum,
    WrongKind,
)

LIMITS = Limits()


def looked(data: bytes) -> HeaderFacts | None:
    return inspect(io.BytesIO(data), len(data))


def jpeg(width: int = 40, height: int = 30, *, end: bytes = b"\xff\xd9", fill: bytes = b"") -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    app = b"\xff\xe1" + struct.pack(">H", 10) + b"\xff\xd9thumb!"
    start = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00"
    return (
        b"\xff\xd8"
        + app
        + fill
        + b"\xff\xc0"
        + struct.pack(">H", 2 + len(frame))
        + frame
        + start
        + b"\x12\xff\x00\x34"
        + end
    )


def png(width: int = 40, height: int = 30, *, end: bool = True) -> bytes:
    header = b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\0\0\0\0" + b"\0\0\0\0"
    data = b"\0\0\0\x04IDATdataCRC!"
    return b"\x89PNG\r\n\x1a\n" + header + data + (b"\0\0\0\0IEND\0\0\0\0" if end else b"")


def tiff(
    frames: int = 2, *, order: str = "<", big: bool = False, sides=(8, 8), strip_bytes: int = 8, tiles: bool = False
) -> bytes:
    mark = b"II" if order == "<" else b"MM"
    offset, count = ("Q", "Q") if big else ("I", "H")
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, 24) if big else struct.pack(order + "HI", 42, 16))
    head = head.ljust(24 if big else 16, b"\0")
    first = len(head)
    tags = [(256, 3, sides[0]), (257, 4, sides[1]), (324 if tiles else 273, 4, 8), (325 if tiles else 279, 4, strip_bytes)]
    size = struct.calcsize(order + count) + len(tags) * (20 if big else 12) + struct.calcsize(order + offset)
    out = head
    for n in range(frames):
        out += struct.pack(order + count, len(tags))
        for tag, kind, value in tags:
            field = struct.pack(order + {3: "H", 4: "I"}[kind], value).ljust(8 if big else 4, b"\0")
            out += struct.pack(order + "HH" + offset, tag, kind, 1) + field
        out += struct.pack(order + offset, first + size * (n + 1) if n + 1 < frames else 0)
    return out


def webp(kind: bytes) -> bytes:
    body = {
        b"VP8X": b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (39).to_bytes(3, "little") + (29).to_bytes(3, "little"),
        b"VP8L": b"VP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", 39 | 29 << 14),
        b"VP8 ": b"VP8 " + struct.pack("<I", 10) + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 40, 30),
    }[kind]
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def heic(*, size: int | None = None, with_extent: bool = True) -> bytes:
    ftyp = struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0)
    extents = b"".join(struct.pack(">I4sIII", 20, b"ispe", 0, *sides) for sides in ((512, 512), (4000, 3000)))
    meta = struct.pack(">I4s", 8 + len(extents), b"meta") + (extents if with_extent else bytes(len(extents)))
    data = struct.pack(">I4s", size if size is not None else 16, b"mdat") + b"12345678"
    return ftyp + meta + data


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (jpeg(), Media.JPEG),
        (png(), Media.PNG),
        (tiff(), Media.TIFF),
        (tiff(order=">"), Media.TIFF),
        (tiff(big=True), Media.TIFF),
        (tiff(big=True, order=">"), Media.TIFF),
        (webp(b"VP8 "), Media.WEBP),
        (heic(), Media.HEIC),
        (b"%PDF-1.4\n", Media.PDF),
        (b"\xef\xbb\xbf junk %PDF-1.4\n", Media.PDF),
        (b"", None),
        (b"hello", None),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_bytes(data, media):
    assert sniff(data) is media


@pytest.mark.parametrize("data", [jpeg(), jpeg(fill=b"\xff"), png(), *(webp(kind) for kind in (b"VP8X", b"VP8L", b"VP8 "))])
def test_sides_are_read_from_the_header(data):
    facts = looked(data)
    assert facts is not None
    assert (facts.width, facts.height, facts.frames, facts.cut, facts.broken) == (40, 30, 1, False, False)


def test_a_heic_is_as_large_as_its_whole_grid():
    facts = looked(heic())
    assert facts is not None
    assert (facts.width, facts.height, facts.cut) == (4000, 3000, False)


def test_a_heic_box_may_reach_to_the_end_or_tell_its_length_in_eight_bytes():
    assert looked(heic(size=0)).cut is False
    long_box = struct.pack(">I4sQ", 1, b"free", 24) + bytes(8)
    assert looked(heic() + long_box).cut is False


def test_a_heic_without_extent_or_with_an_impossible_box_is_broken():
    assert looked(heic(with_extent=False)).broken
    assert looked(heic(size=3)).broken


@pytest.mark.parametrize(
    "data", [tiff(3), tiff(3, order=">"), tiff(3, big=True), tiff(3, big=True, order=">"), tiff(3, tiles=True)]
)
def test_all_frames_of_a_tiff_are_counted(data):
    facts = looked(data)
    assert (facts.frames, facts.width, facts.height, facts.cut, facts.broken) == (3, 8, 8, False, False)


def test_a_tiff_that_points_in_a_circle_ends():
    data = bytearray(tiff(1))
    data[-4:] = struct.pack("<I", 16)
    assert looked(bytes(data)).frames == 1


def test_strips_of_a_tiff_listed_elsewhere_are_followed():
    data = bytearray(tiff(1))
    values = struct.pack("<II", 8, 10)
    at = len(data)
    entry = data.index(struct.pack("<HHI", 273, 4, 1))
    data[entry : entry + 12] = struct.pack("<HHII", 273, 4, 2, at)
    data += values
    assert looked(bytes(data)).cut is False


@pytest.mark.parametrize(
    "data",
    [
        jpeg(end=b""),
        jpeg()[:-2],
        jpeg()[:18],
        png(end=False),
        png()[:20],
        tiff(strip_bytes=5000),
        tiff()[:-3],
        tiff()[:12],
        webp(b"VP8 ")[:-1],
        webp(b"VP8X")[:14],
        heic()[:-3],
        heic(size=999),
    ],
)
def test_a_file_that_ends_too_early_is_seen(data):
    facts = looked(data)
    assert facts is not None
    assert facts.cut
    with pytest.raises(CutFile, match="đứt"):
        check_image(facts, LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe1\x00\x04ab" + b"\x00\x00\x00\x00",
        jpeg(0, 0),
        png(0, 10),
        tiff(1).replace(struct.pack("<H", 256), struct.pack("<H", 999)),
        b"II*\0" + bytes(20),
    ],
)
def test_a_header_that_makes_no_sense_is_a_broken_image(data):
    facts = looked(data)
    assert facts.broken
    with pytest.raises(BrokenImage):
        check_image(facts, LIMITS)


def test_a_directory_with_impossibly_many_entries_is_not_believed():
    assert looked(b"II*\0" + struct.pack("<I", 8) + b"\xff\xff" + bytes(40)).cut


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"PK\x03\x04 word/document.xml", "Word"),
        (b"PK\x03\x04 xl/workbook.xml", "Excel"),
        (b"PK\x03\x04 ppt/slides", "PowerPoint"),
        (b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text", "LibreOffice"),
        (b"PK\x03\x04 [Content_Types].xml", "Word"),
        (b"PK\x03\x04 anh.jpg", "tệp nén ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word hoặc Excel đời cũ"),
        (b"MZ\x90", "chương trình"),
        (b"GIF89a", "ảnh GIF"),
        ("xin chào".encode(), "văn bản thường"),
        ("xin chào ạ".encode()[:-1], "văn bản thường"),
        (b"\x80\x81 x", "dữ liệu không rõ loại"),
        (b"\x00\x01", "dữ liệu không rõ loại"),
        (b"", "dữ liệu không rõ loại"),
        (jpeg(), "ảnh JPEG"),
    ],
)
def test_what_is_not_kept_is_named_in_a_clerks_words(head, words):
    assert describe(head) == words


def test_extensions_are_compared_without_case():
    assert extension_of("A.B.PDF") == "pdf"
    assert extension_of("khong-duoi") == ""


def kind(name: str, data: bytes) -> HeaderFacts:
    return check_kind(name, data, looked(data))


def test_a_file_is_taken_when_its_name_promises_what_it_is_or_nothing():
    assert kind("a.pdf", b"%PDF-1.7").media is Media.PDF
    assert kind("a.JPEG", jpeg()).media is Media.JPEG
    assert kind("scan", png()).media is Media.PNG
    assert kind("scan.001", tiff()).media is Media.TIFF


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"PK\x03\x04 word/document.xml", "Tên là .pdf nhưng bên trong là Word. Lưu lại đúng loại rồi tải."),
        ("a.jpg", b"%PDF-1.7", "Tên là .jpg nhưng bên trong là PDF. Lưu lại đúng loại rồi tải."),
        ("a.exe", b"%PDF-1.7", "Tên là .exe nhưng bên trong là PDF. Lưu lại đúng loại rồi tải."),
        ("a.docx", b"PK\x03\x04 word/document.xml", "Đây là Word. Kho nhận PDF và ảnh"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_both_kinds(name, data, sentence):
    with pytest.raises(WrongKind, match=sentence.replace(".", r"\.")) as refused:
        kind(name, data)
    assert refused.value.type == "sai-loai"


def test_the_limits_are_printed_in_the_refusals():
    with pytest.raises(EmptyFile, match="0 byte"):
        check_size(0, LIMITS)
    with pytest.raises(TooLarge, match=r"Tệp 812 MB, giới hạn 500 MB\."):
        check_size(812 * 1024**2, LIMITS)
    with pytest.raises(ImageTooLarge, match=r"Ảnh 60\.000 × 60\.000 điểm"):
        check_image(looked(png(60_000, 60_000)), LIMITS)
    with pytest.raises(ImageTooLarge):
        check_image(looked(png(40_000, 10)), LIMITS)
    with pytest.raises(TooManyPages, match=r"Tệp 3\.000 trang, giới hạn 1\.000\."):
        check_image(looked(tiff(3_000)), LIMITS)
    with pytest.raises(CutFile, match="Tệp đến thiếu 1,9 MB"):
        check_whole(8_007_706, 10_000_000)
    check_size(LIMITS.max_bytes, LIMITS)
    check_whole(10, 10)
    check_image(looked(png()), LIMITS)


def test_a_checksum_is_compared_only_when_one_was_promised():
    check_checksum("ab", "")
    check_checksum("ab", "AB")
    with pytest.raises(WrongChecksum):
        check_checksum("ab", "ac")


def test_a_pdf_is_refused_for_its_password_its_damage_or_its_length():
    with pytest.raises(LockedPdf, match="In → Lưu thành PDF"):
        check_pdf(PdfFacts(locked=True), LIMITS)
    with pytest.raises(BrokenPdf):
        check_pdf(PdfFacts(pages=3, broken=True), LIMITS)
    with pytest.raises(BrokenPdf):
        check_pdf(PdfFacts(pages=0), LIMITS)
    with pytest.raises(TooManyPages):
        check_pdf(PdfFacts(pages=1001), LIMITS)
    check_pdf(PdfFacts(pages=1000), LIMITS)
