"""Opening a submitted report again: what goes with it, what stays, who may not, and what changed since."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment.domain import facts as f
from services.assessment.domain.replay import SchoolHistory
from services.assessment.errors import AlreadySubmitted, CannotReopen, ChangedMeanwhile, NoSuchCycle
from services.assessment.published import public_event
from shared.contracts.calls import assessment as calls
from shared.problems import BadRequest
from shared.vocabulary.assessment import GapKind, Layer, Result

SCHOOL = "TH-BC"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
OTHER = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a53"
WHY = "Sở trả hồ sơ, bổ sung số liệu"
KEY = ("1.1", 1, "-")


@pytest.fixture
def school(office):
    """A school that judged, described, cited, answered, was checked by both offices, and submitted."""
    office.cycle = office.with_school().with_cycle()
    office.judge_all(office.cycle)
    office.cite_all(office.cycle)
    place = {"school": SCHOOL, "cycle": office.cycle.cycle}
    described = calls.DescribeCriterion(**place, criterion="1.1", strengths="Rõ", weaknesses="Chậm")
    office.application.describe_criterion(office.acting, described)
    office.visit(office.cycle, {("1.2", 1, "-"): "not_met"}, "commune")
    where = {"kind": GapKind.FINDING, "criterion": "1.2", "level": 1, "indicator": "-"}
    office.application.answer_gap(office.acting, calls.AnswerGap(**place, **where, reason="Xã xem bản cũ của hồ sơ"))
    office.submit(office.cycle)
    return office


def reopen(office, cycle=None, reason=WHY):
    name = cycle or office.cycle.cycle
    return office.application.reopen_cycle(office.acting, calls.ReopenCycle(school=SCHOOL, cycle=name, reason=reason))


def criterion(office, cycle, code="1.1"):
    return office.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle=cycle.cycle, criterion=code))


def changes(office, cycle):
    return office.application.cycle_changes(calls.CycleChangesRequest(school=SCHOOL, cycle=cycle.cycle))


def test_a_reopened_cycle_is_a_version_with_the_reason_under_the_same_rulebook(school):
    again = reopen(school)
    assert (again.cycle, again.year, again.digest) == ("2026-2027.2", "2026-2027", school.cycle.digest)
    assert (again.reopens, again.reason, again.submitted_on) == ("2026-2027", WHY, None)
    assert school.status().cycle == "2026-2027.2"


def test_what_the_school_wrote_goes_with_it_and_what_offices_found_stays(school):
    before = criterion(school, school.cycle)
    again = reopen(school)
    after = criterion(school, again)
    kept = ("strengths", "weaknesses", "improvement", "position")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert {one.document for one in after.evidence} == {DOCUMENT}
    assert [one.results["school"] for one in after.indicators] == [one.results["school"] for one in before.indicators]
    assert [one.position for one in after.indicators] == [one.position for one in before.indicators]
    found = criterion(school, again, "1.2").indicators[0].results
    assert (found["school"], found["commune"]) == (Result.MET, Result.NOT_ASSESSED)
    assert criterion(school, school.cycle, "1.2").indicators[0].results["commune"] is Result.NOT_MET
    assert school.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles[1].submitted_on is not None


def test_an_answer_goes_with_it_too(school):
    again = reopen(school)
    day = dt.date(2026, 11, 24)
    school.visit(again, {("1.2", 1, "-"): "not_met"}, "commune", on=day, inspection="visit-2")
    lacking = school.application.gaps(calls.GapsRequest(school=SCHOOL, cycle=again.cycle)).gaps
    assert [gap.answer for gap in lacking] == [""], "the commune looked again: this finding is another one"
    withdrawn = calls.WithdrawGapAnswer(
        school=SCHOOL, cycle=again.cycle, kind=GapKind.FINDING, criterion="1.2", level=1, indicator="-"
    )
    assert school.application.withdraw_gap_answer(school.acting, withdrawn).position


def test_nothing_is_copied_into_the_log(school):
    head = school.application.log.head()
    reopen(school)
    assert school.application.log.head() == head + 1


def test_a_repeat_gives_the_version_that_is_open(school):
    first = reopen(school)
    assert reopen(school, reason="Một lý do khác hẳn").cycle == first.cycle
    assert reopen(school).position == first.position


def test_the_public_event_names_the_version_and_not_the_reason(school):
    reopen(school)
    fact = school.application.log.read(school.application.log.head() - 1, 1)[0].entry.fact
    assert (fact.reopens, fact.reason) == ("2026-2027", WHY)
    assert public_event(fact).reopens == "2026-2027"
    assert not hasattr(public_event(fact), "reason")
    told = school.application.history(calls.HistoryRequest(school=SCHOOL)).items[-1]
    assert told.summary == "Mở lại đợt tự đánh giá 2026-2027 để sửa, thành đợt 2026-2027.2."


def test_only_the_newest_submitted_version_is_opened_again(school):
    with pytest.raises(NoSuchCycle):
        reopen(school, "2019-2020")
    again = reopen(school)
    with pytest.raises(CannotReopen, match="chưa trình"):
        reopen(school, again.cycle)
    school.submit(again)
    with pytest.raises(CannotReopen, match=r"mới nhất là 2026-2027\.2"):
        reopen(school)
    assert reopen(school, again.cycle).cycle == "2026-2027.3"


def test_an_older_year_is_not_opened_again_over_a_newer_one(office):
    office.with_school()
    old = office.with_cycle(on=dt.date(2025, 9, 25), year="2025-2026")
    office.submit_anyway(old)
    office.with_cycle()
    with pytest.raises(CannotReopen, match="mới nhất là 2026-2027"):
        reopen(office, old.cycle)


@pytest.mark.parametrize("reason", ["", "sửa", "." * 40])
def test_a_reason_that_says_nothing_opens_nothing(school, reason):
    with pytest.raises(BadRequest):
        reopen(school, reason=reason)
    assert school.status().cycle == "2026-2027"


def test_opening_a_cycle_of_a_submitted_year_still_gives_an_empty_version(school):
    opened = school.with_cycle()
    assert (opened.cycle, opened.reopens) == ("2026-2027.2", "")
    assert criterion(school, opened).evidence == []
    with pytest.raises(NoSuchCycle, match="không mở lại từ bản nào"):
        changes(school, opened)


def test_the_former_version_stays_closed_and_the_new_one_is_judged_further(school):
    again = reopen(school)
    with pytest.raises(AlreadySubmitted, match="mở lại đợt và ghi lý do"):
        school.judge(school.cycle, {KEY: "not_met"})
    school.judge(again, {KEY: "not_met"})
    assert criterion(school, again).indicators[0].results["school"] is Result.NOT_MET
    assert criterion(school, school.cycle).indicators[0].results["school"] is Result.MET


def test_what_a_person_saw_before_the_reopening_still_guards_what_others_write(school):
    seen = criterion(school, school.cycle).indicators[0].position
    again = reopen(school)
    judgement = calls.Judgement(criterion="1.1", level=1, indicator="-", result=Result.NOT_MET, expected=seen)
    judge = calls.Judge(school=SCHOOL, cycle=again.cycle, layer=Layer.SCHOOL, judgements=[judgement])
    school.application.judge(school.acting, judge)
    with pytest.raises(ChangedMeanwhile):
        school.application.judge(school.acting, judge)


def test_the_same_words_again_are_not_a_change(school):
    again = reopen(school)
    head = school.application.log.head()
    described = calls.DescribeCriterion(school=SCHOOL, cycle=again.cycle, criterion="1.1", strengths="Rõ", weaknesses="Chậm")
    school.application.describe_criterion(school.acting, described)
    assert school.application.log.head() == head
    assert changes(school, again).descriptions == []


def test_the_changes_are_results_words_evidence_and_descriptions(school):
    again = reopen(school)
    nothing = changes(school, again)
    assert (nothing.reopens, nothing.reason) == ("2026-2027", WHY)
    assert (nothing.results, nothing.evidence, nothing.descriptions) == ([], [], [])
    school.judge(again, {("1.2", 1, "-"): "not_met"})
    noted = calls.Judgement(criterion="1.1", level=1, indicator="-", result=Result.MET, note="Đã bổ sung")
    judge = calls.Judge(school=SCHOOL, cycle=again.cycle, layer=Layer.SCHOOL, judgements=[noted])
    school.application.judge(school.acting, judge)
    school.tell_document(OTHER)
    place = {"school": SCHOOL, "cycle": again.cycle, "criterion": "1.3"}
    code = school.application.code_evidence(school.acting, calls.CodeEvidence(**place, document=OTHER, title="Bổ sung")).code
    school.application.link_evidence(school.acting, calls.LinkEvidence(**place, document=OTHER, level=1, indicator="-"))
    school.application.unlink_evidence(school.acting, calls.UnlinkEvidence(**place, document=DOCUMENT))
    described = calls.DescribeCriterion(school=SCHOOL, cycle=again.cycle, criterion="2.1", strengths="Mới")
    school.application.describe_criterion(school.acting, described)
    found = changes(school, again)
    told = [(one.criterion, one.before, one.after, one.words_changed) for one in found.results]
    assert told == [("1.1", Result.MET, Result.MET, True), ("1.2", Result.MET, Result.NOT_MET, False)]
    assert [(one.document, one.added, one.level) for one in found.evidence] == [(DOCUMENT, False, 0), (OTHER, True, 1)]
    assert found.evidence[1].code == code
    assert found.descriptions == ["2.1"]


def test_the_past_before_the_reopening_does_not_change(school):
    history = SchoolHistory(school.application.log.read(0, 1000))
    head = school.application.log.head()
    today = dt.date(2026, 11, 24)
    before = history.at(today, head).cycle()
    again = reopen(school)
    school.judge(again, {KEY: "not_met"})
    later = SchoolHistory(school.application.log.read(0, 1000)).at(today, head).cycle()
    assert later.opened.cycle == before.opened.cycle == "2026-2027"
    assert later.results(Layer.SCHOOL) == before.results(Layer.SCHOOL)


def test_levels_of_education_judged_apart_go_with_it():
    """At replay, without an application: the parts are those of the former version, and a copy of them."""
    from tests.unit.assessment.conftest import LogBuilder

    log = LogBuilder()
    log.register()
    place = {"school": SCHOOL, "cycle": "2026-2027"}
    opened = {"school": SCHOOL, "year": "2026-2027", "rulebook": "r", "digest": "d", "because": "vì"}
    day = dt.date(2026, 9, 25)
    log.add(f.CycleOpened(**opened, cycle="2026-2027", opened_on=day), day)
    part = f.PartJudged(**place, layer=Layer.SCHOOL, criterion="1.1", level=1, indicator="-", result=Result.MET, part="thcs")
    log.add(part, day)
    log.add(f.SelfAssessmentSubmitted(**place, submitted_on=day), day)
    log.add(f.CycleOpened(**opened, cycle="2026-2027.2", opened_on=day, reopens="2026-2027", reason=WHY), day)
    log.add(msgspec.structs.replace(part, cycle="2026-2027.2", result=Result.NOT_MET), day)
    state = SchoolHistory(log.entries).at(day, 99)
    results = {name: cycle.part_results()["thcs"] for name, cycle in state.cycles.items()}
    assert [list(one.values()) for one in results.values()] == [[Result.MET], [Result.NOT_MET]]
