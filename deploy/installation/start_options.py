"""The options of a start, and why one may be refused."""

from __future__ import annotations

import dataclasses


class CannotStart(Exception):
    """The installation could not be brought up; the text says why and what to do, in Vietnamese."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StartOptions:
    """How `up` was called. Port 0: as configured."""

    port: int = 0
    demo: bool = False
    as_json: bool = False
