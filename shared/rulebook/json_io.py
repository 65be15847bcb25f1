"""The JSON that programs send and get: cases, figures and simulations, read strictly and written exactly.

Every fault raises BadInput with the path of what is wrong; in an array the path starts with the position, "[2].results…".
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from shared.rulebook.combination import Combined, evaluate_parts
from shared.rulebook.dates import Dates, HeldRecognition
from shared.rulebook.diff import Diff
from shared.rulebook.document import Area
from shared.rulebook.errors import BadInput, BrokenRulebook, UnknownRulebook
from shared.rulebook.evaluator import AwardResult, Evaluation, LevelResult, SchoolFacts, evaluate, read_states
from shared.rulebook.figures import Figure, Setting, ThresholdCheck, check_figures, exact_text
from shared.rulebook.loader import Library, from_file
from shared.rulebook.model import IndicatorKey, Rulebook
from shared.rulebook.simulation import DraftChanges, Outcome, SchoolCase, draft, simulate
from shared.vocabulary.assessment import EducationLevel, Result
from shared.vocabulary.ids import CriterionCode

T = TypeVar("T")
Json = dict[str, Any]

_LABELS = {"id", "name", "note"}
_CASE = {"rulebook", "default", "results", "school", "on", "parts", "combination"} | _LABELS
_FIGURES = {"rulebook", "on", "area", "specialised", "levels", "urban", "figures"} | _LABELS
_SCHOOL_CASE = {"code", "name", "default", "results", "school", "figures", "area", "specialised", "levels", "urban"}
_FACTS = {
    "cohort_completed": bool,
    "years_of_activity": int,
    "consecutive_years_of_data": int,
    "facilities_met": bool,
    "disadvantaged_area": bool,
}
_DIGITS = 30
_LEVEL = re.compile(r"[1-9]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1900, 2200)
_TYPES = {bool: "true hoặc false", int: "số nguyên", str: "chuỗi", dict: "đối tượng", list: "mảng"}


def read_json(text: str) -> Any:
    """Read JSON with exact numbers; raises BadInput for bad JSON, a key written twice, NaN."""
    try:
        return json.loads(text, parse_float=_decimal, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError as error:
        raise BadInput("$", f"không phải JSON đúng: dòng {error.lineno}, cột {error.colno}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise BadInput("$", "JSON lồng quá sâu hoặc có số quá dài") from error


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise BadInput("$", f"{text[:_DIGITS]} là số quá lớn hoặc quá nhỏ") from error


def _no_constant(name: str) -> Any:
    raise BadInput("$", f"{name} không phải là số")


def _no_doubles(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [key for key, _ in pairs]
        doubled = next(key for key in names if names.count(key) > 1)
        raise BadInput(doubled, "khóa này viết hai lần")
    return members


def one_or_many(value: Any, answer: Callable[[Json], T]) -> T | list[T]:
    """Answer one case, or each of an array in order."""
    if not isinstance(value, list):
        return answer(_object(value, "$"))
    answers = []
    for number, item in enumerate(value):
        try:
            answers.append(answer(_object(item, "")))
        except BadInput as error:
            raise error.under(f"[{number}]") from error
    return answers


def evaluate_case(library: Library, case: Json, today: dt.date) -> Json:
    """Answer one case of `rulebook evaluate` (issue interface); `today` stands in for a missing "on"."""
    _known_keys(case, _CASE)
    rulebook = _rulebook(library, case)
    facts = _facts(rulebook, case.get("school"))
    on = _date(case.get("on"), "on") or today
    default = _result(case.get("default", Result.NOT_ASSESSED.value), "default")
    if case.get("parts") is None:
        return evaluation_json(evaluate(rulebook, _results(rulebook, case.get("results"), default, "results"), facts, on))
    combining = _choice(case.get("combination"), "combination", {"lowest", "separate"})
    parts = {
        name: _results(rulebook, part, default, f"parts.{name}") for name, part in _object(case["parts"], "parts").items()
    }
    return _combined_json(evaluate_parts(rulebook, parts, facts, on, combining))


def figures_case(library: Library, case: Json, today: dt.date) -> list[Json]:
    """Answer one case of `rulebook figures` (issue interface): the thresholds that apply, whether or not a figure is given.

    The data items of 2026 are no thresholds: one is told back, with its exact value and nothing else, where it is given.
    """
    _known_keys(case, _FIGURES)
    rulebook = _rulebook(library, case)
    on = _date(case.get("on"), "on") or today
    figures = _figures(library, rulebook, case)
    checks = check_figures(rulebook, _setting(case), figures, on)
    return [check_json(check) for check in checks if check.op is not None or check.figure in figures]


def simulate_case(library: Library, case: Json, today: dt.date, folder: Path) -> Json:
    """Answer a simulation file: present rulebook, draft (another rulebook, a file beside this one, or changes), schools."""
    _known_keys(case, {"rulebook", "draft", "on", "schools"} | _LABELS)
    present = _rulebook(library, case)
    planned = _planned(library, present, case.get("draft"), folder)
    schools = []
    for number, item in enumerate(_typed(case.get("schools"), list, "schools")):
        try:
            schools.append(_school_case(library, present, _object(item, "")))
        except BadInput as error:
            raise error.under(f"schools[{number}]") from error
    outcomes = simulate(present, planned, schools, _date(case.get("on"), "on") or today)
    return {
        "rulebook": present.id,
        "draft": {"id": planned.id, "title": planned.title, "digest": planned.digest},
        "changed": sum(o.changed for o in outcomes),
        "schools": [outcome_json(o) for o in outcomes],
    }


def _planned(library: Library, present: Rulebook, value: Any, folder: Path) -> Rulebook:
    wanted = _object(value, "draft")
    _known_keys(wanted, {"rulebook", "file", "changes"}, "draft.")
    planned = present
    if "rulebook" in wanted:
        planned = _rulebook(library, wanted, "draft.")
    elif "file" in wanted:
        try:
            planned = from_file(folder / _typed(wanted["file"], str, "draft.file"))
        except BrokenRulebook as error:
            raise BadInput("draft.file", error.detail) from error
    if "changes" not in wanted:
        return planned
    try:
        changes = msgspec.convert(wanted["changes"], DraftChanges, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("draft.changes", str(error)) from error
    try:
        return draft(planned, changes)
    except BadInput as error:
        raise error.under("draft.changes") from error


def _school_case(library: Library, rulebook: Rulebook, case: Json) -> SchoolCase:
    _known_keys(case, _SCHOOL_CASE)
    default = _result(case.get("default", Result.NOT_ASSESSED.value), "default")
    return SchoolCase(
        code=_typed(case.get("code"), str, "code"),
        name=_typed(case.get("name", ""), str, "name"),
        results=_results(rulebook, case.get("results"), default, "results"),
        facts=_facts(rulebook, case.get("school")),
        figures=_figures(library, rulebook, case) if case.get("figures") is not None else {},
        setting=_setting(case),
    )


def _rulebook(library: Library, case: Json, prefix: str = "") -> Rulebook:
    name = _typed(case.get("rulebook"), str, f"{prefix}rulebook")
    try:
        return library.get(name)
    except UnknownRulebook as error:
        raise BadInput(f"{prefix}rulebook", error.detail) from error


def _results(rulebook: Rulebook, value: Any, default: Result, path: str) -> Mapping[IndicatorKey, Result]:
    if default is Result.NOT_APPLICABLE:
        raise BadInput("default", "“not_applicable” chỉ ghi được cho từng chỉ báo có chữ “nếu có”")
    results: dict[IndicatorKey, Result] = dict.fromkeys(rulebook.keys, default)
    known = {key[:depth] for key in (*rulebook.keys, *rulebook.repealed) for depth in (1, 2)}
    for code, levels in _object({} if value is None else value, path).items():
        if (code,) not in known:
            raise BadInput(f"{path}.{code}", f"{rulebook.id} không có tiêu chí {code}")
        for number, indicators in _object(levels, f"{path}.{code}").items():
            here = f"{path}.{code}.{number}"
            if _LEVEL.fullmatch(number) is None:
                raise BadInput(here, "mức phải là một số từ 1 đến 9")
            if (code, int(number)) not in known:
                raise BadInput(here, f"{rulebook.id}: tiêu chí {code} không có Mức {number}")
            for letter, result in _object(indicators, here).items():
                key = IndicatorKey(CriterionCode(code), int(number), letter)
                results[key] = _result(result, f"{here}.{letter}")
                _asked(rulebook, key, results[key], f"{here}.{letter}")
    return results


def _asked(rulebook: Rulebook, key: IndicatorKey, result: Result, path: str) -> None:
    """Let the evaluator look at one result alone, so that a fault is named where it stands in the file."""
    try:
        read_states(rulebook, {key: result})
    except BadInput as error:
        raise BadInput(path, error.what) from error


def _facts(rulebook: Rulebook, value: Any) -> SchoolFacts:
    members = _object({} if value is None else value, "school")
    _known_keys(members, {*_FACTS, "recognised", "layer"}, "school.")
    facts: dict[str, Any] = {}
    for name, kind in _FACTS.items():
        if members.get(name) is not None:
            facts[name] = _typed(members[name], kind, f"school.{name}")
            if kind is int and facts[name] < 0:
                raise BadInput(f"school.{name}", "không được âm")
    facts["layer"] = _choice(members.get("layer"), "school.layer", {"school", "commune", "department"})
    facts["recognised"] = _recognised(rulebook, members.get("recognised"))
    return SchoolFacts(**facts)


def _recognised(rulebook: Rulebook, value: Any) -> HeldRecognition | None:
    if value is None:
        return None
    path = "school.recognised"
    members = _object(value, path)
    _known_keys(members, {"degree", "on", "printed_expiry"}, f"{path}.")
    degree = _typed(members.get("degree"), int, f"{path}.degree")
    highest = max(rulebook.rules.recognition.degrees.values())
    if not 1 <= degree <= highest:
        raise BadInput(f"{path}.degree", f"mức độ phải từ 1 đến {highest}")
    decided = _date(members.get("on"), f"{path}.on")
    if decided is None:
        raise BadInput(f"{path}.on", "thiếu ngày quyết định")
    printed = _date(members.get("printed_expiry"), f"{path}.printed_expiry")
    if printed is not None and printed < decided:
        raise BadInput(f"{path}.printed_expiry", "ngày hết hạn trước ngày quyết định")
    return HeldRecognition(degree=degree, on=decided, printed_expiry=printed)


def _setting(case: Json) -> Setting:
    area = _choice(case.get("area"), "area", {a.value for a in Area})
    levels = None
    if case.get("levels") is not None:
        names = _typed(case["levels"], list, "levels")
        known = {e.value for e in EducationLevel}
        levels = frozenset(EducationLevel(_one_of(name, f"levels[{n}]", known)) for n, name in enumerate(names))
    specialised, urban = case.get("specialised", False), case.get("urban")
    return Setting(
        area=None if area is None else Area(area),
        specialised=None if specialised is None else _typed(specialised, bool, "specialised"),
        levels=levels,
        urban=None if urban is None else _typed(urban, bool, "urban"),
    )


def _figures(library: Library, rulebook: Rulebook, case: Json) -> dict[str, Figure]:
    known = {name for rb in library for name in units(rb)}
    shares = {name for name, unit in units(rulebook).items() if unit == "%"}
    figures = {}
    for name, value in _object({} if case.get("figures") is None else case["figures"], "figures").items():
        path = f"figures.{name}"
        if name not in known:
            raise BadInput(path, "không có số liệu nào tên như vậy")
        members = _object(value, path)
        _known_keys(members, {"numerator", "denominator"}, f"{path}.")
        numerator = _number(members.get("numerator"), f"{path}.numerator")
        denominator = None
        if members.get("denominator") is not None:
            denominator = _number(members["denominator"], f"{path}.denominator")
        elif name in shares:
            raise BadInput(f"{path}.denominator", "tỷ lệ phải có tử số và mẫu số, không ghi phần trăm đã làm tròn")
        if denominator == 0 and numerator != 0:
            raise BadInput(f"{path}.denominator", "mẫu số bằng 0 nhưng tử số khác 0")
        figures[name] = Figure(numerator=numerator, denominator=denominator)
    return figures


def units(rulebook: Rulebook) -> dict[str, str]:
    """Return the figures a rulebook knows, with their units."""
    unit_of = {}
    for criterion in rulebook.criteria.values():
        unit_of.update({item.figure: item.unit for item in criterion.data_items})
        for level in criterion.levels.values():
            for indicator in level.indicators:
                unit_of.update({threshold.figure: threshold.unit for threshold in indicator.thresholds})
    return unit_of


def _number(value: Any, path: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadInput(path, "phải là số")
    if value < 0:
        raise BadInput(path, "không được âm")
    digits = value.as_tuple() if isinstance(value, Decimal) else Decimal(value).as_tuple()
    if len(digits.digits) > _DIGITS or abs(int(digits.exponent)) > _DIGITS:
        raise BadInput(path, f"số quá lớn hoặc quá dài (tối đa {_DIGITS} chữ số)")
    return Fraction(value)


def _result(value: Any, path: str) -> Result:
    return Result(_one_of(value, path, {r.value for r in Result}))


def _choice(value: Any, path: str, allowed: set[str]) -> Any:
    return None if value is None else _one_of(value, path, allowed)


def _one_of(value: Any, path: str, allowed: set[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise BadInput(path, f"phải là một trong: {', '.join(sorted(allowed))}")
    return value


def _date(value: Any, path: str) -> dt.date | None:
    if value is None:
        return None
    try:
        day = dt.date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise BadInput(path, f"phải là ngày dạng YYYY-MM-DD, năm {_YEARS.start} đến {_YEARS.stop - 1}")
    return day


def _typed(value: Any, kind: type[T], path: str) -> T:
    if value is None:
        raise BadInput(path, "thiếu")
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadInput(path, f"phải là {_TYPES[kind]}")
    return value


def _object(value: Any, path: str) -> Json:
    if not isinstance(value, dict):
        raise BadInput(path, "phải là đối tượng JSON")
    return value


def _known_keys(value: Json, known: set[str], prefix: str = "") -> None:
    for key in value:
        if key not in known:
            raise BadInput(f"{prefix}{key}", f"khóa lạ; các khóa dùng được: {', '.join(sorted(known))}")


def evaluation_json(evaluation: Evaluation) -> Json:
    """Return an evaluation as the interface prints it."""
    short = [r for r in evaluation.criteria.values() if r.level is None or len(r.because) > 1]
    return {
        "criteria": {code: level_json(result) for code, result in evaluation.criteria.items()},
        "school": level_json(evaluation.school),
        "certificate": {"degree": evaluation.certificate.degree},
        "recognition": award_json(evaluation.recognition),
        "dates": dates_json(evaluation.dates),
        "because": [*evaluation.because, *(sentence for r in short for sentence in r.because)],
    }


def _combined_json(combined: Combined) -> Json:
    whole = evaluation_json(combined.whole)
    return {
        **whole,
        "because": [combined.assumed, *whole["because"]],
        "parts": {name: evaluation_json(e) for name, e in combined.parts.items()},
    }


def level_json(result: LevelResult) -> Json:
    """Return a level with its bounds."""
    return {"level": result.level, "floor": result.floor, "ceiling": result.ceiling, "final": result.final}


def award_json(award: AwardResult) -> Json:
    """Return an award with its conditions."""
    return {"degree": award.degree, "conditions": [msgspec.to_builtins(c) for c in award.conditions]}


def dates_json(dates: Dates) -> Json:
    """Return dates as ISO 8601 texts."""
    return {
        "expires": dates.expires.isoformat() if dates.expires else None,
        "register_by": dates.register_by.isoformat() if dates.register_by else None,
        "earliest_upgrade": dates.earliest_upgrade.isoformat() if dates.earliest_upgrade else None,
    }


def check_json(check: ThresholdCheck) -> Json:
    """Return a threshold check as the interface prints it; numbers that are no integers as exact text.

    `meets` compares with the number in the same row: it is null only where there is no figure or no number.
    """
    required: int | str | None = None
    if check.required is not None:
        required = int(check.required) if check.required.denominator == 1 else exact_text(check.required)
    return {
        "criterion": check.criterion,
        "level": check.level,
        "indicator": check.indicator,
        "figure": check.figure,
        "op": check.op,
        "required": required,
        "unit": check.unit,
        "value": None if check.value is None else exact_text(check.value),
        "meets": check.compared,
        "binding": check.binding,
    }


def outcome_json(outcome: Outcome) -> Json:
    """Return one school's simulation."""
    return {
        "code": outcome.code,
        "name": outcome.name,
        "before": level_json(outcome.before.school),
        "after": level_json(outcome.after.school),
        "changed": outcome.changed,
        "by": list(outcome.by),
        "criteria": {
            move.criterion: {
                "before": None if move.before is None else level_json(move.before),
                "after": None if move.after is None else level_json(move.after),
            }
            for move in outcome.moves
        },
        "next": {
            "level": outcome.path.level,
            "indicators": [
                {"criterion": k.criterion, "level": k.level, "indicator": k.indicator} for k in outcome.path.indicators
            ],
        },
        "because": list(outcome.because),
    }


def diff_json(diff: Diff) -> Json:
    """Return a comparison of two rulebooks."""
    found: Json = msgspec.to_builtins(diff)
    return found


def summary_json(rulebook: Rulebook) -> Json:
    """Return one line of `rulebook list`."""
    start, end = rulebook.in_force
    return {
        "id": rulebook.id,
        "kind": rulebook.kind,
        "regime": rulebook.regime,
        "in_force": [start.isoformat(), end.isoformat() if end else None],
        "digest": rulebook.digest,
        "edition": rulebook.edition,
        "title": rulebook.title,
        "circular": rulebook.circular,
        "kinds_of_school": list(rulebook.applies_to.kinds),
        "levels": rulebook.highest_level,
        "counts": msgspec.to_builtins(rulebook.counts, str_keys=True),
    }


def rulebook_json(rulebook: Rulebook) -> Json:
    """Return a whole rulebook."""
    found: Json = msgspec.to_builtins(rulebook.document, str_keys=True)
    return {"digest": rulebook.digest, **found}
