"""A paper that was filled in or edited in Word or Excel: sent here, shown beside its print, and kept nowhere."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from flask import request

from services.portal.comparing import FileToCompare, compare_file
from services.portal.pages import formatting, forms
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.site import blueprint, render
from services.portal.paper_kinds import paper_kinds
from services.portal.web.context import may
from shared.contracts.calls import Nothing
from shared.contracts.calls.evidence import FilledCompared, FilledPartView
from shared.problems import BadRequest, NotAllowed, Problem
from shared.vocabulary.ids import PaperId, SchoolCode
from shared.vocabulary.labels import SHEET_PART_LABELS
from shared.vocabulary.self_assessment import SheetPart

ACCEPTED = ".docx,.xlsx"


class PartToWrite(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a criterion's sheet as it stands in the file, and where it is written."""

    key: str
    name: str
    text: str
    href: str


@blueprint.get("/truong/<school>/giay-to/so")
def compare_page(school: SchoolCode) -> str:
    """Show where an edited paper is sent to be compared."""
    return _page(school)


@blueprint.post("/truong/<school>/giay-to/so")
def compare_filled_paper(school: SchoolCode) -> str | tuple[str, int]:
    """Show where the sent file differs from its print."""
    try:
        sent = request.files.get("tep")
        if sent is None or not sent.filename:
            raise BadRequest("Chưa chọn tệp. Chọn tệp .docx hoặc .xlsx rồi bấm lại.", path="tep")
        asked = FileToCompare(school=school, content=sent.read(), paper=PaperId(forms.text("ma-giay")))
        return _page(school, compared=compare_file(asked))
    except Problem as problem:
        return _page(school, problem), problem.status


def _page(school: SchoolCode, problem: Problem | None = None, compared: FilledCompared | None = None) -> str:
    if not may("evidence.compare_filled", school=school):
        raise NotAllowed("Chỉ văn thư, Hội đồng và hiệu trưởng của trường so được giấy đã sửa.")
    return render(
        "giay-to-so.html",
        active="danh-gia",
        tabs=cycle_tabs(school, "giay-to"),
        school=school,
        problem=problem,
        compared=compared,
        title=_title(compared) if compared else "",
        parts=[_part(school, compared, one) for one in compared.parts] if compared else [],
        accepted=ACCEPTED,
    )


def _title(compared: FilledCompared) -> str:
    kinds = paper_kinds(Nothing()).kinds
    title = next((one.title for one in kinds if one.kind == compared.kind), "Giấy đã in")
    return f"{title} {compared.criterion}".strip()


def _part(school: SchoolCode, compared: FilledCompared, part: FilledPartView) -> PartToWrite:
    level = part.level if part.part is SheetPart.STATUS else 0
    name = SHEET_PART_LABELS[part.part] + (f", {formatting.level(level)}" if level else "")
    sheet = f"/truong/{quote(school)}/danh-gia/{quote(compared.cycle)}/{quote(compared.criterion)}"
    return PartToWrite(
        key=f"{part.part.value}-{level}",
        name=name,
        text=part.filled,
        href=f"{sheet}#o-ht-{level}" if level else sheet,
    )
