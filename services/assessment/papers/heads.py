"""What several papers begin and end with: the heading of the school, legal bases, tables of people, signatures."""

from __future__ import annotations

from collections.abc import Sequence

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers.material import Material
from shared.papers import phrases as words
from shared.papers.model import (
    Block,
    Cell,
    Heading,
    Missing,
    PaperSigner,
    PartialDate,
    Row,
    Run,
    Runs,
    Signatures,
    Table,
    Text,
)
from shared.vocabulary.labels import COUNCIL_ROLE_LABELS
from shared.vocabulary.self_assessment import CouncilRole

_HEAD = "hiệu trưởng"


def heading(
    material: Material,
    kind_name: str,
    abstract: str,
    *,
    symbol: str = "",
    number: str | None = None,
    dated: PartialDate | None = None,
    authority: str = "",
    correspondence: bool = False,
) -> Heading:
    """Return the head of a paper of the school; without a symbol it has neither a number nor a date."""
    return Heading(
        body=(material.school_name,),
        superior=material.superior,
        symbol=symbol,
        number=number,
        place=material.place if symbol else "",
        dated=(dated or PartialDate()) if symbol else None,
        kind_name=kind_name,
        abstract=abstract,
        authority=authority,
        correspondence=correspondence,
    )


def legal_bases(material: Material, *more: str) -> list[Block]:
    """Return the circulars that the cycle stands under and further bases, the last with a full stop."""
    circulars = [
        f"Căn cứ Thông tư số {circular.number} {words.long_date(circular.issued)} của Bộ trưởng Bộ Giáo dục và Đào tạo"
        for circular in material.rulebook.circulars
    ]
    return [*words.bases(*circulars, *more)]


def circulars(material: Material) -> str:
    """Return the circulars that the cycle stands under, "Thông tư số 17/2018/TT-BGDĐT và Thông tư số 22/2024/TT-BGDĐT"."""
    return " và ".join(f"Thông tư số {circular.number}" for circular in material.rulebook.circulars)


def symbol(material: Material, kind: str = "") -> str:
    """Return the ký hiệu of a paper of the school, "QĐ-THBC"; of a công văn, which has no kind, "THBC".

    The school's short name is made of the first letters of its name, abbreviations whole: "Trường PTDTBT TH Nậm Lam" is
    PTDTBTTHNL. (NĐ 30/2020 Phụ lục I has the short name of the issuing body there.)
    """
    name = [word for word in material.school_name.split() if word[0].isalnum()]
    named = name[1:] if name and name[0].casefold() == "trường" else name
    short = "".join(word if word.isupper() or word.isdigit() else word[0].upper() for word in named)
    return "-".join(part for part in (kind, short) if part)


def head_of_school(material: Material) -> PaperSigner:
    """Return the head's signature, with the name of the chair of the council where that is the head of the school."""
    name: Runs = ()
    for member in material.members(CouncilRole.CHAIR):
        if not member.office or member.office.casefold().startswith(_HEAD):
            name = words.person(member.person, bold=True)
    return PaperSigner(authority=(_HEAD.upper(),), name=name)


def chair(material: Material) -> PaperSigner:
    """Return the chair's signature for the council, the school's office above the name."""
    chairs = material.members(CouncilRole.CHAIR)
    second: Runs = (Text(chairs[0].office),) if chairs and chairs[0].office else ()
    name: Runs = words.person(chairs[0].person, bold=True) if chairs else ()
    return PaperSigner(authority=("TM. HỘI ĐỒNG", "CHỦ TỊCH"), name=name, second_office=second)


def secretary(material: Material) -> PaperSigner:
    """Return the secretary's signature."""
    secretaries = material.members(CouncilRole.SECRETARY)
    name: Runs = words.person(secretaries[0].person, bold=True) if secretaries else ()
    return PaperSigner(authority=("THƯ KÝ HỘI ĐỒNG",), name=name)


def signed(signers: Sequence[PaperSigner], recipients: Sequence[str] = ()) -> Block:
    """Return the block of signatures."""
    return Signatures(tuple(signers), tuple(recipients))


def members_table(material: Material, titles: Sequence[str], *, sign: bool = False) -> Table:
    """Return the council's members as a table; with room to sign for each where wanted."""
    rows = []
    for number, member in enumerate(material.members(), start=1):
        cells: list[Runs] = [(Text(str(number)),), words.person(member.person), office(member), duty(member)]
        if sign:
            cells.append(())
        rows.append(Row(tuple(Cell(cell) for cell in cells), height_mm=12.0 if sign else None))
    widths = (10.0, 45.0, 45.0, 40.0, 30.0) if sign else (10.0, 50.0, 48.0, 60.0)
    shown = [*titles, "Chữ ký"] if sign else list(titles)
    empty = Row((Cell((Missing("chưa có Hội đồng"),), column_span=len(shown)),))
    return Table(columns=words.columns(*widths), header=words.header(shown), rows=tuple(rows) or (empty,))


def office(member: sf.CouncilMember) -> Runs:
    """Return the office that a member held when the council was set up."""
    return words.text(member.office)


def duty(member: sf.CouncilMember) -> Runs:
    """Return what a member is in the council, and the task in writing where there is one."""
    role: list[Run] = [Text(role_of(member))]
    if member.task:
        role.append(Text(f"; {member.task}"))
    return tuple(role)


def role_of(member: sf.CouncilMember) -> str:
    """Return what a member is in the council, "Chủ tịch"."""
    return COUNCIL_ROLE_LABELS[member.role].removesuffix(" Hội đồng")
