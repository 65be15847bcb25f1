"""The lines above a signature as NĐ 30/2020 writes them, of the head and of everybody who signs in the head's place."""

from __future__ import annotations

import pytest

from shared.papers.signing import signer_as
from shared.vocabulary.signing import SigningAs


@pytest.mark.parametrize(
    ("signs", "office", "lines"),
    [
        (SigningAs.ITSELF, "", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (SigningAs.FOR_THE_HEAD, "Phó Chủ tịch", ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (SigningAs.BY_MANDATE, "Trưởng phòng", ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG")),
        (SigningAs.BY_ORDER, "Chánh Văn phòng", ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")),
    ],
)
def test_who_signs_a_paper_of_a_commune_says_in_whose_place(signs: SigningAs, office: str, lines: tuple[str, ...]) -> None:
    assert signer_as(signs, "Chủ tịch", office=office, collective="Ủy ban nhân dân").authority == lines


def test_a_decision_of_the_person_names_no_collective() -> None:
    assert signer_as(SigningAs.ITSELF, "Chủ tịch").authority == ("CHỦ TỊCH",)
    deputy = signer_as(SigningAs.FOR_THE_HEAD, "Hiệu trưởng", office="Phó Hiệu trưởng")
    assert deputy.authority == ("KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG")


@pytest.mark.parametrize("signs", [one for one in SigningAs if one is not SigningAs.ITSELF])
def test_who_is_not_the_head_names_an_office(signs: SigningAs) -> None:
    with pytest.raises(ValueError, match="needs an office"):
        signer_as(signs, "Chủ tịch", collective="Ủy ban nhân dân")
