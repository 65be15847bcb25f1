"""What surrounds submission: what is lacking in words, the answers people give, reopening, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from services.portal.pages import forms
from services.portal.pages.formatting import EDUCATION_LEVEL_LABELS, RESULT_LABELS
from services.portal.pages.rulebook_labels import RulebookLabels
from services.portal.web.context import call_service
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import (
    AnswerGap,
    CriterionView,
    CycleChangesAnswer,
    CycleChangesRequest,
    CycleView,
    GapView,
    ReopenCycle,
    ResultChange,
    WithdrawGapAnswer,
)
from shared.problems import BadRequest
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.ids import CriterionCode, CycleId, Position, SchoolCode

WORDS = {
    GapKind.NOT_ASSESSED: "chưa đánh giá",
    GapKind.NO_EVIDENCE: "đạt, chưa có minh chứng",
    GapKind.CONTRADICTION: "khác số liệu",
    GapKind.FINDING: "khác kết quả kiểm tra của xã",
    GapKind.DANGLING_CODE: "có mã không dẫn tới minh chứng",
    GapKind.UNREAD_COPY: "phần chép chưa xem lại",
    GapKind.COUNCIL_INVALID: "Hội đồng chưa đúng quy định",
    GapKind.NOT_PASSED: "Hội đồng chưa thông qua",
    GapKind.NOT_APPROVED: "Chủ tịch Hội đồng chưa phê duyệt",
}
ASKED = {
    GapKind.NO_EVIDENCE: "Vì sao không cần minh chứng",
    GapKind.CONTRADICTION: "Vì sao đánh giá khác số liệu",
    GapKind.FINDING: "Vì sao đánh giá khác xã",
}
"""What the school is asked where an answer is possible."""

_NAMED = 3
"""So many indicators of one kind are named; more are counted."""


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """What one criterion lacks: each kind in words, and where it is mended. `number` counts the indicators."""

    code: str
    title: str
    href: str
    said: list[str]
    kinds: list[GapKind]
    number: int


class Without(msgspec.Struct, frozen=True, kw_only=True):
    """Something a cycle was submitted without, in words, and why."""

    place: str
    words: str
    reason: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What one criterion changed since the version that was submitted."""

    code: str
    title: str
    href: str
    said: list[str]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of a criterion's page that the school may answer, with the field it is typed into."""

    gap: GapView
    place: str
    asked: str
    field: str


def lacks(gaps: Iterable[GapView], labels: RulebookLabels, page: str) -> list[Lack]:
    """Return what is lacking, criterion by criterion in the order of the law; `page` is the address of the cycle."""
    by_criterion: dict[str, list[GapView]] = {}
    for gap in gaps:
        by_criterion.setdefault(gap.criterion, []).append(gap)
    order = [criterion.code for criterion in (*labels.criteria, *labels.beyond)]
    return [_lack(code, by_criterion[code], labels, page) for code in sorted(by_criterion, key=order.index)]


def _lack(code: str, gaps: list[GapView], labels: RulebookLabels, page: str) -> Lack:
    kinds = [kind for kind in GapKind if any(gap.kind is kind for gap in gaps)]
    name = labels.find(code)
    first = gaps[0]
    return Lack(
        code=code,
        title=name.short if name else "",
        href=f"{page}/{quote(code)}#o-{first.level}_{first.indicator}",
        said=[_said(kind, [gap for gap in gaps if gap.kind is kind]) for kind in kinds],
        kinds=kinds,
        number=len(gaps),
    )


def _said(kind: GapKind, gaps: list[GapView]) -> str:
    places = list(dict.fromkeys(short_place(gap.level, gap.indicator) for gap in gaps))
    parts = [EDUCATION_LEVEL_LABELS.get(part, part) for part in dict.fromkeys(gap.part for gap in gaps) if part]
    words = WORDS[kind] + (f" (cấp {', '.join(parts)})" if parts else "")
    if len(places) > _NAMED:
        return f"{len(gaps)} {words}"
    return f"{', '.join(places)}: {words}"


def short_place(level: int, indicator: str) -> str:
    """Return how a line names an indicator, a level or the whole criterion: “Mức 2 b”."""
    if not level:
        return "cả tiêu chí"
    return f"Mức\u00a0{level}" + (f"\u00a0{indicator}" if indicator not in {"", "-"} else "")


def without(cycle: CycleView) -> list[Without]:
    """Return what a cycle was submitted without."""
    return [
        Without(
            place=f"{gap.criterion} {short_place(gap.level, gap.indicator)}" if gap.criterion else "cả báo cáo",
            words=WORDS[gap.kind],
            reason=gap.reason,
        )
        for gap in cycle.gaps
    ]


def questions(view: CriterionView) -> list[Question]:
    """Return what the school may answer on a criterion's page, and what it answered."""
    return [
        Question(
            gap=gap,
            place=short_place(gap.level, gap.indicator),
            asked=ASKED[gap.kind],
            field=f"{gap.kind}:{gap.level}:{gap.indicator}",
        )
        for indicator in view.indicators
        for gap in indicator.gaps
        if gap.kind in ASKED
    ]


def reopen(school: SchoolCode) -> Position:
    """Open a submitted cycle again with the reason typed; returns the position."""
    request = ReopenCycle(
        school=school, cycle=CycleId(forms.required("dot", "đợt")), reason=forms.required("ly-do", "lý do")
    )
    return call_service("assessment", "reopen_cycle", request, CycleView).position


def changed(school: SchoolCode, cycle: CycleView, labels: RulebookLabels) -> list[Changed]:
    """Return what a reopened cycle changed since it was submitted, criterion by criterion in the rulebook's order."""
    changes_request = CycleChangesRequest(school=school, cycle=cycle.cycle)
    answer = call_service("assessment", "cycle_changes", changes_request, CycleChangesAnswer)
    sentences: dict[str, list[str]] = {}
    for result in answer.results:
        sentences.setdefault(result.criterion, []).append(_result_said(result))
    for cited in answer.evidence:
        deed = "thêm" if cited.added else "bỏ"
        where = short_place(cited.level, cited.indicator)
        sentences.setdefault(cited.criterion, []).append(f"{where}: {deed} minh chứng {cited.code}")
    for text in answer.texts:
        sentences.setdefault(text.criterion, []).append(f"sửa hiện trạng Mức\u00a0{text.level}")
    for code in answer.descriptions:
        sentences.setdefault(code, []).append("sửa nhận xét")
    page = f"/truong/{quote(school)}/danh-gia/{quote(cycle.cycle)}"
    return [
        Changed(
            code=criterion.code,
            title=criterion.short,
            href=f"{page}/{quote(criterion.code)}",
            said=sentences[criterion.code],
        )
        for criterion in (*labels.criteria, *labels.beyond)
        if criterion.code in sentences
    ]


def _result_said(result: ResultChange) -> str:
    where = short_place(result.level, result.indicator) + (
        f" (cấp {EDUCATION_LEVEL_LABELS.get(result.part, result.part)})" if result.part else ""
    )
    if result.before is result.after:
        return f"{where}: sửa lời"
    words = f"{where}: {RESULT_LABELS[result.before]} → {RESULT_LABELS[result.after]}"
    return words + (", sửa lời" if result.words_changed else "")


def answer(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> Position:
    """Keep the one answer that a form gives, or take it back; return the position. Raises BadRequest."""
    field = forms.required("cho", "chỗ cần trả lời")
    kind, _, place = field.partition(":")
    level, _, indicator = place.partition(":")
    if kind not in set(GapKind) or not level.isdecimal():
        raise BadRequest("Chỗ cần trả lời không có trong danh sách. Chưa ghi gì.", path="cho")
    where = {"school": school, "cycle": cycle, "criterion": criterion, "level": int(level), "indicator": indicator}
    if forms.text("viec") == "rut":
        withdraw = WithdrawGapAnswer(kind=GapKind(kind), **where)  # type: ignore[arg-type]  # typed above
        done = call_service("assessment", "withdraw_gap_answer", withdraw, Done)
    else:
        reason = forms.text("ly-do")
        gap_answer = AnswerGap(kind=GapKind(kind), reason=reason, **where)  # type: ignore[arg-type]  # typed above
        done = call_service("assessment", "answer_gap", gap_answer, Done)
    return done.position
