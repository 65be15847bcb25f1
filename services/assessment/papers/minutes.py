"""Biên bản họp Hội đồng tự đánh giá: a form of our own, for no circular prescribes one."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers import heads
from services.assessment.papers.council_decision import office_of
from services.assessment.papers.material import Material, fact_of, required
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import Align, Block, Cell, Listing, Missing, Paper, Row, Runs, Style, Table, Text
from shared.rulebook.conventions import conventions
from shared.text import format_date
from shared.vocabulary.ids import PersonId


def minutes(material: Material) -> Paper:
    """Return the minutes of one meeting. Raises PaperSubjectMissing when there is no such meeting."""
    met = required(
        fact_of(material.work.meetings.get(material.meeting), sf.CouncilMet),
        "Chưa có cuộc họp Hội đồng nào trong đợt này. Ghi cuộc họp ở trang Họp Hội đồng, rồi in.",
    )
    votes = votes_in(material, met)
    year = words.school_year(material.year)
    return paper_of(
        material,
        f"Biên bản họp Hội đồng tự đánh giá ngày {format_date(met.met_on)}",
        [
            *_opening(material, met),
            words.plain("III. Nội dung", Style.HEADING_1),
            *words.lines(met.agenda),
            words.plain("IV. Biểu quyết từng tiêu chí", Style.HEADING_1),
            _votes_table(votes),
            words.plain(_convention(votes), Style.NOTE),
            *_opinions(votes),
            words.plain("V. Kết luận", Style.HEADING_1),
            words.plain(_conclusion(votes)),
            words.plain("Biên bản đã được đọc lại, những người dự họp nhất trí.", keep=True),
            heads.signed(
                [heads.secretary(material), heads.chair(material)], ("Thành viên Hội đồng", "Lưu: hồ sơ tự đánh giá")
            ),
        ],
        draft=not met.present,
        subject=f"{material.cycle_id}/{met.meeting}",
        heading=heads.heading(material, "Biên bản", f"Họp Hội đồng tự đánh giá năm học {year}"),
    )


def votes_in(material: Material, met: sf.CouncilMet) -> list[sf.CriterionVoted]:
    """Return the votes of a meeting that count still, in the order of the rulebook."""
    found = [fact_of(material.work.seen(code).vote, sf.CriterionVoted) for code in material.rulebook.criteria]
    return [vote for vote in found if vote is not None and vote.meeting == met.meeting]


def _opening(material: Material, met: sf.CouncilMet) -> list[Block]:
    absent = [member.person for member in material.members() if member.person not in met.present]
    blocks: list[Block] = [
        words.plain("I. Thời gian, địa điểm", Style.HEADING_1),
        words.plain(f"Họp {words.long_date(met.met_on)}, tại {material.school_name}."),
        words.plain("II. Thành phần", Style.HEADING_1),
        words.plain(f"Có mặt {len(met.present):02d}/{len(material.members()):02d} thành viên:"),
        Listing(tuple(_who(material, person) for person in met.present) or ((Missing(),),)),
    ]
    if absent:
        blocks += [words.plain(f"Vắng {len(absent):02d}:"), Listing(tuple(_who(material, person) for person in absent))]
    return blocks


def _who(material: Material, person: PersonId) -> Runs:
    roles = [heads.role_of(member) for member in material.members() if member.person == person]
    role = f", {roles[0]} Hội đồng" if roles else ""
    return (*words.person(person), Text(", "), *office_of(material, person), Text(role))


def _convention(votes: list[sf.CriterionVoted]) -> str:
    """Return by which rule the votes passed: no circular has one, and a vote keeps the name of the one of its time."""
    voting = conventions().voting
    others = sorted({vote.convention for vote in votes} - {voting.name})
    applied = f"Quy ước áp dụng lúc biểu quyết: {', '.join(others)}." if others else voting.text
    return f"{applied} Chưa tìm thấy điều khoản nào quy định."


def _votes_table(votes: list[sf.CriterionVoted]) -> Table:
    titles = ("Tiêu chí", "Tán thành", "Không tán thành", "Không có ý kiến", "Kết quả")
    rows = [
        Row(
            tuple(
                Cell((Text(text),), align=Align.CENTER)
                for text in (
                    vote.criterion,
                    str(vote.votes_for),
                    str(vote.votes_against),
                    str(vote.abstentions),
                    "Thông qua" if vote.passed else "Không thông qua",
                )
            )
        )
        for vote in votes
    ]
    empty = Row((Cell((Text("Cuộc họp này không biểu quyết tiêu chí nào."),), column_span=len(titles)),))
    return Table(columns=words.columns(28, 30, 36, 36, 40), header=words.header(titles), rows=tuple(rows) or (empty,))


def _opinions(votes: list[sf.CriterionVoted]) -> list[Block]:
    said = [(vote.criterion, opinion) for vote in votes for opinion in vote.opinions]
    if not said:
        return []
    items = tuple((Text(f"Tiêu chí {criterion}: {opinion}"),) for criterion, opinion in said)
    return [words.plain("Ý kiến khác được ghi lại:", keep=True), Listing(items)]


def _conclusion(votes: list[sf.CriterionVoted]) -> str:
    passed = [vote.criterion for vote in votes if vote.passed]
    others = [vote.criterion for vote in votes if not vote.passed]
    said = f"Hội đồng thông qua {len(passed)} tiêu chí" + (f": {', '.join(passed)}." if passed else ".")
    return said + (f" Chưa thông qua: {', '.join(others)}; nhóm phụ trách sửa và trình lại." if others else "")
