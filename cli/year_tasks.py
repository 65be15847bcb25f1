"""`kiemdinh task`, `directive`, `committee`: work that a commune gives in a year, what directs it, who steers it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import On, Seen, day_given
from client.api_client import Client
from shared.text import fold
from shared.vocabulary.commune_year import CommitteeRole, CommuneUnit, Recurrence, TaskState, TaskWanted
from shared.vocabulary.year_labels import (
    COMMITTEE_ROLE_LABELS,
    COMMUNE_UNIT_LABELS,
    TASK_STATE_LABELS,
    TASK_WANTED_LABELS,
)

task = typer.Typer(no_args_is_help=True, help="Việc xã giao: giao, báo cáo, nhận, trả lại, gia hạn, hủy.")
directive = typer.Typer(no_args_is_help=True, help="Sổ văn bản chỉ đạo của xã.")
committee = typer.Typer(no_args_is_help=True, help="Ban Chỉ đạo của xã: kiện toàn, xem.")

Commune = Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã.")]
Year = Annotated[int, typer.Argument(metavar="NĂM", help="Năm của kế hoạch, như 2026.")]
Number = Annotated[str, typer.Argument(metavar="VIỆC", help="Mã việc, xem bằng lệnh list.")]
Reason = Annotated[str, typer.Option("--reason", help="Lý do, ít nhất 10 chữ cái.")]
Due = Annotated[str, typer.Option("--due", help="Hạn (YYYY-MM-DD).")]
Section = Annotated[str, typer.Option("--section", help="Mục của kế hoạch năm, như III.2.")]
_EVERY = {"month": Recurrence.MONTHLY, "quarter": Recurrence.QUARTERLY}
_PAGE = 500
_PARTS_OF_MEMBER = 4


@client_command(
    task,
    "give",
    epilog='Ví dụ: kiemdinh task give NL 2026 --to TH-BC --text "Nộp danh mục minh chứng" --due 2026-12-15 --wanted paper',
)
def give_task(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    to: Annotated[
        list[str],
        typer.Option("--to", help=f"Mã trường, moi_truong, hoặc đơn vị: {', '.join(CommuneUnit)}; lặp lại được."),
    ],
    text: Annotated[str, typer.Option("--text", help="Việc cần làm.")],
    due: Due,
    wanted: Annotated[
        TaskWanted, typer.Option("--wanted", help="Gửi lại: report, paper (văn bản), figures (số liệu) hoặc none.")
    ] = TaskWanted.REPORT,
    every: Annotated[str, typer.Option("--every", help="month hoặc quarter: lặp lại đến hết năm.")] = "",
    directive: Annotated[str, typer.Option("--directive", help="Mã văn bản chỉ đạo làm căn cứ.")] = "",
    section: Section = "",
    on: On = "",
) -> None:
    """Giao một việc; nhiều nơi thì mỗi nơi một việc, hoặc không nơi nào."""
    if every and every not in _EVERY:
        raise typer.BadParameter(f"{every}: cần month hoặc quarter")
    body = {"commune": commune, "year": year, "to": to, "text": text, "due": day_given(due)["on"], "wanted": wanted.value}
    more: dict[str, Any] = {"directive": directive, "section": section} | day_given(on)
    if every:
        more["every"] = _EVERY[every].value
    given = client.post(f"communes/{commune}/years/{year}/tasks", body | more)
    screen.show(given, f"Đã giao {len(given['ids'])} việc: {', '.join(given['ids'])}.")


@client_command(task, "report", epilog='Ví dụ: kiemdinh task report VIỆC --text "Đã nộp" --document TÀI_LIỆU')
def report_task(
    client: Client,
    screen: Screen,
    number: Number,
    text: Annotated[str, typer.Option("--text", help="Đã làm gì.")] = "",
    figures: Annotated[str, typer.Option("--figures", help="Số liệu được hỏi.")] = "",
    document: Annotated[list[str] | None, typer.Option("--document", help="Mã tài liệu của trường; lặp lại được.")] = None,
    on: On = "",
) -> None:
    """Báo cáo một việc được giao. Việc không cần gửi lại thì báo cáo trống là xong."""
    body = {"task": number, "text": text, "figures": figures, "documents": document or []} | day_given(on)
    _show(screen, client.post(f"tasks/{number}/reports", body), "Đã gửi báo cáo")


@client_command(task, "accept", epilog="Ví dụ: kiemdinh task accept VIỆC")
def accept_task(client: Client, screen: Screen, number: Number, on: On = "", seen: Seen = 0) -> None:
    """Nhận kết quả một việc: việc xong."""
    body = {"task": number, "seen": seen} | day_given(on)
    _show(screen, client.post(f"tasks/{number}/acceptance", body), "Đã nhận")


@client_command(task, "return", epilog='Ví dụ: kiemdinh task return VIỆC --reason "Danh mục thiếu tiêu chí 3.5"')
def return_task(client: Client, screen: Screen, number: Number, reason: Reason, on: On = "", seen: Seen = 0) -> None:
    """Trả lại báo cáo một việc, kèm lý do."""
    body = {"task": number, "reason": reason, "seen": seen} | day_given(on)
    _show(screen, client.post(f"tasks/{number}/returns", body), "Đã trả lại")


@client_command(task, "extend", epilog='Ví dụ: kiemdinh task extend VIỆC --due 2027-01-15 --reason "Chờ hướng dẫn của Sở"')
def extend_task(client: Client, screen: Screen, number: Number, due: Due, reason: Reason) -> None:
    """Gia hạn một việc, kèm lý do."""
    body = {"task": number, "due": day_given(due)["on"], "reason": reason}
    _show(screen, client.post(f"tasks/{number}/extensions", body), "Đã gia hạn")


@client_command(task, "cancel", epilog='Ví dụ: kiemdinh task cancel VIỆC --reason "Sở đã hoãn đợt đánh giá"')
def cancel_task(client: Client, screen: Screen, number: Number, reason: Reason) -> None:
    """Hủy một việc, kèm lý do."""
    _show(screen, client.post(f"tasks/{number}/cancellation", {"task": number, "reason": reason}), "Đã hủy")


@client_command(task, "list", epilog="Ví dụ: kiemdinh task list --overdue --commune NL --json")
def list_tasks(
    client: Client,
    screen: Screen,
    overdue: Annotated[bool, typer.Option("--overdue", help="Chỉ việc quá hạn.")] = False,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ việc của xã này.")] = "",
    year: Annotated[int, typer.Option("--year", help="Chỉ việc của năm này.")] = 0,
    school: Annotated[str, typer.Option("--school", help="Chỉ việc của trường này.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Chỉ việc của đơn vị này.")] = "",
    state: Annotated[str, typer.Option("--state", help=f"Một trong: {', '.join(TaskState)}.")] = "",
) -> None:
    """Việc được xem: quá hạn trước, rồi theo hạn, việc xong sau cùng."""
    asked = {"commune": commune, "year": year, "school": school, "unit": unit, "state": state, "overdue": overdue}
    narrowed = {name: value or None for name, value in asked.items()}
    found: list[dict[str, Any]] = []
    while True:
        page = client.get("tasks", **narrowed, after=len(found) or None, limit=_PAGE)
        found += page["tasks"]
        if not page["tasks"] or len(found) >= page["total"]:
            break
    columns = [
        ("to", "Giao cho"),
        ("text", "Việc"),
        ("wanted", "Gửi lại"),
        ("due", "Hạn"),
        ("state", "Trạng thái"),
        ("id", "Mã"),
    ]
    screen.rows(found if screen.as_json else [_row(one) for one in found], columns, empty="Không có việc nào.")


@client_command(task, "rules", epilog="Ví dụ: kiemdinh task rules NL 2026 --json")
def list_rules(client: Client, screen: Screen, commune: Commune, year: Year) -> None:
    """Việc định kỳ của một năm."""
    rules = client.lines(f"communes/{commune}/years/{year}/recurring-tasks", "rules")
    columns = [
        ("text", "Việc"),
        ("every", "Bao lâu"),
        ("first_due", "Hạn đầu"),
        ("given", "Đã giao"),
        ("ended_on", "Thôi ngày"),
        ("id", "Mã"),
    ]
    screen.rows(rules, columns, empty="Không có việc định kỳ nào.")


@client_command(task, "end", epilog='Ví dụ: kiemdinh task end VIỆC_ĐỊNH_KỲ --reason "Đã có báo cáo tự động"')
def end_rule(
    client: Client,
    screen: Screen,
    rule: Annotated[str, typer.Argument(metavar="VIỆC_ĐỊNH_KỲ", help="Mã việc định kỳ, xem bằng lệnh rules.")],
    reason: Reason,
) -> None:
    """Thôi một việc định kỳ, kèm lý do; việc đã giao vẫn còn."""
    ended = client.post(f"recurring-tasks/{rule}/end", {"rule": rule, "reason": reason})
    screen.show(ended, f"Đã thôi từ ngày {ended['ended_on']}.")


@client_command(
    directive,
    "issue",
    epilog='Ví dụ: kiemdinh directive issue NL 2026 --number 45/UBND-VHXH --on 2026-03-02 --abstract "Tự đánh giá"',
)
def issue_directive(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    number: Annotated[str, typer.Option("--number", help="Số, ký hiệu.")],
    on: Annotated[str, typer.Option("--on", help="Ngày ban hành (YYYY-MM-DD).")],
    abstract: Annotated[str, typer.Option("--abstract", help="Trích yếu.")],
    section: Section = "",
) -> None:
    """Ghi một văn bản chỉ đạo vào sổ."""
    body = {"commune": commune, "year": year, "number": number, "issued_on": day_given(on)["on"]}
    more = {"abstract": abstract, "section": section}
    issued = client.post(f"communes/{commune}/years/{year}/directives", body | more)
    screen.show(issued, f"Đã ghi văn bản {issued['number']} ({issued['id']}).")


@client_command(directive, "list", epilog="Ví dụ: kiemdinh directive list NL 2026 --json")
def list_directives(client: Client, screen: Screen, commune: Commune, year: Year) -> None:
    """Sổ văn bản chỉ đạo của một năm, mới nhất trước."""
    found = client.lines(f"communes/{commune}/years/{year}/directives", "directives")
    columns = [("number", "Số"), ("issued_on", "Ngày"), ("abstract", "Trích yếu"), ("tasks", "Việc"), ("id", "Mã")]
    screen.rows(found, columns, empty="Sổ chưa có văn bản nào.")


@client_command(
    committee,
    "set",
    epilog="Ví dụ: kiemdinh committee set NL 2026 --number 12/QĐ-UBND --on 2026-01-20 "
    '--member "Nông Văn A; Chủ tịch UBND xã; Trưởng ban; Chỉ đạo chung"',
)
def set_committee(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    number: Annotated[str, typer.Option("--number", help="Số quyết định.")],
    on: Annotated[str, typer.Option("--on", help="Ngày quyết định (YYYY-MM-DD).")],
    member: Annotated[
        list[str] | None, typer.Option("--member", help='"Tên; chức vụ; vai trò; nhiệm vụ"; lặp lại được.')
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Tệp JSON: danh sách {name, office, role, duty}, thay cho --member.")
    ] = None,
) -> None:
    """Kiện toàn Ban Chỉ đạo; tên người không vào nhật ký."""
    members = _members_of_file(file) if file else [_member(one) for one in member or []]
    people = [{"name": one["name"], "office": one["office"]} for one in members]
    persons = client.post(f"communes/{commune}/people", {"commune": commune, "people": people})["persons"]
    body = {
        "commune": commune,
        "year": year,
        "number": number,
        "decided_on": day_given(on)["on"],
        "members": [
            {"person": person, "role": one["role"], "duty": one["duty"]}
            for person, one in zip(persons, members, strict=True)
        ],
    }
    decided = client.put(f"communes/{commune}/years/{year}/committee", body)
    screen.show(decided, f"Đã ghi Ban Chỉ đạo {len(decided['members'])} người theo Quyết định {decided['number']}.")


@client_command(committee, "show", epilog="Ví dụ: kiemdinh committee show NL 2026 --json")
def show_committee(client: Client, screen: Screen, commune: Commune, year: Year) -> None:
    """Ban Chỉ đạo đang có hiệu lực, rồi các bản cũ."""
    found = client.get(f"communes/{commune}/years/{year}/committee")["committees"]
    rows = found if screen.as_json else [_decided(one) for one in found]
    columns = [("number", "Quyết định"), ("decided_on", "Ngày"), ("members", "Thành viên")]
    screen.rows(rows, columns, empty="Xã chưa có Ban Chỉ đạo.")


def _show(screen: Screen, shown: dict[str, Any], done: str) -> None:
    screen.show(shown, f"{done}. Trạng thái: {TASK_STATE_LABELS[TaskState(shown['state'])]}, hạn {shown['due']}.")


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "to": one["school"] or COMMUNE_UNIT_LABELS[CommuneUnit(one["unit"])],
        "wanted": TASK_WANTED_LABELS[TaskWanted(one["wanted"])],
        "state": TASK_STATE_LABELS[TaskState(one["state"])],
    }


def _decided(one: dict[str, Any]) -> dict[str, Any]:
    roles = [COMMITTEE_ROLE_LABELS[CommitteeRole(member["role"])] for member in one["members"]]
    return one | {"members": roles}


def _member(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.split(";", _PARTS_OF_MEMBER - 1)]
    if len(parts) != _PARTS_OF_MEMBER:
        raise typer.BadParameter(f"“{text}”: cần “Tên; chức vụ; vai trò; nhiệm vụ”")
    name, office, role, duty = parts
    return {"name": name, "office": office, "role": _role(role), "duty": duty}


def _members_of_file(file: Path) -> list[dict[str, str]]:
    told = json.loads(file.read_text(encoding="utf-8"))
    keys = ("name", "office", "role", "duty")
    if not isinstance(told, list) or any(not isinstance(one, dict) or not set(keys) <= set(one) for one in told):
        raise typer.BadParameter(f"{file}: cần danh sách {{{', '.join(keys)}}}")
    return [{key: str(one[key]) for key in keys} | {"role": _role(str(one["role"]))} for one in told]


def _role(text: str) -> str:
    by_name = {fold(name): role for role, name in COMMITTEE_ROLE_LABELS.items()}
    if text in set(CommitteeRole):
        return text
    if fold(text) not in by_name:
        raise typer.BadParameter(f"{text}: cần một trong {', '.join(COMMITTEE_ROLE_LABELS.values())}")
    return by_name[fold(text)].value
