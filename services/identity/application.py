"""The application of the identity service: its log, its read models, and the use cases composed over them."""

from __future__ import annotations

from typing import ClassVar

from services.identity import views as v
from services.identity.directory import Directory
from services.identity.domain.facts import FACTS
from services.identity.ending import Endings
from services.identity.ports import PasswordHasher, People
from services.identity.published import published
from services.identity.settings import Lifetimes
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.commune_people import PeopleOfCommune
from services.identity.use_cases.granting import Granting
from services.identity.use_cases.introspection import Introspection
from services.identity.use_cases.inviting import Inviting
from services.identity.use_cases.people import PeopleOnPapers
from services.identity.use_cases.queries import AccountQueries
from services.identity.use_cases.sessions import Sessions
from services.identity.use_cases.signing_in import SigningIn
from services.identity.use_cases.tokens import Tokens
from services.identity.use_cases.units import Units
from shared.clock import Clock
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import FactRegistry
from shared.eventlog.log import RecordedEvent
from shared.eventlog.read_model import ReadModel
from shared.storage.database_url import StoreSettings


class IdentityApplication(EventSourcedApplication):
    """Keeps accounts, roles and tokens (source ``identity``), and the directory.

    `views_url` is the database of the read models; `people` keeps names, logins and secrets, which no log can give back.
    `services.identity.bootstrap` puts the real adapters in. Every operation is a method of the use case that it belongs to
    (`services.identity.use_cases`); here they are brought together.
    """

    name: ClassVar[str] = "identity"  # type: ignore[misc]  # a plain class attribute in the library
    facts: ClassVar[FactRegistry] = FACTS

    def __init__(
        self,
        store: StoreSettings,
        clock: Clock,
        *,
        installation: str,
        views_url: str,
        people: People,
        passwords: PasswordHasher,
        lifetimes: Lifetimes | None = None,
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self.own(lambda: people)
        self.views = self.own(
            lambda: ReadModel(views_url, v.METADATA, v.project, self.log, version=v.VERSION, name="portal", never_stale=True)
        )
        self.directory = Directory(self.views)
        self.lifetimes = lifetimes or Lifetimes()
        self._endings = Endings(self, self.views, people)
        self._compose(AccountRepository(self, people, self.directory, self.views), passwords)

    def _compose(self, accounts: AccountRepository, passwords: PasswordHasher) -> None:
        sessions = Sessions(accounts, self.lifetimes)
        self.account = accounts.account

        inviting = Inviting(accounts, sessions, passwords, self.lifetimes)
        self.invite = inviting.invite
        self.renew_invitation = inviting.renew_invitation
        self.invitation = inviting.invitation
        self.accept_invitation = inviting.accept_invitation

        granting = Granting(accounts, self._endings)
        self.grant_role = granting.grant_role
        self.revoke_role = granting.revoke_role
        self.close_account = granting.close_account

        queries = AccountQueries(accounts)
        self.accounts = queries.accounts
        self.holders = queries.holders

        tokens = Tokens(accounts)
        self.issue_token = tokens.issue_token
        self.tokens = tokens.tokens
        self.revoke_token = tokens.revoke_token

        people = PeopleOnPapers(accounts)
        self.record_people = people.record_people
        self.record_people_of_visit = people.record_people_of_visit
        self.people_on_papers = people.people_on_papers
        self.erase_person = people.erase_person
        self.accounts_of_school = people.accounts_of_school

        of_commune = PeopleOfCommune(accounts)
        self.record_commune_people = of_commune.record_commune_people
        self.commune_people = of_commune.commune_people

        introspection = Introspection(accounts, sessions, self.lifetimes)
        self.token_holder = introspection.token_holder
        self.session_holder = introspection.session_holder
        self.standing = introspection.standing

        signing_in = SigningIn(accounts, sessions, passwords, self.lifetimes)
        self.sign_in = signing_in.sign_in
        self.change_password = signing_in.change_password
        self.sign_out = signing_in.sign_out
        self.one_time_link = signing_in.one_time_link
        self.sign_in_once = signing_in.sign_in_once

        units = Units(self.directory)
        self.units = units.units
        self.note_units = units.note_units

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event, in its envelope."""
        return published(self.installation, logged)
