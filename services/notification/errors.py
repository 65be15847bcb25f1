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
