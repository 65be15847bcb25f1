"""What the inspection service refuses about a commune's year, in words an officer can act on; types are stable."""

from __future__ import annotations

from shared.problems import Problem


class YearRefused(Problem):
    """A year in which no commune has a plan."""

    type = "nam-khong-dung"
    status = 400
    title = "Năm không đúng"


class SchoolElsewhere(Problem):
    """The school is one of another commune."""

    type = "truong-xa-khac"
    status = 403
    title = "Trường không thuộc xã này"


class SchoolUnknown(Problem):
    """There is no such school, or it is not known here yet."""

    type = "truong-chua-thay"
    status = 404
    title = "Chưa thấy trường này"
