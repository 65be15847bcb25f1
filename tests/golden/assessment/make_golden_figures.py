"""Writes the second golden log: a school of two levels of education with figures, corrected late, and levels judged apart.

Run once (`python tests/golden/assessment/make_golden_figures.py`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.assessment.application import AssessmentApplication
from shared.contracts.calls import assessment as calls
from shared.contracts.events.evidence import DocumentReceived

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden", FOLDER / "make_golden.py")
assert SPEC
assert SPEC.loader
first = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(first)

LOG = FOLDER / "log-figures.jsonl"
EXPECTED = FOLDER / "expected-figures.json"
SCHOOL = "TH-THCS-NL"

MOMENTS = [("2024-04-01", 0), ("2024-06-01", 0), ("2026-10-01", 0), ("2026-11-24", 0), ("2026-11-24", 9)]
"""Days and positions (0: the whole log) at which the story is asked for."""


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> AssessmentApplication:
        app: AssessmentApplication = self.application
        app.register_commune(first.ADMIN, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
        levels = ["tieu_hoc", "thcs"]
        kind = calls.SchoolKind.MULTI_LEVEL
        school = calls.RegisterSchool(commune="NL01", code=SCHOOL, name="Trường TH-THCS Nà Lừa", kind=kind, levels=levels)
        app.register_school(first.ADMIN, school)
        self._hear(
            DocumentReceived(
                document="golden-list", school=SCHOOL, sha256="0" * 64, size_bytes=1, media_type="application/pdf"
            )
        )
        old = self._open(self.on(2024, 3, 1), "2023-2024")
        self._state("2023-2024", [("gv_dat_chuan_trinh_do", "18", "20"), ("so_ca_hoc_moi_ngay", "2", None)])
        self._judge(old, [("2.2", 1, "b", "met", ""), ("3.2", 1, "a", "met", "")])
        self.on(2024, 5, 2)
        self._state("2023-2024", [("gv_dat_chuan_trinh_do", "20", "20")], on=dt.date(2024, 5, 1))
        conditions = {"extremely_disadvantaged_area": True, "specialised": False}
        app.state_conditions(first.ADMIN, calls.StateConditions(school=SCHOOL, conditions=conditions))
        new = self._open(self.on(2026, 9, 25), "2026-2027")
        self._state("2025-2026", [("PT.2.2.Q03", "33.5", "40"), ("PT.1.4.Q02", "7", "0")])
        keys = app.library.by_digest(new.digest).keys
        self._judge(new, [(*key, "met", "") for key in keys])
        self.on(2026, 11, 2)
        self._judge(new, [("1.3", 2, "-", "not_met", "thcs"), ("4.2", 1, "-", "not_assessed", "tieu_hoc")])
        return app

    def _open(self, on: dt.date, year: str) -> calls.CycleView:
        opened: calls.CycleView = self.application.open_cycle(first.ADMIN, calls.OpenCycle(school=SCHOOL, year=year, on=on))
        return opened

    def _state(self, year: str, figures: list[tuple[str, str, str | None]], on: dt.date | None = None) -> None:
        given = [
            calls.FigureGiven(
                figure=figure,
                numerator=Decimal(numerator),
                denominator=None if denominator is None else Decimal(denominator),
                document="golden-list" if denominator else "",
            )
            for figure, numerator, denominator in figures
        ]
        self.application.state_figures(
            first.ADMIN, calls.StateFigures(school=SCHOOL, school_year=year, figures=given, on=on)
        )

    def _judge(self, cycle: calls.CycleView, judged: list[tuple[str, int, str, str, str]]) -> None:
        judgements = [
            calls.Judgement(criterion=code, level=level, indicator=letter, result=calls.Result(result), part=part)
            for code, level, letter, result, part in judged
        ]
        request = calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=calls.Layer.SCHOOL, judgements=judgements)
        self.application.judge(first.ADMIN, request)


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    moment = {"school": SCHOOL, "valid_at": valid_at, "known_at": known_at}
    status = application.status(calls.StatusRequest(**moment))
    figures = application.figures(calls.FiguresRequest(**moment))
    return {
        "valid_at": valid_at.isoformat(),
        "known_at": status.known_at.position,
        "rulebook": [status.rulebook, status.digest],
        "level": _bounds(status.school_level),
        "criteria": {code: _bounds(level) for code, level in status.criteria.items()},
        "parts": {part: _bounds(view.school_level) for part, view in status.parts.items()},
        "school_years": figures.school_years,
        "figures": [
            [one.figure, one.criterion, one.level, one.value, one.required, one.meets, one.binding, bool(one.contradiction)]
            for one in figures.figures
            if one.position
        ],
    }


def _bounds(level: calls.LevelView) -> list[int | None]:
    return [level.level, level.floor, level.ceiling]


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    stored = first.rows(application)
    LOG.write_text("".join(json.dumps(row) + "\n" for row in stored), encoding="utf-8")
    expected = {"size": len(stored), "root": application.log.root(len(stored)).hex(), "answers": asked(application)}
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
