"""A council that decides while somebody edits: whoever comes second decides on what is there then. Two openers."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment import errors
from shared.contracts.calls import assessment as calls
from shared.vocabulary.self_assessment import CriterionStep
from tests.contract.assessment.scene import set_up
from tests.contract.assessment.test_many_streams import meanwhile
from tests.unit.assessment.deciding_kit import AtWork

KEY = ("1.1", 1, "-")
WHY = "Hồ sơ giấy đang quét, bổ sung sau"


@pytest.fixture
def here(start):
    application = start()
    return AtWork(application, set_up(application))


@pytest.fixture
def there(start, here):
    return AtWork(start(), here.cycle)


@pytest.fixture
def passed(here, there):
    here.set_up()
    here.pass_all()
    return here


def test_a_vote_meets_an_edit_of_its_criterion(here, there):
    here.set_up()
    here.write("1.1")
    here.review("1.1")
    meeting = here.hold().id
    tries = meanwhile(here.application, lambda: there.write("1.1", text="Sửa khi đang họp."))
    with pytest.raises(errors.NotReviewed):
        here.vote("1.1", meeting)
    assert len(tries) == 1
    assert there.steps()["1.1"] is CriterionStep.HANDED_IN


def test_an_edit_meets_a_vote_and_takes_it_back(here, there):
    here.set_up()
    here.write("1.1")
    here.review("1.1")
    meeting = here.hold().id
    tries = meanwhile(there.application, lambda: here.vote("1.1", meeting))
    there.judge(KEY)
    assert len(tries) == 2
    assert here.steps()["1.1"] is CriterionStep.REVIEWED


def test_a_vote_meets_another_council(here, there):
    here.set_up(size=5)
    here.write("1.1")
    here.review("1.1")
    meeting = here.hold(present=(1, 2, 3)).id
    meanwhile(here.application, lambda: there.set_up(size=7))
    voted = here.vote("1.1", meeting, (3, 0, 0))
    assert not voted.passed  # three of seven are no majority


def test_an_approval_meets_an_edit_and_is_not_given(passed, there):
    tries = meanwhile(passed.application, lambda: there.judge(KEY))
    with pytest.raises(errors.CriteriaNotPassed) as refused:
        passed.approve()
    assert [gap["criterion"] for gap in refused.value.data["gaps"]] == ["1.1"]
    assert len(tries) == 1
    assert there.meetings().approval is None


def test_a_submission_meets_an_edit_and_names_it(passed, there):
    passed.approve()
    named = [
        calls.GapReason(kind=kind, criterion=code, reason=WHY)
        for kind in (calls.GapKind.NOT_ASSESSED, calls.GapKind.NO_EVIDENCE)
        for code in passed.rulebook.criteria
    ]
    tries = meanwhile(passed.application, lambda: there.judge(KEY))
    with pytest.raises(errors.CriteriaNotPassed):
        passed.submit(gaps=named)
    assert len(tries) == 1
    assert there.assessed().cycle.submitted is None


def test_an_incomplete_submission_lists_what_is_lacking_when_it_is_stored(passed, there):
    passed.approve()
    tries = meanwhile(passed.application, lambda: there.judge(KEY))
    passed.submit(incomplete=True, reason=WHY)
    assert len(tries) == 2
    gaps = {(gap.kind, gap.criterion) for gap in there.assessed().cycle.submitted.entry.fact.gaps}
    assert (calls.GapKind.NOT_PASSED, "1.1") in gaps
    assert (calls.GapKind.NOT_APPROVED, "") in gaps


def test_two_votes_at_once_leave_one(here, there):
    here.set_up()
    here.write("1.1")
    here.review("1.1")
    meeting = here.hold().id
    meanwhile(here.application, lambda: there.vote("1.1", meeting, (4, 1, 0)))
    with pytest.raises(errors.AlreadyPassed):
        here.vote("1.1", meeting)
    assert there.meetings().meetings[0].votes[0].votes_for == 4


def test_two_copies_at_once_are_one_cycle(here, there):
    def copy(work):
        return work.copy("2027-2028", dt.date(2026, 11, 20)).cycle.cycle

    meanwhile(here.application, lambda: copy(there))
    assert copy(here) == "2027-2028"
    assert len(there.application.cycles(calls.SchoolRequest(school="TH-BC")).cycles) == 2
