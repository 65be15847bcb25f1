"""Rules about a self-assessment council: who is in it, what its groups are, who works on which criterion, who may say so.

How many members, odd or not, and who is chair stand in the pinned rulebook; what its sentences ask besides is read by
`shared.rulebook.council`. Breaking one of those refuses the council. What no law fixes is only shown, marked “quy ước”.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.rulebook_lookup import criterion_of, name_of
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from services.assessment.errors import (
    CouncilRefused,
    GroupHasCriteria,
    NoCouncil,
    NoSuchGroup,
    NotInCouncil,
    NotYourDuty,
    ReviewerIsWriter,
)
from shared.rulebook import Rulebook
from shared.rulebook import council as asked
from shared.rulebook.document import Confidence, Council
from shared.text import nfc
from shared.vocabulary.ids import CriterionCode, GroupId, PersonId
from shared.vocabulary.self_assessment import CouncilRole, RuleState

CUSTOM = "quy ước"
"""The source of what no law fixes."""

_SHOWN = 12
"""Criteria that a sentence names; the data of the refusal names all."""


class CheckedRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule about a council: what it asks, how it stands, what was found, where it stands and how well that is known."""

    rule: str
    text: str
    state: RuleState
    found: str
    source: str
    confidence: Confidence


# --- what stands


def council_of(work: SelfAssessmentWork) -> sf.CouncilSetUp | None:
    """Return the council of a cycle, None while there is none."""
    fact = work.council.entry.fact if work.council else None
    return fact if isinstance(fact, sf.CouncilSetUp) else None


def require_council(work: SelfAssessmentWork) -> sf.CouncilSetUp:
    """Return the council of a cycle; raises NoCouncil."""
    council = council_of(work)
    if council is None:
        raise NoCouncil("Đợt này chưa có Hội đồng tự đánh giá. Chưa ghi gì. Hiệu trưởng lập Hội đồng trước.")
    return council


def role_of(council: sf.CouncilSetUp | None, person: str) -> CouncilRole | None:
    """Return what a person is in the council, None for nobody of it."""
    members = council.members if council else ()
    return next((member.role for member in members if member.person == person), None)


def groups_of(work: SelfAssessmentWork) -> dict[GroupId, sf.GroupFormed]:
    """Return the groups of a council by their ids, in the order in which they were formed."""
    return {group: logged.entry.fact for group, logged in work.groups.items()}  # type: ignore[misc]  # as `work` folds it


def assignment_of(work: CriterionWork) -> sf.CriterionAssigned | None:
    """Return who works on a criterion, None while it was assigned to nobody."""
    fact = work.assignment.entry.fact if work.assignment else None
    return fact if isinstance(fact, sf.CriterionAssigned) else None


def group_of(work: SelfAssessmentWork, criterion: CriterionCode) -> sf.GroupFormed | None:
    """Return the group that a criterion was given to, None where that is none, or one that is dissolved."""
    assignment = assignment_of(work.seen(criterion))
    return groups_of(work).get(assignment.group) if assignment else None


def people_for(work: SelfAssessmentWork, group: GroupId) -> set[PersonId]:
    """Return who may be named for work in a group: the members of the council and of that group."""
    council, formed = council_of(work), groups_of(work).get(group)
    members = {member.person for member in council.members} if council else set()
    return members | set(formed.members if formed else ())


def criteria_to_assign(rulebook: Rulebook) -> list[CriterionCode]:
    """Return the criteria that somebody must work on: those of the standards; what goes beyond them a school chooses."""
    return [code for code, criterion in rulebook.criteria.items() if criterion.standard]


def unassigned(rulebook: Rulebook, work: SelfAssessmentWork) -> list[CriterionCode]:
    """Return the criteria that nobody has: no group; where the circular knows no groups, a writer does as well."""
    alone = not asked.plans_with_groups(rulebook)
    found = []
    for code in criteria_to_assign(rulebook):
        assignment = assignment_of(work.seen(code))
        written = alone and assignment is not None and assignment.writer
        if group_of(work, code) is None and not written:
            found.append(code)
    return found


# --- who may


def require_leading(work: SelfAssessmentWork, actor: str, *, is_head: bool) -> None:
    """Check that somebody may say who does what: the head, the chair or the secretary of the council.

    Raises NoCouncil, NotYourDuty.
    """
    council = require_council(work)
    if not is_head and role_of(council, actor) not in {CouncilRole.CHAIR, CouncilRole.SECRETARY}:
        raise NotYourDuty(
            "Chỉ Hiệu trưởng, Chủ tịch hoặc Thư ký Hội đồng chia nhóm, phân công và ghi kế hoạch. Chưa ghi gì. "
            "Nhờ một trong ba người ấy."
        )


def require_chair(work: SelfAssessmentWork, actor: str, what: str) -> None:
    """Check that somebody is the chair of the council; `what` is what only the chair does. Raises NoCouncil, NotYourDuty."""
    council = require_council(work)
    if role_of(council, actor) is not CouncilRole.CHAIR:
        raise NotYourDuty(
            f"Chỉ Chủ tịch Hội đồng {what}. Chưa ghi gì. Nếu Chủ tịch chưa có tên đăng nhập trong quyết định, "
            "Hiệu trưởng lập lại Hội đồng, ghi kèm tên đăng nhập."
        )


def require_working(work: SelfAssessmentWork, criterion: CriterionCode, actor: str) -> None:
    """Check that somebody works on a criterion: any member of the council, or of the group that has it.

    While no council is set up, whoever writes for the school does. Raises NotYourDuty.
    """
    council, group = council_of(work), group_of(work, criterion)
    if council is None or role_of(council, actor) is not None or actor in (group.members if group else ()):
        return
    raise NotYourDuty(
        f"Chỉ thành viên Hội đồng, hoặc của nhóm được giao, làm {name_of(criterion)}. Chưa ghi gì. "
        "Nhờ Thư ký Hội đồng phân công."
    )


# --- the council itself


def require_lawful(rulebook: Rulebook, members: Sequence[sf.CouncilMember]) -> None:
    """Check a council against the rules of the circular; raises CouncilRefused naming each that it breaks."""
    broken = [rule for rule in composition(rulebook, members) if rule.state is RuleState.NOT_MET]
    if broken:
        sentences = " ".join(f"{rule.text} ({rule.source}): {rule.found}." for rule in broken)
        raise CouncilRefused(
            f"{sentences} Chưa lập. Sửa danh sách rồi lập lại.",
            rules=[{"rule": r.rule, "text": r.text, "found": r.found, "source": r.source} for r in broken],
        )


def composition(rulebook: Rulebook, members: Sequence[sf.CouncilMember]) -> list[CheckedRule]:
    """Return the rules about who is in the council, one by one."""
    return list(_composition(rulebook, members))


def _composition(rulebook: Rulebook, members: Sequence[sf.CouncilMember]) -> Iterator[CheckedRule]:
    rule, number = rulebook.rules.council, len(members)
    of_role = Counter(member.role for member in members)
    chairs, secretaries = of_role[CouncilRole.CHAIR], of_role[CouncilRole.SECRETARY]
    size = f"có {number} thành viên"
    yield _numbered(rule, "so_thanh_vien", f"Ít nhất {rule.at_least:02} thành viên", number >= rule.at_least, size)
    if rule.odd:
        yield _numbered(rule, "so_le", "Số thành viên lẻ", number % 2 == 1, size)
    yield _numbered(rule, "mot_chu_tich", "Có đúng một Chủ tịch", chairs == 1, f"có {chairs} Chủ tịch")
    yield from _chair(rulebook, members)
    read = asked.council_sentences()
    if asked.asks_one_secretary(rulebook):
        yield _read("mot_thu_ky", read.one_secretary, secretaries == 1, f"có {secretaries} Thư ký")
    if asked.asks_task_in_writing(rulebook):
        without = [str(place) for place, member in enumerate(members, 1) if not member.task]
        found = f"thành viên thứ {', '.join(without)} chưa ghi nhiệm vụ" if without else "ai cũng có nhiệm vụ"
        yield _read("nhiem_vu", read.task_in_writing, not without, found)
    yield _once(members)
    yield _training(rulebook, members)


def _chair(rulebook: Rulebook, members: Sequence[sf.CouncilMember]) -> Iterator[CheckedRule]:
    """Say whether the chair holds the post that the circular names, where it names another than that of chair."""
    rule = rulebook.rules.council
    if _words(rule.chair) == "chủ tịch":
        return
    offices = [member.office for member in members if member.role is CouncilRole.CHAIR]
    wanted = _words(rule.chair)
    fits = bool(offices) and all(_holds(_words(office), wanted) for office in offices)
    found = f"chức vụ ghi là “{offices[0]}”" if offices and offices[0] else "chưa ghi chức vụ của Chủ tịch"
    # A post is typed by hand: what does not match may still be right, so a person looks.
    state = RuleState.MET if fits else RuleState.WARNING
    yield CheckedRule(
        rule="chu_tich_la",
        text=f"Chủ tịch Hội đồng là {rule.chair}",
        state=state,
        found=found,
        source=rule.source,
        confidence=rule.confidence,
    )


def _words(text: str) -> str:
    return " ".join(nfc(text).casefold().split())


def _holds(office: str, wanted: str) -> bool:
    return wanted in office and f"phó {wanted}" not in office


def _once(members: Sequence[sf.CouncilMember]) -> CheckedRule:
    twice = sum(number - 1 for number in Counter(member.person for member in members).values())
    found = f"{twice} lần ghi trùng người" if twice else "không ai ghi hai lần"
    return CheckedRule(
        rule="moi_nguoi_mot_lan",
        text="Mỗi người một lần",
        state=RuleState.NOT_MET if twice else RuleState.MET,
        found=found,
        source=CUSTOM,
        confidence=Confidence.HIGH,
    )


def _training(rulebook: Rulebook, members: Sequence[sf.CouncilMember]) -> CheckedRule:
    reading = asked.council_sentences().trained_members
    untrained = sum(member.trained is False for member in members)
    unsaid = sum(member.trained is None for member in members)
    counted = ((untrained, "người chưa tập huấn"), (unsaid, "người chưa ghi đã tập huấn chưa"))
    counts = [f"{number} {words}" for number, words in counted if number]
    by_law = asked.prefers_trained_members(rulebook)
    return CheckedRule(
        rule="tap_huan",
        text=reading.text,
        state=RuleState.WARNING if counts else RuleState.MET,
        found=", ".join(counts) or "ai cũng đã tập huấn",
        source=reading.source if by_law else CUSTOM,
        confidence=reading.confidence if by_law else Confidence.LOW,
    )


# --- groups


def checked_group(work: SelfAssessmentWork, formed: sf.GroupFormed) -> sf.GroupFormed:
    """Return a group as it is stored: the head among its members, nobody twice. Raises NoCouncil, NotInCouncil."""
    council = require_council(work)
    if role_of(council, formed.head) is None:
        raise NotInCouncil(
            "Nhóm trưởng phải là thành viên Hội đồng. Chưa lập nhóm. Chọn nhóm trưởng trong danh sách Hội đồng.",
            person=formed.head,
        )
    members = tuple(dict.fromkeys((formed.head, *formed.members)))
    return msgspec.structs.replace(formed, members=members)


def dissolved(rulebook: Rulebook, work: SelfAssessmentWork, group: GroupId) -> sf.GroupFormed:
    """Return the fact that dissolves a group. Raises NoSuchGroup, GroupHasCriteria."""
    formed = groups_of(work).get(group)
    if formed is None:
        raise _no_group(group)
    if criteria := criteria_of(rulebook, work, group):
        raise GroupHasCriteria(
            f"Nhóm {formed.name} còn {_named(criteria)}. Chưa giải thể. Giao các tiêu chí này cho nhóm khác trước.",
            group=group,
            criteria=criteria,
        )
    return msgspec.structs.replace(formed, members=())


def criteria_of(rulebook: Rulebook, work: SelfAssessmentWork, group: GroupId) -> list[CriterionCode]:
    """Return the criteria that a group was given, in the order of the rulebook."""
    found = []
    for code in rulebook.criteria:
        assignment = assignment_of(work.seen(code))
        if assignment is not None and assignment.group == group:
            found.append(code)
    return found


# --- assignments


def check_assignment(rulebook: Rulebook, work: SelfAssessmentWork, assigned: sf.CriterionAssigned) -> None:
    """Do nothing when a criterion may be given to these people.

    Raises NoSuchCriterion, NoSuchGroup, NotInCouncil, ReviewerIsWriter.
    """
    criterion_of(rulebook, assigned.criterion)
    if assigned.group and assigned.group not in groups_of(work):
        raise _no_group(assigned.group)
    where = name_of(assigned.criterion)
    known = people_for(work, assigned.group)
    for person, what in ((assigned.writer, "Người viết"), (assigned.reviewer, "Người soát")):
        if person and person not in known:
            raise NotInCouncil(
                f"{what} của {where} không thuộc Hội đồng, cũng không thuộc nhóm được giao. Chưa phân công. "
                "Chọn trong danh sách Hội đồng, hoặc thêm người ấy vào nhóm trước.",
                person=person,
                criterion=assigned.criterion,
            )
    if assigned.writer and assigned.writer == assigned.reviewer:
        raise ReviewerIsWriter(
            f"Ở {where}, một người vừa viết vừa soát: không ai tự soát phần mình viết. Chưa phân công. "
            "Chọn người soát khác.",
            criterion=assigned.criterion,
        )


def standing_assignment(work: SelfAssessmentWork, assigned: sf.CriterionAssigned) -> bool:
    """Say whether a criterion is assigned just so already."""
    present = assignment_of(work.seen(assigned.criterion))
    return present is not None and msgspec.structs.replace(present, cycle=assigned.cycle) == assigned


# --- everything that is shown


def rules_of(rulebook: Rulebook, work: SelfAssessmentWork) -> list[CheckedRule]:
    """Return every rule about the council, its groups and its assignments, one by one."""
    council = council_of(work)
    if council is None:
        return [
            msgspec.structs.replace(rule, state=RuleState.NOT_MET, found="chưa lập Hội đồng")
            for rule in _composition(rulebook, ())
            if rule.source != CUSTOM
        ]
    return [*_composition(rulebook, council.members), *_of_groups(rulebook, work), *_of_assignments(rulebook, work)]


def _of_groups(rulebook: Rulebook, work: SelfAssessmentWork) -> Iterator[CheckedRule]:
    read, groups = asked.council_sentences(), groups_of(work)
    council = council_of(work)
    if groups:
        strange = [group.name for group in groups.values() if role_of(council, group.head) is None]
        found = f"{', '.join(strange)}: nhóm trưởng không còn trong Hội đồng" if strange else "đúng ở mọi nhóm"
        yield _read("nhom_truong", read.group_head, not strange, found, otherwise=RuleState.WARNING)
        odd_ones = [group for group in groups.values() if not _fits(read.group_sizes, group)]
        sizes = [f"{group.name} {len(group.members)} người" for group in odd_ones]
        found = ", ".join(sizes) or "đúng ở mọi nhóm"
        yield _read("so_nguoi_nhom", read.group_sizes, not sizes, found, otherwise=RuleState.WARNING)
    by_groups, without = asked.plans_with_groups(rulebook), unassigned(rulebook, work)
    found = f"chưa giao {_named(without)}" if without else "đã giao đủ"
    if by_groups:
        yield _read("tieu_chi_co_nhom", read.groups_in_plan, not without, found)
    else:
        yield CheckedRule(
            rule="tieu_chi_co_nhom",
            text="Mỗi tiêu chí được giao cho một nhóm hoặc một người viết",
            state=RuleState.WARNING if without else RuleState.MET,
            found=found,
            source=CUSTOM,
            confidence=Confidence.LOW,
        )


def _of_assignments(rulebook: Rulebook, work: SelfAssessmentWork) -> Iterator[CheckedRule]:
    gone = []
    for code in rulebook.criteria:
        assignment = assignment_of(work.seen(code))
        if assignment is not None and {assignment.writer, assignment.reviewer} - {""} - people_for(work, assignment.group):
            gone.append(code)
    yield CheckedRule(
        rule="nguoi_duoc_giao",
        text="Người viết và người soát thuộc Hội đồng hoặc nhóm được giao",
        state=RuleState.WARNING if gone else RuleState.MET,
        found=f"người được giao không còn trong Hội đồng ở {_named(gone)}" if gone else "đúng ở mọi tiêu chí",
        source=CUSTOM,
        confidence=Confidence.LOW,
    )


def _fits(custom: asked.GroupSizes, group: sf.GroupFormed) -> bool:
    fewest, most = custom.sizes[group.kind.value]
    return fewest <= len(group.members) <= most


def _numbered(rule: Council, name: str, text: str, kept: bool, found: str) -> CheckedRule:
    state = RuleState.MET if kept else RuleState.NOT_MET
    return CheckedRule(rule=name, text=text, state=state, found=found, source=rule.source, confidence=rule.confidence)


def _read(
    rule: str, sentence: asked.CouncilSentence, kept: bool, found: str, *, otherwise: RuleState = RuleState.NOT_MET
) -> CheckedRule:
    return CheckedRule(
        rule=rule,
        text=sentence.text,
        state=RuleState.MET if kept else otherwise,
        found=found,
        source=sentence.source,
        confidence=sentence.confidence,
    )


def _no_group(group: GroupId) -> NoSuchGroup:
    return NoSuchGroup(f"Hội đồng không có nhóm “{group}”. Chưa ghi gì. Lập nhóm trước, hoặc chọn nhóm khác.", group=group)


def _named(criteria: Iterable[CriterionCode]) -> str:
    listed = list(criteria)
    more = f" và {len(listed) - _SHOWN} tiêu chí nữa" if len(listed) > _SHOWN else ""
    return f"tiêu chí {', '.join(listed[:_SHOWN])}{more}"
