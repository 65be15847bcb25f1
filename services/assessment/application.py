"""Use cases of the assessment service: commands on a school's stream, and questions about a school at any moment."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
from eventsourcing.persistence import Tracking

from services.assessment import coded_documents, presenters, views
from services.assessment.awarding import Awarding, AwardingContext
from services.assessment.domain import explanation, figures, submission
from services.assessment.domain import facts as f
from services.assessment.domain.comparison import changes
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.rulebook_lookup import criterion_of, indicator_of
from services.assessment.domain.school import Citation, Commune, IndicatorVerdict, School, commune_stream, school_stream
from services.assessment.domain.school_assessment import SchoolAssessment, assess
from services.assessment.domain.version_comparison import changes_since_submission
from services.assessment.errors import (
    DateRefused,
    LayerRefused,
    NoSuchCommune,
    NoSuchCycle,
    NoSuchSchool,
    NotYetKnown,
    RulebookDoesNotApply,
)
from services.assessment.ports import Pause
from services.assessment.published import published
from services.assessment.reading_rights import CycleAt, standing_cycles
from shared.clock import VIETNAM, Clock, vietnam_date
from shared.contracts.calls import Done
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
    Description,
    EvidenceAnswer,
    EvidenceRequest,
    EvidenceView,
    ExplainAnswer,
    ExplainRequest,
    FigureGiven,
    FiguresAnswer,
    FiguresRequest,
    GapsAnswer,
    GapsRequest,
    GrantCertificate,
    GrantRecognition,
    HistoryAnswer,
    HistoryRequest,
    Judge,
    Judgement,
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
from shared.contracts.events.base import CloudEvent, PublicEvent
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.events.inspection import FindingRecorded, InspectionConcluded
from shared.contracts.problems import DocumentUnknown, UnknownEventVersion
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import AlreadyReceived, EventSourcedApplication
from shared.eventlog.facts import EventMetadata
from shared.eventlog.log import Log, RecordedEvent
from shared.eventlog.proof import NothingToProve, prove_stream
from shared.eventlog.read_model import ReadModel
from shared.eventlog.store import StoreSettings
from shared.identity.call_context import CallContext, system
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest
from shared.reasons import typed_reason
from shared.rulebook import Library, Rulebook
from shared.rulebook.simulation import DraftChanges, draft
from shared.text import format_date, nfc, vietnamese_key
from shared.tlog.checkpoint import Signer
from shared.vocabulary.assessment import Layer, SchoolKind

S = TypeVar("S", bound=Aggregate)
T = TypeVar("T")

EVIDENCE, INSPECTION = "evidence", "inspection"

EARLIEST_DAY = dt.date(1945, 9, 2)
"""No school of the state, and no fact about one, is older."""

WAIT_FOR_DOCUMENT_S = 2.0
"""A receipt given a moment ago may still be on its way here: so long a command waits for it before it refuses."""

LARGEST_HISTORY = 1000
MOST_JUDGEMENTS = 500
"""More than any rulebook has indicators."""

MOST_FIGURES = 200
"""More than any rulebook asks for."""

LONGEST_TEXT = 20_000
"""Characters in one field: some eight pages."""

_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,22}[A-Z0-9])")
_YEAR = re.compile(r"(\d{4})-(\d{4})")
_LEVELS = frozenset({"mam_non", "tieu_hoc", "thcs", "thpt"})
_CACHED_EVENTS = 20_000
_CAUGHT_UP_EVENTS = 500
"""A history that is so many events of the whole log behind is caught up; beyond, its stream is read anew."""


class _AsOf(NamedTuple):
    """A moment on both clocks, both sides named."""

    valid_at: dt.date
    known_at: int


class _HistoryCache:
    """The replayable histories of the schools asked about last; an entry is good while the stream's last position is."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._kept: OrderedDict[uuid.UUID, tuple[int, SchoolHistory]] = OrderedDict()

    def of(self, stream: uuid.UUID, last: int) -> SchoolHistory:
        """Return a stream's history that holds at least the events up to position `last`."""
        with self._lock:
            kept = self._kept.get(stream)
        history = self._up_to_date(stream, last, kept[1]) if kept else SchoolHistory(self._log.stream(stream))
        with self._lock:
            self._kept[stream] = (history.last, history)
            self._kept.move_to_end(stream)
            while len(self._kept) > 1 and sum(len(one.entries) for _, one in self._kept.values()) > _CACHED_EVENTS:
                self._kept.popitem(last=False)
        return history

    def _up_to_date(self, stream: uuid.UUID, last: int, kept: SchoolHistory) -> SchoolHistory:
        missing = last - kept.last
        if missing <= 0:
            return kept
        if missing > _CAUGHT_UP_EVENTS:
            return SchoolHistory(self._log.stream(stream))
        news = self._log.read(kept.last, missing)
        return kept.extended(one for one in news if one.entry.originator_id == stream)


class AssessmentApplication(EventSourcedApplication):
    """Schools under assessment. An Inbox for what evidence and inspection tell.

    `library` holds the rulebooks, `signer` signs the checkpoint a proof rests on, `pause` waits.
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
        pause: Pause | None = None,
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self.library = library
        self.views = self.own(
            lambda: ReadModel(views_url, views.METADATA, views.project, self.log, version=views.VERSION, name=self.name)
        )
        self._signer = signer
        # Looked up here, not at import: in a green process it is then eventlet's, which lets others work.
        self._pause = pause or time.sleep
        self._histories = _HistoryCache(self.log)
        self._awarding = Awarding(
            AwardingContext(
                library=library,
                views=self.views,
                today=self._today,
                metadata_on=self._metadata_on,
                state=lambda school, on: self._assessed(school, _AsOf(on, self.log.head())).state,
                change=self._change_school,
                require_document=self._require_document,
                bounded_text=_bounded_text,
            )
        )

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event."""
        return published(self.installation, logged)

    def load(self, kind: type[S], stream_id: uuid.UUID) -> S:
        """Return a stream as it stands; a school's from the history that is kept, which is caught up first."""
        last = self._last_position(stream_id)
        if not issubclass(kind, School) or last == 0:
            return super().load(kind, stream_id)
        return kind(stream_id).replay(one.entry for one in self._histories.of(stream_id, last).entries)

    # --- communes and schools

    def register_commune(self, acting: CallContext, request: RegisterCommune) -> CommuneView:
        """Set up a commune office. Raises AlreadyRegistered, BadRequest."""
        code, name = _code(request.commune), _words(request.name, "tên")
        meta, _ = self._metadata_on(acting)

        def decide(commune: Commune) -> str:
            commune.register(code, name, meta)
            return commune.name

        called, _ = self.change(Commune, commune_stream(code), decide)
        return CommuneView(commune=code, name=called)

    def rename_commune(self, acting: CallContext, request: RenameCommune) -> CommuneView:
        """Give a commune office another name. Raises NoSuchCommune, BadRequest."""
        name = _words(request.name, "tên xã")
        meta, _ = self._metadata_on(acting)
        self.change(Commune, commune_stream(request.commune), lambda commune: commune.rename(request.commune, name, meta))
        return CommuneView(commune=request.commune, name=name)

    def communes(self) -> CommunesAnswer:
        """Return the commune offices by name."""
        with self.views.reading() as conn:
            found = views.communes(conn)
        return CommunesAnswer(communes=sorted(found, key=lambda one: vietnamese_key(one.name)))

    def register_school(self, acting: CallContext, request: RegisterSchool) -> SchoolView:
        """Set up a school. Raises NoSuchCommune, AlreadyRegistered, BadRequest."""
        code, name = _code(request.code), _words(request.name, "tên trường")
        levels = _levels(request)
        with self.views.reading() as conn:
            if not views.commune_exists(conn, request.commune):
                raise NoSuchCommune(
                    f"Chưa có xã mã {request.commune}. Lập xã trước, rồi lập trường.", commune=request.commune
                )
        meta, _ = self._metadata_on(acting)
        self._change_school(code, lambda school: school.register(code, name, request.kind, request.commune, levels, meta))
        return self.school(SchoolRequest(school=code))

    def rename_school(self, acting: CallContext, request: RenameSchool) -> SchoolView:
        """Give a school another name. Raises NoSuchSchool, BadRequest."""
        name = _words(request.name, "tên trường")
        meta, _ = self._metadata_on(acting)
        self._change_school(request.school, lambda school: school.rename(name, meta))
        return self.school(SchoolRequest(school=request.school))

    def school(self, request: SchoolRequest) -> SchoolView:
        """Return one school; raises NoSuchSchool."""
        with self.views.reading() as conn:
            found = views.school(conn, request.school)
        if found is None:
            raise _no_school(request.school)
        return found

    def schools(self, acting: CallContext, request: SchoolsRequest) -> SchoolsAnswer:
        """Return the schools the caller's roles reach, by Vietnamese order of name."""
        with self.views.reading() as conn:
            found = views.schools(conn, request.commune)
        seen = [one for one in found if _reaches(acting, one)]
        return SchoolsAnswer(schools=sorted(seen, key=lambda one: vietnamese_key(one.name)))

    def state_conditions(self, acting: CallContext, request: StateConditions) -> Done:
        """State facts that recognition rests on, from a document or by word.

        Raises BadRequest, DateRefused, DocumentUnknown, NoSuchSchool.
        """
        meta, on = self._metadata_on(acting, request.on)
        if request.document:
            self._require_document(request.document, request.school)
        decide = lambda school: school.state_conditions(  # noqa: E731
            request.conditions, on, meta, document=request.document
        )
        return Done(position=self._change_school(request.school, decide)[1])

    # --- cycles

    def open_cycle(self, acting: CallContext, request: OpenCycle) -> CycleView:
        """Open a cycle under the rulebook in force on the day, or the one named.

        Raises BadRequest, DateRefused, NoSuchSchool, UnknownRulebook, RulebookDoesNotApply.
        """
        meta, on = self._metadata_on(acting, request.on)
        year = _year(request.year)

        def decide(school: School) -> str:
            rulebook, because = self._rulebook_for(school.kind, on, request.rulebook)
            return school.open_cycle(year, on, rulebook, because, meta, named=bool(request.rulebook))

        cycle, _ = self._change_school(request.school, decide)
        return next(view for view in self.cycles(SchoolRequest(school=request.school)).cycles if view.cycle == cycle)

    def reopen_cycle(self, acting: CallContext, request: ReopenCycle) -> CycleView:
        """Open a submitted cycle again as a new version, with the school's own layer as it was submitted.

        Raises BadRequest, NoSuchSchool, NoSuchCycle, CannotReopen.
        """
        meta, on = self._metadata_on(acting)
        reason = typed_reason(request.reason)
        reopen = lambda school: school.reopen_cycle(request.cycle, on, reason, meta)  # noqa: E731
        cycle, _ = self._change_school(request.school, reopen)
        return next(view for view in self.cycles(SchoolRequest(school=request.school)).cycles if view.cycle == cycle)

    def cycle_changes(self, request: CycleChangesRequest) -> CycleChangesAnswer:
        """Return what a reopened cycle changed since it was submitted; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._as_known_now(request.school, request.cycle)
        return changes_since_submission(assessed.state, assessed.rulebook, request.cycle)

    def cycles(self, request: SchoolRequest) -> CyclesAnswer:
        """Return a school's cycles, newest first; raises NoSuchSchool."""
        self.school(request)
        with self.views.reading() as conn:
            return CyclesAnswer(cycles=views.cycles(conn, request.school))

    def submissions(self, acting: CallContext, request: SubmissionsRequest) -> SubmissionsAnswer:
        """Return how far the schools that the caller reaches are with their newest self-assessment."""
        with self.views.reading() as conn:
            found = views.submissions(conn, request.commune)
        seen = [one for one in found if reaches_school(acting, "assessment.submissions", one.school)]
        return SubmissionsAnswer(submissions=seen)

    def cycles_at(
        self, school: str, valid_at: dt.date | None = None, known_at: int = 0, known_at_time: dt.datetime | None = None
    ) -> list[CycleAt]:
        """Return the cycles that were open at a moment, newest first; raises NoSuchSchool, NotYetKnown, DateRefused."""
        as_of = self._as_of(valid_at, known_at, known_at_time)
        return standing_cycles(self._history(school).at(*as_of).opened_cycles())

    def submit_self_assessment(self, acting: CallContext, request: SubmitSelfAssessment) -> Done:
        """Submit the self-assessment; the school's layer is closed. A repeat does nothing.

        Raises NotAllAssessed, EvidenceMissing, ContradictionUnanswered for what is lacking and not named in `gaps`;
        BadRequest, NoSuchCriterion for what is named wrongly; NoSuchCycle; DateRefused for a day before one of the
        judgements.
        """
        meta, on = self._metadata_on(acting, request.on)

        def decide(school: School) -> None:
            if school.is_submitted(request.cycle):
                return
            given = submission.named(request.gaps, self._pinned(school, request.cycle))
            assessed = self._as_known_now(school.code, request.cycle)
            gaps = submission.require_complete(assessed, given)
            submission.require_judged_by(assessed, on)
            school.submit(request.cycle, on, meta, gaps)

        return self._done(request.school, decide)

    def gaps(self, request: GapsRequest) -> GapsAnswer:
        """Return what a cycle's self-assessment lacks and what was answered; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._as_known_now(request.school, request.cycle)
        return presenters.gaps_answer(assessed, request.cycle)

    def answer_gap(self, acting: CallContext, request: AnswerGap) -> Done:
        """Say why something that is lacking need not be there; a repeat does nothing.

        Raises NothingToAnswer, BadRequest, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._metadata_on(acting)
        place = {"criterion": request.criterion, "level": request.level, "indicator": request.indicator}
        reason = typed_reason(request.reason)
        given = f.GapAnswered(school=request.school, cycle=request.cycle, kind=request.kind, reason=reason, **place)  # type: ignore[arg-type]

        def decide(school: School) -> None:
            indicator_of(self._pinned(school, request.cycle), (request.criterion, request.level, request.indicator))
            answer = submission.answered(self._as_known_now(school.code, request.cycle), given)
            if answer is not None:
                school.answer_gap(answer, meta)

        return self._done(request.school, decide)

    def withdraw_gap_answer(self, acting: CallContext, request: WithdrawGapAnswer) -> Done:
        """Take an answer back. Raises NothingToAnswer, NoSuchCycle, AlreadySubmitted."""
        meta, _ = self._metadata_on(acting)
        withdrawn = f.GapAnswerWithdrawn(**msgspec.structs.asdict(request))
        return self._done(request.school, lambda school: school.withdraw_gap_answer(withdrawn, meta))

    # --- evidence

    def code_evidence(self, acting: CallContext, request: CodeEvidence) -> EvidenceView:
        """Give a kept document its evidence code, and cite it in the same step where that is asked for; all or nothing.

        A document keeps its first code of the pattern. Raises DocumentUnknown, NoSuchCriterion, CodeTaken, AlreadySubmitted.
        """
        self._require_document(request.document, request.school)
        meta, _ = self._metadata_on(acting)
        title = _bounded_text(request.title, "tên minh chứng")

        def decide(school: School) -> str:
            rulebook = self._pinned(school, request.cycle)
            code = school.code_evidence(
                request.cycle,
                request.document,
                request.criterion,
                rulebook,
                meta,
                title=title,
                box=request.box,
                number=request.number,
            )
            if request.cite:
                place = Citation(request.document, request.criterion, request.level, request.indicator)
                school.link_evidence(request.cycle, place, rulebook, meta)
            return code

        code, _ = self._change_school(request.school, decide)
        state = self._history(request.school).at(dt.date.max, self.log.head())
        found = presenters.evidence_views(state, self.library, document=request.document)
        return next(view for view in found if view.code == code)

    def coded_documents(self, acting: CallContext, request: CodedDocuments) -> EvidenceAnswer:
        """Return the codes of documents of the schools that the caller may read."""
        return coded_documents.coded_documents(acting, request, self.library, self._history, self.log.head())

    def link_evidence(self, acting: CallContext, request: LinkEvidence) -> Done:
        """Cite a coded document. Raises DocumentUnknown, NotCoded, NoSuchCriterion, AlreadySubmitted."""
        self._require_document(request.document, request.school)
        return self._cite(acting, request, School.link_evidence)

    def unlink_evidence(self, acting: CallContext, request: UnlinkEvidence) -> Done:
        """Take a citation back. Raises NotLinked, AlreadySubmitted."""
        return self._cite(acting, request, School.unlink_evidence)

    def evidence(self, request: EvidenceRequest) -> EvidenceAnswer:
        """Return a school's coded documents in the order of their codes."""
        history = self._history(request.school)
        state = history.at(self._today(), self.log.head())
        if request.cycle and state.cycle(request.cycle) is None:
            raise _no_cycle(request.school, request.cycle)
        found = presenters.evidence_views(state, self.library, cycle=request.cycle, criterion=request.criterion)
        return EvidenceAnswer(evidence=found)

    # --- judging

    def judge(self, acting: CallContext, request: Judge) -> Done:
        """Judge indicators in the school's own layer, all or none.

        Raises LayerRefused, NoSuchCycle, AlreadySubmitted, NoSuchCriterion, NotApplicableRefused,
        EducationLevelRefused, DateRefused,
        ChangedMeanwhile.
        """
        if request.layer is not Layer.SCHOOL:
            raise LayerRefused(
                "Kết quả của xã và của Sở ghi qua đợt kiểm tra, đánh giá ngoài. Chưa ghi gì.", layer=request.layer
            )
        meta, on = self._metadata_on(acting, request.on)
        judged = self._judged(request.school, request.judgements)

        def decide(school: School) -> None:
            school.judge(request.cycle, judged, on, self._pinned(school, request.cycle), meta)

        return self._done(request.school, decide)

    def describe_criterion(self, acting: CallContext, request: DescribeCriterion) -> Done:
        """Write what the council says of a criterion.

        Raises NoSuchCriterion, AlreadySubmitted, ChangedMeanwhile, BadRequest.
        """
        meta, _ = self._metadata_on(acting)
        described = _described(request, request)
        expected = self._version_at(request.school, request.expected)

        def decide(school: School) -> None:
            school.describe_criterion(described, self._pinned(school, request.cycle), meta, expected=expected)

        return self._done(request.school, decide)

    def save_criterion(self, acting: CallContext, request: SaveCriterion) -> Done:
        """Save judgements and description of one criterion in one decision, all or nothing.

        Raises what `judge` and `describe_criterion` raise, BadRequest for a judgement of another criterion.
        """
        if any(one.criterion != request.criterion for one in request.judgements):
            raise BadRequest(f"Chỉ ghi được tiêu chí {request.criterion} ở đây. Chưa ghi gì.", path="$.judgements")
        meta, on = self._metadata_on(acting, request.on)
        judged, said = self._judged(request.school, request.judgements), request.description
        described = _described(request, said) if said is not None else None
        expected = self._version_at(request.school, said.expected) if said is not None else None

        def decide(school: School) -> None:
            rulebook = self._pinned(school, request.cycle)
            school.save_criterion(request.cycle, judged, described, on, rulebook, meta, expected=expected)

        return self._done(request.school, decide)

    # --- figures

    def state_figures(self, acting: CallContext, request: StateFigures) -> Done:
        """State figures of a school year, all or none; they change no level.

        Raises BadRequest, BadInput, NoSuchFigure, DateRefused, DocumentUnknown, NoSuchSchool, NoSuchCycle.
        """
        meta, on = self._metadata_on(acting, request.on)
        year = _year(request.school_year, "$.school_year")
        if int(year[:4]) > on.year:
            raise DateRefused(f"Năm học {year} chưa bắt đầu vào ngày {format_date(on)}. Chưa ghi gì.", path="$.school_year")
        if not 1 <= len(request.figures) <= MOST_FIGURES:
            raise BadRequest(f"Mỗi lần ghi từ 1 đến {MOST_FIGURES} số liệu.", path="$.figures")
        given = [_stated_figure(one) for one in request.figures]
        for document in sorted({one.document for one in given} - {""}):
            self._require_document(document, request.school)

        def decide(school: School) -> None:
            rulebook = self._rulebook_of_figures(school, request.cycle, on)
            school.state_figures(year, figures.possible(rulebook, given), meta)

        return self._done(request.school, decide)

    def figures(self, request: FiguresRequest) -> FiguresAnswer:
        """Return a school's figures beside what the cycle's rulebook says of them.

        Raises NoSuchSchool, NoSuchCycle, NotYetKnown, BadRequest.
        """
        year = _year(request.school_year, "$.school_year") if request.school_year else ""
        as_of = self._as_of(request.valid_at, request.known_at)
        assessed = self._assessed(request.school, as_of, cycle=request.cycle)
        return presenters.figures_answer(assessed, figures.rows(assessed, year), self._recorded_at(as_of.known_at))

    # --- questions

    def status(self, request: StatusRequest) -> Status:
        """Return what a school looked like, valid at a day and known at a position.

        Raises NoSuchSchool, NoSuchCycle, NotYetKnown, UnknownRulebook.
        """
        as_of = self._as_of(request.valid_at, request.known_at, request.known_at_time)
        assessed = self._assessed(request.school, as_of, cycle=request.cycle, rulebook=request.rulebook)
        return self._status(assessed, request.layer)

    def criterion(self, request: CriterionRequest) -> CriterionView:
        """Return one criterion of a cycle; raises NoSuchSchool, NoSuchCycle, NoSuchCriterion, NotYetKnown."""
        assessed = self._assessed(request.school, self._as_of(request.valid_at, request.known_at), cycle=request.cycle)
        if assessed.cycle is None:
            raise _no_cycle(request.school, request.cycle)
        return presenters.criterion_view(assessed, criterion_of(assessed.rulebook, request.criterion), self.library)

    def explain(self, request: ExplainRequest) -> ExplainAnswer:
        """Return the derivation of a level, and what is missing for the next."""
        assessed = self._assessed(request.school, self._as_of(request.valid_at, request.known_at), cycle=request.cycle)
        if request.criterion:
            criterion_of(assessed.rulebook, request.criterion)
        explained = explanation.explain(assessed, request.layer, request.criterion)
        opened = assessed.cycle.opened if assessed.cycle else None
        whole = opened is not None and request.layer is Layer.SCHOOL and not request.criterion
        return ExplainAnswer(
            level=presenters.level_view(explained.result),
            rulebook=assessed.rulebook.id,
            digest=assessed.rulebook.digest,
            reasons=explained.reasons,
            next_level=explained.next_level,
            missing=explained.missing,
            lacking=presenters.gaps_answer(assessed, opened.cycle) if opened and whole else None,
        )

    def history(self, request: HistoryRequest) -> HistoryAnswer:
        """Return a school's events in the order of the log; raises NoSuchSchool, BadRequest."""
        if request.after < 0 or not 1 <= request.limit <= LARGEST_HISTORY:
            raise BadRequest(f"Xin từ 1 đến {LARGEST_HISTORY} sự kiện, sau một số không âm.", path="$.limit")
        head = self.log.head()
        after = [one for one in self._history(request.school).entries if request.after < one.position <= head]
        return HistoryAnswer(items=[presenters.history_item(one) for one in after[: request.limit]], head=head)

    def compare(self, request: CompareRequest) -> CompareAnswer:
        """Return a school at two moments, what differs and the events that caused it."""
        points = [self._as_of(moment.valid_at, moment.known_at) for moment in (request.a, request.b)]
        a, b = (self._assessed(request.school, as_of) for as_of in points)
        history = self._history(request.school)
        seen = [{one.position for one in history.visible(*as_of)} for as_of in points]
        at_one_only = seen[0] ^ seen[1]
        only = [one for one in history.entries if one.position in at_one_only]
        return CompareAnswer(
            a=self._status(a, Layer.SCHOOL),
            b=self._status(b, Layer.SCHOOL),
            differences=[presenters.difference(change) for change in changes(a, b, only)],
        )

    def simulate(self, request: SimulateRequest) -> SimulateAnswer:
        """Return which schools of a commune would change level under another rulebook or a draft of it; records nothing.

        Raises UnknownRulebook, BadInput for changes that have no object.
        """
        planned = self.library.get(request.rulebook)
        if request.changes:
            planned = draft(planned, _changes(request.changes))
        as_of = _AsOf(request.on or self._today(), self.log.head())
        with self.views.reading() as conn:
            found = views.schools(conn, request.commune)
        chosen = sorted(
            (one for one in found if one.kind in planned.applies_to.kinds), key=lambda one: vietnamese_key(one.name)
        )
        assessments = [self._assessed(one.code, as_of) for one in chosen]
        return SimulateAnswer(
            rulebook=planned.id,
            digest=planned.digest,
            schools=[presenters.simulated(assessed, planned, request.layer) for assessed in assessments],
        )

    def prove(self, request: ProveRequest) -> ProofAnswer:
        """Return an offline proof of a school's events up to a position; raises NoSuchSchool, NotYetKnown."""
        as_of = self._as_of(None, request.known_at)
        checkpoint = self.log.sign_checkpoint(self._signer)
        try:
            stream = school_stream(request.school)
            bundle = prove_stream(self.log, checkpoint, self._signer.verifier, stream, upto=as_of.known_at)
        except NothingToProve:
            raise _no_school(request.school) from None
        return ProofAnswer(bundle=bundle.to_json().decode())

    # --- recognition

    def grant_recognition(self, acting: CallContext, request: GrantRecognition) -> RecognitionView:
        """Record the department's decision that a school is recognised (see `Awarding.grant`)."""
        return cast("RecognitionView", self._awarding.grant(acting, request))

    def grant_certificate(self, acting: CallContext, request: GrantCertificate) -> CertificateView:
        """Record the department's decision that a school holds a certificate (see `Awarding.grant`)."""
        return cast("CertificateView", self._awarding.grant(acting, request))

    def correct_award(self, acting: CallContext, request: CorrectAward) -> AwardView:
        """Put a slip in the record of an award right (see `Awarding.correct`)."""
        return self._awarding.correct(acting, request)

    def refuse_recognition(self, acting: CallContext, request: RefuseRecognition) -> RefusalView:
        """Record that the department does not recognise a school (see `Awarding.refuse`)."""
        return self._awarding.refuse(acting, request)

    def request_remedy(self, acting: CallContext, request: RequestRemedy) -> RecognitionView:
        """Record that a recognised school was asked to remedy (see `Awarding.request_remedy`)."""
        return self._awarding.request_remedy(acting, request)

    def revoke_recognition(self, acting: CallContext, request: RevokeRecognition) -> RecognitionView:
        """Record that a recognition was revoked (see `Awarding.revoke`)."""
        return cast("RecognitionView", self._awarding.revoke(acting, request))

    def revoke_certificate(self, acting: CallContext, request: RevokeCertificate) -> CertificateView:
        """Record that a certificate was revoked (see `Awarding.revoke`)."""
        return cast("CertificateView", self._awarding.revoke(acting, request))

    def register(self, request: RegisterRequest) -> RegisterAnswer:
        """Return the public register of recognitions and certificates by school name."""
        return self._awarding.register(request)

    # --- what other services tell (Inbox)

    def received_position(self, source: str) -> int:
        """Return the sequence up to which another service's events are applied."""
        with self.views.reading() as conn:
            seen = self.views.upstream_position(conn, source)
        return seen if source == EVIDENCE else min(seen, super().received_position(source))

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of another service exactly once.

        Raises a Problem for what does not fit here, such as a finding about a cycle nobody knows: a dead letter, not a loss.
        """
        if event.service == EVIDENCE:
            self._learn_document(event)
            return
        try:
            self._take_inspection_event(event)
        except AlreadyReceived:
            return

    def _learn_document(self, event: CloudEvent) -> None:
        with self.views.writing() as conn:
            if event.sequence <= self.views.upstream_position(conn, EVIDENCE):
                return
            if _is_of(event, DocumentReceived):
                views.project_foreign(conn, event)
            self.views.save_position(conn, EVIDENCE, event.sequence)

    def _take_inspection_event(self, event: CloudEvent) -> None:
        """Apply a finding or a conclusion once.

        Conclusions were passed over by a former version: its log is past them, so they are told again from the start until
        the views have seen them too. Nothing is applied twice, for a visit is concluded once in a school's stream.
        """
        if self.logged_position(INSPECTION) < event.sequence:
            tracking = Tracking(INSPECTION, event.sequence)
            if not self._apply_inspection_event(event, tracking):
                self.append(tracking=tracking)
        elif self.received_position(INSPECTION) >= event.sequence:
            return
        elif _is_of(event, InspectionConcluded):
            self._apply_inspection_event(event, None)
        with self.views.writing() as conn:
            if self.views.upstream_position(conn, INSPECTION) < event.sequence:
                self.views.save_position(conn, INSPECTION, event.sequence)

    def _apply_inspection_event(self, event: CloudEvent, tracking: Tracking | None) -> bool:
        """Apply one event to its school's stream; False when it is none that matters here."""
        acting = system("inspection", correlation=event.correlationid, cause=event.id)
        if _is_of(event, FindingRecorded):
            told = msgspec.convert(event.data, FindingRecorded)
            meta, _ = self._metadata_on(acting, told.found_on)
            draft = f.FindingTaken(**msgspec.structs.asdict(told))
            school, decide = told.school, lambda school: school.take_finding(draft, self._pinned(school, draft.cycle), meta)
        elif _is_of(event, InspectionConcluded):
            ended = msgspec.convert(event.data, InspectionConcluded)
            meta, on = self._metadata_on(acting, ended.concluded_on)
            school = ended.school
            decide = lambda school: school.conclude_visit(ended.cycle, ended.layer, ended.inspection, on, meta)  # noqa: E731
        else:
            return False
        self.change(School, school_stream(school), decide, tracking=tracking)
        return True

    # --- inside: moments

    def _today(self) -> dt.date:
        return vietnam_date(self.clock.now())

    def _metadata_on(self, acting: CallContext, on: dt.date | None = None) -> tuple[EventMetadata, dt.date]:
        """Return the meta of facts that hold on a day, and that day in Việt Nam; raises DateRefused for one to come."""
        now = self.clock.now()
        occurred = acting.occurred or now
        if on is not None and on != vietnam_date(now):
            occurred = _start_of(on)
        elif on is not None:
            occurred = now
        if occurred > now:
            day = vietnam_date(occurred)
            raise DateRefused(f"Ngày {format_date(day)} chưa đến. Nhập ngày đến hôm nay, {format_date(vietnam_date(now))}.")
        meta = self.meta(msgspec.structs.replace(acting, occurred=occurred))
        return meta, vietnam_date(occurred)

    def _as_of(self, valid_at: dt.date | None, known_at: int, known_at_time: dt.datetime | None = None) -> _AsOf:
        head = self.log.head()
        if known_at_time is not None:
            known_at = self._position_at(known_at_time)
        elif known_at == 0:
            known_at = head
        if not 0 <= known_at <= head:
            raise NotYetKnown(f"Nhật ký mới đến số {head}, chưa có số {known_at}. Chọn số từ 1 đến {head}.", head=head)
        return _AsOf(valid_at or self._today(), known_at)

    def _position_at(self, moment: dt.datetime) -> int:
        if moment.tzinfo is None or moment > self.clock.now():
            raise DateRefused("Thời điểm “đã biết đến” phải có múi giờ và không ở tương lai.")
        return self.log.position_at(moment)

    # --- inside: schools

    def _history(self, school: str) -> SchoolHistory:
        stream = school_stream(school)
        last = self._last_position(stream)
        if last == 0:
            raise _no_school(school)
        return self._histories.of(stream, last)

    def _version_at(self, school: str, position: int | None) -> int | None:
        """Return the stream version at a position somebody expects; None when nobody does."""
        return None if position is None else self._history(school).version_at(position)

    def _judged(self, school: str, judgements: list[Judgement]) -> list[IndicatorVerdict]:
        """Return judgements as the school's stream takes them; raises BadRequest."""
        if len(judgements) > MOST_JUDGEMENTS:
            raise BadRequest(f"Mỗi lần ghi nhiều nhất {MOST_JUDGEMENTS} kết quả.", path="$.judgements")
        return [
            IndicatorVerdict(
                key=(one.criterion, one.level, one.indicator),
                part=one.part,
                result=one.result,
                note=_bounded_text(one.note, "ghi chú"),
                expected=self._version_at(school, one.expected),
            )
            for one in judgements
        ]

    def _assessed(self, school: str, as_of: _AsOf, *, cycle: str = "", rulebook: str = "") -> SchoolAssessment:
        state = self._history(school).at(*as_of)
        if state.school is None:
            raise _no_school(school)
        if cycle and state.cycle(cycle) is None:
            raise _no_cycle(school, cycle)
        return assess(state, self.library, cycle=cycle, rulebook=rulebook)

    def _as_known_now(self, school: str, cycle: str) -> SchoolAssessment:
        """Return how a cycle stands by all that the log holds; raises NoSuchSchool, NoSuchCycle."""
        return self._assessed(school, _AsOf(self._today(), self.log.head()), cycle=cycle)

    def _status(self, assessed: SchoolAssessment, layer: Layer) -> Status:
        return presenters.status(assessed, layer, self._recorded_at(assessed.state.known_at))

    def _recorded_at(self, position: int) -> dt.datetime | None:
        last = self.log.read(position - 1, 1)
        return last[0].recorded_at if last else None

    def _change_school(self, code: str, decide: Callable[[School], T]) -> tuple[T, int]:
        return self.change(School, school_stream(code), decide)

    def _done(self, code: str, decide: Callable[[School], None]) -> Done:
        return Done(position=self._change_school(code, decide)[1])

    def _pinned(self, school: School, cycle: str) -> Rulebook:
        return self.library.by_digest(school.digest_of(cycle))

    def _rulebook_of_figures(self, school: School, cycle: str, on: dt.date) -> Rulebook:
        """Return the rulebook of the cycle named, else of the newest, else the one in force on the day."""
        named = cycle or school.newest_cycle
        return self._pinned(school, named) if named else self.library.choose(school.kind, on).rulebook

    def _rulebook_for(self, kind: SchoolKind, on: dt.date, named: str) -> tuple[Rulebook, str]:
        if not named:
            choice = self.library.choose(kind, on)
            return choice.rulebook, choice.because
        rulebook = self.library.get(named)
        if kind not in rulebook.applies_to.kinds:
            raise RulebookDoesNotApply(
                f"{rulebook.circular} ({rulebook.id}) không dành cho loại trường này. Bỏ trống để chọn theo ngày.",
                rulebook=named,
            )
        return rulebook, f"Chọn đích danh {rulebook.circular} ({rulebook.id})."

    def _cite(
        self,
        acting: CallContext,
        request: LinkEvidence | UnlinkEvidence,
        act: Callable[[School, str, Citation, Rulebook, EventMetadata], None],
    ) -> Done:
        meta, _ = self._metadata_on(acting)
        place = Citation(request.document, request.criterion, request.level, request.indicator)
        return self._done(
            request.school, lambda school: act(school, request.cycle, place, self._pinned(school, request.cycle), meta)
        )

    def _require_document(self, document: str, school: str) -> None:
        """Raise DocumentUnknown unless the document is kept for the school; waits a moment for news on its way."""
        waited = 0.0
        while True:
            with self.views.reading() as conn:
                owner = views.document_school(conn, document)
            if owner == school:
                return
            if owner or waited >= WAIT_FOR_DOCUMENT_S:
                raise DocumentUnknown(
                    "Chưa thấy tài liệu này trong kho của trường. Chưa ghi gì. Nếu vừa tải lên, thử lại sau vài giây.",
                    document=document,
                )
            self._pause(0.1)
            waited += 0.1


def _described(where: DescribeCriterion | SaveCriterion, said: DescribeCriterion | Description) -> f.CriterionDescribed:
    return f.CriterionDescribed(
        school=where.school,
        cycle=where.cycle,
        criterion=where.criterion,
        strengths=_bounded_text(said.strengths, "điểm mạnh"),
        weaknesses=_bounded_text(said.weaknesses, "điểm yếu"),
        improvement=_bounded_text(said.improvement, "kế hoạch cải tiến"),
    )


def _changes(given: dict[str, Any]) -> DraftChanges:
    try:
        return msgspec.convert(given, DraftChanges, str_keys=True)  # keys come as JSON has them: text
    except msgspec.ValidationError as error:
        raise BadRequest(f"Dự thảo không đúng dạng: {error}.", path="$.changes") from error


def _start_of(day: dt.date) -> dt.datetime:
    if day < EARLIEST_DAY:
        raise DateRefused(f"Ngày {format_date(day)} quá xa. Nhập ngày từ {format_date(EARLIEST_DAY)}.")
    return dt.datetime.combine(day, dt.time(), VIETNAM).astimezone(dt.UTC)


def _reaches(acting: CallContext, school: SchoolView) -> bool:
    return any(grant.covers_school(school.code) or grant.covers_commune(school.commune) for grant in acting.grants)


def _is_of(event: CloudEvent, kind: type[PublicEvent]) -> bool:
    """Say whether we use an event; raises UnknownEventVersion for another version of it, which must not pass unseen."""
    if event.type == kind.type():
        return True
    if event.type.rpartition(".")[0] == kind.type().rpartition(".")[0]:
        raise UnknownEventVersion(
            f"Chưa hiểu sự kiện {event.type}. Nâng cấp dịch vụ đánh giá, rồi gửi lại tin này.", event=event.id
        )
    return False


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise BadRequest("Mã gồm 2 đến 24 chữ cái A–Z, chữ số và dấu “-” ở giữa.", path="$.code")
    return text


def _words(text: str, what: str) -> str:
    clean = " ".join(_bounded_text(text, what).split())
    if not clean:
        raise BadRequest(f"Chưa nhập {what}.")
    return clean


def _bounded_text(text: str, what: str) -> str:
    clean = nfc(text).strip()
    if len(clean) > LONGEST_TEXT:
        raise BadRequest(f"Phần {what} dài {len(clean)} chữ cái, nhiều nhất {LONGEST_TEXT}. Chưa ghi gì. Rút gọn lại.")
    return clean


def _levels(request: RegisterSchool) -> list[str]:
    if request.kind is not SchoolKind.MULTI_LEVEL:
        return []
    if not request.levels or not set(request.levels) <= _LEVELS:
        raise BadRequest(f"Trường nhiều cấp phải ghi các cấp học: {', '.join(sorted(_LEVELS))}.", path="$.levels")
    return sorted(set(request.levels))


def _year(text: str, path: str = "$.year") -> str:
    match = _YEAR.fullmatch(text)
    if match is None or int(match[2]) != int(match[1]) + 1:
        raise BadRequest(f"Năm học “{text}” không đúng. Ghi như 2026-2027.", path=path)
    return text


def _stated_figure(given: FigureGiven) -> f.StatedFigure:
    return f.StatedFigure(
        figure=given.figure,
        numerator=given.numerator,
        denominator=given.denominator,
        unit=nfc(given.unit).strip(),
        document=given.document,
        note=_bounded_text(given.note, "ghi chú"),
    )


def _no_school(code: str) -> NoSuchSchool:
    return NoSuchSchool(f"Không có trường mã {code}, hoặc đến thời điểm này nhật ký chưa biết.", school=code)


def _no_cycle(school: str, cycle: str) -> NoSuchCycle:
    named = f" “{cycle}”" if cycle else ""
    return NoSuchCycle(f"Đến thời điểm này trường {school} chưa mở đợt tự đánh giá{named}.", cycle=cycle)


__all__ = ["AssessmentApplication"]
