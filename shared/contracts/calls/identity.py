"""Calls of the identity service: accounts, roles and tokens, signing in, and who still holds what.

Of sessions, links and tokens only the hash travels to identity (shared.identity.secret_hash), never the secret itself;
new ones come back once, in the answer that makes them. Passwords travel in a `SecretCall`.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Acknowledged, Answer, Call, Done, Nothing, SecretAnswer, SecretCall
from shared.contracts.operations import (
    ADMINISTRATORS,
    COMMUNE_PLANNERS,
    COUNCIL,
    HEADS,
    NOBODY,
    OFFICE_READERS,
    OFFICES,
    READERS,
    YEAR_READERS,
    Operation,
    Scope,
    delete,
    get,
    post,
)
from shared.identity.call_context import GATEWAY, Grant
from shared.vocabulary.accounts import AccountState, TokenState
from shared.vocabulary.ids import CommuneCode, InspectionId, PersonId, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.signing import SigningAs


class GrantRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One role in one scope; `scope` is the school or commune code, empty for department and installation.

    `until` is the last day on which it counts, left out for a role that lasts; `signs` in whose place the holder signs.
    """

    role: Role
    scope_kind: ScopeKind
    scope: str = ""
    until: dt.date | None = None
    signs: SigningAs = SigningAs.ITSELF


class GrantView(Answer, frozen=True, kw_only=True):
    """One role in one scope, with the name of the school or commune (empty when none or not known yet).

    `until` is the last day on which it counts, if there is one; `signs` in whose place the holder signs papers.
    """

    role: Role
    scope_kind: ScopeKind
    scope: str = ""
    scope_name: str = ""
    until: dt.date | None = None
    signs: SigningAs = SigningAs.ITSELF


class Invite(Call, frozen=True, kw_only=True):
    """Ask a person in: they set their password themselves by the invitation link.

    `login` is 3 to 64 of a–z, 0–9 and ``. _ - @``, stored in lower case.
    """

    login: str
    display_name: str
    grants: list[GrantRequest]


class Invited(SecretAnswer, frozen=True, kw_only=True):
    """The account, and the link that lets the person in once; it is shown only now."""

    account: str
    invitation_url: str
    expires_at: dt.datetime


class AccountRequest(Call, frozen=True, kw_only=True):
    """Name one account."""

    account: str


class RoleChange(Call, frozen=True, kw_only=True):
    """Name a role of an account in a scope, to take it back."""

    account: str
    role: Role
    scope_kind: ScopeKind
    scope: str = ""


class RoleGrant(RoleChange, frozen=True, kw_only=True):
    """Give an account a role in a scope, or give it on other terms: `until` and `signs` as in `GrantRequest`."""

    until: dt.date | None = None
    signs: SigningAs = SigningAs.ITSELF


class AccountView(Answer, frozen=True, kw_only=True):
    """One account as people who manage accounts, and its owner, see it."""

    account: str
    login: str
    display_name: str
    state: AccountState
    grants: list[GrantView] = []


class AccountsAnswer(Answer, frozen=True, kw_only=True):
    """Accounts by Vietnamese order of name."""

    accounts: list[AccountView]


class InvitationView(Answer, frozen=True, kw_only=True):
    """What the page that sets a password says about the invitation."""

    login: str
    display_name: str
    expires_at: dt.datetime


class IssueToken(Call, frozen=True, kw_only=True):
    """Give a program a token, good for `days` (1 to 1096): with roles of its own, or to act as the person of a `login`.

    Such a token may at every moment what that account may. `grants` then narrow it to some of the account's roles; none:
    all of them.
    """

    name: str
    grants: list[GrantRequest] = []
    days: int = 365
    login: str = ""


class TokenIssued(SecretAnswer, frozen=True, kw_only=True):
    """The token (``kd_…``), shown only now; what is kept is its hash."""

    id: str
    token: str
    expires_at: dt.datetime


class TokenRequest(Call, frozen=True, kw_only=True):
    """Name one token by its id (not by the token itself)."""

    token: str


class TokenView(Answer, frozen=True, kw_only=True):
    """One program's token. `account` and `login` say as whom it acts, empty for one with roles of its own.

    Of one that acts as a person, `grants` are the roles to which it was narrowed; none: all that the person has.
    """

    id: str
    name: str
    state: TokenState
    issued_at: dt.datetime
    expires_at: dt.datetime
    grants: list[GrantView] = []
    account: str = ""
    login: str = ""


class TokensAnswer(Answer, frozen=True, kw_only=True):
    """Tokens, newest first."""

    tokens: list[TokenView]


class Me(Answer, frozen=True, kw_only=True):
    """Who is signed in. `account` is empty for a program's own token and for the owner of the data folder."""

    actor: str
    account: str
    display_name: str
    grants: list[GrantView]


class StandingRequest(Call, frozen=True, kw_only=True):
    """Ask whether an actor may still do an operation at a school, in the session in which a ticket was given.

    `sitting` is what `CallContext.sitting` said then; empty for programs that act as themselves and for what acts outside
    a session.
    """

    actor: str
    operation: str
    concerns: SchoolCode
    sitting: str = ""


class StandingAnswer(SecretAnswer, frozen=True, kw_only=True):
    """Whether it does: session, token and account are there, and a role covers it."""

    stands: bool


TOKEN_PREFIX = "kd_"  # noqa: S105 - the public beginning of every token


class SignIn(SecretCall, frozen=True, kw_only=True):
    """Start a session by login and password; `address` is where the person sits, for the pauses after failed tries."""

    login: str
    password: str
    address: str = ""


class LinkRequest(Call, frozen=True, kw_only=True):
    """Name a link that lets a person in once, by the hash of its secret."""

    link: str


class AcceptInvitation(SecretCall, frozen=True, kw_only=True):
    """Set the password of an invited person, named by the hash of the link's secret, and start a session."""

    link: str
    password: str


class SignedIn(SecretAnswer, frozen=True, kw_only=True):
    """Who came in, the secret of the new session, and for how many seconds it may last at most."""

    account: AccountView
    session: str
    lasts_s: int


class SessionRequest(Call, frozen=True, kw_only=True):
    """Name a session by the hash of its secret (`CallContext.sitting`)."""

    sitting: str


class ChangePassword(SecretCall, frozen=True, kw_only=True):
    """Set another password for the person of a session, which goes on; all others end. `old` is empty when there is none."""

    sitting: str
    old: str
    new: str


class SessionHolder(SecretAnswer, frozen=True, kw_only=True):
    """Who acts in a session, with which roles and how far they reach; no account when there is no such session, or no more.

    `good_s` is for how many seconds this holds at most if nothing is changed. `has_password` is false for somebody who came
    in by a link alone.
    """

    account: AccountView | None = None
    grants: list[Grant] = []
    has_password: bool = False
    good_s: int = 0


class ProgramRequest(Call, frozen=True, kw_only=True):
    """Name a program's token by the hash of its secret."""

    secret: str


class TokenHolder(SecretAnswer, frozen=True, kw_only=True):
    """Who acts with a token, as `SessionHolder` says it of a session; `actor` is empty for none, or none any more.

    With a token of a person that is the account, and `account` tells of it.
    """

    actor: str = ""
    account: AccountView | None = None
    grants: list[Grant] = []
    good_s: int = 0


class HoldersRequest(Call, frozen=True, kw_only=True):
    """Ask whose role among these reaches a school."""

    school: SchoolCode
    roles: list[Role]


class Holder(Answer, frozen=True, kw_only=True):
    """A person by account and name."""

    account: str
    display_name: str


class HoldersAnswer(Answer, frozen=True, kw_only=True):
    """People by Vietnamese order of name."""

    holders: list[Holder]


class PersonEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person as a school writes them on its papers; `office` is what they are there (chức vụ).

    With a `login` it is the person of that account, and without a `name` called as the account is. `person` names somebody
    who is known already and is called otherwise from now on. No `phone`: the one that is kept stays.
    """

    name: str
    office: str
    login: str = ""
    phone: str = ""
    person: PersonId = PersonId("")


class RecordPeople(Call, frozen=True, kw_only=True):
    """Put people on a school's list for papers, at most 500 at once, all or none of them.

    Who has no login and is not named by id is the one of the same name and office, or new.
    """

    school: SchoolCode
    people: list[PersonEntry]


class PeopleRecorded(Answer, frozen=True, kw_only=True):
    """The ids of these people, in the order in which they were told. The id of somebody with a login is the account."""

    persons: list[PersonId]


class PeopleOnPapersRequest(Call, frozen=True, kw_only=True):
    """Ask what people of a school are called on papers: these (at most 500), or all when none is named."""

    school: SchoolCode
    persons: list[PersonId] = []


class PersonOnPapers(Answer, frozen=True, kw_only=True):
    """What a person is called on papers. `phone` is told to those alone who may write the list."""

    person: PersonId
    name: str
    office: str
    login: str = ""
    phone: str = ""


class PeopleOnPapersAnswer(Answer, frozen=True, kw_only=True):
    """People in the order in which they were asked for, else by Vietnamese order of name.

    Who is not of this school, or whose name was erased, is left out.
    """

    people: list[PersonOnPapers]


class RecordCommunePeople(Call, frozen=True, kw_only=True):
    """Put people on a commune's list for papers (a committee, those who attend), as `RecordPeople` does on a school's."""

    commune: CommuneCode
    people: list[PersonEntry]


class CommunePeopleRequest(Call, frozen=True, kw_only=True):
    """Ask what people of a commune are called on papers: these (at most 500), or all when none is named.

    People whom its schools put on their lists, and holders of accounts there, are found as well when they are named.
    """

    commune: CommuneCode
    persons: list[PersonId] = []


class PersonRequest(Call, frozen=True, kw_only=True):
    """Name one person on papers, or the person of an account that was closed."""

    person: PersonId


class SchoolAccountsRequest(Call, frozen=True, kw_only=True):
    """Ask for the accounts of a school."""

    school: SchoolCode


class SchoolAccount(Answer, frozen=True, kw_only=True):
    """An account with what it does at one school; what it does elsewhere is not told."""

    account: str
    login: str
    display_name: str
    state: AccountState
    roles: list[Role]


class SchoolAccountsAnswer(Answer, frozen=True, kw_only=True):
    """Accounts with a role in the school itself that were not closed, by Vietnamese order of name."""

    accounts: list[SchoolAccount]


class CommuneEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A commune office."""

    code: CommuneCode
    name: str


class SchoolEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A school. `kind` is a SchoolKind value; `closed_on` is None as long as it is open."""

    code: SchoolCode
    name: str
    kind: str
    commune: CommuneCode
    closed_on: dt.date | None = None


class EvaluationEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the department to the school `code`; `members` are ids joined by spaces, none: its whole team may go."""

    inspection: InspectionId
    code: SchoolCode
    members: str


class UnitsRequest(Call, frozen=True, kw_only=True):
    """Ask for all communes and schools, unless they are still those of the version that is `known`."""

    known: str = ""


class UnitsAnswer(Answer, frozen=True, kw_only=True):
    """Communes and schools in the Vietnamese order of names, and their version; empty when that is the known one."""

    version: str
    communes: list[CommuneEntry] = []
    schools: list[SchoolEntry] = []


class NoteUnits(Call, frozen=True, kw_only=True):
    """Tell what was just set up, ahead of its events, so that the next page knows it."""

    communes: list[CommuneEntry] = []
    schools: list[SchoolEntry] = []
    evaluations: list[EvaluationEntry] = []


OPERATIONS = (
    Operation(
        name="invite",
        request=Invite,
        answer=Invited,
        roles=ADMINISTRATORS | HEADS,
        scope=Scope.NARROWED,
        summary="Mời một người; đường dẫn chỉ hiện một lần.",
        routes=(post("/users"),),
        commands=("user add",),
    ),
    Operation(
        name="renew_invitation",
        request=AccountRequest,
        answer=Invited,
        roles=ADMINISTRATORS | HEADS,
        scope=Scope.BY_ID,
        summary="Đường dẫn mới cho người quên mật khẩu.",
        routes=(post("/users/{id}/invitation", id="account"),),
    ),
    Operation(
        name="accounts",
        request=Nothing,
        answer=AccountsAnswer,
        roles=ADMINISTRATORS | HEADS,
        scope=Scope.NARROWED,
        summary="Người dùng, theo tên.",
        routes=(get("/users"),),
        commands=("user list",),
    ),
    Operation(
        name="holders",
        request=HoldersRequest,
        answer=HoldersAnswer,
        roles=OFFICE_READERS,
        scope=Scope.SCHOOL,
        summary="Những người có vai trò ở một trường.",
    ),
    Operation(
        name="grant_role",
        request=RoleGrant,
        answer=Done,
        roles=ADMINISTRATORS | HEADS,
        scope=Scope.BY_ID,
        summary="Giao vai trò.",
        routes=(post("/users/{id}/roles", id="account"),),
        commands=("user grant",),
    ),
    Operation(
        name="revoke_role",
        request=RoleChange,
        answer=Done,
        roles=ADMINISTRATORS | HEADS,
        scope=Scope.BY_ID,
        summary="Rút vai trò.",
        routes=(delete("/users/{id}/roles", id="account"),),
        commands=("user revoke",),
    ),
    Operation(
        name="close_account",
        request=AccountRequest,
        answer=Done,
        roles=ADMINISTRATORS,
        scope=Scope.BY_ID,
        summary="Đóng tài khoản.",
        routes=(delete("/users/{id}", id="account"),),
        commands=("user close",),
    ),
    Operation(
        name="issue_token",
        request=IssueToken,
        answer=TokenIssued,
        roles=ADMINISTRATORS,
        scope=Scope.NARROWED,
        summary="Cấp mã truy cập.",
        routes=(post("/tokens"),),
        commands=("token issue",),
    ),
    Operation(
        name="tokens",
        request=Nothing,
        answer=TokensAnswer,
        roles=ADMINISTRATORS,
        scope=Scope.NARROWED,
        summary="Các mã truy cập, mới nhất trước.",
        routes=(get("/tokens"),),
        commands=("token list",),
    ),
    Operation(
        name="revoke_token",
        request=TokenRequest,
        answer=Done,
        roles=ADMINISTRATORS,
        scope=Scope.BY_ID,
        summary="Thu hồi mã truy cập.",
        routes=(delete("/tokens/{id}", id="token"),),
        commands=("token revoke",),
    ),
    Operation(
        name="record_people",
        request=RecordPeople,
        answer=PeopleRecorded,
        roles=HEADS | ADMINISTRATORS,
        scope=Scope.SCHOOL,
        summary="Ghi những người có tên trên giấy tờ của trường; tên không vào nhật ký.",
        routes=(post("/schools/{school}/people"),),
    ),
    Operation(
        name="record_people_of_visit",
        request=RecordPeople,
        answer=PeopleRecorded,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Ghi những người trong đoàn và người dự một đợt kiểm tra ở trường; tên không vào nhật ký.",
    ),
    Operation(
        name="people_on_papers",
        request=PeopleOnPapersRequest,
        answer=PeopleOnPapersAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Tên và chức vụ của những người có tên trên giấy tờ của trường.",
        routes=(get("/schools/{school}/people", person="persons"),),
    ),
    Operation(
        name="record_commune_people",
        request=RecordCommunePeople,
        answer=PeopleRecorded,
        roles=COMMUNE_PLANNERS | ADMINISTRATORS,
        scope=Scope.COMMUNE,
        summary="Ghi những người có tên trên giấy tờ của xã; tên không vào nhật ký.",
        routes=(post("/communes/{commune}/people"),),
    ),
    Operation(
        name="commune_people",
        request=CommunePeopleRequest,
        answer=PeopleOnPapersAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Tên và chức vụ của những người có tên trên giấy tờ của xã.",
        routes=(get("/communes/{commune}/people", person="persons"),),
    ),
    Operation(
        name="erase_person",
        request=PersonRequest,
        answer=Done,
        roles=ADMINISTRATORS,
        scope=Scope.BY_ID,
        summary="Xóa tên và số điện thoại của một người; việc đã làm vẫn còn dưới mã của người ấy.",
        routes=(delete("/people/{id}", id="person"),),
    ),
    Operation(
        name="accounts_of_school",
        request=SchoolAccountsRequest,
        answer=SchoolAccountsAnswer,
        roles=COUNCIL | ADMINISTRATORS,
        scope=Scope.SCHOOL,
        summary="Tài khoản của những người làm việc ở trường, với vai trò ở đó.",
        routes=(get("/schools/{school}/accounts"),),
    ),
    Operation(
        name="standing",
        request=StandingRequest,
        answer=StandingAnswer,
        roles=ADMINISTRATORS,
        scope=Scope.NARROWED,
        summary="Người được cấp vé có còn quyền ấy không.",
    ),
    Operation(
        name="session_holder",
        request=SessionRequest,
        answer=SessionHolder,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Ai đang ở trong một phiên.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="token_holder",
        request=ProgramRequest,
        answer=TokenHolder,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Ai cầm một mã truy cập.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="sign_in",
        request=SignIn,
        answer=SignedIn,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Vào bằng tên và mật khẩu.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="sign_in_once",
        request=LinkRequest,
        answer=SignedIn,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Người quản trị vào bằng đường dẫn một lần.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="invitation",
        request=LinkRequest,
        answer=InvitationView,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Một lời mời là dành cho ai.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="accept_invitation",
        request=AcceptInvitation,
        answer=SignedIn,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Người được mời đặt mật khẩu và vào.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="change_password",
        request=ChangePassword,
        answer=Acknowledged,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Đổi mật khẩu của người trong phiên.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="sign_out",
        request=SessionRequest,
        answer=Acknowledged,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Ra.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="units",
        request=UnitsRequest,
        answer=UnitsAnswer,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Mọi xã và trường, theo tên.",
        machines=frozenset({GATEWAY}),
    ),
    Operation(
        name="note_units",
        request=NoteUnits,
        answer=Acknowledged,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Ghi trước điều vừa lập, để trang kế tiếp thấy.",
        machines=frozenset({GATEWAY}),
    ),
)
"""What the service does for its callers; what every service answers for itself is not repeated here.

How people come in is nobody's by role: before that they have none, and afterwards none that could let in others.
"""
