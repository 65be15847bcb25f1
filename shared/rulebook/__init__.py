"""The law as data: circulars as rulebooks with dates, digests and articles, and everything that follows from them.

Owns the rulebook files in `data/`, the evaluator, derivations, figures, comparison and simulation. Pure: no clock, no
network, no database; the same results under the same digest give the same answer for ever.
"""

from shared.rulebook.dates import Dates, HeldRecognition, RecognitionState, expiry, recognition_dates, state
from shared.rulebook.errors import BadInput, BrokenRulebook, UnknownCriterion, UnknownRulebook
from shared.rulebook.evaluator import AwardResult, Condition, Evaluation, LevelResult, SchoolFacts, evaluate
from shared.rulebook.loader import Library, RulebookChoice, load_library, why_in_force
from shared.rulebook.model import Criterion, EvidenceCodeParts, Indicator, IndicatorKey, InForce, Level, Rulebook, Standard

__all__ = [
    "AwardResult",
    "BadInput",
    "BrokenRulebook",
    "Condition",
    "Criterion",
    "Dates",
    "Evaluation",
    "EvidenceCodeParts",
    "HeldRecognition",
    "InForce",
    "Indicator",
    "IndicatorKey",
    "Level",
    "LevelResult",
    "Library",
    "RecognitionState",
    "Rulebook",
    "RulebookChoice",
    "SchoolFacts",
    "Standard",
    "UnknownCriterion",
    "UnknownRulebook",
    "evaluate",
    "expiry",
    "load_library",
    "recognition_dates",
    "state",
    "why_in_force",
]
