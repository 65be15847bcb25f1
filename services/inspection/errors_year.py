"""What the inspection service refuses about a commune's year, in words an officer can act on; types are stable."""

from __future__ import annotations

from shared.problems import Problem


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


class GroundsNewerThanPlan(Problem):
    """The plan cites documents that are dated after the day on which it is issued."""

    type = "can-cu-sau-ngay-ban-hanh"
    status = 409
    title = "Căn cứ ban hành sau kế hoạch"


class PlanEntryUnknown(Problem):
    """The school is not on the list of the plan."""

    type = "muc-ke-hoach-khong-co"
    status = 404
    title = "Trường chưa có mục trong kế hoạch"


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


class TaskRefused(Problem):
    """A task, a directive or a committee that cannot be so: a day, a receiver, a member."""

    type = "viec-khong-dung"
    status = 400
    title = "Chưa giao được việc"


class TaskUnknown(Problem):
    """There is no such task, or it is not the caller's to see."""

    type = "viec-khong-co"
    status = 404
    title = "Không có việc này"


class DirectiveUnknown(Problem):
    """There is no such directive of the commune."""

    type = "van-ban-chi-dao-khong-co"
    status = 404
    title = "Không có văn bản chỉ đạo này"


class TaskStands(Problem):
    """The same words were given to the same receiver for the same day, otherwise or to no avail."""

    type = "viec-da-giao"
    status = 409
    title = "Việc này đã giao"


class TaskOver(Problem):
    """The task is accepted or cancelled: nothing more is done about it."""

    type = "viec-da-xong"
    status = 409
    title = "Việc này đã xong"


class TaskNotReported(Problem):
    """Nobody reported yet, so there is nothing to accept or to give back."""

    type = "viec-chua-bao-cao"
    status = 409
    title = "Việc chưa được báo cáo"


class TaskReportLacks(Problem):
    """A report without what the task wants back."""

    type = "bao-cao-viec-con-thieu"
    status = 409
    title = "Báo cáo còn thiếu"


class TaskChanged(Problem):
    """Something was done about the task since the caller looked."""

    type = "viec-da-doi"
    status = 409
    title = "Việc này vừa đổi"


class DirectiveStands(Problem):
    """A directive of this number was issued otherwise."""

    type = "van-ban-chi-dao-da-co"
    status = 409
    title = "Số văn bản này đã có"


class CommitteeStands(Problem):
    """A later decision on the steering committee holds already."""

    type = "ban-chi-dao-da-kien-toan"
    status = 409
    title = "Ban Chỉ đạo đã kiện toàn sau ngày này"


class TrainingRefused(Problem):
    """What is told of a class cannot be: no title, no day, too many days, a day far away."""

    type = "tap-huan-khong-dung"
    status = 400
    title = "Lớp tập huấn chưa đúng"


class TrainingUnknown(Problem):
    """There is no such class, or the caller may not know of it."""

    type = "khong-co-lop-tap-huan"
    status = 404
    title = "Không có lớp tập huấn này"


class TrainingCancelledAlready(Problem):
    """The class was cancelled."""

    type = "lop-da-huy"
    status = 409
    title = "Lớp tập huấn đã hủy"


class TrainingHeldAlready(Problem):
    """The class was held: it cannot be cancelled, and who corrects its attendance must have seen the present one."""

    type = "lop-da-mo"
    status = 409
    title = "Lớp tập huấn đã điểm danh"


class PublicityRefused(Problem):
    """What is told of publicity or a notice cannot be: no title, an address that is none, a count that is none."""

    type = "tuyen-truyen-khong-dung"
    status = 400
    title = "Nội dung công bố chưa đúng"


class NoticeUnknown(Problem):
    """There is no such notice or piece of publicity, or the caller may not know of it."""

    type = "khong-co-thong-bao"
    status = 404
    title = "Không có thông báo này"


class NoticeGone(Problem):
    """The notice was withdrawn."""

    type = "thong-bao-da-go"
    status = 409
    title = "Thông báo đã gỡ"


class DifficultyRefused(Problem):
    """What is told of a difficulty cannot be."""

    type = "kho-khan-khong-dung"
    status = 400
    title = "Khó khăn chưa đúng"


class DifficultyUnknown(Problem):
    """There is no such difficulty, or the caller may not know of it."""

    type = "khong-co-kho-khan"
    status = 404
    title = "Không có khó khăn này"


class DifficultyClosedAlready(Problem):
    """The school closed the difficulty."""

    type = "kho-khan-da-dong"
    status = 409
    title = "Khó khăn đã đóng"


class DifficultyElsewhere(Problem):
    """The difficulty waits for the decision of somebody else, or is treated with another one."""

    type = "kho-khan-dang-o-noi-khac"
    status = 409
    title = "Khó khăn đang ở nơi khác"


class DifficultyNotForwarded(Problem):
    """Nobody forwarded the difficulty, so there is nothing to decide."""

    type = "kho-khan-chua-chuyen"
    status = 409
    title = "Khó khăn chưa được chuyển"


class DifficultyNotAnswered(Problem):
    """Nobody answered the difficulty or decided on it, so the school cannot close it."""

    type = "kho-khan-chua-tra-loi"
    status = 409
    title = "Khó khăn chưa được trả lời"


class DifficultyRepliedAlready(Problem):
    """The difficulty was answered or decided: it is not taken or forwarded again, nor decided otherwise."""

    type = "kho-khan-da-co-tra-loi"
    status = 409
    title = "Khó khăn đã có trả lời hoặc quyết định"


class DifficultyChanged(Problem):
    """Something was done about the difficulty since the caller looked."""

    type = "kho-khan-vua-doi"
    status = 409
    title = "Khó khăn này vừa đổi"


class DifficultyStands(Problem):
    """The school raised the same words, with other asks or papers."""

    type = "kho-khan-da-neu"
    status = 409
    title = "Khó khăn này đã nêu"


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


class ReportChanged(Problem):
    """The school's part is another one than the caller read, or was judged since."""

    type = "bao-cao-vua-doi"
    status = 409
    title = "Báo cáo này vừa đổi"


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
