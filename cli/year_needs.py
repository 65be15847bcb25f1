"""`kiemdinh need`: what schools need, what it costs, which money is planned for it, how far the work is."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import Seen, day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.text import format_number
from shared.vocabulary.commune_year import Appraisal, FundingSource, NeedState
from shared.vocabulary.year_labels import APPRAISAL_LABELS, FUNDING_SOURCE_LABELS, NEED_STATE_LABELS

need = typer.Typer(no_args_is_help=True, help="Nhu cầu của trường: nêu, thẩm định, bố trí vốn, theo dõi đến bàn giao.")

Number = Annotated[str, typer.Argument(metavar="NHU_CẦU", help="Mã nhu cầu, xem bằng lệnh list.")]
Item = Annotated[str, typer.Option("--item", help="Hạng mục: trường cần gì.")]
Quantity = Annotated[int, typer.Option("--quantity", help="Số lượng.")]
Cost = Annotated[int | None, typer.Option("--cost", help="Kinh phí, tính bằng đồng.")]
Criterion = Annotated[str, typer.Option("--criterion", help="Tiêu chí cần đến; bỏ trống được.")]
Unit = Annotated[str, typer.Option("--unit", help="Đơn vị tính: phòng, bộ, công trình.")]
Site = Annotated[str, typer.Option("--site", help="Điểm trường; bỏ trống là điểm chính.")]
Reason = Annotated[str, typer.Option("--reason", help="Lý do.")]
On = Annotated[str, typer.Option("--on", help="Ngày (YYYY-MM-DD), bỏ trống là hôm nay.")]
Photos = Annotated[list[str] | None, typer.Option("--photo", help="Mã ảnh trong kho của trường; lặp lại được.")]
_PAGE = 500


class SumBy(enum.StrEnum):
    """What sums of money are counted by."""

    SOURCE = "source"
    SCHOOL = "school"
    YEAR = "year"


@client_command(
    need,
    "raise",
    epilog='Ví dụ: kiemdinh need raise TH-BC --item "Phòng học" --quantity 2 --cost 900000000 --criterion 3.2 --year 2026',
)
def raise_need(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    item: Item,
    quantity: Quantity,
    year: Annotated[int, typer.Option("--year", help="Năm cần có.")],
    cost: Cost = None,
    criterion: Criterion = "",
    unit: Unit = "",
    site: Site = "",
    reason: Reason = "",
) -> None:
    """Nêu một nhu cầu của trường; nêu lại đúng như thế vẫn là một nhu cầu."""
    told = _told(item, quantity, cost, criterion, unit, site, reason)
    added = client.post(f"schools/{school}/needs", {"school": school, "year": year} | told)
    screen.show(added, f"Đã nêu nhu cầu {added['id']}.")


@client_command(
    need,
    "change",
    epilog='Ví dụ: kiemdinh need change NHU_CẦU --item "Phòng học" --quantity 3 --cost 1300000000 --year 2026',
)
def change_need(
    client: Client,
    screen: Screen,
    number: Number,
    item: Item,
    quantity: Quantity,
    year: Annotated[int, typer.Option("--year", help="Năm cần có.")],
    cost: Cost = None,
    criterion: Criterion = "",
    unit: Unit = "",
    site: Site = "",
    reason: Reason = "",
) -> None:
    """Sửa cả nhu cầu, khi Phòng Kinh tế chưa xác nhận có cơ sở; phải thẩm định lại."""
    told = _told(item, quantity, cost, criterion, unit, site, reason)
    _done(client, screen, number, "changes", {"year": year} | told, "Đã sửa nhu cầu.")


@client_command(need, "withdraw", epilog='Ví dụ: kiemdinh need withdraw NHU_CẦU --reason "Đã được tặng đủ thiết bị"')
def withdraw_need(client: Client, screen: Screen, number: Number, reason: Reason) -> None:
    """Rút một nhu cầu; đã bố trí vốn thì Phòng Kinh tế rút."""
    _done(client, screen, number, "withdrawal", {"reason": reason}, "Đã rút nhu cầu.")


@client_command(
    need,
    "appraise",
    epilog='Ví dụ: kiemdinh need appraise NHU_CẦU --verdict dieu_chinh --cost 850000000 --reason "Theo đơn giá tỉnh"',
)
def appraise_need(
    client: Client,
    screen: Screen,
    number: Number,
    verdict: Annotated[Appraisal, typer.Option("--verdict", help="co_so, dieu_chinh hoặc khong.")],
    cost: Cost = None,
    reason: Reason = "",
    seen: Seen = 0,
) -> None:
    """Thẩm định một nhu cầu (Phòng Kinh tế); điều chỉnh và không có cơ sở thì ghi lý do."""
    body = {"verdict": verdict.value, "cost_vnd": cost, "reason": reason, "seen": seen}
    _done(client, screen, number, "appraisals", body, f"Đã thẩm định: {APPRAISAL_LABELS[verdict]}.")


@client_command(
    need,
    "fund",
    epilog="Ví dụ: kiemdinh need fund NHU_CẦU --source ns_xa --year 2026 --amount 120000000 --document 45/QĐ-UBND",
)
def fund_need(
    client: Client,
    screen: Screen,
    number: Number,
    source: Annotated[FundingSource, typer.Option("--source", help="Nguồn vốn.")],
    year: Annotated[int, typer.Option("--year", help="Năm của vốn.")],
    amount: Annotated[int, typer.Option("--amount", help="Số tiền, tính bằng đồng; 0 là thu hồi.")],
    document: Annotated[str, typer.Option("--document", help="Số văn bản.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Lý do, khi vượt kinh phí đã thẩm định hoặc thu hồi.")] = "",
) -> None:
    """Bố trí vốn của một nguồn trong một năm; ghi lần sau của cùng nguồn, cùng năm thì thay số trước."""
    body = {"source": source.value, "money_year": year, "amount_vnd": amount, "decision": document, "reason": reason}
    funded = client.post(f"needs/{number}/funding", {"need": number} | body)
    instead = f", thay {format_number(funded['replaced_vnd'])} đồng đã ghi" if funded["replaced_vnd"] else ""
    done = f"Đã bố trí {format_number(amount)} đồng" if amount else "Đã thu hồi"
    screen.show(funded, f"{done}, {FUNDING_SOURCE_LABELS[source]} năm {year}{instead}.")


@client_command(need, "start", epilog="Ví dụ: kiemdinh need start NHU_CẦU --on 2026-07-01")
def start_work(client: Client, screen: Screen, number: Number, on: On = "") -> None:
    """Ghi ngày khởi công hoặc bắt đầu mua sắm."""
    _done(client, screen, number, "work", day_given(on), "Đã ghi bắt đầu thực hiện.")


@client_command(
    need, "work", epilog='Ví dụ: kiemdinh need work NHU_CẦU --progress 60 --quality "Đạt" --problem "Mưa, đường trơn"'
)
def check_work(
    client: Client,
    screen: Screen,
    number: Number,
    progress: Annotated[int, typer.Option("--progress", help="Tiến độ, phần trăm.")],
    quality: Annotated[str, typer.Option("--quality", help="Chất lượng.")] = "",
    problem: Annotated[str, typer.Option("--problem", help="Vướng mắc.")] = "",
    photo: Photos = None,
    on: On = "",
) -> None:
    """Ghi tiến độ; chưa ghi bắt đầu thì bắt đầu từ ngày này."""
    body = {"progress_percent": progress, "quality": quality, "problem": problem, "photos": photo or []}
    _done(client, screen, number, "progress", body | day_given(on), f"Đã ghi tiến độ {progress}%.")


@client_command(
    need,
    "photo",
    epilog="Ví dụ: kiemdinh need photo NHU_CẦU --photo TÀI_LIỆU; Phòng Kinh tế: … photo NHU_CẦU --file mai-ton.jpg",
)
def photograph_work(
    client: Client,
    screen: Screen,
    number: Number,
    photo: Photos = None,
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", help="Ảnh trên máy, Phòng Kinh tế gửi; lặp lại được.", exists=True, dir_okay=False),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Ghi chú.")] = "",
    on: On = "",
) -> None:
    """Gửi ảnh công trình: trường chọn trong kho của trường, Phòng Kinh tế gửi ảnh trên máy."""
    school = client.get(f"needs/{number}")["school"] if file else ""
    sent = [client.upload(school, one, lambda _: None, need=number)["document"] for one in file or []]
    body = {"photos": [*(photo or []), *sent], "note": note}
    _done(client, screen, number, "photos", body | day_given(on), "Đã gửi ảnh.")


@client_command(need, "hand-over", epilog="Ví dụ: kiemdinh need hand-over NHU_CẦU --on 2026-11-20")
def hand_over_need(
    client: Client,
    screen: Screen,
    number: Number,
    on: On = "",
    remaining: Annotated[str, typer.Option("--remaining", help="Việc còn lại.")] = "",
) -> None:
    """Ghi bàn giao cho trường."""
    _done(client, screen, number, "handover", {"remaining": remaining} | day_given(on), "Đã ghi bàn giao.")


@client_command(need, "show", epilog="Ví dụ: kiemdinh need show NHU_CẦU --json")
def show_need(client: Client, screen: Screen, number: Number) -> None:
    """Một nhu cầu với mọi việc đã ghi."""
    view = client.get(f"needs/{number}")
    state = NEED_STATE_LABELS[NeedState(view["state"])]
    screen.show(view, f"{view['item']} · {view['school']} · {state} · đã bố trí {format_number(view['funded_vnd'])} đồng")


@client_command(need, "list", epilog="Ví dụ: kiemdinh need list --by source --commune NL --year 2026 --json")
def list_needs(
    client: Client,
    screen: Screen,
    by: Annotated[SumBy | None, typer.Option("--by", help="Cộng vốn theo source, school hoặc year.")] = None,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ xã này.")] = "",
    year: Annotated[int, typer.Option("--year", help="Năm cần có; với --by là năm của vốn.")] = 0,
    school: Annotated[str, typer.Option("--school", help="Chỉ trường này.")] = "",
    unfunded: Annotated[bool, typer.Option("--unfunded", help="Chỉ nhu cầu còn thiếu vốn.")] = False,
) -> None:
    """Nhu cầu được xem: chưa có nguồn trước; với --by là vốn đã bố trí, mỗi dòng một tổng."""
    narrowed = {"commune": commune or None, "year": year or None, "school": school or None}
    if by is not None:
        sums = client.get("need-sums", **narrowed)[f"by_{by.value}"]
        headings = {SumBy.SOURCE: "Nguồn", SumBy.SCHOOL: "Trường", SumBy.YEAR: "Năm"}
        screen.rows(sums, [(by.value, headings[by]), ("amount", "Đã bố trí, đồng")], empty="Chưa bố trí vốn.")
        return
    columns = [
        ("school", "Trường"),
        ("year", "Năm"),
        ("item", "Hạng mục"),
        ("quantity", "Số lượng"),
        ("criterion", "Tiêu chí"),
        ("state", "Trạng thái"),
        ("funded_vnd", "Đã bố trí, đồng"),
        ("unfunded_vnd", "Chưa có nguồn, đồng"),
        ("id", "Mã"),
    ]
    found = _all(client, narrowed | {"unfunded": unfunded or None})
    rows = found if screen.as_json else [one | {"state": NEED_STATE_LABELS[NeedState(one["state"])]} for one in found]
    screen.rows(rows, columns, empty="Chưa có nhu cầu nào.")


def _all(client: Client, narrowed: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the needs that the caller sees, page by page."""
    found = list[dict[str, Any]]()
    while True:
        page = client.get("needs", **narrowed, after=len(found) or None, limit=_PAGE)
        found += page["needs"]
        if not page["needs"] or len(found) >= page["total"]:
            return found


def _told(item: str, quantity: int, cost: int | None, criterion: str, unit: str, site: str, reason: str) -> dict[str, Any]:
    """Return what a school asks for, as the API takes it."""
    told = {"item": item, "quantity": quantity, "cost_vnd": cost, "criterion": criterion}
    return told | {"unit": unit, "site": site, "reason": reason}


def _done(client: Client, screen: Screen, number: str, what: str, body: dict[str, Any], text: str) -> None:
    """Record something about a need and tell it."""
    screen.show(client.post(f"needs/{number}/{what}", {"need": number} | body), text)
