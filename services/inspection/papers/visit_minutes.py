"""Biên bản kiểm tra: time, place and people; each criterion beside the school's own level; recommendations, conclusion."""

from __future__ import annotations

from services.inspection.papers import findings, heads
from services.inspection.papers.material import VisitMaterial
from services.inspection.papers.paper_of import paper_of
from services.inspection.papers.recommendations_table import recommendations_table
from shared.contracts.calls.inspection import MinutesView
from shared.papers import phrases as words
from shared.papers.model import Block, Paper, Paragraph, Signatures, Style, Text
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import TeamRole
from shared.vocabulary.labels import VISIT_CONCLUSION_LABELS


def visit_minutes(material: VisitMaterial) -> Paper:
    """Return the minutes of a visit, a draft until it is concluded. Raises PaperSubjectMissing without a visit."""
    visit = material.visited
    blocks: list[Block] = [
        *opening(material),
        words.plain("I. Nội dung và cách làm", Style.HEADING_1),
        words.plain(f"Đoàn đối chiếu báo cáo tự đánh giá với minh chứng và xem thực tế. {findings.looked_at(material)}"),
        words.plain("II. Kết quả theo tiêu chí", Style.HEADING_1),
        findings.criteria_table(material),
        words.plain("III. Kiến nghị", Style.HEADING_1),
        *recommendations_table(material),
        *findings.requests_list(material),
        words.plain("IV. Kết luận", Style.HEADING_1),
        *conclusion(material),
        words.plain("V. Ý kiến của nhà trường", Style.HEADING_1),
        *_school_opinion(visit.minutes),
        *closing(),
        Signatures(
            (
                heads.school_signer(material),
                heads.team_signer(material, TeamRole.SECRETARY),
                heads.team_signer(material, TeamRole.HEAD),
            ),
            (material.school_name, "Lưu: hồ sơ Đoàn"),
        ),
    ]
    return paper_of(
        material,
        f"Biên bản {material.purpose}",
        blocks,
        draft=not visit.concluded,
        heading=heads.team_heading(material, "Biên bản", f"{material.visit_label} tại {material.school_name}", "BB-ĐKT"),
    )


def opening(material: VisitMaterial) -> list[Block]:
    """Return when and where the team worked, and who was there."""
    return [
        Paragraph(
            (Text(f"Thời gian: {heads.ROOM} giờ {heads.ROOM} phút, "), *heads.missing_or_days(material.worked_on), Text("."))
        ),
        words.plain(f"Địa điểm: {material.places}, {material.commune}."),
        words.plain(f"{material.team_name}{_by_decision(material)}:", keep=True),
        heads.members_list(material),
        words.plain("Nhà trường và người cùng dự:", keep=True),
        heads.participants_list(material),
    ]


def conclusion(material: VisitMaterial) -> list[Block]:
    """Return what the team concludes, in its own words and by what it found; that it has not concluded yet."""
    visit = material.visited
    if not visit.concluded:
        return [words.plain("Đoàn chưa kết luận; kết quả trên còn là dự thảo.")]
    blocks: list[Block] = []
    if material.layer is Layer.COMMUNE and visit.conclusion is not None:
        blocks.append(words.plain(f"Kết luận: {VISIT_CONCLUSION_LABELS[visit.conclusion]}.", bold=True))
    level = material.team_evaluation().school.level
    if level is not None:
        blocks.append(words.mixed(Text("Theo kết quả từng tiêu chí, nhà trường "), *words.school_level(level), Text(".")))
    blocks += words.lines(visit.summary) if visit.summary.strip() else [words.plain("Đoàn không ghi kết luận bằng lời.")]
    if material.layer is Layer.COMMUNE:
        blocks.append(
            words.plain("Kết quả của Đoàn là ý kiến tư vấn, không thay kết quả đánh giá ngoài của cấp có thẩm quyền.")
        )
    return blocks


def closing() -> list[Block]:
    """Return that the minutes were read again, with room for copies and the hour."""
    return [
        words.plain(
            f"Biên bản lập thành {heads.ROOM} bản có nội dung như nhau, đã đọc lại cho các bên cùng nghe và thống nhất "
            f"ký tên. Buổi làm việc kết thúc vào {heads.ROOM} giờ {heads.ROOM} phút cùng ngày./.",
            keep=True,
        )
    ]


def _by_decision(material: VisitMaterial) -> str:
    team = material.visited.team
    if team is None:
        return ""
    number = f" số {team.decision}" if team.decision else ""
    return f" (theo Quyết định{number} {words.long_date(team.decided_on)})"


def _school_opinion(minutes: MinutesView | None) -> list[Paragraph]:
    if minutes is None:
        return [words.plain("Chưa ghi ý kiến của nhà trường.")]
    said = minutes.school_opinion
    return words.lines(said) if said.strip() else [words.plain("Nhà trường không có ý kiến khác.")]
