"""`kiemdinh inspection`: visits of the commune and the department, what they ask of schools, what schools answer."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import LayerName, On, Results, day_given, judgement_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.assessment import Layer
from shared.vocabulary.labels import LAYER_LABELS

inspection = typer.Typer(no_args_is_help=True, help="Kiểm tra kỹ thuật của xã, đánh giá ngoài của Sở.")

Visit = Annotated[str, typer.Argument(metavar="CUỘC", help="Mã cuộc, xem bằng lệnh list.")]
_STATES = {"open": "mo", "answered": "da_tra_loi", "overdue": "qua_han"}
_STATE_NAMES = {"mo": "chờ trả lời", "da_tra_loi": "đã trả lời", "qua_han": "quá hạn"}


@client_command(
    inspection, "plan", epilog='Ví dụ: kiemdinh inspection plan TH-BC --layer commune --on 2026-11-05 --title "Kiểm tra"'
)
def plan_inspection(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    layer: LayerName,
    on: Annotated[str, typer.Option("--on", help="Ngày (YYYY-MM-DD).")],
    title: Annotated[str, typer.Option("--title")],
    cycle: Annotated[
        str, typer.Option("--cycle", help="Đợt tự đánh giá; bỏ trống là đợt mới nhất, hoặc đợt trường sẽ mở.")
    ] = "",
    kind: Annotated[
        str,
        typer.Option("--kind", help="ky_thuat, giam_sat, tu_van (xã); danh_gia_ngoai, tham_dinh (Sở)."),
    ] = "",
    site: Annotated[list[str] | None, typer.Option("--site", help="Điểm trường; lặp lại được.")] = None,
    member: Annotated[
        list[str] | None,
        typer.Option("--member", help="Mã tài khoản hoặc mã truy cập của người trong đoàn; lặp lại được."),
    ] = None,
) -> None:
    """Lập một cuộc kiểm tra (commune) hoặc đánh giá ngoài (department). Cử thành viên thì chỉ họ ghi được phát hiện."""
    body: dict[str, Any] = {"school": school, "cycle": cycle or _newest_of(client, school), "layer": layer, "title": title}
    body |= day_given(on) | ({"members": member} if member else {}) | ({"kind": kind} if kind else {})
    planned = client.post(f"schools/{school}/inspections", body | ({"sites": site} if site else {}))
    screen.show(planned, f"Đã lập cuộc {planned['inspection']}.")


def _newest_of(client: Client, school: str) -> str:
    """Return the school's newest cycle, '' while it has opened none."""
    cycles = client.get(f"schools/{school}/cycles")["cycles"]
    return str(cycles[0]["cycle"]) if cycles else ""


@client_command(inspection, "move", epilog='Ví dụ: kiemdinh inspection move TH-BC CUỘC --on 2026-11-12 --reason "Mưa lũ"')
def move_inspection(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    on: Annotated[str, typer.Option("--on", help="Ngày mới (YYYY-MM-DD).")],
    reason: Annotated[str, typer.Option("--reason", help="Lý do dời ngày.")],
) -> None:
    """Dời ngày của cuộc kiểm tra, kèm lý do."""
    body = {"school": school, "inspection": number, "reason": reason} | day_given(on)
    screen.show(client.post(f"schools/{school}/inspections/{number}/schedule", body), f"Đã dời đến ngày {on}.")


@client_command(
    inspection,
    "find",
    epilog='Ví dụ: kiemdinh inspection find TH-BC CUỘC 4.1/1/-=not_met --note "Thiếu sổ" --answer-by 2026-12-20',
)
def record_findings(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    results: Results,
    note: Annotated[str, typer.Option("--note", help="Đoàn viết gì cho các mục này.")] = "",
    answer_by: Annotated[str, typer.Option("--answer-by", help="Trường trả lời trước hết ngày (YYYY-MM-DD).")] = "",
    on: On = "",
) -> None:
    """Ghi phát hiện của đoàn; là dự thảo cho đến khi kết luận."""
    deadline = {"answer_by": day_given(answer_by)["on"]} if answer_by else {}
    findings = [judgement_given(result) | {"note": note} | deadline for result in results]
    body = {"school": school, "inspection": number, "findings": findings} | day_given(on)
    screen.show(client.post(f"schools/{school}/inspections/{number}/findings", body), f"Đã ghi {len(results)} phát hiện.")


@client_command(inspection, "conclude", epilog='Ví dụ: kiemdinh inspection conclude TH-BC CUỘC "Đồng ý Mức 1"')
def conclude_inspection(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    summary: Annotated[str, typer.Argument(metavar="KẾT_LUẬN")],
    conclusion: Annotated[
        str, typer.Option("--conclusion", help="Kết luận của đoàn xã: du_dieu_kien, du_sau_khac_phuc hoặc chua.")
    ] = "",
    on: On = "",
) -> None:
    """Kết thúc cuộc kiểm tra: từ đây trường đọc được phát hiện và trả lời."""
    body = {"school": school, "inspection": number, "summary": summary} | day_given(on)
    body |= {"conclusion": conclusion} if conclusion else {}
    screen.show(client.post(f"schools/{school}/inspections/{number}/conclusion", body), "Đã kết luận.")


@client_command(inspection, "list", epilog="Ví dụ: kiemdinh inspection list TH-BC")
def list_inspections(client: Client, screen: Screen, school: SchoolCode) -> None:
    """Các cuộc kiểm tra, mới nhất trước."""
    columns = [("inspection", "Cuộc"), ("layer", "Lớp"), ("on", "Ngày"), ("title", "Tên"), ("concluded", "Đã kết luận")]
    visits = client.get(f"schools/{school}/inspections")["inspections"]
    rows = visits if screen.as_json else [visit | {"layer": LAYER_LABELS[Layer(visit["layer"])]} for visit in visits]
    screen.rows(rows, columns, empty="Chưa có cuộc kiểm tra nào.")


@client_command(
    inspection,
    "answer",
    epilog='Ví dụ: kiemdinh inspection answer TH-BC CUỘC 4.1/1/- "Đã lập sổ" --document TÀI_LIỆU',
)
def answer_finding(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    place: Annotated[str, typer.Argument(metavar="TIÊU_CHÍ/MỨC/CHỈ_BÁO", help="Như 4.1/1/-.")],
    text: Annotated[str, typer.Argument(metavar="TRẢ_LỜI")] = "",
    document: Annotated[list[str] | None, typer.Option("--document", help="Mã tài liệu của trường; lặp lại được.")] = None,
) -> None:
    """Trường trả lời một phát hiện của cuộc đã kết luận."""
    criterion, _, rest = place.partition("/")
    level, _, indicator = rest.partition("/")
    if not level.isdecimal() or not indicator:
        raise typer.BadParameter(f"{place}: cần TIÊU_CHÍ/MỨC/CHỈ_BÁO, như 4.1/1/-")
    body: dict[str, Any] = {"school": school, "inspection": number, "criterion": criterion, "level": int(level)}
    body |= {"indicator": indicator, "text": text, "documents": document or []}
    screen.show(client.post(f"schools/{school}/inspections/{number}/answers", body), f"Đã gửi trả lời cho {place}.")


@client_command(inspection, "findings", epilog="Ví dụ: kiemdinh inspection findings --commune NL --state overdue --json")
def list_findings(
    client: Client,
    screen: Screen,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ các trường của xã này.")] = "",
    state: Annotated[str, typer.Option("--state", help="open, answered hoặc overdue; bỏ trống là tất cả.")] = "",
    layer: Annotated[str, typer.Option("--layer", help="commune hoặc department.")] = "",
) -> None:
    """Phát hiện các trường còn phải trả lời, đã trả lời, quá hạn; gấp nhất trước."""
    if state and state not in _STATES:
        raise typer.BadParameter(f"{state}: cần một trong {', '.join(_STATES)}")
    path, findings = f"communes/{commune}/findings" if commune else "findings", list[dict[str, Any]]()
    while True:
        page = client.get(path, state=_STATES.get(state, ""), layer=layer, after=len(findings) or None, limit=500)
        findings += page["findings"]
        if not page["findings"] or len(findings) >= page["total"]:
            break
    columns = [
        ("school", "Trường"),
        ("place", "Mục"),
        ("state", "Trạng thái"),
        ("answer_by", "Hạn"),
        ("note", "Đoàn viết"),
        ("answer", "Trả lời"),
    ]
    rows = [finding if screen.as_json else _row(finding) for finding in findings]
    screen.rows(rows, columns, empty="Không có phát hiện nào.")


def _row(recommendation: dict[str, Any]) -> dict[str, Any]:
    finding = recommendation["finding"]
    answers = finding["answers"]
    return {
        "school": recommendation["school"],
        "place": f"{finding['criterion']}/{finding['level']}/{finding['indicator']}",
        "state": _STATE_NAMES[finding["state"]],
        "answer_by": finding["answer_by"],
        "note": finding["note"],
        "answer": answers[-1]["text"] if answers else None,
    }
