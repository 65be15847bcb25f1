"""Rules about people and decisions rather than levels: who may sit on a council, when a recognition is to be taken back."""

from __future__ import annotations

import enum

import msgspec

from shared.rulebook.evaluator import LevelResult
from shared.rulebook.model import Rulebook


class CouncilCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a council's size is lawful, and why (Vietnamese, with article)."""

    lawful: bool
    because: str


class RevocationStep(enum.StrEnum):
    """What the office should do about a recognition whose school fell behind; a person decides."""

    NONE = "khong"
    WATCH = "theo_doi"
    ASK_REMEDY = "yeu_cau_khac_phuc"
    PROPOSE = "de_nghi_thu_hoi"


class RevocationAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion, never a decision, with the rule it follows."""

    step: RevocationStep
    because: str


def check_council(rulebook: Rulebook, members: int) -> CouncilCheck:
    """Tell whether a self-assessment council of this size is lawful (TT17–19/2018 Đ24; TT57/2026 Đ9 k1)."""
    rule = rulebook.rules.council
    lawful = members >= rule.at_least and (not rule.odd or members % 2 == 1)
    return CouncilCheck(lawful=lawful, because=f"{members} thành viên: {rule.text} ({rule.source}).")


def revocation(rulebook: Rulebook, degree: int, school: LevelResult, remedied: bool | None = None) -> RevocationAdvice:
    """Suggest what to do about a recognition of `degree`, given the school's level now (2018 Đ39; TT57/2026 Đ20 k1).

    `remedied`: whether the school mended it within the time the department set; None while that time runs or none was set.
    """
    rule = rulebook.rules.revocation
    degrees = rulebook.rules.recognition.degrees
    needed = min((level for level, granted in degrees.items() if granted >= degree), default=rulebook.highest_level + 1)
    article = f"({rule.source})"
    if school.floor >= needed:
        return RevocationAdvice(
            step=RevocationStep.NONE, because=f"Trường còn đạt Mức {needed} mà Mức độ {degree} đòi {article}."
        )
    if school.ceiling >= needed:
        return RevocationAdvice(
            step=RevocationStep.WATCH, because=f"Chưa đủ căn cứ để nói trường không còn đạt Mức {needed} {article}."
        )
    behind = f"Trường không còn đạt Mức {needed} mà Mức độ {degree} đòi; {rule.text} {article}."
    if remedied is False:
        return RevocationAdvice(step=RevocationStep.PROPOSE, because=behind)
    if remedied:
        return RevocationAdvice(step=RevocationStep.WATCH, because=f"Đã khắc phục, cần đánh giá lại. {behind}")
    step = RevocationStep.ASK_REMEDY if rule.remedy_first else RevocationStep.PROPOSE
    return RevocationAdvice(step=step, because=behind)
