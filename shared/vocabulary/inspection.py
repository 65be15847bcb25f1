"""What visits, recommendations, registrations and the years after a recognition may be, in words with fixed values."""

from __future__ import annotations

import enum


class VisitKind(enum.StrEnum):
    """Why a team goes: the first three are the commune's (advisory), the others the department's (deciding).

    External evaluation is that of TT17–19/2018 Đ28; appraisal that of TT57/2026, whose articles on it are not known yet.
    """

    TECHNICAL = "ky_thuat"
    SUPERVISION = "giam_sat"
    ADVICE = "tu_van"
    EXTERNAL_EVALUATION = "danh_gia_ngoai"
    APPRAISAL = "tham_dinh"


class TeamRole(enum.StrEnum):
    """What a member is in the team of a visit (TT17–19/2018 Đ29–30)."""

    HEAD = "truong"
    DEPUTY = "pho"
    SECRETARY = "thu_ky"
    MEMBER = "thanh_vien"


class VisitConclusion(enum.StrEnum):
    """What the commune's team concludes: ready for external evaluation, ready once something is mended, not ready."""

    READY = "du_dieu_kien"
    READY_AFTER_REMEDY = "du_sau_khac_phuc"
    NOT_READY = "chua"


class RecommendationSeverity(enum.StrEnum):
    """Whether what is recommended must be done, or should be."""

    MUST = "bat_buoc"
    SHOULD = "nen"


class Responsible(enum.StrEnum):
    """Who is to do what is recommended: the school, the commune's office of culture and society, its economic office."""

    SCHOOL = "truong"
    COMMUNE = "xa"
    ECONOMIC_OFFICE = "phong_kinh_te"


class Verification(enum.StrEnum):
    """What the office found of an answered recommendation: done, done in part, not done."""

    DONE = "dat"
    PARTLY = "mot_phan"
    NOT_DONE = "chua"


class RecommendationState(enum.StrEnum):
    """How a recommendation stands on a day; overdue is computed, never recorded."""

    OPEN = "mo"
    ANSWERED = "da_tra_loi"
    DONE = "dat"
    PARTLY = "mot_phan"
    NOT_DONE = "chua"
    OVERDUE = "qua_han"


class RegistrationPurpose(enum.StrEnum):
    """What a school registers for: the certificate (KĐCLGD), the recognition (chuẩn quốc gia), or both (2018 Đ26)."""

    CERTIFICATE = "kdclgd"
    RECOGNITION = "cqg"
    BOTH = "ca_hai"


class RegistrationState(enum.StrEnum):
    """How far a registration went. Evaluation is when the department plans its visit after acceptance."""

    NONE = "chua_dang_ky"
    REGISTERED = "da_dang_ky"
    INCOMPLETE = "thieu_ho_so"
    CHECKED = "da_kiem_tra"
    FORWARDED = "da_chuyen"
    RETURNED = "tra_lai"
    ACCEPTED = "da_tiep_nhan"
    EVALUATION = "danh_gia"
    DRAFT_SENT = "du_thao"
    REPLIED = "da_phan_hoi"
    SILENCE = "im_lang"
    FINAL = "chinh_thuc"
    GRANTED = "cong_nhan"
    REFUSED = "khong_cong_nhan"


class RegistrationStep(enum.StrEnum):
    """What is done to a registration, in the order of its path."""

    OPEN = "dang_ky"
    CHECK = "kiem_tra"
    FORWARD = "chuyen"
    RETURN = "tra_lai"
    ACCEPT = "tiep_nhan"
    EVALUATE = "danh_gia"
    DRAFT = "du_thao"
    REPLY = "phan_hoi"
    SILENCE = "im_lang"
    FINAL = "chinh_thuc"
    DECIDE = "quyet_dinh"


class RouteStation(enum.StrEnum):
    """Where a registration passes, from the school to the department: a setting, for no article since 01/7/2025 is known."""

    SCHOOL = "truong"
    COMMUNE = "xa"
    DEPARTMENT = "so"


class ForwardedTo(enum.StrEnum):
    """To whom the commune forwards a registration."""

    DEPARTMENT = "so"
    PROVINCE = "ubnd_tinh"


class PointAnswer(enum.StrEnum):
    """What a team does with a point of the school's reply: takes it in, or stands by its own word (CV 5942)."""

    TAKEN_IN = "tiep_thu"
    KEPT = "bao_luu"


class MaintenanceResult(enum.StrEnum):
    """Whether a recognised school still keeps its standard in a year: it does, it may soon not, it does not."""

    KEPT = "duy_tri"
    AT_RISK = "nguy_co"
    NOT_KEPT = "khong"


class VisitPaperKind(enum.StrEnum):
    """The papers of visits, registrations and decisions that can be printed, in the order of the way."""

    VISIT_PLAN = "ke_hoach_kiem_tra"
    TEAM_DECISION = "qd_lap_doan"
    VISIT_MINUTES = "bien_ban_kiem_tra"
    VISIT_REPORT = "bao_cao_kiem_tra"
    RECOMMENDATION_SHEET = "phieu_kien_nghi"
    SUBMISSION_LETTER = "to_trinh"
    DOSSIER_NOTICE = "thong_bao_ho_so"
    SURVEY_MINUTES = "bien_ban_khao_sat"
    EVALUATION_REPORT = "bao_cao_danh_gia_ngoai"
    RECOGNITION_DECISION = "qd_cong_nhan"


class DecisionOutcome(enum.StrEnum):
    """What the department decided about a school: to recognise it, not to, to take a recognition back."""

    GRANTED = "cong_nhan"
    REFUSED = "khong_cong_nhan"
    REVOKED = "thu_hoi"
