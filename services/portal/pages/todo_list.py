"""What a school still lacks and what is due, in the order of doing, each with the page where it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator
from urllib.parse import quote

import msgspec

from services.portal.pages import formatting, level_badges, submissions
from services.portal.pages.registrations.strip import RegistrationStrip
from services.portal.pages.rulebook_labels import CriterionName, RulebookLabels
from services.portal.pages.visits.recommendation_marks import UNFINISHED
from services.portal.web.context import call_service
from shared.contracts.calls.assessment import ConditionView, ExplainAnswer, LevelView, Status
from shared.contracts.calls.inspection import FindingView, InspectionView
from shared.contracts.calls.recommendations import (
    RecommendationView,
    SchoolRecommendationsAnswer,
    SchoolRecommendationsRequest,
)
from shared.vocabulary.assessment import GapKind, Layer, Result
from shared.vocabulary.ids import CriterionCode, SchoolCode
from shared.vocabulary.inspection import Responsible

SHOWN = 6
_ASKING = frozenset({"mo", "qua_han"})
"""Findings that still ask the school for an answer."""
_WAITED_FOR = frozenset({"deciding_layer", "waiting_time"})
"""Conditions that nobody fails: the department has not decided, the years have not passed."""
SOON_DAYS = 30
RECOGNITION_SOON_DAYS, RECOGNITION_DAYS = 365, 548


class Todo(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do; `sign` and `css` are how it looks, `trying` the criterion whose effect may be tried.

    Without `href` it is something to wait for.
    """

    sign: str
    css: str
    href: str
    label: str
    text: str
    trying: str = ""


class TodoGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Things that stand before the same aim; `more` counts those left out."""

    aim: str
    items: list[Todo]
    more: int

    @property
    def count(self) -> int:
        """How many things there are."""
        return len(self.items) + self.more


class DueItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a day."""

    on: dt.date
    href: str
    name: str
    text: str
    soon: bool


def criterion_href(status: Status, code: str) -> str:
    """Return where a criterion of the status's cycle is judged; before a cycle was opened, where one is."""
    if not status.cycle:
        return opening_href(status.school)
    return f"/truong/{quote(status.school)}/danh-gia/{quote(status.cycle)}/{quote(code)}"


def opening_href(school: SchoolCode) -> str:
    """Return where a school's cycle is opened."""
    return f"/truong/{quote(school)}/danh-gia#mo-dot"


def opening(status: Status, *, may_open: bool) -> list[TodoGroup]:
    """Return the first thing to do in a school that has not opened a cycle: nothing can be judged before."""
    label = "Mở đợt tự đánh giá" if may_open else "Hiệu trưởng chưa mở đợt tự đánh giá"
    text = ": bộ tiêu chí được chọn theo loại trường và ngày mở." if may_open else "."
    href = opening_href(status.school) if may_open else ""
    first = Todo(sign="pen" if may_open else "clock", css="blue" if may_open else "grey", href=href, label=label, text=text)
    return [TodoGroup(aim="bắt đầu", items=[first], more=0)]


def todo(status: Status, law: RulebookLabels, why: ExplainAnswer) -> list[TodoGroup]:
    """Return what stands before the next level, the shortest list of the law, then what blocks the one after it."""
    own = status.layers.get(Layer.SCHOOL, status.criteria)
    aim = why.next_level or 0
    codes = dict.fromkeys(entry.split()[0] for entry in why.missing)
    concluded = status.school_level.level is not None
    first = [_wanted(status, c, own.get(c.code), aim) for c in law.criteria if c.code in codes] if aim else []
    groups = [_cut(f"{'lên' if concluded else 'kết luận'} {formatting.level(aim)}", first)] if aim else []
    beyond = aim + 1 if aim else (status.school_level.ceiling + 1)
    if beyond <= law.steps:
        blocked = [c for c in law.criteria if c.mandatory and c.steps >= beyond and c.code not in codes]
        groups.append(_cut(f"lên {formatting.level(beyond)}", _before(status, blocked, own, beyond)))
    groups.append(_cut("trình báo cáo", _before_submission(status, law, why, codes)))
    return [group for group in groups if group.items]


def _before_submission(status: Status, law: RulebookLabels, why: ExplainAnswer, listed: Container[str]) -> list[Todo]:
    """Return what submission will ask for; what only lacks a judgement and is listed already is not told twice."""
    if why.lacking is None or why.lacking.submitted_on is not None:
        return []
    gaps = [g for g in why.lacking.gaps if not g.answer and not (g.kind is GapKind.NOT_ASSESSED and g.criterion in listed)]
    page = f"/truong/{quote(status.school)}/danh-gia/{quote(status.cycle)}"
    return [
        Todo(sign="ring", css="grey", href=lack.href, label=lack.code, text=f" {lack.title}: {'; '.join(lack.said)}.")
        for lack in submissions.lacks(gaps, law, page)
    ]


def to_look_at(school: SchoolCode, pages: int) -> list[TodoGroup]:
    """Return that pages of kept papers were read none too surely, if any were."""
    if not pages:
        return []
    href, label = f"/truong/{quote(school)}/xem-lai", f"{formatting.number(pages)} trang cần xem lại"
    item = Todo(sign="eye", css="warn", href=href, label=label, text=": máy đọc chưa chắc.")
    return [TodoGroup(aim="tìm thấy chữ trong giấy", items=[item], more=0)]


def is_complete(
    status: Status,
    law: RulebookLabels,
    why: ExplainAnswer,
    inspections: Iterable[InspectionView],
    recommended: Iterable[RecommendationView] = (),
) -> bool:
    """Say whether nothing is missing: the highest level, all judged and proven, no layer says otherwise, nothing asked."""
    lacking = why.lacking
    if not status.cycle or status.school_level.level is None or why.next_level is not None:
        return False
    if lacking is None or any(not gap.answer for gap in lacking.gaps):
        return False
    awaits_answer = any(finding.state in _ASKING for visit in inspections for finding in visit.findings)
    return not disagreements(status, law) and not awaits_answer and not any(True for _ in recommended)


def _failed_findings(inspections: Iterable[InspectionView]) -> Iterator[tuple[InspectionView, FindingView]]:
    for visit in inspections:
        yield from ((visit, finding) for finding in visit.findings if finding.result is Result.NOT_MET)


def condition_verdict(condition: ConditionView) -> str:
    """Return yes, no or unknown. What is only waited for, a decision or a day, has not failed: unknown."""
    if condition.satisfied is None or (not condition.satisfied and condition.id in _WAITED_FOR):
        return "unknown"
    return "yes" if condition.satisfied else "no"


def way_up(why: ExplainAnswer, criterion: CriterionCode) -> str:
    """Return in a sentence what a criterion must still reach for its next level; nothing when there is no next one."""
    if not why.next_level or not why.missing:
        return ""
    wanted: dict[str, list[str]] = {}
    for entry in why.missing:
        part, _, there = entry.rpartition(": ")
        place, _, letter = there.removeprefix(f"{criterion} ").partition(" ")
        wanted.setdefault(place + (f" ({part})" if part else ""), []).extend([letter] if letter else [])
    parts = [
        f"chỉ báo {', '.join(letters)} của {place}" if letters else f"yêu cầu của {place}"
        for place, letters in wanted.items()
    ]
    return f"Muốn lên {formatting.level(why.next_level)}, còn phải đạt {'; '.join(parts)}."


def _cut(aim: str, items: list[Todo]) -> TodoGroup:
    return TodoGroup(aim=aim, items=items[:SHOWN], more=max(0, len(items) - SHOWN))


def _wanted(status: Status, criterion: CriterionName, view: LevelView | None, aim: int) -> Todo:
    if view is not None and view.ceiling < aim:
        return _failed(status, criterion, aim)
    return _open(status, criterion, view)


def _before(status: Status, criteria: list[CriterionName], own: dict[str, LevelView], aim: int) -> list[Todo]:
    """Criteria that can no longer, then those that may still, reach `aim`."""
    found = [(c, own.get(c.code)) for c in criteria]
    failed = [_failed(status, c, aim) for c, v in found if v is not None and v.ceiling < aim]
    return failed + [_open(status, c, v) for c, v in found if v is None or v.floor < aim <= v.ceiling]


def _open(status: Status, criterion: CriterionName, view: LevelView | None) -> Todo:
    untouched = not level_badges.level_badge(view, criterion.steps).judged
    must = " (bắt buộc)" if criterion.mandatory else ""
    count = status.evidence_counts.get(criterion.code, 0)
    text = (
        f"{must}. {f'Mới có {count} minh chứng.' if count else 'Chưa có minh chứng.'}"
        if untouched
        else f"{must}: còn nội hàm chưa đánh giá."
    )
    label = f"{criterion.code} chưa đánh giá" if untouched else f"{criterion.code} chưa kết luận"
    href = criterion_href(status, criterion.code)
    return Todo(sign="ring", css="grey", href=href, label=label, text=text, trying=criterion.code)


def _failed(status: Status, criterion: CriterionName, aim: int) -> Todo:
    label = f"{criterion.code} {formatting.level(aim)} không đạt"
    must = " (bắt buộc)" if criterion.mandatory else ""
    href, text = criterion_href(status, criterion.code), f"{must}: {criterion.short}."
    return Todo(sign="bad", css="no", href=href, label=label, text=text, trying=criterion.code)


def disagreements(status: Status, law: RulebookLabels) -> list[Todo]:
    """Return the criteria on which layers cannot both be right, each with what every layer came to."""
    items = []
    for criterion in law.criteria:
        views = layer_views(status, criterion.code)
        if level_badges.disagree(views, criterion.steps):
            verdicts = [
                f"{formatting.LAYER_LABELS[layer]} {level_badges.level_badge(view, criterion.steps).spoken}"
                for layer, view in reversed(views.items())
                if level_badges.level_badge(view, criterion.steps).judged
            ]
            href = criterion_href(status, criterion.code)
            items.append(Todo(sign="warn", css="warn", href=href, label=criterion.code, text=f": {', '.join(verdicts)}."))
    return items


def layer_views(status: Status, code: str) -> dict[Layer, LevelView | None]:
    """Return what each layer came to for one criterion."""
    views: dict[Layer, LevelView | None] = {layer: status.layers.get(layer, {}).get(code) for layer in Layer}
    if not status.layers:
        views[status.layer] = status.criteria.get(code)
    return views


def due(
    status: Status,
    inspections: Iterable[InspectionView],
    today: dt.date,
    way: RegistrationStrip | None = None,
    recommended: Iterable[RecommendationView] = (),
) -> list[DueItem]:
    """Return what has a day, the nearest first: answers, visits, the registration's next day, the recognition's end."""
    items = [*_visits(status, inspections, today), *_answers(status, inspections, today)]
    items += _recommended(status, recommended, today)
    items += _requested(status, inspections, today)
    if way is not None and way.next is not None and way.next.due is not None and way.next.near:
        href = f"/truong/{quote(status.school)}/dang-ky"
        items.append(
            DueItem(
                on=way.next.due,
                href=href,
                name=way.next.what.partition(";")[0],
                text=way.next.left,
                soon=way.next.css != "grey",
            )
        )
    recognition = status.recognition
    if (
        recognition is not None
        and recognition.state != "thu_hoi"
        and (recognition.expires_on - today).days <= RECOGNITION_DAYS
    ):
        soon = (recognition.expires_on - today).days <= RECOGNITION_SOON_DAYS
        left = formatting.days_left(recognition.expires_on, today)
        href = f"/bang?so={quote(recognition.number)}"
        items.append(DueItem(on=recognition.expires_on, href=href, name="Bằng đạt chuẩn hết hạn", text=left, soon=soon))
    return sorted(items, key=lambda i: i.on)[:SHOWN]


def _visits(status: Status, inspections: Iterable[InspectionView], today: dt.date) -> list[DueItem]:
    href = f"/truong/{quote(status.school)}/lich-su"
    return [
        DueItem(
            on=v.on, href=href, name=v.title, text=formatting.days_left(v.on, today), soon=(v.on - today).days <= SOON_DAYS
        )
        for v in inspections
        if not v.concluded and v.on >= today
    ]


def asked_of(school: SchoolCode) -> list[RecommendationView]:
    """Return the recommendations of concluded visits that the school has not done yet, the most urgent first."""
    asked = SchoolRecommendationsRequest(school=school)
    found = call_service("inspection", "school_recommendations", asked, SchoolRecommendationsAnswer).recommendations
    return [one for one in found if not one.draft and one.responsible is Responsible.SCHOOL and one.state in UNFINISHED]


def _recommended(status: Status, recommended: Iterable[RecommendationView], today: dt.date) -> list[DueItem]:
    return [
        DueItem(
            on=one.due,
            href=f"/truong/{quote(status.school)}/kien-nghi?chon={quote(one.id)}",
            name=f"Trả lời kiến nghị {one.criterion}".strip(),
            text=f"{formatting.LAYER_LABELS[one.layer]} giao · {formatting.days_left(one.due, today)}",
            soon=(one.due - today).days <= SOON_DAYS,
        )
        for one in recommended
    ]


def _requested(status: Status, inspections: Iterable[InspectionView], today: dt.date) -> list[DueItem]:
    return [
        DueItem(
            on=one.due,
            href=f"/truong/{quote(status.school)}/kien-nghi?chon={quote(one.request)}",
            name=f"Gửi giấy đoàn xin: {one.criterion}",
            text=f"{formatting.LAYER_LABELS[visit.layer]} xin · {formatting.days_left(one.due, today)}",
            soon=(one.due - today).days <= SOON_DAYS,
        )
        for visit in inspections
        for one in visit.requests
        if one.state in _ASKING
    ]


def _answers(status: Status, inspections: Iterable[InspectionView], today: dt.date) -> list[DueItem]:
    return [
        DueItem(
            on=finding.answer_by,
            href=f"/truong/{quote(status.school)}/kien-nghi",
            name=f"Trả lời phát hiện {finding.criterion}",
            text=f"{formatting.LAYER_LABELS[visit.layer]} giao · {formatting.days_left(finding.answer_by, today)}",
            soon=(finding.answer_by - today).days <= SOON_DAYS,
        )
        for visit, finding in _failed_findings(inspections)
        if finding.answer_by is not None and finding.state != "da_tra_loi"
    ]
