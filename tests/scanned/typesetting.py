"""Sets text on a page image: fonts that draw Vietnamese, paragraphs with bold and italic words, drawn rules.

Lengths are millimetres on paper at the outside and pixels inside (`Sheet.mm`); sizes are points. Marks inside texts:
`<b>` bold, `<i>` italic, `<u>` underlined, `<s>` raised small figures; they nest, and close with `</…>`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from shared.fonts import STYLES, vietnamese_fonts
from tests.scanned.truth import TEXT, Line, Segment, Truth, in_order

DPI = 300
INK = (18, 18, 20)
_MARK = re.compile(r"(</?[bius]>)")
_LIKE_TIMES, _SERIFS, _SANS = ("Tinos",), ("Tinos", "DejaVu Serif"), ("Arimo", "DejaVu Sans")
"""Always these, whatever else a machine has: with other fonts other pages would be drawn."""


@functools.cache
def families() -> dict[str, dict[str, Path]]:
    """Families for text with the files of their styles, by name. Raises LookupError where one is not there whole."""
    found: dict[str, dict[str, Path]] = {name: {} for name in sorted({*_SERIFS, *_SANS})}
    for font in vietnamese_fonts():
        if font.family in found:
            found[font.family].setdefault(font.style, font.path)
    lacking = [name for name, files in found.items() if not all(style in files for style in STYLES)]
    if lacking:
        raise LookupError(
            f"no font, or not in all styles: {', '.join(lacking)} (Debian: fonts-croscore, fonts-dejavu-extra)"
        )
    return found


@functools.lru_cache(maxsize=256)
def _font(path: Path, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


class Face(NamedTuple):
    """How one word looks."""

    bold: bool = False
    italic: bool = False
    underlined: bool = False
    raised: bool = False


UPRIGHT = Face()


class Piece(NamedTuple):
    """A stretch of letters of one look."""

    text: str
    face: Face


Word = tuple[Piece, ...]


class Look(NamedTuple):
    """The look of a paper: family, size in points, line spacing, margins in millimetres, ink."""

    family: str
    size: float = 13.5
    leading: float = 1.22
    left: float = 30.0
    right: float = 17.0
    top: float = 20.0
    bottom: float = 20.0
    indent: float = 11.0
    gap: float = 2.0
    justified: bool = True
    ink: tuple[int, int, int] = INK


def some_look(rng: Random, *, sizes: tuple[float, float] = (12.5, 14), sans: float = 0.15) -> Look:
    """A look as papers have it: mostly a letter like Times, seldom another serif or a sans."""
    choice = rng.random()
    family = rng.choice(_SANS if choice < sans else _SERIFS if choice < sans + 0.2 else _LIKE_TIMES)
    wide = family.startswith("DejaVu")
    size = round(rng.uniform(*sizes) * 2) / 2 - (1.0 if wide else 0.0)
    return Look(
        family=family,
        size=max(size, 11.0 if wide else 11.5),
        leading=rng.choice((1.15, 1.2, 1.25, 1.32, 1.45)),
        left=rng.uniform(27, 35),
        right=rng.uniform(14, 20),
        top=rng.uniform(17, 25),
        indent=rng.choice((10.0, 12.7)),
        gap=rng.choice((1.2, 2.1, 2.6)),
        justified=rng.random() < 0.85,
        ink=(rng.choice((10, 22, 38)),) * 3,
    )


class Sheet:
    """One page being drawn, and the truth of it as it grows. `y` is where the next thing goes, in pixels."""

    def __init__(self, kind: str, look: Look, *, landscape: bool = False, group: str = TEXT) -> None:
        self.kind, self.look, self.group = kind, look, group
        wide, high = (297, 210) if landscape else (210, 297)
        self.image = Image.new("RGB", (self.mm(wide), self.mm(high)), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.y = float(self.mm(look.top))
        self.segments: list[Segment] = []
        self.fields: dict[str, str] = {}

    @staticmethod
    def mm(length: float) -> int:
        """Millimetres in pixels."""
        return round(length * DPI / 25.4)

    @property
    def left(self) -> int:
        """The left edge of the text, in pixels."""
        return self.mm(self.look.left)

    @property
    def right(self) -> int:
        """The right edge of the text, in pixels."""
        return self.image.width - self.mm(self.look.right)

    @property
    def room(self) -> float:
        """How many pixels are left above the bottom margin."""
        return self.image.height - self.mm(self.look.bottom) - self.y

    def truth(self) -> Truth:
        """What stands on the page now."""
        kept = tuple(segment for segment in self.segments if segment.text)
        return Truth(kind=self.kind, group=self.group, segments=kept, fields=dict(self.fields))

    # --- letters

    def font(self, size: float, face: Face = UPRIGHT) -> ImageFont.FreeTypeFont:
        """The font of a face at a size in points."""
        style = ("Bold" if face.bold else "") + ("Italic" if face.italic else "") or "Regular"
        return _font(families()[self.look.family][style], size * (0.62 if face.raised else 1.0) * DPI / 72)

    def width(self, word: Word, size: float) -> float:
        """The width of a word in pixels."""
        return sum(self.font(size, piece.face).getlength(piece.text) for piece in word)

    def put(self, word: Word, x: float, base: float, size: float, ink: tuple[int, int, int] | None = None) -> None:
        """Draw one word with its letters standing at `base`."""
        colour = ink or self.look.ink
        for piece in word:
            font = self.font(size, piece.face)
            rise = size * DPI / 72 * 0.36 if piece.face.raised else 0
            self.draw.text((x, base - rise), piece.text, font=font, fill=colour, anchor="ls")
            end = x + font.getlength(piece.text)
            if piece.face.underlined:
                self.draw.line(
                    (x, base + size * 0.55, end, base + size * 0.55), fill=colour, width=max(2, round(size * 0.22))
                )
            x = end

    def broken(self, text: str, size: float, width: float, indent: float = 0.0) -> list[list[Word]]:
        """The text's words in lines no wider than `width` pixels; the first begins `indent` pixels further right."""
        lines: list[list[Word]] = [[]]
        used, space = indent, self.font(size).getlength(" ")
        for word in words_of(text):
            wide = self.width(word, size)
            if lines[-1] and used + space + wide > width:
                lines.append([])
                used = 0.0
            used += wide + (space if lines[-1] else 0.0)
            lines[-1].append(word)
        return lines if lines[0] else []

    def set_line(self, words: Sequence[Word], left: float, right: float, base: float, size: float, align: str) -> Line:
        """Draw a line between two edges; `align` is left, right, centre or full."""
        widths = [self.width(word, size) for word in words]
        space = self.font(size).getlength(" ")
        spare = right - left - sum(widths) - space * (len(words) - 1)
        x = left + {"centre": spare / 2, "right": spare}.get(align, 0.0)
        if align == "full" and len(words) > 1:
            space += spare / (len(words) - 1)
        start = x
        for word, wide in zip(words, widths, strict=True):
            self.put(word, x, base, size)
            x += wide + space
        return Line(" ".join(said(word) for word in words), start, base, size * DPI / 72)

    def block(
        self,
        text: str,
        left: float,
        right: float,
        top: float,
        *,
        size: float,
        align: str = "left",
        leading: float = 1.2,
        indent: float = 0.0,
    ) -> tuple[list[Line], float]:
        """Draw a text (its line breaks hold) in a column; returns its lines and where it ends."""
        step, lines, y = size * DPI / 72 * leading, [], top
        for part in text.split("\n"):
            rows = self.broken(part, size, right - left, indent)
            for number, row in enumerate(rows):
                y += step
                begin = left + (indent if number == 0 else 0)
                how = "left" if align == "full" and number == len(rows) - 1 else align
                lines.append(self.set_line(row, begin, right, y - 0.22 * step, size, how))
        return lines, y

    # --- what pages are made of

    def paragraph(
        self, text: str, *, size: float | None = None, align: str = "", indent: float | None = None, gap: float | None = None
    ) -> None:
        """A paragraph across the page, and its segment."""
        look = self.look
        step_in = self.mm(look.indent if indent is None else indent)
        how = align or ("full" if look.justified else "left")
        points = size or look.size
        lines, self.y = self.block(
            text,
            self.left,
            self.right,
            self.y,
            size=points,
            align=how,
            leading=look.leading,
            indent=0 if how in ("centre", "right") else step_in,
        )
        self.y += self.mm(look.gap if gap is None else gap)
        self.segments.append(in_order(" ".join(line.text for line in lines)))

    def fits(self, text: str, size: float | None = None) -> bool:
        """Whether a paragraph still has room above the foot of the page."""
        points = size or self.look.size
        count = len(self.broken(text, points, self.right - self.left, self.mm(self.look.indent)))
        return count * points * DPI / 72 * self.look.leading < self.room

    def rule(self, x0: float, x1: float, y: float, thick: int = 3) -> None:
        """A drawn level line."""
        self.draw.line((round(x0), round(y), round(x1), round(y)), fill=self.look.ink, width=thick)

    def space(self, mm: float) -> None:
        """Go down."""
        self.y += self.mm(mm)


def words_of(text: str) -> list[Word]:
    """The words of a marked text, each in pieces of one look."""
    words: list[Word] = []
    pieces: list[Piece] = []
    on = {"b": 0, "i": 0, "u": 0, "s": 0}
    for part in _MARK.split(text):
        if _MARK.fullmatch(part):
            on[part[-2]] += -1 if part[1] == "/" else 1
            continue
        face = Face(on["b"] > 0, on["i"] > 0, on["u"] > 0, on["s"] > 0)
        for number, run in enumerate(re.split(r"\s+", part)):
            if number and pieces:
                words.append(tuple(pieces))
                pieces = []
            if run:
                pieces.append(Piece(run, face))
    return [*words, tuple(pieces)] if pieces else words


def said(word: Word) -> str:
    """A word's letters."""
    return "".join(piece.text for piece in word)
