"""`kiemdinh cycle check`, `answer`, `withdraw-answer`, `submit`, `reopen`, `changes`: handing in a self-assessment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle, newest_cycle
from cli.judging import On, cycle, day_given, json_given
from cli.offices import SchoolCode
from client.api_client import Client

__all__ = ["cycle"]

GAP_WORDS = {
    "not_assessed": "chưa đánh giá",
    "no_evidence": "đạt, chưa có minh chứng",
    "contradiction": "khác số liệu",
    "finding": "khác kết quả kiểm tra của xã",
}
"""Kinds of gap as the command line names them, and as it tells them."""

RESULT_WORDS = {"met": "đạt", "not_met": "không đạt", "not_assessed": "chưa đánh giá", "not_applicable": "không áp dụng"}

GapPlace = Annotated[
    str,
    typer.Argument(metavar="LOẠI:TIÊU_CHÍ:MỨC:CHỈ_BÁO", help=f"Loại: {', '.join(GAP_WORDS)}. Như no_evidence:5.2:2:b."),
]


def _place(text: str) -> dict[str, Any]:
    """Read “no_evidence:5.2:2:b”, or “no_evidence:5.2” for the whole criterion."""
    kind, *rest = text.split(":")
    if kind not in GAP_WORDS or not 1 <= len(rest) <= 3 or (len(rest) > 1 and not rest[1].isdecimal()):
        raise typer.BadParameter(
            f"{text}: cần LOẠI:TIÊU_CHÍ hoặc LOẠI:TIÊU_CHÍ:MỨC:CHỈ_BÁO, như no_evidence:5.2:2:b. "
            f"Loại: {', '.join(GAP_WORDS)}."
        )
    return {
        "kind": kind,
        "criterion": rest[0],
        "level": int(rest[1]) if len(rest) > 1 else 0,
        "indicator": rest[2] if len(rest) > 2 else "",
    }


def _named(text: str) -> dict[str, Any]:
    place, _, reason = text.partition("=")
    return _place(place) | {"reason": reason}


@client_command(cycle, "check", epilog="Ví dụ: kiemdinh cycle check TH-BC 2026-2027")
def check_cycle(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    chosen: Annotated[str, typer.Argument(metavar="ĐỢT", help="Đợt; bỏ trống là đợt mới nhất.")] = "",
) -> None:
    """Còn thiếu gì để trình: chưa đánh giá, thiếu minh chứng, mâu thuẫn chưa trả lời."""
    named = newest_cycle(client, school, chosen)
    gaps = client.get(f"schools/{school}/cycles/{named}/gaps")["gaps"]
    rows = gaps if screen.as_json else [_cells(gap) for gap in gaps]
    columns = [("place", "Chỗ"), ("lacking", "Thiếu"), ("text", "Chi tiết"), ("answer", "Lý do đã nêu")]
    screen.rows(rows, columns, empty=f"Đợt {named} không thiếu gì, trình được.")


def _cells(gap: dict[str, Any]) -> dict[str, Any]:
    place = f"{gap['kind']}:{gap['criterion']}:{gap['level']}:{gap['indicator']}"
    of_part = f" (cấp {gap['part']})" if gap["part"] else ""
    return {
        "place": place,
        "lacking": GAP_WORDS[gap["kind"]] + of_part,
        "text": gap["text"] or None,
        "answer": gap["answer"] or None,
    }


@client_command(
    cycle,
    "answer",
    epilog='Ví dụ: kiemdinh cycle answer TH-BC no_evidence:5.2:2:b "Nội dung này xem trực tiếp tại sân trường"',
)
def answer_gap(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    place: GapPlace,
    reason: Annotated[str, typer.Argument(metavar="LÝ_DO", help="Ít nhất 10 chữ.")],
    cycle: Cycle = "",
) -> None:
    """Nêu vì sao một chỉ báo đạt không cần minh chứng, hoặc vì sao đánh giá khác số liệu, khác xã."""
    chosen = newest_cycle(client, school, cycle)
    body = {"school": school, "cycle": chosen, "reason": reason} | _place(place)
    done = client.post(f"schools/{school}/cycles/{chosen}/answers", body)
    screen.show(done, f"Đã ghi lý do. Số {done['position']}.")


@client_command(cycle, "withdraw-answer", epilog="Ví dụ: kiemdinh cycle withdraw-answer TH-BC no_evidence:5.2:2:b")
def withdraw_answer(client: Client, screen: Screen, school: SchoolCode, place: GapPlace, cycle: Cycle = "") -> None:
    """Rút lý do đã nêu."""
    chosen = newest_cycle(client, school, cycle)
    done = client.delete(f"schools/{school}/cycles/{chosen}/answers", {"school": school, "cycle": chosen} | _place(place))
    screen.show(done, f"Đã rút lý do. Số {done['position']}.")


@client_command(
    cycle,
    "submit",
    epilog='Ví dụ: kiemdinh cycle submit TH-BC --gap "no_evidence:5.2:2:b=Hồ sơ gốc ở phòng kế toán, đang quét"',
)
def submit_cycle(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    cycle: Cycle = "",
    on: On = "",
    gap: Annotated[
        list[str] | None,
        typer.Option(
            "--gap", help="Trình thiếu, kèm lý do: LOẠI:TIÊU_CHÍ[:MỨC[:CHỈ_BÁO]]=LÝ_DO; lặp lại được. Xem: cycle check."
        ),
    ] = None,
    gaps_file: Annotated[
        Path | None,
        typer.Option(
            "--gaps", help='JSON các chỗ thiếu: [{"kind","criterion","level","indicator","reason"}]; - là đầu vào.'
        ),
    ] = None,
) -> None:
    """Hiệu trưởng duyệt và trình báo cáo tự đánh giá; sau đó lớp của trường được khóa."""
    chosen = newest_cycle(client, school, cycle)
    named = [_named(text) for text in gap or []] + _from_file(gaps_file)
    body: dict[str, Any] = {"school": school, "cycle": chosen} | ({"gaps": named} if named else {}) | day_given(on)
    done = client.post(f"schools/{school}/cycles/{chosen}/submission", body)
    screen.show(done, "Đã trình. Kết quả tự đánh giá của đợt này được khóa.")


@client_command(
    cycle,
    "reopen",
    epilog='Ví dụ: kiemdinh cycle reopen TH-BC --reason "Sở trả hồ sơ, bổ sung số liệu năm học 2025-2026"',
)
def reopen_cycle(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao mở lại, ít nhất 10 chữ.")],
    cycle: Cycle = "",
) -> None:
    """Hiệu trưởng mở lại đợt đã trình để sửa: một bản mới với mọi nội dung của trường."""
    chosen = newest_cycle(client, school, cycle)
    body = {"school": school, "cycle": chosen, "reason": reason}
    opened = client.post(f"schools/{school}/cycles/{chosen}/reopening", body)
    screen.show(opened, f"Đã mở lại đợt {chosen}, thành đợt {opened['cycle']}. Nội dung của trường được chép sang.")


@client_command(cycle, "changes", epilog="Ví dụ: kiemdinh cycle changes TH-BC")
def cycle_changes(client: Client, screen: Screen, school: SchoolCode, cycle: Cycle = "") -> None:
    """Đợt mở lại đã đổi gì so với bản đã trình."""
    chosen = newest_cycle(client, school, cycle)
    changes = client.get(f"schools/{school}/cycles/{chosen}/changes")
    if screen.as_json:
        screen.line(changes)
        return
    rows = [
        {"place": _where(change), "what": f"{RESULT_WORDS[change['before']]} → {RESULT_WORDS[change['after']]}"}
        for change in changes["results"]
    ]
    rows += [
        {"place": _where(change), "what": f"{'thêm' if change['added'] else 'bỏ'} minh chứng {change['code']}"}
        for change in changes["evidence"]
    ]
    rows += [{"place": code, "what": "sửa nhận xét"} for code in changes["descriptions"]]
    screen.rows(rows, [("place", "Chỗ"), ("what", "Thay đổi")], empty=f"Chưa đổi gì so với bản {changes['reopens']}.")


def _where(gap: dict[str, Any]) -> str:
    return "/".join([gap["criterion"], *([str(gap["level"]), gap["indicator"]] if gap["level"] else [])])


def _from_file(file: Path | None) -> list[dict[str, Any]]:
    if file is None:
        return []
    gaps = json_given(file)
    if not isinstance(gaps, list):
        raise typer.BadParameter(f"{file}: cần một danh sách JSON, mỗi phần tử một chỗ thiếu.")
    return gaps
