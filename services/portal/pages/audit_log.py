"""The auditor's pages: the merged log as it goes to everybody, and the checkpoints of each service's own log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec

from services.portal.api import gateway
from services.portal.api import schemas as q
from services.portal.pages import formatting, query_params
from services.portal.pages.as_of import position
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, directory
from shared.contracts.calls import CheckpointView
from shared.contracts.calls.notification import MergedFeedAnswer, MergedFeedRequest
from shared.contracts.events.catalogue import public_events
from shared.problems import Problem
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import BEGINNING, CommuneCode, Position
from shared.vocabulary.roles import Role, ScopeKind

EVENTS_A_PAGE = 50
LOGS = ("assessment", "evidence", "inspection", "identity", "notification")
LOG_NAMES = {
    "assessment": "Đánh giá, công nhận",
    "evidence": "Minh chứng",
    "inspection": "Kiểm tra",
    "identity": "Tài khoản, vai trò",
    "notification": "Tin gửi đi",
}
_FACT_LABELS = {(kind.SERVICE, kind.FACT): kind.LABEL for kind in public_events()}


class _Event(msgspec.Struct, kw_only=True):
    id: str
    type: str
    time: dt.datetime
    sequence: Position = BEGINNING
    position: Position = BEGINNING
    subject: str = ""
    data: dict[str, Any] = {}


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the merged log: `said` tells it in words, `details` are its public data as they went out."""

    position: Position
    sequence: Position
    log: str
    name: str
    said: str
    type: str
    place: str
    time: dt.datetime
    details: list[tuple[str, str]]


@blueprint.get("/nhat-ky")
def log_page() -> str:
    """Show the merged log after a position, oldest first; by default its end."""
    after_text = query_params.text("sau")
    after = position(after_text)
    if not after_text:
        head = call_service("notification", "feed", MergedFeedRequest(limit=1), MergedFeedAnswer).head
        after = Position(max(head - EVENTS_A_PAGE, 0))
    page = call_service("notification", "feed", MergedFeedRequest(after=after, limit=EVENTS_A_PAGE), MergedFeedAnswer)
    lines = [_line(text) for text in page.events]
    return render(
        "nhat-ky.html",
        active="nhat-ky",
        lines=lines,
        after=after,
        next_after=page.next_after,
        head=page.head,
        size=EVENTS_A_PAGE,
    )


def _line(text: str) -> EventLine:
    event = msgspec.json.decode(text, type=_Event)
    parts = event.type.split(".")
    log, fact = (parts[2], parts[3]) if len(parts) >= 4 else ("", event.type)
    details = [(k, str(v)) for k, v in event.data.items() if isinstance(v, str | int | float | bool)]
    return EventLine(
        position=event.position,
        sequence=event.sequence,
        log=LOG_NAMES.get(log, log),
        name=_FACT_LABELS.get((log, fact), "Việc khác"),
        said=_said(event.data),
        type=event.type,
        place=_place(event.data),
        time=event.time,
        details=[("type", event.type), ("id", event.id), ("subject", event.subject), *details],
    )


_WORDS: dict[str, Callable[[Any], str]] = {
    "layer": lambda value: f"lớp {formatting.LAYER_LABELS[formatting.layer_of(value)]}",
    "criterion": lambda value: f"tiêu chí {value}",
    "level": lambda value: f"Mức {value}" if value else "",
    "indicator": lambda value: f"chỉ báo {value}" if value not in {"", "-"} else "",
    "result": lambda value: formatting.RESULT_LABELS[Result(value)],
    "code": lambda value: f"mã {value}",
    "number": lambda value: f"số {value}",
    "degree": lambda value: f"Mức độ {value}" if value else "",
    # A school's year is "2026-2027", a commune's is that of the calendar.
    "year": lambda value: f"năm {value}" if isinstance(value, int) else f"năm học {formatting.year(value)}",
    "name": str,
    "role": lambda value: formatting.ROLE_LABELS[Role(value)],
    "pages": lambda value: f"{value} trang",
}
"""How the particulars of an event are said; what is not here stands in its details only."""


def _said(data: dict[str, Any]) -> str:
    return ", ".join(filter(None, (_word(name, data[name]) for name in _WORDS if data.get(name) not in (None, ""))))


def _word(name: str, value: Any) -> str:
    try:
        return _WORDS[name](value)
    except (KeyError, ValueError):
        return ""  # a value of a later version: it stands in the details


def _place(data: dict[str, Any]) -> str:
    school, commune = str(data.get("school", "")), str(data.get("commune", ""))
    if data.get("scope_kind") == ScopeKind.SCHOOL:
        school = str(data.get("scope", ""))
    if school:
        return formatting.place_name(school)
    entry = directory().commune(CommuneCode(commune))
    return entry.name if entry else commune


class CheckpointLine(msgspec.Struct, frozen=True, kw_only=True):
    """The latest checkpoint of one log, or why there is none."""

    name: str
    view: CheckpointView | None
    problem: str = ""


@blueprint.get("/nhat-ky/moc-niem")
def checkpoints_page() -> str:
    """Show the latest signed checkpoint of each log."""
    return render("moc-niem.html", active="nhat-ky", seals=[_checkpoint_line(name) for name in LOGS])


def _checkpoint_line(name: str) -> CheckpointLine:
    try:
        return CheckpointLine(name=LOG_NAMES[name], view=gateway.checkpoint(q.CheckpointQuestion(service=name)))
    except Problem as problem:
        return CheckpointLine(name=LOG_NAMES[name], view=None, problem=problem.detail)
