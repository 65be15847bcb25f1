"""The layout of administrative papers as typed numbers, read once from `nd30.yaml`; the file says how sure each is."""

from __future__ import annotations

import enum
import functools
import importlib.resources

import msgspec
import yaml

from shared.papers.model import Orientation

SETTINGS = "nd30.yaml"
Range = tuple[float, float]


class LayoutConfidence(enum.StrEnum):
    """How sure we are of an entry."""

    HIGH = "cao"
    MEDIUM = "vừa"
    LOW = "thấp"


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    confidence: LayoutConfidence
    source: str


class SheetSize(_Entry, frozen=True, kw_only=True):
    """An A4 sheet, upright, in mm."""

    width: float
    height: float


class Margins(_Entry, frozen=True, kw_only=True):
    """Free space at the edges, in mm."""

    top: float
    bottom: float
    left: float
    right: float
    range: dict[str, Range] | None = None


class Length(_Entry, frozen=True, kw_only=True):
    """A length in mm."""

    length: float
    range: Range | None = None


class ParagraphGap(_Entry, frozen=True, kw_only=True):
    """A gap in points."""

    points: float
    range: Range | None = None


class LineSpacing(_Entry, frozen=True, kw_only=True):
    """Distance of lines, 1 for single."""

    ratio: float
    range: Range | None = None


class Families(_Entry, frozen=True, kw_only=True):
    """Families of fonts, the first that is there is taken."""

    families: tuple[str, ...]


class Letters(_Entry, frozen=True, kw_only=True):
    """Letters of a component; `size` in points, `range` what the annex allows."""

    size: float
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    range: Range | None = None


class RuledLine(_Entry, frozen=True, kw_only=True):
    """A drawn line, as a part of the length of the text above it."""

    part: float
    range: Range | None = None


class Blank(_Entry, frozen=True, kw_only=True):
    """Room to write by hand, in no-break spaces."""

    spaces: int


class CodeSquare(_Entry, frozen=True, kw_only=True):
    """The side of the QR code without its quiet zone, in mm."""

    side: float


class DraftMark(_Entry, frozen=True, kw_only=True):
    """Colours (RRGGBB) of BẢN NHÁP in its box, and behind the text."""

    colour: str
    behind: str


class MissingMark(_Entry, frozen=True, kw_only=True):
    """Colour (RRGGBB) of what is missing."""

    colour: str


class PageLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sheet, its margins, and how far from the edge the page number and the foot stand."""

    paper: SheetSize
    portrait: Margins
    landscape: Margins
    number_from_edge: Length
    foot_from_edge: Length


class FontLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Families for the text, and for the brackets ⟨ ⟩ that text fonts lack."""

    text: Families
    brackets: Families


class LettersLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The letters of each component."""

    page_number: Letters
    nation: Letters
    motto: Letters
    superior: Letters
    body_name: Letters
    number: Letters
    place_and_date: Letters
    kind_name: Letters
    abstract: Letters
    correspondence: Letters
    authority: Letters
    legal_basis: Letters
    content: Letters
    part: Letters
    heading_1: Letters
    heading_2: Letters
    heading_3: Letters
    addressees: Letters
    signer_authority: Letters
    signer_name: Letters
    signer_note: Letters
    recipients_word: Letters
    recipients: Letters
    annex_word: Letters
    annex_name: Letters
    annex_reference: Letters
    cover_title: Letters
    cover_line: Letters
    cover_remark: Letters
    table: Letters
    note: Letters
    small: Letters
    foot: Letters
    draft: Letters


class SpacingLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Indents, gaps and the room to sign in."""

    first_line: Length
    paragraph_gap: ParagraphGap
    line: LineSpacing
    signature: Length
    small_indent: Length


class RulesLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines under Tiêu ngữ, under the body and under the abstract."""

    motto: RuledLine
    body_name: RuledLine
    abstract: RuledLine


class BlanksLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Room for the number, for a day or month, and for a year."""

    number: Blank
    day: Blank
    year: Blank


class AdditionsLayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What we add to the decree."""

    code: CodeSquare
    draft_mark: DraftMark
    missing: MissingMark


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that `nd30.yaml` says."""

    page: PageLayout
    font: FontLayout
    letters: LettersLayout
    spacing: SpacingLayout
    rules: RulesLayout
    blanks: BlanksLayout
    additions: AdditionsLayout

    def margins(self, orientation: Orientation) -> Margins:
        """Return the margins of a sheet held so."""
        return self.page.portrait if orientation is Orientation.PORTRAIT else self.page.landscape

    def sheet_mm(self, orientation: Orientation) -> tuple[float, float]:
        """Return width and height of a sheet held so."""
        paper = self.page.paper
        portrait = orientation is Orientation.PORTRAIT
        return (paper.width, paper.height) if portrait else (paper.height, paper.width)

    def text_width_mm(self, orientation: Orientation) -> float:
        """Return how wide the text is."""
        margins = self.margins(orientation)
        return self.sheet_mm(orientation)[0] - margins.left - margins.right

    def text_height_mm(self, orientation: Orientation) -> float:
        """Return how high the text of a page is."""
        margins = self.margins(orientation)
        return self.sheet_mm(orientation)[1] - margins.top - margins.bottom


@functools.cache
def nd30() -> Layout:
    """Return the layout after Nghị định 30/2020/NĐ-CP.

    Raises msgspec.ValidationError, which names the place, when the file lacks an entry, has one too many or marks no
    confidence.
    """
    text = importlib.resources.files(__package__).joinpath(SETTINGS).read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Layout)
