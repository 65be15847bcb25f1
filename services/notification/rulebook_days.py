"""What the rulebooks say of days, for deadlines: looked up when asked, for most processes of this service never do."""

from __future__ import annotations

import datetime as dt

from shared.problems import Problem
from shared.rulebook import load_library
from shared.rulebook.dates import add_months
from shared.rulebook.registration_deadlines import TimedStep, time_rule
from shared.vocabulary.ids import Sha256


class RulebookDays:
    """Days by the rulebooks that this software carries."""

    def register_by(self, digest: Sha256, expires: dt.date) -> dt.date | None:
        """Return the last day to register again; None where the rulebook names none or is not known here."""
        try:
            months = load_library().by_digest(digest).rules.renewal.register_months_before
        except (KeyError, Problem):
            return None
        return None if months is None else add_months(expires, -months)

    def is_timed(self, regime: str, step: TimedStep) -> bool:
        """Say whether a step has a time under a regime."""
        try:
            time_rule(regime, step)
        except KeyError:
            return False
        return True
