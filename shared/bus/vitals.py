"""How this process is: what its loops last said, for the administrator's health page."""

from __future__ import annotations

import threading


class Vitals:
    """The state of one process's parts. `lag` counts events known elsewhere and not yet here; `trouble` is in Vietnamese."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lag: dict[str, int] = {}
        self._details: dict[str, str] = {}
        self._trouble: dict[str, str] = {}

    def set_lag(self, part: str, events: int) -> None:
        """Say how many events `part` ("assessment<evidence") is behind."""
        with self._lock:
            self._lag[part] = events

    def set_detail(self, part: str, text: str) -> None:
        """Tell the administrator something about a part that is neither good nor bad."""
        with self._lock:
            self._details[part] = text

    def set_trouble(self, part: str, text: str) -> None:
        """Say what is wrong with a part; the process is unhealthy until it is cleared."""
        with self._lock:
            self._trouble[part] = text

    def clear_trouble(self, part: str) -> None:
        """Say that a part is well again."""
        with self._lock:
            self._trouble.pop(part, None)

    @property
    def healthy(self) -> bool:
        """Say whether nothing is in trouble."""
        with self._lock:
            return not self._trouble

    def lag(self) -> dict[str, int]:
        """Return every part's lag."""
        with self._lock:
            return dict(self._lag)

    def details(self) -> dict[str, str]:
        """Return what there is to tell, troubles over details."""
        with self._lock:
            return {**self._details, **self._trouble}
