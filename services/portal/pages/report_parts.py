"""What a self-assessment says beside its criteria: standards as a whole, common parts of the report, and facets."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.named_people import names_of
from services.portal.pages import forms
from services.portal.pages.as_of import requested_past
from services.portal.pages.cycle_tabs import CycleTabs, cycle_tabs
from services.portal.pages.rulebook_labels import law
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, may
from shared.contracts.calls import Done
from shared.contracts.calls import council as c
from shared.contracts.calls import writing as w
from shared.problems import Conflict, Problem
from shared.vocabulary.ids import CriterionCode, CycleId, Position, SchoolCode

FIELDS = {
    "strengths": "Điểm mạnh",
    "limits": "Hạn chế",
    "causes": "Nguyên nhân",
    "trend": "Xu hướng",
    "priorities": "Vấn đề ưu tiên",
}
"""What the circular asks at a standard (TT57/2026 Phụ lục V, Biểu 1 II)."""
FACET_FIELDS = {
    "text": "Nội hàm",
    "question": "Câu hỏi",
    "evidence": "Minh chứng cần có",
    "where": "Lấy ở đâu",
    "note": "Ghi chú",
}
BLANK_FACETS = 2
MOST_FACETS = 40


class ReportPart(msgspec.Struct, frozen=True, kw_only=True):
    """One form of the page: `texts` by field with the label of each; `theirs` what somebody else wrote meanwhile."""

    key: str
    title: str
    labels: dict[str, str]
    texts: dict[str, str]
    position: Position
    by: str
    theirs: dict[str, str] = {}


def _parts(school: SchoolCode, board: w.WorkBoard) -> list[ReportPart]:
    names = names_of(school, [*(one.by for one in board.standards), *(one.by for one in board.sections)])
    standards = [
        ReportPart(
            key=f"tieu-chuan-{one.standard}",
            title=f"Tiêu chuẩn {one.standard}. {one.title}",
            labels=FIELDS,
            texts={name: getattr(one, name) for name in FIELDS},
            position=one.position,
            by=names.get(one.by, ""),
        )
        for one in board.standards
        if one.asked
    ]
    sections = [
        ReportPart(
            key=f"phan-{one.section}",
            title=one.title,
            labels={"text": one.title},
            texts={"text": one.text},
            position=one.position,
            by=names.get(one.by, ""),
        )
        for one in board.sections
    ]
    return standards + sections


def _tabs(school: SchoolCode, cycle: CycleId) -> CycleTabs:
    return cycle_tabs(school, "danh-gia", cycle=cycle)


@blueprint.get("/truong/<school>/danh-gia/<cycle>/phan-chung")
def common_parts(school: SchoolCode, cycle: CycleId) -> str:
    """Show what is written of standards and of the rest of the report."""
    return _page(school, _tabs(school, cycle), _board(school, cycle))


def _board(school: SchoolCode, cycle: CycleId) -> w.WorkBoard:
    return call_service("assessment", "work_board", w.WorkBoardRequest(school=school, cycle=cycle), w.WorkBoard)


def _page(
    school: SchoolCode, tabs: CycleTabs, board: w.WorkBoard, problem: Problem | None = None, typed: ReportPart | None = None
) -> str:
    parts = [typed if typed and typed.key == part.key else part for part in _parts(school, board)]
    return render(
        "phan-chung.html",
        active="danh-gia",
        school=school,
        tabs=tabs,
        parts=parts,
        law=law(board.rulebook),
        problem=problem,
        wrong=typed.key if typed else "",
        writing=tabs.writable and may("assessment.write_section", school=school),
    )


@blueprint.post("/truong/<school>/danh-gia/<cycle>/phan-chung")
def write_part(school: SchoolCode, cycle: CycleId) -> str | Response | tuple[str, int]:
    """Keep what was written of one standard, or one part of the report; both versions are shown where somebody was first."""
    tabs, key = _tabs(school, cycle), forms.required("phan", "phần")
    texts = {name: forms.text(name) for name in (*FIELDS, "text")}
    expected = Position(forms.whole("ban"))
    kind, _, of = key.rpartition("-") if key.startswith("tieu-chuan-") else key.partition("-")
    try:
        if kind == "tieu-chuan":
            described = w.DescribeStandard(
                school=school, cycle=cycle, standard=of, expected=expected, **{name: texts[name] for name in FIELDS}
            )
            done = call_service("assessment", "describe_standard", described, Done)
        else:
            written = w.WriteSection(school=school, cycle=cycle, section=of, text=texts["text"], expected=expected)
            done = call_service("assessment", "write_section", written, Done)
    except Problem as problem:
        board = _board(school, cycle)
        now = next((part for part in _parts(school, board) if part.key == key), None)
        typed = _typed(now, texts, stale=problem.status == 409) if now else None
        return _page(school, tabs, board, problem, typed), problem.status
    return forms.go(f"/truong/{quote(school)}/danh-gia/{quote(cycle)}/phan-chung", done.position)


def _typed(now: ReportPart, texts: dict[str, str], *, stale: bool) -> ReportPart:
    mine = {name: texts[name] for name in now.texts}
    theirs = {name: text for name, text in now.texts.items() if stale and text != mine[name]}
    return msgspec.structs.replace(now, texts=mine, theirs=theirs)


# --- facets


@blueprint.get("/truong/<school>/danh-gia/<cycle>/<criterion>/noi-ham")
def facets_page(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> str:
    """Show the facets of a criterion, a form an indicator."""
    return _facets_page(school, _tabs(school, cycle), _facets(school, cycle, criterion))


def _facets(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> c.FacetsView:
    return call_service(
        "assessment", "facets", c.FacetsRequest(school=school, cycle=cycle, criterion=criterion), c.FacetsView
    )


class FacetForm(msgspec.Struct, frozen=True, kw_only=True):
    """The facets of one indicator as its form shows them."""

    view: c.FacetsOfIndicator
    rows: list[c.FacetEntry]
    lost: bool = False

    @property
    def key(self) -> str:
        """What the ids of its fields begin with."""
        return f"{self.view.level}_{self.view.indicator}"


def _facets_page(
    school: SchoolCode,
    tabs: CycleTabs,
    found: c.FacetsView,
    problem: Problem | None = None,
    typed: tuple[int, str, list[c.FacetEntry]] | None = None,
) -> str:
    listed = []
    for one in found.indicators:
        mine = typed[2] if typed and (one.level, one.indicator) == typed[:2] else None
        rows = mine if mine is not None else [*one.facets, *[c.FacetEntry(text="")] * BLANK_FACETS]
        listed.append(FacetForm(view=one, rows=rows, lost=mine is not None))
    return render(
        "noi-ham.html",
        active="danh-gia",
        school=school,
        tabs=tabs,
        found=found,
        listed=listed,
        fields=FACET_FIELDS,
        problem=problem,
        stale=isinstance(problem, Conflict),
        writing=tabs.writable and requested_past() is None and may("assessment.define_facets", school=school),
    )


@blueprint.post("/truong/<school>/danh-gia/<cycle>/<criterion>/noi-ham")
def define_facets(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> str | Response | tuple[str, int]:
    """Keep the facets of one indicator."""
    found, tabs = _facets(school, cycle, criterion), _tabs(school, cycle)
    level, indicator = forms.whole("muc"), forms.text("chi-bao")
    number = min(forms.whole("so-hang"), MOST_FACETS)
    rows = [c.FacetEntry(**{name: forms.text(f"{name}-{n}") for name in FACET_FIELDS}) for n in range(1, number + 1)]
    if forms.text("viec") == "them-hang":
        more = [*rows, *[c.FacetEntry(text="")] * BLANK_FACETS]
        return _facets_page(school, tabs, found, typed=(level, indicator, more))
    now = next((one for one in found.indicators if (one.level, one.indicator) == (level, indicator)), None)
    try:
        if now is not None and forms.whole("ban") != now.position:
            raise Conflict("Có người đã ghi nội hàm sau khi trang này mở. Chưa ghi đè gì. Xem hai bản.")
        defined = c.DefineFacets(
            school=school,
            cycle=cycle,
            criterion=criterion,
            level=level,
            indicator=indicator,
            facets=[row for row in rows if any(msgspec.structs.astuple(row))],
        )
        done = call_service("assessment", "define_facets", defined, Done)
    except Problem as problem:
        return _facets_page(school, tabs, found, problem, (level, indicator, rows)), problem.status
    here = f"/truong/{quote(school)}/danh-gia/{quote(cycle)}/{quote(criterion)}/noi-ham"
    return forms.go(here, done.position)
