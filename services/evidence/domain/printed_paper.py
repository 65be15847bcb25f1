"""One print of a paper: registered once, and signed as often as a scan of it comes home."""

from __future__ import annotations

import re
import uuid
from typing import TypeAlias

from services.evidence.domain.facts import PaperPrinted, PaperSigned, YearPaperPrinted
from services.evidence.errors import NoSuchPaper, PaperIdTaken
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.papers.code import PaperCode
from shared.vocabulary.ids import CommuneCode, DocumentId, PaperId, SchoolCode

KIND = re.compile(r"[a-z0-9_]{1,40}")
SUBJECT = re.compile(r"[A-Za-z0-9._:/-]{0,80}")
"""What a paper is about, as a code or an id: without spaces or marks, so that no name can enter the log with it."""


Printed: TypeAlias = PaperPrinted | YearPaperPrinted
"""A print of a school's paper, or of one of a commune's year."""


def paper_stream(paper: PaperId) -> uuid.UUID:
    """Return the id of the stream of a print."""
    return natural_id("paper", paper)


class PrintedPaper(Aggregate):
    """A print of one school, or of one commune."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.printed: Printed | None = None
        self.signed: dict[DocumentId, int] = {}

    def register(self, printed: Printed, meta: EventMetadata) -> bool:
        """Note that it was printed; False when that is known (then nothing is recorded).

        Raises PaperIdTaken when the id is that of another school's or commune's print, or of another text.
        """
        if self.printed is None:
            self.record(printed, meta)
            return True
        if (_owner(self.printed), self.printed.text_sha256) != (_owner(printed), printed.text_sha256):
            raise PaperIdTaken("Mã giấy này đã in ra văn bản khác. Chưa ghi gì. In lại để có mã mới.", paper=printed.paper)
        return False

    def sign(self, document: DocumentId, school: SchoolCode, differences: int, meta: EventMetadata) -> bool:
        """File a school's kept document as the signed version, with how many differences it shows; False when that is known.

        Read anew, the same document may differ in more or fewer places: then that is noted, and nothing else changes.
        Raises NoSuchPaper.
        """
        printed = self.known()
        if self.signed.get(document) == differences:
            return False
        signed = PaperSigned(paper=printed.paper, school=school, document=document, differences=differences)
        self.record(signed, meta)
        return True

    def is_named_by(self, code: PaperCode, school: SchoolCode, commune: CommuneCode) -> bool:
        """Say whether the code on a page of a school's document is that of this very print, of the school or its commune."""
        return self.is_of(school, commune) and code.fits(self.known().text_sha256)

    def is_of(self, school: SchoolCode, commune: CommuneCode) -> bool:
        """Say whether there is such a print, of the school or of its commune."""
        return self.printed is not None and _owner(self.printed) in {("school", school), ("commune", commune)}

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case PaperPrinted() | YearPaperPrinted():
                self.printed = fact
            case PaperSigned():
                self.signed[fact.document] = fact.differences
            case _:
                pass

    def known(self) -> Printed:
        """Return what is known of the print. Raises NoSuchPaper."""
        if self.printed is None:
            raise NoSuchPaper("Hệ thống không in giấy nào mang mã này. Xem lại mã ở chân trang.")
        return self.printed


def _owner(printed: Printed) -> tuple[str, str]:
    """Return whose print it is. A commune and a school may have one code, so its kind stands beside it."""
    return ("school", printed.school) if isinstance(printed, PaperPrinted) else ("commune", printed.commune)
