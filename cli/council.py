"""`kiemdinh council`, `group`, `criterion assign`, `plan`, `facet`: who does what in a self-assessment, and when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle, newest_cycle
from cli.judging import CriterionCode, On, criterion, day_given, json_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.labels import CONFIDENCE_LABELS
from shared.vocabulary.self_assessment import GroupKind

council = typer.Typer(no_args_is_help=True, help="Hội đồng tự đánh giá của một đợt.")
group = typer.Typer(no_args_is_help=True, help="Nhóm thư ký và nhóm công tác của Hội đồng.")
plan = typer.Typer(no_args_is_help=True, help="Kế hoạch tự đánh giá của trường, kế hoạch năm của xã.")
facet = typer.Typer(no_args_is_help=True, help="Nội hàm của chỉ báo.")

ROLE_WORDS = {"chu_tich": "Chủ tịch", "pho": "Phó Chủ tịch", "thu_ky": "Thư ký", "uy_vien": "Ủy viên"}
KIND_WORDS = {"thu_ky": "thư ký", "cong_tac": "công tác"}
STATE_WORDS = {"dat": "đúng", "khong_dat": "KHÔNG ĐÚNG", "canh_bao": "cần xem"}

GroupId = Annotated[str, typer.Argument(metavar="NHÓM", help="Mã nhóm, như nhom-1.")]
Person = "tên đăng nhập hoặc mã người"


@client_command(council, "set", epilog="Ví dụ: kiemdinh council set TH-BC --cycle 2026-2027 --file hoi-dong.json")
def set_council(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    file: Annotated[
        Path,
        typer.Option(
            "--file",
            help='JSON: {"decision","decided_on","members":[{"name","office","role":"chu_tich|pho|thu_ky|uy_vien","task",'
            '"login"?,"trained"?}]}; - là đầu vào.',
        ),
    ],
    cycle: Cycle = "",
) -> None:
    """Hiệu trưởng lập Hội đồng tự đánh giá, hoặc lập lại. Sai quy định thì không ghi, nêu từng điều."""
    chosen = newest_cycle(client, school, cycle)
    done = client.put(f"schools/{school}/cycles/{chosen}/council", _object(file))
    screen.show(done, f"Đã lập Hội đồng {len(done['members'])} người cho đợt {chosen}. Số {done['position']}.")


@client_command(council, "show", epilog="Ví dụ: kiemdinh council show TH-BC --cycle 2026-2027")
def show_council(client: Client, screen: Screen, school: SchoolCode, cycle: Cycle = "") -> None:
    """Thành viên, nhóm, phân công, và từng quy định đúng hay chưa."""
    found = _council(client, school, cycle)
    screen.show(found, "\n".join(_told(found)))


@client_command(council, "check", epilog="Ví dụ: kiemdinh council check TH-BC --file hoi-dong.json")
def check_council(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    cycle: Cycle = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="Hội đồng định lập, như ở council set; chỉ xem, không ghi.")
    ] = None,
) -> None:
    """Từng quy định về Hội đồng: đúng, không đúng hay cần xem, theo điều nào. Không ghi gì."""
    if file is None:
        found = _council(client, school, cycle)
    else:
        chosen = newest_cycle(client, school, cycle)
        found = client.put(f"schools/{school}/cycles/{chosen}/council", _object(file) | {"only_check": True})
    rows = found["rules"] if screen.as_json else [_rule_told(rule) for rule in found["rules"]]
    columns = [
        ("text", "Quy định"),
        ("state", "Thế nào"),
        ("found", "Hiện"),
        ("source", "Căn cứ"),
        ("confidence", "Độ chắc"),
    ]
    screen.rows(rows, columns, empty="Không có quy định nào.")


def _rule_told(rule: dict[str, Any]) -> dict[str, Any]:
    return rule | {"state": STATE_WORDS[rule["state"]], "confidence": CONFIDENCE_LABELS[rule["confidence"]]}


@client_command(
    group, "add", epilog='Ví dụ: kiemdinh group add TH-BC nhom-1 --name "Nhóm 1" --leader hoa --member lan --member minh'
)
def add_group(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    name: GroupId,
    leader: Annotated[str, typer.Option("--leader", help=f"Nhóm trưởng, là thành viên Hội đồng: {Person}.")],
    title: Annotated[str, typer.Option("--name", help="Tên nhóm; bỏ trống là mã nhóm.")] = "",
    kind: Annotated[GroupKind, typer.Option("--kind", help="thu_ky hoặc cong_tac.")] = GroupKind.WORKING,
    member: Annotated[list[str] | None, typer.Option("--member", help=f"Thành viên: {Person}; lặp lại được.")] = None,
    task: Annotated[str, typer.Option("--task", help="Nhiệm vụ của nhóm.")] = "",
    cycle: Cycle = "",
) -> None:
    """Lập một nhóm, hoặc lập lại nhóm cùng mã."""
    chosen = newest_cycle(client, school, cycle)
    body = {"name": title or name, "kind": kind.value, "leader": leader, "members": member or [], "task": task}
    done = client.put(f"schools/{school}/cycles/{chosen}/groups/{name}", body)
    screen.show(done, f"Đã lập {title or name}. Số {done['position']}.")


@client_command(group, "list", epilog="Ví dụ: kiemdinh group list TH-BC --cycle 2026-2027")
def list_groups(client: Client, screen: Screen, school: SchoolCode, cycle: Cycle = "") -> None:
    """Các nhóm của Hội đồng, người và tiêu chí của từng nhóm."""
    groups = _council(client, school, cycle)["groups"]
    rows = groups if screen.as_json else [_group_cells(one) for one in groups]
    columns = [("group", "Mã"), ("name", "Tên"), ("kind", "Loại"), ("leader", "Nhóm trưởng"), ("members", "Người")]
    screen.rows(rows, [*columns, ("criteria", "Tiêu chí")], empty="Hội đồng chưa chia nhóm.")


@client_command(group, "remove", epilog="Ví dụ: kiemdinh group remove TH-BC nhom-1")
def remove_group(client: Client, screen: Screen, school: SchoolCode, name: GroupId, cycle: Cycle = "") -> None:
    """Giải thể một nhóm không còn tiêu chí."""
    done = client.delete(f"schools/{school}/cycles/{newest_cycle(client, school, cycle)}/groups/{name}")
    screen.show(done, f"Đã giải thể nhóm {name}. Số {done['position']}.")


@client_command(
    criterion,
    "assign",
    epilog="Ví dụ: kiemdinh criterion assign TH-BC 1.3 --group nhom-1 --writer lan --reviewer hoa --due 2027-03-15",
)
def assign_criterion(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: CriterionCode,
    cycle: Cycle = "",
    to: Annotated[str, typer.Option("--group", help="Mã nhóm.")] = "",
    writer: Annotated[str, typer.Option("--writer", help=f"Người viết: {Person}.")] = "",
    reviewer: Annotated[str, typer.Option("--reviewer", help=f"Người soát, khác người viết: {Person}.")] = "",
    due: Annotated[str, typer.Option("--due", help="Hạn viết xong (YYYY-MM-DD).")] = "",
) -> None:
    """Phân công một tiêu chí; thay cho phân công trước."""
    chosen = newest_cycle(client, school, cycle)
    body = {"group": to, "writer": writer, "reviewer": reviewer} | _due_given(due)
    done = client.put(f"schools/{school}/cycles/{chosen}/criteria/{code}/assignment", body)
    screen.show(done, f"Đã phân công tiêu chí {code}. Số {done['position']}.")


@client_command(plan, "set", epilog="Ví dụ: kiemdinh plan set TH-BC --cycle 2026-2027 --file ke-hoach.json")
def set_plan(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    file: Annotated[
        Path,
        typer.Option(
            "--file",
            help='JSON: {"sections":{"I":…},"timetable":[{"starts","ends","activity","who"}],'
            '"resources":[{"criterion","what","when","note"}]}; - là đầu vào.',
        ),
    ],
    cycle: Cycle = "",
) -> None:
    """Ghi kế hoạch tự đánh giá, thay cho bản trước; bản mới chờ Chủ tịch duyệt."""
    chosen = newest_cycle(client, school, cycle)
    done = client.put(f"schools/{school}/cycles/{chosen}/plan", _object(file))
    screen.show(done, f"Đã ghi kế hoạch tự đánh giá đợt {chosen}. Số {done['position']}.")


@client_command(plan, "approve", epilog="Ví dụ: kiemdinh plan approve TH-BC --cycle 2026-2027")
def approve_plan(client: Client, screen: Screen, school: SchoolCode, cycle: Cycle = "", on: On = "") -> None:
    """Chủ tịch Hội đồng duyệt kế hoạch đang có."""
    chosen = newest_cycle(client, school, cycle)
    done = client.post(f"schools/{school}/cycles/{chosen}/plan/approval", day_given(on))
    screen.show(done, f"Đã duyệt kế hoạch tự đánh giá đợt {chosen}. Số {done['position']}.")


def show_school_plan(client: Client, screen: Screen, school: str, cycle: str) -> None:
    """Show a school's plan of self-assessment: sections of the form, timetable and resources."""
    found = client.get(f"schools/{school}/cycles/{newest_cycle(client, school, cycle)}/plan")
    lines = [found["form"] or "Thông tư này chưa có mẫu kế hoạch; các mục là của trường."]
    lines += [f"{section['heading']}: {section['text'] or '⟨chưa có⟩'}" for section in found["sections"]]
    lines += [
        f"{item['starts']} – {item['ends']}  {item['activity']}  {item['who']}".rstrip() for item in found["timetable"]
    ]
    lines += [f"{one['criterion']}  {one['what']}  {one['when']}".rstrip() for one in found["resources"]]
    approval = found["approval"]
    lines.append(f"Chủ tịch duyệt ngày {approval['approved_on']}." if approval else "Chưa duyệt.")
    screen.show(found, "\n".join(lines))


@client_command(facet, "set", epilog="Ví dụ: kiemdinh facet set TH-BC 1.1 --level 1 --indicator a --file noi-ham.json")
def set_facets(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: CriterionCode,
    level: Annotated[int, typer.Option("--level", help="Mức.")],
    file: Annotated[
        Path, typer.Option("--file", help='JSON: [{"text","question","evidence","where","note"}]; - là đầu vào.')
    ],
    indicator: Annotated[str, typer.Option("--indicator", help="Chỉ báo, như a; bỏ trống là cả mức.")] = "",
    cycle: Cycle = "",
) -> None:
    """Xác định nội hàm của một chỉ báo, thay cho bản trước."""
    facets = json_given(file)
    if not isinstance(facets, list):
        raise typer.BadParameter(f"{file}: cần một danh sách JSON, mỗi phần tử một nội hàm.")
    chosen = newest_cycle(client, school, cycle)
    body = {"level": level, "indicator": indicator, "facets": facets}
    done = client.put(f"schools/{school}/cycles/{chosen}/criteria/{code}/facets", body)
    screen.show(done, f"Đã ghi {len(facets)} nội hàm của tiêu chí {code}. Số {done['position']}.")


@client_command(facet, "show", epilog="Ví dụ: kiemdinh facet show TH-BC 1.1")
def show_facets(client: Client, screen: Screen, school: SchoolCode, code: CriterionCode, cycle: Cycle = "") -> None:
    """Nội hàm của một tiêu chí theo mức và chỉ báo, kèm gợi ý minh chứng."""
    found = client.get(f"schools/{school}/cycles/{newest_cycle(client, school, cycle)}/criteria/{code}/facets")
    lines = [f"{code} {found['title']}"]
    for one in found["indicators"]:
        lines.append(f"Mức {one['level']} {one['indicator']}: {one['requirement']}".rstrip())
        lines += [f"  - {facet['text']}" for facet in one["facets"]]
    lines += [f"{suggestion['mark']}: {suggestion['evidence']}" for suggestion in found["suggestions"]]
    screen.show(found, "\n".join(lines))


def _council(client: Client, school: str, cycle: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"schools/{school}/cycles/{newest_cycle(client, school, cycle)}/council")
    return found


def _object(file: Path) -> dict[str, Any]:
    given = json_given(file)
    if not isinstance(given, dict):
        raise typer.BadParameter(f"{file}: cần một đối tượng JSON.")
    return given


def _due_given(text: str) -> dict[str, str]:
    try:
        return {"due": dt.date.fromisoformat(text).isoformat()} if text else {}
    except ValueError:
        raise typer.BadParameter(f"{text} không có trong lịch. Nhập ngày dạng YYYY-MM-DD.") from None


def _called(person: dict[str, Any]) -> str:
    return str(person["name"] or person["person"])


def _group_cells(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "group": one["group"],
        "name": one["name"],
        "kind": KIND_WORDS[one["kind"]],
        "leader": _called(one["leader"]),
        "members": [_called(member) for member in one["members"]],
        "criteria": one["criteria"],
    }


def _told(found: dict[str, Any]) -> list[str]:
    if not found["position"]:
        lines = [f"Đợt {found['cycle']} chưa lập Hội đồng. Quy định phải theo:"]
    else:
        number = f" số {found['decision']}" if found["decision"] else ""
        lines = [f"Hội đồng tự đánh giá đợt {found['cycle']}, quyết định{number} ngày {found['decided_on']}:"]
    for member in found["members"]:
        lines.append(f"  {ROLE_WORDS[member['role']]}: {_called(member)}, {member['office']}".rstrip(", "))
    for one in found["groups"]:
        lines.append(f"  {one['name']} ({KIND_WORDS[one['kind']]}): {', '.join(map(_called, one['members']))}")
    lines += [f"  [{STATE_WORDS[r['state']]}] {r['text']}: {r['found']} ({r['source']})" for r in found["rules"]]
    return lines
