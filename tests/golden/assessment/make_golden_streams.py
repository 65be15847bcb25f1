"""Writes the fifth golden log: a school in many streams, and cycles that say as data why they stand under their rulebook.

Run once (`python tests/golden/assessment/make_golden_streams.py`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from pathlib import Path
from typing import Any

from services.assessment.application import AssessmentApplication
from shared.contracts.calls import assessment as calls
from shared.contracts.events.inspection import InspectionConcluded

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden_submission", FOLDER / "make_golden_submission.py")
assert SPEC
assert SPEC.loader
third = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(third)
first = third.first

LOG = FOLDER / "log-streams.jsonl"
EXPECTED = FOLDER / "expected-streams.json"
SCHOOL = "TH-BC"

MOMENTS = [("2026-10-01", 0), ("2026-11-24", 60), ("2026-11-12", 0), ("2026-11-24", 0), ("2024-05-01", 0)]
"""Days and positions (0: the whole log) at which the story is asked for."""


class Story(third.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> AssessmentApplication:
        app: AssessmentApplication = self.application
        self.set_up()
        named = calls.OpenCycle(school=SCHOOL, year="2023-2024", on=self.on(2024, 3, 1), rulebook="v2018/tieu_hoc")
        app.open_cycle(first.ADMIN, named)
        cycle = self.cycle(self.on(2026, 9, 25), "2026-2027")
        self.evidence(cycle)
        self.judge(cycle, skip="4.3", result="not_assessed")
        self.answer(cycle, "2.1")
        said = calls.DescribeCriterion(school=SCHOOL, cycle=cycle.cycle, criterion="1.1", strengths="Kế hoạch rõ")
        app.describe_criterion(first.ADMIN, said)
        self.on(2026, 11, 5)
        self.submit(cycle)
        self.on(2026, 11, 10)
        for key in app.library.by_digest(cycle.digest).keys[:10]:
            self._found(cycle, key, calls.Layer.DEPARTMENT, calls.Result.MET)
        self._hear(
            InspectionConcluded(
                inspection="golden-visit",
                school=SCHOOL,
                cycle=cycle.cycle,
                layer=calls.Layer.DEPARTMENT,
                concluded_on=dt.date(2026, 11, 10),
            )
        )
        refused = calls.RefuseRecognition(
            school=SCHOOL, cycle=cycle.cycle, refused_on=self.on(2026, 11, 12), reason="Chưa đánh giá tiêu chí 4.3"
        )
        app.refuse_recognition(first.ADMIN, refused)
        self.on(2026, 11, 16)
        reopen = calls.ReopenCycle(school=SCHOOL, cycle=cycle.cycle, reason="Sở trả hồ sơ, đánh giá nốt 4.3")
        again = app.reopen_cycle(first.ADMIN, reopen)
        judgement = calls.Judgement(criterion="4.3", level=2, indicator="-", result=calls.Result.NOT_MET)
        judge = calls.Judge(school=SCHOOL, cycle=again.cycle, layer=calls.Layer.SCHOOL, judgements=[judgement])
        app.judge(first.ADMIN, judge)
        return app


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [first._told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    stored = first.rows(application)
    LOG.write_text("".join(json.dumps(row) + "\n" for row in stored), encoding="utf-8")
    expected = {
        "size": len(stored),
        "root": application.log.root(len(stored)).hex(),
        "streams": len({row["originator_id"] for row in stored}),
        "answers": asked(application),
    }
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
