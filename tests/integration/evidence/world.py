"""Makes one small file of each kind that the world sends, good and bad, with what reading it must find and must not find.

Every file is drawn here from invented words; nothing is copied. A kind stands for its whole family: its name says which.
"""

from __future__ import annotations

import ctypes
import dataclasses
import io
import re
import struct
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from shared.fonts import plain_font

PAGE = (400, 260)
"""Width and height of a typed page in points: small, so that reading is quick."""

HEAD = "Trường Tiểu học Bản Mẫu"
BODY = ("Kế hoạch kiểm định chất lượng", "Năm nay có 412 em, 15 lớp", "Nhà trường đạt chuẩn")
ALL = (HEAD, *BODY)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file to be read: words it must give, words it must not give, and what else must hold."""

    name: str
    make: Callable[[], bytes]
    suffix: str = "pdf"
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    source: str = ""
    pages: int = 1
    notes: tuple[str, ...] = ()
    words: int = -1
    failure: str = ""


# ---- brushes ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def font_path() -> str:
    """Return a font that has every Vietnamese letter."""
    path = plain_font()
    assert path is not None, "no font with Vietnamese letters is installed (Debian: fonts-croscore)"
    return str(path)


def picture(
    lines: Sequence[str], size: tuple[int, int] = (1300, 560), *, ink: int = 0, paper: int = 255, high: int = 54
) -> Image.Image:
    """Return lines of print as a grey picture at about 300 dpi."""
    image = Image.new("L", size, paper)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(font_path(), high)
    for row, line in enumerate(lines):
        pen.text((70, 50 + round(1.9 * high) * row), line, font=font, fill=ink)
    return image


def typed(
    lines: Sequence[tuple[float, float, str]], *, size: tuple[float, float] = PAGE, points: float = 14, turned: bool = False
) -> pikepdf.Pdf:
    """Return a PDF of one page with lines of real text at places in points; `turned` sets each line upside down."""
    with pypdfium2.PdfDocument.new() as pdf:
        page = pdf.new_page(*size)
        data = Path(font_path()).read_bytes()
        raw = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
        font = pdfium.FPDFText_LoadFont(pdf, raw, len(data), pdfium.FPDF_FONT_TRUETYPE, True)
        for x, y, line in lines:
            text = pdfium.FPDFPageObj_CreateTextObj(pdf, font, points)
            units = (line + "\0").encode("utf-16-le")
            pdfium.FPDFText_SetText(text, _wide(units))
            turn = (-1, 0, 0, -1) if turned else (1, 0, 0, 1)
            pdfium.FPDFPageObj_Transform(text, *turn, x, y)
            pdfium.FPDFPage_InsertObject(page, text)
        pdfium.FPDFPage_GenerateContent(page)
        into = io.BytesIO()
        pdf.save(into)
    return pikepdf.open(io.BytesIO(into.getvalue()))


def _wide(units: bytes) -> Any:
    return ctypes.cast(ctypes.create_string_buffer(units), ctypes.POINTER(pdfium.FPDF_WCHAR))


def column(lines: Sequence[str], *, left: float = 30, top: float = 220, step: float = 28) -> list[tuple[float, float, str]]:
    """Return lines with places down the page."""
    return [(left, top - step * row, line) for row, line in enumerate(lines)]


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    """Return a PDF's bytes."""
    into = io.BytesIO()
    pdf.save(into, **options)
    return into.getvalue()


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return an image's bytes."""
    into = io.BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def paste(pdf: pikepdf.Pdf, image: Image.Image, box: tuple[float, float, float, float], *, under: bool = False) -> None:
    """Put a picture onto a page: left, bottom, width, height in points; `under` sets it below what is there."""
    page = pdf.pages[0]
    picture = Stream(pdf, encoded(image, "JPEG", quality=90))
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = image.width, image.height, 8
    picture.ColorSpace = Name.DeviceGray if image.mode == "L" else Name.DeviceRGB
    picture.Filter = Name.DCTDecode
    name = page.add_resource(pdf.make_indirect(picture), Name.XObject)
    left, bottom, width, height = box
    page.contents_add(f"q {width} 0 0 {height} {left} {bottom} cm {name} Do Q".encode(), prepend=under)


def strips(pdf: pikepdf.Pdf, image: Image.Image, count: int) -> None:
    """Cover the page with a picture cut into strips."""
    width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
    high = image.height // count
    for n in range(count):
        part = image.crop((0, n * high, image.width, (n + 1) * high))
        paste(pdf, part, (0, height - (n + 1) * height / count, width, height / count))


def hidden(pdf: pikepdf.Pdf, lines: Sequence[str], mode: int = 3) -> None:
    """Add a reading as scanners hide it under their picture, in plain letters."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    name = pdf.pages[0].add_resource(font, Name.Font)
    rows = "".join(f"1 0 0 1 30 {220 - 28 * n} Tm ({line}) Tj\n" for n, line in enumerate(lines))
    pdf.pages[0].contents_add(f"BT {name} 14 Tf {mode} Tr\n{rows}ET".encode())


def empty(size: tuple[float, float] = PAGE) -> pikepdf.Pdf:
    """Return a PDF of one empty page."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=size)
    return pdf


# ---- forms and notes -------------------------------------------------------------------------------------------------

RECT = (30, 60, 330, 90)


def _look(pdf: pikepdf.Pdf, line: str) -> Any:
    """Return an appearance that writes a line with real letters."""
    with typed([(4, 9, line)], size=(RECT[2] - RECT[0], RECT[3] - RECT[1])) as other:
        return pdf.copy_foreign(other.make_indirect(other.pages[0].as_form_xobject()))


def _annotated(*notes: Callable[[pikepdf.Pdf], dict[str, Any]], need: bool | None = None) -> bytes:
    """Return a typed page with annotations on it; widgets among them become a form."""
    with typed(column(ALL)) as pdf:
        made = []
        for n, note in enumerate(notes):
            entries = {"Type": Name.Annot, "F": 4, "Rect": Array([RECT[0], RECT[1] - 40 * n, RECT[2], RECT[3] - 40 * n])}
            made.append(pdf.make_indirect(Dictionary(**{**entries, **note(pdf)})))
        pdf.pages[0].Annots = Array(made)
        fields = [note for note in made if note.Subtype == Name.Widget]
        if fields:
            plain = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
            ticks = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)
            pdf.Root.AcroForm = Dictionary(
                Fields=Array(fields),
                DR=Dictionary(Font=Dictionary(Helv=pdf.make_indirect(plain), ZaDb=pdf.make_indirect(ticks))),
                DA=String("/Helv 12 Tf 0 g"),
            )
            if need is not None:
                pdf.Root.AcroForm.NeedAppearances = need
        return saved(pdf)


def field(value: str, kind: Name = Name.Tx, *, drawn: str = "", **more: Any) -> Callable[[pikepdf.Pdf], dict[str, Any]]:
    """Return a form field with a value and, where `drawn` is given, an appearance."""

    def make(pdf: pikepdf.Pdf) -> dict[str, Any]:
        look = {"AP": Dictionary(N=_look(pdf, drawn))} if drawn else {}
        da = String("/Helv 12 Tf 0 g")
        return {
            "Subtype": Name.Widget,
            "FT": kind,
            "T": String(f"o{value[:3]}"),
            "V": String(value),
            "DA": da,
            **look,
            **more,
        }

    return make


def note(text: str, *, drawn: bool) -> Callable[[pikepdf.Pdf], dict[str, Any]]:
    """Return a free text note, with an appearance or without."""

    def make(pdf: pikepdf.Pdf) -> dict[str, Any]:
        look = {"AP": Dictionary(N=_look(pdf, text))} if drawn else {}
        return {"Subtype": Name.FreeText, "Contents": String(text), "DA": String("/Helv 12 Tf 0 g"), **look}

    return make


def signature(shown: str) -> Callable[[pikepdf.Pdf], dict[str, Any]]:
    """Return a signature field whose appearance says something; the signature itself does not matter here."""

    def make(pdf: pikepdf.Pdf) -> dict[str, Any]:
        return {"Subtype": Name.Widget, "FT": Name.Sig, "T": String("ky"), "AP": Dictionary(N=_look(pdf, shown))}

    return make


def ticked(on: bool) -> bytes:
    """Return a page with a tick box and nothing else in its lower half."""
    state = Name.Yes if on else Name.Off
    box = field("", Name.Btn, AS=state, MK=Dictionary(CA=String("4")))
    return _annotated(lambda pdf: {**box(pdf), "V": state, "Rect": Array([30, 40, 70, 80])}, need=True)


PERSON = "Lò Thị Thử 4711"
OPTIONS = Array([Array([String("A"), String("Loại một")]), Array([String("B"), String("Loại hai")])])

FORMS = (
    Case(
        name="field-with-appearance", make=lambda: _annotated(field(PERSON, drawn=PERSON)), has=(*ALL, PERSON), source="pdf"
    ),
    Case(name="field-without-appearance", make=lambda: _annotated(field(PERSON)), has=(*ALL, PERSON)),
    Case(name="field-that-needs-appearances", make=lambda: _annotated(field(PERSON), need=True), has=(PERSON,)),
    Case(name="field-with-empty-appearance", make=lambda: _annotated(field(PERSON, drawn=" ")), has=(PERSON,)),
    Case(
        name="choice-by-its-label",
        make=lambda: _annotated(field("B", Name.Ch, Ff=1 << 17, Opt=OPTIONS), need=True),
        has=("Loại hai",),
        lacks=("Loại một",),
    ),
    Case(
        name="field-of-several-lines",
        make=lambda: _annotated(field("dòng thứ nhất\rdòng thứ hai", Ff=1 << 12), need=True),
        has=("dòng thứ nhất\ndòng thứ hai",),
    ),
    Case(name="hidden-field", make=lambda: _annotated(field("bí mật", F=2)), has=ALL, lacks=("bí", "mật")),
    Case(name="password-field", make=lambda: _annotated(field("matkhau", Ff=1 << 13), need=True), lacks=("matkhau",)),
    Case(
        name="note-with-appearance", make=lambda: _annotated(note("Ý kiến: ĐỒNG Ý 6622", drawn=True)), has=("ĐỒNG Ý 6622",)
    ),
    Case(name="note-without-appearance", make=lambda: _annotated(note("Ý kiến: ĐỒNG Ý 6622", drawn=False)), has=("ĐỒNG Ý",)),
    Case(name="signature-appearance", make=lambda: _annotated(signature("Ký bởi Văn thư Mẫu")), has=("Ký bởi Văn thư Mẫu",)),
)


# ---- layers over and under pictures ----------------------------------------------------------------------------------

BAD = ("TRU6NG TIEU H0C BAN MAU", "KE H0ACH KIEM D1NH CHAT LU0NG", "Si s0 4I2 em, I5 l0p", "Nha tru0ng dat chuan")


def _scan() -> Image.Image:
    return picture(ALL, (1667, 1083), high=58)


def letterhead_over_picture() -> bytes:
    with typed([(30, 225, HEAD)]) as pdf:
        paste(pdf, picture(BODY, (1100, 500)), (30, 40, 264, 120))
        return saved(pdf)


def scan_in_pieces(count: int, *, mode: int) -> bytes:
    with empty() as pdf:
        if mode != 3:
            hidden(pdf, BAD, mode)
        strips(pdf, _scan(), count)
        if mode == 3:
            hidden(pdf, BAD)
        return saved(pdf)


def strips_with_watermark() -> bytes:
    with typed([(30, 12, "Scanned with Some Free App")], points=8) as pdf:
        page = _scan()
        width, height = PAGE
        for n in range(3):
            part = page.crop((0, n * 361, 1667, (n + 1) * 361))
            paste(pdf, part, (0, height - (n + 1) * height / 3, width, height / 3), under=True)
        return saved(pdf)


def turned_scan_with_watermark() -> bytes:
    with typed([(30, 12, "Scanned with Some Free App")], points=8) as pdf:
        paste(pdf, _scan().transpose(Image.Transpose.ROTATE_180), (0, 0, *PAGE), under=True)
        return saved(pdf)


def letters_as_shapes() -> bytes:
    """Return a page whose letters are drawn as filled shapes: nothing in it is text but one typed line."""
    with typed([(30, 225, HEAD)]) as pdf:
        # As fine as outlines of letters are, whatever font the machine has.
        dark = np.asarray(picture(BODY, (1600, 660), high=64)) < 128
        shapes = []
        for y, row in enumerate(dark):
            edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
            for start, end in zip(edges[::2], edges[1::2], strict=True):
                shapes.append(f"{30 + start * 0.21:.2f} {180 - y * 0.21:.2f} {(end - start) * 0.21:.2f} 0.22 re")
        pdf.pages[0].contents_add(("q 0 g\n" + "\n".join(shapes) + "\nf Q").encode())
        return saved(pdf)


def text_over_background() -> bytes:
    with typed(column(ALL)) as pdf:
        tint = Image.linear_gradient("L").resize((800, 520)).point(lambda v: 190 + v // 5)
        paste(pdf, tint, (0, 0, *PAGE), under=True)
        return saved(pdf)


def text_with_ornaments() -> bytes:
    """Return a typed page with a photograph, a table's rules and a red seal: none of them is text."""
    with typed(column(ALL)) as pdf:
        rng = np.random.default_rng(5)
        blobs = Image.fromarray(rng.integers(0, 255, (9, 9, 3), dtype=np.uint8)).resize((300, 220), Image.Resampling.BICUBIC)
        paste(pdf, blobs, (290, 30, 90, 66))
        seal = Image.new("RGB", (220, 220), "white")
        pen = ImageDraw.Draw(seal)
        pen.ellipse((6, 6, 214, 214), outline=(205, 32, 40), width=9)
        pen.ellipse((50, 50, 170, 170), outline=(205, 32, 40), width=4)
        pen.polygon([(110, 70), (135, 150), (70, 100), (150, 100), (85, 150)], fill=(205, 32, 40))
        paste(pdf, seal, (200, 20, 60, 60))
        rules = "".join(f"{x} 20 m {x} 110 l S " for x in (30, 90, 180)) + "".join(
            f"30 {y} m 180 {y} l S " for y in (20, 65, 110)
        )
        pdf.pages[0].contents_add(f"q 0 G 1 w {rules} Q".encode())
        return saved(pdf)


def text_nobody_sees() -> bytes:
    with typed(column(ALL)) as pdf:
        name = pdf.pages[0].add_resource(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica), Name.Font)
        pdf.pages[0].contents_add(f"BT 1 g {name} 12 Tf 30 40 Td (unseen keyword stuffing) Tj ET".encode())
        return saved(pdf)


def cropped_away() -> bytes:
    with typed([*column(ALL), (30, 20, "PHANBICAT")]) as pdf:
        pdf.pages[0].CropBox = Array([0, 60, *PAGE])
        return saved(pdf)


LAYERS = (
    Case(name="letterhead-over-picture-of-text", make=letterhead_over_picture, has=(HEAD, *BODY), source="pdf+tesseract"),
    Case(
        name="strips-over-hidden-reading",
        make=lambda: scan_in_pieces(5, mode=3),
        has=BODY,
        lacks=("H0C",),
        source="tesseract",
    ),
    Case(name="halves-over-hidden-reading", make=lambda: scan_in_pieces(2, mode=3), has=BODY, lacks=("H0C",)),
    Case(name="one-picture-over-hidden-reading", make=lambda: scan_in_pieces(1, mode=3), has=BODY, lacks=("H0C",)),
    Case(
        name="reading-covered-by-strips",
        make=lambda: scan_in_pieces(4, mode=0),
        has=BODY,
        lacks=("H0C",),
        source="tesseract",
    ),
    Case(name="strips-with-scanner-watermark", make=strips_with_watermark, has=(*BODY, "Scanned with Some Free App")),
    Case(name="turned-scan-with-watermark", make=turned_scan_with_watermark, has=(*BODY, "Scanned with Some Free App")),
    Case(name="letters-as-shapes", make=letters_as_shapes, has=(HEAD, *BODY)),
    Case(name="text-over-full-page-background", make=text_over_background, has=ALL, source="pdf"),
    Case(name="text-with-photograph-rules-seal", make=text_with_ornaments, has=ALL, words=sum(len(a.split()) for a in ALL)),
    Case(name="text-nobody-sees", make=text_nobody_sees, has=ALL, lacks=("unseen", "keyword"), source="pdf"),
    Case(name="text-outside-the-cropbox", make=cropped_away, has=ALL, lacks=("PHANBICAT",), source="pdf"),
)


# ---- few words -------------------------------------------------------------------------------------------------------


def _typed_bytes(lines: Sequence[tuple[float, float, str]], **options: Any) -> bytes:
    with typed(lines, **options) as pdf:
        return saved(pdf)


def small_scan(*lines: str, turned: int = 0) -> bytes:
    image = picture(lines, (1400, 900), high=60)
    how = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return encoded(image.transpose(how[turned]) if turned else image, "JPEG", quality=85, dpi=(300, 300))


FEW = (
    Case(name="one-typed-word", make=lambda: _typed_bytes([(30, 120, "habibi")]), has=("habibi",), words=1, source="pdf"),
    Case(
        name="four-typed-words",
        make=lambda: _typed_bytes([(30, 220, "Danh sách kèm theo")], points=10),
        words=4,
        source="pdf",
    ),
    Case(
        name="one-typed-word-upside-down",
        make=lambda: _typed_bytes([(300, 120, "Potato")], turned=True),
        has=("Potato",),
        words=1,
    ),
    Case(
        name="tiny-print-on-a-huge-sheet",
        make=lambda: _typed_bytes([(9000, 9000, "Ghi chú nhỏ")], size=(14_000, 14_000), points=12),
        has=("Ghi chú nhỏ",),
        source="pdf",
    ),
    Case(name="scan-of-one-short-line", make=lambda: small_scan("Bìa: PHỤ LỤC"), suffix="jpg", has=("PHỤ LỤC",)),
    Case(name="scan-of-one-word-upside-down", make=lambda: small_scan("Potato", turned=180), suffix="jpg", has=("Potato",)),
    Case(
        name="scan-of-few-words-on-its-side",
        make=lambda: small_scan("QUYẾT ĐỊNH 123", turned=90),
        suffix="jpg",
        has=("ĐỊNH 123",),
    ),
)


# ---- old font encodings ----------------------------------------------------------------------------------------------

_TCVN3 = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        strict=True,
    )
)
"""Vietnamese letter → the Latin-1 letter that stands for it in a TCVN3 (ABC) font; TCVN 5712:1993, VN3."""

_VNI_MARKS = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HAT = {"\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_BREVE = {"\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}


def tcvn3(letter: str) -> str:
    """Return what a TCVN3 font's file says for a letter."""
    return _TCVN3.get(letter, _TCVN3.get(letter.lower(), letter))


def vni(letter: str) -> str:
    """Return what a VNI font's file says for a letter: the vowel, then one letter for its hat and mark together."""
    if letter in "đĐ":
        return "ñ" if letter == "đ" else "Ñ"
    base, *marks = unicodedata.normalize("NFD", letter)
    mark = next((m for m in marks if m in _VNI_MARKS), "")
    if "\u031b" in marks:
        return ("ô" if base in "oO" else "ö") + (_VNI_MARKS[mark] if mark else "")
    if "\u0302" in marks:
        return base + (_VNI_HAT[mark] if mark else "â")
    if "\u0306" in marks:
        return base + (_VNI_BREVE[mark] if mark else "ê")
    return base + (_VNI_MARKS[mark] if mark else "")


def in_old_font(
    lines: Sequence[tuple[float, float, str]], say: Callable[[str], str], name: str = "", points: float = 14
) -> bytes:
    """Return a page that looks right and whose letters the file maps as an old font does; `name` renames the font."""
    with typed(lines, points=points) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            _remap(font, say)
            if name:
                font.BaseFont = Name("/" + name)
                for below in font.DescendantFonts:
                    below.BaseFont = below.FontDescriptor.FontName = Name("/" + name)
        return saved(pdf)


def _remap(font: Any, say: Callable[[str], str]) -> None:
    text = font.ToUnicode.read_bytes().decode("latin-1")

    def other(pair: re.Match[str]) -> str:
        letter = bytes.fromhex(pair[2]).decode("utf-16-be")
        meaning = "".join(say(sign) for sign in letter).encode("utf-16-be").hex().upper()
        return f"<{pair[1]}> <{meaning}>"

    singles = "".join(_singles(text))
    text = re.sub(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", other, singles)
    font.ToUnicode.write(text.encode("latin-1"))


def _singles(text: str) -> list[str]:
    """Return a CMap with its ranges written out letter by letter."""
    pairs = []
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for low, high, first in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            pairs += [(int(low, 16) + n, int(first, 16) + n) for n in range(int(high, 16) - int(low, 16) + 1)]
        for low, _, several in re.findall(r"<(\w+)>\s*<(\w+)>\s*\[(.*?)\]", block, re.DOTALL):
            pairs += [(int(low, 16) + n, int(code, 16)) for n, code in enumerate(re.findall(r"<(\w+)>", several))]
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        pairs += [(int(code, 16), int(meaning, 16)) for code, meaning in re.findall(r"<(\w+)>\s*<(\w+)>", block)]
    # Halves of pairs are no letters; some fonts' ranges run through them.
    pairs = [(code, meaning) for code, meaning in pairs if meaning <= 0xFFFF and not 0xD800 <= meaning <= 0xDFFF]
    rows = "\n".join(f"<{code:04X}> <{meaning:04X}>" for code, meaning in pairs)
    head = text[: text.index("endcodespacerange") + len("endcodespacerange")]
    return [
        head,
        f"\n{len(pairs)} beginbfchar\n{rows}\nendbfchar\nendcmap\nCMapName currentdict /CMap defineresource pop\nend end\n",
    ]


_ROWS = (
    ("TT", "Trang", "2024", "2025", "2026"),
    ("1", "Phòng học", "1712", "1800", "1902"),
    ("2", "Kho", "2045", "2075", "2110"),
    ("3", "Bia da", "1145", "1275", "1310"),
    ("4", "Tivi", "2245", "2375", "2410"),
)
TABLE = [(30 + 75 * k, 225 - 26 * row, cell) for row, cells in enumerate(_ROWS) for k, cell in enumerate(cells)]
"""Mostly numbers: of a hundred signs two are letters that an old font maps elsewhere."""

OLD = (
    Case(name="tcvn3-prose", make=lambda: in_old_font(column(ALL), tcvn3), has=BODY, source="tesseract"),
    Case(name="vni-prose", make=lambda: in_old_font(column(ALL), vni), has=BODY, source="tesseract"),
    Case(
        name="tcvn3-table",
        make=lambda: in_old_font(TABLE, tcvn3),
        has=("Phòng học", "2075"),
        lacks=("Phßng",),
        source="tesseract",
    ),
    Case(
        name="tcvn3-table-by-font-name",
        make=lambda: in_old_font(TABLE, tcvn3, ".VnTime"),
        has=("Phòng học",),
        lacks=("häc",),
    ),
    Case(
        name="tcvn3-one-line",
        make=lambda: in_old_font([(30, 120, "Lớp 5A, số 12")], tcvn3, "ABCDEF+.VnArial"),
        has=("Lớp 5A",),
    ),
    Case(
        name="vni-one-line",
        make=lambda: in_old_font([(30, 120, "Danh sách lớp 5")], vni, "VNI-Times"),
        has=("Danh sách lớp 5",),
    ),
    Case(name="decomposed-letters", make=lambda: _typed_nfd(), has=ALL, source="pdf"),
)


def _typed_nfd() -> bytes:
    return in_old_font(column(ALL), lambda letter: unicodedata.normalize("NFD", letter))


# ---- images ----------------------------------------------------------------------------------------------------------


def fax(*, down: int) -> bytes:
    image = picture(ALL, (1133, 736), high=40)
    squeezed = image.resize((image.width, round(image.height * down / 204)), Image.Resampling.BOX)
    return encoded(
        squeezed.point(lambda v: 255 if v > 140 else 0).convert("1"), "TIFF", compression="group4", dpi=(204, down)
    )


def squeezed_png() -> bytes:
    image = picture(ALL)
    return encoded(image.resize((image.width, image.height // 2)), "PNG", dpi=(300, 150))


def page_with_thumbnail() -> bytes:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    page, small = picture(ALL), picture(ALL).resize((325, 140))
    reduced = ImageFileDirectory_v2()
    reduced[254] = 1
    into = io.BytesIO()
    small.encoderinfo = {"tiffinfo": reduced}
    page.save(into, "TIFF", save_all=True, append_images=[small], dpi=(300, 300))
    return into.getvalue()


def pages_with_alpha() -> bytes:
    pages = []
    for line in (BODY[0], BODY[1]):
        page = picture([line], (1200, 300)).convert("RGBA")
        page.putalpha(Image.eval(page.convert("L"), lambda v: 255 - v))
        pages.append(page)
    return encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(300, 300))


def tiff_of_unknown_squeeze() -> bytes:
    """Return a TIFF that says its pixels are squeezed as WebP, which few libraries undo."""
    pixels = encoded(picture([HEAD], (600, 200)).convert("RGB"), "WEBP")
    entries = (
        (256, 4, 1, 600), (257, 4, 1, 200), (258, 3, 1, 8), (259, 3, 1, 50001), (262, 3, 1, 2),
        (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, 200), (279, 4, 1, len(pixels)), (284, 3, 1, 1),
    )  # fmt: skip
    at = 8 + len(pixels) + len(pixels) % 2
    body = (
        struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I", 0)
    )
    return struct.pack("<2sHI", b"II", 42, at) + pixels.ljust(at - 8, b"\0") + body


def _grey16() -> bytes:
    return encoded(Image.fromarray(np.asarray(picture(ALL), dtype=np.uint16) * 128 + 400), "PNG")


def _see_through() -> bytes:
    image = Image.new("RGBA", (1300, 560), (0, 0, 0, 0))
    image.putalpha(Image.eval(picture(ALL), lambda v: 255 - v))
    return encoded(image, "PNG")


def _lying_by_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(picture(ALL).transpose(Image.Transpose.ROTATE_90), "JPEG", quality=85, exif=exif)


def _jpeg(**options: Any) -> bytes:
    return encoded(picture(ALL), "JPEG", quality=85, **options)


def _between_segments() -> bytes:
    data = _jpeg()
    cut = 4 + struct.unpack(">H", data[4:6])[0]
    return data[:cut] + b"junk between" + data[cut:]


IMAGES = (
    Case(name="fax-with-flat-pixels", make=lambda: fax(down=98), suffix="tif", has=BODY),
    Case(name="fax-with-square-pixels", make=lambda: fax(down=196), suffix="tif", has=BODY),
    Case(name="png-with-flat-pixels", make=squeezed_png, suffix="png", has=BODY),
    Case(name="tiff-page-and-its-thumbnail", make=page_with_thumbnail, suffix="tif", has=BODY, pages=1),
    Case(name="tiff-of-two-pages-with-alpha", make=pages_with_alpha, suffix="tif", has=BODY[:2], pages=2),
    Case(name="tiff-of-unknown-squeeze", make=tiff_of_unknown_squeeze, suffix="tif", failure="kieu-nen-la"),
    Case(name="white-on-black", make=lambda: encoded(picture(ALL, ink=255, paper=0), "JPEG"), suffix="jpg", has=BODY),
    Case(name="sixteen-bit-grey", make=_grey16, suffix="png", has=BODY),
    Case(name="black-on-nothing", make=_see_through, suffix="png", has=BODY),
    Case(name="cmyk", make=lambda: encoded(picture(ALL).convert("CMYK"), "JPEG"), suffix="jpg", has=BODY),
    Case(name="lying-by-exif", make=_lying_by_exif, suffix="jpg", has=BODY),
    Case(name="scan-upside-down", make=lambda: small_scan(*ALL, turned=180), suffix="jpg", has=BODY),
    Case(name="scan-on-its-side", make=lambda: small_scan(*ALL, turned=270), suffix="jpg", has=BODY),
    Case(name="long-strip", make=lambda: encoded(picture(ALL * 6, (1000, 2700), high=48), "PNG"), suffix="png", has=BODY),
    Case(name="photograph-with-a-film-behind-it", make=lambda: _jpeg() + bytes(300_000), suffix="jpg", has=BODY),
    Case(name="photograph-with-another-behind-it", make=lambda: _jpeg() + _jpeg(), suffix="jpg", has=BODY, pages=1),
    Case(name="junk-between-jpeg-segments", make=_between_segments, suffix="jpg", has=BODY),
    Case(name="jpeg-without-its-last-two-bytes", make=lambda: _jpeg()[:-2], suffix="jpg", has=BODY),
    Case(name="jpeg-called-heic", make=_jpeg, suffix="heic", has=BODY),
    Case(name="webp-called-jpg", make=lambda: encoded(picture(ALL), "WEBP", quality=80), suffix="jpg", has=BODY),
    Case(name="rubbish-behind-a-jpeg-mark", make=lambda: _jpeg()[:4] + b"rubbish" * 90, suffix="jpg", failure="tep-hong"),
)


# ---- odd PDFs --------------------------------------------------------------------------------------------------------


def scanned(*, turned: bool = False, **entries: Any) -> bytes:
    """Return a PDF that is one picture; entries go onto its page."""
    with empty(PAGE[::-1] if turned else PAGE) as pdf:
        strips(pdf, _scan().transpose(Image.Transpose.ROTATE_90) if turned else _scan(), 1)
        for name, value in entries.items():
            pdf.pages[0].obj[f"/{name}"] = value
        return saved(pdf)


def born_digital(**options: Any) -> bytes:
    with typed(column(ALL)) as pdf:
        return saved(pdf, **options)


def with_attachment() -> bytes:
    with typed(column(ALL)) as pdf:
        pdf.attachments["ghi-chu.txt"] = b"attached words"
        return saved(pdf)


def of_mixed_sizes() -> bytes:
    with typed(column(ALL)) as pdf:
        for size in ((260, 400), (620, 300)):
            with typed([(20, size[1] - 40, BODY[0])], size=size) as other:
                pdf.pages.extend(other.pages)
        return saved(pdf)


def upside_down_by_flag() -> bytes:
    with typed(column(ALL)) as pdf:
        pdf.pages[0].Rotate = 180
        return saved(pdf)


def dynamic_form() -> bytes:
    """Return an XFA form as its makers save it: one page that asks to wait, the real form in XML."""
    with typed([(30, 220, "Please wait..."), (30, 190, "your viewer may not be able to display this")]) as pdf:
        template = b"<template xmlns='http://www.xfa.org/schema/xfa-template/3.3/'><subform name='f'/></template>"
        xml = pdf.make_indirect(Stream(pdf, b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'>" + template + b"</xdp:xdp>"))
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=xml)
        pdf.Root.NeedsRendering = True
        return saved(pdf)


PDFS = (
    Case(name="scan-in-user-units", make=lambda: scanned(UserUnit=2), has=BODY),
    Case(name="scan-turned-by-its-flag", make=lambda: scanned(turned=True, Rotate=90), has=BODY),
    Case(name="typed-page-upside-down-by-flag", make=upside_down_by_flag, has=ALL, source="pdf"),
    Case(name="zeros-behind-the-end", make=lambda: born_digital() + bytes(4096), has=ALL),
    Case(name="mail-header-before-it", make=lambda: b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n" + born_digital(), has=ALL),
    Case(
        name="owner-password-only",
        make=lambda: born_digital(encryption=pikepdf.Encryption(owner="chu", user="", R=6)),
        has=ALL,
    ),
    Case(name="attachment", make=with_attachment, has=ALL, lacks=("attached",)),
    Case(name="pages-of-mixed-sizes", make=of_mixed_sizes, has=ALL, pages=3),
    Case(name="dynamic-xfa-form", make=dynamic_form, has=("Please wait",), notes=("bieu-mau-xfa",)),
)


# ---- faint pages and blank ones --------------------------------------------------------------------------------------


def _grainy(image: Image.Image, strength: float, seed: int = 3) -> Image.Image:
    grain = np.random.default_rng(seed).normal(0, strength, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image, dtype=np.float32) + grain, 0, 255).astype(np.uint8))


def faint() -> bytes:
    page = picture(ALL, (1667, 1083), ink=196, paper=238, high=58).filter(ImageFilter.GaussianBlur(0.8))
    return encoded(_grainy(page, 3), "JPEG", quality=85, dpi=(300, 300))


def blank(kind: str) -> bytes:
    """Return a page without a word: clean, grainy, dusty, or with the print of its back shining through."""
    page = Image.new("L", (1667, 1083), 244)
    if kind == "dusty":
        pen, rng = ImageDraw.Draw(page), np.random.default_rng(9)
        for x, y, r in zip(rng.integers(0, 1667, 60), rng.integers(0, 1083, 60), rng.integers(1, 3, 60), strict=True):
            pen.ellipse((x, y, x + r, y + r), fill=110)
    if kind == "shining-through":
        page = picture(ALL * 2, (1667, 1083), ink=228, paper=244, high=50).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        page = page.filter(ImageFilter.GaussianBlur(3))
    return encoded(_grainy(page, 0 if kind == "clean" else 5), "JPEG", quality=80, dpi=(300, 300))


def under_black_seal() -> bytes:
    """Return a page on which a copier made the red seal as black as the words below it."""
    page = picture(ALL, (1667, 1083), high=58)
    pen = ImageDraw.Draw(page)
    pen.ellipse((900, 40, 1300, 440), outline=40, width=10)
    pen.ellipse((960, 100, 1240, 380), outline=40, width=5)
    return encoded(page.filter(ImageFilter.GaussianBlur(1)), "JPEG", quality=60, dpi=(300, 300))


PAPER = (
    Case(name="faint-page", make=faint, suffix="jpg", has=BODY),
    Case(name="under-a-black-seal", make=under_black_seal, suffix="jpg", has=(BODY[2],)),
    *(
        Case(name=f"blank-page-{kind}", make=lambda kind=kind: blank(kind), suffix="jpg", words=0)
        for kind in ("clean", "grainy", "dusty", "shining-through")
    ),
)

CASES = (*FORMS, *LAYERS, *FEW, *OLD, *IMAGES, *PDFS, *PAPER)
