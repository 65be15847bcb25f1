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


class DifficultyStands(Problem):
    """The school raised the same words, with other asks or papers."""

    type = "kho-khan-da-neu"
    status = 409
    title = "Khó khăn này đã nêu"
