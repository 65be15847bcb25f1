"""The application of the assessment service: its log, its read models, and the use cases composed over them."""

from __future__ import annotations

from services.assessment import views
from services.assessment.domain import facts as f
from services.assessment.histories import Histories
from services.assessment.published import published
from services.assessment.use_cases.commenting import Commenting
from services.assessment.use_cases.council import Councils
from services.assessment.use_cases.cycles import Cycles
from services.assessment.use_cases.deciding import Deciding
from services.assessment.use_cases.evidence import Citing
from services.assessment.use_cases.facets import DefiningFacets
from services.assessment.use_cases.figures import Figures
from services.assessment.use_cases.improving import Improving
from services.assessment.use_cases.inbox import EVIDENCE, INSPECTION, ForeignEvents
from services.assessment.use_cases.judging import Judging
from services.assessment.use_cases.looking_back import LookingBack
from services.assessment.use_cases.papers import Papers
from services.assessment.use_cases.planning import PlanWriting
from services.assessment.use_cases.progress import Progress
from services.assessment.use_cases.queries import Queries
from services.assessment.use_cases.recognition import Awarding
from services.assessment.use_cases.registering import Registering
from services.assessment.use_cases.reviewing import Reviewing
from services.assessment.use_cases.schools import SchoolRepository
from services.assessment.use_cases.submitting import Submitting
from services.assessment.use_cases.writing import Writing
from shared.clock import Clock
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.log import RecordedEvent
from shared.eventlog.read_model import ReadModel
from shared.rulebook import Library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.ids import Position


class AssessmentApplication(EventSourcedApplication):
    """Schools under assessment. An event handler for those of evidence and inspection.

    `library` holds the rulebooks, `signer` signs the checkpoint a proof rests on. Every operation is a method
    of the use case that it belongs to (`services.assessment.use_cases`); here they are brought together.
    """

    name = "assessment"  # type: ignore[misc]  # a plain class attribute in the library
    facts = f.FACTS
    sources = (EVIDENCE, INSPECTION)

    def __init__(
        self,
        store: StoreSettings,
        clock: Clock,
        *,
        installation: str,
        views_url: str,
        library: Library,
        signer: Signer,
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self.library = library
        self.views = self.own(
            lambda: ReadModel(views_url, views.METADATA, views.project, self.log, version=views.VERSION, name=self.name)
        )
        self._signer = signer
        self._histories = Histories(self.log)
        self.school_repository = SchoolRepository(self, library, self.views, self._histories)
        self._compose(self.school_repository)

    def _compose(self, schools: SchoolRepository) -> None:
        self._foreign = ForeignEvents(schools)

        registering = Registering(schools)
        self.register_commune = registering.register_commune
        self.rename_commune = registering.rename_commune
        self.communes = registering.communes
        self.register_school = registering.register_school
        self.rename_school = registering.rename_school
        self.close_school = registering.close_school
        self.school = registering.school
        self.schools = registering.schools
        self.state_conditions = registering.state_conditions

        cycles = Cycles(schools)
        self.open_cycle = cycles.open_cycle
        self.reopen_cycle = cycles.reopen_cycle
        self.copy_cycle = cycles.copy_cycle
        self.cycle_changes = cycles.cycle_changes
        self.cycles = cycles.cycles
        self.submissions = cycles.submissions
        self.cycles_at = cycles.cycles_at

        self._compose_council(schools)

        submitting = Submitting(schools)
        self.submit_self_assessment = submitting.submit_self_assessment
        self.gaps = submitting.gaps
        self.answer_gap = submitting.answer_gap
        self.withdraw_gap_answer = submitting.withdraw_gap_answer

        deciding = Deciding(schools)
        self.hold_meeting = deciding.hold_meeting
        self.meetings = deciding.meetings
        self.vote = deciding.vote
        self.approve_report = deciding.approve_report
        self.check_cycle = deciding.check_cycle
        self.carried_evidence = deciding.carried_evidence
        self.publish_report = deciding.publish_report

        improving = Improving(schools)
        self.add_improvement = improving.add_improvement
        self.change_improvement = improving.change_improvement
        self.review_improvement = improving.review_improvement
        self.improvements = improving.improvements

        citing = Citing(schools)
        self.code_evidence = citing.code_evidence
        self.coded_documents = citing.coded_documents
        self.link_evidence = citing.link_evidence
        self.unlink_evidence = citing.unlink_evidence
        self.evidence = citing.evidence

        judging = Judging(schools)
        self.judge = judging.judge
        self.describe_criterion = judging.describe_criterion
        self.save_criterion = judging.save_criterion

        writing = Writing(schools)
        self.write_status = writing.write_status
        self.keep_copied = writing.keep_copied
        self.describe_standard = writing.describe_standard
        self.write_section = writing.write_section

        reviewing = Reviewing(schools)
        self.hand_in = reviewing.hand_in
        self.take_back = reviewing.take_back
        self.review_criterion = reviewing.review_criterion
        self.request_changes = reviewing.request_changes

        commenting = Commenting(schools)
        self.add_comment = commenting.add_comment
        self.resolve_comment = commenting.resolve_comment
        self.comments = commenting.comments

        progress = Progress(schools)
        self.criterion_work = progress.criterion_work
        self.work_board = progress.work_board

        figures = Figures(schools)
        self.state_figures = figures.state_figures
        self.figures = figures.figures

        queries = Queries(schools, self._signer)
        self.status = queries.status
        self.criterion = queries.criterion
        self.explain = queries.explain
        self.history = queries.history
        self.compare = queries.compare
        self.simulate = queries.simulate
        self.prove = queries.prove

        looking_back = LookingBack(schools)
        self.years = looking_back.years
        self.divergence = looking_back.divergence
        self.divergences = looking_back.divergences

        papers = Papers(schools)
        self.paper_kinds = papers.paper_kinds
        self.papers = papers.papers
        self.compose_paper = papers.compose_paper
        self.paper_ground = papers.paper_ground

        awarding = Awarding(schools)
        self.grant_recognition = awarding.grant_recognition
        self.grant_certificate = awarding.grant_certificate
        self.correct_award = awarding.correct
        self.refuse_recognition = awarding.refuse
        self.request_remedy = awarding.request_remedy
        self.revoke_recognition = awarding.revoke_recognition
        self.revoke_certificate = awarding.revoke_certificate
        self.register = awarding.register

    def _compose_council(self, schools: SchoolRepository) -> None:
        councils = Councils(schools)
        self.set_up_council = councils.set_up_council
        self.council = councils.council
        self.council_members = councils.council_members
        self.form_group = councils.form_group
        self.dissolve_group = councils.dissolve_group
        self.assign_criteria = councils.assign_criteria

        plans = PlanWriting(schools)
        self.write_plan = plans.write_plan
        self.approve_plan = plans.approve_plan
        self.plan = plans.plan

        facets = DefiningFacets(schools)
        self.define_facets = facets.define_facets
        self.facets = facets.facets

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event."""
        return published(self.installation, logged)

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        return self._foreign.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of another service exactly once (see `ForeignEvents.receive`)."""
        self._foreign.receive(event)
