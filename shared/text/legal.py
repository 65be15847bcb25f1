"""The numbers of official documents (số, ký hiệu) and the kinds they name (Nghị định 30/2020/NĐ-CP, Phụ lục III)."""

from __future__ import annotations

import re

import msgspec

from shared.text.folding import fold, nfc

KINDS: dict[str, str] = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QYĐ": "Quy định", "TC": "Thông cáo",
    "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch", "PA": "Phương án", "ĐA": "Đề án",
    "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTr": "Tờ trình", "HĐ": "Hợp đồng", "CĐ": "Công điện",
    "GUQ": "Giấy ủy quyền", "GM": "Giấy mời", "GGT": "Giấy giới thiệu", "GNP": "Giấy nghỉ phép", "TT": "Thông tư",
    "NĐ": "Nghị định", "VBHN": "Văn bản hợp nhất", "CV": "Công văn", "QH": "Luật",
}  # fmt: skip
"""Abbreviation in a ký hiệu → kind of document."""

_NUMBER = re.compile(
    r"(?<![\w/])(?P<number>\d{1,5}[a-zđ]?)\s?/\s?(?:(?P<year>(?:19|20)\d{2})\s?/\s?)?"
    r"(?P<mark>[A-ZĐƯÂÊÔƠ][A-Za-zĐđƯư]{0,7}\d{0,2}(?:\s?[-–&]\s?[A-ZĐƯÂÊÔƠ][A-ZĐƯÂÊÔƠa-z0-9]{0,11}){0,4})(?!\w)"
)


class DocumentNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A số, ký hiệu found in a text: 47/KH-THBC, 17/2018/TT-BGDĐT. `kind` is empty where the mark names none (công văn)."""

    text: str
    number: str
    year: int
    mark: str
    kind: str
    start: int
    end: int


def find_document_numbers(text: str) -> list[DocumentNumber]:
    """Return every document number of the text, in order; offsets count in the NFC text."""
    return [_number(match) for match in _NUMBER.finditer(nfc(text))]


def parse_document_number(text: str) -> DocumentNumber | None:
    """Read a text that should be one document number and nothing else, or return None."""
    match = _NUMBER.fullmatch(nfc(text).strip())
    return _number(match) if match else None


def kind_of(title: str) -> str:
    """Return the kind of document that a heading names ("KẾ HOẠCH" → "Kế hoạch"), misread marks forgiven, or ""."""
    folded = fold(title).strip(" .:-")
    return next((kind for kind in KINDS.values() if fold(kind) == folded), "")


def _number(match: re.Match[str]) -> DocumentNumber:
    mark = re.sub(r"\s*[-–]\s*", "-", match["mark"]).replace(" ", "")
    year = int(match["year"] or 0)
    clean = "/".join(part for part in (match["number"], match["year"], mark) if part)
    return DocumentNumber(
        text=clean,
        number=match["number"],
        year=year,
        mark=mark,
        kind=KINDS.get(mark.partition("-")[0].rstrip("0123456789"), ""),
        start=match.start(),
        end=match.end(),
    )
