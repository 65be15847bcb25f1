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


class TargetStands(Problem):
    """The criterion has a target already, with other particulars."""

    type = "chi-tieu-da-dat"
    status = 409
    title = "Tiêu chí này đã có chỉ tiêu"


class TargetUnknown(Problem):
    """There is no target for the criterion, or it was given up."""

    type = "chua-co-chi-tieu"
    status = 404
    title = "Chưa có chỉ tiêu này"


class TargetChanged(Problem):
    """Somebody else changed the target after it was looked at."""

    type = "chi-tieu-da-sua"
    status = 409
    title = "Có người đã sửa chỉ tiêu"


class TargetRefused(Problem):
    """A day, or a number of targets, that cannot be."""

    type = "chi-tieu-khong-dung"
    status = 400
    title = "Chỉ tiêu không đúng"
