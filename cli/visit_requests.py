"""`kiemdinh inspection request` and `supply`: evidence that a team asks for during a visit, and what the school supplies."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.command import Screen, client_command
from cli.inspections import Visit, inspection
from cli.judging import day_given
from cli.offices import SchoolCode
from client.api_client import Client


@client_command(
    inspection,
    "request",
    epilog='Ví dụ: kiemdinh inspection request TH-BC CUỘC --criterion 4.1 --what "Sổ họp phụ huynh" --due 2026-11-12',
)
def request_evidence(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    criterion: Annotated[str, typer.Option("--criterion", help="Tiêu chí cần thêm minh chứng.")],
    what: Annotated[str, typer.Option("--what", help="Cần bổ sung gì.")],
    due: Annotated[str, typer.Option("--due", help="Hạn (YYYY-MM-DD).")],
) -> None:
    """Đoàn yêu cầu bổ sung minh chứng: đến khi kết luận, trường gắn lại được minh chứng của tiêu chí ấy."""
    body = {"school": school, "inspection": number, "criterion": criterion, "what": what, "due": day_given(due)["on"]}
    asked = client.post(f"schools/{school}/inspections/{number}/requests", body)
    screen.show(asked, f"Đã yêu cầu bổ sung minh chứng tiêu chí {criterion}: {asked['request']}.")


@client_command(
    inspection,
    "supply",
    epilog='Ví dụ: kiemdinh inspection supply TH-BC CUỘC YÊU_CẦU --document TÀI_LIỆU --text "Sổ họp hai học kỳ"',
)
def supply_evidence(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    request: Annotated[str, typer.Argument(metavar="YÊU_CẦU", help="Mã yêu cầu, xem bằng inspection list --json.")],
    document: Annotated[list[str] | None, typer.Option("--document", help="Mã tài liệu của trường; lặp lại được.")] = None,
    text: Annotated[str, typer.Option("--text", help="Giải thích.")] = "",
) -> None:
    """Trường bổ sung minh chứng mà đoàn yêu cầu."""
    body = {"school": school, "inspection": number, "request": request, "documents": document or [], "text": text}
    supplied = client.post(f"schools/{school}/inspections/{number}/requests/{request}/supply", body)
    screen.show(supplied, "Đã gửi minh chứng bổ sung.")
