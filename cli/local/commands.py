"""The commands that work on this machine, beside those that talk to an installation.

Each loads what it needs when it runs, so that the command line answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.client_commands import add_client_commands
from cli.command import Screen, meant
from cli.events import audit
from cli.local.up import up
from cli.rulebook import app as rulebook


def add_local_commands(app: typer.Typer) -> None:
    """Add every command of this module, the rulebooks and the client commands."""
    add_client_commands(app)
    app.add_typer(rulebook, name="rulebook")
    audit.command("verify", epilog="Ví dụ: kiemdinh audit verify --data ./kiemdinh-data --json")(verify)
    app.command("backup", epilog="Ví dụ: kiemdinh backup --data ./kiemdinh-data --to /mnt/usb/kiemdinh")(backup)
    app.command("restore", epilog="Ví dụ: kiemdinh restore --from /mnt/usb/kiemdinh --data ./kiemdinh-moi")(restore)
    app.command("read", epilog="Ví dụ: kiemdinh read ban-quet.pdf --json --pdf ban-quet-co-chu.pdf")(read)
    app.command("demo", epilog="Ví dụ: kiemdinh demo --profile embedded --data ./kiemdinh-data --json")(demo)
    app.command("up", epilog="Ví dụ: kiemdinh up --profile embedded --data ./kiemdinh-data")(up)
    app.command("doctor", epilog="Ví dụ: kiemdinh doctor --data ./kiemdinh-data")(doctor)


MARKS = {"tot": "[green]✓[/]", "luu_y": "[yellow]![/]", "sai": "[red]✗[/]"}


def doctor(
    data: Annotated[Path | None, typer.Option("--data", help="Thư mục của hệ thống cần xem; bỏ trống: chỉ xem máy.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In một đối tượng JSON.")] = False,
) -> None:
    """Xem máy và hệ thống: có gì, thiếu gì, hỏng gì, và cách sửa. Mã thoát 1 khi có gì sai."""
    import msgspec
    from rich.console import Console
    from rich.markup import escape

    from cli.local.doctor import examine

    report = examine(data)
    if as_json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        out = Console(highlight=False, soft_wrap=True)
        for check in report.checks:
            out.print(f"{MARKS[check.severity]} {escape(check.name)}: {escape(check.detail)}")
            if check.fix:
                out.print(f"    → {escape(check.fix)}", style="dim")
    raise typer.Exit(0 if report.healthy else 1)


def verify(
    data: Annotated[Path, typer.Option("--data", help="Thư mục của hệ thống.")],
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint", metavar="TỆP", help="Tệp giữ mốc niêm lấy ra trước đây (audit checkpoint); lặp lại được."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON trên một dòng.")] = False,
) -> None:
    """Kiểm mọi nhật ký và mọi tài liệu: từng lá, từng mốc niêm, từng mã băm, và các kho với nhau.

    Mốc niêm giữ ở nơi khác (--checkpoint) cho thấy cả nhật ký bị cắt đuôi hay ký lại bằng chính khóa của hệ thống.
    Mã thoát: 0 nguyên vẹn, 1 sai lệch, 2 chưa kiểm được.
    """
    from cli.local.audit import run

    raise typer.Exit(run(data, Screen(as_json=as_json), checkpoint or ()))


def backup(
    data: Annotated[Path, typer.Option("--data", help="Thư mục của hệ thống; đang chạy cũng được.")],
    to: Annotated[Path, typer.Option("--to", help="Thư mục cất bản sao lưu, nên ở ổ đĩa khác; lần sau chỉ chép phần mới.")],
    as_json: Annotated[bool, typer.Option("--json", help="In JSON trên một dòng.")] = False,
) -> None:
    """Sao lưu hệ thống (profile embedded), không cần dừng: mọi nhật ký ở cùng một lúc, rồi tài liệu, khóa và cấu hình.

    Bản sao lưu chứa khóa bí mật. Mã thoát: 0 trọn vẹn, 1 chưa được hoặc thiếu tài liệu đã hỏng từ trước.
    """
    from cli.local.backup.command import run_backup

    raise typer.Exit(run_backup(data, to, Screen(as_json=as_json)))


def restore(
    source: Annotated[Path, typer.Option("--from", help="Thư mục cất bản sao lưu.")],
    data: Annotated[Path, typer.Option("--data", help="Thư mục mới để khôi phục vào: trống hoặc chưa có.")],
    made: Annotated[
        str, typer.Option("--made", help="Bản nào, theo đầu tên tệp backup-…: 20261128T15; bỏ trống: bản mới nhất.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="In JSON trên một dòng.")] = False,
) -> None:
    """Khôi phục một bản sao lưu vào thư mục trống, sau khi kiểm từng tệp, rồi kiểm lại như audit verify.

    Mã thoát: 0 nguyên vẹn, 1 chưa khôi phục hoặc có chỗ sai lệch.
    """
    from cli.local.backup.command import run_restore

    raise typer.Exit(run_restore(source, data, made, Screen(as_json=as_json)))


def read(
    path: Annotated[Path, typer.Argument(metavar="TỆP|THƯ_MỤC", help="Tệp PDF hoặc ảnh, hoặc thư mục có nhiều tệp.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="In JSON, mỗi tệp một dòng: từng trang, từng chữ, độ chắc.")
    ] = False,
    pdf: Annotated[
        Path | None,
        typer.Option(
            "--pdf", metavar="TỆP|THƯ_MỤC", help="Ghi thêm PDF/A tìm được chữ; đọc thư mục thì ghi vào thư mục này."
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=0, max=256, help="Số trang đọc cùng lúc; 0: theo số bộ xử lý.")] = 0,
    explain: Annotated[
        Path | None,
        typer.Option("--explain", metavar="THƯ_MỤC", help="Ghi ảnh sau từng bước đọc và thời gian từng bước (một tệp)."),
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="Cách đọc: layout hoặc plain (Tesseract một lượt).")] = "layout",
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="BƯỚC", help="Bỏ một bước của layout; lặp lại được.")
    ] = None,
) -> None:
    """Đọc chữ tiếng Việt của một tệp PDF hoặc ảnh, hay của cả một thư mục, không cần máy chủ.

    Mã thoát: 0 đọc được cả, 2 có tệp không đọc được và lý do. Cả thư mục: tệp nào xong trước in trước.
    """
    from cli.local.read import ENGINES, WaysToRead, run

    if engine not in ENGINES:
        raise typer.BadParameter(f"Chọn {' hoặc '.join(ENGINES)}.", param_hint="--engine")
    if explain is not None and path.is_dir():
        raise typer.BadParameter("Chỉ xem được từng bước của một tệp.", param_hint="--explain")
    ways = WaysToRead(jobs=jobs, engine=engine, without=tuple(without or ()), explain=explain, pdf=pdf)
    raise typer.Exit(run(path, Screen(as_json=as_json), ways))


def demo(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", help="Thư mục của hệ thống; chưa chạy thì lệnh này chạy giúp.")
    ] = None,
    profile: Annotated[str, typer.Option("--profile", help="embedded hoặc server, khi phải tự chạy.")] = "embedded",
    url: Annotated[str, typer.Option("--url", envvar="KIEMDINH_URL", help="Hệ thống đang chạy ở nơi khác.")] = "",
    token: Annotated[str, typer.Option("--token", envvar="KIEMDINH_TOKEN", help="Mã truy cập của người quản trị.")] = "",
    once: Annotated[
        bool, typer.Option("--once", help="Câu chuyện của năm nay đã diễn ở đó thì không diễn lại, chỉ mời lại người.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON, mỗi bước một dòng.")] = False,
) -> None:
    """Diễn cả hành trình: từ một xấp giấy đến một công nhận mà chương trình khác nghe được, và một năm của xã."""
    from deploy.demo.command import run

    url, token = meant(context, url, token, data)
    if data is None and not (url and token):
        raise typer.BadParameter("Nêu --data THƯ_MỤC, hoặc --url và --token của một hệ thống đang chạy.")
    raise typer.Exit(run(data, profile, url, token, once=once, as_json=as_json))
