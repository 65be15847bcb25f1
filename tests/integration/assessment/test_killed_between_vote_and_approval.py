"""Kill -9 between the last vote and the approval: the vote stands, nothing is approved, and any replay says the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.assessment.application import AssessmentApplication
from shared.clock import FixedClock
from shared.eventlog.verify import verify_log
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.self_assessment import CriterionStep
from tests.contract.assessment.scene import NOW, SIGNER, set_up
from tests.unit.assessment.deciding_kit import AtWork

ROOT = Path(__file__).parents[3]

PROGRAM = """
import sys, time
from tests.integration.assessment.test_killed_between_vote_and_approval import begin
from tests.unit.assessment.deciding_kit import SCHOOL, AtWork
from shared.contracts.calls.assessment import SchoolRequest

store, views, meeting, hang = sys.argv[1:]
application = begin(store, views)
work = AtWork(application, application.cycles(SchoolRequest(school=SCHOOL)).cycles[0])
print(work.vote("1.1", meeting).position, flush=True)
if hang:
    def append(*streams, **more):
        print("about to approve", flush=True)
        time.sleep(60)
    application.append = append
work.approve()
print("approved", flush=True)
time.sleep(60)
"""


def begin(store: str, views: str) -> AssessmentApplication:
    """Open the assessment service on a store, as a process of its own does."""
    return AssessmentApplication(
        StoreSettings(store), FixedClock(NOW), installation="thu", views_url=views, library=load_library(), signer=SIGNER
    )


def close(work: AtWork) -> None:
    work.application.views.close()
    work.application.close()


def stands(work: AtWork) -> tuple:
    """Return everything that the council decided, as a replay of the log tells it."""
    answer = work.meetings()
    return answer, work.check(), work.assessed().state.applied


@pytest.fixture
def stores(tmp_path):
    return f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"


@pytest.fixture
def almost(stores):
    """A report of which everything is passed but 1.1, which is reviewed; the meeting is open."""
    application = begin(*stores)
    work = AtWork(application, set_up(application))
    work.set_up()
    work.pass_all()
    work.write("1.1", text="Câu sửa sau khi thông qua.")
    meeting = work.hold(agenda="Biểu quyết lại 1.1").id
    close(work)
    return work, meeting


@pytest.mark.parametrize("hang", ["while it approves", ""])
def test_whoever_is_killed_between_vote_and_approval_leaves_what_any_replay_says(stores, almost, tmp_path, hang):
    before, meeting = almost
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *stores, meeting, hang],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    voted = int(process.stdout.readline())
    if hang:
        assert process.stdout.readline() == "about to approve\n"
    process.send_signal(signal.SIGKILL)
    told = process.stdout.read()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL

    work = AtWork(begin(*stores), before.cycle)
    answer, checked, _ = standing = stands(work)
    assert {line.step for line in answer.criteria} == {CriterionStep.PASSED}
    assert answer.criteria[0].vote.position == voted
    if hang:
        assert answer.approval is None
        assert work.head() == voted
    else:
        # Killed at any moment after the vote: the approval is there as a whole, or not at all.
        assert (answer.approval is not None) is (work.head() > voted)
        assert answer.approval is not None or "approved" not in told
    assert verify_log(StoreSettings(stores[0]), "assessment").sound

    other = AtWork(begin(stores[0], f"sqlite:///{tmp_path}/fresh-views.sqlite"), before.cycle)
    assert stands(other) == standing
    close(other)

    approved = work.approve()
    assert approved.position >= voted
    assert work.meetings().approval.stands
    assert "not_approved" not in {gap.kind for gap in work.check().gaps}
    assert len(checked.gaps) >= len(work.check().gaps)
    close(work)
