"""What a role does with what it loaded once it is ready: modules, rulebooks and tables stay as long as the process."""

from __future__ import annotations

import gc


def set_aside() -> None:
    """Let the collector of garbage pass over everything that is there by now.

    A full collection looks through each object that lives. Over those of a whole installation in one process it took 110 to
    170 ms, in the middle of whatever page was asked for (`tests/bench/bench_year_pages.py`).
    """
    gc.collect()
    gc.freeze()
