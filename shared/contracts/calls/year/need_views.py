"""What the inspection service answers about needs of schools: one, lists of them, sums. Amounts are whole đồng."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.vocabulary.commune_year import Appraisal, FundingSource, NeedState
from shared.vocabulary.ids import CommuneCode, CriterionCode, DocumentId, NeedId, Position, SchoolCode


class NeedAllocation(Answer, frozen=True, kw_only=True):
    """What one source gives in one year for a need."""

    source: FundingSource
    money_year: int
    amount_vnd: int
    decision: str = ""
    funded_on: dt.date


class NeedActView(Answer, frozen=True, kw_only=True):
    """One thing that was recorded about a need: `kind` is the public event's name ("need-funded").

    `amount_vnd` is a cost or a sum of money, `replaced_vnd` what the same source gave in that year before (0: nothing).
    `text` is a reason or what was found, `problem` what hinders a work.
    """

    kind: str
    on: dt.date
    position: Position
    amount_vnd: int | None = None
    replaced_vnd: int = 0
    verdict: Appraisal | None = None
    source: FundingSource | None = None
    money_year: int | None = None
    progress_percent: int | None = None
    text: str = ""
    problem: str = ""
    decision: str = ""
    photos: list[DocumentId] = []


class NeedView(Answer, frozen=True, kw_only=True):
    """One need. `year` is the year that it is wanted for; `version` counts what was recorded about it.

    `cost_vnd` is what the school said, `appraised_vnd` what the economic office found. `funded_vnd` is the money of all
    sources; `unfunded_vnd` is what the appraised cost (the school's where nobody appraised) has no money for.
    """

    id: NeedId
    commune: CommuneCode
    year: int
    school: SchoolCode
    site: str
    item: str
    quantity: int
    unit: str
    cost_vnd: int | None
    criterion: CriterionCode
    reason: str
    raised_on: dt.date
    state: NeedState
    verdict: Appraisal | None
    appraised_vnd: int | None
    appraised_on: dt.date | None
    funded_vnd: int
    unfunded_vnd: int
    allocations: list[NeedAllocation]
    started_on: dt.date | None
    progress_percent: int | None
    checked_on: dt.date | None
    problem: str
    handed_over_on: dt.date | None
    version: int
    position: Position
    history: list[NeedActView] = []


class NeedRecorded(Answer, frozen=True, kw_only=True):
    """Something was recorded about a need; `replaced_vnd` is the money of that source and year before it."""

    need: NeedView
    position: Position
    replaced_vnd: int = 0


class NeedsRequest(Call, frozen=True, kw_only=True):
    """List needs of the schools that the caller reaches; `limit` 1 to 500.

    `year` and `until` bound the years that needs are wanted for (`until` 0: only `year`; both 0: any). `source` and
    `money_year` keep those with money of it; `unfunded`: only those that lack money.
    """

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    until: int = 0
    school: SchoolCode | None = None
    state: NeedState | None = None
    source: FundingSource | None = None
    money_year: int = 0
    unfunded: bool = False
    after: int = 0
    limit: int = 100


class NeedsAnswer(Answer, frozen=True, kw_only=True):
    """One page of needs, how many there are, and how many in each state before `state` and what follows narrow."""

    needs: list[NeedView]
    total: int
    counts: dict[str, int]


class NeedSumsRequest(Call, frozen=True, kw_only=True):
    """Sum the money planned for needs of the schools that the caller reaches; withdrawn ones are left out.

    `year` is the year of the money (0: any). `wanted_from` and `wanted_until` bound the years that the needs are wanted for.
    """

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    school: SchoolCode | None = None
    wanted_from: int = 0
    wanted_until: int = 0


class SchoolMoney(Answer, frozen=True, kw_only=True):
    """The money for a school."""

    school: SchoolCode
    amount: int


class SourceMoney(Answer, frozen=True, kw_only=True):
    """The money of a source."""

    source: FundingSource
    amount: int


class YearMoney(Answer, frozen=True, kw_only=True):
    """The money of a year."""

    year: int
    amount: int


class FundedMoney(Answer, frozen=True, kw_only=True):
    """The money of a source for a school in a year."""

    school: SchoolCode
    source: FundingSource
    money_year: int
    amount_vnd: int


class WantedMoney(Answer, frozen=True, kw_only=True):
    """What a school wants for a year: how many needs, what was appraised, what has no money.

    `waiting_vnd` is the part of `unfunded_vnd` that was not appraised yet; `uncosted` counts needs of which nobody said
    the cost.
    """

    school: SchoolCode
    year: int
    needs: int
    appraised_vnd: int
    unfunded_vnd: int
    waiting_vnd: int
    uncosted: int


class NeedSumsAnswer(Answer, frozen=True, kw_only=True):
    """Sums of money, each counted by itself, so that they can be held against each other; none of them is a ranking.

    Lines are there only where there is money. By school: in the order of codes.
    """

    by_school: list[SchoolMoney]
    by_source: list[SourceMoney]
    by_year: list[YearMoney]
    cells: list[FundedMoney]
    wanted: list[WantedMoney]
