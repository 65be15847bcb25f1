"""Sentences of a criterion as they were typed, with their evidence codes, as runs and paragraphs of a paper."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.assessment.domain import self_assessment_facts as sf
from shared.papers.model import Code, Missing, Paragraph, Run, Runs, Style, Text


def sentence(written: sf.Sentence) -> Runs:
    """Return a sentence as it was typed, its codes kept from breaking."""
    if not written.codes:
        return (Text(written.text),)
    named = "|".join(re.escape(code) for code in sorted(written.codes, key=len, reverse=True))
    runs: list[Run] = []
    for number, part in enumerate(re.split(rf"({named})", written.text)):
        if part:
            runs.append(Code(part) if number % 2 else Text(part))
    return tuple(runs)


def paragraphs(sentences: Sequence[sf.Sentence], style: Style = Style.BODY) -> list[Paragraph]:
    """Return written sentences in the paragraphs in which they were typed."""
    found: list[list[Run]] = []
    for written in sentences:
        if written.starts_paragraph or not found:
            found.append([])
        else:
            found[-1].append(Text(" "))
        found[-1] += sentence(written)
    return [Paragraph(tuple(runs), style) for runs in found] or [Paragraph((Missing(),), style)]
