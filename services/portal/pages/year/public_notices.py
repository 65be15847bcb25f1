"""What a commune tells everybody: the public list of notices, one notice, and the list as RSS 2.0; open to anyone."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from flask import render_template
from werkzeug.wrappers import Response

from services.portal.pages import query_params
from services.portal.pages.site import blueprint
from services.portal.web.context import call_service, directory, public, public_url
from shared.clock import VIETNAM
from shared.contracts.calls.year.publicity import (
    PublicItemRequest,
    PublicItemsAnswer,
    PublicItemsRequest,
    PublicItemView,
)
from shared.problems import NotFound
from shared.vocabulary.ids import CommuneCode, PublicityId
from shared.vocabulary.year_labels import PUBLICITY_KIND_LABELS

LINES_A_PAGE = 25
IN_FEED = 50
"""Items of the RSS feed: readers ask often and keep what they had."""
_NO_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
"""Characters that XML 1.0 cannot hold (section 2.2)."""


@blueprint.get("/thong-bao/<commune>")
@public
def public_notices(commune: CommuneCode) -> str:
    """List what a commune published, the newest first."""
    number = query_params.number("trang", 1, low=1)
    asked = PublicItemsRequest(commune=commune, after=(number - 1) * LINES_A_PAGE, limit=LINES_A_PAGE)
    name = _name(commune)
    found = call_service("inspection", "public_items", asked, PublicItemsAnswer)
    return render_template(
        "thong-bao-cong-khai.html",
        name=name,
        base=_address(commune),
        found=found,
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        KINDS=PUBLICITY_KIND_LABELS,
    )


@blueprint.get("/thong-bao/<commune>/rss.xml")
@public
def notices_feed(commune: CommuneCode) -> Response:
    """Give what a commune published last as RSS 2.0."""
    name = _name(commune)
    found = call_service("inspection", "public_items", PublicItemsRequest(commune=commune, limit=IN_FEED), PublicItemsAnswer)
    return Response(_rss(name, commune, found.items), mimetype="application/rss+xml")


@blueprint.get("/thong-bao/<commune>/<number>")
@public
def public_notice(commune: CommuneCode, number: PublicityId) -> str:
    """Show one notice or piece of publicity, with the comments that the office shows."""
    name = _name(commune)
    item = call_service("inspection", "public_item", PublicItemRequest(notice=number), PublicItemView)
    if item.commune != commune:
        raise NotFound("Xã này không có thông báo ấy. Xem lại địa chỉ.")
    return render_template("mot-thong-bao.html", name=name, base=_address(commune), item=item, KINDS=PUBLICITY_KIND_LABELS)


def _address(commune: CommuneCode) -> str:
    return f"/thong-bao/{quote(commune)}"


def _name(commune: CommuneCode) -> str:
    entry = directory().commune(commune)
    if entry is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    return entry.name


def _rss(name: str, commune: CommuneCode, items: list[PublicItemView]) -> str:
    """Return the feed (RSS 2.0): escaped texts, absolute addresses, dates as RFC 822 has them."""
    base = public_url(_address(commune))
    title = _xml(f"Thông báo của {name}")
    told = "".join(_item(base, item) for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{title}</title><link>{_xml(base)}</link><description>{title}</description><language>vi</language>"
        f'<atom:link href={quoteattr(f"{base}/rss.xml")} rel="self" type="application/rss+xml"/>'
        f"{told}</channel></rss>\n"
    )


def _item(base: str, item: PublicItemView) -> str:
    address = _xml(f"{base}/{quote(item.id)}")
    published = format_datetime(dt.datetime.combine(item.on, dt.time(), VIETNAM))
    return (
        f'<item><title>{_xml(item.title)}</title><link>{address}</link><guid isPermaLink="true">{address}</guid>'
        f"<pubDate>{published}</pubDate><category>{_xml(_kind(item))}</category>"
        f"<description>{_xml(item.text)}</description></item>"
    )


def _kind(item: PublicItemView) -> str:
    return PUBLICITY_KIND_LABELS[item.kind] if item.kind else "Thông báo"


def _xml(text: str) -> str:
    return escape(text.translate(_NO_XML))
