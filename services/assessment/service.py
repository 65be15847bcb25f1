"""The assessment service on the bus: every operation passes straight to the application."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from services.assessment.application import AssessmentApplication
from services.assessment.reading_rights import readable
from shared.bus.rpc import ServiceBase, remote
from shared.contracts.calls import Call, Done, Nothing
from shared.contracts.calls.assessment import (
    AnswerGap,
    AwardView,
    CertificateView,
    CodedDocuments,
    CodeEvidence,
    CommunesAnswer,
    CommuneView,
    CompareAnswer,
    CompareRequest,
    CorrectAward,
    CriterionRequest,
    CriterionView,
    CycleChangesAnswer,
    CycleChangesRequest,
    CyclesAnswer,
    CycleView,
    DescribeCriterion,
    EvidenceAnswer,
    EvidenceRequest,
    EvidenceView,
    ExplainAnswer,
    ExplainRequest,
    FiguresAnswer,
    FiguresRequest,
    GapsAnswer,
    GapsRequest,
    GrantCertificate,
    GrantRecognition,
    HistoryAnswer,
    HistoryRequest,
    Judge,
    LinkEvidence,
    OpenCycle,
    ProofAnswer,
    ProveRequest,
    RecognitionView,
    RefusalView,
    RefuseRecognition,
    RegisterAnswer,
    RegisterCommune,
    RegisterRequest,
    RegisterSchool,
    RenameCommune,
    RenameSchool,
    ReopenCycle,
    RequestRemedy,
    RevokeCertificate,
    RevokeRecognition,
    SaveCriterion,
    SchoolRequest,
    SchoolsAnswer,
    SchoolsRequest,
    SchoolView,
    SimulateAnswer,
    SimulateRequest,
    StateConditions,
    StateFigures,
    Status,
    StatusRequest,
    SubmissionsAnswer,
    SubmissionsRequest,
    SubmitSelfAssessment,
    UnlinkEvidence,
    WithdrawGapAnswer,
)
from shared.identity.acting import Acting

R = TypeVar("R", bound=Call)


class AssessmentService(ServiceBase):
    """Schools, cycles, judgements, levels at any moment, recognition."""

    name: ClassVar[str] = "assessment"
    application: AssessmentApplication

    @remote
    def register_commune(self, acting: Acting, request: RegisterCommune) -> CommuneView:
        """Set up a commune office."""
        return self.application.register_commune(acting, request)

    @remote
    def rename_commune(self, acting: Acting, request: RenameCommune) -> CommuneView:
        """Give a commune office another name."""
        return self.application.rename_commune(acting, request)

    @remote
    def communes(self, acting: Acting, request: Nothing) -> CommunesAnswer:
        """List the commune offices."""
        return self.application.communes()

    @remote
    def register_school(self, acting: Acting, request: RegisterSchool) -> SchoolView:
        """Set up a school."""
        return self.application.register_school(acting, request)

    @remote
    def rename_school(self, acting: Acting, request: RenameSchool) -> SchoolView:
        """Give a school another name."""
        return self.application.rename_school(acting, request)

    @remote
    def school(self, acting: Acting, request: SchoolRequest) -> SchoolView:
        """Return one school."""
        return self.application.school(request)

    @remote
    def schools(self, acting: Acting, request: SchoolsRequest) -> SchoolsAnswer:
        """List the schools the caller may see."""
        return self.application.schools(acting, request)

    @remote
    def state_conditions(self, acting: Acting, request: StateConditions) -> Done:
        """State facts that recognition rests on."""
        return self.application.state_conditions(acting, request)

    @remote
    def open_cycle(self, acting: Acting, request: OpenCycle) -> CycleView:
        """Open a self-assessment cycle."""
        return self.application.open_cycle(acting, request)

    @remote
    def reopen_cycle(self, acting: Acting, request: ReopenCycle) -> CycleView:
        """Open a submitted cycle again as a new version."""
        return self.application.reopen_cycle(acting, request)

    @remote
    def cycle_changes(self, acting: Acting, request: CycleChangesRequest) -> CycleChangesAnswer:
        """Return what a reopened cycle changed since it was submitted."""
        return self.application.cycle_changes(self._readable(acting, "assessment.cycle_changes", request))

    @remote
    def cycles(self, acting: Acting, request: SchoolRequest) -> CyclesAnswer:
        """List a school's cycles."""
        return self.application.cycles(request)

    @remote
    def submissions(self, acting: Acting, request: SubmissionsRequest) -> SubmissionsAnswer:
        """Say how far schools are with their newest self-assessment."""
        return self.application.submissions(acting, request)

    @remote
    def code_evidence(self, acting: Acting, request: CodeEvidence) -> EvidenceView:
        """Give a document its evidence code."""
        return self.application.code_evidence(acting, request)

    @remote
    def coded_documents(self, acting: Acting, request: CodedDocuments) -> EvidenceAnswer:
        """Return the codes of documents."""
        return self.application.coded_documents(acting, request)

    @remote
    def link_evidence(self, acting: Acting, request: LinkEvidence) -> Done:
        """Cite a coded document."""
        return self.application.link_evidence(acting, request)

    @remote
    def unlink_evidence(self, acting: Acting, request: UnlinkEvidence) -> Done:
        """Take a citation back."""
        return self.application.unlink_evidence(acting, request)

    @remote
    def evidence(self, acting: Acting, request: EvidenceRequest) -> EvidenceAnswer:
        """List a school's coded documents."""
        return self.application.evidence(self._readable(acting, "assessment.evidence", request))

    @remote
    def judge(self, acting: Acting, request: Judge) -> Done:
        """Judge indicators in the school's own layer."""
        return self.application.judge(acting, request)

    @remote
    def describe_criterion(self, acting: Acting, request: DescribeCriterion) -> Done:
        """Write what the council says of a criterion."""
        return self.application.describe_criterion(acting, request)

    @remote
    def save_criterion(self, acting: Acting, request: SaveCriterion) -> Done:
        """Save judgements and description of one criterion, all or nothing."""
        return self.application.save_criterion(acting, request)

    @remote
    def submit_self_assessment(self, acting: Acting, request: SubmitSelfAssessment) -> Done:
        """Submit the self-assessment."""
        return self.application.submit_self_assessment(acting, request)

    @remote
    def gaps(self, acting: Acting, request: GapsRequest) -> GapsAnswer:
        """List what a self-assessment lacks for submission."""
        return self.application.gaps(self._readable(acting, "assessment.gaps", request))

    @remote
    def answer_gap(self, acting: Acting, request: AnswerGap) -> Done:
        """Say why something that is lacking need not be there."""
        return self.application.answer_gap(acting, request)

    @remote
    def withdraw_gap_answer(self, acting: Acting, request: WithdrawGapAnswer) -> Done:
        """Take such an answer back."""
        return self.application.withdraw_gap_answer(acting, request)

    @remote
    def state_figures(self, acting: Acting, request: StateFigures) -> Done:
        """State figures of a school year."""
        return self.application.state_figures(acting, request)

    @remote
    def figures(self, acting: Acting, request: FiguresRequest) -> FiguresAnswer:
        """Return a school's figures beside what the rulebook says of them."""
        return self.application.figures(self._readable(acting, "assessment.figures", request))

    @remote
    def status(self, acting: Acting, request: StatusRequest) -> Status:
        """Return what a school looked like."""
        return self.application.status(self._readable(acting, "assessment.status", request))

    @remote
    def criterion(self, acting: Acting, request: CriterionRequest) -> CriterionView:
        """Return one criterion of a cycle."""
        return self.application.criterion(self._readable(acting, "assessment.criterion", request))

    @remote
    def explain(self, acting: Acting, request: ExplainRequest) -> ExplainAnswer:
        """Return the derivation of a level."""
        return self.application.explain(self._readable(acting, "assessment.explain", request))

    @remote
    def history(self, acting: Acting, request: HistoryRequest) -> HistoryAnswer:
        """List a school's events."""
        return self.application.history(self._readable(acting, "assessment.history", request))

    @remote
    def compare(self, acting: Acting, request: CompareRequest) -> CompareAnswer:
        """Compare a school at two moments."""
        return self.application.compare(self._readable(acting, "assessment.compare", request))

    @remote
    def simulate(self, acting: Acting, request: SimulateRequest) -> SimulateAnswer:
        """Say which schools of a commune would change level under another rulebook."""
        return self.application.simulate(request)

    @remote
    def prove(self, acting: Acting, request: ProveRequest) -> ProofAnswer:
        """Return an offline proof."""
        return self.application.prove(self._readable(acting, "assessment.prove", request))

    @remote
    def grant_recognition(self, acting: Acting, request: GrantRecognition) -> RecognitionView:
        """Record a recognition."""
        return self.application.grant_recognition(acting, request)

    @remote
    def grant_certificate(self, acting: Acting, request: GrantCertificate) -> CertificateView:
        """Record a certificate of accreditation."""
        return self.application.grant_certificate(acting, request)

    @remote
    def correct_award(self, acting: Acting, request: CorrectAward) -> AwardView:
        """Put a slip in the record of an award right."""
        return self.application.correct_award(acting, request)

    @remote
    def refuse_recognition(self, acting: Acting, request: RefuseRecognition) -> RefusalView:
        """Record a decision not to recognise."""
        return self.application.refuse_recognition(acting, request)

    @remote
    def request_remedy(self, acting: Acting, request: RequestRemedy) -> RecognitionView:
        """Record a request to remedy."""
        return self.application.request_remedy(acting, request)

    @remote
    def revoke_certificate(self, acting: Acting, request: RevokeCertificate) -> CertificateView:
        """Record the revocation of a certificate."""
        return self.application.revoke_certificate(acting, request)

    @remote
    def revoke_recognition(self, acting: Acting, request: RevokeRecognition) -> RecognitionView:
        """Record a revocation."""
        return self.application.revoke_recognition(acting, request)

    @remote
    def register(self, acting: Acting, request: RegisterRequest) -> RegisterAnswer:
        """Return the public register of recognitions."""
        return self.application.register(request)

    def _readable(self, acting: Acting, operation: str, request: R) -> R:
        return readable(acting, operation, request, self.application.cycles_at)
