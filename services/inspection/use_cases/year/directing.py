"""Use cases of a commune's year: its steering committee, and its register of directives."""

from __future__ import annotations

from collections import Counter

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.domain.year.directing import Committee, Directive, committee_stream, directive_id
from services.inspection.errors_year import TaskRefused
from services.inspection.presenters import tasks as presenters
from services.inspection.use_cases.texts import require_person_id
from services.inspection.use_cases.year.giving import require_near, typed_line
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import directing_rows, tasks_rows
from shared.contracts.calls.year.directing import (
    CommitteeAnswer,
    CommitteeView,
    CommuneYearRequest,
    DirectivesAnswer,
    DirectivesRequest,
    DirectiveView,
    IssueDirective,
    SetCommittee,
)
from shared.identity.call_context import CallContext
from shared.paging import page_of
from shared.typed_texts import typed_text
from shared.vocabulary.ids import CommuneCode, DirectiveId

MOST_DIRECTIVES = 500


class Directing:
    """Keeps who directs a commune's year, and with which documents."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def set_committee(self, acting: CallContext, request: SetCommittee) -> CommitteeView:
        """Record who sits on the committee from a day on.

        Raises YearRefused, VisitDateRefused, TaskRefused, TaskChanged, CommitteeStands, BadRequest.
        """
        self._year.require_year(request.year)
        meta, on = self._year.metadata_on(acting, request.decided_on)
        committee = tf.CommitteeSet(
            commune=request.commune,
            year=request.year,
            number=typed_line(request.number, "số quyết định", "$.number"),
            decided_on=on,
            members=_members(request),
        )
        stream = committee_stream(request.commune)
        self._year.change(Committee, stream, lambda held: held.set(committee, meta, seen=request.seen))
        with self._year.views.reading() as conn:
            return presenters.committee_view(directing_rows.committees(conn, request.commune)[0])

    def committee(self, request: CommuneYearRequest) -> CommitteeAnswer:
        """Return the committees that were decided on by the end of a year, the newest first."""
        self._year.require_year(request.year)
        with self._year.views.reading() as conn:
            rows = directing_rows.committees(conn, request.commune)
        return CommitteeAnswer(
            committees=[presenters.committee_view(row) for row in rows if row.decided_on.year <= request.year]
        )

    def issue_directive(self, acting: CallContext, request: IssueDirective) -> DirectiveView:
        """Enter a directive in the register. Raises YearRefused, VisitDateRefused, TaskRefused, DirectiveStands."""
        self._year.require_year(request.year)
        number = typed_line(request.number, "số văn bản", "$.number")
        meta, on = self._year.metadata_on(acting, request.issued_on)
        require_near(on, request.year)
        stream = directive_id(request.commune, number, on)
        issued = tf.DirectiveIssued(
            commune=request.commune,
            year=request.year,
            directive=DirectiveId(str(stream)),
            number=number,
            issued_on=on,
            abstract=typed_line(request.abstract, "trích yếu", "$.abstract"),
            section=typed_line(request.section, "mục của kế hoạch", "$.section", needed=False),
        )
        self._year.change(Directive, stream, lambda directive: directive.issue(issued, meta))
        return next(one for one in self._directives(issued.commune, issued.year) if one.id == issued.directive)

    def directives(self, request: DirectivesRequest) -> DirectivesAnswer:
        """Return one page of the register of a year, the newest first; raises YearRefused, BadRequest."""
        self._year.require_year(request.year)
        found = self._directives(request.commune, request.year)
        page = page_of(found, request.after, request.limit, most=MOST_DIRECTIVES, what="văn bản")
        return DirectivesAnswer(directives=list(page), total=len(found))

    def _directives(self, commune: CommuneCode, year: int) -> list[DirectiveView]:
        with self._year.views.reading() as conn:
            rows = directing_rows.directives(conn, commune, year)
            given = Counter(row.directive for row in tasks_rows.tasks(conn, commune=commune, year=year))
        return [presenters.directive_view(row, given[row.directive]) for row in rows]


def _members(request: SetCommittee) -> tuple[tf.CommitteeMember, ...]:
    members = []
    for number, one in enumerate(request.members):
        require_person_id(one.person, f"$.members[{number}].person")
        duty = typed_text(one.duty, "nhiệm vụ")
        if not duty:
            raise TaskRefused(
                f"Người thứ {number + 1} chưa có nhiệm vụ. Chưa ghi gì. Ghi việc người ấy phụ trách.",
                path=f"$.members[{number}].duty",
            )
        members.append(tf.CommitteeMember(person=one.person, role=one.role, duty=duty))
    return tuple(members)
