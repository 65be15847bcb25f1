"""Read models and positions: what was changed behind the log's back is found, and what is only late or lost is not."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)


@pytest.fixture
def folder(tmp_path):
    return kit.busy_folder(tmp_path / "data")


@pytest.mark.parametrize(
    ("service", "table", "change"),
    [
        ("identity", "grants", "UPDATE grants SET role = 'quan_tri', scope_kind = 'he_thong', scope = ''"),
        ("identity", "grants", "DELETE FROM grants"),
        ("identity", "grants", "INSERT INTO grants SELECT 'x', role, scope_kind, scope, until, signs FROM grants LIMIT 1"),
        ("identity", "accounts", "UPDATE accounts SET state = 'x' WHERE rowid = 1"),
        ("identity", "schools", "UPDATE schools SET commune = 'X2'"),
        ("identity", "communes", "INSERT INTO communes VALUES ('X7', 'Xã Bảy')"),
        ("assessment", "schools", "UPDATE schools SET name = 'Trường khác'"),
        ("assessment", "cycles", "UPDATE cycles SET digest = 'x'"),
        ("assessment", "known_documents", "DELETE FROM known_documents"),
        ("inspection", "inspections", "UPDATE inspections SET planned_on = '2020-01-01'"),
        ("inspection", "known_cycles", "UPDATE known_cycles SET opened_on = '2020-01-01'"),
        ("inspection", "known_roles", "DELETE FROM known_roles"),
        ("evidence", "documents", "UPDATE documents SET school = 'TH-XX' WHERE position = 1"),
        ("evidence", "documents", "UPDATE documents SET received_at = '2020-01-01 00:00:00.000000'"),
        ("evidence", "pages", "UPDATE pages SET words = x'5b5d'"),
        ("evidence", "pages", "DELETE FROM pages"),
        ("evidence", "evidence_schools", "DELETE FROM evidence_schools"),
    ],
)
def test_a_read_model_changed_behind_the_logs_back_is_found_and_the_mend_mends(folder, service, table, change):
    kit.change(folder.path / service / "views.sqlite", change)

    findings = kit.verified(folder).findings

    assert {one.kind for one in findings} == {"view-altered"}
    assert all(one.where.startswith(f"{service}: {table}") for one in findings)
    assert all(f"xóa {service}/views.sqlite" in one.detail for one in findings)
    for beside in ("", "-wal", "-shm"):
        (folder.path / service / f"views.sqlite{beside}").unlink(missing_ok=True)
    container = kit.container_later(folder)
    kit.relay_everything(container)
    container.close()
    assert kit.verified(folder).findings == []


def test_three_clerks_made_administrators_are_three_findings(folder):
    container = kit.container_later(folder)
    clerk = kit.GrantRequest(role=kit.Role.CLERK, scope_kind=kit.ScopeKind.SCHOOL, scope="TH-BC")
    for number in range(2):
        container.identity.invite(kit.EVERYBODY, kit.Invite(login=f"nguoi{number}", display_name="Người", grants=[clerk]))
    container.identity.accounts(kit.EVERYBODY)
    container.close()
    assert kit.verified(folder).sound

    kit.change(folder.path / "identity" / "views.sqlite", "UPDATE grants SET role = 'quan_tri' WHERE scope = 'TH-BC'")

    report = kit.verified(folder)
    added = [one for one in report.findings if "thừa" in one.detail]
    assert len(added) == 3


def test_schools_that_the_portal_knows_ahead_of_their_event_are_no_finding(folder):
    container = kit.container_later(folder)
    school = kit.a.RegisterSchool(commune="X1", code="TH-MOI", name="Trường Mới", kind=kit.a.SchoolKind.PRIMARY)
    container.assessment.register_school(kit.EVERYBODY, school)
    entry = kit.SchoolEntry(code="TH-MOI", name="Trường Mới", kind=school.kind.value, commune="X1")
    container.identity.directory.put_school(entry)
    container.close()

    assert kit.verified(folder).findings == []


def test_views_that_have_not_caught_up_are_no_finding(folder):
    container = kit.container_later(folder)
    for name in ("Xã Ba", "Xã Bốn"):
        asked = kit.a.RegisterCommune(commune=f"Z{len(name)}", name=name)
        container.assessment.register_commune(kit.EVERYBODY, asked)
    container.close()

    assert kit.verified(folder).findings == []


def test_texts_that_are_lost_leave_the_rest_compared_and_are_no_finding(folder):
    shutil.rmtree(folder.path / "evidence" / "derived")
    assert kit.verified(folder).findings == []

    kit.change(folder.path / "evidence" / "views.sqlite", "UPDATE documents SET name = 'khac.png' WHERE position = 1")

    assert kit.kinds(folder) == {"view-altered"}


def test_rubbish_in_place_of_a_read_model_is_a_finding(folder):
    for beside in ("-wal", "-shm"):
        (folder.path / "identity" / f"views.sqlite{beside}").unlink(missing_ok=True)
    (folder.path / "identity" / "views.sqlite").write_bytes(b"rubbish" * 1000)

    assert "view-damaged" in kit.kinds(folder)


def test_a_position_moved_over_findings_that_were_not_taken_over_is_found(folder):
    container = kit.container_later(folder)
    kit.visit_again(container)
    head = container.inspection.log.head()
    container.close()
    kit.tamper(folder, "assessment", f"UPDATE tracking SET notification_id = {head}")

    assert kit.kinds(folder) == {"effect-missing"}


@pytest.mark.parametrize("how", ["DELETE FROM tracking", "UPDATE tracking SET notification_id = 1"])
def test_a_position_set_back_before_findings_that_were_taken_over_is_found(folder, how):
    kit.tamper(folder, "assessment", how)

    assert kit.kinds(folder) == {"position-set-back"}


def test_findings_that_were_not_taken_over_yet_are_no_finding(folder):
    container = kit.container_later(folder)
    kit.visit_again(container)
    container.close()

    assert kit.verified(folder).findings == []


def test_the_same_finding_of_the_same_day_once_more_has_no_effect_and_is_no_finding(folder):
    container = kit.container_later(folder)
    kit.visit_again(container)
    kit.visit_again(container)
    kit.relay_everything(container)
    container.close()

    assert kit.verified(folder).findings == []
