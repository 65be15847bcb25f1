"""`kiemdinh paper …`: papers of self-assessments, visits and decisions, printed as Word, Excel or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.labels import OWED_PAPER_STATE_LABELS
from shared.vocabulary.self_assessment import OwedPaperState

paper = typer.Typer(no_args_is_help=True, help="Giấy tờ của trường, của đoàn và của Sở: còn thiếu gì, in, đính bản đã ký.")

Kind = Annotated[str, typer.Argument(metavar="LOẠI", help="Loại giấy; xem: kiemdinh paper kinds.")]


@client_command(paper, "kinds", epilog="Ví dụ: kiemdinh paper kinds --json")
def paper_kinds(client: Client, screen: Screen) -> None:
    """Các loại giấy in được, theo bộ tiêu chí nào, ở dạng nào."""
    kinds = client.get("papers/kinds")["kinds"]
    screen.rows(
        kinds,
        [("kind", "Loại"), ("title", "Tên giấy"), ("formats", "Dạng"), ("regimes", "Bộ tiêu chí")],
        empty="Chưa có loại giấy nào.",
    )


@client_command(paper, "list", epilog="Ví dụ: kiemdinh paper list TH-BC --cycle 2026-2027")
def list_papers(client: Client, screen: Screen, school: SchoolCode, cycle: Cycle = "") -> None:
    """Giấy tờ của một đợt: có, nháp, thiếu, quá hạn."""
    papers = client.get(f"schools/{school}/papers", **({"cycle": cycle} if cycle else {}))["papers"]
    rows = papers if screen.as_json else [_cells(row) for row in papers]
    columns = [("title", "Giấy"), ("state", "Tình trạng"), ("due", "Hạn"), ("kind", "Loại")]
    screen.rows(rows, columns, empty="Đợt này chưa có giấy tờ nào phải làm.")


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"state": OWED_PAPER_STATE_LABELS[OwedPaperState(row["state"])]}


@client_command(
    paper,
    "print",
    epilog="Ví dụ: kiemdinh paper print phieu_tieu_chi TH-BC --criterion 1.3 --format docx -o phieu-1.3.docx",
)
def print_paper(
    client: Client,
    screen: Screen,
    kind: Kind,
    unit: Annotated[str, typer.Argument(metavar="TRƯỜNG|XÃ", help="Mã trường; mã xã khi có --year.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="TỆP", help="Ghi vào tệp này.")],
    cycle: Cycle = "",
    criterion: Annotated[str, typer.Option("--criterion", help="Tiêu chí, như 1.3; cho phiếu.")] = "",
    inspection: Annotated[str, typer.Option("--inspection", help="Đợt kiểm tra; bỏ trống là đợt cuối có giấy ấy.")] = "",
    meeting: Annotated[str, typer.Option("--meeting", help="Cuộc họp; bỏ trống là cuộc họp cuối.")] = "",
    year: Annotated[int, typer.Option("--year", help="Năm công tác của xã, như 2026; cho giấy của xã.")] = 0,
    subject: Annotated[str, typer.Option("--of", help="Việc, lớp, báo cáo… mà giấy nói về; bỏ trống là mới nhất.")] = "",
    valid_at: Annotated[str, typer.Option("--valid-at", metavar="NGÀY", help="Như ở một ngày khác, YYYY-MM-DD.")] = "",
    known_at: Annotated[int, typer.Option("--known-at", metavar="SỐ", min=0, help="Như nhật ký biết đến số này.")] = 0,
    form: Annotated[str, typer.Option("--format", metavar="DẠNG", help="docx, xlsx hoặc pdf.")] = "docx",
) -> None:
    """In một giấy như đang có, hoặc như ở một thời điểm đã qua. Bản chưa xong có chữ BẢN NHÁP."""
    given = {
        "cycle": cycle,
        "criterion": criterion,
        "meeting": meeting,
        "inspection": inspection,
        "subject": subject,
        "valid_at": valid_at,
        "format": form,
    }
    query = {name: value for name, value in given.items() if value} | ({"known_at": str(known_at)} if known_at else {})
    place = f"communes/{unit}/years/{year}" if year else f"schools/{unit}"
    printed = client.fetch_file(f"{place}/papers/{kind}?{urlencode(query)}", out)
    result = {
        "kind": kind,
        "sha256": printed["x-kiemdinh-sha256"],
        "known_at": int(printed["x-kiemdinh-known-at"]),
        "draft": printed["x-kiemdinh-draft"] == "true",
        "paper": printed["x-kiemdinh-paper"],
        "gaps": int(printed["x-kiemdinh-gaps"]),
    }
    draft = " Đây là BẢN NHÁP." if result["draft"] else ""
    lacking = f" Còn {result['gaps']} chỗ ⟨chưa có⟩." if result["gaps"] else ""
    screen.show(result, f"Đã in vào {out}, theo nhật ký số {result['known_at']}.{draft}{lacking}")
