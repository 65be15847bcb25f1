"""Types carry meaning: the name of a field in a contract or a fact says its type, so that none falls back to str or int."""

import importlib
import pkgutil
import typing

import msgspec

from shared import contracts
from shared.vocabulary import ids

CALLED = {
    "school": ids.SchoolCode,
    "commune": ids.CommuneCode,
    "cycle": ids.CycleId,
    "reopens": ids.CycleId,
    "criterion": ids.CriterionCode,
    "document": ids.DocumentId,
    "documents": ids.DocumentId,
    "copied_from_paper": ids.DocumentId,
    "inspection": ids.InspectionId,
    "based_on": ids.InspectionId,
    "recheck_of": ids.InspectionId,
    "paper": ids.PaperId,
    "digest": ids.Sha256,
    "sha256": ids.Sha256,
    "text_sha256": ids.Sha256,
    "position": ids.Position,
    "positions": ids.Position,
    "sequence": ids.Position,
    "head": ids.Position,
    "known_at": ids.Position,
    "expected": ids.Position,
    "submission": ids.Position,
    "next_after": ids.Position,
    "next_before": ids.Position,
}
"""Name of a field → the type that it, or what it holds, is declared as."""

AS_WRITTEN = "a position or a time, as people write it: the gateway tells which"
OTHERWISE = {
    "CriterionQuestion.known_at": AS_WRITTEN,
    "ExplainQuestion.known_at": AS_WRITTEN,
    "FiguresQuestion.known_at": AS_WRITTEN,
    "ProofQuestion.known_at": AS_WRITTEN,
    "StatusQuestion.known_at": AS_WRITTEN,
}
"""Fields that are called so and are something else, each with the reason."""

FACTS = tuple(f"services.{service}.domain.facts" for service in ("assessment", "evidence", "identity", "inspection"))


def structs():
    found = pkgutil.walk_packages(contracts.__path__, f"{contracts.__name__}.")
    for name in (*(module.name for module in found), *FACTS):
        for kind in vars(importlib.import_module(name)).values():
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == name:
                yield kind


def is_named(annotation, wanted):
    """Say whether what holds texts and numbers holds them under this name; what holds structs alone names them itself."""
    parts = typing.get_args(annotation)
    if parts:
        return any(is_named(part, wanted) for part in parts)
    return annotation is wanted or (isinstance(annotation, type) and issubclass(annotation, msgspec.Struct))


FIELDS = {
    f"{kind.__name__}.{name}": is_named(annotation, CALLED[name])
    for kind in structs()
    for name, annotation in typing.get_type_hints(kind).items()
    if name in CALLED
}


def test_a_field_is_of_the_type_that_its_name_says():
    assert len(FIELDS) > 300
    assert {field for field, named in FIELDS.items() if not named} == set(OTHERWISE)


def test_a_position_and_its_leaf_lead_to_each_other():
    assert ids.leaf_of(ids.Position(1)) == ids.leaf_after(ids.BEGINNING) == 0
    assert ids.position_of(ids.leaf_of(ids.Position(7))) == 7
    assert ids.next_position(ids.position_before(ids.Position(7))) == ids.last_position(ids.TreeSize(7)) == 7
