"""Quyết định thành lập Hội đồng tự đánh giá with its three lists (CV 5932, 5942/BGDĐT-QLCL; TT17–19/2018 Đ24, Đ25)."""

from __future__ import annotations

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers import heads
from services.assessment.papers.material import Material, fact_of, required
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import (
    AnnexHeading,
    Block,
    Cell,
    Missing,
    Paper,
    PartialDate,
    PersonOffice,
    Row,
    Runs,
    Section,
    Style,
    Table,
    Text,
)
from shared.papers.wording import date_words, document_number
from shared.rulebook.governance import check_council
from shared.vocabulary.ids import CriterionCode, PersonId
from shared.vocabulary.self_assessment import GroupKind

_LEADER, _MEMBER = "Trưởng nhóm", "Thành viên"


def council_decision(material: Material) -> Paper:
    """Return the decision and the lists of the council and its groups. Raises PaperSubjectMissing without a council."""
    council = required(material.council, "Chưa lập Hội đồng tự đánh giá. Nhập Hội đồng ở trang Hội đồng, rồi in.")
    year = words.school_year(material.year)
    groups = _groups(material)
    number = council.decision.partition("/")[0] or None
    symbol = council.decision.partition("/")[2] or heads.symbol(material, "QĐ")
    dated = _dated(council)
    head = heads.heading(
        material,
        "Quyết định",
        f"Về việc thành lập Hội đồng tự đánh giá năm học {year}",
        symbol=symbol,
        number=number,
        dated=dated,
        authority=f"Hiệu trưởng {material.school_name}",
    )
    return paper_of(
        material,
        f"Quyết định thành lập Hội đồng tự đánh giá năm học {year}",
        [*_articles(material, council, groups, year), *_lists(material, council, groups)],
        draft=not check_council(material.rulebook, len(council.members)).lawful,
        heading=head,
    )


def _dated(council: sf.CouncilSetUp) -> PartialDate:
    """Return the day of the decision; the clerk fills it in with the number while there is none."""
    day = council.decided_on
    return PartialDate.of(day) if council.decision else PartialDate(day.year, day.month, None)


def _groups(material: Material) -> list[sf.GroupFormed]:
    found = [fact_of(logged, sf.GroupFormed) for logged in material.work.groups.values()]
    return [group for group in found if group is not None]


def _articles(material: Material, council: sf.CouncilSetUp, groups: list[sf.GroupFormed], year: str) -> list[Block]:
    secretariat = [group for group in groups if group.kind is GroupKind.SECRETARIAT]
    working = [group for group in groups if group.kind is GroupKind.WORKING]
    helped = _helpers(secretariat, working)
    return [
        *heads.legal_bases(material, "Xét nhu cầu công tác và năng lực của cán bộ, giáo viên, nhân viên"),
        words.plain("QUYẾT ĐỊNH:", Style.AUTHORITY),
        words.article(
            1,
            f"Thành lập Hội đồng tự đánh giá của {material.school_name} năm học {year} gồm {len(council.members):02d} người"
            f"{helped} (danh sách kèm theo Quyết định này).",
        ),
        words.article(
            2,
            "Hội đồng lập kế hoạch tự đánh giá, thu thập và phân tích minh chứng, viết và thông qua báo cáo tự đánh giá; "
            "mỗi thành viên làm nhiệm vụ ghi trong danh sách. Hội đồng tự giải thể khi hoàn thành nhiệm vụ.",
        ),
        words.article(
            3,
            "Quyết định này có hiệu lực kể từ ngày ký. Các bộ phận liên quan của nhà trường và những người có tên trong "
            "danh sách chịu trách nhiệm thi hành Quyết định này./.",
        ),
        heads.signed(
            [heads.head_of_school(material)],
            ("Như Điều 3", f"{material.superior} (để báo cáo)", "Lưu: VT, hồ sơ tự đánh giá"),
        ),
    ]


def _helpers(secretariat: list[sf.GroupFormed], working: list[sf.GroupFormed]) -> str:
    parts = []
    if secretariat:
        parts.append(f"Nhóm thư ký gồm {sum(len(group.members) for group in secretariat):02d} người")
    if working:
        parts.append(f"{len(working):02d} nhóm công tác")
    return f"; giúp việc Hội đồng có {' và '.join(parts)}" if parts else ""


def _lists(material: Material, council: sf.CouncilSetUp, groups: list[sf.GroupFormed]) -> list[Block]:
    titles = material.form.columns if material.form else ["TT", "Họ và tên", "Chức vụ", "Nhiệm vụ"]
    working = [group for group in groups if group.kind is GroupKind.WORKING]
    people = [group for group in groups if group.kind is GroupKind.SECRETARIAT]
    return [
        Section(),
        AnnexHeading("Hội đồng tự đánh giá, nhóm thư ký và các nhóm công tác", "DANH SÁCH", _reference(material, council)),
        words.plain(f"I. Hội đồng tự đánh giá ({len(council.members):02d} người)", Style.HEADING_1),
        heads.members_table(material, titles),
        words.plain("II. Nhóm thư ký", Style.HEADING_1),
        _people(material, titles, people),
        words.plain(f"III. Các nhóm công tác ({len(working):02d} nhóm)", Style.HEADING_1),
        _working_groups(material, working),
    ]


def _reference(material: Material, council: sf.CouncilSetUp) -> Runs:
    number = council.decision or document_number(heads.symbol(material, "QĐ"))
    day = date_words(_dated(council))
    return (Text(f"(Kèm theo Quyết định số {number} {day}\ncủa Hiệu trưởng {material.school_name})"),)


def _people(material: Material, titles: list[str], groups: list[sf.GroupFormed]) -> Table:
    rows = [
        words.row((Text(str(number)),), words.person(person), office_of(material, person), _task(group, person))
        for group in groups
        for number, person in enumerate(_leader_first(group), start=1)
    ]
    empty = Row((Cell((Missing("chưa lập nhóm thư ký"),), column_span=4),))
    return Table(columns=words.columns(10, 50, 48, 60), header=words.header(titles), rows=tuple(rows) or (empty,))


def _task(group: sf.GroupFormed, person: PersonId) -> Runs:
    role = _LEADER if person == group.head else _MEMBER
    return (Text(f"{role}; {group.task}" if group.task else role),)


def _working_groups(material: Material, groups: list[sf.GroupFormed]) -> Table:
    rows = []
    for group in groups:
        people = _leader_first(group)
        assigned = assigned_to(material, group)
        name: Runs = (Text(group.name, bold=True), Text(f"\nTiêu chí {', '.join(assigned)}" if assigned else ""))
        for number, person in enumerate(people):
            cells = [Cell(name, row_span=len(people))] if number == 0 else []
            cells += [
                Cell(words.person(person)),
                Cell(office_of(material, person)),
                Cell((Text(_LEADER if person == group.head else _MEMBER),)),
            ]
            rows.append(Row(tuple(cells)))
    empty = Row((Cell((Missing("chưa lập nhóm công tác"),), column_span=4),))
    return Table(
        columns=words.columns(42, 50, 46, 30),
        header=words.header(("Nhóm", "Họ và tên", "Chức vụ", "Ghi chú")),
        rows=tuple(rows) or (empty,),
    )


def _leader_first(group: sf.GroupFormed) -> list[PersonId]:
    return [group.head, *(person for person in group.members if person != group.head)]


def office_of(material: Material, person: PersonId) -> Runs:
    """Return the office of somebody in the council as the decision names it, else as identity has it at printing."""
    found = next((member.office for member in material.members() if member.person == person and member.office), "")
    return (Text(found),) if found else (PersonOffice(person),)


def assigned_to(material: Material, group: sf.GroupFormed) -> list[CriterionCode]:
    """Return the criteria that were given to a group, in the order of the rulebook."""
    found = []
    for criterion in material.rulebook.criteria:
        assignment = fact_of(material.work.seen(criterion).assignment, sf.CriterionAssigned)
        if assignment is not None and assignment.group == group.group:
            found.append(criterion)
    return found
