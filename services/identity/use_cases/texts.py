"""Texts that people typed, and ids that programs sent, as they are used: in one form, or refused."""

from __future__ import annotations

import uuid

from shared.problems import BadRequest, NotFound
from shared.text import nfc

_LONGEST_NAME = 120


def normal_login(login: str) -> str:
    """Return a login as it is kept and looked for."""
    return nfc(login).strip().lower()


def checked_name(text: str, path: str, *, what: str = "Tên") -> str:
    """Return a name (or `what` else people are called) in one line; raises BadRequest for one that is empty or too long."""
    name = " ".join(nfc(text).split())
    if not name or len(name) > _LONGEST_NAME:
        raise BadRequest(f"{what} cần từ 1 đến {_LONGEST_NAME} ký tự.", path=path)
    return name


def account_id(account: str) -> uuid.UUID:
    """Return the stream of an account; raises NotFound for what cannot be one."""
    return checked_uuid(account, "Không có tài khoản này.")


def checked_uuid(text: str, missing: str) -> uuid.UUID:
    """Return an id; raises NotFound, saying `missing`, for what cannot be one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound(missing) from None
