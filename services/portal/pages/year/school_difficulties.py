"""Difficulties on the page of their school: raised, followed, and closed there."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.form_refill import VERSION_SEEN
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.difficulties import LABELS, LINES_A_PAGE, MARKS, last_position
from services.portal.web.context import call_service, may
from shared.contracts.calls.year.difficulties import (
    CloseDifficulty,
    DifficultiesAnswer,
    DifficultiesRequest,
    DifficultyAdded,
    DifficultyView,
    RaiseDifficulty,
)
from shared.problems import BadRequest, Problem
from shared.vocabulary.commune_year import ClosingWord, DifficultyState
from shared.vocabulary.ids import CriterionCode, DifficultyId, DocumentId, Position, SchoolCode

PAPERS_OFFERED = 20
_REPLIED = frozenset({DifficultyState.ANSWERED, DifficultyState.DECIDED})


@blueprint.get("/truong/<school>/kho-khan")
def school_difficulties(school: SchoolCode) -> str:
    """List the difficulties of a school, raise one, close what was answered."""
    return _school_page(school)


@blueprint.post("/truong/<school>/kho-khan")
def act_for_school(school: SchoolCode) -> str | Response:
    """Raise a difficulty, or say whether one is solved."""
    try:
        if forms.text("viec") == "dong":
            if forms.text("loi") == ClosingWord.SOLVED and not is_confirmed():
                return _ask_to_close(school)
            done = _close()
        else:
            done = _raise(school)
    except Problem as problem:
        return _school_page(school, problem)
    return forms.go(keep(_school_address(school), None), done)


def _school_address(school: SchoolCode) -> str:
    return f"/truong/{quote(school)}/kho-khan"


def _school_page(school: SchoolCode, problem: Problem | None = None) -> str:
    number = query_params.number("trang", 1, low=1)
    asked = DifficultiesRequest(school=school, after=(number - 1) * LINES_A_PAGE, limit=LINES_A_PAGE)
    found = call_service("inspection", "difficulties", asked, DifficultiesAnswer)
    waiting = sum(found.counts[state.value] for state in _REPLIED)
    raising = may("inspection.raise_difficulty", school=school)
    choices = _offered(school, found.difficulties)
    return render(
        "kho-khan.html",
        active="cai-tien",
        at_school=school,
        tabs=cycle_tabs(school, "kho-khan", counts={"kho-khan": waiting}),
        base=_school_address(school),
        found=found,
        waiting=waiting,
        everything=sum(found.counts.values()),
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        marks=MARKS,
        replied=_REPLIED,
        raising=raising,
        closing=may("inspection.close_difficulty", school=school),
        papers=choices[:PAPERS_OFFERED] if raising else [],
        paper_names=dict(choices),
        problem=problem,
        **LABELS,
    )


def _offered(school: SchoolCode, shown: Sequence[DifficultyView]) -> list[PaperOption]:
    """Return papers of the school: those linked on the page, and those that a new difficulty may take along."""
    linked = {document for one in shown for document in one.documents}
    return papers(school, linked) if may("evidence.documents", school=school) else []


def _raise(school: SchoolCode) -> Position:
    raised = RaiseDifficulty(
        school=school,
        text=forms.text("kho-khan-gi"),
        asks=forms.text("de-nghi"),
        criterion=CriterionCode(forms.text("tieu-chi")),
        documents=[DocumentId(one) for one in forms.several("tai-lieu")],
    )
    return call_service("inspection", "raise_difficulty", raised, DifficultyAdded).position


def _close() -> Position:
    word = forms.text("loi")
    if word not in set(ClosingWord):
        raise BadRequest("Chọn thỏa đáng hay chưa. Chưa ghi gì.", path="loi")
    closed = CloseDifficulty(
        difficulty=DifficultyId(forms.required("kho-khan", "khó khăn")),
        word=ClosingWord(word),
        note=forms.text("them"),
        seen=forms.whole(VERSION_SEEN),
    )
    return last_position(call_service("inspection", "close_difficulty", closed, DifficultyView))


def _ask_to_close(school: SchoolCode) -> str:
    return ask_to_confirm(
        "Đóng khó khăn này?",
        says=["Xã và nơi quyết định thấy trường đã thấy thỏa đáng.", "Không ai trả lời hay quyết định thêm về nó nữa."],
        undo="Không mở lại được; việc mới thì nêu khó khăn mới.",
        yes="Đóng, đã thỏa đáng",
        back=_school_address(school),
        active="cai-tien",
        school=school,
    )
