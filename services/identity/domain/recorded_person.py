"""One person on papers: put on the lists of schools and communes, erased. Who it is stands in no fact."""

from __future__ import annotations

import uuid

from services.identity.domain.facts import PersonErased, PersonOfCommuneRecorded, PersonRecorded
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.vocabulary.ids import CommuneCode, PersonId, SchoolCode


class RecordedPerson(Aggregate):
    """The life of a person on papers. Repeating a command that holds already records nothing."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.schools: frozenset[SchoolCode] = frozenset()
        self.communes: frozenset[CommuneCode] = frozenset()
        self.erased = False

    def put_down(self, person: PersonId, school: SchoolCode, meta: EventMetadata, *, is_new: bool) -> None:
        """Note that a school writes the person on its papers: once, and again when what it writes `is_new`."""
        if is_new or school not in self.schools:
            self.record(PersonRecorded(person=person, school=school), meta)

    def put_down_by_commune(self, person: PersonId, commune: CommuneCode, meta: EventMetadata, *, is_new: bool) -> None:
        """Note that a commune writes the person on its papers, as `put_down` does of a school."""
        if is_new or commune not in self.communes:
            self.record(PersonOfCommuneRecorded(person=person, commune=commune), meta)

    def erase(self, person: PersonId, meta: EventMetadata) -> None:
        """Note that the name is gone."""
        if not self.erased:
            self.record(PersonErased(person=person), meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case PersonRecorded(school=school):
                self.schools |= {school}
            case PersonOfCommuneRecorded(commune=commune):
                self.communes |= {commune}
            case PersonErased():
                self.erased = True
            case _:
                pass


def stream_of(person: PersonId) -> uuid.UUID:
    """Return the stream of a person: another one than that of the account of the same id."""
    return natural_id("person", person)
