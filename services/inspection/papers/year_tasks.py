"""Papers of a commune about its steering committee and the work it gives: decision, letter, reminder sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from services.inspection.papers.heads import OFFICE_OF_CULTURE, ROOM
from services.inspection.papers.year_material import YearMaterial
from services.inspection.views.year.directing_rows import CommitteeRow, DirectiveRow
from shared.papers import phrases as words
from shared.papers.model import (
    Addressees,
    AnnexHeading,
    Block,
    Cell,
    Heading,
    Orientation,
    Paper,
    PaperForm,
    PaperSigner,
    PartialDate,
    PersonOffice,
    Row,
    Section,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.papers.wording import document_number
from shared.rulebook.conventions import conventions
from shared.text import format_date
from shared.vocabulary.year_labels import COMMITTEE_ROLE_LABELS

COMMITTEE = "Ban Chỉ đạo đổi mới giáo dục"
_SUBJECT_OF_YEAR = "kiểm định chất lượng giáo dục và công nhận trường đạt chuẩn quốc gia"
_CHAIR = "CHỦ TỊCH"
_ASKED = (
    f"Đề nghị các đơn vị, trường học có tên trên báo cáo ngay về {OFFICE_OF_CULTURE}; "
    "chưa làm được thì ghi rõ lý do và đề nghị hạn mới."
)


class GivenTasks(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter gives: tasks of the same words and day together, and to whom, by name."""

    text: str
    wanted: str
    due: dt.date
    section: str
    receivers: tuple[str, ...]


class OverdueWork(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody should have done before the day of the sheet: who, what, what is to be given back, since when."""

    receiver: str
    text: str
    wanted: str
    given_on: dt.date
    due: dt.date


def committee_decision(material: YearMaterial, committee: CommitteeRow, before: CommitteeRow | None) -> Paper:
    """Return the decision on the steering committee with the list of its members; `before` is what it takes the place of."""
    title = f"{COMMITTEE} {material.the_commune}"
    deed = "Kiện toàn" if before else "Thành lập"
    heading = _heading(
        material,
        "Quyết định",
        f"Về việc {deed.lower()} {title}",
        "QĐ-UBND",
        number=committee.number,
        dated=committee.decided_on,
        authority=f"Chủ tịch Ủy ban nhân dân {material.the_commune}",
    )
    number = committee.number or document_number(heading.symbol)
    replaced = f" Thay thế Quyết định số {before.number} {words.long_date(before.decided_on)}." if before else ""
    blocks: list[Block] = [
        *words.bases(*_bases(material, committee.decided_on), f"Theo đề nghị của Trưởng {OFFICE_OF_CULTURE}"),
        words.plain("QUYẾT ĐỊNH:", Style.AUTHORITY),
        words.article(
            1, f"{deed} {title} gồm {len(committee.members):02d} người (danh sách kèm theo Quyết định này).{replaced}"
        ),
        words.article(
            2,
            f"Ban Chỉ đạo giúp Ủy ban nhân dân {material.the_commune} chỉ đạo, theo dõi, đôn đốc việc thực hiện kế hoạch "
            f"{_SUBJECT_OF_YEAR} năm {material.year}; mỗi thành viên thực hiện nhiệm vụ ghi trong danh sách.",
        ),
        words.article(
            3,
            "Quyết định này có hiệu lực kể từ ngày ký. Các cơ quan, đơn vị, trường học liên quan và những người có tên "
            "trong danh sách chịu trách nhiệm thi hành Quyết định này./.",
        ),
        Signatures((PaperSigner(authority=(_CHAIR,)),), ("Như Điều 3", "Lưu: VT, VHXH")),
        Section(),
        AnnexHeading(
            title,
            word="DANH SÁCH",
            reference=(
                Text(f"(Kèm theo Quyết định số {number} {words.long_date(committee.decided_on)} của {heading.authority})"),
            ),
        ),
        _members(committee),
    ]
    return _paper(material, f"Quyết định {deed.lower()} {COMMITTEE}", blocks, heading)


def task_letter(
    material: YearMaterial, given: Sequence[GivenTasks], directive: DirectiveRow | None, given_on: dt.date
) -> Paper:
    """Return the letter that gives tasks; without a directive it has no number yet and is a draft."""
    receivers = tuple(dict.fromkeys(name for one in given for name in one.receivers))
    about = _abstract(directive.abstract) if directive else f"giao nhiệm vụ thực hiện kế hoạch năm {material.year}"
    heading = _heading(
        material,
        "",
        about,
        "UBND-VHXH",
        number=directive.number if directive else "",
        dated=directive.issued_on if directive else given_on,
        correspondence=True,
    )
    sections = sorted({one.section for one in given if one.section})
    basis = f" (mục {', '.join(sections)})" if sections else ""
    blocks: list[Block] = [
        Addressees(tuple((Text(name),) for name in receivers)),
        words.plain(
            f"Thực hiện kế hoạch {_SUBJECT_OF_YEAR} năm {material.year}{basis}, Ủy ban nhân dân {material.the_commune} giao "
            "các đơn vị, trường học thực hiện nhiệm vụ sau:",
            keep=True,
        ),
        _given_table(given, frozenset(receivers)),
        words.plain(
            f"Đề nghị các đơn vị, trường học thực hiện và báo cáo kết quả về {OFFICE_OF_CULTURE} đúng thời hạn; "
            "có khó khăn, vướng mắc thì báo ngay để xem xét, giải quyết./."
        ),
        Signatures((PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", _CHAIR)),), ("Như trên", "Lưu: VT, VHXH")),
    ]
    return _paper(material, "Công văn giao nhiệm vụ", blocks, heading, draft=directive is None)


def reminder_sheet(material: YearMaterial, overdue: Sequence[OverdueWork], receiver: str) -> Paper:
    """Return the sheet of what is overdue on its day; `receiver` is the one it is about, '' for all."""
    to = receiver or "Các đơn vị, trường học"
    total = len(overdue)
    table: list[Block] = [_overdue_table(material, overdue), words.plain(_ASKED, Style.PLAIN)] if total else []
    blocks: list[Block] = [
        words.plain(
            f"Tính đến {words.long_date(material.valid_at)}: {total:02d} việc quá hạn chưa báo cáo."
            if total
            else f"Tính đến {words.long_date(material.valid_at)}: không có việc nào quá hạn.",
            Style.PLAIN,
            keep=bool(total),
        ),
        *table,
        Signatures(
            (PaperSigner(sheet_title=("Người lập phiếu",)), PaperSigner(sheet_title=(f"Trưởng {OFFICE_OF_CULTURE}",)))
        ),
    ]
    heading = Heading(
        body=(OFFICE_OF_CULTURE,),
        superior=material.authority,
        kind_name="Phiếu đôn đốc",
        abstract=f"{to}, năm {material.year}",
    )
    return _paper(material, "Phiếu đôn đốc", blocks, heading, orientation=Orientation.LANDSCAPE)


def _members(committee: CommitteeRow) -> Table:
    rows = [
        words.row(
            (Text(str(number)),),
            words.person(member.person),
            (PersonOffice(member.person),),
            (Text(COMMITTEE_ROLE_LABELS[member.role]),),
            (Text(member.duty),),
        )
        for number, member in enumerate(committee.members, start=1)
    ]
    titles = ("TT", "Họ và tên", "Chức vụ, đơn vị", "Vai trò trong Ban", "Nhiệm vụ")
    return Table(columns=words.columns(10, 40, 40, 30, 46, centred=1), header=words.header(titles), rows=tuple(rows))


def _given_table(given: Sequence[GivenTasks], everybody: frozenset[str]) -> Table:
    rows = [
        words.row(
            (Text(str(number)),),
            (Text(one.text),),
            (Text("Các nơi nhận công văn" if everybody == set(one.receivers) else ", ".join(one.receivers)),),
            (Text(one.wanted),),
            (Text(format_date(one.due)),),
        )
        for number, one in enumerate(given, start=1)
    ]
    titles = ("TT", "Nội dung", "Thực hiện", "Gửi lại", "Hạn")
    return Table(columns=words.columns(10, 66, 40, 24, 26, centred=1), header=words.header(titles), rows=tuple(rows))


def _overdue_table(material: YearMaterial, overdue: Sequence[OverdueWork]) -> Table:
    rows = [_overdue_row(material, number, one) for number, one in enumerate(overdue, start=1)]
    titles = ("TT", "Đơn vị, trường", "Việc", "Gửi lại", "Giao ngày", "Hạn", "Quá hạn (ngày)")
    return Table(
        columns=words.columns(10, 55, 90, 25, 24, 24, 22, centred=1),
        header=words.header(titles),
        rows=tuple(rows),
        sheet="Đôn đốc",
    )


def _overdue_row(material: YearMaterial, number: int, one: OverdueWork) -> Row:
    late = (material.valid_at - one.due).days
    told = (str(number), one.receiver, one.text, one.wanted)
    days = (format_date(one.given_on), format_date(one.due))
    return Row((*(Cell((Text(cell),)) for cell in (*told, *days)), Cell((Text(str(late)),), number=late)))


def _bases(material: YearMaterial, on: dt.date) -> list[str]:
    """Return the grounds that are certain: the circular on the commune's duties once it was issued."""
    duties = conventions().commune_duties
    if on < duties.issued:
        return [f"Căn cứ yêu cầu nhiệm vụ {_SUBJECT_OF_YEAR} trên địa bàn năm {material.year}"]
    day = words.long_date(duties.issued)
    return [f"Căn cứ Thông tư số {duties.circular} {day} của Bộ trưởng Bộ Giáo dục và Đào tạo"]


def _abstract(text: str) -> str:
    """Return what a letter is about without the words that its head puts before it."""
    for opening in ("Về việc ", "V/v "):
        if text.lower().startswith(opening.lower()):
            return text[len(opening) :]
    return text


def _heading(
    material: YearMaterial,
    kind_name: str,
    abstract: str,
    symbol: str,
    *,
    number: str,
    dated: dt.date,
    authority: str = "",
    correspondence: bool = False,
) -> Heading:
    """Return the head of a paper of the commune; without a `number` that and the day are left to the clerk."""
    given, _, own_symbol = number.partition("/")
    return Heading(
        body=("Ủy ban nhân dân", material.the_commune),
        symbol=own_symbol or symbol,
        number=given or None,
        place=material.place or ROOM,
        dated=PartialDate.of(dated) if given else PartialDate(dated.year),
        kind_name=kind_name,
        abstract=abstract,
        authority=authority,
        correspondence=correspondence,
    )


def _paper(
    material: YearMaterial,
    title: str,
    blocks: Sequence[Block],
    heading: Heading,
    *,
    draft: bool = False,
    orientation: Orientation = Orientation.PORTRAIT,
) -> Paper:
    return Paper(
        kind=material.kind.value,
        title=f"{title} năm {material.year}",
        subject=material.subject or str(material.year),
        school="",
        issuer=material.authority,
        form=PaperForm(),
        valid_at=material.valid_at,
        known_at=material.known_at,
        recorded_at=material.recorded_at,
        checkpoint=material.checkpoint,
        heading=heading,
        orientation=orientation,
        draft=draft,
        blocks=tuple(blocks),
    )
