"""The application of the evidence service: its log, its read models, and the use cases composed over them."""

from __future__ import annotations

from services.evidence import views
from services.evidence.domain.facts import CATALOGUE
from services.evidence.effective_texts import EffectiveTexts
from services.evidence.ports import CorrectionTexts, DerivedStore, PrintedTexts, Uploads
from services.evidence.published import published
from services.evidence.settings import EvidenceSettings
from services.evidence.use_cases.confirming import Confirming
from services.evidence.use_cases.correcting import Correcting
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.use_cases.file_links import FileLinks
from services.evidence.use_cases.filled_papers import FilledPapers
from services.evidence.use_cases.inbox import ASSESSMENT, EvidenceInbox
from services.evidence.use_cases.locking import Locking
from services.evidence.use_cases.particulars import DocumentParticulars
from services.evidence.use_cases.prints import Prints
from services.evidence.use_cases.queries import DocumentQueries
from services.evidence.use_cases.reading import Reading
from services.evidence.use_cases.receiving import Receiving
from services.evidence.use_cases.rereading import Rereading
from services.evidence.use_cases.reviewing import PageReviewing
from shared.clock import Clock
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.log import RecordedEvent
from shared.eventlog.read_model import ReadModel
from shared.identity.file_token import FileTokens
from shared.storage.database_url import StoreSettings
from shared.vocabulary.ids import Position


class EvidenceApplication(EventSourcedApplication):
    """The evidence service without its bus, its door and its loops.

    Every operation, and what the door and the loops ask for, is a method of the use case that it belongs to
    (`services.evidence.use_cases`); here they are brought together.
    """

    name = "evidence"  # type: ignore[misc]  # a plain class attribute in the library
    facts = CATALOGUE
    sources = (ASSESSMENT,)

    def __init__(
        self,
        store: StoreSettings,
        clock: Clock,
        *,
        installation: str,
        views_url: str,
        derived: DerivedStore,
        printed_texts: PrintedTexts,
        correction_texts: CorrectionTexts,
        uploads: Uploads,
        tickets: FileTokens,
        settings: EvidenceSettings | None = None,
    ) -> None:
        try:
            super().__init__(store, clock, installation=installation)
        except BaseException:
            printed_texts.close()  # what was handed over open is not left open by who cannot begin
            correction_texts.close()
            raise
        self.own(lambda: printed_texts)
        self.own(lambda: correction_texts)
        self.settings = settings or EvidenceSettings()
        self.derived = derived
        texts = EffectiveTexts(derived, correction_texts)
        self._projection = views.Projection(texts)
        self.views = self.own(
            lambda: ReadModel(views_url, views.METADATA, self._projection, self.log, version=views.VERSION, name=self.name)
        )
        self.document_repository = DocumentRepository(self, self.views)
        prints = Prints(self.document_repository, texts, printed_texts)
        links = FileLinks(tickets, self.settings)
        self._compose(self.document_repository, uploads, links, prints)
        self._compose_reading(self.document_repository, texts, correction_texts, links, prints)

    def _compose(self, documents: DocumentRepository, uploads: Uploads, links: FileLinks, prints: Prints) -> None:
        self._inbox = EvidenceInbox(documents)
        self.row = documents.row

        receiving = Receiving(documents, uploads, links, self.settings)
        self.open_upload = receiving.open_upload
        self.open_photo_upload = receiving.open_photo_upload
        self.open_work_photo_upload = receiving.open_work_photo_upload
        self.own_photo = receiving.own_photo
        self.find_receipt = receiving.find_receipt
        self.register_document = receiving.register_document
        self.receipt = receiving.receipt

        queries = DocumentQueries(documents, links, self.derived)
        self.document = queries.document
        self.documents = queries.documents
        self.page = queries.page
        self.search = queries.search
        self.progress = queries.progress
        self.open_download = queries.open_download

        self.document_fields = DocumentParticulars(documents).document_fields

        confirming = Confirming(documents)
        self.confirm_fields = confirming.confirm_fields

        self.register_print = prints.register_print
        self.register_year_print = prints.register_year_print
        self.year_prints = prints.year_prints
        self.attach_signed = prints.attach_signed
        self.signed_papers = prints.signed_papers
        self.signed_paper = prints.signed_paper
        self.erase_printed_text = prints.erase_printed_text
        self.compare_filled = FilledPapers(prints).compare_filled

        locking = Locking(documents, self.settings)
        self.documents_to_lock = locking.documents_to_lock
        self.retention_end = locking.retention_end
        self.record_lock = locking.record_lock

    def _compose_reading(
        self,
        documents: DocumentRepository,
        texts: EffectiveTexts,
        corrections: CorrectionTexts,
        links: FileLinks,
        prints: Prints,
    ) -> None:
        reading = Reading(documents, self.derived, texts, self._projection, prints)
        self.retry_reading = reading.retry_reading
        self.record_text = reading.record_text
        self.fail_reading = reading.fail_reading
        self.text = reading.text
        self.corrected_text = reading.corrected_text

        reviewing = PageReviewing(documents, texts, links, self.settings)
        self.pages_to_review = reviewing.pages_to_review
        self.page_to_correct = reviewing.page_to_correct
        self.reading_quality = reviewing.reading_quality

        correcting = Correcting(documents, texts, corrections, self.derived, self._projection, prints, self.settings)
        self.correct_page = correcting.correct_page
        self.confirm_page = correcting.confirm_page
        self.erase_corrections = correcting.erase_corrections

        rereading = Rereading(documents, texts, self.settings)
        self.reread_documents = rereading.reread_documents
        self.reading_changes = rereading.reading_changes

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event."""
        return published(self.installation, logged)

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        return self._inbox.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of another service exactly once (see `EvidenceInbox.receive`)."""
        self._inbox.receive(event)
