"""Which schools a caller reaches when none is named."""

from __future__ import annotations

import msgspec

from shared.identity.call_context import CallContext
from shared.identity.permissions import may
from shared.vocabulary.ids import SchoolCode


def schools_within_reach(acting: CallContext, operation: str) -> list[SchoolCode] | None:
    """Return the schools for which the caller may do an operation; None means all."""
    codes: set[SchoolCode] = set()
    for grant in acting.grants:
        narrowed = msgspec.structs.replace(acting, grants=(grant,))
        if not may(narrowed, operation):
            continue
        # A grant that covers a school nobody has covers them all.
        if grant.covers_school(SchoolCode("\0")):
            return None
        codes.update(grant.schools)
        codes.add(SchoolCode(grant.scope))
    return sorted(code for code in codes if code and may(acting, operation, school=code))
