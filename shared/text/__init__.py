"""Vietnamese text: normal form, folding, sorting, dates, numbers and the numbers of official documents.

Promises: pure functions of their arguments, no locale of the machine, no dependency beyond the standard library.
"""

from __future__ import annotations

from shared.text.dates import UnreadableDate, find_date, format_date, format_time, parse_date
from shared.text.folding import fold, lower_first, nfc, same_words, unaccented, vietnamese_key, words
from shared.text.legal import KINDS, DocumentNumber, find_document_numbers, kind_of, parse_document_number
from shared.text.names import SafeName, safe_name
from shared.text.numbers import format_bytes, format_number, format_percent, roman
from shared.text.school_years import first_day_of, is_school_year, last_day_of_year, school_year_of, years_until

__all__ = [
    "KINDS",
    "DocumentNumber",
    "SafeName",
    "UnreadableDate",
    "find_date",
    "find_document_numbers",
    "first_day_of",
    "fold",
    "format_bytes",
    "format_date",
    "format_number",
    "format_percent",
    "format_time",
    "is_school_year",
    "kind_of",
    "last_day_of_year",
    "lower_first",
    "nfc",
    "parse_date",
    "parse_document_number",
    "roman",
    "safe_name",
    "same_words",
    "school_year_of",
    "unaccented",
    "vietnamese_key",
    "words",
    "years_until",
]
