"""The page of one task: what it wants, what was done about it, and the one act that moves it."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from services.portal.pages import forms
from services.portal.pages.form_refill import VERSION_SEEN
from services.portal.pages.paper_options import papers
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year import task_marks
from services.portal.pages.year.tasks import directives_of, lines, require_reader, speaks_for_unit, task_tabs
from services.portal.web.context import call_service, may
from shared.contracts.calls.year.directing import DirectiveView
from shared.contracts.calls.year.tasks import (
    AcceptTask,
    CancelTask,
    ExtendTask,
    ReportTask,
    ReturnTask,
    TaskRequest,
    TaskView,
)
from shared.problems import BadRequest, NotFound, Problem
from shared.vocabulary.commune_year import TaskState, TaskWanted
from shared.vocabulary.ids import CommuneCode, DocumentId, TaskId
from shared.vocabulary.year_labels import TASK_WANTED_LABELS


@blueprint.get("/xa/<commune>/viec/<task>")
def commune_task(commune: CommuneCode, task: TaskId) -> str:
    """Show one task with its history."""
    return _page(commune, task)


@blueprint.post("/xa/<commune>/viec/<task>")
def act_on_task(commune: CommuneCode, task: TaskId) -> str | Response:
    """Report, accept, give back, extend or cancel a task."""
    acts = {"bao-cao": _report, "nhan": _accept, "tra-lai": _return, "gia-han": _extend, "huy": _cancel}
    act = acts.get(forms.text("hanh-dong"))
    try:
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        done = act(task)
    except Problem as problem:
        return _page(commune, task, problem)
    return forms.go(keep(_address(commune, task), None, nam=done.year), done.position)


def _address(commune: CommuneCode, task: TaskId) -> str:
    return f"/xa/{quote(commune)}/viec/{quote(task)}"


def _page(commune: CommuneCode, task: TaskId, problem: Problem | None = None) -> str:
    require_reader(commune)
    view = call_service("inspection", "task", TaskRequest(task=task), TaskView)
    if view.commune != commune:
        raise NotFound("Xã không có việc này. Chọn trong danh sách việc.")
    deciding = may("inspection.accept_task", commune=commune) and view.state not in task_marks.OVER
    return render(
        "viec.html",
        active="ke-hoach",
        tabs=task_tabs(commune),
        base=f"/xa/{quote(commune)}/viec",
        here=_address(commune, task),
        line=lines([view])[0],
        task=view,
        directive=_directive(view),
        names=_names(view),
        deciding=deciding,
        reporting=bool(view.unit) and view.state not in task_marks.OVER and speaks_for_unit(commune, view.unit),
        accepting=deciding and (view.state is TaskState.REPORTED or view.wanted is TaskWanted.NOTHING),
        returning=deciding and view.state is TaskState.REPORTED,
        problem=problem,
        WANTED=TASK_WANTED_LABELS,
        ACTS=task_marks.ACT_LABELS,
    )


def _directive(view: TaskView) -> DirectiveView | None:
    if not view.directive or not may("inspection.directives", commune=view.commune):
        return None
    return next((one for one in directives_of(view.commune, view.year) if one.id == view.directive), None)


def _names(view: TaskView) -> dict[DocumentId, str]:
    """Return how the papers that were reported are called, for who may read the school's papers."""
    linked = {document for act in view.acts for document in act.documents}
    if not linked or not may("evidence.documents", school=view.school):
        return {}
    return dict(papers(view.school, linked))


# --- what the forms do


def _report(task: TaskId) -> TaskView:
    reported = ReportTask(task=task, text=forms.text("bao-cao"), figures=forms.text("so-lieu"))
    return call_service("inspection", "report_task", reported, TaskView)


def _accept(task: TaskId) -> TaskView:
    return call_service("inspection", "accept_task", AcceptTask(task=task, seen=forms.whole(VERSION_SEEN)), TaskView)


def _return(task: TaskId) -> TaskView:
    returned = ReturnTask(task=task, reason=forms.text("ly-do"), seen=forms.whole(VERSION_SEEN))
    return call_service("inspection", "return_task", returned, TaskView)


def _extend(task: TaskId) -> TaskView:
    due = forms.date("han")
    if due is None:
        raise BadRequest("Thiếu hạn mới. Chưa ghi gì.", path="han")
    extended = ExtendTask(task=task, due=due, reason=forms.text("ly-do"))
    return call_service("inspection", "extend_task", extended, TaskView)


def _cancel(task: TaskId) -> TaskView:
    return call_service("inspection", "cancel_task", CancelTask(task=task, reason=forms.text("ly-do")), TaskView)
