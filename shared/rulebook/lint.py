"""Faults a rulebook may have although it loads: found by `kiemdinh rulebook lint`, before a person relies on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from shared.rulebook.document import Rule, Sourced
from shared.rulebook.errors import BadInput, BrokenRulebook
from shared.rulebook.evaluator import SchoolFacts, evaluate
from shared.rulebook.loader import overlapping
from shared.rulebook.model import IndicatorKey, Rulebook
from shared.vocabulary.assessment import Result, SchoolKind
from shared.vocabulary.ids import Sha256

_REFERENCE = re.compile(r"(TT\d+|TT\d+/\d{4}|CV \d+|QĐ \d+|NĐ \d+|NQ \d+)")


class LintFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One fault: in which rulebook, where, and what."""

    rulebook: str
    where: str
    what: str


def lint(rulebooks: Iterable[Rulebook], released: dict[str, Sha256]) -> list[LintFinding]:
    """Return every fault of these rulebooks; `released` maps ``<id>@<edition>`` to the digest it must keep."""
    listed = list(rulebooks)
    findings = [finding for rulebook in listed for finding in _faults(rulebook, released)]
    newest = {rb.id: rb for rb in sorted(listed, key=lambda rb: rb.edition)}
    findings.extend(LintFinding(rulebook="", where="in_force", what=what) for what in overlapping(newest.values()))
    known = {f"{rb.id}@{rb.edition}" for rb in listed}
    gone = (name for name in released if name not in known)
    findings.extend(
        LintFinding(rulebook=n, where="editions.yaml", what="ấn bản đã phát hành nay không còn tệp") for n in gone
    )
    return findings


def _faults(rulebook: Rulebook, released: dict[str, Sha256]) -> Iterator[LintFinding]:
    checks = (_sources, _interval, _references, _reachable, _codes, _thresholds)
    for check in checks:
        for where, what in check(rulebook):
            yield LintFinding(rulebook=rulebook.id, where=where, what=what)
    pinned = released.get(f"{rulebook.id}@{rulebook.edition}")
    if pinned is None:
        yield LintFinding(
            rulebook=rulebook.id, where="edition", what=f"ấn bản {rulebook.edition} chưa ghi vào editions.yaml"
        )
    elif pinned != rulebook.digest:
        what = "nội dung đã đổi dưới ấn bản đã phát hành: hãy tăng edition, thêm tệp mới và giữ tệp cũ"
        yield LintFinding(rulebook=rulebook.id, where="edition", what=what)


def _sources(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """Every rule names a document, and where it names a circular of its own it is one that the rulebook lists."""
    own = {c.short for c in rulebook.circulars}
    named = {short.partition("/")[0] for short in own}
    for where, entry in sourced(rulebook.document, ""):
        if not _REFERENCE.search(entry.source):
            yield where, f"nguồn không nêu văn bản: “{entry.source}”"
        elif isinstance(entry, Rule) and where.startswith("rules.") and where != "rules.combination":
            cited = set(re.findall(r"TT\d+", entry.source))
            if cited and not cited & named:
                yield where, f"nguồn dẫn văn bản ngoài bộ quy định: “{entry.source}”"


def sourced(value: Any, path: str) -> Iterator[tuple[str, Sourced]]:
    """Yield everything in a document that has a source, with its path."""
    if isinstance(value, Sourced):
        yield path, value
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from sourced(getattr(value, field), f"{path}.{field}" if path else field)
    elif isinstance(value, dict):
        for entry, item in value.items():
            yield from sourced(item, f"{path}.{entry}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            name = getattr(item, "code", None) or getattr(item, "id", None) or str(number)
            yield from sourced(item, f"{path}.{name}")


def _interval(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    start, end = rulebook.in_force
    if end is not None and end < start:
        yield "in_force", "ngày hết hiệu lực trước ngày có hiệu lực"
    if any(c.issued > start for c in rulebook.circulars):
        yield "circulars", "văn bản ban hành sau ngày có hiệu lực"
    for kind in rulebook.applies_to.kinds:
        if kind not in {k.value for k in SchoolKind}:
            yield "applies_to.kinds", f"không có loại trường “{kind}”"


def _references(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    document = rulebook.document
    for gone in document.repealed:
        text = f"repealed.{gone.criterion}.{gone.level}.{gone.indicator}"
        if gone.criterion not in rulebook.criteria:
            yield text, "tiêu chí không có trong bộ quy định"
    for name, award in (("certificate", document.rules.certificate), ("recognition", document.rules.recognition)):
        ids = [c.id for c in award.conditions]
        if len(ids) != len(set(ids)):
            yield f"rules.{name}.conditions", "hai điều kiện trùng tên"
        degrees = [award.degrees[level] for level in sorted(award.degrees)]
        if degrees != sorted(degrees):
            yield f"rules.{name}.degrees", "mức cao hơn cho mức độ thấp hơn"
    for criterion in rulebook.criteria.values():
        for item in criterion.data_items:
            if item.figure.split(".", 1)[1].rpartition(".")[0] != criterion.code:
                yield f"{criterion.code}.data_items", f"{item.figure} thuộc tiêu chí khác"


def _reachable(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """Every level of every criterion and of the school can be reached, and nothing at all concludes nothing."""
    on = rulebook.in_force.start
    results: dict[IndicatorKey, Result] = {}
    for level in range(1, rulebook.highest_level + 1):
        results |= {key: Result.MET for key in rulebook.keys if key.level == level}
        evaluation = evaluate(rulebook, results, SchoolFacts(), on)
        if evaluation.school.floor != level:
            yield f"rules.school.levels.{level}", f"không tới được Mức {level} dù mọi chỉ báo đến mức đó đều đạt"
        for code, criterion in rulebook.criteria.items():
            if level in criterion.levels and evaluation.criteria[code].floor != level:
                yield f"{code}.levels.{level}", "không tới được mức này"
    nothing = evaluate(rulebook, {}, SchoolFacts(), on)
    if nothing.school.floor != 0 or nothing.school.ceiling != rulebook.highest_level:
        yield "rules.school", "chưa đánh giá gì mà đã kết luận"


def _codes(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    rule = rulebook.document.evidence_code
    first = next(iter(rulebook.criteria))
    try:
        codes = [rulebook.evidence_code(first, number) for number in (1, 2)]
        for code in codes:
            rulebook.parse_evidence_code(code)
    except (BadInput, BrokenRulebook, KeyError, ValueError) as error:
        yield "evidence_code.pattern", f"mẫu không đọc lại được: {error}"
        return
    if rulebook.render_codes(codes) != rule.example:
        yield "evidence_code.example", f"mẫu cho “{rulebook.render_codes(codes)}” khác ví dụ “{rule.example}”"


def _thresholds(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    for key in rulebook.keys:
        for threshold in rulebook.indicator(key).thresholds:
            where = f"{key}.thresholds.{threshold.figure}"
            if threshold.value is None and threshold.op != "non_decreasing" and not threshold.note:
                yield where, "không có số mà không nói vì sao"
            if threshold.value is not None and threshold.op == "non_decreasing":
                yield where, "“không giảm” không đi với một số"
            if not threshold.binding and not threshold.note:
                yield where, "không ràng buộc mà không nói vì sao"
