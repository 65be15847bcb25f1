"""What is stored about training, publicity and public notices."""

from __future__ import annotations

from shared.eventlog.facts import Fact

FACTS: tuple[type[Fact], ...] = ()
"""The facts of this part of the year."""
