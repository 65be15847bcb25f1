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


class NoSuchCriterion(Problem):
    """A criterion, level or indicator that the cycle's circular does not have."""

    type = "tieu-chi-khong-co"
    status = 422
    title = "Bộ tiêu chí không có mục này"


class NotApplicableRefused(Problem):
    """Not applicable was chosen where the circular does not say “nếu có”."""

    type = "khong-duoc-khong-ap-dung"
    status = 422
    title = "Chỉ báo này không được chọn “Không áp dụng”"


class WrongDate(Problem):
    """A day that does not fit: in the future, or before the cycle was opened."""

    type = "ngay-sai"
    status = 422
    title = "Ngày không hợp lệ"


class UnknownEvent(Problem):
    """Another service told something in a version that this code does not know."""

    type = "su-kien-la"
    status = 422
    title = "Sự kiện chưa hiểu được"
