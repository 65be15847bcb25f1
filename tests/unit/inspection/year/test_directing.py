"""The steering committee and the register of directives."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors, errors_year
from shared.problems import BadRequest
from tests.unit.inspection.year.tasks_kit import PERSONS

HEAD = (PERSONS[0], "truong_ban", "Chỉ đạo chung")
MEMBER = (PERSONS[1], "uy_vien", "Phụ trách cơ sở vật chất")


def test_a_later_decision_takes_the_place_of_the_committee_and_the_earlier_stays_to_be_read(at_work):
    at_work.sit()
    now = at_work.sit(HEAD, MEMBER, number="88/QĐ-UBND", on=dt.date(2026, 8, 3))
    assert [one.person for one in now.members] == PERSONS[:2]
    assert [one.number for one in at_work.committees()] == ["88/QĐ-UBND", "12/QĐ-UBND"]
    at_work.sit(HEAD, MEMBER, number="88/QĐ-UBND", on=dt.date(2026, 8, 3))
    assert at_work.topics() == ["committee-set", "committee-set"]
    with pytest.raises(errors_year.CommitteeStands, match="88/QĐ-UBND"):
        at_work.sit(on=dt.date(2026, 5, 1))


def test_two_who_decide_at_once_do_not_overwrite_each_other(at_work):
    seen = at_work.sit().version
    at_work.sit(HEAD, MEMBER, on=dt.date(2026, 8, 3))
    with pytest.raises(errors_year.TaskChanged):
        at_work.sit(HEAD, on=dt.date(2026, 8, 4), seen=seen)


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ([HEAD, (PERSONS[0], "uy_vien", "Theo dõi")], errors_year.TaskRefused),
        ([MEMBER], errors_year.TaskRefused),
        ([HEAD, (PERSONS[1], "truong_ban", "Chỉ đạo")], errors_year.TaskRefused),
        ([(PERSONS[0], "truong_ban", " ")], errors_year.TaskRefused),
        ([("Nông Văn A", "truong_ban", "Chỉ đạo")], BadRequest),
    ],
)
def test_a_committee_has_one_head_each_person_once_a_duty_each_and_no_names_in_the_log(at_work, members, refusal):
    with pytest.raises(refusal):
        at_work.sit(*members)
    assert at_work.topics() == []


def test_a_decision_that_is_still_to_come_is_refused(at_work):
    with pytest.raises(errors.VisitDateRefused):
        at_work.sit(on=dt.date(2027, 1, 1))


def test_a_directive_is_registered_once_and_counts_the_tasks_that_follow_from_it(at_work):
    issued = at_work.issue()
    at_work.give("moi_truong", directive=issued.id)
    assert at_work.issue().tasks == 2
    assert at_work.topics().count("directive-issued") == 1
    with pytest.raises(errors_year.DirectiveStands, match="tự đánh giá"):
        at_work.issue(abstract="Về việc khác")
    assert [one.school for one in at_work.listed(directive=issued.id).tasks] == ["MN-BC", "TH-BC"]


def test_a_directive_without_number_or_abstract_is_refused(at_work):
    for wrong in ({"number": " "}, {"abstract": ""}, {"abstract": "x" * 501}):
        with pytest.raises(errors_year.TaskRefused):
            at_work.issue(**wrong)


@pytest.mark.parametrize(
    ("day", "fits"), [(dt.date(2020, 3, 1), False), (dt.date(2024, 12, 31), False), (dt.date(2025, 12, 31), True)]
)
def test_a_register_holds_directives_of_its_year_and_of_the_one_before(at_work, day, fits):
    if fits:
        assert at_work.issue(on=day).issued_on == day
        return
    with pytest.raises(errors_year.TaskRefused, match="cách xa năm 2026") as refused:
        at_work.issue(on=day)
    assert refused.value.data["path"] == "$.issued_on"
