"""What the forms on the page of reports do: accept, return, close, compute, write and send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from services.portal.pages import forms
from services.portal.pages.form_refill import VERSION_SEEN
from services.portal.web.context import call_service
from shared.contracts.calls import Done
from shared.contracts.calls.year.reports import (
    AcceptReport,
    CloseReport,
    ReportText,
    ReturnReport,
)
from shared.contracts.calls.year.syntheses import (
    DraftSynthesis,
    SendSynthesis,
    SynthesisRequest,
    SynthesisView,
    WriteSynthesis,
)
from shared.problems import BadRequest
from shared.vocabulary.commune_year import ReportKind, ReportReceiver
from shared.vocabulary.ids import CommuneCode, Position, ReportRequestId, SchoolCode, SynthesisId

AREA = "phan-"
"""What the name of a text box begins with; the number of its heading follows."""


class ActDone(NamedTuple):
    """What was done: the position that the page tells, and what its address names then."""

    position: Position
    query: Mapping[str, str]


def _accept(_: CommuneCode, __: int) -> ActDone:
    call = AcceptReport(school=_school(), request=_request(), seen=forms.whole(VERSION_SEEN))
    return ActDone(call_service("inspection", "accept_report", call, Done).position, {"yeu_cau": call.request})


def _return(_: CommuneCode, __: int) -> ActDone:
    reason = forms.required("ly-do", "lý do trả lại")
    call = ReturnReport(school=_school(), request=_request(), reason=reason, seen=forms.whole(VERSION_SEEN))
    return ActDone(call_service("inspection", "return_report", call, Done).position, {"yeu_cau": call.request})


def _close(_: CommuneCode, __: int) -> ActDone:
    call = CloseReport(request=_request(), reason=forms.required("ly-do-dong", "lý do đóng"))
    return ActDone(call_service("inspection", "close_report", call, Done).position, {"yeu_cau": call.request})


def _synthesise(commune: CommuneCode, year: int) -> ActDone:
    call = DraftSynthesis(
        commune=commune,
        year=year,
        kind=kind_chosen(),
        from_on=forms.date("tu-ngay"),
        to_on=forms.date("den-ngay"),
        request=_request(),
    )
    drafted = call_service("inspection", "draft_synthesis", call, SynthesisView)
    return ActDone(drafted.changed_at, {"yeu_cau": drafted.request, "ban": drafted.id})


def _write(_: CommuneCode, __: int) -> ActDone:
    stands = call_service("inspection", "synthesis", SynthesisRequest(synthesis=_synthesis()), SynthesisView)
    call = WriteSynthesis(
        synthesis=stands.id,
        texts=[
            ReportText(heading=heading, text=forms.text(f"{AREA}{number}"))
            for number, heading in enumerate(stands.sections, start=1)
        ],
        writings=forms.whole(VERSION_SEEN),
    )
    written = call_service("inspection", "write_synthesis", call, SynthesisView)
    return ActDone(written.changed_at, {"yeu_cau": written.request, "ban": written.id})


def _send(_: CommuneCode, __: int) -> ActDone:
    on = forms.date("ngay")
    if on is None:
        raise BadRequest("Thiếu ngày gửi. Chưa ghi gì.", path="ngay")
    try:
        to = ReportReceiver(forms.required("gui-ai", "nơi nhận"))
    except ValueError as error:
        raise BadRequest("Nơi nhận không có trong danh sách. Chưa ghi gì.", path="gui-ai") from error
    call = SendSynthesis(synthesis=_synthesis(), to=to, number=forms.required("so", "số văn bản"), on=on)
    sent = call_service("inspection", "send_synthesis", call, SynthesisView)
    return ActDone(sent.changed_at, {"yeu_cau": sent.request, "ban": sent.id})


ACTS: Mapping[str, Callable[[CommuneCode, int], ActDone]] = {
    "duyet": _accept,
    "tra-lai": _return,
    "dong": _close,
    "tong-hop": _synthesise,
    "viet": _write,
    "gui": _send,
}
"""What a form of the page says it does → what does it, for a commune and a year."""


def _school() -> SchoolCode:
    return SchoolCode(forms.required("truong", "trường"))


def _request() -> ReportRequestId:
    return ReportRequestId(forms.text("yeu-cau"))


def _synthesis() -> SynthesisId:
    return SynthesisId(forms.required("tong-hop", "bản tổng hợp"))


def kind_chosen() -> ReportKind:
    """Return the kind of report that a form names. Raises BadRequest."""
    try:
        return ReportKind(forms.required("loai", "loại báo cáo"))
    except ValueError as error:
        raise BadRequest("Loại báo cáo không có trong danh sách. Chưa ghi gì.", path="loai") from error
