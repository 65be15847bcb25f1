"""Refuses when the domain and application code has under 95 % of its branches covered: `coverage_gate.py REPORT.json`.

Home-made, for `coverage report --fail-under` weighs lines and branches together, and here only branches count.
"""

from __future__ import annotations

import fnmatch
import json
import sys
from pathlib import Path

REQUIRED_PERCENT = 95.0

# What decides: the domains, the applications with their use cases, and the shared code they decide with.
CORE = (
    "services/*/domain/*.py",
    "services/*/application.py",
    "services/*/use_cases/*.py",
    "shared/rulebook/*.py",
    "shared/eventlog/*.py",
    "shared/identity/*.py",
)


def main(report: Path) -> int:
    """Prints the branch coverage of every core file, worst first, and returns the exit code."""
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    core = {
        name: entry["summary"] for name, entry in files.items() if any(fnmatch.fnmatch(name, pattern) for pattern in CORE)
    }
    branches = sum(summary["num_branches"] for summary in core.values())
    covered = sum(summary["covered_branches"] for summary in core.values())
    if not branches:
        sys.stderr.write("no domain or application code was measured\n")
        return 1
    for name, summary in sorted(core.items(), key=lambda item: item[1]["covered_branches"] - item[1]["num_branches"])[:15]:
        open_ones = summary["num_branches"] - summary["covered_branches"]
        if open_ones:
            sys.stdout.write(f"{open_ones:4d} of {summary['num_branches']:4d} branches open in {name}\n")
    percent = 100 * covered / branches
    sys.stdout.write(f"domain and application code: {covered} of {branches} branches covered, {percent:.1f} %\n")
    return int(percent < REQUIRED_PERCENT)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
