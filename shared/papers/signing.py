"""The lines above a signature, by whose place the signer takes (NĐ 30/2020, Phụ lục I mục II.7)."""

from __future__ import annotations

from shared.papers.model import PaperSigner, Runs
from shared.vocabulary.signing import SigningAs

_PREFIXES = {SigningAs.FOR_THE_HEAD: "KT.", SigningAs.BY_MANDATE: "TUQ.", SigningAs.BY_ORDER: "TL."}


def signer_as(
    signs: SigningAs, head: str, *, office: str = "", collective: str = "", name: Runs = (), note: str = ""
) -> PaperSigner:
    """Return a signature of the `head` of an office ("Chủ tịch"), or of who signs in the head's place.

    `office` is the signer's own ("Phó Chủ tịch"), needed for all but the head. `collective` is that in whose name the
    head and the head's deputies sign ("Ủy ban nhân dân"), '' for a decision of the person; who signs by mandate or by order
    signs for the head and not for the collective. Raises ValueError without the office that is needed.
    """
    return PaperSigner(authority=_lines(signs, head.upper(), office.upper(), collective.upper()), name=name, note=note)


def _lines(signs: SigningAs, head: str, office: str, collective: str) -> tuple[str, ...]:
    in_its_name = (f"TM. {collective}",) if collective else ()
    if signs is SigningAs.ITSELF:
        return (*in_its_name, head)
    if not office:
        raise ValueError(f"who signs {signs} needs an office")
    of_the_collective = in_its_name if signs is SigningAs.FOR_THE_HEAD else ()
    return (*of_the_collective, f"{_PREFIXES[signs]} {head}", office)
