"""How people call the values of the vocabulary, in Vietnamese: one table for each list."""

from __future__ import annotations

from shared.vocabulary.assessment import AwardKind, EducationLevel, Layer, Result

RESULT_LABELS = {
    Result.MET: "Đạt",
    Result.NOT_MET: "Không đạt",
    Result.NOT_ASSESSED: "Chưa đánh giá",
    Result.NOT_APPLICABLE: "Không áp dụng",
}

LAYER_LABELS = {Layer.SCHOOL: "Trường", Layer.COMMUNE: "Xã", Layer.DEPARTMENT: "Sở"}


EDUCATION_LEVEL_LABELS = {
    EducationLevel.PRIMARY.value: "Tiểu học",
    EducationLevel.LOWER_SECONDARY.value: "THCS",
    EducationLevel.UPPER_SECONDARY.value: "THPT",
}
"""Levels of education as people call them, from the lowest."""


AWARD_KIND_LABELS = {AwardKind.RECOGNITION: "Bằng", AwardKind.CERTIFICATE: "Chứng nhận"}
