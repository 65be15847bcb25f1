"""The only place that reads the environment and `kiemdinh.toml`."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where programs built once for this machine are kept: $KIEMDINH_CACHE, else the user's cache folder."""
    own = os.environ.get("KIEMDINH_CACHE")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "kiemdinh"


def in_ci() -> bool:
    """Whether the run is a continuous-integration one, where a missing server is a failure and not a skip."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
