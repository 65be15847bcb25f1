"""Calls of the inspection service about needs of schools, money and works. Amounts are whole đồng."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.calls.year.need_views import (
    NeedRecorded,
    NeedsAnswer,
    NeedsRequest,
    NeedSumsAnswer,
    NeedSumsRequest,
    NeedView,
)
from shared.contracts.operations import CLERKS_AND_COUNCIL, YEAR_READERS, Operation, Scope, get, post
from shared.vocabulary.commune_year import Appraisal, FundingSource
from shared.vocabulary.ids import CommuneCode, CriterionCode, DocumentId, NeedId, Position, SchoolCode
from shared.vocabulary.roles import Role

NEED_READERS = YEAR_READERS | CLERKS_AND_COUNCIL
"""Who reads needs: the commune's year whole, or those of one's own school."""
_SCHOOL = frozenset({Role.HEAD, Role.CLERK})
_ECONOMIC = frozenset({Role.ECONOMIC_OFFICE})
_MONEY = _ECONOMIC | {Role.COMMUNE_LEADER}


class RaiseNeed(Call, frozen=True, kw_only=True):
    """A school says what it needs by the end of a year; the same words and numbers again are the same need.

    `cost_vnd` null: the school cannot tell; `criterion` '': none; `in_commune` '': that of the school.
    """

    school: SchoolCode
    year: int
    item: str
    quantity: int
    unit: str = ""
    cost_vnd: int | None = None
    criterion: CriterionCode = CriterionCode("")
    site: str = ""
    reason: str = ""
    in_commune: CommuneCode = CommuneCode("")


class NeedAdded(Answer, frozen=True, kw_only=True):
    """A need was raised."""

    id: NeedId
    position: Position


class ChangeNeed(Call, frozen=True, kw_only=True):
    """The school says its need anew, as a whole, while nobody found it founded.

    `seen` is the `version` of the need that was looked at: what came since refuses the change; 0 looks at nothing.
    """

    need: NeedId
    year: int
    item: str
    quantity: int
    unit: str = ""
    cost_vnd: int | None = None
    criterion: CriterionCode = CriterionCode("")
    site: str = ""
    reason: str = ""
    seen: int = 0


class WithdrawNeed(Call, frozen=True, kw_only=True):
    """Ask no longer: the school while no money is planned, the commune until the work begins."""

    need: NeedId
    reason: str


class AppraiseNeed(Call, frozen=True, kw_only=True):
    """The economic office finds a need founded, founded at another cost, or not.

    `cost_vnd` null: what the school said. Another cost and a refusal want a reason. `seen` as in ChangeNeed.
    """

    need: NeedId
    verdict: Appraisal
    cost_vnd: int | None = None
    reason: str = ""
    seen: int = 0


class FundNeed(Call, frozen=True, kw_only=True):
    """Plan money of a source in a year for a founded need; it replaces what that source gave in that year.

    More in all than the appraised cost wants a reason; so does 0, which takes back what that source gave in that year.
    `decision` is its number. `seen` as in ChangeNeed.
    """

    need: NeedId
    source: FundingSource
    money_year: int
    amount_vnd: int
    decision: str = ""
    reason: str = ""
    seen: int = 0


class StartWork(Call, frozen=True, kw_only=True):
    """Building or buying begins, today or on an earlier day."""

    need: NeedId
    on: dt.date | None = None


class CheckWork(Call, frozen=True, kw_only=True):
    """How far the work is on a day, in whole percent; a work that nobody began begins with it."""

    need: NeedId
    progress_percent: int
    quality: str = ""
    problem: str = ""
    photos: list[DocumentId] = []
    on: dt.date | None = None


class PhotographWork(Call, frozen=True, kw_only=True):
    """The school, or the economic office that sent them, shows photos of the work that the school keeps as documents."""

    need: NeedId
    photos: list[DocumentId]
    note: str = ""
    on: dt.date | None = None


class HandOverNeed(Call, frozen=True, kw_only=True):
    """What was needed is handed over to the school; `remaining` is what is still to be done."""

    need: NeedId
    on: dt.date | None = None
    remaining: str = ""


class NeedRequest(Call, frozen=True, kw_only=True):
    """Ask for one need with its history."""

    need: NeedId


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="raise_need",
        request=RaiseNeed,
        answer=NeedAdded,
        roles=_SCHOOL,
        scope=Scope.SCHOOL,
        summary="Trường nêu một nhu cầu: hạng mục, số lượng, kinh phí ước, tiêu chí, năm cần.",
        routes=(post("/schools/{school}/needs"), post("/communes/{commune}/years/{year}/needs", commune="in_commune")),
        commands=("need raise",),
        follows=("assessment",),
    ),
    Operation(
        name="change_need",
        request=ChangeNeed,
        answer=NeedRecorded,
        roles=_SCHOOL,
        scope=Scope.BY_ID,
        summary="Trường sửa một nhu cầu khi Phòng Kinh tế chưa xác nhận có cơ sở.",
        routes=(post("/needs/{need}/changes"),),
        commands=("need change",),
    ),
    Operation(
        name="withdraw_need",
        request=WithdrawNeed,
        answer=NeedRecorded,
        roles=_SCHOOL | _MONEY,
        scope=Scope.BY_ID,
        summary="Rút một nhu cầu, kèm lý do; đã bố trí vốn thì xã rút.",
        routes=(post("/needs/{need}/withdrawal"),),
        commands=("need withdraw",),
    ),
    Operation(
        name="appraise_need",
        request=AppraiseNeed,
        answer=NeedRecorded,
        roles=_ECONOMIC,
        scope=Scope.BY_ID,
        summary="Phòng Kinh tế thẩm định một nhu cầu: có cơ sở, điều chỉnh, không có cơ sở.",
        routes=(post("/needs/{need}/appraisals"),),
        commands=("need appraise",),
    ),
    Operation(
        name="fund_need",
        request=FundNeed,
        answer=NeedRecorded,
        roles=_MONEY,
        scope=Scope.BY_ID,
        summary="Bố trí vốn của một nguồn trong một năm cho nhu cầu đã thẩm định, thay số cũ; 0 là thu hồi.",
        routes=(post("/needs/{need}/funding"),),
        commands=("need fund",),
    ),
    Operation(
        name="start_work",
        request=StartWork,
        answer=NeedRecorded,
        roles=_ECONOMIC,
        scope=Scope.BY_ID,
        summary="Ghi ngày khởi công hoặc bắt đầu mua sắm.",
        routes=(post("/needs/{need}/work"),),
        commands=("need start",),
    ),
    Operation(
        name="check_work",
        request=CheckWork,
        answer=NeedRecorded,
        roles=_ECONOMIC,
        scope=Scope.BY_ID,
        summary="Ghi tiến độ, chất lượng, vướng mắc của công trình, thiết bị.",
        routes=(post("/needs/{need}/progress"),),
        commands=("need work",),
        follows=("evidence",),
    ),
    Operation(
        name="photograph_work",
        request=PhotographWork,
        answer=NeedRecorded,
        roles=_SCHOOL | _ECONOMIC,
        scope=Scope.BY_ID,
        summary="Trường, hoặc Phòng Kinh tế, gửi ảnh công trình, thiết bị đã lưu trong kho của trường.",
        routes=(post("/needs/{need}/photos"),),
        commands=("need photo",),
        follows=("evidence",),
    ),
    Operation(
        name="hand_over_need",
        request=HandOverNeed,
        answer=NeedRecorded,
        roles=_ECONOMIC,
        scope=Scope.BY_ID,
        summary="Ghi bàn giao cho trường và việc còn lại.",
        routes=(post("/needs/{need}/handover"),),
        commands=("need hand-over",),
    ),
    Operation(
        name="need",
        request=NeedRequest,
        answer=NeedView,
        roles=NEED_READERS,
        scope=Scope.BY_ID,
        summary="Một nhu cầu với mọi lần thẩm định, bố trí vốn, kiểm tra.",
        routes=(get("/needs/{need}"),),
        commands=("need show",),
    ),
    Operation(
        name="needs",
        request=NeedsRequest,
        answer=NeedsAnswer,
        roles=NEED_READERS,
        scope=Scope.NARROWED,
        open_list=True,
        summary="Nhu cầu của các trường được xem: chưa có nguồn trước, rồi theo năm và tên trường.",
        routes=(get("/needs"),),
        commands=("need list",),
        follows=("assessment",),
    ),
    Operation(
        name="commune_needs",
        request=NeedsRequest,
        answer=NeedsAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        summary="Nhu cầu ở các trường của một xã trong một năm, như trên.",
        routes=(get("/communes/{commune}/years/{year}/needs"),),
        follows=("assessment",),
    ),
    Operation(
        name="need_sums",
        request=NeedSumsRequest,
        answer=NeedSumsAnswer,
        roles=NEED_READERS,
        scope=Scope.NARROWED,
        open_list=True,
        summary="Vốn đã bố trí cộng theo trường, theo nguồn, theo năm; phần chưa có nguồn.",
        routes=(get("/need-sums"),),
        commands=("need list",),
        follows=("assessment",),
    ),
    Operation(
        name="commune_need_sums",
        request=NeedSumsRequest,
        answer=NeedSumsAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        summary="Vốn ở các trường của một xã trong một năm, như trên.",
        routes=(get("/communes/{commune}/years/{year}/need-sums"),),
        follows=("assessment",),
    ),
)
"""What may be asked, by whom."""
