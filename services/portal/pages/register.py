"""The public register of recognitions, and the check of one Bằng: open to anyone, no sign-in, no script needed."""

from __future__ import annotations

import datetime as dt

from flask import redirect, render_template
from werkzeug.wrappers import Response

from services.portal.pages import formatting, query_params
from services.portal.pages.csv_export import csv_file
from services.portal.pages.site import blueprint, keep
from services.portal.web.context import call_service, directory, public
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import RecognitionView, RegisterAnswer, RegisterRequest
from shared.text import fold, parse_date
from shared.vocabulary.ids import CommuneCode

MOST_CHECKED = 8
"""How many Bằng one check shows in full."""
STATE_NAMES = {"con_hieu_luc": "Còn hiệu lực", "het_han": "Hết hạn", "thay_the": "Đã được thay", "thu_hoi": "Đã thu hồi"}


@blueprint.get("/so-cong-nhan")
@public
def register_page() -> str:
    """Show the register on a day, by commune and then by name."""
    commune = CommuneCode(query_params.text("xa"))
    on = _day()
    listed = call_service("assessment", "register", RegisterRequest(on=on, commune=commune), RegisterAnswer)
    return _page(listed, commune=commune, on=on, checked=None, asked="")


@blueprint.get("/so-cong-nhan.csv")
@public
def register_file() -> Response:
    """Give the register of a day as a table for a spreadsheet."""
    on, units = _day(), directory()
    listed = call_service(
        "assessment", "register", RegisterRequest(on=on, commune=CommuneCode(query_params.text("xa"))), RegisterAnswer
    )
    communes = {c.code: c.name for c in units.communes()}
    places = {s.code: communes.get(s.commune, "") for s in units.schools()}
    rows = [
        (
            r.school_name,
            r.school,
            places.get(r.school, ""),
            formatting.degree(r.degree) if isinstance(r, RecognitionView) else f"Chứng nhận Cấp độ {r.degree}",
            r.number,
            formatting.date(r.decided_on),
            formatting.date(r.expires_on),
            STATE_NAMES.get(r.state, ""),
            f"Chép từ giấy: {r.override}" if r.override else "",
        )
        for r in (*listed.recognitions, *listed.certificates)
    ]
    header = ("Trường", "Mã trường", "Xã", "Quyết định", "Số", "Ngày ký", "Đến ngày", "Tình trạng", "Ghi chú")
    return csv_file(
        f"so-cong-nhan-{on.isoformat()}.csv", header, [[c.replace(formatting.NBSP, " ") for c in row] for row in rows]
    )


@blueprint.get("/bang")
@public
def check_page() -> str:
    """Check one Bằng by its number or a part of it, or find it by the school's name."""
    query = query_params.text("so", 120)
    listed = call_service("assessment", "register", RegisterRequest(), RegisterAnswer)
    matching = _matching(listed.recognitions, fold(query))
    checked, more = matching[:MOST_CHECKED], max(len(matching) - MOST_CHECKED, 0)
    return _page(listed, commune=CommuneCode(""), on=today(SystemClock()), checked=checked, asked=query, more=more)


def _matching(listed: list[RecognitionView], wanted: str) -> list[RecognitionView]:
    """Return the Bằng of exactly this number; else those whose number holds it, then those of schools of that name."""
    if not wanted:
        return []
    same = [r for r in listed if wanted in {fold(r.number), fold(r.granted_number)}]
    part = [r for r in listed if wanted in fold(r.number)]
    named = [r for r in listed if wanted in fold(r.school_name) and r not in part]
    return same or part + named


@blueprint.get("/bang/<path:number>")
@public
def check_by_code(number: str) -> Response:
    """Go to the check: the short address of one Bằng."""
    return redirect(keep("/bang", so=number))


def _day() -> dt.date:
    text = query_params.text("ngay")
    return parse_date(text) if text else today(SystemClock())


def _page(
    listed: RegisterAnswer,
    *,
    commune: CommuneCode,
    on: dt.date,
    checked: list[RecognitionView] | None,
    asked: str,
    more: int = 0,
) -> str:
    places = {s.code: s for s in directory().schools()}
    communes = directory().communes()
    names = {c.code: c.name for c in communes}
    return render_template(
        "so-cong-nhan.html",
        shell=None,
        listed=listed.recognitions,
        certificates=listed.certificates,
        places=places,
        communes=communes,
        names=names,
        commune=commune,
        on=on,
        checked=checked,
        asked=asked,
        more=more,
        at=SystemClock().now(),
    )
