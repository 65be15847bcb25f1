"""What schools are, who judges them, and what a judgement, an award or a gap may be."""

from __future__ import annotations

import enum


class Layer(enum.StrEnum):
    """Who judged: the school itself, the commune (advisory), the department (deciding). Never merged."""

    SCHOOL = "school"
    COMMUNE = "commune"
    DEPARTMENT = "department"


class Result(enum.StrEnum):
    """What an indicator was judged to be; not assessed is never a failure."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_ASSESSED = "not_assessed"
    NOT_APPLICABLE = "not_applicable"


class AwardKind(enum.StrEnum):
    """What the department awards: recognition (công nhận đạt chuẩn quốc gia, a Bằng), certificate (Chứng nhận KĐCLGD)."""

    RECOGNITION = "recognition"
    CERTIFICATE = "certificate"


class Corrected(enum.StrEnum):
    """Which particular of an award a correction puts right."""

    NUMBER = "number"
    DEGREE = "degree"
    CERTIFICATE_DEGREE = "certificate_degree"
    DECIDED_ON = "decided_on"
    EXPIRES_ON = "expires_on"


class SchoolKind(enum.StrEnum):
    """Kinds of school; several levels of education in one school are `nhieu_cap`."""

    KINDERGARTEN = "mam_non"
    PRIMARY = "tieu_hoc"
    LOWER_SECONDARY = "thcs"
    UPPER_SECONDARY = "thpt"
    MULTI_LEVEL = "nhieu_cap"


class GapKind(enum.StrEnum):
    """What a self-assessment may lack: a judgement, evidence for what is judged met, an answer to figures or to the commune
    that say otherwise than the school; a code in a text that cites nothing, a copied text that nobody read again; and once a
    council was set up, that it is lawful, that it passed each criterion, and that its chair approved the report.
    """

    NOT_ASSESSED = "not_assessed"
    NO_EVIDENCE = "no_evidence"
    CONTRADICTION = "contradiction"
    FINDING = "finding"
    DANGLING_CODE = "dangling_code"
    UNREAD_COPY = "unread_copy"
    COUNCIL_INVALID = "council_invalid"
    NOT_PASSED = "not_passed"
    NOT_APPROVED = "not_approved"


class EducationLevel(enum.StrEnum):
    """Levels of education in one school."""

    PRIMARY = "tieu_hoc"
    LOWER_SECONDARY = "thcs"
    UPPER_SECONDARY = "thpt"
