"""Use cases about what a team judges: the opinions of its members, and what it agrees on."""

from __future__ import annotations

import datetime as dt
import uuid

from services.inspection.domain.inspection import Inspection
from services.inspection.domain.team_work import AgreedIndicator, JudgedIndicator
from services.inspection.errors import OpinionsMissing, VisitDateRefused
from services.inspection.teams import require_leader, require_member
from services.inspection.use_cases.joining import Joining
from services.inspection.use_cases.kept_documents import chosen_documents, require_kept
from services.inspection.use_cases.texts import visit_stream
from services.inspection.use_cases.visits import VisitRepository
from shared.clock import vietnam_date
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.teams import AgreeFindings, Opinion, RecordOpinions
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.typed_texts import typed_text
from shared.vocabulary.ids import PersonId, Position

MOST_JUDGED = 500
"""More than any rulebook has indicators."""

AHEAD = dt.timedelta(minutes=5)
"""How far the clock of a device may be ahead of ours; what it says is then taken for now."""


class TeamJudging:
    """Takes the opinions and the agreements of teams."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits
        self._joining = Joining(visits)

    def record_opinions(self, acting: CallContext, request: RecordOpinions) -> InspectionView:
        """Record what the caller, a member of the team, judges; all or none. What stands already records nothing.

        Raises NotAllowed, NoSuchInspection, Concluded, NoCycleYet, NoSuchCriterion, NotApplicableRefused, VisitDateRefused,
        DocumentUnknown, BadRequest.
        """
        meta, on = self._visits.metadata_on(acting, request.on)
        if not 1 <= len(request.opinions) <= MOST_JUDGED:
            raise BadRequest(f"Mỗi lần ghi từ 1 đến {MOST_JUDGED} ý kiến. Chưa ghi gì.", path="$.opinions")
        papers = dict.fromkeys(paper for one in request.opinions for paper in chosen_documents(one.documents))
        require_kept(self._visits.views, list(papers), request.school)
        versions = self._versions(visit_stream(request.inspection))
        judged = [self._judged(opinion, on, meta.occurred, versions) for opinion in request.opinions]

        def may(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            require_member(acting, inspection)

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            for day in {opinion.judged_on for opinion in judged}:
                self._visits.require_opened(planned, day)
            rulebook = self._visits.library.by_digest(planned.digest)
            inspection.judge(request.school, PersonId(acting.actor), judged, rulebook, meta)

        day = max(opinion.judged_on for opinion in judged)
        return self._joining.change(acting, request.inspection, day, meta, may=may, decide=decide)

    def agree_findings(self, acting: CallContext, request: AgreeFindings) -> InspectionView:
        """Record what the team agrees on, all or none. What stands already records nothing.

        Raises NotAllowed, NoSuchInspection, Concluded, NoCycleYet, NoSuchCriterion, NotApplicableRefused, VisitDateRefused,
        OpinionsMissing, BadRequest.
        """
        meta, on = self._visits.metadata_on(acting, request.on)
        if len(request.agreements) > MOST_JUDGED or not (request.agreements or request.unanimous):
            raise BadRequest(
                f"Mỗi lần thống nhất từ 1 đến {MOST_JUDGED} mục. Chưa ghi gì. Chọn mục, hoặc lấy các mục cả đoàn ghi "
                "giống nhau.",
                path="$.agreements",
            )
        reason = typed_text(request.reason, "lý do")
        named = {
            (one.criterion, one.level, one.indicator): AgreedIndicator(
                key=(one.criterion, one.level, one.indicator), result=one.result, note=typed_text(one.note, "ghi chú")
            )
            for one in request.agreements
        }

        def may(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            with self._visits.views.reading() as conn:
                require_leader(conn, acting, inspection)

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            self._visits.require_opened(planned, on)
            unanimous = [one for one in inspection.unanimous() if one.key not in named] if request.unanimous else []
            if not named and not unanimous and not inspection.agreements:
                raise OpinionsMissing(
                    "Chưa có mục nào mà mọi người được giao đều ghi một kết quả. Chưa ghi gì. Chờ ý kiến, hoặc thống nhất "
                    "từng mục."
                )
            rulebook = self._visits.library.by_digest(planned.digest)
            inspection.agree(request.school, [*named.values(), *unanimous], reason, on, rulebook, meta)

        return self._joining.change(acting, request.inspection, on, meta, may=may, decide=decide)

    def _versions(self, stream: uuid.UUID) -> dict[Position, int]:
        """Return the version, within a visit, of each of its positions in the log: devices know opinions by position."""
        return {logged.position: logged.entry.originator_version for logged in self._visits.log.stream(stream)}

    def _judged(
        self, opinion: Opinion, on: dt.date, occurred: dt.datetime, versions: dict[Position, int]
    ) -> JudgedIndicator:
        judged_at = self._taken_down(opinion.judged_at) if opinion.judged_at is not None else occurred
        return JudgedIndicator(
            key=(opinion.criterion, opinion.level, opinion.indicator),
            result=opinion.result,
            note=typed_text(opinion.note, "ghi chú"),
            documents=chosen_documents(opinion.documents),
            judged_on=on if opinion.judged_at is None else vietnam_date(judged_at),
            judged_at=judged_at,
            by_device=opinion.judged_at is not None,
            seen=None if opinion.seen is None else versions.get(opinion.seen, 0),
        )

    def _taken_down(self, judged_at: dt.datetime) -> dt.datetime:
        """Return when a device took an opinion down; raises BadRequest, VisitDateRefused for a moment to come."""
        if judged_at.tzinfo is None:
            raise BadRequest("Giờ ghi của thiết bị thiếu múi giờ. Chưa ghi gì. Tải lại trang rồi gửi lại.")
        now = self._visits.clock.now()
        if judged_at > now + AHEAD:
            raise VisitDateRefused("Đồng hồ của thiết bị nhanh hơn giờ thật. Chưa ghi gì. Chỉnh giờ rồi gửi lại.")
        return min(judged_at.astimezone(dt.UTC), now)
