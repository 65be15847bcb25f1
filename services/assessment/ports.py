"""What the assessment application needs from outside, beside its log, the law and the key of its log."""

from __future__ import annotations

from collections.abc import Callable

Pause = Callable[[float], None]
"""Waits for some seconds; a test's does not."""
