"""`kiemdinh recommendation`: what visits recommend, what is answered, what the office found of it, more time."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.inspection import RecommendationSeverity, RecommendationState, Responsible, Verification
from shared.vocabulary.labels import (
    RECOMMENDATION_STATE_LABELS,
    RESPONSIBLE_LABELS,
    SEVERITY_LABELS,
    VERIFICATION_LABELS,
)

recommendation = typer.Typer(no_args_is_help=True, help="Kiến nghị của các đoàn: nêu, trả lời, xác nhận, gia hạn.")

Number = Annotated[str, typer.Argument(metavar="KIẾN_NGHỊ", help="Mã kiến nghị, xem bằng lệnh list.")]
Due = Annotated[str, typer.Option("--due", help="Hạn (YYYY-MM-DD).")]


@client_command(
    recommendation,
    "add",
    epilog='Ví dụ: kiemdinh recommendation add TH-BC --inspection CUỘC --criterion 4.1 --text "Lập sổ" --due 2027-01-15',
)
def add_recommendation(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    inspection: Annotated[str, typer.Option("--inspection", help="Mã cuộc kiểm tra nêu kiến nghị.")],
    text: Annotated[str, typer.Option("--text", help="Nội dung kiến nghị.")],
    due: Due,
    criterion: Annotated[str, typer.Option("--criterion", help="Tiêu chí; bỏ trống là chung cả trường.")] = "",
    severity: Annotated[
        RecommendationSeverity, typer.Option("--severity", help="bat_buoc (bắt buộc) hoặc nen (nên làm).")
    ] = RecommendationSeverity.MUST,
    responsible: Annotated[
        Responsible, typer.Option("--responsible", help="Ai làm: truong, xa hoặc phong_kinh_te.")
    ] = Responsible.SCHOOL,
) -> None:
    """Nêu một kiến nghị; trường thấy khi cuộc kiểm tra đã kết luận."""
    body = {"school": school, "inspection": inspection, "text": text, "due": day_given(due)["on"]}
    chosen = {"criterion": criterion, "severity": severity.value, "responsible": responsible.value}
    added = client.post(f"schools/{school}/recommendations", body | chosen)
    screen.show(added, f"Đã nêu kiến nghị {added['id']}.")


@client_command(
    recommendation,
    "answer",
    epilog='Ví dụ: kiemdinh recommendation answer KIẾN_NGHỊ --text "Đã lập sổ" --document TÀI_LIỆU',
)
def answer_recommendation(
    client: Client,
    screen: Screen,
    number: Number,
    text: Annotated[str, typer.Option("--text", help="Trả lời bằng lời.")] = "",
    document: Annotated[list[str] | None, typer.Option("--document", help="Mã tài liệu của trường; lặp lại được.")] = None,
) -> None:
    """Trả lời một kiến nghị của cuộc đã kết luận: bên được giao trả lời."""
    answered = _post(client, number, "answers", {"text": text, "documents": document or []})
    screen.show(answered, "Đã gửi trả lời.")


@client_command(
    recommendation,
    "verify",
    epilog='Ví dụ: kiemdinh recommendation verify KIẾN_NGHỊ --result mot_phan --note "Thiếu chữ ký"',
)
def verify_recommendation(
    client: Client,
    screen: Screen,
    number: Number,
    result: Annotated[Verification, typer.Option("--result", help="dat, mot_phan hoặc chua.")],
    note: Annotated[str, typer.Option("--note", help="Nhận xét.")] = "",
    inspection: Annotated[str, typer.Option("--inspection", help="Mã cuộc đã xem lại; bỏ trống được.")] = "",
) -> None:
    """Xác nhận một kiến nghị đã trả lời: đạt, đạt một phần hay chưa làm."""
    body = {"result": result.value, "note": note, "inspection": inspection}
    screen.show(_post(client, number, "verifications", body), f"Đã xác nhận: {VERIFICATION_LABELS[result]}.")


@client_command(
    recommendation,
    "extend",
    epilog='Ví dụ: kiemdinh recommendation extend KIẾN_NGHỊ --due 2027-03-01 --reason "Chờ kinh phí đợt hai của xã"',
)
def extend_recommendation(
    client: Client,
    screen: Screen,
    number: Number,
    due: Due,
    reason: Annotated[str, typer.Option("--reason", help="Lý do gia hạn.")],
) -> None:
    """Gia hạn một kiến nghị, kèm lý do."""
    extended = _post(client, number, "extensions", {"due": day_given(due)["on"], "reason": reason})
    screen.show(extended, f"Đã gia hạn đến ngày {due}.")


@client_command(recommendation, "list", epilog="Ví dụ: kiemdinh recommendation list --overdue --commune NL --json")
def list_recommendations(
    client: Client,
    screen: Screen,
    overdue: Annotated[bool, typer.Option("--overdue", help="Chỉ kiến nghị quá hạn.")] = False,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ các trường của xã này.")] = "",
    school: Annotated[str, typer.Option("--school", help="Chỉ trường này.")] = "",
) -> None:
    """Kiến nghị ở các trường được xem: quá hạn trước, rồi theo hạn."""
    if school and not commune:
        found = _of_school(client, school, overdue=overdue)
    else:
        found = _of_offices(client, commune, school, overdue=overdue)
    columns = [
        ("school", "Trường"),
        ("criterion", "Tiêu chí"),
        ("text", "Kiến nghị"),
        ("severity", "Mức độ"),
        ("due", "Hạn"),
        ("state", "Trạng thái"),
        ("responsible", "Ai làm"),
        ("id", "Mã"),
    ]
    rows = found if screen.as_json else [_row(one) for one in found]
    screen.rows(rows, columns, empty="Không có kiến nghị nào.")


def _of_school(client: Client, school: str, *, overdue: bool) -> list[dict[str, Any]]:
    """Return the recommendations to one school, which reads them as well as its offices do."""
    found: list[dict[str, Any]] = client.get(f"schools/{school}/recommendations")["recommendations"]
    return [one for one in found if one["state"] == RecommendationState.OVERDUE or not overdue]


def _of_offices(client: Client, commune: str, school: str, *, overdue: bool) -> list[dict[str, Any]]:
    """Return the recommendations to the schools that an office reaches, page by page."""
    path, found = f"communes/{commune}/recommendations" if commune else "recommendations", list[dict[str, Any]]()
    while True:
        narrowed = {"school": school or None, "overdue": overdue or None, "after": len(found) or None}
        page = client.get(path, **narrowed, limit=500)
        found += page["recommendations"]
        if not page["recommendations"] or len(found) >= page["total"]:
            return found


def _post(client: Client, number: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
    """Do something about a recommendation that is known by its id alone: its school is asked for first."""
    school = client.get(f"recommendations/{number}")["school"]
    named = {"school": school, "recommendation": number}
    done: dict[str, Any] = client.post(f"schools/{school}/recommendations/{number}/{what}", named | body)
    return done


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "severity": SEVERITY_LABELS[RecommendationSeverity(one["severity"])],
        "state": RECOMMENDATION_STATE_LABELS[RecommendationState(one["state"])],
        "responsible": RESPONSIBLE_LABELS[Responsible(one["responsible"])],
    }
