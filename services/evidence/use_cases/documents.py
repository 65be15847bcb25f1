"""The way of every use case to a document: its row in the views, its stream to decide on, the checkpoint that covers it."""

from __future__ import annotations

import bisect
import threading
import uuid
from collections.abc import Callable
from typing import TypeVar

from services.evidence import views
from services.evidence.domain.document import Document
from services.evidence.effective_texts import PageSaid, page_said
from services.evidence.errors import NoSuchDocument
from services.evidence.views import DocumentRow
from shared.clock import Clock
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.log import Log
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.vocabulary.ids import CommuneCode, DocumentId, Position, SchoolCode

T = TypeVar("T")


class DocumentRepository:
    """Documents to decide on and to ask about; `views` are the read models of the service."""

    def __init__(self, application: EventSourcedApplication, views: ReadModel) -> None:
        self.application = application
        self.views = views
        self._signed_sizes: list[int] = []
        self._sizes_lock = threading.Lock()

    @property
    def log(self) -> Log:
        """The log of the service."""
        return self.application.log

    @property
    def clock(self) -> Clock:
        """What says what time it is."""
        return self.application.clock

    def row(self, document: DocumentId) -> DocumentRow:
        """Return a document as the views know it. Raises NoSuchDocument."""
        with self.views.reading() as conn:
            row = views.document_row(conn, document, self.clock.now())
        if row is None:
            raise NoSuchDocument("Không có tài liệu này trong kho. Xem lại địa chỉ.", document=document[:40])
        return row

    def knows_school(self, code: SchoolCode) -> bool:
        """Say whether a school exists."""
        with self.views.reading() as conn:
            return views.knows_school(conn, code)

    def commune_of(self, code: SchoolCode) -> CommuneCode:
        """Return the commune of a school, '' where the school is not known (yet)."""
        with self.views.reading() as conn:
            return views.commune_of(conn, code)

    def allowed(self, acting: CallContext, operation: str, document: DocumentId) -> DocumentRow:
        """Return a document that the caller may do the operation with. Raises NoSuchDocument, NotAllowed."""
        row = self.row(document)
        require(acting, operation, school=row.school)
        return row

    def stream(self, document: DocumentId) -> Document:
        """Return a document as its facts tell of it."""
        return self.application.load(Document, uuid.UUID(document))

    def said(self, document: DocumentId) -> list[PageSaid]:
        """Return what people said of a document's pages, in that order."""
        return [page_said(fact) for fact in self.stream(document).said]

    def change(self, document: DocumentId, decide: Callable[[Document], T]) -> tuple[T, Position]:
        """Let `decide` record facts of a document and store them (see `EventSourcedApplication.change`)."""
        return self.application.change(Document, uuid.UUID(document), decide)

    def checkpoint(self, position: Position) -> int:
        """Return the number of the first checkpoint that covers a position, or of the next one, which will."""
        # Not a cache that forgets: what was signed stays signed. Locked, for two who extend it at once would count twice.
        with self._sizes_lock:
            sizes = self._signed_sizes
            if not sizes or sizes[-1] < position:
                sizes.extend(checkpoint.size for checkpoint in self.log.checkpoints(after=len(sizes)))
            return bisect.bisect_left(sizes, position) + 1
