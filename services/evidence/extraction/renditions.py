"""Makes the searchable PDF/A-2b of a kept paper: its own pages, its words unseen, nothing that runs or is attached.

The same original, text and title give the same bytes. What pikepdf's validator does not approve is not written: pages that
cannot be kept as they are (a font that is not embedded, a colour without a profile) are drawn as pictures, and no others.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pypdfium2
from pikepdf import pdfa
from PIL import Image

from services.evidence.domain.media import Media
from services.evidence.domain.text import ReadPage, ReadText, decode_text
from services.evidence.extraction.image_pages import image_pdf, picture_pdf
from services.evidence.extraction.invisible_text import lay_text, missing_words, strip_hidden_text
from services.evidence.extraction.pages import Damaged, Unsupported, view_page
from services.evidence.extraction.protocol import ChildLimits, Exit

FLAVOUR = "2b"
_LANGUAGE = "vi"
_DRAWN_DPI = 200
_POINTS_PER_INCH = 72
_KEPT_ROOT = frozenset({"/Type", "/Pages", "/Version", "/PageLabels", "/OCProperties"})
_KEPT_PAGE = frozenset(
    {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate",
     "/Group", "/UserUnit", "/Annots"}
)  # fmt: skip
_WEB = re.compile(r"(?:https?|mailto):[\x21-\x7e]+")
_REFUSED = (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, TypeError, LookupError, AttributeError)
"""What pikepdf raises over a document that is not put together as it should be; `RecursionError` is among them."""
_DAMAGE = (*_REFUSED, OSError, SyntaxError, EOFError, Image.DecompressionBombError, pdfa.PdfaError)


class MadePdf(msgspec.Struct, frozen=True, kw_only=True):
    """What was made: how many pages, and the numbers (from 1) of those that had to be drawn as pictures."""

    pages: int
    drawn: tuple[int, ...] = ()

    @property
    def remark(self) -> str:
        """Return what a reader of the file should know (Vietnamese); '' when every page is the original's own."""
        if not self.drawn:
            return ""
        which = "Mọi trang" if len(self.drawn) == self.pages else f"Trang {', '.join(map(str, self.drawn))}"
        return f"{which} được dựng thành ảnh vì không giữ nguyên được trong PDF/A. Bản gốc vẫn giữ nguyên."


def make_searchable_pdf(
    source: Path, media: Media, text: ReadText, into: Path, *, title: str = "", limits: ChildLimits | None = None
) -> MadePdf:
    """Write the PDF/A of a file and its reading to `into`; `title` is what viewers show in their window.

    Raises Damaged for a file of which no page can be shown, Unsupported for pictures that nothing here can undo.
    """
    reads = {page.number - 1: page for page in text.pages}
    maker = _Maker(source, media, reads, title, limits or ChildLimits())
    try:
        with tempfile.TemporaryDirectory(prefix="kiemdinh-pdfa-", dir=into.parent) as folder:
            data, made = maker.make(Path(folder))
    except (Damaged, Unsupported, MemoryError):
        raise
    except _DAMAGE as error:
        raise Damaged(str(error)) from error
    into.write_bytes(data)
    return made


def write_pdf(source: str, media: str, text: str, into: str, title: str, limits: ChildLimits) -> None:
    """Make the PDF/A of a file and of the text object in another; leaves with the exit status that names the failure."""
    try:
        read = decode_text(Path(text).read_bytes())
        make_searchable_pdf(Path(source), Media(media), read, Path(into), title=title, limits=limits)
    except Damaged:
        sys.exit(Exit.DAMAGED)
    except Unsupported:
        sys.exit(Exit.UNSUPPORTED)


class _Maker:
    """One file on its way: ways are tried in order, the one that keeps most of the original first."""

    def __init__(self, source: Path, media: Media, reads: dict[int, ReadPage], title: str, limits: ChildLimits) -> None:
        self._source = source
        self._media = media
        self._reads = reads
        self._title = title
        self._limits = limits

    def make(self, folder: Path) -> tuple[bytes, MadePdf]:
        if self._media is not Media.PDF:
            try:
                return self._of_image(folder, anew=False)
            except pdfa.PdfaError:
                return self._of_image(folder, anew=True)
        try:
            return self._of_pdf(folder)
        except (*_REFUSED, pdfa.PdfaError):
            # Locked, broken where only pdfium finds a way, or nothing of it approved: every page is drawn.
            return self._drawn(folder)

    def _of_image(self, folder: Path, *, anew: bool) -> tuple[bytes, MadePdf]:
        with image_pdf(self._source, self._media, self._limits, anew=anew) as pdf:
            lay_text(pdf, self._within(pdf, self._reads), folder)
            made = MadePdf(pages=len(pdf.pages))
            return self._finished(pdf, made), made

    def _of_pdf(self, folder: Path) -> tuple[bytes, MadePdf]:
        with pikepdf.open(self._source, suppress_warnings=True) as pdf:
            _bare(pdf, self._limits.max_pages)
            bare = folder / "bare.pdf"
            pdf.save(bare, static_id=True)
            strip_hidden_text(pdf, bare)
            # A font that only hidden letters had is mostly not embedded, and need not be any more.
            pdf.remove_unreferenced_resources()
            pdf.save(bare, static_id=True)
            if pdf.check_pdf_syntax():
                return self._drawn(folder)
            lay_text(pdf, missing_words(bare, pdf, self._within(pdf, self._reads)), folder)
            made = MadePdf(pages=len(pdf.pages))
            try:
                return self._finished(pdf, made), made
            except pdfa.PdfaError:
                refused = [index for index in range(len(pdf.pages)) if not _page_passes(pdf, index)]
        return self._drawn_in_part(bare, folder, refused)

    def _drawn_in_part(self, bare: Path, folder: Path, refused: list[int]) -> tuple[bytes, MadePdf]:
        with pikepdf.open(bare, suppress_warnings=True) as pdf:
            if not refused or len(refused) == len(pdf.pages):
                return self._drawn(folder)
            reads = missing_words(bare, pdf, self._within(pdf, self._reads))
            for index in refused:
                with self._picture(index) as drawn:
                    pdf.pages[index] = drawn.pages[0]
                if index in self._reads:
                    reads[index] = self._reads[index]
            lay_text(pdf, reads, folder)
            made = MadePdf(pages=len(pdf.pages), drawn=tuple(index + 1 for index in refused))
            return self._finished(pdf, made), made

    def _drawn(self, folder: Path) -> tuple[bytes, MadePdf]:
        with pypdfium2.PdfDocument(self._source) as look:
            count = min(len(look), self._limits.max_pages)
        with pikepdf.new() as pdf:
            for index in range(count):
                with self._picture(index) as drawn:
                    pdf.pages.append(drawn.pages[0])
            lay_text(pdf, self._within(pdf, self._reads), folder)
            made = MadePdf(pages=count, drawn=tuple(range(1, count + 1)))
            return self._finished(pdf, made), made

    def _picture(self, index: int) -> Any:
        """Return a page of the original as a picture, of the size that viewers show it in."""
        with pypdfium2.PdfDocument(self._source) as look:
            width, height = look[index].get_size()
        side = max(1, round(max(width, height) * _DRAWN_DPI / _POINTS_PER_INCH))
        image = view_page(str(self._source), Media.PDF, index + 1, self._limits, side)
        return picture_pdf(image, width, height)

    def _within(self, pdf: Any, reads: dict[int, ReadPage]) -> dict[int, ReadPage]:
        return {index: read for index, read in reads.items() if index < len(pdf.pages)}

    def _finished(self, pdf: Any, made: MadePdf) -> bytes:
        """Return the bytes of a document, declared and approved as PDF/A. Raises PdfaError."""
        _describe(pdf, self._title, made.remark)
        into = io.BytesIO()
        pdfa.save(pdf, into, FLAVOUR, repair=False, deterministic_id=True)
        return into.getvalue()


def _describe(pdf: Any, title: str, remark: str) -> None:
    """Declare PDF/A, language and title; without any moment in time, and without what the original said of itself."""
    pdf.Root.Lang = pikepdf.String(_LANGUAGE)
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    for name in ("/Metadata", "/OutputIntents"):
        if name in pdf.Root:
            del pdf.Root[name]
    if pikepdf.Name.Info in pdf.trailer:
        del pdf.trailer[pikepdf.Name.Info]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        if title:
            told["dc:title"] = title
        if remark:
            told["dc:description"] = remark
    pdfa.prepare(pdf, FLAVOUR, output_intent="sRGB")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        del told["xmp:MetadataDate"]


def _page_passes(pdf: Any, index: int) -> bool:
    """Say whether a page alone can be PDF/A."""
    with pikepdf.new() as alone:
        alone.pages.append(pdf.pages[index])
        try:
            _describe(alone, "", "")
            return bool(pdfa.check(alone, FLAVOUR).passed)
        except _REFUSED:
            return False


# ---- what is left of a PDF: its pages as they look


def _bare(pdf: Any, most_pages: int) -> None:
    """Take from a document what is not to be seen on its pages: scripts, attachments, forms, actions, its own account."""
    del pdf.pages[most_pages:]
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")
    _say_identity(pdf)
    _keep(pdf.Root, _KEPT_ROOT)
    for page in pdf.pages:
        _keep(page.obj, _KEPT_PAGE)
        _drop_empty(page.obj.get("/Resources", {}))
        links = pikepdf.Array(_links(page.obj.get("/Annots", [])))
        if len(links):
            page.obj.Annots = links
        elif "/Annots" in page.obj:
            del page.obj["/Annots"]


def _drop_empty(resources: Any) -> None:
    """Take out lists of nothing: the validator passes no list of patterns, not even one that WeasyPrint leaves empty."""
    for name, things in list(resources.items()):
        if isinstance(things, pikepdf.Dictionary) and not isinstance(things, pikepdf.Stream) and not len(things):
            del resources[name]


def _say_identity(pdf: Any) -> None:
    """Say of embedded TrueType fonts what holds where nothing is said: their glyphs are numbered as their codes are."""
    for part in pdf.objects:
        if isinstance(part, pikepdf.Dictionary) and part.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in part:
            part.CIDToGIDMap = pikepdf.Name.Identity


def _keep(dictionary: Any, names: Iterable[str]) -> None:
    for name in list(dictionary.keys()):
        if name not in names:
            del dictionary[name]


def _links(notes: Any) -> Iterable[Any]:
    """Yield the links to addresses on the web, each with nothing but its place and its address."""
    for note in notes:
        action = note.get("/A", {}) if isinstance(note, pikepdf.Dictionary) else {}
        if not isinstance(action, pikepdf.Dictionary) or action.get("/S") != "/URI":
            continue
        address = str(action.get("/URI", ""))
        if note.get("/Subtype") == "/Link" and "/Rect" in note and _WEB.fullmatch(address):
            yield pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=note.Rect,
                F=4,
                Border=[0, 0, 0],
                A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(address)),
            )
