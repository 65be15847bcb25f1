"""A machine is judged by what is there: programs that start and are new enough, fonts that draw the letters."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from cli.local.doctor import Severity, machine_checks
from deploy.provision import requirements
from deploy.provision.requirements import Purpose, states
from shared import fonts
from shared.fonts import STYLES, VIETNAMESE, can_draw, text_family, text_family_name, vietnamese_fonts

ROOT = Path(__file__).parents[3]


# ---- a font as small as one can be: a character map and its names


def format_four(letters):
    codes = [ord(letter) for letter in sorted(letters)]
    ends, begins = struct.pack(f">{len(codes) + 1}H", *codes, 0xFFFF), struct.pack(f">{len(codes) + 1}H", *codes, 0xFFFF)
    glyphs = struct.pack(f">{len(codes) + 1}H", *((1 + n - code) & 0xFFFF for n, code in enumerate(codes)), 1)
    ranges = struct.pack(f">{len(codes) + 1}H", *[0] * (len(codes) + 1))
    return struct.pack(">7H", 4, 0, 0, 2 * (len(codes) + 1), 0, 0, 0) + ends + b"\0\0" + begins + glyphs + ranges


def format_twelve(letters):
    groups = b"".join(struct.pack(">III", ord(letter), ord(letter), n + 1) for n, letter in enumerate(sorted(letters)))
    return struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(letters)) + groups


def font(letters, family="Chữ Mẫu", style="Regular", *, subtable=format_four):
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + subtable(letters)
    texts = [(1, family.encode("utf-16-be")), (2, style.encode("utf-16-be"))]
    records, storage = b"", b""
    for number, text in texts:
        records += struct.pack(">6H", 3, 1, 0x0409, number, len(text), len(storage))
        storage += text
    name = struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + storage
    first = 12 + 2 * 16
    head = b"\0\1\0\0" + struct.pack(">4H", 2, 0, 0, 0)
    head += struct.pack(">4sIII", b"cmap", 0, first, len(cmap)) + struct.pack(
        ">4sIII", b"name", 0, first + len(cmap), len(name)
    )
    return head + cmap + name


def family_in(folder, letters=VIETNAMESE, styles=STYLES, family="Chữ Mẫu"):
    folder.mkdir(parents=True, exist_ok=True)
    for style in styles:
        (folder / f"{len(list(folder.iterdir()))}.ttf").write_bytes(font(letters, family, style))


@pytest.mark.parametrize("subtable", [format_four, format_twelve])
def test_a_font_counts_only_when_it_draws_every_vietnamese_letter(tmp_path, subtable):
    (tmp_path / "NotoSerif-Regular.ttf").write_bytes(font(VIETNAMESE - {"ữ"}, subtable=subtable))
    (tmp_path / "x.otf").write_bytes(font(VIETNAMESE, subtable=subtable))
    assert [found.path.name for found in vietnamese_fonts([tmp_path])] == ["x.otf"]


def test_a_family_is_taken_whole_wherever_it_lies_and_whatever_its_files_are_called(tmp_path):
    family_in(tmp_path / "a", styles=("Regular", "Bold"), family="Liberation Serif")
    family_in(tmp_path / "b" / "deep", styles=("Book", "Bold", "Oblique", "Bold Oblique"), family="Nào Đó")
    assert {style: path.parent.name for style, path in text_family([tmp_path]).items()} == dict.fromkeys(STYLES, "deep")
    family_in(tmp_path / "c", family="Tinos")
    assert text_family([tmp_path])["Bold"].parent.name == "c"
    assert text_family_name([tmp_path]) == "Tinos"
    assert text_family_name([tmp_path / "a"]) == ""


def test_files_that_are_no_fonts_draw_nothing(tmp_path):
    whole = font(VIETNAMESE)
    for number, data in enumerate(
        (b"", b"\0\1\0\0", whole[:60], whole[:-900], b"OTTO" + b"\xff" * 400, whole[:20] + b"\xff" * 4)
    ):
        (tmp_path / f"{number}.ttf").write_bytes(data)
    (tmp_path / "gone.ttf").symlink_to(tmp_path / "nowhere")
    assert list(vietnamese_fonts([tmp_path])) == []


def test_a_font_for_single_letters_need_not_draw_vietnamese(tmp_path):
    assert can_draw("⟨⟩", [tmp_path]) is None
    (tmp_path / "a.ttf").write_bytes(font(VIETNAMESE))
    (tmp_path / "b.ttf").write_bytes(font({"⟨"}))
    assert can_draw("⟨⟩", [tmp_path]) is None
    (tmp_path / "c.ttf").write_bytes(font({"⟨", "⟩"}))
    assert can_draw("⟨⟩", [tmp_path]) == tmp_path / "c.ttf"


def test_the_machine_is_asked_where_its_fonts_lie(tmp_path, monkeypatch):
    family_in(tmp_path / "data" / "fonts" / "anywhere")
    monkeypatch.setenv("XDG_DATA_DIRS", f"{tmp_path / 'none'}:{tmp_path / 'data'}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert text_family()["Italic"].is_relative_to(tmp_path / "data")


def test_only_one_module_knows_where_fonts_lie():
    spelled = [
        str(file.relative_to(ROOT))
        for room in ("deploy", "services", "shared", "tests")
        for file in (ROOT / room).rglob("*.py")
        if "share/fonts" in file.read_text(encoding="utf-8") and file != Path(__file__)
    ]
    assert spelled == []


# ---- programs


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with nothing on it; `bare(name, text)` gives it a program that says so."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for place in ("RABBITMQ_PROGRAMS", "RABBITMQ_RELEASES", "POSTGRESQL_RELEASES"):
        monkeypatch.setattr(requirements, place, tmp_path / place)
    monkeypatch.setattr(requirements, "SYSTEM_PROGRAMS", (tmp_path / "sbin",))
    monkeypatch.setattr(requirements.ctypes, "CDLL", lambda name: (_ for _ in ()).throw(OSError(name)))

    def program(path, text, code=0):
        path = programs / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{text}'\nexit {code}\n", encoding="utf-8")
        path.chmod(0o755)

    return program


def unmet(purpose):
    return [state.requirement.name for state in states(purpose) if not state.met]


def test_on_a_bare_machine_everything_is_missing_and_each_names_its_package(bare, capsys):
    assert unmet(Purpose.BENCH) == [requirement.name for requirement in requirements.requirements()]
    requirements.main(["test"])
    packages = capsys.readouterr().out.split()
    assert packages == [
        "tesseract-ocr", "tesseract-ocr-vie", "fonts-croscore", "libpangoft2-1.0-0",
        "libharfbuzz-subset0", "fonts-dejavu-core", "rabbitmq-server", "postgresql", "util-linux", "fonts-dejavu-extra",
        "git", "chromium", "poppler-utils", "libatomic1",
    ]  # fmt: skip
    assert requirements.main(["embedded", "--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "tesseract: not found (Debian: tesseract-ocr)",
        "tesseract-vie: not found (Debian: tesseract-ocr-vie)",
        "fonts: not found (Debian: fonts-croscore)",
        "pango: not found (Debian: libpangoft2-1.0-0)",
        "harfbuzz: not found (Debian: libharfbuzz-subset0)",
        "brackets: not found (Debian: fonts-dejavu-core)",
    ]


def test_a_program_counts_when_it_starts_and_is_new_enough(bare, tmp_path):
    bare("tesseract", "tesseract 4.1.1")
    bare("setpriv", "setpriv from util-linux 2.38.1")
    bare("git", "git: cannot load a library", code=127)
    found = {state.requirement.name: state for state in states(Purpose.TEST)}
    assert found["tesseract"].too_old
    assert not found["tesseract"].met
    assert (
        requirements.described(found["tesseract"]) == "tesseract: tesseract 4.1.1 is older than 5.0 (Debian: tesseract-ocr)"
    )
    assert found["setpriv"].met
    assert found["git"].found is None


def test_the_newest_postgresql_counts_and_a_rabbitmq_without_its_port_mapper_does_not(bare, tmp_path):
    for release in ("9.6", "15", "17", "common"):
        bare(tmp_path / "POSTGRESQL_RELEASES" / release / "bin" / "postgres", f"postgres (PostgreSQL) {release}.1")
    bare(tmp_path / "RABBITMQ_PROGRAMS" / "rabbitmq-server", "")
    (tmp_path / "RABBITMQ_RELEASES" / "rabbitmq_server-4.0.5").mkdir(parents=True)
    assert requirements.postgresql_programs() == (tmp_path / "POSTGRESQL_RELEASES" / "17" / "bin").resolve()
    assert {"rabbitmq", "postgresql"} & set(unmet(Purpose.SERVER)) == {"rabbitmq"}
    bare("epmd", "")
    found = {state.requirement.name: state for state in states(Purpose.SERVER)}
    assert found["rabbitmq"].met
    assert found["rabbitmq"].found.version == (4, 0, 5)


def test_a_program_that_only_root_has_on_the_path_is_found(bare, tmp_path):
    bare(tmp_path / "sbin" / "setpriv", "setpriv from util-linux 2.41")
    assert "setpriv" not in unmet(Purpose.SERVER)


def test_doctor_says_of_each_what_does_not_work_without_it_and_the_mend(bare):
    bare("tesseract", "tesseract 4.1.1")
    checks = {check.name: check for check in machine_checks(None)}
    assert checks["tesseract"].severity is Severity.WRONG
    assert checks["tesseract"].detail == (
        "tesseract 4.1.1: cũ hơn bản 5.0 đã thử; tệp vẫn được lưu nhưng không đọc được chữ."
    )
    assert checks["fonts"].severity is Severity.NOTE
    assert checks["fonts"].fix == "apt-get install fonts-croscore"
    assert checks["postgresql"].detail == "Chưa cài: chỉ profile “server” cần."
    assert checks["libatomic"].detail == "Chưa cài: chỉ kiểm thử cần."
    assert fonts.text_family() == {}


def test_every_package_that_gets_installed_is_told_in_both_readmes():
    packages = {requirement.package for requirement in requirements.requirements()}
    for readme in ("README.md", "README.vi.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert [package for package in sorted(packages) if package not in text] == []
