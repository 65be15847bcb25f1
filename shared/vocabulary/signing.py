"""In whose place somebody signs: what stands before the office of whoever signs a paper (NĐ 30/2020, Phụ lục I mục II.7)."""

from __future__ import annotations

import enum


class SigningAs(enum.StrEnum):
    """How a holder of an office signs: as the one who heads it, or in the place of that one."""

    ITSELF = "chinh"
    """As the head of the office, in the name of the collective where there is one."""
    FOR_THE_HEAD = "ky_thay"
    """As a deputy in the head's place: KT."""
    BY_MANDATE = "thua_uy_quyen"
    """By written mandate of the head: TUQ."""
    BY_ORDER = "thua_lenh"
    """By order of the head: TL."""
