"""Writes the golden log of a registration: submitted, returned, registered anew, silent, final, and then refused.

Run once (`python tests/golden/assessment/make_golden_registration.py`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from pathlib import Path
from typing import Any

from services.assessment.application import AssessmentApplication
from shared.contracts.calls import assessment as calls
from shared.contracts.events import registration
from shared.contracts.events.base import PublicEvent
from shared.contracts.events.inspection import FindingRecorded, InspectionConcluded
from shared.vocabulary.inspection import ForwardedTo, RegistrationPurpose

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden", FOLDER / "make_golden.py")
assert SPEC
assert SPEC.loader
first = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(first)

LOG = FOLDER / "log-registration.jsonl"
EXPECTED = FOLDER / "expected-registration.json"
SCHOOL = "TH-BC"

MOMENTS = [("2026-10-05", 0), ("2026-10-12", 0), ("2026-11-23", 0), ("2026-11-24", 8), ("2026-11-26", 0)]
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
        self._submit(cycle, self.on(2026, 10, 1))
        self._registered(cycle, self.on(2026, 10, 2))
        self._hear(registration.RegistrationReturned(**self._named(cycle), returned_on=self.on(2026, 10, 5)))
        self._registered(cycle, self.on(2026, 10, 12))
        self._hear(registration.RegistrationAccepted(**self._named(cycle), accepted_on=self.on(2026, 10, 15)))
        self._evaluate(cycle, self.on(2026, 11, 2))
        self._report(cycle)
        refusal = calls.RefuseRecognition(
            school=SCHOOL, reason="Chưa đạt Mức 1 ở nhiều tiêu chí", refused_on=self.on(2026, 11, 26)
        )
        app.refuse_recognition(first.ADMIN, refusal)
        return app

    def _named(self, cycle: calls.CycleView) -> dict[str, Any]:
        return {"registration": "golden-registration", "school": SCHOOL, "cycle": cycle.cycle}

    def _submit(self, cycle: calls.CycleView, on: dt.date) -> None:
        gaps = [
            calls.GapReason(kind=kind, criterion=criterion, reason="Trường mới thành lập, chưa có hồ sơ")
            for kind in calls.GapKind
            for criterion in self.application.library.by_digest(cycle.digest).criteria
        ]
        request = calls.SubmitSelfAssessment(school=SCHOOL, cycle=cycle.cycle, on=on, gaps=gaps)
        self.application.submit_self_assessment(first.ADMIN, request)

    def _registered(self, cycle: calls.CycleView, on: dt.date) -> None:
        named = self._named(cycle)
        steps: tuple[PublicEvent, ...] = (
            registration.RegistrationOpened(**named, opened_on=on, purpose=RegistrationPurpose.BOTH, degree=1, late_days=0),
            registration.RegistrationChecked(**named, checked_on=on, missing_count=0),
            registration.RegistrationForwarded(**named, forwarded_on=on, to=ForwardedTo.DEPARTMENT),
        )
        for step in steps:
            self._hear(step)

    def _evaluate(self, cycle: calls.CycleView, day: dt.date) -> None:
        named = {"layer": calls.Layer.DEPARTMENT, "inspection": "golden-visit", "school": SCHOOL, "cycle": cycle.cycle}
        key = self.application.library.by_digest(cycle.digest).keys[0]
        self._hear(FindingRecorded(**key._asdict(), result=calls.Result.NOT_MET, found_on=day, **named))
        self._hear(InspectionConcluded(concluded_on=day, **named))

    def _report(self, cycle: calls.CycleView) -> None:
        named = self._named(cycle)
        sent = self.on(2026, 11, 9)
        self._hear(registration.DraftReportSent(**named, sent_on=sent, inspection="golden-visit"))
        self.on(2026, 11, 24)
        self._hear(registration.SilenceTaken(**named, silent_on=dt.date(2026, 11, 23)))
        replied = dt.date(2026, 11, 24)
        self._hear(registration.SchoolReplied(**named, replied_on=replied, point_count=1, late_days=1))
        self._hear(registration.ReportFinalised(**named, final_on=self.on(2026, 11, 25), document=""))


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    moment: dict[str, Any] = {"school": SCHOOL, "valid_at": valid_at, "known_at": known_at}
    state = application.school_repository.history(SCHOOL).at(valid_at, known_at or application.log.head())
    cycle = state.cycle("2026-2027")  # type: ignore[arg-type]  # a plain name
    assert cycle is not None
    return {
        "valid_at": valid_at.isoformat(),
        "refused": application.status(calls.StatusRequest(**moment)).refusal is not None,
        "steps": {step.value: on.isoformat() for step, on in cycle.registration.items()},
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
