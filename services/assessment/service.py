"""The assessment service on the bus: every operation passes straight to the application."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from services.assessment.application import AssessmentApplication
from services.assessment.reading_rights import readable
from shared.bus.rpc.server import ServiceBase, rpc
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
from shared.identity.call_context import CallContext

R = TypeVar("R", bound=Call)


class AssessmentService(ServiceBase):
    """Schools, cycles, judgements, levels at any moment, recognition."""

    name: ClassVar[str] = "assessment"
    application: AssessmentApplication

    @rpc
    def register_commune(self, acting: CallContext, request: RegisterCommune) -> CommuneView:
        """Set up a commune office."""
        return self.application.register_commune(acting, request)

    @rpc
    def rename_commune(self, acting: CallContext, request: RenameCommune) -> CommuneView:
        """Give a commune office another name."""
        return self.application.rename_commune(acting, request)

    @rpc
    def communes(self, acting: CallContext, request: Nothing) -> CommunesAnswer:
        """List the commune offices."""
        return self.application.communes()

    @rpc
    def register_school(self, acting: CallContext, request: RegisterSchool) -> SchoolView:
        """Set up a school."""
        return self.application.register_school(acting, request)

    @rpc
    def rename_school(self, acting: CallContext, request: RenameSchool) -> SchoolView:
        """Give a school another name."""
        return self.application.rename_school(acting, request)

    @rpc
    def school(self, acting: CallContext, request: SchoolRequest) -> SchoolView:
        """Return one school."""
        return self.application.school(request)

    @rpc
    def schools(self, acting: CallContext, request: SchoolsRequest) -> SchoolsAnswer:
        """List the schools the caller may see."""
        return self.application.schools(acting, request)

    @rpc
    def state_conditions(self, acting: CallContext, request: StateConditions) -> Done:
        """State facts that recognition rests on."""
        return self.application.state_conditions(acting, request)

    @rpc
    def open_cycle(self, acting: CallContext, request: OpenCycle) -> CycleView:
        """Open a self-assessment cycle."""
        return self.application.open_cycle(acting, request)

    @rpc
    def reopen_cycle(self, acting: CallContext, request: ReopenCycle) -> CycleView:
        """Open a submitted cycle again as a new version."""
        return self.application.reopen_cycle(acting, request)

    @rpc
    def cycle_changes(self, acting: CallContext, request: CycleChangesRequest) -> CycleChangesAnswer:
        """Return what a reopened cycle changed since it was submitted."""
        return self.application.cycle_changes(self._readable(acting, "assessment.cycle_changes", request))

    @rpc
    def cycles(self, acting: CallContext, request: SchoolRequest) -> CyclesAnswer:
        """List a school's cycles."""
        return self.application.cycles(request)

    @rpc
    def submissions(self, acting: CallContext, request: SubmissionsRequest) -> SubmissionsAnswer:
        """Say how far schools are with their newest self-assessment."""
        return self.application.submissions(acting, request)

    @rpc
    def code_evidence(self, acting: CallContext, request: CodeEvidence) -> EvidenceView:
        """Give a document its evidence code."""
        return self.application.code_evidence(acting, request)

    @rpc
    def coded_documents(self, acting: CallContext, request: CodedDocuments) -> EvidenceAnswer:
        """Return the codes of documents."""
        return self.application.coded_documents(acting, request)

    @rpc
    def link_evidence(self, acting: CallContext, request: LinkEvidence) -> Done:
        """Cite a coded document."""
        return self.application.link_evidence(acting, request)

    @rpc
    def unlink_evidence(self, acting: CallContext, request: UnlinkEvidence) -> Done:
        """Take a citation back."""
        return self.application.unlink_evidence(acting, request)

    @rpc
    def evidence(self, acting: CallContext, request: EvidenceRequest) -> EvidenceAnswer:
        """List a school's coded documents."""
        return self.application.evidence(self._readable(acting, "assessment.evidence", request))

    @rpc
    def judge(self, acting: CallContext, request: Judge) -> Done:
        """Judge indicators in the school's own layer."""
        return self.application.judge(acting, request)

    @rpc
    def describe_criterion(self, acting: CallContext, request: DescribeCriterion) -> Done:
        """Write what the council says of a criterion."""
        return self.application.describe_criterion(acting, request)

    @rpc
    def save_criterion(self, acting: CallContext, request: SaveCriterion) -> Done:
        """Save judgements and description of one criterion, all or nothing."""
        return self.application.save_criterion(acting, request)

    @rpc
    def submit_self_assessment(self, acting: CallContext, request: SubmitSelfAssessment) -> Done:
        """Submit the self-assessment."""
        return self.application.submit_self_assessment(acting, request)

    @rpc
    def gaps(self, acting: CallContext, request: GapsRequest) -> GapsAnswer:
        """List what a self-assessment lacks for submission."""
        return self.application.gaps(self._readable(acting, "assessment.gaps", request))

    @rpc
    def answer_gap(self, acting: CallContext, request: AnswerGap) -> Done:
        """Say why something that is lacking need not be there."""
        return self.application.answer_gap(acting, request)

    @rpc
    def withdraw_gap_answer(self, acting: CallContext, request: WithdrawGapAnswer) -> Done:
        """Take such an answer back."""
        return self.application.withdraw_gap_answer(acting, request)

    @rpc
    def state_figures(self, acting: CallContext, request: StateFigures) -> Done:
        """State figures of a school year."""
        return self.application.state_figures(acting, request)

    @rpc
    def figures(self, acting: CallContext, request: FiguresRequest) -> FiguresAnswer:
        """Return a school's figures beside what the rulebook says of them."""
        return self.application.figures(self._readable(acting, "assessment.figures", request))

    @rpc
    def status(self, acting: CallContext, request: StatusRequest) -> Status:
        """Return what a school looked like."""
        return self.application.status(self._readable(acting, "assessment.status", request))

    @rpc
    def criterion(self, acting: CallContext, request: CriterionRequest) -> CriterionView:
        """Return one criterion of a cycle."""
        return self.application.criterion(self._readable(acting, "assessment.criterion", request))

    @rpc
    def explain(self, acting: CallContext, request: ExplainRequest) -> ExplainAnswer:
        """Return the derivation of a level."""
        return self.application.explain(self._readable(acting, "assessment.explain", request))

    @rpc
    def history(self, acting: CallContext, request: HistoryRequest) -> HistoryAnswer:
        """List a school's events."""
        return self.application.history(self._readable(acting, "assessment.history", request))

    @rpc
    def compare(self, acting: CallContext, request: CompareRequest) -> CompareAnswer:
        """Compare a school at two moments."""
        return self.application.compare(self._readable(acting, "assessment.compare", request))

    @rpc
    def simulate(self, acting: CallContext, request: SimulateRequest) -> SimulateAnswer:
        """Say which schools of a commune would change level under another rulebook."""
        return self.application.simulate(request)

    @rpc
    def prove(self, acting: CallContext, request: ProveRequest) -> ProofAnswer:
        """Return an offline proof."""
        return self.application.prove(self._readable(acting, "assessment.prove", request))

    @rpc
    def grant_recognition(self, acting: CallContext, request: GrantRecognition) -> RecognitionView:
        """Record a recognition."""
        return self.application.grant_recognition(acting, request)

    @rpc
    def grant_certificate(self, acting: CallContext, request: GrantCertificate) -> CertificateView:
        """Record a certificate of accreditation."""
        return self.application.grant_certificate(acting, request)

    @rpc
    def correct_award(self, acting: CallContext, request: CorrectAward) -> AwardView:
        """Put a slip in the record of an award right."""
        return self.application.correct_award(acting, request)

    @rpc
    def refuse_recognition(self, acting: CallContext, request: RefuseRecognition) -> RefusalView:
        """Record a decision not to recognise."""
        return self.application.refuse_recognition(acting, request)

    @rpc
    def request_remedy(self, acting: CallContext, request: RequestRemedy) -> RecognitionView:
        """Record a request to remedy."""
        return self.application.request_remedy(acting, request)

    @rpc
    def revoke_certificate(self, acting: CallContext, request: RevokeCertificate) -> CertificateView:
        """Record the revocation of a certificate."""
        return self.application.revoke_certificate(acting, request)

    @rpc
    def revoke_recognition(self, acting: CallContext, request: RevokeRecognition) -> RecognitionView:
        """Record a revocation."""
        return self.application.revoke_recognition(acting, request)

    @rpc
    def register(self, acting: CallContext, request: RegisterRequest) -> RegisterAnswer:
        """Return the public register of recognitions."""
        return self.application.register(request)

    def _readable(self, acting: CallContext, operation: str, request: R) -> R:
        return readable(acting, operation, request, self.application.cycles_at)
