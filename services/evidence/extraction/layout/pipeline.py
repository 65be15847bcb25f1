"""The list of steps by which the `layout` engine reads a page. Order matters; every step can be left out by its name."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

import cv2
import msgspec
import numpy as np
from PIL import Image

from services.evidence.domain.text import PageKind
from services.evidence.extraction.engine import Observer, RecognisedPage
from services.evidence.extraction.layout import judging
from services.evidence.extraction.layout.cleaning import blots, colour, light, noise, streaks, strokes
from services.evidence.extraction.layout.cleaning.marks import MarkKind, take_out_leaders, take_out_marks
from services.evidence.extraction.layout.keeping import kept
from services.evidence.extraction.layout.position import orientation, paper, skew
from services.evidence.extraction.layout.recogniser import PageMode, PixelWord, Recogniser
from services.evidence.extraction.layout.sheet import CellOnPage, Sheet, TableOnPage
from services.evidence.extraction.layout.tables.cells import read_grids
from services.evidence.extraction.layout.tables.digits import second_look_at_numbers
from services.evidence.extraction.layout.tables.finding import find_tables
from services.evidence.extraction.layout.wording.capitals import is_in_capitals, voted, with_document_number, with_formulas
from services.evidence.extraction.layout.wording.dust_signs import without_dust_signs
from services.evidence.extraction.layout.wording.leader_rows import find_leader_rows, read_leader_row, without_leader_rows
from services.evidence.extraction.layout.wording.reading_order import lines_of_words, with_lines, with_rows_across
from services.evidence.extraction.layout.wording.renderings import Renderings
from services.evidence.extraction.layout.wording.second_look import read_again, second_look, second_look_at_cells
from services.evidence.extraction.layout.wording.tidying import tidied

VERSION = 2
"""Raise it whenever the same page may come out otherwise: documents read by a former one can then be read again."""


_LEVEL_ENOUGH = 0.06
_TINTED = 225
_GRAINY, _SOFTER = 6.0, 0.8
_FORM_BOXES = 2
_SURE_PAGE = 80
_FEW_LETTERS, _PLAINLY = 40, 1.2


class Step(msgspec.Struct, frozen=True):
    """One step: its name (as `--without` takes it) and what it does to a page."""

    name: str
    run: Callable[[Sheet, Recogniser], None]


def _paper(sheet: Sheet, recogniser: Recogniser) -> None:
    """Cut the paper out of the desk it lies on, seen from straight above."""
    found = light.find_sheet(sheet.colour)
    if found is not None:
        sheet.put(light.cut_out(sheet.colour, found))


def _upright(sheet: Sheet, recogniser: Recogniser) -> None:
    """Turn the page upright."""
    ink = skew.letter_map(sheet.raw)
    turn = orientation.find_turn(sheet.raw, lambda strip: judging.sense(recogniser.words(strip, mode=PageMode.BLOCK)), ink)
    if turn.degrees:
        sheet.degrees = turn.degrees
        sheet.put(np.ascontiguousarray(np.rot90(sheet.colour, turn.degrees // 90)))
        ink = np.ascontiguousarray(np.rot90(ink, turn.degrees // 90))
    sheet.ink = ink


def _level(sheet: Sheet, recogniser: Recogniser) -> None:
    """Level the lines."""
    degrees = skew.find_skew(skew.letter_map(sheet.raw) if sheet.ink is None else sheet.ink)
    if abs(degrees) >= _LEVEL_ENOUGH:
        sheet.skew = degrees
        sheet.put(skew.turned(sheet.colour, degrees))


def _sides(sheet: Sheet, recogniser: Recogniser) -> None:
    """Part two pages that lie on one sheet at the gutter."""
    gutter = paper.find_gutter(sheet.raw)
    if gutter is None:
        return
    for part, left in zip(paper.halves(sheet.colour, gutter), (0, gutter), strict=True):
        sheet.parts.append(Sheet.of(part, sheet.until))
        sheet.offsets.append(left)


def _light(sheet: Sheet, recogniser: Recogniser) -> None:
    """Whiten black edges, even the light and the ink; a page that needs none of it stays as it is."""
    edges = light.black_edges(sheet.grey)
    if edges is not None:
        sheet.grey = light.without_edges(sheet.grey, edges)
        sheet.colour_read = light.without_edges(sheet.colour_read, edges)
    lit = light.lighting(sheet.grey)
    if light.is_uneven(lit) or np.median(lit) < _TINTED:
        sheet.colour_read = light.evened(sheet.colour_read, light.lighting(sheet.colour_read))
        sheet.grey = cv2.cvtColor(sheet.colour_read, cv2.COLOR_RGB2GRAY)
    even = light.with_even_ink(sheet.grey)
    sheet.grey = light.deepened(even)
    sheet.pale = sheet.grey is not even


def _seals(sheet: Sheet, recogniser: Recogniser) -> None:
    """Take coloured seals and pens out, leaving the black under them."""
    if not colour.has_colour(sheet.colour_read):
        return
    even = light.evened(sheet.colour_read, light.lighting(sheet.colour_read))
    inks = colour.find_inks(even)
    if inks is not None:
        grey = cv2.cvtColor(even, cv2.COLOR_RGB2GRAY)
        free = colour.without_inks(even, grey, inks)
        sheet.grey = light.stretched(free, light.ink_level(free))


def _dust(sheet: Sheet, recogniser: Recogniser) -> None:
    """Take out what is no ink of a letter: lines of a fax, salt, dust. From grain dust is not told: that is evened out."""
    if noise.grain(sheet.grey) > _GRAINY:
        sheet.grey = strokes.softened(sheet.grey, _SOFTER)
        return
    if strokes.is_bilevel(sheet.grey):
        sheet.grey = noise.without_fax_lines(sheet.grey)
    if noise.is_salted(sheet.grey):
        sheet.grey = noise.without_salt(sheet.grey)
    sheet.grey = streaks.without_streaks(streaks.without_through_lines(sheet.grey))
    if sheet.pale:
        # Marks of pale letters come apart into specks.
        return
    specks = noise.Specks(sheet.grey)
    if noise.is_dusty(specks):
        sheet.dusty = True
        free, sheet.leaders = take_out_leaders(sheet.grey)
        sheet.grey = noise.without_dust(free, noise.Specks(free) if sheet.leaders else specks)


def _strokes(sheet: Sheet, recogniser: Recogniser) -> None:
    """Even out the steps of a page that knows black and white alone."""
    if strokes.is_bilevel(sheet.grey):
        sheet.grey = strokes.softened(sheet.grey, _SOFTER)


def _rules(sheet: Sheet, recogniser: Recogniser) -> None:
    """Find tables, and take rules out of the text."""
    found = find_tables(sheet.grey)
    sheet.grids = list(found.grids)
    if sheet.grids:
        # Beside running text a rule does no harm, and whitening it may take the foot of a letter.
        sheet.take(found.page)


def _blots(sheet: Sheet, recogniser: Recogniser) -> None:
    """Take black seals and signatures out from between the lines that they lie over; rules are gone by now."""
    free = blots.without_blots(sheet.page)
    if free is not sheet.page:
        sheet.take(free)


def _marks(sheet: Sheet, recogniser: Recogniser) -> None:
    """Take leaders and tick boxes out of the text."""
    clean, marks = take_out_marks(sheet.page)
    if marks:
        sheet.take(clean)
        sheet.leaders += [mark for mark in marks if mark.kind is MarkKind.LEADER]
        sheet.form = sum(mark.kind is not MarkKind.LEADER for mark in marks) >= _FORM_BOXES


def _tables(sheet: Sheet, recogniser: Recogniser) -> None:
    """Read tables cell by cell."""
    page = light.on_white(sheet.page)
    for grid, read in zip(sheet.grids, read_grids(page, sheet.grids, recogniser), strict=True):
        cells = [
            CellOnPage(
                row=one.cell.row, column=one.cell.column, rows=one.cell.rows, columns=one.cell.columns, words=list(one.words)
            )
            for one in read
        ]
        box = {"left": grid.left, "top": grid.top, "right": grid.right, "bottom": grid.bottom}
        sheet.tables.append(TableOnPage(**box, rows=grid.rows, columns=grid.columns, cells=cells))
    sheet.kind = PageKind.FORM if sheet.form else PageKind.TABLE if sheet.tables else PageKind.TEXT


def _digits(sheet: Sheet, recogniser: Recogniser) -> None:
    """Look again at the numbers in tables: their commas and full stops, and digits that were read as letters."""
    if sheet.tables:
        sheet.tables = second_look_at_numbers(sheet.page, sheet.tables, recogniser, sheet.until)


def _text(sheet: Sheet, recogniser: Recogniser) -> None:
    """Read running text."""
    page = sheet.beside_tables(sheet.page)
    if not judging.has_ink(page):
        return
    rows = find_leader_rows(page, sheet.leaders)
    read = [read_leader_row(page, row, recogniser) for row in rows]
    rest = without_leader_rows(page, rows) if rows else page
    words = recogniser.words(strokes.evened(rest), mode=PageMode.AUTO) if judging.has_ink(rest) else []
    sheet.words = with_lines(words, read, [row.reach for row in rows]) if rows else words
    sheet.in_rows = bool(rows)


def _second(sheet: Sheet, recogniser: Recogniser) -> None:
    """Read doubtful lines again from other renderings of the page, and ink that no word explains."""
    page = sheet.beside_tables(sheet.page)
    if not judging.has_ink(page):
        return
    raw = None if sheet.grey is sheet.raw else lambda: sheet.beside_tables(sheet.raw)
    renderings = Renderings(page, "page", "soft", "raw", "large", "black", raw=raw)
    sheet.words = second_look(renderings, sheet.words, recogniser, sheet.until, whole=not sheet.in_rows)


def _capitals(sheet: Sheet, recogniser: Recogniser) -> None:
    """Let several readings vote on lines in capitals, and give formulas and numbers of documents their form."""
    page = sheet.beside_tables(sheet.page)
    renderings = Renderings(page, "large", "soft", "small")
    words: list[PixelWord] = []
    for line in lines_of_words(sheet.words):
        if not is_in_capitals(line):
            words += with_document_number(line)
            continue
        readings = [line]
        for name in renderings:
            readings.append(read_again(renderings[name], page.shape, line, recogniser))
            if len(readings) == 2 and [word.text for word in readings[1]] == [word.text for word in line]:
                break
        words += with_document_number(with_formulas(voted(readings)))
    sheet.words = words


def _second_cells(sheet: Sheet, recogniser: Recogniser) -> None:
    """Read doubtful lines of cells again from other renderings of the page."""
    variants = Renderings(sheet.page, "page", "soft", "large", "black")
    for number, table in enumerate(sheet.tables):
        words = second_look_at_cells(variants, [cell.words for cell in table.cells], recogniser, sheet.until)
        cells = [msgspec.structs.replace(cell, words=new) for cell, new in zip(table.cells, words, strict=True)]
        sheet.tables[number] = msgspec.structs.replace(table, cells=cells)


def _gate(sheet: Sheet, recogniser: Recogniser) -> None:
    """Let one plain pass over the page as it was scanned stand, where the steps made less of the page than it does."""
    words = sheet.all_words()
    if judging.sureness(words) >= _SURE_PAGE or not judging.has_ink(sheet.raw):
        return
    plain = recogniser.words(sheet.raw, mode=PageMode.AUTO)
    if judging.worth(plain) > judging.worth(words):
        sheet.words, sheet.tables = plain, []


def _tidy(sheet: Sheet, recogniser: Recogniser) -> None:
    """Leave out what was made of pens, seals and grain; read across what is a table though its rules are gone."""
    words = tidied(sheet.words)
    if sheet.dusty:
        words = without_dust_signs(words)
        sheet.tables = [table.with_words(lambda words: without_dust_signs(words, cell=True)) for table in sheet.tables]
    sheet.words = with_rows_across(words, sheet.raw.shape[1])


def _doubts(sheet: Sheet, recogniser: Recogniser) -> None:
    """Say why a person should look at the page."""
    sheet.doubts += judging.doubts(sheet.raw, sheet.all_words(), judging.letter_marks(sheet.grey))


WHOLE = (
    Step("paper", _paper),
    Step("upright", _upright),
    Step("level", _level),
    Step("sides", _sides),
)
"""Steps on a whole sheet."""

PAGE = (
    Step("light", _light),
    Step("seals", _seals),
    Step("dust", _dust),
    Step("strokes", _strokes),
    Step("rules", _rules),
    Step("blots", _blots),
    Step("marks", _marks),
    Step("tables", _tables),
    Step("digits", _digits),
    Step("text", _text),
    Step("second", _second),
    Step("capitals", _capitals),
    Step("second-cells", _second_cells),
    Step("gate", _gate),
    Step("tidy", _tidy),
    Step("doubts", _doubts),
)
"""Steps on a page, or on each of the two that lie on a sheet."""

STEPS = tuple(step.name for step in WHOLE + PAGE)
"""The names of all steps, in order."""


class LayoutEngine:
    """Reads pages by `STEPS`; `without` names steps to leave out, `observer` sees what each makes of a page."""

    name = "tesseract"

    def __init__(self, recogniser: Recogniser, *, without: Collection[str] = (), observer: Observer | None = None) -> None:
        self._recogniser = recogniser
        self._without = frozenset(without)
        self._observer = observer
        self.version = recogniser.version
        self.pipeline = "-".join((f"layout-{VERSION}", *(f"khong-{name}" for name in sorted(without))))

    def read(self, image: Image.Image, *, until: float) -> RecognisedPage:
        """Read a page. Raises EngineFailed, EngineTimeout."""
        colour = np.asarray(image.convert("RGB"))
        sheet = self._read(Sheet.of(colour, until))
        words = sheet.all_words()
        few = sum(len(word.text) for word in words) < _FEW_LETTERS and judging.has_ink(sheet.raw)
        if few and "upright" not in self._without and not sheet.degrees:
            # Too few letters to tell which way is up: they are cheap to read both ways.
            other = self._read(Sheet.of(np.ascontiguousarray(np.rot90(colour, 2)), until))
            if judging.worth(other.all_words()) > _PLAINLY * judging.worth(words) and not other.degrees:
                other.degrees = 180
                sheet = other
        return _page(sheet)

    def _read(self, sheet: Sheet) -> Sheet:
        self._run(WHOLE, sheet)
        for number, part in enumerate(sheet.parts):
            self._run((WHOLE[2], *PAGE), part, f"{number + 1}-")
        if sheet.parts:
            sheet.join()
        else:
            self._run(PAGE, sheet)
        return sheet

    def _run(self, steps: Sequence[Step], sheet: Sheet, mark: str = "") -> None:
        for step in steps:
            if step.name in self._without:
                continue
            began = time.perf_counter()
            step.run(sheet, self._recogniser)
            if self._observer is not None:
                self._observer.seen(mark + step.name, sheet.page, time.perf_counter() - began)


def _page(sheet: Sheet) -> RecognisedPage:
    words, tables = kept(sheet)
    return RecognisedPage(
        image=Image.fromarray(sheet.colour),
        words=words,
        degrees=sheet.degrees,
        skew=sheet.skew,
        kind=sheet.kind,
        tables=tables,
        doubts=tuple(sheet.doubts),
    )
