"""What one school needs: what it raised, how far each need is, and the form to raise another."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.site import blueprint, render
from services.portal.pages.year.need_forms import criteria_of, on_fields, stated
from services.portal.pages.year.need_marks import NEED_MARKS
from services.portal.pages.year.need_table import millions
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.year.need_views import NeedsAnswer, NeedsRequest
from shared.contracts.calls.year.needs import NeedAdded, RaiseNeed
from shared.problems import BadRequest, Problem
from shared.vocabulary.commune_year import NeedState
from shared.vocabulary.ids import SchoolCode

NEEDS_A_PAGE = 50


@blueprint.get("/truong/<school>/nhu-cau")
def school_needs(school: SchoolCode) -> str:
    """Show a school's needs, what lacks money first, and the form to raise one."""
    return _page(school)


@blueprint.post("/truong/<school>/nhu-cau")
def raise_school_need(school: SchoolCode) -> str | Response:
    """Raise a need."""
    try:
        raised = RaiseNeed(school=school, **stated())
        done = call_service("inspection", "raise_need", raised, NeedAdded)
    except Problem as problem:
        return _page(school, problem)
    return forms.go(f"/truong/{quote(school)}/nhu-cau", done.position)


def _page(school: SchoolCode, problem: Problem | None = None) -> str:
    state, number = query_params.text("trang-thai", 20), query_params.number("trang", 1, low=1)
    if state not in {"", *NeedState}:
        raise BadRequest("Trạng thái này không có. Chọn trong danh sách.")
    asked = NeedsRequest(
        school=school,
        state=NeedState(state) if state else None,
        after=(number - 1) * NEEDS_A_PAGE,
        limit=NEEDS_A_PAGE,
    )
    found = call_service("inspection", "needs", asked, NeedsAnswer)
    raising = may("inspection.raise_need", school=school)
    return render(
        "nhu-cau-truong.html",
        active="cai-tien",
        at_school=school,
        tabs=cycle_tabs(school, "nhu-cau"),
        found=found,
        everything=sum(found.counts.values()),
        state=state,
        number=number,
        pages=-(-found.total // NEEDS_A_PAGE),
        raising=raising,
        criteria=criteria_of(school) if raising else [],
        year=today(SystemClock()).year,
        base=f"/truong/{quote(school)}/nhu-cau",
        problem=on_fields(problem),
        millions=millions,
        MARKS=NEED_MARKS,
    )
