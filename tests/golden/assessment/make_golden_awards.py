"""Writes the third golden log: awards on their path and from paper, superseded, corrected, refused, remedied, revoked.

Run once (`python tests/golden/assessment/make_golden_awards.py`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from pathlib import Path
from typing import Any

import msgspec

from services.assessment.application import AssessmentApplication
from shared.contracts.calls import assessment as calls
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.events.inspection import FindingRecorded, InspectionConcluded

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden", FOLDER / "make_golden.py")
assert SPEC
assert SPEC.loader
first = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(first)

LOG = FOLDER / "log-awards.jsonl"
EXPECTED = FOLDER / "expected-awards.json"
SCHOOL = "TH-BC"
PAPER = {"override": "Quyết định ký trên giấy", "copied_from_paper": "golden-decision"}

MOMENTS = [
    ("2024-04-20", 0),
    ("2024-06-01", 0),
    ("2024-06-01", 130),
    ("2025-02-09", 0),
    ("2025-02-10", 0),
    ("2026-10-30", 0),
    ("2026-11-05", 0),
    ("2026-11-24", 0),
    ("2040-01-01", 0),
]
"""Days and positions (0: the whole log) at which the story is asked for."""


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> AssessmentApplication:
        app: AssessmentApplication = self.application
        app.register_commune(first.ADMIN, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
        school = calls.RegisterSchool(
            commune="NL01", code=SCHOOL, name="Trường Tiểu học Bản Chuông", kind=calls.SchoolKind.PRIMARY
        )
        app.register_school(first.ADMIN, school)
        self._hear(
            DocumentReceived(
                document="golden-decision", school=SCHOOL, sha256="0" * 64, size_bytes=1, media_type="application/pdf"
            )
        )
        self._told = 0  # the inspection service counts its own
        self._certify()
        self._correct()
        self._remedy_and_revoke()
        return app

    def _certify(self) -> None:
        app = self.application
        opened = calls.OpenCycle(school=SCHOOL, year="2023-2024", on=self.on(2024, 3, 1))
        cycle = app.open_cycle(first.ADMIN, opened)
        stated = calls.StateConditions(school=SCHOOL, conditions={"cohort_completed": True})
        app.state_conditions(first.ADMIN, stated)
        gaps = [
            calls.GapReason(kind=kind, criterion=criterion, reason="Trường mới thành lập, chưa có hồ sơ")
            for kind in calls.GapKind
            for criterion in app.library.by_digest(cycle.digest).criteria
        ]
        app.submit_self_assessment(
            first.ADMIN, calls.SubmitSelfAssessment(school=SCHOOL, cycle=cycle.cycle, on=self.on(2024, 4, 1), gaps=gaps)
        )
        self._visit(cycle, self.on(2024, 5, 2))
        day = self.on(2024, 6, 1)
        app.grant_certificate(first.ADMIN, calls.GrantCertificate(school=SCHOOL, number="9/CN", degree=1, decided_on=day))
        refusal = calls.RefuseRecognition(school=SCHOOL, reason="Chưa đạt Mức 2 ở nhiều tiêu chí", refused_on=day)
        app.refuse_recognition(first.ADMIN, refusal)

    def _visit(self, cycle: calls.CycleView, day: dt.date) -> None:
        layer, named = calls.Layer.DEPARTMENT, {"inspection": "golden-visit", "school": SCHOOL, "cycle": cycle.cycle}
        for key in self.application.library.by_digest(cycle.digest).keys:
            self._hear(
                FindingRecorded(
                    layer=layer,
                    criterion=key.criterion,
                    level=key.level,
                    indicator=key.indicator,
                    result=calls.Result.MET if key.level == 1 else calls.Result.NOT_MET,
                    found_on=day,
                    **named,
                )
            )
        ended = self.on(day.year, day.month, day.day + 5)
        self._hear(InspectionConcluded(layer=layer, concluded_on=ended, **named))

    def _correct(self) -> None:
        app = self.application
        day = self.on(2025, 1, 20)
        copied = calls.GrantRecognition(school=SCHOOL, number="81/QĐ", degree=1, decided_on=day, **PAPER)
        app.grant_recognition(first.ADMIN, copied)
        slip = {"school": SCHOOL, "reason": "Gõ nhầm khi nhập sổ", "on": self.on(2025, 2, 10)}
        app.correct_award(first.ADMIN, calls.CorrectAward(number="81/QĐ", what=calls.Corrected.NUMBER, new="18/QĐ", **slip))
        kind = calls.AwardKind.CERTIFICATE
        app.correct_award(
            first.ADMIN,
            calls.CorrectAward(
                number="9/CN",
                award=kind,
                what=calls.Corrected.EXPIRES_ON,
                new="2029-05-31",
                document="golden-decision",
                **slip,
            ),
        )
        app.revoke_certificate(
            first.ADMIN,
            calls.RevokeCertificate(
                school=SCHOOL, number="9/CN", revoked_on=self.on(2025, 9, 1), reason="Không còn đạt", document=""
            ),
        )

    def _remedy_and_revoke(self) -> None:
        app = self.application
        day = self.on(2026, 10, 20)
        newer = calls.GrantRecognition(school=SCHOOL, number="118/QĐ", degree=2, decided_on=day, **PAPER)
        app.grant_recognition(first.ADMIN, newer)
        ask = calls.RequestRemedy(
            school=SCHOOL, number="118/QĐ", until=dt.date(2026, 11, 15), reason="Bổ sung hai phòng học", requested_on=day
        )
        app.request_remedy(first.ADMIN, ask)
        revocation = calls.RevokeRecognition(
            school=SCHOOL, number="118/QĐ", revoked_on=self.on(2026, 11, 20), reason="Không khắc phục"
        )
        app.revoke_recognition(first.ADMIN, revocation)


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    status = application.status(
        calls.StatusRequest(school=SCHOOL, valid_at=valid_at, known_at=known_at, layer=calls.Layer.DEPARTMENT)
    )
    return {
        "valid_at": valid_at.isoformat(),
        "known_at": status.known_at.position,
        "level": [status.school_level.level, status.school_level.floor, status.school_level.ceiling],
        "recognition": _award(status.recognition),
        "certificate": _award(status.held_certificate),
        "refusal": [status.refusal.cycle, status.refusal.refused_on.isoformat()] if status.refusal else None,
        "drafts": {layer: one.seen for layer, one in status.drafts.items()},
    }


def _award(held: calls.AwardView | None) -> dict[str, Any] | None:
    if held is None:
        return None
    kept = [
        "number",
        "granted_number",
        "degree",
        "decided_on",
        "expires_on",
        "state",
        "revoked_on",
        "based_on",
        "submission",
        "supersedes",
        "superseded_by",
        "copied_from_paper",
        "decided_by",
    ]
    found: dict[str, Any] = msgspec.to_builtins({name: getattr(held, name) for name in kept})
    return found | {"corrections": [[one.what.value, one.old, one.new] for one in held.corrections]}


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    stored = first.rows(application)
    LOG.write_text("".join(json.dumps(row) + "\n" for row in stored), encoding="utf-8")
    expected = {"size": len(stored), "root": application.log.root(len(stored)).hex(), "answers": asked(application)}
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
