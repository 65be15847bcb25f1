"""Texts that people typed, as they are stored: trimmed, in one Unicode form, no longer than allowed."""

from __future__ import annotations

import re
from typing import TypeVar

from services.assessment.errors import NoSuchCycle, NoSuchSchool
from shared.problems import BadRequest
from shared.text import is_school_year
from shared.typed_texts import typed_text
from shared.vocabulary.ids import CommuneCode, CycleId, SchoolCode

Code = TypeVar("Code", CommuneCode, SchoolCode)

LONGEST_NUMBER = 120
"""Characters of a decision's number; the longest ones seen have thirty."""

_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,22}[A-Z0-9])")


def checked_code(text: Code) -> Code:
    """Return the code of a commune or a school; raises BadRequest."""
    if not _CODE.fullmatch(text):
        raise BadRequest("Mã gồm 2 đến 24 chữ cái A–Z, chữ số và dấu “-” ở giữa.", path="$.code")
    return text


def checked_name(text: str, what: str) -> str:
    """Return a name in one line; raises BadRequest for an empty one. `what` is what a person calls the field."""
    clean = " ".join(typed_text(text, what).split())
    if not clean:
        raise BadRequest(f"Chưa nhập {what}.")
    return clean


def checked_number(text: str) -> str:
    """Return the number of a decision in one line; raises BadRequest for none, or one that is too long."""
    number = " ".join(typed_text(text, "số quyết định").split())
    if not number or len(number) > LONGEST_NUMBER:
        raise BadRequest(f"Số quyết định dài từ 1 đến {LONGEST_NUMBER} chữ. Chưa ghi gì.", path="$.number")
    return number


def checked_year(text: str, path: str = "$.year") -> str:
    """Return a school year such as 2026-2027; raises BadRequest."""
    if not is_school_year(text):
        raise BadRequest(f"Năm học “{text}” không đúng. Ghi như 2026-2027.", path=path)
    return text


def no_school(code: SchoolCode) -> NoSuchSchool:
    """Return the refusal that the log knows no such school."""
    return NoSuchSchool(f"Không có trường mã {code}, hoặc đến thời điểm này nhật ký chưa biết.", school=code)


def no_cycle(school: SchoolCode, cycle: CycleId) -> NoSuchCycle:
    """Return the refusal that the log knows no such cycle of a school."""
    named = f" “{cycle}”" if cycle else ""
    return NoSuchCycle(f"Đến thời điểm này trường {school} chưa mở đợt tự đánh giá{named}.", cycle=cycle)
