"""Tasks: given to many at once, reported with what is wanted back, accepted or returned, extended, cancelled."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors, errors_year
from shared.contracts.calls.year.plan import DraftPlan, PlanSectionText
from shared.contracts.problems import DocumentUnknown
from shared.identity.permissions import RULES
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.commune_year import TaskState
from shared.vocabulary.roles import Role
from tests.unit.inspection.year.tasks_kit import DUE, TODAY


def test_a_task_is_given_reported_and_accepted(at_work):
    number = at_work.give(text=" Nộp danh mục ").id
    given = at_work.one(number, at_work.head)
    assert (given.text, given.school, given.unit, given.due, given.given_on) == ("Nộp danh mục", "TH-BC", "", DUE, TODAY)
    assert (given.state, given.acts) == (TaskState.GIVEN, [])
    reported = at_work.report(number)
    assert (reported.state, reported.acts[0].text, reported.acts[0].kind) == (TaskState.REPORTED, "Đã nộp.", "reported")
    assert at_work.accept(number).state is TaskState.ACCEPTED
    assert at_work.topics() == ["task-given", "task-reported", "task-accepted"]


def test_a_task_for_all_schools_is_one_for_each(at_work):
    given = at_work.give("moi_truong")
    assert len(given.ids) == 2
    assert given.id == given.ids[0]
    assert {at_work.one(number).school for number in given.ids} == {"TH-BC", "MN-BC"}
    assert len({at_work.one(number).giving for number in given.ids}) == 1


def test_either_every_receiver_gets_a_task_or_none(at_work):
    with pytest.raises(errors_year.SchoolElsewhere):
        at_work.give("TH-BC", "TH-XA")
    with pytest.raises(errors_year.SchoolUnknown):
        at_work.give("TH-BC", "KHONG-CO")
    assert at_work.listed().total == 0


def test_the_same_task_given_again_is_the_same_and_a_receiver_named_twice_gets_one(at_work):
    first = at_work.give("TH-BC", "TH-BC")
    assert at_work.give(text="NỘP danh mục  minh chứng").ids == first.ids
    assert at_work.topics() == ["task-given"]
    assert at_work.give(due=DUE + dt.timedelta(days=1)).id != first.id


def test_the_same_words_for_other_ends_are_refused(at_work):
    at_work.give()
    with pytest.raises(errors_year.TaskStands, match="đã giao cho nơi này: báo cáo"):
        at_work.give(wanted="paper")


def test_what_was_cancelled_is_not_given_again_by_mistake(at_work):
    number = at_work.give().id
    assert at_work.cancel(number).state is TaskState.CANCELLED
    with pytest.raises(errors_year.TaskStands, match="đã hủy"):
        at_work.give()
    at_work.cancel(number)
    assert at_work.topics() == ["task-given", "task-cancelled"]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"due": TODAY - dt.timedelta(days=1)}, errors_year.TaskRefused),
        ({"due": dt.date(2028, 1, 1)}, errors_year.TaskRefused),
        ({"text": "  "}, errors_year.TaskRefused),
        ({"text": "a" * 20_001}, BadRequest),
        ({"on": TODAY + dt.timedelta(days=1)}, errors.VisitDateRefused),
        ({"directive": "khong-co"}, errors_year.DirectiveUnknown),
        ({"section": "x" * 501}, errors_year.TaskRefused),
    ],
)
def test_a_task_that_cannot_be_so_is_refused_and_nothing_is_recorded(at_work, wrong, refusal):
    with pytest.raises(refusal):
        at_work.give(**wrong)
    assert at_work.topics() == []


def test_a_unit_that_does_not_exist_gets_no_task(at_work):
    with pytest.raises(errors_year.SchoolUnknown):
        at_work.give("phong_ma")


def test_a_paper_that_is_wanted_must_be_one_that_the_school_keeps(at_work):
    number = at_work.give(wanted="paper").id
    with pytest.raises(errors_year.TaskReportLacks, match="cần văn bản"):
        at_work.report(number)
    with pytest.raises(DocumentUnknown):
        at_work.report(number, documents=["d-1"])
    at_work.hear_paper("d-2", school="MN-BC")
    with pytest.raises(DocumentUnknown):
        at_work.report(number, documents=["d-2"])
    at_work.hear_paper()
    assert at_work.report(number, documents=["d-1"]).acts[0].documents == ["d-1"]


def test_a_unit_reports_in_words_even_where_a_paper_is_wanted(at_work):
    number = at_work.give("phong_kinh_te", wanted="paper").id
    assert at_work.report(number, who=at_work.economy).state is TaskState.REPORTED
    other = at_work.give("doan_the", wanted="report").id
    with pytest.raises(errors_year.TaskReportLacks):
        at_work.report(other, who=at_work.masses, documents=["d-1"])


def test_an_empty_report_is_refused_where_something_is_wanted(at_work):
    number = at_work.give(wanted="figures").id
    with pytest.raises(errors_year.TaskReportLacks):
        at_work.report(number, text=" ")
    with pytest.raises(errors_year.TaskReportLacks, match="cần số liệu"):
        at_work.report(number, text="Đã đếm xong")
    assert at_work.report(number, text="", figures="12 lớp").acts[0].figures == "12 lớp"


def test_what_wants_nothing_back_is_done_with_an_empty_report_or_when_the_commune_says_so(at_work):
    marked, told = at_work.give(wanted="none").id, at_work.give(text="Treo khẩu hiệu", wanted="none").id
    assert at_work.report(marked, text="").state is TaskState.ACCEPTED
    assert at_work.accept(told).state is TaskState.ACCEPTED
    assert at_work.topics()[2:] == ["task-reported", "task-accepted", "task-accepted"]


def test_a_report_is_given_back_and_made_again(at_work):
    number = at_work.give().id
    with pytest.raises(errors_year.TaskNotReported):
        at_work.give_back(number)
    with pytest.raises(errors_year.TaskNotReported):
        at_work.accept(number)
    at_work.report(number)
    returned = at_work.give_back(number)
    assert (returned.state, returned.acts[-1].text) == (TaskState.RETURNED, "Danh mục còn thiếu tiêu chí 3.5")
    assert at_work.report(number).state is TaskState.REPORTED
    assert [act.kind for act in at_work.one(number).acts] == ["reported", "returned", "reported"]


def test_repeats_record_nothing(at_work):
    number = at_work.give().id
    for act in (at_work.report, at_work.report, at_work.accept, at_work.accept, at_work.report):
        act(number)
    assert at_work.topics() == ["task-given", "task-reported", "task-accepted"]


def test_what_is_over_stays_so(at_work):
    number = at_work.give().id
    at_work.report(number)
    at_work.accept(number)
    for act in (
        lambda: at_work.report(number, text="Bổ sung"),
        lambda: at_work.give_back(number),
        lambda: at_work.extend(number, DUE + dt.timedelta(days=9)),
        lambda: at_work.cancel(number),
    ):
        with pytest.raises(errors_year.TaskOver):
            act()


def test_who_accepts_rests_on_what_was_seen(at_work):
    number = at_work.give().id
    seen = at_work.report(number).version
    at_work.report(number, text="Bản sau cùng.")
    with pytest.raises(errors_year.TaskChanged, match="nay: đã báo cáo"):
        at_work.accept(number, seen=seen)
    with pytest.raises(errors_year.TaskChanged):
        at_work.give_back(number, seen=seen)
    assert at_work.accept(number, seen=seen + 1).state is TaskState.ACCEPTED


def test_more_time_is_a_later_day_that_has_not_passed(at_work):
    number = at_work.give().id
    for wrong in (DUE, TODAY - dt.timedelta(days=1), dt.date(DUE.year + 2, 1, 1), dt.date.max):
        with pytest.raises(errors_year.TaskRefused):
            at_work.extend(number, wrong)
    later = DUE + dt.timedelta(days=10)
    extended = at_work.extend(number, later)
    assert (extended.due, extended.first_due) == (later, DUE)


def test_overdue_is_what_waits_for_its_receiver_after_the_day(at_work):
    number, other = at_work.give().ids[0], at_work.give("MN-BC").id
    at_work.report(other, who=at_work.other_head)
    at_work.clock.move(dt.timedelta(days=(DUE - TODAY).days))
    assert at_work.one(number).state is TaskState.GIVEN
    at_work.clock.move(dt.timedelta(days=1))
    assert at_work.one(number).state is TaskState.OVERDUE
    assert [one.id for one in at_work.listed(overdue=True).tasks] == [number]
    at_work.give_back(other)
    assert at_work.listed().counts["qua_han"] == 2


def test_what_is_recorded_of_a_task_does_not_go_back_in_time(at_work):
    number = at_work.give(on=dt.date(2026, 11, 10)).id
    with pytest.raises(errors_year.TaskRefused):
        at_work.report(number, on=dt.date(2026, 11, 9))
    at_work.report(number, on=dt.date(2026, 11, 12))
    with pytest.raises(errors_year.TaskRefused):
        at_work.accept(number, on=dt.date(2026, 11, 11))


def test_only_who_has_a_task_reports_it(at_work):
    number = at_work.give().id
    for who in (at_work.other_head, at_work.officer, at_work.economy):
        with pytest.raises(NotAllowed):
            at_work.report(number, who=who)
    unit = at_work.give("ubnd_xa").id
    with pytest.raises(NotAllowed):
        at_work.report(unit, who=at_work.officer)
    assert at_work.report(unit, who=at_work.leader).state is TaskState.REPORTED


def test_only_the_commune_that_gave_a_task_decides_about_it(at_work):
    number = at_work.give().id
    at_work.report(number)
    with pytest.raises(NotAllowed):
        at_work.accept(number, who=at_work.elsewhere)
    assert Role.HEAD not in RULES["inspection.accept_task"]
    assert Role.ECONOMIC_OFFICE not in RULES["inspection.give_task"]


def test_a_school_and_a_mass_organisation_see_their_own_tasks_and_no_other(at_work):
    own, other, unit = at_work.give().id, at_work.give("MN-BC").id, at_work.give("doan_the").id
    assert [one.id for one in at_work.listed(at_work.head).tasks] == [own]
    assert [one.id for one in at_work.listed(at_work.masses).tasks] == [unit]
    for who, hidden in ((at_work.head, other), (at_work.head, unit), (at_work.masses, own), (at_work.elsewhere, own)):
        with pytest.raises(errors_year.TaskUnknown):
            at_work.one(hidden, who)
    assert at_work.listed(at_work.elsewhere).total == 0
    assert at_work.listed(at_work.economy).total == 3


def test_the_list_narrows_pages_and_puts_the_urgent_first(at_work):
    late = at_work.give(text="Việc muộn", due=dt.date(2026, 11, 20), on=dt.date(2026, 11, 1)).id
    done = at_work.give(text="Việc xong", wanted="none").id
    at_work.accept(done)
    soon, unit = at_work.give(text="Việc gần", due=dt.date(2026, 11, 30)).id, at_work.give("phong_kinh_te").id
    assert [one.id for one in at_work.listed().tasks] == [late, soon, unit, done]
    assert [one.id for one in at_work.listed(after=1, limit=2).tasks] == [soon, unit]
    assert [one.id for one in at_work.listed(unit="phong_kinh_te").tasks] == [unit]
    assert [one.id for one in at_work.listed(open_only=True, school="TH-BC").tasks] == [late, soon]
    assert at_work.listed(year=2025).total == 0
    assert [one.id for one in at_work.listed(state=TaskState.ACCEPTED).tasks] == [done]
    for wrong in ({"limit": 0}, {"limit": 501}, {"after": -1}):
        with pytest.raises(BadRequest):
            at_work.listed(**wrong)


@pytest.mark.parametrize("number", ["khong-phai-ma", "0198f2c4-0000-7000-8000-000000000009"])
def test_a_task_that_is_not_there_is_said_so(at_work, number):
    with pytest.raises(errors_year.TaskUnknown):
        at_work.one(number)
    with pytest.raises(errors_year.TaskUnknown):
        at_work.report(number)
    with pytest.raises(errors_year.TaskUnknown):
        at_work.end(number)


@pytest.mark.parametrize("section", ["Z.99", "V", "V.1", "III.99", "III.0"])
def test_a_task_follows_from_no_section_that_the_plan_does_not_have(at_work, section):
    with pytest.raises(errors_year.TaskRefused, match=f"không có mục {section}") as refused:
        at_work.give(section=section)
    assert refused.value.data["path"] == "$.section"


@pytest.mark.parametrize("section", ["", "III", "III.2", "Công tác tuyên truyền"])
def test_a_task_names_a_section_of_the_plan_by_its_number_or_in_words(at_work, section):
    assert at_work.one(at_work.give(section=section).id).section == section


def test_sections_are_those_of_the_plan_that_was_drafted(at_work):
    sections = [PlanSectionText(heading=f"Phần {number}", items=["Một việc"]) for number in range(1, 6)]
    at_work.application.draft_plan(at_work.officer, DraftPlan(commune="NL01", year=2026, sections=sections))
    assert at_work.one(at_work.give(section="V.1").id).section == "V.1"
    with pytest.raises(errors_year.TaskRefused):
        at_work.give(section="III.3")
