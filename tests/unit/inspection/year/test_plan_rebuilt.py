"""Who knows only public events rebuilds how far a plan is, on every day of it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from shared.contracts.calls import maintenance
from shared.contracts.calls import registration as registrations
from shared.contracts.events import assessment as told
from shared.contracts.events.base import to_json
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.inspection.conftest import Team
from tests.unit.inspection.year.plan_kit import COMMUNE, TT22, hear_award, hear_school, progress, set_entry
from tests.unit.inspection.year.plan_rebuilt import Plan

YEAR = 2026
TODAY = dt.date(2026, 11, 24)
PAST, AHEAD = dt.date(2026, 11, 20), dt.date(2026, 12, 20)


class Heard(Team):
    """A service, and every public event that it heard or told."""

    def __init__(self) -> None:
        super().__init__()
        self._told: list[bytes] = []

    def hear(self, data, sequence=None):
        event = super().hear(data, sequence)
        self._told.append(to_json(event))
        return event

    def rebuilt(self, today):
        own = [to_json(self.application.published(logged)) for logged in self.application.log.read(0, 10_000)]
        counted = Plan(map(json.loads, self._told + own), COMMUNE, YEAR).progress(today.isoformat())
        return tuple(counted[name] for name in ("schools", "with_entry", "reached", "late"))


def held(commune, school, expires_on, number="", **more):
    decided_on = more.pop("decided_on", expires_on.replace(year=expires_on.year - 5))
    hear_award(commune, school, number or f"{school}/QĐ", decided_on=decided_on, expires_on=expires_on, **more)


def entry(commune, school, kind, **more):
    hear_school(commune, school)
    set_entry(commune, YEAR, school, kind, target_level=1, target_degree=1, override="Xã đã xác minh bản giấy", **more)


def check(commune, school, on, result=MaintenanceResult.KEPT):
    officer = CallContext(
        actor="a", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE, schools=(school,)),)
    )
    asked = maintenance.CheckMaintenance(school=school, year="2025-2026", result=result, on=on)
    commune.application.check_maintenance(officer, asked)


def register(commune, school):
    commune.hear_cycle(school=school)
    commune.hear_submitted(school=school)
    head = CallContext(actor="h", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=school),))
    commune.application.open_registration(head, registrations.OpenRegistration(school=school, on=TODAY))


GRANTED = {"decided_on": dt.date(2026, 9, 1), "rulebook": TT22}
NEW_UNTIL = dt.date(2031, 9, 1)


def of_new(commune):
    entry(commune, "N-DAT", "cong_nhan_moi", register_by=PAST)
    held(commune, "N-DAT", NEW_UNTIL, **GRANTED)
    entry(commune, "N-THU-HOI", "cong_nhan_moi")
    held(commune, "N-THU-HOI", NEW_UNTIL, **GRANTED)
    revoked = {"school": "N-THU-HOI", "number": "N-THU-HOI/QĐ", "revoked_on": dt.date(2026, 10, 1)}
    commune.hear(told.RecognitionRevoked(**revoked))
    entry(commune, "N-TRE", "cong_nhan_moi", register_by=PAST)
    entry(commune, "N-DANG-KY", "cong_nhan_moi", register_by=PAST)
    register(commune, "N-DANG-KY")
    entry(commune, "N-CON-HAN", "cong_nhan_moi", register_by=AHEAD)


def of_again(commune):
    for school, expires_on in (("L-HET", dt.date(2026, 5, 1)), ("L-CON", dt.date(2026, 12, 10)), ("L-DINH", TODAY)):
        hear_school(commune, school)
        held(commune, school, expires_on)
        entry(commune, school, "cong_nhan_lai")
    slip = {"school": "L-DINH", "number": "L-DINH/QĐ", "corrected_on": TODAY}
    commune.hear(told.RecognitionCorrected(**slip, what="expires_on", old="2026-11-24", new="2026-11-01"))
    hear_school(commune, "L-DAT")
    held(commune, "L-DAT", dt.date(2026, 5, 1))
    entry(commune, "L-DAT", "cong_nhan_lai")
    held(commune, "L-DAT", NEW_UNTIL, number="moi/QĐ", supersedes="L-DAT/QĐ", **GRANTED)


def of_kept_and_raised(commune):
    for school in ("D-DAT", "D-KHONG", "D-CHUA"):
        hear_school(commune, school)
        held(commune, school, dt.date(2027, 1, 5))
        entry(commune, school, "duy_tri")
    check(commune, "D-DAT", dt.date(2026, 5, 20))
    check(commune, "D-KHONG", dt.date(2026, 5, 20), MaintenanceResult.NOT_KEPT)
    hear_school(commune, "U-CHUA")
    held(commune, "U-CHUA", dt.date(2028, 1, 5))
    set_entry(commune, YEAR, "U-CHUA", "nang_muc", target_level=1, target_degree=2, override="Xã đã xác minh bản giấy")


def of_certified_left_out_and_closed(commune):
    entry(commune, "C-DAT", "chi_kdcl")
    held(commune, "C-DAT", NEW_UNTIL, certificate=True, **GRANTED)
    entry(commune, "C-TRE", "chi_kdcl", register_by=PAST)
    hear_school(commune, "NGOAI")
    entry(commune, "DONG", "cong_nhan_moi", register_by=PAST)
    commune.hear(told.SchoolClosed(school="DONG", closed_on=dt.date(2026, 8, 1)))
    hear_school(commune, "XA-KHAC", commune="BM")


GROUPS = {
    of_new: (5, 5, 1, 1),
    of_again: (4, 4, 1, 2),
    of_kept_and_raised: (4, 4, 1, 0),
    of_certified_left_out_and_closed: (3, 2, 1, 1),
}
LATER = {of_new: 2, of_again: 3, of_kept_and_raised: 2, of_certified_left_out_and_closed: 1}
"""Late by the end of January, when more days have passed."""


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_who_knows_only_the_feed_rebuilds_the_progress_of_each_kind_whatever_the_day(group):
    commune = Heard()
    group(commune)
    assert commune.rebuilt(TODAY) == progress(commune, YEAR) == GROUPS[group]
    for day in map(dt.date.fromordinal, range(TODAY.toordinal() + 1, TODAY.toordinal() + 61)):
        commune.clock.move(dt.timedelta(days=1))
        assert commune.rebuilt(day) == progress(commune, YEAR)
    assert progress(commune, YEAR)[3] == LATER[group]


def test_who_knows_only_the_feed_rebuilds_the_progress_of_a_year_with_every_kind():
    commune = Heard()
    for group in GROUPS:
        group(commune)
    assert commune.rebuilt(TODAY) == progress(commune, YEAR) == tuple(map(sum, zip(*GROUPS.values(), strict=True)))
