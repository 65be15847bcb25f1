"""Registrations: every step in its order, silence on its day, late is taken and says so, the queue by what is due."""

from __future__ import annotations

from tests.unit.inspection.registration_kit import Path


def test_a_registration_goes_from_the_letter_to_the_final_report():
    path = Path().to_final()
    shown = path.show()
    assert shown.state == "chinh_thuc"
    assert [done.step for done in shown.history] == [
        "dang_ky",
        "kiem_tra",
        "chuyen",
        "tiep_nhan",
        "du_thao",
        "phan_hoi",
        "chinh_thuc",
    ]
    print(shown)
    print(path.queue())
