"""Writes the golden log of recommendations, evidence asked for and photos, with every fact there is about them.

Run once (`python -m tests.golden.inspection.make_golden_recommendations`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.contracts.calls import inspection as calls
from shared.contracts.calls import recommendations, teams
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import RecommendationSeverity, Responsible, Verification
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection import make_golden as first
from tests.golden.inspection.histories import keep

HEAD = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000009",
    grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=first.SCHOOL),),
    correlation="golden",
)
TOLD_FIELDS = ("id", "school", "criterion", "text", "severity", "due", "responsible", "inspection", "layer", "title")
TOLD_FIELDS += ("cycle", "made_on", "position", "draft", "answers", "verifications", "extensions", "carried_into")


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> InspectionApplication:
        app: InspectionApplication = self.application
        self._hear_cycle()
        hear_document(app, self.clock.now())
        visit = self._plan(first.COMMUNE, Layer.COMMUNE, dt.date(2026, 10, 20), "Kiểm tra kỹ thuật", [])
        named = {"school": first.SCHOOL, "inspection": visit.inspection}
        self.clock.move(dt.timedelta(days=25))
        asked = teams.RequestEvidence(**named, criterion="1.1", what="Sổ họp phụ huynh", due=dt.date(2026, 10, 22))
        request = app.request_evidence(first.INSPECTOR, asked).request
        supplied = teams.SupplyEvidence(**named, request=request, documents=["golden-photo"], text="Hai học kỳ")
        app.supply_evidence(HEAD, supplied)
        taken_at = dt.datetime(2026, 10, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
        place = {"latitude": 22.4856, "longitude": 103.9707, "accuracy_m": 8.5, "place": "Phòng thiết bị"}
        app.take_photo(
            first.INSPECTOR,
            teams.TakePhoto(**named, document="golden-photo", taken_at=taken_at, criterion="1.1", **place),
        )
        number = self._recommend(named, "Lập sổ theo dõi thiết bị", Responsible.SCHOOL, "1.1")
        self._recommend(named, "Sửa đường vào trường", Responsible.COMMUNE, "")
        self._conclude(first.INSPECTOR, visit, dt.date(2026, 10, 20), "Đã kiểm tra tại trường.")
        self._follow(number)
        self._plan(first.COMMUNE, Layer.COMMUNE, dt.date(2026, 12, 1), "Phúc tra", [])
        return app

    def _recommend(self, named: dict[str, str], text: str, responsible: Responsible, criterion: str) -> str:
        request = recommendations.AddRecommendation(
            **named,
            text=text,
            due=dt.date(2026, 11, 1),
            severity=RecommendationSeverity.SHOULD,
            responsible=responsible,
            criterion=criterion,
        )
        number: str = self.application.add_recommendation(first.COMMUNE, request).id
        return number

    def _follow(self, number: str) -> None:
        app, of_it = self.application, {"school": first.SCHOOL, "recommendation": number}
        answer = recommendations.AnswerRecommendation(**of_it, text="Đã lập sổ", documents=["golden-photo"])
        app.answer_recommendation(HEAD, answer)
        found = recommendations.VerifyRecommendation(**of_it, result=Verification.PARTLY, note="Thiếu chữ ký")
        app.verify_recommendation(first.INSPECTOR, found)
        more = recommendations.ExtendRecommendation(**of_it, due=dt.date(2027, 1, 15), reason="Chờ kinh phí đợt hai")
        app.extend_recommendation(first.COMMUNE, more)


def hear_document(application: InspectionApplication, now: dt.datetime) -> None:
    """Tell the service of the document that stands in the story."""
    received = DocumentReceived(
        document="golden-photo", school=first.SCHOOL, sha256="0" * 64, size_bytes=1, media_type="image/jpeg"
    )
    application.receive(
        envelope(
            installation="golden",
            data=received,
            sequence=1,
            subject=f"school/{first.SCHOOL}",
            occurred=now,
            recorded=now,
            correlation="",
            cause="",
        )
    )


def told(application: InspectionApplication) -> dict[str, Any]:
    """Return what is told of recommendations, requests and photos on any day: what must never change."""
    question = recommendations.SchoolRecommendationsRequest(school=first.SCHOOL)
    made = application.school_recommendations(first.COMMUNE, question).recommendations
    visits = application.inspections(first.COMMUNE, calls.InspectionsRequest(school=first.SCHOOL)).inspections
    told: dict[str, Any] = msgspec.to_builtins(
        {
            "recommendations": [{name: getattr(one, name) for name in TOLD_FIELDS} for one in made],
            "requests": [one for visit in visits for one in visit.requests],
            "photos": [one for visit in visits for one in visit.photos],
        }
    )
    return told


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    keep("recommendations", application, told(application))


if __name__ == "__main__":
    main()
