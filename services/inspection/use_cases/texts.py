"""Texts that people typed, as they are stored, and ids of visits, as they are looked for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from services.inspection.errors import NoSuchInspection
from shared.problems import BadRequest, Problem
from shared.typed_texts import typed_text

MOST_SITES = 50
LONGEST_SITE = 200
"""Characters: the name of a campus, or the way to it."""


def visit_stream(inspection: str) -> uuid.UUID:
    """Return the stream of a visit; raises NoSuchInspection for what cannot be one."""
    try:
        return uuid.UUID(inspection)
    except ValueError:
        raise no_inspection(inspection) from None


def no_inspection(inspection: str) -> NoSuchInspection:
    """Return the refusal that the school has no such visit."""
    return NoSuchInspection("Trường này không có đợt kiểm tra ấy. Chọn trong danh sách.", inspection=inspection)


def one_line(text: str, what: str) -> str:
    """Return a text on one line; raises BadRequest for one too long."""
    return " ".join(typed_text(text, what).split())


def site_names(sites: Sequence[str]) -> tuple[str, ...]:
    """Return places of the school as they are stored, each once; raises BadRequest."""
    named = tuple(dict.fromkeys(one_line(site, "điểm trường") for site in sites))
    if len(sites) > MOST_SITES or any(not site or len(site) > LONGEST_SITE for site in named):
        raise BadRequest(
            f"Nhiều nhất {MOST_SITES} điểm trường, mỗi tên 1 đến {LONGEST_SITE} ký tự. Chưa ghi gì.", path="$.sites"
        )
    return named


@contextmanager
def naming(who: str, **data: str) -> Iterator[None]:
    """Let a refusal that is raised within say first whom of many it is about; `data` tells programs."""
    try:
        yield
    except Problem as problem:
        problem.detail = f"{who}: {problem.detail}"
        problem.args = (problem.detail,)
        problem.data |= data
        raise


def require_person_id(person: str, path: str) -> None:
    """Raise BadRequest for what is no id of a person: a name must not come into the log."""
    try:
        uuid.UUID(person)
    except ValueError:
        raise BadRequest("Mã người không đúng dạng. Chưa ghi gì. Chọn người trong danh sách.", path=path) from None
