"""Việc của trường: what the commune asked of a school, reported in place with the school's own papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.form_refill import refill
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.site import blueprint, place_for, render
from services.portal.pages.visits.recommendations import PAPERS_OFFERED, SEARCH
from services.portal.pages.year import task_marks
from services.portal.pages.year.school_other_work import other_work
from services.portal.pages.year.tasks import TaskLine, lines
from services.portal.web.context import call_service, may
from shared.contracts.calls.recommendations import SchoolRecommendationsAnswer, SchoolRecommendationsRequest
from shared.contracts.calls.year.tasks import ReportTask, TasksAnswer, TasksRequest, TaskView
from shared.problems import Problem
from shared.vocabulary.commune_year import TaskState
from shared.vocabulary.ids import DocumentId, Position, SchoolCode, TaskId
from shared.vocabulary.inspection import RecommendationState, Responsible
from shared.vocabulary.year_labels import TASK_WANTED_LABELS

A_PAGE = 25
GROUPS = {
    "truong": ("phải làm", "clock", "warn"),
    "cho": ("chờ xã xem", "inbox", "blue"),
    "xong": ("xong, đã hủy", "yes", "ok"),
}
"""What a school may look at: what it must do, what the commune must look at, what is over."""


class TaskPapers(NamedTuple):
    """The papers that a report may take along: the words looked for, those offered, those ticked, how many more."""

    query: str
    papers: list[PaperOption]
    ticked: frozenset[DocumentId]
    more: int


@blueprint.get("/truong/<school>/viec")
def school_tasks(school: SchoolCode) -> str:
    """Show what the commune asked of a school, the most urgent first."""
    return _page(school)


@blueprint.post("/truong/<school>/viec")
def report_school_task(school: SchoolCode) -> str | Response:
    """Report a task with words, figures and papers."""
    if forms.text("viec") == SEARCH:
        return refill(_page(school), request.path, request.form)
    try:
        done = _report()
    except Problem as problem:
        return _page(school, problem)
    return forms.go(f"/truong/{quote(school)}/viec", done)


def _report() -> Position:
    reported = ReportTask(
        task=TaskId(forms.required("viec-nao", "việc")),
        text=forms.text("bao-cao"),
        figures=forms.text("so-lieu"),
        documents=[DocumentId(one) for one in forms.several("tai-lieu")],
    )
    return call_service("inspection", "report_task", reported, TaskView).position


def _page(school: SchoolCode, problem: Problem | None = None) -> str:
    found = _tasks(school)
    chosen = _chosen(school, found)
    groups = {key: sum(_group(line) == key for line in found) for key in GROUPS}
    wanted = query_params.text("xem", 10)
    matching = [line for line in found if wanted not in GROUPS or _group(line) == wanted]
    number = query_params.number("trang", 1, low=1)
    return render(
        "viec-truong.html",
        active="cai-tien",
        at_school=school,
        tabs=cycle_tabs(school, "viec", counts={"viec": groups["truong"]}),
        lines=matching[(number - 1) * A_PAGE : number * A_PAGE],
        total=len(found),
        groups=groups,
        GROUPS=GROUPS,
        wanted=wanted,
        number=number,
        pages=-(-len(matching) // A_PAGE),
        chosen=chosen,
        reporting=_inside(school),
        at_hand=_at_hand(school) if chosen else None,
        names=_names(school, found),
        recommended=_recommended(school),
        others=other_work(school),
        problem=problem,
        WANTED=TASK_WANTED_LABELS,
        ACTS=task_marks.ACT_LABELS,
        OVER=task_marks.OVER,
    )


def _tasks(school: SchoolCode) -> list[TaskLine]:
    """Return every task of a school, the most urgent first."""
    found: list[TaskView] = []
    while True:
        asked = TasksRequest(school=school, after=len(found), limit=500)
        page = call_service("inspection", "tasks", asked, TasksAnswer)
        found += page.tasks
        if not page.tasks or len(found) >= page.total:
            return lines(found, from_school=True)


def _group(line: TaskLine) -> str:
    if line.view.state in task_marks.OVER:
        return "xong"
    return "cho" if line.view.state is TaskState.REPORTED else "truong"


def _inside(school: SchoolCode) -> bool:
    place = place_for(school)
    return place is not None and place.kind == "truong" and may("inspection.report_task", school=school)


def _chosen(school: SchoolCode, found: Iterable[TaskLine]) -> str:
    """Return the task that is reported on the page: what was asked for, else the most urgent; '' where none can be."""
    if not _inside(school):
        return ""
    reportable = [line.view.id for line in found if line.view.state not in task_marks.OVER]
    wanted = forms.text("viec-nao") or query_params.text("chon", 80)
    if wanted in reportable:
        return wanted
    return next((line.view.id for line in found if _group(line) == "truong"), "")


def _at_hand(school: SchoolCode) -> TaskPapers:
    ticked = dict.fromkeys(DocumentId(one) for one in forms.several("tai-lieu"))
    query = forms.text("tim-giay")
    options = papers(school, ticked, query)
    first = [option for option in options if option.document in ticked]
    others = [option for option in options if option.document not in ticked]
    return TaskPapers(query, first + others[:PAPERS_OFFERED], frozenset(ticked), max(0, len(others) - PAPERS_OFFERED))


def _names(school: SchoolCode, found: Iterable[TaskLine]) -> dict[DocumentId, str]:
    linked = {document for line in found for act in line.view.acts for document in act.documents}
    return dict(papers(school, linked)) if linked and may("evidence.documents", school=school) else {}


def _recommended(school: SchoolCode) -> int:
    """Return how many recommendations wait for the school: they are answered on a page of their own."""
    if not may("inspection.school_recommendations", school=school):
        return 0
    asked = SchoolRecommendationsRequest(school=school)
    found = call_service("inspection", "school_recommendations", asked, SchoolRecommendationsAnswer).recommendations
    waiting = {
        RecommendationState.OPEN,
        RecommendationState.OVERDUE,
        RecommendationState.PARTLY,
        RecommendationState.NOT_DONE,
    }
    return sum(one.responsible is Responsible.SCHOOL and one.state in waiting and not one.draft for one in found)
