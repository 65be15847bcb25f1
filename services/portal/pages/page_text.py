"""The text of a page as people see it beside its image: hits marked, doubtful words dotted, a table as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from services.portal.pages import formatting
from shared.contracts.calls.evidence import PageAnswer, PageTable, PageTableCell, Word


def shown_text(answer: PageAnswer) -> Markup:
    """Return what was read on a page in reading order: running text, and between it the tables; everything is escaped."""
    text, words = answer.page.text, answer.words
    parts: list[Markup] = []
    at = done = 0
    for number, table in enumerate(answer.tables, 1):
        inside = [place for cell in table.cells for place in range(cell.first_word, cell.first_word + cell.words)]
        first, last = min(inside, default=done), max(inside, default=done - 1)
        start = _place_after(text, words[done:first], at)
        parts.append(marked_text(text[at:start].strip("\n"), words[done:first]))
        parts.append(_table(table, number, words))
        at, done = _place_after(text, words[first : last + 1], start), last + 1
    parts.append(marked_text(text[at:].strip("\n") if done else text, words[done:]))
    return Markup("").join(parts)


def _place_after(text: str, words: Sequence[Word], at: int) -> int:
    """Return where in the text the words end that stand from `at` on."""
    for word in words:
        start = text.find(word.text, at)
        at = start + len(word.text) if start >= 0 else at
    return at


def _table(table: PageTable, number: int, words: Sequence[Word]) -> Markup:
    rows = {row: list(cells) for row, cells in groupby(table.cells, key=lambda cell: cell.row)}
    lines = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(_cell(cell, words) for cell in rows.get(row, [])))
        for row in range(table.rows)
    )
    name = f"Bảng {number}: {table.rows} hàng, {table.columns} cột"
    return Markup(
        '<div class="tbl" role="region" tabindex="0" aria-label="{}"><table><tbody>{}</tbody></table></div>'
    ).format(name, lines)


def _cell(cell: PageTableCell, words: Sequence[Word]) -> Markup:
    rows = Markup(' rowspan="{}"').format(cell.rows) if cell.rows > 1 else ""
    columns = Markup(' colspan="{}"').format(cell.columns) if cell.columns > 1 else ""
    held = words[cell.first_word : cell.first_word + cell.words]
    return Markup("<td{}{}>{}</td>").format(rows, columns, marked_text(cell.text, held))


def marked_text(text: str, read: Sequence[Word]) -> Markup:
    """Return the page's text with hits marked and words that the machine doubts dotted; everything is escaped."""
    out: list[str] = []
    at, inside = 0, False
    for word in read:
        start = text.find(word.text, at)
        if start < 0:
            continue
        gap = text[at:start]
        if inside and (not word.hit or "\n" in gap):
            out.append("</mark>")
            inside = False
        out.append(str(escape(gap)))
        if word.hit and not inside:
            out.append("<mark>")
            inside = True
        shown = str(escape(word.text))
        out.append(
            f'<span class="doubt">{shown}</span>' if word.confidence < formatting.LOOK_PERCENT and not word.hit else shown
        )
        at = start + len(word.text)
    out.append("</mark>" if inside else "")
    out.append(str(escape(text[at:])))
    return Markup("".join(out))  # noqa: S704 (every part was escaped)
