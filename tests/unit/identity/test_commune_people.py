"""People on a commune's papers: put down, called by name, found on schools' lists, erased; and no name in any fact."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from services.identity.errors import NoSuchAccount, NoSuchPerson
from shared.contracts.calls.identity import (
    CommuneEntry,
    CommunePeopleRequest,
    GrantRequest,
    PersonEntry,
    PersonRequest,
    RecordCommunePeople,
    RecordPeople,
    SchoolEntry,
)
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotAllowed, NotFound
from shared.vocabulary.ids import CommuneCode, PersonId
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.identity.test_identity_application import ADMIN, IdentityScene, change, clerk, head

HOA = PersonEntry(name="Đèo Thị Hoa", office="Phó Chủ tịch UBND xã", phone="0912 345 678")
NEXT = CommuneCode("MB")


@pytest.fixture
def scene() -> IdentityScene:
    made = IdentityScene()
    made.app.directory.put_commune(CommuneEntry(code=NEXT, name="Xã Mường Bon"))
    made.app.directory.put_school(SchoolEntry(code="TH-X", name="Trường TH-X", kind="tieu_hoc", commune=NEXT))
    return made


def of_commune(role: Role, commune: str = "NL") -> GrantRequest:
    return GrantRequest(role=role, scope_kind=ScopeKind.COMMUNE, scope=commune)


def record(scene: IdentityScene, *people: PersonEntry, commune: str = "NL", acting: CallContext = ADMIN) -> list[PersonId]:
    return scene.app.record_commune_people(acting, RecordCommunePeople(commune=commune, people=list(people))).persons


def called(
    scene: IdentityScene, *persons: PersonId, commune: str = "NL", acting: CallContext = ADMIN
) -> list[tuple[str, str, str]]:
    request = CommunePeopleRequest(commune=commune, persons=list(persons))
    return [(one.name, one.office, one.phone) for one in scene.app.commune_people(acting, request).people]


def test_people_of_a_commune_are_called_as_it_wrote_them_and_a_repeat_records_nothing(scene: IdentityScene) -> None:
    first = record(scene, HOA)
    again = record(scene, HOA)

    assert again == first
    assert called(scene) == [(HOA.name, HOA.office, HOA.phone)]
    assert called(scene, *first) == called(scene)
    assert called(scene, commune=NEXT) == called(scene, *first, commune=NEXT) == []
    assert scene.facts() == ["person-of-commune-recorded"]


def test_a_school_whose_code_is_the_communes_has_a_list_of_its_own(scene: IdentityScene) -> None:
    scene.app.record_people(ADMIN, RecordPeople(school="NL", people=[HOA]))

    assert called(scene) == []


def test_somebody_on_a_list_of_one_of_its_schools_is_found_by_id_and_not_among_all(scene: IdentityScene) -> None:
    mai = PersonEntry(name="Lò Thị Mai", office="Hiệu trưởng", phone="0900 000 000")
    (here,) = scene.app.record_people(ADMIN, RecordPeople(school="TH-A", people=[mai])).persons
    (elsewhere,) = scene.app.record_people(ADMIN, RecordPeople(school="TH-X", people=[mai])).persons
    (hoa,) = record(scene, HOA)

    assert [name for name, _, _ in called(scene)] == [HOA.name]
    assert called(scene, here, elsewhere, hoa) == [("Lò Thị Mai", "Hiệu trưởng", ""), (HOA.name, HOA.office, HOA.phone)]


def test_the_holder_of_an_account_is_found_with_the_role_there_until_it_is_taken_back(scene: IdentityScene) -> None:
    account = scene.person("kinh-te-1", of_commune(Role.ECONOMIC_OFFICE))
    stranger = scene.person("van-thu-x", clerk("TH-X"))

    assert called(scene, PersonId(account), PersonId(stranger), PersonId(str(uuid.uuid4()))) == [
        ("Người kinh-te-1", "Phòng Kinh tế xã", "")
    ]

    scene.app.revoke_role(ADMIN, change(account, of_commune(Role.ECONOMIC_OFFICE)))

    assert called(scene, PersonId(account)) == []


def test_a_member_with_an_account_is_named_by_login_and_keeps_the_accounts_id(scene: IdentityScene) -> None:
    account = scene.person("hieu-truong-1", head("TH-A"))

    persons = record(scene, PersonEntry(name="", office="Ủy viên", login="hieu-truong-1"))

    assert persons == [account]
    assert called(scene) == [("Người hieu-truong-1", "Ủy viên", "")]
    scene.person("van-thu-x", clerk("TH-X"))
    with pytest.raises(NoSuchAccount, match="ở xã NL hay ở trường của xã"):
        record(scene, PersonEntry(name="", office="Ủy viên", login="van-thu-x"))


def test_only_planners_of_the_commune_write_its_list_and_only_they_see_phones(scene: IdentityScene) -> None:
    officer = scene.acting("can-bo-1", of_commune(Role.COMMUNE_OFFICER))
    committee = scene.acting("ban-1", of_commune(Role.STEERING_COMMITTEE))
    strangers = [
        scene.acting("can-bo-2", of_commune(Role.COMMUNE_OFFICER, NEXT)),
        scene.acting("doan-the-1", of_commune(Role.MASS_ORGANISATION)),
        scene.acting("hieu-truong-9", head("TH-A")),
    ]
    record(scene, HOA, acting=officer)

    assert called(scene, acting=officer) == [(HOA.name, HOA.office, HOA.phone)]
    assert called(scene, acting=committee) == [(HOA.name, HOA.office, "")]
    for stranger in [committee, *strangers]:
        with pytest.raises(NotAllowed):
            record(scene, HOA, acting=stranger)
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            called(scene, acting=stranger)


def test_an_erased_person_is_called_by_no_name_and_written_anew_as_another(scene: IdentityScene) -> None:
    (hoa,) = record(scene, HOA)

    scene.app.erase_person(ADMIN, PersonRequest(person=hoa))

    assert called(scene) == called(scene, hoa) == []
    with pytest.raises(NoSuchPerson):
        record(scene, PersonEntry(name="Ai", office="Gì", person=hoa))
    assert record(scene, HOA) != [hoa]
    assert scene.facts() == ["person-of-commune-recorded", "person-erased", "person-of-commune-recorded"]


def test_what_is_told_wrongly_is_refused_and_nobody_of_it_is_kept(scene: IdentityScene) -> None:
    with pytest.raises(NotFound, match="Không có xã XX"):
        record(scene, HOA, commune="XX")
    with pytest.raises(NotFound):
        called(scene, commune="XX")
    with pytest.raises(BadRequest):
        record(scene, HOA, PersonEntry(name=" ", office="Ủy viên"))
    with pytest.raises(BadRequest):
        record(scene, *[HOA] * 501)

    assert called(scene) == []
    assert scene.facts() == []


def test_no_name_or_office_or_phone_is_in_facts_or_events(scene: IdentityScene) -> None:
    record(scene, HOA)

    (logged,) = scene.app.log.read(0)
    told = msgspec.json.encode(logged.entry.fact) + msgspec.json.encode(scene.app.published(logged))
    assert not any(word.encode() in told for word in ("Hoa", "Phó", "0912"))
