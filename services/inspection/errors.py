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
