"""Thresholds over several school years: all stated and passing is met, one that fails is not, one missing leaves it open."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rulebook import IndicatorKey, load_library
from shared.rulebook.document import Area
from shared.rulebook.figures import Figure, PastFigures, Setting, check_figures, contradictions, said
from shared.rulebook.simulation import DraftChanges, NewThreshold, SchoolCase, as_if, draft
from shared.rulebook.windows import over, statements, years_of
from shared.vocabulary.assessment import Result

AMENDED = load_library().get("v2018_tt22/trung_hoc")
ON = dt.date(2025, 5, 1)
ENDS = "2024-2025"
OTHER = Setting(area=Area.OTHER)
RATED, PARTY = "gv_cnn_kha_tro_len", "to_chuc_dang_so_nam_hoan_thanh_tot"
FIVE = ("2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025")


def share(percent: int) -> Figure:
    return Figure(numerator=Fraction(percent), denominator=Fraction(100))


def checks(figure, stated, ends=ENDS):
    newest = {figure: stated[max(stated)]} if stated else {}
    past = PastFigures(ends=ends, stated={figure: stated})
    return [one for one in check_figures(AMENDED, OTHER, newest, ON, past) if one.figure == figure]


def rated(*years, percent=90, **others):
    return dict.fromkeys(years, share(percent)) | {year: share(value) for year, value in others.items()}


def test_five_stated_years_that_pass_are_met():
    assert [(one.meets, one.missing_years, one.window_years) for one in checks(RATED, rated(*FIVE))] == [(True, (), 5)] * 2


def test_one_stated_year_leaves_four_missing_and_the_threshold_open():
    found = checks(RATED, rated("2024-2025"))
    assert [(one.meets, one.missing_years) for one in found] == [(None, FIVE[:4])] * 2
    assert [one.compared for one in found] == [True] * 2, "the number itself is still told"


def test_while_the_cycles_year_still_runs_the_five_years_before_it_count():
    assert {one.meets for one in checks(RATED, rated(*FIVE), ends="2025-2026")} == {True}
    open_ = checks(RATED, rated(*FIVE), ends="2026-2027")
    assert [one.missing_years for one in open_] == [("2025-2026",)] * 2


def test_no_year_stated_is_open_with_all_years_missing():
    assert [(one.meets, len(one.missing_years)) for one in checks(RATED, {})] == [(None, 5)] * 2


def test_one_failing_year_is_not_met_even_while_others_are_missing():
    found = checks(RATED, rated("2024-2025") | rated("2022-2023", percent=50))
    assert [(one.meets, one.failed_year, one.failed_value) for one in found] == [(False, "2022-2023", 50)] * 2
    assert said(found[0]) == "50 % (năm học 2022-2023), yêu cầu >= 60 %"


def test_a_year_outside_the_window_neither_helps_nor_harms():
    assert {one.meets for one in checks(RATED, rated(*FIVE) | rated("2019-2020", percent=1))} == {True}
    assert {one.meets for one in checks(RATED, rated("2019-2020"))} == {None}


def test_none_of_none_is_a_missing_year():
    nobody = {"2022-2023": Figure(numerator=Fraction(0), denominator=Fraction(0))}
    assert [one.missing_years for one in checks(RATED, rated(*FIVE) | nobody)] == [("2022-2023",)] * 2


def test_a_count_of_years_speaks_for_all_of_them():
    counted = {"2023-2024": Figure(numerator=Fraction(2))}
    assert [(one.meets, one.missing_years) for one in checks(PARTY, counted)] == [(True, ())] * 2
    stale = {"2021-2022": Figure(numerator=Fraction(2))}
    assert [(one.meets, one.missing_years) for one in checks(PARTY, stale)] == [(None, ("2023-2024",))] * 2


def test_what_rises_or_stays_has_no_number_and_so_no_verdict():
    book = load_library().get("v2018/trung_hoc")
    past = PastFigures(ends=ENDS, stated={"gv_tren_chuan_trinh_do": rated(*FIVE)})
    rising = [one for one in check_figures(book, OTHER, {}, ON, past) if one.op == "non_decreasing"]
    assert [(one.meets, one.missing_years) for one in rising] == [(None, ())]


def test_without_the_past_a_figure_speaks_for_its_window():
    found = [one for one in check_figures(AMENDED, OTHER, {RATED: share(90)}, ON) if one.figure == RATED]
    assert {(one.meets, one.missing_years) for one in found} == {(True, ())}


def test_a_contradiction_needs_the_whole_window_or_a_failing_year():
    key = IndicatorKey("2.2", 2, "b")
    one_year = tuple(checks(RATED, rated("2024-2025")))
    assert contradictions({key: Result.NOT_MET}, one_year) == ()
    (found,) = contradictions({key: Result.NOT_MET}, tuple(checks(RATED, rated(*FIVE))))
    assert found.meets
    (found,) = contradictions({key: Result.MET}, tuple(checks(RATED, rated("2021-2022", percent=10))))
    assert "năm học 2021-2022" in found.text


def test_a_simulation_reads_the_years_too():
    """Under a lower threshold, what failed has to be judged again only when all the years pass it."""
    key = IndicatorKey("2.2", 2, "b")
    lower = NewThreshold(criterion="2.2", level=2, indicator="b", figure=RATED, value=40)
    planned = draft(AMENDED, DraftChanges(thresholds=[lower]))

    def as_read(stated):
        past = PastFigures(ends=ENDS, stated={RATED: stated})
        case = SchoolCase(code="A", results={key: Result.NOT_MET}, figures={RATED: share(50)}, past=past, setting=OTHER)
        return as_if(AMENDED, planned, case, ON)[key]

    assert as_read(rated(*FIVE, percent=50)) is Result.NOT_ASSESSED
    assert as_read(rated("2024-2025", percent=50)) is Result.NOT_MET


@pytest.mark.parametrize(("window", "unit", "count"), [(None, "%", 1), (5, "%", 5), (5, "người", 5), (5, "năm", 1)])
def test_how_many_statements_a_window_wants(window, unit, count):
    assert statements(window, unit) == count


YEARS = st.sets(st.sampled_from([f"{year}-{year + 1}" for year in range(2015, 2027)]))


@given(YEARS, YEARS, st.integers(1, 6))
def test_met_is_only_what_is_stated_and_passes_in_every_year(stated, failing, length):
    said_ = {year: year not in failing for year in stated}
    found = over(said_, "2024-2025", length, lambda passes: passes)
    window = years_of(said_, "2024-2025", length)
    assert len(window) == length
    assert found.missing == tuple(year for year in window if year not in stated)
    assert (found.meets is True) == all(said_.get(year) for year in window)
    assert (found.meets is False) == any(said_.get(year) is False for year in window)
