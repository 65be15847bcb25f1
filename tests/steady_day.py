"""Keeps the day from changing while tests run.

Most tests ask once which day it is and expect it of the product, in this process or in one that they start. Begun less than
`MARGIN` before midnight in Việt Nam, they and every Python that they start live that much earlier; at any other hour nothing
is touched. `KIEMDINH_TESTS_SHIFT_S` (seconds, negative: earlier) shifts by other than that, to see what another hour does.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from shared.clock import VIETNAM, SystemClock

SHIFT = "KIEMDINH_TESTS_SHIFT_S"
MARGIN = dt.timedelta(hours=2)
"""Longer than any run of all the tests."""
_ROOT = Path(__file__).parents[1]


def shift_for(now: dt.datetime) -> dt.timedelta:
    """Return by how much tests that begin now live elsewhere in time."""
    midnight = dt.datetime.combine(now.astimezone(VIETNAM).date() + dt.timedelta(days=1), dt.time(), tzinfo=VIETNAM)
    return -MARGIN if midnight - now < MARGIN else dt.timedelta()


def hold() -> None:
    """Shift this process and all that it starts, if need be; workers take over what the first process chose."""
    os.environ.setdefault(SHIFT, str(shift_for(SystemClock().now()).total_seconds()))
    if float(os.environ[SHIFT]):
        # Before all else on the path: `sitecustomize` is what every Python looks for when it starts.
        path = (str(_ROOT / "tests" / "shifted"), str(_ROOT), os.environ.get("PYTHONPATH", ""))
        os.environ["PYTHONPATH"] = os.pathsep.join(part for part in path if part)
        shift_clock()


def shift_clock() -> None:
    """Shift the product's clock in this process by what the environment says."""
    by = dt.timedelta(seconds=float(os.environ[SHIFT]))
    SystemClock.now = lambda _: dt.datetime.now(tz=dt.UTC) + by  # type: ignore[method-assign]
