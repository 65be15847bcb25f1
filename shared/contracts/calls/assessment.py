"""Calls of the assessment service: schools, evidence codes, cycles, judgements, status at any past moment, recognition."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec

from shared.contracts.calls import Answer, Call, Done, Nothing, council, deciding, improvement, papers, writing
from shared.contracts.operations import (
    ADMINISTRATORS,
    CLERKS_AND_COUNCIL,
    COUNCIL,
    DEPARTMENT,
    HEADS,
    KEPT_FROM_DRAFTS,
    OFFICE_READERS,
    OFFICERS,
    READERS,
    READERS_OF_SUBMITTED,
    REGISTER_READERS,
    Operation,
    Scope,
    delete,
    get,
    post,
    put,
)
from shared.vocabulary.assessment import AwardKind, Corrected, GapKind, Layer, Result, SchoolKind
from shared.vocabulary.ids import (
    BEGINNING,
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    InspectionId,
    Position,
    SchoolCode,
    Sha256,
)
from shared.vocabulary.roles import Role


class RegisterCommune(Call, frozen=True, kw_only=True):
    """Set up a commune office. A code that is in use under another name is refused."""

    commune: CommuneCode
    name: str


class RenameCommune(Call, frozen=True, kw_only=True):
    """Give a commune office another name; its code stays."""

    commune: CommuneCode
    name: str


class CommuneView(Answer, frozen=True, kw_only=True):
    """A commune office."""

    commune: CommuneCode
    name: str


class CommunesAnswer(Answer, frozen=True, kw_only=True):
    """Commune offices by name."""

    communes: list[CommuneView]


class RegisterSchool(Call, frozen=True, kw_only=True):
    """Set up a school in a commune. `code` is 2 to 24 of A–Z, 0–9 and '-'. `levels` matter to `nhieu_cap`.

    A code that is in use with other particulars is refused.
    """

    commune: CommuneCode
    code: SchoolCode
    name: str
    kind: SchoolKind
    levels: list[str] = []


class RenameSchool(Call, frozen=True, kw_only=True):
    """Give a school another name; its code stays."""

    school: SchoolCode
    name: str


class CloseSchool(Call, frozen=True, kw_only=True):
    """Note that a school was closed, or merged into another, by the decision of this `number` from the day `on`.

    It takes up no new self-assessment, task or entry of a plan; what it was awarded stays as it is.
    """

    school: SchoolCode
    number: str
    on: dt.date
    reason: str


class SchoolView(Answer, frozen=True, kw_only=True):
    """A school; `conditions` are the stated facts that recognition rests on (see `StateConditions`).

    `closed_on` is the day from which it is closed, None for a school that is open.
    """

    code: SchoolCode
    name: str
    kind: SchoolKind
    commune: CommuneCode
    levels: list[str] = []
    conditions: dict[str, Any] = {}
    closed_on: dt.date | None = None


class SchoolRequest(Call, frozen=True, kw_only=True):
    """Ask for one school."""

    school: SchoolCode


class SchoolsRequest(Call, frozen=True, kw_only=True):
    """List schools by Vietnamese order of name, those the caller may read; `commune` narrows."""

    commune: CommuneCode = CommuneCode("")


class SchoolsAnswer(Answer, frozen=True, kw_only=True):
    """Schools by name."""

    schools: list[SchoolView]


class StateConditions(Call, frozen=True, kw_only=True):
    """State facts that recognition rests on: cohort_completed, years_of_activity, consecutive_years_of_data,

    facilities_met, disadvantaged_area. Three more only choose among the thresholds of figures: extremely_disadvantaged_area
    (such a commune is a disadvantaged area too), specialised (trường chuyên; not stated: no) and urban. Levels of education
    come from the registration. `on` is the day the statement holds from. `document` is the school's kept document that
    they are taken from; left out, they stand as said without one. Years of data are counted: what is said does not win.
    """

    school: SchoolCode
    conditions: dict[str, bool | int]
    on: dt.date | None = None
    document: DocumentId = DocumentId("")


class GapReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the head submits although something is lacking, in at least ten letters.

    `level` 0 covers the whole criterion, `indicator` '' the whole level; `criterion` '' is for what the report as a whole
    lacks: a lawful council, its approval.
    """

    kind: GapKind
    criterion: CriterionCode
    level: int = 0
    indicator: str = ""
    reason: str


class OpenCycle(Call, frozen=True, kw_only=True):
    """Open a self-assessment cycle for a school year ("2026-2027"). The regime in force on `on` (today) is chosen
    unless `rulebook` names one. A repeat gives the cycle that is open.
    """

    school: SchoolCode
    year: str
    on: dt.date | None = None
    rulebook: str = ""


class ReopenCycle(Call, frozen=True, kw_only=True):
    """Open a submitted cycle's report again as a new version ("2026-2027.2"), with the reason in at least ten letters.

    The school's own layer goes with it, as it was submitted; what commune and department found stays with the version that
    they saw. Only the newest cycle; a repeat gives the version that is open.
    """

    school: SchoolCode
    cycle: CycleId
    reason: str


class CycleView(Answer, frozen=True, kw_only=True):
    """One cycle and the rulebook it is pinned to; `because` says why that one.

    `gaps` are what the head submitted without, each with the reason; empty when nothing was lacking.
    `reopens` is the version that this one opens again, and `reason` why; '' for none. `copies` is the cycle of an earlier
    year whose texts it began with. `late_days` counts the days by which it was submitted after the day of the circular.
    """

    cycle: CycleId
    school: SchoolCode
    year: str
    rulebook: str
    digest: Sha256
    opened_on: dt.date
    because: str
    submitted_on: dt.date | None = None
    position: Position = BEGINNING
    gaps: list[GapReason] = []
    reopens: CycleId = CycleId("")
    reason: str = ""
    copies: CycleId = CycleId("")
    late_days: int = 0


class CycleChangesRequest(Call, frozen=True, kw_only=True):
    """Ask what a reopened cycle changed since the version that was submitted."""

    school: SchoolCode
    cycle: CycleId


class ResultChange(Answer, frozen=True, kw_only=True):
    """One indicator judged otherwise, or with other words; `part` is the level of education judged on its own."""

    criterion: CriterionCode
    level: int
    indicator: str
    part: str = ""
    before: Result
    after: Result
    words_changed: bool


class EvidenceChange(Answer, frozen=True, kw_only=True):
    """One citation that was added or taken back."""

    criterion: CriterionCode
    level: int
    indicator: str
    document: DocumentId
    code: EvidenceCode
    added: bool


class TextChange(Answer, frozen=True, kw_only=True):
    """A level of a criterion whose text (mô tả hiện trạng) changed."""

    criterion: CriterionCode
    level: int


class CycleChangesAnswer(Answer, frozen=True, kw_only=True):
    """What the school changed since `reopens` was submitted; `descriptions` are the criteria whose words changed."""

    school: SchoolCode
    cycle: CycleId
    reopens: CycleId
    reason: str
    results: list[ResultChange]
    evidence: list[EvidenceChange]
    descriptions: list[CriterionCode]
    texts: list[TextChange] = []


class CyclesAnswer(Answer, frozen=True, kw_only=True):
    """Cycles of a school, newest first."""

    cycles: list[CycleView]


class SubmissionsRequest(Call, frozen=True, kw_only=True):
    """Ask how far schools are with their newest self-assessment: of a commune, or all that the caller reaches."""

    commune: CommuneCode = CommuneCode("")


class SubmissionView(Answer, frozen=True, kw_only=True):
    """The newest cycle of one school, submitted or not; of a school that has opened none there is no line.

    `gaps` are what the head submitted without. `reopens` names the version that it opens again. `decided_on` is the day of
    the last decision about the school: recognised, not recognised, or a certificate of accreditation.
    """

    school: SchoolCode
    cycle: CycleId
    year: str
    rulebook: str
    opened_on: dt.date
    submitted_on: dt.date | None = None
    gaps: list[GapReason] = []
    reopens: CycleId = CycleId("")
    decided_on: dt.date | None = None


class SubmissionsAnswer(Answer, frozen=True, kw_only=True):
    """One line a school."""

    submissions: list[SubmissionView]


class CodeEvidence(Call, frozen=True, kw_only=True):
    """Give a kept document its evidence code under the rulebook of a cycle; the number is the next free one unless
    `number` is given. A document keeps its first code: a repeat answers with it. `cite` cites it under the criterion in the
    same step, all or nothing; `level` and `indicator` narrow where (0 and '' mean the whole criterion).
    """

    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    criterion: CriterionCode
    title: str
    box: int = 1
    number: int = 0
    cite: bool = False
    level: int = 0
    indicator: str = ""


class LinkEvidence(Call, frozen=True, kw_only=True):
    """Cite a coded document under a criterion; `level` and `indicator` narrow it (0 and '' mean the whole criterion)."""

    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    criterion: CriterionCode
    level: int = 0
    indicator: str = ""


class UnlinkEvidence(Call, frozen=True, kw_only=True):
    """Take a citation back; the document stays kept and coded."""

    school: SchoolCode
    cycle: CycleId
    document: DocumentId
    criterion: CriterionCode
    level: int = 0
    indicator: str = ""


class EvidenceRequest(Call, frozen=True, kw_only=True):
    """List a school's coded documents; `criterion` narrows to those cited there."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    criterion: CriterionCode = CriterionCode("")


class CodedDocuments(Call, frozen=True, kw_only=True):
    """Ask for the codes of documents of one school or several: what a page that lists papers needs, in one question.

    `documents` maps a school to ids of its documents; schools the caller may not read are passed over. `text`, with one
    school only, finds coded documents of that school whose title has all of its words, at most twenty.
    """

    documents: dict[SchoolCode, list[DocumentId]]
    text: str = ""


class CitationView(Answer, frozen=True, kw_only=True):
    """One place where a document is cited."""

    cycle: CycleId
    criterion: CriterionCode
    level: int
    indicator: str


class EvidenceView(Answer, frozen=True, kw_only=True):
    """A coded document and where it is cited; `rendered` is the code as the rulebook prints it.

    `replaces` is the code that the document had under a former circular, '' for none.
    """

    document: DocumentId
    code: EvidenceCode
    rendered: str
    title: str
    criterion: CriterionCode
    cycle: CycleId
    position: Position
    citations: list[CitationView]
    replaces: EvidenceCode = EvidenceCode("")


class EvidenceAnswer(Answer, frozen=True, kw_only=True):
    """Coded documents in the order of their codes."""

    evidence: list[EvidenceView]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator judged. `expected` is the position of the judgement the person saw (0: none); when another came
    between, the whole call is refused as changed and nothing is overwritten. None: do not check.

    `part` names one level of education (tieu_hoc, thcs, thpt) of a school that has several, where the circular judges them
    one by one; it then holds for that level instead of what was judged for the whole school.
    """

    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str = ""
    expected: Position | None = None
    part: str = ""


class Judge(Call, frozen=True, kw_only=True):
    """Judge indicators in one layer on a day (`on`, today when left out)."""

    school: SchoolCode
    cycle: CycleId
    layer: Layer
    judgements: list[Judgement]
    on: dt.date | None = None


class DescribeCriterion(Call, frozen=True, kw_only=True):
    """Write what the council says of a criterion: strengths, weaknesses, improvement.

    `expected` is the position of the description the person saw (0: none); None: do not check.
    """

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    strengths: str = ""
    weaknesses: str = ""
    improvement: str = ""
    expected: Position | None = None


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What the council says of a criterion; `expected` as in `DescribeCriterion`."""

    strengths: str = ""
    weaknesses: str = ""
    improvement: str = ""
    expected: Position | None = None


class SaveCriterion(Call, frozen=True, kw_only=True):
    """Save what a form about one criterion holds, all or nothing: judgements of the school's own layer, and what the
    council says of the criterion (null: leave that as it is).
    """

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    judgements: list[Judgement] = []
    description: Description | None = None
    on: dt.date | None = None


class SubmitSelfAssessment(Call, frozen=True, kw_only=True):
    """The head approves and submits the self-assessment; the school layer of the cycle is closed for change.

    Refused while something is lacking (see `GapsRequest`, and `CheckRequest` for all of it), unless `gaps` names a reason
    for each of it. `incomplete` submits without everything that is lacking at that moment, for one `reason` in at least ten
    letters; the list of it then stands in the log.
    """

    school: SchoolCode
    cycle: CycleId
    on: dt.date | None = None
    gaps: list[GapReason] = []
    incomplete: bool = False
    reason: str = ""


class GapsRequest(Call, frozen=True, kw_only=True):
    """Ask what a cycle's self-assessment lacks for submission, and what was answered."""

    school: SchoolCode
    cycle: CycleId


class GapView(Answer, frozen=True, kw_only=True):
    """One thing a self-assessment lacks. `part` is the level of education, where that was judged on its own.

    `text` says what contradicts the school. `answer` is the reason the school typed, with its `position`; '' none.
    """

    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str
    part: str = ""
    text: str = ""
    answer: str = ""
    position: Position = BEGINNING


class GapsAnswer(Answer, frozen=True, kw_only=True):
    """What is lacking, by kind in the order in which submission asks for it, then in the rulebook's order.

    Nothing is open when every one has an answer: then submission needs no reasons.
    """

    school: SchoolCode
    cycle: CycleId
    submitted_on: dt.date | None = None
    gaps: list[GapView]


class AnswerGap(Call, frozen=True, kw_only=True):
    """Say of one indicator why no evidence is needed, or why figure or commune and the school's judgement differ.

    `reason` has at least ten letters. What is not assessed has no answer but a judgement.
    """

    school: SchoolCode
    cycle: CycleId
    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str
    reason: str


class WithdrawGapAnswer(Call, frozen=True, kw_only=True):
    """Take an answer back; what was lacking is lacking again."""

    school: SchoolCode
    cycle: CycleId
    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str


class StatusRequest(Call, frozen=True, kw_only=True):
    """Ask what a school looked like. `known_at` is a log position (0: now); `known_at_time` is turned into one.
    `rulebook` asks "as if" under another rulebook.
    """

    school: SchoolCode
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING
    known_at_time: dt.datetime | None = None
    layer: Layer = Layer.SCHOOL
    cycle: CycleId = CycleId("")
    rulebook: str = ""


class LevelView(Answer, frozen=True, kw_only=True):
    """A computed level. `level` is null while not concluded; `floor` and `ceiling` bound it."""

    level: int | None
    floor: int
    ceiling: int
    final: bool
    because: list[str] = []


class KnownAt(Answer, frozen=True, kw_only=True):
    """The log position an answer rests on and when it was recorded."""

    position: Position
    recorded_at: dt.datetime | None = None


class CorrectionView(Answer, frozen=True, kw_only=True):
    """A slip in the record of an award that was put right: `what` it was, and how it read before and reads now.

    Days are ISO 8601 texts. `document` is the kept document that shows how it should read.
    """

    what: Corrected
    old: str
    new: str
    reason: str
    corrected_on: dt.date
    document: DocumentId = DocumentId("")


class AwardView(Answer, frozen=True, kw_only=True):
    """An award of the department, as corrected by the day asked for.

    `state` is con_hieu_luc, het_han, thay_the (another decision took its place, `superseded_by` on `superseded_on`) or
    thu_hoi on that day. `granted_number` is the number it was recorded under first. `based_on` is the concluded visit it
    rests on and `submission` the log position of the self-assessment. A decision that was taken on paper outside the system
    rests on neither: `copied_from_paper` is then the kept document, `override` the reason why it was copied.
    """

    number: str
    school: SchoolCode
    school_name: str
    degree: int
    decided_on: dt.date
    expires_on: dt.date
    rulebook: str
    state: str
    revoked_on: dt.date | None = None
    position: Position = BEGINNING
    granted_number: str = ""
    decided_by: str = ""
    based_on: InspectionId = InspectionId("")
    submission: Position = BEGINNING
    supersedes: str = ""
    superseded_by: str = ""
    superseded_on: dt.date | None = None
    copied_from_paper: DocumentId = DocumentId("")
    override: str = ""
    corrections: list[CorrectionView] = []


class RecognitionView(AwardView, frozen=True, kw_only=True):
    """A recognition. `remedy_until`: the department asked the school to remedy by that day, and has not revoked it."""

    certificate_degree: int
    remedy_until: dt.date | None = None


class CertificateView(AwardView, frozen=True, kw_only=True):
    """A certificate of accreditation (Chứng nhận KĐCLGD), an award of its own."""


class RefusalView(Answer, frozen=True, kw_only=True):
    """A decision of the department not to recognise a school for a cycle, and why."""

    school: SchoolCode
    cycle: CycleId
    refused_on: dt.date
    reason: str
    number: str = ""
    document: DocumentId = DocumentId("")
    position: Position = BEGINNING


class DraftView(Answer, frozen=True, kw_only=True):
    """How far a visit is that has not been concluded: criteria looked at, of all. What it found so far is no verdict."""

    inspection: InspectionId
    seen: int
    total: int


class ConditionView(Answer, frozen=True, kw_only=True):
    """One condition of recognition: satisfied is true, false or null (unknown).

    `how` it is known: `tinh` (computed from the log) or `tu_khai` (somebody said so, from `document`, '' for none).
    `stated` is what somebody said and `counted` what the log shows, null for neither; `note` says what is unsure.
    """

    id: str
    satisfied: bool | None
    article: str
    text: str
    how: str = ""
    document: DocumentId = DocumentId("")
    stated: bool | int | None = None
    counted: int | None = None
    note: str = ""


class PartView(Answer, frozen=True, kw_only=True):
    """One level of education as the school judged it."""

    name: str
    school_level: LevelView
    criteria: dict[str, LevelView]


class Status(Answer, frozen=True, kw_only=True):
    """What a school looked like under the rulebook pinned (or asked for), valid at a day and known at a position.

    `parts` (level of education → its own results in the school's layer) is empty where none was judged on its own.
    `drafts` (layer → how far) are visits that are not concluded: they give their layer no result yet. `refusal` is the
    newest decision not to recognise, unless a recognition came after it.
    """

    school: SchoolCode
    name: str
    rulebook: str
    digest: Sha256
    cycle: CycleId
    year: str
    layer: Layer
    valid_at: dt.date
    known_at: KnownAt
    criteria: dict[str, LevelView]
    school_level: LevelView
    certificate: dict[str, int | None]
    conditions: list[ConditionView]
    recognition: RecognitionView | None
    because: list[str]
    layers: dict[str, dict[str, LevelView]] = {}
    layer_levels: dict[str, LevelView] = {}
    evidence_counts: dict[str, int] = {}
    parts: dict[str, PartView] = {}
    held_certificate: CertificateView | None = None
    refusal: RefusalView | None = None
    drafts: dict[str, DraftView] = {}


class CriterionRequest(Call, frozen=True, kw_only=True):
    """Ask for one criterion of a cycle, at a past moment if wanted."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class PartResultView(Answer, frozen=True, kw_only=True):
    """What the school judged of an indicator for one level of education alone."""

    part: str
    result: Result
    note: str = ""
    position: Position = BEGINNING


class IndicatorView(Answer, frozen=True, kw_only=True):
    """One indicator with what each layer judged; `position` is that of the school layer's judgement (0: none).

    `contradiction` is a sentence where the school's judgement and its own figures disagree; a person decides which is wrong.
    `gaps` is what stands between this indicator and submission, with the answers given.
    """

    level: int
    indicator: str
    text: str
    source: str
    optional: bool
    results: dict[str, Result]
    note: str = ""
    position: Position = BEGINNING
    evidence: list[EvidenceView] = []
    contradiction: str = ""
    parts: list[PartResultView] = []
    gaps: list[GapView] = []


class CriterionView(Answer, frozen=True, kw_only=True):
    """One criterion with everything a council needs to judge it; `figures` are only for it to look at.

    `submitted_on`: since that day the school's own layer of the cycle is closed for change. `linking_reopened`: a visit that
    goes on asks for evidence of this criterion, so evidence may be cited and withdrawn here all the same.
    """

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    title: str
    mandatory: bool
    standard: int
    standard_title: str
    levels: dict[str, LevelView]
    indicators: list[IndicatorView]
    evidence: list[EvidenceView]
    strengths: str = ""
    weaknesses: str = ""
    improvement: str = ""
    position: Position = BEGINNING
    figures: list[FigureView] = []
    parts: dict[str, LevelView] = {}
    submitted_on: dt.date | None = None
    linking_reopened: bool = False


class FigureGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure of a school. `figure` is the rulebook's id (2018: ``gv_dat_chuan_trinh_do``; 2026: ``PT.2.2.Q03``).

    Numbers are exact: a JSON number or a decimal text ("84.96"). A count has no denominator. `unit` left out is the
    rulebook's; `document` is the kept document it is taken from.
    """

    figure: str
    numerator: Decimal
    denominator: Decimal | None = None
    unit: str = ""
    document: DocumentId = DocumentId("")
    note: str = ""


class StateFigures(Call, frozen=True, kw_only=True):
    """State figures of a school year ("2025-2026"), all or none; a correction is stated again and never edits.

    They are checked against the rulebook of `cycle` (the newest when left out). `on` is the day they hold from (today).
    """

    school: SchoolCode
    school_year: str
    figures: list[FigureGiven]
    cycle: CycleId = CycleId("")
    on: dt.date | None = None


class FiguresRequest(Call, frozen=True, kw_only=True):
    """Ask for a school's figures beside what the rulebook of a cycle (the newest) says of them.

    `school_year` left out: each figure of the newest school year it was stated for.
    """

    school: SchoolCode
    cycle: CycleId = CycleId("")
    school_year: str = ""
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class FigureView(Answer, frozen=True, kw_only=True):
    """One threshold (2018) or data item (2026) and what the school's figure says to it; it never changes a level.

    Numbers are exact texts: "84.96", or "200/3" where a decimal does not end; null where nothing was stated. `meets` is
    null without a figure, without a number to compare with, or where it is not known which variant applies. Not `binding`:
    `advisory` says why. `contradiction` is a sentence where the school's own judgement and the figure disagree.

    `window_years`: the law asks for so many school years up to the cycle's. `meets` is then true only when each is stated
    and passes, and null while `missing_years` are not stated and none of the others fails.
    """

    figure: str
    name: str
    criterion: CriterionCode
    level: int | None
    indicator: str | None
    op: str | None
    required: str | None
    unit: str
    numerator: str | None = None
    denominator: str | None = None
    value: str | None = None
    meets: bool | None = None
    binding: bool
    advisory: str = ""
    article: str
    document: DocumentId = DocumentId("")
    note: str = ""
    position: Position = BEGINNING
    school_year: str = ""
    contradiction: str = ""
    window_years: int | None = None
    missing_years: list[str] = []


class FiguresAnswer(Answer, frozen=True, kw_only=True):
    """Figures in the rulebook's order; `school_years` are those something was stated for, newest first."""

    school: SchoolCode
    cycle: CycleId
    rulebook: str
    digest: Sha256
    valid_at: dt.date
    known_at: KnownAt
    school_years: list[str]
    figures: list[FigureView]


class HistoryRequest(Call, frozen=True, kw_only=True):
    """List a school's events, oldest first, after a log position."""

    school: SchoolCode
    after: Position = BEGINNING
    limit: int = 100


class HistoryItem(Answer, frozen=True, kw_only=True):
    """One event as a reader sees it: `summary` is a Vietnamese sentence without personal data."""

    position: Position
    fact: str
    summary: str
    occurred: dt.datetime
    recorded: dt.datetime
    actor: str
    cause: str
    correlation: str
    data: dict[str, Any]


class HistoryAnswer(Answer, frozen=True, kw_only=True):
    """Events in the order of the log."""

    items: list[HistoryItem]
    head: Position


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A point on both clocks; `known_at` 0 means now."""

    valid_at: dt.date
    known_at: Position = BEGINNING


class CompareRequest(Call, frozen=True, kw_only=True):
    """Compare a school at two moments."""

    school: SchoolCode
    a: Moment
    b: Moment


class Difference(Answer, frozen=True, kw_only=True):
    """One thing that differs between two moments, and the events that caused it."""

    what: str
    criterion: CriterionCode
    layer: str
    before: str
    after: str
    causes: list[HistoryItem]
    known_late_days: int = 0


class CompareAnswer(Answer, frozen=True, kw_only=True):
    """Both states and their differences."""

    a: Status
    b: Status
    differences: list[Difference]


class GrantRecognition(Call, frozen=True, kw_only=True):
    """Record the department's decision that a school is recognised (domain: TT17–19/2018 Đ37–38; TT57/2026 Đ16–19).

    It is refused unless the self-assessment was submitted, a visit of the department that began no earlier was concluded
    by the day of the decision, and every condition holds. A recognition that is valid then is superseded.

    `expires_on` left out is computed by the rulebook; the printed date wins over it, within a month of the validity.
    `copied_from_paper` (the kept document of the decision) with `override` (why, at least ten letters) records a decision
    that was taken on paper outside the system. `decided_by` is so or ubnd_tinh; left out, as the rulebook says.
    """

    school: SchoolCode
    number: str
    decided_on: dt.date
    degree: int
    expires_on: dt.date | None = None
    certificate_degree: int = 0
    cycle: CycleId = CycleId("")
    override: str = ""
    copied_from_paper: DocumentId = DocumentId("")
    decided_by: str = ""


class GrantCertificate(Call, frozen=True, kw_only=True):
    """Record the department's decision that a school holds a certificate of accreditation (TT17–19/2018 Đ34, Đ35).

    An award of its own, with a Bằng or without. Refused, or copied from paper, as in `GrantRecognition`.
    """

    school: SchoolCode
    number: str
    decided_on: dt.date
    degree: int
    expires_on: dt.date | None = None
    cycle: CycleId = CycleId("")
    override: str = ""
    copied_from_paper: DocumentId = DocumentId("")
    decided_by: str = ""


class CorrectAward(Call, frozen=True, kw_only=True):
    """Put a slip in the record of an award right; never a revocation. The register shows the corrected line from `on` on.

    `new` is the text of the particular, days as ISO 8601 ("2026-10-05"). `old`, when given, must be what stands now.
    `document` is the kept document that shows how it should read; left out, the one the award was copied from.
    """

    school: SchoolCode
    number: str
    what: Corrected
    new: str
    reason: str
    award: AwardKind = AwardKind.RECOGNITION
    old: str = ""
    document: DocumentId = DocumentId("")
    on: dt.date | None = None


class RefuseRecognition(Call, frozen=True, kw_only=True):
    """Record the department's decision not to recognise a school for a submitted cycle (the newest), and why."""

    school: SchoolCode
    reason: str
    refused_on: dt.date | None = None
    cycle: CycleId = CycleId("")
    number: str = ""
    document: DocumentId = DocumentId("")


class RequestRemedy(Call, frozen=True, kw_only=True):
    """Record that the department asked a recognised school to remedy by the day `until` (TT57/2026 Đ20 k1)."""

    school: SchoolCode
    number: str
    until: dt.date
    reason: str
    requested_on: dt.date | None = None
    document: DocumentId = DocumentId("")


class RevokeRecognition(Call, frozen=True, kw_only=True):
    """Record that a recognition was revoked.

    Where the circular in force asks for a remedy first, the time to remedy must have passed, or `document` (a kept
    document) must show what makes it needless, such as a suspension for a breach of the law (TT57/2026 Đ20 k1).
    """

    school: SchoolCode
    number: str
    revoked_on: dt.date
    reason: str
    document: DocumentId = DocumentId("")


class RevokeCertificate(Call, frozen=True, kw_only=True):
    """Record that a certificate of accreditation was revoked (TT17–19/2018 Đ36)."""

    school: SchoolCode
    number: str
    revoked_on: dt.date
    reason: str
    document: DocumentId = DocumentId("")


class RegisterRequest(Call, frozen=True, kw_only=True):
    """The public register of recognitions, by school name; `on` is the day whose state is shown."""

    on: dt.date | None = None
    number: str = ""
    commune: CommuneCode = CommuneCode("")


class RegisterAnswer(Answer, frozen=True, kw_only=True):
    """Recognitions and certificates, each by school name."""

    recognitions: list[RecognitionView]
    certificates: list[CertificateView] = []


class ExplainRequest(Call, frozen=True, kw_only=True):
    """Ask why: the derivation of a school's or a criterion's level."""

    school: SchoolCode
    criterion: CriterionCode = CriterionCode("")
    layer: Layer = Layer.SCHOOL
    cycle: CycleId = CycleId("")
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class Reason(Answer, frozen=True, kw_only=True):
    """One step of a derivation. `verdict` is yes, no or unknown; `events` are the log positions it rests on.

    `alternatives` are positions of which each alone would suffice, so that none alone matters.
    """

    verdict: str
    text: str
    article: str
    events: list[Position] = []
    alternatives: list[Position] = []


class ExplainAnswer(Answer, frozen=True, kw_only=True):
    """A derivation, the computed level, and the shortest list of indicators up to the next level.

    `lacking`, of the school as a whole in its own layer, is what the self-assessment of the cycle lacks for submission.
    """

    level: LevelView
    rulebook: str
    digest: Sha256
    reasons: list[Reason]
    next_level: int | None = None
    missing: list[str] = []
    lacking: GapsAnswer | None = None


class ProveRequest(Call, frozen=True, kw_only=True):
    """Ask for an offline proof of a school's events up to a position (0: now)."""

    school: SchoolCode
    known_at: Position = BEGINNING


class ProofAnswer(Answer, frozen=True, kw_only=True):
    """A proof bundle as JSON text, to be checked by the stdlib-only verifier."""

    bundle: str


class SimulateRequest(Call, frozen=True, kw_only=True):
    """Ask "what if": which schools of a commune would change level under another rulebook, and by which criteria.

    `rulebook` names it; with `changes` (see `shared.rulebook.simulation.DraftChanges`) a draft of it is made and applied.
    Nothing is recorded.
    """

    commune: CommuneCode
    rulebook: str
    changes: dict[str, Any] = {}
    on: dt.date | None = None
    layer: Layer = Layer.SCHOOL


class SimulatedSchool(Answer, frozen=True, kw_only=True):
    """One school before and under the other rulebook; `by` are the criteria that make the difference."""

    school: SchoolCode
    name: str
    rulebook: str
    before: LevelView
    after: LevelView
    changed: bool
    by: list[str]
    next_level: int | None = None
    missing: list[str] = []


class SimulateAnswer(Answer, frozen=True, kw_only=True):
    """The schools of the commune that the rulebook is made for, by name, and the digest of what was applied."""

    rulebook: str
    digest: Sha256
    schools: list[SimulatedSchool]


# --- how REST puts questions about a moment: a log position or an RFC 3339 time, as one text


class StatusQuestion(Call, frozen=True, kw_only=True):
    """Ask what a school looked like. `known_at` is a log position or a moment (RFC 3339); left out: now."""

    school: SchoolCode
    valid_at: dt.date | None = None
    known_at: str = ""
    layer: Layer = Layer.SCHOOL
    cycle: CycleId = CycleId("")
    rulebook: str = ""


class CriterionQuestion(Call, frozen=True, kw_only=True):
    """Ask for one criterion of a cycle, at a past moment if wanted."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    valid_at: dt.date | None = None
    known_at: str = ""


class CompareQuestion(Call, frozen=True, kw_only=True):
    """Compare a school at two moments: valid on the days `a` and `b`, known at `a_known` and `b_known`."""

    school: SchoolCode
    a: dt.date
    b: dt.date
    a_known: str = ""
    b_known: str = ""


class ExplainQuestion(Call, frozen=True, kw_only=True):
    """Ask why a school's (or a criterion's) level is what it is."""

    school: SchoolCode
    criterion: CriterionCode = CriterionCode("")
    layer: Layer = Layer.SCHOOL
    cycle: CycleId = CycleId("")
    valid_at: dt.date | None = None
    known_at: str = ""


class FiguresQuestion(Call, frozen=True, kw_only=True):
    """Ask for a school's figures. `known_at` is a log position or an RFC 3339 time; empty parts mean the newest."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    school_year: str = ""
    valid_at: dt.date | None = None
    known_at: str = ""


class ProofQuestion(Call, frozen=True, kw_only=True):
    """Ask for an offline proof of a school's events up to a position or moment."""

    school: SchoolCode
    known_at: str = ""


OPERATIONS = (
    Operation(
        name="register_commune",
        request=RegisterCommune,
        answer=CommuneView,
        roles=ADMINISTRATORS,
        scope=Scope.COMMUNE,
        summary="Lập một xã.",
        routes=(post("/communes"),),
        commands=("commune add",),
    ),
    Operation(
        name="rename_commune",
        request=RenameCommune,
        answer=CommuneView,
        roles=ADMINISTRATORS,
        scope=Scope.COMMUNE,
        summary="Đổi tên một xã; mã không đổi.",
        routes=(put("/communes/{commune}/name"),),
        commands=("commune rename",),
    ),
    Operation(
        name="communes",
        request=Nothing,
        answer=CommunesAnswer,
        roles=REGISTER_READERS | {Role.SUBSCRIBER},
        scope=Scope.NARROWED,
        summary="Các xã, theo tên.",
        routes=(get("/communes"),),
        commands=("commune list",),
    ),
    Operation(
        name="register_school",
        request=RegisterSchool,
        answer=SchoolView,
        roles=ADMINISTRATORS,
        scope=Scope.COMMUNE,
        summary="Lập một trường.",
        routes=(post("/schools"),),
        commands=("school add",),
    ),
    Operation(
        name="rename_school",
        request=RenameSchool,
        answer=SchoolView,
        roles=ADMINISTRATORS,
        scope=Scope.SCHOOL,
        summary="Đổi tên một trường; mã không đổi.",
        routes=(put("/schools/{school}/name"),),
        commands=("school rename",),
    ),
    Operation(
        name="close_school",
        request=CloseSchool,
        answer=SchoolView,
        roles=ADMINISTRATORS,
        scope=Scope.SCHOOL,
        summary="Ghi quyết định đóng hay sáp nhập một trường; kết quả đã công nhận giữ nguyên.",
        routes=(post("/schools/{school}/closing"),),
        commands=("school close",),
    ),
    Operation(
        name="school",
        request=SchoolRequest,
        answer=SchoolView,
        roles=REGISTER_READERS,
        scope=Scope.SCHOOL,
        summary="Một trường.",
        routes=(get("/schools/{school}"),),
    ),
    Operation(
        name="schools",
        request=SchoolsRequest,
        answer=SchoolsAnswer,
        roles=REGISTER_READERS | {Role.SUBSCRIBER},
        scope=Scope.NARROWED,
        summary="Các trường được xem, theo tên.",
        routes=(get("/schools"),),
        commands=("school list",),
    ),
    Operation(
        name="state_conditions",
        request=StateConditions,
        answer=Done,
        roles=HEADS | OFFICERS,
        scope=Scope.SCHOOL,
        summary="Nêu các điều kiện công nhận, có hiệu lực từ một ngày.",
        routes=(post("/schools/{school}/conditions"),),
        commands=("school conditions",),
        follows=("evidence",),
    ),
    Operation(
        name="open_cycle",
        request=OpenCycle,
        answer=CycleView,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Mở một đợt tự đánh giá theo thông tư có hiệu lực trong ngày.",
        routes=(post("/schools/{school}/cycles"),),
        commands=("cycle open",),
    ),
    Operation(
        name="reopen_cycle",
        request=ReopenCycle,
        answer=CycleView,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Hiệu trưởng mở lại đợt đã trình để sửa, kèm lý do: một bản mới với mọi nội dung của trường.",
        routes=(post("/schools/{school}/cycles/{cycle}/reopening"),),
        commands=("cycle reopen",),
    ),
    Operation(
        name="copy_cycle",
        request=deciding.CopyCycle,
        answer=CycleView,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Mở đợt của năm học sau từ phần viết của một đợt trước: chưa xem lại thì chưa tính, kết quả không chép.",
        routes=(post("/schools/{school}/cycles/{cycle}/copies", cycle="former"),),
        commands=("cycle copy",),
    ),
    Operation(
        name="cycle_changes",
        request=CycleChangesRequest,
        answer=CycleChangesAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Đợt mở lại đã đổi gì so với bản đã trình.",
        routes=(get("/schools/{school}/cycles/{cycle}/changes"),),
        commands=("cycle changes",),
    ),
    Operation(
        name="cycles",
        request=SchoolRequest,
        answer=CyclesAnswer,
        roles=READERS_OF_SUBMITTED,
        scope=Scope.SCHOOL,
        summary="Các đợt, mới trước.",
        routes=(get("/schools/{school}/cycles"),),
        commands=("cycle list",),
    ),
    Operation(
        name="submissions",
        request=SubmissionsRequest,
        answer=SubmissionsAnswer,
        roles=OFFICE_READERS | KEPT_FROM_DRAFTS,
        scope=Scope.NARROWED,
        summary=(
            "Đợt mới nhất của từng trường được xem: đã trình ngày nào, còn thiếu gì kèm lý do, quyết định gần nhất ngày nào."
        ),
        routes=(get("/submissions"),),
        follows=("inspection",),
    ),
    Operation(
        name="code_evidence",
        request=CodeEvidence,
        answer=EvidenceView,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Cấp mã minh chứng cho một tài liệu.",
        routes=(post("/schools/{school}/evidence"),),
        commands=("evidence code",),
        follows=("evidence",),
    ),
    Operation(
        name="coded_documents",
        request=CodedDocuments,
        answer=EvidenceAnswer,
        roles=READERS,
        scope=Scope.NARROWED,
        summary="Mã của nhiều tài liệu trong một lần hỏi.",
    ),
    Operation(
        name="link_evidence",
        request=LinkEvidence,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Gắn minh chứng.",
        routes=(post("/schools/{school}/links"),),
        commands=("evidence link",),
        follows=("evidence",),
    ),
    Operation(
        name="unlink_evidence",
        request=UnlinkEvidence,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Bỏ gắn minh chứng.",
        routes=(delete("/schools/{school}/links"),),
        commands=("evidence unlink",),
    ),
    Operation(
        name="evidence",
        request=EvidenceRequest,
        answer=EvidenceAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Minh chứng theo mã.",
        routes=(get("/schools/{school}/evidence"),),
        commands=("evidence list",),
    ),
    Operation(
        name="judge",
        request=Judge,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Đánh giá chỉ báo ở một lớp.",
        routes=(post("/schools/{school}/cycles/{cycle}/judgements"),),
        commands=(
            "criterion judge",
            "criterion judge-file",
        ),
    ),
    Operation(
        name="describe_criterion",
        request=DescribeCriterion,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Viết điểm mạnh, điểm yếu, hướng cải tiến của một tiêu chí.",
        routes=(put("/schools/{school}/cycles/{cycle}/criteria/{criterion}"),),
    ),
    Operation(
        name="save_criterion",
        request=SaveCriterion,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Ghi một tiêu chí: kết quả các chỉ báo và nhận định, cùng một lần; một phần bị từ chối thì không ghi gì.",
        routes=(post("/schools/{school}/cycles/{cycle}/criteria/{criterion}"),),
    ),
    Operation(
        name="submit_self_assessment",
        request=SubmitSelfAssessment,
        answer=Done,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Hiệu trưởng trình báo cáo tự đánh giá; còn thiếu thì nêu lý do từng chỗ.",
        routes=(post("/schools/{school}/cycles/{cycle}/submission"),),
        commands=("cycle submit",),
        follows=("inspection",),
    ),
    Operation(
        name="gaps",
        request=GapsRequest,
        answer=GapsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Còn thiếu gì để trình, và lý do trường đã nêu.",
        routes=(get("/schools/{school}/cycles/{cycle}/gaps"),),
        commands=("cycle check",),
        follows=("inspection",),
    ),
    Operation(
        name="answer_gap",
        request=AnswerGap,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Nêu vì sao một chỉ báo đạt không cần minh chứng, hoặc vì sao đánh giá khác số liệu, khác xã.",
        routes=(post("/schools/{school}/cycles/{cycle}/answers"),),
        commands=("cycle answer",),
    ),
    Operation(
        name="withdraw_gap_answer",
        request=WithdrawGapAnswer,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Rút lý do lại.",
        routes=(delete("/schools/{school}/cycles/{cycle}/answers"),),
        commands=("cycle withdraw-answer",),
    ),
    Operation(
        name="state_figures",
        request=StateFigures,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Ghi số liệu của một năm học, kèm tài liệu làm căn cứ. Không đổi mức nào.",
        routes=(post("/schools/{school}/figures"),),
        commands=("school figures",),
        follows=("evidence",),
    ),
    Operation(
        name="figures",
        request=FiguresRequest,
        answer=FiguresAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Số liệu của trường bên các ngưỡng của bộ tiêu chí.",
        routes=(get("/schools/{school}/figures", question=FiguresQuestion),),
        commands=("figures",),
    ),
    Operation(
        name="status",
        request=StatusRequest,
        answer=Status,
        roles=READERS_OF_SUBMITTED,
        scope=Scope.SCHOOL,
        summary="Trường trông thế nào: có hiệu lực ngày nào, đã biết đến đâu.",
        routes=(get("/schools/{school}/status", question=StatusQuestion),),
        commands=("status",),
        follows=("inspection",),
    ),
    Operation(
        name="criterion",
        request=CriterionRequest,
        answer=CriterionView,
        roles=READERS_OF_SUBMITTED,
        scope=Scope.SCHOOL,
        summary="Một tiêu chí với mọi thứ cần để đánh giá.",
        routes=(get("/schools/{school}/cycles/{cycle}/criteria/{criterion}", question=CriterionQuestion),),
        commands=("criterion show",),
        follows=("inspection",),
    ),
    Operation(
        name="explain",
        request=ExplainRequest,
        answer=ExplainAnswer,
        roles=READERS_OF_SUBMITTED,
        scope=Scope.SCHOOL,
        summary="Vì sao?",
        routes=(get("/schools/{school}/explain", question=ExplainQuestion),),
        commands=("explain",),
        follows=("inspection",),
    ),
    Operation(
        name="history",
        request=HistoryRequest,
        answer=HistoryAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Những việc đã xảy ra, cũ nhất trước.",
        routes=(get("/schools/{school}/history"),),
        commands=("history",),
        follows=("inspection",),
    ),
    Operation(
        name="compare",
        request=CompareRequest,
        answer=CompareAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="So hai thời điểm.",
        routes=(get("/schools/{school}/compare", question=CompareQuestion),),
        commands=("compare",),
        follows=("inspection",),
    ),
    Operation(
        name="simulate",
        request=SimulateRequest,
        answer=SimulateAnswer,
        roles=OFFICERS | {Role.COMMUNE_LEADER, Role.AUDITOR},
        scope=Scope.COMMUNE,
        summary="Nếu áp dụng bộ tiêu chí khác, trường nào trong xã đổi mức, vì tiêu chí nào. Không ghi gì.",
        routes=(post("/communes/{commune}/simulations"),),
        timeout_s=20,
    ),
    Operation(
        name="prove",
        request=ProveRequest,
        answer=ProofAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Bản tự kiểm để kiểm ngoài mạng.",
        routes=(get("/schools/{school}/proof", question=ProofQuestion),),
        commands=("audit prove",),
        timeout_s=30,
    ),
    Operation(
        name="grant_recognition",
        request=GrantRecognition,
        answer=RecognitionView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Ghi quyết định công nhận.",
        routes=(post("/schools/{school}/recognitions"),),
        commands=("recognition grant",),
        follows=("evidence", "inspection"),
    ),
    Operation(
        name="grant_certificate",
        request=GrantCertificate,
        answer=CertificateView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Ghi quyết định cấp Chứng nhận kiểm định chất lượng giáo dục, kèm Bằng hay không.",
        routes=(post("/schools/{school}/certificates"),),
        commands=("certificate grant",),
        follows=("evidence", "inspection"),
    ),
    Operation(
        name="correct_award",
        request=CorrectAward,
        answer=AwardView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Đính chính một mục ghi sai trong sổ; không phải thu hồi.",
        routes=(post("/schools/{school}/corrections"),),
        commands=(
            "recognition correct",
            "certificate correct",
        ),
        follows=("evidence",),
    ),
    Operation(
        name="refuse_recognition",
        request=RefuseRecognition,
        answer=RefusalView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Ghi quyết định không công nhận, có lý do.",
        routes=(post("/schools/{school}/refusals"),),
        commands=("recognition refuse", "registration refuse"),
        follows=("evidence", "inspection"),
    ),
    Operation(
        name="request_remedy",
        request=RequestRemedy,
        answer=RecognitionView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Ghi yêu cầu khắc phục có thời hạn.",
        routes=(post("/schools/{school}/remedies"),),
        commands=("recognition remedy",),
        follows=("evidence",),
    ),
    Operation(
        name="revoke_certificate",
        request=RevokeCertificate,
        answer=CertificateView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Ghi quyết định thu hồi Chứng nhận.",
        routes=(post("/schools/{school}/certificate-revocations"),),
        commands=("certificate revoke",),
        follows=("evidence",),
    ),
    Operation(
        name="revoke_recognition",
        request=RevokeRecognition,
        answer=RecognitionView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Ghi quyết định thu hồi công nhận.",
        routes=(post("/schools/{school}/revocations"),),
        commands=("recognition revoke",),
        follows=("evidence",),
    ),
    Operation(
        name="register",
        request=RegisterRequest,
        answer=RegisterAnswer,
        roles=READERS | {Role.SUBSCRIBER},
        scope=Scope.NARROWED,
        summary="Sổ công nhận, ai cũng xem được.",
        routes=(get("/recognitions"),),
        commands=(
            "recognition list",
            "certificate list",
        ),
        public=True,
    ),
    *council.OPERATIONS,
    *writing.OPERATIONS,
    *deciding.OPERATIONS,
    *improvement.OPERATIONS,
    *papers.OPERATIONS,
)
"""What the service does for its callers; what every service answers for itself is not repeated here."""
