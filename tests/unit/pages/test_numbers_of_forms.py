"""Whole numbers of forms are taken as people in Việt Nam write them, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from flask import Flask

from services.portal.pages import forms
from shared.problems import BadRequest


def whole(typed: str) -> int:
    with Flask(__name__).test_request_context("/", method="POST", data={"so-tien": typed}):
        return forms.whole("so-tien")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", 0),
        ("  ", 0),
        ("0", 0),
        ("1000000", 1_000_000),
        ("1 000 000", 1_000_000),
        ("1.000.000", 1_000_000),
        ("1\u00a0000\u202f000", 1_000_000),
        (" 12.500 ", 12_500),
        ("850", 850),
    ],
)
def test_thousands_may_be_set_apart_by_dots_or_spaces(typed, number):
    assert whole(typed) == number


@pytest.mark.parametrize(
    "typed", ["1,5", "1.5", "1.000,50", "1.00", "1,000,000", "-1", "1.0000", ".000", "1..000", "1e6", "12 345 6", "9" * 16]
)
def test_decimals_and_what_is_no_number_are_refused_as_they_were_typed(typed):
    with pytest.raises(BadRequest, match="không phải là số nguyên") as refused:
        whole(typed)
    assert refused.value.data["path"] == "so-tien"
