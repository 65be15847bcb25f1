"""The `kiemdinh` command: the client commands, which talk to an installation, and the local ones, for this machine."""

from __future__ import annotations

import typer

from cli.local.commands import add_local_commands

app = typer.Typer(
    name="kiemdinh",
    no_args_is_help=True,
    add_completion=False,
    help="Kiểm định chất lượng giáo dục và công nhận trường đạt chuẩn quốc gia.",
)

add_local_commands(app)


def main() -> None:
    """Runs the command."""
    app()


if __name__ == "__main__":
    main()
