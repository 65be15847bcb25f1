"""The directory follows assessment's events exactly once, and is written through."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from services.identity import views as v
from services.identity.bootstrap import identity_application, people_beside
from services.identity.directory import FRESH_S, Directory, DirectoryInbox
from shared.clock import FixedClock
from shared.contracts.calls.identity import CommuneEntry, SchoolEntry
from shared.contracts.events.base import CloudEvent
from shared.storage.database_url import StoreSettings
from shared.vocabulary.roles import ScopeKind
from tests.opened import closed_later

NOON = dt.datetime(2026, 11, 2, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def directory() -> Directory:
    app = identity_application(StoreSettings("sqlite://"), FixedClock(NOON), installation="t", views_url="sqlite://")
    return closed_later(app).directory


def event(sequence: int, fact: str, **data: Any) -> CloudEvent:
    return CloudEvent(
        id=f"e-{sequence}",
        source="urn:kiemdinh:t:assessment",
        type=f"vn.kiemdinh.assessment.{fact}.v1",
        subject="x",
        time=NOON,
        recordedtime=NOON,
        sequence=sequence,
        data=data,
    )


def school(sequence: int, code: str, name: str, commune: str = "NL") -> CloudEvent:
    return event(sequence, "school-registered", school=code, name=name, kind="tieu_hoc", commune=commune, levels=[])


def test_communes_and_schools_come_from_events_in_vietnamese_order(directory: Directory) -> None:
    inbox = DirectoryInbox(directory)
    assert inbox.sources == ("assessment", "inspection")

    inbox.receive(event(1, "commune-registered", commune="NL", name="Xã Nậm Lam"))
    inbox.receive(event(2, "commune-registered", commune="BC", name="Xã Ấm Thượng"))
    inbox.receive(school(3, "TH-10", "Trường số 10"))
    inbox.receive(school(4, "TH-2", "Trường số 2"))
    inbox.receive(event(5, "cycle-opened", school="TH-2"))

    assert [c.code for c in directory.communes()] == ["BC", "NL"]
    assert [s.code for s in directory.schools("NL")] == ["TH-2", "TH-10"]
    assert directory.schools("BC") == []
    assert inbox.received_position("assessment") == 5


def test_a_school_that_was_closed_stays_so_when_it_gets_another_name(directory: Directory) -> None:
    directory.receive(school(1, "TH-A", "Tên cũ"))
    directory.receive(event(2, "school-closed", school="TH-A", closed_on="2026-08-01"))
    directory.receive(school(3, "TH-A", "Tên mới"))

    found = directory.school("TH-A")
    assert found is not None
    assert (found.name, found.closed_on) == ("Tên mới", dt.date(2026, 8, 1))


def test_a_doubled_or_older_event_changes_nothing(directory: Directory) -> None:
    directory.receive(school(1, "TH-A", "Tên cũ"))
    directory.receive(school(2, "TH-A", "Tên mới"))

    directory.receive(school(1, "TH-A", "Tên cũ"))

    found = directory.school("TH-A")
    assert found is not None
    assert found.name == "Tên mới"


def test_an_event_with_data_of_another_form_is_not_applied_and_not_passed_over(directory: Directory) -> None:
    with pytest.raises(msgspec.ValidationError):
        directory.receive(event(1, "school-registered", school="TH-A"))

    assert directory.received_position("assessment") == 0


def test_what_is_written_through_is_there_before_its_event(directory: Directory) -> None:
    entry = SchoolEntry(code="TH-A", name="Trường A", kind="tieu_hoc", commune="NL")
    directory.put_commune(CommuneEntry(code="NL", name="Xã Nậm Lam"))
    directory.put_school(entry)
    directory.put_school(entry)

    assert directory.school("TH-A") == entry
    assert directory.codes_in("NL") == ("TH-A",)
    assert directory.received_position("assessment") == 0
    directory.receive(school(1, "TH-A", "Trường A"))
    assert len(directory.schools()) == 1


def test_names_and_knowledge_of_scopes(directory: Directory) -> None:
    directory.put_commune(CommuneEntry(code="NL", name="Xã Nậm Lam"))

    assert directory.name(ScopeKind.COMMUNE, "NL") == "Xã Nậm Lam"
    assert directory.name(ScopeKind.COMMUNE, "XX") == ""
    assert directory.name(ScopeKind.DEPARTMENT, "") == ""
    assert directory.knows(ScopeKind.COMMUNE, "NL")
    assert not directory.knows(ScopeKind.COMMUNE, "XX")
    assert not directory.knows(ScopeKind.SCHOOL, "NL")
    assert directory.knows(ScopeKind.DEPARTMENT, "")
    assert directory.knows(ScopeKind.INSTALLATION, "")
    assert directory.commune("XX") is None


def test_people_are_kept_beside_the_views_unless_told_otherwise() -> None:
    assert people_beside("sqlite:////data/portal/views.sqlite") == "sqlite:////data/portal/people.sqlite"
    assert people_beside("sqlite://") == "sqlite://"
    assert people_beside("postgresql://u:p@h/portal") == "postgresql://u:p@h/portal"
    assert v.VERSION >= 1


def test_what_another_process_wrote_is_seen_within_a_second(directory: Directory) -> None:
    now = [100.0]
    here = Directory(directory._views, monotonic=lambda: now[0])
    assert here.schools() == []

    directory.put_school(SchoolEntry(code="TH-A", name="Trường A", kind="tieu_hoc", commune="NL"))

    now[0] += FRESH_S
    assert here.school("TH-A") is None
    now[0] += 0.01
    assert here.school("TH-A") is not None


def test_a_scope_that_another_process_registered_this_very_second_is_known(directory: Directory) -> None:
    here = Directory(directory._views, monotonic=lambda: 100.0)
    assert here.schools() == []

    directory.put_school(SchoolEntry(code="TH-A", name="Trường A", kind="tieu_hoc", commune="NL"))

    assert here.knows(ScopeKind.SCHOOL, "TH-A")


def test_what_was_read_while_somebody_wrote_is_not_kept(directory: Directory) -> None:
    read = directory._read

    def read_slowly(taken_at: float) -> object:
        found = read(taken_at)
        directory._read = read  # type: ignore[method-assign]
        directory.put_school(SchoolEntry(code="TH-A", name="Trường A", kind="tieu_hoc", commune="NL"))
        return found

    directory._read = read_slowly  # type: ignore[method-assign,assignment]

    assert directory.schools() == []
    assert [entry.code for entry in directory.schools()] == ["TH-A"]


def test_an_evaluator_is_sent_to_the_schools_of_own_visits_and_of_those_that_name_nobody(directory: Directory) -> None:
    planned = [("v1", "TH-A", "department", ["e1"]), ("v2", "TH-B", "department", []), ("v3", "TH-C", "commune", ["e1"])]
    for sequence, (visit, school, layer, members) in enumerate(planned, start=1):
        data = {"inspection": visit, "school": school, "cycle": "c", "layer": layer, "planned_on": "2026-11-02"}
        told = {**data, **({"members": members} if members else {})}
        directory.receive(
            CloudEvent(
                id=visit,
                source="urn:kiemdinh:thu:inspection",
                type="vn.kiemdinh.inspection.inspection-planned.v1",
                subject=f"school/{school}",
                time=NOON,
                recordedtime=NOON,
                sequence=sequence,
                data=told,
            )
        )
    assert directory.evaluated_by("e1") == ("TH-A", "TH-B")
    assert directory.evaluated_by("e2") == ("TH-B",)
    directory.put_evaluation("v4", "TH-D", ["e2"])
    assert directory.evaluated_by("e2") == ("TH-B", "TH-D")
