"""Compares what was read from a scan with what was printed: pure, tolerant of reading noise, never of another number.

Words are aligned over the whole paper, whatever the line breaks, hyphens, marks and letters that look alike. What is left is
judged by how sure the reading is, and by where it stands: words that a seal, a signature or a bad column hides leave room on
the page, words that are gone do not. What was printed blank may be filled in by hand.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

import msgspec

from services.evidence.domain.text import ReadPage, ReadWord
from shared.text import fold, nfc
from shared.vocabulary.ids import PaperId

_PIECE = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"[.…_]{3,}|…|[ \t\u00a0]{3,}|(?:^|\s)/|⟨|:\s*$|:\s*\n")
"""What stands between two printed words where something is to be written by hand."""
_LOOK_ALIKE = str.maketrans({"0": "o", "1": "i", "l": "i", "j": "i", "2": "z", "5": "s", "8": "b"})
"""Letters and digits that are read for each other. Digits stay apart from each other, also by their stand-ins."""
_BEFORE_BLANK = frozenset(fold(word) for word in ("số", "ngày", "tháng", "năm", "hồi", "giờ", "phút", "lúc"))
"""Words after which a number is often left to be written by hand."""

_SURE_NUMBER, _SURE_WORD, _SURE_ADDED = 60, 75, 85
_SIMILAR = 0.4
_LONG_ADDITION = 6
_MOST_PAIRS = 40_000
_MOST_CELLS = 4_000_000
_MARGIN_TOP, _MARGIN_BOTTOM = 50, 940
_TIGHT = 0.5
"""A run of printed words is gone when the room where it should stand is less than this part of what it needs."""


class PrintDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the scan reads otherwise; `page` is that of the scan, `before` the word in front, `confidence` 0 to 100."""

    printed: str
    read: str
    page: int
    before: str = ""
    confidence: int = 0


class _Printed(msgspec.Struct, frozen=True):
    """A word or number as printed: its place among the printed tokens, and whether something may be written before it."""

    key: str
    text: str
    token: int
    after_blank: bool


class _Read(msgspec.Struct, frozen=True):
    """A word or number as read."""

    key: str
    text: str
    token: int
    page: int
    word: ReadWord

    @property
    def sure(self) -> int:
        return self.word.confidence


def pages_of_paper(paper: PaperId, marked: Sequence[tuple[int, PaperId]], pages: int) -> set[int]:
    """Return the numbers of the pages of a scan that belong to a paper: those with its code, and those after without one.

    `marked` are (page, paper) of the codes that were found. Pages before the first code belong to the first paper. A paper
    whose code was not found has all pages.
    """
    owners = dict(reversed([*marked]))
    if paper not in owners.values():
        return set(range(1, pages + 1))
    owner, belonging = owners[min(owners)], set()
    for number in range(1, pages + 1):
        owner = owners.get(number, owner)
        if owner == paper:
            belonging.add(number)
    return belonging


def compare(printed: Sequence[str], pages: Sequence[ReadPage]) -> tuple[PrintDifference, ...]:
    """Return where the scanned pages read otherwise than what was printed, in the order of the print."""
    comparison = _Comparison([*_printed_pieces(printed)], [*_read_pieces(pages)], [text for page in printed for text in _tokens(page)])
    return tuple(comparison.differences())


def _tokens(text: str) -> list[str]:
    return nfc(text).split()


def _printed_pieces(printed: Sequence[str]) -> Iterator[_Printed]:
    token = 0
    for page in printed:
        text, end = nfc(page), 0
        starts = [found.start() for found in re.finditer(r"\S+", text)]
        for found in _PIECE.finditer(text):
            place = token + bisect.bisect_right(starts, found.start()) - 1
            blank = _BLANK.search(text[end : found.start()]) is not None
            yield _Printed(_key(found[0]), found[0], place, blank)
            end = found.end()
        token += len(starts)


def _read_pieces(pages: Sequence[ReadPage]) -> Iterator[_Read]:
    token = 0
    for page in pages:
        for word in page.words:
            for found in _PIECE.finditer(nfc(word.text)):
                yield _Read(_key(found[0]), found[0], token, page.number, word)
            token += 1


def _key(piece: str) -> str:
    return fold(piece).translate(_LOOK_ALIKE)


# ---- alignment -------------------------------------------------------------------------------------------------------


def _matched(printed: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    """Return which keys answer each other, in order: first what is unmistakable, then what lies between."""
    anchors = [(-1, -1), *_anchors(printed, read), (len(printed), len(read))]
    pairs: list[tuple[int, int]] = []
    for (i, j), (i_next, j_next) in zip(anchors, anchors[1:], strict=False):
        if i >= 0:
            pairs.append((i, j))
        pairs += _between(printed, read, (i + 1, i_next), (j + 1, j_next))
    return pairs


def _anchors(printed: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest chain, in order on both sides, of runs of three keys that stand once in print and once in the scan."""
    there, here = _once(printed), _once(read)
    common = sorted((there[run], here[run]) for run in there.keys() & here.keys())
    tails: list[int] = []
    chain: list[int] = []
    before: list[int] = []
    for at, (_, j) in enumerate(common):
        place = bisect.bisect_left(tails, j)
        before.append(chain[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        chain[place : place + 1] = [at]
    found, at = [], chain[-1] if chain else -1
    while at >= 0:
        found.append(common[at])
        at = before[at]
    return found[::-1]


def _once(keys: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(keys[at : at + 3]) for at in range(len(keys) - 2)]
    counted = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counted[run] == 1}


def _between(
    printed: Sequence[str], read: Sequence[str], there: tuple[int, int], here: tuple[int, int]
) -> list[tuple[int, int]]:
    (i, i_end), (j, j_end) = there, here
    if i >= i_end or j >= j_end or (i_end - i) * (j_end - j) > _MOST_CELLS:
        return []
    blocks = SequenceMatcher(None, printed[i:i_end], read[j:j_end], autojunk=False).get_matching_blocks()
    return [(i + block.a + n, j + block.b + n) for block in blocks for n in range(block.size)]


def _similar(printed: str, read: str) -> bool:
    """Say whether reading noise makes the one of the other. Digits must be the same ones."""
    if printed == read:
        return True
    longest = max(len(printed), len(read))
    most = max(1, int(longest * _SIMILAR)) if longest > 1 else 0
    return abs(len(printed) - len(read)) <= most and _distance(printed, read, most) <= most


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters must be put in, taken out or replaced (Levenshtein), or more than `most`."""
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, start=1):
        last, row = row, [n]
        for m, against in enumerate(other, start=1):
            row.append(min(last[m] + 1, row[m - 1] + 1, last[m - 1] + (letter != against)))
        if min(row) > most:
            return most + 1
    return row[-1]


# ---- what is left over -----------------------------------------------------------------------------------------------


class _Gap(msgspec.Struct):
    """A stretch between two matched words, or before the first or after the last: what was printed there, what was read."""

    printed: list[_Printed]
    read: list[_Read]
    before: tuple[_Printed, _Read] | None
    after: tuple[_Printed, _Read] | None


class _Comparison:
    """One comparison on its way."""

    def __init__(self, printed: list[_Printed], read: list[_Read], tokens: list[str]) -> None:
        self._printed = printed
        self._read = read
        self._tokens = tokens
        self._runs = {run for n in (2,) for run in _runs([piece.key for piece in printed], n)}

    def differences(self) -> Iterator[PrintDifference]:
        """Yield what truly differs, in the order of the print."""
        gaps = self._gaps()
        self._drop_moved(gaps)
        for gap in gaps:
            self._drop_noise(gap)
            found = self._judged(gap)
            if found is not None:
                yield found

    def _gaps(self) -> list[_Gap]:
        pairs = _matched([piece.key for piece in self._printed], [piece.key for piece in self._read])
        ends = [(-1, -1), *pairs, (len(self._printed), len(self._read))]
        gaps = []
        for (i, j), (i_next, j_next) in zip(ends, ends[1:], strict=False):
            if i_next - i > 1 or j_next - j > 1:
                before = (self._printed[i], self._read[j]) if i >= 0 else None
                after = (self._printed[i_next], self._read[j_next]) if i_next < len(self._printed) else None
                gaps.append(_Gap(self._printed[i + 1 : i_next], self._read[j + 1 : j_next], before, after))
        return gaps

    def _drop_moved(self, gaps: list[_Gap]) -> None:
        """Take out what stands elsewhere: columns and cells are read in another order than they were printed in.

        Two words in a row that are left over on both sides are the same words moved.
        """
        there = Counter(run for gap in gaps for run in _runs([piece.key for piece in gap.printed], 2))
        here = Counter(run for gap in gaps for run in _runs([piece.key for piece in gap.read], 2))
        moved = there & here
        for gap in gaps:
            gap.printed = _without_runs(gap.printed, Counter(moved))
            gap.read = _without_runs(gap.read, Counter(moved))

    def _drop_noise(self, gap: _Gap) -> None:
        """Take out words that were read with wrong letters, in pieces or run together, and what only repeats the print."""
        _drop_similar(gap)
        gap.read = _without_runs(gap.read, self._repeats(gap.read))

    def _repeats(self, read: Sequence[_Read]) -> Counter[tuple[str, ...]]:
        """Return the runs that stand elsewhere in the print: heads of tables are repeated on each page."""
        return Counter({run: len(read) for run in _runs([piece.key for piece in read], 2) if run in self._runs})

    def _judged(self, gap: _Gap) -> PrintDifference | None:
        raise NotImplementedError


def _runs(keys: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(keys[at : at + length]) for at in range(len(keys) - length + 1))
