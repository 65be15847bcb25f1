"""Looking back: five school years with three layers that never merge, and where layers differed, by criterion."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment.domain.years import ComparedLevels
from services.assessment.errors import NoSuchSchool
from services.assessment.use_cases import looking_back
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import years as asked
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest
from shared.rulebook import LevelResult
from shared.vocabulary.assessment import Layer
from shared.vocabulary.roles import Role, ScopeKind

SCHOOL = "TH-BC"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
KEY = ("1.2", 1, "-")
TT57, OLD = "2026/pho_thong", "2018/tieu_hoc"
FIVE = ["2022-2023", "2023-2024", "2024-2025", "2025-2026", "2026-2027"]


def years(office, **more):
    return office.application.years(asked.YearsRequest(school=SCHOOL, **more))


def year(office, name, **more):
    return next(one for one in years(office, **more).years if one.year == name)


def sheet(office, **more):
    return office.application.divergence(asked.DivergenceRequest(school=SCHOOL, **more))


def row(office, criterion="1.2", **more):
    return next(one for one in sheet(office, **more).criteria if one.criterion == criterion)


def of_office(office, acting=None, **more):
    return office.application.divergences(acting or reaching(SCHOOL), asked.DivergencesRequest(**more))


def reaching(*schools):
    grant = Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="NL01", schools=schools)
    return CallContext(actor="account-1", grants=(grant,), correlation="c-1")


@pytest.fixture
def school(office):
    """A school that judged all as met this year, and whose commune found one indicator not met."""
    office.cycle = office.with_school().with_cycle()
    office.judge_all(office.cycle)
    office.visit(office.cycle, {KEY: "not_met"}, "commune")
    return office


# --- five years


def test_five_school_years_are_told_earliest_first_and_empty_ones_are_empty(office):
    office.with_school()
    answer = years(office)
    assert [one.year for one in answer.years] == FIVE
    assert {(one.cycle, one.rulebook, len(one.layers)) for one in answer.years} == {("", "", 0)}
    assert [one.on for one in answer.years[-2:]] == [dt.date(2026, 6, 30), dt.date(2026, 11, 24)]


def test_a_year_holds_each_layer_that_judged_with_the_criteria_it_judged(school):
    now = year(school, "2026-2027")
    assert list(now.layers) == ["school", "commune"]
    assert (now.cycle, now.rulebook, now.submitted_on) == ("2026-2027", "v2026_tt57/pho_thong", None)
    assert list(now.layers["commune"].criteria) == ["1.2"]
    assert now.layers["commune"].criteria["1.2"].level == 0
    assert set(now.layers["school"].criteria) == set(school.rulebook(school.cycle).criteria)
    assert now.layers["school"].level.level == 2


def test_a_visit_that_is_not_concluded_gives_its_layer_nothing(office):
    cycle = office.with_school().with_cycle()
    office.tell_finding(cycle, KEY, "met", "commune")
    assert year(office, "2026-2027").layers == {}
    office.tell_concluded(cycle, "commune")
    assert list(year(office, "2026-2027").layers) == ["commune"]


def test_a_report_that_was_reopened_keeps_what_offices_found_of_the_version_before(school):
    school.submit_anyway(school.cycle)
    request = calls.ReopenCycle(school=SCHOOL, cycle="2026-2027", reason="Sở trả hồ sơ, bổ sung số liệu")
    again = school.application.reopen_cycle(school.acting, request)
    school.judge(again, {("1.1", 1, "-"): "not_met"})
    now = year(school, "2026-2027")
    assert (now.cycle, now.submitted_on) == ("2026-2027.2", None)
    assert {layer: one.cycle for layer, one in now.layers.items()} == {"school": "2026-2027.2", "commune": "2026-2027"}
    assert now.layers["school"].criteria["1.1"].level == 0


def test_each_year_has_its_own_cycle_and_the_day_it_was_submitted(office):
    office.with_school().with_earlier_years(2024, 2025)
    office.with_cycle()
    told = {one.year: (one.cycle, one.submitted_on) for one in years(office).years}
    assert told["2024-2025"] == ("2024-2025", dt.date(2025, 5, 20))
    assert told["2025-2026"] == ("2025-2026", dt.date(2026, 5, 20))
    assert told["2026-2027"] == ("2026-2027", None)
    assert [year(office, name).rulebook for name in ("2024-2025", "2026-2027")] == [
        "v2018/tieu_hoc",
        "v2026_tt57/pho_thong",
    ]


def test_a_moment_of_the_past_is_answered_by_what_was_and_what_was_known(school):
    before = school.application.log.head() - 2
    assert list(year(school, "2026-2027", known_at=before).layers) == ["school"]
    told = years(school, valid_at=dt.date(2025, 9, 1))
    assert ([one.year for one in told.years][-1], told.years[-1].layers) == ("2025-2026", {})
    later = years(school, known_at=before)
    school.judge(school.cycle, {KEY: "not_met"})
    assert years(school, known_at=before) == later


def test_awards_stand_in_each_year_as_they_did_at_its_end(office):
    office.with_school()
    office.tell_document()
    paper = {"override": "Quyết định ký trên giấy năm ấy", "copied_from_paper": DOCUMENT}
    grant = calls.GrantRecognition(
        school=SCHOOL, number="9/QĐ", decided_on=dt.date(2021, 6, 30), degree=1, expires_on=dt.date(2026, 3, 1), **paper
    )
    office.application.grant_recognition(office.acting, grant)
    certify = calls.GrantCertificate(school=SCHOOL, number="9/CN", decided_on=dt.date(2024, 6, 1), degree=1, **paper)
    office.application.grant_certificate(office.acting, certify)
    told = {one.year: one for one in years(office).years}
    assert [told[name].recognition.state for name in FIVE] == ["con_hieu_luc"] * 3 + ["het_han"] * 2
    assert [told[name].certificate is not None for name in FIVE] == [False, True, True, True, True]


def test_a_school_that_is_not_known_or_was_not_yet_is_refused(office):
    for ask in (lambda: years(office), lambda: sheet(office)):
        with pytest.raises(NoSuchSchool):
            ask()
    office.with_school()
    with pytest.raises(NoSuchSchool):
        years(office, known_at=1)


# --- where layers differed, at one school


def test_a_criterion_on_which_two_layers_cannot_both_be_right_differs(school):
    one = row(school)
    assert (one.differed, [(at.year, at.cycle, at.differs) for at in one.years]) == (1, [("2026-2027", "2026-2027", True)])
    assert {layer: view.level for layer, view in one.years[0].levels.items()} == {"school": 2, "commune": 0}


def test_a_criterion_that_one_layer_judged_is_not_compared(school):
    assert row(school, "1.1").years == []


def test_layers_that_may_both_be_right_do_not_differ(school):
    school.visit(school.cycle, {("1.3", 1, "-"): "met"}, "department", inspection="visit-2")
    one = row(school, "1.3")
    assert (one.differed, one.years[0].differs, one.years[0].levels["department"].level) == (0, False, None)


def test_every_criterion_of_the_rulebook_has_a_row_in_its_order(school):
    rulebook = school.rulebook(school.cycle)
    answer = sheet(school)
    assert [(one.criterion, one.title) for one in answer.criteria] == [
        (code, criterion.title) for code, criterion in rulebook.criteria.items()
    ]
    assert (answer.family, answer.rulebook, answer.years) == (TT57, rulebook.id, FIVE)


def test_a_school_that_mended_its_report_after_the_visit_is_compared_with_what_the_visit_saw(school):
    school.submit_anyway(school.cycle)
    request = calls.ReopenCycle(school=SCHOOL, cycle="2026-2027", reason="Xã nêu thiếu, trường bổ sung")
    again = school.application.reopen_cycle(school.acting, request)
    school.judge(again, {KEY: "not_met"})
    assert [at.cycle for at in row(school).years] == ["2026-2027"]
    school.visit(again, {KEY: "not_met"}, "commune", on=dt.date(2026, 11, 24), inspection="visit-2")
    assert [(at.cycle, at.differs) for at in row(school).years] == [("2026-2027.2", False)]


def test_families_never_mix(office):
    office.with_school().with_earlier_years(2025)
    old = next(one for one in office.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles)
    key = next(key for key in office.rulebook(old).keys if key.criterion == "1.2")
    office.visit(old, {key: "not_met"}, "commune")
    new = office.with_cycle()
    office.judge_all(new)
    office.visit(new, {KEY: "met"}, "commune", inspection="visit-2")
    assert [(one.family, one.schools) for one in sheet(office).families] == [(TT57, 1), (OLD, 1)]
    assert [(at.year, at.differs) for at in row(office).years] == [("2026-2027", False)]
    assert [(at.year, at.differs) for at in row(office, family=OLD).years] == [("2025-2026", True)]
    assert sheet(office, family=OLD).rulebook == "v2018_tt22/tieu_hoc"


def test_a_school_without_a_cycle_has_the_sheet_of_the_law_in_force(office):
    answer = sheet(office.with_school())
    assert (answer.family, answer.families) == (TT57, [])
    assert all(not one.years for one in answer.criteria)


def test_a_family_that_is_none_is_refused(school):
    for ask in (sheet, of_office):
        with pytest.raises(BadRequest, match="Chọn trong danh sách"):
            ask(school, family="2019/khac")


# --- where layers differed, at an office's schools


def with_others(office):
    for code, name in (("TH-AN", "Trường Tiểu học Ân"), ("TH-DD", "Trường Tiểu học Đa Đa"), ("TH-0", "Trường Tiểu học Zin")):
        office.with_school(code, name)
        cycle = office.with_cycle(school=code)
        office.judge_all(cycle, school=code)
        result = "met" if code == "TH-0" else "not_met"
        office.visit(cycle, {KEY: result}, "commune", school=code, inspection=f"visit-{code}")
    return ("TH-BC", "TH-AN", "TH-DD", "TH-0")


def test_an_office_sees_counts_by_criterion_and_schools_by_name_only(school):
    everywhere = reaching(*with_others(school))
    answer = of_office(school, everywhere)
    one = next(at for at in answer.criteria if at.criterion == "1.2")
    assert (one.compared, one.differed) == (4, 3)
    assert [at.school for at in one.schools] == ["TH-AN", "TH-BC", "TH-DD"]
    assert {at.year for at in one.schools} == {"2026-2027"}
    assert (answer.schools, [(at.family, at.schools) for at in answer.families]) == (4, [(TT57, 4)])
    assert [at.criterion for at in answer.criteria] == list(school.rulebook(school.cycle).criteria)
    assert (answer.years, answer.rulebook) == (FIVE, "v2026_tt57/pho_thong")


def test_an_office_sees_the_schools_it_reaches_and_no_others(school):
    with_others(school)
    one = next(at for at in of_office(school).criteria if at.criterion == "1.2")
    assert [at.school for at in one.schools] == [SCHOOL]
    assert of_office(school, commune="NL02").schools == 0
    nobody = of_office(school, reaching())
    assert (nobody.schools, nobody.families) == (0, [])


def test_the_family_of_most_schools_comes_first_and_another_may_be_named(office):
    office.with_school()
    office.judge_all(office.with_cycle())
    for code in ("MN-1", "MN-2"):
        office.with_school(code, f"Trường Mầm non {code}", "mam_non")
        office.judge_all(office.with_cycle(school=code), school=code)
    everywhere = reaching(SCHOOL, "MN-1", "MN-2")
    answer = of_office(office, everywhere)
    assert (answer.family, answer.schools) == ("2026/mam_non", 2)
    assert [(one.family, one.schools) for one in answer.families] == [("2026/mam_non", 2), (TT57, 1)]
    assert of_office(office, everywhere, family=TT57).schools == 1


def test_a_family_under_which_nobody_has_a_cycle_is_an_empty_sheet(school):
    answer = of_office(school, family=OLD)
    assert (answer.schools, sum(one.compared for one in answer.criteria)) == (0, 0)


def test_schools_without_any_cycle_get_the_sheet_of_the_law_in_force(office):
    office.with_school()
    assert of_office(office).family == TT57


def test_a_sheet_of_too_many_schools_asks_for_a_commune(school, monkeypatch):
    monkeypatch.setattr(looking_back, "MOST_SCHOOLS_COMPARED", 1)
    everywhere = reaching(*with_others(school))
    with pytest.raises(BadRequest, match="Chọn một xã"):
        of_office(school, everywhere)


# --- when two levels differ


def level(floor, ceiling):
    return LevelResult(
        level=floor if floor == ceiling else None, floor=floor, ceiling=ceiling, final=floor == ceiling, because=()
    )


@pytest.mark.parametrize(
    ("a", "b", "differs"),
    [
        ((1, 1), (2, 2), True),
        ((1, 1), (1, 1), False),
        ((0, 2), (1, 1), False),
        ((0, 1), (2, 3), True),
        ((0, 0), (0, 3), False),
    ],
)
def test_levels_differ_when_their_bounds_do_not_meet(a, b, differs):
    for one, other in ((a, b), (b, a)):
        levels = {Layer.SCHOOL: level(*one), Layer.DEPARTMENT: level(*other)}
        assert ComparedLevels(year="2026-2027", cycle="2026-2027", levels=levels).differs is differs


def test_an_answer_is_carried_over_the_wire_and_back(school):
    for answer in (years(school), sheet(school), of_office(school)):
        assert msgspec.json.decode(msgspec.json.encode(answer), type=type(answer)) == answer
