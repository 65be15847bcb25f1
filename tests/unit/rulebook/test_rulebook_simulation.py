"""Drafts are tried on schools without recording anything, and the criteria that make the difference are named."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from shared.rulebook import BadInput, IndicatorKey, load_library
from shared.rulebook.document import Area
from shared.rulebook.figures import Figure, Setting
from shared.rulebook.simulation import DraftChanges, NewSchoolLevel, NewThreshold, SchoolCase, as_if, draft, simulate
from shared.vocabulary.assessment import Result

KINDERGARTEN = load_library().get("v2018/mam_non")
PRIMARY = load_library().get("v2018/tieu_hoc")
AMENDED = load_library().get("v2018_tt22/tieu_hoc")
NEW = load_library().get("v2026_tt57/pho_thong")
ON = dt.date(2026, 8, 1)


def school(rulebook, *failing: str, **more) -> SchoolCase:
    results = dict.fromkeys(rulebook.keys, Result.MET)
    for name in failing:
        code, level, letter = name.split("/")
        results[IndicatorKey(code, int(level), letter)] = Result.NOT_MET
    return SchoolCase(code="TH-01", name="Trường Một", results=results, **more)


def test_a_draft_has_its_own_digest_and_says_that_it_is_one():
    planned = draft(NEW, DraftChanges(mandatory={"1.1": True}))
    assert planned.digest != NEW.digest
    assert planned.title.endswith("(dự thảo)")
    assert (planned.counts.mandatory, planned.counts.others) == (9, 6)
    assert planned.criteria["1.1"].mandatory
    assert not NEW.criteria["1.1"].mandatory


def test_a_criterion_that_becomes_mandatory_is_named_as_the_cause():
    planned = draft(NEW, DraftChanges(mandatory={"4.3": True}, school_levels={1: NewSchoolLevel(others_at_least=4)}))
    (outcome,) = simulate(NEW, planned, [school(NEW, "4.3/1/-", "4.3/2/-")], ON)
    assert (outcome.before.school.level, outcome.after.school.level) == (1, 0)
    assert (outcome.changed, outcome.by) == (True, ("4.3",))
    assert outcome.path.indicators == (IndicatorKey("4.3", 1, "-"),)


def test_dropping_the_criterion_that_fails_raises_the_school():
    planned = draft(PRIMARY, DraftChanges(drop=["3.6"]))
    (outcome,) = simulate(PRIMARY, planned, [school(PRIMARY, "3.6/1/a")], ON)
    assert (outcome.before.school.level, outcome.after.school.level) == (0, 4)
    assert outcome.by == ("3.6",)
    (move,) = outcome.moves
    assert (move.criterion, move.after) == ("3.6", None)


def test_dropping_a_level_or_an_indicator_asks_nothing_there():
    planned = draft(PRIMARY, DraftChanges(drop=["1.1/3", "1.1/2/-", "1.4/2/a", "22/4/22.1"]))
    assert list(planned.criteria["1.1"].levels) == [1]
    assert IndicatorKey("1.4", 2, "a") not in planned.index
    assert planned.counts.indicators == {1: 81, 2: 46, 3: 23, 4: 4}


def test_a_school_that_is_not_touched_does_not_change():
    planned = draft(PRIMARY, DraftChanges(drop=["3.6"]))
    (outcome,) = simulate(PRIMARY, planned, [school(PRIMARY, "1.1/1/a")], ON)
    assert (outcome.changed, outcome.by) == (False, ())


def kindergarten(percent: int, verdict: Result = Result.MET) -> SchoolCase:
    results = dict.fromkeys(KINDERGARTEN.keys, Result.MET)
    results[IndicatorKey("5.3", 3, "-")] = verdict
    figure = Figure(numerator=Fraction(percent), denominator=Fraction(100))
    return SchoolCase(
        code="MN-01",
        results=results,
        figures={"tre_phat_trien_binh_thuong": figure},
        setting=Setting(area=Area.OTHER),
    )


def threshold(value: int | str) -> DraftChanges:
    new = NewThreshold(criterion="5.3", level=3, indicator="-", figure="tre_phat_trien_binh_thuong", value=value)
    return DraftChanges(thresholds=[new])


def test_a_higher_threshold_lowers_the_schools_below_it():
    planned = draft(KINDERGARTEN, threshold("97.5"))
    low, high = simulate(KINDERGARTEN, planned, [kindergarten(97), kindergarten(98)], ON)
    assert (low.after.school.level, low.by) == (2, ("5.3",))
    assert (high.after.school.level, high.changed) == (4, False)


def test_a_lower_threshold_does_not_judge_but_asks_to_judge_again():
    planned = draft(KINDERGARTEN, threshold(90))
    (outcome,) = simulate(KINDERGARTEN, planned, [kindergarten(92, Result.NOT_MET)], ON)
    assert outcome.before.school.level == 2
    assert (outcome.after.school.level, outcome.after.school.floor, outcome.after.school.ceiling) == (None, 2, 4)


def test_a_figure_above_both_thresholds_leaves_the_verdict_alone():
    planned = draft(KINDERGARTEN, threshold(90))
    case = kindergarten(96, Result.NOT_MET)
    assert as_if(KINDERGARTEN, planned, case, ON)[IndicatorKey("5.3", 3, "-")] is Result.NOT_MET


def test_thresholds_may_be_changed_for_one_area():
    new = NewThreshold(
        criterion="5.4",
        level=1,
        indicator="b",
        figure="tre_5_tuoi_hoan_thanh_chuong_trinh",
        value=70,
        areas=[Area.DISADVANTAGED],
    )
    planned = draft(KINDERGARTEN, DraftChanges(thresholds=[new]))
    values = [t.value for t in planned.indicator(IndicatorKey("5.4", 1, "b")).thresholds]
    assert values == [85, 70]


def test_no_result_is_carried_into_another_regime():
    (outcome,) = simulate(PRIMARY, NEW, [school(PRIMARY)], ON)
    assert outcome.after.school.level is None
    assert outcome.changed


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (DraftChanges(drop=["9.9"]), "drop[0]"),
        (DraftChanges(drop=["1.1", "1.2/7"]), "drop[1]"),
        (DraftChanges(drop=["1.2/x"]), "drop[0]"),
        (DraftChanges(drop=["1.2/1/z"]), "drop[0]"),
        (DraftChanges(mandatory={"9.9": True}), "mandatory.9.9"),
        (DraftChanges(school_levels={7: NewSchoolLevel(rest=1)}), "school_levels.7"),
        (DraftChanges(school_levels={1: NewSchoolLevel(others_at_least=9)}), "changes"),
        (threshold(1), "thresholds[0]"),
    ],
)
def test_a_change_without_an_object_is_refused_with_its_place(changes, path):
    with pytest.raises(BadInput) as error:
        draft(NEW, changes)
    assert error.value.path == path


def test_a_commune_of_thirty_schools_is_simulated_in_order():
    planned = draft(PRIMARY, DraftChanges(drop=["3.6"]))
    schools = [SchoolCase(code=f"S{n}", results=dict.fromkeys(PRIMARY.keys, Result.MET)) for n in range(30)]
    assert [o.code for o in simulate(PRIMARY, planned, schools, ON)] == [f"S{n}" for n in range(30)]


def test_a_draft_without_a_mandatory_criterion_is_still_computed():
    planned = draft(NEW, DraftChanges(mandatory={code: False for code, c in NEW.criteria.items() if c.mandatory}))
    (outcome,) = simulate(NEW, planned, [school(NEW)], ON)
    assert outcome.after.school.level == 2
    (outcome,) = simulate(NEW, planned, [school(NEW, *(f"{code}/1/-" for code in list(NEW.criteria)[:11]))], ON)
    assert outcome.after.school.level == 0


def test_only_numbers_that_bind_change_a_school_in_a_trial():
    """2.2 Mức 1 b: 100 % binds under the circulars of 2018 and not after TT22/2024, which follows a timetable."""
    figures = {"gv_dat_chuan_trinh_do": Figure(numerator=Fraction(95), denominator=Fraction(100))}
    key = IndicatorKey("2.2", 1, "b")
    case = school(AMENDED, figures=figures, setting=Setting(area=Area.OTHER))
    assert as_if(AMENDED, PRIMARY, case, ON)[key] is Result.NOT_MET
    case = school(PRIMARY, figures=figures, setting=Setting(area=Area.OTHER))
    assert key not in as_if(PRIMARY, AMENDED, case, ON)  # amended: nothing of the old verdict or number holds
