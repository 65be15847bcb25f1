"""The embedded composition patches its process for eventlet: children must be started, watched and ended there too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from deploy.demo.scans import make_scans

ROOT = Path(__file__).resolve().parents[3]

CODE = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
import json, sys, time
from pathlib import Path
from services.evidence.adapters.child import ChildInspector, ChildReader, read_file
from services.evidence.domain.media import Media
from services.evidence.ports import ReadingFailed
from services.evidence.reading.protocol import ChildLimits

ticks, late, last = 0, 0.0, time.monotonic()
def tick():
    global ticks, late, last
    while True:
        eventlet.sleep(0.01)
        now = time.monotonic()
        late, last, ticks = max(late, now - last), now, ticks + 1
eventlet.spawn(tick)
eventlet.sleep(0.05)
scan = Path(sys.argv[1])
inspector = ChildInspector()
pages = inspector.pdf(scan).pages
words = read_file(scan).words
stuck = Path(sys.argv[2]) / "tesseract"
stuck.write_text('#!/bin/sh\\ncase "$1" in --version) echo "tesseract 5.3.0"; exit 0;; esac\\nsleep 600\\n')
stuck.chmod(0o755)
try:
    reader = ChildReader(ChildLimits(tesseract=str(stuck)), stall_s=3)
    reader.read(scan, Media.PDF, Path(sys.argv[2]), lambda *_: None)
    reason = ""
except ReadingFailed as failure:
    reason = failure.reason.value
inspector.close()
print(json.dumps({"pages": pages, "words": words, "ticks": ticks, "late": late, "reason": reason}))
"""


def test_children_work_in_a_green_process_and_never_hold_it_up(tmp_path):
    scan = make_scans(tmp_path / "scans", seed=5)[0].path
    command = [sys.executable, "-c", CODE, str(scan), str(tmp_path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert told.returncode == 0, told.stderr[-2000:]
    seen = json.loads(told.stdout)
    assert seen["pages"] == 2
    assert seen["words"] > 200
    assert seen["reason"] == "qua-gio"
    assert seen["ticks"] > 100
    assert seen["late"] < 2.0
