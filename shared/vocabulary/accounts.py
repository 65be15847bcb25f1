"""The states of accounts and tokens."""

from __future__ import annotations

import enum


class AccountState(enum.StrEnum):
    """Where an account stands."""

    INVITED = "da_moi"
    OPEN = "dang_dung"
    CLOSED = "da_dong"


class TokenState(enum.StrEnum):
    """Where a program's token stands."""

    ACTIVE = "con_hieu_luc"
    EXPIRED = "het_han"
    REVOKED = "thu_hoi"
