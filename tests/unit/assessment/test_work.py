"""The state of a criterion's work, folded from its facts: each step, and how a later change takes it back."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.streams import sheet_stream
from services.assessment.domain.work import DESCRIPTION, CriterionWork, SelfAssessmentWork
from shared.eventlog.facts import EventEnvelope, EventMetadata
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.self_assessment import CriterionStep

DAY = dt.datetime(2026, 10, 1, 3, tzinfo=dt.UTC)
HERE = {"school": "TH-BC", "cycle": "c", "criterion": "1.1"}
STREAM = sheet_stream("TH-BC", "c", "1.1")

WRITE = sf.StatusWritten(**HERE, level=1, sentences=(sf.Sentence(text="Có."),))
JUDGE = f.IndicatorJudged(**HERE, layer=Layer.SCHOOL, level=1, indicator="-", result=Result.MET)
HAND_IN = sf.CriterionHandedIn(**HERE, of=1)
TAKE_BACK = sf.CriterionTakenBack(**HERE)
WANT_CHANGES = sf.ChangesRequested(**HERE, text="Sửa")
REVIEW = sf.CriterionReviewed(**HERE, of=1)
PASS = sf.CriterionVoted(
    **HERE,
    meeting="m",
    votes_for=5,
    votes_against=0,
    abstentions=0,
    of=1,
    passed=True,
    convention="over_half_present_of_half",
)
REJECT = sf.CriterionVoted(
    **HERE,
    meeting="m",
    votes_for=1,
    votes_against=4,
    abstentions=0,
    of=1,
    passed=False,
    convention="over_half_present_of_half",
)


def logged(position, fact, actor="a", day=0):
    meta = EventMetadata(actor=actor, occurred=DAY + dt.timedelta(days=day))
    entry = EventEnvelope(originator_id=STREAM, originator_version=position, meta=meta, fact=fact)
    return RecordedEvent(position, DAY, entry, b"")


def folded(*facts) -> CriterionWork:
    work = SelfAssessmentWork()
    for position, fact in zip(itertools.count(1), facts, strict=False):
        work.apply(fact, logged(position, fact))
    return work.criterion("1.1")


def after(*facts):
    work = folded(*facts)
    return work.step, work.fell_from


REVIEWED = (WRITE, HAND_IN, REVIEW)
PASSED = (*REVIEWED, PASS)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ((), CriterionStep.NOT_STARTED),
        ((WRITE,), CriterionStep.WRITING),
        ((JUDGE,), CriterionStep.WRITING),
        ((WRITE, HAND_IN), CriterionStep.HANDED_IN),
        ((WRITE, HAND_IN, JUDGE), CriterionStep.HANDED_IN),
        ((WRITE, HAND_IN, TAKE_BACK), CriterionStep.WRITING),
        ((WRITE, HAND_IN, WANT_CHANGES), CriterionStep.CHANGES_REQUESTED),
        ((WRITE, HAND_IN, WANT_CHANGES, WRITE), CriterionStep.WRITING),
        (REVIEWED, CriterionStep.REVIEWED),
        ((*REVIEWED, REJECT), CriterionStep.REVIEWED),
        (PASSED, CriterionStep.PASSED),
    ],
)
def test_each_step_follows_from_what_was_decided(facts, step):
    assert after(*facts) == (step, None)


def test_a_change_takes_a_review_back_to_handed_in_and_a_vote_back_to_reviewed_once():
    assert after(*REVIEWED, WRITE) == (CriterionStep.HANDED_IN, CriterionStep.REVIEWED)
    assert after(*REVIEWED, WRITE, WRITE) == (CriterionStep.HANDED_IN, CriterionStep.REVIEWED)
    assert after(*PASSED, JUDGE) == (CriterionStep.REVIEWED, CriterionStep.PASSED)
    assert after(*PASSED, JUDGE, WRITE) == (CriterionStep.REVIEWED, CriterionStep.PASSED)
    assert after(*PASSED, JUDGE, REVIEW, WRITE) == (CriterionStep.HANDED_IN, CriterionStep.REVIEWED)


@pytest.mark.parametrize(
    "change",
    [
        WRITE,
        JUDGE,
        f.PartJudged(**HERE, layer=Layer.SCHOOL, part="thcs", level=1, indicator="-", result=Result.MET),
        f.CriterionDescribed(**HERE, strengths="Rõ"),
        f.EvidenceLinked(**HERE, document="d", code="MC.1.1.01"),
        f.EvidenceUnlinked(**HERE, document="d", code="MC.1.1.01"),
        sf.CopiedTextKept(**HERE, level=1),
    ],
    ids=lambda fact: fact.TOPIC,
)
def test_everything_that_changes_the_content_takes_it_back(change):
    assert after(*PASSED, change) == (CriterionStep.REVIEWED, CriterionStep.PASSED)


def test_what_others_judge_comments_facets_and_assignments_take_nothing_back():
    department = f.IndicatorJudged(**HERE, layer=Layer.DEPARTMENT, level=1, indicator="-", result=Result.MET)
    comment = sf.CommentAdded(**HERE, comment="k", place=sf.CommentedPlace(criterion="1.1"), text="Xem")
    done = sf.CommentResolved(**HERE, comment="k")
    facets = sf.FacetsDefined(**HERE, level=1, indicator="-", facets=())
    assigned = sf.CriterionAssigned(**HERE, writer="a")
    assert after(*PASSED, department, comment, done, facets, assigned) == (CriterionStep.PASSED, None)


def test_a_change_told_for_a_day_before_the_vote_and_recorded_after_it_takes_it_back():
    """A replay folds by day: the change comes first there, although nobody who voted had seen it."""
    work = SelfAssessmentWork()
    told = [(1, WRITE), (2, HAND_IN), (3, REVIEW), (5, JUDGE), (4, PASS)]
    for position, fact in told:
        work.apply(fact, logged(position, fact, actor="late" if position == 5 else "a"))
    own = work.criterion("1.1")
    assert (own.step, own.fell_from, own.at, own.by) == (CriterionStep.REVIEWED, CriterionStep.PASSED, 5, "late")


def test_a_change_recorded_before_a_step_and_told_for_a_later_day_takes_nothing_back():
    work = SelfAssessmentWork()
    for position, fact in [(1, WRITE), (2, HAND_IN), (4, REVIEW), (3, JUDGE)]:
        work.apply(fact, logged(position, fact))
    own = work.criterion("1.1")
    assert (own.step, own.fell_from, own.changed) == (CriterionStep.REVIEWED, None, 3)


def test_of_two_steps_told_in_another_order_the_one_decided_later_stands():
    work = SelfAssessmentWork()
    for position, fact in [(1, WRITE), (2, HAND_IN), (4, WANT_CHANGES), (3, REVIEW)]:
        work.apply(fact, logged(position, fact))
    assert work.criterion("1.1").step is CriterionStep.CHANGES_REQUESTED


def test_the_changes_wanted_stand_until_they_are_handed_in():
    wanted = folded(WRITE, HAND_IN, WANT_CHANGES, WRITE)
    assert wanted.request is not None
    assert folded(WRITE, HAND_IN, WANT_CHANGES, WRITE, HAND_IN).request is None


def reopened(*facts):
    former, version = SelfAssessmentWork(), SelfAssessmentWork()
    for position, fact in enumerate(facts, start=1):
        former.apply(fact, logged(position, fact))
    version.take_over(former)
    return version


def test_a_version_begins_at_the_steps_of_the_former_and_only_what_is_touched_is_written_again():
    version = reopened(*PASSED)
    assert version.criterion("1.1").step is CriterionStep.PASSED
    assert version.criterion("1.2").step is CriterionStep.NOT_STARTED
    version.apply(WRITE, logged(20, WRITE))
    own = version.criterion("1.1")
    assert (own.step, own.fell_from) == (CriterionStep.WRITING, CriterionStep.PASSED)
    version.apply(HAND_IN, logged(21, HAND_IN))
    version.apply(JUDGE, logged(22, JUDGE))
    assert (own.step, own.fell_from) == (CriterionStep.HANDED_IN, None)


def test_a_version_that_was_changed_after_its_vote_is_written_again_too():
    version = reopened(*PASSED, JUDGE)
    version.apply(WRITE, logged(20, WRITE))
    own = version.criterion("1.1")
    assert (own.step, own.fell_from) == (CriterionStep.WRITING, CriterionStep.REVIEWED)


def test_a_version_does_not_change_the_former_one():
    former = SelfAssessmentWork()
    for position, fact in enumerate(PASSED, start=1):
        former.apply(fact, logged(position, fact))
    version = SelfAssessmentWork()
    version.take_over(former)
    version.apply(WRITE, logged(20, WRITE, actor="b"))
    assert former.criterion("1.1").step is CriterionStep.PASSED
    assert former.criterion("1.1").writers == {"a"}


def test_a_copied_year_begins_with_unread_texts_and_nobodys_work():
    former, year = SelfAssessmentWork(), SelfAssessmentWork()
    for position, fact in enumerate(PASSED, start=1):
        former.apply(fact, logged(position, fact))
    year.copy_texts(former, {"1.1", "1.2"})
    own = year.criterion("1.1")
    assert (own.step, own.unread, own.writers, own.vote) == (CriterionStep.NOT_STARTED, {DESCRIPTION, 1}, set(), None)
    assert year.criterion("1.2").unread == {DESCRIPTION}
    kept = sf.CopiedTextKept(**HERE, level=1)
    year.apply(kept, logged(20, kept))
    assert (own.step, own.unread) == (CriterionStep.WRITING, {DESCRIPTION})
