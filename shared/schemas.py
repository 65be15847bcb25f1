"""JSON Schemas of our types, the same from every Python: the one way in which msgspec is asked for them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec


def schema_components(kinds: Iterable[Any], *, ref_template: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the schemas of several types and the components they share, as `msgspec.json.schema_components` does."""
    shapes, components = msgspec.json.schema_components(kinds, ref_template=ref_template)
    return tuple(_tidied(shape) for shape in shapes), _tidied(components)


def schema(kind: Any) -> dict[str, Any]:
    """Return one type's schema with all it needs, as `msgspec.json.schema` does."""
    tidied: dict[str, Any] = _tidied(msgspec.json.schema(kind))
    return tidied


def _tidied(value: Any) -> Any:
    # Python 3.13 takes the indentation off docstrings when it compiles, earlier ones leave it there, and msgspec hands on
    # what it finds: without this a reference would say which Python wrote it.
    if isinstance(value, dict):
        return {
            key: inspect.cleandoc(part) if key == "description" and isinstance(part, str) else _tidied(part)
            for key, part in value.items()
        }
    return [_tidied(part) for part in value] if isinstance(value, list) else value
