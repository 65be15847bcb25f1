"""What a file is by its own bytes, and which files are let in."""

from __future__ import annotations

import struct

import pytest

from services.evidence.domain.headers import MOST_STEPS, Steps, inspect
from services.evidence.domain.media import (
    FileFacts,
    Flaw,
    Media,
    describe,
    download_name,
    extension_of,
    remarks,
    sniff,
)
from services.evidence.domain.validation import FileLimits, check_checksum, check_file, check_kind, check_size, check_whole
from services.evidence.errors import (
    BrokenImage,
    BrokenPdf,
    EmptyFile,
    FileTooLarge,
    ImageTooLarge,
    LockedPdf,
    TooManyPages,
    TruncatedFile,
    WrongChecksum,
    WrongKind,
)

LIMITS = FileLimits()


def looked(data: bytes, steps: Steps | None = None) -> FileFacts:
    media = sniff(data)
    assert media is not None
    return inspect(data, media, steps)


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
    out = bytearray(head)
    for n in range(frames):
        out += struct.pack(order + count, len(tags))
        for tag, kind, value in tags:
            field = struct.pack(order + {3: "H", 4: "I"}[kind], value).ljust(8 if big else 4, b"\0")
            out += struct.pack(order + "HH" + offset, tag, kind, 1) + field
        out += struct.pack(order + offset, first + size * (n + 1) if n + 1 < frames else 0)
    return bytes(out)


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
    assert (facts.width, facts.height, facts.pages, facts.flaw, facts.end_missing) == (40, 30, 1, Flaw.NONE, False)


def test_a_heic_is_as_large_as_its_whole_grid():
    facts = looked(heic())
    assert (facts.width, facts.height, facts.flaw) == (4000, 3000, Flaw.NONE)


def test_a_heic_box_may_reach_to_the_end_or_tell_its_length_in_eight_bytes():
    assert looked(heic(size=0)).flaw is Flaw.NONE
    long_box = struct.pack(">I4sQ", 1, b"free", 24) + bytes(8)
    assert looked(heic() + long_box).flaw is Flaw.NONE


def test_a_heic_without_extent_or_with_an_impossible_box_is_broken():
    assert looked(heic(with_extent=False)).flaw is Flaw.BROKEN
    assert looked(heic()[:16] + heic(size=3)[-16:]).flaw is Flaw.BROKEN


@pytest.mark.parametrize(
    "data", [tiff(3), tiff(3, order=">"), tiff(3, big=True), tiff(3, big=True, order=">"), tiff(3, tiles=True)]
)
def test_all_frames_of_a_tiff_are_counted(data):
    facts = looked(data)
    assert (facts.pages, facts.width, facts.height, facts.flaw) == (3, 8, 8, Flaw.NONE)


def test_a_tiff_that_points_in_a_circle_ends():
    data = bytearray(tiff(1))
    data[-4:] = struct.pack("<I", 16)
    assert looked(bytes(data)).pages == 1


def test_strips_of_a_tiff_listed_elsewhere_are_followed():
    data = bytearray(tiff(1))
    values = struct.pack("<II", 8, 10)
    at = len(data)
    entry = data.index(struct.pack("<HHI", 273, 4, 1))
    data[entry : entry + 12] = struct.pack("<HHII", 273, 4, 2, at)
    data += values
    assert looked(bytes(data)).flaw is Flaw.NONE


@pytest.mark.parametrize(
    "data",
    [
        jpeg()[:18],
        png()[:20],
        png()[:-20],
        tiff(strip_bytes=5000),
        tiff()[:-7],
        tiff()[:12],
        tiff(big=True)[:12],
        webp(b"VP8 ")[:-1],
        webp(b"VP8X")[:14],
        heic()[:-3],
        heic(size=999),
    ],
)
def test_a_file_that_ends_too_early_is_seen(data):
    facts = looked(data)
    assert facts.flaw is Flaw.CUT
    with pytest.raises(TruncatedFile, match="đứt"):
        check_file(facts, LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe1\x00\x04ab" + b"\xff\xd9",
        jpeg(0, 0),
        png(0, 10),
        tiff(1).replace(struct.pack("<H", 256), struct.pack("<H", 999)),
        b"II*\0" + bytes(20),
    ],
)
def test_a_header_that_makes_no_sense_is_a_broken_image(data):
    facts = looked(data)
    assert facts.flaw is Flaw.BROKEN
    with pytest.raises(BrokenImage):
        check_file(facts, LIMITS)


def test_a_directory_with_impossibly_many_entries_is_not_believed():
    assert looked(b"II*\0" + struct.pack("<I", 8) + b"\xff\xff" + bytes(40)).flaw is Flaw.BROKEN


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


def test_a_file_is_taken_by_its_content_whatever_kind_of_scan_its_name_promises():
    assert check_kind("a.pdf", b"%PDF-1.7") is Media.PDF
    assert check_kind("a.JPEG", jpeg()) is Media.JPEG
    assert check_kind("scan", png()) is Media.PNG
    assert check_kind("scan.001", tiff()) is Media.TIFF
    assert check_kind("anh.heic", jpeg()) is Media.JPEG
    assert check_kind("anh.jpg", webp(b"VP8 ")) is Media.WEBP
    assert check_kind("van-ban.docx", b"%PDF-1.7") is Media.PDF


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"PK\x03\x04 word/document.xml", "Tên là .pdf nhưng bên trong là Word. Lưu lại đúng loại rồi tải."),
        ("a.jpg", b"MZ\x90", "Tên là .jpg nhưng bên trong là chương trình. Lưu lại đúng loại rồi tải."),
        ("a.exe", b"%PDF-1.7", "Tên là .exe nhưng bên trong là PDF. Lưu lại đúng loại rồi tải."),
        ("a.docx", b"PK\x03\x04 word/document.xml", "Đây là Word. Kho nhận PDF và ảnh"),
    ],
)
def test_what_is_no_scan_or_calls_itself_a_program_is_refused_with_both_kinds(name, data, sentence):
    with pytest.raises(WrongKind, match=sentence.replace(".", r"\.")) as refused:
        check_kind(name, data)
    assert refused.value.type == "sai-loai"


@pytest.mark.parametrize(
    ("name", "media", "said", "saved"),
    [
        ("anh.heic", Media.JPEG, "Tên tệp ghi .heic nhưng nội dung là JPEG; đã giữ theo nội dung.", "anh.jpg"),
        ("anh.jpg", Media.WEBP, "Tên tệp ghi .jpg nhưng nội dung là WebP; đã giữ theo nội dung.", "anh.webp"),
        ("Số 12.DOCX", Media.PDF, "Tên tệp ghi .docx nhưng nội dung là PDF; đã giữ theo nội dung.", "Số 12.pdf"),
        ("anh.JPEG", Media.JPEG, "", "anh.JPEG"),
        ("scan", Media.PNG, "", "scan.png"),
        ("scan.001", Media.TIFF, "", "scan.001.tif"),
        (".pdf", Media.PNG, "Tên tệp ghi .pdf nhưng nội dung là PNG; đã giữ theo nội dung.", ".pdf.png"),
    ],
)
def test_a_name_that_says_another_kind_is_told_and_put_right_where_the_file_is_saved(name, media, said, saved):
    assert remarks(name, media) == ([said] if said else [])
    assert download_name(name, media) == saved


def test_an_image_without_its_end_mark_is_told():
    (said,) = remarks("a.jpg", Media.JPEG, end_missing=True)
    assert "thiếu dấu kết thúc" in said


def test_the_limits_are_printed_in_the_refusals():
    with pytest.raises(EmptyFile, match="0 byte"):
        check_size(0, LIMITS)
    with pytest.raises(FileTooLarge, match=r"Tệp 812 MB, giới hạn 500 MB\."):
        check_size(812 * 1024**2, LIMITS)
    with pytest.raises(ImageTooLarge, match=r"Ảnh 60\.000 × 60\.000 điểm"):
        check_file(looked(png(60_000, 60_000)), LIMITS)
    with pytest.raises(ImageTooLarge):
        check_file(looked(png(40_000, 10)), LIMITS)
    with pytest.raises(TooManyPages, match=r"Tệp 3\.000 trang, giới hạn 1\.000\."):
        check_file(looked(tiff(3_000)), LIMITS)
    with pytest.raises(TruncatedFile, match="Tệp đến thiếu 1,9 MB"):
        check_whole(8_007_706, 10_000_000)
    check_size(LIMITS.max_bytes, LIMITS)
    check_whole(10, 10)
    check_file(looked(png()), LIMITS)


def test_a_checksum_is_compared_only_when_one_was_promised():
    check_checksum("ab", "")
    check_checksum("ab", "AB")
    with pytest.raises(WrongChecksum):
        check_checksum("ab", "ac")


def test_a_pdf_is_refused_for_its_password_its_damage_or_its_length():
    def pdf(**facts):
        check_file(FileFacts(media=Media.PDF, **facts), LIMITS)

    with pytest.raises(LockedPdf, match="In → Lưu thành PDF"):
        pdf(flaw=Flaw.LOCKED)
    with pytest.raises(BrokenPdf):
        pdf(pages=3, flaw=Flaw.BROKEN)
    with pytest.raises(BrokenPdf):
        pdf(pages=0)
    with pytest.raises(TooManyPages):
        pdf(pages=1001)
    pdf(pages=1000)


@pytest.mark.parametrize(("media", "problem"), [(Media.PDF, BrokenPdf), (Media.PNG, BrokenImage)])
def test_a_file_over_which_the_looking_died_is_refused_with_what_to_do(media, problem):
    with pytest.raises(problem, match=r"Máy không xem nổi tệp này.*lưu lại thành PDF"):
        check_file(FileFacts(media=media, flaw=Flaw.UNSEEN), LIMITS)


# ---- what is hostile, and what is only odd


def test_what_follows_the_picture_of_a_jpeg_does_not_count():
    film = bytes(300_000)
    assert looked(jpeg() + film).end_missing is False
    assert looked(jpeg() + b"film" * 200_000).end_missing is False


def test_junk_and_fill_between_the_segments_of_a_jpeg_are_passed_over():
    assert looked(jpeg(fill=b"junk\x00\xff\x00more\xff\xd0")) == looked(jpeg())
    assert looked(jpeg(fill=b"\xff" * 500)) == looked(jpeg())


def test_an_image_that_lacks_only_its_end_mark_is_told_from_one_that_has_it():
    assert looked(jpeg(end=b"")).end_missing
    assert looked(png(end=False)).end_missing
    assert not looked(jpeg()).end_missing
    assert not looked(png()).end_missing


def test_what_follows_the_boxes_of_a_heic_does_not_count():
    assert looked(heic() + b"\0\0\0\x01").flaw is Flaw.NONE
    assert looked(heic() + b"\0\0\0\x02junk" * 5).flaw is Flaw.NONE
    assert looked(heic() + bytes(4096)).flaw is Flaw.NONE


SMALLER, OF_MANY = 1, 2


@pytest.mark.parametrize(
    ("subfiles", "pages"),
    [((0, SMALLER), 1), ((0, OF_MANY, SMALLER | OF_MANY, OF_MANY), 3), ((SMALLER, SMALLER), 1), ((None, SMALLER), 1)],
)
def test_smaller_copies_in_a_tiff_are_no_pages(subfiles, pages):
    data, at = b"II*\0" + struct.pack("<I", 8), 8
    for n, subfile in enumerate(subfiles):
        tags = [] if subfile is None else [(254, 4, subfile)]
        tags += [(256, 4, 8), (257, 4, 8), (273, 4, 0), (279, 4, 8)]
        at += 2 + 12 * len(tags) + 4
        entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
        data += struct.pack("<H", len(tags)) + entries + struct.pack("<I", at if n + 1 < len(subfiles) else 0)
    assert looked(data).pages == pages


def test_a_tiff_value_that_has_no_numbers_or_lies_beyond_any_file_is_no_error():
    for count, value in ((0, 8), (0xFFFFFFFF, 0xFFFFFFFF), (0x40000000, 8)):
        data = bytearray(tiff(1))
        entry = data.index(struct.pack("<HHI", 256, 3, 1))
        data[entry : entry + 12] = struct.pack("<HHII", 256, 4, count, value)
        assert looked(bytes(data)).flaw in {Flaw.BROKEN, Flaw.CUT}
    big = bytearray(tiff(1, big=True))
    entry = big.index(struct.pack("<HHQ", 273, 4, 1))
    big[entry : entry + 20] = struct.pack("<HHQQ", 273, 16, 2**63, 2**64 - 1)
    assert looked(bytes(big)).flaw in {Flaw.BROKEN, Flaw.CUT}


MANY = 3_000_000
HOSTILE = {
    "fill": lambda: b"\xff\xd8" + b"\xff" * MANY,
    "junk": lambda: b"\xff\xd8\xff\xe0\0\2" + b"j" * MANY,
    "segments": lambda: b"\xff\xd8" + b"\xff\xe1\0\2" * (MANY // 4),
    "marks": lambda: b"\xff\xd8" + b"\xff\xd0" * (MANY // 2),
    "chunks": lambda: png()[:33] + (bytes(4) + b"abCD" + bytes(4)) * (MANY // 12),
    "boxes": lambda: heic()[:16] + (b"\0\0\0\x08free" * (MANY // 8)),
    "extents": lambda: heic()[:16] + struct.pack(">I4s", 2_400_008, b"meta") + b"ispe\0\0\0\0" * 300_000,
    "directories": lambda: b"II*\0" + b"".join(struct.pack("<IH", 8 + 50_000 * n, 4000) + bytes(49_994) for n in range(60)),
    "entries": lambda: b"II*\0\x08\0\0\0" + struct.pack("<H", 4000) + struct.pack("<HHII", 256, 4, 2**31, 8) * 4000,
    "pages": lambda: tiff(30_000),
    "nothing": lambda: b"RIFF" + struct.pack("<I", MANY) + b"WEBP" + b"VP8 " + bytes(MANY),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_file_costs_more_steps_than_an_honest_one_may(kind):
    steps = Steps()
    looked(HOSTILE[kind](), steps)
    assert steps.taken <= 2 * MOST_STEPS


def test_an_honest_large_png_of_small_chunks_is_looked_through_to_its_end():
    steps = Steps()
    data = png()[:33] + (struct.pack(">I", 16) + b"IDAT" + bytes(20)) * 64_000 + png()[-12:]
    assert looked(data, steps).flaw is Flaw.NONE
