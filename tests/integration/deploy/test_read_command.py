"""`kiemdinh read`: what it prints, for one file and for a folder, and what it says of files that have no text to give."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from typer.testing import CliRunner

from cli.main import app
from deploy.demo.scans import make_scans
from services.evidence.domain.text import FailureReason, PageDoubt, ReadingNote
from services.portal.reading_messages import DOUBTS, FAILURES, NOTES, page_doubt
from tests.integration.evidence.reading_kit import gone, numbered, page, soon, tiff
from tests.integration.evidence.world import dynamic_form

ROOT = Path(__file__).resolve().parents[3]
FIELDS = {"loai_van_ban", "so_ky_hieu", "ngay_ban_hanh", "co_quan_ban_hanh", "trich_yeu", "nguoi_ky"}


def run(*arguments: object):
    return CliRunner().invoke(app, ["read", *map(str, arguments)])


@pytest.fixture(scope="module")
def scan(tmp_path_factory) -> Path:
    return make_scans(tmp_path_factory.mktemp("scans"), seed=7)[0].path


@pytest.fixture(scope="module")
def report(scan):
    done = run(scan, "--json")
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    return json.loads(line)


# ---- one file


def test_what_programs_are_told_has_the_keys_that_were_promised(report):
    assert {"pages", "fields", "gate", "pipeline"} <= set(report)
    first = report["pages"][0]
    assert {"number", "rotation", "skew", "confidence", "text", "words"} <= set(first)
    assert set(first["words"][0]) == {"text", "box", "confidence"}
    assert [read["number"] for read in report["pages"]] == [1, 2]
    assert first["rotation"] in {0, 90, 180, 270}
    assert 0 <= first["confidence"] <= 100
    assert isinstance(first["skew"], int | float)
    assert report["pipeline"].startswith("layout-")


def test_boxes_are_pixels_of_the_page_as_it_was_read(report):
    first = report["pages"][0]
    assert first["width"] > 2000
    for word in first["words"]:
        left, top, right, bottom = word["box"]
        assert 0 <= left < right <= first["width"]
        assert 0 <= top < bottom <= first["height"]
    title = next(word for word in first["words"] if word["text"] == "HOẠCH")
    # A title of 14 points at 300 dpi, about a fifth of the way down.
    assert 25 < title["box"][3] - title["box"][1] < 90
    assert 0.1 < title["box"][1] / first["height"] < 0.4


def test_fields_have_the_names_of_the_decree_and_the_date_that_computers_write(report):
    assert set(report["fields"]) <= FIELDS
    assert {"loai_van_ban", "so_ky_hieu", "ngay_ban_hanh", "co_quan_ban_hanh"} <= set(report["fields"])
    assert report["fields"]["ngay_ban_hanh"]["value"] == "2026-08-15"
    assert 0 <= report["fields"]["ngay_ban_hanh"]["confidence"] <= 100


def test_the_gate_says_of_every_check_whether_it_is_passed(report):
    ids = [check["id"] for check in report["gate"]]
    assert ids == [*(d.value for d in PageDoubt), *(n.value for n in ReadingNote), "ten-tep", "cuoi-tep"]
    for check in report["gate"]:
        assert set(check) == {"id", "ok", "message"}
        assert isinstance(check["ok"], bool)
        assert check["message"].endswith(".")


def test_people_get_the_text_and_beside_it_the_fields(scan):
    done = run(scan)
    assert done.exit_code == 0, done.output
    assert "Kế hoạch kiểm định chất lượng" in done.stdout
    assert "Loại văn bản" not in done.stdout
    assert "Loại văn bản: Kế hoạch" in done.stderr


def test_a_searchable_pdf_is_written_beside(scan, tmp_path):
    done = run(scan, "--json", "--pdf", tmp_path / "a.pdf")
    assert done.exit_code == 0, done.output
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert len(pdf.pages) == 2
        assert pdf.open_metadata().pdfa_status == "2B"


def test_a_pdf_that_cannot_be_written_is_told(tmp_path):
    done = run(numbered(tmp_path / "a.tif", 1), "--json", "--pdf", tmp_path / "nowhere" / "a.pdf")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["type"] == "khong-mo-duoc-tep"


def test_every_step_is_shown_and_timed_and_can_be_left_out(tmp_path):
    paper, folder = numbered(tmp_path / "a.tif", 2), tmp_path / "steps"
    done = run(paper, "--json", "--explain", folder, "--without", "level")
    assert done.exit_code == 0, done.output
    assert "khong-level" in json.loads(done.stdout)["pipeline"]
    for number in (1, 2):
        shown = sorted(file.name for file in (folder / f"page-000{number}").glob("*.png"))
        assert shown[0].startswith("01-")
        assert not [name for name in shown if "level" in name]
        with Image.open(folder / f"page-000{number}" / shown[-1]) as image:
            assert max(image.size) >= 1000
    heading, *rows = [line.split("\t") for line in (folder / "steps.tsv").read_text().splitlines()]
    assert heading == ["step", "pages", "seconds", "seconds_a_page"]
    assert {row[0] for row in rows} == {name[3:-4] for name in shown}
    assert all(row[1] == "2" and float(row[2]) >= 0 for row in rows)


def test_a_step_that_there_is_not_is_refused_with_those_that_there_are(tmp_path):
    done = run(numbered(tmp_path / "a.tif", 1), "--json", "--without", "bay")
    assert done.exit_code == 2
    refused = json.loads(done.stdout)
    assert refused["type"] == "khong-co-buoc"
    assert "level" in refused["steps"]


def test_the_engine_is_chosen_by_name(tmp_path):
    paper = numbered(tmp_path / "a.tif", 1)
    done = run(paper, "--json", "--engine", "plain")
    assert json.loads(done.stdout)["pipeline"] == "plain-1"
    assert run(paper, "--engine", "magic").exit_code == 2


@pytest.mark.parametrize(
    ("name", "data", "type_"),
    [
        ("rong.pdf", b"", "tep-rong"),
        ("hong.pdf", b"%PDF-1.7\n" + b"1 0 obj << /Type /Catalog >> rubbish\n" * 20, "pdf-hong"),
        ("chu.txt", b"chu", "sai-loai"),
        ("khong-co.pdf", None, "khong-mo-duoc-tep"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_in_words(tmp_path: Path, name: str, data: bytes | None, type_: str) -> None:
    file = tmp_path / name
    if data is not None:
        file.write_bytes(data)

    done = run(file, "--json")

    assert done.exit_code == 2, done.output
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["type"] == type_
    assert "tep-hong" not in json.loads(line)["detail"]
    assert type_ in done.stderr


def test_a_dynamic_form_is_read_and_its_reader_told_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "xfa.pdf"
    file.write_bytes(dynamic_form())

    done = run(file)

    assert done.exit_code == 0, done.output
    assert "Please wait" in done.stdout
    assert "Tệp là biểu mẫu XFA động" in done.stderr
    assert "in ra PDF thường rồi gửi lại" in done.stderr


def test_a_name_that_promises_another_kind_does_not_pass_the_gate(tmp_path):
    path = tiff(tmp_path / "a.tif", page("Trang thứ 1"))
    other = path.rename(tmp_path / "a.png")
    found = {check["id"]: check for check in json.loads(run(other, "--json").stdout)["gate"]}
    assert found["ten-tep"]["ok"] is False
    assert ".png" in found["ten-tep"]["message"]


# ---- a folder


@pytest.fixture
def papers(tmp_path) -> Path:
    folder = tmp_path / "giay"
    (folder / "con").mkdir(parents=True)
    numbered(folder / "mot.tif", 1)
    numbered(folder / "con" / "hai.tif", 2)
    (folder / "hong.pdf").write_bytes(b"%PDF-1.7 rubbish")
    (folder / ".an").write_bytes(b"hidden")
    return folder


def test_a_folder_is_read_whole_a_line_a_file_and_what_fails_is_told_among_them(papers):
    done = run(papers, "--json", "--jobs", 2)

    assert done.exit_code == 2
    lines = {line["file"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert set(lines) == {"mot.tif", "con/hai.tif", "hong.pdf"}
    assert [len(lines[name]["pages"]) for name in ("mot.tif", "con/hai.tif")] == [1, 2]
    assert lines["hong.pdf"]["type"] == "pdf-hong"
    assert "pages" not in lines["hong.pdf"]
    assert "Xong 3/3 tệp, 3 trang; 1 tệp không đọc được." in done.stderr


def test_a_folder_without_fault_ends_well_and_its_pdfs_stand_in_folders_of_the_same_names(papers, tmp_path):
    (papers / "hong.pdf").unlink()

    done = run(papers, "--jobs", 2, "--pdf", tmp_path / "pdf")

    assert done.exit_code == 0, done.output
    assert "==== con/hai.tif" in done.stdout
    made = sorted(file.relative_to(tmp_path / "pdf").as_posix() for file in (tmp_path / "pdf").rglob("*.pdf"))
    assert made == ["con/hai.tif.pdf", "mot.tif.pdf"]


def test_an_empty_folder_has_nothing_that_failed(tmp_path):
    done = run(tmp_path, "--json")
    assert (done.exit_code, done.stdout) == (0, "")


def test_steps_of_a_whole_folder_are_not_shown(papers, tmp_path):
    assert run(papers, "--explain", tmp_path / "steps").exit_code == 2


def test_an_interrupt_ends_the_reading_of_a_folder_and_every_child(tmp_path):
    folder = tmp_path / "giay"
    folder.mkdir()
    for name in range(30):
        numbered(folder / f"{name}.tif", 4)
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "read", str(folder), "--json", "--jobs", "2"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["pages"]
    children = {int(one.parent.name) for one in Path("/proc").glob("[0-9]*/stat") if _parent(one) == process.pid}
    assert children
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - began < 20
    assert process.returncode == 130
    assert "Đã dừng." in said.decode()
    assert "Traceback" not in said.decode()
    assert soon(lambda: not [pid for pid in children if Path(f"/proc/{pid}").exists()])
    assert gone(str(folder))


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


# ---- words


def test_every_failure_every_note_and_every_doubt_has_its_words() -> None:
    assert set(FAILURES) == {reason.value for reason in FailureReason}
    assert set(NOTES) == {note.value for note in ReadingNote}
    assert set(DOUBTS) == {doubt.value for doubt in PageDoubt}


def test_pages_are_named_as_people_write_them():
    assert page_doubt("chu-mo", [5, 1, 4, 3, 9]) == "Trang 1, 3–5, 9 chữ mờ."
    assert page_doubt("chu-mo", []) == "Chữ mọi trang đủ đậm."
    assert page_doubt("moi-la", [2]) == "Trang 2 cần xem lại."
