"""What the text of an official document says of the document itself (layout: Nghị định 30/2020/NĐ-CP, Phụ lục I).

Owns the rules by which the six descriptive fields are found: where each stands on the page, and how it is written. Promises
proposals only (a person confirms), each with the words and the box it was read from; nothing that the page does not show.
"""

from __future__ import annotations

from services.evidence.domain.fields.extracted import ExtractedField
from services.evidence.domain.fields.heading import checked, issuer, number
from services.evidence.domain.fields.issued import issued
from services.evidence.domain.fields.lines import lines_of
from services.evidence.domain.fields.signature import signer
from services.evidence.domain.fields.title import abstract, kind
from services.evidence.domain.fields.zones import zones_of
from services.evidence.domain.text import ReadText

__all__ = ["ExtractedField", "propose"]


def propose(text: ReadText) -> list[ExtractedField]:
    """Return the fields that can be found, each at most once, in the order of forms."""
    lines = next((lines for page in text.pages if (lines := lines_of(page))), None)
    if lines is None:
        return []
    zones = zones_of(lines)
    own = number(zones)
    signed = signer(text.pages)
    last = lines_of(next(page for page in text.pages if page.number == signed.page)) if signed is not None else []
    body = issuer(zones, own)
    fields = [kind(zones, own), checked(own, body), issued(zones, last), body, abstract(zones), signed]
    return [field for field in fields if field is not None]
