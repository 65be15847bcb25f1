"""One document: received once, locked for longer but never shorter, read as often as asked, described by people."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Mapping, Sequence

import msgspec

from services.evidence.domain.facts import (
    ConfirmedField,
    DocumentReceived,
    DocumentSealed,
    FieldsConfirmed,
    FieldsProposed,
    PageConfirmed,
    ProposedField,
    ReadingRequested,
    TextCorrected,
    TextExtracted,
    TextExtractionFailed,
)
from services.evidence.domain.text import FIELD_NAMES, SIGNER, FailureReason
from services.evidence.errors import NoSuchDocument, NotYetReadable, PageChanged, UnknownField
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import format_date, nfc, parse_date
from shared.vocabulary.ids import SchoolCode, Sha256

LONGEST_FIELD = 1000


class ReadingStage(enum.Enum):
    """Where the reading stands, as far as the log knows."""

    NONE = enum.auto()
    WANTED = enum.auto()
    DONE = enum.auto()
    FAILED = enum.auto()


class ReceivedFile(msgspec.Struct, frozen=True, kw_only=True):
    """What ingest knows of a file that stands in the archive."""

    school: SchoolCode
    sha256: Sha256
    size_bytes: int
    media_type: str
    name: str
    version: str
    pages: int = 0
    end_missing: bool = False


def document_id(school: SchoolCode, sha256: Sha256) -> uuid.UUID:
    """Return the id of these bytes at this school: the same file sent twice is the same document."""
    return natural_id("document", school, sha256)


class Document(Aggregate):
    """A document of one school."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.file: DocumentReceived | None = None
        self.retained_until: dt.date | None = None
        self.reading = ReadingStage.NONE
        self.text: TextExtracted | None = None
        self.former_text: TextExtracted | None = None
        self.confirmed: dict[str, str] = {}
        self.said: list[TextCorrected | PageConfirmed] = []

    def receive(self, file: ReceivedFile, meta: EventMetadata) -> bool:
        """Take the file in; False when it was here already (then nothing is recorded)."""
        if self.file is not None:
            return False
        fact = DocumentReceived(
            school=file.school,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            media_type=file.media_type,
            name=file.name,
            version=file.version,
            pages=file.pages,
            end_missing=file.end_missing,
        )
        self.record(fact, meta)
        return True

    def record_lock(self, retained_until: dt.date, meta: EventMetadata) -> bool:
        """Note that the archive locked the object; False when it is locked at least as long already."""
        file = self._known()
        if self.retained_until is not None and self.retained_until >= retained_until:
            return False
        self.record(DocumentSealed(school=file.school, retained_until=retained_until), meta)
        return True

    def request_reading(self, meta: EventMetadata) -> None:
        """Ask for another reading.

        Raises NotYetReadable while one is still to come.
        """
        file = self._known()
        if self.reading is ReadingStage.WANTED:
            raise NotYetReadable("Tài liệu này đang chờ đọc hoặc đang đọc. Đợi đọc xong rồi xem lại.")
        self.record(ReadingRequested(school=file.school), meta)

    def record_text(self, text: TextExtracted, proposed: Sequence[ProposedField], meta: EventMetadata) -> bool:
        """Note a text and the fields found in it; False for the very text that is known already."""
        file = self._known()
        if self.reading is ReadingStage.DONE and self.text == text:
            return False
        self.record(text, meta)
        if proposed:
            fields = tuple(_without_person(field) for field in proposed)
            self.record(FieldsProposed(school=file.school, text_sha256=text.text_sha256, fields=fields), meta)
        return True

    def edition(self, page: int) -> int:
        """Return how often people said something of a page."""
        return sum(fact.page == page for fact in self.said)

    def judge_page(self, said: TextCorrected | PageConfirmed, edition: int, meta: EventMetadata) -> None:
        """Note what a person said of a page, looking at a reading and an edition of it.

        Raises PageChanged when either is not the present one.
        """
        self._known()
        if self.text is None or self.text.text_sha256 != said.text_sha256 or self.edition(said.page) != edition:
            raise PageChanged("Có người đã sửa trang này, hoặc trang vừa được đọc lại. Chưa ghi đè gì.", page=said.page)
        self.record(said, meta)

    def fail_reading(self, reason: FailureReason, meta: EventMetadata) -> bool:
        """Note that reading failed for good; False when no reading was wanted."""
        file = self._known()
        if self.reading is not ReadingStage.WANTED:
            return False
        self.record(TextExtractionFailed(school=file.school, reason=reason.value), meta)
        return True

    def confirm(self, fields: Mapping[str, str], meta: EventMetadata, *, signer_read: str = "") -> bool:
        """Take what a person says of the document; False when it says nothing new.

        `signer_read` is the signer as read from the page. Raises UnknownField for a name that is no field, a value too long,
        or a signer that differs from the page (a name may not enter the log); UnreadableDate for an impossible date.
        """
        file = self._known()
        clean = {name: _clean(name, value, signer_read) for name, value in fields.items()}
        new = {name: value for name, value in clean.items() if self.confirmed.get(name) != value}
        if not new:
            return False
        confirmed = tuple(ConfirmedField(name=name, value=value) for name, value in new.items())
        self.record(FieldsConfirmed(school=file.school, fields=confirmed), meta)
        return True

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case DocumentReceived():
                self.file, self.reading = fact, ReadingStage.WANTED
            case DocumentSealed():
                self.retained_until = fact.retained_until
            case ReadingRequested():
                self.reading = ReadingStage.WANTED
            case TextExtracted():
                if self.text is not None and self.text.text_sha256 != fact.text_sha256:
                    self.former_text = self.text
                self.text, self.reading = fact, ReadingStage.DONE
            case TextCorrected() | PageConfirmed():
                self.said.append(fact)
            case TextExtractionFailed():
                self.reading = ReadingStage.FAILED
            case FieldsConfirmed():
                self.confirmed.update({field.name: field.value for field in fact.fields})
            case _:
                pass

    def _known(self) -> DocumentReceived:
        if self.file is None:
            raise NoSuchDocument("Không có tài liệu này trong kho. Xem lại địa chỉ.")
        return self.file


def _without_person(field: ProposedField) -> ProposedField:
    return msgspec.structs.replace(field, value="") if field.name == SIGNER else field


def _clean(name: str, value: str, signer_read: str) -> str:
    value = " ".join(nfc(value).split())
    if name not in FIELD_NAMES:
        raise UnknownField(f"Không có mục “{name[:40]}”. Chưa ghi gì.", field=name[:40])
    if len(value) > LONGEST_FIELD:
        raise UnknownField(f"Nội dung dài quá {LONGEST_FIELD} ký tự. Rút gọn rồi lưu lại.", field=name)
    if name == SIGNER:
        if value and value != " ".join(nfc(signer_read).split()):
            raise UnknownField(
                "Tên người ký không được chép vào nhật ký; chỉ xác nhận được tên đọc từ trang. Chưa ghi gì.", field=name
            )
        return ""
    if name == "ngay_ban_hanh" and value:
        return format_date(parse_date(value))
    return value
