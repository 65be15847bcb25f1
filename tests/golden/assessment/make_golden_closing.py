"""Writes the golden log of a school that was recognised, and then closed by a decision.

Run once (`python tests/golden/assessment/make_golden_closing.py`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
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

LOG = FOLDER / "log-closing.jsonl"
EXPECTED = FOLDER / "expected-closing.json"
SCHOOL = "TH-BC"

MOMENTS = [("2024-05-20", 0), ("2026-07-31", 0), ("2026-08-01", 0), ("2027-01-01", 0)]
"""Days and positions (0: the whole log) at which the story is asked for."""


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> AssessmentApplication:
        app: AssessmentApplication = self.application
        self.set_up()
        old = self.cycle(self.on(2024, 3, 1), "2023-2024")
        self.judge(old, skip="5.2", result="not_met")
        self.recognise(self.on(2024, 5, 20), old)
        closing = calls.CloseSchool(
            school=SCHOOL, number="15/QĐ-UBND", on=self.on(2026, 8, 1), reason="Sáp nhập vào trường của bản bên"
        )
        app.close_school(first.ADMIN, closing)
        return app

    def recognise(self, on: dt.date, cycle: calls.CycleView) -> None:
        decision = DocumentReceived(
            document="golden-decision", school=SCHOOL, sha256="0" * 64, size_bytes=1, media_type="application/pdf"
        )
        self._hear(decision)
        granted = calls.GrantRecognition(
            school=SCHOOL,
            number="77/QĐ-UBND",
            decided_on=on,
            degree=1,
            cycle=cycle.cycle,
            override="Quyết định có trước khi dùng hệ thống",
            copied_from_paper="golden-decision",
        )
        self.application.grant_recognition(first.ADMIN, granted)


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    status = application.status(calls.StatusRequest(school=SCHOOL, valid_at=valid_at, known_at=known_at))  # type: ignore[arg-type]
    closed_on = application.school(calls.SchoolRequest(school=SCHOOL)).closed_on  # type: ignore[arg-type]  # a plain code
    return {
        "valid_at": valid_at.isoformat(),
        "recognised": status.recognition.state if status.recognition else "",
        "closed_on": closed_on.isoformat() if closed_on else "",
    }


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    stored = first.rows(application)
    LOG.write_text("".join(json.dumps(row) + "\n" for row in stored), encoding="utf-8")
    expected = {"size": len(stored), "root": application.log.root(len(stored)).hex(), "answers": asked(application)}
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
