"""What a concluded visit asks of a school, what the school answers, and what the office sees of it."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors
from services.inspection.domain.finding_state import state_of
from shared.contracts import problems as event_problems
from shared.contracts.calls import inspection as calls
from shared.contracts.events.evidence import DocumentReceived
from shared.problems import BadRequest
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.roles import Role, ScopeKind

DAY = dt.date(2026, 11, 2)
TODAY = dt.date(2026, 11, 24)
DUE = dt.date(2026, 12, 1)
KEY, OTHER, THIRD = ("1.1", 1, "-"), ("1.2", 1, "-"), ("1.3", 1, "-")


@pytest.fixture
def visit(team):
    """A visit with one finding that is not met and due, one met that is due, and one met that asks for nothing."""
    team.hear_school()
    team.hear_cycle()
    planned = team.plan()
    team.find(planned, {KEY: "not_met"}, note="Thiếu sổ theo dõi", answer_by=DUE)
    team.find(planned, {OTHER: "met"}, note="Nên bổ sung", answer_by=DUE)
    team.find(planned, {THIRD: "met"})
    return planned


def received(team, document, school="TH-BC"):
    team.hear(
        DocumentReceived(document=document, school=school, sha256="0" * 64, size_bytes=1, media_type="application/pdf")
    )


def seen_by(team, who, visit):
    return team.application.inspection(who, calls.InspectionRequest(school="TH-BC", inspection=visit.inspection))


def listed(team, who=None, **asked):
    return team.application.findings(who or team.officer, calls.FindingsRequest(**{"commune": "NL01", **asked}))


def test_the_school_reads_what_was_found_once_the_visit_is_concluded(team, visit):
    before = seen_by(team, team.head, visit)
    assert (before.findings, before.concluded, before.criteria_seen) == ([], False, 3)
    (in_list,) = team.application.inspections(team.head, calls.InspectionsRequest(school="TH-BC")).inspections
    assert in_list.findings == []
    assert len(seen_by(team, team.inspector, visit).findings) == 3
    team.conclude(visit)
    after = seen_by(team, team.head, visit)
    assert [(one.note, one.answer_by, one.state) for one in after.findings] == [
        ("Thiếu sổ theo dõi", DUE, "mo"),
        ("Nên bổ sung", DUE, "mo"),
        ("", None, ""),
    ]
    assert (after.summary, after.concluded_on) == ("Đã kiểm tra tại trường.", DAY)


def test_somebody_who_also_works_in_an_office_elsewhere_reads_no_draft_of_the_own_school(team, visit, grants):
    both = grants((Role.CLERK, ScopeKind.SCHOOL, "TH-BC"), (Role.INSPECTOR, ScopeKind.SCHOOL, "TH-KHAC"))
    assert seen_by(team, both, visit).findings == []


def test_the_school_answers_with_words_and_papers_of_its_own(team, visit):
    team.conclude(visit)
    received(team, "doc-1")
    answered = team.answer(visit, KEY, " Đã lập sổ. ", ["doc-1", "doc-1"])
    (answer,) = answered.findings[0].answers
    assert (answer.text, answer.documents, answer.answered_on) == ("Đã lập sổ.", ["doc-1"], TODAY)
    assert [one.state for one in answered.findings] == ["da_tra_loi", "mo", ""]
    again = team.answer(visit, KEY, "Bổ sung thêm.")
    assert [one.text for one in again.findings[0].answers] == ["Đã lập sổ.", "Bổ sung thêm."]


def test_the_same_answer_twice_is_one_answer(team, visit):
    team.conclude(visit)
    team.answer(visit, KEY)
    head = team.application.log.head()
    team.answer(visit, KEY)
    assert team.application.log.head() == head


def test_nothing_is_answered_before_the_conclusion_and_nothing_that_was_not_found(team, visit):
    with pytest.raises(errors.VisitNotConcluded) as refused:
        team.answer(visit, KEY)
    assert (refused.value.type, refused.value.status) == ("chua-ket-luan", 409)
    team.conclude(visit)
    with pytest.raises(errors.NoSuchFinding):
        team.answer(visit, ("1.1", 2, "-"))
    with pytest.raises(errors.NoSuchInspection):
        team.answer(visit, KEY, school="TH-KHAC")


def test_papers_of_an_answer_are_kept_by_the_same_school(team, visit):
    team.conclude(visit)
    received(team, "doc-2", school="TH-KHAC")
    for document in ("doc-2", "khong-co"):
        with pytest.raises(event_problems.DocumentUnknown) as refused:
            team.answer(visit, KEY, documents=[document])
        assert refused.value.data["documents"] == [document]
    assert team.answer(visit, KEY, documents=()).findings[0].answers[0].documents == []


def test_an_answer_has_something_in_it_and_its_limits(team, visit):
    team.conclude(visit)
    for text, documents in ((" ", []), ("x" * 20_001, []), ("x", [f"d{number}" for number in range(51)])):
        with pytest.raises(BadRequest):
            team.answer(visit, KEY, text, documents)
    received(team, "doc-1")
    assert team.answer(visit, KEY, "", ["doc-1"]).findings[0].state == "da_tra_loi"


@pytest.mark.parametrize(
    ("result", "answer_by", "answered", "state"),
    [
        ("not_met", None, False, "mo"),
        ("not_met", TODAY, False, "mo"),
        ("not_met", TODAY - dt.timedelta(days=1), False, "qua_han"),
        ("met", TODAY - dt.timedelta(days=1), False, "qua_han"),
        ("met", None, False, ""),
        ("met", None, True, "da_tra_loi"),
        ("not_met", TODAY - dt.timedelta(days=1), True, "da_tra_loi"),
    ],
)
def test_a_finding_is_open_answered_or_overdue(result, answer_by, answered, state):
    assert state_of(Result(result), answer_by, answered=answered, today=TODAY) == state


def test_the_office_lists_what_is_overdue_open_and_answered_across_its_schools(team, visit):
    assert listed(team).total == 0
    team.conclude(visit)
    assert listed(team).counts == {"mo": 2, "qua_han": 0, "da_tra_loi": 0}
    team.answer(visit, OTHER)
    team.clock.move(dt.timedelta(days=8))
    found = listed(team)
    assert found.counts == {"mo": 0, "qua_han": 1, "da_tra_loi": 1}
    assert [(one.finding.criterion, one.finding.state) for one in found.findings] == [
        ("1.1", "qua_han"),
        ("1.2", "da_tra_loi"),
    ]
    assert found.findings[1].finding.answers[0].text == "Đã bổ sung sổ."
    (overdue,) = listed(team, state="qua_han").findings
    assert (overdue.school, overdue.title, overdue.layer) == ("TH-BC", "Kiểm tra kỹ thuật", Layer.COMMUNE)
    assert listed(team, limit=1, after=1).findings[0].finding.criterion == "1.2"
    assert listed(team, layer=Layer.DEPARTMENT).total == 0
    assert listed(team, commune="NL02").total == 0


def test_the_office_lists_only_schools_that_it_reaches(team, visit, grants):
    team.conclude(visit)
    assert listed(team, team.department, commune="").total == 2
    elsewhere = grants((Role.INSPECTOR, ScopeKind.SCHOOL, "TH-KHAC"))
    assert listed(team, elsewhere, commune="").total == 0


@pytest.mark.parametrize("asked", [{"state": "xong"}, {"limit": 0}, {"limit": 501}, {"after": -1}])
def test_the_list_takes_only_what_it_knows(team, asked):
    with pytest.raises(BadRequest):
        listed(team, **asked)
