"""Adds to a visit what its team asked the school for, and the photos that it took there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from services.inspection.domain.finding_state import ANSWERED, OPEN, OVERDUE
from services.inspection.views import EvidenceRequestRow, PhotoRow
from shared.contracts.calls.inspection import EvidenceRequestView, InspectionView, PhotoView


def with_requests(
    visit: InspectionView, requests: Sequence[EvidenceRequestRow], photos: Sequence[PhotoRow], today: dt.date
) -> InspectionView:
    """Return a visit with its requests, each in its state on a day, and its photos."""
    return msgspec.structs.replace(
        visit,
        requests=[_request(row, today) for row in requests],
        photos=[PhotoView(**msgspec.structs.asdict(row)) for row in photos],
    )


def _request(row: EvidenceRequestRow, today: dt.date) -> EvidenceRequestView:
    return EvidenceRequestView(**msgspec.structs.asdict(row), state=_state(row, today))


def _state(row: EvidenceRequestRow, today: dt.date) -> str:
    if row.supplied_on is not None:
        return ANSWERED
    return OVERDUE if row.due < today else OPEN
