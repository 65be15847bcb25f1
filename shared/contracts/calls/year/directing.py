"""Calls of the inspection service about a commune's steering committee and its register of directives."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import COMMUNE_PLANNERS, YEAR_READERS, Operation, Scope, get, post, put
from shared.vocabulary.commune_year import CommitteeRole
from shared.vocabulary.ids import CommuneCode, DirectiveId, PersonId, Position


class CommitteeMemberEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a steering committee: who (an id on the commune's list of people), as what, and with which duty."""

    person: PersonId
    role: CommitteeRole = CommitteeRole.MEMBER
    duty: str = ""


class SetCommittee(Call, frozen=True, kw_only=True):
    """Record the decision on who sits on the committee; its members take the place of all before.

    `seen` is the `version` of the committee that the caller saw, 0 to ask for nothing.
    """

    commune: CommuneCode
    year: int
    number: str
    decided_on: dt.date
    members: list[CommitteeMemberEntry]
    seen: int = 0


class CommuneYearRequest(Call, frozen=True, kw_only=True):
    """Ask about a commune's calendar year."""

    commune: CommuneCode
    year: int


class DirectivesRequest(Call, frozen=True, kw_only=True):
    """List the register of a commune's year, the newest first; `limit` 1 to 500."""

    commune: CommuneCode
    year: int
    after: int = 0
    limit: int = 200


class CommitteeView(Answer, frozen=True, kw_only=True):
    """A steering committee as a decision made it; `version` grows with each decision."""

    number: str
    decided_on: dt.date
    year: int
    members: list[CommitteeMemberEntry]
    version: int
    position: Position


class CommitteeAnswer(Answer, frozen=True, kw_only=True):
    """The committees of a commune by the end of a year, the one that holds first; none before the first decision."""

    committees: list[CommitteeView]


class IssueDirective(Call, frozen=True, kw_only=True):
    """Enter a directive in the register: number, day, what it is about, the plan's section it follows from ('': none)."""

    commune: CommuneCode
    year: int
    number: str
    issued_on: dt.date
    abstract: str
    section: str = ""


class DirectiveView(Answer, frozen=True, kw_only=True):
    """A directive, and how many tasks follow from it."""

    id: DirectiveId
    number: str
    issued_on: dt.date
    abstract: str
    section: str
    tasks: int
    position: Position


class DirectivesAnswer(Answer, frozen=True, kw_only=True):
    """One page of the register of a year, the newest first, and how many directives there are."""

    directives: list[DirectiveView]
    total: int


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="set_committee",
        request=SetCommittee,
        answer=CommitteeView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Kiện toàn Ban Chỉ đạo: số và ngày quyết định, từng thành viên với vai trò và nhiệm vụ.",
        routes=(put("/communes/{commune}/years/{year}/committee"),),
        commands=("committee set",),
        follows=("assessment",),
    ),
    Operation(
        name="committee",
        request=CommuneYearRequest,
        answer=CommitteeAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Ban Chỉ đạo của xã: bản đang có hiệu lực trước, rồi các bản cũ.",
        routes=(get("/communes/{commune}/years/{year}/committee"),),
        commands=("committee show",),
        follows=("assessment",),
    ),
    Operation(
        name="issue_directive",
        request=IssueDirective,
        answer=DirectiveView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Ghi một văn bản chỉ đạo vào sổ: số, ngày, trích yếu.",
        routes=(post("/communes/{commune}/years/{year}/directives"),),
        commands=("directive issue",),
        follows=("assessment",),
    ),
    Operation(
        name="directives",
        request=DirectivesRequest,
        answer=DirectivesAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Sổ văn bản chỉ đạo của một năm, mới nhất trước.",
        routes=(get("/communes/{commune}/years/{year}/directives"),),
        commands=("directive list",),
        follows=("assessment",),
    ),
)
"""What may be asked, by whom."""
