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
from itertools import pairwise
from typing import TypeVar

import msgspec

from services.evidence.domain.text import ReadPage, ReadWord
from shared.text import fold, nfc
from shared.vocabulary.ids import PaperId

_PIECE = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"[.…_]{3,}|…|[ \t\u00a0]{3,}|(?:^|\s)/|⟨|:\s*$|:\s*\n")
"""What stands between two printed words where something is to be written by hand."""
_LOOK_ALIKE = str.maketrans({"0": "o", "1": "i", "l": "i", "j": "i", "2": "z", "5": "s", "8": "b"})
"""Letters and digits that are read for each other. Digits stay apart from each other, also by their stand-ins."""
_BEFORE_BLANK = frozenset(
    fold(word).translate(_LOOK_ALIKE) for word in ("số", "ngày", "tháng", "năm", "hồi", "giờ", "phút", "lúc")
)
"""Words after which a number is often left to be written by hand."""

_SURE_NUMBER, _SURE_WORD, _SURE_ALONE, _SURE_ADDED, _SURE_BESIDE = 30, 75, 85, 80, 60
"""From which confidence on a reading is believed: of another number, of other words in a line and on a line of their own, of
added words, of the words on either side.

A number painted over another stands askew and is read with little confidence, so the first is low.
"""
_SIMILAR, _LONGEST = 0.34, 80
"""Words of which at most this part of the letters differs are one word, read badly."""
_LONG_ADDITION = 6
"""So many words in a row, none of them printed anywhere, are an added sentence; stamps have fewer."""
_ANCHOR = 4
"""So many words in a row that either side holds once are surely the same."""
_MOST_PAIRS, _MOST_CELLS = 40_000, 4_000_000
"""Up to how many pairs of words the best way is looked for, and a rough one: two seconds at the most."""
_TOP, _BOTTOM = 60, 925
"""Where the body of a page begins and ends, in thousandths."""
_HEAD, _FOOT = 48, 936
"""Above the one stand numbers of pages, below the other a foot that was not known for one: nothing is added there."""
_IMPRINT, _IMPRINT_FROM, _IMPRINT_LINE = "kiemdinh", 850, 18
"""A word on the second line of the foot that the platform prints, where it may stand, and the height of a line."""
_LETTERS_A_LINE = 70
_LINE_PITCH = 1.7
"""From one line to the next, in heights of a word."""
_NEW = 0.5
"""An addition consists of words that are new for at least this part."""
_IN_ORDER, _ANYWHERE = 0.5, 0.8
"""Where less of the print than this is read in its order, and anywhere, the scan is of another paper."""
_WHOLE, _BEGINNING = 60, 12
"""So many words are told whole; of more, so many from the beginning and the end."""
_FEW_LINES = 2
_TIGHT = 0.5
"""Printed words are gone when the room where they should stand is less than this part of what they need."""
_TRIMMED = ".,;:()[]“”\"'…|"


class PrintDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the scan reads otherwise; `page` is that of the scan, `before` the word in front of the place.

    `confidence` is that of the least sure word there, 0 to 100; of words that are gone, of the words around them.
    """

    printed: str
    read: str
    page: int
    before: str = ""
    confidence: int = 0


class _Printed(msgspec.Struct, frozen=True):
    """A word or number as printed. `index` counts these, `token` what spaces part; `after_blank`: room to write there."""

    index: int
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


def compare(
    printed: Sequence[str], pages: Sequence[ReadPage], again: Sequence[ReadPage] = ()
) -> tuple[PrintDifference, ...]:
    """Return where the scanned pages read otherwise than what was printed, in the order of the print.

    `again` is a second reading of the same pages, if there is one: where it reads what was printed nothing differs, and
    words are added or gone only if they are so in both. Pages that hold another text altogether, or none, differ once.
    """
    tokens = [token for page in printed for token in nfc(page).split()]
    pieces = [*_printed_pieces(printed)]
    first = _Comparison(pieces, [*_read_pieces(pages)], tokens)
    if pieces and pages and first.is_another_text():
        return (first.told_whole(pages[0].number),)
    found = [*first.differences()]
    if found and again:
        second = _Comparison(pieces, [*_read_pieces(again)], tokens)
        unconfirmed = second.unconfirmed()
        same = {place for gap, one in second.differences() if not (one.printed and one.read) for place in gap.places()}
        found = [(gap, one) for gap, one in found if gap.places() & (unconfirmed if one.printed and one.read else same)]
    return tuple(one for _, one in found)


def _printed_pieces(printed: Sequence[str]) -> Iterator[_Printed]:
    token = index = 0
    for page in printed:
        text, end = nfc(page), 0
        starts = [found.start() for found in re.finditer(r"\S+", text)]
        for found in _PIECE.finditer(text):
            place = token + bisect.bisect_right(starts, found.start()) - 1
            blank = _BLANK.search(text[end : found.start()]) is not None
            yield _Printed(index, _key(found[0]), found[0], place, blank)
            end, index = found.end(), index + 1
        token += len(starts)


def _read_pieces(pages: Sequence[ReadPage]) -> Iterator[_Read]:
    token = 0
    for page in pages:
        foot = _foot(page)
        for word in page.words:
            if word.top > foot:
                continue
            for found in _PIECE.finditer(nfc(word.text)):
                yield _Read(_key(found[0]), found[0], token, page.number, word)
            token += 1


def _foot(page: ReadPage) -> int:
    """Return where the foot of a page begins, in thousandths: what the platform prints there is no text of the paper."""
    low = [word for word in page.words if word.top > _IMPRINT_FROM]
    marks = [word.top for word in low if _similar(_key(_IMPRINT), _key(word.text.strip(_TRIMMED)))]
    return min(marks) - _IMPRINT_LINE if marks else 1000


def _key(piece: str) -> str:
    return fold(piece).translate(_LOOK_ALIKE)


# ---- alignment -------------------------------------------------------------------------------------------------------


def _matched(printed: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    """Return which keys answer each other, in order: first what is unmistakable, then what lies between."""
    anchors = [(-1, -1), *_anchors(printed, read), (len(printed), len(read))]
    pairs: list[tuple[int, int]] = []
    for (i, j), (i_next, j_next) in pairwise(anchors):
        if i >= 0:
            pairs.append((i, j))
        pairs += _between(printed, read, (i + 1, i_next), (j + 1, j_next))
    return pairs


def _anchors(printed: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest chain, in order on both sides, of runs of keys that each side holds once."""
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
    runs = [tuple(keys[at : at + _ANCHOR]) for at in range(len(keys) - _ANCHOR + 1)]
    counted = Counter(runs)
    # Rows of numbers are alike by chance: two words of some length must be among them.
    return {run: at for at, run in enumerate(runs) if counted[run] == 1 and sum(len(key) > 2 for key in run) > 1}


def _between(
    printed: Sequence[str], read: Sequence[str], there: tuple[int, int], here: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    (i, i_end), (j, j_end) = there, here
    while i < i_end and j < j_end and printed[i] == read[j]:
        yield i, j
        i, j = i + 1, j + 1
    tail = 0
    while i < i_end - tail and j < j_end - tail and printed[i_end - tail - 1] == read[j_end - tail - 1]:
        tail += 1
    cells = (i_end - tail - i) * (j_end - tail - j)
    align = _aligned if cells <= _MOST_PAIRS else _roughly_aligned
    if 0 < cells <= _MOST_CELLS:
        for a, b in align(printed[i : i_end - tail], read[j : j_end - tail]):
            yield i + a, j + b
    for n in range(tail, 0, -1):
        yield i_end - n, j_end - n


def _aligned(printed: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    """Return equal keys of the alignment with the fewest words put in, taken out or replaced."""
    costs = [list(range(len(read) + 1))]
    for n, key in enumerate(printed, start=1):
        row = [n]
        for m, against in enumerate(read, start=1):
            row.append(min(costs[-1][m] + 1, row[m - 1] + 1, costs[-1][m - 1] + (key != against)))
        costs.append(row)
    pairs, i, j = [], len(printed), len(read)
    while i and j:
        if costs[i][j] == costs[i - 1][j - 1] + (printed[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            if printed[i] == read[j]:
                pairs.append((i, j))
        elif costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _roughly_aligned(printed: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    blocks = SequenceMatcher(None, printed, read, autojunk=False).get_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def _similar(printed: str, read: str) -> bool:
    """Say whether reading noise makes the one of the other, where neither is a number."""
    longest = max(len(printed), len(read))
    if longest > _LONGEST:
        return False
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

    def places(self) -> set[float]:
        """Return the places of what was printed here; of what was only read, the place between two printed words."""
        if self.printed:
            return {piece.index for piece in self.printed}
        return {self.before[0].index + 0.5} if self.before else set()


class _Comparison:
    """One comparison on its way."""

    def __init__(self, printed: list[_Printed], read: list[_Read], tokens: list[str]) -> None:
        self._printed = printed
        self._read = read
        self._tokens = tokens
        self._runs = set(_runs(printed))

    def differences(self) -> Iterator[tuple[_Gap, PrintDifference]]:
        """Yield what truly differs, in the order of the print."""
        for gap in self._left_over():
            if not self._only_repeats(gap) and self._differs(gap):
                told = self._told(gap)
                # Parts of a code may have been matched with parts of another; read whole it is the same.
                if not _same_pieces(told.printed, told.read):
                    yield gap, told

    def is_another_text(self) -> bool:
        """Say whether so little of the print is read in its order, or moved, that this is no scan of it.

        Measured: of scans of the print 96 % and more is read in order, of other papers of the same form at most half.
        """
        gaps = self._gaps()
        in_order = 1 - sum(len(gap.printed) for gap in gaps) / len(self._printed)
        _drop_moved(gaps)
        anywhere = 1 - sum(len(gap.printed) for gap in gaps) / len(self._printed)
        return in_order < _IN_ORDER and anywhere < _ANYWHERE

    def told_whole(self, page: int) -> PrintDifference:
        """Return the one difference of another text: how the print begins, and the scan."""
        read = list({piece.token: piece.word.text for piece in self._read}.values())
        return PrintDifference(
            printed=_beginning(self._tokens),
            read=_beginning(read),
            page=page,
            confidence=min((piece.sure for piece in self._read), default=0),
        )

    def unconfirmed(self) -> set[float]:
        """Return the places where this reading does not read what was printed; see `_Gap.places`."""
        return {place for gap in self._left_over() for place in gap.places()}

    def _left_over(self) -> list[_Gap]:
        gaps = self._gaps()
        _drop_moved(gaps)
        for gap in gaps:
            _drop_similar(gap)
        _drop_strayed(gaps)
        return [gap for gap in gaps if gap.printed or gap.read]

    def _gaps(self) -> list[_Gap]:
        pairs = _matched([piece.key for piece in self._printed], [piece.key for piece in self._read])
        ends = [(-1, -1), *pairs, (len(self._printed), len(self._read))]
        gaps = []
        for (i, j), (i_next, j_next) in pairwise(ends):
            if i_next - i > 1 or j_next - j > 1:
                before = (self._printed[i], self._read[j]) if i >= 0 else None
                after = (self._printed[i_next], self._read[j_next]) if i_next < len(self._printed) else None
                gaps.append(_Gap(self._printed[i + 1 : i_next], self._read[j + 1 : j_next], before, after))
        return gaps

    def _only_repeats(self, gap: _Gap) -> bool:
        """Say whether added words are for the most part printed elsewhere: heads of tables are read on each page."""
        if gap.printed:
            return False
        repeated = Counter(run for run in _runs(gap.read) if run in self._runs)
        return len(_without_runs(gap.read, repeated)) < _NEW * len(gap.read)

    def _differs(self, gap: _Gap) -> bool:
        if gap.printed and gap.read:
            return _is_other_number(gap) if _digits(gap.printed) else _is_other_word(gap)
        if gap.printed:
            return bool(self._read) and self._is_gone(gap)
        return bool(gap.read) and _is_added(gap)

    def _is_gone(self, gap: _Gap) -> bool:
        """Say whether printed words are gone: what is around them stands so close that they could not stand between."""
        sides = [beside[1] for beside in (gap.before, gap.after) if beside is not None]
        if min((side.sure for side in sides), default=0) < _SURE_ALONE:
            return False
        letters = sum(len(piece.text) + 1 for piece in gap.printed)
        if gap.before and gap.after and _on_one_line(gap.before[1], gap.after[1]):
            return _has_no_room(gap.before[1].word, gap.after[1].word, letters)
        pitch = _LINE_PITCH * sides[0].word.height
        page, top = (gap.before[1].page, gap.before[1].word.top + pitch) if gap.before else (self._read[0].page, _TOP)
        last, bottom = (gap.after[1].page, gap.after[1].word.top) if gap.after else (self._read[-1].page, _BOTTOM)
        between = bottom - top + (last - page) * (_BOTTOM - _TOP)
        lines = letters / _LETTERS_A_LINE
        return lines >= _FEW_LINES and -pitch / 2 <= between < _TIGHT * lines * pitch

    def _told(self, gap: _Gap) -> PrintDifference:
        if gap.printed:
            first, last = gap.printed[0].token, gap.printed[-1].token
            printed, before = _shortened(self._tokens[first : last + 1]), first - 1
        else:
            printed, before = "", gap.before[0].token if gap.before else -1
        near = gap.read or [beside[1] for beside in (gap.before, gap.after) if beside is not None]
        words = {read.token: read.word.text for read in gap.read}
        return PrintDifference(
            printed=printed.strip(_TRIMMED),
            read=_shortened([*words.values()]).strip(_TRIMMED),
            page=near[0].page,
            before=self._tokens[before].strip(_TRIMMED) if before >= 0 else "",
            confidence=min(read.sure for read in near),
        )


def _same_pieces(printed: str, read: str) -> bool:
    return [_key(piece) for piece in _PIECE.findall(printed)] == [_key(piece) for piece in _PIECE.findall(read)]


def _shortened(words: Sequence[str]) -> str:
    """Return words as one text; of a whole page that is gone, how it begins and how it ends."""
    if len(words) <= _WHOLE:
        return " ".join(words)
    return f"{' '.join(words[:_BEGINNING])} […] {' '.join(words[-_BEGINNING:])}"


def _beginning(words: Sequence[str]) -> str:
    more = "…" if len(words) > _BEGINNING else ""
    return f"{' '.join(words[:_BEGINNING])}{more}"


def _runs(pieces: Sequence[_Printed | _Read]) -> Iterator[tuple[str, str]]:
    """Yield each two words in a row."""
    return ((one.key, other.key) for one, other in pairwise(pieces))


_P = TypeVar("_P", _Printed, _Read)


def _without_runs(pieces: list[_P], runs: Counter[tuple[str, str]]) -> list[_P]:
    """Return what is left of pieces without the words of some runs, each run as often as it is counted."""
    gone = set()
    for at, run in enumerate(_runs(pieces)):
        if runs[run] > 0:
            runs[run] -= 1
            gone |= {at, at + 1}
    return [piece for at, piece in enumerate(pieces) if at not in gone]


def _drop_moved(gaps: list[_Gap]) -> None:
    """Take out what stands elsewhere: columns and cells are read in another order than they were printed in.

    Two words in a row that are left over on both sides are the same words, moved.
    """
    there = Counter(run for gap in gaps for run in _runs(gap.printed))
    here = Counter(run for gap in gaps for run in _runs(gap.read))
    moved_there, moved_here = Counter(there & here), Counter(there & here)
    for gap in gaps:
        gap.printed = _without_runs(gap.printed, moved_there)
        gap.read = _without_runs(gap.read, moved_here)


def _drop_strayed(gaps: list[_Gap]) -> None:
    """Take out single words, no numbers, that are left over on both sides: they too were only moved."""
    there = Counter(piece.key for gap in gaps for piece in gap.printed if not _digits([piece]))
    here = Counter(piece.key for gap in gaps for piece in gap.read if not _digits([piece]))
    for gap in gaps:
        if gap.printed and gap.read and _is_beside(gap):
            continue
        gap.printed = [piece for piece in gap.printed if not here[piece.key] or _digits([piece])]
        gap.read = [piece for piece in gap.read if not there[piece.key] or _digits([piece])]


def _drop_similar(gap: _Gap) -> None:
    """Take out words that were read with wrong letters, in pieces or run together: the cheapest way through the gap."""
    printed, read = gap.printed, gap.read
    if not printed or not read or len(printed) * len(read) > _MOST_PAIRS:
        return
    costs: list[list[float]] = [[0.0] * (len(read) + 1) for _ in range(len(printed) + 1)]
    steps: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(len(printed) + 1):
        for j in range(len(read) + 1):
            if i or j:
                costs[i][j], steps[i, j] = min(_ways(printed, read, costs, i, j))
    kept_printed, kept_read = [], []
    i, j = len(printed), len(read)
    while i or j:
        taken, given = steps[i, j]
        if not taken or not given:
            kept_printed += printed[i - taken : i][::-1]
            kept_read += read[j - given : j][::-1]
        i, j = i - taken, j - given
    gap.printed, gap.read = kept_printed[::-1], kept_read[::-1]


_TOGETHER = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2))


def _ways(
    printed: Sequence[_Printed], read: Sequence[_Read], costs: list[list[float]], i: int, j: int
) -> Iterator[tuple[float, tuple[int, int]]]:
    if i:
        yield costs[i - 1][j] + 1, (1, 0)
    if j:
        yield costs[i][j - 1] + 1, (0, 1)
    for taken, given in _TOGETHER:
        if i >= taken and j >= given and _alike(printed[i - taken : i], read[j - given : j]):
            yield costs[i - taken][j - given] + 0.1 * (taken + given), (taken, given)


def _alike(printed: Sequence[_Printed], read: Sequence[_Read]) -> bool:
    """Say whether the one was read for the other. Of numbers nothing but the look of a digit may differ."""
    there, here = "".join(piece.key for piece in printed), "".join(piece.key for piece in read)
    if there == here:
        return True
    if _is_number(printed) or (len(printed) == 1 and _is_number(read)):
        return False
    if _digits(printed) and _digits(printed) != _digits(read):
        return False
    return _similar(there, here)


def _digits(pieces: Iterable[_Printed | _Read]) -> str:
    return "".join(letter for piece in pieces for letter in piece.text if letter.isdecimal())


def _is_number(pieces: Sequence[_Printed | _Read]) -> bool:
    return all(piece.text.isdecimal() for piece in pieces)


# ---- what differs ----------------------------------------------------------------------------------------------------


def _is_other_number(gap: _Gap) -> bool:
    """Say whether another number stands where one was printed."""
    read = [piece for piece in gap.read if _digits([piece])]
    if not read or _digits(gap.read).lstrip("0") == _digits(gap.printed).lstrip("0"):
        return False
    return _is_beside(gap) and min(piece.sure for piece in read) >= _SURE_NUMBER


def _is_other_word(gap: _Gap) -> bool:
    """Say whether other words, surely read, stand where some were printed."""
    there, here = "".join(piece.key for piece in gap.printed), "".join(piece.key for piece in gap.read)
    if min(len(there), len(here)) < 2 or _similar(there, here) or gap.printed[0].after_blank:
        return False
    sure = min(piece.sure for piece in gap.read)
    if _is_beside(gap):
        return sure >= _SURE_WORD
    # A line of its own, a name under a signature: nothing beside it says that it stands in the right place.
    alike = len(there) / 2 <= len(here) <= 2 * len(there)
    return sure >= _SURE_ALONE and min(len(gap.printed), len(gap.read)) > 1 and alike


def _is_beside(gap: _Gap) -> bool:
    """Say whether what was read goes on from the words before it, or leads on to those after, on one line."""
    first, last = gap.read[0], gap.read[-1]
    before = gap.before is not None and _on_one_line(gap.before[1], first)
    after = gap.after is not None and _on_one_line(last, gap.after[1])
    return before or after


def _on_one_line(left: _Read, right: _Read) -> bool:
    same = (left.page, left.word.block, left.word.line) == (right.page, right.word.block, right.word.line)
    return same and left.sure >= _SURE_BESIDE


def _is_added(gap: _Gap) -> bool:
    """Say whether words were added that nobody left room for: in the middle of a line, or a whole sentence."""
    if gap.before is None or gap.after is None or _is_blank(gap):
        return False
    if not all(_HEAD < piece.word.top < _FOOT for piece in gap.read):
        return False
    sure = min(piece.sure for piece in gap.read) >= _SURE_ADDED
    letters = "".join(piece.key for piece in gap.read)
    first, last = gap.read[0], gap.read[-1]
    if _on_one_line(gap.before[1], first) and _on_one_line(last, gap.after[1]):
        return sure and len(letters) > 1
    return sure and len(gap.read) >= _LONG_ADDITION


def _has_no_room(left: ReadWord, right: ReadWord, letters: int) -> bool:
    """Say whether so many letters could not stand between two words of a line."""
    between = right.left - (left.left + left.width)
    return 0 <= between < _TIGHT * letters * left.width / max(1, len(left.text))


def _is_blank(gap: _Gap) -> bool:
    """Say whether something was to be written there by hand."""
    filled = gap.after is not None and gap.after[0].after_blank
    return filled or (gap.before is not None and gap.before[0].key in _BEFORE_BLANK)
