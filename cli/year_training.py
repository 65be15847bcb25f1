"""`kiemdinh training …`: classes of a commune, who attended, who has not yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.commune_year import TrainingTopic
from shared.vocabulary.year_labels import TRAINING_TOPIC_LABELS

training = typer.Typer(no_args_is_help=True, help="Tập huấn của xã: lập lớp, điểm danh, ai chưa tập huấn.")

Commune = Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã.")]
Year = Annotated[int, typer.Argument(metavar="NĂM", help="Năm của kế hoạch, như 2026.")]
Number = Annotated[str, typer.Argument(metavar="LỚP", help="Mã lớp, xem bằng lệnh list.")]
Topic = Annotated[TrainingTopic, typer.Option("--topic", help="hoi_dong, danh_gia_ngoai, minh_chung hoặc phan_mem.")]
_COLUMNS = [
    ("commune", "Xã"),
    ("title", "Lớp"),
    ("topic", "Nội dung"),
    ("days", "Ngày"),
    ("place", "Nơi"),
    ("state", "Tình trạng"),
    ("id", "Mã"),
]


@client_command(
    training,
    "plan",
    epilog='Ví dụ: kiemdinh training plan NL 2026 --topic hoi_dong --title "Tự đánh giá" --on 2026-10-05 --place "UBND xã"',
)
def plan_training(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    topic: Topic,
    title: Annotated[str, typer.Option("--title", help="Tên lớp.")],
    on: Annotated[str, typer.Option("--on", help="Các ngày (YYYY-MM-DD), cách nhau dấu phẩy.")],
    place: Annotated[str, typer.Option("--place", help="Nơi mở lớp.")],
    budget: Annotated[int, typer.Option("--budget", help="Kinh phí, đồng.")] = 0,
    school: Annotated[list[str] | None, typer.Option("--school", help="Chỉ trường này; lặp lại được.")] = None,
) -> None:
    """Lập một lớp tập huấn; không nêu trường nào là mời mọi trường của xã."""
    body = {"commune": commune, "year": year, "topic": topic.value, "title": title, "place": place}
    days = [day_given(day.strip())["on"] for day in on.split(",") if day.strip()]
    more = {"days": days, "budget_vnd": budget, "schools": school or []}
    planned = client.post(f"communes/{commune}/years/{year}/trainings", body | more)
    screen.show(planned, f"Đã lập lớp {planned['id']}.")


@client_command(
    training,
    "held",
    epilog='Ví dụ: kiemdinh training held LỚP --on 2026-10-05 --attend "Vàng Thị Mai; TH-BC; Đạt" --absent "ba; TH-BC"',
)
def hold_training(
    client: Client,
    screen: Screen,
    number: Number,
    on: Annotated[str, typer.Option("--on", help="Ngày cuối của lớp (YYYY-MM-DD).")],
    attend: Annotated[
        list[str] | None,
        typer.Option("--attend", help='Người có mặt: "tên đăng nhập hoặc họ tên; trường; kết quả"; lặp lại được.'),
    ] = None,
    absent: Annotated[list[str] | None, typer.Option("--absent", help="Người vắng, viết như --attend.")] = None,
    present: Annotated[
        Path | None, typer.Option("--present", metavar="TỆP", help="Tệp mỗi dòng một người như --attend, hoặc tệp .json.")
    ] = None,
    materials: Annotated[str, typer.Option("--materials", help="Tài liệu đã phát.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Lý do mở vào ngày khác ngày đã lập.")] = "",
    correct: Annotated[bool, typer.Option("--correct", help="Sửa điểm danh đã ghi.")] = False,
) -> None:
    """Ghi lớp đã mở và điểm danh; mở vào ngày khác ngày đã lập thì nêu lý do."""
    people = [_person(one) for one in attend or []] + [_person(one) | {"present": False} for one in absent or []]
    people += _people_in(present) if present else []
    seen = client.get(f"trainings/{number}")["version"] if correct else 0
    said = {"held_on": day_given(on)["on"], "materials": materials, "reason": reason}
    held = client.post(f"trainings/{number}/attendance", said | {"training": number, "attendance": people, "seen": seen})
    screen.show(held, f"Đã điểm danh: {held['present_count']}/{held['asked_count']} người có mặt.")


def _people_in(file: Path) -> list[dict[str, Any]]:
    """Return the people of a file: JSON as the API takes it, else one a line. Raises typer.BadParameter."""
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix.lower() == ".json":
            found: list[dict[str, Any]] = json.loads(text)
            return found
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise typer.BadParameter(f"Không đọc được {file}: {error}") from None
    return [_person(line) for line in text.splitlines() if line.strip()]


def _person(text: str) -> dict[str, Any]:
    """Return somebody told as "login or name; school; result": what has spaces or capitals is a name."""
    who, school, result = (part.strip() for part in [*text.split(";"), "", ""][:3])
    if not who:
        raise typer.BadParameter(f"“{text}” không có tên ai. Viết “tên đăng nhập hoặc họ tên; trường”.")
    is_login = who.isascii() and who == who.lower() and not any(letter.isspace() for letter in who)
    return {"login" if is_login else "name": who, "school": school, "result": result}


@client_command(training, "cancel", epilog='Ví dụ: kiemdinh training cancel LỚP --reason "Trùng kỳ thi học kỳ một"')
def cancel_training(
    client: Client, screen: Screen, number: Number, reason: Annotated[str, typer.Option("--reason", help="Lý do.")]
) -> None:
    """Hủy một lớp chưa mở, kèm lý do."""
    screen.show(client.post(f"trainings/{number}/cancellation", {"training": number, "reason": reason}), "Đã hủy lớp.")


@client_command(training, "show", epilog="Ví dụ: kiemdinh training show LỚP --json")
def show_training(client: Client, screen: Screen, number: Number) -> None:
    """Một lớp với điểm danh."""
    one = client.get(f"trainings/{number}")
    if screen.as_json:
        screen.line(one)
        return
    columns = [
        ("name", "Họ tên"),
        ("school", "Trường"),
        ("present", "Có mặt"),
        ("result", "Kết quả"),
        ("person", "Mã người"),
    ]
    screen.rows(one["attendance"], columns, empty=f"{one['title']}: chưa điểm danh.")


@client_command(training, "list", epilog="Ví dụ: kiemdinh training list NL --year 2026 --json")
def list_trainings(
    client: Client,
    screen: Screen,
    commune: Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã; bỏ trống là mọi xã được xem.")] = "",
    year: Annotated[int, typer.Option("--year", help="Chỉ năm này.")] = 0,
) -> None:
    """Các lớp tập huấn được xem, theo ngày."""
    found = client.get("trainings", commune=commune or None, year=year or None, limit=500)["trainings"]
    screen.rows(found if screen.as_json else [_row(one) for one in found], _COLUMNS, empty="Chưa có lớp tập huấn nào.")


def _row(one: dict[str, Any]) -> dict[str, Any]:
    held = f"đã mở, {one['present_count']}/{one['asked_count']} người" if one["held_on"] else "chưa mở"
    state = "đã hủy" if one["cancelled_on"] else held
    return one | {"topic": TRAINING_TOPIC_LABELS[TrainingTopic(one["topic"])], "state": state}


@client_command(training, "untrained", epilog="Ví dụ: kiemdinh training untrained NL --topic hoi_dong --json")
def untrained(client: Client, screen: Screen, commune: Commune, topic: Topic = TrainingTopic.COUNCIL) -> None:
    """Người của Hội đồng các trường (với danh_gia_ngoai: của các đoàn) chưa dự lớp nào về nội dung ấy."""
    answer = client.get(f"communes/{commune}/untrained", topic=topic.value)
    columns = [("school", "Trường"), ("name", "Họ tên"), ("office", "Chức vụ"), ("person", "Mã người")]
    screen.rows(answer["people"], columns, empty=f"Cả {answer['of']} người đã dự tập huấn.")


@client_command(training, "ask", epilog="Ví dụ: kiemdinh training ask TH-BC --topic minh_chung")
def ask_training(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    topic: Topic,
    text: Annotated[str, typer.Option("--text", help="Nói thêm; bỏ trống được.")] = "",
    year: Annotated[int, typer.Option("--year", help="Năm của kế hoạch; bỏ trống là năm nay.")] = 0,
) -> None:
    """Trường đề nghị xã mở lớp về một nội dung."""
    body = {"school": school, "topic": topic.value, "text": text, "year": year}
    screen.show(client.post(f"schools/{school}/training-wishes", body), "Đã gửi đề nghị tập huấn.")
