"""The plan of a commune's year as papers: the plan with grounds and sections, and the list of schools that goes with it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from services.inspection.domain.year import plan_facts as pf
from services.inspection.papers.year_material import YearMaterial
from shared.papers import phrases as words
from shared.papers.model import (
    Align,
    AnnexHeading,
    Block,
    Cell,
    Column,
    Heading,
    Missing,
    Orientation,
    Paper,
    PaperForm,
    PaperSigner,
    PartialDate,
    Row,
    Run,
    Runs,
    Section,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.text import format_date, roman
from shared.vocabulary.commune_year import PlanKind
from shared.vocabulary.year_labels import PLAN_KIND_LABELS

SHEET = "Danh sách trường"
OWN_HEADINGS = (("Mục đích, yêu cầu", "Mục đích"), ("Mục tiêu", "Mục tiêu chung"))
"""Of section I and II: its heading where nobody gave one, and the heading of what opens it."""
_COLUMNS = (
    (10.0, Align.CENTER, "TT"),
    (46.0, Align.LEFT, "Trường"),
    (27.0, Align.CENTER, "Loại"),
    (34.0, Align.CENTER, "Số, ngày"),
    (21.0, Align.CENTER, "Mức độ"),
    (25.0, Align.CENTER, "Hết hạn"),
    (36.0, Align.LEFT, "Mục tiêu năm {year}"),
    (26.0, Align.CENTER, "Đăng ký đánh giá ngoài trước ngày"),
    (32.0, Align.LEFT, "Đơn vị chịu trách nhiệm"),
)
_ABOUT_STANDARD = (PlanKind.RECOGNISE_NEW, PlanKind.RECOGNISE_AGAIN, PlanKind.MAINTAIN, PlanKind.RAISE)
_AWARD = slice(3, 6)
"""The columns about the recognition that a school holds."""
_DASH: Runs = (Text("-"),)
_RECIPIENTS = (
    "Sở Giáo dục và Đào tạo (báo cáo)",
    "Thường trực Đảng ủy, HĐND {commune} (báo cáo)",
    "Chủ tịch, các Phó Chủ tịch UBND {commune}",
    "Ủy ban MTTQ Việt Nam {commune} và các đoàn thể",
    "Phòng VH-XH, Phòng Kinh tế",
    "Các trường trên địa bàn",
    "Lưu: VT, VHXH",
)


class ListedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the list, and what its school is called."""

    name: str
    entry: pf.PlanEntrySet


class PlanOnPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A plan at a moment: its words, its list by name, how many schools it is about, its issue if it stands issued."""

    text: pf.PlanDrafted
    entries: Sequence[ListedEntry]
    schools: int
    issued: pf.PlanIssued | None


def plan_paper(material: YearMaterial, plan: PlanOnPaper) -> Paper:
    """Return the plan, the list of schools attached; a draft until it is issued."""
    commune = material.the_commune
    about = f"kiểm định chất lượng giáo dục và công nhận trường học đạt chuẩn quốc gia năm {material.year}"
    blocks: list[Block] = [
        *words.bases(*plan.text.bases),
        words.plain(f"Ủy ban nhân dân {commune} ban hành Kế hoạch {about} trên địa bàn {_kind(material)} như sau:"),
        *_sections(plan),
        words.plain(
            "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, các cơ quan, đơn vị phản ánh về Phòng Văn hóa - Xã hội "
            f"để tổng hợp, báo cáo Ủy ban nhân dân {_kind(material)} xem xét, giải quyết./."
        ),
        Signatures((_signer(plan.issued),), tuple(line.format(commune=_kind(material)) for line in _RECIPIENTS)),
        Section(Orientation.LANDSCAPE),
        *_list(material, plan),
    ]
    return _paper(
        material,
        plan,
        f"Kế hoạch {about}",
        blocks,
        heading=_heading(material, plan, f"{about[0].upper()}{about[1:]} trên địa bàn {commune}"),
    )


def list_paper(material: YearMaterial, plan: PlanOnPaper) -> Paper:
    """Return the list of schools by itself, also as a worksheet."""
    title = f"Danh sách trường trong kế hoạch năm {material.year}"
    return _paper(material, plan, title, _list(material, plan), orientation=Orientation.LANDSCAPE)


def _paper(
    material: YearMaterial,
    plan: PlanOnPaper,
    title: str,
    blocks: Iterable[Block],
    *,
    heading: Heading | None = None,
    orientation: Orientation = Orientation.PORTRAIT,
) -> Paper:
    return Paper(
        kind=material.kind.value,
        title=title,
        subject=str(material.year),
        school=material.commune,
        issuer=material.authority,
        form=PaperForm(),
        valid_at=material.valid_at,
        known_at=material.known_at,
        recorded_at=material.recorded_at,
        checkpoint=material.checkpoint,
        heading=heading,
        orientation=orientation,
        draft=plan.issued is None,
        blocks=tuple(blocks),
    )


def _kind(material: YearMaterial) -> str:
    """Return what kind of commune it is, "xã"."""
    return material.the_commune.removesuffix(material.place).strip() or "xã"


def _heading(material: YearMaterial, plan: PlanOnPaper, abstract: str) -> Heading:
    issued = plan.issued
    number, _, symbol = issued.number.partition("/") if issued else ("", "", "")
    return Heading(
        body=("Ủy ban nhân dân", material.commune_name),
        symbol=symbol or "KH-UBND",
        number=number or None,
        place=material.place,
        dated=PartialDate.of(issued.issued_on) if issued else PartialDate(material.year),
        kind_name="Kế hoạch",
        abstract=abstract,
    )


def _signer(issued: pf.PlanIssued | None) -> PaperSigner:
    """Return who signs: the chair, or whoever signs in the chair's place by the office that was given."""
    office = issued.signer_office if issued else ""
    if office.casefold().startswith("phó"):
        return PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", office.upper()))
    return PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", (office or "Chủ tịch").upper()))


# --- the sections


def _sections(plan: PlanOnPaper) -> list[Block]:
    blocks: list[Block] = []
    for number, section in enumerate(_opened(plan.text), start=1):
        blocks.append(words.plain(f"{roman(number)}. {section.heading}", Style.HEADING_1))
        blocks += _items(section.items)
        if number == len(OWN_HEADINGS):
            blocks.append(words.plain(f"Theo danh sách kèm theo: {_counted(plan)}."))
    return blocks


def _opened(text: pf.PlanDrafted) -> list[pf.PlanSection]:
    """Return the sections with what opens the first two of them as their first item."""
    openings = (text.aims, text.goals)
    own = [pf.PlanSection(heading=heading) for heading, _ in OWN_HEADINGS]
    given = [*text.sections, *own[len(text.sections) :]]
    opened = [
        pf.PlanSection(heading=section.heading or own_heading, items=(f"{opening_heading}\n{opening}", *section.items))
        if opening
        else section
        for section, opening, (own_heading, opening_heading) in zip(given, openings, OWN_HEADINGS, strict=False)
    ]
    return [*opened, *given[len(OWN_HEADINGS) :]]


def _items(items: Sequence[str]) -> list[Block]:
    """Return the items of a section: those of several lines under a heading, numbered; the others as they are."""
    blocks: list[Block] = []
    number = 0
    for item in items:
        heading, _, text = item.partition("\n")
        if text.strip():
            number += 1
            blocks.append(words.plain(f"{number}. {heading.strip()}", Style.HEADING_2))
        blocks += words.lines(text if text.strip() else item)
    return blocks


def _counted(plan: PlanOnPaper) -> str:
    counts = Counter(one.entry.kind for one in plan.entries)
    told = [f"{PLAN_KIND_LABELS[kind].lower()} {counts[kind]:02d} trường" for kind in PlanKind if counts[kind]]
    return f"{', '.join(told) or 'chưa có trường nào'}; {_share(plan)}"


def _share(plan: PlanOnPaper) -> str:
    listed = len(plan.entries)
    percent = f" ({100 * listed / plan.schools:.1f}%)".replace(".0%", "%").replace(".", ",") if plan.schools else ""
    return f"số trường có trong Kế hoạch: {listed:02d}/{plan.schools:02d}{percent}"


# --- the list


def _list(material: YearMaterial, plan: PlanOnPaper) -> list[Block]:
    counts = Counter(one.entry.kind for one in plan.entries)
    told = ", ".join(f"{PLAN_KIND_LABELS[kind].lower()} {counts[kind]:02d}" for kind in PlanKind if counts[kind])
    total = f"Cộng: {len(plan.entries):02d} trường{f' ({told})' if told else ''}; {_share(plan)}."
    return [
        AnnexHeading(
            name=f"Danh sách trường học trong kế hoạch {_kinds_of(counts)}đạt chuẩn quốc gia năm {material.year}",
            reference=(Text(f"(Kèm theo Kế hoạch{_reference(plan.issued)} của Ủy ban nhân dân {material.the_commune})"),),
        ),
        _table(material, plan),
        words.plain(total, Style.NOTE),
        *_left_out(plan.issued),
    ]


def _kinds_of(counts: Counter[PlanKind]) -> str:
    """Return what the list is about: the kinds that stand in it, joined as a title does, with a space after them."""
    *first, last = [PLAN_KIND_LABELS[kind].lower() for kind in _ABOUT_STANDARD if counts[kind]] or [""]
    return f"{', '.join(first)} và {last} " if first else f"{last} ".lstrip()


def _reference(issued: pf.PlanIssued | None) -> str:
    if issued is None:
        return " số ……/KH-UBND ngày … tháng … năm ……"
    return f" số {issued.number} {words.long_date(issued.issued_on)}"


def _left_out(issued: pf.PlanIssued | None) -> list[Block]:
    if issued is None or not issued.left_out:
        return []
    return [words.plain(f"Để ngoài {len(issued.left_out):02d} trường, lý do: {issued.left_out_because}.", Style.NOTE)]


def _table(material: YearMaterial, plan: PlanOnPaper) -> Table:
    rows = [_row(number, one) for number, one in enumerate(plan.entries, start=1)]
    nobody: Run = (
        Text("Không có trường nào trong danh sách.") if plan.issued else Missing("chưa có trường nào trong danh sách")
    )
    empty = Row((Cell((nobody,), column_span=len(_COLUMNS)),))
    return Table(
        columns=tuple(Column(width, align) for width, align, _ in _COLUMNS),
        header=_header(material.year),
        rows=tuple(rows) or (empty,),
        sheet=SHEET,
    )


def _header(year: int) -> tuple[Row, ...]:
    titles = [title.format(year=year) for _, _, title in _COLUMNS]
    upper = [Cell((Text(title),), row_span=2) for title in titles]
    upper[_AWARD] = [Cell((Text("Bằng công nhận hiện có"),), column_span=3)]
    return Row(tuple(upper)), Row(tuple(Cell((Text(title),)) for title in titles[_AWARD]))


def _row(number: int, one: ListedEntry) -> Row:
    entry = one.entry
    return words.row(
        (Text(str(number)),),
        (Text(one.name),),
        (Text(PLAN_KIND_LABELS[entry.kind]),),
        *_held(entry.held),
        (Text(_target(entry)),),
        _due(entry.register_by),
        (Text(entry.responsible),),
    )


def _held(held: pf.HeldAward | msgspec.UnsetType) -> tuple[Runs, Runs, Runs]:
    if isinstance(held, msgspec.UnsetType):
        return (Text("Chưa có"),), _DASH, _DASH
    return (
        (Text(f"{held.number}\nngày {format_date(held.decided_on)}"),),
        (Text(f"mức độ {held.degree}"),),
        (Text(format_date(held.expires_on)),),
    )


def _target(entry: pf.PlanEntrySet) -> str:
    level = f"Mức {entry.target_level}" if entry.target_level else ""
    if entry.kind is PlanKind.MAINTAIN:
        return f"Duy trì các tiêu chí {level}" if level else "Duy trì mức đã được công nhận"
    degree = f"chuẩn quốc gia mức độ {entry.target_degree}" if entry.target_degree else ""
    reached = f"Đạt {level}" if level else ""
    return "; ".join(part for part in (reached, degree) if part) or "-"


def _due(day: dt.date | msgspec.UnsetType) -> Runs:
    return _DASH if isinstance(day, msgspec.UnsetType) else (Text(format_date(day)),)
