"""A school's figures by school year: stated with numerator, denominator and source, shown beside what the law asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, paper_options, query_params
from services.portal.pages.as_of import PastMoment, requested_past
from services.portal.pages.rulebook_labels import RulebookLabels, law
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import (
    EvidenceAnswer,
    EvidenceRequest,
    FigureGiven,
    FiguresAnswer,
    FiguresRequest,
    FigureView,
    StateFigures,
)
from shared.problems import BadRequest, Problem
from shared.rulebook.figure_schema import Second, figure_schemas
from shared.rulebook.loader import load_library
from shared.vocabulary.ids import CriterionCode, DocumentId, Position, SchoolCode

_OPERATORS = {">=": "ít nhất", "<=": "không quá", "<": "dưới", ">": "trên", "==": "đúng", "non_decreasing": "không giảm"}
_THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,9})?")
_SCHOOL_YEAR = re.compile(r"[0-9]{4}-[0-9]{4}")


KEPT = "Tài liệu đã lưu"
"""A paper whose name is not known here."""


class FigureDemand(msgspec.Struct, frozen=True, kw_only=True):
    """One threshold that a figure is held against, in words; `missing` are the school years it still asks for."""

    text: str
    verdict: str
    article: str
    href: str
    missing: tuple[str, ...] = ()


class FigureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: what was stated, what it comes to, and everything it is held against. `typed` was sent and not kept."""

    figure: str
    name: str
    criterion: CriterionCode
    unit: str
    numerator: str
    denominator: str
    document: DocumentId
    source: str
    value: str
    school_year: str
    position: Position
    advisory: str
    article: str
    wanted: list[FigureDemand]
    contradictions: list[str]
    divided: bool
    typed: tuple[str, str, str] | None = None

    @property
    def seen(self) -> str:
        """What a person saw in the three fields, so that only what they changed is sent."""
        return f"{self.numerator}|{self.denominator}|{self.source}"

    @property
    def shown(self) -> tuple[str, str, str]:
        """What the three fields hold: what was typed and refused, else what is kept."""
        return self.typed or (self.numerator, self.denominator, self.source)


class FigureGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one standard (`number` 0: of the whole school), with how many of them are stated."""

    number: int
    title: str
    lines: list[FigureLine]

    @property
    def stated(self) -> int:
        """How many are stated."""
        return sum(bool(line.numerator) for line in self.lines)


def grouped(shown: list[FigureLine], labels: RulebookLabels) -> list[FigureGroup]:
    """Return figures by standard, in the rulebook's order."""
    groups = [
        FigureGroup(number=s.number, title=s.title, lines=[x for x in shown if x.criterion in {c.code for c in s.criteria}])
        for s in labels.standards
    ]
    placed = {line.figure for group in groups for line in group.lines}
    rest = FigureGroup(number=0, title="Cả trường", lines=[line for line in shown if line.figure not in placed])
    return [group for group in (*groups, rest) if group.lines]


def exact(text: str | None) -> str:
    """Return an exact number as it is read here: "84,96"; where a decimal does not end, "khoảng 93,55"."""
    if not text:
        return ""
    if "/" in text:
        value = Fraction(text)
        # 84,9996 must not be read as 85: as many digits as it takes to tell it from the next whole number.
        places = next((n for n in (2, 4, 6) if round(value, n).denominator != 1), 9)
        return "khoảng " + f"{float(value):.{places}f}".replace(".", ",")
    whole, _, part = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", ".")
    return sign + grouped + (f",{part}" if part else "")


def number(text: str, path: str) -> Decimal:
    """Read a number as people write it: "84,96", "18.204", "84.96". Raises BadRequest."""
    plain = text.replace("\u00a0", "").replace(" ", "")
    if "," in plain or _THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    if _NUMBER.fullmatch(plain):
        return Decimal(plain)
    raise BadRequest(f"“{text[:20]}” không phải là số. Chưa ghi gì. Nhập số, ví dụ 29 hoặc 84,96.", path=path)


def lines(
    views: list[FigureView], rulebook: str, names: Mapping[str, str], href: str, past: PastMoment | None = None
) -> list[FigureLine]:
    """Return figures, one line each, in the rulebook's order, with all they are held against.

    `names` is how the papers are called that they are taken from, by document.
    """
    grouped: dict[str, list[FigureView]] = {}
    for view in views:
        grouped.setdefault(view.figure, []).append(view)
    schemas = figure_schemas(load_library().get(rulebook))
    return [
        _line(group, names, href, past, divided=figure not in schemas or schemas[figure].second is not Second.NONE)
        for figure, group in grouped.items()
    ]


def _line(
    group: list[FigureView], names: Mapping[str, str], href: str, past: PastMoment | None, *, divided: bool
) -> FigureLine:
    first = group[0]
    unit = "%" if first.unit == "%" else f" {first.unit}"
    return FigureLine(
        figure=first.figure,
        name=first.name[:1].upper() + first.name[1:],
        criterion=first.criterion,
        unit=first.unit,
        numerator=exact(first.numerator),
        denominator=exact(first.denominator),
        document=first.document,
        source=names.get(first.document, KEPT) if first.document else "",
        value=exact(first.value) + unit if first.value and (first.denominator or first.unit == "%") else "",
        school_year=first.school_year,
        position=first.position,
        advisory=first.advisory,
        article=first.article,
        wanted=[_wanted(view, unit, href, past) for view in group if view.op],
        contradictions=list(dict.fromkeys(view.contradiction for view in group if view.contradiction)),
        divided=divided,
    )


def _wanted(view: FigureView, unit: str, href: str, past: PastMoment | None) -> FigureDemand:
    place = view.criterion + (f" Mức\u00a0{view.level}" if view.level else "")
    if view.indicator and view.indicator != "-":
        place += f" {view.indicator}"
    asks = _OPERATORS.get(view.op or "", view.op or "")
    amount = f" {exact(view.required)}{unit}" if view.required else ""
    if view.window_years:
        amount += f" trong {view.window_years:02d} năm"
    verdict = {True: "yes", False: "no", None: "unknown"}[view.meets]
    return FigureDemand(
        text=f"{place}: {asks}{amount}",
        verdict=verdict,
        article=view.article,
        href=keep(f"{href}/{quote(view.criterion)}", past),
        missing=tuple(view.missing_years),
    )


def _year(answer: FiguresAnswer) -> str:
    chosen = query_params.text_or_field("nam").replace("–", "-")
    if _SCHOOL_YEAR.fullmatch(chosen):
        return chosen
    return answer.school_years[0] if answer.school_years else this_year()


def this_year() -> str:
    """Return the school year of today: it starts in July here, as cycles do."""
    day = today(SystemClock())
    start = day.year if day.month >= 7 else day.year - 1
    return f"{start}-{start + 1}"


def _asked(school: SchoolCode, year: str, past: PastMoment | None) -> FiguresAnswer:
    moment: dict[str, Any] = {"valid_at": past.valid_at, "known_at": past.known_at} if past else {}
    return call_service("assessment", "figures", FiguresRequest(school=school, school_year=year, **moment), FiguresAnswer)


@blueprint.get("/truong/<school>/so-lieu")
def figures_page(school: SchoolCode) -> str:
    """Show the figures of a school year beside the thresholds; whoever works there states them."""
    return _figures_page(school)


def _figures_page(
    school: SchoolCode, typed: dict[str, tuple[str, str, str]] | None = None, problem: Problem | None = None
) -> str:
    past = requested_past()
    answer = _asked(school, "", past)
    year = _year(answer)
    answer = _asked(school, year, past)
    choices = paper_options.papers(school, {view.document for view in answer.figures if view.document})
    base = f"/truong/{quote(school)}/danh-gia/{quote(answer.cycle)}"
    shown = [
        msgspec.structs.replace(line, typed=(typed or {}).get(line.figure))
        for line in lines(answer.figures, answer.rulebook, dict(choices), base, past)
    ]
    labels = law(answer.rulebook)
    return render(
        "so-lieu.html",
        active="so-lieu",
        school=school,
        past=past,
        known=answer.known_at,
        answer=answer,
        law=labels,
        lines=shown,
        groups=grouped(shown, labels),
        year=year,
        years=sorted({*answer.school_years, year, this_year()}, reverse=True),
        sources=choices,
        stated=sum(bool(line.numerator) for line in shown),
        base=base,
        editable=past is None and may("assessment.state_figures", school=school),
        problem=problem,
    )


@blueprint.post("/truong/<school>/so-lieu")
def state_figures(school: SchoolCode) -> str | Response | tuple[str, int]:
    """State the figures that were changed, all or none; what was stated before stays in the log."""
    typed: dict[str, tuple[str, str, str]] = {}
    try:
        year = forms.required("nam", "năm học").replace("–", "-")
        typed = _changed()
        documents = _documents(school) if any(source for _, _, source in typed.values()) else {}
        figures = [_given(figure, fields, documents) for figure, fields in typed.items()]
        back = keep(f"/truong/{quote(school)}/so-lieu", nam=year)
        if not figures:
            return forms.go(back)
        done = call_service(
            "assessment", "state_figures", StateFigures(school=school, school_year=year, figures=figures), Done
        )
    except Problem as problem:
        return _figures_page(school, typed, problem), problem.status
    return forms.go(back, done.position)


def _documents(school: SchoolCode) -> dict[str, DocumentId]:
    """Return how a paper may be named in the form → its id: by its name, or by its code alone."""
    kept = {view.document for view in _asked(school, "", None).figures if view.document}
    coded = call_service("assessment", "evidence", EvidenceRequest(school=school), EvidenceAnswer).evidence
    choices = paper_options.papers(school, kept)
    return {e.code: e.document for e in coded} | {one.name: one.document for one in choices}


def _changed() -> dict[str, tuple[str, str, str]]:
    changed: dict[str, tuple[str, str, str]] = {}
    for name in request.form:
        if not name.startswith("tu-"):
            continue
        figure = name.removeprefix("tu-")
        fields = (forms.text(name), forms.text(f"mau-{figure}"), forms.text(f"tl-{figure}"))
        if "|".join(fields) != forms.text(f"cu-{figure}"):
            changed[figure] = fields
    return changed


def _given(figure: str, fields: tuple[str, str, str], documents: dict[str, DocumentId]) -> FigureGiven:
    top, bottom, source = fields
    if not top:
        raise BadRequest(
            "Số đã ghi không xóa được, chỉ ghi lại cho đúng. Chưa ghi gì. Nhập số vào ô còn trống.", path=figure
        )
    if source and source not in documents:
        raise BadRequest(f"Không có tài liệu “{source[:60]}” trong kho. Chưa ghi gì. Chọn trong danh sách.", path=figure)
    return FigureGiven(
        figure=figure,
        numerator=number(top, f"tu-{figure}"),
        denominator=number(bottom, f"mau-{figure}") if bottom else None,
        document=documents[source] if source else DocumentId(""),
    )
