"""The council: which councils each circular refuses, what is only shown, who forms groups and gives criteria out."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest

from services.assessment.domain import council
from services.assessment.domain.work import SelfAssessmentWork
from services.assessment.errors import (
    AlreadySubmitted,
    CouncilRefused,
    DateRefused,
    GroupHasCriteria,
    NoCouncil,
    NoSuchCycle,
    NoSuchGroup,
    NotInCouncil,
    NotYourDuty,
    ReviewerIsWriter,
)
from services.assessment.published import public_event
from shared.contracts.calls import council as calls
from shared.contracts.calls.assessment import ReopenCycle
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.self_assessment import CouncilRole, GroupKind, RuleState
from tests.unit.assessment.council_kit import (
    CHAIR,
    DECIDED,
    HEAD,
    MEMBER,
    SECRETARY,
    STRANGER,
    CouncilOffice,
    caller,
    member,
    members,
    person,
)

TT22 = "v2018_tt22/tieu_hoc"
TT57 = "v2026_tt57/pho_thong"
SECOND = CouncilRole.SECRETARY


def under(office, rulebook):
    return CouncilOffice(office.with_school(), office.with_cycle(rulebook=rulebook))


@pytest.fixture
def old(office):
    """A cycle under a circular of 2018 as amended: at least seven, who works in groups."""
    return under(office, TT22)


@pytest.fixture
def new(office):
    """A cycle under the circular of 2026: odd, at least five, one secretary, a written task each."""
    return under(office, TT57)


def refused(place, people):
    before = place.head_position
    with pytest.raises(CouncilRefused) as refusal:
        place.set_up(people)
    assert refusal.value.type == "hoi-dong-khong-dung"
    assert refusal.value.status == 409
    assert place.head_position == before
    assert all(rule["source"] and rule["found"] for rule in refusal.value.data["rules"])
    return [rule["rule"] for rule in refusal.value.data["rules"]]


# --- set up


def test_a_circular_of_2018_takes_seven_and_not_six(old):
    assert refused(old, members(6)) == ["so_thanh_vien"]
    view = old.set_up(members(7))
    assert (len(view.members), view.decision, view.decided_on) == (7, "12/QĐ-TH", DECIDED)
    assert view.position == old.head_position
    assert old.set_up(members(8)).position > view.position  # even is no fault there


def test_the_circular_of_2026_takes_five_and_not_six(new):
    assert refused(new, members(6)) == ["so_le"]
    assert refused(new, members(4)) == ["so_thanh_vien", "so_le"]
    assert len(new.set_up(members(5)).members) == 5


def test_the_circular_of_2026_refuses_two_secretaries_and_a_member_without_a_task(new):
    assert refused(new, [*members(4), member(5, SECOND)]) == ["mot_thu_ky"]
    assert refused(new, [*members(4), member(5, task="  ")]) == ["nhiem_vu"]


def test_a_circular_of_2018_asks_neither(old):
    view = old.set_up([*members(5), member(6, SECOND), member(7, task="")])
    assert {"mot_thu_ky", "nhiem_vu"}.isdisjoint(rule.rule for rule in view.rules)


@pytest.mark.parametrize(
    ("people", "rule"),
    [
        ([member(1, CouncilRole.MEMBER), *members(7)[1:]], "mot_chu_tich"),
        ([*members(6), member(7, CouncilRole.CHAIR)], "mot_chu_tich"),
        ([*members(7), member(7)], "moi_nguoi_mot_lan"),
    ],
)
def test_one_chair_and_nobody_twice(old, people, rule):
    assert refused(old, people) == [rule]


def test_who_is_untrained_is_a_warning(new):
    new.set_up([*members(3), member(4, trained=False), member(5, trained=None)])
    rule = new.rules()["tap_huan"]
    assert rule.state is RuleState.WARNING
    assert rule.found == "1 người chưa tập huấn, 1 người chưa ghi đã tập huấn chưa"
    assert (rule.source, rule.confidence) == ("TT57/2026 Đ9 k2", "medium")
    new.set_up(members(5))
    assert new.rules()["tap_huan"].state is RuleState.MET


def test_training_is_custom_where_the_circular_does_not_speak_of_it(old):
    old.set_up()
    assert old.rules()["tap_huan"].source == "quy ước"


@pytest.mark.parametrize(
    ("office_held", "state"),
    [
        ("Hiệu trưởng", RuleState.MET),
        ("  HIỆU TRƯỞNG nhà trường ", RuleState.MET),
        ("Phó hiệu trưởng", RuleState.WARNING),
        ("", RuleState.WARNING),
    ],
)
def test_a_chair_who_is_not_the_head_is_looked_at_where_the_circular_names_the_head(old, office_held, state):
    old.set_up([member(1, office=office_held), *members(7)[1:]])
    assert old.rules()["chu_tich_la"].state is state


def test_each_rule_is_told_with_its_article_and_how_sure_it_is(new):
    assert {rule.state for rule in new.view().rules} == {RuleState.NOT_MET}
    assert new.view().position == 0
    new.set_up(members(5))
    told = {name: (rule.state.value, rule.source, rule.confidence) for name, rule in new.rules().items()}
    assert told["so_le"] == ("dat", "TT57/2026 Đ9 k1, k2, k3 điểm b", "medium")
    assert told["mot_thu_ky"] == ("dat", "TT57/2026 Đ9 k1, k2", "medium")
    assert told["tieu_chi_co_nhom"] == ("canh_bao", "quy ước", "low")
    assert "chu_tich_la" not in told  # the chair is whoever is chair there


def test_a_council_may_be_looked_at_without_being_recorded(new):
    before = new.head_position
    view = new.set_up(members(5), only_check=True)
    assert (new.head_position, view.position, len(view.members)) == (before, 0, 5)
    assert {rule.state for rule in view.rules} == {RuleState.MET}
    with pytest.raises(CouncilRefused):
        new.set_up(members(6), only_check=True)


def test_the_same_council_again_records_nothing(new):
    position = new.set_up(members(5)).position
    assert new.set_up(members(5)).position == position
    assert new.head_position == position


def test_a_name_in_place_of_an_id_is_refused(new):
    with pytest.raises(BadRequest):
        new.set_up([*members(4), msgspec.structs.replace(member(5), person="Nguyễn Thị Hoa")])


def test_the_decision_may_come_before_the_cycle_but_not_years_before_and_not_from_the_future(new):
    assert new.set_up(members(5), decided_on=dt.date(2026, 9, 10)).decided_on == dt.date(2026, 9, 10)
    for day in (dt.date(2026, 11, 25), dt.date(2025, 9, 1)):
        with pytest.raises(DateRefused):
            new.set_up(members(5), decided_on=day)


def test_more_members_than_a_school_has_are_refused(new):
    with pytest.raises(BadRequest):
        new.set_up(members(201))


def test_a_submitted_cycle_takes_no_other_council(new):
    new.set_up(members(5))
    new.office.submit_anyway(new.cycle)
    with pytest.raises(AlreadySubmitted):
        new.set_up(members(7))


def test_a_school_without_a_cycle_has_no_council(office):
    office.with_school()
    with pytest.raises(NoSuchCycle):
        office.application.council(calls.CouncilRequest(school="TH-BC"))


def test_the_public_event_names_nobody(new):
    new.set_up(members(5))
    logged = new.application.log.read(new.head_position - 1, 1)[0]
    told = json.dumps(msgspec.to_builtins(public_event(logged.entry.fact)))
    assert person(1) not in told
    assert "Hiệu trưởng" not in told


# --- groups


def test_a_group_is_formed_by_the_secretary_with_its_head_among_the_members(old):
    old.set_up()
    old.form(leader=3, others=(4, 50))
    (group,) = old.view().groups
    assert [one.person for one in group.members] == [person(3), person(4), person(50)]
    assert (group.name, group.kind, group.leader.person) == ("Nhóm nhom-1", GroupKind.WORKING, person(3))


@pytest.mark.parametrize("acting", [HEAD, CHAIR, SECRETARY, caller(99, role=HEAD.grants[0].role)])
def test_head_chair_and_secretary_lead(old, acting):
    old.set_up()
    old.form(acting=acting)
    assert len(old.view().groups) == 1


@pytest.mark.parametrize("acting", [MEMBER, STRANGER])
def test_nobody_else_leads(old, acting):
    old.set_up()
    old.form()
    for refused_act in (old.form, old.dissolve, old.assign_all, old.write_plan):
        with pytest.raises(NotYourDuty) as refusal:
            refused_act(acting=acting)
        assert refusal.value.status == 403


def test_without_a_council_there_are_no_groups(old):
    for acting in (HEAD, SECRETARY):
        with pytest.raises(NoCouncil):
            old.form(acting=acting)


def test_the_head_of_a_group_is_a_member_of_the_council(old):
    old.set_up()
    with pytest.raises(NotInCouncil) as refusal:
        old.form(leader=50)
    assert refusal.value.data["person"] == person(50)


def test_sizes_of_groups_are_only_warnings(old):
    old.set_up()
    old.form("thu-ky", leader=2, others=(3, 4, 5), kind=GroupKind.SECRETARIAT)
    old.form("nhom-1", leader=6, others=())
    rule = old.rules()["so_nguoi_nhom"]
    assert (rule.state, rule.confidence) == (RuleState.WARNING, "low")
    assert rule.found == "Nhóm thu-ky 4 người, Nhóm nhom-1 1 người"
    old.form("thu-ky", leader=2, others=(3, 4), kind=GroupKind.SECRETARIAT)
    old.form("nhom-1", leader=6, others=(7,))
    assert old.rules()["so_nguoi_nhom"].state is RuleState.MET


def test_the_same_group_again_records_nothing(old):
    old.set_up()
    position = old.form().position
    assert old.form().position == position
    assert old.head_position == position
    assert old.form(task="Viết tiêu chuẩn 1").position > position


def test_a_group_with_criteria_is_not_dissolved(old):
    old.set_up()
    old.form()
    old.assign(calls.Assignment(criterion="1.3", group="nhom-1"))
    with pytest.raises(GroupHasCriteria) as refusal:
        old.dissolve()
    assert refusal.value.data["criteria"] == ["1.3"]
    old.assign(calls.Assignment(criterion="1.3"))
    old.dissolve()
    assert old.view().groups == []
    with pytest.raises(NoSuchGroup):
        old.dissolve()


def test_a_repeated_command_dissolves_once(old):
    old.set_up()
    old.form()
    once = caller(2, command="k-1")
    assert old.dissolve(acting=once).position == old.dissolve(acting=once).position


@pytest.mark.parametrize("group", ["", "Nhóm 1", "-a", "a" * 41])
def test_ids_of_groups_are_short_and_plain(old, group):
    old.set_up()
    with pytest.raises(BadRequest):
        old.form(group)


def test_a_group_has_a_name_and_not_too_many_members(old):
    old.set_up()
    with pytest.raises(BadRequest):
        old.form(name="  ")
    with pytest.raises(BadRequest):
        old.form(others=range(1, 202))


def test_a_head_of_a_group_who_left_the_council_is_shown(old):
    old.set_up()
    old.form(leader=7, others=(3,))
    old.assign(calls.Assignment(criterion="1.1", group="nhom-1", writer=person(6)))
    old.set_up([*members(5), member(8), member(9)])
    assert old.rules()["nhom_truong"].state is RuleState.WARNING
    gone = old.rules()["nguoi_duoc_giao"]
    assert (gone.state, gone.found) == (RuleState.WARNING, "người được giao không còn trong Hội đồng ở tiêu chí 1.1")


# --- assignments


def test_a_criterion_is_given_to_a_group_a_writer_and_a_reviewer(old):
    old.set_up()
    old.form(leader=3, others=(4, 50))
    due = dt.date(2027, 3, 15)
    given = calls.Assignment(criterion="1.3", group="nhom-1", writer=person(50), reviewer=person(3), due=due)
    position = old.assign(given).position
    shown = next(one for one in old.view().assignments if one.criterion == "1.3")
    assert (shown.group, shown.writer.person, shown.reviewer.person, shown.due) == ("nhom-1", person(50), person(3), due)
    assert old.view().groups[0].criteria == ["1.3"]
    assert old.assign(given).position == position == old.head_position


def test_nobody_reviews_what_they_write(old):
    old.set_up()
    with pytest.raises(ReviewerIsWriter) as refusal:
        old.assign(calls.Assignment(criterion="1.3", writer=person(4), reviewer=person(4)))
    assert "không ai tự soát" in refusal.value.detail


@pytest.mark.parametrize("field", ["writer", "reviewer"])
def test_who_works_is_of_the_council_or_of_the_group(old, field):
    old.set_up()
    old.form("nhom-1", leader=3, others=(50,))
    old.form("nhom-2", leader=4, others=(51,))
    with pytest.raises(NotInCouncil):
        old.assign(calls.Assignment(criterion="1.3", group="nhom-2", **{field: person(50)}))
    old.assign(calls.Assignment(criterion="1.3", group="nhom-1", **{field: person(50)}))


def test_criteria_are_assigned_all_or_none(old):
    old.set_up()
    before = old.head_position
    good = calls.Assignment(criterion="1.1", writer=person(3))
    for bad, problem in (
        (calls.Assignment(criterion="9.9"), NoSuchCriterion),
        (calls.Assignment(criterion="1.2", group="nhom-9"), NoSuchGroup),
        (calls.Assignment(criterion="1.2", due=dt.date(2026, 9, 1)), DateRefused),
        (calls.Assignment(criterion="1.2", writer="Lan"), BadRequest),
    ):
        with pytest.raises(problem):
            old.assign(good, bad)
    with pytest.raises(BadRequest):
        old.assign(*[good] * 201)
    assert old.head_position == before


def test_many_are_assigned_in_one_command_once(old):
    old.set_up()
    old.form()
    once = caller(2, command="k-2")
    position = old.assign_all(acting=once).position
    assert old.assign_all(acting=once).position == position
    assert position == old.head_position
    assert old.rules()["tieu_chi_co_nhom"].state is RuleState.MET


def test_criteria_without_a_group_break_the_rule_of_a_circular_that_works_in_groups(old):
    old.set_up()
    rule = old.rules()["tieu_chi_co_nhom"]
    assert (rule.state, rule.confidence) == (RuleState.NOT_MET, "low")
    assert rule.found.startswith("chưa giao tiêu chí 1.1, 1.2")
    assert rule.found.endswith("và 15 tiêu chí nữa")


def test_what_goes_beyond_the_standards_needs_no_group(old):
    old.set_up()
    old.form()
    standard = [code for code, one in old.rulebook.criteria.items() if one.standard]
    assert len(standard) == 27 < len(old.rulebook.criteria)
    old.assign(*(calls.Assignment(criterion=code, group="nhom-1") for code in standard))
    assert old.rules()["tieu_chi_co_nhom"].state is RuleState.MET


def test_a_writer_does_where_the_circular_knows_no_groups(new):
    new.set_up(members(5))
    new.assign(*(calls.Assignment(criterion=code, writer=person(3)) for code in new.rulebook.criteria))
    assert new.rules()["tieu_chi_co_nhom"].state is RuleState.MET


def test_a_version_that_is_opened_again_keeps_the_council(new):
    new.set_up(members(5))
    new.office.submit_anyway(new.cycle)
    reopened = new.application.reopen_cycle(
        HEAD, ReopenCycle(school="TH-BC", cycle=new.cycle.cycle, reason="Sở trả hồ sơ để bổ sung")
    )
    view = new.application.council(calls.CouncilRequest(school="TH-BC", cycle=reopened.cycle))
    assert (view.cycle, len(view.members)) == (reopened.cycle, 5)
    again = calls.SetUpCouncil(
        school="TH-BC", cycle=reopened.cycle, decision="12/QĐ-TH", decided_on=DECIDED, members=members(5)
    )
    before = new.head_position
    new.application.set_up_council(HEAD, again)
    assert new.head_position == before


# --- the rules themselves


def test_work_that_nobody_began_has_no_council_and_no_group():
    work = SelfAssessmentWork()
    assert council.council_of(work) is None
    assert council.role_of(None, person(1)) is None
    assert council.group_of(work, "1.1") is None
    assert council.people_for(work, "nhom-1") == set()
