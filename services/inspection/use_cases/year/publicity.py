"""Use cases of a commune's year: notices and publicity for everybody, comments of mass organisations."""

from __future__ import annotations

from urllib.parse import urlsplit

from services.inspection.domain.year.publicity import PublicItem, no_notice, notice_id, publicity_id
from services.inspection.domain.year.publicity_facts import NoticePublished, PublicityDone
from services.inspection.errors_year import PublicityRefused
from services.inspection.presenters import year_publicity as presenters
from services.inspection.use_cases.texts import one_line
from services.inspection.use_cases.year.common import short_line, stream_of, told_text
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import publicity_rows as rows
from services.inspection.views.year.publicity_rows import PublicItemRow, Sort
from shared.contracts.calls.year.publicity import (
    AddPublicity,
    CommentNotice,
    NoticeCommentAdded,
    PublicItemAdded,
    PublicItemRequest,
    PublicItemsAnswer,
    PublicItemsRequest,
    PublicItemView,
    PublishedItemsRequest,
    PublishNotice,
    ShowComment,
    WithdrawNotice,
)
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.identity.permissions import may
from shared.paging import page_of
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.ids import CommentId, PublicityId

MOST_ITEMS = 500
MOST_PUBLIC_ITEMS = 200
MOST_REACHED = 100_000_000
LONGEST_LINK = 2_000
_OFFICE = "inspection.withdraw_notice"


class Publicity:
    """Keeps what the commune tells everybody."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def add_publicity(self, acting: CallContext, request: AddPublicity) -> PublicItemAdded:
        """Write publicity down. Raises YearRefused, PublicityRefused, VisitDateRefused, NoticeGone, BadRequest."""
        self._year.require_year(request.year)
        title, text = _title(request.title), typed_text(request.text, "nội dung")
        if request.reach is not None and not 0 <= request.reach <= MOST_REACHED:
            raise PublicityRefused("Số người nghe, đọc không đúng. Chưa ghi gì. Không đếm thì bỏ trống.", path="$.reach")
        meta, on = self._year.metadata_on(acting, request.on)
        stream = publicity_id(request.commune, request.year, request.kind, on, title, text)
        done = PublicityDone(
            commune=request.commune,
            year=request.year,
            publicity=PublicityId(str(stream)),
            kind=request.kind,
            done_on=on,
            title=title,
            text=text,
            link=_link(request.link),
            section=short_line(request.section, "mục của kế hoạch", path="$.section", needed=False),
            reach=request.reach,
        )
        position = self._year.change(PublicItem, stream, lambda item: item.tell(done, meta))
        return PublicItemAdded(id=done.publicity, position=position)

    def publish_notice(self, acting: CallContext, request: PublishNotice) -> PublicItemAdded:
        """Publish a notice. Raises YearRefused, PublicityRefused, VisitDateRefused, NoticeGone, BadRequest."""
        self._year.require_year(request.year)
        title = _title(request.title)
        body = told_text(request.body, "nội dung thông báo", path="$.body", refusal=PublicityRefused)
        meta, on = self._year.metadata_on(acting, request.on)
        stream = notice_id(request.commune, request.year, title, body)
        published = NoticePublished(
            commune=request.commune,
            year=request.year,
            notice=PublicityId(str(stream)),
            published_on=on,
            title=title,
            body=body,
            number=short_line(request.number, "số văn bản", path="$.number", needed=False),
        )
        position = self._year.change(PublicItem, stream, lambda item: item.tell(published, meta))
        return PublicItemAdded(id=published.notice, position=position)

    def withdraw_notice(self, acting: CallContext, request: WithdrawNotice) -> PublicItemView:
        """Take a notice or a piece of publicity off the public page. Raises NoticeUnknown, NotAllowed, BadRequest."""
        item = self._item(acting, _OFFICE, request.notice)
        reason = typed_reason(request.reason, "lý do gỡ")
        meta, on = self._year.metadata_on(acting)
        self._year.change(PublicItem, item.id, lambda one: one.withdraw(reason, on, meta))
        return self._view(item.number)

    def comment_notice(self, acting: CallContext, request: CommentNotice) -> NoticeCommentAdded:
        """Comment on what is published. Raises NoticeUnknown, NotAllowed, NoticeGone, BadRequest."""
        item = self._item(acting, "inspection.comment_notice", request.notice)
        text = told_text(request.text, "góp ý", path="$.text")
        meta, on = self._year.metadata_on(acting)
        made: list[CommentId] = []
        position = self._year.change(PublicItem, item.id, lambda one: made.append(one.comment(text, acting.actor, on, meta)))
        return NoticeCommentAdded(id=made[-1], position=position)

    def show_comment(self, acting: CallContext, request: ShowComment) -> PublicItemView:
        """Let the public read a comment, or not. Raises NoticeUnknown, NotAllowed."""
        item = self._item(acting, "inspection.show_comment", request.notice)
        meta, _ = self._year.metadata_on(acting)
        self._year.change(PublicItem, item.id, lambda one: one.show_comment(request.comment, meta, shown=request.shown))
        return self._view(item.number)

    def published_items(self, acting: CallContext, request: PublishedItemsRequest) -> PublicItemsAnswer:
        """Return one page of what the caller may see, the newest first; raises BadRequest."""
        sort = {None: None, True: Sort.PUBLICITY, False: Sort.NOTICE}[request.publicity]
        with self._year.views.reading() as conn:
            found = [
                row
                for row in rows.public_items(conn, request.commune, year=request.year, sort=sort, withdrawn=True)
                if self._sees(acting, row)
            ]
            page = page_of(found, request.after, request.limit, most=MOST_ITEMS, what="mục")
            comments = rows.comments(conn, [row.item for row in page])
        shown = [
            presenters.for_office(row, comments.get(row.item, []))
            if _reads_all(acting, row)
            else presenters.for_commenting(row, comments.get(row.item, []), acting.actor)
            for row in page
        ]
        return PublicItemsAnswer(items=shown, total=len(found))

    def public_items(self, request: PublicItemsRequest) -> PublicItemsAnswer:
        """Return one page of what a commune published, for everybody; raises BadRequest."""
        with self._year.views.reading() as conn:
            found = rows.public_items(conn, request.commune) if request.commune else []
            page = page_of(found, request.after, request.limit, most=MOST_PUBLIC_ITEMS, what="mục")
            comments = rows.comments(conn, [row.item for row in page])
        shown = [presenters.for_everybody(row, comments.get(row.item, [])) for row in page]
        return PublicItemsAnswer(items=shown, total=len(found))

    def public_item(self, request: PublicItemRequest) -> PublicItemView:
        """Return one published notice or piece of publicity; raises NoticeUnknown, also for a withdrawn one."""
        number = PublicityId(str(stream_of(request.notice, no_notice)))
        with self._year.views.reading() as conn:
            row = rows.public_item(conn, number)
            if row is None or row.withdrawn_on is not None:
                raise no_notice()
            return presenters.for_everybody(row, rows.comments(conn, [number]).get(number, []))

    def _item(self, acting: CallContext, operation: str, number: str) -> PublicItem:
        """Return what was told; raises NoticeUnknown, and NotAllowed in another commune."""
        item = self._year.load(PublicItem, stream_of(number, no_notice))
        permissions.require(acting, operation, commune=item.of_commune().commune)
        return item

    def _view(self, number: PublicityId) -> PublicItemView:
        with self._year.views.reading() as conn:
            row = rows.public_item(conn, number)
            assert row is not None
            return presenters.for_office(row, rows.comments(conn, [number]).get(number, []))

    @staticmethod
    def _sees(acting: CallContext, row: PublicItemRow) -> bool:
        if not may(acting, "inspection.published_items", commune=row.commune):
            return False
        return row.withdrawn_on is None or _reads_all(acting, row)


def _reads_all(acting: CallContext, row: PublicItemRow) -> bool:
    """Say whether the caller reads all of a commune's year, not only what it published."""
    return may(acting, "inspection.attended_trainings", commune=row.commune)


def _title(text: str) -> str:
    return short_line(text, "tiêu đề", path="$.title", refusal=PublicityRefused)


def _link(text: str) -> str:
    """Return an address of the web that everybody may be led to: https, a host, nobody's name before it.

    Raises PublicityRefused for another one. A backslash is a slash to browsers alone, so the host could not be told.
    """
    link = one_line(text, "đường dẫn")
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        fits = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and not {" ", "\\"} & set(link)
    except ValueError:
        fits = False
    if not fits or len(link) > LONGEST_LINK:
        raise PublicityRefused(
            "Đường dẫn phải bắt đầu bằng https:// và tên trang. Chưa ghi gì. Chép lại cả địa chỉ.", path="$.link"
        )
    return link
