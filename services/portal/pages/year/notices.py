"""Notices and publicity of a commune, for the office that publishes and for mass organisations that comment."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.frame import chosen_year, year_tabs
from services.portal.pages.year.print_links import FORMAT_NAMES, year_paper
from services.portal.pages.year.training import require_reader
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.year.publicity import (
    AddPublicity,
    CommentNotice,
    NoticeCommentAdded,
    PublicItemAdded,
    PublicItemsAnswer,
    PublicItemView,
    PublishedItemsRequest,
    PublishNotice,
    ShowComment,
    WithdrawNotice,
)
from shared.problems import BadRequest, NotAllowed, NotFound, Problem
from shared.vocabulary.commune_year import PublicityKind, YearPaperKind
from shared.vocabulary.ids import CommentId, CommuneCode, Position, PublicityId
from shared.vocabulary.year_labels import PUBLICITY_KIND_LABELS

LINES_A_PAGE = 25


@blueprint.get("/xa/<commune>/thong-bao")
def notices_page(commune: CommuneCode) -> str:
    """List what the commune told everybody in the year, with comments."""
    return _page(commune)


@blueprint.get("/xa/<commune>/thong-bao/in")
def print_notice(commune: CommuneCode) -> Response:
    """Print a notice as a paper."""
    require_reader(commune)
    return year_paper(commune, YearPaperKind.NOTICE, query_params.text("ban", 40))


@blueprint.post("/xa/<commune>/thong-bao")
def act_on_notices(commune: CommuneCode) -> str | Response:
    """Publish a notice, write publicity down, withdraw, comment, or show a comment."""
    act = forms.text("viec")
    try:
        if act == "go" and not is_confirmed():
            return _ask_to_withdraw(commune)
        done = _ACTS[act](commune) if act in _ACTS else _unknown()
    except Problem as problem:
        return _page(commune, problem)
    return forms.go(keep(_address(commune), None, nam=chosen_year()), done)


def _address(commune: CommuneCode) -> str:
    return f"/xa/{quote(commune)}/thong-bao"


def _page(commune: CommuneCode, problem: Problem | None = None) -> str:
    if directory().commune(commune) is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    if not may("inspection.published_items", commune=commune):
        raise NotAllowed("Trang này dành cho cơ quan và đoàn thể của xã. Mọi người xem ở trang công khai của xã.")
    tabs, number = year_tabs(commune, "thong-bao"), query_params.number("trang", 1, low=1)
    asked = PublishedItemsRequest(
        commune=commune, year=tabs.calendar_year, after=(number - 1) * LINES_A_PAGE, limit=LINES_A_PAGE
    )
    found = call_service("inspection", "published_items", asked, PublicItemsAnswer)
    return render(
        "thong-bao.html",
        active="ke-hoach",
        tabs=tabs,
        base=_address(commune),
        public=f"/thong-bao/{quote(commune)}",
        found=found,
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        publishing=may("inspection.publish_notice", commune=commune),
        printing=may("inspection.compose_year_paper", commune=commune),
        commenting=may("inspection.comment_notice", commune=commune),
        problem=problem,
        formats=FORMAT_NAMES,
        KINDS=PUBLICITY_KIND_LABELS,
    )


def _publish(commune: CommuneCode) -> Position:
    published = PublishNotice(
        commune=commune,
        year=chosen_year(),
        title=forms.text("tieu-de"),
        body=forms.text("noi-dung"),
        number=forms.text("so"),
        on=forms.date("ngay"),
    )
    return call_service("inspection", "publish_notice", published, PublicItemAdded).position


def _add(commune: CommuneCode) -> Position:
    kind = forms.text("hinh-thuc")
    if kind not in set(PublicityKind):
        raise BadRequest("Chọn hình thức tuyên truyền. Chưa ghi gì.", path="hinh-thuc")
    added = AddPublicity(
        commune=commune,
        year=chosen_year(),
        kind=PublicityKind(kind),
        title=forms.text("ten-viec"),
        on=forms.date("ngay-lam"),
        text=forms.text("loi"),
        link=forms.text("duong-dan"),
        section=forms.text("muc"),
        reach=forms.whole("so-nguoi") if forms.text("so-nguoi") else None,
    )
    return call_service("inspection", "add_publicity", added, PublicItemAdded).position


def _number() -> PublicityId:
    return PublicityId(forms.required("ban-tin", "thông báo"))


def _withdraw(_: CommuneCode) -> Position:
    withdrawn = WithdrawNotice(notice=_number(), reason=forms.text("ly-do"))
    return call_service("inspection", "withdraw_notice", withdrawn, PublicItemView).position


def _comment(_: CommuneCode) -> Position:
    comment = CommentNotice(notice=_number(), text=forms.text("gop-y"))
    return call_service("inspection", "comment_notice", comment, NoticeCommentAdded).position


def _show(_: CommuneCode) -> Position:
    comment = CommentId(forms.required("cua", "góp ý"))
    shown = ShowComment(notice=_number(), comment=comment, shown=forms.text("hien") == "co")
    return call_service("inspection", "show_comment", shown, PublicItemView).position


def _unknown() -> Position:
    raise BadRequest("Không rõ làm việc gì. Chưa ghi gì. Tải lại trang rồi bấm lại.")


_ACTS = {"dang": _publish, "tuyen-truyen": _add, "go": _withdraw, "gop-y": _comment, "cho-hien": _show}


def _ask_to_withdraw(commune: CommuneCode) -> str:
    return ask_to_confirm(
        "Gỡ khỏi trang công khai?",
        says=["Người dân không đọc được nữa.", "Cơ quan của xã vẫn thấy, kèm lý do gỡ."],
        undo="Không hiện lại được; cần đăng lại thì sửa lời rồi đăng bản mới.",
        yes="Gỡ",
        back=keep(_address(commune), None, nam=chosen_year()),
        active="ke-hoach",
    )
