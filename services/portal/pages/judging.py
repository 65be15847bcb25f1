"""Judging: the table of a cycle, and one criterion with its evidence, saved whole without scripts and by field with them."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import quote

import msgspec
from flask import jsonify, redirect, request
from werkzeug.wrappers import Response

from services.portal.pages import council, figures, forms, paper_options, query_params, submissions, todo_list, writing
from services.portal.pages.as_of import PastMoment, requested_past
from services.portal.pages.criterion_sheet import letterhead, sheet
from services.portal.pages.cycle_tabs import cycle_tabs, year_before
from services.portal.pages.formatting import RESULT_LABELS
from services.portal.pages.rulebook_labels import CriterionName, RulebookLabels, law
from services.portal.pages.school import explain_request, matrix, status_request
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import (
    CriterionRequest,
    CriterionView,
    CyclesAnswer,
    CycleView,
    Description,
    ExplainAnswer,
    IndicatorView,
    Judgement,
    OpenCycle,
    SaveCriterion,
    SchoolRequest,
    StateConditions,
    Status,
)
from shared.contracts.calls.deciding import CheckAnswer, CheckRequest
from shared.problems import BadRequest, Conflict, Problem
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import BEGINNING, CriterionCode, CycleId, DocumentId, Position, SchoolCode

DESCRIPTIONS = {"strengths": "Điểm mạnh", "weaknesses": "Hạn chế và nguyên nhân", "improvement": "Hướng cải tiến"}
FLAGS = {
    "cohort_completed": "Có khóa học sinh hoàn thành chương trình",
    "facilities_met": "Cơ sở vật chất đáp ứng mức xét",
} | {"disadvantaged_area": "Thuộc vùng khó khăn"}
NUMBERS = {"years_of_activity": "Số năm hoạt động"}


_LOCKED = "da-trinh"
"""The refusal of a cycle that was submitted: nothing that is typed again can succeed."""


def judge_href(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> str:
    """Return the address of a criterion's page."""
    return f"/truong/{quote(school)}/danh-gia/{quote(cycle)}/{quote(criterion)}"


@blueprint.get("/truong/<school>/danh-gia")
def cycle_page(school: SchoolCode) -> str:
    """Show the cycle as a table with names; open one, state conditions."""
    return _cycle_page(school)


def _cycle_page(school: SchoolCode, problem: Problem | None = None) -> str:
    past = requested_past()
    cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    tabs = cycle_tabs(school, "danh-gia", past=past, cycles=cycles)
    asked = status_request(school, past)
    if tabs.cycle is not None and not tabs.newest:
        asked = msgspec.structs.replace(asked, cycle=tabs.cycle.cycle)
    status = call_service("assessment", "status", asked, Status)
    current = next((c for c in cycles if c.cycle == status.cycle), None)
    labels = law(status.rulebook)
    day = today(SystemClock())
    start = day.year if day.month >= 7 else day.year - 1
    # Papers are many: they are asked for when somebody opens the form, and what is lacking is not asked for beside them.
    stating = _stating(school, past)
    preparing = past is None and tabs.writable and current is not None and not stating
    lacking = _lacking(school, status.cycle) if preparing else None
    return render(
        "tu-danh-gia.html",
        active="danh-gia",
        tabs=msgspec.structs.replace(tabs, counts={"truoc-khi-trinh": lacking or 0}),
        school=school,
        past=past,
        status=status,
        law=labels,
        rows=matrix(status, labels, past),
        cycles=cycles,
        current=current,
        next_year=f"{start}-{start + 1}",
        flags=FLAGS,
        numbers=NUMBERS,
        condition_verdict=todo_list.condition_verdict,
        head=letterhead(school),
        problem=problem,
        papers=paper_options.papers(school) if stating else [],
        stating=stating,
        lacking=lacking,
    )


def _lacking(school: SchoolCode, cycle: CycleId) -> int:
    """Return how many things stand between the cycle and its submission."""
    return len(call_service("assessment", "check_cycle", CheckRequest(school=school, cycle=cycle), CheckAnswer).gaps)


def _stating(school: SchoolCode, past: PastMoment | None) -> bool:
    """Say whether the form of conditions is open: asked for, or sent and refused."""
    asked = query_params.text("viec", 20) == "dieu-kien" or forms.text("viec") == "dieu-kien"
    return asked and past is None and may("assessment.state_conditions", school=school)


@blueprint.post("/truong/<school>/danh-gia")
def change_cycle(school: SchoolCode) -> str | Response:
    """Open a cycle, or state the conditions of recognition."""
    back = f"/truong/{quote(school)}/danh-gia"
    try:
        match forms.text("viec"):
            case "mo":
                opened = call_service(
                    "assessment", "open_cycle", OpenCycle(school=school, year=forms.required("nam", "năm học")), CycleView
                )
                return forms.go(back, opened.position)
            case "dieu-kien":
                stated = StateConditions(
                    school=school,
                    conditions=_conditions(),
                    on=forms.date("tu-ngay"),
                    document=DocumentId(forms.text("tai-lieu")),
                )
                return forms.go(back, call_service("assessment", "state_conditions", stated, Done).position)
    except Problem as problem:
        return _cycle_page(school, problem)
    return redirect(back, 303)


def _conditions() -> dict[str, bool | int]:
    found: dict[str, bool | int] = {n: forms.text(n) == "co" for n in FLAGS if forms.text(n)}
    return found | {n: forms.whole(n) for n in NUMBERS if forms.text(n)}


class IndicatorLine(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator as the form shows it: `mine` is what was typed and not kept, `was` a fingerprint of what was seen."""

    view: IndicatorView
    key: str
    name: str
    result: Result
    note: str
    was: str
    lost: bool = False

    @property
    def choices(self) -> list[Result]:
        """The states that may be chosen; not applicable only where the rulebook says “nếu có”."""
        plain = [Result.MET, Result.NOT_MET, Result.NOT_ASSESSED]
        return [*plain, Result.NOT_APPLICABLE] if self.view.optional else plain


class LevelSection(msgspec.Struct, frozen=True, kw_only=True):
    """One level of a criterion with its lines."""

    number: int
    lines: list[IndicatorLine]

    @property
    def met(self) -> int:
        """How many indicators are met."""
        return sum(line.view.results.get(Layer.SCHOOL) is Result.MET for line in self.lines)

    @property
    def unassessed(self) -> int:
        """How many are not assessed."""
        return sum(line.view.results.get(Layer.SCHOOL, Result.NOT_ASSESSED) is Result.NOT_ASSESSED for line in self.lines)

    @property
    def failed(self) -> int:
        """How many are not met."""
        return sum(line.view.results.get(Layer.SCHOOL) is Result.NOT_MET for line in self.lines)


def field_key(view: IndicatorView) -> str:
    """Return the part of a field's name that says which indicator it is."""
    return f"{view.level}_{view.indicator}"


def fingerprint(result: str, note: str) -> str:
    """Return the fingerprint of what a person saw, to know what they changed."""
    return f"{result}.{hashlib.sha256(note.encode()).hexdigest()[:8]}"


def _line(view: IndicatorView, *, typed: tuple[Result, str] | None = None) -> IndicatorLine:
    own = view.results.get(Layer.SCHOOL, Result.NOT_ASSESSED)
    result, note = typed or (own, view.note)
    name = str(view.level) + ("" if view.indicator == "-" else view.indicator)
    if "." in view.indicator:
        name = view.indicator
    return IndicatorLine(
        view=view,
        key=field_key(view),
        name=name,
        result=result,
        note=note,
        was=fingerprint(own, view.note),
        lost=typed is not None,
    )


def _criterion(school: SchoolCode, cycle: CycleId, code: CriterionCode, past: PastMoment | None) -> CriterionView:
    moment: dict[str, Any] = {"valid_at": past.valid_at, "known_at": past.known_at} if past else {}
    return call_service(
        "assessment", "criterion", CriterionRequest(school=school, cycle=cycle, criterion=code, **moment), CriterionView
    )


@blueprint.get("/truong/<school>/danh-gia/<cycle>/<criterion>")
def criterion_page(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> str:
    """Show one criterion to be judged, or, in the past or to others, to be read."""
    return _criterion_page(_criterion(school, cycle, criterion, requested_past()))


@blueprint.get("/truong/<school>/danh-gia/<cycle>/<criterion>/phieu")
def sheet_page(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> str:
    """Show the sheet of one criterion as it is printed; to be read and printed without scripts."""
    past = requested_past()
    view = _criterion(school, cycle, criterion, past)
    status = _status_of(view, past)
    labels = law(status.rulebook)
    paper = sheet(view, labels)
    return render(
        "phieu.html",
        active="danh-gia",
        school=school,
        past=past,
        known=status.known_at,
        view=view,
        status=status,
        law=labels,
        sheet=paper,
        href=judge_href,
    )


def _status_of(view: CriterionView, past: PastMoment | None) -> Status:
    asked = msgspec.structs.replace(status_request(view.school, past), cycle=view.cycle)
    return call_service("assessment", "status", asked, Status)


def _criterion_page(view: CriterionView, typed: dict[str, tuple[Result, str]] | None = None, **extra: Any) -> str:
    past = requested_past()
    status = _status_of(view, past)
    now = past is None and view.submitted_on is None
    why = call_service("assessment", "explain", explain_request(status, past, view.criterion), ExplainAnswer)
    labels = law(status.rulebook)
    lines = [_line(i, typed=(typed or {}).get(field_key(i))) for i in view.indicators]
    levels = [
        LevelSection(number=n, lines=[x for x in lines if x.view.level == n]) for n in sorted({x.view.level for x in lines})
    ]
    around = _around(labels, view.criterion)
    name = labels.find(view.criterion)
    data: dict[str, Any] = {"mine": {}, "conflict": None, "problem": None, "unsaved": []} | extra
    work = writing.work_of(view, past, data.pop("texts", {}), conflict=data["conflict"] is not None)
    board = council.work_board(view.school, view.cycle) if past is None else None
    return render(
        "danh-gia.html",
        active="danh-gia",
        school=view.school,
        past=past,
        known=status.known_at,
        view=view,
        status=status,
        law=labels,
        levels=levels,
        work=work,
        board={one.criterion: one for one in board.criteria} if board else {},
        codes=_codes(view),
        former="" if past else _former(view),
        writable=now and work.allows("write"),
        why=why,
        steps_of=name.steps if name else 1,
        hints=name.hints if name else (),
        before=around[0],
        after=around[1],
        own=status.layers.get(Layer.SCHOOL, status.criteria),
        descriptions=DESCRIPTIONS,
        figures=figures.lines(
            view.figures, status.rulebook, {}, f"/truong/{quote(view.school)}/danh-gia/{quote(view.cycle)}", past
        ),
        texts_fingerprint=fingerprint_of_texts({n: getattr(view, n) for n in DESCRIPTIONS}),
        editable=now and may("assessment.judge", school=view.school),
        citing=(now or (past is None and view.linking_reopened)) and may("assessment.link_evidence", school=view.school),
        locked=None if past else view.submitted_on,
        way=todo_list.way_up(why, view.criterion),
        sheet=sheet(view, labels),
        questions=submissions.questions(view),
        answerable=past is None and view.submitted_on is None and may("assessment.answer_gap", school=view.school),
        GAP_WORDS=submissions.WORDS,
        href=judge_href,
        **data,
    )


def _former(view: CriterionView) -> CycleId:
    """Return the cycle of the year before in which the same criterion was written, '' for none."""
    cycles = call_service("assessment", "cycles", SchoolRequest(school=view.school), CyclesAnswer).cycles
    own = next((one for one in cycles if one.cycle == view.cycle), None)
    before = year_before(cycles, own)
    return before.cycle if before and law(before.rulebook).find(view.criterion) else CycleId("")


def _codes(view: CriterionView) -> list[tuple[str, str]]:
    """Return the evidence of a criterion as choices for a sentence: each code once, with its name."""
    return list({e.code: (e.code, e.title) for e in view.evidence if e.code}.values())


def _around(labels: RulebookLabels, code: str) -> tuple[CriterionName | None, CriterionName | None]:
    listed = [*labels.criteria, *labels.beyond]
    at = next((k for k, c in enumerate(listed) if c.code == code), None)
    if at is None:
        return None, None
    return (listed[at - 1] if at else None), (listed[at + 1] if at + 1 < len(listed) else None)


@blueprint.post("/truong/<school>/danh-gia/<cycle>/<criterion>/tra-loi")
def answer_gap(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> Response | tuple[str, int]:
    """Keep one answer to what submission asks, or take it back."""
    try:
        position = submissions.answer(school, cycle, criterion)
    except Problem as problem:
        return _criterion_page(_criterion(school, cycle, criterion, None), problem=problem), problem.status
    return forms.go(judge_href(school, cycle, criterion), position)


@blueprint.post("/truong/<school>/danh-gia/<cycle>/<criterion>/viet")
def write_criterion(school: SchoolCode, cycle: CycleId, criterion: CriterionCode) -> Response | tuple[str, int]:
    """Hand a criterion in, take it back, review it, comment on it, put a code into a sentence."""
    try:
        position, place = writing.act(school, cycle, criterion)
    except Problem as problem:
        return _criterion_page(_criterion(school, cycle, criterion, None), problem=problem), problem.status
    return redirect(f"{judge_href(school, cycle, criterion)}?xong={position}{place}", 303)


class Saving(msgspec.Struct, kw_only=True):
    """What a form changed: judgements to send, and the fields that somebody else changed meanwhile."""

    judgements: list[Judgement] = []
    typed: dict[str, tuple[Result, str]] = {}
    conflicts: list[str] = []


@blueprint.post("/truong/<school>/danh-gia/<cycle>/<criterion>")
def save_criterion(
    school: SchoolCode, cycle: CycleId, criterion: CriterionCode
) -> str | Response | tuple[str, int] | tuple[Response, int]:
    """Save what was changed. Fields that somebody else changed meanwhile are not overwritten: both versions are shown."""
    view = _criterion(school, cycle, criterion, None)
    saving = _changed(view)
    script = request.accept_mimetypes.best == "application/json"
    mine = {n: forms.text(n) for n in DESCRIPTIONS if n in request.form}
    described = _described_changed(view, mine)
    sent = writing.changed_texts(level.level for level in _levels_of(view))
    texts = {one.level: one.text for one in sent}
    merged = False
    try:
        if saving.conflicts and view.submitted_on is None:
            raise Conflict("Có người đã sửa ô này sau khi trang này mở. Chưa ghi đè gì. Xem hai bản.")
        # Texts first: where one is refused, nothing of the form is kept but what was written before it.
        position, merged = writing.save_texts(view, sent)
        position = _write(view, saving, mine if described else {}) or position
    except Problem as problem:
        if script:
            raise
        return _refused(_criterion(school, cycle, criterion, None), saving, mine, problem, texts), problem.status
    if script:
        at = f"{SystemClock().now().astimezone(dt.timezone(dt.timedelta(hours=7))):%H:%M}"
        return jsonify({"position": position, "at": at, "merged": merged}), 200
    return forms.go(judge_href(school, cycle, criterion), position)


def _levels_of(view: CriterionView) -> list[IndicatorView]:
    """Return the first indicator of each level."""
    return list({i.level: i for i in reversed(view.indicators)}.values())


def _refused(view: CriterionView, saving: Saving, mine: dict[str, str], problem: Problem, texts: dict[int, str]) -> str:
    """Show a refusal with all that was typed: in the form, or, where the form is locked, as text to be copied."""
    if problem.type == _LOCKED:
        kept = [(f"Hiện trạng Mức {level}", text) for level, text in texts.items()]
        return _criterion_page(view, problem=problem, unsaved=_unsaved(view, saving, mine) + kept)
    conflict = problem.status == 409
    return _criterion_page(
        view,
        saving.typed,
        conflict=problem if conflict else None,
        problem=None if conflict else problem,
        mine=mine,
        texts=texts,
    )


def _unsaved(view: CriterionView, saving: Saving, mine: dict[str, str]) -> list[tuple[str, str]]:
    judged = [
        (f"{_line(i).name}: {RESULT_LABELS[result]}", note)
        for i in view.indicators
        for result, note in [saving.typed.get(field_key(i), (Result.NOT_ASSESSED, ""))]
        if field_key(i) in saving.typed
    ]
    return judged + [(DESCRIPTIONS[n], text) for n, text in mine.items() if text != getattr(view, n)]


def _changed(view: CriterionView) -> Saving:
    saving = Saving(judgements=[], typed={}, conflicts=[])
    for indicator in view.indicators:
        key = field_key(indicator)
        if f"kq-{key}" not in request.form:
            continue
        result, note = _result(forms.text(f"kq-{key}")), forms.text(f"gc-{key}")
        if fingerprint(result, note) == forms.text(f"cu-{key}"):
            continue
        if fingerprint(result, note) == fingerprint(
            indicator.results.get(Layer.SCHOOL, Result.NOT_ASSESSED), indicator.note
        ):
            continue
        saving.typed[key] = (result, note)
        expected = Position(forms.whole(f"vt-{key}"))
        if expected != indicator.position:
            saving.conflicts.append(key)
        judgement = Judgement(
            criterion=view.criterion,
            level=indicator.level,
            indicator=indicator.indicator,
            result=result,
            note=note,
            expected=expected,
        )
        saving.judgements.append(judgement)
    return saving


def _result(text: str) -> Result:
    try:
        return Result(text)
    except ValueError as error:
        raise BadRequest("Kết quả không có trong danh sách. Chọn Đạt, Không đạt hoặc Chưa đánh giá.") from error


def fingerprint_of_texts(texts: dict[str, str]) -> str:
    """Return the fingerprint of the descriptions a person saw, to know whether they changed them."""
    return hashlib.sha256("\0".join(texts.get(n, "") for n in DESCRIPTIONS).encode()).hexdigest()[:8]


def _described_changed(view: CriterionView, mine: dict[str, str]) -> bool:
    untouched = len(mine) == len(DESCRIPTIONS) and fingerprint_of_texts(mine) == forms.text("cu-mo-ta")
    return not untouched and any(getattr(view, n) != v for n, v in mine.items())


def _write(view: CriterionView, saving: Saving, mine: dict[str, str]) -> Position:
    """Send all that the form changed as one command, so that a refusal keeps nothing; return the position, 0 for nothing."""
    if not mine and not saving.judgements:
        return BEGINNING
    current = {n: getattr(view, n) for n in DESCRIPTIONS}
    # The service refuses what rests on a description that is no longer the newest: comparing here would lose a race.
    expected = Position(forms.whole("vt-mo-ta")) if forms.text("vt-mo-ta") else None
    save = SaveCriterion(
        school=view.school,
        cycle=view.cycle,
        criterion=view.criterion,
        judgements=saving.judgements,
        description=Description(expected=expected, **(current | mine)) if mine else None,
    )
    return call_service("assessment", "save_criterion", save, Done).position
