"""The kinds of pages by name, and which of them are drawn across wide paper."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.scanned import forms, grids, letters
from tests.scanned.held_out import HELD_OUT
from tests.scanned.typesetting import Sheet

KINDS: dict[str, Callable[[Random], Sheet]] = {
    "cong-van": letters.letter,
    "quyet-dinh": letters.decision,
    "tieu-chi": grids.criteria,
    "ke-hoach": letters.plan,
    "bang-diem": grids.marks,
    "bien-ban": letters.minutes,
    "danh-sach": grids.students,
    "bao-cao": letters.report,
    "phieu": forms.form,
    "van-xuoi": letters.running,
    "minh-chung": grids.evidence,
    "chu-thich": letters.footnoted,
    "bang-ngang": grids.merged,
    "dau-do": letters.sealed_letter,
    "bang-ho": grids.open_sided,
    "ban-tin": letters.small_print,
    "bao-cao-bang": grids.report_with_table,
    "hai-cot": letters.two_columns,
    "giay-chung-nhan": letters.certificate,
}
"""Text and tables alternate, so that any stretch of the list holds both."""

LANDSCAPE: dict[str, Callable[[Random], Sheet]] = {
    "bang-ngang": grids.merged,
    "minh-chung": lambda rng: grids.evidence(rng, landscape=True),
    "bang-diem": lambda rng: grids.marks(rng, landscape=True),
    "danh-sach": lambda rng: grids.students(rng, landscape=True),
    "tieu-chi": lambda rng: grids.criteria(rng, landscape=True),
}
"""Tables drawn on wide paper, which scanners take in sideways."""

PORTRAIT_TEXT = ("van-xuoi", "ke-hoach", "bao-cao", "cong-van", "quyet-dinh", "chu-thich", "ban-tin")
"""Kinds that lie side by side on a sheet of two pages."""


def draw(kind: str, rng: Random) -> Sheet:
    """One clean page of a kind, of a held-out one too."""
    return (KINDS | HELD_OUT)[kind](rng)
