"""What people on the lists of schools and of communes have in common: how they are kept, told and checked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from services.identity.domain.recorded_person import RecordedPerson, stream_of
from services.identity.ports import OnPapers, Person
from services.identity.use_cases.accounts import AccountRepository
from shared.contracts.calls.identity import PeopleRecorded, PersonOnPapers
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import nfc
from shared.vocabulary.ids import PersonId

MOST_AT_ONCE = 500
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{2,28}[0-9]\Z")

PutDown = Callable[[RecordedPerson, PersonId, EventMetadata, bool], None]
"""Notes in a person's stream whose list names them: the stream, who, by which command, whether what is written is new."""


def keep(accounts: AccountRepository, acting: CallContext, entries: list[OnPapers], put_down: PutDown) -> PeopleRecorded:
    """Keep the names beside the log, and record in the log whose name is new."""
    kept = accounts.people.put_on_papers(entries)
    new: dict[PersonId, bool] = {}
    for person, is_new in kept:
        new[person] = new.get(person, False) or is_new
    meta = accounts.application.meta(acting)

    def decide() -> tuple[None, list[RecordedPerson]]:
        streams = []
        for person, is_new in new.items():
            stream = accounts.application.load(RecordedPerson, stream_of(person))
            put_down(stream, person, meta, is_new)
            streams.append(stream)
        return None, [stream for stream in streams if stream.changed]

    accounts.application.change_together(decide)
    return PeopleRecorded(persons=[person for person, _ in kept])


def person_view(entry: OnPapers, holder: Person | None, *, with_phone: bool) -> PersonOnPapers:
    """Return what a person is called; without a name when the account whose name is meant was erased."""
    return PersonOnPapers(
        person=entry.person,
        name=entry.name or (holder.display_name if holder else ""),
        office=entry.office,
        login=holder.login if holder and not holder.is_erased else "",
        phone=entry.phone if with_phone else "",
    )


def check_number(number: int, path: str) -> None:
    """Do nothing for as many people as may be told or asked of at once. Raises BadRequest."""
    if number > MOST_AT_ONCE:
        raise BadRequest(f"Mỗi lần nhiều nhất {MOST_AT_ONCE} người. Chia ra nhiều lần.", path=path, maximum=MOST_AT_ONCE)


def uuid_of(person: PersonId, path: str) -> uuid.UUID:
    """Return the id of a person as a UUID. Raises BadRequest."""
    try:
        return uuid.UUID(person)
    except ValueError:
        raise BadRequest("Mã người không đúng dạng. Chưa ghi gì.", path=path) from None


def checked_phone(text: str, path: str) -> str:
    """Return a phone number in one line, '' for none. Raises BadRequest."""
    phone = " ".join(nfc(text).split())
    if phone and not _PHONE.match(phone):
        raise BadRequest("Số điện thoại gồm 4 đến 30 chữ số, dấu cách, chấm, gạch. Chưa ghi gì.", path=path)
    return phone
