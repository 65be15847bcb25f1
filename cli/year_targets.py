"""`kiemdinh target`: what schools are to reach by when; how it stands, and when it can be reached at the earliest."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead, TargetState
from shared.vocabulary.year_labels import TARGET_LEAD_LABELS, TARGET_STATE_LABELS

target = typer.Typer(no_args_is_help=True, help="Chỉ tiêu tiêu chí của các trường: đặt, xem, điều chỉnh, bỏ.")

Commune = Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã.")]
Year = Annotated[int, typer.Argument(metavar="NĂM", help="Năm của kế hoạch, như 2026.")]
Criterion = Annotated[str, typer.Argument(metavar="TIÊU_CHÍ", help="Mã tiêu chí, như 1.3.")]
LayerOption = Annotated[Layer, typer.Option("--layer", help="Lớp kết quả: school, commune hoặc department.")]
Reason = Annotated[str, typer.Option("--reason", help="Lý do.")]
_COLUMNS = [
    ("school", "Trường"),
    ("criterion", "Tiêu chí"),
    ("level", "Mức"),
    ("by", "Hạn"),
    ("lead", "Chủ trì"),
    ("state", "Tình trạng"),
    ("met_on", "Ngày đạt"),
    ("earliest", "Sớm nhất"),
    ("because", "Vì sao"),
]


@client_command(
    target, "set", epilog="Ví dụ: kiemdinh target set NL 2026 TH-BC 1.3 --level 2 --by 2026-12-31 --lead phong_vhxh"
)
def set_target(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    school: SchoolCode,
    criterion: Criterion,
    level: Annotated[int, typer.Option("--level", help="Mức phải đạt.")],
    by: Annotated[str, typer.Option("--by", help="Hạn (YYYY-MM-DD).")],
    lead: Annotated[
        TargetLead, typer.Option("--lead", help="Chủ trì: truong, phong_vhxh hoặc phong_kinh_te.")
    ] = TargetLead.SCHOOL,
    means: Annotated[str, typer.Option("--means", help="Biện pháp.")] = "",
    layer: LayerOption = Layer.SCHOOL,
) -> None:
    """Đặt chỉ tiêu một tiêu chí cho một trường."""
    wanted = {"school": school, "criterion": criterion, "level": level, "by": day_given(by)["on"]}
    chosen = {"lead": lead.value, "means": means, "layer": layer.value}
    body = {"commune": commune, "year": year, "targets": [wanted | chosen]}
    done = client.post(f"communes/{commune}/years/{year}/targets", body)
    screen.show({"id": done["ids"][0], "position": done["position"]}, f"Đã đặt: tiêu chí {criterion} Mức {level}, hạn {by}.")


@client_command(
    target,
    "revise",
    epilog='Ví dụ: kiemdinh target revise NL 2026 TH-BC 1.3 --by 2027-03-31 --reason "Công trình chậm ba tháng"',
)
def revise_target(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    school: SchoolCode,
    criterion: Criterion,
    reason: Reason,
    level: Annotated[int | None, typer.Option("--level", help="Mức mới.")] = None,
    by: Annotated[str, typer.Option("--by", help="Hạn mới (YYYY-MM-DD).")] = "",
    lead: Annotated[TargetLead | None, typer.Option("--lead", help="Chủ trì mới.")] = None,
    means: Annotated[str | None, typer.Option("--means", help="Biện pháp mới.")] = None,
    layer: Annotated[Layer | None, typer.Option("--layer", help="Lớp kết quả mới.")] = None,
) -> None:
    """Điều chỉnh một chỉ tiêu, kèm lý do; điều không nêu thì giữ nguyên."""
    body = {"commune": commune, "year": year, "school": school, "criterion": criterion, "reason": reason}
    changed = {"level": level, "by": day_given(by).get("on"), "lead": lead, "means": means, "layer": layer}
    named = {name: value for name, value in changed.items() if value is not None}
    done = client.post(f"communes/{commune}/years/{year}/targets/revisions", body | named)
    screen.show(done, f"Đã điều chỉnh chỉ tiêu tiêu chí {criterion}.")


@client_command(target, "drop", epilog='Ví dụ: kiemdinh target drop NL 2026 TH-BC 1.3 --reason "Trường sáp nhập trong năm"')
def drop_target(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    school: SchoolCode,
    criterion: Criterion,
    reason: Reason,
) -> None:
    """Bỏ một chỉ tiêu, kèm lý do."""
    body = {"commune": commune, "year": year, "school": school, "criterion": criterion, "reason": reason}
    done = client.post(f"communes/{commune}/years/{year}/targets/drops", body)
    screen.show(done, f"Đã bỏ chỉ tiêu tiêu chí {criterion}.")


@client_command(target, "board", epilog="Ví dụ: kiemdinh target board NL 2026 --layer commune --json")
def target_board(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    layer: LayerOption = Layer.SCHOOL,
    known_at: Annotated[int, typer.Option("--known-at", help="Như đã biết đến số này của nhật ký; 0: hiện nay.")] = 0,
) -> None:
    """Chỉ tiêu của xã trong một năm: đạt, đang làm hay trễ, và sớm nhất khi nào."""
    path = f"communes/{commune}/years/{year}/targets"
    board = client.get(path, layer=layer.value, **({"known_at": known_at} if known_at else {}))
    _show(screen, board["targets"])


@client_command(target, "school", epilog="Ví dụ: kiemdinh target school TH-BC --year 2026")
def school_targets(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    year: Annotated[int, typer.Option("--year", help="Năm; 0 là mọi năm.")] = 0,
) -> None:
    """Chỉ tiêu xã đặt cho một trường: trễ trước, rồi theo hạn."""
    found = client.get(f"schools/{school}/targets", **({"year": year} if year else {}))["targets"]
    _show(screen, [one["target"] | {"commune": one["commune"], "year": one["year"]} for one in found])


@client_command(target, "backtest", epilog="Ví dụ: kiemdinh target backtest NL 2026 --days 60 --json")
def target_backtest(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    days: Annotated[int, typer.Option("--days", help="Nhìn lại bao nhiêu ngày.")] = 60,
) -> None:
    """Ngày ấy đã dự báo gì, và từ đó đến nay đạt ngày nào."""
    found = client.get(f"communes/{commune}/years/{year}/target-backtest", days=days)
    columns = [column for column in _COLUMNS if column[0] not in {"lead", "state"}]
    screen.rows(found["forecasts"], columns, empty=f"Ngày {found['day']} không có chỉ tiêu nào đang làm.")


def _show(screen: Screen, targets: list[dict[str, Any]]) -> None:
    rows = targets if screen.as_json else [_row(one) for one in targets]
    screen.rows(rows, _COLUMNS, empty="Chưa có chỉ tiêu nào.")


def _row(one: dict[str, Any]) -> dict[str, Any]:
    state = TargetState(one["state"])
    earliest = one["earliest"] or ("" if state is TargetState.MET else "chưa rõ")
    return one | {
        "lead": TARGET_LEAD_LABELS[TargetLead(one["lead"])],
        "state": TARGET_STATE_LABELS[state],
        "earliest": earliest,
    }
