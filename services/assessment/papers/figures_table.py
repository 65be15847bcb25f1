"""Cơ sở dữ liệu: the figures that the school stated, by school year, with the names of the rulebook."""

from __future__ import annotations

from services.assessment.domain.event_descriptions import figure_words
from services.assessment.papers.material import Material
from shared.papers import phrases as words
from shared.papers.model import Align, Block, Cell, Column, Missing, Paragraph, Row, Style, Table, Text
from shared.rulebook.figure_schema import figure_schemas


def figures_table(material: Material, most: int) -> list[Block]:
    """Return the figures of the newest `most` school years up to that of the cycle, or that none were stated."""
    stated = material.assessed.state.figures
    years = sorted({year for year, _ in stated if year <= material.year}, reverse=True)[:most]
    years.reverse()
    if not years:
        return [Paragraph((Missing("chưa nhập số liệu"),))]
    names = {figure: schema.name for figure, schema in figure_schemas(material.rulebook).items()}
    rows = []
    for figure in sorted({figure for _, figure in stated}):
        values = [stated.get((year, figure)) for year in years]
        if any(value is not None for value in values):
            shown = (Cell((Text(figure_words(value[0])) if value else Missing(),), align=Align.CENTER) for value in values)
            rows.append(Row((Cell((Text(names.get(figure, figure)),)), *shown)))
    width = 90.0 / len(years)
    return [
        Table(
            columns=(Column(80), *(Column(width) for _ in years)),
            header=words.header(("Số liệu", *(words.school_year(year) for year in years))),
            rows=tuple(rows),
        ),
        Paragraph((Text("Số liệu do nhà trường ghi; phần trăm giữ cả tử số và mẫu số."),), Style.NOTE),
    ]
