"""`kiemdinh publicity …` and `kiemdinh notice …`: what a commune tells everybody, and comments on it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.judging import On, day_given
from cli.year_training import Commune, Year
from client.api_client import Client
from shared.vocabulary.commune_year import PublicityKind
from shared.vocabulary.year_labels import PUBLICITY_KIND_LABELS

publicity = typer.Typer(no_args_is_help=True, help="Tuyên truyền của xã: ghi việc đã làm, xem lại.")
notice = typer.Typer(no_args_is_help=True, help="Thông báo công khai của xã: đăng, gỡ, góp ý.")

Number = Annotated[str, typer.Argument(metavar="THÔNG_BÁO", help="Mã thông báo hay mục tuyên truyền.")]
Title = Annotated[str, typer.Option("--title", help="Tiêu đề.")]
SomeCommune = Annotated[str, typer.Argument(metavar="XÃ", help="Mã xã; bỏ trống là mọi xã được xem.")]
SomeYear = Annotated[int, typer.Option("--year", help="Chỉ năm này.")]


@client_command(
    publicity,
    "add",
    epilog='Ví dụ: kiemdinh publicity add NL 2026 --kind loa --title "Ngày hội trường chuẩn" --on 2026-10-01',
)
def add_publicity(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    kind: Annotated[PublicityKind, typer.Option("--kind", help="tin_bai, loa, hop_hdnd, hoi_nghi hoặc khac.")],
    title: Title,
    on: On = "",
    text: Annotated[str, typer.Option("--text", help="Nội dung.")] = "",
    link: Annotated[str, typer.Option("--link", help="Đường dẫn đến bài, ảnh.")] = "",
    section: Annotated[str, typer.Option("--section", help="Mục của kế hoạch năm, như II.3.")] = "",
    reach: Annotated[int | None, typer.Option("--reach", help="Số người nghe, đọc; không đếm thì bỏ trống.")] = None,
) -> None:
    """Ghi một việc tuyên truyền đã làm."""
    body = {"commune": commune, "year": year, "kind": kind.value, "title": title, "text": text, "link": link}
    added = client.post(
        f"communes/{commune}/years/{year}/publicity", body | {"section": section, "reach": reach} | day_given(on)
    )
    screen.show(added, f"Đã ghi {added['id']}.")


@client_command(publicity, "list", epilog="Ví dụ: kiemdinh publicity list NL --year 2026 --json")
def list_publicity(client: Client, screen: Screen, commune: SomeCommune = "", year: SomeYear = 0) -> None:
    """Việc tuyên truyền được xem, mới nhất trước."""
    found = _listed(client, commune, year, publicity=True)
    shown = found if screen.as_json else [one | {"kind": PUBLICITY_KIND_LABELS[PublicityKind(one["kind"])]} for one in found]
    columns = [
        ("commune", "Xã"),
        ("on", "Ngày"),
        ("kind", "Hình thức"),
        ("title", "Tiêu đề"),
        ("reach", "Số người"),
        ("id", "Mã"),
    ]
    screen.rows(shown, columns, empty="Chưa có việc tuyên truyền nào.")


@client_command(
    notice,
    "publish",
    epilog='Ví dụ: kiemdinh notice publish NL 2026 --title "Họp dân" --text "19 giờ ngày 05/10 tại nhà văn hóa."',
)
def publish_notice(
    client: Client,
    screen: Screen,
    commune: Commune,
    year: Year,
    title: Title,
    text: Annotated[str, typer.Option("--text", help="Nội dung.")],
    number: Annotated[str, typer.Option("--number", help="Số văn bản.")] = "",
    on: On = "",
) -> None:
    """Đăng một thông báo lên trang công khai của xã."""
    body = {"commune": commune, "year": year, "title": title, "body": text, "number": number} | day_given(on)
    added = client.post(f"communes/{commune}/years/{year}/notices", body)
    screen.show(added, f"Đã đăng {added['id']}, ai cũng xem được ở /thong-bao/{commune}.")


@client_command(notice, "withdraw", epilog='Ví dụ: kiemdinh notice withdraw THÔNG_BÁO --reason "Ghi nhầm ngày họp dân"')
def withdraw_notice(
    client: Client, screen: Screen, number: Number, reason: Annotated[str, typer.Option("--reason", help="Lý do.")]
) -> None:
    """Gỡ một thông báo hay mục tuyên truyền khỏi trang công khai."""
    screen.show(client.post(f"notices/{number}/withdrawal", {"notice": number, "reason": reason}), "Đã gỡ.")


@client_command(notice, "list", epilog="Ví dụ: kiemdinh notice list NL --year 2026 --json")
def list_notices(client: Client, screen: Screen, commune: SomeCommune = "", year: SomeYear = 0) -> None:
    """Thông báo được xem, mới nhất trước."""
    columns = [
        ("commune", "Xã"),
        ("on", "Ngày"),
        ("number", "Số"),
        ("title", "Tiêu đề"),
        ("withdrawn_on", "Đã gỡ ngày"),
        ("id", "Mã"),
    ]
    screen.rows(_listed(client, commune, year, publicity=False), columns, empty="Chưa có thông báo nào.")


@client_command(notice, "comment", epilog='Ví dụ: kiemdinh notice comment THÔNG_BÁO --text "Nên họp buổi tối."')
def comment_notice(
    client: Client, screen: Screen, number: Number, text: Annotated[str, typer.Option("--text", help="Góp ý.")]
) -> None:
    """Góp ý một thông báo hay mục tuyên truyền (Mặt trận, đoàn thể); cơ quan của xã đọc được."""
    screen.show(client.post(f"notices/{number}/comments", {"notice": number, "text": text}), "Đã gửi góp ý.")


@client_command(notice, "show-comment", epilog="Ví dụ: kiemdinh notice show-comment THÔNG_BÁO GÓP_Ý")
def show_comment(
    client: Client,
    screen: Screen,
    number: Number,
    comment: Annotated[str, typer.Argument(metavar="GÓP_Ý", help="Mã góp ý.")],
    hide: Annotated[bool, typer.Option("--hide", help="Thôi cho mọi người đọc.")] = False,
) -> None:
    """Cho mọi người đọc một góp ý, hoặc thôi (--hide)."""
    body = {"notice": number, "comment": comment, "shown": not hide}
    screen.show(client.post(f"notices/{number}/comments/{comment}/showing", body), "Đã ẩn." if hide else "Đã cho hiện.")


def _listed(client: Client, commune: str, year: int, *, publicity: bool) -> list[dict[str, Any]]:
    asked = {"commune": commune or None, "year": year or None, "publicity": publicity, "limit": 500}
    found: list[dict[str, Any]] = client.get("notices", **asked)["items"]
    return found
