"""What a password must be: long, not a common one, not the login (NIST SP 800-63B section 5.1.1.2; no composition rules)."""

from __future__ import annotations

import itertools
import unicodedata

from services.portal.errors import WeakPassword

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 256
_LOGIN_MATTERS_FROM = 4

_COMMON = frozenset(
    """
    matkhau matkhaumatkhau matkhaucuatoi matkhaumoi matkhaumacdinh khongbiet khongcomatkhau toiyeuvietnam toiyeuem anhyeuem
    emyeuanh vietnam vietnamvodich hanoivietnam saigon truonghoc tieuhoc mamnon giaoduc kiemdinh kiemdinhchatluong hieutruong
    giaovien quantri vanthu password passwordpassword mypassword letmein welcome administrator admin changeme iloveyou
    qwerty qwertyuiop qwertyqwerty qwertyasdfgh asdfghjkl qwertyuiopasdf zxcvbnm secret superman football abcdef abcabc
    """.split()  # noqa: SIM905 - a list of words is read as words
)
"""Words that stay guessable with digits and marks around them."""


def normal(password: str) -> str:
    """Return a password as it is hashed: NFC, so that every keyboard types the same (RFC 8265 section 4.2)."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, login: str) -> None:
    """Check a new password.

    Raises WeakPassword, saying what to change.
    """
    if len(password) < MINIMUM_LENGTH:
        raise WeakPassword(
            f"Mật khẩu cần ít nhất {MINIMUM_LENGTH} ký tự. Một câu ngắn dễ nhớ là đủ.", minimum=MINIMUM_LENGTH
        )
    if len(password) > MAXIMUM_LENGTH:
        raise WeakPassword(f"Mật khẩu dài tối đa {MAXIMUM_LENGTH} ký tự.", maximum=MAXIMUM_LENGTH)
    plain = password.lower()
    if len(login) >= _LOGIN_MATTERS_FROM and login.lower() in plain:
        raise WeakPassword("Mật khẩu chứa tên đăng nhập. Chọn câu khác.")
    if _is_guessable(plain):
        raise WeakPassword("Mật khẩu này nằm trong số dễ đoán nhất. Chọn câu khác.")


def _is_guessable(plain: str) -> bool:
    if len(set(plain)) <= len("abcd") or _is_sequence(plain):
        return True
    letters = _bare_letters(plain)
    return letters in _COMMON or (letters == "" and len(set(plain)) < MINIMUM_LENGTH // 2)


def _bare_letters(plain: str) -> str:
    decomposed = unicodedata.normalize("NFD", plain).replace("đ", "d")
    return "".join(c for c in decomposed if "a" <= c <= "z")


def _is_sequence(plain: str) -> bool:
    if plain.isdecimal():
        digit_steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(plain)}
        return digit_steps in ({1}, {9})
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(plain)}
    return steps in ({1}, {-1})
