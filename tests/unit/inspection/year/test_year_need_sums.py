"""Sums of money for needs: by school, by source and by year they are the same money, whatever was recorded."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter

import pytest
from sqlalchemy import Connection, create_engine, delete

from services.inspection.domain.year import needs_facts as nf
from services.inspection.use_cases.year.need_sums import summed
from services.inspection.views.tables import METADATA
from services.inspection.views.year.needs_rows import ALLOCATIONS, NEEDS, project
from shared.contracts.calls.year.need_views import NeedSumsAnswer, NeedSumsRequest
from shared.eventlog.facts import EventEnvelope, EventMetadata, Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.commune_year import Appraisal, FundingSource, NeedState
from tests.unit.inspection.year.needs_kit import HEAD, MILLION, OFFICER, OTHER_HEAD, Village

DAY = dt.date(2026, 3, 31)
META = EventMetadata(actor="a", occurred=dt.datetime(2026, 3, 31, tzinfo=dt.UTC))
SETS = 2_000


class Story:
    """Random facts about needs of a commune, told to the rows, and the money as somebody with a notebook would keep it."""

    def __init__(self, seed: int, conn: Connection) -> None:
        self.random, self._conn = random.Random(seed), conn
        self.money: dict[tuple[str, str, str, int], int] = {}
        self.schools: dict[str, str] = {}
        self._position = 0

    def tell(self) -> None:
        for number in range(self.random.randint(1, 3)):
            need = str(uuid.UUID(int=number))
            self.schools[need] = self.random.choice(("TH-A", "TH-B", "TH-C"))
            named = {"commune": "NL", "year": self.random.randint(2026, 2028), "need": need, "school": self.schools[need]}
            self._record(nf.NeedRaised(**named, item="Bàn", quantity=1, criterion="", raised_on=DAY), 1)
            if self.random.random() < 0.9:
                self._plan(named)

    def _plan(self, named: dict[str, object]) -> None:
        appraised = nf.NeedAppraised(**named, verdict=Appraisal.FOUNDED, cost_vnd=10**9, appraised_on=DAY)
        self._record(appraised, 2)
        for version in range(3, 3 + self.random.randint(0, 4)):
            source, year = self.random.choice(list(FundingSource)), self.random.randint(2026, 2028)
            amount = self.random.randint(1, 10**13)
            planned = {"source": source, "money_year": year, "amount_vnd": amount, "funded_on": DAY}
            self._record(nf.NeedFunded(**named, **planned), version)
            self.money[str(named["need"]), str(named["school"]), source.value, year] = amount
        if self.random.random() < 0.2:
            self._record(nf.NeedWithdrawn(**named, reason="", withdrawn_on=DAY), 9)
            self.money = {key: amount for key, amount in self.money.items() if key[0] != named["need"]}

    def _record(self, fact: Fact, version: int) -> None:
        self._position += 1
        stream = uuid.UUID(fact.need)  # type: ignore[attr-defined]
        entry = EventEnvelope(originator_id=stream, originator_version=version, meta=META, fact=fact)
        project(self._conn, RecordedEvent(self._position, META.occurred, entry, b""))

    def expected(self, place: int) -> dict[object, int]:
        sums: Counter[object] = Counter()
        for key, amount in self.money.items():
            sums[key[place]] += amount
        return dict(sums)


@pytest.fixture(scope="module")
def rows():
    engine = create_engine("sqlite://")
    METADATA.create_all(engine, tables=[NEEDS, ALLOCATIONS])
    with engine.connect() as conn:
        yield conn
    engine.dispose()


def answered(conn: Connection) -> NeedSumsAnswer:
    return summed(conn, NeedSumsRequest(), lambda commune, school: True)


def test_sums_agree_both_ways_and_with_a_notebook_in_two_thousand_random_years(rows):
    told = 0
    for seed in range(SETS):
        for table in (ALLOCATIONS, NEEDS):
            rows.execute(delete(table))
        story = Story(seed, rows)
        story.tell()
        sums = answered(rows)
        assert {one.school: one.amount for one in sums.by_school} == story.expected(1), seed
        assert {one.source.value: one.amount for one in sums.by_source} == story.expected(2), seed
        assert {one.year: one.amount for one in sums.by_year} == story.expected(3), seed
        totals = {sum(one.amount for one in lines) for lines in (sums.by_school, sums.by_source, sums.by_year)}
        assert totals == {sum(cell.amount_vnd for cell in sums.cells)} == {sum(story.money.values())}, seed
        told += bool(story.money)
    assert told > SETS / 2


@pytest.fixture
def village() -> Village:
    made = Village()
    for item, school, who in (("Phòng học", "TH-A", HEAD), ("Bàn ghế", "TH-B", OTHER_HEAD)):
        need = made.founded(item=item, school=school, who=who)
        made.fund(need, 100 * MILLION)
        made.fund(need, 40 * MILLION, "xhh", 2027)
    return made


def test_lines_name_what_they_are_summed_by_and_there_is_no_total(village):
    sums = village.sums()
    assert [(one.school, one.amount) for one in sums.by_school] == [("TH-A", 140 * MILLION), ("TH-B", 140 * MILLION)]
    assert [(one.source, one.amount) for one in sums.by_source] == [("ns_xa", 200 * MILLION), ("xhh", 80 * MILLION)]
    assert [(one.year, one.amount) for one in sums.by_year] == [(2026, 200 * MILLION), (2027, 80 * MILLION)]


def test_sums_are_narrowed_by_the_year_of_the_money_the_school_and_what_the_caller_reaches(village):
    assert [one.source for one in village.sums(year=2027).by_source] == ["xhh"]
    assert [one.amount for one in village.sums(school="TH-A").by_year] == [100 * MILLION, 40 * MILLION]
    assert [one.school for one in village.sums(HEAD).by_school] == ["TH-A"]
    assert village.sums(OFFICER, commune="XX").by_school == []
    assert village.sums(wanted_from=2027).by_school == []
    assert [one.needs for one in village.sums(wanted_until=2026).wanted] == [1, 1]


def test_a_need_that_was_not_founded_wants_nothing(village):
    need = village.raised("Sân bóng")
    village.appraise(need, "khong", reason="Không thuộc danh mục")
    assert village.one(need).state is NeedState.REFUSED
    assert sum(one.needs for one in village.sums().wanted) == 2
