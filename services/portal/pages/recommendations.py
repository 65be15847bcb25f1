"""What visits ask of a school, for the school to read and answer; and across schools, for the office that asked."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.form_refill import refill
from services.portal.pages.offices import commune_office, department_office
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.rulebook_labels import RulebookLabels, law
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.assessment import CyclesAnswer, SchoolRequest
from shared.contracts.calls.inspection import (
    AnswerFinding,
    FindingsAnswer,
    FindingsRequest,
    InspectionsAnswer,
    InspectionsRequest,
    InspectionView,
)
from shared.problems import BadRequest, Problem
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, CriterionCode, DocumentId, InspectionId, SchoolCode

STATE_NAMES = {"qua_han": "Quá hạn", "mo": "Chờ trả lời", "da_tra_loi": "Đã trả lời"}
PAPERS_OFFERED = 20
"""Papers under one answer, the newest first; the others are found by words."""
SEARCH = "tim"
FINDINGS_A_PAGE = 50


@blueprint.get("/truong/<school>/kien-nghi")
def recommendations(school: SchoolCode) -> str:
    """Show the visits to a school: what each found and concluded, and what the school answered."""
    return _recommendations(school)


@blueprint.post("/truong/<school>/kien-nghi")
def answer(school: SchoolCode) -> str | Response:
    """Answer one finding with words and papers."""
    if forms.text("viec") == SEARCH:
        return refill(_recommendations(school), request.path, request.form)
    try:
        answered = AnswerFinding(
            school=school,
            inspection=InspectionId(forms.required("dot", "đợt")),
            criterion=CriterionCode(forms.required("tieu-chi", "tiêu chí")),
            level=forms.whole("muc"),
            indicator=forms.required("chi-bao", "chỉ báo"),
            text=forms.text("tra-loi"),
            documents=[DocumentId(one) for one in request.form.getlist("tai-lieu")],
        )
        done = call_service("inspection", "answer_finding", answered, InspectionView)
    except Problem as problem:
        return _recommendations(school, problem)
    return forms.go(f"/truong/{quote(school)}/kien-nghi", done.position)


def _recommendations(school: SchoolCode, problem: Problem | None = None) -> str:
    visits = call_service("inspection", "inspections", InspectionsRequest(school=school), InspectionsAnswer).inspections
    cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    laws: dict[str, RulebookLabels] = {cycle.cycle: law(cycle.rulebook) for cycle in cycles}
    answering = may("inspection.answer_finding", school=school)
    linked = {document for v in visits for f in v.findings for a in f.answers for document in a.documents}
    choices = papers(school, linked) if linked or (answering and visits) else []
    chosen = _chosen(school) if request.method == "POST" else None
    return render(
        "kien-nghi.html",
        active="cai-tien",
        at_school=school,
        tabs=cycle_tabs(school, "kien-nghi", cycles=cycles),
        visits=visits,
        laws=laws,
        states=STATE_NAMES,
        answering=answering,
        papers=choices[:PAPERS_OFFERED],
        more=max(0, len(choices) - PAPERS_OFFERED),
        names=dict(choices),
        chosen=chosen,
        problem=problem,
    )


class _Chosen(NamedTuple):
    """The answer that somebody is writing: its finding, the words looked for, and the papers offered there."""

    finding: str
    query: str
    papers: list[PaperOption]


def _chosen(school: SchoolCode) -> _Chosen:
    finding = "-".join(forms.text(name) for name in ("dot", "tieu-chi", "muc", "chi-bao"))
    query, ticked = forms.text("tim-giay"), dict.fromkeys(map(DocumentId, request.form.getlist("tai-lieu")))
    options = papers(school, ticked, query)
    ticked_options = [option for option in options if option.document in ticked]
    others = [option for option in options if option.document not in ticked]
    return _Chosen(finding, query, ticked_options + others[:PAPERS_OFFERED])


@blueprint.get("/xa/<commune>/kien-nghi")
def commune_recommendations(commune: CommuneCode) -> str:
    """List what the commune's visits ask of its schools."""
    return _across(commune_office(commune).name, f"/xa/{quote(commune)}/kien-nghi", commune, Layer.COMMUNE)


@blueprint.get("/so/kien-nghi")
def department_recommendations() -> str:
    """List what the department's visits ask of schools."""
    return _across(department_office().name, "/so/kien-nghi", CommuneCode(""), Layer.DEPARTMENT)


def _across(office: str, base: str, commune: CommuneCode, layer: Layer) -> str:
    state = query_params.text("trang-thai")
    if state not in {"", *STATE_NAMES}:
        raise BadRequest("Trạng thái này không có. Chọn trong danh sách.")
    number = query_params.number("trang", 1, low=1)
    wanted = FindingsRequest(
        commune=commune, layer=layer, state=state, after=(number - 1) * FINDINGS_A_PAGE, limit=FINDINGS_A_PAGE
    )
    findings_answer = call_service("inspection", "findings", wanted, FindingsAnswer)
    return render(
        "kien-nghi-xa.html",
        active="kien-nghi",
        office=office,
        base=base,
        found=findings_answer,
        state=state,
        states=STATE_NAMES,
        schools={school.code: school.name for school in directory().schools(commune)},
        number=number,
        pages=-(-findings_answer.total // FINDINGS_A_PAGE),
    )
