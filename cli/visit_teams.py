"""`kiemdinh inspection programme|team|judge|agree|minutes`: who goes, what each judges, what all agree on, the minutes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.inspections import Visit, inspection
from cli.judging import LayerName, On, Results, day_given, json_given, judgement_given
from cli.offices import SchoolCode
from client.api_client import Client

_RESULTS_OR_NONE = typer.Argument(
    metavar="TIÊU_CHÍ/MỨC/CHỈ_BÁO=KẾT_QUẢ...", help="Như 1.3/1/-=met; kết quả: met, not_met, not_assessed."
)


@client_command(
    inspection, "programme", epilog="Ví dụ: kiemdinh inspection programme --layer commune --file chuong-trinh.json"
)
def plan_programme(
    client: Client,
    screen: Screen,
    layer: LayerName,
    file: Annotated[
        Path,
        typer.Option(
            "--file",
            help='JSON: {"title","kind","visits":[{"school","on","title","kind","cycle","sites"}]}; - là đầu vào.',
        ),
    ],
) -> None:
    """Lập nhiều đợt ở nhiều trường trong một lần: tất cả, hoặc không đợt nào."""
    visits = client.post("inspections/programme", _object(file) | {"layer": layer})["visits"]
    columns = [("inspection", "Cuộc"), ("school", "Trường"), ("on", "Ngày"), ("title", "Tên"), ("kind", "Loại")]
    screen.rows(visits, columns, empty="Chương trình chưa có đợt nào.")


@client_command(inspection, "team", epilog="Ví dụ: kiemdinh inspection team TH-BC CUỘC --file doan.json")
def set_up_team(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    file: Annotated[
        Path,
        typer.Option(
            "--file",
            help='JSON: {"decision","decided_on","members":[{"name","login","role":"truong|pho|thu_ky|thanh_vien",'
            '"criteria","worked_here","years_in_sector","trained","source"}]}; - là đầu vào.',
        ),
    ],
    check: Annotated[bool, typer.Option("--check", help="Chỉ xem có gì không đúng, không ghi.")] = False,
) -> None:
    """Lập đoàn theo quyết định, hoặc lập lại. Ai không hợp lệ thì không lập, nêu rõ điều nào."""
    body = _object(file) | {"school": school, "inspection": number} | ({"only_check": True} if check else {})
    done = client.post(f"schools/{school}/inspections/{number}/team", body)
    team = done["team"]
    said = "Xem thử đoàn" if check else "Đã lập đoàn"
    screen.show(done, "\n".join([f"{said} {len(team['members'])} người.", *team["warnings"]]))


@client_command(inspection, "judge", epilog='Ví dụ: kiemdinh inspection judge TH-BC CUỘC 4.1/1/-=not_met --note "Thiếu sổ"')
def record_opinions(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    results: Results,
    note: Annotated[str, typer.Option("--note", help="Ghi chú cho các mục này.")] = "",
    on: On = "",
) -> None:
    """Thành viên đoàn ghi ý kiến của mình; chưa là kết quả cho đến khi đoàn thống nhất."""
    opinions = [judgement_given(result) | {"note": note} for result in results]
    body = {"school": school, "inspection": number, "opinions": opinions} | day_given(on)
    done = client.post(f"schools/{school}/inspections/{number}/opinions", body)
    screen.show(done, f"Đã ghi {len(results)} ý kiến.")


@client_command(inspection, "agree", epilog="Ví dụ: kiemdinh inspection agree TH-BC CUỘC 4.1/1/-=not_met --unanimous")
def agree_findings(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    results: Annotated[list[str] | None, _RESULTS_OR_NONE] = None,
    note: Annotated[str, typer.Option("--note", help="Ghi chú cho các mục này.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Vì sao thống nhất khi còn người chưa cho ý kiến.")] = "",
    unanimous: Annotated[bool, typer.Option("--unanimous", help="Cả các mục mà mọi người ghi giống nhau.")] = False,
    on: On = "",
) -> None:
    """Trưởng đoàn hoặc thư ký ghi kết quả cả đoàn thống nhất; ý kiến khác vẫn giữ."""
    agreements = [judgement_given(result) | {"note": note} for result in results or []]
    body: dict[str, Any] = {"school": school, "inspection": number, "agreements": agreements, "unanimous": unanimous}
    body |= {"reason": reason} | day_given(on)
    done = client.post(f"schools/{school}/inspections/{number}/agreements", body)
    agreed = [one for one in done["opinions"] if one["agreed"]]
    dissent = sum(bool(one["agreed"]["dissent"]) for one in agreed)
    screen.show(done, f"Đoàn đã thống nhất {len(agreed)} mục, {dissent} mục có ý kiến khác.")


@client_command(
    inspection,
    "minutes",
    epilog='Ví dụ: kiemdinh inspection minutes TH-BC CUỘC --held-on 2026-11-05 --participant "Lò Thị Hoa, Hiệu trưởng"',
)
def hold_visit(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Visit,
    held_on: Annotated[list[str], typer.Option("--held-on", help="Ngày làm việc (YYYY-MM-DD); lặp lại được.")],
    participant: Annotated[
        list[str] | None, typer.Option("--participant", help='Người dự: "Họ tên, chức vụ"; lặp lại được.')
    ] = None,
    site: Annotated[list[str] | None, typer.Option("--site", help="Điểm trường; lặp lại được.")] = None,
    school_opinion: Annotated[str, typer.Option("--school-opinion", help="Ý kiến của trường.")] = "",
) -> None:
    """Ghi biên bản của đợt: ngày làm việc, người dự, điểm trường, ý kiến của trường."""
    body: dict[str, Any] = {
        "school": school,
        "inspection": number,
        "held_on": [day_given(day)["on"] for day in held_on],
        "participants": [_participant(text) for text in participant or []],
        "sites": site or [],
        "school_opinion": school_opinion,
    }
    done = client.post(f"schools/{school}/inspections/{number}/minutes", body)
    days = ", ".join(dt.date.fromisoformat(day).strftime("%d/%m/%Y") for day in done["minutes"]["held_on"])
    screen.show(done, f"Đã ghi biên bản ngày {days}, {len(done['minutes']['participants'])} người dự.")


def _participant(text: str) -> dict[str, str]:
    name, _, office = text.partition(",")
    return {"name": name.strip(), "office": office.strip()}


def _object(file: Path) -> dict[str, Any]:
    """Return the object in a JSON file. Raises typer.BadParameter when it is something else."""
    given = json_given(file)
    if not isinstance(given, dict):
        raise typer.BadParameter(f"{file}: cần một đối tượng JSON.")
    return given
