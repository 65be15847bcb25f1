"""The table of money for needs: schools down, years and sources across, what has no source at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from shared.contracts.calls.year.need_views import NeedSumsAnswer
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import FundingSource
from shared.vocabulary.ids import SchoolCode

SHORT_SOURCES = {
    FundingSource.NEW_RURAL_AREAS: "NTM",
    FundingSource.ETHNIC_MINORITIES: "DTTS",
    FundingSource.CENTRAL_BUDGET: "TW",
    FundingSource.PROVINCE_BUDGET: "Tỉnh",
    FundingSource.COMMUNE_BUDGET: "Xã",
    FundingSource.CONTRIBUTIONS: "XHH",
}
"""What a narrow column calls each source."""
_MILLION = 1_000_000


class TableLine(msgspec.Struct, frozen=True, kw_only=True):
    """One school: its money by year and source, what has no source, how many needs nobody has said the cost of."""

    school: SchoolCode
    name: str
    cells: Mapping[tuple[int, FundingSource], int]
    unfunded_vnd: int
    uncosted: int

    def of_year(self, year: int) -> int:
        """The money of a year."""
        return sum(amount for (of, _), amount in self.cells.items() if of == year)

    @property
    def funded_vnd(self) -> int:
        """The money of all years."""
        return sum(self.cells.values())


class NeedTable(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table; the sums by school, source and year are those that the service counted each by itself."""

    years: list[int]
    lines: list[TableLine]
    by_school_vnd: int
    by_source_vnd: int
    by_year_vnd: int
    unfunded_vnd: int
    waiting_vnd: int
    uncosted: int

    def down(self, year: int, source: FundingSource) -> int:
        """The money of a source in a year, of all schools."""
        return sum(line.cells.get((year, source), 0) for line in self.lines)

    def down_year(self, year: int) -> int:
        """The money of a year, of all schools."""
        return sum(line.of_year(year) for line in self.lines)

    @property
    def agree(self) -> bool:
        """Whether the money is the same by school, by source and by year, and is what the cells come to."""
        cells = sum(line.funded_vnd for line in self.lines)
        return self.by_school_vnd == self.by_source_vnd == self.by_year_vnd == cells

    @property
    def apart_vnd(self) -> int:
        """By how much the sums differ at most."""
        sums = (self.by_school_vnd, self.by_source_vnd, self.by_year_vnd, sum(line.funded_vnd for line in self.lines))
        return max(sums) - min(sums)


def need_table(sums: NeedSumsAnswer, names: Mapping[SchoolCode, str], years: Iterable[int]) -> NeedTable:
    """Return the table of every school of `names` and of those with money, by name; `years` stand there even if empty."""
    cells: dict[SchoolCode, dict[tuple[int, FundingSource], int]] = {}
    for cell in sums.cells:
        cells.setdefault(cell.school, {})[cell.money_year, cell.source] = cell.amount_vnd
    lacking: dict[SchoolCode, tuple[int, int]] = {}
    for one in sums.wanted:
        unfunded, uncosted = lacking.get(one.school, (0, 0))
        lacking[one.school] = (unfunded + one.unfunded_vnd, uncosted + one.uncosted)
    lines = [
        TableLine(
            school=school,
            name=names.get(school, school),
            cells=cells.get(school, {}),
            unfunded_vnd=lacking.get(school, (0, 0))[0],
            uncosted=lacking.get(school, (0, 0))[1],
        )
        for school in {*names, *cells, *lacking}
    ]
    return NeedTable(
        years=sorted({*years, *(cell.money_year for cell in sums.cells)}),
        lines=sorted(lines, key=lambda line: (vietnamese_key(line.name), line.school)),
        by_school_vnd=sum(one.amount for one in sums.by_school),
        by_source_vnd=sum(one.amount for one in sums.by_source),
        by_year_vnd=sum(one.amount for one in sums.by_year),
        unfunded_vnd=sum(one.unfunded_vnd for one in sums.wanted),
        waiting_vnd=sum(one.waiting_vnd for one in sums.wanted),
        uncosted=sum(one.uncosted for one in sums.wanted),
    )


def millions(amount: int) -> str:
    """Return an amount in whole đồng as exact million đồng, "1.946" or "327,5"; a dash for nothing."""
    if not amount:
        return "–"
    whole, rest = divmod(amount, _MILLION)
    grouped = f"{whole:,}".replace(",", ".")
    return f"{grouped},{rest:06d}".rstrip("0") if rest else grouped
