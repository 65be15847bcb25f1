"""Numbers as Vietnamese texts print them: a point between thousands, a comma before decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_SWAP = str.maketrans({",": ".", ".": ","})
_UNITS = ("byte", "KB", "MB", "GB", "TB")

Number = int | float | Decimal | Fraction


def format_number(value: Number, decimals: int | None = None) -> str:
    """Return 18204 as "18.204" and 93.5 as "93,5".

    `decimals` rounds half up to that many places; without it a value is printed as exactly as it is given (a fraction
    with at most six places).
    """
    exact = _decimal(value, decimals)
    return f"{exact:,f}".translate(_SWAP)


def format_percent(value: Number, decimals: int | None = None) -> str:
    """Return 93.5 as "93,5%"; `value` counts hundredths already."""
    return f"{format_number(value, decimals)}%"


def format_bytes(size: int) -> str:
    """Return a size a clerk can compare: "812 MB", "1,9 MB", "0 byte" (1 KB = 1.024 byte)."""
    amount, unit = Fraction(size), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    decimals = 0 if unit == 0 or amount >= 100 or amount.denominator == 1 else 1
    return f"{format_number(amount, decimals)} {_UNITS[unit]}"


def _decimal(value: Number, decimals: int | None) -> Decimal:
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        if decimals is None:
            rounded = exact.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
            return Decimal(value.numerator // value.denominator) if value.denominator == 1 else rounded.normalize()
    else:
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if decimals is None:
        return exact
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(number: int) -> str:
    """Return the number of a part as official papers write it, "IV"; for 1 to 89."""
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written
