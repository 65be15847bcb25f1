"""`kiemdinh recognition` and `kiemdinh certificate`: what the department decided, corrected, refused, revoked."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import typer

from cli.command import Screen, client_command
from cli.documents import Cycle
from cli.judging import On, day_given
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.assessment import AwardKind

recognition = typer.Typer(no_args_is_help=True, help="Quyết định công nhận đạt chuẩn quốc gia.")
certificate = typer.Typer(no_args_is_help=True, help="Chứng nhận kiểm định chất lượng giáo dục, quyết định riêng.")

Number = Annotated[str, typer.Argument(metavar="SỐ_QUYẾT_ĐỊNH")]
SignedOn = Annotated[str, typer.Option("--on", help="Ngày ký (YYYY-MM-DD).")]
Expires = Annotated[str, typer.Option("--expires", help="Hạn in trên giấy; bỏ trống thì tính theo thông tư.")]
Paper = Annotated[
    str,
    typer.Option("--copied-from-paper", help="Quyết định ký trên giấy, ngoài hệ thống: mã bản quét trong kho của trường."),
]
Why = Annotated[str, typer.Option("--override", help="Lý do chép lại từ giấy, ít nhất mười chữ.")]
DecidedCycle = Annotated[str, typer.Option("--cycle", help="Đợt tự đánh giá; bỏ trống thì lấy đợt đi hết đường.")]
Reason = Annotated[str, typer.Option("--reason", help="Lý do.")]
Document = Annotated[str, typer.Option("--document", help="Mã văn bản làm căn cứ trong kho của trường.")]
What = Annotated[
    str, typer.Option("--what", help="Mục ghi sai: number, degree, certificate_degree, decided_on hoặc expires_on.")
]

_COLUMNS = [
    ("school_name", "Trường"),
    ("number", "Số"),
    ("degree", "Mức"),
    ("decided_on", "Ký"),
    ("expires_on", "Hết hạn"),
    ("state", "Trạng thái"),
    ("superseded_by", "Thay bằng"),
    ("override", "Chép từ giấy, lý do"),
]


class _Award(NamedTuple):
    """What the commands of one kind of award differ in: where they stand, and what the API calls things."""

    commands: typer.Typer
    kind: AwardKind
    revocations: str
    listed_as: str


_RECOGNITION = _Award(recognition, AwardKind.RECOGNITION, revocations="revocations", listed_as="recognitions")
_CERTIFICATE = _Award(certificate, AwardKind.CERTIFICATE, revocations="certificate-revocations", listed_as="certificates")


def _decision(
    school: str, number: str, degree: int, on: str, expires: str, cycle: str, paper: str, why: str
) -> dict[str, Any]:
    signed = day_given(on)
    if not signed:
        raise typer.BadParameter("Thiếu ngày ký. Nhập --on YYYY-MM-DD.")
    body = {"school": school, "number": number, "decided_on": signed["on"], "degree": degree, "cycle": cycle}
    return body | {"copied_from_paper": paper, "override": why} | ({"expires_on": expires} if expires else {})


@client_command(
    recognition, "grant", epilog='Ví dụ: kiemdinh recognition grant TH-BC "118/QĐ-SGDĐT" --degree 1 --on 2026-11-20'
)
def grant_recognition(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Number,
    degree: Annotated[int, typer.Option("--degree", help="Mức độ theo thông tư.")],
    on: SignedOn,
    expires: Expires = "",
    certificate_degree: Annotated[int, typer.Option("--certificate", help="Cấp độ kiểm định (luật 2018).")] = 0,
    paper: Paper = "",
    override: Why = "",
    cycle: DecidedCycle = "",
) -> None:
    """Ghi quyết định công nhận của Sở: sau khi trường trình, đoàn của Sở kết luận và đủ điều kiện."""
    body = _decision(school, number, degree, on, expires, cycle, paper, override)
    granted = client.post(f"schools/{school}/recognitions", body | {"certificate_degree": certificate_degree})
    instead = f" Thay số {granted['supersedes']}." if granted.get("supersedes") else ""
    screen.show(granted, f"Đã ghi quyết định {number}: Mức độ {degree}, đến {granted.get('expires_on', expires)}.{instead}")


@client_command(certificate, "grant", epilog='Ví dụ: kiemdinh certificate grant TH-BC "9/CN" --degree 1 --on 2024-06-01')
def grant_certificate(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Number,
    degree: Annotated[int, typer.Option("--degree", help="Cấp độ theo thông tư.")],
    on: SignedOn,
    expires: Expires = "",
    paper: Paper = "",
    override: Why = "",
    cycle: DecidedCycle = "",
) -> None:
    """Ghi quyết định cấp Chứng nhận, kèm Bằng hay không."""
    body = _decision(school, number, degree, on, expires, cycle, paper, override)
    granted = client.post(f"schools/{school}/certificates", body)
    screen.show(granted, f"Đã ghi Chứng nhận {number}: Cấp độ {degree}, đến {granted.get('expires_on', expires)}.")


def _add_correct(award: _Award, *, epilog: str) -> None:
    @client_command(award.commands, "correct", epilog=epilog)
    def correct(
        client: Client,
        screen: Screen,
        school: SchoolCode,
        number: Number,
        what: What,
        new: Annotated[str, typer.Option("--new", help="Nội dung đúng; ngày ghi YYYY-MM-DD.")],
        reason: Reason,
        document: Document = "",
    ) -> None:
        """Đính chính một mục ghi sai trong sổ."""
        body = {"school": school, "award": award.kind, "number": number, "what": what, "new": new, "reason": reason}
        corrected = client.post(f"schools/{school}/corrections", body | {"document": document})
        screen.show(corrected, f"Đã đính chính {number}. Không phải thu hồi; sổ giữ cả hai dòng.")


_add_correct(
    _RECOGNITION,
    epilog='Ví dụ: kiemdinh recognition correct TH-BC "118/QĐ" --what decided_on --new 2026-11-19 --reason "Gõ nhầm ngày"',
)
_add_correct(
    _CERTIFICATE,
    epilog='Ví dụ: kiemdinh certificate correct TH-BC "9/CN" --what degree --new 2 --reason "Gõ nhầm cấp độ" --document MÃ',
)


@client_command(
    recognition, "refuse", epilog='Ví dụ: kiemdinh recognition refuse TH-BC --reason "Chưa đạt Mức 1 ở tám tiêu chí"'
)
def refuse_recognition(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    reason: Reason,
    on: On = "",
    number: Annotated[str, typer.Option("--number", help="Số văn bản, nếu có.")] = "",
    document: Document = "",
    cycle: Cycle = "",
) -> None:
    """Ghi quyết định không công nhận, có lý do."""
    day = day_given(on)
    body = {"school": school, "reason": reason, "number": number, "document": document, "cycle": cycle}
    refused = client.post(f"schools/{school}/refusals", body | ({"refused_on": day["on"]} if day else {}))
    screen.show(refused, f"Đã ghi không công nhận đợt {refused.get('cycle', cycle)}.")


@client_command(
    recognition,
    "remedy",
    epilog='Ví dụ: kiemdinh recognition remedy TH-BC "118/QĐ" --until 2027-05-30 --reason "Bổ sung hai phòng học"',
)
def request_remedy(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    number: Number,
    until: Annotated[str, typer.Option("--until", help="Khắc phục đến hết ngày (YYYY-MM-DD).")],
    reason: Reason,
    document: Document = "",
) -> None:
    """Ghi yêu cầu khắc phục có thời hạn; hết hạn mà chưa đạt mới thu hồi được."""
    body = {"school": school, "number": number, "until": until, "reason": reason, "document": document}
    screen.show(client.post(f"schools/{school}/remedies", body), f"Đã ghi yêu cầu khắc phục đến hết {until}.")


def _add_revoke(award: _Award, *, says: str, epilog: str) -> None:
    @client_command(award.commands, "revoke", help=says, epilog=epilog)
    def revoke(
        client: Client,
        screen: Screen,
        school: SchoolCode,
        number: Number,
        on: Annotated[str, typer.Option("--on", help="Ngày thu hồi (YYYY-MM-DD).")],
        reason: Reason,
        document: Document = "",
    ) -> None:
        day = day_given(on)
        if not day:
            raise typer.BadParameter("Thiếu ngày thu hồi. Nhập --on YYYY-MM-DD.")
        body = {"school": school, "number": number, "revoked_on": day["on"], "reason": reason, "document": document}
        screen.show(client.post(f"schools/{school}/{award.revocations}", body), f"Đã ghi thu hồi {number}.")


_add_revoke(
    _RECOGNITION,
    says="Ghi quyết định thu hồi.",
    epilog='Ví dụ: kiemdinh recognition revoke TH-BC "118/QĐ-SGDĐT" --on 2027-06-05 --reason "…"',
)
_add_revoke(
    _CERTIFICATE,
    says="Ghi quyết định thu hồi Chứng nhận.",
    epilog='Ví dụ: kiemdinh certificate revoke TH-BC "9/CN" --on 2025-09-01 --reason "…"',
)


def _add_list(award: _Award, *, says: str, epilog: str) -> None:
    @client_command(award.commands, "list", help=says, epilog=epilog)
    def list_awards(
        client: Client,
        screen: Screen,
        on: Annotated[str, typer.Option("--on", help="Sổ tại ngày (YYYY-MM-DD); bỏ trống là hôm nay.")] = "",
    ) -> None:
        screen.rows(client.get("recognitions", **day_given(on))[award.listed_as], _COLUMNS, empty="Sổ còn trống.")


_add_list(_RECOGNITION, says="Sổ công nhận, ai cũng xem được.", epilog="Ví dụ: kiemdinh recognition list --json")
_add_list(_CERTIFICATE, says="Sổ Chứng nhận, ai cũng xem được.", epilog="Ví dụ: kiemdinh certificate list --json")
