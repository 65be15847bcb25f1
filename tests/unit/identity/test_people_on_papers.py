"""People on papers: put down, called by name, erased; and no name in any fact or event."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from services.identity.domain.account import OWNER
from services.identity.errors import AccountInUse, NoSuchAccount, NoSuchPerson
from shared.contracts.calls.identity import (
    AccountRequest,
    GrantRequest,
    PeopleOnPapersRequest,
    PersonEntry,
    PersonRequest,
    RecordPeople,
    SchoolAccountsRequest,
)
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotAllowed, NotFound
from shared.vocabulary.ids import PersonId
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.identity.test_identity_application import ADMIN, IdentityScene, change, clerk, head, officer

MAI = PersonEntry(name="Lò Thị Mai", office="Tổ trưởng tổ 1", phone="0912 345 678")
TWO = [MAI, PersonEntry(name="Vàng A Sùng", office="Trưởng ban đại diện cha mẹ học sinh")]


@pytest.fixture
def scene() -> IdentityScene:
    return IdentityScene()


def record(scene: IdentityScene, *people: PersonEntry, school: str = "TH-A", acting: CallContext = ADMIN) -> list[PersonId]:
    return scene.app.record_people(acting, RecordPeople(school=school, people=list(people))).persons


def called(scene: IdentityScene, *persons: PersonId, school: str = "TH-A") -> list[tuple[str, str, str]]:
    request = PeopleOnPapersRequest(school=school, persons=list(persons))
    found = scene.app.people_on_papers(ADMIN, request).people
    return [(one.name, one.office, one.login) for one in found]


def council(school: str) -> GrantRequest:
    return GrantRequest(role=Role.COUNCIL_MEMBER, scope_kind=ScopeKind.SCHOOL, scope=school)


# --- put down


def test_people_are_told_in_the_order_asked_for_and_all_of_a_school_by_name(scene: IdentityScene) -> None:
    mai, sung = record(scene, *TWO)
    (elsewhere,) = record(scene, MAI, school="TH-B")

    assert [name for name, _, _ in called(scene, sung, mai, elsewhere)] == ["Vàng A Sùng", "Lò Thị Mai"]
    assert called(scene) == [("Lò Thị Mai", "Tổ trưởng tổ 1", ""), (TWO[1].name, TWO[1].office, "")]
    assert called(scene, PersonId(str(uuid.uuid4()))) == []
    assert elsewhere != mai


def test_a_repeat_gives_the_same_people_and_records_nothing(scene: IdentityScene) -> None:
    first = record(scene, *TWO)
    head_position = scene.app.log.head()

    again = record(scene, PersonEntry(name=" Lò  Thị Mai ", office="Tổ trưởng tổ 1"), TWO[1])

    assert again == first
    assert scene.app.log.head() == head_position
    assert scene.facts() == ["person-recorded", "person-recorded"]


def test_somebody_told_twice_at_once_is_one_person(scene: IdentityScene) -> None:
    first, second = record(scene, MAI, MAI)

    assert first == second
    assert scene.facts() == ["person-recorded"]


def test_a_person_who_is_named_by_id_is_called_otherwise_from_then_on(scene: IdentityScene) -> None:
    (mai,) = record(scene, MAI)

    renamed = record(scene, PersonEntry(name="Lò Thị Mai Anh", office="Phó hiệu trưởng", person=mai))

    assert renamed == [mai]
    assert called(scene) == [("Lò Thị Mai Anh", "Phó hiệu trưởng", "")]
    assert scene.facts() == ["person-recorded", "person-recorded"]


def test_the_phone_is_told_to_those_who_write_the_list_and_stays_when_none_is_given(scene: IdentityScene) -> None:
    record(scene, MAI)
    record(scene, msgspec.structs.replace(MAI, phone=""))
    principal, member = scene.acting("hieu-truong-a", head("TH-A")), scene.acting("hoi-dong-a", council("TH-A"))
    asked = PeopleOnPapersRequest(school="TH-A")

    assert [one.phone for one in scene.app.people_on_papers(principal, asked).people] == ["0912 345 678"]
    assert [one.phone for one in scene.app.people_on_papers(member, asked).people] == [""]


def test_somebody_with_a_login_is_the_account_and_is_called_as_the_account_is_at_that_moment(scene: IdentityScene) -> None:
    account = scene.person("hoi-dong-a", council("TH-A"))

    for name in ("", "Người hoi-dong-a"):
        assert record(scene, PersonEntry(name=name, office="Ủy viên", login="Hoi-Dong-A")) == [account]
        assert called(scene) == [("Người hoi-dong-a", "Ủy viên", "hoi-dong-a")]
    scene.people.rename(account, "Hà Văn Đoàn")

    assert called(scene, PersonId(account)) == [("Hà Văn Đoàn", "Ủy viên", "hoi-dong-a")]
    assert record(scene, PersonEntry(name="", office="Thư ký", person=PersonId(account))) == [account]
    assert called(scene) == [("Hà Văn Đoàn", "Thư ký", "hoi-dong-a")]


def test_papers_may_call_somebody_otherwise_than_the_account_does(scene: IdentityScene) -> None:
    account = scene.person("van-thu-a", clerk("TH-A"))

    record(scene, PersonEntry(name="Lò Thị Mai", office="Văn thư", login="van-thu-a"))

    assert called(scene, PersonId(account)) == [("Lò Thị Mai", "Văn thư", "van-thu-a")]


def test_somebody_with_roles_in_two_schools_is_one_person_with_an_office_in_each(scene: IdentityScene) -> None:
    account = scene.person("hoi-dong-a", council("TH-A"), council("TH-B"))

    record(scene, PersonEntry(name="", office="Ủy viên", login="hoi-dong-a"))
    record(scene, PersonEntry(name="", office="Chủ tịch", login="hoi-dong-a"), school="TH-B")

    assert called(scene, PersonId(account))[0][1] == "Ủy viên"
    assert called(scene, PersonId(account), school="TH-B")[0][1] == "Chủ tịch"


# --- refused


@pytest.mark.parametrize("login", ["khong-ai", "van-thu-b", "can-bo-xa", "da-dong"])
def test_a_login_that_does_not_work_in_the_school_is_refused_alike_whatever_the_reason(
    scene: IdentityScene, login: str
) -> None:
    scene.person("van-thu-b", clerk("TH-B"))
    scene.person("can-bo-xa", officer("NL"))
    scene.app.close_account(ADMIN, AccountRequest(account=scene.person("da-dong", clerk("TH-A"))))
    before = scene.app.log.head()

    with pytest.raises(NoSuchAccount, match=rf"{login} với vai trò ở trường TH-A. Chưa ghi gì. Mời người ấy"):
        record(scene, MAI, PersonEntry(name="", office="Ủy viên", login=login))

    assert called(scene) == []
    assert scene.app.log.head() == before


def test_an_id_of_another_school_of_nobody_or_of_somebody_erased_is_refused_and_nobody_is_kept(
    scene: IdentityScene,
) -> None:
    (elsewhere,) = record(scene, MAI, school="TH-B")
    (erased,) = record(scene, MAI)
    scene.app.erase_person(ADMIN, PersonRequest(person=erased))

    for person in (elsewhere, erased, PersonId(str(uuid.uuid4()))):
        with pytest.raises(NoSuchPerson):
            record(scene, TWO[1], msgspec.structs.replace(MAI, person=person))
    assert called(scene) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 121},
        {"office": ""},
        {"phone": "gọi cô Mai"},
        {"person": "khong-phai-ma"},
        {"login": "hoi-dong-a", "person": str(uuid.uuid4())},
    ],
)
def test_what_cannot_stand_on_a_paper_is_refused_with_its_place(scene: IdentityScene, wrong: dict[str, str]) -> None:
    scene.person("hoi-dong-a", council("TH-A"))
    before = scene.app.log.head()

    with pytest.raises(BadRequest) as refused:
        record(scene, TWO[1], msgspec.structs.replace(MAI, **wrong))

    assert refused.value.data["path"].startswith("$.people[1].")
    assert (called(scene), scene.app.log.head()) == ([], before)


def test_more_than_five_hundred_at_once_are_refused(scene: IdentityScene) -> None:
    many = [PersonEntry(name=f"Người {number}", office="Ủy viên") for number in range(501)]

    with pytest.raises(BadRequest, match="500"):
        record(scene, *many)
    assert len(record(scene, *many[:500])) == 500
    with pytest.raises(BadRequest, match="500"):
        called(scene, *(PersonId(str(uuid.uuid4())) for _ in range(501)))


def test_the_head_writes_the_list_of_the_own_school_and_others_do_not(scene: IdentityScene) -> None:
    principal, member = scene.acting("hieu-truong-a", head("TH-A")), scene.acting("hoi-dong-a", council("TH-A"))
    record(scene, MAI, acting=principal)

    for acting, school in ((principal, "TH-B"), (member, "TH-A")):
        with pytest.raises(NotAllowed):
            record(scene, MAI, school=school, acting=acting)
    with pytest.raises(NotAllowed):
        scene.app.people_on_papers(member, PeopleOnPapersRequest(school="TH-B"))
    with pytest.raises(NotAllowed):
        scene.app.erase_person(principal, PersonRequest(person=PersonId(str(uuid.uuid4()))))


# --- erased


def test_an_erased_name_is_gone_for_good_and_the_act_stays(scene: IdentityScene) -> None:
    mai, _ = record(scene, *TWO)

    first = scene.app.erase_person(ADMIN, PersonRequest(person=mai))
    again = scene.app.erase_person(ADMIN, PersonRequest(person=mai))

    assert first == again
    assert [name for name, _, _ in called(scene)] == ["Vàng A Sùng"]
    assert called(scene, mai) == []
    assert record(scene, MAI) != [mai], "the same name is another person from now on"
    assert scene.facts() == ["person-recorded", "person-recorded", "person-erased", "person-recorded"]


def test_the_name_of_an_account_is_erased_after_the_account_was_closed(scene: IdentityScene) -> None:
    account = scene.person("hoi-dong-a", council("TH-A"))
    record(scene, PersonEntry(name="Hà Văn Đoàn", office="Ủy viên", login="hoi-dong-a"))
    with pytest.raises(AccountInUse, match="Đóng tài khoản trước"):
        scene.app.erase_person(ADMIN, PersonRequest(person=PersonId(account)))
    scene.app.close_account(ADMIN, AccountRequest(account=account))
    assert called(scene, PersonId(account)) == [("Hà Văn Đoàn", "Ủy viên", "hoi-dong-a")], "papers of before need it"

    scene.app.erase_person(ADMIN, PersonRequest(person=PersonId(account)))

    assert called(scene) == []
    (listed,) = scene.app.accounts(ADMIN).accounts
    assert (listed.account, listed.login, listed.display_name) == (account, "", "")
    assert scene.people.by_login("hoi-dong-a") is None
    assert scene.person("hoi-dong-a", clerk("TH-A")) != account, "the login is free again"


@pytest.mark.parametrize("person", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_nobody_cannot_be_erased(scene: IdentityScene, person: str) -> None:
    with pytest.raises(NotFound):
        scene.app.erase_person(ADMIN, PersonRequest(person=PersonId(person)))
    assert scene.app.log.head() == 0


def test_the_owner_is_not_erased(scene: IdentityScene) -> None:
    scene.app.one_time_link()

    with pytest.raises(AccountInUse):
        scene.app.erase_person(ADMIN, PersonRequest(person=PersonId(str(OWNER))))


# --- nothing personal in the log


def test_no_name_office_phone_or_login_is_in_the_log_or_the_public_events(scene: IdentityScene) -> None:
    scene.person("hoi-dong-a", council("TH-A"))
    mai, member = record(scene, MAI, PersonEntry(name="Hà Văn Đoàn", office="Ủy viên", login="hoi-dong-a"))
    record(scene, PersonEntry(name="Lò Thị Mai Anh", office="Phó hiệu trưởng", person=mai))
    scene.app.erase_person(ADMIN, PersonRequest(person=mai))
    logged = scene.app.log.read(0)

    stored = b"".join(scene.app.facts.encode(entry.entry) for entry in logged).decode()
    told = b"".join(msgspec.json.encode(scene.app.published(entry)) for entry in logged).decode()

    for text in (stored, told):
        assert mai in text
        assert member in text
        for private in ("Mai", "Hà Văn", "Tổ trưởng", "hiệu trưởng", "Ủy viên", "0912", "hoi-dong-a"):
            assert private not in text


def test_a_person_whose_recording_never_reached_the_log_is_recorded_by_the_repeat(scene: IdentityScene) -> None:
    stored, scene.app.change_together = scene.app.change_together, lambda decide: (None, 0)  # type: ignore[method-assign]
    lost = record(scene, MAI)
    scene.app.change_together = stored  # type: ignore[method-assign]
    assert scene.facts() == []

    assert record(scene, MAI) == lost
    assert scene.facts() == ["person-recorded"]


# --- accounts of a school


def test_the_accounts_of_a_school_are_those_who_work_there_with_what_they_do_there(scene: IdentityScene) -> None:
    principal = scene.acting("hieu-truong-a", head("TH-A"), clerk("TH-A"), council("TH-B"))
    scene.person("van-thu-b", clerk("TH-B"))
    scene.person("can-bo-xa", officer("NL"))
    invited = scene.invite("an-hoi-dong", council("TH-A")).account
    left = scene.person("da-thoi", clerk("TH-A"))
    scene.app.revoke_role(ADMIN, change(left, clerk("TH-A")))
    scene.app.close_account(ADMIN, AccountRequest(account=scene.person("da-dong", clerk("TH-A"))))

    found = scene.app.accounts_of_school(principal, SchoolAccountsRequest(school="TH-A")).accounts

    assert [(one.login, one.account, one.display_name, set(one.roles)) for one in found] == [
        ("an-hoi-dong", invited, "Người an-hoi-dong", {Role.COUNCIL_MEMBER}),
        ("hieu-truong-a", principal.actor, "Người hieu-truong-a", {Role.HEAD, Role.CLERK}),
    ]
    with pytest.raises(NotAllowed):
        scene.app.accounts_of_school(scene.acting("van-thu-a"), SchoolAccountsRequest(school="TH-A"))


# --- those who visit a school


def visitors(scene: IdentityScene, *people: PersonEntry, acting: CallContext) -> list[PersonId]:
    return scene.app.record_people_of_visit(acting, RecordPeople(school="TH-A", people=list(people))).persons


def test_an_office_puts_down_who_visits_by_name_or_login_and_the_same_ones_again(scene: IdentityScene) -> None:
    office = scene.acting("can-bo-xa", officer("NL"))
    guest = PersonEntry(name="Vàng A Sùng", office="Chuyên gia")
    account = scene.person("thanh-tra", officer("NL"))
    first = visitors(scene, guest, PersonEntry(name="", office="Thư ký", login="thanh-tra"), acting=office)
    assert first[1] == account
    assert called(scene, *first) == [("Vàng A Sùng", "Chuyên gia", ""), ("Người thanh-tra", "Thư ký", "thanh-tra")]
    head_position = scene.app.log.head()
    again = [guest, PersonEntry(name="Tên khác", office="Trưởng đoàn", login="thanh-tra")]
    assert visitors(scene, *again, acting=office) == first
    assert called(scene, first[1]) == [("Người thanh-tra", "Thư ký", "thanh-tra")]
    assert scene.app.log.head() == head_position


def test_an_office_calls_somebody_as_papers_are_to_call_them_and_renames_nobody(scene: IdentityScene) -> None:
    office = scene.acting("can-bo-xa", officer("NL"))
    scene.person("thanh-tra", officer("NL"))
    (visitor,) = visitors(scene, PersonEntry(name="Lò Thị Hoa", office="Thư ký", login="thanh-tra"), acting=office)
    assert called(scene, visitor) == [("Lò Thị Hoa", "Thư ký", "thanh-tra")]
    (mai,) = record(scene, MAI)
    with pytest.raises(BadRequest, match="Trường đổi tên"):
        visitors(scene, PersonEntry(name="Tên khác", office="Ủy viên", person=mai), acting=office)
    assert called(scene, mai) == [("Lò Thị Mai", "Tổ trưởng tổ 1", "")]


def test_somebody_of_the_school_may_be_met_and_a_login_of_elsewhere_is_refused_as_one_of_nobody(
    scene: IdentityScene,
) -> None:
    office = scene.acting("can-bo-xa", officer("NL"))
    member = scene.person("hoi-dong-a", council("TH-A"))
    scene.person("van-thu-b", clerk("TH-B"))
    assert visitors(scene, PersonEntry(name="", office="Ủy viên", login="hoi-dong-a"), acting=office) == [member]
    for login in ("van-thu-b", "khong-ai"):
        with pytest.raises(NoSuchAccount, match="cơ quan kiểm tra trường"):
            visitors(scene, PersonEntry(name="", office="Ủy viên", login=login), acting=office)


def test_a_school_puts_nobody_down_as_a_visitor(scene: IdentityScene) -> None:
    with pytest.raises(NotAllowed):
        visitors(scene, MAI, acting=scene.acting("hieu-truong-a", head("TH-A")))
