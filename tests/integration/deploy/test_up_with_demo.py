"""`up --demo --json` tells the story on standard error and says on one line of standard output that it is ready."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_the_story_is_told_before_the_one_line_and_the_installation_stays_up(installation):
    running = installation("embedded", "--demo")
    assert running.said["ready"] is True
    assert running.process.poll() is None
    told = running.log.read_text(encoding="utf-8")
    assert told.count("✓ ") >= 8
    running.process.terminate()
    assert running.process.wait(60) == 0
    assert running.process.stdout.read() == ""
    running.process.stdout.close()
