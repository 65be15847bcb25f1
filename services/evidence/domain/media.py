"""What kinds of file there are, told by their first bytes, and what a look into one found.

Only the first bytes are looked at here, which costs the same for every file; what walks through a file is in `headers` and
runs in the inspecting child.
"""

from __future__ import annotations

import enum

import msgspec

HEAD_BYTES = 4096


class Media(enum.StrEnum):
    """The kinds of file that are kept."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    HEIC = "image/heic"


EXTENSIONS: dict[str, Media] = {
    "pdf": Media.PDF,
    "jpg": Media.JPEG,
    "jpeg": Media.JPEG,
    "jpe": Media.JPEG,
    "jfif": Media.JPEG,
    "png": Media.PNG,
    "tif": Media.TIFF,
    "tiff": Media.TIFF,
    "webp": Media.WEBP,
    "heic": Media.HEIC,
    "heif": Media.HEIC,
}
"""Extension → the kind it promises."""

NAMES: dict[Media, str] = {
    Media.PDF: "PDF",
    Media.JPEG: "ảnh JPEG",
    Media.PNG: "ảnh PNG",
    Media.TIFF: "ảnh TIFF",
    Media.WEBP: "ảnh WebP",
    Media.HEIC: "ảnh HEIC",
}

SHORT_NAMES: dict[Media, str] = {media: name.removeprefix("ảnh ") for media, name in NAMES.items()}

_FIRST_EXTENSIONS: dict[Media, str] = {media: extension for extension, media in reversed(EXTENSIONS.items())}

OTHER_EXTENSIONS = frozenset(
    {"doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "odt", "ods", "odp", "rtf", "txt", "csv", "htm", "html",
     "xml", "json", "zip", "rar", "7z", "gz", "mp3", "mp4", "avi", "mov", "wav", "gif", "bmp", "svg", "psd", "ai", "eml",
     "msg"}
)  # fmt: skip
"""Extensions that promise something else than what is kept."""

PROGRAM_EXTENSIONS = frozenset(
    {"exe", "dll", "msi", "bat", "cmd", "com", "scr", "ps1", "js", "vbs", "sh", "jar", "apk", "lnk", "hta"}
)
"""Extensions that a computer may run: nothing is kept under such a name, whatever is inside."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})


class Flaw(enum.StrEnum):
    """Why a file of a kind that is kept cannot be kept all the same."""

    NONE = ""
    CUT = "cut"
    """Its end is missing, and with it a part of what is to be seen."""
    BROKEN = "broken"
    """It cannot be opened, or nothing of it can be made visible."""
    LOCKED = "locked"
    """It opens only with a password."""
    UNSEEN = "unseen"
    """Whoever looked into it died or hung over it."""


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a look into a file found: pages, the largest image in pixels (PDF: 0), and what is wrong with it.

    `end_missing` marks an image that lacks only its end mark: everything visible is there.
    """

    media: Media
    pages: int = 0
    width: int = 0
    height: int = 0
    flaw: Flaw = Flaw.NONE
    end_missing: bool = False


def sniff(head: bytes) -> Media | None:
    """Return the kind of a file by its first bytes, or None for anything that is not kept."""
    if head.startswith(b"\xff\xd8\xff"):
        return Media.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Media.PNG
    if head[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        return Media.TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Media.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Media.HEIC
    # Some scanners write a few bytes before the header; readers accept it within the first kilobyte.
    return Media.PDF if b"%PDF-" in head[:1024] else None


def describe(head: bytes) -> str:
    """Return what a file that is not kept seems to be, in words for a clerk."""
    media = sniff(head)
    if media is not None:
        return NAMES[media]
    if head.startswith(b"PK\x03\x04"):
        return _describe_zip(head)
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    if head and b"\0" not in head and _is_text(head):
        return "văn bản thường"
    return "dữ liệu không rõ loại"


_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word hoặc Excel đời cũ"),
    (b"{\\rtf", "Word (RTF)"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén GZ"),
    (b"MZ", "chương trình"),
    (b"\x7fELF", "chương trình"),
    (b"GIF8", "ảnh GIF"),
    (b"BM", "ảnh BMP"),
    (b"<!DOCTYPE html", "trang web"),
    (b"<html", "trang web"),
)


def _describe_zip(head: bytes) -> str:
    for folder, name in ((b"word/", "Word"), (b"xl/", "Excel"), (b"ppt/", "PowerPoint")):
        if folder in head:
            return name
    if b"opendocument" in head:
        return "LibreOffice"
    return "Word" if b"[Content_Types].xml" in head else "tệp nén ZIP"


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4
    return True


def extension_of(name: str) -> str:
    """Return the extension of a file name in lower case, without its dot; "" when there is none."""
    _, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""


def remarks(name: str, media_type: str, *, end_missing: bool = False) -> list[str]:
    """Return what a clerk should know of a file that was taken all the same, in sentences."""
    sentences = []
    extension = extension_of(name)
    if extension in EXTENSIONS.keys() | OTHER_EXTENSIONS and EXTENSIONS.get(extension) != media_type:
        sentences.append(
            f"Tên tệp ghi .{extension} nhưng nội dung là {SHORT_NAMES[Media(media_type)]}; đã giữ theo nội dung."
        )
    if end_missing:
        sentences.append("Tệp thiếu dấu kết thúc ảnh nhưng mọi phần nhìn thấy đều còn; đã giữ nguyên từng byte.")
    return sentences


def download_name(name: str, media_type: str) -> str:
    """Return the name under which a kept file opens on any computer: its extension says what the content is."""
    if EXTENSIONS.get(extension_of(name)) == media_type:
        return name
    stem, _, extension = name.rpartition(".")
    wrong = stem and extension.lower() in EXTENSIONS.keys() | OTHER_EXTENSIONS
    return f"{stem if wrong else name}.{_FIRST_EXTENSIONS[Media(media_type)]}"
