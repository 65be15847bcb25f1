"""The references say the same whichever Python writes them: 3.13 strips docstrings of indentation, 3.11 keeps it."""

from __future__ import annotations

import enum
import inspect
import textwrap

import msgspec
import pytest

from deploy.docs import documents
from services.portal.api.routes import description
from shared.rulebook.document import RulebookDocument
from shared.schemas import schema


def ours(base: type) -> set[type]:
    """Every class of ours below a base."""
    below = {deeper for kind in base.__subclasses__() for deeper in {kind, *ours(kind)}}
    return {kind for kind in below if kind.__module__.startswith(("services.", "shared.", "deploy."))}


def as_in_3_11(doc: str) -> str:
    first, _, rest = inspect.cleandoc(doc).partition("\n")
    return f"{first}\n{textwrap.indent(rest, '    ')}\n    " if rest else doc


def as_in_3_13(doc: str) -> str:
    return inspect.cleandoc(doc) + ("\n" if "\n" in doc else "")


def written_by(monkeypatch, spell) -> dict[str, object]:
    changed = 0
    with monkeypatch.context() as patch:
        for kind in ours(msgspec.Struct) | ours(enum.Enum):
            if (doc := kind.__dict__.get("__doc__")) and "\n" in doc:
                patch.setattr(kind, "__doc__", spell(doc))
                changed += 1
        description.cache_clear()
        written = {path.name: text for path, text in documents().items()} | {"rulebook": schema(RulebookDocument)}
    description.cache_clear()
    assert changed
    return written


def descriptions(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["description"]] if isinstance(value.get("description"), str) else []
        return own + [text for part in value.values() for text in descriptions(part)]
    return [text for part in value for text in descriptions(part)] if isinstance(value, list) else []


def test_the_references_do_not_tell_which_python_wrote_them(monkeypatch) -> None:
    assert written_by(monkeypatch, as_in_3_11) == written_by(monkeypatch, as_in_3_13)


def test_no_description_of_a_type_carries_the_indentation_of_its_source() -> None:
    found = descriptions(description()) + descriptions(schema(RulebookDocument))

    assert any("\n" in text for text in found), "nothing to look at"
    assert [text for text in found if text != inspect.cleandoc(text)] == []


@pytest.mark.parametrize("spell", [as_in_3_11, as_in_3_13])
def test_what_a_type_means_reads_as_written(monkeypatch, spell) -> None:
    class Told(msgspec.Struct):
        """One line.

        And more:
          - with a step in
        """

        number: int

    monkeypatch.setattr(Told, "__doc__", spell(Told.__doc__))

    assert schema(Told)["$defs"]["Told"]["description"] == "One line.\n\nAnd more:\n  - with a step in"
