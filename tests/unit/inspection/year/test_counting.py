"""The numbers of a synthesis are counted from public events alone; each counts what its definition says."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection.domain.known_awards import KnownAward
from services.inspection.domain.year.counting import count
from services.inspection.domain.year.counting_ground import Ground, ToldEvent
from services.inspection.domain.year.numbers import MEANINGS, NUMBERS
from shared.vocabulary.assessment import AwardKind

OF = {"commune": "NL01", "year": 2026}


def award(school="A", kind=AwardKind.RECOGNITION, decided_on=dt.date(2026, 3, 1), degree=1, **more):
    return KnownAward(
        school=school,
        kind=kind,
        granted_number="1",
        number="1",
        degree=degree,
        decided_on=decided_on,
        expires_on=decided_on.replace(year=decided_on.year + 5),
        rulebook="",
        digest="",
        **more,
    )


def ground(**more):
    given = {
        "commune": "NL01",
        "year": 2026,
        "schools": frozenset("ABC"),
        "closed": frozenset(),
        "awards": {},
        "from_on": dt.date(2026, 1, 1),
        "as_of": dt.date(2026, 6, 30),
    }
    return Ground(**given | more)


def told(what, on="2026-05-10", **data):
    return ToldEvent(what=what, data=OF | data, on=dt.date.fromisoformat(on))


def counted(*events, **more):
    return count(ground(**more), events).values()


def entry(school, kind="cong_nhan_moi", **more):
    return told("plan-entry-set", school=school, kind=kind, target_level=1, target_degree=1, lead="truong", **more)


def test_every_number_is_told_even_where_nothing_happened():
    values = counted()
    assert list(values) == [number.key for number in NUMBERS]
    assert values["schools"] == 3
    assert {key for key, value in values.items() if value} == {"schools"}
    assert len(MEANINGS) == len(NUMBERS)


def test_a_closed_school_owes_nothing():
    work = [
        told("task-given", task="1", school="A", due="2026-06-01"),
        told("task-given", task="2", school="B", due="2026-06-01"),
        told("criterion-target-set", target="3", school="A", criterion="1.1", level=1, by="2026-06-01"),
        told("criterion-target-set", target="4", school="A", criterion="1.2", level=1, by="2026-12-01"),
        told("report-asked", request="R", schools=["A", "B"], due="2026-06-01", kind="tien_do", period="Sáu tháng"),
    ]
    names = ("tasks_given", "tasks_overdue", "targets_late", "targets_on_the_way", "reports_asked", "reports_missing")
    for closed, expected in (("", [2, 2, 1, 1, 2, 2]), ("A", [2, 1, 0, 0, 2, 1])):
        values = counted(*work, closed=frozenset(closed), request="R")
        assert [values[name] for name in names] == expected


def test_a_closed_school_is_not_one_of_the_schools():
    assert counted(closed=frozenset("C"))["schools"] == 2


def test_entries_of_the_plan_are_counted_by_the_kind_that_was_set_last():
    values = counted(
        entry("A"),
        entry("A", "duy_tri"),
        entry("B"),
        entry("C", "nang_muc"),
        told("plan-entry-dropped", school="C"),
        told("plan-entry-set", year=2027, school="C", kind="duy_tri"),
    )
    assert (values["with_entry"], values["entries_duy_tri"], values["entries_cong_nhan_moi"]) == (2, 1, 1)
    assert values["entries_nang_muc"] == 0


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        (award(), 1),
        (award(decided_on=dt.date(2025, 3, 1)), 0),
        (award(decided_on=dt.date(2026, 7, 1)), 0),
        (award(degree=0), 0),
        (award(kind=AwardKind.CERTIFICATE), 0),
        (award(revoked_on=dt.date(2026, 4, 1)), 0),
    ],
)
def test_an_entry_is_reached_by_a_recognition_of_the_year_of_its_degree(given, reached):
    assert counted(entry("A"), awards={"A": [given]})["reached"] == reached


def test_an_entry_for_a_certificate_alone_is_reached_by_one():
    assert counted(entry("A", "chi_kdcl"), awards={"A": [award(kind=AwardKind.CERTIFICATE)]})["reached"] == 1


@pytest.mark.parametrize(
    ("year", "results", "reached"),
    [
        ("2025-2026", ["duy_tri"], 1),
        ("2026-2027", ["duy_tri"], 1),
        ("2024-2025", ["duy_tri"], 0),
        ("2025-2026", ["duy_tri", "khong"], 0),
        ("2025-2026", ["nguy_co"], 0),
    ],
)
def test_an_entry_to_maintain_is_reached_by_the_last_check_of_a_school_year_of_the_plan(year, results, reached):
    checks = [
        ToldEvent(
            what="maintenance-checked",
            data={"school": "A", "year": year, "result": result, "checked_on": f"2026-05-{day:02d}"},
            on=dt.date(2026, 5, day),
        )
        for day, result in enumerate(results, start=1)
    ]
    held = {"A": [award(decided_on=dt.date(2024, 1, 1))]}
    assert counted(entry("A", "duy_tri"), *checks, awards=held)["reached"] == reached
    assert counted(entry("A", "duy_tri"), *checks)["reached"] == 0


def test_awards_are_counted_by_the_day_of_the_decision_and_held_ones_on_the_day():
    values = counted(
        awards={"A": [award()], "B": [award("B", AwardKind.CERTIFICATE)], "C": [award(decided_on=dt.date(2020, 1, 1))]}
    )
    assert (values["recognitions_granted"], values["certificates_granted"], values["recognised"]) == (1, 1, 1)


def visit(number, layer="commune", on="2026-05-10", school="A"):
    data = {"inspection": number, "school": school, "layer": layer, "concluded_on": on}
    return ToldEvent(what="inspection-concluded", data=data, on=dt.date.fromisoformat(on))


def test_visits_are_counted_by_layer_in_the_period_and_of_own_schools_only():
    values = counted(visit("1"), visit("2", "department"), visit("3", on="2026-07-01"), visit("4", school="XA"))
    assert (values["visits_concluded"], values["department_visits_concluded"]) == (1, 1)
    assert counted(visit("1"), from_on=dt.date(2026, 6, 1))["visits_concluded"] == 0


def recommended(number, due, inspection="1", on="2026-05-01"):
    data = {"recommendation": number, "school": "A", "inspection": inspection, "due": due}
    return ToldEvent(what="recommendation-made", data=data, on=dt.date.fromisoformat(on))


def after(what, number, on="2026-05-20", **data):
    return ToldEvent(what=what, data={"recommendation": number, "school": "A", **data}, on=dt.date.fromisoformat(on))


def test_recommendations_of_concluded_visits_are_open_overdue_or_done():
    values = counted(
        visit("1"),
        recommended("waiting", "2026-06-29"),
        recommended("today", "2026-06-30"),
        recommended("answered", "2026-06-01"),
        after("recommendation-answered", "answered"),
        recommended("partly", "2026-06-01"),
        after("recommendation-verified", "partly", result="mot_phan"),
        recommended("extended", "2026-06-01"),
        after("recommendation-extended", "extended", due="2026-08-01"),
        recommended("done", "2026-06-01"),
        after("recommendation-verified", "done", result="dat"),
        recommended("draft", "2026-06-01", inspection="not-concluded"),
        recommended("later", "2026-06-01", on="2026-07-01"),
    )
    keys = ("recommendations_open", "recommendations_overdue", "recommendations_done")
    assert [values[key] for key in keys] == [5, 2, 1]


def test_targets_are_met_late_or_on_the_way():
    values = counted(
        told("criterion-target-set", target="met", school="A", by="2026-06-01"),
        told("criterion-target-met", target="met", school="A"),
        told("criterion-target-set", target="lost", school="A", by="2026-06-01"),
        told("criterion-target-met", target="lost", school="A"),
        told("criterion-target-lost", target="lost", school="A"),
        told("criterion-target-set", target="revised", school="A", by="2026-06-01"),
        told("criterion-target-revised", target="revised", school="A", by="2026-12-01"),
        told("criterion-target-set", target="dropped", school="A", by="2026-06-01"),
        told("criterion-target-dropped", target="dropped", school="A"),
    )
    assert [values[key] for key in ("targets_met", "targets_late", "targets_on_the_way")] == [1, 1, 1]


def test_tasks_are_given_accepted_or_overdue_and_cancelled_ones_are_none():
    values = counted(
        told("task-given", task="late", school="A", unit="", due="2026-06-01"),
        told("task-given", task="back", school="", unit="phong_kinh_te", due="2026-06-01"),
        told("task-reported", task="back"),
        told("task-returned", task="back"),
        told("task-given", task="reported", school="A", unit="", due="2026-06-01"),
        told("task-reported", task="reported"),
        told("task-given", task="accepted", school="A", unit="", due="2026-06-01"),
        told("task-accepted", task="accepted"),
        told("task-given", task="extended", school="A", unit="", due="2026-06-01"),
        told("task-extended", task="extended", due="2026-08-01"),
        told("task-given", task="cancelled", school="A", unit="", due="2026-06-01"),
        told("task-cancelled", task="cancelled"),
        told("task-given", task="elsewhere", commune="XA02", school="", unit="ubnd_xa", due="2026-06-01"),
    )
    assert [values[key] for key in ("tasks_given", "tasks_accepted", "tasks_overdue")] == [5, 1, 2]


def test_classes_publicity_and_notices_count_in_the_period_by_their_own_day():
    values = counted(
        told("training-held", training="1", held_on="2026-02-01", present_count=20, asked_count=25),
        told("training-held", training="2", held_on="2025-12-31", present_count=7, asked_count=7),
        told("publicity-done", publicity="1", kind="loa", done_on="2026-03-01"),
        told("publicity-done", publicity="2", kind="loa", done_on="2026-03-02"),
        told("notice-published", notice="3", published_on="2026-03-02"),
    )
    assert [values[key] for key in ("trainings_held", "trainings_present", "trainings_invited")] == [1, 20, 25]
    assert (values["publicity_loa"], values["notices_published"]) == (2, 1)


def test_difficulties_stand_where_their_last_event_left_them():
    def difficulty(number, *steps):
        named = {"difficulty": number, "school": "A"}
        return [told("difficulty-raised", **named), *(told(what, **named, **data) for what, data in steps)]

    values = counted(
        *difficulty("1"),
        *difficulty("2", ("difficulty-taken", {"due": "2026-06-01"})),
        *difficulty("3", ("difficulty-forwarded", {"to": "so"}), ("difficulty-decided", {"by": "so"})),
        *difficulty("4", ("difficulty-answered", {}), ("difficulty-closed", {"word": "thoa_dang"})),
        *difficulty("5", ("difficulty-answered", {}), ("difficulty-closed", {"word": "chua"})),
        *difficulty("6", ("difficulty-forwarded", {}), ("difficulty-decided", {}), ("difficulty-answered", {})),
    )
    told_states = {key: value for key, value in values.items() if key.startswith("difficulties") and value}
    assert told_states == {
        "difficulties": 6,
        "difficulties_moi_neu": 2,
        "difficulties_da_nhan": 1,
        "difficulties_da_quyet_dinh": 2,
        "difficulties_da_dong": 1,
    }


def test_an_answer_after_a_decision_leaves_a_difficulty_decided():
    named = {"difficulty": "1", "school": "A"}
    values = counted(
        told("difficulty-raised", **named),
        told("difficulty-forwarded", **named, to="so"),
        told("difficulty-decided", **named, by="so"),
        told("difficulty-answered", **named),
    )
    assert (values["difficulties_da_quyet_dinh"], values["difficulties_da_tra_loi"]) == (1, 0)


def test_a_merged_difficulty_stands_where_the_other_one_stands_until_its_own_school_closes_it():
    first, other = {"difficulty": "1", "school": "A"}, {"difficulty": "2", "school": "B"}
    merged = [
        told("difficulty-raised", **first),
        told("difficulty-raised", **other),
        told("difficulty-merged", **first, into="2"),
    ]
    answered = [*merged, told("difficulty-answered", **other)]
    assert counted(*answered)["difficulties_da_tra_loi"] == 2
    closed = [*answered, told("difficulty-closed", **other, word="thoa_dang")]
    assert [counted(*closed)[f"difficulties_{one}"] for one in ("da_tra_loi", "da_dong")] == [1, 1]
    apart = [*answered, told("difficulty-closed", **first, word="chua")]
    assert [counted(*apart)[f"difficulties_{one}"] for one in ("da_tra_loi", "moi_neu")] == [1, 1]


def test_a_need_that_was_changed_is_to_be_appraised_again_and_counts_for_the_year_it_names_then():
    need = {"need": "1", "school": "A"}
    begun = (told("need-raised", **need), told("need-appraised", **need, verdict="khong", cost_vnd=0))
    values = counted(*begun, told("need-changed", **need))
    assert (values["needs_raised"], values["needs_appraised"]) == (1, 0)
    assert counted(*begun, told("need-changed", **need, year=2027))["needs_raised"] == 0


def test_money_of_a_need_that_was_withdrawn_does_not_come_back_when_the_need_is_raised_again():
    need = {"need": "1", "school": "A"}
    values = counted(
        told("need-raised", **need),
        told("need-funded", **need, source="ns_xa", money_year=2026, amount_vnd=100),
        told("need-withdrawn", **need),
        told("need-raised", **need),
        told("need-funded", **need, source="xhh", money_year=2026, amount_vnd=7),
    )
    assert (values["needs_raised"], values["money_funded"], values["money_ns_xa"]) == (1, 7, 0)


def test_money_counts_by_source_and_year_and_a_later_sum_replaces_the_earlier():
    funded = {"need": "1", "school": "A"}
    values = counted(
        told("need-raised", **funded),
        told("need-appraised", **funded, verdict="co_so", cost_vnd=900),
        told("need-funded", **funded, source="ns_xa", money_year=2026, amount_vnd=100),
        told("need-funded", **funded, source="ns_xa", money_year=2026, amount_vnd=300),
        told("need-funded", **funded, source="xhh", money_year=2026, amount_vnd=50),
        told("need-funded", **funded, source="ns_tw", money_year=2026, amount_vnd=40),
        told("need-funded", **funded, source="ns_tw", money_year=2026, amount_vnd=0),
        told("need-funded", **funded, source="ns_xa", money_year=2027, amount_vnd=500),
        told("need-raised", year=2025, need="2", school="B"),
        told("need-funded", year=2025, need="2", school="B", source="ns_tinh", money_year=2026, amount_vnd=7),
        told("need-raised", need="3", school="B"),
        told("need-withdrawn", need="3", school="B"),
    )
    assert (values["needs_raised"], values["needs_appraised"], values["money_funded"]) == (1, 1, 357)
    assert (values["money_ns_xa"], values["money_xhh"], values["money_ns_tinh"], values["money_ns_tw"]) == (300, 50, 7, 0)


def test_schools_that_have_not_sent_the_report_that_is_told_of_are_missing():
    events = (
        told("report-asked", request="r", schools=["A", "B", "C"]),
        told("report-handed-in", request="r", school="A"),
        told("report-handed-in", request="r", school="B"),
        told("report-returned", request="r", school="B"),
    )
    found = count(ground(request="r"), events)
    assert [found.value(key) for key in ("reports_asked", "reports_received", "reports_missing")] == [3, 1, 2]
    assert [one.school for one in found.things["reports_missing"]] == ["B", "C"]
    assert counted(*events)["reports_asked"] == 0


def test_what_happens_after_the_day_of_counting_counts_nothing():
    values = counted(
        told("task-given", on="2026-07-01", task="t", school="A", unit="", due="2026-08-01"),
        told("difficulty-raised", on="2026-07-01", difficulty="d", school="A"),
    )
    assert (values["tasks_given"], values["difficulties"]) == (0, 0)
