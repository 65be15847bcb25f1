"""Where the objects that are derived from a document lie in the derived store, and how a text among them is trusted."""

from __future__ import annotations

import msgspec

from services.evidence.domain.text import ReadText, decode_text, encode_text
from services.evidence.ports import DerivedObjectMissing, DerivedStore
from shared.vocabulary.ids import DocumentId, Sha256


def load_text(derived: DerivedStore, document: DocumentId, sha256: Sha256) -> ReadText | None:
    """Return a text object of a derived store; None when it is lost or not what its SHA-256 says."""
    try:
        text = decode_text(derived.get(text_key(document, sha256)))
    except (DerivedObjectMissing, msgspec.DecodeError):
        return None
    return text if encode_text(text)[1] == sha256 else None


def text_key(document: DocumentId, sha256: Sha256) -> str:
    """Return where a text object is kept."""
    return f"{document}/{sha256}/text.json"


def rendition_folder(document: DocumentId) -> str:
    """Return where the searchable PDF of a document, and what is known of it, are kept."""
    return f"{document}/pdfa"


def rendition_key(document: DocumentId) -> str:
    """Return where the searchable PDF of a document is kept: one place, so that of a former text none is left."""
    return f"{document}/pdfa/searchable.pdf"


def rendition_facts_key(document: DocumentId) -> str:
    """Return where it is kept what the searchable PDF of a document was made of."""
    return f"{document}/pdfa/searchable.json"


def image_key(document: DocumentId, made_for: str, file: str) -> str:
    """Return where a page image is kept: with the text object of that SHA-256, or with the previews."""
    return f"{document}/{made_for}/{file}"
