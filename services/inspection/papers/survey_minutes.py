"""Biên bản khảo sát sơ bộ: people, what reading the dossier showed, what the school is asked for, plan of the survey.

The headings follow what evaluation teams use; the form itself was not found (CV 5942/BGDĐT-QLCL names the step alone).
"""

from __future__ import annotations

from services.inspection.papers import findings, heads
from services.inspection.papers.material import VisitMaterial
from services.inspection.papers.paper_of import paper_of
from services.inspection.papers.visit_minutes import closing, opening
from shared.papers import phrases as words
from shared.papers.model import Block, Paper, Signatures, Style
from shared.vocabulary.inspection import TeamRole


def survey_minutes(material: VisitMaterial) -> Paper:
    """Return the minutes of the preliminary survey; a draft until it was written down that the team was there."""
    visit = material.visited
    blocks: list[Block] = [
        words.plain("I. Thời gian, địa điểm, thành phần", Style.HEADING_1),
        *opening(material),
        words.plain("II. Kết quả nghiên cứu hồ sơ", Style.HEADING_1),
        words.plain(findings.looked_at(material) if visit.findings else "Đoàn chưa ghi kết quả nghiên cứu hồ sơ."),
        *([findings.criteria_table(material)] if visit.findings else []),
        words.plain("III. Yêu cầu đối với nhà trường", Style.HEADING_1),
        *(findings.requests_list(material) or [words.plain("Đoàn không yêu cầu bổ sung minh chứng.")]),
        words.plain("IV. Kế hoạch khảo sát chính thức", Style.HEADING_1),
        words.plain(f"Thời gian: {words.long_date(visit.on)}. Địa điểm: {material.places}."),
        heads.members_table(material),
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
        "Biên bản khảo sát sơ bộ",
        blocks,
        draft=visit.minutes is None,
        heading=heads.team_heading(material, "Biên bản", f"Khảo sát sơ bộ tại {material.school_name}", "BB-ĐĐGN"),
    )
