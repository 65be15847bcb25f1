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


class ReportUnknown(Problem):
    """There is no such request for a report, or the caller may not know of it."""

    type = "bao-cao-khong-co"
    status = 404
    title = "Không có yêu cầu báo cáo này"


class SchoolNotAsked(Problem):
    """The report is not asked of this school."""

    type = "truong-khong-duoc-hoi"
    status = 404
    title = "Yêu cầu báo cáo không hỏi trường này"


class ReportStands(Problem):
    """A report of this kind on this period was asked for with other particulars."""

    type = "bao-cao-da-hoi"
    status = 409
    title = "Báo cáo này đã được yêu cầu"


class ReportRequestEnded(Problem):
    """The request was closed: nothing more is awaited."""

    type = "bao-cao-da-dong"
    status = 409
    title = "Yêu cầu báo cáo đã đóng"


class ReportAlreadyAccepted(Problem):
    """The school's part was accepted and is not changed any more."""

    type = "bao-cao-da-duyet"
    status = 409
    title = "Báo cáo đã duyệt"


class ReportNotHandedIn(Problem):
    """The school's part does not lie with the office."""

    type = "bao-cao-chua-gui"
    status = 409
    title = "Trường chưa gửi báo cáo"


class SynthesisUnknown(Problem):
    """There is no such synthesis, or the caller may not know of it."""

    type = "tong-hop-khong-co"
    status = 404
    title = "Không có bản tổng hợp này"


class SynthesisAlreadySent(Problem):
    """The synthesis was sent and is read only."""

    type = "tong-hop-da-gui"
    status = 409
    title = "Bản tổng hợp đã gửi"
