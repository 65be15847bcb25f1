"""What the parts of a commune's year may be, in words with fixed values: its plan, its work, its money, its reports.

The parts follow the plan that communes write every year for quality accreditation and national-standard recognition.
"""

from __future__ import annotations

import enum


class PlanKind(enum.StrEnum):
    """What a school is to do in a plan's year; NOTHING is only ever proposed, of a school that is closed."""

    RECOGNISE_NEW = "cong_nhan_moi"
    RECOGNISE_AGAIN = "cong_nhan_lai"
    MAINTAIN = "duy_tri"
    RAISE = "nang_muc"
    CERTIFY_ONLY = "chi_kdcl"
    NOTHING = "khong"


class PlanState(enum.StrEnum):
    """How far a plan is: being drafted, issued, issued and adjusted since."""

    DRAFT = "nhap"
    ISSUED = "da_ban_hanh"
    ADJUSTED = "da_dieu_chinh"


class CommuneUnit(enum.StrEnum):
    """A unit of the commune that gets work and answers for it."""

    LEADERS = "ubnd_xa"
    CULTURE_OFFICE = "phong_vhxh"
    ECONOMIC_OFFICE = "phong_kinh_te"
    STEERING_COMMITTEE = "ban_chi_dao"
    MASS_ORGANISATIONS = "doan_the"


class TargetLead(enum.StrEnum):
    """Who leads the work on a criterion: the school, or one of the two offices."""

    SCHOOL = "truong"
    CULTURE_OFFICE = "phong_vhxh"
    ECONOMIC_OFFICE = "phong_kinh_te"


class TargetState(enum.StrEnum):
    """How a target stands on a day; late, and that its school was closed, are computed, never recorded."""

    MET = "dat"
    ON_THE_WAY = "dang_lam"
    LATE = "tre"
    NONE = "chua_co"
    SCHOOL_CLOSED = "truong_dong"


class CommitteeRole(enum.StrEnum):
    """What a member of the steering committee is in it."""

    HEAD = "truong_ban"
    STANDING_DEPUTY = "pho_ban_thuong_truc"
    DEPUTY = "pho_truong_ban"
    SECRETARY = "thu_ky"
    MEMBER = "uy_vien"


class TaskWanted(enum.StrEnum):
    """What whoever has a task is to give back."""

    REPORT = "report"
    PAPER = "paper"
    FIGURES = "figures"
    NOTHING = "none"


class TaskState(enum.StrEnum):
    """How a task stands on a day; overdue, and that its school was closed, are computed, never recorded."""

    GIVEN = "da_giao"
    REPORTED = "da_bao_cao"
    RETURNED = "tra_lai"
    ACCEPTED = "da_nhan"
    CANCELLED = "da_huy"
    OVERDUE = "qua_han"
    SCHOOL_CLOSED = "truong_dong"


class Recurrence(enum.StrEnum):
    """How often a task comes again by rule."""

    MONTHLY = "hang_thang"
    QUARTERLY = "hang_quy"


class TrainingTopic(enum.StrEnum):
    """Whom or what a training class is for."""

    COUNCIL = "hoi_dong"
    EXTERNAL_EVALUATION = "danh_gia_ngoai"
    EVIDENCE = "minh_chung"
    SOFTWARE = "phan_mem"


class PublicityKind(enum.StrEnum):
    """How the commune told people."""

    ARTICLE = "tin_bai"
    LOUDSPEAKER = "loa"
    COUNCIL_SESSION = "hop_hdnd"
    CONFERENCE = "hoi_nghi"
    OTHER = "khac"


class DifficultyState(enum.StrEnum):
    """How far a difficulty of a school is."""

    RAISED = "moi_neu"
    TAKEN = "da_nhan"
    ANSWERED = "da_tra_loi"
    FORWARDED = "da_chuyen"
    DECIDED = "da_quyet_dinh"
    CLOSED = "da_dong"


class ForwardedDifficulty(enum.StrEnum):
    """To whom a difficulty is passed on that the office cannot solve."""

    LEADERS = "ubnd_xa"
    DEPARTMENT = "so"
    ECONOMIC_OFFICE = "phong_kinh_te"


class ClosingWord(enum.StrEnum):
    """What a school says when it closes its difficulty: solved, or not."""

    SOLVED = "thoa_dang"
    NOT_SOLVED = "chua"


class FundingSource(enum.StrEnum):
    """Where money comes from: the two national target programmes, the budgets, people's contributions."""

    NEW_RURAL_AREAS = "ctmtqg_ntm"
    ETHNIC_MINORITIES = "ctmtqg_dtts"
    CENTRAL_BUDGET = "ns_tw"
    PROVINCE_BUDGET = "ns_tinh"
    COMMUNE_BUDGET = "ns_xa"
    CONTRIBUTIONS = "xhh"


class Appraisal(enum.StrEnum):
    """What the economic office found of a need: well founded, well founded once adjusted, not."""

    FOUNDED = "co_so"
    ADJUSTED = "dieu_chinh"
    REFUSED = "khong"


class NeedState(enum.StrEnum):
    """How far a need is."""

    RAISED = "moi_neu"
    APPRAISED = "da_tham_dinh"
    REFUSED = "khong_co_so"
    FUNDED = "da_bo_tri"
    UNDER_WAY = "dang_thuc_hien"
    HANDED_OVER = "da_ban_giao"
    WITHDRAWN = "da_rut"


class ReportKind(enum.StrEnum):
    """What a report is: on progress, of half a year, of the year, or on one subject."""

    PROGRESS = "tien_do"
    MID_YEAR = "so_ket"
    FINAL = "tong_ket"
    THEMATIC = "rieng"


class HandedInState(enum.StrEnum):
    """How a school's part of a report stands on a day; overdue, and that the school was closed, are computed."""

    ASKED = "da_hoi"
    HANDED_IN = "da_nop"
    RETURNED = "tra_lai"
    ACCEPTED = "da_duyet"
    OVERDUE = "qua_han"
    SCHOOL_CLOSED = "truong_dong"


class ReportReceiver(enum.StrEnum):
    """To whom a commune's office reports."""

    LEADERS = "ubnd_xa"
    DEPARTMENT = "so"


class DeadlineState(enum.StrEnum):
    """How a deadline stands on a day."""

    AHEAD = "sap_den"
    TODAY = "hom_nay"
    OVERDUE = "qua_han"
    WAITING = "cho"
    """Whoever owed it has done their part; it waits for somebody else to accept, answer or decide."""
    DONE = "xong"
    DROPPED = "bo"


class YearPaperKind(enum.StrEnum):
    """The papers of a commune's year that can be printed, in the order of the year."""

    PLAN = "ke_hoach_xa"
    SCHOOL_LIST = "danh_sach_truong"
    TARGETS = "giao_chi_tieu"
    COMMITTEE_DECISION = "qd_ban_chi_dao"
    TASK_LETTER = "cong_van_giao_viec"
    TRAINING = "tap_huan"
    NOTICE = "thong_bao"
    DIFFICULTIES = "tong_hop_kho_khan"
    NEEDS = "tong_hop_nhu_cau"
    PROGRESS_REPORT = "bao_cao_tien_do"
    MID_YEAR_REPORT = "bao_cao_so_ket"
    FINAL_REPORT = "bao_cao_tong_ket"
    REMINDER_SHEET = "phieu_don_doc"
