"""`kiemdinh registration`: a school's registration for external evaluation, from its letter to the decision."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import On, day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.labels import CONFIDENCE_LABELS

registration = typer.Typer(
    no_args_is_help=True, help="Đăng ký đánh giá ngoài: từ công văn của trường đến quyết định của Sở."
)

OfCycle = Annotated[str, typer.Option("--cycle", help="Đợt; bỏ trống thì lấy đợt đã đăng ký.")]
Letter = Annotated[str, typer.Option("--number", help="Số công văn.")]
Document = Annotated[str, typer.Option("--document", help="Mã văn bản trong kho của trường.")]
_PURPOSES = "kdclgd, cqg hoặc ca_hai"


def _send(
    client: Client, school: str, step: str, cycle: str, on: str, **told: str | int | list[Any] | None
) -> dict[str, Any]:
    """Send a step of a registration with what was told, and return the registration."""
    body = {"school": school, "cycle": cycle} | day_given(on) | {name: value for name, value in told.items() if value}
    sent: dict[str, Any] = client.post(f"schools/{school}/registrations{step}", body)
    return sent


@client_command(
    registration, "open", epilog='Ví dụ: kiemdinh registration open TH-BC --degree 1 --copies 2 --number "12/CV-TH"'
)
def open_registration(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    cycle: Annotated[str, typer.Option("--cycle", help="Đợt đã trình; bỏ trống là đợt trình mới nhất.")] = "",
    purpose: Annotated[str, typer.Option("--for", help=f"Đăng ký để được: {_PURPOSES}.")] = "",
    degree: Annotated[int, typer.Option("--degree", help="Mức độ nhắm tới.")] = 0,
    copies: Annotated[int, typer.Option("--copies", help="Số bản báo cáo kèm theo.")] = 0,
    number: Letter = "",
    document: Document = "",
    on: On = "",
) -> None:
    """Trường đăng ký một đợt đã trình; đăng ký trễ vẫn nhận và ghi rõ trễ bao nhiêu ngày."""
    told: dict[str, Any] = {"purpose": purpose, "degree": degree, "copies": copies, "number": number, "document": document}
    opened = _send(client, school, "", cycle, on, **told)
    screen.show(opened, " ".join([f"Đã đăng ký đợt {opened['cycle']}.", *opened["warnings"]]))


@client_command(registration, "check", epilog='Ví dụ: kiemdinh registration check TH-BC --missing "Quyết định lập Hội đồng"')
def check_registration(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    missing: Annotated[list[str] | None, typer.Option("--missing", help="Còn thiếu gì; lặp lại được.")] = None,
    inspection: Annotated[str, typer.Option("--inspection", help="Đợt kiểm tra kỹ thuật đã kết luận làm căn cứ.")] = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Xã ghi hồ sơ đủ; có --missing thì ghi còn thiếu."""
    checked = _send(client, school, "/check", cycle, on, missing=missing, inspection=inspection)
    screen.show(checked, f"Đã ghi hồ sơ còn thiếu {len(missing)} mục." if missing else "Đã ghi hồ sơ đủ.")


@client_command(registration, "forward", epilog='Ví dụ: kiemdinh registration forward TH-BC --number "45/UBND-VHXH"')
def forward_registration(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    to: Annotated[str, typer.Option("--to", help="so hoặc ubnd_tinh.")] = "",
    number: Letter = "",
    document: Document = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Xã chuyển hồ sơ đã đủ."""
    forwarded = _send(client, school, "/forward", cycle, on, to=to, number=number, document=document)
    screen.show(forwarded, "Đã chuyển hồ sơ.")


@client_command(registration, "accept", epilog="Ví dụ: kiemdinh registration accept TH-BC --on 2026-11-02")
def accept_registration(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Letter = "",
    document: Document = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Sở tiếp nhận hồ sơ."""
    screen.show(_send(client, school, "/acceptance", cycle, on, number=number, document=document), "Đã tiếp nhận hồ sơ.")


@client_command(
    registration,
    "return",
    epilog='Ví dụ: kiemdinh registration return TH-BC --reason "Thiếu phụ lục số liệu" --due 2026-12-15',
)
def return_registration(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao trả lại.")],
    due: Annotated[str, typer.Option("--due", help="Nộp lại trước hết ngày (YYYY-MM-DD).")] = "",
    number: Letter = "",
    document: Document = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Sở trả hồ sơ, kèm lý do và hạn nộp lại."""
    told = {"reason": reason, "due": day_given(due).get("on", ""), "number": number, "document": document}
    screen.show(_send(client, school, "/return", cycle, on, **told), "Đã trả hồ sơ. Trường bổ sung rồi đăng ký lại.")


@client_command(registration, "draft", epilog="Ví dụ: kiemdinh registration draft TH-BC --document MÃ")
def send_draft(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    summary: Annotated[str, typer.Option("--summary", help="Tóm tắt dự thảo.")] = "",
    document: Document = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Đoàn gửi trường dự thảo báo cáo; từ ngày ấy tính hạn phản hồi. Ngày đã qua hạn ấy thì phải kèm --document."""
    sent = _send(client, school, "/draft", cycle, on, summary=summary, document=document)
    due = sent["deadlines"][-1]["due"]
    screen.show(sent, f"Đã gửi dự thảo. Trường phản hồi đến hết {due}; im lặng là đồng ý.")


@client_command(
    registration, "reply", epilog='Ví dụ: kiemdinh registration reply TH-BC --point "Tiêu chí 3.2: đã bổ sung phòng học"'
)
def reply_to_draft(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    point: Annotated[list[str] | None, typer.Option("--point", help="Một điểm chưa nhất trí; lặp lại được.")] = None,
    document: Document = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Trường phản hồi dự thảo; không nêu điểm nào là nhất trí."""
    replied = _send(client, school, "/reply", cycle, on, points=point, document=document)
    screen.show(replied, f"Đã phản hồi {len(point)} điểm." if point else "Đã ghi trường nhất trí với dự thảo.")


@client_command(registration, "final", epilog="Ví dụ: kiemdinh registration final TH-BC --answer 1=tiep_thu 2=bao_luu")
def finalise_report(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    more: Annotated[list[str] | None, typer.Argument(metavar="[ĐIỂM=TRẢ_LỜI]...", help="Viết tiếp sau --answer.")] = None,
    *,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="ĐIỂM=tiep_thu hoặc bao_luu, như 1=tiep_thu; lặp lại được.")
    ] = None,
    document: Document = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Báo cáo chính thức; mỗi điểm trường nêu trả lời một lần."""
    answers = [_answer_given(text) for text in [*(answer or []), *(more or [])]]
    screen.show(_send(client, school, "/final", cycle, on, answers=answers, document=document), "Đã ghi báo cáo chính thức.")


def _answer_given(text: str) -> dict[str, Any]:
    point, _, rest = text.partition("=")
    answer, _, note = rest.partition(":")
    if not point.strip().isdecimal() or not answer:
        raise typer.BadParameter(f"{text}: cần ĐIỂM=tiep_thu hoặc ĐIỂM=bao_luu, như 1=tiep_thu")
    return {"point": int(point), "answer": answer.strip(), "note": note.strip()}


@client_command(
    registration, "refuse", epilog='Ví dụ: kiemdinh registration refuse TH-BC --reason "Chưa đạt Mức 1 ở tám tiêu chí"'
)
def refuse_registration(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao không công nhận.")],
    number: Annotated[str, typer.Option("--number", help="Số văn bản, nếu có.")] = "",
    document: Document = "",
    cycle: OfCycle = "",
    on: On = "",
) -> None:
    """Sở không công nhận, sau báo cáo chính thức; như “recognition refuse”."""
    chosen = cycle or client.get(f"schools/{school}/registrations")["cycle"]
    day = day_given(on)
    body = {"school": school, "reason": reason, "number": number, "document": document, "cycle": chosen}
    refused = client.post(f"schools/{school}/refusals", body | ({"refused_on": day["on"]} if day else {}))
    screen.show(refused, f"Đã ghi không công nhận đợt {refused.get('cycle', chosen)}.")


@client_command(registration, "show", epilog="Ví dụ: kiemdinh registration show TH-BC --json")
def show_registration(client: Client, screen: Screen, school: SchoolCode, cycle: OfCycle = "") -> None:
    """Hồ sơ đã đến đâu và hạn của từng bước; cả khi trường chưa đăng ký."""
    shown = client.get(f"schools/{school}/registrations", **({"cycle": cycle} if cycle else {}))
    screen.show(shown, "\n".join(_told(shown)))


def _told(shown: dict[str, Any]) -> list[str]:
    lines = [f"Đợt {shown['cycle']}:" if shown["cycle"] else "Chưa đăng ký."]
    lines += [f"  {done['on']}  {done['label']}  {done['text']}".rstrip() for done in shown["history"]]
    return [*lines, *map(_deadline_told, shown["deadlines"]), *shown["warnings"]]


def _deadline_told(deadline: dict[str, Any]) -> str:
    """Return a deadline in words; without a day there is none where that is certain, else none is known."""
    none = "Không có hạn" if deadline["confidence"] == "high" else "Hạn không rõ ngày"
    due = f"Hạn {deadline['due']}" if deadline["due"] else none
    sure = f"độ chắc {CONFIDENCE_LABELS[deadline['confidence']]}"
    return f"{due}: {deadline['what']} ({deadline['source'] or deadline['note']}; {sure})"


@client_command(registration, "due", epilog="Ví dụ: kiemdinh registration due --commune NL --within 12 --json")
def due_registrations(
    client: Client,
    screen: Screen,
    commune: Annotated[str, typer.Option("--commune", help="Chỉ các trường của xã này.")] = "",
    on: Annotated[str, typer.Option("--on", help="Như ở một ngày khác (YYYY-MM-DD).")] = "",
    within: Annotated[int, typer.Option("--within", min=0, help="Đến hạn trong bao nhiêu tháng tới.")] = 12,
) -> None:
    """Các trường sắp phải đăng ký lại hoặc đã trễ, hạn gần nhất trước."""
    path = f"communes/{commune}/renewals" if commune else "renewals"
    listed = client.get(path, within_months=within, **day_given(on))["renewals"]
    columns = [
        ("school", "Trường"),
        ("number", "Số"),
        ("expires_on", "Hết hạn"),
        ("due", "Đăng ký lại trước hết"),
        ("registered_on", "Đã đăng ký"),
    ]
    rows = listed if screen.as_json else [row | {"due": row["deadline"]["due"]} for row in listed]
    screen.rows(rows, columns, empty="Không trường nào đến hạn đăng ký lại.")
