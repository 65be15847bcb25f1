"""`kiemdinh paper compare`: a paper that was filled in or edited in Word or Excel, beside what was printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.papers import paper
from cli.signed_papers import NoCodeFound
from client.api_client import Client, shown_name

__all__ = ["paper"]

_LONGEST = 160


@client_command(paper, "compare", epilog="Ví dụ: kiemdinh paper compare phieu-1.3.docx --json")
def compare_paper(
    client: Client,
    screen: Screen,
    file: Annotated[Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, readable=True)],
    school: Annotated[str, typer.Option("--school", help="Mã trường; bỏ trống: trường đã in giấy.")] = "",
    named: Annotated[str, typer.Option("--paper", help="Mã giấy in cạnh mã QR, khi chân trang của tệp không còn.")] = "",
) -> None:
    """Nêu các chỗ một tệp .docx, .xlsx đã điền, đã sửa khác bản in của nó. Không ghi gì, không đổi gì."""
    at = school or _school_of(client, file, named)
    compared = client.post_file(f"schools/{at}/papers/compare", file, paper=named)
    screen.show(compared, _sentence(shown_name(file), compared))


def _school_of(client: Client, file: Path, named: str) -> str:
    """Return the school that printed the paper. Raises NoCodeFound, NoSuchPaper, and what reading the file raises."""
    # Other commands need not wait until what reads workbooks is loaded.
    from shared.papers.reading import read_office

    printed = named or read_office(file.read_bytes()).paper
    if not printed:
        raise NoCodeFound(
            f"Không thấy mã giấy ở chân trang của {shown_name(file)} nên chưa biết so với bản in nào. Chưa gửi gì. "
            "Nêu --paper MÃ_GIẤY (in cạnh mã QR trên bản in), rồi chạy lại."
        )
    return str(client.get(f"papers/prints/{printed}")["print"]["school"])


def _sentence(name: str, compared: dict[str, Any]) -> str:
    differences = compared["differences"]
    place = f"✓ {name}: so với bản in {compared['paper']} (nhật ký số {compared['known_at']})"
    if not differences:
        return f"{place}. Không khác chỗ nào."
    return "\n".join((f"{place}. Khác {len(differences)} chỗ, chưa ghi gì:", *map(_told, differences)))


def _told(one: dict[str, Any]) -> str:
    where = f"{one['place']}: " if one["place"] else ""
    return f"  {where}{_short(one['printed']) or '(không có)'} → {_short(one['filled']) or '(không còn)'}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
