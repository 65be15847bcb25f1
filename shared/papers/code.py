"""The code at the foot of every printed page, drawn as a QR: which print the page is of, and which text it bore."""

from __future__ import annotations

import re

import msgspec

from shared.vocabulary.ids import PaperId, Sha256

DIGEST_LETTERS = 16
"""So much of the text's SHA-256 (hex) stands in the code: enough to tell texts apart, short enough for 14 mm of paper."""

_PAPER = re.compile(r"[A-Z2-7]{20}")
_TOLD = re.compile(r"Mã giấy ([A-Z2-7]{20})(?![A-Za-z0-9])")
_CODE = re.compile(rf"KD:1:([A-Z2-7]{{20}}):([0-9a-f]{{{DIGEST_LETTERS}}})", re.IGNORECASE)


class PaperCode(msgspec.Struct, frozen=True):
    """What a page says of itself: the print, and the first 16 hexadecimal digits of the SHA-256 of its text."""

    paper: PaperId
    digest: str

    def fits(self, text_sha256: Sha256) -> bool:
        """Say whether the page bore this very text."""
        return text_sha256.startswith(self.digest)

    def __str__(self) -> str:
        # In capitals: then a QR stays in its alphanumeric mode, and its squares stay large (ISO/IEC 18004).
        return f"KD:1:{self.paper}:{self.digest.upper()}"


def parse_code(text: str) -> PaperCode | None:
    """Return what a decoded QR says, None when it is not one of ours (papers bear other people's codes too)."""
    found = _CODE.fullmatch(text.strip())
    return PaperCode(PaperId(found[1].upper()), found[2].lower()) if found else None


def code_of(paper: PaperId, text_sha256: Sha256) -> PaperCode:
    """Return the code of a print."""
    return PaperCode(paper, text_sha256[:DIGEST_LETTERS])


def is_paper_id(text: str) -> bool:
    """Say whether a text has the shape of a print's id: 20 letters of base32 (RFC 4648), 100 bits."""
    return _PAPER.fullmatch(text) is not None


def find_paper_id(text: str) -> PaperId:
    """Return the id of the print that the words of a foot name ("Mã giấy …"), '' for none; the text is in NFC."""
    found = _TOLD.search(text)
    return PaperId(found[1]) if found else PaperId("")
