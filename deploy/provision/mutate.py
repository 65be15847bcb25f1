"""Changes single places of the code and says which changes no test notices: `make mutate AREA=identity SAMPLE=20`.

cosmic-ray makes the changes, in a copy of the tree; a sample by lot keeps a run within an evening.

Home-made around it: by itself cosmic-ray makes every change there is, and in the tree that one works in.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.installation.settings import role_environment

ROOT = Path(__file__).resolve().parents[2]
COSMIC_RAY = ROOT / ".venv-mutation" / "bin" / "cosmic-ray"
PYTHON = ROOT / ".venv" / "bin" / "python"
SLOWEST_S = 300.0
"""A change that makes the tests take longer counts as noticed: it made something go on for ever."""

IN_ORDER = """
SELECT job_id FROM mutation_specs ORDER BY module_path, start_pos_row, start_pos_col, operator_name, occurrence
"""

PLACES = "SELECT job_id, module_path, start_pos_row, start_pos_col FROM mutation_specs"

AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "identity": ("shared/identity", ("tests/unit/identity", "tests/unit/portal_api/test_every_rpc.py")),
    "eventlog": ("shared/eventlog", ("tests/unit/eventlog", "tests/contract/eventlog")),
    "bus": ("shared/bus", ("tests/unit/bus", "tests/contract/bus")),
    "assessment": ("services/assessment/domain", ("tests/unit/assessment", "tests/golden")),
    "evidence": ("services/evidence/domain", ("tests/unit/evidence",)),
    "inspection": ("services/inspection/domain", ("tests/unit/inspection",)),
    "notification": ("services/notification/domain", ("tests/unit/notification",)),
    "accounts": ("services/identity/domain", ("tests/unit/identity",)),
}
"""Where changes are made, and the tests that should notice: those that need no server."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the areas asked for, one after the other; prints each survivor; the exit code is 0 when there was none."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("areas", nargs="*", choices=[*AREAS, []], default=list(AREAS))
    parser.add_argument("--sample", type=int, default=20, help="changes of each area; 0: all of them")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    survivors = sum(_mutate(area, options.sample, options.seed) for area in options.areas)
    return 1 if survivors else 0


def _mutate(area: str, sample: int, seed: int) -> int:
    module, tests = AREAS[area]
    with _copy() as tree:
        _configure(tree, module, tests)
        _cosmic_ray(tree, "init", "cosmic-ray.toml", "session.sqlite")
        _drop(tree / "session.sqlite", _without_effect(tree))
        _draw(tree / "session.sqlite", sample, seed)
        _cosmic_ray(tree, "exec", "cosmic-ray.toml", "session.sqlite")
        results = list(_results(tree))
    survivors = [item for item, outcome in results if outcome == "survived"]
    sys.stdout.write(f"{area}: {len(results)} changes, {len(survivors)} survived\n")
    for item in survivors:
        sys.stdout.write(f"  {item}\n")
    sys.stdout.flush()
    return len(survivors)


@contextlib.contextmanager
def _copy() -> Iterator[Path]:
    """A copy of what git tracks, as it is on disk."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    with tempfile.TemporaryDirectory(prefix="kiemdinh-mutation-") as folder:
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).exists():
                target = Path(folder) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, target)
        yield Path(folder)


def _configure(tree: Path, module: str, tests: tuple[str, ...]) -> None:
    command = f"{PYTHON} -m pytest -x -q -p no:cacheprovider -m 'not server and not slow' {' '.join(tests)}"
    (tree / "cosmic-ray.toml").write_text(
        f'[cosmic-ray]\nmodule-path = ["{module}"]\ntimeout = {SLOWEST_S}\nexcluded-modules = []\n'
        f'test-command = "{command}"\n\n[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )


def _cosmic_ray(tree: Path, *arguments: str) -> str:
    # No compiled files: two changes of one length within a second would be taken for the same.
    environment = {**role_environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [str(COSMIC_RAY), *arguments], cwd=tree, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _without_effect(tree: Path) -> list[str]:
    """Return the jobs that change an annotation: nobody evaluates one, so no test can tell."""
    jobs: list[str] = []
    annotated: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
    with contextlib.closing(sqlite3.connect(tree / "session.sqlite")) as connection:
        for job, module, row, column in connection.execute(PLACES):
            if module not in annotated:
                annotated[module] = list(_annotations((tree / module).read_text(encoding="utf-8")))
            if any(start <= (row, column) < end for start, end in annotated[module]):
                jobs.append(job)
    return jobs


def _annotations(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where each annotation of a module begins and ends, as line and column."""
    for node in ast.walk(ast.parse(source)):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.expr) and annotation.end_lineno and annotation.end_col_offset:
                yield (annotation.lineno, annotation.col_offset), (annotation.end_lineno, annotation.end_col_offset)


def _drop(session: Path, jobs: Iterable[str]) -> None:
    dropped = [(job,) for job in jobs]
    with contextlib.closing(sqlite3.connect(session)) as connection, connection:
        connection.executemany("DELETE FROM mutation_specs WHERE job_id = ?", dropped)
        connection.executemany("DELETE FROM work_items WHERE job_id = ?", dropped)


def _draw(session: Path, sample: int, seed: int) -> None:
    """Leave `sample` changes by lot; the same seed draws the same ones from the same code."""
    with contextlib.closing(sqlite3.connect(session)) as connection:
        jobs = [job for (job,) in connection.execute(IN_ORDER)]
    if sample and sample < len(jobs):
        drawn = set(random.Random(seed).sample(jobs, sample))  # noqa: S311  # a lot, not a secret
        _drop(session, (job for job in jobs if job not in drawn))


def _results(tree: Path) -> Iterator[tuple[str, str]]:
    for line in _cosmic_ray(tree, "dump", "session.sqlite").splitlines():
        item, result = json.loads(line)
        for change in item["mutations"]:
            row = change["start_pos"][0]
            text = (tree / change["module_path"]).read_text(encoding="utf-8").splitlines()[row - 1].strip()
            place = f"{change['module_path']}:{row} {change['operator_name'].removeprefix('core/')}: {text}"
            yield place, (result or {}).get("test_outcome") or "not run"


if __name__ == "__main__":
    sys.exit(main())
