"""Calls of the inspection service about what a commune tells everybody: notices, publicity, and comments on them."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import COMMUNE_PLANNERS, YEAR_READERS, Operation, Scope, get, post
from shared.vocabulary.commune_year import PublicityKind
from shared.vocabulary.ids import CommentId, CommuneCode, PersonId, Position, PublicityId
from shared.vocabulary.roles import Role


class AddPublicity(Call, frozen=True, kw_only=True):
    """Write down that people were told something. `link`: an https address; `section`: of the plan ("II.3")."""

    commune: CommuneCode
    year: int
    kind: PublicityKind
    title: str
    on: dt.date | None = None
    text: str = ""
    link: str = ""
    section: str = ""
    reach: int | None = None


class PublishNotice(Call, frozen=True, kw_only=True):
    """Publish a notice for everybody; `number` is that of the paper. The same words again are the same notice."""

    commune: CommuneCode
    year: int
    title: str
    body: str
    number: str = ""
    on: dt.date | None = None


class PublicItemAdded(Answer, frozen=True, kw_only=True):
    """A notice was published, or a piece of publicity written down."""

    id: PublicityId
    position: Position


class WithdrawNotice(Call, frozen=True, kw_only=True):
    """Take a notice or a piece of publicity off the public page, with the reason."""

    notice: PublicityId
    reason: str


class CommentNotice(Call, frozen=True, kw_only=True):
    """A mass organisation comments on a notice or a piece of publicity; offices read it."""

    notice: PublicityId
    text: str


class NoticeCommentAdded(Answer, frozen=True, kw_only=True):
    """A comment was written down."""

    id: CommentId
    position: Position


class ShowComment(Call, frozen=True, kw_only=True):
    """Let the public read a comment, or not any more."""

    notice: PublicityId
    comment: CommentId
    shown: bool


class PublicItemRequest(Call, frozen=True, kw_only=True):
    """Ask for one published notice or piece of publicity."""

    notice: PublicityId


class PublicItemsRequest(Call, frozen=True, kw_only=True):
    """Ask for what a commune published, the newest first; `limit` 1 to 200."""

    commune: CommuneCode
    after: int = 0
    limit: int = 50


class PublishedItemsRequest(Call, frozen=True, kw_only=True):
    """List notices and publicity that the caller may see, withdrawn ones to offices; `limit` 1 to 500.

    `publicity`: pieces of publicity only (true), notices only (false), both when absent.
    """

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    publicity: bool | None = None
    after: int = 0
    limit: int = 200


class NoticeCommentView(Answer, frozen=True, kw_only=True):
    """A comment; `person` is its author for offices and the author, '' for the public."""

    id: CommentId
    commented_on: dt.date
    text: str
    shown: bool
    position: Position
    person: PersonId = PersonId("")


class PublicItemView(Answer, frozen=True, kw_only=True):
    """A notice, or a piece of publicity (`kind`). `on`: published, or done.

    `reach` and `section` are for offices; `withdrawn_on` and `reason` are set once it was withdrawn, when only they see it.
    """

    id: PublicityId
    commune: CommuneCode
    year: int
    kind: PublicityKind | None
    on: dt.date
    title: str
    text: str
    number: str
    link: str
    position: Position
    section: str = ""
    reach: int | None = None
    withdrawn_on: dt.date | None = None
    reason: str = ""
    comments: list[NoticeCommentView] = []


class PublicItemsAnswer(Answer, frozen=True, kw_only=True):
    """One page of notices and publicity, the newest first, and how many there are."""

    items: list[PublicItemView]
    total: int


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="add_publicity",
        request=AddPublicity,
        answer=PublicItemAdded,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Ghi một việc tuyên truyền đã làm: tin bài, loa, kỳ họp, hội nghị.",
        routes=(post("/communes/{commune}/years/{year}/publicity"),),
        commands=("publicity add",),
        follows=("assessment",),
    ),
    Operation(
        name="publish_notice",
        request=PublishNotice,
        answer=PublicItemAdded,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Đăng một thông báo lên trang công khai của xã.",
        routes=(post("/communes/{commune}/years/{year}/notices"),),
        commands=("notice publish",),
        follows=("assessment",),
    ),
    Operation(
        name="withdraw_notice",
        request=WithdrawNotice,
        answer=PublicItemView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Gỡ một thông báo hay mục tuyên truyền khỏi trang công khai, kèm lý do.",
        routes=(post("/notices/{notice}/withdrawal"),),
        commands=("notice withdraw",),
    ),
    Operation(
        name="comment_notice",
        request=CommentNotice,
        answer=NoticeCommentAdded,
        roles=frozenset({Role.MASS_ORGANISATION}),
        scope=Scope.BY_ID,
        summary="Mặt trận, đoàn thể góp ý một thông báo đã đăng; cơ quan của xã đọc được.",
        routes=(post("/notices/{notice}/comments"),),
        commands=("notice comment",),
    ),
    Operation(
        name="show_comment",
        request=ShowComment,
        answer=PublicItemView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Cho mọi người đọc một góp ý, hoặc thôi.",
        routes=(post("/notices/{notice}/comments/{comment}/showing"),),
        commands=("notice show-comment",),
    ),
    Operation(
        name="published_items",
        request=PublishedItemsRequest,
        answer=PublicItemsAnswer,
        roles=YEAR_READERS | {Role.MASS_ORGANISATION},
        scope=Scope.NARROWED,
        open_list=True,
        summary="Thông báo và tuyên truyền của xã được xem, mới nhất trước; cơ quan thấy cả bản đã gỡ và mọi góp ý.",
        routes=(get("/notices"),),
        commands=("notice list", "publicity list"),
        follows=("assessment",),
    ),
    Operation(
        name="commune_published_items",
        request=PublishedItemsRequest,
        answer=PublicItemsAnswer,
        roles=YEAR_READERS | {Role.MASS_ORGANISATION},
        scope=Scope.NARROWED,
        summary="Thông báo và tuyên truyền của một xã trong một năm, như trên.",
        routes=(get("/communes/{commune}/years/{year}/notices"),),
        follows=("assessment",),
    ),
    Operation(
        name="public_items",
        request=PublicItemsRequest,
        answer=PublicItemsAnswer,
        roles=YEAR_READERS,
        scope=Scope.NARROWED,
        summary="Thông báo và tuyên truyền xã đã đăng, ai cũng xem được.",
        routes=(get("/public/communes/{commune}/notices"),),
        public=True,
        follows=("assessment",),
    ),
    Operation(
        name="public_item",
        request=PublicItemRequest,
        answer=PublicItemView,
        roles=YEAR_READERS,
        scope=Scope.BY_ID,
        summary="Một thông báo đã đăng, ai cũng xem được.",
        routes=(get("/public/notices/{notice}"),),
        public=True,
    ),
)
"""What may be asked, by whom."""
