"""`kiemdinh paper attach-signed`: the signed version of a printed paper comes home."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.papers import paper
from client.api_client import Client, shown_name
from shared.papers.code import parse_code
from shared.problems import NotAllowed, NotFound, Problem
from shared.vocabulary.roles import ScopeKind

__all__ = ["paper"]

_LOOK_S = 0.5
_WAITING = ("cho_doc", "dang_doc")


class NoCodeFound(Problem):
    """A file that shows no code of a print, and nobody said which school it is of."""

    type = "khong-thay-ma-giay"
    status = 409
    title = "Không thấy mã giấy"


@client_command(paper, "attach-signed", epilog="Ví dụ: kiemdinh paper attach-signed ban-quet.pdf --json")
def attach_signed(
    client: Client,
    screen: Screen,
    file: Annotated[Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, readable=True)],
    school: Annotated[str, typer.Option("--school", help="Mã trường; bỏ trống: lấy theo quyền hoặc mã QR.")] = "",
    named: Annotated[str, typer.Option("--paper", help="Mã giấy in cạnh mã QR, khi bản quét không đọc được mã.")] = "",
) -> None:
    """Tải bản quét đã ký lên kho của trường, đính vào đúng giấy đã in theo mã QR, và nêu các chỗ khác bản in.

    Máy không quyết định gì: chỗ khác chỉ được nêu ra. Không thấy mã thì tệp vẫn giữ trong kho.
    """
    at = school or _school_of(client, file, named)
    with screen.notes.status("Đang tải lên…") as status:
        document = str(client.upload(at, file, lambda _done: None)["document"])
        _wait_until_read(client, document, status.update)
        attached = client.post(f"schools/{at}/papers/signed", {"document": document, "paper": named})
    line = {
        "paper": attached["paper"],
        "document": attached["document"],
        "differences": [{key: one[key] for key in ("printed", "read", "page")} for one in attached["differences"]],
    }
    screen.show(line, _sentence(shown_name(file), attached))


def _school_of(client: Client, file: Path, named: str) -> str:
    """Return whose paper a file is: by the print that is named, by the caller's only school, or by the code on its pages.

    A commune's paper may come home at any of its schools: then only the caller's own school, or --school, says at which.
    """
    if named and (school := _that_printed(client, named)):
        return school
    grants = client.get("me")["grants"]
    schools = {grant["scope"] for grant in grants if grant["scope_kind"] == ScopeKind.SCHOOL.value}
    if len(schools) == 1 and len(grants) == len([grant for grant in grants if grant["scope"] in schools]):
        return str(schools.pop())
    # Only who works for several schools waits for this: the installation looks for the code by itself when it reads.
    from cli.local.paper_codes import codes_on

    for text in codes_on(file):
        code = parse_code(text)
        if code is not None and (school := _that_printed(client, code.paper)):
            return school
    raise NoCodeFound(
        f"Không thấy mã QR của giấy nào hệ thống đã in trên {shown_name(file)} nên chưa biết giấy của trường nào. "
        "Chưa tải gì lên. Nêu --paper MÃ_GIẤY (in cạnh mã QR) hoặc --school MÃ_TRƯỜNG, rồi chạy lại."
    )


def _that_printed(client: Client, paper: str) -> str:
    """Return the school that a print is of; '' where there is none that the caller reads, and for one of a commune."""
    try:
        return str(client.get(f"papers/prints/{paper}")["print"]["school"])
    except (NotFound, NotAllowed):
        return ""


def _wait_until_read(client: Client, document: str, tell: Callable[[str], None]) -> None:
    """Wait until a document was read or could not be; what is wrong then, attaching says."""
    while True:
        seen = client.get(f"documents/{document}")
        if seen["state"] not in _WAITING:
            return
        total = seen["pages_total"]
        tell(f"Đang đọc trang {seen['pages_read']}/{total}…" if total else "Đang chờ đọc…")
        time.sleep(_LOOK_S)


def _sentence(name: str, attached: dict[str, Any]) -> str:
    place = f"✓ {name}: bản đã ký của giấy {attached['paper']}, tài liệu {attached['document']}"
    differences = attached["differences"]
    if not differences:
        return f"{place}. Không khác bản in."
    return "\n".join((f"{place}. Khác bản in {len(differences)} chỗ:", *map(_told, differences)))


def _told(one: dict[str, Any]) -> str:
    before = f"{one['before']} " if one["before"] else ""
    return f"  trang {one['page']}: {before}{one['printed'] or '(không có)'} → {one['read'] or '(không còn)'}"
