"""Calls of the inspection service about difficulties: raised by schools, treated by offices, closed by the school."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import (
    CLERKS_AND_COUNCIL,
    COMMUNE_PLANNERS,
    COMMUNE_UNITS,
    COUNCIL,
    YEAR_READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, DifficultyState, ForwardedDifficulty
from shared.vocabulary.ids import CommuneCode, CriterionCode, DifficultyId, DocumentId, Position, SchoolCode
from shared.vocabulary.roles import Role


class RaiseDifficulty(Call, frozen=True, kw_only=True):
    """A school says what is difficult and what it asks for. `year` 0: this one; `documents` are kept ones of the school."""

    school: SchoolCode
    text: str
    asks: str
    criterion: CriterionCode = CriterionCode("")
    year: int = 0
    documents: list[DocumentId] = []


class DifficultyAdded(Answer, frozen=True, kw_only=True):
    """A difficulty was raised."""

    id: DifficultyId
    position: Position


class TakeDifficulty(Call, frozen=True, kw_only=True):
    """A unit takes a difficulty, to answer by the day `due`."""

    difficulty: DifficultyId
    due: dt.date
    unit: CommuneUnit = CommuneUnit.CULTURE_OFFICE


class AnswerDifficulty(Call, frozen=True, kw_only=True):
    """The office, or the unit that took it, answers; `seen` is the `version` that the caller read, 0 to ask for nothing."""

    difficulty: DifficultyId
    text: str
    seen: int = 0


class ForwardDifficulty(Call, frozen=True, kw_only=True):
    """The office passes a difficulty on to whoever can decide, with a summary; `seen` as in `AnswerDifficulty`."""

    difficulty: DifficultyId
    to: ForwardedDifficulty
    summary: str
    seen: int = 0


class DecideDifficulty(Call, frozen=True, kw_only=True):
    """Those to whom it was forwarded decide; `seen` as in `AnswerDifficulty`."""

    difficulty: DifficultyId
    text: str
    seen: int = 0


class CloseDifficulty(Call, frozen=True, kw_only=True):
    """The school says whether it is solved (`thoa_dang`), which closes it, or not (`chua`): the office has it again.

    `seen` as in `AnswerDifficulty`.
    """

    difficulty: DifficultyId
    word: ClosingWord
    note: str = ""
    seen: int = 0


class MergeDifficulty(Call, frozen=True, kw_only=True):
    """The office treats a difficulty together with another one of the commune's year."""

    difficulty: DifficultyId
    into: DifficultyId


class DifficultyRequest(Call, frozen=True, kw_only=True):
    """Ask for one difficulty by its id alone."""

    difficulty: DifficultyId


class DifficultiesRequest(Call, frozen=True, kw_only=True):
    """List difficulties that the caller may see, what waits longest first; narrowed by what is named. `limit` 1 to 500."""

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    school: SchoolCode | None = None
    state: DifficultyState | None = None
    after: int = 0
    limit: int = 200


class DifficultyActView(Answer, frozen=True, kw_only=True):
    """What was done: taken, answered, forwarded, decided, closed or merged.

    `text` is an answer, a summary, a decision or a note; `whom` the unit, to whom, who decided, the school's word, or the
    difficulty that it was merged into.
    """

    kind: str
    acted_on: dt.date
    text: str
    whom: str
    position: Position
    due: dt.date | None = None


class DifficultyView(Answer, frozen=True, kw_only=True):
    """One difficulty. `state` is that of the difficulty it is merged into, until its school closes it.

    `overdue` on the day of the question: taken, and not answered by `due`. `acts` of one that is merged are followed by what
    was done about the other one since. `version` grows with everything that is done about this one.
    """

    id: DifficultyId
    commune: CommuneCode
    year: int
    school: SchoolCode
    criterion: CriterionCode
    text: str
    asks: str
    documents: list[DocumentId]
    raised_on: dt.date
    state: DifficultyState
    unit: CommuneUnit | None
    due: dt.date | None
    overdue: bool
    forwarded_to: ForwardedDifficulty | None
    position: Position
    merged_into: DifficultyId = DifficultyId("")
    merged: list[DifficultyId] = []
    acts: list[DifficultyActView] = []
    version: int = 0


class DifficultiesAnswer(Answer, frozen=True, kw_only=True):
    """One page of difficulties, how many there are, and how many in each state before `state` narrows."""

    difficulties: list[DifficultyView]
    total: int
    counts: dict[str, int]


_ANSWERERS = COMMUNE_UNITS | {Role.STEERING_COMMITTEE}
_DECIDERS = frozenset({Role.COMMUNE_LEADER, Role.ECONOMIC_OFFICE, Role.DEPARTMENT_OFFICER})

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="raise_difficulty",
        request=RaiseDifficulty,
        answer=DifficultyAdded,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Trường nêu một khó khăn và đề nghị.",
        routes=(post("/schools/{school}/difficulties"),),
        commands=("difficulty raise",),
        follows=("assessment", "evidence"),
    ),
    Operation(
        name="take_difficulty",
        request=TakeDifficulty,
        answer=DifficultyView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Nhận một khó khăn: đơn vị nào trả lời, hạn nào.",
        routes=(post("/difficulties/{difficulty}/taking"),),
        commands=("difficulty take",),
    ),
    Operation(
        name="answer_difficulty",
        request=AnswerDifficulty,
        answer=DifficultyView,
        roles=_ANSWERERS,  # a unit that plans nothing answers what it took
        scope=Scope.BY_ID,
        summary="Trả lời trường về một khó khăn: Phòng Văn hóa – Xã hội, lãnh đạo xã, hoặc đơn vị đã nhận.",
        routes=(post("/difficulties/{difficulty}/answers"),),
        commands=("difficulty answer",),
    ),
    Operation(
        name="forward_difficulty",
        request=ForwardDifficulty,
        answer=DifficultyView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Chuyển một khó khăn đến nơi quyết định: lãnh đạo UBND xã, Phòng Kinh tế hoặc Sở.",
        routes=(post("/difficulties/{difficulty}/forwarding"),),
        commands=("difficulty forward",),
    ),
    Operation(
        name="decide_difficulty",
        request=DecideDifficulty,
        answer=DifficultyView,
        roles=_DECIDERS,  # which of them, to whom it was forwarded says
        scope=Scope.BY_ID,
        summary="Nơi được chuyển đến quyết định về một khó khăn.",
        routes=(post("/difficulties/{difficulty}/decision"),),
        commands=("difficulty decide",),
    ),
    Operation(
        name="close_difficulty",
        request=CloseDifficulty,
        answer=DifficultyView,
        roles=COUNCIL,
        scope=Scope.BY_ID,
        summary="Trường đóng một khó khăn đã được trả lời: thỏa đáng, hoặc chưa (mở lại cho xã).",
        routes=(post("/difficulties/{difficulty}/closing"),),
        commands=("difficulty close",),
    ),
    Operation(
        name="merge_difficulty",
        request=MergeDifficulty,
        answer=DifficultyView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Gộp một khó khăn vào khó khăn khác cùng năm: trả lời chung.",
        routes=(post("/difficulties/{difficulty}/merging"),),
        commands=("difficulty merge",),
    ),
    Operation(
        name="difficulty",
        request=DifficultyRequest,
        answer=DifficultyView,
        roles=YEAR_READERS | CLERKS_AND_COUNCIL,
        scope=Scope.BY_ID,
        summary="Một khó khăn với mọi việc đã làm về nó.",
        routes=(get("/difficulties/{difficulty}"),),
        commands=("difficulty show",),
    ),
    Operation(
        name="difficulties",
        request=DifficultiesRequest,
        answer=DifficultiesAnswer,
        roles=YEAR_READERS | CLERKS_AND_COUNCIL,
        scope=Scope.NARROWED,
        open_list=True,
        summary="Khó khăn của các trường được xem: quá hạn trước, rồi theo hạn.",
        routes=(get("/difficulties"),),
        commands=("difficulty list",),
        follows=("assessment",),
    ),
    Operation(
        name="commune_difficulties",
        request=DifficultiesRequest,
        answer=DifficultiesAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        summary="Khó khăn ở các trường của một xã trong một năm, như trên.",
        routes=(get("/communes/{commune}/years/{year}/difficulties"),),
        follows=("assessment",),
    ),
)
"""What may be asked, by whom."""
