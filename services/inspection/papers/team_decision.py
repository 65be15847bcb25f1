"""Quyết định lập đoàn: of the commune for its own visits, of the department for an evaluation (TT17–19/2018 Đ29)."""

from __future__ import annotations

from services.inspection.papers import heads
from services.inspection.papers.material import DEPARTMENT, VisitMaterial, required
from services.inspection.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import AnnexHeading, Block, Paper, Section, Signatures, Style, Text
from shared.papers.wording import document_number
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import TeamRole


def team_decision(material: VisitMaterial) -> Paper:
    """Return the decision with the list of members. Raises PaperSubjectMissing without a team."""
    visit = material.visited
    team = required(visit.team, "Đợt này chưa lập đoàn. Ghi thành viên của đoàn ở trang đợt kiểm tra, rồi in.")
    about = f"{material.purpose} tại {material.school_name}"
    heading = heads.office_heading(
        material,
        "Quyết định",
        f"Về việc thành lập Đoàn {about}",
        "QĐ",
        number=team.decision,
        dated=team.decided_on,
        authority=True,
    )
    number = team.decision or document_number(heading.symbol)
    blocks: list[Block] = [
        *heads.legal_bases(material, f"Xét đề nghị của {_proposer(material)}"),
        words.plain("QUYẾT ĐỊNH:", Style.AUTHORITY),
        words.article(
            1,
            f"Thành lập Đoàn {about} gồm {len(team.members):02d} người (danh sách kèm theo Quyết định này).",
        ),
        words.article(
            2,
            f"Đoàn làm việc tại {material.places} từ {words.long_date(visit.on)}; đối chiếu báo cáo tự đánh giá với "
            "minh chứng và thực tế, lập biên bản, nêu kiến nghị và báo cáo kết quả. Đoàn tự giải thể khi xong nhiệm vụ.",
        ),
        words.article(
            3,
            "Quyết định này có hiệu lực kể từ ngày ký. Các cơ quan, đơn vị liên quan, "
            f"{material.school_name} và những người có tên trong danh sách chịu trách nhiệm thi hành Quyết định này./.",
        ),
        Signatures((heads.decider(material),), ("Như Điều 3", "Lưu: VT")),
        Section(),
        AnnexHeading(
            f"Đoàn {about}",
            word="DANH SÁCH",
            reference=(Text(f"(Kèm theo Quyết định số {number} ngày {format_date(team.decided_on)})"),),
        ),
        heads.members_table(material),
    ]
    return paper_of(
        material,
        f"Quyết định lập đoàn {material.purpose}",
        blocks,
        draft=not material.members(TeamRole.HEAD),
        heading=heading,
    )


def _proposer(material: VisitMaterial) -> str:
    return heads.OFFICE_OF_CULTURE if material.layer is Layer.COMMUNE else f"phòng chuyên môn thuộc {DEPARTMENT}"
