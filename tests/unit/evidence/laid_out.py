"""Pages on which lines are set by hand, for the rules that find fields by where they stand."""

from __future__ import annotations

from services.evidence.domain.fields import propose
from services.evidence.domain.text import ReadPage, ReadTable, ReadText, ReadWord

LEFT, RIGHT, MIDDLE = 290, 690, 520
"""The middles of the two columns of a head and of the text, in thousandths."""


class Sheet:
    """A page on which lines are set by hand; a letter is 8 thousandths wide, a line 12 high; each is a block."""

    def __init__(self, *, height: int = 3508) -> None:
        self.words: list[ReadWord] = []
        self.tables: list[ReadTable] = []
        self.height = height

    def put(
        self, text: str, y: int, middle: int = MIDDLE, *, left: int | None = None, sure: int = 95, block: int | None = None
    ):
        block = len(self.words) if block is None else block
        x = left if left is not None else round(middle - (8 * len(text) - 3) / 2)
        for word in text.split():
            self.words.append(ReadWord(word, sure, x, y, 8 * len(word), 12, y, block))
            x += 8 * len(word) + 5
        return self

    def head(self, *left: str, number: str = "Số: 12/KH-THSM", dated: str = "Mẫu Sơn, ngày 05 tháng 9 năm 2026"):
        for row, text in enumerate(left):
            self.put(text, 60 + 17 * row, LEFT)
        self.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 60, RIGHT)
        self.put("Độc lập - Tự do - Hạnh phúc", 78, RIGHT)
        if number:
            self.put(number, 120, LEFT)
        if dated:
            self.put(dated, 120, RIGHT)
        return self

    def body(self, y: int = 300, *lines: str):
        for row, text in enumerate(lines or ("Căn cứ tình hình thực tế của nhà trường và kế hoạch năm học đã được duyệt;",)):
            self.put(text, y + 20 * row, left=150)
        return self

    def signed(self, name: str = "Lò Thị Mẫu", *offices: str, y: int = 700):
        for row, office in enumerate(offices or ("HIỆU TRƯỞNG",)):
            self.put(office, y + 17 * row, 740)
        return self.put(name, y + 95, 740).put("Nơi nhận:", y, left=110).put("- Như trên;", y + 15, left=110)

    def page(self, number: int = 1) -> ReadPage:
        return ReadPage(
            number=number, width=2480, height=self.height, confidence=90, source="tesseract", words=tuple(self.words),
            tables=tuple(self.tables),
        )  # fmt: skip

    def found(self) -> dict[str, str]:
        return {field.name: field.value for field in self.fields()}

    def fields(self):
        return propose(text_of(self))


def text_of(*sheets: Sheet) -> ReadText:
    pages = tuple(sheet.page(number) for number, sheet in enumerate(sheets, 1))
    return ReadText(engine="tesseract", engine_version="5", language="vie", pages=pages)
