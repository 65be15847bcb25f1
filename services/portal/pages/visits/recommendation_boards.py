"""What visits recommended across schools, by due date: the commune's board and the department's, where they act in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.form_refill import refill
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.visits import recommendation_marks
from services.portal.pages.visits.recommendation_marks import UNFINISHED, StateMark
from services.portal.pages.visits.recommendations import PAPERS_OFFERED, SEARCH, STATE_NAMES
from services.portal.web.context import call_service, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.inspection import FindingsAnswer, FindingsRequest
from shared.contracts.calls.recommendations import (
    AnswerRecommendation,
    ExtendRecommendation,
    RecommendationsAnswer,
    RecommendationsRequest,
    RecommendationView,
    VerifyRecommendation,
)
from shared.problems import BadRequest, Problem
from shared.text import vietnamese_key
from shared.vocabulary import labels
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, DocumentId, Position, RecommendationId, SchoolCode
from shared.vocabulary.inspection import RecommendationState, Responsible, Verification

LINES_A_PAGE, FINDINGS_A_PAGE = 25, 50
FILTERS = ("trang-thai", "ai", "truong")


class BoardLine(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation on a board, and what this office may do with it now: `next` names the first of these."""

    view: RecommendationView
    mark: StateMark
    school: str
    answering: bool
    verifying: bool
    extending: bool

    @property
    def next(self) -> str:
        """The one act that moves it; '' where another has to act."""
        if self.answering:
            return "Trả lời"
        if self.verifying and self.view.state is RecommendationState.ANSWERED:
            return "Xác minh"
        return "Gia hạn" if self.extending and self.view.state is RecommendationState.OVERDUE else ""


class BoardFilter(NamedTuple):
    """What a person asks of the board: a state, who is responsible, one school; '' is any."""

    state: str
    responsible: str
    school: str

    @property
    def query(self) -> dict[str, str]:
        """What the address carries."""
        return {"trang_thai": self.state, "ai": self.responsible, "truong": self.school}


@blueprint.get("/xa/<commune>/kien-nghi")
def commune_recommendations(commune: CommuneCode) -> str:
    """List what schools of the commune, its own office and its economic office are asked to do, the most urgent first."""
    return _board(_commune(commune), f"/xa/{quote(commune)}/kien-nghi")


@blueprint.post("/xa/<commune>/kien-nghi")
def act_for_commune(commune: CommuneCode) -> str | Response:
    """Answer, verify or extend a recommendation for the commune."""
    return _act(_commune(commune), f"/xa/{quote(commune)}/kien-nghi")


@blueprint.get("/so/kien-nghi")
def department_recommendations() -> str:
    """List what the department's visits recommended, the most urgent first."""
    return _board(department_office(), "/so/kien-nghi")


@blueprint.post("/so/kien-nghi")
def act_for_department() -> str | Response:
    """Verify or extend a recommendation for the department."""
    return _act(department_office(), "/so/kien-nghi")


@blueprint.get("/xa/<commune>/kien-nghi/phat-hien")
def commune_findings(commune: CommuneCode) -> str:
    """List findings of the commune's visits that ask its schools for an answer."""
    return _findings(commune_office(commune), f"/xa/{quote(commune)}/kien-nghi")


@blueprint.get("/so/kien-nghi/phat-hien")
def department_findings() -> str:
    """List findings of the department's visits that ask schools for an answer."""
    return _findings(department_office(), "/so/kien-nghi")


# --- the board


def _commune(commune: CommuneCode) -> OfficeView:
    """Return the commune's office; raises NotFound and NotAllowed.

    The economic office, which reads no visits, gets the board with what is given to it.
    """
    entry = directory().commune(commune)
    if entry is None or _reads_visits(commune) or not may("inspection.recommendations", commune=commune):
        return commune_office(commune)
    board = f"/xa/{quote(commune)}/kien-nghi"
    return OfficeView(layer=Layer.COMMUNE, base=board, commune=commune, name=entry.name, active="kien-nghi")


def _reads_visits(commune: CommuneCode) -> bool:
    return may("inspection.findings", commune=commune)


def _wanted() -> BoardFilter:
    wanted = BoardFilter(*(query_params.text(name, 40) for name in FILTERS))
    if wanted.state not in {"", *RecommendationState}:
        raise BadRequest("Trạng thái này không có. Chọn trong danh sách.")
    if wanted.responsible not in {"", *Responsible}:
        raise BadRequest("Không có nơi chịu trách nhiệm như vậy. Chọn trong danh sách.")
    return wanted


def _asked(office: OfficeView, wanted: BoardFilter, number: int) -> RecommendationsAnswer:
    asked = RecommendationsRequest(
        commune=office.commune,
        school=SchoolCode(wanted.school) if wanted.school else None,
        layer=Layer.DEPARTMENT if office.layer is Layer.DEPARTMENT else None,
        state=RecommendationState(wanted.state) if wanted.state else None,
        responsible=Responsible(wanted.responsible) if wanted.responsible else None,
        after=(number - 1) * LINES_A_PAGE,
        limit=LINES_A_PAGE,
    )
    return call_service("inspection", "recommendations", asked, RecommendationsAnswer)


def _board(office: OfficeView, base: str, problem: Problem | None = None) -> str:
    wanted, number = _wanted(), query_params.number("trang", 1, low=1)
    found = _asked(office, wanted, number)
    names = {school.code: school.name for school in directory().schools(office.commune)}
    lines = _lines(office, found.recommendations, names)
    chosen = _chosen(lines)
    return render(
        "kien-nghi-xa.html",
        active="kien-nghi",
        office=office,
        base=base,
        lines=lines,
        counts=found.counts,
        everything=sum(found.counts.values()),
        matching=found.total,
        wanted=wanted,
        query=wanted.query,
        schools=sorted(names.items(), key=lambda one: vietnamese_key(one[1])),
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        chosen=chosen,
        offered=_offered(chosen) if chosen is not None and chosen.answering else [],
        names=_names(chosen),
        findings=_findings_total(office),
        reading=_reads_visits(office.commune),
        problem=problem,
        STATES=labels.RECOMMENDATION_STATE_LABELS,
        SEVERITY=labels.SEVERITY_LABELS,
        RESPONSIBLE=labels.RESPONSIBLE_LABELS,
        VERIFICATION=labels.VERIFICATION_LABELS,
    )


def _lines(office: OfficeView, found: Iterable[RecommendationView], names: dict[SchoolCode, str]) -> list[BoardLine]:
    day = today(SystemClock())
    return [_line(office, view, names.get(view.school, view.school), recommendation_marks.mark(view, day)) for view in found]


def _line(office: OfficeView, view: RecommendationView, school: str, mark: StateMark) -> BoardLine:
    own = view.layer is office.layer
    for_office = office.layer is Layer.COMMUNE and view.responsible is not Responsible.SCHOOL and not view.draft
    return BoardLine(
        view=view,
        mark=mark,
        school=school,
        answering=for_office
        and view.state in UNFINISHED
        and may("inspection.answer_recommendation", school=view.school, commune=office.commune),
        verifying=own
        and bool(view.answers)
        and view.state is not RecommendationState.DONE
        and may("inspection.verify_recommendation", school=view.school),
        extending=own
        and view.state is not RecommendationState.DONE
        and may("inspection.extend_recommendation", school=view.school),
    )


def _chosen(lines: Iterable[BoardLine]) -> BoardLine | None:
    wanted = forms.text("kien-nghi") or query_params.text("chon", 80)
    return next((line for line in lines if line.view.id == wanted), None)


def _offered(line: BoardLine) -> list[PaperOption]:
    if not may("evidence.documents", school=line.view.school):
        return []
    ticked = dict.fromkeys(DocumentId(one) for one in forms.several("tai-lieu"))
    options = papers(line.view.school, ticked, forms.text("tim-giay"))
    first = [option for option in options if option.document in ticked]
    return first + [option for option in options if option.document not in ticked][:PAPERS_OFFERED]


def _names(line: BoardLine | None) -> dict[DocumentId, str]:
    if line is None or not may("evidence.documents", school=line.view.school):
        return {}
    linked = {document for one in line.view.answers for document in one.documents}
    return dict(papers(line.view.school, linked)) if linked else {}


def _findings_total(office: OfficeView) -> int:
    if not _reads_visits(office.commune):
        return 0
    asked = FindingsRequest(commune=office.commune, layer=office.layer, limit=1)
    return call_service("inspection", "findings", asked, FindingsAnswer).total


# --- what the forms do


def _act(office: OfficeView, base: str) -> str | Response:
    if forms.text("viec") == SEARCH:
        return refill(_board(office, base), request.path, request.form)
    act = {"tra-loi": _answer, "xac-minh": _verify, "gia-han": _extend}.get(forms.text("hanh-dong"))
    try:
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        school = SchoolCode(forms.required("truong", "trường"))
        done = act(school, RecommendationId(forms.required("kien-nghi", "kiến nghị")))
    except Problem as problem:
        return _board(office, base, problem)
    return forms.go(keep(base, None, trang=query_params.number("trang") or "", **_wanted().query), done)


def _answer(school: SchoolCode, recommendation: RecommendationId) -> Position:
    answered = AnswerRecommendation(
        school=school,
        recommendation=recommendation,
        text=forms.text("tra-loi"),
        documents=[DocumentId(one) for one in forms.several("tai-lieu")],
    )
    return call_service("inspection", "answer_recommendation", answered, RecommendationView).position


def _verify(school: SchoolCode, recommendation: RecommendationId) -> Position:
    try:
        result = Verification(forms.required("ket-qua", "kết quả xác minh"))
    except ValueError as error:
        raise BadRequest("Kết quả không có trong danh sách. Chưa ghi gì.", path="ket-qua") from error
    verified = VerifyRecommendation(school=school, recommendation=recommendation, result=result, note=forms.text("ghi-chu"))
    return call_service("inspection", "verify_recommendation", verified, RecommendationView).position


def _extend(school: SchoolCode, recommendation: RecommendationId) -> Position:
    due = forms.date("han")
    if due is None:
        raise BadRequest("Thiếu hạn mới. Chưa ghi gì.", path="han")
    extended = ExtendRecommendation(
        school=school, recommendation=recommendation, due=due, reason=forms.required("ly-do", "lý do gia hạn")
    )
    return call_service("inspection", "extend_recommendation", extended, RecommendationView).position


# --- findings of visits that made no recommendations


def _findings(office: OfficeView, board: str) -> str:
    state = query_params.text("trang-thai")
    if state not in {"", *STATE_NAMES}:
        raise BadRequest("Trạng thái này không có. Chọn trong danh sách.")
    number = query_params.number("trang", 1, low=1)
    wanted = FindingsRequest(
        commune=office.commune,
        layer=office.layer,
        state=state,
        after=(number - 1) * FINDINGS_A_PAGE,
        limit=FINDINGS_A_PAGE,
    )
    found = call_service("inspection", "findings", wanted, FindingsAnswer)
    return render(
        "phat-hien-xa.html",
        active="kien-nghi",
        office=office,
        board=board,
        base=f"{board}/phat-hien",
        found=found,
        state=state,
        states=STATE_NAMES,
        schools={school.code: school.name for school in directory().schools(office.commune)},
        number=number,
        pages=-(-found.total // FINDINGS_A_PAGE),
    )
