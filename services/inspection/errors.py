"""What the inspection service refuses, in words an inspector can act on; types are stable."""

from __future__ import annotations

from shared.problems import Problem


class NoSuchInspection(Problem):
    """The school has no such inspection."""

    type = "dot-kiem-tra-khong-co"
    status = 404
    title = "Không có đợt kiểm tra này"


class CycleUnknown(Problem):
    """The school's cycle is not, or not yet, known here."""

    type = "chu-ky-khong-co"
    status = 404
    title = "Chưa thấy đợt tự đánh giá này"


class Concluded(Problem):
    """The inspection was concluded; nothing more is recorded."""

    type = "da-ket-luan"
    status = 409
    title = "Đợt kiểm tra đã kết luận"


class WrongLayer(Problem):
    """The school's own layer is not for inspections."""

    type = "sai-lop"
    status = 422
    title = "Lớp này không ghi từ đây"


class VisitDateRefused(Problem):
    """A day that does not fit: in the future, before the cycle was opened, before the visit."""

    type = "ngay-sai"
    status = 422
    title = "Ngày không hợp lệ"


class SubmissionMissing(Problem):
    """The department evaluates what the school submitted, not before."""

    type = "chua-trinh"
    status = 409
    title = "Trường chưa trình báo cáo tự đánh giá"


class NotTheNewest(Problem):
    """The visit is for a cycle that a newer one has replaced."""

    type = "dot-cu"
    status = 409
    title = "Đợt tự đánh giá này đã có đợt mới hơn"


class StillOpen(Problem):
    """A visit of the same layer to the same cycle is not concluded yet."""

    type = "dot-chua-ket-luan"
    status = 409
    title = "Còn một đợt chưa kết luận"


class NoAccount(Problem):
    """A member of the visit is nobody who has an account or a token here."""

    type = "khong-co-tai-khoan"
    status = 400
    title = "Không có tài khoản này"


class MemberRefused(Problem):
    """A member of the visit has an account, but may not judge this layer of this school."""

    type = "thanh-vien-khong-hop"
    status = 409
    title = "Người này không vào đoàn được"


class VisitNotConcluded(Problem):
    """The visit is still going on: what it found is a draft."""

    type = "chua-ket-luan"
    status = 409
    title = "Đoàn đang làm việc"


class NoSuchFinding(Problem):
    """The visit found nothing of this indicator."""

    type = "phat-hien-khong-co"
    status = 404
    title = "Đợt này không có phát hiện ấy"


class RecommendationUnknown(Problem):
    """The school has no such recommendation, or may not see it yet."""

    type = "kien-nghi-khong-co"
    status = 404
    title = "Không có kiến nghị này"


class RecommendationStands(Problem):
    """The visit recommends the same in the same words already, by another day, more or less strongly, or to others."""

    type = "kien-nghi-da-co"
    status = 409
    title = "Đã có kiến nghị này"


class RecommendationDone(Problem):
    """The recommendation was verified as done; nothing more is recorded of it."""

    type = "kien-nghi-da-dat"
    status = 409
    title = "Kiến nghị đã xác nhận đạt"


class NotAnswered(Problem):
    """Nobody has answered the recommendation, so there is nothing to verify."""

    type = "chua-tra-loi"
    status = 409
    title = "Chưa trả lời kiến nghị"


class EvidenceRequestUnknown(Problem):
    """The visit has asked for nothing of that kind."""

    type = "yeu-cau-minh-chung-khong-co"
    status = 404
    title = "Không có yêu cầu này"


class PhotoRefused(Problem):
    """When or where a photo was taken cannot be so."""

    type = "anh-sai"
    status = 422
    title = "Ảnh chụp không hợp lệ"


class NotRegistered(Problem):
    """The school has not registered this cycle."""

    type = "chua-dang-ky"
    status = 409
    title = "Trường chưa đăng ký đánh giá ngoài"


class RegistrationPending(Problem):
    """The cycle is registered already."""

    type = "dang-xet"
    status = 409
    title = "Hồ sơ đăng ký đang được xét"


class DossierNotChecked(Problem):
    """The commune has not checked the dossier."""

    type = "chua-kiem-tra-ho-so"
    status = 409
    title = "Xã chưa kiểm tra hồ sơ"


class DossierIncomplete(Problem):
    """The commune found something missing."""

    type = "ho-so-con-thieu"
    status = 409
    title = "Hồ sơ còn thiếu"


class NotForwarded(Problem):
    """The commune has not forwarded the dossier."""

    type = "chua-chuyen"
    status = 409
    title = "Xã chưa chuyển hồ sơ"


class AlreadyForwarded(Problem):
    """The commune forwarded the dossier; it is with the department."""

    type = "da-chuyen"
    status = 409
    title = "Hồ sơ đã chuyển"


class DossierReturned(Problem):
    """The department returned the dossier; the school registers anew."""

    type = "da-tra-lai"
    status = 409
    title = "Hồ sơ đã trả lại trường"


class NotAccepted(Problem):
    """The department has not accepted the dossier."""

    type = "chua-tiep-nhan"
    status = 409
    title = "Sở chưa tiếp nhận hồ sơ"


class AlreadyAccepted(Problem):
    """The department accepted the dossier."""

    type = "da-tiep-nhan"
    status = 409
    title = "Hồ sơ đã tiếp nhận"


class NoDraft(Problem):
    """The team has not sent the draft of its report."""

    type = "chua-gui-du-thao"
    status = 409
    title = "Đoàn chưa gửi dự thảo báo cáo"


class DraftAlreadySent(Problem):
    """The draft was sent; the time to reply runs."""

    type = "da-gui-du-thao"
    status = 409
    title = "Dự thảo đã gửi"


class AlreadyReplied(Problem):
    """The school replied."""

    type = "da-phan-hoi"
    status = 409
    title = "Trường đã phản hồi"


class ReplyTimeRuns(Problem):
    """The school has neither replied nor let the time for it pass."""

    type = "chua-het-han-phan-hoi"
    status = 409
    title = "Chưa hết hạn phản hồi"


class PointsUnanswered(Problem):
    """Not every point of the reply is answered."""

    type = "chua-tra-loi-phan-hoi"
    status = 409
    title = "Còn điểm phản hồi chưa trả lời"


class ReportAlreadyFinal(Problem):
    """The report is final."""

    type = "da-chinh-thuc"
    status = 409
    title = "Báo cáo đã chính thức"


class RegistrationAlreadyDecided(Problem):
    """The department has decided."""

    type = "da-quyet-dinh"
    status = 409
    title = "Sở đã quyết định"


class StepNotOnRoute(Problem):
    """This installation's route does not pass by the commune."""

    type = "khong-co-buoc-nay"
    status = 409
    title = "Đường đi của hồ sơ không có bước này"


class NoFinalReport(Problem):
    """The team's report is not final."""

    type = "chua-chinh-thuc"
    status = 409
    title = "Chưa có báo cáo chính thức"


class SchoolYearRefused(Problem):
    """What was typed is no school year, or one that has not begun."""

    type = "nam-hoc-sai"
    status = 422
    title = "Năm học không hợp lệ"


class NotRecognised(Problem):
    """The school held neither a valid recognition nor a valid certificate on the day: there is nothing to keep."""

    type = "chua-cong-nhan"
    status = 409
    title = "Trường không có quyết định còn hiệu lực"


class NoCycleYet(Problem):
    """The school has opened no cycle that a visit could belong to: there is nothing to judge by."""

    type = "chua-co-dot"
    status = 409
    title = "Chưa có đợt tự đánh giá để ghi vào"


class TeamRefused(Problem):
    """A team without its head, with two, with somebody twice."""

    type = "doan-khong-hop"
    status = 409
    title = "Đoàn chưa đúng thành phần"


class TeamMustAgree(Problem):
    """A visit with a team finds only what its team agrees on: nobody writes findings down alone."""

    type = "doan-phai-thong-nhat"
    status = 409
    title = "Đoàn phải thống nhất"


class OpinionsMissing(Problem):
    """An agreement, without a reason, on what somebody has not judged who was given it, or nobody has at all."""

    type = "thieu-y-kien"
    status = 409
    title = "Còn thiếu ý kiến của thành viên"


class FindingsStand(Problem):
    """Findings were written down before the team was set up: they would not be what it agreed on."""

    type = "da-co-phat-hien"
    status = 409
    title = "Đợt đã có phát hiện"
