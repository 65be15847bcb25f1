"""Comments: on what is there, by the council and the clerk, answered, done and taken up again."""

from __future__ import annotations

import pytest

from services.assessment.errors import AlreadySubmitted, NoSuchComment, NotYourDuty
from shared.contracts.calls.writing import CommentsRequest
from shared.contracts.problems import DocumentUnknown
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from tests.unit.assessment.council_at_work import (
    CLERK,
    CYCLE,
    FIFTH,
    OUTSIDER,
    REVIEWER,
    SCHOOL,
    WRITER,
    AtWork,
)


@pytest.fixture
def at_work(office):
    return AtWork(office)


def listed(at_work, **more):
    return at_work.do.comments(CommentsRequest(school=SCHOOL, cycle=CYCLE, **more)).comments


def test_a_comment_is_on_a_criterion_a_sentence_or_a_box_of_a_page(at_work):
    at_work.write("Một. Hai.")
    at_work.office.tell_document("d-1")
    on_all = at_work.comment(" Xem lại cả tiêu chí ")
    on_one = at_work.comment(level=1, sentence=2)
    on_page = at_work.comment(by=CLERK, document="d-1", page=3, box=(0.1, 0.2, 0.5, 0.4))
    comments = at_work.work().comments
    assert [one.comment for one in comments] == [on_all.comment, on_one.comment, on_page.comment]
    assert comments[0].text == "Xem lại cả tiêu chí"
    assert (comments[1].place.level, comments[1].place.sentence) == (1, 2)
    assert (comments[2].place.page, comments[2].place.box, comments[2].by) == (3, (0.1, 0.2, 0.5, 0.4), CLERK)
    assert comments == listed(at_work)


def test_an_answer_names_a_comment_on_the_same_criterion(at_work):
    asked = at_work.comment().comment
    at_work.comment("Ở bảng tin", by=WRITER, answers=asked)
    assert listed(at_work)[1].answers == asked
    with pytest.raises(NoSuchComment):
        at_work.comment("Ở đâu?", criterion="1.2", answers=asked)


def test_a_comment_is_marked_done_and_taken_up_again(at_work):
    comment = at_work.comment().comment
    at_work.comment(criterion="1.2")
    at_work.resolve(comment)
    head = at_work.head()
    at_work.resolve(comment)
    assert at_work.head() == head
    assert [(one.resolved, one.resolved_by) for one in listed(at_work)] == [(True, WRITER), (False, "")]
    assert [one.criterion for one in listed(at_work, open_only=True)] == ["1.2"]
    assert [line.open_comments for line in at_work.board().criteria[:2]] == [0, 1]
    at_work.resolve(comment, by=REVIEWER, resolved=False)
    assert [(one.resolved, one.resolved_by) for one in listed(at_work, criterion="1.1")] == [(False, "")]
    at_work.resolve(comment, resolved=False)


def test_the_same_command_makes_one_comment(at_work):
    first = at_work.comment(command="k-1")
    again = at_work.comment(command="k-1")
    assert first.comment == again.comment
    assert len(listed(at_work)) == 1


def test_members_people_of_groups_and_the_clerk_comment_and_nobody_else(at_work):
    with pytest.raises(NotYourDuty):
        at_work.comment(by=OUTSIDER)
    comment = at_work.comment(by=CLERK).comment
    with pytest.raises(NotYourDuty):
        at_work.resolve(comment, by=OUTSIDER)
    at_work.group("nhom-1", FIFTH, OUTSIDER)
    at_work.comment(by=OUTSIDER)


@pytest.mark.parametrize(
    "place",
    [
        {"level": 1, "sentence": 3},
        {"level": 1, "sentence": -1},
        {"sentence": 1},
        {"page": 1},
        {"box": (0.1, 0.1, 0.2, 0.2)},
        {"document": "d-1", "page": -1},
        {"document": "d-1", "box": (0.1, 0.1, 0.2, 0.2)},
        {"document": "d-1", "page": 1, "box": (0.5, 0.1, 0.2, 0.2)},
        {"document": "d-1", "page": 1, "box": (0.1, 0.1, 1.2, 0.2)},
        {"document": "d-1", "page": 1, "box": (float("nan"), 0.1, 0.2, 0.2)},
    ],
)
def test_a_place_that_is_not_there_is_refused(at_work, place):
    at_work.write("Một. Hai.")
    at_work.office.tell_document("d-1")
    with pytest.raises(BadRequest):
        at_work.comment(**place)


def test_a_level_a_criterion_a_document_a_comment_that_do_not_exist_are_refused(at_work):
    with pytest.raises(NoSuchCriterion):
        at_work.comment(level=9)
    with pytest.raises(NoSuchCriterion):
        at_work.comment(criterion="9.9")
    with pytest.raises(NoSuchCriterion):
        listed(at_work, criterion="9.9")
    with pytest.raises(DocumentUnknown):
        at_work.comment(document="d-9", page=1)
    with pytest.raises(NoSuchComment):
        at_work.resolve("0198f2c4-0000-7000-8000-000000000000")
    with pytest.raises(BadRequest):
        at_work.comment("  ")


def test_after_the_submission_nothing_is_commented(office):
    at_work = AtWork(office, council_of=None)
    office.submit_anyway(at_work.cycle)
    with pytest.raises(AlreadySubmitted):
        at_work.comment()
