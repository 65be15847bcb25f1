"""Use cases of a commune's year: difficulties are raised, treated by offices in order, closed by their school."""

from __future__ import annotations

from collections.abc import Callable

from services.inspection.domain.year.difficulties_facts import DifficultyRaised
from services.inspection.domain.year.difficulty import Difficulty, difficulty_id, no_difficulty
from services.inspection.errors_year import DifficultyElsewhere, DifficultyNotForwarded, DifficultyRefused
from services.inspection.use_cases.kept_documents import chosen_documents, require_kept
from services.inspection.use_cases.year.common import (
    commune_of_open_school,
    require_criterion,
    stream_of,
    told_text,
)
from services.inspection.use_cases.year.difficulty_views import DifficultyViews
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.task_rights import UNIT_ROLES
from services.inspection.views.year import difficulties_rows as rows
from shared.contracts.calls.year.difficulties import (
    AnswerDifficulty,
    CloseDifficulty,
    DecideDifficulty,
    DifficultyAdded,
    DifficultyView,
    ForwardDifficulty,
    MergeDifficulty,
    RaiseDifficulty,
    TakeDifficulty,
)
from shared.contracts.operations import COMMUNE_PLANNERS
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.problems import NotAllowed
from shared.typed_texts import typed_text
from shared.vocabulary.commune_year import DifficultyState, ForwardedDifficulty
from shared.vocabulary.ids import CriterionCode, DifficultyId
from shared.vocabulary.roles import Role
from shared.vocabulary.year_labels import FORWARDED_DIFFICULTY_LABELS

_DECIDING = {
    ForwardedDifficulty.LEADERS: Role.COMMUNE_LEADER,
    ForwardedDifficulty.ECONOMIC_OFFICE: Role.ECONOMIC_OFFICE,
    ForwardedDifficulty.DEPARTMENT: Role.DEPARTMENT_OFFICER,
}
"""To whom it was forwarded → who decides for them."""


class Difficulties:
    """Keeps difficulties of schools."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
        self._views = DifficultyViews(year)

    def raise_difficulty(self, acting: CallContext, request: RaiseDifficulty) -> DifficultyAdded:
        """Raise a difficulty for a school; the same words of a year on the same criterion are the same difficulty.

        Raises SchoolUnknown, SchoolIsClosed, YearRefused, NoSuchCriterion, DifficultyRefused, DifficultyStands,
        DifficultyClosedAlready,
        DocumentUnknown, BadRequest.
        """
        commune = commune_of_open_school(self._year, request.school)
        year = request.year or self._year.today.year
        self._year.require_year(year)
        text = told_text(request.text, "khó khăn", path="$.text", refusal=DifficultyRefused)
        asks = told_text(request.asks, "đề nghị", path="$.asks", refusal=DifficultyRefused)
        criterion = CriterionCode(request.criterion.strip())
        require_criterion(self._year, request.school, criterion)
        documents = chosen_documents(request.documents)
        require_kept(self._year.known, documents, request.school)
        meta, on = self._year.metadata_on(acting)
        stream = difficulty_id(request.school, year, criterion, text)
        raised = DifficultyRaised(
            commune=commune,
            year=year,
            difficulty=DifficultyId(str(stream)),
            school=request.school,
            criterion=criterion,
            text=text,
            asks=asks,
            raised_on=on,
            documents=documents,
        )
        position = self._year.change(Difficulty, stream, lambda one: one.raise_it(raised, meta))
        return DifficultyAdded(id=raised.difficulty, position=position)

    def take_difficulty(self, acting: CallContext, request: TakeDifficulty) -> DifficultyView:
        """Take a difficulty for a unit. Raises what `Difficulty.take` raises, NotAllowed."""
        meta, on = self._year.metadata_on(acting)
        return self._change(
            acting, "take_difficulty", request.difficulty, lambda one: one.take(request.unit, request.due, on, meta)
        )

    def answer_difficulty(self, acting: CallContext, request: AnswerDifficulty) -> DifficultyView:
        """Answer the school. Raises what `Difficulty.answer` raises, NotAllowed, BadRequest."""
        text = told_text(request.text, "trả lời", path="$.text")
        meta, on = self._year.metadata_on(acting)

        def answer(one: Difficulty) -> None:
            _require_answerer(acting, one)
            one.answer(text, on, meta, seen=request.seen)

        return self._change(acting, "answer_difficulty", request.difficulty, answer)

    def forward_difficulty(self, acting: CallContext, request: ForwardDifficulty) -> DifficultyView:
        """Pass a difficulty on. Raises what `Difficulty.forward` raises, NotAllowed, BadRequest."""
        summary = told_text(request.summary, "tóm tắt", path="$.summary")
        meta, on = self._year.metadata_on(acting)
        return self._change(
            acting,
            "forward_difficulty",
            request.difficulty,
            lambda one: one.forward(request.to, summary, on, meta, seen=request.seen),
        )

    def decide_difficulty(self, acting: CallContext, request: DecideDifficulty) -> DifficultyView:
        """Decide, for those to whom it was forwarded. Raises what `Difficulty.decide` raises, NotAllowed, BadRequest."""
        text = told_text(request.text, "quyết định", path="$.text")
        meta, on = self._year.metadata_on(acting)

        def decide(one: Difficulty) -> None:
            _require_decider(acting, one)
            one.decide(text, on, meta, seen=request.seen)

        return self._change(acting, "decide_difficulty", request.difficulty, decide)

    def close_difficulty(self, acting: CallContext, request: CloseDifficulty) -> DifficultyView:
        """Say for the school whether it is solved; unsolved, it is open to the office again.

        Raises what `Difficulty.close` raises, NotAllowed, BadRequest.
        """
        note = typed_text(request.note, "ý kiến của trường")
        meta, on = self._year.metadata_on(acting)

        def close(one: Difficulty) -> None:
            one.close(request.word, note, on, meta, elsewhere=self._state_elsewhere(one), seen=request.seen)

        return self._change(acting, "close_difficulty", request.difficulty, close)

    def merge_difficulty(self, acting: CallContext, request: MergeDifficulty) -> DifficultyView:
        """Treat a difficulty with another one. Raises what `Difficulty.merge` raises, DifficultyRefused, NotAllowed."""
        into = self._year.load(Difficulty, stream_of(request.into, no_difficulty))
        target = into.of_school()
        permissions.require(acting, "inspection.merge_difficulty", commune=target.commune)
        meta, on = self._year.metadata_on(acting)

        def merge(one: Difficulty) -> None:
            raised = one.of_school()
            if (raised.commune, raised.year) != (target.commune, target.year) or one.id == into.id:
                raise DifficultyRefused("Chỉ gộp hai khó khăn khác nhau của cùng xã, cùng năm. Chưa ghi gì.", path="$.into")
            into.require_mergeable()
            self._require_holds_none(one)
            one.merge(target.difficulty, on, meta)

        return self._change(acting, "merge_difficulty", request.difficulty, merge)

    def _change(
        self, acting: CallContext, operation: str, number: str, decide: Callable[[Difficulty], None]
    ) -> DifficultyView:
        stream = stream_of(number, no_difficulty)

        def allowed(one: Difficulty) -> None:
            permissions.require(acting, f"inspection.{operation}", school=one.of_school().school)
            decide(one)

        self._year.change(Difficulty, stream, allowed)
        return self._views.one(DifficultyId(str(stream)))

    def _state_elsewhere(self, one: Difficulty) -> DifficultyState | None:
        if not one.merged_into:
            return None
        return self._year.load(Difficulty, stream_of(one.merged_into, no_difficulty)).state

    def _require_holds_none(self, one: Difficulty) -> None:
        """Raise DifficultyElsewhere for a difficulty that others are merged into: they would follow nobody."""
        with self._year.views.reading() as conn:
            number = one.of_school().difficulty
            held = rows.merged_with(conn, [number]).get(number)
        if held:
            raise DifficultyElsewhere(
                "Đã có khó khăn khác gộp vào khó khăn này. Chưa ghi gì. Gộp khó khăn kia vào đây, hoặc để riêng.",
                merged=held,
            )


def _require_answerer(acting: CallContext, one: Difficulty) -> None:
    """Raise NotAllowed unless the caller plans for the commune, or speaks for the unit that took the difficulty."""
    roles = COMMUNE_PLANNERS | ({UNIT_ROLES[one.taken_by]} if one.taken_by else set())
    if not any(grant.role in roles and grant.covers_school(one.of_school().school) for grant in acting.grants):
        raise NotAllowed(
            "Khó khăn này không do đơn vị của người gửi nhận. Chưa ghi gì. Phòng Văn hóa – Xã hội giao lại, hoặc trả lời."
        )


def _require_decider(acting: CallContext, one: Difficulty) -> None:
    """Raise NotAllowed unless the caller decides for those to whom it was forwarded; DifficultyNotForwarded for nobody."""
    raised, to = one.of_school(), one.forwarded_to
    if to is None:
        raise DifficultyNotForwarded(
            "Khó khăn này chưa chuyển đến nơi quyết định. Chưa ghi gì. Phòng Văn hóa – Xã hội chuyển trước."
        )
    if not any(grant.role is _DECIDING[to] and grant.covers_school(raised.school) for grant in acting.grants):
        raise NotAllowed(f"Khó khăn này đã chuyển đến: {FORWARDED_DIFFICULTY_LABELS[to]}. Chưa ghi gì. Nơi ấy quyết định.")
