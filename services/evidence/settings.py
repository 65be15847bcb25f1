"""What the composition tells evidence: what a file may be, how long it is kept, where its door is, how long tickets last."""

from __future__ import annotations

import msgspec

from services.evidence.domain.pipelines import PRESENT
from services.evidence.domain.validation import FileLimits


class EvidenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation may set, in `kiemdinh.toml`.

    `door` is the address of the evidence door as a browser reaches it, whole, or a path where it is under the portal's own;
    nobody rewrites it on the way. Tickets are good for as many seconds as said here: a stack of paper on a slow line takes
    hours, an image is fetched at once. Below `doubtful_below` (mean confidence, 0 to 95) a page is to be looked at by a
    person; `pipeline` is what reads pages now.
    """

    limits: FileLimits = FileLimits()
    retention_years: int = 20
    door: str = "/door"
    upload_ticket_s: int = 24 * 3600
    download_ticket_s: int = 15 * 60
    doubtful_below: int = 75
    pipeline: str = PRESENT
