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
from services.evidence.adapters.subprocesses import SubprocessFileInspector, SubprocessTextExtractor
from services.evidence.adapters.file_reading import read_file
from services.evidence.domain.media import Media
from services.evidence.ports import ExtractionFailed
from services.evidence.extraction.protocol import ChildLimits, ReadingOptions

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
inspector = SubprocessFileInspector()
pages = inspector.look(scan, Media.PDF).pages
words = read_file(scan).words
stuck = Path(sys.argv[2]) / "tesseract"
stuck.write_text('#!/bin/sh\\ncase "$1" in --version) echo "tesseract 5.3.0"; exit 0;; esac\\nsleep 600\\n')
stuck.chmod(0o755)
try:
    reader = SubprocessTextExtractor(ChildLimits(tesseract=str(stuck)), stall_s=3, options=ReadingOptions(engine="plain"))
    reader.read(scan, Media.PDF, Path(sys.argv[2]), lambda *_: None)
    reason = ""
except ExtractionFailed as failure:
    reason = failure.reason.value
inspector.close()
print(json.dumps({"pages": pages, "words": words, "ticks": ticks, "late": late, "reason": reason}))
"""


def test_children_work_in_an_eventlet_process_and_never_hold_it_up(tmp_path):
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


HOSTILE = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
import io, json, struct, sys, time
from pathlib import Path
from PIL import Image
from services.evidence.adapters.subprocesses import SubprocessFileInspector
from services.evidence.file_validation import validate_file
from services.evidence.domain.validation import FileLimits
from shared.problems import Problem

MANY = 24_000_000
head = io.BytesIO()
Image.new("L", (64, 64)).save(head, "PNG")
files = {
    "plain.png": head.getvalue(),
    "fill.jpg": b"\\xff\\xd8" + b"\\xff" * MANY,
    "marks.jpg": b"\\xff\\xd8" + b"\\xff\\xe1\\0\\2" * (MANY // 4),
    "chunks.png": head.getvalue()[:33] + (bytes(4) + b"abCD" + bytes(4)) * (MANY // 12),
    "boxes.heic": b"\\0\\0\\0\\x10ftypheic\\0\\0\\0\\0" + b"\\0\\0\\0\\x08free" * (MANY // 8),
    "entries.tif": b"II*\\0" + b"".join(
        struct.pack("<IH", 8 + 49_000 * n, 4000) + bytes(48_994) for n in range(MANY // 49_000)
    ),
    "nothing.webp": b"RIFF" + struct.pack("<I", MANY) + b"WEBPVP8 " + bytes(MANY),
    "rubbish.pdf": b"%PDF-1.7\\n" + b"1 0 obj <<" * (MANY // 10),
}
for name, data in files.items():
    (Path(sys.argv[1]) / name).write_bytes(data)

gap, last = 0.0, time.monotonic()
def ask():
    global gap, last
    while True:
        eventlet.sleep(0.005)
        now = time.monotonic()
        gap, last = max(gap, now - last), now
eventlet.spawn(ask)
inspector = SubprocessFileInspector()
validate_file(Path(sys.argv[1]) / "plain.png", "plain.png", inspector, FileLimits())
told = {}
for name in files:
    gap, last = 0.0, time.monotonic()
    try:
        validate_file(Path(sys.argv[1]) / name, name, inspector, FileLimits())
        said = "kept"
    except Problem as problem:
        said = problem.type
    eventlet.sleep(0.01)
    told[name] = [said, gap]
inspector.close()
print(json.dumps(told))
"""


def test_no_file_holds_up_those_who_ask_meanwhile(tmp_path):
    command = [sys.executable, "-c", HOSTILE, str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout)
    kept, plain = told.pop("plain.png")
    assert kept == "kept"
    assert {said for said, _ in told.values()} <= {"anh-hong", "tep-dut", "pdf-hong"}
    longest = max(gap for _, gap in told.values())
    # A walk in the serving process itself takes seconds over files like these.
    assert longest < plain + 1.0, told


def test_the_serving_process_does_not_even_load_what_walks_through_files():
    code = (
        "import sys, services.evidence.file_gateway, services.evidence.ingest, services.evidence.adapters.subprocesses;"
        "print([name for name in sys.modules if name.endswith(('domain.headers', 'reading.inspection'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
