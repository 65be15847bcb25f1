"""What a person or a program may be, and how wide that reaches."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """What a person or a program is, inside one scope (domain: commune plan part IV; TT57/2026 Điều 9, 17)."""

    CLERK = "van_thu"
    COUNCIL_MEMBER = "hoi_dong"
    HEAD = "hieu_truong"
    COMMUNE_OFFICER = "can_bo_xa"
    INSPECTOR = "kiem_tra"
    EXTERNAL_EVALUATOR = "danh_gia_ngoai"
    DEPARTMENT_OFFICER = "can_bo_so"
    AUDITOR = "kiem_toan"
    SUBSCRIBER = "chuong_trinh"
    ADMINISTRATOR = "quan_tri"


class ScopeKind(enum.StrEnum):
    """How wide a grant reaches."""

    SCHOOL = "truong"
    COMMUNE = "xa"
    DEPARTMENT = "so"
    INSTALLATION = "tat_ca"
