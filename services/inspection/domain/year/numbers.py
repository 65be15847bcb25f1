"""The numbers of a synthesis, in the order in which they are printed: what each counts, and where what it counts is seen.

Every one can be counted from public events alone. "Hết ngày tính" is the day `as_of` of the synthesis, "trong kỳ" the days
from its `from_on` to that day.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from shared.text import lower_first
from shared.vocabulary.commune_year import DifficultyState, FundingSource, PlanKind, PublicityKind
from shared.vocabulary.year_labels import (
    DIFFICULTY_STATE_LABELS,
    FUNDING_SOURCE_LABELS,
    PLAN_KIND_LABELS,
    PUBLICITY_KIND_LABELS,
)


class Chapter(enum.StrEnum):
    """Under which title a number stands."""

    PLAN = "Kế hoạch và công nhận"
    VISITS = "Kiểm tra, đăng ký đánh giá ngoài"
    RECOMMENDATIONS = "Kiến nghị của các đoàn"
    TARGETS = "Chỉ tiêu tiêu chí"
    TASKS = "Giao việc"
    TRAINING = "Tập huấn, truyền thông"
    DIFFICULTIES = "Khó khăn của các trường"
    NEEDS = "Nhu cầu, kinh phí"
    REPORTS = "Báo cáo của các trường"


class Unit(enum.StrEnum):
    """What a number is a number of."""

    SCHOOLS = "trường"
    TIMES = "lần"
    THINGS = "việc"
    PEOPLE = "lượt người"
    DONG = "đồng"


class NumberMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """One number: its key, its words, its unit, what it counts in one sentence, and the page of the year that shows it."""

    key: str
    group: Chapter
    label: str
    unit: Unit
    counts: str
    page: str


def _number(key: str, group: Chapter, label: str, unit: Unit, counts: str, page: str) -> NumberMeaning:
    return NumberMeaning(key=key, group=group, label=label, unit=unit, counts=counts, page=page)


_PLANNED = tuple(kind for kind in PlanKind if kind is not PlanKind.NOTHING)

NUMBERS: tuple[NumberMeaning, ...] = (
    _number(
        "schools", Chapter.PLAN, "Trường của xã", Unit.SCHOOLS, "Trường đã lập của xã, chưa đóng, lúc tính.", "ke-hoach"
    ),
    _number(
        "with_entry",
        Chapter.PLAN,
        "Trường có mục trong kế hoạch",
        Unit.SCHOOLS,
        "Trường có plan-entry-set của năm mà sau đó không có plan-entry-dropped, hết ngày tính.",
        "ke-hoach",
    ),
    *(
        _number(
            f"entries_{kind.value}",
            Chapter.PLAN,
            f"Trong đó: {lower_first(PLAN_KIND_LABELS[kind])}",
            Unit.SCHOOLS,
            f"Như trên, kind của lần đặt cuối là {kind.value}.",
            "ke-hoach",
        )
        for kind in _PLANNED
    ),
    _number(
        "reached",
        Chapter.PLAN,
        "Trường đã đạt mục kế hoạch",
        Unit.SCHOOLS,
        "Mục công nhận mới, công nhận lại, nâng mức: có Bằng quyết định trong năm, đến hết ngày tính, mức độ không thấp hơn "
        "mục tiêu; chỉ kiểm định: có Chứng nhận như thế; duy trì: lần kiểm tra duy trì cuối của một năm học bắt đầu hay kết "
        "thúc trong năm có kết quả duy_tri, lúc Bằng hay Chứng nhận còn hạn.",
        "ke-hoach",
    ),
    _number(
        "recognised",
        Chapter.PLAN,
        "Trường có Bằng còn hạn",
        Unit.SCHOOLS,
        "Trường có Bằng còn hạn, chưa thu hồi, chưa bị thay, ở ngày tính.",
        "ke-hoach",
    ),
    _number(
        "recognitions_granted",
        Chapter.PLAN,
        "Bằng được cấp trong kỳ",
        Unit.SCHOOLS,
        "recognition-granted có decided_on trong kỳ.",
        "ke-hoach",
    ),
    _number(
        "certificates_granted",
        Chapter.PLAN,
        "Chứng nhận kiểm định được cấp trong kỳ",
        Unit.SCHOOLS,
        "certificate-granted có decided_on trong kỳ.",
        "ke-hoach",
    ),
    _number(
        "visits_concluded",
        Chapter.VISITS,
        "Đợt kiểm tra của xã đã kết luận trong kỳ",
        Unit.TIMES,
        "inspection-concluded của lớp commune có concluded_on trong kỳ.",
        "kiem-tra",
    ),
    _number(
        "department_visits_concluded",
        Chapter.VISITS,
        "Đợt đánh giá của Sở đã kết luận trong kỳ",
        Unit.TIMES,
        "inspection-concluded của lớp department có concluded_on trong kỳ.",
        "kiem-tra",
    ),
    _number(
        "registrations_opened",
        Chapter.VISITS,
        "Lần đăng ký đánh giá ngoài trong kỳ",
        Unit.TIMES,
        "registration-opened có opened_on trong kỳ; đăng ký lại sau khi bị trả là một lần nữa.",
        "kiem-tra",
    ),
    _number(
        "recommendations_done",
        Chapter.RECOMMENDATIONS,
        "Kiến nghị đã xác nhận đạt",
        Unit.THINGS,
        "Kiến nghị của đợt đã kết luận, lần recommendation-verified cuối là dat, hết ngày tính.",
        "kien-nghi",
    ),
    _number(
        "recommendations_open",
        Chapter.RECOMMENDATIONS,
        "Kiến nghị chưa xong",
        Unit.THINGS,
        "Kiến nghị của đợt đã kết luận mà chưa xác nhận đạt, hết ngày tính.",
        "kien-nghi",
    ),
    _number(
        "recommendations_overdue",
        Chapter.RECOMMENDATIONS,
        "Trong đó: quá hạn",
        Unit.THINGS,
        "Như trên, của trường chưa đóng, đang chờ bên chịu trách nhiệm (chưa trả lời, hoặc lần xác nhận cuối chưa đạt) và "
        "hạn trước ngày tính.",
        "kien-nghi",
    ),
    _number(
        "targets_met",
        Chapter.TARGETS,
        "Chỉ tiêu đạt",
        Unit.THINGS,
        "criterion-target-set của năm chưa bị bỏ, việc cuối là criterion-target-met, hết ngày tính.",
        "chi-tieu",
    ),
    _number(
        "targets_on_the_way",
        Chapter.TARGETS,
        "Chỉ tiêu đang làm",
        Unit.THINGS,
        "Chỉ tiêu chưa đạt của trường chưa đóng, hạn (by) từ ngày tính trở đi.",
        "chi-tieu",
    ),
    _number(
        "targets_late",
        Chapter.TARGETS,
        "Chỉ tiêu trễ",
        Unit.THINGS,
        "Chỉ tiêu chưa đạt của trường chưa đóng, hạn trước ngày tính.",
        "chi-tieu",
    ),
    _number(
        "tasks_given",
        Chapter.TASKS,
        "Việc đã giao",
        Unit.THINGS,
        "task-given của năm, không tính việc đã hủy, hết ngày tính.",
        "viec",
    ),
    _number("tasks_accepted", Chapter.TASKS, "Trong đó: đã nhận kết quả", Unit.THINGS, "Việc đã có task-accepted.", "viec"),
    _number(
        "tasks_overdue",
        Chapter.TASKS,
        "Trong đó: quá hạn",
        Unit.THINGS,
        "Việc mới giao hoặc bị trả lại, hạn (đã gia hạn) trước ngày tính; trường đã đóng không còn việc quá hạn.",
        "viec",
    ),
    _number(
        "trainings_held",
        Chapter.TRAINING,
        "Lớp tập huấn đã mở trong kỳ",
        Unit.TIMES,
        "training-held có held_on trong kỳ.",
        "tap-huan",
    ),
    _number(
        "trainings_present",
        Chapter.TRAINING,
        "Lượt người dự",
        Unit.PEOPLE,
        "Tổng present_count của các lớp ấy.",
        "tap-huan",
    ),
    _number(
        "trainings_invited",
        Chapter.TRAINING,
        "Lượt người được mời",
        Unit.PEOPLE,
        "Tổng asked_count của các lớp ấy.",
        "tap-huan",
    ),
    *(
        _number(
            f"publicity_{kind.value}",
            Chapter.TRAINING,
            f"Truyền thông trong kỳ: {lower_first(PUBLICITY_KIND_LABELS[kind])}",
            Unit.TIMES,
            f"publicity-done loại {kind.value} có done_on trong kỳ.",
            "tap-huan",
        )
        for kind in PublicityKind
    ),
    _number(
        "notices_published",
        Chapter.TRAINING,
        "Thông báo công khai trong kỳ",
        Unit.TIMES,
        "notice-published có published_on trong kỳ.",
        "thong-bao",
    ),
    _number(
        "difficulties",
        Chapter.DIFFICULTIES,
        "Khó khăn đã nêu",
        Unit.THINGS,
        "difficulty-raised của năm, hết ngày tính.",
        "kho-khan",
    ),
    *(
        _number(
            f"difficulties_{state.value}",
            Chapter.DIFFICULTIES,
            f"Trong đó: {lower_first(DIFFICULTY_STATE_LABELS[state])}",
            Unit.THINGS,
            f"Khó khăn ở trạng thái {state.value} theo sự kiện cuối; đã quyết định thì trả lời thêm không đổi; "
            "đóng với chữ “chua” là mới nêu; đã gộp thì theo khó khăn kia (kia đã đóng là đã trả lời).",
            "kho-khan",
        )
        for state in DifficultyState
    ),
    _number(
        "needs_raised",
        Chapter.NEEDS,
        "Nhu cầu đã nêu cho năm",
        Unit.THINGS,
        "Nhu cầu có year của lần nêu hay sửa (need-raised, need-changed) cuối là năm này, chưa bị rút, hết ngày tính.",
        "nhu-cau",
    ),
    _number(
        "needs_appraised",
        Chapter.NEEDS,
        "Trong đó: đã thẩm định",
        Unit.THINGS,
        "Nhu cầu ấy có need-appraised sau lần nêu hay sửa cuối.",
        "nhu-cau",
    ),
    _number(
        "money_funded",
        Chapter.NEEDS,
        "Vốn đã bố trí cho năm",
        Unit.DONG,
        "Tổng amount_vnd của need-funded có money_year là năm này; cùng nhu cầu, nguồn và năm thì lần sau thay lần trước. "
        "Nhu cầu đã rút không tính; nêu lại thì chỉ tính từ lần nêu ấy.",
        "nhu-cau",
    ),
    *(
        _number(
            f"money_{source.value}",
            Chapter.NEEDS,
            f"Trong đó: {FUNDING_SOURCE_LABELS[source]}",
            Unit.DONG,
            f"Như trên, nguồn {source.value}.",
            "nhu-cau",
        )
        for source in FundingSource
    ),
    _number(
        "reports_asked",
        Chapter.REPORTS,
        "Trường được yêu cầu báo cáo",
        Unit.SCHOOLS,
        "Trường trong report-asked mà bản tổng hợp nêu (request); không nêu thì 0.",
        "bao-cao",
    ),
    _number(
        "reports_received",
        Chapter.REPORTS,
        "Trong đó: đã gửi",
        Unit.SCHOOLS,
        "Trường có report-handed-in cho yêu cầu ấy mà sau đó không bị report-returned, đến vị trí (position) của bản "
        "tổng hợp: trường báo cáo sau khi hết kỳ vẫn tính.",
        "bao-cao",
    ),
    _number(
        "reports_missing", Chapter.REPORTS, "Trong đó: chưa gửi", Unit.SCHOOLS, "Các trường còn lại, chưa đóng.", "bao-cao"
    ),
)
"""Every number that a synthesis may hold."""

MEANINGS: Mapping[str, NumberMeaning] = {number.key: number for number in NUMBERS}
"""The same, by key."""
