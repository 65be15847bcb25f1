"""What the notification service refuses, in words the owner of a program can act on; types are stable."""

from __future__ import annotations

from shared.problems import Problem


class AddressRefused(Problem):
    """A webhook's address is no http(s) address, or leads into the installation's own network."""

    type = "dia-chi-nhan-sai"
    status = 400
    title = "Không gửi được tới địa chỉ này"


class NoSuchWebhook(Problem):
    """There is no such webhook, or it is somebody else's."""

    type = "webhook-khong-co"
    status = 404
    title = "Không có webhook này"


class WebhookEnded(Problem):
    """The webhook ended for good: the right it was registered under is gone."""

    type = "webhook-da-dung"
    status = 409
    title = "Webhook này đã dừng hẳn"


class TooManyWebhooks(Problem):
    """One owner has registered as many webhooks as he may."""

    type = "qua-nhieu-webhook"
    status = 409
    title = "Đã đăng ký quá nhiều webhook"


class NoSuchReminder(Problem):
    """The caller was never told of this deadline."""

    type = "loi-nhac-khong-co"
    status = 404
    title = "Không có lời nhắc này"


class RemindersForgotten(Problem):
    """It is not known any more what was told on such a day, so nothing is told of it."""

    type = "so-nhac-da-xoa"
    status = 409
    title = "Sổ nhắc không còn ngày ấy"


class NoSuchCalendar(Problem):
    """There is no such calendar, it was closed, or it is somebody else's."""

    type = "lich-khong-co"
    status = 404
    title = "Không có lịch này"


class TooManyCalendars(Problem):
    """One person has opened as many calendars as they may."""

    type = "qua-nhieu-lich"
    status = 409
    title = "Đã mở quá nhiều lịch"


class NoMail(Problem):
    """This installation sends no mail."""

    type = "khong-gui-thu"
    status = 409
    title = "Hệ thống này không gửi thư"


class AddressNotProved(Problem):
    """The code is not the one that was sent, or it is too late for it."""

    type = "ma-xac-nhan-sai"
    status = 409
    title = "Mã xác nhận không đúng"


class TooManyCodes(Problem):
    """Enough codes were sent for the person today."""

    type = "gui-ma-qua-nhieu"
    status = 429
    title = "Đã xin mã quá nhiều lần"
