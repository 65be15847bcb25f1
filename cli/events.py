"""`kiemdinh events`, `webhook` and the part of `audit` that asks a running installation."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.offices import SchoolCode
from client.api_client import CannotWrite, Client
from shared.problems import Problem

events = typer.Typer()
webhook = typer.Typer(no_args_is_help=True, help="Gửi sự kiện đã ký đến một địa chỉ (Standard Webhooks).")
audit = typer.Typer(no_args_is_help=True, help="Kiểm toán: mốc niêm, bản tự kiểm, kiểm toàn bộ kho.")


@client_command(events, "events", epilog="Ví dụ: kiemdinh events --after 0 --follow --json")
def list_events(
    client: Client,
    screen: Screen,
    after: Annotated[int, typer.Option("--after", min=0, help="Vị trí đã biết trong dòng sự kiện.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", help="Chờ và in tiếp sự kiện mới.")] = False,
) -> None:
    """Dòng sự kiện chung (CloudEvents 1.0), theo thứ tự, sau một vị trí."""
    if follow:
        for event in client.follow(after):
            screen.show(event, f"{event['position']} {event['time']} {event['type']} {event['subject']}")
        return
    while True:
        answer = client.get("feed", after=after, limit=500)
        for event in answer["events"]:
            screen.show(event, f"{event['position']} {event['time']} {event['type']} {event['subject']}")
        if not answer["events"]:
            return
        after = answer["next_after"]


@client_command(
    webhook,
    "add",
    epilog="Ví dụ: kiemdinh webhook add https://vi-du.vn/nhan --type vn.kiemdinh.assessment.recognition-granted.v1",
)
def add_webhook(
    client: Client,
    screen: Screen,
    target: Annotated[str, typer.Argument(metavar="ĐỊA_CHỈ")],
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Loại sự kiện; lặp lại được; bỏ trống là tất cả.")
    ] = None,
    description: Annotated[str, typer.Option("--description")] = "",
) -> None:
    """Đăng ký một địa chỉ; khóa ký chỉ hiện một lần."""
    subscription = client.post("webhooks", {"url": target, "types": types or [], "description": description})
    screen.show(subscription, f"Đã đăng ký {subscription['webhook']}. Khóa ký (chỉ hiện một lần): {subscription['secret']}")


@client_command(webhook, "list", epilog="Ví dụ: kiemdinh webhook list")
def list_webhooks(client: Client, screen: Screen) -> None:
    """Các địa chỉ và tình trạng gửi."""
    columns = [("webhook", "Số"), ("url", "Địa chỉ"), ("state", "Tình trạng"), ("waiting", "Chờ gửi")]
    found = client.get("webhooks")["webhooks"]
    rows = found if screen.as_json else [{**one, "state": _webhook_state(one)} for one in found]
    screen.rows(rows, columns, empty="Chưa đăng ký địa chỉ nào.")


_STOPPED = {
    "noi_nhan_tu_choi": "đã dừng: nơi nhận trả lời 410; nối lại bằng kiemdinh webhook retry",
    "dia_chi_khong_duoc_phep": "đã dừng: địa chỉ dẫn vào mạng nội bộ hoặc chính máy này; đặt allow_private_targets = true "
    "trong mục [webhooks] của kiemdinh.toml rồi khởi động lại",
    "mat_quyen": "đã dừng: người đăng ký mất quyền; đăng ký lại",
}


def _webhook_state(webhook: Mapping[str, Any]) -> str:
    if not webhook["active"]:
        return _STOPPED.get(webhook["stopped"], "đã dừng; đăng ký lại")
    parts = ["đang gửi"]
    if webhook["retrying"]:
        parts.append(f"gửi lại từ vị trí {webhook['retrying'][0]['position']}")
    if webhook["skipped"]:
        parts.append(f"đã bỏ qua {len(webhook['skipped'])}, gửi lại bằng kiemdinh webhook retry")
    return "; ".join(parts)


@client_command(webhook, "retry", epilog="Ví dụ: kiemdinh webhook retry SỐ")
def retry_webhook(client: Client, screen: Screen, number: Annotated[str, typer.Argument(metavar="SỐ")]) -> None:
    """Gửi lại sự kiện đã bỏ qua, gửi ngay sự kiện đang chờ; nối lại nếu nơi nhận từng trả lời 410."""
    screen.show(client.post(f"webhooks/{number}/retry", {}), "Sẽ gửi lại theo thứ tự. Xem: kiemdinh webhook list")


@client_command(webhook, "remove", epilog="Ví dụ: kiemdinh webhook remove SỐ")
def remove_webhook(client: Client, screen: Screen, number: Annotated[str, typer.Argument(metavar="SỐ")]) -> None:
    """Thôi gửi đến một địa chỉ."""
    screen.show(client.delete(f"webhooks/{number}"), "Đã thôi gửi.")


LOGS = ("evidence", "assessment", "inspection", "notification", "identity")


@client_command(audit, "checkpoint", epilog="Ví dụ: kiemdinh audit checkpoint --out moc-niem-2026-11.txt")
def checkpoint(
    client: Client,
    screen: Screen,
    service: Annotated[
        str, typer.Argument(metavar="[DỊCH_VỤ]", help=f"{', '.join(LOGS)}; bỏ trống là mọi nhật ký đã có mốc.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Ghi vào tệp mới này, để giữ ở nơi khác.")] = None,
) -> None:
    """Mốc niêm mới nhất của một hay mọi nhật ký (C2SP tlog-checkpoint).

    Giữ ở nơi khác (giấy, thư, máy khác); sau này đưa lại cho audit verify --checkpoint.
    """
    checkpoints = [client.get(f"checkpoints/{service}")] if service else _every_checkpoint(client)
    notes = "\n".join(latest["note"] for latest in checkpoints)
    if out is not None:
        try:
            with out.open("x", encoding="utf-8") as file:
                file.write(notes)
        except OSError as error:
            raise CannotWrite(f"Không ghi được {out}: {error.strerror}. Chọn tên khác.") from error
    screen.show(
        checkpoints[0] if service else {"checkpoints": checkpoints},
        notes if out is None else f"Đã ghi {out}. Giữ ở nơi khác.",
    )


def _every_checkpoint(client: Client) -> list[dict[str, Any]]:
    """Return the latest checkpoint of every log that has one."""
    checkpoints = []
    for service in LOGS:
        try:
            checkpoints.append(client.get(f"checkpoints/{service}"))
        except Problem as problem:
            if problem.status != HTTPStatus.NOT_FOUND:
                raise
    return checkpoints


@client_command(audit, "prove", epilog="Ví dụ: kiemdinh audit prove TH-BC --out ban-tu-kiem.json")
def prove(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    out: Annotated[Path, typer.Option("--out", help="Tệp ghi bản tự kiểm.")],
    known_at: Annotated[int, typer.Option("--known-at", help="Đến số này trong nhật ký; 0 là hiện nay.")] = 0,
) -> None:
    """Xuất bản tự kiểm: kiểm được không cần mạng, không cần tin hệ thống này."""
    bundle = client.get(f"schools/{school}/proof", known_at=known_at)["bundle"]
    out.write_text(bundle, encoding="utf-8")
    screen.show({"school": school, "out": str(out)}, f"Đã ghi {out}. Kiểm bằng: python verify_proof.py {out}")
