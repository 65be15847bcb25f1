"""`kiemdinh deadline` and `reminder`: what is due, to whom, and telling people of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from cli.command import Screen, client_command
from client.api_client import Client
from shared.clock import VIETNAM
from shared.vocabulary.year_labels import DEADLINE_STATE_LABELS

deadline = typer.Typer(no_args_is_help=True, help="Các hạn: việc gì, của ai, đến ngày nào.")
reminder = typer.Typer(no_args_is_help=True, help="Nhắc hạn.")

_COLUMNS = [
    ("due", "Hạn"),
    ("state", "Tình trạng"),
    ("label", "Việc"),
    ("id", "Mã"),
]


@client_command(deadline, "list", epilog="Ví dụ: kiemdinh deadline list --commune NL --ics han.ics")
def list_deadlines(
    client: Client,
    screen: Screen,
    mine: Annotated[bool, typer.Option("--mine", help="Chỉ hạn của mình hoặc mình theo dõi.")] = False,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ hạn của xã này và các trường của xã.")] = "",
    school: Annotated[str, typer.Option("--school", help="Chỉ hạn của trường này.")] = "",
    ended: Annotated[bool, typer.Option("--ended", help="Cả hạn đã xong hoặc đã bỏ.")] = False,
    on: Annotated[str, typer.Option("--on", help="Nhìn từ ngày này (YYYY-MM-DD), thay cho hôm nay.")] = "",
    ics: Annotated[Path | None, typer.Option("--ics", help="Ghi thành lịch .ics vào tệp này.")] = None,
) -> None:
    """Các hạn được xem, hạn gần nhất trước."""
    if ics is not None:
        query = urlencode({name: value for name, value in (("commune", commune), ("school", school)) if value})
        client.fetch_file("me/deadlines.ics" + (f"?{query}" if query else ""), ics)
        screen.show({"ics": str(ics)}, f"Đã ghi lịch vào {ics}.")
        return
    asked = {
        "mine": "true" if mine else "",
        "commune": commune,
        "school": school,
        "ended": "true" if ended else "",
        "on": on,
    }
    found = client.lines("deadlines", "deadlines", **asked)
    rows = [one for one in found if one["due"] is not None]
    if not screen.as_json:
        rows = [one | {"state": _said(one), "label": ": ".join(filter(None, (one["label"], one["title"])))} for one in rows]
    screen.rows(rows, _COLUMNS, empty="Không có hạn nào.")


def _said(one: dict[str, Any]) -> str:
    days = one["days_left"]
    if one["state"] == "qua_han":
        return f"quá {-days} ngày"
    if one["my_turn"]:
        return "chờ mình"
    return f"còn {days} ngày" if one["state"] == "sap_den" else DEADLINE_STATE_LABELS[one["state"]].lower()


@client_command(reminder, "run", epilog="Ví dụ: kiemdinh reminder run --at 2026-11-30T07:00:00+07:00 --json")
def run_reminders(
    client: Client,
    screen: Screen,
    at: Annotated[str, typer.Option("--at", help="Nhắc như vào lúc này: ngày, hoặc ngày giờ ISO 8601.")] = "",
) -> None:
    """Nhắc mọi người những hạn đã tới lúc nhắc; mỗi bậc chỉ nhắc một lần, chạy lại thì không còn gì."""
    told = client.post("reminders/run", {"at": _moment(at)} if at else {})["reminders"]
    columns = [("person", "Người"), ("deadline", "Hạn"), ("step", "Bậc")]
    screen.rows(told, columns, empty="Không còn gì để nhắc.")


def _moment(text: str) -> str:
    """Return a moment as the API takes it: without a zone it is Vietnamese time, a day is its noon."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text}: cần ngày như 2026-11-30, hoặc 2026-11-30T07:00:00+07:00") from error
    if len(text) == len("2026-11-30"):
        moment = moment.replace(hour=12)
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).isoformat()
