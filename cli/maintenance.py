"""`kiemdinh maintenance`: whether recognised schools keep their standard, checked every year."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import On, day_given
from cli.offices import SchoolCode
from client.api_client import Client

maintenance = typer.Typer(
    no_args_is_help=True,
    help="Kiểm tra duy trì hằng năm ở trường đã được công nhận (việc nội bộ, không đổi quyết định nào).",
)

Year = Annotated[str, typer.Option("--year", help="Năm học, như 2026-2027.")]
_RESULTS = {"duy_tri": "duy trì", "nguy_co": "có nguy cơ", "khong": "không duy trì"}
_PAGE = 500
_COLUMNS = [
    ("school", "Trường"),
    ("year", "Năm học"),
    ("result", "Kết quả"),
    ("checked_on", "Ngày"),
    ("inspection", "Đợt kiểm tra"),
    ("note", "Ghi chú"),
]


@client_command(
    maintenance,
    "check",
    epilog='Ví dụ: kiemdinh maintenance check TH-BC --year 2026-2027 --result duy_tri --note "Đủ phòng"',
)
def check_maintenance(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    year: Year,
    result: Annotated[str, typer.Option("--result", help="duy_tri, nguy_co hoặc khong.")],
    inspection: Annotated[str, typer.Option("--inspection", help="Đợt kiểm tra đã kết luận làm căn cứ.")] = "",
    note: Annotated[str, typer.Option("--note", help="Đã thấy gì.")] = "",
    on: On = "",
) -> None:
    """Ghi kết quả kiểm tra duy trì của một năm học. "khong" không tự dẫn đến thu hồi: Sở yêu cầu khắc phục trước."""
    if result not in _RESULTS:
        raise typer.BadParameter(f"{result}: cần một trong {', '.join(_RESULTS)}")
    body = {"school": school, "year": year, "result": result, "inspection": inspection, "note": note} | day_given(on)
    checked = client.post(f"schools/{school}/maintenance", body)
    screen.show(
        checked, f"Năm học {year}: {_RESULTS[checked['result']]}, kiểm tra ngày {checked['checked_on']}.{_next(checked)}"
    )


def _next(checked: dict[str, Any]) -> str:
    if checked["result"] != "khong":
        return ""
    return " Bước sau, do Sở: kiemdinh recognition remedy (khắc phục trước), rồi mới đến recognition revoke."


@client_command(maintenance, "list", epilog="Ví dụ: kiemdinh maintenance list --year 2026-2027 --commune NL --json")
def list_maintenance(
    client: Client,
    screen: Screen,
    school: Annotated[
        str, typer.Argument(metavar="TRƯỜNG", help="Mã trường; bỏ trống thì xem mọi trường của một năm.")
    ] = "",
    year: Annotated[str, typer.Option("--year", help="Năm học, như 2026-2027; cần khi không nêu trường.")] = "",
    commune: Annotated[str, typer.Option("--commune", help="Chỉ các trường của xã này.")] = "",
) -> None:
    """Các lần kiểm tra duy trì: của một trường qua các năm, hoặc của một năm ở các trường."""
    if not school and not year:
        raise typer.BadParameter("Nêu mã trường, hoặc --year.")
    found = _of_school(client, school, year) if school else _of_year(client, year, commune)
    rows = [one if screen.as_json else one | {"result": _RESULTS[one["result"]]} for one in found]
    screen.rows(rows, _COLUMNS, empty="Chưa có lần kiểm tra duy trì nào.")


def _of_school(client: Client, school: str, year: str) -> list[dict[str, Any]]:
    checks = client.get(f"schools/{school}/maintenance")["checks"]
    return [{"school": school} | check for check in checks if year in {"", check["year"]}]


def _of_year(client: Client, year: str, commune: str) -> list[dict[str, Any]]:
    path, lines = f"communes/{commune}/maintenance" if commune else "maintenance", list[dict[str, Any]]()
    while True:
        page = client.get(path, year=year, after=len(lines) or None, limit=_PAGE)
        lines += page["checks"]
        if not page["checks"] or len(lines) >= page["total"]:
            return [{"school": line["school"]} | line["check"] for line in lines]
