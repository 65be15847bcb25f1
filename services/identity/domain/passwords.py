"""What a password must be: long, and not among the first that are tried (NIST SP 800-63B section 5.1.1.2).

No composition rules: a short sentence of one's own is both easier to keep and harder to find.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from services.identity.domain.guessable import folded, is_guessable, own_words
from services.identity.errors import WeakPassword

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 256
_LOGIN_MATTERS_FROM = 4
_BETTER = "Chọn một câu ngắn của riêng mình, bốn từ trở lên, không có tên người, tên trường hay năm."


def normal(password: str) -> str:
    """Return a password as it is hashed: NFC, so that every keyboard types the same (RFC 8265 section 4.2)."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, login: str, known: Iterable[str] = ()) -> None:
    """Check a new password; `known` is what others know of the person: name, school, commune.

    Raises WeakPassword, saying why and what is better.
    """
    if len(password) < MINIMUM_LENGTH:
        raise WeakPassword(
            f"Mật khẩu cần ít nhất {MINIMUM_LENGTH} ký tự. Một câu ngắn dễ nhớ là đủ.", minimum=MINIMUM_LENGTH
        )
    if len(password) > MAXIMUM_LENGTH:
        raise WeakPassword(f"Mật khẩu dài tối đa {MAXIMUM_LENGTH} ký tự.", maximum=MAXIMUM_LENGTH)
    if len(login) >= _LOGIN_MATTERS_FROM and folded(login) in folded(password):
        raise WeakPassword(f"Mật khẩu chứa tên đăng nhập, ai cũng thử trước tiên. {_BETTER}")
    if is_guessable(password):
        raise WeakPassword(f"Mật khẩu này dễ đoán: chỉ gồm từ thông dụng, địa danh hoặc dãy số. {_BETTER}")
    if is_guessable(password, own_words([login, *known])):
        raise WeakPassword(f"Mật khẩu này dễ đoán: ghép từ tên người, tên đăng nhập hoặc tên trường. {_BETTER}")
