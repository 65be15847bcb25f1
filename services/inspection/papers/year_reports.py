"""Báo cáo tiến độ, sơ kết, tổng kết of a commune's year: what a synthesis computed, and what people wrote in it.

A report tells of its synthesis alone, at the synthesis' own last change: what is recorded elsewhere meanwhile makes no other
paper.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year.numbers import MEANINGS, Chapter
from services.inspection.papers.heads import OFFICE_OF_CULTURE
from services.inspection.papers.year_material import YearMaterial
from shared.papers import phrases as words
from shared.papers.model import (
    Addressees,
    Align,
    Block,
    Cell,
    Column,
    Heading,
    Paper,
    PaperForm,
    PaperSigner,
    PartialDate,
    Row,
    Runs,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.text import format_date, format_number, roman, vietnamese_key
from shared.vocabulary.commune_year import ReportKind, ReportReceiver
from shared.vocabulary.ids import Position, SchoolCode
from shared.vocabulary.year_labels import PLAN_KIND_LABELS, REPORT_KIND_LABELS

DEPARTMENT = "Sở Giáo dục và Đào tạo"
_OUTCOMES = "Kết quả"
_DASH = "-"


class SynthesisMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """A synthesis at a moment: what was computed, written and sent by then, and where in the log its last change stands."""

    drafted: rf.SynthesisDrafted
    texts: Sequence[rf.HeadedText]
    sent: Sequence[rf.SynthesisSent]
    changed_on: dt.date
    known_at: Position
    recorded_at: dt.datetime
    checkpoint: str

    @property
    def last_sent(self) -> rf.SynthesisSent | None:
        """The last sending: whose head the report bears."""
        return self.sent[-1] if self.sent else None

    @property
    def to_department(self) -> bool:
        """Whether it goes to the department, and so in the name of the commune's committee."""
        return self.last_sent is not None and self.last_sent.to is ReportReceiver.DEPARTMENT

    def name(self, school: SchoolCode) -> str:
        """Return what a school was called when the synthesis was computed."""
        return next((one.name for one in self.drafted.schools if one.school == school), school)


def report_paper(material: YearMaterial, told: SynthesisMaterial) -> Paper:
    """Return the report that a synthesis makes; a draft until it is sent."""
    drafted = told.drafted
    material = msgspec.structs.replace(material, commune_name=drafted.commune_name)
    title = REPORT_KIND_LABELS[drafted.kind]
    return Paper(
        kind=material.kind.value,
        title=f"{title} {drafted.period}",
        subject=drafted.synthesis,
        school=material.commune,
        issuer=material.authority,
        form=PaperForm(),
        valid_at=told.changed_on,
        known_at=told.known_at,
        recorded_at=told.recorded_at,
        checkpoint=told.checkpoint,
        heading=_heading(material, told),
        draft=told.last_sent is None,
        notes=(f"số liệu tính đến {format_date(drafted.as_of)}, nhật ký số {format_number(drafted.position)}",),
        blocks=tuple(_blocks(material, told)),
    )


def _heading(material: YearMaterial, told: SynthesisMaterial) -> Heading:
    sent = told.last_sent
    given, _, symbol = sent.number.partition("/") if sent else ("", "", "")
    day = sent.sent_on if sent else told.changed_on
    office = "UBND" if told.to_department else "VHXH"
    return Heading(
        body=("Ủy ban nhân dân", material.commune_name) if told.to_department else (OFFICE_OF_CULTURE,),
        superior="" if told.to_department else material.authority,
        symbol=symbol or f"BC-{office}",
        number=given or None,
        place=material.place,
        dated=PartialDate.of(day) if sent else PartialDate(day.year),
        kind_name="Báo cáo",
        abstract=(
            f"{_about(told.drafted.kind)} công tác kiểm định chất lượng giáo dục và công nhận trường đạt chuẩn "
            f"quốc gia năm {told.drafted.year} ({told.drafted.period})"
        ),
    )


def _about(kind: ReportKind) -> str:
    return {
        ReportKind.PROGRESS: "Tiến độ",
        ReportKind.MID_YEAR: "Sơ kết",
        ReportKind.FINAL: "Tổng kết",
        ReportKind.THEMATIC: "Chuyên đề",
    }[kind]


def _blocks(material: YearMaterial, told: SynthesisMaterial) -> list[Block]:
    drafted = told.drafted
    receiver = DEPARTMENT if told.to_department else f"Ủy ban nhân dân {material.the_commune}"
    blocks: list[Block] = [
        Addressees(((Text(receiver),),)),
        words.plain(
            f"Thời gian tổng hợp: từ ngày {format_date(drafted.from_on)} đến hết ngày {format_date(drafted.as_of)}. "
            f"Các số ở phần I do hệ thống tính từ nhật ký đến số {format_number(drafted.position)}."
        ),
        *_missing(told),
        words.plain("I. Kết quả", Style.HEADING_1),
    ]
    groups = [group for group in Chapter if _of_group(drafted, group)]
    for number, group in enumerate(groups, start=1):
        blocks += [words.plain(f"{number}. {group.value}", Style.HEADING_2), _numbers_table(drafted, group)]
    blocks += [
        words.plain(f"{len(groups) + 1}. Từng trường", Style.HEADING_2),
        _schools_table(drafted),
        *_figures(told, len(groups) + 2),
    ]
    written = {one.heading: one.text for one in told.texts}
    # What nobody wrote is a gap of a draft; what was sent has no gaps.
    headings = [heading for heading in drafted.headings if heading in written or not told.sent]
    for number, heading in enumerate(headings, start=2):
        blocks.append(words.plain(f"{roman(number)}. {heading}", Style.HEADING_1))
        blocks += words.lines(written.get(heading, ""))
    signer = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH") if told.to_department else ("TRƯỞNG PHÒNG",)
    blocks.append(Signatures((PaperSigner(authority=signer),), ("Như trên", "Các trường trên địa bàn", "Lưu: VT, VHXH")))
    return blocks


def _missing(told: SynthesisMaterial) -> list[Block]:
    names = sorted((told.name(school) for school in told.drafted.missing), key=vietnamese_key)
    if not names:
        return []
    return [words.plain(f"Chưa có báo cáo của {len(names)} trường: {', '.join(names)}.")]


def _of_group(drafted: rf.SynthesisDrafted, group: Chapter) -> list[rf.CountedNumber]:
    if group is Chapter.REPORTS and not drafted.request:
        return []
    return [one for one in drafted.numbers if one.key in MEANINGS and MEANINGS[one.key].group is group]


def _numbers_table(drafted: rf.SynthesisDrafted, group: Chapter) -> Table:
    rows = tuple(
        Row(
            (
                Cell((Text(MEANINGS[one.key].label),)),
                Cell((Text(format_number(one.value)),), number=one.value),
                Cell((Text(MEANINGS[one.key].unit.value),)),
            )
        )
        for one in _of_group(drafted, group)
    )
    return Table(
        columns=(Column(105.0), Column(35.0, Align.RIGHT), Column(28.0)),
        header=words.header(("Nội dung", _OUTCOMES, "Đơn vị")),
        rows=rows,
        sheet=group.value.replace("/", "-")[:31],
        whole=True,
    )


def _schools_table(drafted: rf.SynthesisDrafted) -> Table:
    titles = ("TT", "Trường", "Mục trong kế hoạch", "Mục tiêu", "Bằng, chứng nhận còn hạn", "Đạt mục kế hoạch")
    rows = tuple(
        words.row(
            (Text(str(number)),),
            (Text(one.name),),
            (Text(PLAN_KIND_LABELS[one.kind] if one.kind else _DASH),),
            (Text(_target(one)),),
            (Text(_award(one)),),
            (Text(("Đạt" if one.reached else "Chưa") if one.kind else _DASH),),
        )
        for number, one in enumerate(drafted.standings, start=1)
    )
    empty = Row((Cell((Text("Xã chưa có trường nào."),), column_span=len(titles)),))
    return Table(
        columns=(Column(12.0, Align.CENTER), Column(39.0), Column(30.0), Column(26.0), Column(44.0), Column(20.0)),
        header=words.header(titles),
        rows=rows or (empty,),
        sheet="Từng trường",
    )


def _target(one: rf.SchoolStanding) -> str:
    wanted = (
        f"Mức {one.target_level}" if one.target_level else "",
        f"Mức độ {one.target_degree}" if one.target_degree else "",
    )
    return ", ".join(filter(None, wanted)) or _DASH


def _award(one: rf.SchoolStanding) -> str:
    if not one.award_number or one.award_until is None:
        return _DASH
    return f"Số {one.award_number}, mức độ {one.award_degree}, đến {format_date(one.award_until)}"


def _figures(told: SynthesisMaterial, number: int) -> list[Block]:
    """Return what schools gave, a column a figure where they fit, with the sums."""
    figures = told.drafted.figures
    if not figures:
        return []
    return [words.plain(f"{number}. Số liệu các trường gửi", Style.HEADING_2), _figures_table(told, figures)]


def _figures_table(told: SynthesisMaterial, figures: Sequence[rf.GivenFigures]) -> Table:
    by_school: dict[SchoolCode, dict[str, int]] = {}
    for figure in figures:
        for school, value in figure.given:
            by_school.setdefault(school, {})[figure.name] = value
    ordered = sorted(by_school, key=lambda school: vietnamese_key(told.name(school)))
    rows = [_figure_row(told.name(school), by_school[school], figures) for school in ordered]
    sums = {figure.name: sum(value for _, value in figure.given) for figure in figures}
    width = 120.0 / len(figures)
    return Table(
        columns=(Column(48.0), *(Column(width, Align.RIGHT) for _ in figures)),
        header=words.header(("Trường", *(figure.name for figure in figures))),
        rows=(*rows, _figure_row("Cộng", sums, figures, bold=True)),
        sheet="Số liệu các trường gửi",
    )


def _figure_row(name: str, values: Mapping[str, int], figures: Sequence[rf.GivenFigures], *, bold: bool = False) -> Row:
    cells = [Cell(_amount(values.get(one.name)), number=values.get(one.name), bold=bold) for one in figures]
    return Row((Cell((Text(name),), bold=bold), *cells))


def _amount(value: int | None) -> Runs:
    return (Text(_DASH if value is None else format_number(value)),)
