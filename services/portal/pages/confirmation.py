"""A risky click asks first: a page that says what will happen, to whom, and whether it can be undone. It needs no script."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from services.portal.pages.form_refill import CONFIRMED
from services.portal.pages.site import render
from shared.vocabulary.ids import SchoolCode


def is_confirmed() -> bool:
    """Say whether the person has already confirmed what this form does."""
    return request.form.get(CONFIRMED) == "co"


def ask_to_confirm(
    question: str,
    *,
    says: Sequence[str],
    undo: str,
    yes: str,
    back: str,
    active: str = "",
    school: SchoolCode = SchoolCode(""),
) -> str:
    """Return the page that asks: it sends the same form once more, confirmed.

    `says` are sentences about what will happen, `undo` says whether and how it is undone, `yes` is the button, `back` where
    one goes who did not mean it.
    """
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf", CONFIRMED}]
    return render(
        "chac-chan.html",
        active=active,
        school=school,
        question=question,
        says=says,
        undo=undo,
        yes=yes,
        back=back,
        fields=[*fields, (CONFIRMED, "co")],
    )
