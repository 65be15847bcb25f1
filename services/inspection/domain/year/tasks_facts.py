"""What is stored about the steering committee, directives and tasks."""

from __future__ import annotations

from shared.eventlog.facts import Fact

FACTS: tuple[type[Fact], ...] = ()
"""The facts of this part of the year."""
