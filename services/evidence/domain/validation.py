"""Which files are let in: each rule with the sentence that a clerk reads when it says no."""

from __future__ import annotations

import msgspec

from services.evidence.domain.media import (
    EXTENSIONS,
    NAMES,
    PROGRAM_EXTENSIONS,
    FileFacts,
    Flaw,
    Media,
    describe,
    extension_of,
    sniff,
)
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
from shared.text import format_bytes, format_number
from shared.vocabulary.ids import Sha256


class FileLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one file may be. Tesseract refuses sides over 32,767; 200 million pixels are an A0 sheet at 300 dpi and more."""

    max_bytes: int = 500 * 1024**2
    max_pages: int = 1000
    max_pixels: int = 200_000_000
    max_side: int = 32_767
    slice_bytes: int = 4 * 1024**2


def check_size(size: int, limits: FileLimits) -> None:
    """Raise EmptyFile or FileTooLarge."""
    if size <= 0:
        raise EmptyFile("Tệp rỗng, 0 byte. Quét lại rồi tải lên.")
    if size > limits.max_bytes:
        raise FileTooLarge(
            f"Tệp {format_bytes(size)}, giới hạn {format_bytes(limits.max_bytes)}. Tách thành nhiều tệp theo văn bản.",
            size_bytes=size,
            limit_bytes=limits.max_bytes,
        )


def check_whole(received: int, expected: int) -> None:
    """Raise TruncatedFile when bytes are missing."""
    if received < expected:
        missing = expected - received
        raise TruncatedFile(f"Tệp đến thiếu {format_bytes(missing)}. Chưa lưu gì. Tải lại.", missing_bytes=missing)


def check_checksum(actual: Sha256, promised: Sha256) -> None:
    """Raise WrongChecksum when the sender named another SHA-256."""
    if promised and promised.lower() != actual:
        raise WrongChecksum("Tệp đến khác tệp gửi. Chưa lưu gì. Kiểm tra dây mạng rồi tải lại.", sha256=actual)


def check_kind(name: str, head: bytes) -> Media:
    """Return what a file is by its content: a name that says another kind is no reason to refuse a scan.

    Raises WrongKind for a kind that is not kept, and for a name that a computer may run as a program.
    """
    extension, media = extension_of(name), sniff(head)
    if media is None:
        inside = describe(head)
        if extension in EXTENSIONS:
            raise WrongKind(f"Tên là .{extension} nhưng bên trong là {inside}. Lưu lại đúng loại rồi tải.", inside=inside)
        raise WrongKind(f"Đây là {inside}. Kho nhận PDF và ảnh (JPEG, PNG, TIFF, WebP, HEIC).", inside=inside)
    if extension in PROGRAM_EXTENSIONS:
        inside = NAMES[media]
        raise WrongKind(f"Tên là .{extension} nhưng bên trong là {inside}. Lưu lại đúng loại rồi tải.", inside=inside)
    return media


def check_file(facts: FileFacts, limits: FileLimits) -> None:
    """Raise what is wrong with a file: locked, broken, too large, too many pages, cut (in this order)."""
    is_pdf = facts.media is Media.PDF
    if facts.flaw is Flaw.LOCKED:
        raise LockedPdf("Tệp có mật khẩu. Mở tệp, chọn In → Lưu thành PDF, rồi tải bản mới.")
    if facts.flaw is Flaw.UNSEEN:
        raise (BrokenPdf if is_pdf else BrokenImage)(
            "Máy không xem nổi tệp này: quá giờ, quá bộ nhớ, hoặc tệp làm hỏng chương trình xem. Chưa lưu gì. "
            "Mở tệp, in hoặc lưu lại thành PDF rồi tải bản mới."
        )
    if is_pdf and (facts.flaw is not Flaw.NONE or facts.pages < 1):
        raise BrokenPdf("Không mở được PDF này. Quét lại rồi tải.")
    if facts.flaw is Flaw.BROKEN:
        raise BrokenImage("Không mở được ảnh này. Quét lại, hoặc lưu lại thành PDF, rồi tải.")
    if facts.width * facts.height > limits.max_pixels or max(facts.width, facts.height) > limits.max_side:
        sides = f"{format_number(facts.width)} × {format_number(facts.height)}"
        raise ImageTooLarge(f"Ảnh {sides} điểm, quá lớn để đọc. Quét lại ở 300 dpi.", width=facts.width, height=facts.height)
    check_pages(facts.pages, limits)
    if facts.flaw is Flaw.CUT:
        raise TruncatedFile("Tệp bị đứt: phần cuối của ảnh không có. Chưa lưu gì. Quét hoặc chép lại rồi tải.")


def check_image(facts: FileFacts) -> None:
    """Raise WrongKind unless a file is an image: the team of a visit adds photos to a school's papers, and nothing else."""
    if facts.media is Media.PDF:
        raise WrongKind(
            "Ảnh của đợt kiểm tra phải là ảnh (JPEG, PNG, TIFF, WebP, HEIC). Chưa lưu gì. Văn bản PDF thì trường tải lên.",
            inside=NAMES[facts.media],
        )


def check_pages(pages: int, limits: FileLimits) -> None:
    """Raise TooManyPages."""
    if pages > limits.max_pages:
        raise TooManyPages(
            f"Tệp {format_number(pages)} trang, giới hạn {format_number(limits.max_pages)}. Tách theo văn bản.",
            pages=pages,
            limit_pages=limits.max_pages,
        )


__all__ = [
    "FileLimits",
    "check_checksum",
    "check_file",
    "check_image",
    "check_kind",
    "check_pages",
    "check_size",
    "check_whole",
]
