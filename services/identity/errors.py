"""What identity refuses, and what the caller can do about it."""

from __future__ import annotations

from shared.problems import Problem


class WrongPassword(Problem):
    """Login or password is wrong; which of the two is not told."""

    type = "sai-mat-khau"
    status = 401
    title = "Sai tên đăng nhập hoặc mật khẩu"


class WrongOldPassword(Problem):
    """The password in use was asked before another is set, and is another; nothing was changed."""

    type = "mat-khau-cu-sai"
    status = 422
    title = "Mật khẩu đang dùng chưa đúng"


class TooManyAttempts(Problem):
    """Signing in is paused for this login or from this address; `retry_after_s` says how long."""

    type = "thu-lai-sau"
    status = 429
    title = "Thử quá nhiều lần"


class LinkSpent(Problem):
    """The link was used, replaced or is too old."""

    type = "duong-dan-het-han"
    status = 410
    title = "Đường dẫn đã dùng hoặc đã hết hạn"


class WeakPassword(Problem):
    """The password is too short, too common or too close to the login; the old state stands."""

    type = "mat-khau-yeu"
    status = 422
    title = "Mật khẩu chưa đủ mạnh"


class BadLogin(Problem):
    """The login has another form than the one that is asked for."""

    type = "ten-dang-nhap-sai"
    status = 422
    title = "Tên đăng nhập không đúng dạng"


class LoginTaken(Problem):
    """Somebody has this login already; nothing was changed."""

    type = "ten-da-co"
    status = 409
    title = "Tên đăng nhập đã có người dùng"


class WrongScope(Problem):
    """The role does not exist in such a scope, or the school or commune does not exist."""

    type = "sai-pham-vi"
    status = 422
    title = "Vai trò không đi với phạm vi này"


class TermsRefused(Problem):
    """A role cannot end on that day, or by itself; nothing was changed."""

    type = "ngay-het-vai-tro"
    status = 422
    title = "Ngày hết của vai trò không đúng"


class LastAdministrator(Problem):
    """Nobody who can sign in would administer the installation afterwards; nothing was changed."""

    type = "quan-tri-cuoi"
    status = 409
    title = "Cần ít nhất một người quản trị đăng nhập được"


class NoSuchAccount(Problem):
    """Nobody who works where it was asked has this login; that there is one elsewhere is not told. Nothing was changed."""

    type = "khong-co-tai-khoan"
    status = 422
    title = "Không dùng được tên đăng nhập này"


class RoleNotHeld(Problem):
    """A token that acts as a person cannot be given a role that the person does not hold; nothing was issued."""

    type = "khong-giu-vai-tro"
    status = 422
    title = "Người này không giữ vai trò ấy"


class NoSuchPerson(Problem):
    """The school has nobody of this id on its papers, or the name was erased; nothing was changed."""

    type = "khong-co-nguoi"
    status = 422
    title = "Không có người này trên giấy tờ của trường"


class AccountInUse(Problem):
    """The name of an account stays as long as somebody can come in by it; nothing was erased."""

    type = "tai-khoan-con-dung"
    status = 409
    title = "Tài khoản còn dùng"


class AccountEnded(Problem):
    """The account was closed; it takes no roles and no links."""

    type = "tai-khoan-da-dong"
    status = 409
    title = "Tài khoản đã đóng"
