"""Finding words on a page that was read: typed with or without accents, in any normal form."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from services.evidence.domain.text import ReadWord
from shared.text import fold, nfc, words

OPEN, CLOSE = "⟦", "⟧"
_BEFORE, _AFTER = 10, 18
_MOST_WORDS = 16


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked: the words without accents, the words as typed, and whether they must stand together ("…")."""

    folded: tuple[str, ...]
    exact: tuple[str, ...]
    phrase: bool

    @property
    def empty(self) -> bool:
        """Say whether nothing was asked."""
        return not self.folded


def parse_query(text: str) -> Query:
    """Read what a person typed; at most sixteen words count."""
    clean = nfc(text).strip()
    quoted = len(clean) > 2 and clean[0] in '"“”' and clean[-1] in '"“”'
    return Query(folded=tuple(words(fold(clean))[:_MOST_WORDS]), exact=tuple(words(clean)[:_MOST_WORDS]), phrase=quoted)


def places(page: Sequence[ReadWord], query: Query) -> list[tuple[int, ...]]:
    """Return where a page has what was asked: each place as the indices of its words, down the page.

    The whole phrase where the page has it, each time one place; else each run of neighbouring words that were asked for.
    """
    if query.empty:
        return []
    tokens = [(token, place) for place, word in enumerate(page) for token in words(fold(word.text))]
    together = _together(tokens, query.folded)
    if together or query.phrase:
        return together
    indices = sorted({place for token, place in tokens if token in set(query.folded)})
    runs: list[list[int]] = []
    for place in indices:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [tuple(run) for run in runs]


def _together(tokens: Sequence[tuple[str, int]], asked: Sequence[str]) -> list[tuple[int, ...]]:
    phrases, start = [], 0
    while start + len(asked) <= len(tokens):
        if all(tokens[start + n][0] == asked[n] for n in range(len(asked))):
            phrases.append(tuple(sorted({tokens[start + n][1] for n in range(len(asked))})))
            start += len(asked)
        else:
            start += 1
    return phrases


def hits(page: Sequence[ReadWord], query: Query) -> list[int]:
    """Return the places of the words that match: the whole phrase where the page has it, else each word of it."""
    return sorted({word for place in places(page, query) for word in place})


def snippet(page: Sequence[ReadWord], hits: Sequence[int]) -> str:
    """Return the words around the first hit, hits between ⟦ and ⟧ (neighbours in one pair)."""
    if not page:
        return ""
    centre = hits[0] if hits else 0
    start, stop = max(0, centre - _BEFORE), min(len(page), centre + _AFTER)
    marked = set(hits)
    parts = []
    for place in range(start, stop):
        text = page[place].text
        if place in marked and (place - 1 not in marked or place == start):
            text = OPEN + text
        if place in marked and (place + 1 not in marked or place == stop - 1):
            text += CLOSE
        parts.append(text)
    return ("… " if start else "") + " ".join(parts) + (" …" if stop < len(page) else "")
