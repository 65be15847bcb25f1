"""How far two texts of a page are apart: words read otherwise, missing and superfluous, and letters to be changed."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Sequence

import msgspec

from services.evidence.domain.facts import PageErrors

_MOST_STEPS = 1_000_000
"""Up to here letters are counted exactly, a step a pair of letters: half a second at most, for a page that is all wrong."""


class WordDifferences(msgspec.Struct, frozen=True, kw_only=True):
    """How many words stand otherwise in a second text, are only in it, and only in the first."""

    changed: int = 0
    added: int = 0
    removed: int = 0
    letters: int = 0

    def __add__(self, other: WordDifferences) -> WordDifferences:
        return WordDifferences(
            changed=self.changed + other.changed,
            added=self.added + other.added,
            removed=self.removed + other.removed,
            letters=self.letters + other.letters,
        )


def word_differences(first: Sequence[str], second: Sequence[str]) -> WordDifferences:
    """Compare two texts word by word; `letters` is how many letters and spaces are to be changed, added or taken away."""
    total = WordDifferences()
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    for what, start, end, other_start, other_end in matcher.get_opcodes():
        if what == "equal":
            continue
        was, is_now = first[start:end], second[other_start:other_end]
        both = min(len(was), len(is_now))
        total += WordDifferences(
            changed=both,
            added=len(is_now) - both,
            removed=len(was) - both,
            letters=_letters_apart(was, is_now),
        )
    return total


def page_errors(read: Sequence[str], right: Sequence[str]) -> PageErrors:
    """Return how far what the machine read is from what people made of it."""
    apart = word_differences(read, right)
    return PageErrors(
        words_read=len(read),
        words_wrong=apart.changed,
        words_missing=apart.added,
        words_superfluous=apart.removed,
        letters_read=sum(map(len, read)),
        letters_wrong=apart.letters,
    )


def _letters_apart(was: Sequence[str], is_now: Sequence[str]) -> int:
    one, other = " ".join(was), " ".join(is_now)
    if len(one) * len(other) <= _MOST_STEPS:
        return _distance(one, other)
    # A whole page that is read otherwise: word by word it is counted in no time, and hardly worse.
    return sum(_distance(first, second) for first, second in itertools.zip_longest(was, is_now, fillvalue=""))


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance."""
    if not one or not other:
        return len(one) + len(other)
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, row[0] = row[0], at
        for place, beside in enumerate(other, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != beside))
    return row[-1]
