"""The form of a rulebook file: every field a hand may write, checked for shape and type when it is read.

Paraphrases are ours; `source` names circular and article (Đ điều, k khoản), `confidence` how well the text is known.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shared.vocabulary.assessment import EducationLevel
from shared.vocabulary.ids import CriterionCode

Name = Annotated[str, Meta(min_length=1)]
CheckedCriterionCode = Annotated[CriterionCode, Meta(pattern=r"^\d{1,2}(\.\d{1,2})?$")]
IndicatorCode = Annotated[str, Meta(pattern=r"^(-|[a-zđ]|\d{1,2}\.\d{1,2})$")]
LevelNumber = Annotated[int, Meta(ge=1, le=9)]
Count = Annotated[int, Meta(ge=0)]
Decimals = Annotated[str, Meta(pattern=r"^\d+(\.\d+)?$")]


class Confidence(enum.StrEnum):
    """How well an entry is known: read in a found text, one secondary source or clear inference, memory or inference."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Area(enum.StrEnum):
    """Kinds of area the thresholds tell apart; an extremely disadvantaged commune is a disadvantaged area too."""

    OTHER = "other"
    DISADVANTAGED = "disadvantaged"
    EXTREMELY_DISADVANTAGED = "extremely_disadvantaged"


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of everything in a rulebook file: a word that is not known is a mistake, never ignored."""


class Sourced(Node, frozen=True, kw_only=True):
    """Something the law says: where, and how well that is known."""

    source: Name
    confidence: Confidence


class Circular(Node, frozen=True, kw_only=True):
    """A legal document: official number, short name used in sources, day of issue, what it does here."""

    number: Name
    short: Name
    issued: dt.date
    role: Name


class InForceText(Sourced, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """First and last day in force, both included; no last day while nothing replaces it."""

    start: dt.date
    end: dt.date | None = None


class AppliesTo(Sourced, frozen=True, kw_only=True):
    """Kinds of school (SchoolKind values) that the rulebook is for, and their names in the law."""

    kinds: Annotated[list[Name], Meta(min_length=1)]
    schools: list[Name]
    note: str = ""


class Counts(Node, frozen=True, kw_only=True):
    """How much a whole rulebook holds, written down apart from the content: a file cut short does not load.

    `indicators` counts per level, Điều 22 included; `thresholds` and `data_items` count entries.
    """

    standards: int
    criteria: int
    mandatory: int
    others: int
    indicators: dict[LevelNumber, int]
    thresholds: int
    data_items: int


class Rule(Sourced, frozen=True, kw_only=True):
    """A rule in words."""

    text: Name


class SchoolLevelRule(Rule, frozen=True, kw_only=True):
    """What a school's level asks, on top of the levels below it.

    Every mandatory criterion satisfies level `mandatory`; at least `others_at_least` of the others satisfy `others_at`;
    every other one satisfies `rest` (0 asks nothing).
    """

    mandatory: Count
    others_at: Count
    others_at_least: Count
    rest: Count


class SchoolRule(Node, frozen=True, kw_only=True):
    """The levels of a school, from 1 up without a gap."""

    levels: Annotated[dict[LevelNumber, SchoolLevelRule], Meta(min_length=1)]


class ConditionName(enum.StrEnum):
    """Facts about a school that conditions rest on; fields of `SchoolFacts`."""

    COHORT_COMPLETED = "cohort_completed"
    YEARS_OF_ACTIVITY = "years_of_activity"
    CONSECUTIVE_YEARS_OF_DATA = "consecutive_years_of_data"
    FACILITIES_MET = "facilities_met"


class ConditionRule(Node, frozen=True, kw_only=True):
    """A condition beside the level: a fact that must be true, or at least a number (years)."""

    id: Name
    fact: ConditionName
    article: Name
    text: Name
    confidence: Confidence
    at_least: Annotated[int, Meta(ge=1)] | None = None


class LevelCondition(Node, frozen=True, kw_only=True):
    """The condition that a level is reached."""

    id: Name
    article: Name
    text: Name


class AwardRule(Sourced, frozen=True, kw_only=True):
    """A certificate or a recognition: school level → degree, further conditions, who decides. No degrees: not known."""

    name: Name
    degree_name: Name
    degrees: dict[LevelNumber, Annotated[int, Meta(ge=1)]]
    level_condition: LevelCondition
    conditions: list[ConditionRule]
    decided_by: Name


class DecidingLayer(Rule, frozen=True, kw_only=True):
    """Whose results count for certificate and recognition."""

    layer: Literal["school", "commune", "department"]


class Validity(Rule, frozen=True, kw_only=True):
    """How long a recognition is valid, in years; a printed date wins."""

    years: Annotated[int, Meta(ge=1)]


class Renewal(Rule, frozen=True, kw_only=True):
    """How many months before expiry a school must have registered; None where no rule is known."""

    register_months_before: Annotated[int, Meta(ge=1)] | None = None


class Upgrade(Rule, frozen=True, kw_only=True):
    """How long to wait for a higher degree, in years, and the first day this rule may be used (transition)."""

    wait_years: Count
    not_before: dt.date | None = None


class Revocation(Rule, frozen=True, kw_only=True):
    """When a recognition is taken back; `remedy_first`: only after a time to remedy has passed."""

    remedy_first: bool


class FigureRule(Rule, frozen=True, kw_only=True):
    """What a countable threshold is worth: a proposal to the council, or a warning only (until a day, where one is set)."""

    use: Literal["proposal", "warning"]
    advisory_until: dt.date | None = None


class Council(Rule, frozen=True, kw_only=True):
    """How a self-assessment council is made up."""

    at_least: Annotated[int, Meta(ge=1)]
    odd: bool
    chair: Name
    members: list[Name]


class Combination(Rule, frozen=True, kw_only=True):
    """How several levels of education or several sites make one result: a marked setting.

    whole: one assessment for the school; lowest: one per part, the lowest holds; separate: one per part, not combined.
    """

    levels: Literal["whole", "lowest", "separate"]
    sites: Literal["whole", "lowest", "separate"]


class Rules(Node, frozen=True, kw_only=True):
    """How results of indicators become levels, awards and dates."""

    indicator: Rule
    criterion: Rule
    school: SchoolRule
    certificate: AwardRule
    recognition: AwardRule
    deciding_layer: DecidingLayer
    validity: Validity
    renewal: Renewal
    upgrade: Upgrade
    revocation: Revocation
    figures: FigureRule
    council: Council
    combination: Combination
    not_for_ranking: Rule | None = None
    improvement_plan: Rule | None = None


class EvidenceCodeRule(Sourced, frozen=True, kw_only=True):
    """How evidence codes are written; `wrap` puts brackets round each code or round all of them."""

    pattern: Name
    digits: Annotated[int, Meta(ge=1)]
    max_digits: Annotated[int, Meta(ge=1)]
    brackets: Annotated[str, Meta(min_length=2, max_length=2)]
    wrap: Literal["each", "all"]
    separator: Name
    example: Name
    place: Name
    one_code_per_document: bool


class Form(Sourced, frozen=True, kw_only=True):
    """A form that the regime uses: its sections and the columns of its table."""

    id: Name
    title: Name
    sections: list[Name] = []
    columns: list[Name] = []


class Deadline(Sourced, frozen=True, kw_only=True):
    """Something to be done by a time."""

    id: Name
    what: Name
    who: Name
    when: Name


class Unknown(Node, frozen=True, kw_only=True):
    """What could not be read, and which setting to change once it is."""

    about: Name
    text: Name
    setting: Name


class ThresholdText(Node, frozen=True, kw_only=True):
    """A countable threshold of an indicator.

    `value` None: the number is set elsewhere or not known. No `areas`, `levels`, `specialised` or `urban`: applies to all.
    `binding` False: not a condition, or a number that no longer holds. Confidence is the indicator's unless written.
    """

    figure: Annotated[str, Meta(pattern=r"^[a-z0-9_]+$")]
    op: Literal[">=", "<=", "<", ">", "==", "non_decreasing"]
    value: int | Decimals | None
    unit: Name
    areas: list[Area] = []
    levels: list[EducationLevel] = []
    specialised: bool | None = None
    urban: bool | None = None
    window_years: Annotated[int, Meta(ge=1)] | None = None
    binding: bool = True
    note: str = ""
    confidence: Confidence | None = None


class IndicatorText(Sourced, frozen=True, kw_only=True):
    """One requirement; `optional` where the law says "nếu có": only there may it be judged not applicable."""

    text: Name
    optional: bool = False
    note: str = ""
    thresholds: list[ThresholdText] = []


class LevelText(Node, frozen=True, kw_only=True):
    """One level of a criterion: its article and its indicators, "-" where it has no letters."""

    source: Name
    indicators: Annotated[dict[IndicatorCode, IndicatorText], Meta(min_length=1)]


class DataItem(Sourced, frozen=True, kw_only=True):
    """A quantity the 2026 circular names without unit, formula or threshold; unit and formula are our reading."""

    figure: Annotated[str, Meta(pattern=r"^[A-Z]{2}\.\d+\.\d+\.Q\d{2}$")]
    name: Name
    kind: Literal["ratio", "count", "pair", "against_required", "of_total"]
    unit: Name
    numerator: Name
    taken_from: Name
    denominator: str = ""
    totals_only: bool = False
    applies: str = ""


class CriterionText(Node, frozen=True, kw_only=True):
    """One criterion; `short` fits a tile of the matrix; `confidence` is that of its existence and title."""

    code: CheckedCriterionCode
    title: Name
    short: Annotated[str, Meta(min_length=1, max_length=34)]
    mandatory: bool
    confidence: Confidence
    levels: Annotated[dict[LevelNumber, LevelText], Meta(min_length=1)]
    note: str = ""
    data_items: list[DataItem] = []
    evidence_hints: list[Name] = []


class StandardText(Node, frozen=True, kw_only=True):
    """One standard and its criteria."""

    number: Annotated[int, Meta(ge=1)]
    title: Name
    criteria: Annotated[list[CriterionText], Meta(min_length=1)]
    note: str = ""


class Repealed(Sourced, frozen=True, kw_only=True):
    """An indicator that an amendment took away: known by name, asked no more."""

    criterion: CheckedCriterionCode
    level: LevelNumber
    indicator: IndicatorCode
    text: Name
    note: str = ""


class RulebookDocument(Node, frozen=True, kw_only=True):
    """A whole rulebook file."""

    format: Literal[1]
    id: Annotated[str, Meta(pattern=r"^[a-z0-9_]+/[a-z_]+$")]
    edition: Annotated[int, Meta(ge=1)]
    family: Name
    title: Name
    circulars: Annotated[list[Circular], Meta(min_length=1)]
    in_force: InForceText
    applies_to: AppliesTo
    levels: LevelNumber
    counts: Counts
    rules: Rules
    evidence_code: EvidenceCodeRule
    forms: list[Form]
    deadlines: list[Deadline]
    standards: Annotated[list[StandardText], Meta(min_length=1)]
    beyond_standards: list[CriterionText]
    repealed: list[Repealed]
    unknown: list[Unknown]
