"""Use cases of a commune's year: needs of schools are raised, appraised, and money is planned for them."""

from __future__ import annotations

from typing import Any

import msgspec

from services.inspection import views
from services.inspection.domain.year import needs_facts as nf
from services.inspection.domain.year.need import Need
from services.inspection.errors_year import NeedRefused
from services.inspection.use_cases.year.common import require_criterion
from services.inspection.use_cases.year.need_store import NeedStore, amount, line
from services.inspection.use_cases.year.repository import YearRepository
from shared.contracts.calls.year.need_views import NeedRecorded
from shared.contracts.calls.year.needs import AppraiseNeed, ChangeNeed, FundNeed, NeedAdded, RaiseNeed, WithdrawNeed
from shared.contracts.plan_years import require_year
from shared.identity.call_context import CallContext
from shared.identity.permissions import may
from shared.ids import natural_id
from shared.typed_texts import LONGEST_REASON, typed_reason
from shared.vocabulary.commune_year import Appraisal
from shared.vocabulary.ids import CommuneCode, NeedId, SchoolCode

_MOST_QUANTITY = 1_000_000
_LONGEST_UNIT, _LONGEST_NUMBER = 40, 60


class Needs:
    """Takes what schools need, what the economic office finds of it, and the money that is planned."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
        self._store = NeedStore(year)

    def raise_need(self, acting: CallContext, request: RaiseNeed) -> NeedAdded:
        """Raise a need of a school for a year; the same words and numbers again are the same need.

        Raises SchoolUnknown, SchoolElsewhere, SchoolIsClosed, YearRefused, NoSuchCriterion, NeedRefused, NeedOutOfStep,
        BadRequest.
        """
        require_year(request.year)
        home = self._commune_of(request)
        stated = self._stated(request, request.school)
        meta, on = self._year.metadata_on(acting)
        key = [str(stated[name]) for name in sorted(stated)]
        stream = natural_id("need", request.school, str(request.year), *key)
        raised = nf.NeedRaised(
            commune=home,
            year=request.year,
            need=NeedId(str(stream)),
            school=request.school,
            raised_on=on,
            **stated,
        )
        position = self._year.change(Need, stream, lambda need: need.raise_need(raised, meta))
        return NeedAdded(id=raised.need, position=position)

    def change_need(self, acting: CallContext, request: ChangeNeed) -> NeedRecorded:
        """Say a need anew. Raises NeedUnknown, NotAllowed, NeedMoved, NeedOutOfStep, and as `raise_need`."""
        require_year(request.year)
        row = self._store.known(acting, request.need)
        stated = self._stated(request, row.school)
        meta, on = self._year.metadata_on(acting)
        named: dict[str, Any] = {"commune": row.commune, "year": request.year, "need": row.need, "school": row.school}
        changed = nf.NeedChanged(**named, changed_on=on, **stated)
        return self._store.change(acting, "change_need", request.need, lambda need: need.change(changed, request.seen, meta))

    def withdraw_need(self, acting: CallContext, request: WithdrawNeed) -> NeedRecorded:
        """Ask no longer. Raises NeedUnknown, NotAllowed, NeedOutOfStep, BadRequest."""
        reason = typed_reason(request.reason, "lý do rút")
        meta, on = self._year.metadata_on(acting)

        def decide(need: Need) -> None:
            withdrawn = nf.NeedWithdrawn(**need.named, reason=reason, withdrawn_on=on)
            by_commune = may(acting, "inspection.fund_need", commune=need.known.commune)
            need.withdraw(withdrawn, meta, by_commune=by_commune)

        return self._store.change(acting, "withdraw_need", request.need, decide)

    def appraise_need(self, acting: CallContext, request: AppraiseNeed) -> NeedRecorded:
        """Say whether a need is well founded, and at what cost.

        Raises NeedUnknown, NotAllowed, NeedMoved, NeedOutOfStep, FundingTooHigh, NeedRefused, BadRequest.
        """
        reason = line(request.reason, "$.reason", "lý do", LONGEST_REASON)
        if request.verdict is not Appraisal.FOUNDED:
            reason = typed_reason(request.reason)
        if request.cost_vnd is not None:
            amount(request.cost_vnd, "$.cost_vnd", "kinh phí")
        meta, on = self._year.metadata_on(acting)

        def decide(need: Need) -> None:
            cost = _appraised_cost(request, need.known)
            appraised = nf.NeedAppraised(
                **need.named, verdict=request.verdict, cost_vnd=cost, reason=reason, appraised_on=on
            )
            need.appraise(appraised, request.seen, meta)

        return self._store.change(acting, "appraise_need", request.need, decide)

    def fund_need(self, acting: CallContext, request: FundNeed) -> NeedRecorded:
        """Plan money of a source in a year, or take it back with 0. The answer says what it takes the place of.

        Raises NeedUnknown, NotAllowed, NeedMoved, NeedOutOfStep, FundingTooHigh, YearRefused, NeedRefused, BadRequest.
        """
        require_year(request.money_year)
        amount(request.amount_vnd, "$.amount_vnd", "số tiền")
        decision = line(request.decision, "$.decision", "số văn bản", _LONGEST_NUMBER)
        reason = typed_reason(request.reason, "lý do vượt hay thu hồi") if request.reason.strip() else ""
        meta, on = self._year.metadata_on(acting)
        replaced: list[int] = []

        def decide(need: Need) -> None:
            there = need.funded.get((request.source, request.money_year))
            replaced[:] = [there.amount_vnd if there else 0]
            funded = nf.NeedFunded(
                **need.named,
                source=request.source,
                money_year=request.money_year,
                amount_vnd=request.amount_vnd,
                funded_on=on,
                decision=decision,
                reason=reason,
            )
            need.fund(funded, request.seen, meta)

        recorded = self._store.change(acting, "fund_need", request.need, decide)
        return msgspec.structs.replace(recorded, replaced_vnd=replaced[0])

    def _commune_of(self, request: RaiseNeed) -> CommuneCode:
        with self._year.known.reading() as conn:
            home = views.commune_of(conn, request.school)
        return self._year.open_school_of(request.in_commune or home, request.school).commune

    def _stated(self, request: RaiseNeed | ChangeNeed, school: SchoolCode) -> dict[str, Any]:
        """Return what a school asks for, checked."""
        item = line(request.item, "$.item", "hạng mục")
        if not item:
            raise NeedRefused("Thiếu tên hạng mục. Chưa ghi gì. Ghi trường cần gì.", path="$.item")
        if not 1 <= request.quantity <= _MOST_QUANTITY:
            raise NeedRefused("Số lượng là số nguyên từ 1 đến 1.000.000. Chưa ghi gì.", path="$.quantity")
        require_criterion(self._year, school, request.criterion)
        cost = request.cost_vnd
        return {
            "item": item,
            "quantity": request.quantity,
            "unit": line(request.unit, "$.unit", "đơn vị tính", _LONGEST_UNIT),
            "site": line(request.site, "$.site", "điểm trường"),
            "reason": line(request.reason, "$.reason", "lý do", LONGEST_REASON),
            "criterion": request.criterion,
            "cost_vnd": msgspec.UNSET if cost is None else amount(cost, "$.cost_vnd", "kinh phí ước"),
        }


def _appraised_cost(request: AppraiseNeed, stated: nf.NeedRaised | nf.NeedChanged) -> int:
    """Return the cost that an appraisal finds; raises NeedRefused where it does not go with the verdict."""
    asked = None if stated.cost_vnd is msgspec.UNSET else stated.cost_vnd
    if request.verdict is Appraisal.REFUSED:
        return 0
    cost = request.cost_vnd if request.cost_vnd is not None else asked
    if cost is None or (request.verdict is Appraisal.ADJUSTED and request.cost_vnd is None):
        raise NeedRefused("Thiếu kinh phí thẩm định. Chưa ghi gì. Nhập số tiền bằng đồng.", path="$.cost_vnd")
    if request.verdict is Appraisal.FOUNDED and asked is not None and cost != asked:
        raise NeedRefused(
            "Kinh phí khác số trường ước. Chưa ghi gì. Chọn điều chỉnh và ghi lý do, hoặc giữ số của trường.",
            path="$.cost_vnd",
        )
    return cost
