"""What visits ask of a school, for the school to read and answer: recommendations, requests for evidence, findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.form_refill import refill
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.rulebook_labels import RulebookLabels, law
from services.portal.pages.site import blueprint, keep, place_for, render
from services.portal.pages.uploads import sent_positions
from services.portal.pages.visits import recommendation_marks
from services.portal.pages.visits.recommendation_marks import UNFINISHED, StateMark
from services.portal.web.context import account, call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import CyclesAnswer, SchoolRequest
from shared.contracts.calls.evidence import DocumentsAnswer, DocumentsRequest, OpenUpload, UploadOpened
from shared.contracts.calls.inspection import (
    AnswerFinding,
    EvidenceRequestView,
    InspectionsAnswer,
    InspectionsRequest,
    InspectionView,
)
from shared.contracts.calls.recommendations import (
    AnswerRecommendation,
    RecommendationView,
    SchoolRecommendationsAnswer,
    SchoolRecommendationsRequest,
)
from shared.contracts.calls.teams import SupplyEvidence
from shared.problems import Problem
from shared.vocabulary import labels
from shared.vocabulary.ids import (
    CriterionCode,
    DocumentId,
    EvidenceRequestId,
    InspectionId,
    Position,
    RecommendationId,
    SchoolCode,
)
from shared.vocabulary.inspection import RecommendationState, Responsible

STATE_NAMES = {"qua_han": "Quá hạn", "mo": "Chờ trả lời", "da_tra_loi": "Đã trả lời"}
"""States of a finding."""
PAPERS_OFFERED = 20
"""Papers under one answer, the newest first; the others are found by words."""
SEARCH = "tim"
A_PAGE = 25

GROUPS = {
    "truong": ("phải trả lời", "clock", "warn"),
    "cho": ("chờ đoàn xem", "info", "blue"),
    "khac": ("nơi khác làm", "user", "grey"),
    "xong": ("xong", "yes", "ok"),
}
"""What a school may look at: what it must answer, what the team must look at, what others must do, what is done."""


class AskedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation in the school's list: how it stands, in which group, and whether this reader may answer it."""

    view: RecommendationView
    mark: StateMark
    group: str
    answering: bool


class RequestLine(msgspec.Struct, frozen=True, kw_only=True):
    """A request for evidence: of which visit, how it stands, where evidence of its criterion is linked."""

    view: EvidenceRequestView
    visit: InspectionView
    mark: StateMark
    href: str
    answering: bool


class PapersAtHand(NamedTuple):
    """The papers that an answer may take along: the words looked for, and those offered; just sent ones are ticked."""

    query: str
    papers: list[PaperOption]
    ticked: frozenset[DocumentId]
    more: int


@blueprint.get("/truong/<school>/kien-nghi")
def recommendations(school: SchoolCode) -> str:
    """Show what visits to a school recommend, ask for and found, and what the school answered."""
    return _page(school)


@blueprint.post("/truong/<school>/kien-nghi")
def answer(school: SchoolCode) -> str | Response:
    """Answer a recommendation, supply evidence that was asked for, or answer a finding, with words and papers."""
    if forms.text("viec") == SEARCH:
        return refill(_page(school), request.path, request.form)
    try:
        act = _answer_recommendation if forms.text("kien-nghi") else _supply if forms.text("yeu-cau") else _answer_finding
        done = act(school)
    except Problem as problem:
        return _page(school, problem)
    return forms.go(keep(_address(school), da_gui=forms.text("kien-nghi") or forms.text("yeu-cau")), done)


def _address(school: SchoolCode) -> str:
    return f"/truong/{quote(school)}/kien-nghi"


def _documents() -> list[DocumentId]:
    return [DocumentId(one) for one in forms.several("tai-lieu")]


def _answer_recommendation(school: SchoolCode) -> Position:
    answered = AnswerRecommendation(
        school=school,
        recommendation=RecommendationId(forms.required("kien-nghi", "kiến nghị")),
        text=forms.text("tra-loi"),
        documents=_documents(),
    )
    return call_service("inspection", "answer_recommendation", answered, RecommendationView).position


def _supply(school: SchoolCode) -> Position:
    supplied = SupplyEvidence(
        school=school,
        inspection=InspectionId(forms.required("dot", "đợt")),
        request=EvidenceRequestId(forms.required("yeu-cau", "yêu cầu")),
        documents=_documents(),
        text=forms.text("tra-loi"),
    )
    return call_service("inspection", "supply_evidence", supplied, InspectionView).position


def _answer_finding(school: SchoolCode) -> Position:
    answered = AnswerFinding(
        school=school,
        inspection=InspectionId(forms.required("dot", "đợt")),
        criterion=CriterionCode(forms.required("tieu-chi", "tiêu chí")),
        level=forms.whole("muc"),
        indicator=forms.required("chi-bao", "chỉ báo"),
        text=forms.text("tra-loi"),
        documents=_documents(),
    )
    return call_service("inspection", "answer_finding", answered, InspectionView).position


def _page(school: SchoolCode, problem: Problem | None = None) -> str:
    visits = call_service("inspection", "inspections", InspectionsRequest(school=school), InspectionsAnswer).inspections
    cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    laws: dict[str, RulebookLabels] = {cycle.cycle: law(cycle.rulebook) for cycle in cycles}
    lines, requests = _lines(school), _requests(school, visits)
    chosen = _chosen(lines, requests)
    answering = may("inspection.answer_finding", school=school)
    choices = papers(school, _linked(lines, requests, visits)) if lines or requests or visits else []
    at_hand = _at_hand(school) if chosen else None
    groups = {key: sum(line.group == key for line in lines) for key in GROUPS}
    wanted = query_params.text("xem", 10)
    matching = [line for line in lines if wanted not in GROUPS or line.group == wanted]
    number = query_params.number("trang", 1, low=1)
    return render(
        "kien-nghi.html",
        active="cai-tien",
        at_school=school,
        tabs=cycle_tabs(school, "kien-nghi", cycles=cycles, counts={"kien-nghi": _waiting(lines, requests)}),
        lines=matching[(number - 1) * A_PAGE : number * A_PAGE],
        total=len(lines),
        groups=groups,
        GROUPS=GROUPS,
        wanted=wanted,
        number=number,
        pages=-(-len(matching) // A_PAGE),
        requests=requests,
        chosen=chosen,
        at_hand=at_hand,
        upload=_upload(school) if chosen and may("evidence.open_upload", school=school) else None,
        refused=bool(query_params.text("tu-choi")),
        sent_away=query_params.text("da-gui", 80),
        who=_who(),
        visits=visits,
        laws=laws,
        states=STATE_NAMES,
        answering=answering,
        papers=choices[:PAPERS_OFFERED] if answering else [],
        more=max(0, len(choices) - PAPERS_OFFERED),
        names=dict(choices),
        finding=_finding(school),
        problem=problem,
        SEVERITY=labels.SEVERITY_LABELS,
        RESPONSIBLE=labels.RESPONSIBLE_LABELS,
        VERIFICATION=labels.VERIFICATION_LABELS,
    )


def _who() -> str:
    """Return a mark of the reader under which a browser keeps drafts: another person on the same machine gets none."""
    person = account()
    return hashlib.sha256(person.account.encode()).hexdigest()[:12] if person else ""


def _lines(school: SchoolCode) -> list[AskedLine]:
    asked = SchoolRecommendationsRequest(school=school)
    found = call_service("inspection", "school_recommendations", asked, SchoolRecommendationsAnswer).recommendations
    place = place_for(school)
    inside = place is not None and place.kind == "truong" and may("inspection.answer_recommendation", school=school)
    day = today(SystemClock())
    return [
        AskedLine(
            view=view,
            mark=recommendation_marks.mark(view, day),
            group=_group(view),
            answering=inside and view.responsible is Responsible.SCHOOL and view.state is not RecommendationState.DONE,
        )
        for view in found
        if not view.draft
    ]


def _group(view: RecommendationView) -> str:
    if view.state is RecommendationState.DONE:
        return "xong"
    if view.state not in UNFINISHED:
        return "cho"
    return "truong" if view.responsible is Responsible.SCHOOL else "khac"


def _requests(school: SchoolCode, visits: Iterable[InspectionView]) -> list[RequestLine]:
    supplying, day = may("inspection.supply_evidence", school=school), today(SystemClock())
    lines = [
        RequestLine(
            view=one,
            visit=visit,
            mark=recommendation_marks.request_mark(one, day),
            href=f"/truong/{quote(school)}/danh-gia/{quote(visit.cycle)}/{quote(one.criterion)}" if visit.cycle else "",
            answering=supplying and one.state != RecommendationState.ANSWERED,
        )
        for visit in visits
        for one in visit.requests
    ]
    return sorted(lines, key=lambda line: (line.view.state == RecommendationState.ANSWERED, line.view.due))


def _waiting(lines: Iterable[AskedLine], requests: Iterable[RequestLine]) -> int:
    """Return how much waits for the school."""
    open_requests = sum(line.view.state != RecommendationState.ANSWERED for line in requests)
    return sum(line.group == "truong" for line in lines) + open_requests


def _chosen(lines: Iterable[AskedLine], requests: Iterable[RequestLine]) -> str:
    """Return what is answered on the page: what was asked for, else the most urgent; '' where nothing can be."""
    answerable = [line.view.id for line in lines if line.answering]
    supplied = [line.view.request for line in requests if line.answering]
    wanted = forms.text("kien-nghi") or forms.text("yeu-cau") or query_params.text("chon", 80)
    if wanted in {*answerable, *supplied}:
        return wanted
    urgent = [line.view.id for line in lines if line.answering and line.group == "truong"]
    return next(iter([*urgent, *supplied]), "")


def _linked(
    lines: Iterable[AskedLine], requests: Iterable[RequestLine], visits: Iterable[InspectionView]
) -> set[DocumentId]:
    found = {document for line in lines for one in line.view.answers for document in one.documents}
    found |= {document for line in requests for document in line.view.documents}
    return found | {d for visit in visits for f in visit.findings for a in f.answers for d in a.documents}


def _at_hand(school: SchoolCode) -> PapersAtHand:
    """Return the papers that the answer which is open may take along: ticked and just sent ones first."""
    query, sent = forms.text("tim-giay"), _just_sent(school)
    ticked = dict.fromkeys([*_documents(), *sent])
    options = papers(school, ticked, query)
    first = [option for option in options if option.document in ticked]
    others = [option for option in options if option.document not in ticked]
    return PapersAtHand(query, first + others[:PAPERS_OFFERED], frozenset(ticked), max(0, len(others) - PAPERS_OFFERED))


def _just_sent(school: SchoolCode) -> list[DocumentId]:
    """Return the documents that the file gateway just took in for this answer."""
    positions = sent_positions()
    if not positions:
        return []
    asked = DocumentsRequest(school=school, limit=len(positions), positions=positions)
    return [one.document for one in call_service("evidence", "documents", asked, DocumentsAnswer).documents]


def _upload(school: SchoolCode) -> UploadOpened | None:
    """Return a place for a photo of paper; None while none can be had: answering in words does not wait for it."""
    try:
        return call_service("evidence", "open_upload", OpenUpload(school=school, name="", size_bytes=0), UploadOpened)
    except Problem:
        return None


class FindingAnswer(NamedTuple):
    """The answer to a finding that somebody is writing: its finding, the words looked for, and the papers offered there."""

    finding: str
    query: str
    papers: list[PaperOption]


def _finding(school: SchoolCode) -> FindingAnswer | None:
    if request.method != "POST" or not forms.text("tieu-chi"):
        return None
    finding = "-".join(forms.text(name) for name in ("dot", "tieu-chi", "muc", "chi-bao"))
    at_hand = _at_hand(school)
    return FindingAnswer(finding, at_hand.query, at_hand.papers)
