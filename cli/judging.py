"""`kiemdinh cycle`, `criterion`, `status`, `explain`, `history`, `compare`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle, newest_cycle
from cli.offices import SchoolCode, missing_words
from client.api_client import Client

questions = typer.Typer()
cycle = typer.Typer(no_args_is_help=True, help="Đợt tự đánh giá.")
criterion = typer.Typer(no_args_is_help=True, help="Xem và đánh giá tiêu chí.")

CriterionCode = Annotated[str, typer.Argument(metavar="TIÊU_CHÍ", help="Mã tiêu chí, như 1.3.")]
On = Annotated[str, typer.Option("--on", help="Ngày (YYYY-MM-DD); bỏ trống là hôm nay.")]
CycleOfTheDay = Annotated[str, typer.Option("--cycle", help="Đợt; bỏ trống là đợt mới nhất của ngày hỏi.")]
LayerName = Annotated[str, typer.Option("--layer", help="school, commune hoặc department.")]
ValidAt = Annotated[str, typer.Option("--valid-at", help="Có hiệu lực ngày (YYYY-MM-DD).")]
KnownAt = Annotated[
    str, typer.Option("--known-at", help="Đã biết đến: số trong nhật ký (0: hiện nay), hoặc thời điểm RFC 3339.")
]
Results = Annotated[
    list[str],
    typer.Argument(metavar="TIÊU_CHÍ/MỨC/CHỈ_BÁO=KẾT_QUẢ...", help="Như 1.3/1/-=met; kết quả: met, not_met, not_assessed."),
]

Seen = Annotated[int, typer.Option("--seen", help="Bản đã đọc (version): đã đổi từ đó thì từ chối. Bỏ trống: bản hiện nay.")]


def day_given(text: str) -> dict[str, str]:
    """Return a day of the command line as the API takes it, nothing when there is none. Raises typer.BadParameter."""
    if not text:
        return {}
    try:
        return {"on": dt.date.fromisoformat(text).isoformat()}
    except ValueError:
        raise typer.BadParameter(f"{text} không có trong lịch. Nhập ngày dạng YYYY-MM-DD.") from None


def json_given(file: Path) -> Any:
    """Return what a JSON file says; ``-`` is standard input. Raises OSError, UnicodeDecodeError, json.JSONDecodeError."""
    return json.loads(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))


def judgement_given(text: str) -> dict[str, Any]:
    """Return a result of the command line as the API takes it. Raises typer.BadParameter."""
    place, _, result = text.rpartition("=")
    parts = place.split("/")
    if len(parts) != 3 or not parts[1].isdecimal():
        raise typer.BadParameter(f"{text}: cần TIÊU_CHÍ/MỨC/CHỈ_BÁO=KẾT_QUẢ, như 1.3/1/-=met")
    return {"criterion": parts[0], "level": int(parts[1]), "indicator": parts[2], "result": result}


@client_command(cycle, "open", epilog="Ví dụ: kiemdinh cycle open TH-BC --year 2026-2027")
def open_cycle(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    year: Annotated[str, typer.Option("--year", help="Năm học, như 2026-2027.")],
    on: On = "",
    rulebook: Annotated[str, typer.Option("--rulebook", help="Bộ tiêu chí; bỏ trống là bộ đang có hiệu lực.")] = "",
) -> None:
    """Mở đợt tự đánh giá theo thông tư có hiệu lực trong ngày."""
    opened = client.post(f"schools/{school}/cycles", {"school": school, "year": year, "rulebook": rulebook} | day_given(on))
    screen.show(opened, f"Đã mở đợt {opened['cycle']} theo {opened['rulebook']}. {opened['because']}")


@client_command(cycle, "list", epilog="Ví dụ: kiemdinh cycle list TH-BC")
def list_cycles(client: Client, screen: Screen, school: SchoolCode) -> None:
    """Các đợt tự đánh giá, mới nhất trước."""
    columns = [
        ("cycle", "Đợt"),
        ("year", "Năm học"),
        ("rulebook", "Bộ tiêu chí"),
        ("opened_on", "Mở"),
        ("submitted_on", "Trình"),
    ]
    screen.rows(client.get(f"schools/{school}/cycles")["cycles"], columns, empty="Chưa mở đợt nào.")


@client_command(criterion, "show", epilog="Ví dụ: kiemdinh criterion show TH-BC 1.3")
def show_criterion(client: Client, screen: Screen, school: SchoolCode, code: CriterionCode, cycle: Cycle = "") -> None:
    """Một tiêu chí: yêu cầu từng mức, kết quả từng lớp, minh chứng."""
    answer = client.get(f"schools/{school}/cycles/{newest_cycle(client, school, cycle)}/criteria/{code}")
    lines = [f"{code} {answer['title']}"]
    lines += [
        f"  Mức {i['level']} {i['indicator']}: {i['results'].get('school', 'not_assessed')} · {i['text']}"
        for i in answer["indicators"]
    ]
    screen.show(answer, "\n".join(lines))


@client_command(criterion, "judge", epilog="Ví dụ: kiemdinh criterion judge TH-BC 1.3/1/-=met 1.3/2/-=not_met")
def judge(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    results: Results,
    cycle: Cycle = "",
    on: On = "",
    part: Annotated[str, typer.Option("--part", help="Riêng một cấp của trường nhiều cấp: tieu_hoc, thcs hoặc thpt.")] = "",
) -> None:
    """Đánh giá chỉ báo ở lớp của trường."""
    _record(client, screen, school, cycle, [judgement_given(result) | {"part": part} for result in results], on)


@client_command(criterion, "judge-file", epilog="Ví dụ: kiemdinh criterion judge-file TH-BC ket-qua.json")
def judge_file(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    file: Annotated[
        Path, typer.Argument(metavar="TỆP", help='JSON: [{"criterion","level","indicator","result"}]; - là đầu vào.')
    ],
    cycle: Cycle = "",
    on: On = "",
) -> None:
    """Đánh giá nhiều chỉ báo từ một tệp JSON."""
    _record(client, screen, school, cycle, json_given(file), on)


def _record(client: Client, screen: Screen, school: str, cycle: str, judgements: list[dict[str, Any]], on: str) -> None:
    chosen = newest_cycle(client, school, cycle)
    body = {"school": school, "cycle": chosen, "layer": "school", "judgements": judgements} | day_given(on)
    done = client.post(f"schools/{school}/cycles/{chosen}/judgements", body)
    screen.show(done, f"Đã ghi {len(judgements)} kết quả. Số {done['position']}.")


@client_command(questions, "status", epilog="Ví dụ: kiemdinh status TH-BC --valid-at 2026-06-30 --known-at 120 --json")
def status(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    valid_at: ValidAt = "",
    known_at: KnownAt = "",
    layer: LayerName = "school",
    cycle: CycleOfTheDay = "",
    rulebook: Annotated[str, typer.Option("--rulebook", help="Xét thử theo bộ tiêu chí khác.")] = "",
) -> None:
    """Trường trông thế nào: hiện nay, hoặc ở một ngày và một thời điểm đã biết."""
    query = {"valid_at": valid_at, "known_at": known_at, "layer": layer, "cycle": cycle, "rulebook": rulebook}
    answer = client.get(f"schools/{school}/status", **query)
    screen.show(answer, _status_text(answer))


def _status_text(status: dict[str, Any]) -> str:
    head = f"{status['name']} · có hiệu lực ngày {status['valid_at']} · đã biết đến số {status['known_at']['position']}"
    lines = [head, f"Theo {status['rulebook']}: {_level(status['school_level'])}"]
    lines += [f"  {code:5} {_level(level)}" for code, level in status["criteria"].items()]
    held = status["recognition"]
    lines.append(
        f"Bằng {held['number']}, Mức độ {held['degree']}, đến {held['expires_on']}" if held else "Chưa có Bằng còn hiệu lực."
    )
    lines += [_condition(condition) for condition in status["conditions"]]
    return "\n".join(lines + [f"Vì: {reason}" for reason in status["because"]])


def _condition(condition: dict[str, Any]) -> str:
    state = {True: "có", False: "không", None: "chưa rõ"}[condition["satisfied"]]
    if condition.get("how") == "tu_khai":
        state += ", tự khai" + ("" if condition.get("document") else ", chưa có tài liệu")
    if condition.get("counted") is not None:
        state += f", đếm được {condition['counted']} năm"
    return f"Điều kiện: {condition['text']}: {state} ({condition['article']})"


def _level(level: dict[str, Any]) -> str:
    if level["level"] is None:
        return f"Chưa kết luận (thấp nhất {_named(level['floor'])}, cao nhất {_named(level['ceiling'])})"
    return _named(level["level"])


def _named(level: int) -> str:
    return f"Mức {level}" if level else "Không đạt"


@client_command(questions, "figures", epilog="Ví dụ: kiemdinh figures TH-BC --school-year 2025-2026 --json")
def figures(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    school_year: Annotated[str, typer.Option("--school-year", help="Năm học; bỏ trống là năm mới nhất của từng số.")] = "",
    cycle: CycleOfTheDay = "",
    valid_at: ValidAt = "",
    known_at: KnownAt = "",
) -> None:
    """Số liệu của trường bên các ngưỡng của bộ tiêu chí: đề nghị hoặc tham khảo, không đổi mức nào."""
    query = {"school_year": school_year, "cycle": cycle, "valid_at": valid_at, "known_at": known_at}
    figure_rows = client.get(f"schools/{school}/figures", **query)["figures"]
    rows = figure_rows if screen.as_json else [_figure_cells(row) for row in figure_rows]
    columns = [
        ("place", "Chỗ"),
        ("figure", "Mã"),
        ("name", "Số liệu"),
        ("stated", "Đã ghi"),
        ("required", "Yêu cầu"),
        ("said", "Đối chiếu"),
        ("school_year", "Năm học"),
    ]
    screen.rows(rows, columns, empty="Bộ tiêu chí này không hỏi số liệu nào.")


def _figure_cells(row: dict[str, Any]) -> dict[str, Any]:
    place = row["criterion"] if row["level"] is None else f"{row['criterion']}/{row['level']}/{row['indicator']}"
    stated = row["numerator"] if row["denominator"] is None else f"{row['numerator']}/{row['denominator']}"
    required = f"{row['op']} {row['required']} {row['unit']}" if row["required"] else None
    words = {True: "đạt ngưỡng", False: "chưa đạt ngưỡng", None: ""}[row["meets"]]
    verdict = "; ".join(text for text in (words, missing_words(row), row["advisory"], row["contradiction"]) if text)
    return {**row, "place": place, "stated": stated, "required": required, "said": verdict}


@client_command(questions, "explain", epilog="Ví dụ: kiemdinh explain TH-BC 1.3")
def explain(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    code: Annotated[str, typer.Argument(metavar="TIÊU_CHÍ", help="Bỏ trống là cả trường.")] = "",
    layer: LayerName = "school",
    valid_at: ValidAt = "",
    known_at: KnownAt = "",
) -> None:
    """Vì sao: từng bước suy ra mức, điều khoản, và các sự kiện làm căn cứ."""
    query = {"criterion": code, "layer": layer, "valid_at": valid_at, "known_at": known_at}
    explanation = client.get(f"schools/{school}/explain", **query)
    marks = {"yes": "✓", "no": "✕", "unknown": "–"}
    lines = [_level(explanation["level"])]
    lines += [f"{marks.get(r['verdict'], '–')} {r['text']} ({r['article']}){_events(r)}" for r in explanation["reasons"]]
    if explanation.get("missing"):
        lines.append(f"Để lên Mức {explanation['next_level']}: " + ", ".join(explanation["missing"]))
    screen.show(explanation, "\n".join(lines))


def _events(reason: dict[str, Any]) -> str:
    return f" · số {', '.join(map(str, reason['events']))}" if reason["events"] else ""


@client_command(questions, "history", epilog="Ví dụ: kiemdinh history TH-BC --after 120")
def history(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    after: Annotated[int, typer.Option("--after", help="Chỉ các sự kiện sau số này.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 200,
) -> None:
    """Nhật ký của trường: mỗi dòng một sự kiện, cũ nhất trước."""
    events = client.get(f"schools/{school}/history", after=after, limit=limit)["items"]
    columns = [("position", "Số"), ("occurred", "Xảy ra"), ("recorded", "Ghi nhận"), ("summary", "Việc")]
    screen.rows(events, columns, empty="Chưa có sự kiện nào.")


@client_command(questions, "compare", epilog="Ví dụ: kiemdinh compare TH-BC --a 2026-06-30 --b 2026-11-24")
def compare(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    a: Annotated[str, typer.Option("--a", help="Ngày thứ nhất (YYYY-MM-DD).")],
    b: Annotated[str, typer.Option("--b", help="Ngày thứ hai.")],
    a_known: Annotated[int, typer.Option("--a-known", help="Đã biết đến số, ở vế thứ nhất.")] = 0,
    b_known: Annotated[int, typer.Option("--b-known", help="Đã biết đến số, ở vế thứ hai.")] = 0,
) -> None:
    """So sánh trường ở hai thời điểm: khác gì, do sự kiện nào."""
    comparison = client.get(f"schools/{school}/compare", a=a, a_known=a_known, b=b, b_known=b_known)
    lines = [
        f"{d['criterion'] or 'Trường'} ({d['layer']}): {d['before']} → {d['after']} · "
        + "; ".join(f"số {c['position']}: {c['summary']}" for c in d["causes"])
        for d in comparison["differences"]
    ]
    screen.show(comparison, "\n".join(lines) or "Hai thời điểm giống nhau.")
