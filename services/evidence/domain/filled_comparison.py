"""Compares what came back from Word or Excel with what was printed: pure, exact to the letter, and it decides nothing.

Lines (paragraphs and rows of tables) are aligned in order. The heads and signatures of a paper stand beside each other in
tables without lines, or in cells beside each other; their words are looked for anywhere, since they have no order.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import msgspec

from services.evidence.domain.filled_places import Place, places
from shared.papers.filled import FilledCell, FilledPaper, FilledParagraph, FilledRow, FilledTable
from shared.vocabulary.self_assessment import SheetPart

MOST_LINES = 20_000
"""Of a file that is compared; a report of hundreds of pages has less than half of it."""

_ADDRESSED = "Kính gửi:"
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+")
_CUT = re.compile(r"… \(còn nữa, tất cả \d+ chữ: xem bản \.docx\)$")
"""What a sheet says where a cell cannot hold all that was printed (`shared.papers.xlsx`)."""
_GAP = re.compile(r"⟨[^⟩]*⟩")
_WORD = re.compile(r"\w+")
_WRITTEN = (SheetPart.STATUS, SheetPart.STRENGTHS, SheetPart.WEAKNESSES)
"""The parts that are text as somebody wrote it."""
_SIMILAR = 0.4
_MOST_PAIRS = 2_500
"""So many pairs of changed lines are tried; beyond, lines are paired in order."""
_MOST_ALIKE = 200_000
"""From so many pairs of equal lines on, lines that repeat throughout no longer anchor the alignment: it could take
minutes. Between lines that do they are still found. A report of hundreds of pages has a tenth of it."""
_LONGEST_NAME = 60
_CELL = " | "
_BETWEEN = " › "


class FilledDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the file says otherwise: `printed` is empty for what was added, `filled` for what is gone.

    `place` is the row and column of a cell, else the heading above. In a criterion's sheet `part` is the part, and `level`
    the level of a status.
    """

    printed: str
    filled: str
    place: str = ""
    part: SheetPart | None = None
    level: int = 0


class FilledPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a criterion's sheet that differs, as the whole of it stands in the file, a paragraph a line."""

    part: SheetPart
    level: int
    filled: str


class Compared(msgspec.Struct, frozen=True):
    """All differences in reading order, and the written parts they stand in."""

    differences: tuple[FilledDifference, ...]
    parts: tuple[FilledPart, ...] = ()


class TooManyLines(ValueError):
    """The file has more lines than any paper."""


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph (one cell) or a row, without the empty cells at its end; `cells` of a row name their columns."""

    words: tuple[str, ...]
    width: int = 1
    block: int = -1
    columns: tuple[str, ...] = ()
    name: str = ""
    free: bool = False

    @property
    def key(self) -> str:
        """What makes lines equal: amounts without their dots."""
        return "\t".join(word.replace(".", "") if _AMOUNT.fullmatch(word) else word for word in self.words)

    @property
    def said(self) -> str:
        """The words as one text."""
        return _CELL.join(self.words)


_Pair = tuple[int | None, int | None]


def compare_filled(printed: Sequence[str], filled: FilledPaper, kind: str) -> Compared:
    """Return where a file differs from the text that was printed (`shared.papers.text.printed_text`).

    A workbook has only the tables of a paper and what stands around them: text of which it shows nothing is no difference.
    Raises TooManyLines.
    """
    before = list(_printed(printed))
    after = list(_filled(filled, before))
    if len(after) > MOST_LINES:
        raise TooManyLines(len(after))
    at = places([line.said for line in before], kind)
    pairs, shown = _aligned(before, after)
    told: list[FilledDifference] = []
    written: list[tuple[Place, str, bool]] = []
    here = at[0]
    for one, other in pairs:
        if filled.sheet and one is not None and other is None and before[one].block not in shown:
            continue
        was, now = None if one is None else before[one], None if other is None else after[other]
        place = here if one is None else at[one]
        here = here if one is None else at[one + 1]
        begins = one is not None and (here.part, here.level) != (place.part, place.level)
        found = list(_differences(was, now, place, sheet=filled.sheet))
        told += found
        if not begins:
            written.append((place, now.said if now else "", bool(found)))
    return Compared(tuple(told), tuple(_parts(written)))


def _parts(written: Iterable[tuple[Place, str, bool]]) -> Iterator[FilledPart]:
    texts: dict[tuple[SheetPart, int], list[str]] = {}
    changed: set[tuple[SheetPart, int]] = set()
    for place, line, differs in written:
        if place.part not in _WRITTEN or (place.part is SheetPart.STATUS and not place.level):
            continue
        lines = texts.setdefault((place.part, place.level), [])
        if line and not _GAP.fullmatch(line):
            lines.append(line)
        if differs:
            changed.add((place.part, place.level))
    for (part, level), lines in texts.items():
        if (part, level) in changed:
            yield FilledPart(part=part, level=level, filled="\n".join(lines))


# --- lines


def _printed(blocks: Sequence[str]) -> Iterator[_Line]:
    for number, block in enumerate(blocks):
        lines = block.split("\n")
        if len(lines) == 2 and lines[0] == _ADDRESSED and not lines[1].startswith("- "):
            lines = [" ".join(lines)]
        for line in lines:
            cells = line.split("\t")
            if any(cells):
                yield _Line(words=_trimmed(cells), width=len(cells), block=number)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    end = max((place + 1 for place, cell in enumerate(cells) if cell), default=0)
    return tuple(cells[:end])


def _filled(paper: FilledPaper, printed: Sequence[_Line]) -> Iterator[_Line]:
    alone = {line.key for line in printed if len(line.words) == 1}
    in_rows = {word for line in printed if len(line.words) > 1 for word in line.words if word}
    rows = {line.key for line in printed if len(line.words) > 1}
    for block in paper.blocks:
        match block:
            case FilledParagraph():
                yield from (_Line(words=(line,)) for line in block.text.split("\n") if line)
            case FilledTable() if paper.sheet:
                yield from _worksheet(block, alone, rows)
            case FilledTable():
                free = _is_free(block, alone, in_rows)
                yield from _free_lines(block.rows) if free else _rows(block.rows)


def _is_free(table: FilledTable, alone: set[str], in_rows: set[str]) -> bool:
    """Say whether a table only puts words beside each other: what it says was printed as lines of their own."""
    said = [line for row in table.rows for cell in row.cells for line in cell.text.split("\n") if line]
    return sum(line in alone for line in said) > sum(line in in_rows for line in said)


def _worksheet(table: FilledTable, alone: set[str], rows: set[str]) -> Iterator[_Line]:
    """The rows of a worksheet: those of the table in order, what stands around it free.

    The table begins with the first row that was printed as one, and ends before the first below whose words were all
    printed on lines of their own, beside each other.
    """
    begun = False
    around: list[FilledRow] = []
    body: list[FilledRow] = []
    for row in table.rows:
        key = _row_line(row).key
        if begun and _stands_free(row, key, alone, rows):
            yield from _rows(body)
            begun, body = False, []
        begun = begun or key in rows
        (body if begun else around).append(row)
        if not begun:
            yield from _free_lines(around)
            around.clear()
    yield from _rows(body)


def _stands_free(row: FilledRow, key: str, alone: set[str], rows: set[str]) -> bool:
    said = [line for cell in row.cells for line in cell.text.split("\n") if line]
    indented = bool(row.cells) and not row.cells[0].text
    return key not in rows and all(line in alone for line in said) and (len(said) > 1 or indented or key in alone)


def _free_lines(rows: Iterable[FilledRow]) -> Iterator[_Line]:
    for row in rows:
        for cell in row.cells:
            yield from (_Line(words=(line,), free=True) for line in cell.text.split("\n") if line)


def _rows(rows: Sequence[FilledRow]) -> Iterator[_Line]:
    names: dict[int, list[str]] = {}
    first = ""
    for row in rows:
        line = _row_line(row)
        if row.header:
            _name_columns(row, names)
        elif row.cells and row.cells[0].column == 0:
            first = _one_line(row.cells[0])
        if any(line.words):
            columns = () if row.header else tuple(_column(cell, names) for cell in row.cells)
            yield msgspec.structs.replace(line, columns=columns, name="" if row.header else first)


def _name_columns(row: FilledRow, names: dict[int, list[str]]) -> None:
    for cell in row.cells:
        text = _one_line(cell)
        for column in range(cell.column, cell.column + cell.span):
            if text and text not in names.setdefault(column, []):
                names[column].append(text)


def _column(cell: FilledCell, names: Mapping[int, Sequence[str]]) -> str:
    return ", ".join(names.get(cell.column, ()))


def _row_line(row: FilledRow) -> _Line:
    words = [_one_line(cell) for cell in row.cells]
    return _Line(words=_trimmed(words), width=len(words))


def _one_line(cell: FilledCell) -> str:
    return " ".join(cell.text.split("\n"))


# --- alignment


def _aligned(before: Sequence[_Line], after: Sequence[_Line]) -> tuple[list[_Pair], set[int]]:
    """Return which printed line became which, and the printed blocks of which the file shows anything.

    Pairs are in the order of the file; (i, None) is gone, (None, j) was added.
    """
    free = _free_pairs(before, after)
    taken = set(free.values())
    left = [place for place in range(len(before)) if place not in taken]
    right = [place for place in range(len(after)) if place not in free]
    ours, theirs = [before[place].key for place in left], [after[place].key for place in right]
    counts = Counter(theirs)
    alike = sum(counts[key] for key in ours)
    pairs: list[_Pair] = []
    for name, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs, autojunk=alike > _MOST_ALIKE).get_opcodes():
        some, others = left[i1:i2], right[j1:j2]
        pairs += zip(some, others, strict=True) if name == "equal" else _paired(some, others, before, after)
    kept = taken.union(one for one, other in pairs if one is not None and other is not None)
    return pairs, {before[place].block for place in kept}


def _free_pairs(before: Sequence[_Line], after: Sequence[_Line]) -> dict[int, int]:
    """Each free line that was printed anywhere: with the first or last such line, whichever is nearer to its place."""
    where: dict[str, deque[int]] = {}
    for place, line in enumerate(before):
        where.setdefault(line.key, deque()).append(place)
    found: dict[int, int] = {}
    share = len(before) / max(1, len(after))
    for place, line in enumerate(after):
        candidates = where.get(line.key) if line.free else None
        if candidates:
            first_is_nearer = abs(candidates[0] - place * share) <= abs(candidates[-1] - place * share)
            found[place] = candidates.popleft() if first_is_nearer else candidates.pop()
    return found


def _paired(some: Sequence[int], others: Sequence[int], before: Sequence[_Line], after: Sequence[_Line]) -> Iterator[_Pair]:
    """Changed lines with what they became: the most alike in order; between those, as many as stand on both sides."""
    anchors: list[tuple[int, int]] = []
    if len(some) * len(others) <= _MOST_PAIRS:
        anchors = _most_alike([before[place] for place in some], [after[place] for place in others])
    i = j = 0
    for end_i, end_j in [*anchors, (len(some), len(others))]:
        gone, added = some[i:end_i], others[j:end_j]
        if len(gone) == len(added):
            yield from zip(gone, added, strict=True)
        else:
            yield from ((place, None) for place in gone)
            yield from ((None, place) for place in added)
        if end_i < len(some):
            yield some[end_i], others[end_j]
        i, j = end_i + 1, end_j + 1


def _most_alike(some: Sequence[_Line], others: Sequence[_Line]) -> list[tuple[int, int]]:
    """The pairs in order whose likeness is the greatest together."""
    ours, theirs = [_bag(line) for line in some], [_bag(line) for line in others]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    alike = [[_likeness(one, other) for other in theirs] for one in ours]
    for i, j in itertools.product(reversed(range(len(ours))), reversed(range(len(theirs)))):
        best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + alike[i][j])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if alike[i][j] and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _bag(line: _Line) -> Counter[str]:
    return Counter(_WORD.findall(line.said))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """How many of their words two lines share, 0 to 1; 0 below what makes them alike."""
    whole = one.total() + other.total()
    share = 2 * (one & other).total() / whole if whole else 0.0
    return share if share >= _SIMILAR else 0.0


# --- differences


def _differences(was: _Line | None, now: _Line | None, place: Place, *, sheet: bool) -> Iterator[FilledDifference]:
    if was is None or now is None or not _by_cell(was, now, sheet=sheet):
        printed, filled = was.said if was else "", now.said if now else ""
        if not _same(printed, filled):
            yield _difference(printed, filled, place, place.heading)
        return
    for number, (printed, filled) in enumerate(itertools.zip_longest(was.words, now.words, fillvalue="")):
        if not _same(printed, filled):
            yield _difference(printed, filled, place, _cell_place(was, now, number, place))


def _by_cell(was: _Line, now: _Line, *, sheet: bool) -> bool:
    """Say whether two rows are told cell by cell: where they have the same cells. A worksheet may have empty ones beside."""
    return max(was.width, now.width) > 1 and (was.width == now.width or sheet)


def _cell_place(was: _Line, now: _Line, number: int, place: Place) -> str:
    column = now.columns[number] if number < len(now.columns) else ""
    name = was.words[0] if number == 0 or was.words[0] == now.words[0] else now.name
    said = _BETWEEN.join(part for part in (_short(name), column) if part)
    return said or place.heading


def _difference(printed: str, filled: str, place: Place, said: str) -> FilledDifference:
    return FilledDifference(printed=printed, filled=filled, place=said, part=place.part, level=place.level)


def _same(printed: str, filled: str) -> bool:
    if printed == filled or (
        (_AMOUNT.fullmatch(printed) or _AMOUNT.fullmatch(filled)) and _digits(printed) == _digits(filled)
    ):
        return True
    cut = _CUT.search(filled)
    return cut is not None and printed.startswith(filled[: cut.start()])


def _digits(amount: str) -> str:
    return amount.replace(".", "")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
