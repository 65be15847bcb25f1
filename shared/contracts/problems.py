"""What a service says that has not heard, or cannot understand, what another one told."""

from __future__ import annotations

from shared.problems import Problem


class DocumentUnknown(Problem):
    """The document is not, or not yet, known to be kept for this school."""

    type = "tai-lieu-chua-biet"
    status = 409
    title = "Chưa thấy tài liệu này trong kho của trường"


class UnknownEventVersion(Problem):
    """Another service told something in a version that this code does not know."""

    type = "su-kien-la"
    status = 422
    title = "Sự kiện chưa hiểu được"
