"""From an HTTP request to a typed one: limits first, then path, query and body merged; nothing unknown passes.

Home-made, for msgspec converts and checks; Flask's extensions that read requests know no msgspec structs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar, get_origin

import msgspec

from services.portal.web.input_limits import LARGEST_INTEGER, LONGEST_QUERY, tree
from shared.contracts.calls import Call
from shared.problems import BadRequest

C = TypeVar("C", bound=Call)

_JSON: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)  # 84.96 is not 85, and not 84.9599999
_UNKNOWN_FIELD = re.compile(r"unknown field `(.*)`")
_NUMBER = re.compile(r"[0-9]{1,15}")
_MISSING_FIELD = re.compile(r"missing required field `(.*)`")


def from_body(kind: type[C], body: bytes, place: Mapping[str, str]) -> C:
    """Return the request that a JSON body and the address describe; what the address names may be repeated in the body.

    Raises BadRequest with the `path` of what is wrong.
    """
    values = _object(body)
    for name, text in place.items():
        value = int(text) if name in _numbers(kind) and _NUMBER.fullmatch(str(text)) else text
        if name in values and values[name] != value:
            raise BadRequest("Nội dung nói khác địa chỉ. Chưa có gì thay đổi.", path=f"$.{name}", expected=value)
        values[name] = tree(value, f"$.{name}")
    return _convert(kind, values, strict=True)


def from_query(
    kind: type[C], query: Iterable[tuple[str, list[str]]], place: Mapping[str, Any], renames: Mapping[str, str]
) -> C:
    """Return the request that the address and its query describe; an empty parameter counts as left out.

    Raises BadRequest with the `path` of what is wrong, a query parameter by its name in the address.
    """
    lists = _fields(kind)
    values: dict[str, Any] = {}
    for name, texts in query:
        field = renames.get(name, name)
        wanted = [text for text in texts if text]
        if field not in lists or field in place or (field == name and name in renames.values()):
            raise BadRequest(f"Không có tham số {name} ở địa chỉ này.", path=name)
        if not wanted:
            continue
        values[field] = _several(wanted) if lists[field] else _single(name, wanted)
    backwards = {field: name for name, field in renames.items()}
    return _convert(kind, tree({**values, **place}, "$"), strict=False, names=backwards)


@functools.cache
def _fields(kind: type[Call]) -> Mapping[str, bool]:
    """Return a request's fields, and of each whether it is a list. Kept: msgspec reads the annotations anew each time."""
    return {field.name: get_origin(field.type) is list for field in msgspec.structs.fields(kind)}


@functools.cache
def _numbers(kind: type[Call]) -> frozenset[str]:
    """Return the fields of a request that are whole numbers: an address can only name them as text."""
    return frozenset(field.name for field in msgspec.structs.fields(kind) if field.type is int)


def _single(name: str, wanted: list[str]) -> str:
    if len(wanted) > 1 or len(wanted[0]) > LONGEST_QUERY:
        raise BadRequest(f"Tham số {name} chỉ nhận một giá trị, dài tối đa {LONGEST_QUERY} ký tự.", path=name)
    return wanted[0]


def _several(wanted: list[str]) -> list[str]:
    return [part for text in wanted for part in text.split(",") if part]


def _object(body: bytes) -> dict[str, Any]:
    try:
        values = _JSON.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest("Nội dung không phải JSON. Chưa có gì thay đổi.", path="$", expected="JSON object") from error
    if not isinstance(values, dict):
        raise BadRequest("Nội dung phải là một đối tượng JSON. Chưa có gì thay đổi.", path="$", expected="JSON object")
    bounded: dict[str, Any] = tree(values, "$")
    return bounded


def _convert(kind: type[C], values: dict[str, Any], *, strict: bool, names: Mapping[str, str] | None = None) -> C:
    try:
        contract = msgspec.convert(values, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _wrong(str(error), names or {}) from error
    for field in _fields(kind):
        value = getattr(contract, field)
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            path = (names or {}).get(field, f"$.{field}")
            raise BadRequest(f"Số ở mục {path} quá lớn. Chưa có gì thay đổi.", path=path, maximum=LARGEST_INTEGER)
    return contract


def _wrong(message: str, names: Mapping[str, str]) -> BadRequest:
    expected, _, place = message.partition(" - at `")
    path = place.rstrip("`") or "$"
    named = _UNKNOWN_FIELD.search(expected) or _MISSING_FIELD.search(expected)
    if named:
        path = f"{path}.{named.group(1)}"
    field = path.removeprefix("$.")
    path = names.get(field, path)
    if _UNKNOWN_FIELD.search(expected):
        return BadRequest(f"Không có mục {path} trong yêu cầu này. Chưa có gì thay đổi.", path=path, expected=expected)
    if _MISSING_FIELD.search(expected):
        return BadRequest(f"Thiếu mục {path}. Chưa có gì thay đổi.", path=path, expected=expected)
    if expected == "Invalid RFC3339 encoded date":
        return BadRequest(
            f"Mục {path} cần một ngày có trong lịch, dạng YYYY-MM-DD, như 2026-06-30. Chưa có gì thay đổi.",
            path=path,
            expected="YYYY-MM-DD",
        )
    return BadRequest(f"Mục {path} không đúng dạng. Chưa có gì thay đổi.", path=path, expected=expected)
