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


class PlanKindContradicts(Problem):
    """The register speaks against the kind that was chosen."""

    type = "muc-trai-so-cong-nhan"
    status = 409
    title = "Loại mục trái với Sổ công nhận"


class PlanAlreadyIssued(Problem):
    """The plan stands issued; it changes only by an adjustment."""

    type = "ke-hoach-da-ban-hanh"
    status = 409
    title = "Kế hoạch đã ban hành"


class PlanNotIssued(Problem):
    """Only a plan that was issued is adjusted."""

    type = "ke-hoach-chua-ban-hanh"
    status = 409
    title = "Kế hoạch chưa ban hành"


class SchoolsWithoutEntry(Problem):
    """Schools of the commune are not on the list of the plan."""

    type = "truong-chua-co-muc"
    status = 409
    title = "Còn trường chưa có mục trong kế hoạch"


class PlanEntryUnknown(Problem):
    """The school is not on the list of the plan."""

    type = "muc-ke-hoach-khong-co"
    status = 404
    title = "Trường chưa có mục trong kế hoạch"


class PlanSchoolClosed(Problem):
    """The school closed; it gets no entry."""

    type = "truong-da-dong-cua"
    status = 409
    title = "Trường đã đóng cửa"


class PlanChangedMeanwhile(Problem):
    """Somebody else changed it since it was looked at."""

    type = "ke-hoach-vua-sua"
    status = 409
    title = "Có người vừa sửa"


class PlanDateRefused(Problem):
    """A day that does not fit the plan."""

    type = "ngay-ke-hoach-sai"
    status = 400
    title = "Ngày của kế hoạch không đúng"
