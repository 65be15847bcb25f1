"""One need with its history, and what each side may do about it now: the school, the economic office, the leader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.form_refill import VERSION_SEEN
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.site import blueprint, render
from services.portal.pages.uploads import sent_positions
from services.portal.pages.year.frame import year_tabs
from services.portal.pages.year.need_forms import criteria_of, money, on_fields, stated
from services.portal.pages.year.need_marks import ACT_NAMES, NEED_MARKS
from services.portal.pages.year.need_table import millions
from services.portal.web.context import call_service, directory, may
from services.portal.work_photos import TAKES_PHOTOS, WHY_NOT, open_work_photo_upload
from shared.clock import SystemClock, today
from shared.contracts.calls import Call
from shared.contracts.calls.evidence import OpenWorkPhotoUpload, OwnPhotoRequest, Receipt, UploadOpened
from shared.contracts.calls.year.need_views import NeedRecorded, NeedView
from shared.contracts.calls.year.needs import (
    AppraiseNeed,
    ChangeNeed,
    CheckWork,
    FundNeed,
    HandOverNeed,
    NeedRequest,
    PhotographWork,
    StartWork,
    WithdrawNeed,
)
from shared.problems import BadRequest, NotFound, Problem
from shared.vocabulary.commune_year import Appraisal, FundingSource, NeedState
from shared.vocabulary.ids import CommuneCode, DocumentId, NeedId, Position, SchoolCode
from shared.vocabulary.year_labels import APPRAISAL_LABELS, FUNDING_SOURCE_LABELS

_PHOTOS_OFFERED = 20
_WHEN = {
    "change_need": ({NeedState.RAISED, NeedState.REFUSED}, "Sửa được khi Phòng Kinh tế chưa xác nhận có cơ sở."),
    "withdraw_need": (
        {NeedState.RAISED, NeedState.REFUSED, NeedState.APPRAISED, NeedState.FUNDED},
        "Đã bắt đầu thực hiện thì theo dõi đến khi bàn giao.",
    ),
    "appraise_need": (set(NeedState) - {NeedState.HANDED_OVER, NeedState.WITHDRAWN}, "Nhu cầu đã xong hoặc đã rút."),
    "fund_need": (
        {NeedState.APPRAISED, NeedState.FUNDED, NeedState.UNDER_WAY, NeedState.HANDED_OVER},
        "Bố trí vốn sau khi Phòng Kinh tế thẩm định có cơ sở.",
    ),
    "start_work": ({NeedState.FUNDED}, "Bắt đầu thực hiện một lần, sau khi bố trí vốn."),
    "check_work": ({NeedState.FUNDED, NeedState.UNDER_WAY}, "Ghi tiến độ sau khi bố trí vốn và trước khi bàn giao."),
    "photograph_work": (set(TAKES_PHOTOS), WHY_NOT),
    "hand_over_need": ({NeedState.FUNDED, NeedState.UNDER_WAY}, "Bàn giao một lần, sau khi bố trí vốn."),
}
"""Act → in which states the service takes it, and what stands under a button that may not be pressed."""


class NeedAct(msgspec.Struct, frozen=True, kw_only=True):
    """An act that the reader's role has: whether it may be done now, else why not."""

    open: bool
    why_not: str


@blueprint.get("/xa/<commune>/nhu-cau/<need>")
def commune_need(commune: CommuneCode, need: NeedId) -> str:
    """Show a need to the commune, which appraises it, plans money and watches the work."""
    return _commune_page(commune, need)


@blueprint.post("/xa/<commune>/nhu-cau/<need>")
def act_on_commune_need(commune: CommuneCode, need: NeedId) -> str | Response:
    """Do something about a need for the commune."""
    try:
        done = _act(need)
    except Problem as problem:
        return _commune_page(commune, need, problem)
    return forms.go(f"/xa/{quote(commune)}/nhu-cau/{quote(need)}", done.position)


@blueprint.get("/truong/<school>/nhu-cau/<need>")
def school_need(school: SchoolCode, need: NeedId) -> str:
    """Show a need to its school, which changes or withdraws it, follows it and sends photos."""
    return _school_page(school, need)


@blueprint.post("/truong/<school>/nhu-cau/<need>")
def act_on_school_need(school: SchoolCode, need: NeedId) -> str | Response:
    """Do something about a need for the school."""
    try:
        done = _act(need)
    except Problem as problem:
        return _school_page(school, need, problem)
    return forms.go(f"/truong/{quote(school)}/nhu-cau/{quote(need)}", done.position)


def _commune_page(commune: CommuneCode, need: NeedId, problem: Problem | None = None) -> str:
    view = _need(need)
    if view.commune != commune:
        raise NotFound("Xã này không có nhu cầu ấy. Chọn trong danh sách nhu cầu.")
    tabs = year_tabs(commune, "nhu-cau", year=view.year)
    return _page(view, problem, tabs=tabs, active="ke-hoach", back=tabs.address("nhu-cau"), at_school="")


def _school_page(school: SchoolCode, need: NeedId, problem: Problem | None = None) -> str:
    view = _need(need)
    if view.school != school:
        raise NotFound("Trường này không có nhu cầu ấy. Chọn trong danh sách nhu cầu.")
    return _page(
        view,
        problem,
        tabs=cycle_tabs(school, "nhu-cau"),
        active="cai-tien",
        back=f"/truong/{quote(school)}/nhu-cau",
        at_school=school,
    )


def _need(need: NeedId) -> NeedView:
    return call_service("inspection", "need", NeedRequest(need=need), NeedView)


def _page(view: NeedView, problem: Problem | None, **frame: Any) -> str:
    entry = directory().school(view.school)
    acts = {name: _allowed(view, name) for name in _WHEN if _holds(view, name)}
    readable = may("evidence.documents", school=view.school)
    shown = {photo for act in view.history for photo in act.photos}
    return render(
        "nhu-cau-mot.html",
        need=view,
        school_name=entry.name if entry else view.school,
        acts=acts,
        photos=_photos(view, shown) if "photograph_work" in acts and readable else [],
        sending=_sending(view, frame["at_school"]) if "photograph_work" in acts and acts["photograph_work"].open else None,
        names=dict(papers(view.school, shown)) if shown and readable else {},
        criteria=criteria_of(view.school) if "change_need" in acts else [],
        verdict=query_params.text("ket-luan", 20),
        money_year=max(view.year, today(SystemClock()).year),
        problem=on_fields(problem),
        millions=millions,
        MARKS=NEED_MARKS,
        ACTS=ACT_NAMES,
        SOURCES=FUNDING_SOURCE_LABELS,
        VERDICTS=APPRAISAL_LABELS,
        VERSION_SEEN=VERSION_SEEN,
        **frame,
    )


def _holds(view: NeedView, name: str) -> bool:
    operation = f"inspection.{name}"
    return may(operation, commune=view.commune) or may(operation, school=view.school)


def _allowed(view: NeedView, name: str) -> NeedAct:
    states, why_not = _WHEN[name]
    fits = view.state in states
    if name == "withdraw_need" and view.state is NeedState.FUNDED and not may("inspection.fund_need", commune=view.commune):
        fits, why_not = False, "Đã bố trí vốn: Phòng Kinh tế rút."
    return NeedAct(open=fits, why_not="" if fits else why_not)


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """How the economic office sends photos of a work: the form's door, what was just sent, whether something was refused."""

    opened: UploadOpened
    back: str
    sent: list[Receipt]
    refused: bool


def _sending(view: NeedView, at_school: str) -> Sending | None:
    """Return how the reader sends photos that lie on their own device; None for a school, which sends to its own store."""
    if at_school or not may("evidence.open_work_photo_upload", school=view.school):
        return None
    shown = {photo for act in view.history for photo in act.photos}
    receipts = [found for at in sent_positions()[:_PHOTOS_OFFERED] if (found := _own_photo(at)) is not None]
    return Sending(
        opened=open_work_photo_upload(OpenWorkPhotoUpload(school=view.school, need=view.id, name="", size_bytes=0)),
        back=f"/xa/{quote(view.commune)}/nhu-cau/{quote(view.id)}",
        sent=[one for one in receipts if one.document not in shown],
        refused=bool(query_params.text("tu-choi")) or len(receipts) < len(sent_positions()),
    )


def _own_photo(at: Position) -> Receipt | None:
    try:
        return call_service("evidence", "own_photo", OwnPhotoRequest(position=at), Receipt)
    except Problem as problem:
        if problem.status != NotFound.status:
            raise
        return None


def _photos(view: NeedView, shown: set[DocumentId]) -> list[PaperOption]:
    """Return the school's newest papers that this need does not show yet."""
    return [option for option in papers(view.school) if option.document not in shown][:_PHOTOS_OFFERED]


# --- what the forms do


def _act(need: NeedId) -> NeedRecorded:
    found = _ACTS.get(forms.text("viec"))
    if found is None:
        raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
    method, request = found
    return call_service("inspection", method, request(need), NeedRecorded)


def _seen() -> int:
    return forms.whole(VERSION_SEEN)


def _change(need: NeedId) -> Call:
    return ChangeNeed(need=need, seen=_seen(), **stated())


def _withdraw(need: NeedId) -> Call:
    return WithdrawNeed(need=need, reason=forms.required("ly-do", "lý do rút"))


def _appraise(need: NeedId) -> Call:
    try:
        verdict = Appraisal(forms.required("ket-luan", "kết luận thẩm định"))
    except ValueError as error:
        raise BadRequest("Chọn một kết luận trên trang. Chưa ghi gì.", path="ket-luan") from error
    cost = None if verdict is Appraisal.REFUSED else money("kinh-phi")
    return AppraiseNeed(need=need, verdict=verdict, cost_vnd=cost, reason=forms.text("ly-do"), seen=_seen())


def _fund(need: NeedId) -> Call:
    try:
        source = FundingSource(forms.required("nguon", "nguồn vốn"))
    except ValueError as error:
        raise BadRequest("Chọn một nguồn vốn trên trang. Chưa ghi gì.", path="nguon") from error
    return FundNeed(
        need=need,
        source=source,
        money_year=forms.whole("nam-von"),
        amount_vnd=forms.whole("so-tien"),
        decision=forms.text("so-van-ban"),
        reason=forms.text("ly-do"),
        seen=_seen(),
    )


def _start(need: NeedId) -> Call:
    return StartWork(need=need, on=forms.date("ngay"))


def _check(need: NeedId) -> Call:
    forms.required("tien-do", "tiến độ")
    return CheckWork(
        need=need,
        progress_percent=forms.whole("tien-do"),
        quality=forms.text("chat-luong"),
        problem=forms.text("vuong-mac"),
        on=forms.date("ngay"),
    )


def _photograph(need: NeedId) -> Call:
    photos = [DocumentId(one) for one in forms.several("tai-lieu")]
    return PhotographWork(need=need, photos=photos, note=forms.text("ghi-chu"))


def _hand_over(need: NeedId) -> Call:
    return HandOverNeed(need=need, on=forms.date("ngay"), remaining=forms.text("con-lai"))


_ACTS: Mapping[str, tuple[str, Callable[[NeedId], Call]]] = {
    "sua": ("change_need", _change),
    "rut": ("withdraw_need", _withdraw),
    "tham-dinh": ("appraise_need", _appraise),
    "bo-tri": ("fund_need", _fund),
    "bat-dau": ("start_work", _start),
    "kiem-tra": ("check_work", _check),
    "anh": ("photograph_work", _photograph),
    "ban-giao": ("hand_over_need", _hand_over),
}
"""The form that was sent → the operation, and what makes its request."""
