"""What people corrected on pages, laid over whatever the machine reads there: by place on the scan and likeness of text."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from services.evidence.domain.page_frame import PageArea, area_of, as_read, as_scanned
from services.evidence.domain.text import ReadPage, ReadText, ReadWord, mean_confidence
from shared.text import fold
from shared.vocabulary.ids import Sha256

SURE = 100
"""How sure a word is that a person gave."""

_SAME_PLACE = 0.7
_NEAR_PLACE = 0.3
_TOUCHING = 0.1
"""From which likeness of place on a word is the one that was corrected: alone; if it reads alike; if it reads the same."""
_READS_ALIKE = 0.6
_READS_THE_SAME = 0.9
_INSIDE = 0.5
_TAKEN = 0.2
"""A place is free where no word covers more of it than this, nor lies in it by more than this."""
_NARROWEST = 0.2
_TELLING = 3
_ASTRAY = 40.0
"""In thousandths of the page: so far a word is looked for that is not where it was."""
_CLOSE_LINES = 1.6


class CorrectedWord(msgspec.Struct, frozen=True, array_like=True):
    """What a person said of a place on a page: `read` is '' for a word that was added, `right` for one taken away.

    The page is numbered from 1; the place is in thousandths of the page as it was scanned. `right` may be several words.
    """

    page: int
    read: str
    right: str
    left: float
    top: float
    width: float
    height: float

    @property
    def area(self) -> PageArea:
        """Return its place on the scan."""
        return PageArea(self.left, self.top, self.width, self.height)


def corrected_word(page: ReadPage, area: PageArea, read: str, right: str) -> CorrectedWord:
    """Return a correction of a place on a page as it was read."""
    scanned = as_scanned(area, page)
    return CorrectedWord(page.number, read, right, scanned.left, scanned.top, scanned.width, scanned.height)


class CorrectionContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person made of a page in one go: the words corrected, and what the page reads then, word by word."""

    words: tuple[CorrectedWord, ...] = ()
    right: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the bytes that are kept beside the log."""
        return msgspec.json.encode(self)


_CONTENT = msgspec.json.Decoder(CorrectionContent)


def decode_content(content: bytes) -> CorrectionContent:
    """Read `CorrectionContent.encode()` back."""
    return _CONTENT.decode(content)


def content_digest(salt: bytes, content: bytes) -> Sha256:
    """Return the SHA-256 by which the log holds on to a content; salted, or a name could be guessed from it."""
    return Sha256(hashlib.sha256(salt + content).hexdigest())


class Overlay(msgspec.Struct, frozen=True):
    """A text with corrections laid over it, and those that found no place in it."""

    text: ReadText
    unplaced: tuple[CorrectedWord, ...]


def corrected(text: ReadText, corrections: Sequence[CorrectedWord]) -> ReadText:
    """Return a text with the words that people gave in place of those that were read; their confidence is 100."""
    return lay_over(text, corrections).text


def lay_over(text: ReadText, corrections: Sequence[CorrectedWord]) -> Overlay:
    """Lay corrections over a text in the order in which they were made; nothing beside their places is changed.

    A correction of a page that the text does not have finds no place, nor does one whose place now holds other words.
    """
    if not corrections:
        return Overlay(text, ())
    unplaced: list[CorrectedWord] = []
    pages = [_laid(page, corrections, unplaced) for page in text.pages]
    # A second reading is held against the first: uncorrected it would bring the mistake back.
    again = [_laid(page, corrections, []) for page in text.again]
    known = {page.number for page in text.pages}
    unplaced += [one for one in corrections if one.page not in known]
    return Overlay(msgspec.structs.replace(text, pages=tuple(pages), again=tuple(again)), tuple(unplaced))


def _laid(page: ReadPage, corrections: Iterable[CorrectedWord], unplaced: list[CorrectedWord]) -> ReadPage:
    words = list(page.words)
    touched = False
    for correction in corrections:
        if correction.page != page.number:
            continue
        if _place(words, correction, as_read(correction.area, page), page):
            touched = True
        else:
            unplaced.append(correction)
    if not touched:
        return page
    return msgspec.structs.replace(page, words=tuple(words), confidence=mean_confidence(words))


def _place(words: list[ReadWord], correction: CorrectedWord, area: PageArea, page: ReadPage) -> bool:
    """Lay one correction over the words of a page; False where its place holds something else."""
    if within := _within(words, correction, area):
        at, text = within
        words[at : at + 1] = _worded(text, area_of(words[at]), words[at])
        return True
    if found := _same(words, correction, area) or _displaced(words, correction, area):
        first, last = found.start, found.stop
        words[first:last] = _worded(correction.right, area_of(*words[first:last]), words[first])
        return True
    if not correction.right:
        return _is_free(words, area)
    if correction.read and not _is_free(words, area):
        return False
    _insert(words, correction.right, area, page)
    return True


def _worded(text: str, area: PageArea, like: ReadWord) -> list[ReadWord]:
    """Return the words of a text side by side in a place, each as wide as it has letters, in the line of another word."""
    parts = text.split()
    letters = sum(map(len, parts)) + len(parts) - 1
    made: list[ReadWord] = []
    at = 0
    for part in parts:
        left, right = area.left + area.width * at / letters, area.left + area.width * (at + len(part)) / letters
        at += len(part) + 1
        made.append(_word(part, PageArea(left, area.top, right - left, area.height), like.line, like.block))
    return made


def _word(text: str, area: PageArea, line: int, block: int) -> ReadWord:
    left, top = min(max(round(area.left), 0), 999), min(max(round(area.top), 0), 999)
    width, height = min(max(round(area.width), 1), 1000 - left), min(max(round(area.height), 1), 1000 - top)
    return ReadWord(text, SURE, left, top, width, height, line, block)


def _same(words: Sequence[ReadWord], correction: CorrectedWord, area: PageArea) -> range | None:
    """Return the word, or the words beside each other in one line, that were read at a place; None where there are none."""
    alone = max(range(len(words)), key=lambda at: _rank(words[at], correction, area), default=0)
    inside = [at for at, word in enumerate(words) if area_of(word).shared_with(area) > _INSIDE * area_of(word).size]
    runs = [range(alone, alone + 1)] if words else []
    if len(inside) > 1 and inside[-1] - inside[0] + 1 == len(inside) and _in_line(words[inside[0]], words[inside[-1]]):
        runs.append(range(inside[0], inside[-1] + 1))
    runs.sort(key=lambda run: -area_of(*words[run.start : run.stop]).likeness(area))
    return next((run for run in runs if _fits(words[run.start : run.stop], correction, area)), None)


def _displaced(words: Sequence[ReadWord], correction: CorrectedWord, area: PageArea) -> range | None:
    """Return the word that reads as the corrected one did, a little off its place: the sheet was cut out otherwise."""
    if len(correction.read) < _TELLING:
        return None
    near = {
        at: off
        for at, word in enumerate(words)
        if (off := _offset(area_of(word), area)) <= _ASTRAY
        and max(_alike(word.text, correction.read), _alike(word.text, correction.right)) >= _READS_THE_SAME
    }
    at = min(near, key=near.__getitem__, default=None)
    return None if at is None else range(at, at + 1)


def _offset(one: PageArea, other: PageArea) -> float:
    across = abs(one.left + one.width / 2 - other.left - other.width / 2)
    return max(across, abs(one.top + one.height / 2 - other.top - other.height / 2))


def _rank(word: ReadWord, correction: CorrectedWord, area: PageArea) -> tuple[float, bool]:
    return round(area_of(word).likeness(area), 2), word.text == correction.read


def _fits(words: Sequence[ReadWord], correction: CorrectedWord, area: PageArea) -> bool:
    """Say whether words are those that a correction speaks of: the nearer they lie, the less alike they need to read.

    The place of a word that was added is a guess: there only the very word is the same, which the machine sees by now.
    """
    place = area_of(*words).likeness(area)
    if correction.read and place >= _SAME_PLACE:
        return True
    text = " ".join(word.text for word in words)
    alike = max(_alike(text, correction.read), _alike(text, correction.right))
    if correction.read and place >= _NEAR_PLACE:
        return alike >= _READS_ALIKE
    return place >= _TOUCHING and alike >= _READS_THE_SAME


def _alike(one: str, other: str) -> float:
    one, other = fold(one).replace(" ", ""), fold(other).replace(" ", "")
    if not one or not other:
        return 0.0
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _within(words: Sequence[ReadWord], correction: CorrectedWord, area: PageArea) -> tuple[int, str] | None:
    """Return which longer word holds what was corrected, and what it should read; None where none does."""
    for at, word in enumerate(words):
        place = area_of(word)
        if place.shared_with(area) < _INSIDE * area.size or place.likeness(area) >= _SAME_PLACE:
            continue
        if _holds(word.text, correction.right):
            return at, word.text
        if _holds(word.text, correction.read):
            return at, word.text.replace(correction.read, correction.right, 1)
    return None


def _holds(text: str, part: str) -> bool:
    """Say whether a word has another one in it that is too long to be there by chance."""
    return len(part) >= _TELLING and part != text and part in text


def _is_free(words: Iterable[ReadWord], area: PageArea) -> bool:
    return all(
        area_of(word).shared_with(area) <= _TAKEN * min(area.size, max(area_of(word).size, _NARROWEST)) for word in words
    )


# ---- what was not read at all ----------------------------------------------------------------------------------------


def _insert(words: list[ReadWord], text: str, area: PageArea, page: ReadPage) -> None:
    """Put words into the line that they stand in, or into a line of their own below the one above them."""
    at = _neighbour(words, area)
    if at is None:
        place, line, block = _own_line(words, area, page)
        like = ReadWord("", SURE, 0, 0, 0, 0, line, block)
        words[place:place] = _worded(text, area, like)
        return
    beside = words[at]
    place = at
    while place and _in_line(words[place - 1], beside) and _middle(words[place - 1]) > area.left + area.width / 2:
        place -= 1
    while place < len(words) and _in_line(words[place], beside) and _middle(words[place]) < area.left + area.width / 2:
        place += 1
    words[place:place] = _worded(text, area, beside)


def _neighbour(words: Sequence[ReadWord], area: PageArea) -> int | None:
    """Return the nearest word of those that stand at the height of a place; None where there is none."""
    middle = area.top + area.height / 2
    level = [at for at, word in enumerate(words) if word.top <= middle <= word.top + word.height]
    return min(level, key=lambda at: _gap(area_of(words[at]), area), default=None)


def _gap(one: PageArea, other: PageArea) -> float:
    return max(one.left - other.right, other.left - one.right, 0.0)


def _in_line(one: ReadWord, other: ReadWord) -> bool:
    return (one.block, one.line) == (other.block, other.line)


def _middle(word: ReadWord) -> float:
    return word.left + word.width / 2


def _own_line(words: Sequence[ReadWord], area: PageArea, page: ReadPage) -> tuple[int, int, int]:
    """Return where a new line goes among the words, its number and its block: below the block that is above it."""
    line = max((word.line for word in words), default=-1) + 1
    block = max((word.block for word in words), default=-1) + 1
    above = [at for at, word in enumerate(words) if word.top + word.height / 2 <= area.top + area.height / 2]
    if not above:
        return 0, line, block
    over = [at for at in above if _gap(area_of(words[at]), area) == 0.0] or above
    nearest = words[max(over, key=lambda at: (words[at].top + words[at].height, at))]
    table = next((table for table in page.tables if any(cell.block == nearest.block for cell in table.cells)), None)
    blocks = {nearest.block} if table is None else {cell.block for cell in table.cells}
    last = max(at for at, word in enumerate(words) if word.block in blocks)
    near = area.top - words[last].top <= _CLOSE_LINES * max(words[last].height, 1)
    if table is None and near and words[last].top + words[last].height / 2 <= area.top + area.height / 2:
        block = nearest.block
    return last + 1, line, block
