"""`kiemdinh plan` of a commune: drafted, its list of schools proposed and set, issued, adjusted, followed, compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.council import plan, show_school_plan
from cli.documents import Cycle
from cli.judging import day_given, json_given
from client.api_client import Client
from shared.text import format_date
from shared.vocabulary.commune_year import PlanKind, PlanState, TargetLead
from shared.vocabulary.year_labels import PLAN_KIND_LABELS, PLAN_STATE_LABELS

CommuneArgument = Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã.")]
YearArgument = Annotated[int, typer.Argument(metavar="NĂM", help="Năm dương lịch của kế hoạch.")]
SchoolArgument = Annotated[str, typer.Argument(metavar="TRƯỜNG", help="Mã trường.")]
Reason = Annotated[str, typer.Option("--reason", help="Lý do.")]

_PROPOSED = [("school", "Trường"), ("kind", "Đề xuất"), ("register_by", "Đăng ký trước"), ("because", "Vì sao")]
_LISTED = [
    ("name", "Trường"),
    ("proposed", "Đề xuất"),
    ("kind", "Xã chọn"),
    ("target", "Mục tiêu"),
    ("register_by", "Đăng ký trước"),
    ("state", "Tình trạng"),
]
_COMPARED = [("name", "Trường"), ("before", "Năm trước"), ("now", "Năm nay")]


@client_command(plan, "draft", epilog="Ví dụ: kiemdinh plan draft NL 2027 --file ke-hoach.json")
def draft_plan(
    client: Client,
    screen: Screen,
    commune: CommuneArgument,
    year: YearArgument,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help='JSON: {"bases":[…],"aims","goals","sections":[{"heading","items":[…]}]}; phần không có thì giữ, hoặc '
            "lấy lời đề xuất; - là đầu vào.",
        ),
    ] = None,
) -> None:
    """Soạn lời kế hoạch năm của xã. Không có tệp thì lấy lời đề xuất; không bao giờ tự đặt mục cho trường."""
    words = json_given(file) if file else {}
    if not isinstance(words, dict):
        raise typer.BadParameter(f"{file}: cần một đối tượng JSON.")
    done = client.put(_path(commune, year), words)
    screen.show(done, f"Đã soạn kế hoạch năm {year}: {len(done['bases'])} căn cứ, {len(done['sections'])} phần.")


@client_command(
    plan,
    "entry",
    epilog="Ví dụ: kiemdinh plan entry NL 2027 TH-BC --kind cong_nhan_lai --target-level 2 --target-degree 1 "
    '--register-by 2027-04-30 --responsible "Nhà trường; Phòng VH-XH"',
)
def set_entry(
    client: Client,
    screen: Screen,
    commune: CommuneArgument,
    year: YearArgument,
    school: SchoolArgument,
    kind: Annotated[PlanKind, typer.Option("--kind", help="cong_nhan_moi, cong_nhan_lai, duy_tri, nang_muc hoặc chi_kdcl.")],
    target_level: Annotated[int, typer.Option("--target-level", help="Mức mục tiêu; 0 là không đặt.")] = 0,
    target_degree: Annotated[int, typer.Option("--target-degree", help="Mức độ chuẩn quốc gia; 0 là không đặt.")] = 0,
    register_by: Annotated[str, typer.Option("--register-by", help="Đăng ký trước (YYYY-MM-DD).")] = "",
    evaluate_by: Annotated[str, typer.Option("--evaluate-by", help="Đánh giá ngoài trước (YYYY-MM-DD).")] = "",
    responsible: Annotated[str, typer.Option("--responsible", help="Đơn vị chịu trách nhiệm, không ghi tên người.")] = "",
    lead: Annotated[
        TargetLead, typer.Option("--lead", help="Nơi chủ trì: truong, phong_vhxh hoặc phong_kinh_te.")
    ] = TargetLead.SCHOOL,
    override: Annotated[
        str, typer.Option("--override", help="Lý do chọn khác đề xuất; trái với Sổ công nhận thì phải có.")
    ] = "",
) -> None:
    """Đặt mục của một trường trong kế hoạch năm, hoặc sửa mục đang có."""
    body = {
        "kind": kind.value,
        "target_level": target_level,
        "target_degree": target_degree,
        "responsible": responsible,
        "lead": lead.value,
        "override": override,
    }
    body |= {"register_by": _day(register_by)} if register_by else {}
    body |= {"evaluate_by": _day(evaluate_by)} if evaluate_by else {}
    done = client.put(f"{_path(commune, year)}/entries/{school}", body)
    screen.show(done, f"{school}: {PLAN_KIND_LABELS[PlanKind(done['kind'])].lower()} trong kế hoạch năm {year}.")


@client_command(plan, "drop", epilog='Ví dụ: kiemdinh plan drop NL 2027 TH-BC --reason "Chuyển sang kế hoạch năm 2028"')
def drop_entry(
    client: Client, screen: Screen, commune: CommuneArgument, year: YearArgument, school: SchoolArgument, reason: Reason
) -> None:
    """Bỏ mục của một trường khỏi kế hoạch năm, kèm lý do."""
    done = client.post(f"{_path(commune, year)}/entries/{school}/drop", {"reason": reason})
    screen.show(done, f"Đã bỏ mục của {school}. Còn {_counts(done)}")


@client_command(plan, "propose", epilog="Ví dụ: kiemdinh plan propose NL 2027 --json")
def propose(client: Client, screen: Screen, commune: CommuneArgument, year: YearArgument) -> None:
    """Loại mục đề xuất cho từng trường, tính từ Sổ công nhận của năm; chỉ đề xuất, không đặt mục nào."""
    rows = client.get(f"{_path(commune, year)}/proposals")["proposals"]
    shown = rows if screen.as_json else [row | {"kind": PLAN_KIND_LABELS[PlanKind(row["kind"])]} for row in rows]
    screen.rows(shown, _PROPOSED, empty="Xã chưa có trường nào.")


@client_command(plan, "issue", epilog="Ví dụ: kiemdinh plan issue NL 2027 --number 08/KH-UBND --on 2027-02-05")
def issue(
    client: Client,
    screen: Screen,
    commune: CommuneArgument,
    year: YearArgument,
    number: Annotated[str, typer.Option("--number", help="Số kế hoạch, như 08/KH-UBND.")],
    on: Annotated[str, typer.Option("--on", help="Ngày ban hành (YYYY-MM-DD); bỏ trống là hôm nay.")] = "",
    leave_out: Annotated[str, typer.Option("--leave-out", help="Lý do để ngoài các trường chưa có mục.")] = "",
    signer_office: Annotated[
        str, typer.Option("--signer-office", help="Chức vụ người ký, như Phó Chủ tịch; không ghi tên.")
    ] = "",
) -> None:
    """Ban hành kế hoạch; còn trường chưa có mục thì nêu tên, trừ khi để ngoài kèm lý do."""
    body = {"number": number, "leave_out": leave_out, "signer_office": signer_office} | day_given(on)
    done = client.post(f"{_path(commune, year)}/issues", body)
    screen.show(done, f"Đã ban hành kế hoạch năm {year}: {done['number']}, ngày {_shown(done['issued_on'])}.")


@client_command(
    plan, "adjust", epilog='Ví dụ: kiemdinh plan adjust NL 2027 --reason "Thông tư mới có hiệu lực từ 07/7/2026"'
)
def adjust(client: Client, screen: Screen, commune: CommuneArgument, year: YearArgument, reason: Reason) -> None:
    """Mở kế hoạch đã ban hành để điều chỉnh; mọi thay đổi sau đó mang lý do này."""
    done = client.post(f"{_path(commune, year)}/adjustments", {"reason": reason})
    screen.show(done, f"Kế hoạch năm {year} đang mở để điều chỉnh. Sửa xong thì ban hành lại.")


@client_command(plan, "show", epilog="Ví dụ: kiemdinh plan show TH-BC; kiemdinh plan show NL 2027")
def show(
    client: Client,
    screen: Screen,
    unit: Annotated[str, typer.Argument(metavar="ĐƠN_VỊ", help="Mã trường; hoặc mã xã, kèm năm.")],
    year: Annotated[int, typer.Argument(metavar="NĂM", help="Năm kế hoạch của xã; bỏ trống là kế hoạch của trường.")] = 0,
    cycle: Cycle = "",
) -> None:
    """Kế hoạch tự đánh giá của một trường; có năm thì là kế hoạch năm của một xã."""
    if not year:
        show_school_plan(client, screen, unit, cycle)
        return
    found = client.get(_path(unit, year))
    if screen.as_json:
        screen.line(found)
        return
    screen.show(found, _headline(found))
    screen.rows([_line(line) for line in found["lines"]], _LISTED, empty="Xã chưa có trường nào.")


@client_command(plan, "progress", epilog="Ví dụ: kiemdinh plan progress NL 2027 --json")
def progress(client: Client, screen: Screen, commune: CommuneArgument, year: YearArgument) -> None:
    """Tiến độ kế hoạch năm: số trường, số có mục, số đã đạt mục tiêu, số trễ."""
    found = client.get(f"{_path(commune, year)}/progress")
    screen.show(found, f"Kế hoạch năm {year}: {_counts(found)}")


@client_command(plan, "compare", epilog="Ví dụ: kiemdinh plan compare NL 2027")
def compare(client: Client, screen: Screen, commune: CommuneArgument, year: YearArgument) -> None:
    """Kế hoạch của một năm bên kế hoạch năm trước, từng trường."""
    found = client.get(f"{_path(commune, year)}/comparison")
    if screen.as_json:
        screen.line(found)
        return
    rows = [{"name": one["name"], "before": _told(one["before"]), "now": _told(one["now"])} for one in found["schools"]]
    screen.rows(rows, _COMPARED, empty="Xã chưa có trường nào.")


def _path(commune: str, year: int) -> str:
    return f"communes/{commune}/years/{year}/plan"


def _day(text: str) -> str:
    return day_given(text)["on"]


def _shown(day: str | None) -> str:
    return format_date(dt.date.fromisoformat(day)) if day else "chưa rõ"


def _counts(found: dict[str, Any]) -> str:
    return (
        f"{found['with_entry']}/{found['schools']} trường có mục, {found['reached']}/{found['with_entry']} đã đạt, "
        f"{found['late']} trễ."
    )


def _headline(found: dict[str, Any]) -> str:
    issues = found["issues"]
    issued = f" ({issues[-1]['number']}, ngày {_shown(issues[-1]['issued_on'])})" if issues else ""
    state = PLAN_STATE_LABELS[PlanState(found["state"])]
    return f"Kế hoạch năm {found['year']}: {state.lower()}{issued}; {_counts(found['progress'])}"


def _line(line: dict[str, Any]) -> dict[str, Any]:
    entry = line["entry"]
    told = {"name": line["name"], "proposed": PLAN_KIND_LABELS[PlanKind(line["proposal"]["kind"])]}
    if entry is None:
        return told | {"kind": "chưa có mục"}
    return told | {
        "kind": PLAN_KIND_LABELS[PlanKind(entry["kind"])],
        "target": f"Mức {entry['target_level']}, mức độ {entry['target_degree']}",
        "register_by": _shown(entry["register_by"]),
        "state": "đã đạt" if entry["reached_on"] else "trễ" if entry["late"] else "đang làm",
    }


def _told(entry: dict[str, Any]) -> str:
    if entry["kind"] is None:
        return "–"
    state = ", đã đạt" if entry["reached_on"] else ", trễ" if entry["late"] else ""
    return PLAN_KIND_LABELS[PlanKind(entry["kind"])] + state
