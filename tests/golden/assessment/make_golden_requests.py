"""Writes the golden log in which a visit asks for evidence after the submission, and it is cited before the conclusion.

Run once (`python tests/golden/assessment/make_golden_requests.py`); like the first, its files are never rewritten.
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
from shared.contracts.events.inspection import InspectionConcluded
from shared.contracts.events.visit_requests import EvidenceRequested

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden", FOLDER / "make_golden.py")
assert SPEC
assert SPEC.loader
first = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(first)

LOG = FOLDER / "log-requests.jsonl"
EXPECTED = FOLDER / "expected-requests.json"
SCHOOL, CYCLE, DOCUMENT = "TH-BC", "2026-2027", "golden-requested"

MOMENTS = [("2026-11-05", 0), ("2026-11-20", 0), ("2026-12-31", 0), ("2026-12-31", 6)]
"""Days and positions (0: the whole log) at which the story is asked for."""


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> AssessmentApplication:
        app: AssessmentApplication = self.application
        app.register_commune(first.ADMIN, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
        kind = calls.SchoolKind.PRIMARY
        school = calls.RegisterSchool(commune="NL01", code=SCHOOL, name="Trường Tiểu học Bản Chuông", kind=kind)
        app.register_school(first.ADMIN, school)
        cycle = self.cycle(self.on(2026, 9, 25), CYCLE)
        self._hear(
            DocumentReceived(document=DOCUMENT, school=SCHOOL, sha256="0" * 64, size_bytes=1, media_type="application/pdf")
        )
        self._submit(cycle)
        self.on(2026, 11, 12)
        of_visit = {"inspection": "golden-visit", "school": SCHOOL, "cycle": CYCLE, "layer": calls.Layer.COMMUNE}
        days = {"due": dt.date(2026, 11, 15), "requested_on": dt.date(2026, 11, 12)}
        self._hear(EvidenceRequested(**of_visit, **days, request="golden-request", criterion="1.1"))
        place = {"school": SCHOOL, "cycle": CYCLE, "document": DOCUMENT, "criterion": "1.1"}
        app.code_evidence(first.ADMIN, calls.CodeEvidence(**place, title="Sổ họp phụ huynh", cite=True))
        app.unlink_evidence(first.ADMIN, calls.UnlinkEvidence(**place))
        app.link_evidence(first.ADMIN, calls.LinkEvidence(**place))
        self.on(2026, 12, 1)
        self._hear(InspectionConcluded(**of_visit, concluded_on=dt.date(2026, 12, 1)))
        return app

    def _submit(self, cycle: calls.CycleView) -> None:
        lacking = [
            calls.GapReason(kind=kind, criterion=criterion, reason="Trường mới thành lập, chưa có hồ sơ")
            for kind in calls.GapKind
            for criterion in self.application.library.by_digest(cycle.digest).criteria
        ]
        self.on(2026, 11, 5)
        request = calls.SubmitSelfAssessment(school=SCHOOL, cycle=CYCLE, gaps=lacking)
        self.application.submit_self_assessment(first.ADMIN, request)


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    moment = {"school": SCHOOL, "valid_at": valid_at, "known_at": known_at}
    status = application.status(calls.StatusRequest(**moment))
    criterion = application.criterion(calls.CriterionRequest(**moment, cycle=CYCLE, criterion="1.1"))
    return {
        "valid_at": valid_at.isoformat(),
        "known_at": status.known_at.position,
        "cited": [one.code for one in criterion.evidence if one.citations],
        "submitted_on": criterion.submitted_on.isoformat() if criterion.submitted_on else None,
        "linking_reopened": criterion.linking_reopened,
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
