"""`kiemdinh rulebook …`: list, show, check, evaluate, compare and simulate the circulars held as data; needs no server.

Exit codes: 0 done, 1 the linter found faults, 2 the question or the file is wrong (the message names the path).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from shared import schemas
from shared.clock import SystemClock, today
from shared.problems import Problem
from shared.rulebook import json_io
from shared.rulebook.diff import RulebookChange, diff
from shared.rulebook.document import RulebookDocument
from shared.rulebook.errors import BadInput
from shared.rulebook.lint import lint
from shared.rulebook.loader import from_file, load_library, released
from shared.rulebook.model import Rulebook

T = TypeVar("T")

app = typer.Typer(
    name="rulebook",
    help="Các thông tư dưới dạng dữ liệu: xem, kiểm tra, tính, so sánh, thử. Ví dụ: kiemdinh rulebook list --json",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="In JSON cho chương trình khác đọc.")]
File = Annotated[str, typer.Argument(help="Tệp JSON; “-” đọc từ đầu vào chuẩn.", metavar="FILE|-")]
Wide = Annotated[bool, typer.Option("--full", help="In cả các chỉ báo.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Liệt kê các bộ quy định. Ví dụ: kiemdinh rulebook list --json"""
    with _faults():
        rows = [json_io.summary_json(rulebook) for rulebook in load_library()]
    if as_json:
        _print_json(rows)
        return
    table = Table(title="Các bộ quy định")
    for heading in ("Bộ", "Hiệu lực", "Tiêu chí", "Mức", "Ấn bản", "Mã băm"):
        table.add_column(heading, no_wrap=heading in {"Bộ", "Mã băm"})
    for row in rows:
        start, end = row["in_force"]
        table.add_row(
            row["id"],
            f"{start} – {end or 'nay'}",
            str(row["counts"]["criteria"]),
            str(row["levels"]),
            str(row["edition"]),
            row["digest"][:12],
        )
    Console().print(table)


@app.command()
def show(rulebook: str, as_json: AsJson = False, full: Wide = False) -> None:
    """Xem một bộ quy định. Ví dụ: kiemdinh rulebook show v2026_tt57/pho_thong"""
    with _faults():
        book = _find(rulebook)
    if as_json:
        _print_json(json_io.rulebook_json(book))
        return
    console = Console()
    console.print(f"[bold]{book.id}[/bold] {book.title}\n{book.circular}; mã băm {book.digest}", highlight=False)
    for level, rule in book.rules.school.levels.items():
        console.print(f"Trường đạt Mức {level}: {rule.text} ({rule.source})", highlight=False)
    for criterion in book.criteria.values():
        mark = "*" if criterion.mandatory else " "
        console.print(f"{mark} {criterion.code:5} {criterion.title}", highlight=False)
        for level_text in criterion.levels.values() if full else ():
            for indicator in level_text.indicators:
                console.print(
                    f"        Mức {level_text.number} {indicator.code} {indicator.text} ({indicator.source})",
                    highlight=False,
                )


@app.command("lint")
def lint_(
    files: Annotated[list[Path] | None, typer.Argument(help="Tệp nháp YAML; không ghi thì kiểm mọi bộ đi kèm.")] = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra bộ quy định. Ví dụ: kiemdinh rulebook lint du-thao.yaml"""
    with _faults():
        if files:
            rulebooks = [from_file(path) for path in files]
            known = {f"{rb.id}@{rb.edition}": rb.digest for rb in rulebooks}
        else:
            rulebooks = load_library().editions()
            known = released()
    findings = lint(rulebooks, known)
    if as_json:
        _print_json([msgspec.to_builtins(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{finding.rulebook} {finding.where}: {finding.what}")
        typer.echo(f"{len(rulebooks)} bộ quy định, {len(findings)} lỗi.")
    if findings:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """In JSON Schema của tệp bộ quy định. Ví dụ: kiemdinh rulebook schema > bo-quy-dinh.schema.json"""
    _print_json(schemas.schema(RulebookDocument))


@app.command()
def evaluate(file: File, as_json: AsJson = False) -> None:
    """Tính mức từ kết quả chỉ báo. Ví dụ: kiemdinh rulebook evaluate truong.json --json"""
    answer = _answer(file, lambda case: json_io.evaluate_case(load_library(), case, today(SystemClock())))
    if as_json:
        _print_json(answer)
        return
    for number, evaluation in enumerate(answer if isinstance(answer, list) else [answer], 1):
        typer.echo(f"Trường hợp {number}:")
        for sentence in evaluation["because"]:
            typer.echo(f"  {sentence}")


@app.command()
def figures(file: File, as_json: AsJson = False) -> None:
    """So số liệu với ngưỡng. Ví dụ: kiemdinh rulebook figures so-lieu.json --json"""
    answer = _answer(file, lambda case: json_io.figures_case(load_library(), case, today(SystemClock())))
    if as_json:
        _print_json(answer)
        return
    rows = answer if not answer or isinstance(answer[0], dict) else [row for case_rows in answer for row in case_rows]
    table = Table()
    for heading in ("Chỉ báo", "Số liệu", "Yêu cầu", "Giá trị", "Đạt", "Ràng buộc"):
        table.add_column(heading, overflow="fold")
    words = {True: "có", False: "không", None: "chưa rõ"}
    for row in rows:
        required = "" if row["required"] is None else f"{row['op']} {row['required']} {row['unit']}"
        value = row["value"] or "chưa có"
        table.add_row(
            f"{row['criterion']} Mức {row['level']} {row['indicator']}" if row["level"] else row["criterion"],
            row["figure"],
            required,
            value,
            words[row["meets"]],
            words[row["binding"]],
        )
    Console().print(table)


@app.command("diff")
def diff_(a: str, b: str, as_json: AsJson = False) -> None:
    """So hai bộ quy định (id hoặc tệp). Ví dụ: kiemdinh rulebook diff v2018/tieu_hoc v2018_tt22/tieu_hoc"""
    with _faults():
        difference = diff(_find(a), _find(b))
    if as_json:
        _print_json(json_io.diff_json(difference))
        return
    typer.echo(f"{difference.a} → {difference.b}\n{difference.note}")
    for title, changes in (
        ("Quy tắc", difference.rules),
        ("Tiêu chí", difference.criteria),
        ("Chỉ báo", difference.indicators),
        ("Ngưỡng", difference.thresholds),
    ):
        typer.echo(f"\n{title}: {len(changes)}")
        for change in changes:
            typer.echo(f"  {_described(change)}")


@app.command()
def simulate(file: File, as_json: AsJson = False) -> None:
    """Thử dự thảo trên các trường trong tệp. Ví dụ: kiemdinh rulebook simulate thu.json --json"""
    folder = Path() if file == "-" else Path(file).parent
    answer = _answer(file, lambda case: json_io.simulate_case(load_library(), case, today(SystemClock()), folder))
    if as_json:
        _print_json(answer)
        return
    for simulation in answer if isinstance(answer, list) else [answer]:
        typer.echo(f"{simulation['rulebook']} → {simulation['draft']['title']}: {simulation['changed']} trường đổi mức")
        for school in simulation["schools"]:
            by = f" vì tiêu chí {', '.join(school['by'])}" if school["by"] else ""
            typer.echo(f"  {school['code']} {school['name']}: {_level(school['before'])} → {_level(school['after'])}{by}")


def _level(level: dict[str, Any]) -> str:
    if level["level"] is None:
        return f"chưa kết luận ({level['floor']}–{level['ceiling']})"
    return f"Mức {level['level']}" if level["level"] else "không đạt"


_KINDS = {
    "added": "thêm",
    "dropped": "bỏ",
    "reworded": "viết lại",
    "relevelled": "đổi mức",
    "amended": "đã sửa (câu chữ chưa rõ)",
    "changed": "đổi",
}


def _described(change: RulebookChange) -> str:
    before = f" {change.before} ({change.before_article})" if change.before else ""
    after = f" → {change.after} ({change.after_article})" if change.after else ""
    note = f" [{change.after_article}]" if not change.after and change.after_article else ""
    return f"{_KINDS[change.kind]} {change.where}:{before}{after}{note}"


def _find(name: str) -> Rulebook:
    """Return a rulebook by id, or read a draft file."""
    return from_file(Path(name)) if name.endswith((".yaml", ".yml")) else load_library().get(name)


def _answer(file: str, answer: Callable[[dict[str, Any]], T]) -> Any:
    with _faults():
        return json_io.one_or_many(json_io.read_json(_read(file)), answer)


def _read(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(file, f"không đọc được tệp: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadInput(file, "không phải văn bản UTF-8") from error


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        _refuse(problem)


def _refuse(problem: Problem) -> NoReturn:
    typer.echo(f"{problem.title}. {problem.detail}", err=True)
    raise typer.Exit(2)


def _print_json(value: Any) -> None:
    """Print JSON in UTF-8 whatever the terminal speaks; half a surrogate pair stays the escape it was."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace"))
