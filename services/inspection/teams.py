"""Who may work on a visit: the team of its layer, those who were named, and whoever may be named at all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from services.inspection import views
from services.inspection.domain.inspection import Inspection
from services.inspection.domain.team_facts import SentMember
from services.inspection.domain.team_rules import source_of_eligibility
from services.inspection.errors import MemberRefused, NoAccount, WrongLayer
from services.inspection.use_cases.texts import naming, require_person_id
from shared.clock import vietnam_date
from shared.contracts.operations import OVERSIGHT
from shared.eventlog.log import moment
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.teams import TEAMS

PLANNERS = {Layer.COMMUNE: Role.COMMUNE_OFFICER, Layer.DEPARTMENT: Role.DEPARTMENT_OFFICER}
"""Whose office plans the visits of a layer; it may conclude them too."""

STAFF = frozenset({Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD})
"""Who works inside a school."""

MOST_MEMBERS = 50

_READS_DRAFTS = (
    frozenset(Role) - STAFF - {Role.SUBSCRIBER, Role.ECONOMIC_OFFICE, Role.STEERING_COMMITTEE, Role.MASS_ORGANISATION}
)


def require_team(acting: CallContext, layer: Layer, school: SchoolCode) -> None:
    """Raise unless the caller's team judges this layer of this school.

    An evaluator of the department must not belong to the school (TT17–19/2018 Đ30).
    """
    team = TEAMS.get(layer)
    if team is None:
        raise WrongLayer("Đợt kiểm tra chỉ ghi lớp của xã hoặc của Sở.", layer=layer)
    if not any(grant.role in team and grant.covers_school(school) for grant in acting.grants):
        raise NotAllowed("Vai trò hiện có không ghi được lớp này. Xin quyền ở người quản trị.")
    staff = [grant for grant in acting.grants if grant.role in STAFF and grant.scope_kind is ScopeKind.SCHOOL]
    if layer is Layer.DEPARTMENT and any(grant.scope == school for grant in staff):
        raise NotAllowed("Người thuộc trường không đánh giá ngoài chính trường mình. Sở cử người khác.")


def require_planner(acting: CallContext, layer: Layer, school: SchoolCode) -> None:
    """Raise unless the caller is of the office that plans this layer's visits to the school."""
    require_team(acting, layer, school)
    if not is_planner(acting, layer, school):
        raise NotAllowed("Chỉ cơ quan lập đợt làm được việc này. Chưa ghi gì. Báo cơ quan lập đợt.")


def is_planner(acting: CallContext, layer: Layer, school: SchoolCode) -> bool:
    """Say whether the caller is of the office that plans this layer's visits to the school."""
    return any(grant.role is PLANNERS[layer] and grant.covers_school(school) for grant in acting.grants)


def require_member(acting: CallContext, inspection: Inspection, *, concluding: bool = False) -> None:
    """Raise unless the caller goes on this visit; to conclude it, the planning office is enough.

    A visit for which nobody was named is open to the layer's whole team.
    """
    planned = inspection.planned
    assert planned is not None
    require_team(acting, planned.layer, planned.school)
    if not inspection.team or acting.actor in inspection.team:
        return
    if concluding and is_planner(acting, planned.layer, planned.school):
        return
    raise NotAllowed("Chỉ thành viên đã cử vào đoàn này ghi được. Xem danh sách đoàn, hoặc báo cơ quan lập đợt.")


def require_leader(conn: Connection, acting: CallContext, inspection: Inspection, *, concluding: bool = False) -> None:
    """Raise unless the caller writes down what the team agrees on, or concludes: its head or its secretary.

    Where neither has an account, the planning office does it for them; where no team was set up, any named member, or the
    planning office.
    """
    if not inspection.team_set_up:
        require_member(acting, inspection, concluding=True)
        return
    planned = inspection.planned
    assert planned is not None
    require_team(acting, planned.layer, planned.school)
    if acting.actor in inspection.leaders:
        return
    nobody_can = all(views.holder(conn, leader) is None for leader in inspection.leaders)
    if nobody_can and is_planner(acting, planned.layer, planned.school):
        return
    deed = "kết luận đợt của đoàn" if concluding else "ghi kết quả thống nhất"
    raise NotAllowed(f"Trưởng đoàn hoặc thư ký {deed}. Chưa ghi gì. Báo trưởng đoàn.")


def reads_opinions(acting: CallContext, layer: Layer, school: SchoolCode) -> bool:
    """Say whether the caller reads what single members judge: the layer's offices, and who watches over all."""
    readers = TEAMS.get(layer, frozenset()) | OVERSIGHT
    return any(grant.role in readers and grant.covers_school(school) for grant in acting.grants)


def check_accounts(conn: Connection, layer: Layer, school: SchoolCode, members: Sequence[SentMember], now_us: int) -> None:
    """Raise MemberRefused for a member whose account may not judge this layer of this school.

    Somebody without an account may go along, and cannot record. Raises BadRequest for what is no id of a person.
    """
    commune = views.commune_of(conn, school)
    for number, member in enumerate(members):
        holder = views.holder(conn, member.person)
        if holder is None:
            require_person_id(member.person, f"$.members[{number}].person")
            continue
        with naming(f"Người thứ {number + 1} trong đoàn", path=f"$.members[{number}]"):
            _check_member(holder, member.person, layer, school, commune, now_us)


def check_never_worked_there(
    conn: Connection, layer: Layer, school: SchoolCode, people: Sequence[str], *, surely: bool
) -> None:
    """Raise MemberRefused for somebody of the department's team who holds, or once held, a role inside the school.

    For the commune only the present role counts. `surely`: as of `team_rules.require_eligible`.
    """
    if layer is not Layer.DEPARTMENT:
        return
    for number, person in enumerate(people):
        if views.ever_worked_at(conn, person, school):
            raise MemberRefused(
                f"Người thứ {number + 1} trong đoàn từng giữ vai trò ở chính trường được xem, tức đã làm việc ở đó "
                f"({source_of_eligibility(surely=surely)}). Chưa lập gì. Cử người khác.",
                member=person,
                path=f"$.members[{number}]",
            )


def reads_drafts(acting: CallContext, school: SchoolCode) -> bool:
    """Say whether the caller sees what a visit to the school found before it is concluded.

    The school does not, nor does who reads no assessment that is on its way.
    """
    return any(grant.role in _READS_DRAFTS and grant.covers_school(school) for grant in acting.grants)


def checked_members(
    conn: Connection, layer: Layer, school: SchoolCode, members: Sequence[str], now_us: int
) -> tuple[str, ...]:
    """Return the members, each once; raises NoAccount, MemberRefused, BadRequest."""
    if len(members) > MOST_MEMBERS:
        raise BadRequest(f"Một đoàn nhiều nhất {MOST_MEMBERS} người. Chưa lập gì.", path="$.members")
    chosen = tuple(dict.fromkeys(members))
    commune = views.commune_of(conn, school)
    for number in chosen:
        _check_member(views.holder(conn, number), number, layer, school, commune, now_us)
    return chosen


def _check_member(
    holder: views.MemberHolder | None, number: str, layer: Layer, school: SchoolCode, commune: CommuneCode, now_us: int
) -> None:
    if holder is None:
        raise NoAccount(
            "Đoàn có người chưa có tài khoản ở đây. Chưa lập gì. Chọn trong danh sách người dùng; "
            "nếu vừa mời, thử lại sau vài giây.",
            member=number,
        ).awaiting_news()
    if holder.ended or (holder.expires_at_us is not None and holder.expires_at_us <= now_us):
        raise MemberRefused("Tài khoản của người này đã đóng hoặc hết hạn. Chưa lập gì. Cử người khác.", member=number)
    day = vietnam_date(moment(now_us))
    roles = [held for held in holder.roles if held.counts_on(day)]
    if any(held.role in STAFF and held.scope == school for held in roles):
        raise MemberRefused("Người này thuộc chính trường được xem. Chưa lập gì. Cử người khác.", member=number)
    if not any(held.role in TEAMS[layer] and _reaches(held, school, commune) for held in roles):
        raise MemberRefused(
            "Người này không giữ vai trò ghi được lớp này ở trường này. Chưa lập gì. "
            "Giao vai trò trước, hoặc cử người khác.",
            member=number,
        )


def _reaches(held: views.HeldRole, school: SchoolCode, commune: CommuneCode) -> bool:
    """Say whether a role reaches a school. How far a token's reaches is not told; it is checked when the token acts."""
    match held.scope_kind:
        case ScopeKind.SCHOOL:
            return held.scope == school
        case ScopeKind.COMMUNE:
            return held.scope == commune
        case _:
            return True
