"""What a rulebook does not allow, said alike by every service that asks it."""

from __future__ import annotations

from shared.problems import Problem


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
