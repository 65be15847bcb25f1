"""Tổng hợp nhu cầu đầu tư: appraised needs by school, year and source, held against each other; then need by need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.inspection.papers.year_material import YearMaterial
from shared.contracts.calls.year.need_views import NeedView
from shared.papers import phrases as words
from shared.papers.model import (
    Align,
    Block,
    Cell,
    Column,
    Heading,
    Orientation,
    PageBreak,
    Paper,
    PaperForm,
    PaperSigner,
    PartialDate,
    Row,
    Runs,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.text import format_number
from shared.vocabulary.commune_year import FundingSource
from shared.vocabulary.ids import SchoolCode

YEARS_AHEAD = 2
"""The table is of the year of the plan and of so many after it."""
_TITLE = "Tổng hợp nhu cầu đầu tư"
_SOURCES = {
    FundingSource.NEW_RURAL_AREAS: ("CTMTQG nông thôn mới", "CTMTQG NTM"),
    FundingSource.ETHNIC_MINORITIES: ("CTMTQG dân tộc thiểu số và miền núi", "CTMTQG DTTS"),
    FundingSource.CENTRAL_BUDGET: ("Ngân sách trung ương", "Ngân sách trung ương"),
    FundingSource.PROVINCE_BUDGET: ("Ngân sách tỉnh", "Ngân sách tỉnh"),
    FundingSource.COMMUNE_BUDGET: ("Ngân sách xã", "Ngân sách xã"),
    FundingSource.CONTRIBUTIONS: ("Xã hội hóa", "Xã hội hóa"),
}
"""What the head of a column and a line of details call each source."""


class NeedMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Appraised needs, each with its money; `schools` are their names in the order of the paper."""

    schools: Mapping[SchoolCode, str]
    needs: Sequence[NeedView]
    waiting: int

    @property
    def years(self) -> list[int]:
        """The years that needs are wanted for, and those of money outside them."""
        return sorted(
            {need.year for need in self.needs} | {one.money_year for need in self.needs for one in need.allocations}
        )

    def wanted(self, school: SchoolCode | None, year: int | None) -> int:
        """What needs of a school (None: all) for a year (None: all) were appraised at."""
        return sum(need.appraised_vnd or 0 for need in self._of(school, year))

    def unfunded(self, school: SchoolCode | None, year: int | None) -> int:
        """What has no money of it."""
        return sum(need.unfunded_vnd for need in self._of(school, year))

    def money(self, school: SchoolCode | None, year: int | None, source: FundingSource | None) -> int:
        """The money for a school of a source in a year of the money; None is all of them."""
        return sum(
            one.amount_vnd
            for need in self._of(school, None)
            for one in need.allocations
            if year in {None, one.money_year} and source in {None, one.source}
        )

    def _of(self, school: SchoolCode | None, year: int | None) -> Iterable[NeedView]:
        return (need for need in self.needs if school in {None, need.school} and year in {None, need.year})


def needs_paper(material: YearMaterial, money: NeedMoney) -> Paper:
    """Return the table by school, year and source, the check that it adds up, and the list of needs."""
    years = [*range(material.year, material.year + YEARS_AHEAD + 1)]
    span = f"{years[0]} - {years[-1]}"
    table_years = sorted({*years, *money.years})
    blocks: list[Block] = [
        words.plain("Đơn vị tính: đồng", Style.NOTE, keep=True),
        _sums_table(money, table_years),
        words.plain(_check(money, table_years), Style.NOTE),
        *([words.plain(_waiting(money.waiting), Style.NOTE)] if money.waiting else []),
        _signatures(material),
        PageBreak(),
        words.plain("Chi tiết nhu cầu đầu tư theo trường và tiêu chí", Style.TITLE, keep=True),
        words.plain(f"(Kèm theo bảng tổng hợp nhu cầu đầu tư {span}; đơn vị tính: đồng)", Style.NOTE, keep=True),
        _details_table(money),
    ]
    return Paper(
        kind=material.kind.value,
        title=f"{_TITLE} {span}",
        subject=str(material.year),
        school=material.commune,
        issuer=material.authority,
        form=PaperForm(),
        valid_at=material.valid_at,
        known_at=material.known_at,
        recorded_at=material.recorded_at,
        checkpoint=material.checkpoint,
        heading=Heading(
            body=("Phòng Kinh tế",),
            superior=material.authority,
            kind_name=f"Tổng hợp nhu cầu đầu tư cơ sở vật chất, thiết bị trường học, {span}",
            abstract=f"(Theo trường, năm và nguồn vốn; số liệu đã thẩm định đến {words.long_date(material.valid_at)})",
        ),
        orientation=Orientation.LANDSCAPE,
        blocks=tuple(blocks),
    )


# --- by school, year and source


def _sums_table(money: NeedMoney, years: Sequence[int]) -> Table:
    sources = [(title, Align.RIGHT) for title, _ in _SOURCES.values()]
    top = Row(
        (
            Cell((Text("Trường"),), row_span=2),
            Cell((Text("Năm"),), row_span=2),
            Cell((Text("Nhu cầu đã thẩm định"),), row_span=2),
            Cell((Text("Nguồn vốn đã bố trí"),), column_span=len(sources)),
            Cell((Text("Cộng nguồn"),), row_span=2),
            Cell((Text("Chưa có nguồn"),), row_span=2),
        )
    )
    rows = [row for school, name in money.schools.items() for row in _school_rows(money, school, name, years)]
    return Table(
        columns=(
            Column(36),
            Column(13, Align.CENTER),
            *(Column(25, Align.RIGHT) for _ in range(len(sources) + 3)),
        ),
        header=(top, Row(tuple(Cell((Text(title),)) for title, _ in sources))),
        rows=(*rows, *_school_rows(money, None, "TOÀN XÃ", years)),
        sheet="Tổng hợp",
        size=9.0,
    )


def _school_rows(money: NeedMoney, school: SchoolCode | None, name: str, years: Sequence[int]) -> list[Row]:
    head = Cell((Text(name, bold=True),), row_span=len(years) + 1)
    lines: list[tuple[int | None, str]] = [*((year, str(year)) for year in years), (None, "Cộng")]
    return [
        Row((*((head,) if number == 0 else ()), *_amounts(money, school, year, label)))
        for number, (year, label) in enumerate(lines)
    ]


def _amounts(money: NeedMoney, school: SchoolCode | None, year: int | None, label: str) -> list[Cell]:
    strong = year is None or school is None
    values = [
        money.wanted(school, year),
        *(money.money(school, year, source) for source in _SOURCES),
        money.money(school, year, None),
        money.unfunded(school, year),
    ]
    return [Cell((Text(label, bold=strong),)), *(_amount(value, bold=strong) for value in values)]


def _amount(value: int, *, bold: bool = False) -> Cell:
    return Cell((Text(format_number(value) if value else "-", bold=bold),), number=value)


def _check(money: NeedMoney, years: Sequence[int]) -> str:
    """Return whether the money is the same counted by school, by year and by source."""
    by_school = sum(money.money(school, None, None) for school in money.schools)
    by_year = sum(money.money(None, year, None) for year in years)
    by_source = sum(money.money(None, None, source) for source in _SOURCES)
    if by_school == by_year == by_source:
        return f"Kiểm tra: cộng nguồn theo trường = theo năm = theo nguồn vốn = {format_number(by_school)} đồng (khớp)."
    return (
        f"Kiểm tra: cộng nguồn theo trường {format_number(by_school)}, theo năm {format_number(by_year)}, theo nguồn vốn "
        f"{format_number(by_source)} đồng (KHÔNG KHỚP)."
    )


def _waiting(count: int) -> str:
    return f"Còn {count:02d} nhu cầu chờ thẩm định, chưa tính vào bảng."


def _signatures(material: YearMaterial) -> Signatures:
    head = PaperSigner(authority=("TRƯỞNG PHÒNG",), place=material.place, dated=PartialDate(material.valid_at.year))
    return Signatures((PaperSigner(authority=("NGƯỜI LẬP BIỂU",)), head))


# --- need by need


def _details_table(money: NeedMoney) -> Table:
    titles = (
        (9.0, Align.CENTER, "TT"),
        (38.0, Align.LEFT, "Trường"),
        (48.0, Align.LEFT, "Hạng mục"),
        (18.0, Align.CENTER, "Đơn vị"),
        (16.0, Align.CENTER, "Số lượng"),
        (15.0, Align.CENTER, "Tiêu chí"),
        (13.0, Align.CENTER, "Năm"),
        (26.0, Align.RIGHT, "Kinh phí đã thẩm định"),
        (52.0, Align.LEFT, "Nguồn đã bố trí"),
        (26.0, Align.RIGHT, "Chưa có nguồn"),
    )
    order = list(money.schools)
    needs = sorted(money.needs, key=lambda need: (order.index(need.school), need.year, need.item, need.id))
    total = Row(
        (
            Cell((Text("Cộng", bold=True),), column_span=7, align=Align.CENTER),
            _amount(money.wanted(None, None), bold=True),
            Cell((Text(format_number(money.money(None, None, None)), bold=True),), align=Align.RIGHT),
            _amount(money.unfunded(None, None), bold=True),
        )
    )
    return Table(
        columns=tuple(Column(width, align) for width, align, _ in titles),
        header=words.header(title for _, _, title in titles),
        rows=(*(_detail(money, number, need) for number, need in enumerate(needs, start=1)), total),
        sheet="Chi tiết",
        size=9.0,
    )


def _detail(money: NeedMoney, number: int, need: NeedView) -> Row:
    plain: list[Runs] = [
        (Text(str(number)),),
        (Text(money.schools[need.school]),),
        (Text(f"{need.item} ({need.site})" if need.site else need.item),),
        (Text(need.unit or "-"),),
        (Text(format_number(need.quantity)),),
        (Text(need.criterion or "-"),),
        (Text(str(need.year)),),
    ]
    return Row(
        (
            *(Cell(runs) for runs in plain),
            _amount(need.appraised_vnd or 0),
            Cell((Text(_sources(need)),)),
            _amount(need.unfunded_vnd),
        )
    )


def _sources(need: NeedView) -> str:
    parts = [
        f"{_SOURCES[one.source][1]} {format_number(one.amount_vnd)}"
        + (f" (năm {one.money_year})" if one.money_year != need.year else "")
        for one in need.allocations
    ]
    return "; ".join(parts) or "Chưa bố trí"
