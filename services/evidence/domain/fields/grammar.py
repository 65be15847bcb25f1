"""How numbers, dates, codes and names are written, and which misreadings that puts right beyond doubt."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from shared.text import KINDS, fold, nfc

_DIGITS = str.maketrans({"o": "0", "q": "0", "l": "1", "i": "1", "|": "1", "!": "1", "z": "2", "s": "5", "b": "8", "ó": "6"})
"""Letters that digits are misread as, where nothing but a digit can stand."""
_DIGIT = r"[\doqli|!zsbó]"
_SPOKEN = re.compile(
    rf"(?<![a-z\d])(?:ng?[a-z]{{0,2}}[^\w|!]*)?(?P<day>{_DIGIT}\s?{_DIGIT}?)[^\w|!]*[a-z]?t?h[a-z]{{1,3}}[^\w|!]*"
    rf"(?P<month>{_DIGIT}\s?{_DIGIT}?)[^\w|!]*n[a-z]{{1,2}}[^\w|!]*(?P<year>(?:{_DIGIT}\s?){{3}}{_DIGIT})(?!\d)"
)
_SLASHED = re.compile(rf"ng[a-z]{{2}}\W*(?P<day>{_DIGIT}{{1,2}})/(?P<month>{_DIGIT}{{1,2}})/(?P<year>{_DIGIT}{{4}})(?!\d)")
_FIRST_YEAR, _LAST_YEAR = 1975, 2099
_CODE = re.compile(
    r"(?P<number>[\doqli|!zsbó]{1,5}[a-dđ]?)(?P<slash>[/\\|])(?:(?P<year>(?:19|20)\d{2})/)?"
    r"(?P<mark>[^\W\d_][\w&]{0,9}(?:-[^\W\d_][\w&.]{0,12}){0,4})",
    re.IGNORECASE,
)
_PARTY = re.compile(r"(?P<number>[\doqli|!zsbó]{1,4})-(?P<mark>[A-ZĐ]{2,3}[a-z]?/[A-ZĐ]{2,8})(?![\w-])", re.IGNORECASE)
"""The Party writes 05-NQ/CB."""
_NO_SLASH = re.compile(r"(?P<number>\d{1,3})[1lI](?P<mark>[A-ZĐ][A-Za-zĐđ]{1,3}-[\w&-]{2,20})")
_DASHES = str.maketrans({"–": "-", "—": "-", "‑": "-", "−": "-", "~": "-", "=": "-", "_": "-", "¬": "-"})
_JOINT = re.compile(r"(?<=[^\W\d_]{2})[:;.,'](?=[^\W\d_]{2})")
"""A hyphen between the parts of a mark, read as another sign."""
_STROKES = {"QD": "QĐ", "ND": "NĐ", "DA": "ĐA", "QYD": "QYĐ", "HDND": "HĐND", "HDTDG": "HĐTĐG", "HDT": "HĐT", "HDTQ": "HĐTQ"}
"""Parts of a mark that are written with Đ alone: without its stroke none of them is a mark (HD is one, and so it stays)."""
_SCHOOL_YEAR = re.compile(r"(?P<before>năm học )(?P<first>\w{4})(?P<between> ?[-–] ?)(?P<second>\w{4})(?!\w)", re.IGNORECASE)
_NAME_WORD = re.compile(r"[^\W\d_]{1,7}")


class MarkedNumber(msgspec.Struct, frozen=True):
    """A số, ký hiệu: its text as the decree writes it, the first part of its mark, and whether anything was set right."""

    text: str
    kind: str
    mended: bool


def date_in(text: str) -> tuple[dt.date, int, int, bool] | None:
    """Return the first "ngày … tháng … năm …" of folded text: the date, its start and end, whether digits were set right.

    A day that no calendar has, or a year that no paper of an archive has, is no date.
    """
    for match in sorted((m for shape in (_SPOKEN, _SLASHED) for m in shape.finditer(text)), key=lambda m: m.start()):
        parts = [part.replace(" ", "") for part in match.group("day", "month", "year")]
        day, month, year = (int(part.translate(_DIGITS)) for part in parts)
        try:
            date = dt.date(year, month, day)
        except ValueError:
            continue
        if _FIRST_YEAR <= year <= _LAST_YEAR:
            return date, match.start(), match.end(), not all(part.isdecimal() for part in parts)
    return None


def code_in(text: str, *, expected: str = "") -> MarkedNumber | None:
    """Read "12/QĐ-THBM" from text without spaces that begins with it; `expected` is the mark of the kind the paper is of.

    Repairs: letters in digit places, other dashes, a stroke that Đ lost, a mark one letter away from the one expected, and
    a slash read as 1 where a mark follows. Returns None where the text begins with no number.
    """
    clean = nfc(text).translate(_DASHES).replace("--", "-").replace(".-", "-").replace("-.", "-")
    match = _PARTY.match(clean)
    if match is not None and match["number"].lower().translate(_DIGITS).isdecimal():
        figures = match["number"].lower().translate(_DIGITS)
        return MarkedNumber(f"{figures}-{match['mark']}", match["mark"].partition("/")[0], figures != match["number"])
    match = _CODE.match(_JOINT.sub("-", clean))
    if match is None:
        match = _NO_SLASH.match(clean)
        if match is None or match["mark"].partition("-")[0] not in KINDS:
            return None
        return MarkedNumber(f"{match['number']}/{match['mark']}", match["mark"].partition("-")[0], True)
    number, year = match["number"], match["year"]
    digits = number.rstrip("abcdđ") if len(number) > 1 and number[-1] in "acdđ" else number
    figures = digits.lower().translate(_DIGITS) + number[len(digits) :]
    if not digits.lower().translate(_DIGITS).isdecimal():
        return None
    parts = [_part(part) for part in match["mark"].rstrip(".").split("-")]
    if expected and parts[0] != expected and _is_likely(parts[0], expected):
        parts[0] = expected
    mark = "-".join(parts)
    whole = "/".join(part for part in (figures, year, mark) if part)
    return MarkedNumber(whole, parts[0], not nfc(text).startswith(whole))


def _is_likely(part: str, expected: str) -> bool:
    """Say whether a part is the expected mark misread: a letter other, or one of its letters seen several times."""
    off = distance(fold(part), fold(expected))
    return off <= 1 or (off == 2 and part not in KINDS and part.startswith(expected[0]))


def has_code(text: str) -> bool:
    """Say whether something like a number with its mark stands in a text."""
    clean = nfc(text).translate(_DASHES)
    return any(shape.search(clean) is not None for shape in (_CODE, _PARTY, _NO_SLASH))


def _part(part: str) -> str:
    """Return one part of a mark, the strokes of its Đ set right."""
    part = _STROKES.get(part, part)
    return part.replace("GDDT", "GDĐT").replace("GDÐT", "GDĐT")


def kind_mark(kind: str) -> str:
    """Return the abbreviation of a kind of document, or "" for one that has none."""
    return next((mark for mark, name in KINDS.items() if name == kind and mark != "CV"), "")


def school_years(text: str) -> str:
    """Return a text with the one sign set right that was read for a digit of a school year: "năm học 202ó - 2027"."""

    def mended(match: re.Match[str]) -> str:
        first, between, second = match.group("first", "between", "second")
        wanted = str(int(second) - 1) if second.isdecimal() else first
        other = str(int(first) + 1) if first.isdecimal() else second
        return (
            match["before"] + wanted + between + other
            if _one_off(first, wanted) + _one_off(second, other) == 1
            else match[0]
        )

    return _SCHOOL_YEAR.sub(mended, text)


def _one_off(read: str, wanted: str) -> int:
    """Return how many signs differ where those that are no digits do; 9 where a digit does."""
    return sum(9 if own.isdecimal() else 1 for own, other in zip(read, wanted, strict=True) if own != other)


def is_name(words: list[str]) -> bool:
    """Say whether words can be a person's name: two to six, each of letters with a capital first, or all in capitals."""
    if not 2 <= len(words) <= 6 or not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    cased = all(word[0].isupper() and (word[1:].islower() or len(word) == 1) for word in words)
    return (cased and any(len(word) > 1 for word in words)) or all(word.isupper() and len(word) > 1 for word in words)


def distance(one: str, other: str, most: int = 3) -> int:
    """Return how many letters must be changed, added or left out to make one text the other; above `most`: most + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return min(row[-1], most + 1)
