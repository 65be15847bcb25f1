"""The improvement plan: a board by state, the same as a table, one item with its reviews, and weaknesses to begin from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.named_people import on_papers
from services.portal.pages import forms, query_params
from services.portal.pages.cycle_tabs import CycleTabs, cycle_tabs
from services.portal.pages.form_refill import refill
from services.portal.pages.formatting import improvement_money
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.rulebook_labels import RulebookLabels, law
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls.identity import PeopleOnPapersAnswer, PeopleOnPapersRequest
from shared.contracts.calls.improvement import (
    AddImprovement,
    ChangeImprovement,
    ImprovementAdded,
    ImprovementsAnswer,
    ImprovementsRequest,
    ImprovementView,
    ReviewImprovement,
)
from shared.contracts.calls.writing import WorkBoard, WorkBoardRequest
from shared.problems import BadRequest, NotFound, Problem
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, ImprovementId, PersonId, Position, SchoolCode
from shared.vocabulary.labels import IMPROVEMENT_STATUS_LABELS, REVIEW_OCCASION_LABELS
from shared.vocabulary.self_assessment import ImprovementStatus, ReviewOccasion

COLUMNS = {
    ImprovementStatus.NOT_STARTED: ("ring", "grey"),
    ImprovementStatus.UNDER_WAY: ("pen", "blue"),
    ImprovementStatus.AWAITING_EVIDENCE: ("doc", "warn"),
    ImprovementStatus.DONE: ("yes", "ok"),
}
"""The columns of the board, with their icon and colour."""
MOVES = {
    ImprovementStatus.NOT_STARTED: (ImprovementStatus.UNDER_WAY, "Bắt đầu làm"),
    ImprovementStatus.UNDER_WAY: (ImprovementStatus.AWAITING_EVIDENCE, "Xong việc, chờ minh chứng"),
}
"""What one button on a card does; done is said where the evidence is chosen."""
DUE_WHAT = {"ket_thuc": "xong", "hk1": "rà soát học kỳ I", "cuoi_nam": "rà soát cuối năm"}
SOON_DAYS = 7
PAPERS_OFFERED = 20
CARDS = 12
"""So many cards stand in one column; the table has all of them."""
OVERDUE, SOON = "qua-han", "sap-han"
"""What the table may be narrowed to."""
_STANDARD = "tieu-chuan-"


class Weakness(msgspec.Struct, frozen=True, kw_only=True):
    """A weakness that the school wrote down, of a criterion or of a standard; `begun` counts the items about it."""

    place: str
    name: str
    text: str
    begun: int


class BoardColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One column of the board."""

    status: ImprovementStatus
    name: str
    sign: str
    colour: str
    items: list[ImprovementView]

    @property
    def shown(self) -> list[ImprovementView]:
        """The items that have a card."""
        return self.items[:CARDS]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The improvement plan of a cycle as pages show it."""

    answer: ImprovementsAnswer
    names: Mapping[PersonId, str]

    def columns(self) -> list[BoardColumn]:
        """Return the columns, each in the order of what is owed next."""
        return [
            BoardColumn(
                status=status,
                name=IMPROVEMENT_STATUS_LABELS[status],
                sign=sign,
                colour=colour,
                items=[item for item in self.answer.items if item.status is status],
            )
            for status, (sign, colour) in COLUMNS.items()
        ]

    def only(self, what: str) -> list[ImprovementView]:
        """Return the items that are overdue, or due within a week; all of them for anything else."""
        if what == OVERDUE:
            return [item for item in self.answer.items if item.overdue]
        if what == SOON:
            return [item for item in self.answer.items if is_soon(self.answer, item)]
        return self.answer.items

    def dropped(self) -> list[ImprovementView]:
        """Return what was given up."""
        return [item for item in self.answer.items if item.status is ImprovementStatus.DROPPED]

    @property
    def kept(self) -> int:
        """How many items there are that were not given up."""
        return len(self.answer.items) - len(self.dropped())

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(item.status is ImprovementStatus.DONE for item in self.answer.items)

    @property
    def soon(self) -> int:
        """How many owe something within a week."""
        return sum(is_soon(self.answer, item) for item in self.answer.items)

    def next_review(self) -> ImprovementView | None:
        """Return the item whose review is next, for the day that stands under the board."""
        owed = [item for item in self.answer.items if item.next_due and item.due_what != "ket_thuc" and not item.overdue]
        return min(owed, key=lambda item: (item.next_due, item.id), default=None)


def is_soon(answer: ImprovementsAnswer, item: ImprovementView) -> bool:
    """Say whether something of an item is due within a week."""
    return item.next_due is not None and 0 <= (item.next_due - answer.on).days <= SOON_DAYS


def due_words(answer: ImprovementsAnswer, item: ImprovementView) -> str:
    """Say when what is owed of an item is due: “quá hạn 3 ngày”, “còn 7 ngày”, '' for nothing."""
    if item.overdue:
        return f"quá hạn {item.overdue_days} ngày"
    if item.next_due is None:
        return ""
    left = (item.next_due - answer.on).days
    return f"còn {left} ngày" if left else "hôm nay"


def _address(school: SchoolCode, part: str = "") -> str:
    return f"/truong/{quote(school)}/cai-tien{part}"


@blueprint.get("/truong/<school>/cai-tien")
def improvement_page(school: SchoolCode) -> str:
    """Show the plan as a board, or as a table with ``?dang=bang``."""
    return _board(school)


@blueprint.post("/truong/<school>/cai-tien")
def move_item(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Move an item to its next column by its button."""
    cycle = CycleId(forms.text("dot"))
    try:
        position = _review(school, cycle, ReviewOccasion.OTHER)
    except Problem as problem:
        return _board(school, problem, cycle), problem.status
    return forms.go(_with_cycle(_address(school), cycle), position)


@blueprint.get("/truong/<school>/cai-tien/them")
def new_item_page(school: SchoolCode) -> str:
    """Show the form of a new item, with the weakness of the criterion or standard that the address names."""
    return _form(school)


@blueprint.post("/truong/<school>/cai-tien/them")
def add_item(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Put an item into the plan."""
    cycle = CycleId(forms.text("dot"))
    try:
        added = call_service(
            "assessment", "add_improvement", AddImprovement(school=school, cycle=cycle, **_typed()), ImprovementAdded
        )
    except Problem as problem:
        return _form(school, problem=problem, cycle=cycle), problem.status
    return forms.go(_with_cycle(_address(school), cycle), added.position)


@blueprint.get("/truong/<school>/cai-tien/viec")
def item_page(school: SchoolCode) -> str:
    """Show one item: what it says, its reviews, and the forms to review and to change it."""
    return _form(school, ImprovementId(query_params.text("ma", 40)))


@blueprint.post("/truong/<school>/cai-tien/viec")
def change_item(school: SchoolCode) -> str | Response | tuple[str, int]:
    """Review an item, or write it anew."""
    cycle, item = CycleId(forms.text("dot")), ImprovementId(forms.text("ma"))
    try:
        match forms.text("viec"):
            case "tim":
                return refill(_form(school, item, cycle=cycle), request.path, request.form)
            case "sua":
                seen = Position(forms.whole("ban")) if forms.text("ban") else None
                change = ChangeImprovement(school=school, cycle=cycle, item=item, expected=seen, **_typed())
                position = call_service("assessment", "change_improvement", change, Done).position
            case _:
                position = _review(school, cycle, _occasion())
    except Problem as problem:
        return _form(school, item, problem, cycle), problem.status
    return forms.go(f"{_with_cycle(_address(school, '/viec'), cycle, ma=item)}", position)


@blueprint.get("/truong/<school>/cai-tien/han-che")
def weaknesses_page(school: SchoolCode) -> str:
    """List the weaknesses that the school wrote down, each with a way to begin an item from it."""
    tabs = cycle_tabs(school, "cai-tien")
    plan = _plan(tabs) if tabs.cycle else None
    return render(
        "cai-tien-han-che.html",
        active="cai-tien",
        tabs=tabs,
        school=school,
        weaknesses=_weaknesses(tabs, plan) if plan else [],
        writing=may("assessment.add_improvement", school=school),
    )


def _with_cycle(address: str, cycle: CycleId, **query: str) -> str:
    asked = "&".join(f"{name}={quote(value)}" for name, value in ({"dot": cycle} | query).items() if value)
    return f"{address}?{asked}"


def _occasion() -> ReviewOccasion:
    try:
        return ReviewOccasion(forms.required("dip", "lần rà soát"))
    except ValueError:
        raise BadRequest("Lần rà soát này không có. Chưa ghi gì. Chọn trong danh sách.", path="dip") from None


def _review(school: SchoolCode, cycle: CycleId, occasion: ReviewOccasion) -> Position:
    try:
        status = ImprovementStatus(forms.required("trang-thai", "tình trạng"))
    except ValueError:
        raise BadRequest("Tình trạng này không có. Chưa ghi gì. Chọn trong danh sách.", path="trang-thai") from None
    review = ReviewImprovement(
        school=school,
        cycle=cycle,
        item=ImprovementId(forms.required("ma", "việc")),
        occasion=occasion,
        status=status,
        on=forms.date("ngay"),
        result=forms.text("ket-qua"),
        adjustment=forms.text("dieu-chinh"),
        evidence=[DocumentId(one) for one in forms.several("minh-chung")],
    )
    return call_service("assessment", "review_improvement", review, Done).position


def _typed() -> dict[str, Any]:
    """Return the fields of an item as they were typed. Raises BadRequest."""
    place = forms.required("cho", "tiêu chí hoặc tiêu chuẩn")
    of_standard = place.startswith(_STANDARD)
    return {
        "criterion": CriterionCode("" if of_standard else place),
        "standard": place.removeprefix(_STANDARD) if of_standard else "",
        "problem": forms.text("han-che"),
        "aim": forms.required("muc-tieu", "mục tiêu"),
        "action": forms.required("viec-lam", "việc làm"),
        "measure": forms.text("do"),
        "starts": forms.date("tu-ngay"),
        "ends": forms.date("den-ngay"),
        "owner": forms.text("don-vi"),
        "person": PersonId(forms.text("nguoi")),
        "cost_vnd": forms.whole("kinh-phi") if forms.text("kinh-phi") else None,
        "source": forms.text("nguon"),
        "evidence_expected": forms.text("can-co"),
    }


def _plan(tabs: CycleTabs) -> Plan:
    assert tabs.cycle is not None
    asked = ImprovementsRequest(school=tabs.school, cycle=tabs.cycle.cycle)
    answer = call_service("assessment", "improvements", asked, ImprovementsAnswer)
    named = on_papers(tabs.school, (item.person for item in answer.items))
    return Plan(answer=answer, names={person: one.name for person, one in named.items()})


def _weaknesses(tabs: CycleTabs, plan: Plan) -> list[Weakness]:
    """Return what the school wrote of weaknesses, criterion by criterion, then of the standards."""
    assert tabs.cycle is not None
    asked = WorkBoardRequest(school=tabs.school, cycle=tabs.cycle.cycle)
    board = call_service("assessment", "work_board", asked, WorkBoard)
    labels = law(board.rulebook)
    begun = [item.criterion or f"{_STANDARD}{item.standard}" for item in plan.answer.items]
    written = [
        (str(one.criterion), str(one.criterion), _short(labels, one.criterion, one.title), one.weaknesses)
        for one in board.criteria
    ]
    for standard in board.standards:
        text = "\n".join(filter(None, (standard.limits, standard.causes)))
        written.append((f"{_STANDARD}{standard.standard}", f"Tiêu chuẩn {standard.standard}", standard.title, text))
    return [
        Weakness(place=place, name=f"{code} {title}", text=text, begun=begun.count(place))
        for place, code, title, text in written
        if text
    ]


def _short(labels: RulebookLabels, code: str, title: str) -> str:
    name = labels.find(code)
    return name.short if name else title


def _board(school: SchoolCode, problem: Problem | None = None, cycle: CycleId = CycleId("")) -> str:
    tabs = cycle_tabs(school, "cai-tien", cycle=cycle)
    plan = _plan(tabs) if tabs.cycle else None
    writing = plan is not None and may("assessment.add_improvement", school=school)
    empty = plan is not None and not plan.answer.items
    if plan is not None:
        tabs = msgspec.structs.replace(tabs, counts={"cai-tien": plan.answer.overdue})
    return render(
        "cai-tien.html",
        active="cai-tien",
        tabs=tabs,
        school=school,
        plan=plan,
        problem=problem,
        writing=writing,
        weaknesses=sum(not one.begun for one in _weaknesses(tabs, plan)) if plan and empty else 0,
        table=query_params.text("dang", 10) == "bang",
        only=query_params.text("chi", 10),
        labels=law(tabs.cycle.rulebook) if tabs.cycle else None,
        MOVES=MOVES,
        COLUMNS=COLUMNS,
        STATUSES=IMPROVEMENT_STATUS_LABELS,
        DUE_WHAT=DUE_WHAT,
        due_words=due_words,
        is_soon=is_soon,
        money=improvement_money,
    )


def _form(
    school: SchoolCode,
    item: str = "",
    problem: Problem | None = None,
    cycle: CycleId = CycleId(""),
) -> str:
    tabs = cycle_tabs(school, "cai-tien", cycle=cycle)
    if tabs.cycle is None:
        raise NotFound("Chưa mở đợt tự đánh giá nào. Mở đợt trước khi lập kế hoạch cải tiến.")
    plan = _plan(tabs)
    view = next((one for one in plan.answer.items if one.id == item), None)
    if item and view is None:
        raise NotFound("Kế hoạch cải tiến không có việc này. Xem danh sách ở trang Cải tiến.")
    labels = law(tabs.cycle.rulebook)
    place = query_params.text("cho", 40)
    writing = may("assessment.add_improvement", school=school)
    people = call_service("identity", "people_on_papers", PeopleOnPapersRequest(school=school), PeopleOnPapersAnswer).people
    begun_from = next((one for one in _weaknesses(tabs, plan) if one.place == place), None) if place and not view else None
    return render(
        "cai-tien-viec.html",
        active="cai-tien",
        tabs=tabs,
        school=school,
        plan=plan,
        item=view,
        problem=problem,
        writing=writing,
        labels=labels,
        place=(view.criterion or f"{_STANDARD}{view.standard}") if view else place,
        standard_place=_STANDARD,
        begun_from=begun_from.text if begun_from else "",
        people=people if writing else [],
        papers=_offered(school) if writing and view else [],
        kept=_kept_names(school, view),
        sources=[one.source for one in plan.answer.sums if one.source],
        STATUSES=IMPROVEMENT_STATUS_LABELS,
        OCCASIONS=REVIEW_OCCASION_LABELS,
        COLUMNS=COLUMNS,
        DUE_WHAT=DUE_WHAT,
        due_words=due_words,
        money=improvement_money,
        today_on=today(SystemClock()),
    )


def _offered(school: SchoolCode) -> list[PaperOption]:
    """Return the papers that may be ticked as evidence: those ticked already, then what was searched for, the newest."""
    ticked = [DocumentId(one) for one in forms.several("minh-chung")]
    options = papers(school, ticked, forms.text("tim-giay"))
    first = [option for option in options if option.document in ticked]
    return first + [option for option in options if option.document not in ticked][:PAPERS_OFFERED]


def _kept_names(school: SchoolCode, view: ImprovementView | None) -> dict[DocumentId, str]:
    """Return the names of the evidence of an item's reviews."""
    named = [document for review in view.reviews for document in review.evidence] if view else []
    return {option.document: option.name for option in papers(school, named) if option.document in named} if named else {}
