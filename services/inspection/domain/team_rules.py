"""Who may be in the team of a visit, by what was declared of each, and what is not known of them.

Eligibility is a rule about external evaluation (TT17–19/2018 Đ30). What TT57/2026 asks of an appraisal is not known: the
same is checked there, and said to be the rule of 2018.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from services.inspection.domain.team_facts import SentMember
from services.inspection.errors import MemberRefused, TeamRefused
from shared.rulebook.visit_settings import TeamSize
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import PersonId
from shared.vocabulary.inspection import TeamRole
from shared.vocabulary.labels import TEAM_ROLE_LABELS

LEAST_YEARS = 5
"""Whole years in the sector (TT17–19/2018 Đ30)."""

_SOURCE = "TT17–19/2018 Đ30"
_NOT_SURE = f"{_SOURCE}; TT57/2026 quy định thế nào thì chưa rõ"


def require_composition(members: Sequence[SentMember]) -> None:
    """Raise TeamRefused unless the team has one head, at most one secretary, and nobody twice."""
    if not members:
        raise TeamRefused("Đoàn chưa có ai. Chưa lập đoàn. Ghi ít nhất trưởng đoàn.")
    heads, secretaries = _count(members, TeamRole.HEAD), _count(members, TeamRole.SECRETARY)
    if heads != 1:
        raise TeamRefused(f"Đoàn có {heads} trưởng đoàn, phải đúng một. Chưa lập đoàn. Sửa danh sách rồi lập lại.")
    if secretaries > 1:
        raise TeamRefused(f"Đoàn có {secretaries} thư ký, nhiều nhất một. Chưa lập đoàn. Sửa danh sách rồi lập lại.")
    people = [member.person for member in members]
    if len(set(people)) < len(people):
        raise TeamRefused("Có người được ghi hai lần trong đoàn. Chưa lập đoàn. Ghi mỗi người một lần.")


def source_of_eligibility(*, surely: bool) -> str:
    """Return the article that says who may be in the department's team, or that it may not be the one of the visit."""
    return _SOURCE if surely else _NOT_SURE


def require_eligible(layer: Layer, members: Sequence[SentMember], *, surely: bool) -> None:
    """Raise MemberRefused for a member of the department's team who was declared not to be eligible.

    `surely`: the rulebook of the visit is one of 2018, whose article this is.
    """
    if layer is not Layer.DEPARTMENT:
        return
    for number, member in enumerate(members):
        why = next(_against(member), "")
        if why:
            raise MemberRefused(
                f"{_called(number, member)} {why} ({source_of_eligibility(surely=surely)}). Chưa lập đoàn. Cử người khác.",
                member=member.person,
                path=f"$.members[{number}]",
            )


def warnings_of(layer: Layer, members: Sequence[SentMember], size: TeamSize | None, *, surely: bool) -> list[str]:
    """Return what is not known or not usual about a team, in Vietnamese; `size` is None where the law's is not known."""
    if layer is not Layer.DEPARTMENT:
        return []
    source = source_of_eligibility(surely=surely)
    unknown = [(number, member, list(_unknown(member))) for number, member in enumerate(members)]
    said = [
        f"{_called(number, member)} chưa khai: {', '.join(open_)} ({source})." for number, member, open_ in unknown if open_
    ]
    return said + list(_about_size(len(members), size))


def proposals_of(members: Sequence[SentMember], attended: Mapping[PersonId, dt.date]) -> list[str]:
    """Return what the attendance of the commune's classes proposes of members of whom nobody said whether they are trained.

    It decides nothing: whether such a class was the ministry's, whoever sets the team up says. `attended`: person → day.
    """
    return [
        f"{_called(number, member)} đã dự lớp tập huấn đánh giá ngoài của xã ngày {format_date(attended[member.person])}. "
        "Lớp ấy là tập huấn của Bộ thì ghi đã tập huấn, nguồn là lớp ấy."
        for number, member in enumerate(members)
        if member.trained is None and member.person in attended
    ]


def _about_size(members: int, size: TeamSize | None) -> Iterator[str]:
    if size is None:
        yield "Chưa rõ đoàn phải có bao nhiêu người: TT57/2026 chưa thấy điều khoản. Số người không được kiểm tra."
    elif members < size.at_least:
        yield f"Đoàn có {members} người; thường ít nhất {size.at_least} ({size.source}). {size.note}."


def _against(member: SentMember) -> Iterator[str]:
    if member.worked_here:
        yield "đã làm việc ở chính trường này"
    if member.years_in_sector is not None and member.years_in_sector < LEAST_YEARS:
        yield f"mới có {member.years_in_sector} năm trong ngành, phải từ {LEAST_YEARS} năm"
    if member.trained is False:
        yield "chưa qua tập huấn đánh giá ngoài của Bộ"


def _unknown(member: SentMember) -> Iterator[str]:
    if member.worked_here is None:
        yield "đã làm việc ở trường này hay chưa"
    if member.years_in_sector is None:
        yield "số năm trong ngành"
    if member.trained is None:
        yield "đã qua tập huấn của Bộ hay chưa"


def _count(members: Sequence[SentMember], role: TeamRole) -> int:
    return sum(member.role is role for member in members)


def _called(number: int, member: SentMember) -> str:
    """Return how a member is called here, where nobody has a name."""
    role = TEAM_ROLE_LABELS[member.role]
    return role if member.role in {TeamRole.HEAD, TeamRole.SECRETARY} else f"Người thứ {number + 1} ({role.lower()})"
