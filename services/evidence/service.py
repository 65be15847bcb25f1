"""The evidence service on the bus: its table of operations, answered by the application. Bytes go through `file_gateway`."""

from __future__ import annotations

from typing import ClassVar

from services.evidence.application import EvidenceApplication
from shared.bus.expose import expose
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls.evidence import OPERATIONS


@expose(OPERATIONS, EvidenceApplication)
class EvidenceService(ServiceBase):
    """Documents: received, read, described, found again."""

    name: ClassVar[str] = "evidence"
    application: EvidenceApplication
