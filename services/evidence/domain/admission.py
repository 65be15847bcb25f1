"""Which files are let in: each rule with the sentence that a clerk reads when it says no."""

from __future__ import annotations

import msgspec

from services.evidence.domain.media import (
    EXTENSIONS,
    NAMES,
    OTHER_EXTENSIONS,
    HeaderFacts,
    Media,
    describe,
    extension_of,
)
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
from shared.text import format_bytes, format_number


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one file may be. Tesseract refuses sides over 32,767; 200 million pixels are an A0 sheet at 300 dpi and more."""

    max_bytes: int = 500 * 1024**2
    max_pages: int = 1000
    max_pixels: int = 200_000_000
    max_side: int = 32_767
    slice_bytes: int = 4 * 1024**2


class PdfFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a PDF library says of a PDF."""

    pages: int = 0
    locked: bool = False
    broken: bool = False


def check_size(size: int, limits: Limits) -> None:
    """Raise EmptyFile or TooLarge."""
    if size <= 0:
        raise EmptyFile("Tệp rỗng, 0 byte. Quét lại rồi tải lên.")
    if size > limits.max_bytes:
        raise TooLarge(
            f"Tệp {format_bytes(size)}, giới hạn {format_bytes(limits.max_bytes)}. Tách thành nhiều tệp theo văn bản.",
            size_bytes=size,
            limit_bytes=limits.max_bytes,
        )


def check_whole(received: int, expected: int) -> None:
    """Raise CutFile when bytes are missing."""
    if received < expected:
        missing = expected - received
        raise CutFile(f"Tệp đến thiếu {format_bytes(missing)}. Chưa lưu gì. Tải lại.", missing_bytes=missing)


def check_checksum(actual: str, promised: str) -> None:
    """Raise WrongChecksum when the sender named another SHA-256."""
    if promised and promised.lower() != actual:
        raise WrongChecksum("Tệp đến khác tệp gửi. Chưa lưu gì. Kiểm tra dây mạng rồi tải lại.", sha256=actual)


def check_kind(name: str, head: bytes, facts: HeaderFacts | None) -> HeaderFacts:
    """Return the facts when the content is of a kind that is kept and of the kind that the name promises.

    Raises WrongKind otherwise.
    """
    extension = extension_of(name)
    promised = EXTENSIONS.get(extension)
    if facts is None:
        inside = describe(head)
        if promised is not None:
            raise WrongKind(f"Tên là .{extension} nhưng bên trong là {inside}. Lưu lại đúng loại rồi tải.", inside=inside)
        raise WrongKind(f"Đây là {inside}. Kho nhận PDF và ảnh (JPEG, PNG, TIFF, WebP, HEIC).", inside=inside)
    if (promised is not None and promised is not facts.media) or extension in OTHER_EXTENSIONS:
        inside = NAMES[facts.media]
        raise WrongKind(f"Tên là .{extension} nhưng bên trong là {inside}. Lưu lại đúng loại rồi tải.", inside=inside)
    return facts


def check_image(facts: HeaderFacts, limits: Limits) -> None:
    """Raise what is wrong with an image by its headers: broken, too large, too many pages, cut (in this order)."""
    if facts.broken:
        raise BrokenImage("Không mở được ảnh này. Quét lại rồi tải.")
    if facts.width * facts.height > limits.max_pixels or max(facts.width, facts.height) > limits.max_side:
        sides = f"{format_number(facts.width)} × {format_number(facts.height)}"
        raise ImageTooLarge(f"Ảnh {sides} điểm, quá lớn để đọc. Quét lại ở 300 dpi.", width=facts.width, height=facts.height)
    check_pages(facts.frames, limits)
    if facts.cut:
        raise CutFile("Tệp bị đứt: phần cuối của ảnh không có. Chưa lưu gì. Quét hoặc chép lại rồi tải.")


def check_pages(pages: int, limits: Limits) -> None:
    """Raise TooManyPages."""
    if pages > limits.max_pages:
        raise TooManyPages(
            f"Tệp {format_number(pages)} trang, giới hạn {format_number(limits.max_pages)}. Tách theo văn bản.",
            pages=pages,
            limit_pages=limits.max_pages,
        )


def check_pdf(facts: PdfFacts, limits: Limits) -> None:
    """Raise what is wrong with a PDF: locked, broken, too many pages."""
    if facts.locked:
        raise LockedPdf("Tệp có mật khẩu. Mở tệp, chọn In → Lưu thành PDF, rồi tải bản mới.")
    if facts.broken or facts.pages < 1:
        raise BrokenPdf("Không mở được PDF này. Quét lại rồi tải.")
    check_pages(facts.pages, limits)


__all__ = [
    "Limits",
    "Media",
    "PdfFacts",
    "check_checksum",
    "check_image",
    "check_kind",
    "check_pages",
    "check_pdf",
    "check_size",
    "check_whole",
]
