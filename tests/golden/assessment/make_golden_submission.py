"""Writes the third golden log: a school answers what it lacks, submits without the rest, and opens its report again.

Run once (`python tests/golden/assessment/make_golden_submission.py`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from pathlib import Path
from typing import Any

from services.assessment.application import AssessmentApplication
from shared.contracts.calls import assessment as calls

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden", FOLDER / "make_golden.py")
assert SPEC
assert SPEC.loader
first = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(first)

LOG = FOLDER / "log-submission.jsonl"
EXPECTED = FOLDER / "expected-submission.json"
SCHOOL = "TH-BC"

MOMENTS = [("2026-10-01", 0), ("2026-11-24", 36), ("2026-11-24", 37), ("2026-11-10", 0), ("2026-11-24", 0)]
"""Days and positions (0: the whole log) at which the story is asked for."""


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> AssessmentApplication:
        app: AssessmentApplication = self.application
        app.register_commune(first.ADMIN, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
        kind = calls.SchoolKind.PRIMARY
        school = calls.RegisterSchool(commune="NL01", code=SCHOOL, name="Trường Tiểu học Bản Chuông", kind=kind)
        app.register_school(first.ADMIN, school)
        cycle = self.cycle(self.on(2026, 9, 25), "2026-2027")
        self.judge(cycle, skip="4.3", result="not_assessed")
        for criterion in ("1.1", "1.2"):
            self.answer(cycle, criterion)
        place = {"school": SCHOOL, "cycle": cycle.cycle, "kind": calls.GapKind.NO_EVIDENCE}
        withdrawn = calls.WithdrawGapAnswer(**place, criterion="1.2", level=1, indicator="-")
        app.withdraw_gap_answer(first.ADMIN, withdrawn)
        self.on(2026, 11, 5)
        self.submit(cycle)
        self.on(2026, 11, 16)
        reopen = calls.ReopenCycle(school=SCHOOL, cycle=cycle.cycle, reason="Sở trả hồ sơ, đánh giá nốt 4.3")
        again = app.reopen_cycle(first.ADMIN, reopen)
        judgement = calls.Judgement(criterion="4.3", level=2, indicator="-", result=calls.Result.NOT_MET)
        judge = calls.Judge(school=SCHOOL, cycle=again.cycle, layer=calls.Layer.SCHOOL, judgements=[judgement])
        app.judge(first.ADMIN, judge)
        return app

    def answer(self, cycle: calls.CycleView, criterion: str) -> None:
        answer = calls.AnswerGap(
            school=SCHOOL,
            cycle=cycle.cycle,
            kind=calls.GapKind.NO_EVIDENCE,
            criterion=criterion,
            level=1,
            indicator="-",
            reason="Nội dung này xem trực tiếp tại trường",
        )
        self.application.answer_gap(first.ADMIN, answer)

    def submit(self, cycle: calls.CycleView) -> None:
        criteria = self.application.library.by_digest(cycle.digest).criteria
        why = "Trường mới chuyển hồ sơ, đang quét"
        gaps = [calls.GapReason(kind=calls.GapKind.NO_EVIDENCE, criterion=code, reason=why) for code in criteria]
        gaps.append(calls.GapReason(kind=calls.GapKind.NOT_ASSESSED, criterion="4.3", level=2, reason=why))
        request = calls.SubmitSelfAssessment(school=SCHOOL, cycle=cycle.cycle, gaps=gaps)
        self.application.submit_self_assessment(first.ADMIN, request)


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    moment: dict[str, Any] = {"school": SCHOOL, "valid_at": valid_at, "known_at": known_at}
    status = application.status(calls.StatusRequest(**moment))
    found = [
        application.criterion(calls.CriterionRequest(**moment, cycle=status.cycle, criterion=code))
        for code in ("1.1", "1.2", "4.3")
    ]
    return {
        "valid_at": valid_at.isoformat(),
        "known_at": status.known_at.position,
        "cycle": status.cycle,
        "rulebook": [status.rulebook, status.digest],
        "level": [status.school_level.level, status.school_level.floor, status.school_level.ceiling],
        "submitted_on": [view.submitted_on.isoformat() if view.submitted_on else None for view in found],
        "gaps": [
            [gap.kind, gap.criterion, gap.level, gap.indicator, bool(gap.answer)]
            for view in found
            for one in view.indicators
            for gap in one.gaps
        ],
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
