"""Read models of the assessment service: lists of communes, schools, cycles, recognitions, and the documents it knows of.

A school's status is never read from here: it is replayed from the log.
"""

from services.assessment.views.projection import project, project_foreign
from services.assessment.views.queries import (
    awards,
    commune_exists,
    communes,
    cycles,
    document_school,
    holder_of,
    school,
    schools,
    submissions,
)
from services.assessment.views.tables import METADATA, VERSION

__all__ = [
    "METADATA",
    "VERSION",
    "awards",
    "commune_exists",
    "communes",
    "cycles",
    "document_school",
    "holder_of",
    "project",
    "project_foreign",
    "school",
    "schools",
    "submissions",
]
