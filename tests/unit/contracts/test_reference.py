"""The references on disk are what the contracts say, and every sample obeys its own schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from shared.contracts.events.base import PublicEvent, from_json, to_json
from shared.contracts.events.catalogue import public_events
from shared.contracts.reference import asyncapi, documents, sample, sample_envelope

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", public_events(), ids=lambda kind: kind.type())
def test_a_sample_survives_the_way_over_the_bus(kind: type[PublicEvent]) -> None:
    event = sample_envelope(kind)

    received = from_json(to_json(event))

    assert to_json(received) == to_json(event)
    assert msgspec.convert(received.data, kind) == sample(kind)


@pytest.mark.parametrize("kind", public_events(), ids=lambda kind: kind.type())
def test_the_published_schema_accepts_the_sample_and_refuses_one_without_its_school_or_account(
    kind: type[PublicEvent],
) -> None:
    described = asyncapi()
    schema = {**described["components"]["messages"][kind.__name__]["payload"], "components": described["components"]}
    event = json.loads(to_json(sample_envelope(kind)))

    jsonschema.validate(event, schema)
    required = next(field.name for field in msgspec.structs.fields(kind) if field.required)
    del event["data"][required]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(event, schema)


def test_types_are_unique_and_follow_the_pattern() -> None:
    types = [kind.type() for kind in public_events()]

    assert len(set(types)) == len(types)
    assert all(name.startswith("vn.kiemdinh.") and name.endswith(".v1") for name in types)


def test_every_public_event_says_what_an_auditor_calls_it() -> None:
    labels = {kind.type(): vars(kind).get("LABEL", "") for kind in public_events()}

    assert [name for name, label in labels.items() if not label] == []
    assert len(set(labels.values())) == len(labels), "two that are called the same cannot be told apart in the journal"


@pytest.mark.parametrize("name", ["asyncapi.json", "events.md"])
def test_the_reference_in_docs_is_current(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == documents()[name], "run: make docs"
