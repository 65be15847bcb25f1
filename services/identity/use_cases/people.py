"""Use cases about people on papers: what they are called stands here and in no fact, and can be erased."""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy import select

from services.identity import views as v
from services.identity.domain import roles
from services.identity.domain.account import Account
from services.identity.domain.recorded_person import RecordedPerson, stream_of
from services.identity.errors import AccountInUse, NoSuchAccount
from services.identity.ports import OnPapers, Person
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.names_on_papers import check_number, checked_phone, keep, person_view, uuid_of
from services.identity.use_cases.texts import checked_name, checked_uuid, normal_login
from shared.contracts.calls import Done
from shared.contracts.calls.identity import (
    PeopleOnPapersAnswer,
    PeopleOnPapersRequest,
    PeopleRecorded,
    PersonEntry,
    PersonRequest,
    RecordPeople,
    SchoolAccount,
    SchoolAccountsAnswer,
    SchoolAccountsRequest,
)
from shared.eventlog.facts import EventMetadata
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotFound
from shared.text import vietnamese_key
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.ids import PersonId, SchoolCode
from shared.vocabulary.teams import TEAMS

_NOBODY = "Không có người này."
_VISITORS = frozenset().union(*TEAMS.values())


class PeopleOnPapers:
    """Keeps, tells and erases what people are called on papers."""

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    def record_people(self, acting: CallContext, request: RecordPeople) -> PeopleRecorded:
        """Put people on a school's list for papers, all or none; a repeat changes nothing.

        Raises NotAllowed, BadRequest, NoSuchAccount, NoSuchPerson.
        """
        permissions.require(acting, "identity.record_people", school=request.school)
        check_number(len(request.people), "$.people")
        entries = [
            self._entry(request.school, person, f"$.people[{number}]") for number, person in enumerate(request.people)
        ]
        return self._keep(acting, request.school, entries)

    def record_people_of_visit(self, acting: CallContext, request: RecordPeople) -> PeopleRecorded:
        """Put those who visit a school, and those who meet them there, on its list for papers, all or none of them.

        An office adds whoever is not on the list; it calls nobody otherwise who is. Raises NotAllowed, BadRequest,
        NoSuchAccount.
        """
        permissions.require(acting, "identity.record_people_of_visit", school=request.school)
        check_number(len(request.people), "$.people")
        entries = [
            self._visitor(request.school, person, f"$.people[{number}]") for number, person in enumerate(request.people)
        ]
        return self._keep(acting, request.school, entries)

    def _keep(self, acting: CallContext, school: SchoolCode, entries: list[OnPapers]) -> PeopleRecorded:
        def put_down(stream: RecordedPerson, person: PersonId, meta: EventMetadata, is_new: bool) -> None:
            stream.put_down(person, school, meta, is_new=is_new)

        return keep(self._accounts, acting, entries, put_down)

    def people_on_papers(self, acting: CallContext, request: PeopleOnPapersRequest) -> PeopleOnPapersAnswer:
        """Return what people of a school are called now, for the moment in which a paper is printed.

        Raises NotAllowed, BadRequest.
        """
        permissions.require(acting, "identity.people_on_papers", school=request.school)
        check_number(len(request.persons), "persons")
        writes = permissions.may(acting, "identity.record_people", school=request.school)
        found = self._accounts.people.on_papers(request.school, request.persons)
        people = [person_view(entry, holder, with_phone=writes) for entry, holder in found]
        people = [person for person in people if person.name]
        if not request.persons:
            return PeopleOnPapersAnswer(people=sorted(people, key=lambda person: vietnamese_key(person.name)))
        by_id = {person.person: person for person in people}
        return PeopleOnPapersAnswer(people=[by_id[id_] for id_ in dict.fromkeys(request.persons) if id_ in by_id])

    def erase_person(self, acting: CallContext, request: PersonRequest) -> Done:
        """Erase the name of a person for good, wherever it stands; of an account that was closed also its name and login.

        Raises NotAllowed, NotFound, AccountInUse.
        """
        permissions.require(acting, "identity.erase_person")
        id_ = checked_uuid(request.person, _NOBODY)
        person, account = PersonId(str(id_)), self._accounts.application.load(Account, id_)
        if account.exists and account.state is not AccountState.CLOSED:
            raise AccountInUse(
                "Người này còn tài khoản. Chưa xóa gì. Đóng tài khoản trước (kiemdinh user close), rồi xóa tên.",
                account=request.person,
            )
        if not self._accounts.people.erase(person, self._accounts.now_s()):
            raise NotFound(_NOBODY)
        meta = self._accounts.application.meta(acting)
        _, position = self._accounts.application.change(
            RecordedPerson, stream_of(person), lambda stream: stream.erase(person, meta)
        )
        return Done(position=position)

    def accounts_of_school(self, acting: CallContext, request: SchoolAccountsRequest) -> SchoolAccountsAnswer:
        """Return the accounts with a role in a school itself, as those who write its papers need them."""
        permissions.require(acting, "identity.accounts_of_school", school=request.school)
        people = {person.account: person for person in self._accounts.people.all_people()}
        own = {request.school}
        with self._accounts.views.reading() as conn:
            held = v.grants_by_holder(conn, self._accounts.today())
            open_ones = select(v.ACCOUNTS).where(v.ACCOUNTS.c.state != AccountState.CLOSED.value)
            states = {row.account: AccountState(row.state) for row in conn.execute(open_ones)}
        found = [
            SchoolAccount(
                account=account,
                login=people[account].login,
                display_name=people[account].display_name,
                state=state,
                roles=[grant.role for grant in held.get(account, ()) if roles.belongs((grant,), None, own)],
            )
            for account, state in states.items()
            if account in people and roles.belongs(held.get(account, ()), None, own)
        ]
        return SchoolAccountsAnswer(accounts=sorted(found, key=lambda view: vietnamese_key(view.display_name)))

    def _entry(self, school: SchoolCode, told: PersonEntry, path: str) -> OnPapers:
        """Return what is kept of a person who was told of. Raises BadRequest, NoSuchAccount."""
        holder = self._holder(school, told, path)
        name = "" if holder is not None and not told.name.strip() else checked_name(told.name, f"{path}.name")
        entry = OnPapers(
            person=told.person,
            school=school,
            name=name,
            office=checked_name(told.office, f"{path}.office", what="Chức vụ"),
            phone=checked_phone(told.phone, f"{path}.phone"),
        )
        if holder is None:
            return entry
        # As long as papers call them as the account does, a change of the account's name is one of the papers' too.
        name = "" if name == holder.display_name else name
        return msgspec.structs.replace(entry, person=PersonId(holder.account), account=holder.account, name=name)

    def _visitor(self, school: SchoolCode, told: PersonEntry, path: str) -> OnPapers:
        """Return what is kept of a person of a visit who was told of. Raises BadRequest, NoSuchAccount."""
        if told.person:
            raise BadRequest("Trường đổi tên người của trường. Chưa ghi gì. Bỏ mã người, ghi họ tên.", path=f"{path}.person")
        office = checked_name(told.office, f"{path}.office", what="Chức vụ")
        if not told.login:
            return OnPapers(person=told.person, school=school, name=checked_name(told.name, f"{path}.name"), office=office)
        holder = self._visiting_holder(school, told.login, path)
        present = next((entry for entry, _ in self._accounts.people.on_papers(school, [PersonId(holder.account)])), None)
        if present is not None:
            return present
        name = checked_name(told.name, f"{path}.name") if told.name.strip() else ""
        return OnPapers(
            person=PersonId(holder.account),
            school=school,
            name="" if name == holder.display_name else name,
            office=office,
            account=holder.account,
        )

    def _visiting_holder(self, school: SchoolCode, login: str, path: str) -> Person:
        """Return the person of an account that has a role in the school, or one that visits it; raises NoSuchAccount."""
        found = self._accounts.people.by_login(normal_login(login))
        account = self._accounts.application.load(Account, uuid.UUID(found.account)) if found is not None else None
        reach = self._accounts.directory.scopes_reaching(school)
        if found is not None and account is not None:
            held = account.held_on(self._accounts.today())
            visits = any(one.role in _VISITORS and (one.scope_kind, one.scope) in reach for one in held)
            if visits or roles.belongs(held, None, {school}):
                return found
        raise NoSuchAccount(
            f"Không có tài khoản {login} với vai trò ở trường {school} hay ở cơ quan kiểm tra trường. Chưa ghi gì. "
            "Mời người ấy (kiemdinh user add) trước, hoặc ghi người ấy không kèm tên đăng nhập.",
            login=login,
            path=f"{path}.login",
        )

    def _holder(self, school: SchoolCode, told: PersonEntry, path: str) -> Person | None:
        """Return the person of the account that an entry means by login or by id; None for somebody without an account.

        Raises NoSuchAccount for an account without a role in the school, BadRequest when login and id differ.
        """
        id_ = uuid_of(told.person, f"{path}.person") if told.person else None
        if told.login:
            found = self._accounts.people.by_login(normal_login(told.login))
            if found is not None and id_ is not None and str(id_) != found.account:
                raise BadRequest("Mã người và tên đăng nhập nói hai người khác nhau. Chưa ghi gì.", path=f"{path}.person")
        else:
            found = self._accounts.people.person(str(id_)) if id_ is not None else None
            if found is None:
                return None
        account = self._accounts.application.load(Account, uuid.UUID(found.account)) if found is not None else None
        held = account.held_on(self._accounts.today()) if account is not None else ()
        if found is None or not roles.belongs(held, None, {school}):
            raise NoSuchAccount(
                f"Không có tài khoản {told.login or told.person} với vai trò ở trường {school}. Chưa ghi gì. Mời người ấy "
                "(kiemdinh user add) hay giao vai trò ở trường trước, hoặc ghi người ấy không kèm tên đăng nhập.",
                login=told.login,
                path=f"{path}.login" if told.login else f"{path}.person",
            )
        return found
