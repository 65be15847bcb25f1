"""`kiemdinh reading`, `reread`: pages to look at, how often people correct them, reading again by a newer pipeline."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from cli.command import Screen, client_command
from cli.offices import SchoolCode
from client.api_client import Client
from shared.vocabulary.labels import PAGE_DOUBT_LABELS, PAGE_KIND_LABELS

reading = typer.Typer(no_args_is_help=True, help="Đọc chữ: trang cần xem lại, máy đọc sai bao nhiêu.")
rereading = typer.Typer()

_LOOK_S = 2.0
_READ, _FAILED = "da_doc", "khong_doc_duoc"


@client_command(reading, "pages", epilog="Ví dụ: kiemdinh reading pages TH-BC --json")
def pages_to_review(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    document: Annotated[str, typer.Option("--document", help="Chỉ tài liệu này.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
) -> None:
    """Trang đọc chưa chắc, cần người xem lại; giấy mới nhất đứng đầu."""
    answer = client.get(f"schools/{school}/reading/pages", document=document, limit=limit)
    rows = [page if screen.as_json else _page_row(page) for page in answer["pages"]]
    columns = [("title", "Tài liệu"), ("page", "Trang"), ("confidence", "Chắc (%)"), ("why", "Vì sao"), ("document", "Mã")]
    screen.rows(rows, columns, empty="Không còn trang nào cần xem lại.")
    if answer["total"] > len(rows):
        screen.notes.print(f"Còn {answer['total'] - len(rows)} trang nữa: thêm --limit.", markup=False)


def _page_row(page: dict[str, Any]) -> dict[str, Any]:
    why = [PAGE_DOUBT_LABELS.get(doubt, doubt) for doubt in page["doubts"] or ["doc-chua-chac"]]
    if page["unplaced"]:
        why.append(f"{page['unplaced']} chỗ đã sửa không còn khớp")
    return page | {"title": page["title"] or page["name"], "why": ", ".join(why)}


@client_command(reading, "quality", epilog="Ví dụ: kiemdinh reading quality --json")
def reading_quality(
    client: Client,
    screen: Screen,
    school: Annotated[str, typer.Option("--school", help="Chỉ trường này.")] = "",
) -> None:
    """Máy đọc sai bao nhiêu, theo kiểu trang và cách đọc, tính từ những trang người đã xem."""
    qualities = client.get("reading/quality", school=school)["qualities"]
    columns = [
        ("pipeline", "Cách đọc"),
        ("kind", "Kiểu trang"),
        ("pages", "Số trang"),
        ("words_read", "Từ đã đọc"),
        ("word_errors_percent", "Từ sai (%)"),
        ("letter_errors_percent", "Chữ cái sai (%)"),
    ]
    rows = [one if screen.as_json else one | {"kind": PAGE_KIND_LABELS.get(one["kind"], "chưa rõ")} for one in qualities]
    screen.rows(rows, columns, empty="Chưa có trang nào người xem lại, nên chưa đếm được.")


@client_command(rereading, "reread", epilog="Ví dụ: kiemdinh reread --school TH-BC --dry-run")
def reread(
    client: Client,
    screen: Screen,
    school: Annotated[str, typer.Option("--school", help="Chỉ trường này; bỏ trống là mọi trường.")] = "",
    document: Annotated[str, typer.Option("--document", help="Chỉ tài liệu này.")] = "",
    older_than: Annotated[str, typer.Option("--older-than", help="Cũ hơn cách đọc này; bỏ trống: cách đang dùng.")] = "",
    at_once: Annotated[int, typer.Option("--at-once", min=1, max=200, help="Bao nhiêu tài liệu chờ đọc lại một lúc.")] = 8,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ đọc lại những gì.")] = False,
) -> None:
    """Đọc lại bằng cách đọc mới. Dừng lúc nào cũng được; chạy lại thì đọc tiếp, không đọc hai lần. Giấy mới đọc trước."""
    question = {"school": school, "document": document, "older_than": older_than, "most_waiting": at_once}
    if dry_run:
        _show_plan(screen, client.post("reading/again", question | {"dry_run": True}))
        return
    began, first, pending = time.monotonic(), -1, dict[str, str]()
    while True:
        answer = client.post("reading/again", question)
        pending |= {one["document"]: one["name"] for one in answer["requested"]}
        first = answer["pages_done"] if first < 0 else first
        _tell_progress(screen, answer, answer["pages_done"] - first, time.monotonic() - began)
        _tell_finished(client, screen, pending)
        if not pending and not answer["documents_left"]:
            break
        time.sleep(_LOOK_S)
    screen.notes.print(f"Xong: mọi tài liệu đã được đọc bằng {answer['pipeline']}.", markup=False)


def _show_plan(screen: Screen, plan: dict[str, Any]) -> None:
    if screen.as_json:
        screen.line(plan)
        return
    left = f"{plan['documents_left']} tài liệu, {plan['pages_left']} trang đọc bằng cách cũ hơn {plan['pipeline']}"
    screen.show(
        plan, f"Sẽ đọc lại {left}." if plan["documents_left"] else f"Không còn gì để đọc lại bằng {plan['pipeline']}."
    )
    if plan["next_up"]:
        columns = [("name", "Tên tệp"), ("pages", "Trang"), ("pipeline", "Cách đọc"), ("confidence", "Chắc (%)")]
        screen.rows(plan["next_up"], columns, empty="")


def _tell_progress(screen: Screen, answer: dict[str, Any], pages: int, seconds: float) -> None:
    speed = f" · {pages / seconds * 60:.0f} trang/phút" if pages and seconds else ""
    failed = f" · {answer['failed']} không đọc lại được" if answer["failed"] else ""
    done = f"{answer['documents_done']}/{answer['documents_total']} tài liệu"
    screen.notes.print(f"Đã đọc {done}{speed} · còn {answer['pages_left']} trang{failed}", markup=False)


def _tell_finished(client: Client, screen: Screen, pending: dict[str, str]) -> None:
    """Print what changed in the documents that were read meanwhile, and no longer wait for them."""
    for document, name in list(pending.items()):
        state = client.get(f"documents/{document}")["state"]
        if state == _READ:
            changes = client.get(f"documents/{document}/reading/changes")
            screen.show(changes, _changes_text(changes))
        elif state == _FAILED:
            screen.notes.print(f"✕ {name}: không đọc lại được; bản đọc trước vẫn dùng.", markup=False)
        if state in {_READ, _FAILED}:
            del pending[document]


def _changes_text(changes: dict[str, Any]) -> str:
    if not changes["compared"]:
        return f"✓ {changes['name']}: đã đọc, không còn bản đọc trước để so."
    words = f"{changes['words_changed']} từ khác, thêm {changes['words_added']}, bớt {changes['words_removed']}"
    sure = f"chắc {changes['confidence_before']} → {changes['confidence']}%"
    lines = [f"✓ {changes['name']}: {words}; {sure}"]
    for field in changes["fields"]:
        kept = " (người đã xác nhận, giữ nguyên)" if field["confirmed"] else ""
        lines.append(f"  {field['name']}: “{field['before']}” → “{field['after']}”{kept}")
    if changes["corrections_kept"] or changes["corrections_unplaced"]:
        lines.append(
            f"  chữ người đã sửa: giữ {changes['corrections_kept']}, không còn chỗ {changes['corrections_unplaced']}"
        )
    return "\n".join(lines)
