"""Use cases about what a council decides: its meetings, its votes, the chair's approval, publication; and what is owed."""

from __future__ import annotations

from services.assessment import decision_presenters as present
from services.assessment.domain import council, deciding, submission
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.copying import carried
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.school import School
from services.assessment.domain.streams import council_stream, sheet_streams
from services.assessment.use_cases.schools import SchoolRepository
from services.assessment.use_cases.texts import checked_name, no_cycle
from shared.contracts.calls import Done
from shared.contracts.calls.deciding import (
    Approved,
    ApproveReport,
    CarriedEvidenceAnswer,
    CarriedEvidenceRequest,
    CheckAnswer,
    CheckRequest,
    HoldMeeting,
    MeetingHeld,
    MeetingsAnswer,
    MeetingsRequest,
    PublishReport,
    VoteOnCriterion,
    VoteView,
)
from shared.identity.call_context import CallContext
from shared.ids import id_within, new_id
from shared.problems import BadRequest
from shared.rulebook.conventions import Voting, conventions
from shared.typed_texts import typed_text
from shared.vocabulary.ids import MeetingId, Position, SchoolCode
from shared.vocabulary.roles import Role

MOST_CHANNELS = 20
"""Places of publication that are worth naming."""


class Deciding:
    """Writes down what a council decides, and says what it has decided."""

    def __init__(self, schools: SchoolRepository, voting: Voting | None = None) -> None:
        self._schools = schools
        self._voting = voting or conventions().voting

    def hold_meeting(self, acting: CallContext, request: HoldMeeting) -> MeetingHeld:
        """Write down a meeting of the council and return its id; a repeat answers with the id that it has.

        Raises BadRequest, DateRefused, DocumentUnknown, NoSuchCycle, AlreadySubmitted, NoCouncil, NotYourDuty, NotInCouncil.
        """
        if request.document:
            self._schools.require_document(request.document, request.school)
        meta, on = self._schools.metadata_on(acting, request.on)
        agenda = typed_text(request.agenda, "nội dung họp")
        if not agenda:
            raise BadRequest("Chưa nhập nội dung họp. Chưa ghi gì.", path="$.agenda")
        # A repeated command must find the meeting that its first run wrote down, so its id follows from the command.
        stream = council_stream(request.school, request.cycle)
        meeting = MeetingId(str(id_within(stream, "meeting", meta.command) if meta.command else new_id()))

        def decide(school: School) -> MeetingId:
            school.require_day(request.cycle, on)
            work = deciding.work_of(self._schools.as_known_now(school.code, request.cycle))
            members = council.require_council(work)
            is_head = holds_role(acting, Role.HEAD, school.code)
            deciding.require_keeper(members, acting.actor, "hoặc Hiệu trưởng ghi cuộc họp", is_head=is_head)
            met = sf.CouncilMet(
                school=school.code,
                cycle=request.cycle,
                meeting=meeting,
                met_on=on,
                present=deciding.checked_present(members, request.present),
                agenda=agenda,
                document=request.document,
            )
            if same := deciding.same_meeting(work, met):
                return same
            school.add_work(met, meta)
            return meeting

        held, position = self._schools.change(request.school, decide)
        return MeetingHeld(id=held, position=position)

    def meetings(self, request: MeetingsRequest) -> MeetingsAnswer:
        """Return a council's meetings and how each criterion stands before it. Raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        return present.meetings_answer(assessed, self._voting)

    def vote(self, acting: CallContext, request: VoteOnCriterion) -> VoteView:
        """Write down a vote of the council on a reviewed criterion; a repeat does nothing.

        Raises BadRequest, NoSuchCycle, AlreadySubmitted, NoCouncil, NotYourDuty, NoSuchCriterion, NoSuchMeeting,
        VotesDoNotAddUp, NotReviewed, AlreadyPassed.
        """
        meta, _ = self._schools.metadata_on(acting)
        if len(request.opinions) > deciding.MOST_OPINIONS:
            raise BadRequest(f"Nhiều nhất {deciding.MOST_OPINIONS} ý kiến. Chưa ghi gì.", path="$.opinions")
        opinions = tuple(text for one in request.opinions if (text := typed_text(one, "ý kiến")))
        votes = (request.votes_for, request.votes_against, request.abstain)

        def decide(school: School) -> None:
            if school.has_processed(meta.command):
                return  # a repeat of a call whose answer was lost must not meet its own vote
            voted = deciding.decide_vote(
                self._schools.as_known_now(school.code, request.cycle),
                acting.actor,
                self._voting,
                criterion=request.criterion,
                meeting=request.meeting,
                votes=votes,
                opinions=opinions,
            )
            if voted is not None:
                school.add_work(voted, meta, council_stream(school.code, request.cycle))

        self._schools.change(request.school, decide)
        assessed = self._schools.as_known_now(request.school, request.cycle)
        criterion_of(assessed.rulebook, request.criterion)
        return present.last_vote(deciding.work_of(assessed), request.criterion)

    def approve_report(self, acting: CallContext, request: ApproveReport) -> Approved:
        """Approve the report as it stands, as the chair of the council; a repeat answers with what was approved.

        Raises NoSuchCycle, AlreadySubmitted, NoCouncil, NotYourDuty, CriteriaNotPassed.
        """
        meta, on = self._schools.metadata_on(acting)

        def decide(school: School) -> Position:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            approved = deciding.decide_approval(assessed, acting.actor, on)
            if approved is not None and not school.has_processed(meta.command):
                streams = sheet_streams(school.code, request.cycle, assessed.rulebook.criteria)
                school.add_work(approved, meta, council_stream(school.code, request.cycle), *streams)
                return approved.of
            standing = deciding.approval_of(deciding.work_of(assessed))
            assert standing is not None  # either it stands, or this very command gave it
            return standing.of

        of, _ = self._schools.change(request.school, decide)
        return Approved(position=of)

    def check_cycle(self, request: CheckRequest) -> CheckAnswer:
        """Return everything that stands between a cycle and its submission. Raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        gaps = submission.open_gaps(submission.all_gaps(assessed))
        return present.check_answer(assessed, gaps, self._schools.today())

    def carried_evidence(self, request: CarriedEvidenceRequest) -> CarriedEvidenceAnswer:
        """Return which evidence of a cycle under another circular may be coded anew. Raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        if request.former and assessed.state.cycle(request.former) is None:
            raise no_cycle(request.school, request.former)
        offered = carried(assessed.state, self._schools.library, request.cycle, request.former)
        return present.carried_answer(assessed, offered)

    def publish_report(self, acting: CallContext, request: PublishReport) -> Done:
        """Note that the result of a submitted self-assessment was published; a repeat does nothing.

        Raises BadRequest, DateRefused, DocumentUnknown, NoSuchCycle, NotSubmitted.
        """
        if request.document:
            self._schools.require_document(request.document, request.school)
        if len(request.channels) > MOST_CHANNELS:
            raise BadRequest(f"Nhiều nhất {MOST_CHANNELS} nơi công bố. Chưa ghi gì.", path="$.channels")
        meta, on = self._schools.metadata_on(acting, request.on)
        published = sf.ReportPublished(
            school=request.school,
            cycle=request.cycle,
            published_on=on,
            channels=tuple(checked_name(channel, "nơi công bố") for channel in request.channels),
            document=request.document,
        )

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            news = deciding.decide_publication(assessed, published)
            if news is not None:
                school.add_to_submitted(news, meta)

        return self._schools.done(request.school, decide)


def holds_role(acting: CallContext, role: Role, school: SchoolCode) -> bool:
    """Say whether the caller holds a role that reaches the school."""
    return any(grant.role is role and grant.covers_school(school) for grant in acting.grants)
