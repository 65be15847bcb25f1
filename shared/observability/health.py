"""The health of a process: what its loops last said of themselves, for the administrator's page and for metrics."""

from __future__ import annotations

import threading


class HealthRegistry:
    """The state of one process's components: `lag` counts events known elsewhere and not here, `trouble` is Vietnamese."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lag: dict[str, int] = {}
        self._details: dict[str, str] = {}
        self._trouble: dict[str, str] = {}

    def set_lag(self, component: str, events: int) -> None:
        """Say how many events `component` ("assessment<evidence") is behind."""
        with self._lock:
            self._lag[component] = events

    def set_detail(self, component: str, text: str) -> None:
        """Say something about a component that is neither good nor bad, for the administrator."""
        with self._lock:
            self._details[component] = text

    def report_failure(self, component: str, text: str) -> None:
        """Say what is wrong with a component; the process is unhealthy until it is cleared."""
        with self._lock:
            self._trouble[component] = text

    def clear_failure(self, component: str) -> None:
        """Say that a component is well again."""
        with self._lock:
            self._trouble.pop(component, None)

    def troubled(self) -> frozenset[str]:
        """Return the components that are in trouble."""
        with self._lock:
            return frozenset(self._trouble)

    @property
    def healthy(self) -> bool:
        """Say whether nothing is in trouble."""
        with self._lock:
            return not self._trouble

    def lag(self) -> dict[str, int]:
        """Return every component's lag."""
        with self._lock:
            return dict(self._lag)

    def details(self) -> dict[str, str]:
        """Return what there is to tell, troubles over details."""
        with self._lock:
            return {**self._details, **self._trouble}
