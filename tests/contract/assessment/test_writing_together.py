"""Thirty teachers write at once: what two openers write, hand in and assign at the same time holds between them."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment.errors import AwaitingReview, ChangedMeanwhile, NotYourDuty
from shared.contracts.calls import council, writing
from shared.identity.call_context import CallContext
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep
from tests.contract.assessment.scene import ADMIN, at_once, set_up

SCHOOL = "TH-BC"
CHAIR, SECRETARY, WRITER, REVIEWER, FIFTH = (f"0198f2c4-0000-7000-8000-00000000030{number}" for number in range(5))
ROLES = (CouncilRole.CHAIR, CouncilRole.SECRETARY, CouncilRole.MEMBER, CouncilRole.MEMBER, CouncilRole.VICE_CHAIR)


def person(actor):
    return CallContext(actor=actor, grants=ADMIN.grants)


def meanwhile(application, act):
    """Let `act` happen once, between the next decision of an application and its being stored; return the tries."""
    store, tries = application.append, []

    def append(*streams, **more):
        tries.append(streams)
        if len(tries) == 1:
            act()
        return store(*streams, **more)

    application.append = append
    return tries


@pytest.fixture
def here(start):
    return start()


@pytest.fixture
def there(start, here):
    return start()


@pytest.fixture
def cycle(here, there):
    cycle = set_up(here)
    members = [
        council.MemberById(person=one, role=role, office="Hiệu trưởng", task="Viết")
        for one, role in zip((CHAIR, SECRETARY, WRITER, REVIEWER, FIFTH), ROLES, strict=True)
    ]
    request = council.SetUpCouncil(school=SCHOOL, cycle=cycle.cycle, decided_on=dt.date(2026, 9, 26), members=members)
    here.set_up_council(person(CHAIR), request)
    return cycle.cycle


def write(application, cycle, text, *, by=WRITER, level=1, expected=None):
    request = writing.WriteStatus(school=SCHOOL, cycle=cycle, criterion="1.1", level=level, text=text, expected=expected)
    return application.write_status(person(by), request)


def hand_in(application, cycle, by=WRITER):
    return application.hand_in(person(by), writing.HandIn(school=SCHOOL, cycle=cycle, criterion="1.1"))


def review(application, cycle, by=REVIEWER):
    return application.review_criterion(person(by), writing.ReviewCriterion(school=SCHOOL, cycle=cycle, criterion="1.1"))


def work(application, cycle):
    request = writing.CriterionWorkRequest(school=SCHOOL, cycle=cycle, criterion="1.1")
    return application.criterion_work(person(WRITER), request)


def test_two_who_write_at_two_levels_at_once_both_succeed(here, there, cycle):
    tries = meanwhile(here, lambda: write(there, cycle, "Mức hai.", by=FIFTH, level=2, expected=0))
    write(here, cycle, "Mức một.", expected=0)
    assert len(tries) == 2
    assert [level.text for level in work(there, cycle).levels] == ["Mức một.", "Mức hai."]


def test_two_who_change_different_sentences_at_once_both_keep_theirs(here, there, cycle):
    seen = write(here, cycle, "Một. Hai.").position
    meanwhile(here, lambda: write(there, cycle, "Một. Hai sửa.", by=FIFTH, expected=seen))
    both = write(here, cycle, "Một sửa. Hai.", expected=seen)
    assert (both.merged, both.text) == (True, "Một sửa. Hai sửa.")
    assert work(there, cycle).levels[0].text == both.text


def test_two_who_change_one_sentence_at_once_one_is_refused_and_nothing_is_lost(here, there, cycle):
    seen = write(here, cycle, "Một. Hai.").position
    meanwhile(here, lambda: write(there, cycle, "Một bạn. Hai.", by=FIFTH, expected=seen))
    with pytest.raises(ChangedMeanwhile) as refused:
        write(here, cycle, "Một tôi. Hai.", expected=seen)
    assert refused.value.data["theirs"] == "Một bạn. Hai."


def test_what_is_handed_in_holds_what_was_written_at_that_very_moment(here, there, cycle):
    write(here, cycle, "Một.")
    last = []
    meanwhile(here, lambda: last.append(write(there, cycle, "Một sửa.", by=FIFTH).position))
    hand_in(here, cycle)
    handed_in = here.log.read(last[0], 1)[0].entry.fact
    assert handed_in.of == last[0]


def test_a_text_that_comes_as_the_criterion_is_handed_in_is_refused(here, there, cycle):
    write(here, cycle, "Một.")
    meanwhile(here, lambda: hand_in(there, cycle, by=FIFTH))
    with pytest.raises(AwaitingReview):
        write(here, cycle, "Một sửa.")
    assert work(there, cycle).levels[0].text == "Một."


def test_a_review_does_not_pass_over_what_was_taken_back_at_that_moment(here, there, cycle):
    write(here, cycle, "Một.")
    hand_in(here, cycle)
    taken_back = writing.TakeBack(school=SCHOOL, cycle=cycle, criterion="1.1")
    meanwhile(here, lambda: there.take_back(person(WRITER), taken_back))
    with pytest.raises(Exception, match="chưa nộp"):
        review(here, cycle)
    assert work(there, cycle).step is CriterionStep.WRITING


def test_who_loses_the_assignment_at_that_moment_writes_no_more(here, there, cycle):
    assigned = council.Assignment(criterion="1.1", writer=FIFTH)
    request = council.AssignCriteria(school=SCHOOL, cycle=cycle, assignments=[assigned])
    meanwhile(here, lambda: there.assign_criteria(person(CHAIR), request))
    with pytest.raises(NotYourDuty):
        write(here, cycle, "Không còn việc của tôi.")
    assert work(there, cycle).levels[0].text == ""


def test_many_who_append_to_sentences_of_their_own_all_keep_them(here, there, cycle):
    seen = write(here, cycle, "\n\n".join(f"Đoạn {number}." for number in range(8))).position

    def of(number):
        paragraphs = [f"Đoạn {one}{' đã sửa' if one == number else ''}." for one in range(8)]
        application = (here, there)[number % 2]
        return lambda: write(application, cycle, "\n\n".join(paragraphs), by=WRITER, expected=seen)

    assert at_once(*(of(number) for number in range(8))) == []
    text = work(here, cycle).levels[0].text
    assert text == "\n\n".join(f"Đoạn {number} đã sửa." for number in range(8))
