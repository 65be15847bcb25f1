"""How each kind of paragraph looks, worked out from the layout once: Word styles and CSS classes are both made of it."""

from __future__ import annotations

import enum
import functools
from collections.abc import Mapping
from typing import NamedTuple

from shared.papers.layout import Layout, Letters, nd30
from shared.papers.measuring import text_width_mm
from shared.papers.model import Style
from shared.papers.wording import ADDRESSED

LEFT_OF_HEADING = 0.43
"""The part of the text width that the bodies take; Quốc hiệu needs the rest on one line."""
LONGEST_WHOLE_ROW = 1200
"""Letters in a row up to which it is kept on one page; a longer one may be higher than a page."""


class LookPart(enum.StrEnum):
    """Paragraphs that a printer makes of a heading, a signature, an annex, a cover or a table, beside those of Style."""

    SUPERIOR = "superior"
    BODY_NAME = "body_name"
    NATION = "nation"
    MOTTO = "motto"
    NUMBER = "number"
    PLACE_AND_DATE = "place_and_date"
    CORRESPONDENCE = "correspondence"
    KIND_NAME = "kind_name"
    ABSTRACT = "abstract"
    HEADING_AUTHORITY = "heading_authority"
    LIST_ITEM = "list_item"
    ADDRESSEE = "addressee"
    ADDRESSEE_LISTED = "addressee_listed"
    ADDRESSEE_WORD = "addressee_word"
    SIGNER_AUTHORITY = "signer_authority"
    SIGNER_TITLE = "signer_title"
    SIGNER_NOTE = "signer_note"
    SIGNER_OFFICE = "signer_office"
    SIGNER_NAME = "signer_name"
    RECIPIENTS_WORD = "recipients_word"
    RECIPIENT = "recipient"
    ANNEX_WORD = "annex_word"
    ANNEX_NAME = "annex_name"
    ANNEX_REFERENCE = "annex_reference"
    COVER_SUPERIOR = "cover_superior"
    COVER_LINE = "cover_line"
    COVER_TITLE = "cover_title"
    COVER_REMARK = "cover_remark"
    CELL = "cell"
    CELL_HEAD = "cell_head"
    PAGE_NUMBER = "page_number"
    FOOT = "foot"
    DRAFT = "draft"


Looked = Style | LookPart


class Look(NamedTuple):
    """Letters and place of a paragraph: `align` as in CSS, lengths in mm, gaps in points, `line` 1 for single.

    `name` is what Word's list of styles calls it; `outline` is its level in the navigation pane, from 0.
    """

    name: str
    letters: Letters
    align: str = "center"
    first_line: float = 0
    left: float = 0
    before: float = 0
    after: float = 0
    line: float = 1
    keep_with_next: bool = False
    outline: int | None = None


@functools.cache
def looks() -> Mapping[Looked, Look]:
    """Return the look of every kind of paragraph."""
    layout = nd30()
    return {**_styles(layout), **_head_parts(layout), **_lists(layout), **_signing_parts(layout), **_annex_and_cover(layout)}


def _styles(layout: Layout) -> dict[Looked, Look]:
    letters, spacing = layout.letters, layout.spacing
    indent, gap, line = spacing.first_line.length, spacing.paragraph_gap.points, spacing.line.ratio
    small = spacing.small_indent.length
    text = Look("Nội dung", letters.content, "justify", first_line=indent, after=gap, line=line)
    heading = Look("", letters.heading_1, "left", first_line=indent, before=gap / 2, after=gap, keep_with_next=True)
    centred = Look("", letters.kind_name, after=gap, keep_with_next=True)
    return {
        Style.BODY: text,
        Style.PLAIN: Look("Dòng thường", letters.content, "left", after=gap / 2, line=line),
        Style.LEGAL_BASIS: text._replace(name="Căn cứ", letters=letters.legal_basis),
        Style.ARTICLE: text._replace(name="Điều"),
        Style.TITLE: centred._replace(name="Tên phiếu", before=gap),
        Style.SUBTITLE: centred._replace(name="Tên phụ", letters=letters.abstract, after=4 / 3 * gap),
        Style.AUTHORITY: centred._replace(name="Thẩm quyền", letters=letters.authority, before=gap / 2),
        Style.PART: centred._replace(name="Phần, chương", letters=letters.part, before=gap, outline=0),
        Style.HEADING_1: heading._replace(name="Mục La Mã", outline=0),
        Style.HEADING_2: heading._replace(name="Khoản có tiêu đề", letters=letters.heading_2, outline=1),
        Style.HEADING_3: heading._replace(name="Tiêu đề nhỏ", letters=letters.heading_3, outline=2),
        Style.CENTERED: Look("Giữa dòng", letters.content, after=gap, line=line),
        Style.NOTE: Look("Ghi chú", letters.note, "justify", before=gap / 2, after=gap),
        Style.SMALL: Look("Lời thông tư", letters.small, "justify", left=small, after=gap / 3),
    }


def _head_parts(layout: Layout) -> dict[Looked, Look]:
    letters, gap = layout.letters, layout.spacing.paragraph_gap.points
    return {
        LookPart.SUPERIOR: Look("Cơ quan chủ quản", letters.superior),
        LookPart.BODY_NAME: Look("Cơ quan ban hành", letters.body_name),
        LookPart.NATION: Look("Quốc hiệu", letters.nation),
        LookPart.MOTTO: Look("Tiêu ngữ", letters.motto),
        LookPart.NUMBER: Look("Số, ký hiệu", letters.number, before=gap),
        LookPart.PLACE_AND_DATE: Look("Địa danh, thời gian", letters.place_and_date, before=gap),
        LookPart.CORRESPONDENCE: Look("Trích yếu công văn", letters.correspondence, before=gap),
        LookPart.KIND_NAME: Look("Tên loại", letters.kind_name, before=3 * gap, keep_with_next=True),
        LookPart.ABSTRACT: Look("Trích yếu", letters.abstract, keep_with_next=True),
        LookPart.HEADING_AUTHORITY: Look(
            "Thẩm quyền ban hành", letters.authority, before=gap / 2, after=gap, keep_with_next=True
        ),
    }


def _lists(layout: Layout) -> dict[Looked, Look]:
    letters, spacing = layout.letters, layout.spacing
    gap, line, indent = spacing.paragraph_gap.points, spacing.line.ratio, spacing.first_line.length
    colon = 2 * indent + text_width_mm(ADDRESSED, letters.addressees.size)
    return {
        LookPart.LIST_ITEM: Look("Mục liệt kê", letters.content, "justify", first_line=indent, after=gap, line=line),
        LookPart.ADDRESSEE: Look("Kính gửi", letters.addressees, before=2 * gap, after=2 * gap),
        LookPart.ADDRESSEE_WORD: Look(
            "Kính gửi nhiều nơi", letters.addressees, "left", left=2 * indent, before=2 * gap, keep_with_next=True
        ),
        LookPart.ADDRESSEE_LISTED: Look("Nơi được gửi", letters.addressees, "left", left=colon),
        LookPart.CELL: Look("Ô bảng", letters.table, "left"),
        LookPart.CELL_HEAD: Look("Đầu bảng", letters.table, keep_with_next=True),
        LookPart.PAGE_NUMBER: Look("Số trang", letters.page_number),
        LookPart.FOOT: Look("Chân trang kiemdinh", letters.foot, "left"),
        LookPart.DRAFT: Look("Dấu bản nháp", letters.draft),
    }


def _signing_parts(layout: Layout) -> dict[Looked, Look]:
    letters = layout.letters
    return {
        LookPart.SIGNER_AUTHORITY: Look("Quyền hạn, chức vụ người ký", letters.signer_authority, keep_with_next=True),
        LookPart.SIGNER_TITLE: Look("Người ký phiếu", letters.signer_name, keep_with_next=True),
        LookPart.SIGNER_NOTE: Look("Lời dặn ký", letters.signer_note, keep_with_next=True),
        LookPart.SIGNER_OFFICE: Look("Chức vụ khác của người ký", letters.signer_authority, keep_with_next=True),
        LookPart.SIGNER_NAME: Look("Họ tên người ký", letters.signer_name),
        LookPart.RECIPIENTS_WORD: Look("Nơi nhận", letters.recipients_word, "left", before=letters.recipients_word.size / 6),
        LookPart.RECIPIENT: Look("Danh sách nơi nhận", letters.recipients, "left"),
    }


def _annex_and_cover(layout: Layout) -> dict[Looked, Look]:
    letters, gap = layout.letters, layout.spacing.paragraph_gap.points
    plain_line = Letters(
        size=letters.cover_line.size,
        capitals=True,
        confidence=letters.cover_line.confidence,
        source=letters.cover_line.source,
    )
    return {
        LookPart.ANNEX_WORD: Look("Phụ lục", letters.annex_word, keep_with_next=True, outline=0),
        LookPart.ANNEX_NAME: Look("Tên phụ lục", letters.annex_name, keep_with_next=True),
        LookPart.ANNEX_REFERENCE: Look("Kèm theo văn bản", letters.annex_reference, keep_with_next=True),
        LookPart.COVER_SUPERIOR: Look("Bìa: cơ quan chủ quản", plain_line),
        LookPart.COVER_LINE: Look("Bìa: dòng", letters.cover_line, after=gap),
        LookPart.COVER_TITLE: Look("Bìa: tên", letters.cover_title, after=gap),
        LookPart.COVER_REMARK: Look("Bìa: ghi chú", letters.cover_remark),
    }
