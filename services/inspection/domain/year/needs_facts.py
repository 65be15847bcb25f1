"""What is stored about needs of schools, money and works."""

from __future__ import annotations

from shared.eventlog.facts import Fact

FACTS: tuple[type[Fact], ...] = ()
"""The facts of this part of the year."""
