"""Puts together how long each step took, from what `--explain` had the reading children write."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import msgspec

from services.evidence.extraction.protocol import STEPS_FILE, StepTime, explained_folder

TABLE_FILE = "steps.tsv"


def step_table(folder: Path, pages: int) -> str:
    """Return a table of the steps of so many pages: pages, seconds in all and a page; also written as `TABLE_FILE`."""
    seconds: dict[str, list[float]] = defaultdict(list)
    files = [folder / explained_folder(number) / STEPS_FILE for number in range(1, pages + 1)]
    for file in files:
        # The engine `plain` has no steps.
        for line in file.read_bytes().splitlines() if file.is_file() else ():
            taken = msgspec.json.decode(line, type=StepTime)
            seconds[taken.step].append(taken.seconds)
    rows = [("step", "pages", "seconds", "seconds_a_page")]
    rows += [(step, str(len(all_)), f"{sum(all_):.2f}", f"{sum(all_) / len(all_):.3f}") for step, all_ in seconds.items()]
    table = "".join("\t".join(row) + "\n" for row in rows)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TABLE_FILE).write_text(table, encoding="utf-8")
    return table
