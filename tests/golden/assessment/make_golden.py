"""Writes the golden log: one school's story of three circulars, as stored rows, with what it must replay to for ever.

Run once, when a story is added (`python tests/golden/assessment/make_golden.py`); the files are committed and never
rewritten, for they stand for the logs that are out there.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

from services.assessment.application import AssessmentApplication
from shared.clock import FixedClock
from shared.contracts.calls import assessment as calls
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.events.inspection import FindingRecorded
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind

FOLDER = Path(__file__).parent
LOG = FOLDER / "log.jsonl"
EXPECTED = FOLDER / "expected.json"
SCHOOL = "TH-BC"
ADMIN = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000001",
    grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),),
    correlation="golden",
)

MOMENTS = [
    ("2023-09-01", 0),
    ("2024-03-15", 0),
    ("2024-12-31", 0),
    ("2025-06-01", 0),
    ("2026-06-30", 0),
    ("2026-11-24", 0),
    ("2026-11-24", 150),
    ("2031-01-01", 0),
]
"""Days and positions (0: the whole log) at which the story is asked for."""


class Story:
    """Tells the story to an application in memory."""

    def __init__(self) -> None:
        self.clock = FixedClock(dt.datetime(2024, 1, 10, 3, tzinfo=dt.UTC))
        self.application = AssessmentApplication(
            StoreSettings("sqlite://"),
            self.clock,
            installation="golden",
            views_url="sqlite://",
            library=load_library(),
            signer=Signer.generate("kiemdinh/golden/assessment"),
        )
        self._told = 0

    def on(self, year: int, month: int, day: int) -> dt.date:
        self.clock.move(dt.datetime(year, month, day, 3, tzinfo=dt.UTC) - self.clock.now())
        return dt.date(year, month, day)

    def tell(self) -> AssessmentApplication:
        self.set_up()
        old = self.cycle(self.on(2024, 3, 1), "2023-2024")
        self.judge(old, skip="5.2", result="not_met")
        self.recognise_old(old)
        amended = self.cycle(self.on(2025, 3, 3), "2024-2025")
        self.judge(amended, skip="5.2", result="not_assessed")
        self.revoke()
        new = self.cycle(self.on(2026, 9, 25), "2026-2027")
        self.evidence(new)
        self.judge(new, skip="4.3", result="not_met")
        self.finish(new)
        return self.application

    def set_up(self) -> None:
        app = self.application
        app.register_commune(ADMIN, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
        kind = calls.SchoolKind.PRIMARY
        school = calls.RegisterSchool(commune="NL01", code=SCHOOL, name="Trường Tiểu học Bản Chuông", kind=kind)
        app.register_school(ADMIN, school)
        stated = {"cohort_completed": True, "years_of_activity": 12, "disadvantaged_area": True}
        app.state_conditions(ADMIN, calls.StateConditions(school=SCHOOL, conditions=stated, on=dt.date(2023, 9, 5)))

    def cycle(self, on: dt.date, year: str) -> calls.CycleView:
        return self.application.open_cycle(ADMIN, calls.OpenCycle(school=SCHOOL, year=year, on=on))

    def judge(self, cycle: calls.CycleView, *, skip: str, result: str) -> None:
        keys = self.application.library.by_digest(cycle.digest).keys
        judgements = [
            calls.Judgement(
                criterion=key.criterion,
                level=key.level,
                indicator=key.indicator,
                result=calls.Result(result) if (key.criterion, key.level) == (skip, 2) else calls.Result.MET,
                note="Đã xem hồ sơ" if key.level == 1 else "",
            )
            for key in keys
        ]
        request = calls.Judge(school=SCHOOL, cycle=cycle.cycle, layer=calls.Layer.SCHOOL, judgements=judgements)
        self.application.judge(ADMIN, request)

    def recognise_old(self, cycle: calls.CycleView) -> None:
        on = self.on(2024, 5, 20)
        decision = calls.GrantRecognition(
            school=SCHOOL,
            number="77/QĐ-UBND",
            decided_on=on,
            degree=1,
            certificate_degree=2,
            cycle=cycle.cycle,
            override="Quyết định có trước khi dùng hệ thống",
        )
        self.application.grant_recognition(ADMIN, decision)

    def revoke(self) -> None:
        on = self.on(2026, 2, 2)
        revocation = calls.RevokeRecognition(school=SCHOOL, number="77/QĐ-UBND", revoked_on=on, reason="Không khắc phục")
        self.application.revoke_recognition(ADMIN, revocation)

    def evidence(self, cycle: calls.CycleView) -> None:
        for document in ("golden-1", "golden-2"):
            self._hear(
                DocumentReceived(
                    document=document, school=SCHOOL, sha256="0" * 64, size_bytes=1, media_type="application/pdf"
                )
            )
        place = {"school": SCHOOL, "cycle": cycle.cycle, "document": "golden-1", "criterion": "1.1"}
        self.application.code_evidence(ADMIN, calls.CodeEvidence(**place, title="Kế hoạch"))
        self.application.link_evidence(ADMIN, calls.LinkEvidence(**place))
        self.application.link_evidence(ADMIN, calls.LinkEvidence(**place | {"criterion": "1.2"}, level=1, indicator="-"))
        self.application.unlink_evidence(ADMIN, calls.UnlinkEvidence(**place))

    def finish(self, cycle: calls.CycleView) -> None:
        app, on = self.application, self.on(2026, 11, 5)
        described = calls.DescribeCriterion(
            school=SCHOOL, cycle=cycle.cycle, criterion="1.1", strengths="Rõ", weaknesses="Chậm", improvement="Nhanh hơn"
        )
        app.describe_criterion(ADMIN, described)
        app.submit_self_assessment(ADMIN, calls.SubmitSelfAssessment(school=SCHOOL, cycle=cycle.cycle, on=on))
        for key in app.library.by_digest(cycle.digest).keys:
            self._found(cycle, key, calls.Layer.DEPARTMENT, calls.Result.MET)
        self._found(cycle, app.library.by_digest(cycle.digest).keys[0], calls.Layer.COMMUNE, calls.Result.NOT_MET)
        stated = {"consecutive_years_of_data": 3, "facilities_met": True}
        app.state_conditions(ADMIN, calls.StateConditions(school=SCHOOL, conditions=stated, on=on))
        on = self.on(2026, 11, 20)
        decision = calls.GrantRecognition(school=SCHOOL, number="118/QĐ-SGDĐT", decided_on=on, degree=1, cycle=cycle.cycle)
        app.grant_recognition(ADMIN, decision)

    def _found(self, cycle: calls.CycleView, key: Any, layer: calls.Layer, result: calls.Result) -> None:
        self._hear(
            FindingRecorded(
                inspection="golden-visit",
                school=SCHOOL,
                cycle=cycle.cycle,
                layer=layer,
                criterion=key.criterion,
                level=key.level,
                indicator=key.indicator,
                result=result,
                found_on=dt.date(2026, 11, 2),
            )
        )

    def _hear(self, data: Any) -> None:
        self._told += 1
        now = self.clock.now()
        event = envelope(
            installation="golden",
            data=data,
            sequence=self._told,
            subject=f"school/{SCHOOL}",
            occurred=now,
            recorded=now,
            correlation="golden",
            cause="",
        )
        self.application.receive(event)


def asked(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the answers at every moment: what must never change (sentences may be worded better)."""
    return [_told(application, dt.date.fromisoformat(day), known_at) for day, known_at in MOMENTS]


def _told(application: AssessmentApplication, valid_at: dt.date, known_at: int) -> dict[str, Any]:
    try:
        status = application.status(
            calls.StatusRequest(school=SCHOOL, valid_at=valid_at, known_at=known_at, layer=calls.Layer.DEPARTMENT)
        )
    except Exception as error:  # a refusal is an answer too
        return {"valid_at": valid_at.isoformat(), "refused": getattr(error, "type", type(error).__name__)}
    held = status.recognition
    return {
        "valid_at": valid_at.isoformat(),
        "known_at": status.known_at.position,
        "cycle": status.cycle,
        "rulebook": status.rulebook,
        "digest": status.digest,
        "layers": {
            layer: {code: [level.level, level.floor, level.ceiling] for code, level in levels.items()}
            for layer, levels in status.layers.items()
        },
        "levels": {layer: [level.level, level.floor, level.ceiling] for layer, level in status.layer_levels.items()},
        "certificate": status.certificate["degree"],
        "conditions": {one.id: one.satisfied for one in status.conditions},
        "recognition": [held.number, held.degree, held.state, held.expires_on.isoformat()] if held else None,
        "evidence": status.evidence_counts,
    }


def rows(application: AssessmentApplication) -> list[dict[str, Any]]:
    """Return the stored rows as they are."""
    return [
        {
            "originator_id": row.originator_id.hex,
            "originator_version": row.originator_version,
            "topic": row.topic,
            "recorded_at_us": row.recorded_at_us,
            "state": base64.b64encode(row.state).decode(),
        }
        for row in application.log.tables.select_logged(0, 100_000)
    ]


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    stored = rows(application)
    LOG.write_text("".join(json.dumps(row) + "\n" for row in stored), encoding="utf-8")
    expected = {
        "size": len(stored),
        "root": application.log.root(len(stored)).hex(),
        "answers": asked(application),
    }
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
