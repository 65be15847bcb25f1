"""Papers of a commune's year: the steering committee, directives and tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year import tasks_facts as tf
from services.inspection.domain.year.reports import state_on as report_state_on
from services.inspection.domain.year.task import state_on
from services.inspection.papers.heads import on_paper
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.papers.year_tasks import (
    GivenTasks,
    OverdueWork,
    committee_decision,
    reminder_sheet,
    task_letter,
)
from services.inspection.use_cases.year.schools_at import YearOnPaper
from services.inspection.use_cases.year.tasks import as_schools_stand
from services.inspection.views.told import About
from services.inspection.views.year import directing_rows, reports_rows, tasks_rows
from services.inspection.views.year.commune_streams import Telling
from services.inspection.views.year.directing_rows import DirectiveRow
from services.inspection.views.year.tasks_rows import TaskRow
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Paper
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import HandedInState, TaskState, TaskWanted, YearPaperKind
from shared.vocabulary.ids import DirectiveId
from shared.vocabulary.self_assessment import PaperFormat
from shared.vocabulary.year_labels import COMMUNE_UNIT_LABELS, REPORT_KIND_LABELS, TASK_WANTED_LABELS


def _committee_decision(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return the decision that holds by the end of the year, with what it took the place of."""
    with year.views.reading() as conn:
        found = directing_rows.committees(conn, material.commune)
    known = [one for one in found if one.decided_on.year <= material.year]
    if not known:
        raise PaperSubjectMissing("Xã chưa có Ban Chỉ đạo. Ghi quyết định ở trang Ban Chỉ đạo, rồi in.")
    return committee_decision(material, known[0], known[1] if len(known) > 1 else None)


def _task_letter(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return the letter about one directive, about what was given in one act (or one of its tasks), or the last act."""
    with year.views.reading() as conn:
        directive = _directive(conn, material)
        rows = _of_subject(conn, material, directive)
    if not rows:
        raise PaperSubjectMissing("Chưa giao việc nào như vậy. Giao việc ở trang Việc, rồi in công văn.")
    names = _Names(year, material)
    return task_letter(material, _together(rows, names), directive, rows[0].given_on)


def _directive(conn: Connection, material: YearMaterial) -> DirectiveRow | None:
    row = directing_rows.directive(conn, DirectiveId(material.subject)) if material.subject else None
    return row if row is not None and row.commune == material.commune else None


def _of_subject(conn: Connection, material: YearMaterial, directive: DirectiveRow | None) -> list[TaskRow]:
    rows = tasks_rows.tasks(conn, commune=material.commune, year=material.year)
    if directive is not None:
        return [row for row in rows if row.directive == directive.directive]
    subject = material.subject or (rows[-1].giving if rows else "")
    givings = {row.giving for row in rows if subject in {row.task, row.giving}}
    return [row for row in rows if row.giving in givings]


def _together(rows: Sequence[TaskRow], names: _Names) -> list[GivenTasks]:
    """Return tasks of one act together, in the order in which they were given."""
    acts: dict[str, list[TaskRow]] = {}
    for row in rows:
        acts.setdefault(row.giving, []).append(row)
    return [
        GivenTasks(
            text=same[0].text,
            wanted=TASK_WANTED_LABELS[same[0].wanted],
            due=same[0].first_due,
            section=same[0].section,
            receivers=tuple(sorted((names.of(row) for row in same), key=vietnamese_key)),
        )
        for same in acts.values()
    ]


def _reminder_sheet(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return what is overdue on the day of the question: of one school or unit, or of all."""
    names, subject = _Names(year, material), material.subject
    if subject and not names.knows(subject):
        raise PaperSubjectMissing("Xã không có trường hay đơn vị này. Chọn trong danh sách, rồi in.")
    owed = [*_late_tasks(year, material, names), *_late_reports(year, material, names)]
    late = [one for key, one in owed if subject in {"", key}]
    ordered = sorted(late, key=lambda one: (vietnamese_key(one.receiver), one.due, one.text))
    return reminder_sheet(material, ordered, names.called(subject) if subject else "")


def _late_tasks(year: YearOnPaper, material: YearMaterial, names: _Names) -> list[tuple[str, OverdueWork]]:
    """Return the tasks that are overdue on the day, each with the school or unit that has it."""
    with year.views.reading() as conn:
        rows = tasks_rows.tasks(conn, commune=material.commune, year=material.year)
    return [
        (
            row.school or row.unit,
            OverdueWork(
                receiver=names.of(row),
                text=row.text,
                wanted=TASK_WANTED_LABELS[row.wanted],
                given_on=row.given_on,
                due=row.due,
            ),
        )
        for row in as_schools_stand(year, rows, material.valid_at)
        if state_on(row.state, row.due, material.valid_at) is TaskState.OVERDUE
    ]


def _late_reports(year: YearOnPaper, material: YearMaterial, names: _Names) -> list[tuple[str, OverdueWork]]:
    """Return the reports that schools should have handed in before the day, each with its school."""
    closed = year.closed_schools(material.valid_at)
    with year.views.reading() as conn:
        found = reports_rows.report_requests(conn, commune=material.commune, year=material.year)
        open_ones = [row.asked for row in found if row.closed is None]
        schools = {school for asked in open_ones for school in asked.schools}
        parts = reports_rows.report_parts(conn, [asked.request for asked in open_ones], schools)
    return [
        (
            school,
            OverdueWork(
                receiver=names.called(school),
                text=f"{REPORT_KIND_LABELS[asked.kind]} {asked.period}",
                wanted=TASK_WANTED_LABELS[TaskWanted.REPORT],
                given_on=asked.asked_on,
                due=asked.due,
            ),
        )
        for asked in open_ones
        for school in asked.schools
        if school not in closed and _report_is_late(parts.get((asked.request, school)), asked.due, material.valid_at)
    ]


def _report_is_late(part: reports_rows.PartRow | None, due: dt.date, day: dt.date) -> bool:
    last = part.state if part else HandedInState.ASKED
    return report_state_on(last, due, day) is HandedInState.OVERDUE


class _Names:
    """What receivers of tasks are called: units by their label, schools as they were known at the moment."""

    def __init__(self, year: YearOnPaper, material: YearMaterial) -> None:
        units: dict[str, str] = {unit.value: on_paper(label) for unit, label in COMMUNE_UNIT_LABELS.items()}
        self._names = units | {str(school): name for school, name in year.school_names.items()}
        self._there = {*units, *(school.school for school in year.schools(material.commune))}

    def knows(self, key: str) -> bool:
        """Say whether there was such a school or unit."""
        return key in self._there

    def called(self, key: str) -> str:
        """Return the name of a school or unit, its code where that is not known (any more)."""
        return self._names.get(key, key)

    def of(self, row: TaskRow) -> str:
        """Return who has a task."""
        return self.called(row.school or row.unit)


PAPERS: tuple[YearPaperType, ...] = (
    YearPaperType(
        kind=YearPaperKind.COMMITTEE_DECISION,
        title="Quyết định kiện toàn Ban Chỉ đạo",
        compose=_committee_decision,
        tells=(Telling(tf.CommitteeSet, None),),
        hears=frozenset({About.COMMUNE}),
    ),
    YearPaperType(
        kind=YearPaperKind.TASK_LETTER,
        title="Công văn giao nhiệm vụ",
        compose=_task_letter,
        tells=(Telling(tf.TaskGiven), Telling(tf.DirectiveIssued, None)),
    ),
    YearPaperType(
        kind=YearPaperKind.REMINDER_SHEET,
        title="Phiếu đôn đốc",
        compose=_reminder_sheet,
        tells=(Telling(tf.TaskGiven), Telling(rf.ReportAsked), Telling(rf.ReportHandedIn)),
        formats=(PaperFormat.WORD, PaperFormat.PDF, PaperFormat.SHEET),
        by_day=True,
    ),
)
"""The papers of this part of the year, in its order."""
