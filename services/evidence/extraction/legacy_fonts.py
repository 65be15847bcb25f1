"""Tells text from what an old Vietnamese font (TCVN3, VNI) leaves behind: letters that only look right in that font."""

from __future__ import annotations

import re

_OLD_FONT = re.compile(r"(?:^|\+)(?:\.?Vn[A-Z3]|VNI[-_ ]|VN-)|\bABC\b")
"""Font names of the two families: .VnTime, .VnArialH, VNI-Times; a subset's tag (``ABCDEF+``) may stand before."""

_SOUND = re.compile(
    "[\\w\\s.,;:!?()\\[\\]{}/\\\\%\\-\N{EN DASH}\N{EM DASH}\"'“”‘’„…•+*=<>&@#°²³½¼¾×÷±ºª§|_~^$€₫`"
    "→←↑↓➢➔◦▪■□●○✓✔✗✘☐☑☒№\ue000-\uf8ff]",
    re.ASCII,
)
_LETTER = re.compile("[aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ]", re.IGNORECASE)
_INSIDE = re.compile("[^\\W\\d_](?:[¸¶·¹¨¬¦§¼½¾£¤¥¢¡]|[µ«»©](?=[^\\W\\d_]))|[¸¶¹¨®¬¦¤¥¢¡](?=[^\\W\\d_])")
"""A sign beside a letter: in TCVN3 these signs are the vowels with marks and đ, in real text they stand apart."""

_SOFT_HYPHEN = "\xad"
_ALONE = re.compile(f"(?<![^\\W\\d_]){_SOFT_HYPHEN}(?![^\\W\\d_])")

_SEVERAL = 2
_MOST_STRANGE = 0.03
_MOST_STRANGE_IN_A_LINE = 0.12


def speaks_unicode(text: str) -> bool:
    """Say whether a font's letters are what they seem to be: those of an old font all lie in Latin-1 (TCVN 5712:1993)."""
    return any(sign > "\xff" and _LETTER.match(sign) for sign in text)


def with_hyphens(text: str, unicode: bool) -> str:
    """Return a word with its soft hyphens (U+00AD) as the hyphens that people see.

    Many fonts draw both with one shape, and what writes a PDF then may name the wrong one. In an old font the same code is
    the letter ư: unless the font speaks Unicode (`unicode`), only one that touches no letter is a hyphen.
    """
    return text.replace(_SOFT_HYPHEN, "-") if unicode else _ALONE.sub("-", text)


def strange_letters(text: str) -> int:
    """Return how many characters no Vietnamese office paper holds."""
    return sum(1 for sign in text if not _SOUND.match(sign) and not _LETTER.match(sign))


def is_old_font(name: str) -> bool:
    """Say whether a font by its name writes TCVN3 or VNI."""
    return _OLD_FONT.search(name) is not None


def believable(text: str, font: str = "") -> bool:
    """Say whether all that one font writes on a page can be text; `font` is its name, where it has one."""
    text = "".join(text.split())
    inside, strange = len(_INSIDE.findall(text)), strange_letters(text)
    if is_old_font(font):
        # Its plain letters and digits are what they seem to be; one letter with a mark tells that nobody mapped the others.
        return text.isascii()
    return (not inside and strange < _SEVERAL) or inside + strange <= _MOST_STRANGE * _letters(text)


def believable_line(text: str) -> bool:
    """Say whether one line or cell can be text: a single foreign letter in a name may be, a word of them cannot."""
    strange = strange_letters(text)
    return not _INSIDE.search(text) and (strange < _SEVERAL or strange <= _MOST_STRANGE_IN_A_LINE * _letters(text))


def _letters(text: str) -> int:
    """Return how many signs tell anything of a font: a table's digits and rules look the same in all of them."""
    return sum(1 for sign in text if sign.isalpha() or not _SOUND.match(sign))
