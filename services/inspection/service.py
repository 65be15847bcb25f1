"""The inspection service on the bus: its table of operations, each answered by the application."""

from __future__ import annotations

from typing import ClassVar

from services.inspection.application import InspectionApplication
from services.inspection.use_cases.year.reached_year import reached_year
from shared.bus.expose import expose
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls.visit_operations import OPERATIONS


@expose(OPERATIONS, InspectionApplication, narrow=reached_year)
class InspectionService(ServiceBase):
    """Visits of the commune and of the department."""

    name: ClassVar[str] = "inspection"
    application: InspectionApplication
