"""Reading what an address asks for: texts without spaces around them, numbers within bounds. Forms have `forms`."""

from __future__ import annotations

from flask import request

from services.portal.web import input_limits


def text(name: str, longest: int = input_limits.LONGEST_QUERY) -> str:
    """Return a parameter of the address, trimmed, in NFC, cut to `longest`; empty when it is not there."""
    return input_limits.text(request.args.get(name, "").strip(), name)[:longest]


def text_or_field(name: str, longest: int = input_limits.LONGEST_QUERY) -> str:
    """Return a parameter of the address, else a field of the form."""
    return input_limits.text((request.args.get(name) or request.form.get(name, "")).strip(), name)[:longest]


def number(name: str, default: int = 0, *, low: int = 0, high: int = input_limits.LARGEST_COUNT) -> int:
    """Return a parameter of the address as a whole number from `low` to `high`; the default for anything else."""
    return input_limits.whole(request.args.get(name, ""), default, low, high)
