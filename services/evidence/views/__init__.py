"""The read models of the evidence service: their tables, what fills them from the log and from assessment, what reads them.

Pages hold the words that were read; a document whose text object is lost waits to be read again.
"""

from services.evidence.views.projection import Projection, project_foreign
from services.evidence.views.queries import (
    DocumentRow,
    FieldRow,
    PageRow,
    commune_of,
    counts,
    document_row,
    fields_of,
    is_commune,
    knows_school,
    page_numbers,
    page_rows,
    unlocked_rows,
    unread_rows,
)
from services.evidence.views.tables import METADATA, VERSION

__all__ = [
    "METADATA",
    "VERSION",
    "DocumentRow",
    "FieldRow",
    "PageRow",
    "Projection",
    "commune_of",
    "counts",
    "document_row",
    "fields_of",
    "is_commune",
    "knows_school",
    "page_numbers",
    "page_rows",
    "project_foreign",
    "unlocked_rows",
    "unread_rows",
]
