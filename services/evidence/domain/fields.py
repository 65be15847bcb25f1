"""What the text of an official document says of the document itself (layout: Nghị định 30/2020/NĐ-CP, Phụ lục I).

Proposals only: a person confirms. Misread marks are forgiven by comparing without accents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from services.evidence.domain.facts import ProposedField
from services.evidence.domain.text import ReadPage, ReadText, ReadWord, mean_confidence
from shared.text import KINDS, DocumentNumber, find_date, find_document_numbers, fold, format_date, kind_of

_HEAD_LINES = 16
_MOTTO = (("cong", "hoa", "xa"), ("doc", "lap", "-"), ("doc", "lap"))
_OFFICES = frozenset(
    {"hieu truong", "pho hieu truong", "chu tich", "pho chu tich", "truong phong", "pho truong phong", "giam doc",
     "pho giam doc", "thu ky", "tm. hoi dong", "chu tich hoi dong", "nguoi lap", "truong doan", "kt. hieu truong"}
)  # fmt: skip
_BODY_STARTS = ("can cu", "kinh gui", "thanh phan", "dieu 1", "i.", "1.", "xet de nghi", "thuc hien", "hieu truong")


class ExtractedField(msgspec.Struct, frozen=True, kw_only=True):
    """A field found in the text, with the words it was read from."""

    name: str
    value: str
    page: int
    words: tuple[ReadWord, ...]

    @property
    def confidence(self) -> int:
        """Return how surely its words were read, 0 to 100."""
        return mean_confidence(self.words)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return left, top, width and height of its words, in thousandths of the page."""
        left, top = min(w.left for w in self.words), min(w.top for w in self.words)
        right, bottom = max(w.left + w.width for w in self.words), max(w.top + w.height for w in self.words)
        return left, top, right - left, bottom - top

    def proposed(self) -> ProposedField:
        """Return it as it enters the log."""
        return ProposedField(name=self.name, value=self.value, confidence=self.confidence, page=self.page)


class _TextLine(msgspec.Struct, frozen=True):
    words: tuple[ReadWord, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def folded(self) -> str:
        return fold(self.text).strip(" .,:;-–_'\"|")


def propose(text: ReadText) -> list[ExtractedField]:
    """Return the fields that can be found, each at most once, in the order of forms."""
    if not text.pages or not any(page.words for page in text.pages):
        return []
    page = next(page for page in text.pages if page.words)
    head = _lines(page)
    number = _number_line(head[:_HEAD_LINES])
    kind = _kind_line(head[: 2 * _HEAD_LINES])
    fields = [
        _kind(page, head, kind, number),
        _number(page, head, number),
        _date(page, head),
        _issuer(page, head, number[0] if number else kind),
        _about(page, head, kind),
        _signer(text),
    ]
    return [field for field in fields if field is not None]


def _lines(page: ReadPage) -> list[_TextLine]:
    return [_TextLine(tuple(words)) for _, words in groupby(page.words, key=lambda word: (word.block, word.line))]


def _number_line(head: Sequence[_TextLine]) -> tuple[int, DocumentNumber] | None:
    """Return the line with the document's own number: it says "Số" before it, or stands above everything else."""
    for index, line in enumerate(head):
        # In "Căn cứ Thông tư số 17/2018/TT-BGDĐT" the number is somebody else's.
        if line.folded.startswith("so") and (numbers := find_document_numbers(line.text)):
            return index, numbers[0]
    return None


def _kind_line(head: Sequence[_TextLine]) -> int | None:
    for index, line in enumerate(head):
        if kind_of(line.text) and line.text.upper() == line.text:
            return index
    return None


def _kind(
    page: ReadPage, head: Sequence[_TextLine], line: int | None, number: tuple[int, DocumentNumber] | None
) -> ExtractedField | None:
    if line is not None:
        return _found("loai_van_ban", kind_of(head[line].text), page, head[line].words)
    if number is not None:
        kind = number[1].kind or KINDS["CV"]
        return _found("loai_van_ban", kind, page, head[number[0]].words[:2])
    return None


def _number(page: ReadPage, head: Sequence[_TextLine], number: tuple[int, DocumentNumber] | None) -> ExtractedField | None:
    if number is None:
        return None
    digits = number[1].number
    words = [word for word in head[number[0]].words if word.text.startswith(digits) or "/" in word.text]
    return _found("so_ky_hieu", number[1].text, page, words or head[number[0]].words)


def _date(page: ReadPage, head: Sequence[_TextLine]) -> ExtractedField | None:
    for line in head[:_HEAD_LINES]:
        date = find_date(line.text)
        if date is not None:
            start = next((n for n, word in enumerate(line.words) if fold(word.text).startswith("ngay")), 0)
            return _found("ngay_ban_hanh", format_date(date[0]), page, line.words[start:])
    return None


def _issuer(page: ReadPage, head: Sequence[_TextLine], below: int | None) -> ExtractedField | None:
    """Return the office that issues: the lowest line above the number, without the motto that stands beside it."""
    for line in reversed(head[: below or 0]):
        words = _before_motto(line.words)
        text = " ".join(word.text for word in words).strip(" _-–.|")
        if sum(letter.isalpha() for letter in text) >= 6 and text.upper() == text:
            return _found("co_quan", text, page, words)
    return None


def _before_motto(words: Sequence[ReadWord]) -> list[ReadWord]:
    plain = [fold(word.text).strip("._,") for word in words]
    for index in range(len(plain)):
        if any(tuple(plain[index : index + len(motto)]) == motto for motto in _MOTTO):
            return list(words[:index])
    return list(words)


def _about(page: ReadPage, head: Sequence[_TextLine], kind: int | None) -> ExtractedField | None:
    """Return what the document is about: the lines under its kind, or those that begin with V/v."""
    if kind is None:
        kind = next((n - 1 for n, line in enumerate(head[: 2 * _HEAD_LINES]) if line.folded.startswith("v/v")), None)
    if kind is None:
        return None
    words: list[ReadWord] = []
    for line in head[kind + 1 : kind + 5]:
        if line.folded.startswith(_BODY_STARTS) or (words and _gap(words[-1], line.words[0])):
            break
        words.extend(line.words)
    return _found("trich_yeu", " ".join(word.text for word in words).strip(" _-–"), page, words)


def _gap(before: ReadWord, after: ReadWord) -> bool:
    """Say whether white space parts two lines: more than one line's height."""
    return after.top - (before.top + before.height) > 1.1 * max(before.height, after.height)


def _signer(text: ReadText) -> ExtractedField | None:
    """Return the name under the last office title: two to six words, each with a capital letter, none with a digit."""
    for page in reversed(text.pages):
        lines = _lines(page)
        titled = [n for n, line in enumerate(lines) if any(line.folded.endswith(office) for office in _OFFICES)]
        if not titled:
            continue
        for line in reversed(lines[titled[-1] + 1 :]):
            name = [word for word in line.words if word.left + word.width // 2 > 450]
            if _is_name(name):
                return _found("nguoi_ky", " ".join(word.text.strip(".,") for word in name), page, name)
    return None


def _is_name(words: Sequence[ReadWord]) -> bool:
    texts = [word.text.strip(".,") for word in words]
    return 2 <= len(texts) <= 6 and all(text.isalpha() and text[0].isupper() and text[1:].islower() for text in texts)


def _found(name: str, value: str, page: ReadPage, words: Iterable[ReadWord]) -> ExtractedField | None:
    kept = tuple(words)
    return ExtractedField(name=name, value=value, page=page.number, words=kept) if value and kept else None
