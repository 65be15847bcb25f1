"""The `kiemdinh` command: starts and examines an installation here; the client commands come from the portal's package."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.local.commands import add_local_commands
from deploy.installation.settings import BadSettings, Profile, prepare_for_a_demo

app = typer.Typer(
    name="kiemdinh",
    no_args_is_help=True,
    add_completion=False,
    help="Kiểm định chất lượng giáo dục và công nhận trường đạt chuẩn quốc gia.",
)

EXIT_FAILED, EXIT_USAGE = 1, 2

add_local_commands(app)


@app.command(epilog="Ví dụ: kiemdinh up --profile embedded --data ./kiemdinh-data")
def up(
    data: Annotated[Path, typer.Option("--data", help="Thư mục chứa toàn bộ dữ liệu; chưa có thì được tạo.")],
    profile: Annotated[
        Profile, typer.Option("--profile", help="embedded: một tiến trình, không máy chủ. server: mỗi vai một tiến trình.")
    ] = Profile.EMBEDDED,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng của trang web; 0: cổng trống.")] = 0,
    demo: Annotated[bool, typer.Option("--demo", help="Diễn câu chuyện mẫu rồi tiếp tục chạy.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In đúng một dòng JSON khi đã sẵn sàng.")] = False,
) -> None:
    """Chạy hệ thống trên một thư mục; dừng bằng Ctrl-C. Chạy lại thì tiếp tục từ chỗ đã dừng."""
    if demo:
        prepare_for_a_demo()
    if profile is Profile.EMBEDDED:
        _become_embedded(data, port, demo=demo, as_json=as_json)
    raise typer.Exit(_run_server(data, port, demo=demo, as_json=as_json))


def _become_embedded(data: Path, port: int, *, demo: bool, as_json: bool) -> None:
    """Turns this process into the installation: eventlet must patch it before anything of this command is loaded."""
    from deploy.installation.settings import role_environment

    command = [sys.executable, "-m", "deploy.processes.embedded_launcher", "--data", str(data), "--port", str(port)]
    command += ["--demo"] * demo + ["--json"] * as_json
    sys.stdout.flush()
    os.execve(sys.executable, command, role_environment())  # noqa: S606  # our own module, in the same process


def _run_server(data: Path, port: int, *, demo: bool, as_json: bool) -> int:
    from deploy.installation.data_folder import DataFolder, WrongFolder
    from deploy.installation.folder_lock import AlreadyRunning
    from deploy.installation.start_options import CannotStart, StartOptions
    from deploy.processes.announce import DemoFailed
    from deploy.processes.role import log_to
    from deploy.processes.server_launcher import ServerLauncher
    from deploy.processes.supervisor import LaunchInterrupted, NotReady
    from deploy.servers import ProgramMissing, ServerFailed

    try:
        folder = DataFolder.open(data, Profile.SERVER)
        log_to(folder, "launcher", "launcher")
        ServerLauncher(folder, folder.settings(), StartOptions(port=port, demo=demo, as_json=as_json)).run()
    except LaunchInterrupted:
        return 0
    except ProgramMissing as missing:
        typer.echo(f"Thiếu chương trình {missing.program}. Cài bằng: {missing.mend}", err=True)
        return EXIT_FAILED
    except NotReady as late:
        typer.echo(f"Có phần không chạy được: {late}. Chạy kiemdinh doctor --data {data} để xem cách sửa.", err=True)
        return EXIT_FAILED
    except DemoFailed:
        typer.echo("Câu chuyện chưa trọn: một bước không đạt, xem ở trên.", err=True)
        return EXIT_FAILED
    except (AlreadyRunning, WrongFolder, BadSettings, CannotStart, ServerFailed) as refused:
        typer.echo(str(refused), err=True)
        return EXIT_FAILED
    return 0


MARKS = {"tot": "[green]✓[/]", "luu_y": "[yellow]![/]", "sai": "[red]✗[/]"}


@app.command(epilog="Ví dụ: kiemdinh doctor --data ./kiemdinh-data")
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
            out.print(f"{MARKS[check.mood]} {escape(check.name)}: {escape(check.detail)}")
            if check.mend:
                out.print(f"    → {escape(check.mend)}", style="dim")
    raise typer.Exit(0 if report.healthy else EXIT_FAILED)


def main() -> None:
    """Runs the command."""
    app()


if __name__ == "__main__":
    main()
