"""Makes the scans of the demo and the tests: invented official papers, typeset, then worn as a cheap scanner and a phone do.

No school, person or paper in here exists. The same seed gives the same bytes. Pillow is loaded only when something is drawn.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import math
import random
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.fonts import text_family

if TYPE_CHECKING:
    from PIL import Image, ImageFont

PHRASE = "kế hoạch kiểm định chất lượng"
_WIDTH, _HEIGHT = 2480, 3508
_LEFT, _RIGHT, _TOP = 354, 2300, 236
_LINE = 78
_SIZE = 58


class NoFont(Exception):
    """No font family on this machine draws every Vietnamese letter in four styles (Debian: fonts-croscore)."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScanFile:
    """One generated file: its title and words that reading it should find."""

    path: Path
    title: str
    words: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HostileFile:
    """One bad file and the problem type it should meet; "" where only its name is odd and the file is taken."""

    path: Path
    problem: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    number: str
    kind: str
    about: str
    issuer: tuple[str, str]
    date: dt.date
    paragraphs: tuple[str, ...]
    signer: tuple[str, str]
    table: tuple[tuple[str, ...], ...] = ()


def make_scans(folder: Path, seed: int) -> list[ScanFile]:
    """Draw three scans: a colour PDF of several pages, a TIFF of two frames, a crooked phone photograph.

    Raises NoFont.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    plan, decision, minutes = (make(chance) for make in (_plan, _decision, _minutes))
    return [
        ScanFile(path=_scan_pdf(plan, folder, chance), title=f"{plan.kind} {plan.number}", words=(PHRASE, plan.number)),
        ScanFile(
            path=_scan_tiff(decision, folder, chance),
            title=f"{decision.kind} {decision.number}",
            words=("hội đồng tự đánh giá", decision.number),
        ),
        ScanFile(path=_photograph(minutes, folder, chance), title=minutes.kind, words=("phòng học", "thiết bị dạy học")),
    ]


def make_recognition(folder: Path, *, school: str, number: str, decided_on: dt.date) -> Path:
    """Draw a decision of years ago that recognises a school: one grey page, as an office photocopied it. Raises NoFont."""
    folder.mkdir(parents=True, exist_ok=True)
    paper = _Paper(
        number=number,
        kind="QUYẾT ĐỊNH",
        about="Về việc công nhận trường đạt chuẩn quốc gia mức độ 1",
        issuer=("TỈNH MẪU", "ỦY BAN NHÂN DÂN"),
        date=decided_on,
        paragraphs=(f"Điều 1. Công nhận {school} đạt chuẩn quốc gia mức độ 1, thời hạn 05 năm.",),
        signer=("CHỦ TỊCH", "Ngọ Thị Mẫu"),
    )
    path = folder / "quyet-dinh-cong-nhan.png"
    _typeset(paper)[0].convert("L").resize((1654, 2339)).save(path, "PNG", dpi=(200, 200))
    return path


def pages_of_text(count: int, seed: int) -> list[Image.Image]:
    """Return clean text pages (for benchmarks)."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [_typeset(_plan(chance))[0] for _ in range(count)]


# ---- invented papers -------------------------------------------------------------------------------------------------


def _paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: an empty line parts them, line ends inside them are spaces."""
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _school(chance: random.Random) -> str:
    return "TRƯỜNG TIỂU HỌC " + chance.choice(("SUỐI MƠ", "ĐỒI THÔNG", "BẾN GIÓ", "HOA GẠO", "CẦU VỒNG"))


def _person(chance: random.Random) -> str:
    return " ".join(
        (chance.choice(("Lò", "Khổng", "Ngọ")), chance.choice(("Thị", "Văn")), chance.choice(("Thử", "Mẫu", "Ví")))
    )


def _day(chance: random.Random) -> dt.date:
    return dt.date(2026, 8, 3) + dt.timedelta(days=chance.randrange(80))


def _plan(chance: random.Random) -> _Paper:
    rows = tuple(
        (str(n + 1), work, f"{chance.randrange(1, 28):02}/{9 + n % 3}/2026", who)
        for n, (work, who) in enumerate(
            (
                ("Thành lập hội đồng tự đánh giá", "Hiệu trưởng"),
                ("Phân công nhóm công tác, tập huấn", "Thư ký"),
                ("Thu thập, xử lý minh chứng", "Nhóm 1, 2, 3"),
                ("Viết phiếu đánh giá tiêu chí", "Nhóm công tác"),
                ("Thông qua báo cáo tự đánh giá", "Hội đồng"),
            )
        )
    )
    return _Paper(
        number=f"{chance.randrange(12, 98)}/KH-TH",
        kind="KẾ HOẠCH",
        about=f"{PHRASE[0].upper()}{PHRASE[1:]} giáo dục năm học 2026 - 2027",
        issuer=("ỦY BAN NHÂN DÂN XÃ MẪU", _school(chance)),
        date=_day(chance),
        paragraphs=_paragraphs(f"""
            Căn cứ quy định hiện hành về kiểm định chất lượng giáo dục và công nhận đạt chuẩn quốc gia đối
            với cơ sở giáo dục phổ thông;

            Nhà trường xây dựng {PHRASE} giáo dục năm học 2026 - 2027 như sau:

            I. MỤC ĐÍCH, YÊU CẦU

            1. Xác định mức độ đáp ứng mục tiêu giáo dục trong từng giai đoạn; lập kế hoạch cải tiến chất
            lượng, duy trì và nâng cao chất lượng các hoạt động của nhà trường.

            2. Việc tự đánh giá phải khách quan, công khai, có minh chứng kèm theo; mỗi nhận định trong báo
            cáo đều được mã hóa theo đúng quy định.

            3. Toàn trường hiện có {chance.randrange(14, 32)} lớp với {chance.randrange(420, 980)} học sinh;
            {chance.randrange(22, 48)} cán bộ, giáo viên, nhân viên.

            II. NỘI DUNG VÀ PHÂN CÔNG

            Hội đồng tự đánh giá gồm hiệu trưởng, các phó hiệu trưởng, tổ trưởng chuyên môn và đại diện tổ
            chức đoàn thể. Các nhóm công tác chịu trách nhiệm về tiêu chí được giao, báo cáo tiến độ vào
            chiều thứ sáu hằng tuần.

            III. TIẾN ĐỘ THỰC HIỆN

            Các mốc thời gian được thực hiện theo bảng sau:
        """),
        signer=("HIỆU TRƯỞNG", _person(chance)),
        table=(("TT", "Công việc", "Thời hạn", "Thực hiện"), *rows),
    )


def _decision(chance: random.Random) -> _Paper:
    return _Paper(
        number=f"{chance.randrange(100, 320)}/QĐ-TH",
        kind="QUYẾT ĐỊNH",
        about="Về việc thành lập hội đồng tự đánh giá năm học 2026 - 2027",
        issuer=("ỦY BAN NHÂN DÂN XÃ MẪU", _school(chance)),
        date=_day(chance),
        paragraphs=_paragraphs(f"""
            HIỆU TRƯỞNG NHÀ TRƯỜNG

            Căn cứ Điều lệ trường tiểu học;

            Xét đề nghị của tổ văn phòng,

            QUYẾT ĐỊNH:

            Điều 1. Thành lập hội đồng tự đánh giá gồm {chance.randrange(9, 17)} thành viên có tên trong
            danh sách kèm theo.

            Điều 2. Hội đồng tự đánh giá có nhiệm vụ triển khai tự đánh giá theo tiêu chuẩn đánh giá trường
            tiểu học; quản lý và lưu trữ minh chứng; công bố báo cáo trong toàn trường.

            Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Các bộ phận liên quan và những người có tên
            tại Điều 1 chịu trách nhiệm thi hành.
        """),
        signer=("HIỆU TRƯỞNG", _person(chance)),
    )


def _minutes(chance: random.Random) -> _Paper:
    return _Paper(
        number=f"{chance.randrange(3, 60):02}/BB-TH",
        kind="BIÊN BẢN",
        about="Kiểm tra cơ sở vật chất và thiết bị dạy học",
        issuer=("ỦY BAN NHÂN DÂN XÃ MẪU", _school(chance)),
        date=_day(chance),
        paragraphs=_paragraphs(f"""
            Thành phần: đại diện ban giám hiệu, tổ văn phòng, ban thanh tra nhân dân.

            1. Phòng học: {chance.randrange(14, 30)} phòng, đủ ánh sáng, bàn ghế đúng quy cách; cần thay
            {chance.randrange(2, 9)} bóng đèn ở dãy nhà phía đông.

            2. Thiết bị dạy học: đủ theo danh mục tối thiểu của các khối lớp; thư viện có
            {chance.randrange(2000, 6000)} bản sách, đã kiểm kê cuối năm.

            3. Công trình vệ sinh: sạch sẽ, có nước rửa tay; khu bếp bảo đảm an toàn thực phẩm.

            4. Kiến nghị: sửa mái hiên trước mùa mưa, bổ sung bình chữa cháy ở phòng máy tính.

            Biên bản lập xong hồi 16 giờ 30 phút cùng ngày, các thành viên nhất trí ký tên.
        """),
        signer=("THƯ KÝ", _person(chance)),
    )


# ---- typesetting -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _font(style: str, size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file(style)), size)


@lru_cache(maxsize=1)
def _family() -> dict[str, Path]:
    return text_family()


def font_file(style: str = "Regular") -> Path:
    """Return the font that the papers are set in: Regular, Bold, Italic or BoldItalic. Raises NoFont."""
    family = _family()
    if not family:
        msg = "Không có phông chữ nào vẽ đủ chữ Việt. Cài: apt-get install fonts-croscore"
        raise NoFont(msg)
    return family[style]


class _Sheets:
    """Draws lines onto as many A4 sheets as they need."""

    def __init__(self) -> None:
        self.pages: list[Image.Image] = []
        self.new_page()

    def new_page(self) -> None:
        from PIL import Image, ImageDraw

        self.pages.append(Image.new("RGB", (_WIDTH, _HEIGHT), "white"))
        self.draw = ImageDraw.Draw(self.pages[-1])
        self.y = _TOP

    def need(self, lines: int) -> None:
        if self.y + lines * _LINE > _HEIGHT - 236:
            self.new_page()

    def centred(self, text: str, x: int, style: str = "Regular", size: int = _SIZE) -> None:
        font = _font(style, size)
        self.draw.text((x - font.getlength(text) / 2, self.y), text, font=font, fill=(12, 12, 16))

    def line(self, text: str, x: float, style: str = "Regular") -> None:
        self.draw.text((x, self.y), text, font=_font(style, _SIZE), fill=(12, 12, 16))
        self.y += _LINE

    def paragraph(self, text: str) -> None:
        heading = text.isupper() or text.partition(".")[0] in {"I", "II", "III"}
        style = "Bold" if heading else "Regular"
        lines = _wrap(text, _font(style, _SIZE), _RIGHT - _LEFT, first_indent=0 if heading else 118)
        for n, line in enumerate(lines):
            self.need(1)
            self.line(line, _LEFT + (118 if n == 0 and not heading else 0), style)
        self.y += 22

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        edges = (_LEFT, _LEFT + 130, _LEFT + 1100, _LEFT + 1470, _RIGHT)
        self.need(len(rows) + 1)
        for n, row in enumerate(rows):
            top = self.y
            for left, right, cell in zip(edges, edges[1:], row, strict=False):
                self.draw.rectangle((left, top, right, top + _LINE + 18), outline=(20, 20, 20), width=3)
                font = _font("Bold" if n == 0 else "Regular", 48)
                self.draw.text((left + 18, top + 18), cell, font=font, fill=(12, 12, 16))
            self.y += _LINE + 18
        self.y += _LINE


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: float, first_indent: float) -> list[str]:
    lines: list[str] = []
    current, room = "", width - first_indent
    for word in text.split():
        longer = f"{current} {word}".strip()
        if font.getlength(longer) > room and current:
            lines.append(current)
            current, room = word, width
        else:
            current = longer
    return [*lines, current]


def _typeset(paper: _Paper) -> list[Image.Image]:
    from shared.text import format_date

    sheets = _Sheets()
    left, right = 780, 1780
    sheets.centred(paper.issuer[0], left, size=50)
    sheets.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", right - 30, "Bold", 50)
    sheets.y += _LINE
    sheets.centred(paper.issuer[1], left, "Bold", 50)
    sheets.centred("Độc lập - Tự do - Hạnh phúc", right, "Bold", 54)
    sheets.y += _LINE + 40
    sheets.centred(f"Số: {paper.number}", left)
    day, month, year = format_date(paper.date).split("/")
    sheets.centred(f"Xã Mẫu, ngày {day} tháng {month} năm {year}", right, "Italic")
    sheets.y += 2 * _LINE
    sheets.centred(paper.kind, _WIDTH // 2, "Bold", 66)
    sheets.y += _LINE + 10
    sheets.centred(paper.about, _WIDTH // 2, "Bold")
    sheets.y += _LINE + 60
    for text in paper.paragraphs:
        sheets.paragraph(text)
    if paper.table:
        sheets.table(paper.table)
    _sign(sheets, paper)
    return sheets.pages


def _sign(sheets: _Sheets, paper: _Paper) -> None:
    sheets.need(9)
    sheets.y += 30
    sheets.draw.text((_LEFT, sheets.y), "Nơi nhận:", font=_font("BoldItalic", 46), fill=(12, 12, 16))
    for n, text in enumerate(("- Như trên;", "- Lưu: VT.")):
        sheets.draw.text((_LEFT, sheets.y + 66 * (n + 1)), text, font=_font("Regular", 44), fill=(12, 12, 16))
    sheets.centred(paper.signer[0], 1760, "Bold")
    stamp_at = (1560, sheets.y + 40)
    sheets.y += 5 * _LINE
    sheets.centred(paper.signer[1], 1760, "Bold")
    _stamp(sheets.pages[-1], stamp_at, paper.issuer[1])


def _stamp(page: Image.Image, at: tuple[int, int], text: str) -> None:
    """Press a round red seal that is nobody's: a star, two rings and the school's invented name around."""
    from PIL import Image, ImageDraw

    side = 430
    seal = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(seal)
    red = (205, 32, 40, 190)
    draw.ellipse((8, 8, side - 8, side - 8), outline=red, width=9)
    draw.ellipse((78, 78, side - 78, side - 78), outline=red, width=4)
    centre, reach = side / 2, 78
    points = [
        (centre + (reach if n % 2 == 0 else reach * 0.4) * math.sin(n * math.pi / 5),
         centre - (reach if n % 2 == 0 else reach * 0.4) * math.cos(n * math.pi / 5))
        for n in range(10)
    ]  # fmt: skip
    draw.polygon(points, fill=red)
    for n, letter in enumerate(text):
        tile = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((30, 30), letter, font=_font("Bold", 38), fill=red, anchor="mm")
        angle = -140 + 280 * n / max(1, len(text) - 1)
        turned = tile.rotate(-angle, expand=False)
        x = centre + 168 * math.sin(math.radians(angle)) - 30
        y = centre - 168 * math.cos(math.radians(angle)) - 30
        seal.alpha_composite(turned, (round(x), round(y)))
    page.paste(Image.alpha_composite(page.crop((*at, at[0] + side, at[1] + side)).convert("RGBA"), seal), at)


# ---- wear ------------------------------------------------------------------------------------------------------------


def _cheap_scanner(page: Image.Image, chance: random.Random) -> Image.Image:
    """A slight slant, soft focus, tinted paper, dust, a shadow at the binding."""
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    paper = (chance.randrange(243, 252), chance.randrange(240, 249), chance.randrange(228, 240))
    worn = page.rotate(chance.uniform(-1.2, 1.2), Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    worn = ImageChops.multiply(worn, Image.new("RGB", worn.size, paper)).filter(ImageFilter.GaussianBlur(0.9))
    draw = ImageDraw.Draw(worn)
    for _ in range(160):
        x, y, r = chance.randrange(_WIDTH), chance.randrange(_HEIGHT), chance.choice((1, 1, 2))
        draw.ellipse((x, y, x + r, y + r), fill=(120, 118, 110))
    shadow = Image.linear_gradient("L").rotate(90).resize((260, _HEIGHT))
    edge = Image.merge("RGB", [shadow.point(lambda v: 150 + v * 105 // 255)] * 3)
    worn.paste(ImageChops.multiply(worn.crop((0, 0, 260, _HEIGHT)), edge), (0, 0))
    return _noisy(worn, chance, 10)


def _noisy(page: Image.Image, chance: random.Random, strength: float) -> Image.Image:
    """Add grain from the seed (Pillow's own noise cannot be seeded)."""
    from PIL import Image, ImageChops

    side = 256
    grain = bytes(min(255, max(0, round(chance.gauss(128, strength)))) for _ in range(side * side))
    tile = Image.frombytes("L", (side, side), grain)
    sheet = Image.new("L", page.size)
    for x in range(0, page.width, side):
        for y in range(0, page.height, side):
            sheet.paste(tile.transpose(Image.Transpose(chance.randrange(7))), (x, y))
    return ImageChops.add(page, Image.merge("RGB", [sheet] * 3), scale=1, offset=-128)


def _scan_pdf(paper: _Paper, folder: Path, chance: random.Random) -> Path:
    pages = [_cheap_scanner(page, chance).resize((1654, 2339)) for page in _typeset(paper)]
    path = folder / f"ke-hoach-kiem-dinh-{paper.number.partition('/')[0]}.pdf"
    when = time.struct_time((*paper.date.timetuple()[:3], 8, 30, 0, 0, 1, 0))
    pages[0].save(
        path,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=200,
        quality=72,
        producer="scanner",
        creationDate=when,
        modDate=when,
    )
    return path


def _scan_tiff(paper: _Paper, folder: Path, chance: random.Random) -> Path:
    first = _typeset(paper)[0]
    lists = dataclasses.replace(
        paper,
        kind="DANH SÁCH",
        about="Nhiệm vụ của các nhóm công tác (kèm theo quyết định)",
        paragraphs=_paragraphs("""
            Nhóm 1: tổ chức và quản lý nhà trường; đội ngũ cán bộ quản lý, giáo viên, nhân viên.

            Nhóm 2: cơ sở vật chất và thiết bị dạy học; quan hệ giữa nhà trường, gia đình và xã hội.

            Nhóm 3: hoạt động giáo dục và kết quả giáo dục.
        """),
    )
    frames = [
        _cheap_scanner(page, chance).convert("L").point(lambda v: 255 if v > 150 else 0).convert("1")
        for page in (first, _typeset(lists)[0])
    ]
    path = folder / "quyet-dinh-hoi-dong.tif"
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:], compression="group4", dpi=(300, 300))
    return path


def _photograph(paper: _Paper, folder: Path, chance: random.Random) -> Path:
    """A page on a dark desk, seen a little from the side, in lamplight; stored turned, with the EXIF note that says so."""
    from PIL import Image, ImageChops, ImageFilter

    width, height = 2700, 3600
    desk = Image.new("RGB", (width, height), (74, 56, 44))
    page = _typeset(paper)[0].resize((2260, 3197))
    page = ImageChops.multiply(page, Image.new("RGB", page.size, (246, 240, 224)))
    desk.paste(page, (220, 200))
    tilt = chance.uniform(2.0, 3.5) * chance.choice((-1, 1))
    view = desk.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(74, 56, 44))
    lean = 60
    corners = (lean, 0, 0, height, width, height, width - lean, lean // 2)
    view = view.transform(view.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    lamp = Image.radial_gradient("L").resize((2 * width, 2 * height)).crop((300, 500, 300 + width, 500 + height))
    light = lamp.point(lambda v: 255 - v * 100 // 255)
    view = ImageChops.multiply(view, Image.merge("RGB", [light, light, light.point(lambda v: v * 94 // 100)]))
    view = _noisy(view.filter(ImageFilter.GaussianBlur(1.0)), chance, 7)
    exif = Image.Exif()
    exif[0x0112] = 6
    path = folder / "anh-chup-bien-ban.jpg"
    view.transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", quality=82, exif=exif)
    return path


# ---- files that must be refused -------------------------------------------------------------------------------------


def hostile(folder: Path) -> list[HostileFile]:
    """Write every bad file, small on disk, with the problem type that each should meet."""
    folder.mkdir(parents=True, exist_ok=True)
    good = _tiny_pdf()
    makers: dict[str, tuple[Callable[[], bytes], str]] = {
        "rong.pdf": (lambda: b"", "tep-rong"),
        "dut.jpg": (lambda: _jpeg()[: len(_jpeg()) // 2], "tep-dut"),
        "dut.png": (lambda: _png(400, 400)[:-40], "tep-dut"),
        "thuc-ra-la-word.pdf": (_word, "sai-loai"),
        "thuc-ra-la-pdf.jpg": (lambda: good, ""),
        "chuong-trinh.exe": (lambda: b"MZ" + bytes(200), "sai-loai"),
        "co-mat-khau.pdf": (_locked_pdf, "pdf-co-mat-khau"),
        "hong.pdf": (lambda: b"%PDF-1.7\n" + b"1 0 obj << /Type /Catalog >> rubbish\n" * 20, "pdf-hong"),
        "cut.pdf": (lambda: good[: len(good) // 2], "pdf-hong"),
        "anh-60000.png": (lambda: _png(60_000, 60_000), "anh-qua-to"),
        "ba-nghin-trang.tif": (lambda: _tiff(3_000), "nhieu-trang"),
    }
    files = [HostileFile(path=_written(folder / name, make()), problem=problem) for name, (make, problem) in makers.items()]
    huge = _written(folder / "qua-lon.pdf", good)
    with huge.open("r+b") as file:
        file.truncate(501 * 1024**2)
    files.append(HostileFile(path=huge, problem="tep-qua-lon"))
    for name in (b"C\xf4ng v\xe3n 12.pdf", "chuông\x07 và \u202emũi tên.pdf".encode()):
        path = Path(folder, name.decode("utf-8", "surrogateescape"))
        files.append(HostileFile(path=_written(path, good + b"\n%" + name[:3].hex().encode()), problem=""))
    return files


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _tiny_pdf() -> bytes:
    from PIL import Image

    into = io.BytesIO()
    when = time.struct_time((2026, 9, 1, 8, 0, 0, 1, 244, 0))
    Image.new("L", (300, 420), 255).save(into, "PDF", resolution=36, creationDate=when, modDate=when)
    return into.getvalue()


def _locked_pdf() -> bytes:
    import pikepdf

    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(_tiny_pdf())) as pdf:
        pdf.save(into, encryption=pikepdf.Encryption(owner="chu", user="mo", R=6))
    return into.getvalue()


def _jpeg() -> bytes:
    from PIL import Image

    into = io.BytesIO()
    Image.radial_gradient("L").resize((600, 600)).convert("RGB").save(into, "JPEG", quality=90)
    return into.getvalue()


def _word() -> bytes:
    import zipfile

    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as pack:
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
            pack.writestr(zipfile.ZipInfo(name), "<x/>")
    return into.getvalue()


def _png(width: int, height: int) -> bytes:
    """Return a white 1-bit PNG; the 3.6 billion pixels of a large one take half a megabyte."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    squeeze = zlib.compressobj(6)
    packed: list[bytes] = []
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    many = row * 100
    packed.extend(squeeze.compress(many) for _ in range(height // 100))
    packed.append(squeeze.compress(row * (height % 100)))
    packed.append(squeeze.flush())
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"".join(packed)) + chunk(b"IEND", b"")


def _tiff(frames: int) -> bytes:
    """Return a TIFF whose many directories all point at the same eight bytes of pixels."""
    entries = (
        (256, 3, 1, 8),
        (257, 3, 1, 8),
        (258, 3, 1, 1),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 8),
    )
    size = 2 + 12 * len(entries) + 4
    parts = [struct.pack("<2sHI", b"II", 42, 16), b"\xff" * 8]
    for n in range(frames):
        following = 16 + size * (n + 1) if n + 1 < frames else 0
        body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
        parts.append(struct.pack("<H", len(entries)) + body + struct.pack("<I", following))
    return b"".join(parts)


def main(arguments: list[str]) -> None:
    """Write the scans (and the bad files) into a folder, to be looked at."""
    folder, seed = Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 1
    made: list[Any] = [*make_scans(folder, seed), *hostile(folder / "hostile")]
    for item in made:
        print(item.path, item.path.stat().st_size)  # noqa: T201 - a tool for people


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
