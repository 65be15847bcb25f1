"""What several papers begin and end with: heads of commune and department, legal bases, the team, signatures."""

from __future__ import annotations

import datetime as dt

from services.inspection.papers.material import DEPARTMENT, VisitMaterial
from shared.contracts.calls.inspection import ParticipantView, TeamMemberView
from shared.papers import phrases as words
from shared.papers.model import (
    Block,
    Cell,
    Heading,
    Listing,
    Missing,
    PaperSigner,
    PartialDate,
    PersonName,
    PersonOffice,
    Row,
    Runs,
    Table,
    Text,
)
from shared.rulebook import Rulebook
from shared.rulebook.conventions import conventions
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import TeamRole
from shared.vocabulary.labels import TEAM_ROLE_LABELS

ROOM = "……"
"""Room for a word that no register of ours knows, such as the province: written in by hand."""

OFFICE_OF_CULTURE = "Phòng Văn hóa - Xã hội"
_PROVINCE = f"UBND tỉnh {ROOM}"
_HEAD_OF_SCHOOL = "hiệu trưởng"


def on_paper(label: str) -> str:
    """Return the name of an office as papers write it, with a hyphen: pages write a dash."""
    return label.replace(" – ", " - ")


# --- heads


def team_heading(material: VisitMaterial, kind_name: str, abstract: str, symbol: str) -> Heading:
    """Return the head of minutes of a team: a number for the clerk, no place and day (NĐ 30/2020 Phụ lục III mẫu 1.9)."""
    superior = f"UBND {material.commune}" if material.layer is Layer.COMMUNE else DEPARTMENT
    return Heading(body=(material.team_name,), superior=superior, symbol=symbol, kind_name=kind_name, abstract=abstract)


def office_heading(
    material: VisitMaterial,
    kind_name: str,
    abstract: str,
    kind: str,
    *,
    layer: Layer | None = None,
    number: str = "",
    dated: dt.date | None = None,
    authority: bool = False,
) -> Heading:
    """Return the head of a paper of the commune or of the department; `kind` is the abbreviation of its kind ("QĐ").

    Without a `layer` it is that of the visit. `number` is the whole number as given ("64/QĐ-UBND"); without one, number and
    day are left to the clerk.
    """
    commune = (layer or material.layer) is Layer.COMMUNE
    given, _, symbol = number.partition("/")
    day = dated or material.valid_at
    return Heading(
        body=("Ủy ban nhân dân", material.commune) if commune else (DEPARTMENT,),
        superior="" if commune else _PROVINCE,
        symbol=symbol or f"{kind}-{'UBND' if commune else 'SGDĐT'}",
        number=given or None,
        place=material.ground.place or ROOM if commune else ROOM,
        dated=PartialDate.of(day) if given else PartialDate(day.year),
        kind_name=kind_name,
        abstract=abstract,
        authority=authority_of(material) if authority else "",
    )


def authority_of(material: VisitMaterial) -> str:
    """Return who decides for the office of the layer, "Chủ tịch Ủy ban nhân dân xã Nậm Lam"."""
    if material.layer is Layer.COMMUNE:
        return f"Chủ tịch Ủy ban nhân dân {material.commune}"
    return f"Giám đốc {DEPARTMENT}"


def legal_bases(material: VisitMaterial, *more: str, rulebook: Rulebook | None = None) -> list[Block]:
    """Return the circulars of the cycle, that of the commune's duties for its visits since then, and further bases.

    The circulars are those of `rulebook` where a paper does not stand on the rulebook of the cycle.
    """
    bases = [_circular(circular.number, circular.issued) for circular in (rulebook or material.rulebook).circulars]
    duties = conventions().commune_duties
    if material.layer is Layer.COMMUNE and material.visit is not None and material.visit.on >= duties.issued:
        bases.append(_circular(duties.circular, duties.issued))
    return [*words.bases(*bases, *more)]


def circulars(material: VisitMaterial) -> str:
    """Return the circulars of the cycle, "Thông tư số 17/2018/TT-BGDĐT và Thông tư số 22/2024/TT-BGDĐT"."""
    return " và ".join(f"Thông tư số {circular.number}" for circular in material.rulebook.circulars)


def _circular(number: str, issued: dt.date) -> str:
    return f"Căn cứ Thông tư số {number} {words.long_date(issued)} của Bộ trưởng Bộ Giáo dục và Đào tạo"


# --- the team


def members_table(material: VisitMaterial) -> Table:
    """Return the team as a table: name, office as identity has it, what each does and first looks at."""
    titles = ("TT", "Họ và tên", "Chức vụ, đơn vị", "Nhiệm vụ")
    rows = [
        words.row(
            (Text(str(number)),),
            words.person(member.person),
            (PersonOffice(member.person, needed=False, beside=TEAM_ROLE_LABELS[member.role]),),
            (Text(_duty(member)),),
        )
        for number, member in enumerate(material.members(), start=1)
    ]
    empty = Row((Cell((Text("Chưa lập đoàn."),), column_span=len(titles)),))
    return Table(columns=words.columns(10, 52, 48, 58), header=words.header(titles), rows=tuple(rows) or (empty,))


def members_list(material: VisitMaterial) -> Block:
    """Return the team as a list, "Nông Đức Lâm, Trưởng đoàn"; that nobody is named where no team was set up."""
    items = tuple((PersonName(member.person), Text(f", {TEAM_ROLE_LABELS[member.role]}")) for member in material.members())
    if not items:
        return words.plain("Đợt này không lập đoàn theo danh sách người.")
    return Listing(items)


def participants_list(material: VisitMaterial) -> Block:
    """Return who took part beside the team; that nobody was written down."""
    minutes = material.visited.minutes
    if minutes is None or not minutes.participants:
        return words.plain("Chưa ghi người của nhà trường dự.")
    return Listing(tuple(_participant(one) for one in minutes.participants))


def _participant(one: ParticipantView) -> Runs:
    return (PersonName(one.person), Text(f", {one.office}")) if one.office else (PersonName(one.person),)


def _duty(member: TeamMemberView) -> str:
    role = TEAM_ROLE_LABELS[member.role]
    return f"{role}; xem trước tiêu chí {', '.join(member.criteria)}" if member.criteria else role


# --- signatures


def team_signer(material: VisitMaterial, role: TeamRole) -> PaperSigner:
    """Return the signature of the head or the secretary of the team; the name is written by hand where there is none."""
    found = material.members(role)
    name: Runs = words.person(found[0].person, bold=True) if found else ()
    label = "Thư ký" if role is TeamRole.SECRETARY else TEAM_ROLE_LABELS[role]
    return PaperSigner(authority=(label.upper(),), name=name)


def school_signer(material: VisitMaterial) -> PaperSigner:
    """Return the signature for the school: the head's name where the head took part."""
    minutes = material.visited.minutes
    present = minutes.participants if minutes else []
    heads = [one.person for one in present if one.office.casefold().startswith(_HEAD_OF_SCHOOL)]
    return PaperSigner(authority=("ĐẠI DIỆN", "NHÀ TRƯỜNG"), name=words.person(heads[0], bold=True) if heads else ())


def office_signer(material: VisitMaterial) -> PaperSigner:
    """Return the signature of who decides for the office of the layer; the name is written by hand."""
    if material.layer is Layer.COMMUNE:
        return PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
    return PaperSigner(authority=("GIÁM ĐỐC",))


def decider(material: VisitMaterial) -> PaperSigner:
    """Return the signature under a decision, which is of the person and not of the collective."""
    return PaperSigner(authority=("CHỦ TỊCH",) if material.layer is Layer.COMMUNE else ("GIÁM ĐỐC",))


def missing_or_days(days: list[dt.date]) -> Runs:
    """Return days one after the other; what says that they were not written down."""
    if not days:
        return (Missing("chưa ghi ngày làm việc"),)
    return (Text(", ".join(words.long_date(day) for day in days)),)
