"""The plan of a self-assessment: the headings of the circular's form, what may stand under them, when it is approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from services.assessment.domain import council
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.work import SelfAssessmentWork
from services.assessment.errors import ChangedMeanwhile, CriteriaWithoutGroup, DateRefused, NoPlan
from shared.eventlog.log import RecordedEvent
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.rulebook import council as asked
from shared.text import format_date
from shared.typed_texts import typed_text
from shared.vocabulary.ids import BEGINNING, CriterionCode, CycleId, Position, SchoolCode

MOST_ROWS = 200
"""Of a timetable, of resources: more than a school year has weeks, and than a circular has criteria."""

MOST_OWN_HEADINGS = 40
LONGEST_LINE = 300
"""Characters of a heading, an activity, an office: it goes into a cell of a table."""


class Due(NamedTuple):
    """Something of the timetable that is to be done by a day; `who` is a group or an office."""

    on: dt.date
    activity: str
    who: str


def headings(rulebook: Rulebook) -> dict[str, str]:
    """Return key → heading of the circular's form of a plan ("IV" → "IV hội đồng: …"), nothing where it has no such form."""
    form = asked.plan_form(rulebook)
    return {section.split(maxsplit=1)[0]: section for section in form.sections} if form else {}


def plan_of(work: SelfAssessmentWork) -> sf.SelfAssessmentPlanned | None:
    """Return the plan of a cycle, None while there is none."""
    fact = work.plan.entry.fact if work.plan else None
    return fact if isinstance(fact, sf.SelfAssessmentPlanned) else None


def due_dates(work: SelfAssessmentWork) -> list[Due]:
    """Return what the plan's timetable says is to be done and by when, the earliest first."""
    plan = plan_of(work)
    return sorted(Due(item.ends, item.activity, item.who) for item in (plan.timetable if plan else ()))


def checked_plan(rulebook: Rulebook, plan: sf.SelfAssessmentPlanned) -> sf.SelfAssessmentPlanned:
    """Return a plan as it is stored: only what was written. Raises BadRequest, NoSuchCriterion."""
    if max(len(plan.timetable), len(plan.resources)) > MOST_ROWS:
        raise BadRequest(f"Lịch và nguồn lực mỗi bảng nhiều nhất {MOST_ROWS} dòng. Chưa ghi gì. Gộp bớt dòng.")
    checked = msgspec.structs.replace(
        plan,
        sections=_sections(rulebook, plan.sections),
        timetable=tuple(_item(item, number) for number, item in enumerate(plan.timetable)),
        resources=tuple(_resource(rulebook, one, number) for number, one in enumerate(plan.resources)),
    )
    if not (checked.sections or checked.timetable or checked.resources):
        raise BadRequest("Kế hoạch chưa có nội dung nào. Chưa ghi gì. Ghi ít nhất một mục hoặc một dòng lịch.", path="$")
    return checked


def standing_plan(work: SelfAssessmentWork, plan: sf.SelfAssessmentPlanned) -> bool:
    """Say whether the plan reads just so already."""
    present = plan_of(work)
    return present is not None and msgspec.structs.replace(present, cycle=plan.cycle) == plan


def approval(
    rulebook: Rulebook,
    work: SelfAssessmentWork,
    *,
    school: SchoolCode,
    cycle: CycleId,
    actor: str,
    read: Position,
    on: dt.date,
) -> sf.PlanApproved | None:
    """Return the approval of the plan as it stands, None when it is approved already; `read` is the position that was read.

    Raises NoCouncil, NotYourDuty, NoPlan, ChangedMeanwhile, CriteriaWithoutGroup, CouncilRefused, DateRefused.
    """
    council.require_chair(work, actor, "duyệt kế hoạch tự đánh giá")
    plan = _written(work)
    if read not in {BEGINNING, plan.position}:
        raise ChangedMeanwhile(
            f"Kế hoạch đã được ghi lại (bản ghi số {plan.position}) sau bản đang xem. Chưa duyệt. Xem bản mới rồi duyệt.",
            plan=plan.position,
        )
    if work.plan_approval is not None:
        return None
    council_now = council.require_council(work)
    council.require_lawful(rulebook, council_now.members)
    without = council.unassigned(rulebook, work)
    if without and asked.plans_with_groups(rulebook):
        raise CriteriaWithoutGroup(
            f"Còn {len(without)} tiêu chí chưa giao cho nhóm nào: {', '.join(without)}. Chưa duyệt. Phân công đủ rồi duyệt.",
            criteria=without,
        )
    if on < council_now.decided_on:
        raise DateRefused(
            f"Ngày duyệt {format_date(on)} trước ngày lập Hội đồng ({format_date(council_now.decided_on)}). Chọn lại ngày."
        )
    return sf.PlanApproved(school=school, cycle=cycle, plan=plan.position, approved_on=on)


def _written(work: SelfAssessmentWork) -> RecordedEvent:
    if work.plan is None:
        raise NoPlan("Đợt này chưa có kế hoạch tự đánh giá. Chưa duyệt. Ghi kế hoạch trước.")
    return work.plan


def _sections(rulebook: Rulebook, given: Mapping[str, str]) -> dict[str, str]:
    known = headings(rulebook)
    if not known and len(given) > MOST_OWN_HEADINGS:
        raise BadRequest(f"Kế hoạch nhiều nhất {MOST_OWN_HEADINGS} mục. Chưa ghi gì. Gộp bớt mục.", path="$.sections")
    sections: dict[str, str] = {}
    for key, text in given.items():
        name = key if known else line(key, "tên mục", "$.sections")
        if known and key not in known:
            raise BadRequest(
                f"Mẫu kế hoạch của {rulebook.circular} không có mục “{key}”. Các mục: {', '.join(known)}. Chưa ghi gì.",
                path="$.sections",
            )
        if written := typed_text(text, f"mục {name}"):
            sections[name] = written
    return sections


def _item(item: sf.TimetableItem, number: int) -> sf.TimetableItem:
    path = f"$.timetable[{number}]"
    if item.ends < item.starts:
        raise BadRequest(
            f"Dòng lịch thứ {number + 1} kết thúc {format_date(item.ends)}, trước khi bắt đầu. Chưa ghi gì. Sửa ngày.",
            path=f"{path}.ends",
        )
    activity = line(item.activity, "hoạt động", f"{path}.activity")
    return msgspec.structs.replace(item, activity=activity, who=line(item.who, "người làm", f"{path}.who", empty=True))


def _resource(rulebook: Rulebook, resource: sf.Resource, number: int) -> sf.Resource:
    path = f"$.resources[{number}]"
    criterion_of(rulebook, CriterionCode(resource.criterion))
    return msgspec.structs.replace(
        resource,
        what=line(resource.what, "nguồn lực", f"{path}.what"),
        when=line(resource.when, "thời điểm", f"{path}.when", empty=True),
        note=line(resource.note, "ghi chú", f"{path}.note", empty=True),
    )


def line(text: str, what: str, path: str, *, empty: bool = False) -> str:
    """Return a text of one line as it is stored; raises BadRequest when it is too long or, unless `empty`, says nothing."""
    clean = " ".join(typed_text(text, what).split())
    if not clean and not empty:
        raise BadRequest(f"Chưa nhập {what}. Chưa ghi gì.", path=path)
    if len(clean) > LONGEST_LINE:
        raise BadRequest(
            f"Phần {what} dài {len(clean)} chữ cái, nhiều nhất {LONGEST_LINE}. Chưa ghi gì. Rút gọn lại.", path=path
        )
    return clean
