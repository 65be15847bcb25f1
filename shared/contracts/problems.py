"""Problems of a service that has not yet heard, or cannot understand, an event of another one."""

from __future__ import annotations

from shared.problems import Problem


class DocumentUnknown(Problem):
    """The document is not, or not yet, known to be kept for this school."""

    type = "tai-lieu-chua-biet"
    status = 409
    title = "Chưa thấy tài liệu này trong kho của trường"


class UnknownEventVersion(Problem):
    """Another service's event has a version that this code does not know."""

    type = "su-kien-la"
    status = 422
    title = "Sự kiện chưa hiểu được"
