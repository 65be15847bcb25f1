"""`kiemdinh criterion write`, `hand-in`, `review` …, `standard`, `section`, `comment`, `work`: the council writes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle, newest_cycle
from cli.judging import CriterionCode, criterion
from cli.offices import SchoolCode
from client.api_client import Client

standard = typer.Typer(no_args_is_help=True, help="Nhận định từng tiêu chuẩn.")
section = typer.Typer(no_args_is_help=True, help="Phần chung của báo cáo tự đánh giá.")
comment = typer.Typer(no_args_is_help=True, help="Góp ý.")
work = typer.Typer(no_args_is_help=True, help="Tiến độ viết báo cáo.")

STEP_WORDS = {
    "chua_bat_dau": "chưa bắt đầu",
    "dang_viet": "đang viết",
    "cho_soat": "chờ soát",
    "yeu_cau_sua": "yêu cầu sửa",
    "da_soat": "đã soát",
    "hoi_dong_thong_qua": "Hội đồng thông qua",
}
STATE_WORDS = {"chua_viet": "chưa viết", "da_viet": "đã viết", "chua_xem_lai": "chép từ đợt trước, chưa xem lại"}
CODE_WORDS = {"chua_gan": "có mã, chưa gắn ở tiêu chí này", "chua_cap": "chưa cấp mã này"}

Text = Annotated[str, typer.Option("--text", help="Lời viết; bỏ trống nếu dùng --file.")]
TextFile = Annotated[Path | None, typer.Option("--file", help="Tệp văn bản UTF-8; - là đầu vào.")]
Level = Annotated[int, typer.Option("--level", help="Mức.")]
Expected = Annotated[
    int | None, typer.Option("--expected", help="Số của bản đã xem (0: chưa có). Bỏ trống thì ghi đè, không so.")
]
ValidAt = Annotated[str, typer.Option("--valid-at", help="Có hiệu lực ngày (YYYY-MM-DD).")]
KnownAt = Annotated[int, typer.Option("--known-at", help="Đã biết đến số này trong nhật ký (0: hiện nay).")]


def _given(text: str, file: Path | None) -> str:
    """Return the text of the command line or of a file. Raises typer.BadParameter for both, OSError, UnicodeDecodeError."""
    if file is None:
        return text
    if text:
        raise typer.BadParameter("Dùng --text hoặc --file, không dùng cả hai.")
    return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")


def _at(client: Client, school: str, cycle: str, code: str = "") -> str:
    place = f"schools/{school}/cycles/{newest_cycle(client, school, cycle)}"
    return f"{place}/criteria/{code}" if code else place


def _seen(expected: int | None) -> dict[str, int]:
    return {} if expected is None else {"expected": expected}


# --- texts


@client_command(criterion, "write", epilog='Ví dụ: kiemdinh criterion write TH-BC 1.3 --level 1 --text "… (MC.1.3.01)."')
def write(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: CriterionCode,
    level: Level,
    cycle: Cycle = "",
    text: Text = "",
    file: TextFile = None,
    expected: Expected = None,
) -> None:
    """Viết hiện trạng một mức, mã minh chứng nằm trong câu."""
    body = {"level": level, "text": _given(text, file)} | _seen(expected)
    written = client.put(f"{_at(client, school, cycle, code)}/texts", body)
    lines = [f"Đã ghi {len(written['sentences'])} câu ở tiêu chí {code} Mức {level}, bản ghi số {written['position']}."]
    if written["merged"]:
        lines.append("Có người vừa sửa câu khác: đã ghép cả hai.")
    if written["unanchored"]:
        lines.append(f"Câu chưa có mã: {', '.join(map(str, written['unanchored']))}.")
    lines += [f"Câu {one['sentence']}: {one['code']} {CODE_WORDS[one['standing']]}." for one in written["dangling"]]
    screen.show(written, "\n".join(lines))


@client_command(criterion, "keep", epilog="Ví dụ: kiemdinh criterion keep TH-BC 1.3 --level 1")
def keep(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: CriterionCode,
    level: Annotated[int, typer.Option("--level", help="Mức; 0 là điểm mạnh, điểm yếu.")],
    cycle: Cycle = "",
) -> None:
    """Giữ nguyên phần chép từ đợt trước, sau khi xem lại."""
    done = client.post(f"{_at(client, school, cycle, code)}/keep", {"level": level})
    screen.show(done, f"Đã xem lại và giữ nguyên tiêu chí {code}{f' Mức {level}' if level else ''}.")


@client_command(standard, "describe", epilog="Ví dụ: kiemdinh standard describe TH-BC 1 --strengths …")
def describe_standard(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Annotated[str, typer.Argument(metavar="TIÊU_CHUẨN", help="Số tiêu chuẩn, như 1.")],
    cycle: Cycle = "",
    strengths: Annotated[str, typer.Option("--strengths", help="Điểm mạnh nổi bật.")] = "",
    limits: Annotated[str, typer.Option("--limits", help="Hạn chế trọng tâm.")] = "",
    causes: Annotated[str, typer.Option("--causes", help="Nguyên nhân cốt lõi.")] = "",
    trend: Annotated[str, typer.Option("--trend", help="Xu hướng ba năm.")] = "",
    priorities: Annotated[str, typer.Option("--priorities", help="Vấn đề ưu tiên.")] = "",
    expected: Expected = None,
) -> None:
    """Viết điểm mạnh, hạn chế, nguyên nhân, định hướng của một tiêu chuẩn (TT57/2026)."""
    texts = {"strengths": strengths, "limits": limits, "causes": causes, "trend": trend, "priorities": priorities}
    done = client.put(f"{_at(client, school, cycle)}/standards/{number}", texts | _seen(expected))
    screen.show(done, f"Đã ghi nhận định tiêu chuẩn {number}.")


@client_command(section, "write", epilog='Ví dụ: kiemdinh section write TH-BC I.2 --text "Xã vùng cao …"')
def write_section(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    key: Annotated[str, typer.Argument(metavar="PHẦN", help="Mã phần, xem ở: kiemdinh work board --json.")],
    cycle: Cycle = "",
    text: Text = "",
    file: TextFile = None,
    expected: Expected = None,
) -> None:
    """Viết một phần chung của báo cáo."""
    body = {"text": _given(text, file)} | _seen(expected)
    screen.show(client.put(f"{_at(client, school, cycle)}/sections/{key}", body), f"Đã ghi phần {key} của báo cáo.")


# --- steps


@client_command(criterion, "hand-in", epilog="Ví dụ: kiemdinh criterion hand-in TH-BC 1.3")
def hand_in(client: Client, screen: Screen, school: SchoolCode, code: CriterionCode, cycle: Cycle = "") -> None:
    """Nộp một tiêu chí để soát."""
    screen.show(client.post(f"{_at(client, school, cycle, code)}/hand-in", {}), f"Đã nộp tiêu chí {code} để soát.")


@client_command(criterion, "take-back", epilog="Ví dụ: kiemdinh criterion take-back TH-BC 1.3")
def take_back(client: Client, screen: Screen, school: SchoolCode, code: CriterionCode, cycle: Cycle = "") -> None:
    """Lấy lại một tiêu chí chưa soát, để viết tiếp."""
    screen.show(client.post(f"{_at(client, school, cycle, code)}/take-back", {}), f"Đã lấy lại tiêu chí {code}.")


@client_command(criterion, "review", epilog="Ví dụ: kiemdinh criterion review TH-BC 1.3")
def review(client: Client, screen: Screen, school: SchoolCode, code: CriterionCode, cycle: Cycle = "") -> None:
    """Soát xong một tiêu chí; người viết không tự soát."""
    screen.show(client.post(f"{_at(client, school, cycle, code)}/review", {}), f"Đã soát xong tiêu chí {code}.")


@client_command(criterion, "request-changes", epilog='Ví dụ: kiemdinh criterion request-changes TH-BC 1.3 --text "…"')
def request_changes(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: CriterionCode,
    text: Annotated[str, typer.Option("--text", help="Cần sửa gì.")],
    due: Annotated[str, typer.Option("--due", help="Hạn sửa (YYYY-MM-DD).")] = "",
    cycle: Cycle = "",
) -> None:
    """Yêu cầu sửa một tiêu chí."""
    body = {"text": text} | ({"due": due} if due else {})
    done = client.post(f"{_at(client, school, cycle, code)}/change-requests", body)
    screen.show(done, f"Đã yêu cầu sửa tiêu chí {code}.")


# --- how far


@client_command(criterion, "work", epilog="Ví dụ: kiemdinh criterion work TH-BC 1.3 --json")
def criterion_work(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: CriterionCode,
    cycle: Cycle = "",
    valid_at: ValidAt = "",
    known_at: KnownAt = 0,
) -> None:
    """Việc viết một tiêu chí: bước, câu và mã, yêu cầu sửa, góp ý, biểu quyết."""
    answer = client.get(f"{_at(client, school, cycle, code)}/work", **_moment(valid_at, known_at))
    lines = [f"Tiêu chí {code} {answer['title']}: {STEP_WORDS[answer['step']]}."]
    for level in answer["levels"]:
        lines.append(f"  Mức {level['level']}: {STATE_WORDS[level['state']]}.")
        lines += [f"    {one['number']}. {one['text']}" for one in level["sentences"]]
    lines += [
        f"  Mức {one['level']} câu {one['sentence']}: {one['code']} {CODE_WORDS[one['standing']]}."
        for one in answer["dangling"]
    ]
    if answer["request"]:
        lines.append(f"  Yêu cầu sửa: {answer['request']['text']}")
    lines += [f"  Góp ý: {one['text']}" for one in answer["comments"] if not one["resolved"]]
    screen.show(answer, "\n".join(lines))


@client_command(work, "board", epilog="Ví dụ: kiemdinh work board TH-BC --json")
def work_board(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    cycle: Cycle = "",
    valid_at: ValidAt = "",
    known_at: KnownAt = 0,
) -> None:
    """Tiến độ viết của cả đợt, mỗi tiêu chí một dòng."""
    board = client.get(f"{_at(client, school, cycle)}/work", **_moment(valid_at, known_at))
    columns = [
        ("criterion", "Tiêu chí"),
        ("words", "Bước"),
        ("due", "Hạn"),
        ("sentences", "Câu"),
        ("unanchored", "Chưa có mã"),
        ("dangling", "Mã treo"),
        ("open_comments", "Góp ý"),
    ]
    if screen.as_json:
        screen.line(board)
        return
    rows = [row | {"words": STEP_WORDS[row["step"]], "due": row["assigned"]["due"]} for row in board["criteria"]]
    screen.rows(rows, columns, empty="Bộ tiêu chí này không có tiêu chí nào.")


def _moment(valid_at: str, known_at: int) -> dict[str, Any]:
    return ({"valid_at": valid_at} if valid_at else {}) | ({"known_at": known_at} if known_at else {})


# --- comments


@client_command(
    comment, "add", epilog='Ví dụ: kiemdinh comment add TH-BC 1.3 --level 1 --sentence 2 --text "Công bố ở đâu?"'
)
def add_comment(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: CriterionCode,
    text: Annotated[str, typer.Option("--text", help="Góp ý.")],
    cycle: Cycle = "",
    level: Annotated[int, typer.Option("--level", help="Mức.")] = 0,
    sentence: Annotated[int, typer.Option("--sentence", help="Câu thứ mấy của mức, từ 1.")] = 0,
    document: Annotated[str, typer.Option("--document", help="Mã tài liệu.")] = "",
    page: Annotated[int, typer.Option("--page", help="Trang, từ 1.")] = 0,
    box: Annotated[str, typer.Option("--box", help="Trái,trên,phải,dưới, mỗi số từ 0 đến 1 của trang.")] = "",
    answers: Annotated[str, typer.Option("--answers", help="Trả lời góp ý này.")] = "",
) -> None:
    """Góp ý ở tiêu chí, ở câu, hoặc ở một chỗ trên trang tài liệu."""
    place = {"level": level, "sentence": sentence, "document": document, "page": page} | _box(box)
    body = {"text": text, "place": place, "answers": answers}
    made = client.post(f"{_at(client, school, cycle, code)}/comments", body)
    screen.show(made, f"Đã góp ý ở tiêu chí {code}.")


def _box(text: str) -> dict[str, list[float]]:
    if not text:
        return {}
    try:
        left, top, right, bottom = map(float, text.split(","))
    except ValueError:
        raise typer.BadParameter(f"{text}: cần trái,trên,phải,dưới, như 0.1,0.2,0.5,0.4.") from None
    return {"box": [left, top, right, bottom]}


@client_command(comment, "resolve", epilog="Ví dụ: kiemdinh comment resolve TH-BC 0198f2c4-…")
def resolve_comment(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    comment: Annotated[str, typer.Argument(metavar="GÓP_Ý", help="Mã góp ý.")],
    cycle: Cycle = "",
    reopen: Annotated[bool, typer.Option("--reopen", help="Mở lại góp ý đã xử lý.")] = False,
) -> None:
    """Đánh dấu góp ý đã xử lý."""
    done = client.put(f"{_at(client, school, cycle)}/comments/{comment}", {"resolved": not reopen})
    screen.show(done, "Đã mở lại góp ý." if reopen else "Đã đánh dấu xử lý xong.")


@client_command(comment, "list", epilog="Ví dụ: kiemdinh comment list TH-BC --criterion 1.3 --open")
def list_comments(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    cycle: Cycle = "",
    code: Annotated[str, typer.Option("--criterion", help="Mã tiêu chí, như 1.3.")] = "",
    open_only: Annotated[bool, typer.Option("--open", help="Chỉ góp ý chưa xử lý.")] = False,
) -> None:
    """Góp ý của một đợt."""
    wanted = {"criterion": code, "open_only": "true" if open_only else "false"}
    found = client.get(f"{_at(client, school, cycle)}/comments", **wanted)["comments"]
    columns = [("comment", "Góp ý"), ("criterion", "Tiêu chí"), ("text", "Lời"), ("resolved", "Xử lý")]
    screen.rows(found, columns, empty="Chưa có góp ý nào.")
