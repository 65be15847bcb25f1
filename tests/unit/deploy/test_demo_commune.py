"""The commune of the demo is known by its number: a later start finds the people of an earlier one by their logins."""

from deploy.demo.commune import DemoCommune, last_commune, next_commune
from shared.vocabulary.roles import Role


def test_the_first_free_commune_is_next_and_the_latest_one_is_found_again():
    assert next_commune({"NL01", "NL03", "TL01"}) == DemoCommune(2)
    assert last_commune({"NL01", "NL03", "TL01"}) == DemoCommune(3)
    assert last_commune({"TL01"}) is None


def test_everybody_but_programs_is_invited_each_by_a_login_and_a_name_of_their_own():
    people = list(DemoCommune(7).people())
    assert {person.role for person in people} == {role.value for role in Role} - {"chuong_trinh"}
    for told in ("login", "who"):
        assert len({getattr(person, told) for person in people}) == len(people)
    assert {person.scope for person in people} == {"NL07", "TH-BC07", "MN-HS07", "THCS-NL07", ""}


def test_what_a_person_is_called_says_the_commune_once():
    called = {person.role: person.who for person in DemoCommune(7).people()}
    assert called["phong_kinh_te"] == "Phòng Kinh tế xã Nậm Lam 7"
    assert called["ban_chi_dao"] == "Ban Chỉ đạo xã Nậm Lam 7"
