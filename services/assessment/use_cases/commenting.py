"""Use cases about comments on a self-assessment: on a criterion, a sentence, a place on a page."""

from __future__ import annotations

import uuid

from services.assessment import work_presenters
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.commenting import check_place, comments_of, criterion_of_comment
from services.assessment.domain.reviewing import require_commenting
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.school import School
from services.assessment.domain.streams import council_stream
from services.assessment.use_cases.council import work_of
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.writing import AddComment, CommentMade, CommentsAnswer, CommentsRequest, ResolveComment
from shared.identity.call_context import CallContext
from shared.ids import natural_id, new_id
from shared.problems import BadRequest
from shared.typed_texts import typed_text
from shared.vocabulary.ids import CommentId, SchoolCode
from shared.vocabulary.roles import Role


def is_clerk(acting: CallContext, school: SchoolCode) -> bool:
    """Say whether the caller is the clerk of the school."""
    return any(grant.role is Role.CLERK and grant.covers_school(school) for grant in acting.grants)


class Commenting:
    """Keeps comments, and what became of them."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def add_comment(self, acting: CallContext, request: AddComment) -> CommentMade:
        """Comment on a criterion; the same command again gives the comment that it made.

        Raises BadRequest, NoSuchCriterion, NoSuchComment, DocumentUnknown, NotYourDuty, NoSuchSchool, NoSuchCycle,
        AlreadySubmitted.
        """
        if request.place.document:
            self._schools.require_document(request.place.document, request.school)
        meta, _ = self._schools.metadata_on(acting)
        text = typed_text(request.text, "góp ý")
        if not text:
            raise BadRequest("Chưa ghi góp ý. Chưa gửi. Ghi ít nhất một câu.", path="$.text")
        added = sf.CommentAdded(
            school=request.school,
            cycle=request.cycle,
            criterion=request.criterion,
            comment=_comment_id(acting),
            place=sf.CommentedPlace(
                criterion=request.criterion,
                level=request.place.level,
                sentence=request.place.sentence,
                document=request.place.document,
                page=request.place.page,
                box=request.place.box,
            ),
            text=text,
            answers=request.answers,
        )

        def decide(school: School) -> None:
            if school.has_processed(meta.command):
                return
            assessed = self._schools.as_known_now(school.code, request.cycle)
            criterion_of(assessed.rulebook, request.criterion)
            work = work_of(assessed, school.code).work
            require_commenting(work, acting.actor, is_clerk=is_clerk(acting, school.code))
            check_place(assessed.rulebook, work.seen(request.criterion), added)
            school.add_work(added, meta, council_stream(school.code, request.cycle))

        _, position = self._schools.change(request.school, decide)
        return CommentMade(comment=added.comment, position=position)

    def resolve_comment(self, acting: CallContext, request: ResolveComment) -> Done:
        """Mark a comment done, or take it up again; a repeat does nothing.

        Raises NoSuchComment, NotYourDuty, NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = work_of(assessed, school.code).work
            criterion = criterion_of_comment(work, request.comment)
            require_commenting(work, acting.actor, is_clerk=is_clerk(acting, school.code))
            comments = comments_of(work.seen(criterion))
            if any(one.fact.comment == request.comment and one.resolved == request.resolved for one in comments):
                return
            resolved = sf.CommentResolved(
                school=school.code,
                cycle=request.cycle,
                criterion=criterion,
                comment=request.comment,
                resolved=request.resolved,
            )
            school.add_work(resolved, meta, council_stream(school.code, request.cycle))

        return self._schools.done(request.school, decide)

    def comments(self, request: CommentsRequest) -> CommentsAnswer:
        """Return the comments of a cycle in the order in which they were made; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        work = work_of(assessed, request.school).work
        if request.criterion:
            criterion_of(assessed.rulebook, request.criterion)
        found = [
            work_presenters.comment(one)
            for code in work.criteria
            if request.criterion in {"", code}
            for one in comments_of(work.seen(code))
            if not (request.open_only and one.resolved)
        ]
        return CommentsAnswer(comments=sorted(found, key=lambda one: one.position))


def _comment_id(acting: CallContext) -> CommentId:
    made: uuid.UUID = natural_id("comment", acting.actor, acting.command) if acting.command else new_id()
    return CommentId(str(made))
