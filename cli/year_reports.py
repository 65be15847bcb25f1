"""`kiemdinh report`: reports asked of schools and handed in, who has not sent, syntheses computed, written on, sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import Seen, day_given
from client.api_client import Client
from shared.problems import BadRequest, Problem
from shared.text import format_date, parse_date
from shared.vocabulary.commune_year import HandedInState, ReportKind, ReportReceiver
from shared.vocabulary.year_labels import REPORT_KIND_LABELS, REPORT_RECEIVER_LABELS, REPORT_STATE_LABELS

report = typer.Typer(no_args_is_help=True, help="Báo cáo của năm: yêu cầu trường, ai chưa gửi, bản tổng hợp.")

Commune = Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã.")]
Year = Annotated[int, typer.Argument(metavar="NĂM", help="Năm công tác, như 2026.")]
Number = Annotated[str, typer.Argument(metavar="BÁO_CÁO", help="Mã yêu cầu báo cáo, xem bằng lệnh list.")]
School = Annotated[str, typer.Argument(metavar="TRƯỜNG", help="Mã trường.")]
Synthesis = Annotated[str, typer.Argument(metavar="BẢN", help="Mã bản tổng hợp, xem bằng lệnh list.")]
Kind = Annotated[ReportKind, typer.Option("--kind", help="tien_do, so_ket, tong_ket hoặc rieng.")]
FromDay = Annotated[str, typer.Option("--from", help="Ngày đầu kỳ (YYYY-MM-DD).")]
ToDay = Annotated[str, typer.Option("--to", help="Ngày cuối kỳ (YYYY-MM-DD).")]

_WAITING = frozenset({HandedInState.ASKED, HandedInState.RETURNED, HandedInState.OVERDUE})


@client_command(
    report,
    "ask",
    epilog='Ví dụ: kiemdinh report ask NL 2026 --kind tien_do --period "Tháng 11" --due 2026-11-20 --figure "Số phòng học"',
)
def ask_report(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    kind: Kind,
    period: Annotated[str, typer.Option("--period", help="Tên kỳ báo cáo, như Tháng 11.")],
    due: Annotated[str, typer.Option("--due", help="Hạn gửi (YYYY-MM-DD).")],
    schools: Annotated[str, typer.Option("--schools", help="Mã các trường, cách nhau dấu phẩy; all là mọi trường.")] = "all",
    section: Annotated[list[str] | None, typer.Option("--section", help="Mục phải viết; lặp lại được.")] = None,
    figure: Annotated[list[str] | None, typer.Option("--figure", help="Số phải gửi; lặp lại được.")] = None,
    text: Annotated[str, typer.Option("--text", help="Lời dặn các trường.")] = "",
    from_on: FromDay = "",
    to_on: ToDay = "",
) -> None:
    """Yêu cầu nhiều trường báo cáo cùng lúc."""
    named = [code.strip() for code in schools.split(",") if code.strip()]
    body = {
        "commune": commune,
        "year": year,
        "kind": kind.value,
        "period": period,
        "due": day_given(due)["on"],
        "schools": [] if named == ["all"] else named,
        "sections": section or [],
        "figures": figure or [],
        "text": text,
    }
    asked = client.post(f"communes/{commune}/years/{year}/reports", body | _days(from_on, to_on))
    screen.show(asked, f"Đã yêu cầu {len(asked['schools'])} trường báo cáo, mã {asked['id']}.")


@client_command(
    report,
    "hand-in",
    epilog='Ví dụ: kiemdinh report hand-in BÁO_CÁO TH-BC --text "Kết quả=Đã xong 12 tiêu chí" --figure "Số phòng học=14"',
)
def hand_in_report(
    client: Client,
    screen: Screen,
    number: Number,
    school: School,
    text: Annotated[list[str] | None, typer.Option("--text", help="mục=lời; lặp lại được.")] = None,
    figure: Annotated[list[str] | None, typer.Option("--figure", help="tên số=số; lặp lại được.")] = None,
    document: Annotated[list[str] | None, typer.Option("--document", help="Mã tài liệu của trường; lặp lại được.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help='Tệp JSON: {"texts": {mục: lời}, "figures": {tên: số}}.'),
    ] = None,
) -> None:
    """Nộp báo cáo của một trường; nộp lại được đến khi xã duyệt."""
    told = json.loads(file.read_text("utf-8")) if file else {}
    texts = told.get("texts", {}) | _texts(client, number, text or [])
    figures = told.get("figures", {}) | {name: _whole(name, value) for name, value in map(_pair, figure or [])}
    body = {
        "school": school,
        "request": number,
        "texts": [{"heading": heading, "text": words} for heading, words in texts.items()],
        "figures": [{"name": name, "value": value} for name, value in figures.items()],
        "documents": document or told.get("documents", []),
    }
    screen.show(client.post(f"schools/{school}/reports/{number}", body), "Đã gửi báo cáo.")


@client_command(report, "missing", epilog="Ví dụ: kiemdinh report missing BÁO_CÁO --json")
def missing_reports(client: Client, screen: Screen, number: Number) -> None:
    """Trường nào chưa gửi, quá hạn bao nhiêu ngày, lời nhắc để dán vào tin nhắn. Không gửi gì ra ngoài."""
    missing = [_addressed(client, one) for one in client.get(f"reports/{number}/missing")["missing"]]
    columns = [("name", "Trường"), ("days", "Quá hạn (ngày)"), ("text", "Lời nhắc")]
    screen.rows(missing, columns, empty="Mọi trường đã gửi.")


@client_command(report, "return", epilog='Ví dụ: kiemdinh report return BÁO_CÁO TH-BC --reason "Thiếu số phòng học kiên cố"')
def return_report(
    client: Client,
    screen: Screen,
    number: Number,
    school: School,
    reason: Annotated[str, typer.Option("--reason", help="Lý do trả lại, trường đọc được.")],
    seen: Seen = 0,
) -> None:
    """Trả lại báo cáo của một trường, kèm lý do."""
    body = {"school": school, "request": number, "reason": reason, "seen": seen}
    screen.show(client.post(f"schools/{school}/reports/{number}/return", body), "Đã trả lại báo cáo.")


@client_command(report, "accept", epilog="Ví dụ: kiemdinh report accept BÁO_CÁO TH-BC")
def accept_report(client: Client, screen: Screen, number: Number, school: School, seen: Seen = 0) -> None:
    """Duyệt báo cáo của một trường."""
    body = {"school": school, "request": number, "seen": seen}
    screen.show(client.post(f"schools/{school}/reports/{number}/accept", body), "Đã duyệt báo cáo.")


@client_command(report, "close", epilog='Ví dụ: kiemdinh report close BÁO_CÁO --reason "Gộp vào báo cáo sơ kết"')
def close_report(
    client: Client, screen: Screen, number: Number, reason: Annotated[str, typer.Option("--reason", help="Lý do đóng.")]
) -> None:
    """Đóng một yêu cầu báo cáo: không chờ trường nào nữa."""
    screen.show(client.post(f"reports/{number}/close", {"request": number, "reason": reason}), "Đã đóng yêu cầu.")


@client_command(report, "synthesise", epilog="Ví dụ: kiemdinh report synthesise NL 2026 --kind so_ket --json")
def synthesise(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    kind: Kind,
    from_on: FromDay = "",
    to_on: ToDay = "",
    request: Annotated[str, typer.Option("--request", help="Yêu cầu báo cáo mà bản này tổng hợp.")] = "",
) -> None:
    """Lập bản tổng hợp từ nhật ký đến lúc này; số nào cũng do máy tính."""
    body = {"commune": commune, "year": year, "kind": kind.value, "request": request} | _days(from_on, to_on)
    drafted = client.post(f"communes/{commune}/years/{year}/syntheses", body)
    screen.show(_flat(drafted), f"Đã lập bản tổng hợp {drafted['id']}, tính đến số {drafted['position']}.")


@client_command(
    report, "write", epilog='Ví dụ: kiemdinh report write BẢN --text "Đề nghị=Bố trí kinh phí sửa hai phòng học"'
)
def write_synthesis(
    client: Client,
    screen: Screen,
    synthesis: Synthesis,
    text: Annotated[list[str], typer.Option("--text", help="mục=lời; lặp lại được. Mục khác giữ nguyên.")],
) -> None:
    """Sửa phần viết tay của bản tổng hợp chưa gửi."""
    stands = client.get(f"syntheses/{synthesis}")
    texts = {one["heading"]: one["text"] for one in stands["texts"]} | dict(_pair(one) for one in text)
    body = {
        "synthesis": synthesis,
        "texts": [{"heading": heading, "text": words} for heading, words in texts.items()],
        "writings": stands["writings"],
    }
    written = client.put(f"syntheses/{synthesis}/texts", body)
    screen.show(_flat(written), f"Đã lưu phần viết tay, lần {written['writings']}.")


@client_command(report, "send", epilog="Ví dụ: kiemdinh report send BẢN --to ubnd_xa --number 45/BC-VHXH --on 2026-12-05")
def send_synthesis(
    client: Client,
    screen: Screen,
    synthesis: Synthesis,
    to: Annotated[ReportReceiver, typer.Option("--to", help="ubnd_xa hoặc so.")],
    number: Annotated[str, typer.Option("--number", help="Số văn bản.")],
    on: Annotated[str, typer.Option("--on", help="Ngày gửi (YYYY-MM-DD).")],
) -> None:
    """Ghi việc đã gửi bản tổng hợp; từ đó bản này chỉ còn đọc."""
    body = {"synthesis": synthesis, "to": to.value, "number": number, "on": day_given(on)["on"]}
    sent = client.post(f"syntheses/{synthesis}/sendings", body)
    screen.show(_flat(sent), f"Đã ghi: gửi {REPORT_RECEIVER_LABELS[to]}, số {number}.")


@client_command(report, "list", epilog="Ví dụ: kiemdinh report list --commune NL --year 2026 --json")
def list_reports(
    client: Client,
    screen: Screen,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ xã này.")] = "",
    year: Annotated[int | None, typer.Option("--year", help="Chỉ năm này.")] = None,
    syntheses: Annotated[bool, typer.Option("--syntheses", help="Các bản tổng hợp thay vì các yêu cầu.")] = False,
) -> None:
    """Các yêu cầu báo cáo được xem, hoặc các bản tổng hợp; mới nhất trước."""
    narrowed = {"commune": commune or None, "year": year}
    if syntheses:
        found = client.lines("syntheses", "syntheses", **narrowed)
        columns = [("kind", "Loại"), ("period", "Kỳ"), ("as_of", "Tính đến"), ("id", "Mã")]
        screen.rows(map(_flat if screen.as_json else _row, found), columns, empty="Chưa có bản tổng hợp nào.")
        return
    asked = client.lines("reports", "requests", **narrowed)
    columns = [("kind", "Loại"), ("period", "Kỳ"), ("due", "Hạn"), ("waiting", "Chưa gửi"), ("id", "Mã")]
    screen.rows(asked if screen.as_json else map(_row, asked), columns, empty="Chưa có yêu cầu báo cáo nào.")


@client_command(report, "show", epilog="Ví dụ: kiemdinh report show BÁO_CÁO")
def show_report(
    client: Client,
    screen: Screen,
    number: Annotated[str, typer.Argument(metavar="MÃ", help="Mã yêu cầu báo cáo, hoặc mã bản tổng hợp.")],
) -> None:
    """Một yêu cầu với phần của các trường, hoặc một bản tổng hợp với các số đã tính."""
    try:
        asked = client.get(f"reports/{number}")
    except Problem as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise
        _show_synthesis(client.get(f"syntheses/{number}"), screen)
        return
    if screen.as_json:
        screen.line(asked)
        return
    rows = [
        {"name": one["name"], "state": REPORT_STATE_LABELS[HandedInState(one["state"])], "sent": one["handed_in_on"]}
        for one in asked["parts"]
    ]
    screen.rows(rows, [("name", "Trường"), ("state", "Trạng thái"), ("sent", "Gửi ngày")], empty="Không hỏi trường nào.")


def _show_synthesis(found: dict[str, Any], screen: Screen) -> None:
    if screen.as_json:
        screen.line(_flat(found) | {"texts": found["texts"]})
    else:
        screen.rows(found["numbers"], [("label", "Nội dung"), ("value", "Số"), ("unit", "Đơn vị")], empty="Không có số nào.")


def _addressed(client: Client, one: dict[str, Any]) -> dict[str, Any]:
    """Return a school that has not sent, with the whole address of its form in the text to paste."""
    link = client.url.rstrip("/") + one["path"]
    return one | {"link": link, "text": one["text"].replace(one["path"], link)}


def _days(from_on: str, to_on: str) -> dict[str, str]:
    """Return the days of a period that were given."""
    given = {"from_on": from_on, "to_on": to_on}
    return {name: str(day_given(value)["on"]) for name, value in given.items() if value}


def _texts(client: Client, number: str, given: Sequence[str]) -> dict[str, str]:
    """Return heading → words; words without a heading belong to the only heading of the request."""
    bare = [one for one in given if "=" not in one]
    if not bare:
        return dict(map(_pair, given))
    sections = client.get(f"reports/{number}")["sections"]
    if len(sections) > 1 or len(bare) > 1:
        raise BadRequest(f"Ghi mục=lời. Chưa gửi gì. Các mục: {', '.join(sections)}.")
    return {sections[0]: bare[0]} | dict(_pair(one) for one in given if "=" in one)


def _pair(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not sign or not name.strip():
        raise BadRequest(f"“{given[:80]}” thiếu dấu bằng. Chưa gửi gì. Ghi tên=giá trị.")
    return name.strip(), value.strip()


def _whole(name: str, value: str) -> int:
    bare = value.replace(".", "").replace("_", "")
    if not bare.isdecimal():
        raise BadRequest(f"{name}: “{value[:40]}” không phải số nguyên từ 0 trở lên. Chưa gửi gì.")
    return int(bare)


_TOLD = ("id", "commune", "year", "position", "heard_position", "kind", "period", "from_on", "to_on", "as_of", "writings")
"""What a synthesis says of itself beside its numbers."""


def _flat(view: dict[str, Any]) -> dict[str, Any]:
    """Return a synthesis with its numbers beside its id and position."""
    named = {name: view[name] for name in _TOLD}
    numbers = {one["key"]: one["value"] for one in view["numbers"]}
    return named | numbers | {"missing": [one["school"] for one in view["missing"]], "sent": view["sent"]}


def _row(view: dict[str, Any]) -> dict[str, Any]:
    shown = view | {"kind": REPORT_KIND_LABELS[ReportKind(view["kind"])]}
    for name in ("due", "as_of"):
        if name in view:
            shown[name] = format_date(parse_date(view[name]))
    if "parts" in view:
        waiting = sum(HandedInState(one["state"]) in _WAITING for one in view["parts"])
        shown["waiting"] = f"{waiting}/{len(view['parts'])}"
    return shown
