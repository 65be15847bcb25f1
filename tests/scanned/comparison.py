"""Readers beside each other over many pages: rates by group, kind and wear, fields, turns, empties, where ours is worse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.scanned.readers import Answer
from tests.scanned.score import Rate, fields_exact, letters_wrong, words_wrong
from tests.scanned.truth import TEXT, Truth

OURS, PLAIN = "product", "plain"
ALLOWED = 0.2
"""How many points a text page may be worse than plain Tesseract."""


class Marked(NamedTuple):
    """A reader's answer to a page, marked."""

    letters: Rate
    words: Rate
    fields: dict[str, bool]
    upright: bool | None
    empty: bool
    seconds: float


@dataclass(frozen=True)
class Result:
    """One page with the marks of every reader."""

    name: str
    truth: Truth
    marks: Mapping[str, Marked]


def mark(truth: Truth, answer: Answer) -> Marked:
    """Hold an answer against what stands on the page."""
    return Marked(
        letters=letters_wrong(truth, answer.text),
        words=words_wrong(truth, answer.text),
        fields=fields_exact(truth.fields, answer.fields),
        upright=None if answer.turned is None else answer.turned == truth.turned,
        empty=not answer.text.strip(),
        seconds=answer.seconds,
    )


def mean(rates: Iterable[Rate]) -> float:
    """The mean of the pages' rates in percent: each page counts alike, and none for more than all of its letters."""
    values = [min(rate.percent, 100.0) for rate in rates]
    return sum(values) / len(values) if values else 0.0


def grouped(results: Sequence[Result], key: Callable[[Result], str]) -> dict[str, list[Result]]:
    """Results by a word of theirs, in the order of the words."""
    parts: dict[str, list[Result]] = {}
    for result in results:
        parts.setdefault(key(result), []).append(result)
    return dict(sorted(parts.items()))


def row(label: str, results: Sequence[Result], readers: Sequence[str]) -> str:
    """One line: letters wrong (words wrong) of each reader in percent, and how many times fewer ours has."""
    parts = [f"{label:<16}{len(results):>4}"]
    rates = {name: mean(result.marks[name].letters for result in results) for name in readers}
    for name in readers:
        parts.append(f"{rates[name]:8.2f} ({mean(result.marks[name].words for result in results):6.2f})")
    if OURS in rates:
        parts += [f"{rates[name] / max(rates[OURS], 0.01):7.1f}x" for name in readers if name != OURS]
    return " ".join(parts)


def pooled(results: Iterable[Result], reader: str) -> float:
    """The rate over the letters of all pages together, in percent: a long page counts more."""
    return sum((result.marks[reader].letters for result in results), Rate(0, 0)).percent


def table(results: Sequence[Result], readers: Sequence[str]) -> list[str]:
    """All pages, then by group, kind and wear."""
    head = f"{'CER (WER) %':<16}{'n':>4} " + " ".join(f"{name:>17}" for name in readers)
    lines = [head, row("all", results, readers)]
    lines.append(f"{'letters together':<20} " + " ".join(f"{pooled(results, name):8.2f}         " for name in readers))
    for key in (lambda result: result.truth.group, lambda result: result.truth.kind, lambda result: result.truth.wear):
        lines.append("")
        lines += [row(word, part, readers) for word, part in grouped(results, key).items()]
    return lines


def worse_than_plain(results: Sequence[Result]) -> list[str]:
    """Text pages on which ours is worse than plain Tesseract by more than `ALLOWED` points, the worst first."""
    told = []
    for result in results:
        ours, plain = (result.marks[name].letters.percent for name in (OURS, PLAIN))
        if result.truth.group == TEXT and ours - plain > ALLOWED:
            told.append((ours - plain, f"{result.name}: {ours:.2f} against {plain:.2f}"))
    return [line for _, line in sorted(told, reverse=True)]


def fields_line(results: Sequence[Result], reader: str) -> list[str]:
    """How many fields a reader has exactly, all and by name."""
    hits: dict[str, list[bool]] = {}
    for result in results:
        for name, exact in result.marks[reader].fields.items():
            hits.setdefault(name, []).append(exact)
    every = [exact for values in hits.values() for exact in values]
    named = ", ".join(f"{name} {sum(values)}/{len(values)}" for name, values in sorted(hits.items()))
    return [f"fields exact: {sum(every)}/{len(every)} = {100 * sum(every) / max(len(every), 1):.1f} %", f"  {named}"]


def empties(results: Sequence[Result], readers: Sequence[str]) -> list[str]:
    """Pages that a reader gave back without a word."""
    return [
        f"empty, {name}: " + (", ".join(result.name for result in results if result.marks[name].empty) or "none")
        for name in readers
    ]


def turns(results: Sequence[Result]) -> list[str]:
    """How many pages the product turned rightly, and which it did not; upright pages that it turned stand first."""
    judged = [result for result in results if result.marks[OURS].upright is not None]
    wrong = [result for result in judged if not result.marks[OURS].upright]
    wrong.sort(key=lambda result: (result.truth.turned != 0, result.name))
    flipped = sum(result.truth.turned == 0 for result in wrong)
    line = f"orientation right: {len(judged) - len(wrong)}/{len(judged)}; upright pages turned: {flipped}"
    return [line, *[f"  wrong: {result.name}" for result in wrong]]
