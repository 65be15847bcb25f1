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


class NeedUnknown(Problem):
    """There is no such need, or the caller may not know of it."""

    type = "nhu-cau-khong-co"
    status = 404
    title = "Không có nhu cầu này"


class NeedRefused(Problem):
    """What is said of a need cannot be: an amount, a number, a day."""

    type = "nhu-cau-khong-dung"
    status = 400
    title = "Nhu cầu ghi chưa đúng"


class NeedOutOfStep(Problem):
    """The need is not as far as that: not appraised, not funded, handed over or withdrawn already."""

    type = "nhu-cau-sai-buoc"
    status = 409
    title = "Nhu cầu chưa tới, hoặc đã qua bước này"


class FundingTooHigh(Problem):
    """More money than the need costs as it was appraised, without a reason."""

    type = "von-vuot-nhu-cau"
    status = 409
    title = "Vốn vượt kinh phí đã thẩm định"


class NeedMoved(Problem):
    """Somebody recorded something about the need since the caller looked at it."""

    type = "nhu-cau-vua-doi"
    status = 409
    title = "Nhu cầu vừa có người ghi thêm"
