"""What `kiemdinh up` does: becomes the embedded installation, or runs the launcher of the server composition."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.installation.settings import BadSettings, Profile, prepare_for_a_demo

EXIT_FAILED = 1


def up(
    data: Annotated[Path, typer.Option("--data", help="Thư mục chứa toàn bộ dữ liệu; chưa có thì được tạo.")],
    profile: Annotated[
        Profile, typer.Option("--profile", help="embedded: một tiến trình, không máy chủ. server: mỗi vai một tiến trình.")
    ] = Profile.EMBEDDED,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng của trang web; 0: cổng trống.")] = 0,
    demo: Annotated[bool, typer.Option("--demo", help="Diễn câu chuyện mẫu, mỗi năm một lần, rồi tiếp tục chạy.")] = False,
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
        typer.echo(f"Thiếu chương trình {missing.program}. Cài bằng: {missing.install_hint}", err=True)
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
