"""Bảng giao chỉ tiêu: what each school is to reach of which criterion by when, who leads, by what means, how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from services.inspection.papers.heads import OFFICE_OF_CULTURE, on_paper
from services.inspection.papers.year_material import YearMaterial
from shared.papers import phrases as words
from shared.papers.model import (
    Align,
    Block,
    Cell,
    Column,
    Heading,
    Orientation,
    Paper,
    PaperForm,
    PaperSigner,
    PartialDate,
    Row,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead, TargetState
from shared.vocabulary.ids import CriterionCode
from shared.vocabulary.year_labels import TARGET_LEAD_LABELS, TARGET_STATE_LABELS

TITLE = "Bảng giao chỉ tiêu tiêu chí"
SHEET = "Giao chỉ tiêu"
_LAYERS = {Layer.SCHOOL: "Trường", Layer.COMMUNE: "Xã", Layer.DEPARTMENT: "Sở"}
_COLUMNS = (
    (9.0, Align.CENTER, "TT"),
    (42.0, Align.LEFT, "Trường"),
    (14.0, Align.CENTER, "Tiêu chí"),
    (50.0, Align.LEFT, "Tên tiêu chí"),
    (16.0, Align.CENTER, "Mức phải đạt"),
    (23.0, Align.CENTER, "Hạn"),
    (30.0, Align.LEFT, "Chủ trì"),
    (14.0, Align.CENTER, "Lớp tính"),
    (38.0, Align.LEFT, "Biện pháp"),
    (21.0, Align.CENTER, "Tình trạng"),
)


class AssignedTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A target as the paper tells it: `state` on the day of the paper, as the layer that counts sees it."""

    school_name: str
    criterion: CriterionCode
    title: str
    level: int
    by: dt.date
    lead: TargetLead
    layer: Layer
    means: str
    state: TargetState
    met_on: dt.date | None


def targets_paper(material: YearMaterial, targets: Sequence[AssignedTarget]) -> Paper:
    """Return the table, school by school in the order given."""
    schools = len({one.school_name for one in targets})
    counts = ", ".join(
        f"{TARGET_STATE_LABELS[state].lower()} {sum(one.state is state for one in targets):02d}"
        for state in (TargetState.MET, TargetState.ON_THE_WAY, TargetState.LATE)
    )
    blocks: list[Block] = [
        words.plain(
            f"Giao {len(targets):02d} chỉ tiêu cho {schools:02d} trường. Tính đến ngày {format_date(material.valid_at)}: "
            f"{counts}.",
            Style.PLAIN,
            keep=True,
        ),
        Table(
            columns=tuple(Column(width, align) for width, align, _ in _COLUMNS),
            header=words.header(title for _, _, title in _COLUMNS),
            rows=tuple(_row(number, one) for number, one in enumerate(targets, start=1)),
            sheet=SHEET,
            size=10.0,
        ),
        Signatures(
            (PaperSigner(authority=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),),
            ("Các trường có tên trong bảng", OFFICE_OF_CULTURE, "Phòng Kinh tế", "Lưu: VT, VHXH"),
        ),
    ]
    return Paper(
        kind=material.kind.value,
        title=f"{TITLE} năm {material.year}",
        subject=str(material.year),
        school=material.commune,
        issuer=material.authority,
        form=PaperForm(),
        valid_at=material.valid_at,
        known_at=material.known_at,
        recorded_at=material.recorded_at,
        checkpoint=material.checkpoint,
        heading=_heading(material),
        orientation=Orientation.LANDSCAPE,
        blocks=tuple(blocks),
    )


def _heading(material: YearMaterial) -> Heading:
    return Heading(
        body=("Ủy ban nhân dân", material.commune_name),
        place=material.place,
        dated=PartialDate(material.valid_at.year),
        kind_name=TITLE,
        abstract=f"Hoàn thiện tiêu chuẩn, tiêu chí của các trường năm {material.year}",
    )


def _row(number: int, one: AssignedTarget) -> Row:
    state = TARGET_STATE_LABELS[one.state] + (f" {format_date(one.met_on)}" if one.met_on else "")
    plain = words.row(
        (Text(str(number)),),
        (Text(one.school_name),),
        (Text(one.criterion),),
        (Text(one.title),),
        (Text(str(one.level)),),
        (Text(format_date(one.by)),),
        (Text(on_paper(TARGET_LEAD_LABELS[one.lead])),),
        (Text(_LAYERS[one.layer]),),
        (Text(one.means or "-"),),
        (Text(state),),
    )
    level = Cell((Text(f"{one.level}"),), number=one.level)
    return Row((*plain.cells[:4], level, *plain.cells[5:]))
