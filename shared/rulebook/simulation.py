"""What if: the same schools under a draft rulebook, and which criteria would make the difference. Nothing is recorded.

A draft is another rulebook file, or changes to one in the library. Where a draft sets other thresholds, a school's figures
speak for it: below a new threshold an indicator counts as not met; where only the old one was missed it has to be judged
again, and so counts as not assessed. Where a figure says the same to both, what was judged stands: it is never a verdict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.rulebook.derivation import ShortestPath, shortest_path
from shared.rulebook.diff import carry_over
from shared.rulebook.document import Area, CheckedCriterionCode, Decimals, LevelNumber, Node
from shared.rulebook.errors import BadInput, BrokenRulebook
from shared.rulebook.evaluator import (
    Evaluation,
    LevelResult,
    Results,
    SchoolFacts,
    blockers,
    evaluate,
    reaches_of,
    read_states,
)
from shared.rulebook.figures import Figure, PastFigures, Setting, check_figures
from shared.rulebook.loader import from_tree
from shared.rulebook.model import IndicatorKey, Rulebook
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode


class NewThreshold(Node, frozen=True, kw_only=True):
    """Another number for thresholds that are there; `areas` narrows to those that name one of them."""

    criterion: CheckedCriterionCode
    level: LevelNumber
    indicator: str
    figure: str
    value: int | Decimals
    areas: list[Area] = []


class NewSchoolLevel(Node, frozen=True, kw_only=True):
    """Other demands for a level of the school; what is left out stays."""

    mandatory: int | None = None
    others_at: int | None = None
    others_at_least: int | None = None
    rest: int | None = None


class DraftChanges(Node, frozen=True, kw_only=True):
    """Changes that make a draft of a rulebook.

    `drop` names "2.2" (a criterion), "2.2/3" (a level) or "2.2/3/a" (an indicator); `mandatory` says of criteria whether
    they are.
    """

    drop: list[str] = []
    mandatory: dict[CheckedCriterionCode, bool] = {}
    school_levels: dict[LevelNumber, NewSchoolLevel] = {}
    thresholds: list[NewThreshold] = []


class SchoolCase(msgspec.Struct, frozen=True, kw_only=True):
    """A school as it was judged under the present rulebook."""

    code: str
    results: Mapping[IndicatorKey, Result]
    name: str = ""
    facts: SchoolFacts = SchoolFacts()
    figures: Mapping[str, Figure] = {}
    past: PastFigures | None = None
    setting: Setting = Setting()


class CriterionMove(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion before and under the draft; None where it does not exist there."""

    criterion: CriterionCode
    before: LevelResult | None
    after: LevelResult | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One school before and under the draft. `by` names the criteria that make the difference or hold it back."""

    code: str
    name: str
    before: Evaluation
    after: Evaluation
    changed: bool
    by: tuple[str, ...]
    moves: tuple[CriterionMove, ...]
    path: ShortestPath
    because: tuple[str, ...]


def draft(rulebook: Rulebook, changes: DraftChanges) -> Rulebook:
    """Return a rulebook with changes made to it, under its own digest; raises BadInput where a change has no object."""
    tree: dict[str, Any] = msgspec.to_builtins(rulebook.document)
    tree["title"] = f"{tree['title']} (dự thảo)"
    for number, name in enumerate(changes.drop):
        _drop(tree, name.split("/"), f"drop[{number}]")
    for code, mandatory in changes.mandatory.items():
        _criterion(tree, code, f"mandatory.{code}")["mandatory"] = mandatory
    for level, demands in changes.school_levels.items():
        _school_level(tree, level, demands)
    for number, threshold in enumerate(changes.thresholds):
        _threshold(tree, threshold, f"thresholds[{number}]")
    tree["standards"] = [s for s in tree["standards"] if s["criteria"]]
    _retell(tree)
    _recount(tree)
    try:
        return from_tree(tree, f"dự thảo từ {rulebook.id}")
    except BrokenRulebook as error:
        raise BadInput("changes", error.detail) from error


def _all_criteria(tree: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(c for s in tree["standards"] for c in s["criteria"]), *tree["beyond_standards"]]


def _criterion(tree: dict[str, Any], code: str, path: str) -> dict[str, Any]:
    for criterion in _all_criteria(tree):
        if criterion["code"] == code:
            return criterion
    raise BadInput(path, f"{tree['id']} không có tiêu chí {code}")


def _drop(tree: dict[str, Any], name: list[str], path: str) -> None:
    criterion = _criterion(tree, name[0], path)
    if len(name) > 1:
        level = criterion["levels"].get(int(name[1])) if name[1].isdigit() else None
        if level is None:
            raise BadInput(path, f"tiêu chí {name[0]} không có Mức {name[1]}")
        if len(name) > 2 and level["indicators"].pop("/".join(name[2:]), None) is None:
            raise BadInput(path, f"tiêu chí {name[0]} Mức {name[1]} không có chỉ báo {'/'.join(name[2:])}")
        if len(name) == 2 or not level["indicators"]:
            del criterion["levels"][int(name[1])]
    if len(name) == 1 or not criterion["levels"]:
        for group in [*(s["criteria"] for s in tree["standards"]), tree["beyond_standards"]]:
            group[:] = [c for c in group if c["code"] != name[0]]


def _school_level(tree: dict[str, Any], level: int, demands: NewSchoolLevel) -> None:
    rule = tree["rules"]["school"]["levels"].get(level)
    if rule is None:
        raise BadInput(f"school_levels.{level}", f"{tree['id']} không có Mức {level}")
    for field in demands.__struct_fields__:
        value = getattr(demands, field)
        if value is not None:
            rule[field] = value


def _threshold(tree: dict[str, Any], new: NewThreshold, path: str) -> None:
    criterion = _criterion(tree, new.criterion, path)
    indicators = criterion["levels"].get(new.level, {}).get("indicators", {})
    wanted = {area.value for area in new.areas}
    thresholds = [
        t
        for t in indicators.get(new.indicator, {}).get("thresholds", [])
        if t["figure"] == new.figure and (not wanted or wanted & set(t.get("areas", [])))
    ]
    if not thresholds:
        raise BadInput(
            path, f"tiêu chí {new.criterion} Mức {new.level} {new.indicator} không có ngưỡng {new.figure} như vậy"
        )
    for threshold in thresholds:
        threshold["value"] = new.value


def _retell(tree: dict[str, Any]) -> None:
    """Say the school rules again as they now are: the printed sentence speaks of the old numbers."""
    others = sum(not c["mandatory"] for c in _all_criteria(tree))
    for rule in tree["rules"]["school"]["levels"].values():
        text = f"mọi tiêu chí bắt buộc đạt Mức {rule['mandatory']}"
        if rule["others_at_least"]:
            text += f", ít nhất {rule['others_at_least']}/{others} tiêu chí còn lại đạt Mức {rule['others_at']}"
        if rule["rest"]:
            text += f", mọi tiêu chí còn lại đạt từ Mức {rule['rest']}"
        rule["text"] = f"{text} (dự thảo)"


def _recount(tree: dict[str, Any]) -> None:
    everything = _all_criteria(tree)
    own = [c for s in tree["standards"] for c in s["criteria"]]
    indicators: dict[int, int] = {}
    thresholds = 0
    for criterion in everything:
        for number, level in criterion["levels"].items():
            indicators[number] = indicators.get(number, 0) + len(level["indicators"])
            thresholds += sum(len(i.get("thresholds", [])) for i in level["indicators"].values())
    mandatory = sum(c["mandatory"] for c in own)
    tree["counts"] = {
        "standards": len(tree["standards"]),
        "criteria": len(own),
        "mandatory": mandatory,
        "others": len(own) - mandatory,
        "indicators": indicators,
        "thresholds": thresholds,
        "data_items": sum(len(c.get("data_items", [])) for c in everything),
    }


def simulate(present: Rulebook, planned: Rulebook, schools: Iterable[SchoolCase], on: dt.date) -> tuple[Outcome, ...]:
    """Evaluate each school under both rulebooks, in the order given; raises BadInput for results `present` never had."""
    return tuple(_outcome(present, planned, school, on) for school in schools)


def _outcome(present: Rulebook, planned: Rulebook, school: SchoolCase, on: dt.date) -> Outcome:
    results = as_if(present, planned, school, on)
    before = evaluate(present, school.results, school.facts, on)
    after = evaluate(planned, results, school.facts, on)
    moves = tuple(
        CriterionMove(criterion=code, before=before.criteria.get(code), after=after.criteria.get(code))
        for code in dict.fromkeys([*present.criteria, *planned.criteria])
        if _bounds(before.criteria.get(code)) != _bounds(after.criteria.get(code))
    )
    changed = _bounds(before.school) != _bounds(after.school)
    return Outcome(
        code=school.code,
        name=school.name,
        before=before,
        after=after,
        changed=changed,
        by=_responsible(present, school.results, before, planned, results, after) if changed else (),
        moves=moves,
        path=shortest_path(planned, results),
        because=after.school.because,
    )


def as_if(present: Rulebook, planned: Rulebook, school: SchoolCase, on: dt.date) -> Results:
    """Return a school's results as they would be read under the planned rulebook, its new thresholds included."""
    results = dict(carry_over(present, planned, school.results))
    if not school.figures:
        return results
    old = _verdicts(present, school, on)
    for key, meets in _verdicts(planned, school, on).items():
        if meets is False and old.get(key) is not False:
            results[key] = Result.NOT_MET
        elif meets and old.get(key) is False and results.get(key) is Result.NOT_MET:
            results[key] = Result.NOT_ASSESSED
    return results


def _verdicts(rulebook: Rulebook, school: SchoolCase, on: dt.date) -> dict[IndicatorKey, bool]:
    verdicts: dict[IndicatorKey, bool] = {}
    for check in check_figures(rulebook, school.setting, school.figures, on, school.past):
        if check.key is not None and check.binding and check.meets is not None:
            verdicts[check.key] = verdicts.get(check.key, True) and check.meets
    return verdicts


def _bounds(result: LevelResult | None) -> tuple[int, int] | None:
    return None if result is None else (result.floor, result.ceiling)


def _responsible(
    present: Rulebook, was: Results, before: Evaluation, planned: Rulebook, becomes: Results, after: Evaluation
) -> tuple[str, ...]:
    """Name the criteria that keep the lower of the two results from the next level, which the other one reached."""
    side = "floor" if before.school.floor != after.school.floor else "ceiling"
    then, now = getattr(before.school, side), getattr(after.school, side)
    rulebook, results = (present, was) if then < now else (planned, becomes)
    states = read_states(rulebook, results)
    reached = [getattr(reach, side) for reach in reaches_of(rulebook, states)]
    if min(then, now) >= rulebook.highest_level:
        return ()
    short = blockers(rulebook, reached, min(then, now) + 1)
    return tuple(code for code in rulebook.criteria if code in {*short.mandatory, *short.others})
