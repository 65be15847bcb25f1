"""`kiemdinh paper …`: the papers of a school."""

from __future__ import annotations

import typer

paper = typer.Typer(no_args_is_help=True, help="Giấy tờ: bản in của hệ thống và bản đã ký.")
