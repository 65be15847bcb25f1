"""Decides about a school: registration, conditions, evidence codes, cycles, judgements of the three layers, recognitions.

What it knows is everything of the school, in the order of the log; what it records goes to the stream of the thing it is
about (`domain.streams`). A decision names what it rests on beside that stream, so that no other decision comes between: a
judgement rests on the cycle being open, a submission on every sheet. What a school looked like at some moment is what
`replay` says.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from services.assessment.domain import award_rules
from services.assessment.domain import facts as f
from services.assessment.domain.awards import ABOUT_AWARDS, Awards, Granted
from services.assessment.domain.education_levels import check_education_level
from services.assessment.domain.rulebook_lookup import Key, check_place, check_result, criterion_of, name_of
from services.assessment.domain.self_assessment_facts import SELF_ASSESSMENT_FACTS
from services.assessment.domain.streams import council_stream, cycle_stream, school_stream, sheet_streams, stream_of
from services.assessment.domain.visits import Visits
from services.assessment.errors import (
    AlreadyRegistered,
    AlreadySubmitted,
    CannotCopy,
    CannotReopen,
    ChangedMeanwhile,
    CodeTaken,
    CycleDecided,
    DateRefused,
    NoSuchCycle,
    NoSuchSchool,
    NotCoded,
    NothingToAnswer,
    NotLinked,
)
from shared.clock import vietnam_date
from shared.contracts.problems import NoSuchCommune, SchoolIsClosed
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.boundary import Boundary
from shared.eventlog.facts import EventMetadata, Fact
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.text import format_date, format_time
from shared.vocabulary.assessment import AwardKind, Corrected, GapKind, Layer, Result, SchoolKind
from shared.vocabulary.ids import (
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

CONDITIONS: dict[str, type[bool] | type[int]] = {
    "cohort_completed": bool,
    "years_of_activity": int,
    "consecutive_years_of_data": int,
    "facilities_met": bool,
    "disadvantaged_area": bool,
    "extremely_disadvantaged_area": bool,
    "specialised": bool,
    "urban": bool,
}
"""Facts that recognition rests on and their types (TT17–19/2018 Đ34, Đ37; TT57/2026 Đ16).

The last three, and `disadvantaged_area`, choose among the thresholds of 2018 (TT17–19/2018, “vùng khó khăn”, “nội thị”).
"""


class IndicatorVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator to be judged, for the whole school or one level of education (`part`).

    `expected` is the log position of the judgement the person saw (0 none, None unchecked).
    """

    key: Key
    part: str = ""
    result: Result
    note: str = ""
    expected: Position | None = None


class Citation(NamedTuple):
    """Where a document is cited."""

    document: DocumentId
    criterion: CriterionCode
    level: int
    indicator: str


class _Cycle(msgspec.Struct, kw_only=True):
    cycle: CycleId
    year: str
    rulebook: str
    digest: Sha256
    opened_on: dt.date
    submitted_on: dt.date | None = None
    reopens: CycleId = CycleId("")
    copies: CycleId = CycleId("")
    links: set[Citation] = msgspec.field(default_factory=set)
    answers: set[tuple[GapKind, Key]] = msgspec.field(default_factory=set)


class _Judgement(NamedTuple):
    order: Position
    occurred: dt.datetime
    result: Result
    note: str
    inspection: InspectionId


def _code_taken(code: SchoolCode | CommuneCode, holder: str, **data: str) -> AlreadyRegistered:
    return AlreadyRegistered(
        f"Mã {code} đã dùng cho {holder}. Chưa ghi gì. Chọn mã khác; nếu chỉ muốn đổi tên, dùng “Đổi tên”.",
        holder=holder,
        **data,
    )


class Commune(Aggregate):
    """A commune office."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.name = ""

    def register(self, commune: CommuneCode, name: str, meta: EventMetadata) -> None:
        """Set the office up; a repeat does nothing.

        Raises AlreadyRegistered when the code belongs to an office of another name.
        """
        if self.name and self.name != name and not self.has_processed(meta.command):
            raise _code_taken(commune, self.name, commune=commune)
        if not self.name:
            self.record(f.CommuneRegistered(commune=commune, name=name), meta)

    def rename(self, commune: CommuneCode, name: str, meta: EventMetadata) -> None:
        """Give the office another name; a repeat does nothing.

        Raises NoSuchCommune when it was never registered.
        """
        if not self.name:
            raise NoSuchCommune(f"Chưa có xã mã {commune}. Lập xã trước.", commune=commune)
        if self.name != name:
            self.record(f.CommuneRegistered(commune=commune, name=name), meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        assert isinstance(fact, f.CommuneRegistered)
        self.name = fact.name


class School(Boundary):
    """One school, whatever streams its facts lie in."""

    def __init__(self) -> None:
        super().__init__()
        self.registered: f.SchoolRegistered | None = None
        self.closed: f.SchoolClosed | None = None
        self._conditions: dict[str, tuple[dt.date, bool | int, str]] = {}
        self.cycles: dict[CycleId, _Cycle] = {}
        self._codes: dict[tuple[DocumentId, str], EvidenceCode] = {}
        self._issued: set[EvidenceCode] = set()
        self._judged: dict[tuple[CycleId, Layer, str, Key], dict[dt.date, _Judgement]] = {}
        self._described: dict[tuple[CycleId, CriterionCode], tuple[f.CriterionDescribed, Position]] = {}
        self._figures: dict[tuple[str, str], dict[dt.date, f.StatedFigure]] = {}
        self.awards = Awards()
        self._refused: dict[CycleId, f.RecognitionRefused] = {}
        self._visits = Visits()

    def stream_of(self, fact: Fact) -> uuid.UUID:
        """Return the stream that a new fact about the school belongs to."""
        return stream_of(fact)

    @property
    def code(self) -> SchoolCode:
        """Return the school's code; raises NoSuchSchool when it was never registered."""
        return self._known().school

    @property
    def kind(self) -> SchoolKind:
        """Return the kind of school; raises NoSuchSchool."""
        return self._known().kind

    @property
    def name(self) -> str:
        """Return the school's name; raises NoSuchSchool."""
        return self._known().name

    # --- registration and conditions

    def register(
        self,
        school: SchoolCode,
        name: str,
        kind: SchoolKind,
        commune: CommuneCode,
        levels: Sequence[str],
        meta: EventMetadata,
    ) -> None:
        """Set the school up; a repeat does nothing.

        Raises AlreadyRegistered when the code belongs to a school of another name, kind, commune or levels.
        """
        wanted = f.SchoolRegistered(school=school, name=name, kind=kind, commune=commune, levels=tuple(levels))
        present = self.registered
        if present == wanted or self.has_processed(meta.command):
            return
        if present is not None:
            raise _code_taken(school, present.name, school=school)
        self.record(wanted, meta)

    def rename(self, name: str, meta: EventMetadata) -> None:
        """Give the school another name; a repeat does nothing.

        Raises NoSuchSchool when it was never registered.
        """
        present = self._known()
        if present.name != name:
            self.record(msgspec.structs.replace(present, name=name), meta)

    def close(self, number: str, on: dt.date, reason: str, meta: EventMetadata) -> None:
        """Close the school by a decision; a repeat does nothing.

        Raises NoSuchSchool, SchoolIsClosed when it was closed by another decision or on another day.
        """
        wanted = f.SchoolClosed(school=self.code, number=number, closed_on=on, reason=reason)
        if self.closed == wanted or self.has_processed(meta.command):
            return
        self._require_not_closed()
        self.record(wanted, meta)

    def _require_not_closed(self) -> None:
        if self.closed is not None:
            raise SchoolIsClosed(
                f"Trường đã đóng từ {format_date(self.closed.closed_on)} theo quyết định {self.closed.number}. Chưa ghi gì. "
                "Việc đã làm và kết quả đã công nhận vẫn xem được.",
                school=self.code,
            )

    def state_conditions(
        self, conditions: dict[str, bool | int], on: dt.date, meta: EventMetadata, *, document: DocumentId = DocumentId("")
    ) -> None:
        """State facts that recognition rests on; only what differs from what is stated is recorded.

        Raises BadRequest for an unknown name or a value of the wrong type.
        """
        school = self.code
        for name, value in conditions.items():
            wanted = CONDITIONS.get(name)
            if wanted is None or type(value) is not wanted or value < 0:
                raise BadRequest(
                    f"Điều kiện “{name}” không có hoặc giá trị sai kiểu. Dùng một trong: {', '.join(CONDITIONS)}.",
                    condition=name,
                )
        changed = {name: value for name, value in conditions.items() if self._conditions.get(name) != (on, value, document)}
        if changed:
            self.record(f.ConditionsStated(school=school, conditions=changed, on=on, document=document), meta)

    def state_figures(self, school_year: str, figures: Sequence[f.StatedFigure], meta: EventMetadata) -> None:
        """State figures of a school year; what is already so on that day is not recorded again. Raises NoSuchSchool."""
        school, day = self.code, vietnam_date(meta.occurred)
        if self.has_processed(meta.command):
            return
        news = tuple(figure for figure in figures if self._figures.get((school_year, figure.figure), {}).get(day) != figure)
        if news:
            self.record(f.FiguresStated(school=school, school_year=school_year, figures=news), meta)

    # --- cycles

    @property
    def newest_cycle(self) -> CycleId:
        """Return the cycle opened last, '' when there is none."""
        # Of two opened on one day the later counts: a cycle may be submitted and opened again within a day.
        newest_first = reversed(self.cycles.values())
        return max(newest_first, key=lambda cycle: cycle.opened_on).cycle if self.cycles else CycleId("")

    def open_cycle(self, year: str, on: dt.date, rulebook: Rulebook, meta: EventMetadata, *, named: bool) -> CycleId:
        """Open a cycle pinned to the rulebook and return its id; a repeat gives the one of that year that is open.

        `named` says that the caller asked for this very rulebook: then an open cycle under another one is no repeat.
        After submission a further cycle of the year is a new version of the report.
        """
        school = self.code
        of_year = [cycle for cycle in self.cycles.values() if cycle.year == year]
        self.rest_on(*(cycle_stream(school, cycle.cycle) for cycle in of_year))
        for cycle in of_year:
            if cycle.submitted_on is None and (not named or cycle.digest == rulebook.digest):
                return cycle.cycle
        self._require_not_closed()
        name = CycleId(year if not of_year else f"{year}.{len(of_year) + 1}")
        self.record(
            f.CycleOpened(
                school=school,
                cycle=name,
                year=year,
                rulebook=rulebook.id,
                digest=rulebook.digest,
                opened_on=on,
                chosen=f.RulebookOrigin.NAMED if named else f.RulebookOrigin.IN_FORCE,
                years_counted=True,
            ),
            meta,
        )
        return name

    def reopen_cycle(self, cycle: CycleId, on: dt.date, reason: str, meta: EventMetadata) -> CycleId:
        """Open a submitted cycle again as a new version with all that the school wrote, and return the version's id.

        A repeat gives the version that is open. Raises NoSuchCycle, CannotReopen.
        """
        former = self._cycle(cycle)
        self.rest_on(cycle_stream(self.code, cycle))
        newest = self.cycles[self.newest_cycle]
        if newest.reopens == cycle and newest.submitted_on is None:
            return newest.cycle
        if former.submitted_on is None:
            raise CannotReopen(f"Đợt {cycle} chưa trình, đang sửa được. Chưa đổi gì.", cycle=cycle)
        if newest is not former:
            raise CannotReopen(f"Đợt mới nhất là {newest.cycle}. Chỉ mở lại đợt mới nhất. Chưa đổi gì.", cycle=newest.cycle)
        self._require_not_closed()
        versions = sum(version.year == former.year for version in self.cycles.values())
        opened = f.CycleOpened(
            school=self.code,
            cycle=CycleId(f"{former.year}.{versions + 1}"),
            year=former.year,
            rulebook=former.rulebook,
            digest=former.digest,
            opened_on=on,
            chosen=f.RulebookOrigin.KEPT,
            reopens=cycle,
            reason=reason,
            years_counted=True,
        )
        self.record(opened, meta)
        return opened.cycle

    def copy_cycle(self, former: CycleId, year: str, on: dt.date, rulebook: Rulebook, meta: EventMetadata) -> CycleId:
        """Open a cycle of a later year that begins with the texts and citations of a former one, and return its id.

        Under another rulebook it begins with nothing: its evidence is coded anew by hand. A repeat gives the cycle that is
        there. Raises NoSuchCycle, CannotCopy.
        """
        source = self._cycle(former)
        if year <= source.year:
            raise CannotCopy(
                f"Đợt {former} là của năm học {source.year}. Chưa mở đợt nào. Chọn một năm học sau đó.", cycle=former
            )
        copies = former if source.digest == rulebook.digest else CycleId("")
        of_year = [cycle for cycle in self.cycles.values() if cycle.year == year]
        self.rest_on(*(cycle_stream(self.code, cycle.cycle) for cycle in of_year))
        for cycle in of_year:
            if (cycle.submitted_on, cycle.copies, cycle.digest) == (None, copies, rulebook.digest):
                return cycle.cycle
        if of_year:
            raise CannotCopy(
                f"Năm học {year} đã có đợt {of_year[-1].cycle}. Chưa mở đợt nào. Viết tiếp ở đợt ấy.",
                cycle=of_year[-1].cycle,
            )
        self._require_not_closed()
        opened = f.CycleOpened(
            school=self.code,
            cycle=CycleId(year),
            year=year,
            rulebook=rulebook.id,
            digest=rulebook.digest,
            opened_on=on,
            chosen=f.RulebookOrigin.IN_FORCE,
            copies=copies,
            years_counted=True,
        )
        self.record(opened, meta)
        return opened.cycle

    def digest_of(self, cycle: CycleId) -> Sha256:
        """Return the digest of the rulebook a cycle is pinned to; raises NoSuchCycle."""
        return self._cycle(cycle).digest

    def is_submitted(self, cycle: CycleId) -> bool:
        """Say whether a cycle's self-assessment was submitted; raises NoSuchCycle."""
        return self._cycle(cycle).submitted_on is not None

    def submit(
        self,
        cycle: CycleId,
        on: dt.date,
        meta: EventMetadata,
        gaps: Sequence[f.NamedGap] = (),
        *,
        criteria: Iterable[CriterionCode] = (),
    ) -> None:
        """Submit the self-assessment, without what `gaps` names; a repeat does nothing. Raises NoSuchCycle, DateRefused.

        What may be lacking is decided before (`domain.submission`): it takes figures and law, which no stream holds. It is
        decided on the sheets of all the `criteria` of the rulebook, also of those that nobody has written on yet, and on the
        council.
        """
        cycle_state = self._cycle(cycle)
        if cycle_state.submitted_on is not None:
            return
        self.rest_on(school_stream(self.code), council_stream(self.code, cycle), *sheet_streams(self.code, cycle, criteria))
        _not_before(cycle_state, on)
        submitted = f.SelfAssessmentSubmitted(school=self.code, cycle=cycle, submitted_on=on, gaps=tuple(gaps))
        self.record(submitted, meta)

    def answer_gap(self, answer: f.GapAnswered, meta: EventMetadata) -> None:
        """Record why something that is lacking need not be there. Raises NoSuchCycle, AlreadySubmitted."""
        self._open_for_school(answer.cycle)
        # What it answers may be a figure: one stated meanwhile is another contradiction, which nobody has answered.
        self.rest_on(school_stream(self.code))
        self.record(answer, meta)

    def withdraw_gap_answer(self, withdrawn: f.GapAnswerWithdrawn, meta: EventMetadata) -> None:
        """Take such an answer back. Raises NoSuchCycle, AlreadySubmitted, NothingToAnswer."""
        if self.has_processed(meta.command):
            return
        if f.gap_of(withdrawn) not in self._open_for_school(withdrawn.cycle).answers:
            where = name_of(withdrawn.criterion, withdrawn.level, withdrawn.indicator)
            raise NothingToAnswer(f"Chưa có lý do nào ở {where} để rút lại. Chưa đổi gì.")
        self.record(withdrawn, meta)

    def add_work(self, fact: Fact, meta: EventMetadata, *read: uuid.UUID) -> None:
        """Record a fact about the work of an open cycle; a repeated command does nothing.

        Whether it may be is decided before, on the replayed work (`domain.work`); `read` are the streams this has looked at
        beside the one that is written to. Raises NoSuchCycle, AlreadySubmitted.
        """
        self.add_all_work((fact,), meta, *read)

    def add_all_work(self, facts: Sequence[Fact], meta: EventMetadata, *read: uuid.UUID) -> None:
        """Record several facts about the work of an open cycle, all or none of them (see `add_work`)."""
        for fact in facts:
            self._open_for_school(fact.cycle)  # type: ignore[attr-defined]  # every fact of the work has one
        if not self.has_processed(meta.command):
            self.rest_on(*read)
            for fact in facts:
                self.record(fact, meta)

    def add_to_submitted(self, fact: Fact, meta: EventMetadata, *read: uuid.UUID) -> None:
        """Record a fact that may come after the submission: publication, improvement; a repeated command does nothing.

        `read` are the streams this has looked at beside the one that is written to. Raises NoSuchCycle.
        """
        self._cycle(fact.cycle)  # type: ignore[attr-defined]  # every fact of the work has one
        if not self.has_processed(meta.command):
            self.rest_on(*read)
            self.record(fact, meta)

    def require_day(self, cycle: CycleId, day: dt.date) -> None:
        """Do nothing for a day on which a cycle was open. Raises NoSuchCycle, DateRefused."""
        _not_before(self._cycle(cycle), day)

    # --- evidence

    def code_evidence(
        self,
        cycle: CycleId,
        document: DocumentId,
        criterion: CriterionCode,
        rulebook: Rulebook,
        meta: EventMetadata,
        *,
        title: str,
        box: int,
        number: int,
    ) -> EvidenceCode:
        """Give a document its evidence code and return it; a document keeps the first code of this pattern.

        `number` 0 takes the next free one. Raises NoSuchCycle, AlreadySubmitted, NoSuchCriterion, CodeTaken.
        """
        present = self._first_code(document, rulebook)
        if present:
            return present
        self._open_for_linking(cycle, criterion)
        criterion_of(rulebook, criterion)
        number = number or self._next_number(criterion, rulebook, box)
        code = rulebook.evidence_code(criterion, number, box)
        if code in self._issued:
            raise CodeTaken(
                f"Mã {code} đã cấp cho tài liệu khác. Mã cấp rồi không đổi, không dùng lại. Chưa ghi gì.", code=code
            )
        self.record(
            f.EvidenceCoded(
                school=self.code,
                cycle=cycle,
                document=document,
                code=code,
                pattern=_pattern(rulebook),
                criterion=criterion,
                number=number,
                box=box,
                title=title,
                replaces=self._code_before(document, rulebook),
            ),
            meta,
        )
        return code

    def link_evidence(self, cycle: CycleId, place: Citation, rulebook: Rulebook, meta: EventMetadata) -> None:
        """Cite a coded document; a repeat does nothing.

        Raises NoSuchCycle, AlreadySubmitted, NoSuchCriterion, NotCoded.
        """
        cycle_state = self._open_for_linking(cycle, place.criterion)
        check_place(rulebook, place.criterion, place.level, place.indicator)
        code = self._first_code(place.document, rulebook)
        if not code:
            raise NotCoded(
                f"Tài liệu chưa có mã minh chứng theo {rulebook.circular}. Cấp mã trước, rồi gắn.", document=place.document
            )
        if place not in cycle_state.links:
            self.record(f.EvidenceLinked(school=self.code, cycle=cycle, code=code, **place._asdict()), meta)

    def unlink_evidence(self, cycle: CycleId, place: Citation, rulebook: Rulebook, meta: EventMetadata) -> None:
        """Take a citation back. Raises NoSuchCycle, AlreadySubmitted, NotLinked."""
        if self.has_processed(meta.command):
            return
        cycle_state = self._open_for_linking(cycle, place.criterion)
        if place not in cycle_state.links:
            where = name_of(place.criterion, place.level, place.indicator)
            raise NotLinked(f"Tài liệu này không gắn ở {where}. Chưa đổi gì.", document=place.document)
        code = self._first_code(place.document, rulebook)
        self.record(f.EvidenceUnlinked(school=self.code, cycle=cycle, code=code, **place._asdict()), meta)

    # --- judging

    def judge(
        self, cycle: CycleId, judged: Sequence[IndicatorVerdict], on: dt.date, rulebook: Rulebook, meta: EventMetadata
    ) -> None:
        """Judge indicators in the school's own layer; what is already so on that day is not recorded again.

        All or nothing. Raises NoSuchCycle, AlreadySubmitted, DateRefused, NoSuchCriterion, NotApplicableRefused,
        EducationLevelRefused,
        ChangedMeanwhile.
        """
        if self.has_processed(meta.command):
            return  # a repeat of a call whose answer was lost must not meet its own change
        self._judge_own(cycle, judged, on, rulebook, meta)

    def save_criterion(
        self,
        cycle: CycleId,
        judged: Sequence[IndicatorVerdict],
        described: f.CriterionDescribed | None,
        on: dt.date,
        rulebook: Rulebook,
        meta: EventMetadata,
        *,
        expected: Position | None = None,
    ) -> None:
        """Judge indicators and write what the council says of their criterion as one command: both are recorded, or neither.

        Raises what `judge` and `describe_criterion` raise; what was recorded until then is not stored.
        """
        if self.has_processed(meta.command):
            return
        self._judge_own(cycle, judged, on, rulebook, meta)
        if described is not None:
            self._describe(described, rulebook, meta, expected)

    def _judge_own(
        self, cycle: CycleId, judged: Sequence[IndicatorVerdict], on: dt.date, rulebook: Rulebook, meta: EventMetadata
    ) -> None:
        cycle_state = self._open_for_school(cycle)
        # Also where nothing changes: a repeat of the command must meet what its first run wrote, wherever that was.
        self.rest_on(*sheet_streams(self.code, cycle, {verdict.key[0] for verdict in judged}))
        _not_before(cycle_state, on)
        for verdict in judged:
            check_result(rulebook, verdict.key, verdict.result)
            check_education_level(self._known(), rulebook, verdict.part)
        self._check_unchanged(cycle, judged)
        for verdict in judged:
            self._judge(cycle_state, Layer.SCHOOL, verdict, InspectionId(""), meta)

    def take_finding(self, finding: f.FindingTaken, rulebook: Rulebook, meta: EventMetadata) -> None:
        """Take over what a visit found so far, as a draft of its layer; what is already so is not recorded again.

        Raises NoSuchSchool, NoSuchCycle, NoSuchCriterion, NotApplicableRefused, DateRefused: such a finding becomes a dead
        letter.
        """
        _not_before(self._cycle(finding.cycle), finding.found_on)
        key = (finding.criterion, finding.level, finding.indicator)
        check_result(rulebook, key, finding.result)
        if self._visits.found(finding.inspection).get(key) != finding:
            self.record(finding, meta)

    def conclude_visit(
        self, cycle: CycleId, layer: Layer, inspection: InspectionId, on: dt.date, meta: EventMetadata
    ) -> None:
        """Conclude a visit: what it found becomes the judgements of its layer; a repeat does nothing.

        Raises NoSuchSchool, NoSuchCycle, DateRefused.
        """
        cycle_state = self._cycle(cycle)
        if inspection in self._visits.concluded:
            return
        _not_before(cycle_state, on)
        drafts = self._visits.found(inspection)
        days = [draft.found_on for draft in drafts.values()] + self._days_judged(cycle, layer, inspection)
        self.record(
            f.VisitConcluded(
                school=self.code,
                cycle=cycle,
                layer=layer,
                inspection=inspection,
                first_day=min(days, default=on),
                concluded_on=on,
            ),
            meta,
        )
        for key, draft in drafts.items():
            self._judge(cycle_state, layer, IndicatorVerdict(key=key, result=draft.result), inspection, meta)

    def reopen_linking(self, reopened: f.LinkingReopened, rulebook: Rulebook, meta: EventMetadata) -> None:
        """Let the school cite and withdraw evidence of one criterion until the visit that asks for it is concluded.

        A repeat does nothing. Raises NoSuchSchool, NoSuchCycle, NoSuchCriterion.
        """
        self._cycle(reopened.cycle)
        criterion_of(rulebook, reopened.criterion)
        if not self._visits.has_reopened(reopened.request):
            self.record(reopened, meta)

    def take_registration_step(self, taken: f.RegistrationStepTaken, meta: EventMetadata) -> None:
        """Take over a step of a registration. Raises NoSuchSchool, NoSuchCycle, DateRefused."""
        _not_before(self._cycle(taken.cycle), taken.on)
        self.record(taken, meta)

    def _days_judged(self, cycle: CycleId, layer: Layer, inspection: InspectionId) -> list[dt.date]:
        """Return the days of findings that a former version took for judgements at once."""
        return [
            day
            for (of_cycle, of_layer, _, _), by_day in self._judged.items()
            if (of_cycle, of_layer) == (cycle, layer)
            for day, judged in by_day.items()
            if judged.inspection == inspection
        ]

    def describe_criterion(
        self, described: f.CriterionDescribed, rulebook: Rulebook, meta: EventMetadata, *, expected: Position | None = None
    ) -> None:
        """Write what the council says of a criterion. `expected` is the position of the description the person saw.

        Raises NoSuchCycle, AlreadySubmitted, NoSuchCriterion, ChangedMeanwhile.
        """
        if not self.has_processed(meta.command):
            self._describe(described, rulebook, meta, expected)

    def _describe(
        self, described: f.CriterionDescribed, rulebook: Rulebook, meta: EventMetadata, expected: Position | None
    ) -> None:
        self._open_for_school(described.cycle)
        criterion_of(rulebook, described.criterion)
        present, position = self._described.get((described.cycle, described.criterion), (None, 0))
        if expected is not None and expected != position:
            raise ChangedMeanwhile(
                f"Có người đã sửa nhận định {name_of(described.criterion)}. Chưa ghi đè gì. Xem hai bản.",
                criterion=described.criterion,
            )
        if present != described:
            self.record(described, meta)

    # --- awards

    def grant(self, granted: Granted, unsatisfied: Sequence[str], meta: EventMetadata) -> None:
        """Record an award; a repeat does nothing.

        Raises CycleDecided when the department refused the cycle it rests on, NumberTaken, ConditionsNotMet (see
        `domain.award_rules`).
        """
        self._rest_on_path()
        refused = self._refused.get(granted.cycle)
        if refused is not None and granted.based_on and isinstance(granted, f.RecognitionGranted):
            raise _decided(f"Sở đã không công nhận đợt {granted.cycle} ngày {format_date(refused.refused_on)}.")
        news = award_rules.grant(self.awards, granted, unsatisfied)
        if news is not None:
            self.record(news, meta)

    def refuse(self, refused: f.RecognitionRefused, meta: EventMetadata) -> None:
        """Record that the department does not recognise the school for a cycle; a repeat does nothing.

        Raises CycleDecided when it recognised the school on this cycle, or refused it otherwise.
        """
        self._rest_on_path()
        present = self._refused.get(refused.cycle)
        if present == refused:
            return
        if present is not None:
            raise _decided(f"Sở đã không công nhận đợt {refused.cycle} ngày {format_date(present.refused_on)}.")
        for award in self.awards:
            granted = award.granted
            if isinstance(granted, f.RecognitionGranted) and granted.based_on and granted.cycle == refused.cycle:
                raise _decided(f"Sở đã công nhận theo đợt {refused.cycle}, số {granted.number}.")
        self.record(refused, meta)

    def correct(
        self, kind: AwardKind, correction: f.RecognitionCorrected | f.CertificateCorrected, meta: EventMetadata
    ) -> None:
        """Record a correction; what is already so is not recorded. Raises NoSuchRecognition."""
        self._rest_on_path()
        award = award_rules.find(self.awards, kind, correction.number)
        if award.particulars().text(Corrected(correction.what)) != correction.new:
            self.record(correction, meta)

    def request_remedy(self, requested: f.RemedyRequested, meta: EventMetadata) -> None:
        """Record that the school was asked to remedy; a repeat does nothing. Raises NoSuchRecognition."""
        award = award_rules.find(self.awards, AwardKind.RECOGNITION, requested.number)
        if requested not in award.remedies:
            self.record(requested, meta)

    def revoke(
        self,
        kind: AwardKind,
        number: str,
        on: dt.date,
        rulebook: Rulebook,
        meta: EventMetadata,
        *,
        reason: str,
        document: DocumentId,
    ) -> None:
        """Record that an award was revoked; a repeat does nothing. Raises NoSuchRecognition, DateRefused, RemedyNotOver."""
        award = award_rules.revocable(self.awards, kind, number, on)
        if award is None:
            return
        if kind is AwardKind.RECOGNITION:
            award_rules.check_remedy(rulebook, award, on, document)
        revocation = award_rules.revocation_of(
            kind, school=self.code, number=award.key, revoked_on=on, reason=reason, document=document
        )
        self.record(revocation, meta)

    # --- applying

    def apply(self, fact: Fact, meta: EventMetadata, order: Position) -> None:
        match fact:
            case f.IndicatorJudged():
                self._evolve_judged(fact, meta, order)
            case f.SchoolRegistered() | f.SchoolClosed():
                self._evolve_school(fact)
            case f.FiguresStated():
                for figure in fact.figures:
                    self._figures.setdefault((fact.school_year, figure.figure), {})[vietnam_date(meta.occurred)] = figure
            case f.ConditionsStated():
                self._conditions.update({name: (fact.on, value, fact.document) for name, value in fact.conditions.items()})
            case f.CycleOpened() | f.SelfAssessmentSubmitted():
                self._evolve_cycle(fact)
            case f.GapAnswered() | f.GapAnswerWithdrawn():
                self._evolve_answer(fact)
            case f.EvidenceCoded() | f.EvidenceLinked() | f.EvidenceUnlinked():
                self._evolve_evidence(fact)
            case f.CriterionDescribed():
                self._described[fact.cycle, fact.criterion] = (fact, order)
            case _:
                self._evolve_outside(fact, order)

    def _evolve_school(self, fact: f.SchoolRegistered | f.SchoolClosed) -> None:
        if isinstance(fact, f.SchoolClosed):
            self.closed = fact
        else:
            self.registered = fact

    def _evolve_judged(self, fact: f.IndicatorJudged, meta: EventMetadata, order: Position) -> None:
        part = fact.part if isinstance(fact, f.PartJudged) else ""
        key = (fact.cycle, fact.layer, part, (fact.criterion, fact.level, fact.indicator))
        judgement = _Judgement(order, meta.occurred, fact.result, fact.note, fact.inspection)
        self._judged.setdefault(key, {})[vietnam_date(meta.occurred)] = judgement

    def _evolve_cycle(self, fact: f.CycleOpened | f.SelfAssessmentSubmitted) -> None:
        if isinstance(fact, f.SelfAssessmentSubmitted):
            self.cycles[fact.cycle].submitted_on = fact.submitted_on
            return
        self.cycles[fact.cycle] = _Cycle(
            cycle=fact.cycle,
            year=fact.year,
            rulebook=fact.rulebook,
            digest=fact.digest,
            opened_on=fact.opened_on,
            reopens=fact.reopens,
            copies=fact.copies,
        )
        if fact.reopens:
            self._take_over(fact.reopens, fact.cycle)
        elif fact.copies:
            self.cycles[fact.cycle].links = set(self.cycles[fact.copies].links)
            self._take_descriptions(fact.copies, fact.cycle)

    def _take_over(self, former: CycleId, cycle: CycleId) -> None:
        """Begin a version with the school's own layer of the former one."""
        before, after = self.cycles[former], self.cycles[cycle]
        after.links, after.answers = set(before.links), set(before.answers)
        own = {key: by_day for key, by_day in self._judged.items() if key[0] == former and key[1] is Layer.SCHOOL}
        self._judged.update({(cycle, *key[1:]): dict(by_day) for key, by_day in own.items()})
        self._take_descriptions(former, cycle)

    def _take_descriptions(self, former: CycleId, cycle: CycleId) -> None:
        descriptions = {key: dated for key, dated in self._described.items() if key[0] == former}
        for (_, criterion), (described, order) in descriptions.items():
            self._described[cycle, criterion] = (msgspec.structs.replace(described, cycle=cycle), order)

    def _evolve_answer(self, fact: f.GapAnswered | f.GapAnswerWithdrawn) -> None:
        answers = self.cycles[fact.cycle].answers
        if isinstance(fact, f.GapAnswered):
            answers.add(f.gap_of(fact))
        else:
            answers.discard(f.gap_of(fact))

    def _evolve_evidence(self, fact: f.EvidenceCoded | f.EvidenceLinked | f.EvidenceUnlinked) -> None:
        if isinstance(fact, f.EvidenceCoded):
            self._codes[fact.document, fact.pattern] = fact.code
            self._issued.add(fact.code)
            return
        links = self.cycles[fact.cycle].links
        place = Citation(fact.document, fact.criterion, fact.level, fact.indicator)
        if isinstance(fact, f.EvidenceLinked):
            links.add(place)
        else:
            links.discard(place)

    def _evolve_outside(self, fact: Fact, order: Position) -> None:
        """Apply what commune and department brought about."""
        if isinstance(fact, f.FindingTaken | f.VisitConcluded | f.LinkingReopened):
            self._visits.apply(fact)
        elif isinstance(fact, f.RecognitionRefused):
            self._refused[fact.cycle] = fact
        elif isinstance(fact, f.RegistrationStepTaken):
            pass  # how far a registration was on the day of a decision is what the replay says
        elif isinstance(fact, ABOUT_AWARDS):
            self.awards.apply(fact, order)
        else:
            # What the work of a self-assessment looks like is what the replay says; a decision about it reads that.
            assert isinstance(fact, SELF_ASSESSMENT_FACTS)

    # --- inside

    def _known(self) -> f.SchoolRegistered:
        if self.registered is None:
            raise NoSuchSchool("Chưa có trường này. Người quản trị lập trường trước.")
        return self.registered

    def _cycle(self, cycle: CycleId) -> _Cycle:
        school = self.code
        cycle_state = self.cycles.get(cycle)
        if cycle_state is None:
            raise NoSuchCycle(f"Trường {school} không có đợt tự đánh giá “{cycle}”. Mở đợt trước.", cycle=cycle)
        return cycle_state

    def _rest_on_path(self) -> None:
        """A decision of the department rests on conditions and on submissions and visits of every cycle there is."""
        school = self.code
        self.rest_on(school_stream(school), *(cycle_stream(school, cycle) for cycle in self.cycles))

    def _open_for_school(self, cycle: CycleId) -> _Cycle:
        opened = self._cycle(cycle)
        self.rest_on(cycle_stream(self.code, cycle))
        if opened.submitted_on is not None:
            raise AlreadySubmitted(
                f"Báo cáo năm học {opened.year} đã trình ngày {format_date(opened.submitted_on)}, phần của trường đã khóa. "
                "Chưa đổi gì. Muốn sửa, Hiệu trưởng mở lại đợt và ghi lý do.",
                cycle=cycle,
                submitted_on=opened.submitted_on.isoformat(),
            )
        return opened

    def _open_for_linking(self, cycle: CycleId, criterion: CriterionCode) -> _Cycle:
        """Return a cycle in which evidence of the criterion may be cited: open, or asked for by a visit that goes on.

        Whether it is asked for stands in the stream of the cycle, as the submission does. Raises NoSuchCycle,
        AlreadySubmitted.
        """
        if not self._visits.reopens(cycle, criterion):
            return self._open_for_school(cycle)
        opened = self._cycle(cycle)
        self.rest_on(cycle_stream(self.code, cycle))
        return opened

    def _first_code(self, document: DocumentId, rulebook: Rulebook) -> EvidenceCode:
        return self._codes.get((document, _pattern(rulebook)), EvidenceCode(""))

    def _code_before(self, document: DocumentId, rulebook: Rulebook) -> EvidenceCode:
        """Return the code that a document got last under the pattern of another circular."""
        codes = [
            code for (coded, pattern), code in self._codes.items() if coded == document and pattern != _pattern(rulebook)
        ]
        return codes[-1] if codes else EvidenceCode("")

    def _next_number(self, criterion: CriterionCode, rulebook: Rulebook, box: int) -> int:
        number = 1
        while rulebook.evidence_code(criterion, number, box) in self._issued:
            number += 1
        return number

    def _in_effect(self, cycle: CycleId, part: str, key: Key) -> _Judgement | None:
        by_day = self._judged.get((cycle, Layer.SCHOOL, part, key))
        return by_day[max(by_day)] if by_day else None

    def _check_unchanged(self, cycle: CycleId, judged: Sequence[IndicatorVerdict]) -> None:
        changed = []
        for verdict in judged:
            present = self._in_effect(cycle, verdict.part, verdict.key)
            if verdict.expected is not None and verdict.expected != (present.order if present else 0):
                changed.append((verdict.key, present))
        if not changed:
            return
        key, latest = changed[0]
        at = _stated_at(latest.occurred) if latest else ""
        raise ChangedMeanwhile(
            f"Có người đã sửa {name_of(*key)}{at}. Chưa ghi đè gì. Xem hai bản.",
            changed=[
                {
                    "criterion": key[0],
                    "level": key[1],
                    "indicator": key[2],
                    "result": latest.result.value if latest else Result.NOT_ASSESSED.value,
                    "note": latest.note if latest else "",
                }
                for key, latest in changed
            ],
        )

    def _judge(
        self, cycle: _Cycle, layer: Layer, verdict: IndicatorVerdict, inspection: InspectionId, meta: EventMetadata
    ) -> None:
        of_day = self._judged.get((cycle.cycle, layer, verdict.part, verdict.key), {}).get(vietnam_date(meta.occurred))
        if of_day is not None and of_day[2:] == (verdict.result, verdict.note, inspection):
            return
        criterion, level, indicator = verdict.key
        judged = f.IndicatorJudged(
            school=self.code,
            cycle=cycle.cycle,
            layer=layer,
            criterion=criterion,
            level=level,
            indicator=indicator,
            result=verdict.result,
            note=verdict.note,
            inspection=inspection,
        )
        self.record(f.PartJudged(**msgspec.structs.asdict(judged), part=verdict.part) if verdict.part else judged, meta)


def _decided(what: str) -> CycleDecided:
    return CycleDecided(f"{what} Chưa ghi gì. Muốn xét lại, trường mở lại đợt, trình bản mới và đăng ký lại.")


def _stated_at(occurred: dt.datetime) -> str:
    """Return when something holds; what was told with a day only starts at midnight and has no time worth showing."""
    time = format_time(occurred)
    day = f" ngày {format_date(vietnam_date(occurred))}"
    return day if time == "00:00" else f" lúc {time}{day}"


def _pattern(rulebook: Rulebook) -> str:
    return rulebook.document.evidence_code.pattern


def _not_before(cycle: _Cycle, day: dt.date) -> None:
    if day < cycle.opened_on:
        raise DateRefused(
            f"Ngày {format_date(day)} trước ngày mở đợt tự đánh giá ({format_date(cycle.opened_on)}). Chọn lại ngày.",
            cycle=cycle.cycle,
        )
