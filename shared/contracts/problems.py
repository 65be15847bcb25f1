"""Problems that more than one service tells: what it has not heard, cannot understand, or has nothing to print of yet."""

from __future__ import annotations

from shared.problems import Problem


class DocumentUnknown(Problem):
    """The document is not, or not yet, known to be kept for this school."""

    type = "tai-lieu-chua-biet"
    status = 409
    title = "Chưa thấy tài liệu này trong kho của trường"


class NoSuchCommune(Problem):
    """The commune is not registered."""

    type = "xa-khong-co"
    status = 404
    title = "Không có xã này"


def unknown_commune(code: str) -> Problem:
    """Return the refusal of a commune of which this service has not heard; it may hear of it in a moment."""
    return NoSuchCommune(
        f"Không có xã mã {code[:40]}. Chưa ghi gì. Xem lại mã; nếu vừa lập xã, thử lại sau vài giây.", commune=code[:40]
    ).awaiting_news()


class UnknownEventVersion(Problem):
    """Another service's event has a version that this code does not know."""

    type = "su-kien-la"
    status = 422
    title = "Sự kiện chưa hiểu được"


class PaperSubjectMissing(Problem):
    """What a paper is about is not there yet: no council, no such meeting, no visit."""

    type = "chua-co-de-in"
    status = 409
    title = "Chưa có gì để in"


class NotYetKnown(Problem):
    """A moment of knowledge that the log has not reached."""

    type = "vi-tri-chua-co"
    status = 422
    title = "Nhật ký chưa tới vị trí này"


class SchoolIsClosed(Problem):
    """The school was closed, or merged into another; it takes up nothing new."""

    type = "truong-da-dong"
    status = 409
    title = "Trường đã đóng"
