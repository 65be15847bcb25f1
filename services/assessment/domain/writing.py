"""Decides what is written: a text replaces what stands, or is put together with it; its codes lead to evidence or dangle.

A code leads somewhere when the school issued it and cites its document at the criterion. One that was never issued is a slip
of the pen or paper that nobody coded; one that is not cited there is one that the danh mục would not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.merging import merged
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.report_sections import ReportSection, report_sections, standards_are_described
from services.assessment.domain.rulebook_lookup import criterion_of, name_of
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.self_assessment_facts import Sentence
from services.assessment.domain.sentences import text_of
from services.assessment.domain.work import DESCRIPTION, CriterionWork
from services.assessment.errors import ChangedMeanwhile, NoSuchSection, NothingCopied, WrittenElsewhere
from shared.eventlog.log import RecordedEvent
from shared.rulebook import Rulebook, Standard
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.ids import BEGINNING, CriterionCode, DocumentId, EvidenceCode, Position
from shared.vocabulary.self_assessment import CodeStanding, WritingState

# --- texts


class TypedStatus(NamedTuple):
    """What is to stand at a level. `news`: it differs from what stands; `merged`: another's change is in it."""

    sentences: tuple[Sentence, ...]
    news: bool
    merged: bool = False


def check_level(rulebook: Rulebook, criterion: CriterionCode, level: int) -> None:
    """Do nothing when the criterion has this level; raises NoSuchCriterion."""
    levels = criterion_of(rulebook, criterion).levels
    if level not in levels:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có {name_of(criterion, level) if level else f'mức {level} ở {name_of(criterion)}'}. "
            f"Chọn một trong các mức {', '.join(map(str, levels))}.",
            rulebook=rulebook.id,
            criterion=criterion,
            level=level,
        )


def sentences_at(work: CriterionWork, level: int) -> tuple[Sentence, ...]:
    """Return the sentences that stand at a level."""
    logged = work.texts.get(level)
    return _sentences(logged) if logged else ()


def text_to_write(
    history: SchoolHistory, work: CriterionWork, level: int, mine: tuple[Sentence, ...], expected: Position | None
) -> TypedStatus:
    """Return what is to stand at a level of a criterion, where `mine` was written on the text at `expected`.

    Raises ChangedMeanwhile, with both texts, where somebody else changed the same sentence since.
    """
    logged = work.texts.get(level)
    position = logged.position if logged else BEGINNING
    theirs = _sentences(logged) if logged else ()
    if expected is None or expected == position or mine == theirs:
        # What was copied counts as read once it is saved, also unchanged.
        return TypedStatus(mine, news=mine != theirs or level in work.unread)
    base = _seen(history, logged, expected)
    both = merged(base, theirs, mine) if base is not None else None
    if both is None:
        raise ChangedMeanwhile(
            "Có người vừa sửa đúng câu này. Chưa ghi đè gì. Xem hai bản rồi ghi lại.",
            level=level,
            position=position,
            theirs=text_of(theirs),
            yours=text_of(mine),
        )
    return TypedStatus(both, news=both != theirs, merged=True)


def _sentences(logged: RecordedEvent) -> tuple[Sentence, ...]:
    fact = logged.entry.fact
    assert isinstance(fact, sf.StatusWritten)
    return fact.sentences


def _seen(history: SchoolHistory, standing: RecordedEvent | None, expected: Position) -> tuple[Sentence, ...] | None:
    """Return the text that a person saw, None when the position is that of no text of this place."""
    if expected == BEGINNING:
        return ()
    fact = next((logged.entry.fact for logged in history.entries if logged.position == expected), None)
    of = standing.entry.fact if standing else None
    if not isinstance(fact, sf.StatusWritten) or not isinstance(of, sf.StatusWritten):
        return None
    return fact.sentences if (fact.criterion, fact.level) == (of.criterion, of.level) else None


def check_copied(work: CriterionWork, criterion: CriterionCode, level: int) -> bool:
    """Say whether a text was copied and is to be read again; raises NothingCopied where there is none at all."""
    if level in work.unread:
        return True
    if level != DESCRIPTION and level not in work.texts:
        raise NothingCopied(f"Chưa có phần chép từ đợt trước ở {name_of(criterion, level)}. Chưa ghi gì. Viết mới ở đây.")
    return False


def writing_state(work: CriterionWork, level: int, *, written: bool) -> WritingState:
    """Return the state of a text: copied and unread, written, or not written."""
    if level in work.unread:
        return WritingState.UNREAD
    return WritingState.WRITTEN if written else WritingState.NOT_WRITTEN


# --- codes


class Dangling(NamedTuple):
    """A code in a text that leads to no evidence of its criterion; `sentence` counts from 1 within the level."""

    level: int
    sentence: int
    code: EvidenceCode
    standing: CodeStanding


class Codes:
    """The codes of a school as they are seen from one criterion of one cycle."""

    def __init__(self, issued: Mapping[EvidenceCode, f.EvidenceCoded], cited: Iterable[DocumentId]) -> None:
        self._issued = issued
        self._cited = frozenset(cited)

    def coded(self, code: EvidenceCode) -> f.EvidenceCoded | None:
        """Return what was given this code, None when it was never issued."""
        return self._issued.get(code)

    def standing(self, code: EvidenceCode) -> CodeStanding:
        """Return where a code leads to."""
        coded = self._issued.get(code)
        if coded is None:
            return CodeStanding.NOT_ISSUED
        return CodeStanding.CITED if coded.document in self._cited else CodeStanding.NOT_CITED

    def dangling(self, level: int, sentences: Iterable[Sentence]) -> list[Dangling]:
        """Return the codes in a text that lead to no evidence of the criterion."""
        return [
            Dangling(level, number, code, standing)
            for number, sentence in enumerate(sentences, start=1)
            for code in sentence.codes
            if (standing := self.standing(code)) is not CodeStanding.CITED
        ]


def issued_codes(assessed: SchoolAssessment) -> dict[EvidenceCode, f.EvidenceCoded]:
    """Return every code that the school issued."""
    facts = (logged.entry.fact for codes in assessed.state.codes.values() for logged in codes)
    return {fact.code: fact for fact in facts if isinstance(fact, f.EvidenceCoded)}


def codes_at(
    assessed: SchoolAssessment,
    criterion: CriterionCode,
    issued: Mapping[EvidenceCode, f.EvidenceCoded] | None = None,
) -> Codes:
    """Return the school's codes as they are seen from a criterion; `issued` where they are at hand already."""
    cited = assessed.cycle.documents().get(criterion, set()) if assessed.cycle else set()
    return Codes(issued_codes(assessed) if issued is None else issued, cited)


def dangling_codes(codes: Codes, work: CriterionWork) -> list[Dangling]:
    """Return the codes in all texts of a criterion that lead to no evidence of it."""
    return [found for level in sorted(work.texts) for found in codes.dangling(level, sentences_at(work, level))]


def unanchored(sentences: Iterable[Sentence]) -> list[int]:
    """Return the numbers of the sentences without any code."""
    return [number for number, sentence in enumerate(sentences, start=1) if not sentence.codes]


# --- what belongs to no criterion


def standard_of(rulebook: Rulebook, number: str) -> Standard:
    """Return a standard whose strengths and limits are to be written; raises WrittenElsewhere, NoSuchCriterion."""
    if not standards_are_described(rulebook):
        raise WrittenElsewhere(
            f"Theo {rulebook.circular}, điểm mạnh và điểm yếu viết ở từng tiêu chí. Chưa ghi gì. Mở trang tiêu chí để viết."
        )
    found = next((standard for standard in rulebook.standards if str(standard.number) == number), None)
    if found is None:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có tiêu chuẩn {number}. Chọn trong danh sách.", rulebook=rulebook.id, standard=number
        )
    return found


def section_of(rulebook: Rulebook, key: str) -> ReportSection:
    """Return a part of the report by its key; raises NoSuchSection."""
    sections = report_sections(rulebook)
    found = next((section for section in sections if section.key == key), None)
    if found is None:
        keys = [section.key for section in sections]
        raise NoSuchSection(
            f"Mẫu báo cáo theo {rulebook.circular} không có phần “{key}”. Chọn một trong: {', '.join(keys)}.", sections=keys
        )
    return found


def require_unchanged(logged: RecordedEvent | None, expected: Position | None, texts: Mapping[str, str]) -> None:
    """Check that what a person wrote on is what stands; raises ChangedMeanwhile with what stands and what was written."""
    position = logged.position if logged else BEGINNING
    if expected is None or expected == position:
        return
    standing: Mapping[str, str] = msgspec.to_builtins(logged.entry.fact) if logged else {}
    raise ChangedMeanwhile(
        "Có người đã sửa phần này. Chưa ghi đè gì. Xem hai bản rồi ghi lại.",
        position=position,
        theirs={name: standing.get(name, "") for name in texts},
        yours=dict(texts),
    )
