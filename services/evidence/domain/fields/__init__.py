"""What the text of an official document says of the document itself (layout: Nghị định 30/2020/NĐ-CP, Phụ lục I).

Owns the rules by which the six descriptive fields are found: where each stands on the page, and how it is written. Promises
proposals only (a person confirms), each with the words and the box it was read from; nothing that the page does not show.
"""

from __future__ import annotations

import msgspec

from services.evidence.domain.fields.extracted import ExtractedField
from services.evidence.domain.fields.heading import checked, issuer, number
from services.evidence.domain.fields.issued import issued
from services.evidence.domain.fields.sides import first_paper
from services.evidence.domain.fields.signature import signer
from services.evidence.domain.fields.title import abstract, kind
from services.evidence.domain.fields.zones import zones_of
from services.evidence.domain.text import ReadText

__all__ = ["ExtractedField", "propose"]


def propose(text: ReadText) -> list[ExtractedField]:
    """Return the fields that can be found, each at most once, in the order of forms."""
    sides = first_paper(text.pages)
    if not sides:
        return []
    zones = zones_of(sides[0].lines)
    own = number(zones)
    last, signed = next(((side.lines, one) for side in reversed(sides) if (one := signer(side.lines))), ([], None))
    body = issuer(zones, own)
    fields = [kind(zones, own), checked(own, body), issued(zones, last), body, abstract(zones), signed]
    on_sheets = {key: word for side in sides for key, word in side.on_sheet.items()}
    return [
        msgspec.structs.replace(one, words=tuple(on_sheets.get((one.page, word), word) for word in one.words))
        for one in fields
        if one is not None
    ]
