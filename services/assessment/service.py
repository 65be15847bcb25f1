"""The assessment service on the bus: its table of operations, each answered by the application."""

from __future__ import annotations

from typing import ClassVar

from services.assessment.application import AssessmentApplication
from services.assessment.use_cases.reading_rights import narrowed
from shared.bus.expose import expose
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls import assessment, years


@expose((*assessment.OPERATIONS, *years.OPERATIONS), AssessmentApplication, narrow=narrowed)
class AssessmentService(ServiceBase):
    """Schools, cycles, judgements, levels at any moment, recognition."""

    name: ClassVar[str] = "assessment"
    application: AssessmentApplication
