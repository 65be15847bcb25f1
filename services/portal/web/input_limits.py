"""The bounds of everything that comes from outside: one place for path, query, form and JSON, of pages and REST API."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from werkzeug.routing import IntegerConverter

from shared.problems import BadRequest, NotFound

LONGEST_STRING = 20_000
LONGEST_LIST = 1_000
LONGEST_QUERY = 512
LONGEST_PLACE = 512
LONGEST_ADDRESS = 4_096
DEEPEST = 16
LARGEST_INTEGER = 2**62
LARGEST_COUNT = 10**15
"""Larger than any position, page or number of days that a page asks for, and small enough to be multiplied."""

_WHOLE = re.compile(r"[0-9]{1,15}\Z")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class BoundedInteger(IntegerConverter):
    """A number in a path: ASCII digits, few enough for every database; anything else is an address that does not exist."""

    regex = "[0-9]{1,18}"


def text(value: str, path: str, longest: int = LONGEST_STRING) -> str:
    """Return a text in NFC.

    Raises BadRequest when it is too long, or holds a NUL or half a character, which no database and no document keeps.
    """
    if len(value) > longest:
        raise BadRequest(f"Đoạn chữ dài quá {longest} ký tự.", path=_named(path), maximum=longest)
    if value.isascii() and "\x00" not in value:
        return value
    if _UNUSABLE.search(value):
        raise BadRequest("Đoạn chữ chứa ký tự không dùng được.", path=_named(path))
    return unicodedata.normalize("NFC", value)


def line(value: str, path: str, longest: int) -> str:
    """Return a text of one line in NFC; raises BadRequest as `text` does, and for any control character."""
    if _CONTROL.search(value):
        raise BadRequest("Địa chỉ chứa ký tự không dùng được. Mở lại từ trang trước.", path=_named(path))
    return text(value, path, longest)


def place(value: Any) -> Any:
    """Return what stands in a path, in NFC.

    Raises NotFound where no name is so long, BadRequest for control characters.
    """
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_PLACE:
        raise NotFound("Không có trang ở địa chỉ này.")
    return line(value, "$", LONGEST_PLACE)


def whole(value: str, default: int, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`, else the default: what stands in an address is typed, cut and guessed."""
    number = int(value) if _WHOLE.match(value) else -1
    return number if low <= number <= high else default


def check_query(given: Iterable[tuple[str, str]]) -> None:
    """Check every parameter of a query.

    Raises BadRequest for what no page and no route could take.
    """
    for name, value in given:
        line(name, name, LONGEST_QUERY)
        line(value, name, LONGEST_ADDRESS)


def check_form(given: Iterable[tuple[str, str]]) -> None:
    """Check every field of a form.

    Raises BadRequest for what no page could take.
    """
    for name, value in given:
        line(name, name, LONGEST_QUERY)
        text(value, name)


def tree(value: Any, path: str, depth: int = 0) -> Any:
    """Return a JSON value with its texts in NFC; raises BadRequest for what is too long, too deep, too large or unusable."""
    if depth > DEEPEST:
        raise BadRequest("Nội dung lồng quá sâu.", path=path)
    if isinstance(value, str):
        return text(value, path)
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise BadRequest(f"Số ở mục {path} quá lớn. Chưa có gì thay đổi.", path=path, maximum=LARGEST_INTEGER)
    if isinstance(value, list | dict) and len(value) > LONGEST_LIST:
        raise BadRequest(f"Danh sách dài quá {LONGEST_LIST} mục.", path=path, maximum=LONGEST_LIST)
    if isinstance(value, list):
        return [tree(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)]
    if isinstance(value, dict):
        return {text(key, path): tree(item, f"{path}.{key}"[:200], depth + 1) for key, item in value.items()}
    return value


def _named(path: str) -> str:
    """Return a parameter's name as it may be answered: a hostile one is not sent back whole."""
    return _CONTROL.sub("?", path)[:200]
