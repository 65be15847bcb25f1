"""The public register of recognitions, and the check of one decision: open to anyone, no sign-in, no script needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from flask import redirect, render_template
from werkzeug.wrappers import Response

from services.portal.pages import formatting, query_params
from services.portal.pages.csv_export import csv_file
from services.portal.pages.site import blueprint, keep
from services.portal.web.context import call_service, directory, public, public_url
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import AwardView, RecognitionView, RegisterAnswer, RegisterRequest
from shared.papers.qr import address_png, address_svg
from shared.problems import NotFound
from shared.text import UnreadableDate, fold, parse_date
from shared.vocabulary.ids import CommuneCode

MOST_CHECKED = 8
"""How many decisions one check shows in full."""
LONGEST_NUMBER = 120
SIDE_MM = 25.0
STATE_NAMES = {"con_hieu_luc": "Còn hiệu lực", "het_han": "Hết hạn", "thay_the": "Đã được thay", "thu_hoi": "Đã thu hồi"}
_STATE_OF_A_DAY = ("state", "revoked_on", "superseded_by", "superseded_on")
_HEADER = (
    "Trường",
    "Mã trường",
    "Xã",
    "Quyết định",
    "Số",
    "Ngày ký",
    "Đến ngày",
    "Tình trạng",
    "Ghi chú",
    "Chép từ giấy",
)


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
    rows = [_file_row(award, places.get(award.school, "")) for award in (*listed.recognitions, *listed.certificates)]
    return csv_file(
        f"so-cong-nhan-{on.isoformat()}.csv", _HEADER, [[c.replace(formatting.NBSP, " ") for c in row] for row in rows]
    )


def _file_row(award: AwardView, commune: str) -> tuple[str, ...]:
    return (
        award.school_name,
        award.school,
        commune,
        formatting.degree(award.degree) if isinstance(award, RecognitionView) else f"Chứng nhận Cấp độ {award.degree}",
        award.number,
        formatting.date(award.decided_on),
        formatting.date(award.expires_on),
        STATE_NAMES.get(award.state, ""),
        "; ".join(_remarks(award)),
        "có" if award.copied_from_paper or award.override else "không",
    )


def _remarks(award: AwardView) -> list[str]:
    """Return what else the register says of an award: where it was copied from, what took its place, what was put right."""
    said = [f"Chép từ giấy: {award.override}"] if award.override else []
    if award.revoked_on:
        said.append(f"Thu hồi {formatting.date(award.revoked_on)}")
    if award.superseded_by and award.superseded_on:
        said.append(f"Thay bằng số {award.superseded_by}, {formatting.date(award.superseded_on)}")
    said += [
        f"Đính chính {formatting.date(one.corrected_on)}: {formatting.particular(one.what)} "
        f"từ {formatting.printed(one.what, one.old)} thành {formatting.printed(one.what, one.new)}"
        for one in award.corrections
    ]
    return said


@blueprint.get("/bang")
@public
def check_page() -> str:
    """Check one decision by its number or a part of it on a day, or find it by the school's name.

    The code that is printed with a decision leads here; it names the day of its signature too, for numbers begin anew every
    year. Refusals are no decisions of the register: nothing is said of them.
    """
    query, on = query_params.text("so", LONGEST_NUMBER), _day()
    listed = call_service("assessment", "register", RegisterRequest(), RegisterAnswer)
    known = _signed_on(_matching([*listed.recognitions, *listed.certificates], fold(query)), _signed())
    matching = known if on == today(SystemClock()) else _as_on(known, on)
    checked, more = matching[:MOST_CHECKED], max(len(matching) - MOST_CHECKED, 0)
    return _page(listed, commune=CommuneCode(""), on=on, checked=checked, asked=query, more=more)


def _matching(listed: Sequence[AwardView], wanted: str) -> list[AwardView]:
    """Return the awards of exactly this number; else those whose number holds it, then those of schools of that name."""
    if not wanted:
        return []
    same = [r for r in listed if wanted in {fold(r.number), fold(r.granted_number)}]
    part = [r for r in listed if wanted in fold(r.number)]
    named = [r for r in listed if wanted in fold(r.school_name) and r not in part]
    return same or part + named


def _as_on(known: list[AwardView], on: dt.date) -> list[AwardView]:
    """Return awards, as corrected by now, in the state that the register gives them on a day; not those decided later."""
    listed = call_service("assessment", "register", RegisterRequest(on=on), RegisterAnswer)
    then = {_key(award): award for award in (*listed.recognitions, *listed.certificates)}
    return [
        msgspec.structs.replace(award, **{name: getattr(then[_key(award)], name) for name in _STATE_OF_A_DAY})
        for award in known
        if _key(award) in then
    ]


def _key(award: AwardView) -> tuple[type[AwardView], str, str]:
    return type(award), award.school, award.granted_number or award.number


def _signed_on(found: list[AwardView], signed: dt.date | None) -> list[AwardView]:
    """Return those signed on a day; all where none was, for the day itself may have been put right since it was printed."""
    return [award for award in found if award.decided_on == signed] or found


@blueprint.get("/bang/<path:number>")
@public
def check_by_code(number: str) -> Response:
    """Go to the check: the short address of one decision."""
    return redirect(keep("/bang", so=number))


@blueprint.get("/bang/ma-vuong.svg")
@public
def check_code_drawing() -> Response:
    """Give the code to be printed with a decision as a drawing. Raises NotFound for one that the register does not hold."""
    return _drawing(address_svg(public_url(check_address(_of_the_register())), SIDE_MM).encode(), "image/svg+xml", "svg")


@blueprint.get("/bang/ma-vuong.png")
@public
def check_code_picture() -> Response:
    """Give the code to be printed with a decision as a picture. Raises NotFound for one that the register does not hold."""
    return _drawing(address_png(public_url(check_address(_of_the_register()))), "image/png", "png")


def check_address(award: AwardView) -> str:
    """Return the path at which anybody checks an award: by its number and the day of its signature."""
    return keep("/bang", so=award.number, ky=award.decided_on.isoformat())


def _of_the_register() -> AwardView:
    """Return the decision that the address names: nobody gets a code that leads to nothing, or elsewhere."""
    number = query_params.text("so", LONGEST_NUMBER)
    listed = call_service("assessment", "register", RegisterRequest(number=number), RegisterAnswer) if number else None
    found = _signed_on([*listed.recognitions, *listed.certificates], _signed()) if listed else []
    if not found:
        raise NotFound("Sổ không có quyết định số này. Xem lại số, đúng như in trên quyết định.")
    return found[0]


def _drawing(content: bytes, media_type: str, ending: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'inline; filename="ma-vuong.{ending}"'
    return response


def _day() -> dt.date:
    text = query_params.text("ngay")
    return parse_date(text) if text else today(SystemClock())


def _signed() -> dt.date | None:
    """Return the day of signature that a printed code names; what is none is passed over."""
    try:
        return parse_date(query_params.text("ky", 20))
    except UnreadableDate:
        return None


def _page(
    listed: RegisterAnswer,
    *,
    commune: CommuneCode,
    on: dt.date,
    checked: list[AwardView] | None,
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
        checked=[(isinstance(award, RecognitionView), award) for award in checked] if checked is not None else None,
        asked=asked,
        more=more,
        at=SystemClock().now(),
    )
