"""Which papers of visits and registrations there are: what composes each, in which formats, what the school may print."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from services.inspection.papers.evaluation_report import evaluation_report
from services.inspection.papers.letters import dossier_notice, submission_letter
from services.inspection.papers.material import VisitMaterial
from services.inspection.papers.recognition_decision import recognition_decision
from services.inspection.papers.recommendation_sheet import recommendation_sheet
from services.inspection.papers.survey_minutes import survey_minutes
from services.inspection.papers.team_decision import team_decision
from services.inspection.papers.visit_minutes import visit_minutes
from services.inspection.papers.visit_plan import visit_plan
from services.inspection.papers.visit_report import visit_report
from shared.papers.model import Paper
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.self_assessment import PaperFormat

_TEXT = (PaperFormat.WORD, PaperFormat.PDF)


class VisitPaperType(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of paper. `layers` are those whose visits it can tell of; none: it tells of a registration alone.

    `about_visit`: a visit of another layer cannot be its subject. `of_all`: without a visit it tells of all. `by_day`: what
    it tells depends on the day of the question. `tells_findings`: before the visit is concluded it tells drafts, which the
    school does not see; `internal`: the school does not print it at all.
    """

    kind: VisitPaperKind
    title: str
    compose: Callable[[VisitMaterial], Paper]
    layers: tuple[Layer, ...] = (Layer.COMMUNE, Layer.DEPARTMENT)
    formats: tuple[PaperFormat, ...] = _TEXT
    about_visit: bool = True
    of_all: bool = False
    by_day: bool = False
    tells_findings: bool = False
    internal: bool = False


_COMMUNE, _DEPARTMENT = (Layer.COMMUNE,), (Layer.DEPARTMENT,)

VISIT_PAPERS: Mapping[VisitPaperKind, VisitPaperType] = {
    paper.kind: paper
    for paper in (
        VisitPaperType(
            kind=VisitPaperKind.VISIT_PLAN,
            title="Kế hoạch và lịch kiểm tra",
            compose=visit_plan,
            formats=tuple(PaperFormat),
        ),
        VisitPaperType(kind=VisitPaperKind.TEAM_DECISION, title="Quyết định lập đoàn", compose=team_decision),
        VisitPaperType(
            kind=VisitPaperKind.VISIT_MINUTES, title="Biên bản kiểm tra", compose=visit_minutes, tells_findings=True
        ),
        VisitPaperType(
            kind=VisitPaperKind.VISIT_REPORT,
            title="Báo cáo kết quả kiểm tra",
            compose=visit_report,
            layers=_COMMUNE,
            tells_findings=True,
            internal=True,
        ),
        VisitPaperType(
            kind=VisitPaperKind.RECOMMENDATION_SHEET,
            title="Phiếu theo dõi kiến nghị",
            compose=recommendation_sheet,
            formats=(PaperFormat.SHEET, PaperFormat.WORD, PaperFormat.PDF),
            of_all=True,
            by_day=True,
            tells_findings=True,
        ),
        VisitPaperType(
            kind=VisitPaperKind.SUBMISSION_LETTER,
            title="Tờ trình đề nghị đánh giá ngoài",
            compose=submission_letter,
            layers=_COMMUNE,
            about_visit=False,
            by_day=True,
        ),
        VisitPaperType(
            kind=VisitPaperKind.DOSSIER_NOTICE,
            title="Thông báo tiếp nhận, trả hồ sơ",
            compose=dossier_notice,
            layers=(),
            about_visit=False,
        ),
        VisitPaperType(
            kind=VisitPaperKind.SURVEY_MINUTES,
            title="Biên bản khảo sát sơ bộ",
            compose=survey_minutes,
            layers=_DEPARTMENT,
            tells_findings=True,
        ),
        VisitPaperType(
            kind=VisitPaperKind.EVALUATION_REPORT,
            title="Báo cáo đánh giá ngoài",
            compose=evaluation_report,
            layers=_DEPARTMENT,
            tells_findings=True,
        ),
        VisitPaperType(
            kind=VisitPaperKind.RECOGNITION_DECISION,
            title="Quyết định công nhận, không công nhận, thu hồi (lời văn)",
            compose=recognition_decision,
            layers=(),
            about_visit=False,
            internal=True,
        ),
    )
}
"""The papers in the order of the way."""
