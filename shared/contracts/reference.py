"""Writes the reference of public events from the contracts: AsyncAPI 3.0 for programs, a page for people.

python -m shared.contracts.reference docs/reference
"""

from __future__ import annotations

import datetime as dt
import enum
import inspect
import json
import sys
import typing
from pathlib import Path
from typing import Any

import msgspec

from shared.contracts.events.base import EXCHANGE, CloudEvent, PublicEvent, envelope
from shared.contracts.events.catalogue import public_events
from shared.schemas import schema_components
from shared.vocabulary.ids import Position

_REF = "#/components/schemas/{name}"

_SAMPLES: dict[str, Any] = {
    "school": "TH-BC01",
    "person": "0198f2c4-7b22-7e11-8c40-9d2f6a1b3c58",
    "school_name": "Trường Tiểu học Bản Chuông",
    "commune": "NL01",
    "name": "Nậm Lam",
    "kind": "tieu_hoc",
    "document": "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52",
    "paper": "JBSWY3DPEHPK3PXPABCD",
    "subject": "1.4",
    "known_at": 341,
    "cycle": "2026-2027",
    "year": "2026-2027",
    "school_year": "2025-2026",
    "figures": [{"figure": "PT.2.2.Q03", "numerator": "18", "denominator": "20", "unit": "%"}],
    "rulebook": "v2026_tt57/pho_thong",
    "digest": "0" * 64,
    "criterion": "1.3",
    "indicator": "-",
    "layer": "school",
    "part": "tieu_hoc",
    "result": "met",
    "code": "MC.1.3.01",
    "gaps": [{"kind": "no_evidence", "criterion": "1.3", "level": 1, "indicator": "-"}],
    "number": "118/QĐ-SGDĐT",
    "sha256": "0" * 64,
    "text_sha256": "0" * 64,
    "media_type": "application/pdf",
    "role": "van_thu",
    "scope_kind": "truong",
    "scope": "TH-BC01",
    "language": "vie",
    "engine": "tesseract",
    "engine_version": "5.3.0",
}


def sample(kind: type[PublicEvent]) -> PublicEvent:
    """Return an invented event of a kind, valid by its own schema."""
    hints = typing.get_type_hints(kind)
    values = {
        field.name: _value(field.name, hints[field.name])
        for field in msgspec.structs.fields(kind)
        if field.required or _plain(field)
    }
    return msgspec.convert(msgspec.to_builtins(values), kind)


def _plain(field: msgspec.structs.FieldInfo) -> bool:
    return field.name in _SAMPLES


def _value(name: str, hint: Any) -> Any:
    if msgspec.UnsetType in typing.get_args(hint):
        (hint,) = (kind for kind in typing.get_args(hint) if kind is not msgspec.UnsetType)
    if (
        isinstance(hint, type)
        and issubclass(hint, enum.Enum)
        and _SAMPLES.get(name) not in {member.value for member in hint}
    ):
        return next(iter(hint)).value
    if name in _SAMPLES and not (hint is int and isinstance(_SAMPLES[name], str)):
        return _SAMPLES[name]
    if typing.get_origin(hint) in {list, tuple}:
        return []
    by_type: dict[Any, Any] = {
        int: 1,
        bool: True,
        dict: {},
        dt.date: dt.date(2026, 11, 20),
        dt.datetime: dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC),
    }
    # An id or a position is sampled as what it is written as.
    written_as = getattr(hint, "__supertype__", hint)
    return by_type.get(typing.get_origin(written_as) or written_as, name)


def sample_envelope(kind: type[PublicEvent]) -> CloudEvent:
    """Return an invented event in its envelope."""
    moment = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
    return envelope(
        installation="vi-du",
        data=sample(kind),
        sequence=Position(41),
        subject="TH-BC01",
        occurred=moment,
        recorded=moment,
        correlation="0198f2c4-7a10-7c55-8a01-5b0c4d1e2f30",
        cause="",
    )


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 description of everything published on the exchange."""
    kinds = public_events()
    (envelope_schema,), envelope_parts = schema_components([CloudEvent], ref_template=_REF)
    schemas, parts = schema_components(kinds, ref_template=_REF)
    messages = {kind.__name__: _message(kind, schema) for kind, schema in zip(kinds, schemas, strict=True)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "kiemdinh: public events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0, structured, on one durable topic exchange; `sequence` is dense per source.",
        },
        "channels": {
            kind.__name__: {
                "address": kind.type(),
                "messages": {kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"}},
                "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": EXCHANGE, "type": "topic", "durable": True}}},
            }
            for kind in kinds
        },
        "operations": {
            f"publish{kind.__name__}": {"action": "send", "channel": {"$ref": f"#/channels/{kind.__name__}"}}
            for kind in kinds
        },
        "components": {"messages": messages, "schemas": {**envelope_parts, **parts, "Envelope": envelope_schema}},
    }


def _message(kind: type[PublicEvent], schema: dict[str, Any]) -> dict[str, Any]:
    typed = {"type": "object", "properties": {"type": {"const": kind.type()}, "data": schema}}
    return {
        "name": kind.type(),
        "contentType": "application/cloudevents+json",
        "summary": inspect.cleandoc(kind.__doc__ or "").splitlines()[0],
        "payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, typed]},
        "examples": [{"payload": json.loads(msgspec.json.encode(sample_envelope(kind)))}],
    }


def page() -> str:
    """Return the page of public events for people."""
    lines = [
        "# Public events",
        "",
        "Generated from `shared/contracts` by `make docs`. Every event is a CloudEvent 1.0; the routing key on the exchange",
        f"`{EXCHANGE}` is its `type`. `sequence` is dense for each `source`; `position` is its place in the HTTP feed,",
        "and 0 on the bus, which knows no such place.",
        "",
        "**Order.** The HTTP feed has the events of each source in the order of `sequence`, without gap or repetition. A",
        "webhook gets those it asked for in the same order, some perhaps twice (same id); one that its receiver refuses",
        "for 34 hours is skipped. On RabbitMQ a queue gets them in that order too, but a publisher or a reader that was",
        "interrupted makes some come again: apply an event only if its `sequence` is the next of its source, and ask the",
        "feed when one is missing.",
        "",
    ]
    for kind in public_events():
        lines += [f"## `{kind.type()}`", "", inspect.cleandoc(kind.__doc__ or ""), "", "```json"]
        lines += [json.dumps(json.loads(msgspec.json.encode(sample(kind))), ensure_ascii=False, indent=2), "```", ""]
    return "\n".join(lines)


def documents() -> dict[str, str]:
    """Return file name → content of the generated references."""
    return {"asyncapi.json": json.dumps(asyncapi(), ensure_ascii=False, indent=2) + "\n", "events.md": page()}


def main(folder: Path) -> None:
    """Write the references into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents().items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
