"""A field that was found: its value, the words it was read from, and how sure both are."""

from __future__ import annotations

import msgspec

from services.evidence.domain.facts import ProposedField
from services.evidence.domain.text import ReadWord, mean_confidence


class ExtractedField(msgspec.Struct, frozen=True, kw_only=True):
    """A field found in the text, with the words it was read from.

    `fit` is how well the page followed the rule that found it, 0 to 100: 100 where everything stands as the decree has it,
    less for each thing that was missing, guessed or set right.
    """

    name: str
    value: str
    page: int
    words: tuple[ReadWord, ...]
    fit: int = 100

    @property
    def confidence(self) -> int:
        """Return how sure the value is, 0 to 100: how surely its words were read, lessened by how badly the rule fitted."""
        return mean_confidence(self.words) * self.fit // 100

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return left, top, width and height of its words, in thousandths of the page."""
        left, top = min(w.left for w in self.words), min(w.top for w in self.words)
        right, bottom = max(w.left + w.width for w in self.words), max(w.top + w.height for w in self.words)
        return left, top, right - left, bottom - top

    def proposed(self) -> ProposedField:
        """Return it as it enters the log."""
        return ProposedField(name=self.name, value=self.value, confidence=self.confidence, page=self.page)
