"""Reading what a form sent, and going on after it: every text in NFC, every answer to a form a redirect."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from services.portal.web import input_limits
from services.portal.web.input_limits import LONGEST_STRING
from shared.problems import BadRequest, Problem
from shared.text import parse_date
from shared.vocabulary.ids import BEGINNING, Position

MOST_DIGITS = 15
_BETWEEN_THOUSANDS = re.compile(r"[.\s]")
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}([.\s][0-9]{3})+")
"""How people write a number of đồng: 1500000, 1.500.000 or 1 500 000; 1,5 and 1.5 say something else."""


def text(name: str) -> str:
    """Return a field of the form, trimmed and in NFC; line ends are one character."""
    value = request.form.get(name, "").replace("\r\n", "\n").strip()
    if len(value) > LONGEST_STRING:
        raise BadRequest(f"Ô này dài {len(value)} ký tự, giới hạn {LONGEST_STRING}. Chưa ghi gì.", path=name)
    return input_limits.text(value, name)


def several(name: str) -> list[str]:
    """Return every value of a field that may be chosen more than once, each once, in the form's order."""
    return [input_limits.text(value, name) for value in dict.fromkeys(request.form.getlist(name)) if value]


def names() -> list[str]:
    """Return the names of the form's fields."""
    return list(request.form)


def required(name: str, label: str) -> str:
    """Return a field that may not be empty; `label` names it in the error. Raises BadRequest."""
    value = text(name)
    if not value:
        raise BadRequest(f"Thiếu {label}. Chưa ghi gì.", path=name)
    return value


def whole(name: str) -> int:
    """Return a field as a whole number, 0 when empty; dots or spaces may set its thousands apart. Raises BadRequest."""
    value = text(name)
    if not value:
        return 0
    digits = _BETWEEN_THOUSANDS.sub("", value)
    if not _WHOLE.fullmatch(value) or len(digits) > MOST_DIGITS:
        raise BadRequest(f"“{value[:20]}” không phải là số nguyên, như 1.500.000. Chưa ghi gì.", path=name)
    return int(digits)


def date(name: str) -> dt.date | None:
    """Return a field as a date, None when empty. Raises Problem ngay-sai."""
    value = text(name)
    return parse_date(value) if value else None


def go(path: str, done: Position = BEGINNING) -> Response:
    """Go on to a page after a form was carried out; `done` is the position that the page tells."""
    mark = f"{'&' if '?' in path else '?'}xong={done}" if done else ""
    return redirect(path + mark, 303)


def go_told(path: str, **told: str) -> Response:
    """Go on to a page after a form was carried out; `told` says to the page what was done (``da_thu`` is ``da-thu``)."""
    return redirect(f"{path}?{urlencode({name.replace('_', '-'): value for name, value in told.items()})}", 303)


class FormRefused(Exception):
    """Carries a problem to the page that shows the form again."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem
