"""The plan of a year: drafted, its list set against the register, issued, adjusted with a reason, followed, compared."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.inspection import errors, errors_year
from services.inspection.domain.year.plan_words import ground_date
from shared.contracts.calls import maintenance
from shared.contracts.calls.year import plan as calls
from shared.contracts.plan_years import YearRefused
from shared.problems import BadRequest
from shared.vocabulary.commune_year import PlanKind, PlanState
from shared.vocabulary.inspection import MaintenanceResult
from tests.unit.inspection.year.plan_kit import (
    COMMUNE,
    TT22,
    adjust,
    five_schools,
    hear_award,
    hear_school,
    issue,
    plan_of,
    progress,
    set_entry,
)

YEAR = 2026


def shown(team, year=YEAR):
    return team.application.commune_plan(plan_of(year))


def line(team, school, year=YEAR):
    return next(one for one in shown(team, year).lines if one.school == school)


def draft(team, who=None, **words):
    return team.application.draft_plan(who or team.officer, calls.DraftPlan(commune=COMMUNE, year=YEAR, **words))


def listed(team):
    """Let three schools have entries: one new, one again, one to keep."""
    for school in ("TH-A", "TH-B", "TH-C"):
        hear_school(team, school)
    hear_award(team, "TH-B", "2/QĐ", decided_on=dt.date(2021, 11, 20), expires_on=dt.date(2026, 11, 20))
    hear_award(team, "TH-C", "3/QĐ", decided_on=dt.date(2024, 5, 14), expires_on=dt.date(2029, 5, 14))
    set_entry(team, YEAR, "TH-A", "cong_nhan_moi", target_level=2, target_degree=1, register_by=dt.date(2026, 12, 30))
    set_entry(team, YEAR, "TH-B", "cong_nhan_lai", target_level=2, target_degree=1, register_by=dt.date(2026, 12, 20))
    set_entry(team, YEAR, "TH-C", "duy_tri")


# --- the words


def test_words_are_proposed_until_somebody_drafts_and_then_kept(team):
    hear_school(team, "TH-A")
    proposed = shown(team).text
    assert (proposed.version, len(proposed.sections)) == (0, 4)
    assert any("57/2026" in base for base in proposed.bases)
    drafted = draft(team, aims="Mục đích của xã.")
    assert (drafted.aims, drafted.sections, drafted.version) == ("Mục đích của xã.", proposed.sections, 1)
    assert draft(team).aims == "Mục đích của xã."
    assert team.application.log.head() == 1


def test_grounds_are_the_circulars_of_the_day_and_those_that_decisions_still_rest_on(team):
    hear_school(team, "TH-A")
    assert not any("17/2018" in base for base in shown(team).text.bases)
    hear_award(team, "TH-A", decided_on=dt.date(2024, 1, 2), expires_on=dt.date(2029, 1, 2))
    assert any("17/2018" in base for base in shown(team).text.bases)
    assert not any("57/2026" in base for base in shown(team, 2025).text.bases)


def test_who_changed_older_words_overwrites_nothing(team):
    seen = draft(team).version
    draft(team, aims="Của người thứ nhất.", seen=seen)
    with pytest.raises(errors_year.PlanChangedMeanwhile, match="Chưa ghi đè gì"):
        draft(team, aims="Của người thứ hai.", seen=seen)
    assert shown(team).text.aims == "Của người thứ nhất."


def test_words_have_their_limits(team):
    with pytest.raises(BadRequest, match="căn cứ"):
        draft(team, bases=["Căn cứ"] * 61)
    with pytest.raises(BadRequest, match="phần"):
        draft(team, sections=[calls.PlanSectionText(heading="I")] * 13)
    with pytest.raises(BadRequest, match="nhiều nhất 300"):
        draft(team, sections=[calls.PlanSectionText(heading="x" * 301)])
    with pytest.raises(YearRefused):
        team.application.draft_plan(team.officer, calls.DraftPlan(commune=COMMUNE, year=1990))


# --- the list


def test_an_entry_says_what_was_proposed_and_what_was_known_of_the_recognition(team):
    listed(team)
    entry = line(team, "TH-B").entry
    assert (entry.kind, entry.proposed, entry.register_by) == (
        PlanKind.RECOGNISE_AGAIN,
        PlanKind.RECOGNISE_AGAIN,
        dt.date(2026, 12, 20),
    )
    assert entry.held == calls.PlanAwardView(
        number="2/QĐ", degree=1, decided_on=dt.date(2021, 11, 20), expires_on=dt.date(2026, 11, 20)
    )
    assert line(team, "TH-A").entry.held is None
    assert line(team, "TH-C").proposal.kind is PlanKind.RAISE


@pytest.mark.parametrize(
    ("school", "kind", "degree", "said"),
    [
        ("TH-A", "duy_tri", 1, "không có Bằng còn hiệu lực"),
        ("TH-A", "cong_nhan_lai", 1, "chưa có Bằng nào để công nhận lại"),
        ("TH-A", "nang_muc", 2, "không có Bằng còn hiệu lực"),
        ("TH-C", "cong_nhan_moi", 1, "trường có Bằng số 3/QĐ"),
        ("TH-C", "nang_muc", 1, "mức độ 1 không cao hơn"),
        ("TH-C", "nang_muc", 2, "sớm nhất 01/6/2026"),
    ],
)
def test_a_kind_that_the_register_contradicts_needs_a_reason_that_is_shown(team, school, kind, degree, said):
    five_schools(team)
    with pytest.raises(errors_year.PlanKindContradicts, match=said):
        set_entry(team, 2025, school, kind, target_degree=degree)
    with pytest.raises(BadRequest, match="ít nhất 10"):
        set_entry(team, 2025, school, kind, target_degree=degree, override="vì thế")
    assert team.application.log.head() == 0
    entry = set_entry(team, 2025, school, kind, target_degree=degree, override="Bằng bản giấy chưa nhập vào Sổ")
    assert entry.override == "Bằng bản giấy chưa nhập vào Sổ"


def test_no_reason_is_kept_where_the_register_agrees(team):
    hear_school(team, "TH-A")
    assert set_entry(team, YEAR, "TH-A", "cong_nhan_moi", override="Không cần lý do này").override == ""


def test_why_the_commune_chose_otherwise_is_kept_also_where_the_register_allows_it(team):
    five_schools(team)
    entry = set_entry(team, 2025, "TH-D", "duy_tri", override="Thiếu hai phòng bộ môn, chưa nâng mức")
    assert (entry.proposed, entry.override) == (PlanKind.RAISE, "Thiếu hai phòng bộ môn, chưa nâng mức")
    assert set_entry(team, 2025, "TH-D", "duy_tri", target_degree=1).override == ""


def test_schools_of_other_communes_and_unknown_ones_get_no_entry(team):
    hear_school(team, "TH-X", commune="NL02")
    with pytest.raises(errors_year.SchoolElsewhere):
        set_entry(team, YEAR, "TH-X", "cong_nhan_moi")
    with pytest.raises(errors_year.SchoolUnknown):
        set_entry(team, YEAR, "TH-KHONG", "cong_nhan_moi")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "khong"},
        {"target_level": 5},
        {"target_degree": 3},
        {"target_degree": -1},
        {"responsible": "x" * 301},
        {"register_by": dt.date(2030, 1, 1)},
        {"register_by": dt.date(2026, 6, 1), "evaluate_by": dt.date(2026, 5, 1)},
    ],
)
def test_targets_and_days_that_cannot_be_are_refused(team, wrong):
    hear_school(team, "TH-A")
    with pytest.raises((BadRequest, errors_year.PlanDateRefused), match="Chưa ghi gì"):
        set_entry(team, YEAR, "TH-A", **{"kind": "cong_nhan_moi"} | wrong)
    assert team.application.log.head() == 0


def test_the_same_entry_again_is_one_and_an_older_form_overwrites_nothing(team):
    hear_school(team, "TH-A")
    first = set_entry(team, YEAR, "TH-A", "cong_nhan_moi", target_degree=1)
    assert set_entry(team, YEAR, "TH-A", "cong_nhan_moi", target_degree=1) == first
    set_entry(team, YEAR, "TH-A", "cong_nhan_moi", target_degree=2, seen=first.version)
    with pytest.raises(errors_year.PlanChangedMeanwhile):
        set_entry(team, YEAR, "TH-A", "chi_kdcl", seen=first.version)


def test_an_entry_is_dropped_with_a_reason(team):
    listed(team)
    drop = calls.DropPlanEntry(commune=COMMUNE, year=YEAR, school="TH-A", reason="Chuyển sang kế hoạch năm sau")
    assert team.application.drop_plan_entry(team.officer, drop).with_entry == 2
    assert line(team, "TH-A").entry is None
    with pytest.raises(errors_year.PlanEntryUnknown):
        team.application.drop_plan_entry(team.officer, drop)
    with pytest.raises(BadRequest):
        team.application.drop_plan_entry(team.officer, msgspec.structs.replace(drop, school="TH-B", reason="vì"))


# --- issued, adjusted


def test_a_plan_is_not_issued_while_a_school_has_no_entry_unless_it_is_left_out(team):
    listed(team)
    hear_school(team, "TH-D", "Trường Tiểu học Đông")
    with pytest.raises(errors_year.SchoolsWithoutEntry, match=r": Trường Tiểu học Đông \(TH-D\)\. Chưa ban hành") as refused:
        issue(team, YEAR)
    assert refused.value.data["schools"] == ["TH-D"]
    issued = issue(team, YEAR, leave_out="Trường mới lập, chưa đủ khóa học")
    assert (issued.left_out, issued.left_out_because) == (["TH-D"], "Trường mới lập, chưa đủ khóa học")
    assert shown(team).state is PlanState.ISSUED


def test_words_that_nobody_drafted_are_issued_as_proposed(team):
    listed(team)
    proposed = shown(team).text
    issue(team, YEAR)
    assert msgspec.structs.replace(shown(team).text, version=0, drafted_on=None) == proposed
    assert shown(team).text.version


@pytest.mark.parametrize(
    ("on", "refusal"),
    [(dt.date(2026, 11, 25), errors.VisitDateRefused), (dt.date(2024, 12, 31), errors_year.PlanDateRefused)],
)
def test_a_plan_is_not_issued_on_a_day_to_come_or_long_before_its_year(team, on, refusal):
    listed(team)
    with pytest.raises(refusal):
        issue(team, YEAR, on=on)
    with pytest.raises(BadRequest, match="Thiếu số"):
        issue(team, YEAR, number=" ")


def test_a_plan_does_not_rest_on_what_is_dated_after_it(team):
    listed(team)
    drafted = draft(team)
    (newer,) = [base for base in drafted.bases if "57/2026/TT-BGDĐT" in base]
    size = team.application.log.head()
    with pytest.raises(errors_year.GroundsNewerThanPlan, match="57/2026/TT-BGDĐT") as refused:
        issue(team, YEAR, on=dt.date(2026, 2, 5))
    assert (refused.value.status, refused.value.data["bases"]) == (409, [newer])
    assert team.application.log.head() == size
    draft(team, bases=[base for base in drafted.bases if base != newer])
    assert issue(team, YEAR, on=dt.date(2026, 2, 5)).issued_on == dt.date(2026, 2, 5)


def test_grounds_that_nobody_drafted_are_those_of_the_day_of_issue(team):
    listed(team)
    issue(team, YEAR, on=dt.date(2026, 2, 5))
    bases = shown(team).text.bases
    assert bases
    assert not any("57/2026" in base for base in bases)


@pytest.mark.parametrize(
    ("ground", "day"),
    [
        ("Căn cứ Thông tư số 22/2024/TT-BGDĐT ngày 10 tháng 12 năm 2024 của Bộ", dt.date(2024, 12, 10)),
        ("Căn cứ Công văn số 12/SGDĐT ngày 05/02/2026, có hiệu lực từ ngày 01/9/2026", dt.date(2026, 2, 5)),
        ("Căn cứ Luật Giáo dục", None),
        ("Căn cứ Nghị quyết ngày 31/02/2026", None),
    ],
)
def test_the_first_day_of_a_ground_is_that_of_its_document(ground, day):
    assert ground_date(ground) == day


def test_an_issued_plan_changes_only_by_an_adjustment_whose_reason_every_change_bears(team):
    listed(team)
    with pytest.raises(errors_year.PlanNotIssued):
        adjust(team, YEAR)
    issue(team, YEAR, on=dt.date(2026, 2, 5))
    size = team.application.log.head()
    assert issue(team, YEAR, on=dt.date(2026, 2, 5)).number == "08/KH-UBND"
    for change in (
        lambda: set_entry(team, YEAR, "TH-A", "chi_kdcl"),
        lambda: draft(team, aims="Khác"),
        lambda: issue(team, YEAR, number="9/KH-UBND"),
    ):
        with pytest.raises(errors_year.PlanAlreadyIssued, match="08/KH-UBND, ngày 05/02/2026"):
            change()
    assert team.application.log.head() == size
    adjust(team, YEAR)
    adjust(team, YEAR)
    assert shown(team).state is PlanState.ADJUSTED
    assert set_entry(team, YEAR, "TH-A", "chi_kdcl").reason == "Thông tư mới có hiệu lực"
    assert draft(team, aims="Khác").reason == "Thông tư mới có hiệu lực"
    with pytest.raises(errors_year.PlanDateRefused):
        issue(team, YEAR, number="60/KH-UBND", on=dt.date(2026, 1, 31))
    issue(team, YEAR, number="60/KH-UBND")
    assert [one.number for one in shown(team).issues] == ["08/KH-UBND", "60/KH-UBND"]
    assert len(shown(team).adjustments) == 1


def test_a_repeated_command_records_nothing(team):
    listed(team)
    once = msgspec.structs.replace(team.officer, command="c-1")
    issue(team, YEAR, who=once)
    adjust(team, YEAR)
    size = team.application.log.head()
    issue(team, YEAR, who=once)
    assert team.application.log.head() == size


# --- how far it is


def test_an_entry_is_reached_by_a_decision_of_the_year_and_kept_by_a_check(team):
    listed(team)
    assert progress(team, YEAR) == (3, 3, 0, 1)
    hear_award(
        team,
        "TH-B",
        "5/QĐ",
        decided_on=dt.date(2026, 10, 1),
        expires_on=dt.date(2031, 10, 1),
        rulebook=TT22,
        supersedes="2/QĐ",
    )
    check = maintenance.CheckMaintenance(
        school="TH-C", year="2025-2026", result=MaintenanceResult.KEPT, on=dt.date(2026, 5, 20)
    )
    team.application.check_maintenance(team.officer, check)
    assert progress(team, YEAR) == (3, 3, 2, 0)
    assert line(team, "TH-B").entry.reached_on == dt.date(2026, 10, 1)
    assert line(team, "TH-C").entry.reached_on == dt.date(2026, 5, 20)
    assert line(team, "TH-C").checked_on == [dt.date(2026, 5, 20)]


def test_a_lower_degree_than_wanted_reaches_nothing(team):
    hear_school(team, "TH-A")
    set_entry(team, YEAR, "TH-A", "cong_nhan_moi", target_degree=2)
    hear_award(team, "TH-A", decided_on=dt.date(2026, 9, 1), expires_on=dt.date(2031, 9, 1), rulebook=TT22)
    assert progress(team, YEAR) == (1, 1, 0, 0)


def test_an_entry_of_certification_is_reached_by_a_certificate(team):
    hear_school(team, "TH-A")
    set_entry(team, YEAR, "TH-A", "chi_kdcl", target_level=2)
    hear_award(
        team,
        "TH-A",
        decided_on=dt.date(2026, 9, 1),
        expires_on=dt.date(2031, 9, 1),
        degree=2,
        rulebook=TT22,
        certificate=True,
    )
    assert progress(team, YEAR) == (1, 1, 1, 0)


def test_an_entry_is_late_after_its_day_until_the_school_registers(team):
    hear_school(team, "TH-A")
    set_entry(team, YEAR, "TH-A", "cong_nhan_moi", register_by=dt.date(2026, 11, 24))
    assert progress(team, YEAR) == (1, 1, 0, 0)
    team.clock.move(dt.timedelta(days=1))
    assert progress(team, YEAR) == (1, 1, 0, 1)


def test_two_years_stand_side_by_side(team):
    listed(team)
    set_entry(team, 2025, "TH-A", "cong_nhan_moi", target_degree=1)
    compared = team.application.compare_plan(plan_of(YEAR))
    assert (compared.before.with_entry, compared.now.with_entry) == (1, 3)
    first = compared.schools[0]
    assert (first.before.kind, first.now.kind) == (PlanKind.RECOGNISE_NEW, PlanKind.RECOGNISE_NEW)
    assert compared.schools[1].before.kind is None
