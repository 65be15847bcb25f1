"""What a route of the REST API is: where it lies, whom it asks, what it takes and answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from shared.contracts.calls import Call

PUBLIC = "public"
"""Instead of an operation: anyone may ask."""

SIGNED_IN = "signed-in"
"""Instead of an operation: anyone with a session or a token may ask."""

CONTENT = "content"
"""The field of a request that the bytes of a file fill."""

_PLACE = re.compile(r"\{(\w+)\}")


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One route. `operation` is a key of permissions.RULES, PUBLIC or SIGNED_IN.

    `renames` says which field of the request a name in the path or query fills (``{"q": "query"}``). `files` are the media
    types of a route that takes a file as it is: its bytes fill the field `content`, the query the others.
    """

    method: str
    path: str
    operation: str
    summary: str
    request: type[Call]
    answer: Any
    serve: Callable[[Any], Any]
    renames: Mapping[str, str] = {}
    files: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Return the names in the path, in order."""
        return tuple(_PLACE.findall(self.path))

    @property
    def has_body(self) -> bool:
        """Say whether the request has a body: JSON, or a file (else it is the query)."""
        return self.method in {"POST", "PUT"} or (self.method == "DELETE" and bool(self.body_fields))

    @property
    def body_fields(self) -> tuple[str, ...]:
        """Return the fields of the request that neither the path nor a file fills."""
        placed = {self.renames.get(name, name) for name in self.places} | ({CONTENT} if self.files else set())
        return tuple(field.name for field in msgspec.structs.fields(self.request) if field.name not in placed)

    @property
    def name(self) -> str:
        """Return the endpoint's name, which is also the OpenAPI operationId."""
        words = re.sub(r"[{}]", "", self.path).strip("/").replace("/", "_").replace("-", "_").replace(".", "_")
        return f"{self.method.lower()}_{words}"
