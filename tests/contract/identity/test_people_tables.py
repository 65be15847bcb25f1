"""What identity expects of the tables of people and secrets, on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from services.identity.adapters.passwords import Argon2Hasher
from services.identity.adapters.people import PeopleTables
from services.identity.domain.login_throttle import BY_ADDRESS, BY_LOGIN
from services.identity.errors import NoSuchPerson
from services.identity.ports import Link, OnPapers, Person, ProgramSecret, Session
from shared.problems import Unavailable

NOW = 1_800_000_000


@pytest.fixture(params=["memory", "file", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return "sqlite://"
    if request.param == "file":
        return f"sqlite:///{tmp_path}/people.sqlite"
    return str(request.getfixturevalue("postgresql").new_database())


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.server)])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that several processes can open."""
    if request.param == "file":
        return f"sqlite:///{tmp_path}/people.sqlite"
    return str(request.getfixturevalue("postgresql").new_database())


@pytest.fixture
def people(url: str):
    tables = PeopleTables(url)
    yield tables
    tables.close()


def somebody(login: str = "van-thu-1", account: str = "a-1") -> Person:
    return Person(account=account, login=login, display_name="Người một")


def test_a_login_belongs_to_the_first_who_reserved_it(people: PeopleTables) -> None:
    assert people.reserve(somebody()) == somebody()
    assert people.reserve(somebody(account="a-2")) == somebody()
    assert people.by_login("van-thu-1") == somebody()
    assert people.person("a-2") is None
    assert people.all_people() == [somebody()]


def test_reserving_again_with_the_same_id_and_another_login_keeps_the_first(people: PeopleTables) -> None:
    people.reserve(somebody())

    assert people.reserve(somebody(login="van-thu-9")) == somebody()
    assert people.person("a-1") == somebody()


def test_names_and_passwords_change(people: PeopleTables) -> None:
    people.reserve(somebody())

    people.rename("a-1", "Người hai")
    people.set_password("a-1", "hash")

    assert people.person("a-1") == Person(account="a-1", login="van-thu-1", display_name="Người hai", password_hash="hash")


def test_a_link_is_spent_once_with_the_password_and_ends_the_sessions(people: PeopleTables) -> None:
    people.reserve(somebody())
    people.add_session("s", Session(account="a-1", seen_at=NOW, expires_at=NOW + 9))
    people.add_link("secret", Link(account="a-1", purpose="loi-moi", expires_at=NOW + 9))

    first = people.redeem_link("secret", password_hash="hash", password_of="a-1")
    second = people.redeem_link("secret", password_hash="other", password_of="a-1")

    assert (first, second) == (True, False)
    assert people.link("secret") is None
    assert people.session("s") is None
    person = people.person("a-1")
    assert person is not None
    assert person.password_hash == "hash"


def test_a_new_link_replaces_the_earlier_of_the_same_purpose_only(people: PeopleTables) -> None:
    people.add_link("one", Link(account="a-1", purpose="loi-moi", expires_at=NOW))
    people.add_link("other", Link(account="a-1", purpose="vao", expires_at=NOW))

    people.add_link("two", Link(account="a-1", purpose="loi-moi", expires_at=NOW))

    assert people.link("one") is None
    assert people.link("two") is not None
    assert people.link("other") == Link(account="a-1", purpose="vao", expires_at=NOW)
    people.drop_links("a-1")
    assert people.link("other") is None


def test_sessions_come_and_go(people: PeopleTables) -> None:
    for secret in ("s1", "s2"):
        people.add_session(secret, Session(account="a-1", seen_at=NOW, expires_at=NOW + 9))

    people.touch_session("s1", NOW + 5)
    people.drop_session("s2")

    assert people.session("s1") == Session(account="a-1", seen_at=NOW + 5, expires_at=NOW + 9)
    assert people.session("s2") is None
    people.drop_sessions("a-1")
    assert people.session("s1") is None


def test_a_programs_secret_is_replaced_and_dropped_while_its_name_stays(people: PeopleTables) -> None:
    program = ProgramSecret(token="t-1", name="Cổng")

    people.put_program("one", program)
    people.put_program("two", program)

    assert people.program("one") is None
    assert people.program("two") == program
    people.drop_program("t-1")
    people.drop_program("t-2")
    assert people.program("two") is None
    assert people.programs() == [program]


def test_tries_are_counted_beforehand_refused_without_counting_and_forgiven(people: PeopleTables) -> None:
    keys = {"login:a": BY_LOGIN, "address:b": BY_ADDRESS}
    for _ in range(BY_LOGIN.free + 1):
        assert people.begin_try(keys, NOW) == 0

    assert people.begin_try(keys, NOW) == 1
    assert people.begin_try(keys, NOW) == 1
    people.forgive_try({"address:b": BY_ADDRESS})
    people.forget_tries("login:a")
    assert people.begin_try(keys, NOW) == 0


def test_what_ended_long_ago_is_purged_and_what_did_not_stays(people: PeopleTables) -> None:
    people.add_session("old", Session(account="a-1", seen_at=NOW, expires_at=NOW))
    people.add_session("new", Session(account="a-1", seen_at=NOW, expires_at=NOW + 30 * 24 * 3600))
    people.add_link("old", Link(account="a-1", purpose="loi-moi", expires_at=NOW))
    people.begin_try({"k": BY_LOGIN}, NOW)

    people.purge(NOW + 8 * 24 * 3600)

    assert people.session("old") is None
    assert people.link("old") is None
    assert people.session("new") is not None


def on_papers(name: str = "Lò Thị Mai", **told: str) -> OnPapers:
    return OnPapers(**{"person": "", "school": "TH-A", "office": "Tổ trưởng", "name": name, **told})


def test_people_on_papers_are_found_again_by_name_and_office_in_their_school(people: PeopleTables) -> None:
    ((mai, new), (sung, _)) = people.put_on_papers([on_papers(phone="0912"), on_papers("Vàng A Sùng")])
    again = people.put_on_papers(
        [on_papers(), on_papers(phone="0913"), on_papers(school="TH-B"), on_papers(office="Thư ký")]
    )

    assert new
    assert again[:2] == [(mai, False), (mai, True)]
    assert len({mai, sung, again[2][0], again[3][0]}) == 4
    assert people.on_papers("TH-A", [mai]) == [(on_papers(person=mai, phone="0913"), None)]
    assert {entry.person for entry, _ in people.on_papers("TH-A")} == {mai, sung, again[3][0]}


def test_a_person_with_an_account_is_kept_once_for_each_school_and_told_with_it(people: PeopleTables) -> None:
    people.reserve(somebody())
    here, there = (on_papers("", person="a-1", account="a-1", school=school) for school in ("TH-A", "TH-B"))

    assert people.put_on_papers([here, there, here]) == [("a-1", True), ("a-1", True), ("a-1", False)]
    # Somebody without an account is never taken for one who has one.
    assert people.put_on_papers([on_papers("Người một")])[0][0] != "a-1"
    assert people.on_papers("TH-B") == [(there, somebody())]


def test_of_people_with_one_that_is_unknown_nobody_is_kept(people: PeopleTables) -> None:
    ((elsewhere, _),) = people.put_on_papers([on_papers(school="TH-B")])

    for unknown in (elsewhere, "x"):
        with pytest.raises(NoSuchPerson):
            people.put_on_papers([on_papers(), on_papers(person=unknown)])
    assert people.on_papers("TH-A") == []


def test_what_was_erased_is_blank_everywhere_and_the_row_remains(people: PeopleTables) -> None:
    people.reserve(somebody())
    people.set_password("a-1", "hash")
    people.put_on_papers([on_papers(person="a-1", account="a-1", phone="0912"), on_papers("Vàng A Sùng")])
    people.put_on_papers([on_papers(person="a-1", account="a-1", school="TH-B")])

    erased = [people.erase("a-1", NOW), people.erase("a-1", NOW + 9), people.erase("x", NOW)]

    assert erased == [True, True, False]
    assert [entry.name for entry, _ in people.on_papers("TH-A")] == ["Vàng A Sùng"]
    assert people.on_papers("TH-B") == []
    person = people.person("a-1")
    assert person == Person(account="a-1", login="a-1", display_name="")
    assert person.is_erased
    with people._database.reading() as conn:
        rows = conn.exec_driver_sql("SELECT name, phone, erased_at FROM people_on_papers WHERE person = 'a-1'").all()
    assert [tuple(row) for row in rows] == [("", "", NOW)] * 2, "when it was erased first"


def test_an_erased_name_is_not_left_in_the_file(tmp_path: Path) -> None:
    people = PeopleTables(f"sqlite:///{tmp_path}/people.sqlite")
    kept = people.put_on_papers([on_papers(f"Lo Thi Mai {number}", phone="0912345678") for number in range(200)])
    people.close()
    people = PeopleTables(f"sqlite:///{tmp_path}/people.sqlite")
    for person, _ in kept:
        people.erase(person, NOW)
    people.close()

    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert kept[0][0].encode() in stored
    assert b"Lo Thi Mai" not in stored
    assert b"0912345678" not in stored


def test_one_person_put_down_by_many_at_once_is_one(shared_url: str) -> None:
    tables = [PeopleTables(shared_url) for _ in range(8)]
    found: list[str] = []
    start = threading.Barrier(8)

    def put(people: PeopleTables) -> None:
        start.wait()
        found.append(people.put_on_papers([on_papers()])[0][0])

    threads = [threading.Thread(target=put, args=(people,)) for people in tables]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for people in tables:
        people.close()

    assert (len(found), len(set(found))) == (8, 1)


def test_no_address_is_kept_as_it_is(tmp_path: Path) -> None:
    people = PeopleTables(f"sqlite:///{tmp_path}/people.sqlite")
    people.begin_try({"address:10.20.30.40": BY_ADDRESS}, NOW)
    people.close()

    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert b"10.20.30.40" not in stored


def test_many_tries_at_once_gain_nothing(shared_url: str) -> None:
    tables = [PeopleTables(shared_url) for _ in range(8)]
    waits: list[int] = []
    start = threading.Barrier(8)

    def attempt(people: PeopleTables) -> None:
        start.wait()
        for _ in range(4):
            waits.append(people.begin_try({"login:a": BY_LOGIN}, NOW))

    threads = [threading.Thread(target=attempt, args=(people,)) for people in tables]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for people in tables:
        people.close()

    assert waits.count(0) == BY_LOGIN.free + 1


def test_one_link_used_by_many_at_once_is_spent_once(shared_url: str) -> None:
    tables = [PeopleTables(shared_url) for _ in range(8)]
    tables[0].add_link("secret", Link(account="a-1", purpose="loi-moi", expires_at=NOW))
    spent: list[bool] = []
    start = threading.Barrier(8)

    def use(people: PeopleTables) -> None:
        start.wait()
        spent.append(people.redeem_link("secret"))

    threads = [threading.Thread(target=use, args=(people,)) for people in tables]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for people in tables:
        people.close()

    assert spent.count(True) == 1


def test_a_database_that_does_not_answer_is_told_as_unavailable(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    people = PeopleTables(f"sqlite:///{tmp_path}/kept/people.sqlite")
    people.close()
    (tmp_path / "kept").rename(tmp_path / "away")

    with pytest.raises(Unavailable):
        people.by_login("van-thu-1")


def test_argon2_hashes_verify_and_tell_when_they_are_outdated() -> None:
    weak, strong = Argon2Hasher(memory_kib=64, passes=1), Argon2Hasher(memory_kib=128, passes=1)

    hashed = weak.hash("mục tiêu của trường")

    assert hashed.startswith("$argon2id$")
    assert weak.verify(hashed, "mu\u0323c tie\u0302u cu\u0309a tru\u031bo\u031b\u0300ng")
    assert not weak.verify(hashed, "mục tiêu của lớp")
    assert not weak.verify("", "decoy")
    assert not weak.verify("not a hash", "x")
    assert (weak.is_outdated(hashed), strong.is_outdated(hashed)) == (False, True)


def test_slow_hashes_run_where_the_composition_says() -> None:
    ran: list[str] = []

    def elsewhere(work: object, *args: object) -> object:
        ran.append(getattr(work, "__name__", ""))
        return work(*args)  # type: ignore[operator]

    hasher = Argon2Hasher(memory_kib=64, passes=1, run=elsewhere)
    hasher.verify(hasher.hash("x" * 12), "x" * 12)

    assert len(ran) == 2
