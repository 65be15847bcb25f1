"""`kiemdinh upload`, `document`, `search`, `evidence`: paper in, found again, cited."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cli.command import EXIT_REFUSED, EXIT_UNREACHABLE, Screen, client_command
from cli.offices import SchoolCode
from client.api_client import Client, shown_name
from shared.problems import Problem

documents = typer.Typer()
evidence = typer.Typer(no_args_is_help=True, help="Minh chứng: cấp mã, gắn vào tiêu chí.")

DocumentId = Annotated[str, typer.Argument(metavar="TÀI_LIỆU", help="Mã tài liệu trên biên nhận.")]
Cycle = Annotated[str, typer.Option("--cycle", help="Đợt tự đánh giá; bỏ trống là đợt mới nhất.")]
Criterion = Annotated[str, typer.Option("--criterion", help="Mã tiêu chí, như 1.3.")]


def newest_cycle(client: Client, school: str, cycle: str) -> str:
    """Return `cycle`, or the school's newest cycle when it is empty."""
    if cycle:
        return cycle
    cycles = client.get(f"schools/{school}/cycles")["cycles"]
    if not cycles:
        raise typer.BadParameter(
            f"Trường {school} chưa mở đợt tự đánh giá nào. Chạy: kiemdinh cycle open {school} --year 2026-2027"
        )
    return str(cycles[0]["cycle"])


@client_command(documents, "upload", epilog="Ví dụ: kiemdinh upload *.pdf --school TH-BC --json")
def upload(
    client: Client,
    screen: Screen,
    files: Annotated[list[Path], typer.Argument(metavar="TỆP...", exists=True, dir_okay=False, readable=True)],
    school: Annotated[str, typer.Option("--school", help="Mã trường.")],
) -> None:
    """Tải tệp lên; mỗi tệp một biên nhận. Mạng đứt thì tự tải tiếp; chạy lại cũng không lưu hai lần."""
    worst = 0
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen.notes, disable=not screen.notes.is_terminal) as progress:
        for file in files:
            task = progress.add_task(shown_name(file), total=file.stat().st_size)
            line = _send(client, school, file, lambda done, task=task: progress.update(task, completed=done))
            worst = max(worst, _weight(line))
            screen.show(line, _sentence(line))
    if worst:
        raise typer.Exit(worst)


def _send(client: Client, school: str, file: Path, progress: Any) -> dict[str, Any]:
    line: dict[str, Any] = {"name": shown_name(file), "document": None, "sha256": None, "position": None}
    try:
        receipt = client.upload(school, file, progress)
    except Problem as problem:
        refused = {"type": problem.type, "title": problem.title, "detail": problem.detail}
        return line | {"already_kept": False, "refused": refused, "remarks": [], "status": problem.status}
    facts = {key: receipt[key] for key in ("document", "sha256", "position")}
    return line | facts | {"already_kept": receipt["already_kept"], "refused": None, "remarks": receipt.get("remarks", [])}


def _weight(line: dict[str, Any]) -> int:
    if line["refused"] is None:
        return 0
    return EXIT_UNREACHABLE if line.pop("status") == 503 else EXIT_REFUSED


def _sentence(line: dict[str, Any]) -> str:
    if line["refused"] is not None:
        return f"✕ {line['name']}: {line['refused']['detail']}"
    kept = "đã lưu từ trước, biên nhận cũ vẫn dùng được" if line["already_kept"] else "đã lưu"
    told = "".join(f"\n  {sentence}" for sentence in line["remarks"])
    return f"✓ {line['name']}: {kept}. Số {line['position']}, tài liệu {line['document']}{told}"


@client_command(documents, "document", epilog="Ví dụ: kiemdinh document TÀI_LIỆU --original ban-goc.jpg --pdf tim-duoc.pdf")
def document(
    client: Client,
    screen: Screen,
    document: DocumentId,
    original: Annotated[Path | None, typer.Option("--original", help="Ghi lại đúng từng byte của tệp gốc ra đây.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Ghi bản PDF/A tìm được chữ ra đây.")] = None,
    hocr: Annotated[Path | None, typer.Option("--hocr", help="Ghi chữ đọc được kèm vị trí (hOCR) ra đây.")] = None,
) -> None:
    """Xem một tài liệu, lấy lại tệp gốc, hoặc lấy bản PDF tìm được chữ."""
    kept_document = client.get(f"documents/{document}")
    wanted = {"original": (original, "bản gốc"), "pdf": (pdf, "bản PDF tìm được chữ"), "hocr": (hocr, "chữ đọc được")}
    for kind, (file, _) in wanted.items():
        if file is not None:
            client.download(f"documents/{document}/{kind}", file)
    pages = f"{kept_document['pages_read']}/{kept_document['pages_total']} trang"
    facts = f"{kept_document['name']} · {pages} · {kept_document['state']} · mã băm {kept_document['sha256'][:16]}…"
    told = "".join(f"\nĐã ghi {name} ra {file}." for file, name in wanted.values() if file is not None)
    screen.show(kept_document, facts + told)


@client_command(documents, "search", epilog='Ví dụ: kiemdinh search "ke hoach kiem dinh" --json')
def search(
    client: Client,
    screen: Screen,
    words: Annotated[list[str], typer.Argument(metavar="TỪ...")],
    school: Annotated[str, typer.Option("--school", help="Chỉ trong trường này.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 20,
) -> None:
    """Tìm trang theo chữ trong thân văn bản, có dấu hay không dấu đều được."""
    hits = client.get("search", q=" ".join(words), school=school, limit=limit)["hits"]
    rows = [
        {
            "document": hit["document"],
            "page": hit["page"],
            "snippet": hit["snippet"],
            "box": hit["boxes"][0] if hit["boxes"] else None,
            "boxes": hit["boxes"],
            "name": hit["name"],
            "school": hit["school"],
            "title": hit.get("title") or hit["name"],
            "code": hit.get("code", ""),
            "places": hit.get("places", 0),
        }
        for hit in hits
    ]
    columns = [("title", "Tài liệu"), ("page", "Trang"), ("snippet", "Đoạn"), ("code", "Mã minh chứng"), ("document", "Mã")]
    screen.rows(rows, columns, empty="Không trang nào có các từ này. Thử ít từ hơn.")


@client_command(
    evidence, "code", epilog='Ví dụ: kiemdinh evidence code TH-BC TÀI_LIỆU --criterion 1.3 --title "Kế hoạch năm học"'
)
def code_evidence(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    document: DocumentId,
    criterion: Criterion,
    title: Annotated[str, typer.Option("--title", help="Tên minh chứng trong danh mục.")],
    cycle: Cycle = "",
) -> None:
    """Cấp mã minh chứng theo mẫu của thông tư. Mã cấp rồi không đổi, không dùng lại."""
    body = {"school": school, "cycle": newest_cycle(client, school, cycle), "document": document, "criterion": criterion}
    coded = client.post(f"schools/{school}/evidence", body | {"title": title})
    screen.show(coded, f"Mã {coded['code']}: {coded['title']}")


@client_command(evidence, "link", epilog="Ví dụ: kiemdinh evidence link TH-BC TÀI_LIỆU --criterion 1.4 --level 1")
def link_evidence(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    document: DocumentId,
    criterion: Criterion,
    level: Annotated[int, typer.Option("--level", help="Mức; 0 là cả tiêu chí.")] = 0,
    indicator: Annotated[str, typer.Option("--indicator", help="Chỉ báo: a, b, c, - hoặc 22.n.")] = "",
    cycle: Cycle = "",
) -> None:
    """Gắn minh chứng vào một tiêu chí."""
    done = client.post(f"schools/{school}/links", _citation(client, school, document, criterion, level, indicator, cycle))
    screen.show(done, f"Đã gắn vào tiêu chí {criterion}.")


@client_command(evidence, "unlink", epilog="Ví dụ: kiemdinh evidence unlink TH-BC TÀI_LIỆU --criterion 1.4")
def unlink_evidence(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    document: DocumentId,
    criterion: Criterion,
    level: Annotated[int, typer.Option("--level")] = 0,
    indicator: Annotated[str, typer.Option("--indicator")] = "",
    cycle: Cycle = "",
) -> None:
    """Bỏ gắn; tài liệu vẫn còn trong kho."""
    done = client.delete(f"schools/{school}/links", _citation(client, school, document, criterion, level, indicator, cycle))
    screen.show(done, f"Đã bỏ gắn khỏi tiêu chí {criterion}. Tài liệu vẫn còn trong kho.")


def _citation(
    client: Client, school: str, document: str, criterion: str, level: int, indicator: str, cycle: str
) -> dict[str, Any]:
    return {
        "school": school,
        "cycle": newest_cycle(client, school, cycle),
        "document": document,
        "criterion": criterion,
        "level": level,
        "indicator": indicator,
    }


@client_command(evidence, "list", epilog="Ví dụ: kiemdinh evidence list TH-BC --json")
def list_evidence(
    client: Client,
    screen: Screen,
    school: SchoolCode,
    criterion: Criterion = "",
    cycle: Annotated[str, typer.Option("--cycle", help="Chỉ mã cấp trong đợt này.")] = "",
) -> None:
    """Danh mục minh chứng theo mã."""
    codes = client.get(f"schools/{school}/evidence", cycle=cycle, criterion=criterion)["evidence"]
    screen.rows(codes, [("code", "Mã"), ("title", "Tên"), ("document", "Tài liệu")], empty="Chưa có minh chứng nào có mã.")
