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
