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
    "dangling_code": "mã không dẫn tới minh chứng",
    "unread_copy": "phần chép chưa xem lại",
    "council_invalid": "Hội đồng chưa đúng quy định",
    "not_passed": "Hội đồng chưa thông qua",
    "not_approved": "Chủ tịch Hội đồng chưa phê duyệt",
}
"""Kinds of gap as the command line names them, and as it tells them."""

RESULT_WORDS = {"met": "đạt", "not_met": "không đạt", "not_assessed": "chưa đánh giá", "not_applicable": "không áp dụng"}

Chosen = Annotated[str, typer.Argument(metavar="ĐỢT", help="Đợt; bỏ trống là đợt mới nhất.")]

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
def check_cycle(client: Client, screen: Screen, school: SchoolCode, chosen: Chosen = "", cycle: Cycle = "") -> None:
    """Còn thiếu gì để trình: đánh giá, minh chứng, mâu thuẫn, phần chép, biểu quyết, phê duyệt."""
    named = newest_cycle(client, school, _one(chosen, cycle))
    answer = client.get(f"schools/{school}/cycles/{named}/check")
    if screen.as_json:
        screen.line(answer)
        return
    columns = [("place", "Chỗ"), ("lacking", "Thiếu"), ("text", "Chi tiết"), ("link", "Sửa ở trang")]
    nothing = f"Đợt {named} không thiếu gì, trình được." if answer["ready"] else f"Đợt {named} đã trình."
    screen.rows([_cells(gap) for gap in answer["gaps"]], columns, empty=nothing)
    answered = [gap for gap in client.get(f"schools/{school}/cycles/{named}/gaps")["gaps"] if gap["answer"]]
    for gap in answered:
        screen.notes.print(f"Đã nêu lý do {_place_of(gap)}: {gap['answer']}", markup=False)
    for note in answer["notes"]:
        screen.notes.print(note, markup=False)


def _one(chosen: str, option: str) -> str:
    """Return the cycle that was named, after the school or by --cycle. Raises typer.BadParameter for two that differ."""
    if chosen and option and chosen != option:
        raise typer.BadParameter(f"Nêu hai đợt khác nhau: {chosen} và {option}. Nêu một đợt.")
    return chosen or option


def _place_of(gap: dict[str, Any]) -> str:
    if not gap["criterion"]:
        return str(gap["kind"])
    return f"{gap['kind']}:{gap['criterion']}:{gap['level']}:{gap['indicator']}"


def _cells(gap: dict[str, Any]) -> dict[str, Any]:
    return {"place": _place_of(gap), "lacking": GAP_WORDS[gap["kind"]], "text": gap["text"] or None, "link": gap["link"]}


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
    chosen: Chosen = "",
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
    *,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Trình khi còn thiếu, mọi chỗ thiếu được ghi lại; cần --reason.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao trình khi còn thiếu, ít nhất 10 chữ.")] = "",
) -> None:
    """Hiệu trưởng duyệt và trình báo cáo tự đánh giá; sau đó lớp của trường được khóa."""
    if reason and not incomplete:
        raise typer.BadParameter("--reason đi cùng --incomplete; lý do của từng chỗ thiếu ghi bằng --gap.")
    of = newest_cycle(client, school, _one(chosen, cycle))
    named = [_named(text) for text in gap or []] + _from_file(gaps_file)
    body: dict[str, Any] = {"school": school, "cycle": of} | ({"gaps": named} if named else {}) | day_given(on)
    body |= {"incomplete": True, "reason": reason} if incomplete else {}
    done = client.post(f"schools/{school}/cycles/{of}/submission", body)
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
    chosen: Chosen = "",
    *,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao mở lại, ít nhất 10 chữ.")],
    cycle: Cycle = "",
) -> None:
    """Hiệu trưởng mở lại đợt đã trình để sửa: một bản mới với mọi nội dung của trường."""
    of = newest_cycle(client, school, _one(chosen, cycle))
    body = {"school": school, "cycle": of, "reason": reason}
    opened = client.post(f"schools/{school}/cycles/{of}/reopening", body)
    screen.show(opened, f"Đã mở lại đợt {of}, thành đợt {opened['cycle']}. Nội dung của trường được chép sang.")


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
    rows += [{"place": f"{one['criterion']}/{one['level']}", "what": "sửa hiện trạng"} for one in changes["texts"]]
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
