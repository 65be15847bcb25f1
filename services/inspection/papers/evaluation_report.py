"""Báo cáo đánh giá ngoài, draft and final: its form is not known, so it is our own and says so."""

from __future__ import annotations

from services.inspection.papers import findings, heads
from services.inspection.papers.material import DEPARTMENT, VisitMaterial
from services.inspection.papers.paper_of import paper_of
from services.inspection.papers.recommendations_table import recommendations_table
from services.inspection.papers.visit_minutes import conclusion
from shared.contracts.calls.registration import ReplyPoint
from shared.papers import phrases as words
from shared.papers.model import Block, Listing, Paper, Signatures, Style, Text
from shared.rulebook import Standard
from shared.text import format_date
from shared.vocabulary.ids import CriterionCode
from shared.vocabulary.inspection import RegistrationStep, TeamRole, VisitKind
from shared.vocabulary.labels import POINT_ANSWER_LABELS

FORM_NOTE = "Chưa tìm thấy mẫu báo cáo đánh giá ngoài; bố cục này tự xây dựng theo sáu bước của TT17–19/2018 Đ28."
APPRAISAL_NOTE = "Chưa đọc được điều khoản của Thông tư 57/2026 về Hội đồng thẩm định; bố cục này tự xây dựng."


def evaluation_report(material: VisitMaterial) -> Paper:
    """Return the report of the department's team; a draft until it was made final. PaperSubjectMissing without a visit."""
    final = material.round_step(RegistrationStep.FINAL)
    state = "Báo cáo" if final else "Dự thảo báo cáo"
    about = f"kết quả {material.purpose} {material.school_name}"
    blocks: list[Block] = [
        words.plain(APPRAISAL_NOTE if material.visit_kind is VisitKind.APPRAISAL else FORM_NOTE, Style.NOTE),
        words.plain("I. Mở đầu", Style.HEADING_1),
        *_course(material),
        heads.members_table(material),
        words.plain("II. Kết quả theo tiêu chí", Style.HEADING_1),
        words.plain(findings.looked_at(material)),
        findings.criteria_table(material),
        *_standards(material),
        words.plain("III. Kiến nghị", Style.HEADING_1),
        *recommendations_table(material),
        words.plain("IV. Ý kiến phản hồi của nhà trường", Style.HEADING_1),
        *_reply(material),
        words.plain("V. Kết luận", Style.HEADING_1),
        *conclusion(material),
        Signatures(
            (heads.team_signer(material, TeamRole.SECRETARY), heads.team_signer(material, TeamRole.HEAD)),
            (DEPARTMENT, material.school_name, "Lưu: hồ sơ Đoàn"),
        ),
    ]
    return paper_of(
        material,
        f"{state} {material.purpose}",
        blocks,
        draft=final is None or not material.visited.concluded,
        heading=heads.team_heading(material, state, f"{about[:1].upper()}{about[1:]}", "BC-ĐĐGN"),
    )


def _course(material: VisitMaterial) -> list[Block]:
    worked = ", ".join(format_date(day) for day in material.worked_on) or "chưa ghi ngày làm việc"
    items = [
        f"Báo cáo tự đánh giá năm học {words.school_year(material.ground.year)}, "
        + (f"trình ngày {format_date(material.ground.submitted_on)}" if material.ground.submitted_on else "chưa trình"),
        f"Bộ tiêu chuẩn: {heads.circulars(material)}",
        f"Khảo sát tại {material.places}: {worked}",
    ]
    items += [
        f"{event.label}: {format_date(event.on)}"
        for event in (material.registration.history if material.registration else [])
        if event.step in _TOLD
    ]
    return [Listing(tuple((Text(item),) for item in items))]


_TOLD = frozenset({RegistrationStep.ACCEPT, RegistrationStep.DRAFT, RegistrationStep.REPLY, RegistrationStep.SILENCE})


def _standards(material: VisitMaterial) -> list[Block]:
    """Return each standard with how many of its criteria reached what, by what the team found."""
    levels = {code: result.level for code, result in material.team_evaluation().criteria.items()}
    return [
        words.plain(f"{_standard_name(standard)}: {_counted(standard, levels)}.") for standard in material.rulebook.standards
    ]


def _standard_name(standard: Standard) -> str:
    return f"Tiêu chuẩn {standard.number}. {standard.title}"


def _counted(standard: Standard, levels: dict[CriterionCode, int | None]) -> str:
    found = [levels.get(criterion.code) for criterion in standard.criteria]
    parts = [
        f"{found.count(level)} tiêu chí {f'đạt Mức {level}' if level else 'không đạt Mức 1'}"
        for level in sorted({level for level in found if level is not None}, reverse=True)
    ]
    open_ = found.count(None)
    return "; ".join([*parts, *([f"{open_} tiêu chí chưa kết luận"] if open_ else [])])


def _reply(material: VisitMaterial) -> list[Block]:
    registration = material.registration
    points: list[ReplyPoint] = registration.points if registration else []
    if points:
        items = tuple((Text(f"{one.text}; {_answered(one)}"),) for one in points)
        return [Listing(items)]
    if material.round_step(RegistrationStep.SILENCE):
        return [words.plain("Hết hạn phản hồi nhà trường không có ý kiến, coi như đồng ý.")]
    if material.round_step(RegistrationStep.REPLY):
        return [words.plain("Nhà trường đồng ý với dự thảo báo cáo.")]
    return [words.plain("Nhà trường chưa phản hồi dự thảo báo cáo.")]


def _answered(point: ReplyPoint) -> str:
    if point.answer is None:
        return "Đoàn chưa trả lời."
    note = f": {point.note}" if point.note.strip() else "."
    return f"Đoàn {POINT_ANSWER_LABELS[point.answer].lower()}{note}"
