"""What a document reads: the machine's reading with what people corrected laid over it, wherever a text is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from services.evidence.derived_objects import load_text
from services.evidence.domain.corrections import (
    CorrectedWord,
    CorrectionContent,
    Overlay,
    content_digest,
    decode_content,
    lay_over,
)
from services.evidence.domain.facts import PageConfirmed, TextCorrected
from services.evidence.domain.text import ReadText
from services.evidence.ports import CorrectionSource, DerivedStore
from shared.logs import Journal
from shared.vocabulary.ids import CorrectionId, DocumentId, Sha256

journal = Journal("evidence.corrections")


class PageSaid(msgspec.Struct, frozen=True, kw_only=True):
    """That a person said something of a page of a reading, as a fact tells it; what was said lies beside the log."""

    page: int
    text_sha256: Sha256
    correction: CorrectionId
    content_digest: Sha256


class PageContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of a page; `content` is None where it was erased, or is not what the log holds on to."""

    said: PageSaid
    content: CorrectionContent | None


class EffectiveTexts:
    """Texts as the machine read them, and as people corrected them."""

    def __init__(self, derived: DerivedStore, corrections: CorrectionSource) -> None:
        self._derived = derived
        self._corrections = corrections

    def read(self, document: DocumentId, sha256: Sha256) -> ReadText | None:
        """Return what the machine read; None when that is lost or not what its SHA-256 says."""
        return load_text(self._derived, document, sha256)

    def contents(self, document: DocumentId, said: Sequence[PageSaid]) -> list[PageContent]:
        """Return what people said of a document's pages, in that order; what no fact names is left out."""
        if not said:
            return []
        kept = self._corrections.of_document(document)
        found: list[PageContent] = []
        for one in said:
            bytes_ = kept.get(one.correction)
            if bytes_ is not None and content_digest(bytes_.salt, bytes_.content) != one.content_digest:
                journal.error("correction-altered", document=document, page=one.page)
                bytes_ = None
            found.append(PageContent(said=one, content=decode_content(bytes_.content) if bytes_ else None))
        return found

    def laid(self, text: ReadText, contents: Iterable[PageContent]) -> Overlay:
        """Lay what people said over a text."""
        return lay_over(text, corrections_of(contents))

    def corrected(self, document: DocumentId, text: ReadText, said: Sequence[PageSaid]) -> ReadText:
        """Return a text of a document with what people corrected."""
        return self.laid(text, self.contents(document, said)).text


def corrections_of(contents: Iterable[PageContent]) -> list[CorrectedWord]:
    """Return every corrected word, in the order in which they were corrected."""
    return [word for one in contents if one.content is not None for word in one.content.words]


def page_said(fact: TextCorrected | PageConfirmed) -> PageSaid:
    """Return what a fact tells."""
    return PageSaid(
        page=fact.page, text_sha256=fact.text_sha256, correction=fact.correction, content_digest=fact.content_digest
    )
