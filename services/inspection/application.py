"""The application of the inspection service: its log, its read models, and the use cases composed over them."""

from __future__ import annotations

from services.inspection import views
from services.inspection.application_year import YearAnswers
from services.inspection.domain import facts as f
from services.inspection.published import published
from services.inspection.settings import InspectionSettings
from services.inspection.use_cases.answering import Answering
from services.inspection.use_cases.inbox import SOURCES, InspectionInbox
from services.inspection.use_cases.judging import TeamJudging
from services.inspection.use_cases.maintaining import Maintaining
from services.inspection.use_cases.papers import VisitPapers
from services.inspection.use_cases.planning import Planning
from services.inspection.use_cases.queries import VisitQueries
from services.inspection.use_cases.recommendation_queries import RecommendationQueries
from services.inspection.use_cases.recommending import Recommending
from services.inspection.use_cases.recording import Recording
from services.inspection.use_cases.registration_answers import RegistrationAnswers
from services.inspection.use_cases.registration_steps import RegistrationSteps
from services.inspection.use_cases.registrations import RegistrationRepository
from services.inspection.use_cases.renewal import Renewals
from services.inspection.use_cases.requesting import Requesting
from services.inspection.use_cases.team import Teams
from services.inspection.use_cases.titles import Titles
from services.inspection.use_cases.visits import VisitRepository
from services.inspection.use_cases.year.repository import YearRepository
from shared.clock import Clock
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.log import RecordedEvent
from shared.eventlog.read_model import ReadModel
from shared.rulebook import Library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.ids import Position


class InspectionApplication(YearAnswers, EventSourcedApplication):
    """Visits to schools. An event handler for what other services tell. `library` holds the rulebooks.

    `settings` are the route of registrations and the holidays of this installation.

    Every operation is a method of the use case that it belongs to (`services.inspection.use_cases`); here they are brought
    together.
    """

    name = "inspection"  # type: ignore[misc]  # a plain class attribute in the library
    facts = f.FACTS
    sources = SOURCES

    def __init__(
        self,
        store: StoreSettings,
        clock: Clock,
        *,
        installation: str,
        views_url: str,
        library: Library,
        settings: InspectionSettings = InspectionSettings(),  # noqa: B008  # frozen
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self.library = library
        self.views = self.own(
            lambda: ReadModel(views_url, views.METADATA, views.project, self.log, version=views.VERSION, name=self.name)
        )
        self.visit_repository = VisitRepository(self, library, self.views)
        self._registrations = RegistrationRepository(self.visit_repository, settings)
        self._compose(self.visit_repository)
        self._compose_registrations(self._registrations)
        self._compose_year(YearRepository(self.visit_repository))

    def _compose(self, visits: VisitRepository) -> None:
        self._inbox = InspectionInbox(visits, self._registrations)

        planning = Planning(visits)
        self.plan = planning.plan
        self.reschedule = planning.reschedule
        self.plan_programme = planning.plan_programme

        teams = Teams(visits)
        self.set_up_team = teams.set_up_team
        self.hold_visit = teams.hold_visit

        judging = TeamJudging(visits)
        self.record_opinions = judging.record_opinions
        self.agree_findings = judging.agree_findings

        recording = Recording(visits)
        self.record_findings = recording.record_findings
        self.conclude = recording.conclude

        answering = Answering(visits)
        self.answer_finding = answering.answer_finding

        requesting = Requesting(visits)
        self.request_evidence = requesting.request_evidence
        self.supply_evidence = requesting.supply_evidence
        self.take_photo = requesting.take_photo

        self._compose_recommendations(visits)
        maintaining = Maintaining(visits)
        self.check_maintenance = maintaining.check_maintenance
        self.maintenance = maintaining.maintenance
        self.maintenance_list = maintaining.maintenance_list

        queries = VisitQueries(visits)
        self.inspection = queries.inspection
        self.inspections = queries.inspections
        self.findings = queries.findings
        self.visits = queries.visits

        self.titles = Titles(visits).titles

        self._compose_papers(visits)

    def _compose_papers(self, visits: VisitRepository) -> None:
        papers = VisitPapers(visits, self._registrations.settings)
        self.visit_paper_kinds = papers.visit_paper_kinds
        self.visit_papers = papers.visit_papers
        self.visit_paper_moment = papers.visit_paper_moment
        self.compose_visit_paper = papers.compose_visit_paper

    def _compose_recommendations(self, visits: VisitRepository) -> None:
        recommending = Recommending(visits)
        self.add_recommendation = recommending.add_recommendation
        self.answer_recommendation = recommending.answer_recommendation
        self.verify_recommendation = recommending.verify_recommendation
        self.extend_recommendation = recommending.extend_recommendation

        queries = RecommendationQueries(visits)
        self.recommendation = queries.recommendation
        self.school_recommendations = queries.school_recommendations
        self.recommendations = queries.recommendations

    def _compose_registrations(self, registrations: RegistrationRepository) -> None:
        self.take_silences = registrations.take_silences

        steps = RegistrationSteps(registrations)
        self.open_registration = steps.open_registration
        self.check_registration = steps.check_registration
        self.forward_registration = steps.forward_registration
        self.accept_registration = steps.accept_registration
        self.return_registration = steps.return_registration
        self.send_draft_report = steps.send_draft_report
        self.reply_to_draft = steps.reply_to_draft
        self.finalise_report = steps.finalise_report

        self.renewals = Renewals(registrations).renewals

        answers = RegistrationAnswers(registrations)
        self.registration = answers.registration
        self.registrations = answers.registrations
        self.commune_registrations = answers.registrations

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event."""
        return published(self.installation, logged)

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        return self._inbox.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply another service's next event exactly once (see `InspectionInbox.receive`)."""
        self._inbox.receive(event)
