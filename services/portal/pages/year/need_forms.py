"""What the forms of needs have in common: a need as the school states it, amounts, criteria to choose from."""

from __future__ import annotations

from typing import Any

from services.portal.pages import forms
from services.portal.pages.rulebook_labels import CriterionName, law
from services.portal.web.context import call_service, may
from shared.contracts.calls.assessment import CyclesAnswer, SchoolRequest
from shared.problems import Problem
from shared.vocabulary.ids import CriterionCode, SchoolCode

_FIELDS = {
    "$.item": "hang-muc",
    "$.quantity": "so-luong",
    "$.cost_vnd": "kinh-phi",
    "$.amount_vnd": "so-tien",
    "$.criterion": "tieu-chi",
    "$.year": "nam",
    "$.progress_percent": "tien-do",
    "$.reason": "ly-do",
    "$.on": "ngay",
}
"""What the service names → the field of the page."""


def money(name: str) -> int | None:
    """Return an amount in đồng, None when nothing was typed; raises BadRequest."""
    return forms.whole(name) if forms.text(name) else None


def stated() -> dict[str, Any]:
    """Return a need as the form states it; raises BadRequest."""
    return {
        "item": forms.required("hang-muc", "hạng mục"),
        "quantity": forms.whole("so-luong"),
        "unit": forms.text("don-vi"),
        "cost_vnd": money("kinh-phi"),
        "criterion": CriterionCode(forms.text("tieu-chi")),
        "year": forms.whole("nam"),
        "site": forms.text("diem-truong"),
        "reason": forms.text("vi-sao"),
    }


def criteria_of(school: SchoolCode) -> list[CriterionName]:
    """Return the criteria of the school's newest cycle to choose from; none while it has no cycle."""
    if not may("assessment.cycles", school=school):
        return []
    cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    return list(law(cycles[0].rulebook).criteria) if cycles else []


def on_fields(problem: Problem | None) -> Problem | None:
    """Return a problem that names the field of the page instead of that of the request."""
    if problem is not None and problem.data.get("path") in _FIELDS:
        problem.data["path"] = _FIELDS[str(problem.data["path"])]
    return problem
