"""The square code at the foot of every printed page: which paper it is and the hash of its words; codes of web addresses.

What the one of a paper says is a `shared.papers.code.PaperCode`.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re

import segno

from shared.papers.code import code_of
from shared.papers.model import Paper
from shared.papers.text import text_sha256
from shared.vocabulary.ids import PaperId, Sha256

ID_LENGTH = 20
_PNG_SCALE = 8
_QUIET_ZONE = 4
"""White squares around a code (ISO/IEC 18004)."""


def paper_id(paper: Paper) -> str:
    """Return the id of a resolved paper, 20 of A–Z and 2–7: one for the same words about the same subject at the same
    moments.
    """
    return paper_id_of(paper, text_sha256(paper))


def paper_id_of(paper: Paper, text_hash: Sha256) -> str:
    """Return the id where the hash of the text is at hand."""
    parts = (paper.kind, paper.school, paper.subject, paper.valid_at.isoformat(), str(paper.known_at), text_hash)
    return base64.b32encode(hashlib.sha256("|".join(parts).encode()).digest()).decode("ascii")[:ID_LENGTH]


def qr_content(paper: Paper) -> str:
    """Return what the code of a resolved paper says."""
    text_hash = text_sha256(paper)
    return content_of(paper_id_of(paper, text_hash), text_hash)


def content_of(identifier: str, text_hash: Sha256) -> str:
    """Return the content for an id and a hash."""
    return str(code_of(PaperId(identifier), text_hash))


def qr_png(content: str) -> bytes:
    """Return the code as a PNG without quiet zone: the paper around it is white."""
    picture = io.BytesIO()
    _code(content).save(picture, kind="png", scale=_PNG_SCALE, border=0)
    return picture.getvalue()


def qr_svg(content: str, side_mm: float) -> str:
    """Return the code as an SVG element of that side, without quiet zone."""
    return _svg(_code(content), side_mm)


def address_png(address: str) -> bytes:
    """Return the code of a web address as a PNG with its quiet zone: it is pasted where nobody knows what surrounds it."""
    picture = io.BytesIO()
    _address_code(address).save(picture, kind="png", scale=_PNG_SCALE, border=_QUIET_ZONE)
    return picture.getvalue()


def address_svg(address: str, side_mm: float) -> str:
    """Return the code of a web address as an SVG element of that side, its quiet zone in it."""
    return _svg(_address_code(address), side_mm, border=_QUIET_ZONE)


def _svg(code: segno.QRCode, side_mm: float, border: int = 0) -> str:
    rows = [bytes(row) for row in code.matrix]
    squares = "".join(
        f"M{run.start() + border} {number + border}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for number, row in enumerate(rows)
        for run in re.finditer(rb"\x01+", row)
    )
    side = len(rows) + 2 * border
    ground = f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>' if border else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side_mm}mm" height="{side_mm}mm" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges">{ground}<path d="{squares}"/></svg>'
    )


def _code(content: str) -> segno.QRCode:
    # A quarter of the squares may be lost under a stamp or a fold: 42 letters with level Q need 29 × 29, and so do they
    # with M.
    return segno.make(content, error="q", mode="alphanumeric", micro=False, boost_error=False)


def _address_code(address: str) -> segno.QRCode:
    # An address has small letters: bytes it is. M is enough for what is printed once, clean, and never stamped over.
    return segno.make(address, error="m", mode="byte", micro=False, boost_error=False)
