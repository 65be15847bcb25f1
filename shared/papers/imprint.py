"""What a printer needs once per paper: its id, the hash of its words, its foot and the content of its code."""

from __future__ import annotations

from typing import NamedTuple

from shared.papers.model import Paper
from shared.papers.qr import content_of, paper_id_of
from shared.papers.text import text_sha256
from shared.papers.wording import foot_lines
from shared.vocabulary.ids import Sha256


class Imprint(NamedTuple):
    """What makes a print recognisable."""

    paper_id: str
    text_hash: Sha256
    foot: tuple[str, ...]
    code: str


def imprint(paper: Paper) -> Imprint:
    """Return the imprint of a resolved paper."""
    text_hash = text_sha256(paper)
    identifier = paper_id_of(paper, text_hash)
    return Imprint(identifier, text_hash, tuple(foot_lines(paper, identifier, text_hash)), content_of(identifier, text_hash))
