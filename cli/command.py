"""What every client command shares: how it finds the installation, how it prints, and what its exit code means.

Exit codes: 0 done; 1 refused, and the problem says why; 2 the command line or a file given is wrong; 3 no answer from the
installation.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from client.api_client import BadAddress, CannotWrite, Client
from shared.problems import Problem

EXIT_REFUSED, EXIT_USAGE, EXIT_UNREACHABLE = 1, 2, 3

Url = Annotated[str, typer.Option("--url", envvar="KIEMDINH_URL", help="Địa chỉ hệ thống.", show_default=False)]
Token = Annotated[
    str, typer.Option("--token", envvar="KIEMDINH_TOKEN", help="Mã truy cập của chương trình.", show_default=False)
]
Data = Annotated[Path | None, typer.Option("--data", help="Thư mục của hệ thống chạy trên máy này.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="In JSON, mỗi đối tượng một dòng.")]


class Screen:
    """Where a command prints: results to standard output, everything else to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._out = Console(highlight=False, soft_wrap=True)
        self.notes = Console(stderr=True, highlight=False, soft_wrap=True)

    def line(self, value: Any) -> None:
        """Print one JSON object on one line."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def show(self, value: Any, text: str) -> None:
        """Print a result: the object itself with --json, else the sentence."""
        if self.as_json:
            self.line(value)
        else:
            self._out.print(text, markup=False)

    def rows(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, str]], *, empty: str) -> None:
        """Print objects: a line each with --json, else a table of `columns` (key, heading)."""
        entries = list(rows)
        if self.as_json:
            for row in entries:
                self.line(row)
            return
        if not entries:
            self._out.print(empty, markup=False)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for _, heading in columns:
            table.add_column(heading, overflow="fold")
        for row in entries:
            table.add_row(*(_cell(row.get(key)) for key, _ in columns))
        self._out.print(table)

    def problem(self, problem: Problem) -> None:
        """Print a problem: its document with --json, else title, detail and type on standard error."""
        if self.as_json:
            self.line(problem.to_document())
        message = problem.title if problem.detail == problem.title else f"{problem.title}. {problem.detail}"
        self.notes.print(message, markup=False)
        self.notes.print(f"Mã lỗi: {problem.type}", style="dim", markup=False)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "có" if value else "không"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def exit_code(problem: Problem) -> int:
    """Return the exit code of a problem."""
    if isinstance(problem, BadAddress | CannotWrite):
        return EXIT_USAGE
    return EXIT_UNREACHABLE if problem.status == 503 else EXIT_REFUSED


def meant(context: typer.Context, url: str, token: str, data: Path | None) -> tuple[str, str]:
    """Return the address and token that count: a folder named on the command line outweighs what the environment says."""
    if data is None or not _from_environment(context, "url"):
        return url, token
    return "", "" if _from_environment(context, "token") else token


def _from_environment(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "ENVIRONMENT"


def client_command(app: typer.Typer, name: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a command that talks to an installation.

    The function takes `client` and `screen` first and its own parameters after; --url, --token, --data and --json are
    added. Problems become messages and exit codes.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[2:]
        shared = [
            inspect.Parameter("url", inspect.Parameter.KEYWORD_ONLY, default="", annotation=Url),
            inspect.Parameter("token", inspect.Parameter.KEYWORD_ONLY, default="", annotation=Token),
            inspect.Parameter("data", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Data),
            inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json),
        ]
        context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        parameters = [context, *(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *shared]

        @functools.wraps(function)
        def command(
            *, context: typer.Context, url: str, token: str, data: Path | None, as_json: bool, **values: Any
        ) -> None:
            screen = Screen(as_json=as_json)
            try:
                url, token = meant(context, url, token, data)
                function(Client.choose(url=url, token=token, data=data), screen, **values)
            except Problem as problem:
                screen.problem(problem)
                raise typer.Exit(exit_code(problem)) from None
            except json.JSONDecodeError as error:
                screen.notes.print(f"Tệp không phải JSON: dòng {error.lineno}, cột {error.colno}.", markup=False)
                raise typer.Exit(EXIT_USAGE) from None
            except UnicodeDecodeError:
                screen.notes.print("Tệp không phải chữ UTF-8.", markup=False)
                raise typer.Exit(EXIT_USAGE) from None
            except BrokenPipeError:
                raise
            except OSError as error:
                screen.notes.print(f"Không đọc hoặc ghi được {error.filename}: {error.strerror}.", markup=False)
                raise typer.Exit(EXIT_USAGE) from None
            except KeyboardInterrupt:
                raise typer.Exit(130) from None

        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters}
        app.command(name, **options)(command)
        return function

    return register
