"""A rulebook ready to be asked: immutable, checked whole, with its indicators laid out for fast evaluation."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from shared.rulebook.document import (
    AppliesTo,
    Circular,
    Confidence,
    Counts,
    CriterionText,
    DataItem,
    Deadline,
    EvidenceCodeRule,
    Form,
    LevelText,
    Repealed,
    RulebookDocument,
    Rules,
    ThresholdText,
    Unknown,
)
from shared.rulebook.errors import BadInput, UnknownCriterion
from shared.vocabulary.ids import CriterionCode, EvidenceCode, Sha256


class IndicatorKey(NamedTuple):
    """Names one indicator inside a rulebook; `indicator` is "-" where the level has no letters."""

    criterion: CriterionCode
    level: int
    indicator: str

    def __str__(self) -> str:
        letter = "" if self.indicator == "-" else f" {self.indicator}"
        return f"{self.criterion} Mức {self.level}{letter}"


class InForce(NamedTuple):
    """First and last day in force, both included; `end` is None while nothing replaces the rulebook."""

    start: dt.date
    end: dt.date | None

    def covers(self, on: dt.date) -> bool:
        """Tell whether the rulebook is in force on a day."""
        return self.start <= on and (self.end is None or on <= self.end)


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement of one level, in our paraphrase. `optional`: the law says "nếu có", so it may be not applicable."""

    code: str
    text: str
    source: str
    confidence: Confidence
    optional: bool = False
    note: str = ""
    thresholds: tuple[ThresholdText, ...] = ()


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One level of a criterion; `text` is its requirement where it is not divided into letters."""

    number: int
    source: str
    text: str
    indicators: tuple[Indicator, ...]


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion; `standard` is 0 for what stands beyond the standards (Điều 22 of 2018, levels {4})."""

    code: CriterionCode
    title: str
    short_title: str
    mandatory: bool
    standard: int
    confidence: Confidence
    levels: Mapping[int, Level]
    note: str = ""
    data_items: tuple[DataItem, ...] = ()
    evidence_hints: tuple[str, ...] = ()


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """One standard and its criteria in order."""

    number: int
    title: str
    criteria: tuple[Criterion, ...]
    note: str = ""


class EvidenceCodeParts(NamedTuple):
    """An evidence code taken apart; `box` is 0 where the regime has no boxes."""

    criterion: CriterionCode
    number: int
    box: int


class Span(NamedTuple):
    """Where the indicators of one level of one criterion lie in the flat order of a rulebook."""

    level: int
    start: int
    end: int


class Rulebook:
    """One edition of one circular for one kind of school.

    Build it with `shared.rulebook.loader`; a document that is not whole does not become one.
    """

    __slots__ = ("_in_text", "_pattern", "criteria", "digest", "document", "index", "keys", "repealed", "spans", "standards")

    def __init__(self, document: RulebookDocument, digest: Sha256) -> None:
        self.document = document
        self.digest = digest
        self.standards: tuple[Standard, ...] = tuple(
            Standard(
                number=standard.number,
                title=standard.title,
                note=standard.note,
                criteria=tuple(_criterion(text, standard.number) for text in standard.criteria),
            )
            for standard in document.standards
        )
        listed = [c for s in self.standards for c in s.criteria] + [_criterion(t, 0) for t in document.beyond_standards]
        self.criteria: Mapping[CriterionCode, Criterion] = MappingProxyType({c.code: c for c in listed})
        keys: list[IndicatorKey] = []
        spans: list[tuple[Criterion, tuple[Span, ...]]] = []
        for criterion in listed:
            own: list[Span] = []
            for number, level in criterion.levels.items():
                start = len(keys)
                keys.extend(IndicatorKey(criterion.code, number, i.code) for i in level.indicators)
                own.append(Span(number, start, len(keys)))
            spans.append((criterion, tuple(own)))
        self.keys: tuple[IndicatorKey, ...] = tuple(keys)
        self.index: Mapping[IndicatorKey, int] = {key: i for i, key in enumerate(keys)}
        self.spans: tuple[tuple[Criterion, tuple[Span, ...]], ...] = tuple(spans)
        self.repealed: Mapping[IndicatorKey, Repealed] = MappingProxyType(
            {IndicatorKey(r.criterion, r.level, r.indicator): r for r in document.repealed}
        )
        self._pattern = _compiled(document.evidence_code)
        self._in_text = re.compile(rf"(?<![\w.-]){self._pattern.pattern}(?![\w-]|\.\d)")

    def __repr__(self) -> str:
        return f"Rulebook({self.id!r}, edition={self.edition}, digest={self.digest[:12]!r})"

    @property
    def id(self) -> str:
        """Return ``<regime>/<kind>``."""
        return self.document.id

    @property
    def regime(self) -> str:
        """Return the regime: v2018, v2018_tt22 or v2026_tt57."""
        return self.document.id.partition("/")[0]

    @property
    def kind(self) -> str:
        """Return the kind of rulebook: mam_non, tieu_hoc, trung_hoc or pho_thong."""
        return self.document.id.partition("/")[2]

    @property
    def edition(self) -> int:
        """Return the edition; a correction is a new one."""
        return self.document.edition

    @property
    def family(self) -> str:
        """Return the family: results may be read under another rulebook only inside it."""
        return self.document.family

    @property
    def title(self) -> str:
        """Return the title."""
        return self.document.title

    @property
    def circulars(self) -> list[Circular]:
        """Return the circulars, the amended one first."""
        return self.document.circulars

    @property
    def circular(self) -> str:
        """Return the circulars' short names, for instance "TT17/2018, TT22/2024"."""
        return ", ".join(c.short for c in self.document.circulars)

    @property
    def in_force(self) -> InForce:
        """Return the days in force."""
        return InForce(self.document.in_force.start, self.document.in_force.end)

    @property
    def applies_to(self) -> AppliesTo:
        """Return the kinds of school."""
        return self.document.applies_to

    @property
    def rules(self) -> Rules:
        """Return the rules for levels, awards and dates."""
        return self.document.rules

    @property
    def counts(self) -> Counts:
        """Return how much the rulebook holds."""
        return self.document.counts

    @property
    def highest_level(self) -> int:
        """Return the highest level a school may reach."""
        return self.document.levels

    @property
    def forms(self) -> list[Form]:
        """Return the forms."""
        return self.document.forms

    @property
    def deadlines(self) -> list[Deadline]:
        """Return the deadlines."""
        return self.document.deadlines

    @property
    def unknown(self) -> list[Unknown]:
        """Return what could not be read of the law."""
        return self.document.unknown

    def criterion(self, code: CriterionCode) -> Criterion:
        """Return a criterion; raises UnknownCriterion."""
        found = self.criteria.get(code)
        if found is None:
            raise UnknownCriterion(f"{self.id} không có tiêu chí {code}.", criterion=code)
        return found

    def indicator(self, key: IndicatorKey) -> Indicator:
        """Return an indicator that is asked; raises UnknownCriterion, and says so where it was repealed."""
        criterion = self.criteria.get(key.criterion)
        level = criterion.levels.get(key.level) if criterion else None
        for indicator in level.indicators if level else ():
            if indicator.code == key.indicator:
                return indicator
        gone = self.repealed.get(key)
        if gone is not None:
            raise UnknownCriterion(f"{self.id}: {key} đã bị bãi bỏ, không còn xét ({gone.source}).", criterion=key.criterion)
        raise UnknownCriterion(f"{self.id} không có {key}.", criterion=key.criterion)

    def evidence_code(self, criterion: CriterionCode, number: int, box: int = 1) -> EvidenceCode:
        """Return the bare evidence code, for instance "H1-1.1-01" or "MC.1.1.01"; raises UnknownCriterion, BadInput."""
        rule = self.document.evidence_code
        self.criterion(criterion)
        if number < 1 or len(str(number)) > rule.max_digits:
            raise BadInput("number", f"số thứ tự minh chứng phải từ 1 đến {10**rule.max_digits - 1}")
        if box < 1:
            raise BadInput("box", "số hộp phải từ 1")
        return EvidenceCode(rule.pattern.format(box=box, criterion=criterion, number=str(number).zfill(rule.digits)))

    def render_codes(self, codes: Sequence[str]) -> str:
        """Return bare codes as the regime prints them in a text: "[H1-1.1-01]; [H1-1.1-02]" or "(MC.1.1.01, MC.1.1.02)"."""
        rule = self.document.evidence_code
        before, after = rule.brackets[0], rule.brackets[1]
        if not codes:
            return ""
        if rule.wrap == "each":
            return rule.separator.join(f"{before}{code}{after}" for code in codes)
        return f"{before}{rule.separator.join(codes)}{after}"

    def codes_in(self, text: str) -> tuple[EvidenceCode, ...]:
        """Return the codes of this pattern that stand in a text, bare, each once, in their order.

        Whether one was ever given, to which document, and whether its criterion exists, is not asked here.
        """
        return tuple(dict.fromkeys(EvidenceCode(found[0]) for found in self._in_text.finditer(text)))

    def parse_evidence_code(self, text: str) -> EvidenceCodeParts:
        """Take one code apart, with or without its brackets; raises BadInput."""
        brackets = self.document.evidence_code.brackets
        bare = text.strip()
        if bare.startswith(brackets[0]) and bare.endswith(brackets[1]):
            bare = bare[1:-1].strip()
        match = self._pattern.fullmatch(bare)
        if match is None or int(match["number"]) < 1:
            example = self.document.evidence_code.example
            raise BadInput("code", f"“{text}” không đúng mẫu mã minh chứng của {self.id}, ví dụ {example}")
        parts = match.groupdict()
        criterion = CriterionCode(parts["criterion"])
        self.criterion(criterion)
        return EvidenceCodeParts(criterion, int(parts["number"]), int(parts.get("box") or 0))


def _criterion(text: CriterionText, standard: int) -> Criterion:
    levels = {number: _level(number, level) for number, level in sorted(text.levels.items())}
    return Criterion(
        code=text.code,
        title=text.title,
        short_title=text.short,
        mandatory=text.mandatory,
        standard=standard,
        confidence=text.confidence,
        levels=MappingProxyType(levels),
        note=text.note,
        data_items=tuple(text.data_items),
        evidence_hints=tuple(text.evidence_hints),
    )


def _level(number: int, text: LevelText) -> Level:
    indicators = tuple(
        Indicator(
            code=code,
            text=i.text,
            source=i.source,
            confidence=i.confidence,
            optional=i.optional,
            note=i.note,
            thresholds=tuple(i.thresholds),
        )
        for code, i in text.indicators.items()
    )
    whole = indicators[0].text if len(indicators) == 1 and indicators[0].code == "-" else ""
    return Level(number=number, source=text.source, text=whole, indicators=indicators)


def _compiled(rule: EvidenceCodeRule) -> re.Pattern[str]:
    number = rf"(?P<number>\d{{1,{rule.max_digits}}})"
    pattern = re.escape(rule.pattern)
    for name, group in (("box", r"(?P<box>\d+)"), ("criterion", r"(?P<criterion>\d+(?:\.\d+)?)"), ("number", number)):
        pattern = pattern.replace(re.escape(f"{{{name}}}"), group)
    return re.compile(pattern)
