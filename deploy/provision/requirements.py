"""What a machine must have beside Python packages: each program, library, language and font, how to tell, how to get it.

One table for the provisioning scripts (`python3 -m deploy.provision.requirements test` prints the missing Debian
packages) and for `kiemdinh doctor`. Standard library only: it runs before anything is installed. Each thing is looked at
itself (does it start, which version, does it draw the letters), not the package that should have brought it. What Python
packages bring is not here: OpenCV (the headless build) and tesserocr link against nothing of the system but the C and C++
run time and zlib, which the `tesseract-ocr` package needs too; of Tesseract in their own process they take the model from
there.
"""

from __future__ import annotations

import ctypes
import enum
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from shared.fonts import STYLES, can_draw, text_family, vietnamese_fonts

TIMEOUT_S = 20
Version = tuple[int, ...]

# The server itself, not Debian's wrapper in /usr/sbin: that one switches to the user `rabbitmq`, who cannot read our folder.
RABBITMQ_PROGRAMS = Path("/usr/lib/rabbitmq/bin")
RABBITMQ_RELEASES = Path("/usr/lib/rabbitmq/lib")
POSTGRESQL_RELEASES = Path("/usr/lib/postgresql")
SYSTEM_PROGRAMS = (Path("/usr/sbin"), Path("/sbin"))
"""Not on an ordinary user's search path in Debian."""


class Purpose(enum.IntEnum):
    """What a thing is needed for; each purpose includes those before it."""

    EMBEDDED = 0
    SERVER = 1
    TEST = 2
    BENCH = 3


class Detected(NamedTuple):
    """What was found of a requirement: where or what, and its version as far as it says one."""

    what: str
    version: Version = ()


class Requirement(NamedTuple):
    """One thing a machine needs; `least` is the oldest version that is tested, `package` Debian's and Ubuntu's name."""

    name: str
    purpose: Purpose
    package: str
    look: Callable[[], Detected | None]
    least: Version = ()

    def state(self) -> RequirementState:
        """Looks at the machine."""
        found = self.look()
        old = found is not None and bool(found.version) and found.version < self.least
        return RequirementState(self, found, old)


class RequirementState(NamedTuple):
    """How one requirement stands on this machine; `found` is None when it is missing."""

    requirement: Requirement
    found: Detected | None
    too_old: bool

    @property
    def met(self) -> bool:
        """Whether it is there, and new enough."""
        return self.found is not None and not self.too_old


def find_program(name: str, *places: Path) -> Path | None:
    """A program by its full name in `places` first, then on the search path, then where Debian keeps system programs."""
    for place in places:
        if os.access(place / name, os.X_OK):
            return place / name
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path)
    return find_program(name, *SYSTEM_PROGRAMS) if places != SYSTEM_PROGRAMS else None


def rabbitmq_server() -> Path | None:
    """RabbitMQ's server program, where Erlang's port mapper is there too."""
    return find_program("rabbitmq-server", RABBITMQ_PROGRAMS) if find_program("epmd") else None


def postgresql_programs() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest release first."""
    releases = sorted(POSTGRESQL_RELEASES.glob("*/bin"), key=lambda place: -_number(place.parent.name))
    program = find_program("postgres", *releases)
    return program.resolve().parent if program else None


def requirements() -> list[Requirement]:
    """Everything, in the order in which `doctor` tells it."""
    return [
        Requirement("tesseract", Purpose.EMBEDDED, "tesseract-ocr", lambda: _program("tesseract", "--version"), (5, 0)),
        Requirement("tesseract-vie", Purpose.EMBEDDED, "tesseract-ocr-vie", lambda: _language("vie")),
        Requirement("fonts", Purpose.EMBEDDED, "fonts-croscore", _text_fonts),
        # What draws the letters of a printed PDF; the packages bring the libraries that these are linked against.
        Requirement("pango", Purpose.EMBEDDED, "libpangoft2-1.0-0", lambda: _library("libpangoft2-1.0.so.0")),
        Requirement("harfbuzz", Purpose.EMBEDDED, "libharfbuzz-subset0", lambda: _library("libharfbuzz-subset.so.0")),
        Requirement("brackets", Purpose.EMBEDDED, "fonts-dejavu-core", _brackets),
        Requirement("rabbitmq", Purpose.SERVER, "rabbitmq-server", _rabbitmq, (3, 10)),
        Requirement("postgresql", Purpose.SERVER, "postgresql", _postgresql, (15,)),
        Requirement("setpriv", Purpose.SERVER, "util-linux", lambda: _program("setpriv", "--version"), (2, 33)),
        # Tests draw their pages in these on every machine: with others they would be other pages.
        Requirement("tinos", Purpose.TEST, "fonts-croscore", lambda: _family("Tinos")),
        Requirement("dejavu", Purpose.TEST, "fonts-dejavu-extra", lambda: _family("DejaVu Serif")),
        Requirement("git", Purpose.TEST, "git", lambda: _program("git", "--version")),
        Requirement("chromium", Purpose.TEST, "chromium", lambda: _program("chromium", "--version")),
        Requirement("poppler", Purpose.TEST, "poppler-utils", lambda: _program("pdftoppm", "-v")),
        # The browser driver brings its own node, and that one is linked against it.
        Requirement("libatomic", Purpose.TEST, "libatomic1", lambda: _library("libatomic.so.1")),
        # What OCRmyPDF cleans and turns scans with, when reading is held against it.
        Requirement("unpaper", Purpose.BENCH, "unpaper", lambda: _program("unpaper", "--version")),
        Requirement("tesseract-osd", Purpose.BENCH, "tesseract-ocr-osd", lambda: _language("osd")),
    ]


def states(purpose: Purpose) -> Iterator[RequirementState]:
    """How everything stands that a purpose needs."""
    for requirement in requirements():
        if requirement.purpose <= purpose:
            yield requirement.state()


def described(state: RequirementState) -> str:
    """One line for a person at the terminal who provisions a machine."""
    requirement = state.requirement
    least = ".".join(map(str, requirement.least))
    if state.found is None:
        return f"{requirement.name}: not found (Debian: {requirement.package})"
    return f"{requirement.name}: {state.found.what} is older than {least} (Debian: {requirement.package})"


# --- how each is looked at


def _program(name: str, ask: str) -> Detected | None:
    """A program that starts and says its version."""
    program = find_program(name)
    if program is None:
        return None
    printed = output([str(program), ask])
    return None if printed is None else Detected(printed.strip().partition("\n")[0] or str(program), _version(printed))


def _language(name: str) -> Detected | None:
    """Tesseract's data for a language."""
    program = find_program("tesseract")
    said = output([str(program), "--list-langs"]) if program else None
    return Detected(name) if said is not None and name in said.split() else None


def _text_fonts() -> Detected | None:
    """A family of four styles that draws every Vietnamese letter."""
    family = text_family()
    return Detected(", ".join(sorted(path.name for path in family.values()))) if family else None


def _family(name: str) -> Detected | None:
    """A family that has all four styles and draws every Vietnamese letter."""
    found = {font.style: font.path.name for font in vietnamese_fonts() if font.family == name}
    return Detected(", ".join(found[style] for style in STYLES)) if found.keys() >= set(STYLES) else None


def _brackets() -> Detected | None:
    """A font that draws the brackets of what is missing on a paper, which fonts for text lack."""
    font = can_draw("⟨⟩")
    return Detected(font.name) if font else None


def _rabbitmq() -> Detected | None:
    """RabbitMQ by its folder: the server would have to be started to say its version."""
    program = rabbitmq_server()
    if program is None:
        return None
    versions = [_version(place.name) for place in RABBITMQ_RELEASES.glob("rabbitmq_server-*")]
    return Detected(str(program), max(versions, default=()))


def _postgresql() -> Detected | None:
    programs = postgresql_programs()
    said = output([str(programs / "postgres"), "--version"]) if programs else None
    return Detected(f"{said.strip()} ({programs})", _version(said)) if said is not None else None


def _library(name: str) -> Detected | None:
    """A shared library that the loader finds."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    return Detected(name)


def output(command: list[str]) -> str | None:
    """What a program prints; None when it does not start, fails, or does not end."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (done.stdout + done.stderr).decode("utf-8", "replace") if done.returncode == 0 else None


def _version(text: str) -> Version:
    found = re.search(r"\d+(?:\.\d+)+|\d+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def main(arguments: list[str]) -> int:
    """`PURPOSE` prints the packages that are missing; `PURPOSE --check` says what is still unmet and exits 1 then."""
    unmet = [state for state in states(Purpose[arguments[0].upper()]) if not state.met]
    if "--check" in arguments:
        for state in unmet:
            sys.stderr.write(f"{described(state)}\n")
        return 1 if unmet else 0
    sys.stdout.write(" ".join(dict.fromkeys(state.requirement.package for state in unmet)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
