"""Describes each fact about the work of a self-assessment in a Vietnamese sentence, without any person or text in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import name_of
from shared.eventlog.facts import Fact
from shared.text import format_date
from shared.vocabulary.labels import IMPROVEMENT_STATUS_LABELS, REVIEW_OCCASION_LABELS
from shared.vocabulary.self_assessment import GroupKind

_GROUPS = {GroupKind.SECRETARIAT: "nhóm thư ký", GroupKind.WORKING: "nhóm công tác"}


def _until(day: dt.date | None) -> str:
    return f", hạn {format_date(day)}" if day else ""


def _council_set_up(fact: sf.CouncilSetUp) -> str:
    return f"Lập Hội đồng tự đánh giá ngày {format_date(fact.decided_on)}, {len(fact.members)} thành viên."


def _group_formed(fact: sf.GroupFormed) -> str:
    return f"Lập {_GROUPS[fact.kind]}, {len(fact.members)} người." if fact.members else f"Giải thể {_GROUPS[fact.kind]}."


def _criterion_assigned(fact: sf.CriterionAssigned) -> str:
    return f"Phân công {name_of(fact.criterion)}{_until(fact.due)}."


def _self_assessment_planned(_: sf.SelfAssessmentPlanned) -> str:
    return "Ghi kế hoạch tự đánh giá."


def _plan_approved(fact: sf.PlanApproved) -> str:
    return f"Chủ tịch Hội đồng duyệt kế hoạch tự đánh giá ngày {format_date(fact.approved_on)} (bản ghi số {fact.plan})."


def _facets_defined(fact: sf.FacetsDefined) -> str:
    return f"Xác định nội hàm {name_of(fact.criterion, fact.level, fact.indicator)}: {len(fact.facets)} nội hàm."


def _status_written(fact: sf.StatusWritten) -> str:
    return f"Viết hiện trạng {name_of(fact.criterion, fact.level)}: {len(fact.sentences)} câu."


def _copied_text_kept(fact: sf.CopiedTextKept) -> str:
    return f"Xem lại và giữ nguyên phần chép từ đợt trước ở {name_of(fact.criterion, fact.level)}."


def _standard_described(fact: sf.StandardDescribed) -> str:
    return f"Viết nhận định tiêu chuẩn {fact.standard}."


def _report_section_written(fact: sf.ReportSectionWritten) -> str:
    return f"Viết mục {fact.section} của báo cáo tự đánh giá."


def _criterion_handed_in(fact: sf.CriterionHandedIn) -> str:
    return f"Nộp {name_of(fact.criterion)} để soát."


def _criterion_taken_back(fact: sf.CriterionTakenBack) -> str:
    return f"Người viết lấy lại {name_of(fact.criterion)}."


def _changes_requested(fact: sf.ChangesRequested) -> str:
    return f"Yêu cầu sửa {name_of(fact.criterion)}{_until(fact.due)}."


def _criterion_reviewed(fact: sf.CriterionReviewed) -> str:
    return f"Soát xong {name_of(fact.criterion)}."


def _comment_added(fact: sf.CommentAdded) -> str:
    return f"Góp ý ở {name_of(fact.criterion)}."


def _comment_resolved(fact: sf.CommentResolved) -> str:
    return f"{'Xử lý xong' if fact.resolved else 'Mở lại'} một góp ý ở {name_of(fact.criterion)}."


def _council_met(fact: sf.CouncilMet) -> str:
    return f"Hội đồng tự đánh giá họp ngày {format_date(fact.met_on)}, {len(fact.present)} người dự."


def _criterion_voted(fact: sf.CriterionVoted) -> str:
    return (
        f"Biểu quyết {name_of(fact.criterion)}: {fact.votes_for} tán thành, {fact.votes_against} không tán thành, "
        f"{fact.abstentions} không có ý kiến; {'thông qua' if fact.passed else 'không thông qua'}."
    )


def _report_approved(fact: sf.ReportApproved) -> str:
    return (
        f"Chủ tịch Hội đồng phê duyệt báo cáo tự đánh giá ngày {format_date(fact.approved_on)} (đến bản ghi số {fact.of})."
    )


def _report_published(fact: sf.ReportPublished) -> str:
    return f"Công bố kết quả tự đánh giá ngày {format_date(fact.published_on)}."


def _improvement_item_set(fact: sf.ImprovementItemSet) -> str:
    where = name_of(fact.criterion) if fact.criterion else f"tiêu chuẩn {fact.standard}"
    return f"Ghi việc cải tiến ở {where}{_until(fact.ends)}."


def _improvement_reviewed(fact: sf.ImprovementReviewed) -> str:
    when = f"{REVIEW_OCCASION_LABELS[fact.occasion].lower()}, ngày {format_date(fact.reviewed_on)}"
    return f"Theo dõi một việc cải tiến, {when}: {IMPROVEMENT_STATUS_LABELS[fact.status].lower()}."


SELF_ASSESSMENT_DESCRIPTIONS: dict[type[Fact], Callable[[Any], str]] = {
    sf.CouncilSetUp: _council_set_up,
    sf.GroupFormed: _group_formed,
    sf.CriterionAssigned: _criterion_assigned,
    sf.SelfAssessmentPlanned: _self_assessment_planned,
    sf.PlanApproved: _plan_approved,
    sf.FacetsDefined: _facets_defined,
    sf.StatusWritten: _status_written,
    sf.CopiedTextKept: _copied_text_kept,
    sf.StandardDescribed: _standard_described,
    sf.ReportSectionWritten: _report_section_written,
    sf.CriterionHandedIn: _criterion_handed_in,
    sf.CriterionTakenBack: _criterion_taken_back,
    sf.ChangesRequested: _changes_requested,
    sf.CriterionReviewed: _criterion_reviewed,
    sf.CommentAdded: _comment_added,
    sf.CommentResolved: _comment_resolved,
    sf.CouncilMet: _council_met,
    sf.CriterionVoted: _criterion_voted,
    sf.ReportApproved: _report_approved,
    sf.ReportPublished: _report_published,
    sf.ImprovementItemSet: _improvement_item_set,
    sf.ImprovementReviewed: _improvement_reviewed,
}
