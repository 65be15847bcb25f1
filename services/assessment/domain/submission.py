"""The gate before submission: what a self-assessment still lacks, what was answered, and what the head submits without.

CV 5932/BGDĐT-QLCL mục 3 d and TT57/2026 PL IV want every statement to stand on evidence. So every indicator is judged, and
one judged met cites evidence, at itself, its level or the whole criterion, or the school said why none is needed. Where
figures or the commune say otherwise than the school, the school has said why. The head may submit without some of it, but
names the reason; it then stands in the log and wherever the submission shows.

Once a council is set up in the cycle, it is to be lawful, to have passed every criterion as it stands, and its chair to have
approved the report (TT17–19/2018 Đ24–25; TT57/2026 Đ9). A code in a text that no document has, and a text taken from a
former cycle that nobody read again, are lacking in any cycle.

What counts is what the log holds when the command comes, whatever day the submission is told for: that is what is closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from services.assessment.domain import council, deciding
from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.figures import rows
from services.assessment.domain.rulebook_lookup import check_place, name_of
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.work import DESCRIPTION, CriterionWork
from services.assessment.domain.writing import codes_at, dangling_codes, issued_codes
from services.assessment.errors import (
    CodesDangling,
    ContradictionUnanswered,
    CopiedUnread,
    CouncilRefused,
    CriteriaNotPassed,
    DateRefused,
    EvidenceMissing,
    NotAllAssessed,
    NotApproved,
    NothingToAnswer,
)
from shared.clock import vietnam_date
from shared.eventlog.log import RecordedEvent
from shared.problems import BadRequest, Problem
from shared.rulebook import IndicatorKey, Rulebook
from shared.rulebook.conventions import last_day_of
from shared.text import format_date
from shared.typed_texts import typed_reason
from shared.vocabulary.assessment import GapKind, Layer, Result
from shared.vocabulary.ids import BEGINNING, CriterionCode, Position
from shared.vocabulary.labels import CODE_STANDING_LABELS, CRITERION_STEP_LABELS, EDUCATION_LEVEL_LABELS
from shared.vocabulary.self_assessment import CriterionStep, RuleState

OF_REPORT = frozenset({GapKind.COUNCIL_INVALID, GapKind.NOT_APPROVED})
"""What the report as a whole lacks, not one of its criteria."""

_WHOLE = IndicatorKey(CriterionCode(""), 0, "")

MOST_GAPS = 500
"""More than any rulebook has indicators."""

_SHOWN = 12
"""Criteria that a sentence names; the data of the refusal names all."""

_REFUSALS: tuple[tuple[type[Problem], frozenset[GapKind], str, str], ...] = (
    (NotAllAssessed, frozenset({GapKind.NOT_ASSESSED}), "chỉ báo chưa đánh giá", "Đánh giá tiếp"),
    (
        EvidenceMissing,
        frozenset({GapKind.NO_EVIDENCE}),
        "chỉ báo đạt mà chưa có minh chứng",
        "Gắn minh chứng, hoặc ghi vì sao không cần",
    ),
    (
        ContradictionUnanswered,
        frozenset({GapKind.CONTRADICTION, GapKind.FINDING}),
        "chỗ đánh giá khác số liệu hoặc khác kết quả kiểm tra của xã",
        "Đánh giá lại, sửa số liệu, hoặc ghi vì sao khác",
    ),
    (
        CopiedUnread,
        frozenset({GapKind.UNREAD_COPY}),
        "phần chép từ đợt trước chưa xem lại",
        "Sửa, hoặc bấm “Giữ nguyên” sau khi đọc",
    ),
    (
        CodesDangling,
        frozenset({GapKind.DANGLING_CODE}),
        "mã trong bài viết không dẫn tới minh chứng",
        "Sửa mã, cấp mã, hoặc gắn minh chứng ở tiêu chí ấy",
    ),
    (CouncilRefused, frozenset({GapKind.COUNCIL_INVALID}), "điều Hội đồng chưa đúng quy định", "Lập lại Hội đồng"),
    (
        CriteriaNotPassed,
        frozenset({GapKind.NOT_PASSED}),
        "tiêu chí Hội đồng chưa thông qua",
        "Soát và biểu quyết các tiêu chí này",
    ),
    (
        NotApproved,
        frozenset({GapKind.NOT_APPROVED}),
        "phê duyệt",
        "Chủ tịch phê duyệt",
    ),
)
"""Refusals in the order in which submission asks for them, with the words of each and what to do."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is lacking. An answer counts when it came after `since`, the position of what it answers."""

    kind: GapKind
    key: IndicatorKey
    part: str = ""
    text: str = ""
    since: Position = BEGINNING
    answer: RecordedEvent | None = None

    @property
    def reason(self) -> str:
        """The reason the school typed, '' while there is none."""
        fact = self.answer.entry.fact if self.answer else None
        return fact.reason if isinstance(fact, f.GapAnswered) else ""


def gaps_of(assessed: SchoolAssessment) -> list[Gap]:
    """Return what indicators of a cycle lack, answered or not, in the order in which submission asks for it."""
    return [_with_answer(assessed, gap) for gap in (*_unassessed(assessed), *_unproven(assessed), *_contradicted(assessed))]


def all_gaps(assessed: SchoolAssessment) -> list[Gap]:
    """Return everything that stands between a cycle and its submission, in the order in which submission asks for it.

    Beside `gaps_of` that is what the council owes, and what its texts lack: nothing of it has an answer but the work itself.
    """
    return [*gaps_of(assessed), *_unread(assessed), *_dangling(assessed), *_undecided(assessed)]


def with_the_rest(assessed: SchoolAssessment, named_gaps: Sequence[f.NamedGap], reason: str) -> tuple[f.NamedGap, ...]:
    """Return the gaps that the head named and, for one reason, everything else that is lacking now, each thing once."""
    rest = [gap for gap in open_gaps(all_gaps(assessed)) if not any(_covers(named, gap) for named in named_gaps)]
    places = dict.fromkeys((gap.kind, *gap.key) for gap in rest)
    return (
        *named_gaps,
        *(
            f.NamedGap(kind=kind, criterion=criterion, level=level, indicator=indicator, reason=reason)
            for kind, criterion, level, indicator in places
        ),
    )


def open_gaps(gaps: Iterable[Gap]) -> list[Gap]:
    """Return those that nobody answered."""
    return [gap for gap in gaps if gap.answer is None]


def checked(given: Sequence[f.NamedGap], rulebook: Rulebook) -> tuple[f.NamedGap, ...]:
    """Return the gaps that the head names, as they are stored: each once, and without a place what the whole report lacks.

    Raises BadRequest for too many or an empty reason, NoSuchCriterion for a place that the rulebook does not have.
    """
    if len(given) > MOST_GAPS:
        raise BadRequest(f"Mỗi lần trình nêu nhiều nhất {MOST_GAPS} lý do.", path="$.gaps")
    gaps = []
    for number, gap in enumerate(given):
        reason = typed_reason(gap.reason, path=f"$.gaps[{number}].reason")
        if gap.kind in OF_REPORT:
            gaps.append(f.NamedGap(kind=gap.kind, criterion=_WHOLE.criterion, reason=reason))
            continue
        check_place(rulebook, gap.criterion, gap.level, gap.indicator)
        gaps.append(msgspec.structs.replace(gap, reason=reason))
    return tuple(dict.fromkeys(gaps))


def require_complete(assessed: SchoolAssessment, named_gaps: Sequence[f.NamedGap]) -> tuple[f.NamedGap, ...]:
    """Return those of the named gaps that are there: what the self-assessment is submitted without.

    Raises NotAllAssessed, EvidenceMissing, ContradictionUnanswered, CopiedUnread, CodesDangling, CouncilRefused,
    CriteriaNotPassed or NotApproved with the list of what neither answer nor name covers.
    """
    lacking = open_gaps(all_gaps(assessed))
    uncovered = [gap for gap in lacking if not any(_covers(named_gap, gap) for named_gap in named_gaps)]
    for refusal, kinds, words, advice in _REFUSALS:
        if gaps := [gap for gap in uncovered if gap.kind in kinds]:
            raise refusal(_sentence(gaps, words, advice), gaps=[_data(gap) for gap in gaps])
    return tuple(named_gap for named_gap in named_gaps if any(_covers(named_gap, gap) for gap in lacking))


def require_judged_by(assessed: SchoolAssessment, on: dt.date) -> None:
    """Check that no judgement of the school is of a later day than the submission: none was handed in before it was made.

    Raises DateRefused.
    """
    if assessed.cycle is None:
        return
    judged = (assessed.cycle.judged[Layer.SCHOOL], *assessed.cycle.parts.values())
    last = max((vietnam_date(judgement.entry.meta.occurred) for layer in judged for judgement in layer.values()), default=on)
    if last > on:
        raise DateRefused(
            f"Có chỉ báo đánh giá ngày {format_date(last)}, sau ngày trình {format_date(on)}. Chưa trình gì. "
            f"Chọn ngày trình từ {format_date(last)}."
        )


def last_day_of_submission(rulebook: Rulebook, school_year: str) -> dt.date | None:
    """Return the day by which the circular wants a report approved (TT57/2026 Đ9 k3 d), None where it names none."""
    return last_day_of(rulebook.regime, "phe_duyet_bao_cao", school_year)


def days_late(rulebook: Rulebook, school_year: str, day: dt.date) -> int:
    """Return by how many days a submission on this day is late, 0 where it is not: late is allowed, and marked."""
    last = last_day_of_submission(rulebook, school_year)
    return max((day - last).days, 0) if last else 0


def answered(assessed: SchoolAssessment, fact: f.GapAnswered) -> f.GapAnswered | None:
    """Return the answer to record, None when the same already stands.

    Raises BadRequest for what only a judgement answers, NothingToAnswer where nothing of the kind is lacking.
    """
    where = name_of(fact.criterion, fact.level, fact.indicator)
    if fact.kind is GapKind.NOT_ASSESSED:
        raise BadRequest(f"Ở {where} chưa đánh giá thì chưa có gì để giải thích. Đánh giá trước.", path="$.kind")
    key = (fact.criterion, fact.level, fact.indicator)
    present = next((gap for gap in gaps_of(assessed) if gap.kind is fact.kind and gap.key == key), None)
    if present is None:
        raise NothingToAnswer(f"Ở {where} không thiếu điều này. Chưa ghi gì. Xem lại trang tiêu chí.")
    return None if present.reason == fact.reason else fact


# --- what is lacking


def _unassessed(assessed: SchoolAssessment) -> Iterator[Gap]:
    each = assessed.parts or {"": assessed.results[Layer.SCHOOL]}
    for key in assessed.rulebook.keys:
        for part, results in each.items():
            if results.get(key, Result.NOT_ASSESSED) is Result.NOT_ASSESSED:
                yield Gap(kind=GapKind.NOT_ASSESSED, key=key, part=part)


def _met(assessed: SchoolAssessment) -> list[IndicatorKey]:
    """Return what the school judges met, for itself or for one of its levels of education."""
    each = [assessed.results[Layer.SCHOOL], *assessed.parts.values()]
    return [key for key in assessed.rulebook.keys if any(results.get(key) is Result.MET for results in each)]


def _unproven(assessed: SchoolAssessment) -> Iterator[Gap]:
    cited = {place[1:] for place in assessed.cycle.citations} if assessed.cycle else set()
    for key in _met(assessed):
        if cited.isdisjoint({(key.criterion, 0, ""), (key.criterion, key.level, ""), tuple(key)}):
            yield Gap(kind=GapKind.NO_EVIDENCE, key=key)


def _contradicted(assessed: SchoolAssessment) -> Iterator[Gap]:
    by_indicator: dict[IndicatorKey, Gap] = {}
    for row in rows(assessed):
        if row.check.key is None or not row.contradiction:
            continue
        before = by_indicator.get(row.check.key)
        text = f"{before.text} {row.contradiction}" if before else row.contradiction
        since = max(row.since, before.since if before else BEGINNING)
        by_indicator[row.check.key] = Gap(kind=GapKind.CONTRADICTION, key=row.check.key, text=text, since=since)
    yield from by_indicator.values()
    commune_judged = assessed.cycle.judged[Layer.COMMUNE] if assessed.cycle else {}
    for key in _met(assessed):
        if assessed.results[Layer.COMMUNE].get(key) is Result.NOT_MET:
            yield Gap(
                kind=GapKind.FINDING,
                key=key,
                text="Trường đánh giá đạt, xã ghi không đạt.",
                since=commune_judged[key].position,
            )


def _unread(assessed: SchoolAssessment) -> Iterator[Gap]:
    if assessed.cycle is None:
        return
    for code in assessed.rulebook.criteria:
        for level in sorted(assessed.cycle.work.seen(code).unread):
            what = "mô tả hiện trạng" if level != DESCRIPTION else "điểm mạnh, điểm yếu"
            text = f"Phần {what} chép từ đợt trước, chưa xem lại."
            yield Gap(kind=GapKind.UNREAD_COPY, key=IndicatorKey(code, level, ""), text=text)


def _dangling(assessed: SchoolAssessment) -> Iterator[Gap]:
    if assessed.cycle is None:
        return
    issued = issued_codes(assessed)
    for code in assessed.rulebook.criteria:
        found = dangling_codes(codes_at(assessed, code, issued), assessed.cycle.work.seen(code))
        for level, sentence, cited, standing in found:
            text = f"Câu {sentence}, mã {cited}: {CODE_STANDING_LABELS[standing].lower()}."
            yield Gap(kind=GapKind.DANGLING_CODE, key=IndicatorKey(code, level, ""), text=text)


def _undecided(assessed: SchoolAssessment) -> Iterator[Gap]:
    """Yield what a council owes, nothing where none was set up: a school may hand in as it did before."""
    if assessed.cycle is None:
        return
    work = assessed.cycle.work
    members = council.council_of(work)
    if members is None:
        return
    for rule in council.composition(assessed.rulebook, members.members):
        if rule.state is RuleState.NOT_MET:
            text = f"{rule.text}: {rule.found} ({rule.source})."
            yield Gap(kind=GapKind.COUNCIL_INVALID, key=_WHOLE, text=text)
    for code in deciding.not_passed(assessed):
        yield Gap(kind=GapKind.NOT_PASSED, key=IndicatorKey(code, 0, ""), text=_where_it_stands(work.seen(code)))
    if not deciding.approval_stands(assessed):
        approved = deciding.approval_of(work)
        before = f" Bản ghi số {approved.of} đã phê duyệt, sau đó có thay đổi." if approved else ""
        yield Gap(kind=GapKind.NOT_APPROVED, key=_WHOLE, text=f"Chủ tịch Hội đồng chưa phê duyệt báo cáo.{before}")


def _where_it_stands(work: CriterionWork) -> str:
    step = CRITERION_STEP_LABELS[work.step].lower()
    if work.fell_from is CriterionStep.PASSED:
        return f"Hội đồng đã thông qua, sau đó có sửa: phải biểu quyết lại. Nay: {step}."
    voted = work.vote.entry.fact if work.vote else None
    if isinstance(voted, sf.CriterionVoted) and work.step is CriterionStep.REVIEWED and not voted.passed:
        return f"Đã biểu quyết, không thông qua ({voted.votes_for} thuận, {voted.votes_against} không). Nay: {step}."
    return f"Hội đồng chưa thông qua. Nay: {step}."


def _with_answer(assessed: SchoolAssessment, gap: Gap) -> Gap:
    answer = assessed.cycle.answers.get((gap.kind, gap.key)) if assessed.cycle else None
    # A figure or finding that came later is another contradiction: nobody has answered that one yet.
    return msgspec.structs.replace(gap, answer=answer) if answer and answer.position > gap.since else gap


# --- words and data


def _covers(named: f.NamedGap, gap: Gap) -> bool:
    return (
        named.kind is gap.kind
        and named.criterion == gap.key.criterion
        and named.level in {0, gap.key.level}
        and named.indicator in {"", gap.key.indicator}
    )


def _data(gap: Gap) -> dict[str, str | int]:
    data = {"kind": gap.kind.value, "criterion": gap.key.criterion, "level": gap.key.level, "indicator": gap.key.indicator}
    return data | ({"part": gap.part} if gap.part else {})


def _sentence(gaps: list[Gap], words: str, advice: str) -> str:
    if gaps[0].kind in OF_REPORT:
        said = " ".join(gap.text for gap in gaps)
        return f"{said} Chưa trình gì. {advice}; hoặc Hiệu trưởng nêu lý do trình thiếu."
    codes = list(dict.fromkeys(gap.key.criterion for gap in gaps))
    shown = ", ".join(codes[:_SHOWN]) + (f" và {len(codes) - _SHOWN} tiêu chí nữa" if len(codes) > _SHOWN else "")
    parts = sorted({EDUCATION_LEVEL_LABELS[gap.part] for gap in gaps if gap.part})
    of_parts = f" (cấp {', '.join(parts)})" if parts else ""
    return (
        f"Còn {len(gaps)} {words}{of_parts}, ở tiêu chí {shown}. Chưa trình gì. "
        f"{advice}; hoặc Hiệu trưởng nêu lý do trình thiếu cho từng tiêu chí."
    )
