"""School figures: exact, checked against the law, shown beside judgements, and never a level."""

from __future__ import annotations

import datetime as dt
import importlib.util
import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessment.domain import facts as f
from services.assessment.domain.figures import possible, rows, setting
from services.assessment.domain.replay import SchoolHistory, SchoolState, replay
from services.assessment.domain.school_assessment import assess
from services.assessment.errors import DateRefused, NoSuchCycle, NoSuchFigure, NoSuchSchool
from shared.contracts.calls import assessment as calls
from shared.contracts.problems import DocumentUnknown
from shared.problems import BadRequest, Problem
from shared.rulebook import load_library
from shared.rulebook.document import Area
from shared.rulebook.figure_schema import figure_schemas
from shared.vocabulary.assessment import EducationLevel, Layer, SchoolKind

LIBRARY = load_library()
PRIMARY_2018 = LIBRARY.get("v2018/tieu_hoc")
TT57 = LIBRARY.get("v2026_tt57/pho_thong")
KINDERGARTEN = LIBRARY.get("v2018/mam_non")
SECONDARY = LIBRARY.get("v2018_tt22/trung_hoc")
OPENED = dt.date(2024, 3, 1)
YEAR = "2023-2024"
QUALIFIED = "gv_dat_chuan_trinh_do"
AFFILIATED = "PT.2.2.Q03"


def given_figure(figure=QUALIFIED, numerator="18", denominator="20", **more):
    return calls.FigureGiven(
        figure=figure,
        numerator=Decimal(numerator),
        denominator=None if denominator is None else Decimal(denominator),
        **more,
    )


def stated(figure=QUALIFIED, numerator="18", denominator="20", unit="%", **more):
    return f.StatedFigure(
        figure=figure,
        numerator=Decimal(numerator),
        denominator=None if denominator is None else Decimal(denominator),
        unit=unit,
        **more,
    )


def state_figures(office, *figures, year=YEAR, on=OPENED, cycle="", acting=None, school="TH-BC"):
    request = calls.StateFigures(school=school, school_year=year, figures=list(figures), cycle=cycle, on=on)
    return office.application.state_figures(acting or office.acting, request)


def ask(office, **wanted):
    return office.application.figures(calls.FiguresRequest(**{"school": "TH-BC", **wanted}))


def of(answer, figure, level=1):
    return next(one for one in answer.figures if (one.figure, one.level) == (figure, level))


@pytest.fixture
def old(office):
    """A primary school with a cycle under the circular of 2018."""
    office.with_school()
    office.cycle = office.with_cycle(on=OPENED, year=YEAR)
    return office


@pytest.fixture
def new(office):
    """A primary school with a cycle under the circular of 2026."""
    office.with_school()
    office.cycle = office.with_cycle()
    return office


# --- names and numbers of the law


@pytest.mark.parametrize("rulebook", list(LIBRARY), ids=lambda one: one.id)
def test_every_figure_of_every_rulebook_has_a_vietnamese_name(rulebook):
    for figure, asked in figure_schemas(rulebook).items():
        assert asked.name != figure
        assert " " in asked.name


@pytest.mark.parametrize(
    ("rulebook", "figure", "path", "words"),
    [
        (PRIMARY_2018, stated("khong_co"), "$.figures[0].figure", "TT17/2018 (v2018/tieu_hoc) không hỏi"),
        (PRIMARY_2018, stated(AFFILIATED), "$.figures[0].figure", "không hỏi số liệu"),
        (TT57, stated(QUALIFIED), "$.figures[0].figure", "TT57/2026"),
        (PRIMARY_2018, stated(unit="người"), "$.figures[0].unit", "tính bằng %, không phải người"),
        (PRIMARY_2018, stated(numerator="-1"), "$.figures[0].numerator", "không được âm"),
        (PRIMARY_2018, stated(denominator="-1"), "$.figures[0].denominator", "không được âm"),
        (PRIMARY_2018, stated(denominator=None), "$.figures[0].denominator", "phải có hai số"),
        (PRIMARY_2018, stated(numerator="0", denominator="0"), "$.figures[0].denominator", "mẫu số 0"),
        (PRIMARY_2018, stated(numerator="21"), "$.figures[0].numerator", "phần lớn hơn tổng (21 > 20)"),
        (PRIMARY_2018, stated("so_lop", unit="lớp"), "$.figures[0].denominator", "là số đếm (lớp)"),
        (PRIMARY_2018, stated("so_phong_hoc_tren_so_lop", "9", "0", ""), "$.figures[0].denominator", "mẫu số 0"),
        (PRIMARY_2018, stated(numerator="NaN"), "$.figures[0].numerator", "phải là một số"),
        (PRIMARY_2018, stated(denominator="Infinity"), "$.figures[0].denominator", "phải là một số"),
        (PRIMARY_2018, stated(numerator="1E+400"), "$.figures[0].numerator", "quá lớn"),
        (PRIMARY_2018, stated(numerator="1." + "1" * 30), "$.figures[0].numerator", "quá dài"),
        (TT57, stated(AFFILIATED, "21"), "$.figures[0].numerator", "phần lớn hơn tổng"),
        (TT57, stated("PT.4.1.Q01", "3", "2", ""), "$.figures[0].numerator", "phần lớn hơn tổng"),
        (TT57, stated("PT.4.1.Q03", "3", "2", ""), "$.figures[0].denominator", "là số đếm (hạng mục)"),
        (TT57, stated("PT.1.4.Q02", "3", None, ""), "$.figures[0].denominator", "phải có hai số"),
    ],
)
def test_what_cannot_be_is_refused_with_its_path(rulebook, figure, path, words):
    with pytest.raises(Problem, match=re.escape(words)) as refused:
        possible(rulebook, [figure])
    assert refused.value.to_document()["path"] == path


@pytest.mark.parametrize(
    ("rulebook", "figure"),
    [
        (TT57, stated("PT.1.4.Q02", "3", "0", "lượt")),  # found and not yet handled
        (TT57, stated("PT.1.4.Q02", "3", "5", "lượt")),  # some handled were found the year before
        (TT57, stated("PT.2.1.Q01", "3", "2", "người")),  # more than required
        (KINDERGARTEN, stated("si_so_tren_si_so_toi_da", "30", "25")),  # a full class may be fuller than it should be
        (PRIMARY_2018, stated("so_phong_hoc_tren_so_lop", "16", "15", "phòng/lớp")),
        (SECONDARY, stated("dien_tich_moi_hs", "8.5", None, "m²/HS")),
        (PRIMARY_2018, stated("so_lop", "0", None, "lớp")),
    ],
)
def test_what_may_be_is_taken_as_it_is(rulebook, figure):
    assert possible(rulebook, [figure]) == (figure,)


def test_a_figure_named_twice_in_one_call_is_refused():
    with pytest.raises(BadRequest, match="hai lần") as refused:
        possible(PRIMARY_2018, [stated(), stated(numerator="19")])
    assert refused.value.to_document()["path"] == "$.figures[1].figure"


@pytest.mark.parametrize(
    ("written", "kept"), [("85.0", "85"), ("8.5E+1", "85"), ("0.00", "0"), ("84.960", "84.96"), ("-0", "0")]
)
def test_one_number_is_stored_in_one_way(written, kept):
    (found,) = possible(PRIMARY_2018, [stated(numerator=written, denominator="100", unit="")])
    assert (str(found.numerator), str(found.denominator), found.unit) == (kept, "100", "%")


# --- stating and asking


def test_a_figure_is_stored_with_its_document_and_told_beside_its_threshold(old):
    old.tell_document("d1")
    state_figures(old, given_figure(document="d1", note="theo danh sách"))
    found = of(ask(old, school_year=YEAR), QUALIFIED)
    assert found == calls.FigureView(
        figure=QUALIFIED,
        name="Tỷ lệ giáo viên đạt chuẩn trình độ đào tạo",
        criterion="2.2",
        level=1,
        indicator="b",
        op=">=",
        required="100",
        unit="%",
        numerator="18",
        denominator="20",
        value="90",
        meets=False,
        binding=True,
        article=found.article,
        document="d1",
        note="theo danh sách",
        position=4,
        school_year=YEAR,
    )
    assert found.article


def test_84_96_percent_is_not_85_percent(old):
    state_figures(old, given_figure("hs_hoan_thanh_chuong_trinh_lop", "2124", "2500"))
    found = of(ask(old), "hs_hoan_thanh_chuong_trinh_lop", level=2)
    assert (found.value, found.required, found.meets) == ("84.96", "85", False)


def test_a_value_that_does_not_end_stays_a_fraction(old):
    state_figures(old, given_figure("hs_hoan_thanh_chuong_trinh_lop", "2", "3"))
    assert of(ask(old), "hs_hoan_thanh_chuong_trinh_lop").value == "200/3"


def test_every_threshold_is_listed_also_without_a_figure(old):
    answer = ask(old)
    assert {one.figure for one in answer.figures} == set(figure_schemas(PRIMARY_2018))
    assert all((one.value, one.meets, one.position, one.school_year) == (None, None, 0, "") for one in answer.figures)
    assert (answer.cycle, answer.rulebook, answer.school_years) == (YEAR, "v2018/tieu_hoc", [])


def test_what_2026_asks_is_listed_whole_and_binds_nobody(new):
    state_figures(new, given_figure(AFFILIATED, "17", "20"), year="2025-2026", on=None)
    answer = ask(new)
    assert [one.figure for one in answer.figures] == [i.figure for c in TT57.criteria.values() for i in c.data_items]
    found = of(answer, AFFILIATED, level=None)
    assert (found.value, found.unit, found.meets, found.required, found.op) == ("85", "%", None, None, None)
    assert (found.binding, found.advisory, found.name) == (False, "tham khảo đến 31/12/2028", "tỷ lệ GV đạt chuẩn trình độ")


def test_after_2028_a_number_of_2026_is_still_no_condition(log):
    log.register()
    log.open(TT57, dt.date(2026, 9, 25))
    assessed = assess(replay(log.entries, valid_at=dt.date(2029, 1, 1), known_at=99), LIBRARY)
    assert {(row.advisory, row.check.binding) for row in rows(assessed)} == {("tham khảo", False)}


def test_a_threshold_that_is_no_condition_says_so(log):
    log.register()
    log.open(KINDERGARTEN, OPENED)
    assessed = assess(replay(log.entries, valid_at=OPENED, known_at=99), LIBRARY)
    found = next(row for row in rows(assessed) if row.check.figure == "si_so_tren_si_so_toi_da")
    assert found.advisory == "không phải điều kiện"


def test_the_newest_school_year_of_each_figure_speaks_unless_one_is_named(old):
    state_figures(old, given_figure(numerator="20"), year="2022-2023")
    state_figures(old, given_figure(), given_figure("so_lop", "15", None), year=YEAR)
    state_figures(old, given_figure("so_lop", "16", None), year="2021-2022")
    answer = ask(old)
    assert [of(answer, QUALIFIED).school_year, of(answer, "so_lop", 2).school_year] == [YEAR, YEAR]
    assert of(ask(old, school_year="2022-2023"), QUALIFIED).value == "100"
    assert of(ask(old, school_year="2022-2023"), "so_lop", 2).value is None
    assert ask(old).school_years == [YEAR, "2022-2023", "2021-2022"]


def test_a_correction_is_another_fact_and_the_first_is_still_there_for_who_asks_then(old):
    first = state_figures(old, given_figure(numerator="20")).position
    second = state_figures(old, given_figure(numerator="18")).position
    assert second == first + 1
    assert of(ask(old), QUALIFIED).value == "90"
    assert of(ask(old, known_at=first), QUALIFIED).value == "100"
    assert of(ask(old, known_at=first - 1), QUALIFIED).value is None
    assert of(ask(old, valid_at=OPENED - dt.timedelta(days=1), cycle=""), QUALIFIED).value is None


def test_the_same_figures_of_the_same_day_are_recorded_once(old):
    first = state_figures(old, given_figure(), given_figure("so_lop", "15", None)).position
    assert state_figures(old, given_figure(numerator="18.0")).position == first
    again = state_figures(old, given_figure(), given_figure("so_lop", "16", None)).position
    items = old.application.history(calls.HistoryRequest(school="TH-BC", after=first)).items
    assert [item.position for item in items] == [again]
    assert items[0].summary == "Ghi số liệu năm học 2023-2024: so_lop: 16\u00a0lớp."
    assert [one["figure"] for one in items[0].data["figures"]] == ["so_lop"]


def test_a_repeat_of_a_call_whose_answer_was_lost_changes_nothing(old):
    acting = msgspec.structs.replace(old.acting, command="k1")
    first = state_figures(old, given_figure(), acting=acting).position
    state_figures(old, given_figure(numerator="19"))
    repeated = state_figures(old, given_figure(), acting=acting).position
    assert repeated == first + 1
    assert of(ask(old), QUALIFIED).value == "95"


def test_figures_are_checked_against_the_cycle_named_else_the_newest_else_the_law_of_the_day(office):
    office.with_school()
    with pytest.raises(NoSuchFigure, match="TT17/2018"):
        state_figures(office, given_figure(AFFILIATED))
    state_figures(office, given_figure())
    first = office.with_cycle(on=OPENED, year=YEAR)
    office.with_cycle()
    with pytest.raises(NoSuchFigure, match="TT57/2026"):
        state_figures(office, given_figure())
    state_figures(office, given_figure(numerator="19"), cycle=first.cycle)
    assert of(ask(office, cycle=first.cycle), QUALIFIED).value == "95"
    with pytest.raises(NoSuchCycle):
        state_figures(office, given_figure(), cycle="1999-2000")
    with pytest.raises(NoSuchCycle):
        ask(office, cycle="1999-2000")


def test_a_document_must_be_kept_for_the_school(old):
    with pytest.raises(DocumentUnknown):
        state_figures(old, given_figure(document="d-khong-co"))
    assert ask(old).school_years == []


@pytest.mark.parametrize("year", ["2023", "2023-2025", "", "năm nay"])
def test_a_school_year_is_two_years_that_follow(old, year):
    with pytest.raises(BadRequest, match="Năm học") as refused:
        state_figures(old, given_figure(), year=year)
    assert refused.value.to_document()["path"] == "$.school_year"


def test_wrong_calls_are_refused(old):
    with pytest.raises(DateRefused, match="chưa bắt đầu"):
        state_figures(old, given_figure(), year="2025-2026", on=OPENED)
    with pytest.raises(DateRefused, match="chưa đến"):
        state_figures(old, given_figure(), on=dt.date(2030, 1, 1))
    with pytest.raises(BadRequest, match="từ 1 đến"):
        state_figures(old)
    with pytest.raises(NoSuchSchool):
        state_figures(old, given_figure(), school="KHAC", on=None)
    with pytest.raises(NoSuchSchool):
        ask(old, school="KHAC")
    with pytest.raises(BadRequest, match="Năm học"):
        ask(old, school_year="x")


def test_figures_may_be_stated_after_the_self_assessment_was_submitted(old):
    old.submit_anyway(old.cycle, on=OPENED)
    assert state_figures(old, given_figure()).position


# --- thresholds over several years


RATED = "gv_cnn_kha_tro_len"


def test_one_stated_year_of_five_is_never_met_and_names_the_four_that_are_missing(old):
    """The school's cycle is of 2023-2024; the law asks for 05 năm up to the assessment."""
    state_figures(old, given_figure(RATED, "20"))
    found = of(ask(old), RATED, 2)
    assert (found.meets, found.window_years, found.value) == (None, 5, "100")
    assert found.missing_years == ["2019-2020", "2020-2021", "2021-2022", "2022-2023"]
    assert old.application.simulate(
        calls.SimulateRequest(commune="NL01", rulebook=old.rulebook(old.cycle).id, on=OPENED)
    ).schools


def test_all_five_years_are_met_and_one_that_fails_is_not_and_says_which(old):
    old.state(OPENED, disadvantaged_area=False)
    old.judge(old.cycle, {("2.2", 2, "b"): "met"}, on=OPENED)
    for first in range(2019, 2024):
        state_figures(old, given_figure(RATED, "15"), year=f"{first}-{first + 1}")
    assert (of(ask(old), RATED, 2).meets, of(ask(old), RATED, 2).missing_years) == (True, [])
    state_figures(old, given_figure(RATED, "11"), year="2021-2022")
    found = of(ask(old), RATED, 2)
    assert (found.meets, found.school_year) == (False, "2023-2024")
    assert "năm học 2021-2022 là 55\u00a0%, yêu cầu ít nhất 60\u00a0%" in found.contradiction


def test_without_a_cycle_the_years_end_with_the_school_year_of_the_day(office):
    office.with_school()
    state_figures(office, given_figure(RATED, "20"), year="2022-2023", on=dt.date(2024, 7, 1))
    june = of(ask(office, valid_at=dt.date(2024, 7, 1)), RATED, 2)
    assert june.missing_years[-1] == "2023-2024"


# --- contradictions


def criterion(office, code):
    return office.application.criterion(calls.CriterionRequest(school="TH-BC", cycle=office.cycle.cycle, criterion=code))


def test_a_figure_below_the_threshold_contradicts_met_on_both(old):
    state_figures(old, given_figure())
    old.judge(old.cycle, {("2.2", 1, "b"): "met"}, on=OPENED)
    view = criterion(old, "2.2")
    sentence = of(view, QUALIFIED).contradiction
    assert sentence.startswith("2.2 Mức 1 b được đánh giá đạt, nhưng “Tỷ lệ giáo viên đạt chuẩn")
    assert "là 90\u00a0%" in sentence
    assert "yêu cầu ít nhất 100\u00a0%" in sentence
    assert {i.contradiction for i in view.indicators if (i.level, i.indicator) == (1, "b")} == {sentence}
    assert {i.contradiction for i in view.indicators if (i.level, i.indicator) != (1, "b")} == {""}
    assert of(ask(old), QUALIFIED).contradiction == sentence
    assert {one.criterion for one in view.figures} == {"2.2"}


def test_a_figure_above_the_threshold_contradicts_not_met(old):
    state_figures(old, given_figure(numerator="20"))
    old.judge(old.cycle, {("2.2", 1, "b"): "not_met"}, on=OPENED)
    assert "được đánh giá không đạt, dù" in of(criterion(old, "2.2"), QUALIFIED).contradiction


@pytest.mark.parametrize(("numerator", "result"), [("20", "met"), ("18", "not_met"), ("18", "not_assessed")])
def test_agreement_and_silence_are_no_contradiction(old, numerator, result):
    state_figures(old, given_figure(numerator=numerator))
    old.judge(old.cycle, {("2.2", 1, "b"): result}, on=OPENED)
    assert of(criterion(old, "2.2"), QUALIFIED).contradiction == ""


def test_only_the_schools_own_judgement_is_contradicted(old):
    state_figures(old, given_figure())
    old.visit(old.cycle, {("2.2", 1, "b"): "met"}, on=OPENED)
    assert of(criterion(old, "2.2"), QUALIFIED).contradiction == ""


def test_under_the_law_of_2026_no_figure_contradicts_a_judgement(new):
    state_figures(new, given_figure(AFFILIATED, "1", "20"), year="2025-2026", on=None)
    new.judge_all(new.cycle)
    view = criterion(new, "2.2")
    assert {i.contradiction for i in view.indicators} == {""}
    assert [one.figure for one in view.figures] == ["PT.2.2.Q01", "PT.2.2.Q02", "PT.2.2.Q03", "PT.2.2.Q04"]
    assert new.status().criteria["2.2"].level == 2


# --- which thresholds apply


@pytest.mark.parametrize(
    ("conditions", "area"),
    [
        ({}, None),
        ({"disadvantaged_area": False}, Area.OTHER),
        ({"disadvantaged_area": True}, Area.DISADVANTAGED),
        ({"extremely_disadvantaged_area": True}, Area.EXTREMELY_DISADVANTAGED),
        ({"disadvantaged_area": True, "extremely_disadvantaged_area": False}, Area.DISADVANTAGED),
    ],
)
def test_the_area_follows_from_what_was_stated(conditions, area):
    state = school_state(SchoolKind.PRIMARY)
    state.conditions.update(conditions)
    assert setting(state).area is area


def school_state(kind, levels=()):
    state = SchoolState(OPENED, 1)
    state.school = f.SchoolRegistered(school="X", name="X", kind=kind, commune="C", levels=levels)
    return state


@pytest.mark.parametrize(
    ("kind", "levels", "expected"),
    [
        (SchoolKind.PRIMARY, (), {"tieu_hoc"}),
        (SchoolKind.LOWER_SECONDARY, (), {"thcs"}),
        (SchoolKind.UPPER_SECONDARY, (), {"thpt"}),
        (SchoolKind.MULTI_LEVEL, ("mam_non", "tieu_hoc", "thcs"), {"tieu_hoc", "thcs"}),
        (SchoolKind.KINDERGARTEN, (), set()),
    ],
)
def test_the_levels_of_education_follow_from_the_registration(kind, levels, expected):
    assert setting(school_state(kind, levels)).levels == {EducationLevel(one) for one in expected}


def test_a_school_is_not_specialised_and_its_town_unknown_unless_stated():
    state = school_state(SchoolKind.UPPER_SECONDARY)
    assert (setting(state).specialised, setting(state).urban) == (False, None)
    state.conditions.update(specialised=True, urban=False)
    assert (setting(state).specialised, setting(state).urban) == (True, False)


def test_an_extremely_disadvantaged_commune_has_its_own_threshold(old):
    state_figures(old, given_figure("tre_den_14_tuoi_hoan_thanh_ctth", "75", "100"))
    old.state(OPENED, disadvantaged_area=True)
    assert of(ask(old), "tre_den_14_tuoi_hoan_thanh_ctth").meets is False
    old.state(OPENED, extremely_disadvantaged_area=True)
    found = of(ask(old), "tre_den_14_tuoi_hoan_thanh_ctth")
    assert (found.required, found.meets) == ("70", True)


def test_what_only_chooses_thresholds_does_not_touch_the_facts_of_recognition(old):
    before = old.status().conditions
    old.state(OPENED, extremely_disadvantaged_area=True, specialised=False, urban=True)
    assert old.status().conditions == before


# --- figures change no level

FIGURES = sorted(figure_schemas(PRIMARY_2018))
KEYS = PRIMARY_2018.keys
DAYS = [OPENED + dt.timedelta(days=day) for day in range(4)]
JUDGEMENTS = st.tuples(st.sampled_from(KEYS), st.sampled_from(["met", "not_met"]), st.sampled_from(DAYS))


@settings(max_examples=40)
@given(
    judgements=st.lists(JUDGEMENTS, max_size=6),
    figures=st.lists(st.tuples(st.sampled_from(FIGURES), st.integers(0, 20), st.sampled_from(DAYS)), min_size=1, max_size=6),
    most=st.booleans(),
)
def test_figures_never_change_a_level_a_condition_or_a_derivation(judgements, figures, most):
    def told(with_figures):
        log = told_story(most=most)
        for key, result, day in judgements:
            log.judge(key, result, day, cycle=YEAR)
        for figure, numerator, day in figures if with_figures else []:
            one = stated(figure, str(numerator), "20", figure_schemas(PRIMARY_2018)[figure].unit)
            log.add(f.FiguresStated(school="TH-BC", school_year=YEAR, figures=(one,)), day)
        assessed = assess(SchoolHistory(log.entries).at(DAYS[-1], 10_000), LIBRARY)
        assert rows(assessed)
        return [assessed.evaluation(layer) for layer in Layer], assessed.facts, assessed.because

    assert told(with_figures=True) == told(with_figures=False)


SPEC = importlib.util.spec_from_file_location("figures_story", Path(__file__).with_name("conftest.py"))
builders = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(builders)


def told_story(*, most):
    log = builders.LogBuilder()
    log.register()
    log.open(PRIMARY_2018, OPENED, YEAR)
    for key in KEYS if most else ():
        log.judge(key, "met", OPENED, cycle=YEAR)
    return log


def test_the_status_of_a_school_is_the_same_before_and_after_its_figures(old):
    old.judge_all(old.cycle, on=OPENED)
    before = old.status(layer=Layer.SCHOOL)
    explained = old.application.explain(calls.ExplainRequest(school="TH-BC"))
    state_figures(old, given_figure(numerator="1"), given_figure("so_lop", "99", None))
    after = old.status(layer=Layer.SCHOOL)
    assert msgspec.structs.replace(after, known_at=before.known_at) == before
    again = old.application.explain(calls.ExplainRequest(school="TH-BC"))
    assert msgspec.structs.replace(again, lacking=explained.lacking) == explained
    kinds = [gap.kind for gap in again.lacking.gaps]
    assert calls.GapKind.CONTRADICTION in kinds, "what a figure contradicts is asked for, and changes no level"


def test_a_draft_with_another_threshold_asks_the_figures(old):
    old.judge_all(old.cycle, on=OPENED)
    state_figures(old, given_figure("hs_hoan_thanh_chuong_trinh_lop", "97", "100"), on=OPENED)
    change = {
        "criterion": "5.5",
        "level": 1,
        "indicator": "a",
        "figure": "hs_hoan_thanh_chuong_trinh_lop",
        "value": 98,
    }
    request = calls.SimulateRequest(commune="NL01", rulebook="v2018/tieu_hoc", changes={"thresholds": [change]})
    (found,) = old.application.simulate(request).schools
    assert (found.before.level, found.after.level, found.by) == (4, 0, ["5.5"])


def test_simulating_the_law_as_it_is_changes_nothing_though_a_figure_speaks_against_the_council(old):
    old.judge_all(old.cycle, on=OPENED)
    state_figures(old, given_figure("hs_hoan_thanh_chuong_trinh_lop", "1", "100"), on=OPENED)
    (found,) = old.application.simulate(calls.SimulateRequest(commune="NL01", rulebook="v2018/tieu_hoc")).schools
    assert (found.changed, found.before, found.by) == (False, found.after, [])
