"""What differs between two rulebooks, article by article, and which results may be read under the other.

The law knows no conversion between the 2018 and the 2026 regime: results carry over only inside a family, and only where
an indicator kept its very wording.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

import msgspec

from shared.rulebook.document import AwardRule, ThresholdText
from shared.rulebook.evaluator import Results
from shared.rulebook.figures import exact_text
from shared.rulebook.model import Criterion, Indicator, IndicatorKey, Rulebook

Kind = Literal["added", "dropped", "reworded", "relevelled", "amended", "changed"]


class RulebookChange(msgspec.Struct, frozen=True, kw_only=True):
    """One difference; `where` names it ("2.2 Mức 2 a", "upgrade"), sides that do not exist are empty."""

    kind: Kind
    where: str
    before: str = ""
    before_article: str = ""
    after: str = ""
    after_article: str = ""


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """How rulebook `b` differs from `a`; `note` says what may be carried over."""

    a: str
    b: str
    note: str
    rules: tuple[RulebookChange, ...]
    criteria: tuple[RulebookChange, ...]
    indicators: tuple[RulebookChange, ...]
    thresholds: tuple[RulebookChange, ...]


def diff(a: Rulebook, b: Rulebook) -> Diff:
    """Compare two rulebooks. Outside a family nothing is matched by number, for equal numbers mean different things."""
    related = a.family == b.family
    note = (
        "Cùng họ: kết quả chỉ dùng lại ở chỉ báo còn nguyên câu chữ."
        if related
        else "Hai chế độ khác nhau: pháp luật không có bảng chuyển đổi, không kết quả nào được chuyển."
    )
    return Diff(
        a=a.id,
        b=b.id,
        note=note,
        rules=tuple(_rules(a, b)),
        criteria=tuple(_criteria(a, b, related)),
        indicators=tuple(_indicators(a, b, related)),
        thresholds=tuple(_thresholds(a, b, related)),
    )


def _rules(a: Rulebook, b: Rulebook) -> Iterator[RulebookChange]:
    pairs: list[tuple[str, str, str, str, str]] = []
    ra, rb = a.rules, b.rules
    for name in (
        "indicator",
        "criterion",
        "deciding_layer",
        "validity",
        "renewal",
        "upgrade",
        "revocation",
        "figures",
        "council",
    ):
        old, new = getattr(ra, name), getattr(rb, name)
        pairs.append((name, old.text, old.source, new.text, new.source))
    pairs.append(
        ("combination", ra.combination.text, ra.combination.source, rb.combination.text, rb.combination.source),
    )
    for name, first, second in (
        ("certificate", ra.certificate, rb.certificate),
        ("recognition", ra.recognition, rb.recognition),
    ):
        pairs.append((name, _award(first), first.source, _award(second), second.source))
    for level in sorted(set(ra.school.levels) | set(rb.school.levels)):
        old_level, new_level = ra.school.levels.get(level), rb.school.levels.get(level)
        pairs.append(
            (
                f"school.{level}",
                old_level.text if old_level else "",
                old_level.source if old_level else "",
                new_level.text if new_level else "",
                new_level.source if new_level else "",
            )
        )
    codes = (a.document.evidence_code, b.document.evidence_code)
    pairs.append(("evidence_code", codes[0].example, codes[0].source, codes[1].example, codes[1].source))
    for name, before, before_article, after, after_article in pairs:
        if before != after:
            kind: Kind = "added" if not before else "dropped" if not after else "changed"
            yield RulebookChange(
                kind=kind,
                where=name,
                before=before,
                before_article=before_article,
                after=after,
                after_article=after_article,
            )


def _award(award: AwardRule) -> str:
    degrees = ", ".join(f"Mức {level} → {award.degree_name} {degree}" for level, degree in sorted(award.degrees.items()))
    conditions = "; ".join(c.text for c in award.conditions)
    return f"{degrees or award.level_condition.text}; {conditions}; do {award.decided_by} quyết định"


def _criteria(a: Rulebook, b: Rulebook, related: bool) -> Iterator[RulebookChange]:
    for code, criterion in a.criteria.items():
        other = b.criteria.get(code) if related else None
        if other is None:
            yield RulebookChange(
                kind="dropped", where=code, before=_described(criterion), before_article=_article(criterion)
            )
        elif _described(criterion) != _described(other):
            renamed = criterion.title != other.title
            yield RulebookChange(
                kind="reworded" if renamed else "relevelled",
                where=code,
                before=_described(criterion),
                before_article=_article(criterion),
                after=_described(other),
                after_article=_article(other),
            )
    for code, criterion in b.criteria.items():
        if not related or code not in a.criteria:
            yield RulebookChange(kind="added", where=code, after=_described(criterion), after_article=_article(criterion))


def _described(criterion: Criterion) -> str:
    levels = ", ".join(str(level) for level in criterion.levels)
    return f"{criterion.title} (Mức {levels}{'' if criterion.mandatory else '; không bắt buộc'})"


def _article(criterion: Criterion) -> str:
    return next(iter(criterion.levels.values())).source


@functools.lru_cache(maxsize=32)
def _entries(rulebook: Rulebook) -> Mapping[IndicatorKey, Indicator]:
    return {key: rulebook.indicator(key) for key in rulebook.keys}


def _indicators(a: Rulebook, b: Rulebook, related: bool) -> Iterator[RulebookChange]:
    before, after = _entries(a), _entries(b)
    matched = {
        key
        for key in before
        if related and key in after and a.criteria[key.criterion].title == b.criteria[key.criterion].title
    }
    gone = {key: i for key, i in before.items() if key not in matched}
    come = {key: i for key, i in after.items() if key not in matched}
    yield from _same_place(before, after, matched)
    for key, indicator in gone.items():
        moved = next((other for other, i in come.items() if i.text == indicator.text), None)
        if moved is None:
            yield RulebookChange(
                kind="dropped",
                where=str(key),
                before=indicator.text,
                before_article=indicator.source,
                after_article=b.repealed[key].source if key in b.repealed else "",
            )
        else:
            arrived = come.pop(moved)
            yield RulebookChange(
                kind="relevelled",
                where=f"{key} → {moved}",
                before=indicator.text,
                before_article=indicator.source,
                after=arrived.text,
                after_article=arrived.source,
            )
    for key, indicator in come.items():
        yield RulebookChange(kind="added", where=str(key), after=indicator.text, after_article=indicator.source)


def _same_place(
    before: Mapping[IndicatorKey, Indicator], after: Mapping[IndicatorKey, Indicator], matched: set[IndicatorKey]
) -> Iterator[RulebookChange]:
    for key, indicator in before.items():
        if key not in matched:
            continue
        other = after[key]
        changed = indicator.text != other.text
        if changed or indicator.note != other.note:
            yield RulebookChange(
                kind="reworded" if changed else "amended",
                where=str(key),
                before=indicator.text,
                before_article=indicator.source,
                after=other.text if changed else f"{other.text} – {other.note}",
                after_article=other.source,
            )


def _thresholds(a: Rulebook, b: Rulebook, related: bool) -> Iterator[RulebookChange]:
    before, after = _limits(a), _limits(b)
    for name, (value, article) in before.items():
        other = after.get(name) if related else None
        if other is None:
            yield RulebookChange(kind="dropped", where=name, before=value, before_article=article)
        elif other[0] != value:
            yield RulebookChange(
                kind="changed", where=name, before=value, before_article=article, after=other[0], after_article=other[1]
            )
    for name, (value, article) in after.items():
        if not related or name not in before:
            yield RulebookChange(kind="added", where=name, after=value, after_article=article)


def _limits(rulebook: Rulebook) -> dict[str, tuple[str, str]]:
    found = {}
    for key, indicator in _entries(rulebook).items():
        for threshold in indicator.thresholds:
            found[f"{key}: {threshold.figure}{scope_text(threshold)}"] = (limit_text(threshold), indicator.source)
    return found


_AREAS = {"other": "vùng còn lại", "disadvantaged": "vùng khó khăn", "extremely_disadvantaged": "xã đặc biệt khó khăn"}
_SCHOOLS = {"tieu_hoc": "tiểu học", "thcs": "THCS", "thpt": "THPT"}


def scope_text(threshold: ThresholdText) -> str:
    """Return which schools a threshold is for, in words; empty where it is for all."""
    parts = [_AREAS[area.value] for area in threshold.areas]
    parts += [_SCHOOLS[level.value] for level in threshold.levels]
    if threshold.specialised:
        parts.append("trường chuyên")
    if threshold.urban is not None:
        parts.append("nội thành, nội thị" if threshold.urban else "nông thôn")
    return f" ({', '.join(parts)})" if parts else ""


def limit_text(threshold: ThresholdText) -> str:
    """Return a threshold's comparison in words, for instance ">= 85 %"."""
    if threshold.value is None:
        return f"{threshold.op} (số ở văn bản khác) {threshold.unit}"
    suffix = "" if threshold.binding else " (không ràng buộc)"
    return f"{threshold.op} {exact_text(Fraction(threshold.value))} {threshold.unit}{suffix}"


def carry_over(a: Rulebook, b: Rulebook, results: Results) -> Results:
    """Return the results given under `a` that may be read under `b` ("as if"); the rest counts as not assessed.

    The same rulebook: all. The same family: indicators that stand at the same place with the same wording. Otherwise none.
    """
    if a.digest == b.digest:
        return results
    if a.family != b.family:
        return {}
    ours, theirs = _entries(a), _entries(b)
    return {
        key: result
        for key, result in results.items()
        if key in ours and key in theirs and ours[key].text == theirs[key].text and ours[key].note == theirs[key].note
    }
