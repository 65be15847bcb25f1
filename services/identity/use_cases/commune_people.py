"""Use cases about people on a commune's papers: its committee, those who attend; what they are called stands in no fact."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import msgspec
from sqlalchemy import select

from services.identity import views as v
from services.identity.domain.account import Account
from services.identity.domain.facts import GrantFact
from services.identity.domain.recorded_person import RecordedPerson
from services.identity.errors import NoSuchAccount
from services.identity.ports import OnPapers, Person, list_of_commune
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.names_on_papers import check_number, checked_phone, keep, person_view, uuid_of
from services.identity.use_cases.texts import checked_name, normal_login
from shared.contracts.calls.identity import (
    CommunePeopleRequest,
    PeopleOnPapersAnswer,
    PeopleRecorded,
    PersonEntry,
    PersonOnPapers,
    RecordCommunePeople,
)
from shared.eventlog.facts import EventMetadata
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotFound
from shared.text import vietnamese_key
from shared.vocabulary.ids import CommuneCode, PersonId, SchoolCode
from shared.vocabulary.labels import ROLE_LABELS
from shared.vocabulary.roles import ScopeKind


class PeopleOfCommune:
    """Keeps and tells what people are called on a commune's papers; `PeopleOnPapers.erase_person` erases them as well."""

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    def record_commune_people(self, acting: CallContext, request: RecordCommunePeople) -> PeopleRecorded:
        """Put people on a commune's list for papers, all or none; a repeat changes nothing.

        Raises NotAllowed, NotFound, BadRequest, NoSuchAccount, NoSuchPerson.
        """
        permissions.require(acting, "identity.record_commune_people", commune=request.commune)
        self._require_known(request.commune)
        check_number(len(request.people), "$.people")
        entries = [
            self._entry(request.commune, person, f"$.people[{number}]") for number, person in enumerate(request.people)
        ]

        def put_down(stream: RecordedPerson, person: PersonId, meta: EventMetadata, is_new: bool) -> None:
            stream.put_down_by_commune(person, request.commune, meta, is_new=is_new)

        return keep(self._accounts, acting, entries, put_down)

    def commune_people(self, acting: CallContext, request: CommunePeopleRequest) -> PeopleOnPapersAnswer:
        """Return what people of a commune are called now, for the moment in which a paper is printed.

        Who is named is looked for on the commune's list, then on those of its schools, then among the accounts with a role
        there, whose office is that role. Raises NotAllowed, NotFound, BadRequest.
        """
        permissions.require(acting, "identity.commune_people", commune=request.commune)
        self._require_known(request.commune)
        check_number(len(request.persons), "persons")
        writes = permissions.may(acting, "identity.record_commune_people", commune=request.commune)
        listed = self._accounts.people.on_papers(list_of_commune(request.commune), request.persons)
        own = [person_view(entry, holder, with_phone=writes) for entry, holder in listed]
        if not request.persons:
            named = [person for person in own if person.name]
            return PeopleOnPapersAnswer(people=sorted(named, key=lambda person: vietnamese_key(person.name)))
        found = {person.person: person for person in own if person.name}
        found = {**self._elsewhere(request.commune, [id_ for id_ in request.persons if id_ not in found]), **found}
        return PeopleOnPapersAnswer(people=[found[id_] for id_ in dict.fromkeys(request.persons) if id_ in found])

    def _elsewhere(self, commune: CommuneCode, persons: list[PersonId]) -> dict[PersonId, PersonOnPapers]:
        """Return these people as lists of the commune's schools call them, else as their accounts do."""
        if not persons:
            return {}
        found: dict[PersonId, PersonOnPapers] = {}
        for school in self._accounts.directory.codes_in(commune):
            for entry, holder in self._accounts.people.on_papers(school, persons):
                view = person_view(entry, holder, with_phone=False)
                if view.name:
                    found.setdefault(view.person, view)
        return {**self._holders(commune, [id_ for id_ in persons if id_ not in found]), **found}

    def _holders(self, commune: CommuneCode, persons: list[PersonId]) -> dict[PersonId, PersonOnPapers]:
        with self._accounts.views.reading() as conn:
            here = {id_: self._roles_here(commune, v.grants_of(conn, id_, self._accounts.today())) for id_ in persons}
            states = select(v.ACCOUNTS.c.account).where(v.ACCOUNTS.c.account.in_(persons))
            accounts = set(conn.execute(states).scalars())
        found: dict[PersonId, PersonOnPapers] = {}
        for id_ in persons:
            person = self._accounts.people.person(id_) if id_ in accounts and here[id_] else None
            if person is not None and person.display_name:
                offices = ", ".join(dict.fromkeys(ROLE_LABELS[grant.role] for grant in here[id_]))
                found[id_] = PersonOnPapers(person=id_, name=person.display_name, office=offices, login=person.login)
        return found

    def _entry(self, commune: CommuneCode, told: PersonEntry, path: str) -> OnPapers:
        """Return what is kept of a person who was told of. Raises BadRequest, NoSuchAccount."""
        holder = self._holder(commune, told, path)
        name = "" if holder is not None and not told.name.strip() else checked_name(told.name, f"{path}.name")
        entry = OnPapers(
            person=told.person,
            school=list_of_commune(commune),
            name=name,
            office=checked_name(told.office, f"{path}.office", what="Chức vụ"),
            phone=checked_phone(told.phone, f"{path}.phone"),
        )
        if holder is None:
            return entry
        name = "" if name == holder.display_name else name
        return msgspec.structs.replace(entry, person=PersonId(holder.account), account=holder.account, name=name)

    def _holder(self, commune: CommuneCode, told: PersonEntry, path: str) -> Person | None:
        """Return the person of the account that an entry means by login or by id; None for somebody without an account.

        Raises NoSuchAccount for an account without a role in the commune, BadRequest when login and id differ.
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
        if found is None or not self._roles_here(commune, held):
            raise NoSuchAccount(
                f"Không có tài khoản {told.login or told.person} với vai trò ở xã {commune} hay ở trường của xã. "
                "Chưa ghi gì. Mời người ấy (kiemdinh user add) trước, hoặc ghi người ấy không kèm tên đăng nhập.",
                login=told.login,
                path=f"{path}.login" if told.login else f"{path}.person",
            )
        return found

    def _roles_here(self, commune: CommuneCode, grants: Iterable[GrantFact]) -> list[GrantFact]:
        """Return the roles that are in the commune itself or in one of its schools."""
        schools: frozenset[SchoolCode] = frozenset(self._accounts.directory.codes_in(commune))
        return [
            grant
            for grant in grants
            if (grant.scope_kind is ScopeKind.COMMUNE and grant.scope == commune)
            or (grant.scope_kind is ScopeKind.SCHOOL and grant.scope in schools)
        ]

    def _require_known(self, commune: CommuneCode) -> None:
        if not self._accounts.directory.knows(ScopeKind.COMMUNE, commune):
            raise NotFound(f"Không có xã {commune}. Chưa ghi gì. Xem lại mã của xã.")
