"""`kiemdinh difficulty …`: difficulties that schools raise, offices answer or pass on, and schools close."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import Seen, day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, DifficultyState, ForwardedDifficulty
from shared.vocabulary.year_labels import CLOSING_WORD_LABELS, DIFFICULTY_STATE_LABELS, FORWARDED_DIFFICULTY_LABELS

difficulty = typer.Typer(no_args_is_help=True, help="Khó khăn của trường: nêu, nhận, trả lời, chuyển, quyết định, đóng.")

Number = Annotated[str, typer.Argument(metavar="KHÓ_KHĂN", help="Mã khó khăn, xem bằng lệnh list.")]
_PAGE = 500


@client_command(
    difficulty,
    "raise",
    epilog='Ví dụ: kiemdinh difficulty raise TH-BC --text "Thiếu phòng tin học" --asks "Bố trí một phòng" --criterion 3.2',
)
def raise_difficulty(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    text: Annotated[str, typer.Option("--text", help="Khó khăn gì.")],
    asks: Annotated[str, typer.Option("--asks", help="Đề nghị gì.")],
    criterion: Annotated[str, typer.Option("--criterion", help="Tiêu chí; bỏ trống là không riêng tiêu chí nào.")] = "",
    year: Annotated[int, typer.Option("--year", help="Năm của kế hoạch; bỏ trống là năm nay.")] = 0,
    document: Annotated[list[str] | None, typer.Option("--document", help="Mã tài liệu của trường; lặp lại được.")] = None,
) -> None:
    """Trường nêu một khó khăn và đề nghị."""
    body = {"school": school, "text": text, "asks": asks, "criterion": criterion, "year": year, "documents": document or []}
    added = client.post(f"schools/{school}/difficulties", body)
    screen.show(added, f"Đã nêu khó khăn {added['id']}.")


@client_command(difficulty, "take", epilog="Ví dụ: kiemdinh difficulty take KHÓ_KHĂN --due 2026-12-15")
def take_difficulty(
    client: Client,
    screen: Screen,
    number: Number,
    due: Annotated[str, typer.Option("--due", help="Hạn trả lời (YYYY-MM-DD).")],
    unit: Annotated[CommuneUnit, typer.Option("--unit", help="Đơn vị trả lời.")] = CommuneUnit.CULTURE_OFFICE,
) -> None:
    """Nhận một khó khăn, có hạn trả lời."""
    body = {"due": day_given(due)["on"], "unit": unit.value}
    screen.show(_post(client, number, "taking", body), f"Đã nhận, hạn trả lời ngày {due}.")


@client_command(
    difficulty, "answer", epilog='Ví dụ: kiemdinh difficulty answer KHÓ_KHĂN --text "Xã sửa phòng trước 9/2027."'
)
def answer_difficulty(
    client: Client,
    screen: Screen,
    number: Number,
    text: Annotated[str, typer.Option("--text", help="Trả lời.")],
    seen: Seen = 0,
) -> None:
    """Trả lời trường; trường đóng hoặc mở lại."""
    screen.show(_post(client, number, "answers", {"text": text, "seen": seen}), "Đã trả lời trường.")


@client_command(
    difficulty,
    "forward",
    epilog='Ví dụ: kiemdinh difficulty forward KHÓ_KHĂN --to ubnd_xa --summary "Trường thiếu phòng tin học."',
)
def forward_difficulty(
    client: Client,
    screen: Screen,
    number: Number,
    to: Annotated[ForwardedDifficulty, typer.Option("--to", help="ubnd_xa, so hoặc phong_kinh_te.")],
    summary: Annotated[str, typer.Option("--summary", help="Tóm tắt.")],
    seen: Seen = 0,
) -> None:
    """Chuyển một khó khăn đến nơi quyết định."""
    forwarded = _post(client, number, "forwarding", {"to": to.value, "summary": summary, "seen": seen})
    screen.show(forwarded, f"Đã chuyển đến: {FORWARDED_DIFFICULTY_LABELS[to]}.")


@client_command(difficulty, "decide", epilog='Ví dụ: kiemdinh difficulty decide KHÓ_KHĂN --text "Bố trí vốn năm 2027."')
def decide_difficulty(
    client: Client,
    screen: Screen,
    number: Number,
    text: Annotated[str, typer.Option("--text", help="Quyết định.")],
    seen: Seen = 0,
) -> None:
    """Nơi được chuyển đến quyết định."""
    screen.show(_post(client, number, "decision", {"text": text, "seen": seen}), "Đã ghi quyết định.")


@client_command(difficulty, "close", epilog="Ví dụ: kiemdinh difficulty close KHÓ_KHĂN --word thoa_dang")
def close_difficulty(
    client: Client,
    screen: Screen,
    number: Number,
    word: Annotated[ClosingWord, typer.Option("--word", help="thoa_dang (đóng hẳn) hoặc chua (mở lại cho xã).")],
    note: Annotated[str, typer.Option("--note", help="Nói thêm.")] = "",
    seen: Seen = 0,
) -> None:
    """Trường nói đã thỏa đáng hay chưa; chưa thì khó khăn mở lại cho xã."""
    closed = _post(client, number, "closing", {"word": word.value, "note": note, "seen": seen})
    again = " Khó khăn mở lại cho xã." if word is ClosingWord.NOT_SOLVED else " Đã đóng."
    screen.show(closed, f"{CLOSING_WORD_LABELS[word]}.{again}")


@client_command(difficulty, "merge", epilog="Ví dụ: kiemdinh difficulty merge KHÓ_KHĂN --into KHÓ_KHĂN_CHÍNH")
def merge_difficulty(
    client: Client,
    screen: Screen,
    number: Number,
    into: Annotated[str, typer.Option("--into", help="Khó khăn mà khó khăn này gộp vào.")],
) -> None:
    """Gộp một khó khăn vào khó khăn khác cùng năm: trả lời chung."""
    screen.show(_post(client, number, "merging", {"into": into}), "Đã gộp.")


@client_command(difficulty, "show", epilog="Ví dụ: kiemdinh difficulty show KHÓ_KHĂN --json")
def show_difficulty(client: Client, screen: Screen, number: Number) -> None:
    """Một khó khăn với mọi việc đã làm."""
    one = client.get(f"difficulties/{number}")
    screen.show(one, f"{one['school']}: {one['text']} ({DIFFICULTY_STATE_LABELS[DifficultyState(one['state'])].lower()})")


@client_command(difficulty, "list", epilog="Ví dụ: kiemdinh difficulty list --commune NL --state moi_neu --json")
def list_difficulties(
    client: Client,
    screen: Screen,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ các trường của xã này.")] = "",
    school: Annotated[str, typer.Option("--school", help="Chỉ trường này.")] = "",
    state: Annotated[
        DifficultyState | None,
        typer.Option("--state", help="moi_neu, da_nhan, da_tra_loi, da_chuyen, da_quyet_dinh hoặc da_dong."),
    ] = None,
    year: Annotated[int, typer.Option("--year", help="Chỉ năm này.")] = 0,
) -> None:
    """Khó khăn của các trường được xem: quá hạn trước, rồi việc đang chờ."""
    narrowed = {"commune": commune or None, "school": school or None, "state": state.value if state else None}
    found = list[dict[str, Any]]()
    while True:
        page = client.get("difficulties", **narrowed, year=year or None, after=len(found) or None, limit=_PAGE)
        found += page["difficulties"]
        if not page["difficulties"] or len(found) >= page["total"]:
            break
    columns = [
        ("school", "Trường"),
        ("criterion", "Tiêu chí"),
        ("text", "Khó khăn"),
        ("asks", "Đề nghị"),
        ("state", "Trạng thái"),
        ("due", "Hạn"),
        ("id", "Mã"),
    ]
    rows = (
        found
        if screen.as_json
        else [one | {"state": DIFFICULTY_STATE_LABELS[DifficultyState(one["state"])]} for one in found]
    )
    screen.rows(rows, columns, empty="Không có khó khăn nào.")


def _post(client: Client, number: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = client.post(f"difficulties/{number}/{what}", {"difficulty": number} | body)
    return done
