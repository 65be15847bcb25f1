"""`kiemdinh improve`: the improvement plan of a cycle."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle, newest_cycle
from cli.judging import On, day_given
from cli.offices import SchoolCode
from client.api_client import Client

improve = typer.Typer(no_args_is_help=True, help="Kế hoạch cải tiến chất lượng.")

STATUS_WORDS = {
    "chua_bat_dau": "chưa bắt đầu",
    "dang_lam": "đang làm",
    "cho_minh_chung": "chờ minh chứng",
    "xong": "xong",
    "bo": "bỏ",
}
DUE_WORDS = {"hk1": "theo dõi cuối học kỳ I", "cuoi_nam": "theo dõi cuối năm học", "ket_thuc": "phải xong"}

Item = Annotated[str, typer.Argument(metavar="VIỆC", help="Mã việc, xem: improve list.")]
Criterion = Annotated[str, typer.Option("--criterion", help="Tiêu chí, như 1.3.")]
Standard = Annotated[str, typer.Option("--standard", help="Tiêu chuẩn, khi việc không của riêng một tiêu chí.")]
Aim = Annotated[str, typer.Option("--aim", help="Mục tiêu.")]
Action = Annotated[str, typer.Option("--action", help="Việc làm.")]
Problem = Annotated[str, typer.Option("--problem", help="Vấn đề, hạn chế.")]
Measure = Annotated[str, typer.Option("--measure", help="Cách đo kết quả.")]
From = Annotated[str, typer.Option("--from", help="Bắt đầu (YYYY-MM-DD).")]
To = Annotated[str, typer.Option("--to", help="Xong (YYYY-MM-DD).")]
Owner = Annotated[str, typer.Option("--owner", help="Bộ phận phụ trách.")]
Person = Annotated[str, typer.Option("--person", help="Người chịu trách nhiệm: tên đăng nhập hoặc mã người.")]
Cost = Annotated[int | None, typer.Option("--cost", "--cost-vnd", help="Kinh phí, đồng.")]
Source = Annotated[str, typer.Option("--source", help="Nguồn kinh phí.")]
Expected = Annotated[str, typer.Option("--evidence-expected", help="Minh chứng dự kiến.")]


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{text} không có trong lịch. Nhập ngày dạng YYYY-MM-DD.") from None


def _body(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in {"", None}}


@client_command(
    improve,
    "add",
    epilog="Ví dụ: kiemdinh improve add TH-BC --criterion 3.5 --aim “Đủ máy tính” --action “Mua 12 máy” --to 2027-05-31",
)
def add_item(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    aim: Aim,
    action: Action,
    criterion: Criterion = "",
    standard: Standard = "",
    problem: Problem = "",
    measure: Measure = "",
    starts: From = "",
    ends: To = "",
    owner: Owner = "",
    person: Person = "",
    cost_vnd: Cost = None,
    source: Source = "",
    evidence_expected: Expected = "",
    cycle: Cycle = "",
) -> None:
    """Thêm một việc vào kế hoạch cải tiến."""
    chosen = newest_cycle(client, school, cycle)
    body = _body(
        school=school,
        cycle=chosen,
        criterion=criterion,
        standard=standard,
        problem=problem,
        aim=aim,
        action=action,
        measure=measure,
        owner=owner,
        person=person,
        cost_vnd=cost_vnd,
        source=source,
        evidence_expected=evidence_expected,
        **{"from": _day(starts), "to": _day(ends)},
    )
    added = client.post(f"schools/{school}/cycles/{chosen}/improvements", body)
    screen.show(added, f"Đã thêm việc {added['id']}.")


@client_command(
    improve, "change", epilog="Ví dụ: kiemdinh improve change TH-BC VIỆC --to 2027-08-31 --source “Ngân sách xã”"
)
def change_item(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    item: Item,
    aim: Aim = "",
    action: Action = "",
    criterion: Criterion = "",
    standard: Standard = "",
    problem: Problem = "",
    measure: Measure = "",
    starts: From = "",
    ends: To = "",
    owner: Owner = "",
    person: Person = "",
    cost_vnd: Cost = None,
    source: Source = "",
    evidence_expected: Expected = "",
    cycle: Cycle = "",
) -> None:
    """Sửa một việc; phần không nêu giữ nguyên. Có người vừa sửa thì không ghi đè."""
    chosen = newest_cycle(client, school, cycle)
    items = client.get(f"schools/{school}/cycles/{chosen}/improvements")["items"]
    before = next((one for one in items if one["id"] == item), None)
    if before is None:
        raise typer.BadParameter(f"Kế hoạch cải tiến của đợt {chosen} không có việc {item}. Xem: improve list {school}")
    kept = {name: before[name] for name in _FIELDS}
    if criterion or standard:
        kept |= {"criterion": "", "standard": ""}
    body = kept | _body(
        criterion=criterion,
        standard=standard,
        problem=problem,
        aim=aim,
        action=action,
        measure=measure,
        owner=owner,
        person=person,
        cost_vnd=cost_vnd,
        source=source,
        evidence_expected=evidence_expected,
        **{"from": _day(starts), "to": _day(ends)},
    )
    place = {"school": school, "cycle": chosen, "item": item, "expected": before["position"]}
    done = client.put(f"schools/{school}/cycles/{chosen}/improvements/{item}", body | place)
    screen.show(done, f"Đã sửa. Số {done['position']}.")


_FIELDS = (
    "criterion",
    "standard",
    "problem",
    "aim",
    "action",
    "measure",
    "from",
    "to",
    "owner",
    "person",
    "cost_vnd",
    "source",
    "evidence_expected",
)


@client_command(
    improve, "review", epilog="Ví dụ: kiemdinh improve review TH-BC VIỆC --occasion hk1 --status xong --evidence TÀI_LIỆU"
)
def review_item(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    item: Item,
    status: Annotated[str, typer.Option("--status", help=f"Tình trạng: {', '.join(STATUS_WORDS)}.")],
    occasion: Annotated[str, typer.Option("--occasion", help="Lần theo dõi: hk1, cuoi_nam hoặc khac.")] = "khac",
    result: Annotated[str, typer.Option("--result", help="Kết quả.")] = "",
    adjustment: Annotated[str, typer.Option("--adjustment", help="Điều chỉnh.")] = "",
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="Mã tài liệu minh chứng; lặp lại được.")] = None,
    on: On = "",
    cycle: Cycle = "",
) -> None:
    """Ghi một lần theo dõi; việc xong cần minh chứng."""
    chosen = newest_cycle(client, school, cycle)
    body: dict[str, Any] = {
        "school": school,
        "cycle": chosen,
        "item": item,
        "status": status,
        "occasion": occasion,
        "result": result,
        "adjustment": adjustment,
        "evidence": evidence or [],
    }
    done = client.post(f"schools/{school}/cycles/{chosen}/improvements/{item}/reviews", body | day_given(on))
    screen.show(done, f"Đã ghi. Số {done['position']}.")


@client_command(improve, "list", epilog="Ví dụ: kiemdinh improve list TH-BC --overdue")
def list_items(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="Chỉ việc quá hạn.")] = False,
    cycle: Cycle = "",
) -> None:
    """Kế hoạch cải tiến: quá hạn trước, rồi hạn gần nhất; kinh phí theo nguồn."""
    chosen = newest_cycle(client, school, cycle)
    answer = client.get(f"schools/{school}/cycles/{chosen}/improvements", overdue="true" if overdue else "")
    rows = answer["items"] if screen.as_json else [_cells(one) for one in answer["items"]]
    columns = [
        ("id", "Mã"),
        ("place", "Chỗ"),
        ("action", "Việc"),
        ("status", "Tình trạng"),
        ("due", "Hạn tới"),
        ("late", "Quá hạn (ngày)"),
        ("cost_vnd", "Kinh phí"),
        ("source", "Nguồn"),
    ]
    nothing = "Không có việc quá hạn." if overdue else f"Đợt {chosen} chưa có việc cải tiến."
    screen.rows(rows, columns, empty=nothing)
    if not screen.as_json and answer["sums"]:
        parts = [f"{one['source'] or 'chưa ghi nguồn'}: {one['cost_vnd']} đồng" for one in answer["sums"]]
        screen.notes.print(f"Tổng {answer['total_vnd']} đồng ({'; '.join(parts)}).", markup=False)


def _cells(one: dict[str, Any]) -> dict[str, Any]:
    due = f"{one['next_due']} ({DUE_WORDS[one['due_what']]})" if one["next_due"] else None
    place = one["criterion"] or f"tiêu chuẩn {one['standard']}"
    shown = {"place": place, "status": STATUS_WORDS[one["status"]], "due": due, "late": one["overdue_days"] or None}
    return one | shown
