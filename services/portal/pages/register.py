"""The public register of recognitions, and the check of one Bằng: open to anyone, no sign-in, no script needed."""

from __future__ import annotations

import datetime as dt

from flask import redirect, render_template
from werkzeug.wrappers import Response

from services.portal.pages import asking
from services.portal.pages.site import blueprint, keep
from services.portal.web.context import ask, directory, public
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import RecognitionView, RegisterAnswer, RegisterRequest
from shared.text import fold, parse_date


@blueprint.get("/so-cong-nhan")
@public
def register_page() -> str:
    """Show the register on a day, by commune and then by name."""
    commune = asking.text("xa")
    on = _day()
    listed = ask("assessment", "register", RegisterRequest(on=on, commune=commune), RegisterAnswer).recognitions
    return _page(listed, commune=commune, on=on, checked=None, asked="")


@blueprint.get("/bang")
@public
def check_page() -> str:
    """Check one Bằng by its number, or find it by the school's name."""
    asked = asking.text("so", 120)
    listed = ask("assessment", "register", RegisterRequest(), RegisterAnswer).recognitions
    wanted = fold(asked)
    same = [r for r in listed if fold(r.number) == wanted]
    named = [r for r in listed if wanted and wanted in fold(r.school_name)]
    return _page(listed, commune="", on=today(SystemClock()), checked=(same or named)[:5], asked=asked)


@blueprint.get("/bang/<path:number>")
@public
def check_by_code(number: str) -> Response:
    """Go to the check; the QR on a Bằng opens this."""
    return redirect(keep("/bang", so=number))


def _day() -> dt.date:
    text = asking.text("ngay")
    return parse_date(text) if text else today(SystemClock())


def _page(
    listed: list[RecognitionView], *, commune: str, on: dt.date, checked: list[RecognitionView] | None, asked: str
) -> str:
    places = {s.code: s for s in directory().schools()}
    communes = directory().communes()
    names = {c.code: c.name for c in communes}
    return render_template(
        "so-cong-nhan.html",
        shell=None,
        listed=listed,
        places=places,
        communes=communes,
        names=names,
        commune=commune,
        on=on,
        checked=checked,
        asked=asked,
        at=SystemClock().now(),
    )
