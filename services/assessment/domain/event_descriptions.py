"""Describes each fact in a Vietnamese sentence, without any person in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.assessment.domain import facts as f
from services.assessment.domain.awards import printed_words
from services.assessment.domain.rulebook_lookup import name_of
from services.assessment.domain.self_assessment_descriptions import SELF_ASSESSMENT_DESCRIPTIONS
from shared.eventlog.facts import Fact
from shared.text import format_date, format_number
from shared.vocabulary.assessment import Corrected, GapKind, Layer
from shared.vocabulary.labels import CORRECTED_LABELS, EDUCATION_LEVEL_LABELS, REGISTRATION_STEP_LABELS, RESULT_LABELS

LAYER_DEEDS = {
    Layer.SCHOOL: "Trường tự đánh giá",
    Layer.COMMUNE: "Xã kiểm tra kỹ thuật",
    Layer.DEPARTMENT: "Đoàn của Sở đánh giá",
}
CONDITION_WORDS = {
    "cohort_completed": "có khóa học hoàn thành chương trình",
    "years_of_activity": "số năm hoạt động giáo dục",
    "consecutive_years_of_data": "số năm học liên tiếp có dữ liệu",
    "facilities_met": "cơ sở vật chất đáp ứng mức xét",
    "disadvantaged_area": "thuộc vùng khó khăn",
    "extremely_disadvantaged_area": "thuộc xã đặc biệt khó khăn",
    "specialised": "trường chuyên",
    "urban": "thuộc nội thị",
}


GAP_WORDS = {
    GapKind.NOT_ASSESSED: "chưa đánh giá",
    GapKind.NO_EVIDENCE: "đạt mà chưa có minh chứng",
    GapKind.CONTRADICTION: "đánh giá khác số liệu",
    GapKind.FINDING: "đánh giá khác kết quả kiểm tra của xã",
    GapKind.DANGLING_CODE: "có mã không dẫn tới minh chứng",
    GapKind.UNREAD_COPY: "có phần chép chưa xem lại",
    GapKind.COUNCIL_INVALID: "Hội đồng chưa đúng quy định",
    GapKind.NOT_PASSED: "Hội đồng chưa thông qua",
    GapKind.NOT_APPROVED: "Chủ tịch Hội đồng chưa phê duyệt",
}


def level_words(level: int | None, floor: int, ceiling: int) -> str:
    """Return a level as people say it: “Mức 2”, “Không đạt”, “Chưa kết luận (✕–2)”."""
    if level is not None:
        return f"Mức\u00a0{level}" if level else "Không đạt"
    return f"Chưa kết luận ({floor or '✕'}–{ceiling or '✕'})"


def value_words(value: bool | int) -> str:
    """Return the value of a condition in words."""
    return str(value) if not isinstance(value, bool) else "có" if value else "không"


def describe(fact: Fact) -> str:
    """Return one sentence about a fact."""
    return _DESCRIPTIONS[type(fact)](fact)


def _school_registered(fact: f.SchoolRegistered) -> str:
    return f"Ghi tên trường: {fact.name}, mã {fact.school}."


def _school_closed(fact: f.SchoolClosed) -> str:
    return f"Đóng trường từ {format_date(fact.closed_on)} theo quyết định {fact.number}."


def _commune_registered(fact: f.CommuneRegistered) -> str:
    return f"Ghi tên đơn vị: {fact.name}, mã {fact.commune}."


def _conditions_stated(fact: f.ConditionsStated) -> str:
    said = "; ".join(f"{CONDITION_WORDS.get(name, name)}: {value_words(value)}" for name, value in fact.conditions.items())
    return f"Xác nhận điều kiện từ {format_date(fact.on)}: {said}."


def _cycle_opened(fact: f.CycleOpened) -> str:
    if fact.reopens:
        return f"Mở lại đợt tự đánh giá {fact.reopens} để sửa, thành đợt {fact.cycle}."
    opened = f"Mở đợt tự đánh giá {fact.cycle} theo bộ tiêu chí {fact.rulebook}"
    return f"{opened}, chép phần viết của đợt {fact.copies} để xem lại." if fact.copies else f"{opened}."


def _evidence_coded(fact: f.EvidenceCoded) -> str:
    return f"Cấp mã minh chứng {fact.code}."


def _evidence_linked(fact: f.EvidenceLinked) -> str:
    return f"Gắn minh chứng {fact.code} vào {name_of(fact.criterion, fact.level, fact.indicator)}."


def _evidence_unlinked(fact: f.EvidenceUnlinked) -> str:
    return (
        f"Bỏ gắn minh chứng {fact.code} ở {name_of(fact.criterion, fact.level, fact.indicator)}. Tài liệu vẫn còn trong kho."
    )


def _indicator_judged(fact: f.IndicatorJudged) -> str:
    where = name_of(fact.criterion, fact.level, fact.indicator)
    return f"{LAYER_DEEDS[fact.layer]} {where}: {RESULT_LABELS[fact.result]}."


def _part_judged(fact: f.PartJudged) -> str:
    where = name_of(fact.criterion, fact.level, fact.indicator)
    part = EDUCATION_LEVEL_LABELS.get(fact.part, fact.part)
    return f"{LAYER_DEEDS[fact.layer]} {where}, riêng cấp {part}: {RESULT_LABELS[fact.result]}."


def _criterion_described(fact: f.CriterionDescribed) -> str:
    return f"Hội đồng viết nhận định {name_of(fact.criterion)}."


def _submitted(fact: f.SelfAssessmentSubmitted) -> str:
    said = f"Trình báo cáo tự đánh giá đợt {fact.cycle}; phần của trường đã khóa."
    if not fact.gaps:
        return said
    lacking = "; ".join(_lacking(one) for one in fact.gaps)
    return f"{said} Trình thiếu, có nêu lý do: {lacking}."


def _lacking(gap: f.NamedGap) -> str:
    where = name_of(gap.criterion, gap.level, gap.indicator) + " " if gap.criterion else ""
    return where + GAP_WORDS[gap.kind]


def _answered(fact: f.GapAnswered) -> str:
    return f"Trường nêu lý do {name_of(fact.criterion, fact.level, fact.indicator)} {GAP_WORDS[fact.kind]}."


def _answer_withdrawn(fact: f.GapAnswerWithdrawn) -> str:
    where = name_of(fact.criterion, fact.level, fact.indicator)
    return f"Trường rút lại lý do {where} {GAP_WORDS[fact.kind]}."


def _finding_taken(fact: f.FindingTaken) -> str:
    where = name_of(fact.criterion, fact.level, fact.indicator)
    return f"{_TEAMS[fact.layer]} xem {where}; đợt chưa kết luận nên còn là dự thảo."


def _visit_concluded(fact: f.VisitConcluded) -> str:
    return f"{_TEAMS[fact.layer]} kết luận đợt đánh giá ngày {format_date(fact.concluded_on)}."


def _linking_reopened(fact: f.LinkingReopened) -> str:
    return (
        f"{_TEAMS[fact.layer]} yêu cầu bổ sung minh chứng {name_of(fact.criterion)}, hạn {format_date(fact.due)}. "
        "Đến khi đoàn kết luận, trường gắn lại được minh chứng của tiêu chí này."
    )


def _registration_step(fact: f.RegistrationStepTaken) -> str:
    what = REGISTRATION_STEP_LABELS[fact.step].lower()
    return f"Hồ sơ đăng ký đánh giá ngoài đợt {fact.cycle}: {what}, ngày {format_date(fact.on)}."


_TEAMS = {Layer.SCHOOL: "Trường", Layer.COMMUNE: "Đoàn của xã", Layer.DEPARTMENT: "Đoàn của Sở"}


def _granted(fact: f.RecognitionGranted) -> str:
    until = format_date(fact.expires_on)
    said = f"Sở công nhận đạt chuẩn quốc gia Mức độ {fact.degree}, số {fact.number}, hiệu lực đến {until}."
    return said + _instead(fact.supersedes, "Bằng") + _copied(fact)


def _certified(fact: f.CertificateGranted) -> str:
    until = format_date(fact.expires_on)
    said = f"Sở cấp Chứng nhận kiểm định chất lượng giáo dục Cấp độ {fact.degree}, số {fact.number}, hiệu lực đến {until}."
    return said + _instead(fact.supersedes, "Chứng nhận") + _copied(fact)


def _instead(number: str, noun: str) -> str:
    return f" Thay {noun} số {number}." if number else ""


def _copied(fact: f.RecognitionGranted | f.CertificateGranted) -> str:
    if fact.copied_from_paper:
        return " Chép từ quyết định trên giấy."
    return " Ghi theo quyết định đã có, nhật ký chưa đủ điều kiện." if fact.override else ""


_CORRECTED = CORRECTED_LABELS | {Corrected.DECIDED_ON.value: "ngày quyết định"}
"""History tells of decisions, where the register shows papers: what a paper calls the day it was signed is their day."""


def _corrected(fact: f.RecognitionCorrected | f.CertificateCorrected) -> str:
    noun = "Bằng" if isinstance(fact, f.RecognitionCorrected) else "Chứng nhận"
    old, new = printed_words(fact.what, fact.old), printed_words(fact.what, fact.new)
    return f"Đính chính {noun} số {fact.number}: {_CORRECTED[fact.what]} từ {old} thành {new}. Không phải thu hồi."


def _refused(fact: f.RecognitionRefused) -> str:
    return f"Sở không công nhận đợt {fact.cycle}, ngày {format_date(fact.refused_on)}."


def _remedy(fact: f.RemedyRequested) -> str:
    return f"Sở yêu cầu khắc phục đến hết {format_date(fact.until)} (Bằng số {fact.number})."


def _revoked(fact: f.RecognitionRevoked) -> str:
    return f"Sở thu hồi công nhận số {fact.number} từ {format_date(fact.revoked_on)}."


def _certificate_revoked(fact: f.CertificateRevoked) -> str:
    return f"Sở thu hồi Chứng nhận số {fact.number} từ {format_date(fact.revoked_on)}."


def _figures(fact: f.FiguresStated) -> str:
    said = "; ".join(f"{one.figure}: {figure_words(one)}" for one in fact.figures)
    return f"Ghi số liệu năm học {fact.school_year}: {said}."


def figure_words(stated: f.StatedFigure) -> str:
    """Return the numbers of a figure as they were stated: “85/100”, “30 lớp”; a share keeps both its numbers."""
    numerator = format_number(stated.numerator)
    if stated.denominator is None:
        return f"{numerator}\u00a0{stated.unit}"
    return f"{numerator}/{format_number(stated.denominator)}"


_DESCRIPTIONS: dict[type[Fact], Callable[[Any], str]] = {
    f.CommuneRegistered: _commune_registered,
    f.SchoolRegistered: _school_registered,
    f.SchoolClosed: _school_closed,
    f.ConditionsStated: _conditions_stated,
    f.CycleOpened: _cycle_opened,
    f.EvidenceCoded: _evidence_coded,
    f.EvidenceLinked: _evidence_linked,
    f.EvidenceUnlinked: _evidence_unlinked,
    f.IndicatorJudged: _indicator_judged,
    f.CriterionDescribed: _criterion_described,
    f.SelfAssessmentSubmitted: _submitted,
    f.FindingTaken: _finding_taken,
    f.VisitConcluded: _visit_concluded,
    f.LinkingReopened: _linking_reopened,
    f.RegistrationStepTaken: _registration_step,
    f.RecognitionGranted: _granted,
    f.RecognitionCorrected: _corrected,
    f.RecognitionRefused: _refused,
    f.RecognitionRevoked: _revoked,
    f.RemedyRequested: _remedy,
    f.CertificateGranted: _certified,
    f.CertificateCorrected: _corrected,
    f.CertificateRevoked: _certificate_revoked,
    f.FiguresStated: _figures,
    f.PartJudged: _part_judged,
    f.GapAnswered: _answered,
    f.GapAnswerWithdrawn: _answer_withdrawn,
    **SELF_ASSESSMENT_DESCRIPTIONS,
}
