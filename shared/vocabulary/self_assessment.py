"""The school's self-assessment as work: its council, the state of each criterion, improvement, and the papers of a cycle.

The values are Vietnamese words without marks where the papers and the programs around use them so (TT57/2026 Đ9, CV
5932/BGDĐT-QLCL); what people read is in `labels`.
"""

from __future__ import annotations

import enum


class CouncilRole(enum.StrEnum):
    """What a member is in the self-assessment council (TT17–19/2018 Đ24, TT57/2026 Đ9 k1)."""

    CHAIR = "chu_tich"
    VICE_CHAIR = "pho"
    SECRETARY = "thu_ky"
    MEMBER = "uy_vien"


class GroupKind(enum.StrEnum):
    """Groups of a council: secretaries, and those that work on criteria (TT17–19/2018 Đ25)."""

    SECRETARIAT = "thu_ky"
    WORKING = "cong_tac"


class RuleState(enum.StrEnum):
    """How a rule about a council stands: kept, broken (refused when the council is set up), or only to be looked at."""

    MET = "dat"
    NOT_MET = "khong_dat"
    WARNING = "canh_bao"


class CriterionStep(enum.StrEnum):
    """How far the school is with a criterion, from the first word to the council's vote."""

    NOT_STARTED = "chua_bat_dau"
    WRITING = "dang_viet"
    HANDED_IN = "cho_soat"
    CHANGES_REQUESTED = "yeu_cau_sua"
    REVIEWED = "da_soat"
    PASSED = "hoi_dong_thong_qua"


class ImprovementStatus(enum.StrEnum):
    """How far an item of the improvement plan is; done only with evidence."""

    NOT_STARTED = "chua_bat_dau"
    UNDER_WAY = "dang_lam"
    AWAITING_EVIDENCE = "cho_minh_chung"
    DONE = "xong"
    DROPPED = "bo"


class ReviewOccasion(enum.StrEnum):
    """When an improvement item is looked at: at the end of the first term and of the year (TT57/2026 Đ10), or in between."""

    FIRST_TERM = "hk1"
    END_OF_YEAR = "cuoi_nam"
    OTHER = "khac"


class OwedPaperState(enum.StrEnum):
    """Where a paper of a cycle stands."""

    PRESENT = "co"
    DRAFT = "nhap"
    MISSING = "thieu"
    OVERDUE = "qua_han"


class SheetPart(enum.StrEnum):
    """The parts of a criterion's sheet (phiếu đánh giá tiêu chí) in which a writer writes."""

    STATUS = "hien_trang"
    STRENGTHS = "diem_manh"
    WEAKNESSES = "diem_yeu"
    IMPROVEMENT = "cai_tien"
    RESULT = "tu_danh_gia"


class PaperKind(enum.StrEnum):
    """The papers of a school's self-assessment that can be printed."""

    COUNCIL_DECISION = "qd_hoi_dong"
    PLAN = "ke_hoach_tdg"
    FACET_SHEET = "phieu_noi_ham"
    EVIDENCE_LIST = "danh_muc_minh_chung"
    CRITERION_SHEET = "phieu_tieu_chi"
    MINUTES = "bien_ban_hop"
    REPORT = "bao_cao_tdg"
    IMPROVEMENT_PLAN = "ke_hoach_cai_tien"
    REGISTRATION_LETTER = "cong_van_dang_ky"
    PUBLICATION_NOTICE = "thong_bao_cong_bo"


class CodeStanding(enum.StrEnum):
    """Where an evidence code that stands in a sentence leads to."""

    CITED = "da_gan"
    NOT_CITED = "chua_gan"
    NOT_ISSUED = "chua_cap"


class WritingState(enum.StrEnum):
    """Whether a text is there, or is a former cycle's that nobody has read again yet."""

    NOT_WRITTEN = "chua_viet"
    WRITTEN = "da_viet"
    UNREAD = "chua_xem_lai"


class PaperFormat(enum.StrEnum):
    """What a paper is printed as: by the end of its file's name."""

    WORD = "docx"
    SHEET = "xlsx"
    PDF = "pdf"
