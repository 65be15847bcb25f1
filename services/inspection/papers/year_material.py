"""What a paper of a commune's year is, and what its composer is given beside the rows of its own part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec

from services.inspection.views.told import About
from services.inspection.views.year.commune_streams import Telling
from shared.papers.model import Paper
from shared.text import lower_first
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.ids import CommuneCode, Position
from shared.vocabulary.self_assessment import PaperFormat

_TEXT = (PaperFormat.WORD, PaperFormat.PDF)
_KINDS_OF_COMMUNE = ("xã ", "phường ", "thị trấn ", "đặc khu ")


class YearMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """The commune and the moment that a paper tells of: a day, and the last position of the commune's year by then.

    `subject` is the one task, class, report … that the paper is about, '' for the newest or for all.
    """

    kind: YearPaperKind
    commune: CommuneCode
    commune_name: str
    year: int
    subject: str
    valid_at: dt.date
    known_at: Position
    recorded_at: dt.datetime | None
    checkpoint: str

    @property
    def place(self) -> str:
        """Địa danh: the name of the commune without its kind, "Nậm Lam"."""
        for kind in _KINDS_OF_COMMUNE:
            if self.commune_name.lower().startswith(kind):
                return self.commune_name[len(kind) :]
        return self.commune_name

    @property
    def the_commune(self) -> str:
        """The commune in the middle of a sentence: "xã Nậm Lam"."""
        return lower_first(self.commune_name)

    @property
    def authority(self) -> str:
        """Who issues, as it stands in a heading: "UBND xã Nậm Lam"."""
        return f"UBND {self.the_commune}"


class YearPaperType(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of paper. `compose` takes the year's repository at the moment, and the material; raises PaperSubjectMissing.

    `tells`: the streams that it tells of; of others it is given nothing. `hears`: what other services told that stands on
    it. `by_day`: what it tells depends on the day of the question.
    """

    kind: YearPaperKind
    title: str
    compose: Callable[[Any, YearMaterial], Paper]
    tells: tuple[Telling, ...]
    hears: frozenset[About] = frozenset({About.COMMUNE, About.SCHOOL})
    formats: tuple[PaperFormat, ...] = _TEXT
    by_day: bool = False
