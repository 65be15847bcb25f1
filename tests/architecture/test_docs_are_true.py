"""What the documents name exists: files, modules, names in code, targets of make, commands and links."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "client", "cli", "deploy", "tests")
ROOMS = (*PACKAGES, "docs", ".ci")
DOCUMENTS = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / name for name in ("CONTRIBUTING.md", "README.md", "README.vi.md", "SECURITY.md")),
    ]
)

# What a decision tells of a time before it, or of other people's software: (document, name) with the reason.
EXEMPT = {
    ("SECURITY.md", "HttpOnly"): "an attribute of cookies, not of ours",
    ("SECURITY.md", "SameSite"): "an attribute of cookies, not of ours",
    ("docs/adr/0001-facts-and-streams.md", "EventStore"): "a class of the eventsourcing library that we do not name",
    ("docs/adr/0023-one-discipline-for-background-work.md", "LISTEN"): "a statement of PostgreSQL that was not chosen",
}

PATH = re.compile(r"[\w./*<>{},-]+")
FILE = re.compile(r"(?:[\w./*-]+/)?[\w*-]+\.(?:py|yaml|html|sh|lock|md)")
NAME = re.compile(r"_?[A-Za-z]+(?:_[A-Za-z0-9]+)*(?:\.\w+)*(?:\(.*\))?")


def spans(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and content of each back-quoted span outside of fenced blocks; it may go on over an end of line."""
    fenced = re.sub(r"^```.*?^```", lambda found: re.sub(r"[^\n]", " ", found.group()), text, flags=re.M | re.S)
    for found in re.finditer(r"`([^`]+)`", fenced):
        yield fenced.count("\n", 0, found.start()) + 1, " ".join(found.group(1).split())


@functools.cache
def files() -> frozenset[str]:
    return frozenset(
        str(file.relative_to(ROOT))
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    )


@functools.cache
def words() -> frozenset[str]:
    """Every word of the code, of the pages and of what provisions a machine."""
    kinds = {".py", ".sh", ".html", ".js", ".css", ".yaml", ".lock"}
    sources = [ROOT / name for name in sorted(files()) if not name.startswith("docs/") and Path(name).suffix in kinds]
    sources = [source for source in sources if source != Path(__file__).resolve()]
    sources += [ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / ".gitignore", ROOT / ".ci" / "run"]
    return frozenset(word for source in sources for word in re.findall(r"\w+", source.read_text(encoding="utf-8")))


def expanded(path: str) -> list[str]:
    """Return the paths that `a/{b,c}.py` stands for; `<service>` stands for any."""
    path = re.sub(r"<\w+>|\u2026", "*", path)
    found = re.search(r"\{([^{}]*)\}", path)
    if found is None:
        return [path]
    return [
        one for part in found.group(1).split(",") for one in expanded(path[: found.start()] + part + path[found.end() :])
    ]


def is_there(path: str) -> bool:
    if (ROOT / path).exists() or any(ROOT.glob(path)):
        return True
    shape = re.compile(r"(?:.*/)?" + re.escape(path.rstrip("/")).replace(r"\*", "[^/]*"))
    return any(shape.fullmatch(name) for name in files())


def is_a_word(word: str) -> bool:
    """Say whether the code knows a word; names of tables and variables may be put together there."""
    if word in words():
        return True
    beginnings = ("kiemdinh", "KIEMDINH", *(service.name for service in (ROOT / "services").iterdir()))
    beginning = next((name for name in beginnings if word.startswith(name + "_")), "")
    rest = word[len(beginning) + 1 :]
    return bool(beginning) and (rest in words() or "_" + rest in words())


@functools.cache
def modules() -> dict[Path, str]:
    """The text of each module but this one."""
    paths = [ROOT / name for name in sorted(files()) if name.endswith(".py")]
    return {path: path.read_text(encoding="utf-8") for path in paths if path != Path(__file__).resolve()}


@functools.cache
def is_a_name(word: str) -> bool:
    """Say whether the code defines, imports or uses a word as a name, not as a word of a comment."""
    # Only what has the word at all is parsed: all of the code would take seconds.
    return any(word in defined(path) for path, text in modules().items() if word in text)


@functools.cache
def defined(module: Path) -> dict[str, ast.AST]:
    names: dict[str, ast.AST] = {}
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names[node.name] = node
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = node
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names[node.attr] = node
        elif isinstance(node, ast.alias):
            names[(node.asname or node.name).split(".")[0]] = node
    return names


def resolves(dotted: str) -> bool:
    """Say whether `shared.ids.id_within` is a module, or something that the module at its beginning holds."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:length])
        module = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        if base.is_dir() and length == len(parts):
            return True
        if module.is_file():
            return all(name in defined(module) for name in parts[length:])
    return False


def untrue(span: str) -> str:
    """Return what is wrong with what a document names, '' if nothing is or it names nothing of ours."""
    target = span.split("::", maxsplit=1)[0]
    if target.startswith(tuple(room + "/" for room in ROOMS)) and PATH.fullmatch(re.sub("\u2026", "*", target)):
        missing = [path for path in expanded(target) if not is_there(path)]
        return f"no such path: {', '.join(missing)}" if missing else ""
    if FILE.fullmatch(re.sub(r"<\w+>|\u2026", "*", target)) or (target.endswith(".py") and PATH.fullmatch(target)):
        return "" if all(map(is_there, expanded(target))) else "no such file"
    if NAME.fullmatch(span) is None:
        return ""
    name = span.partition("(")[0]
    if name.split(".")[0] in PACKAGES and "." in name:
        return "" if resolves(name) else "no such module or name"
    if re.fullmatch(r"[A-Z]+[a-z]+[A-Za-z]*(\.\w+)?", name) and not is_a_name(name.split(".")[0]):
        return "no such class in the code"
    unknown = [word for word in name.split(".") if not is_a_word(word)]
    return f"no such word in the code: {', '.join(unknown)}" if unknown else ""


def test_there_is_something_to_look_at():
    assert len(DOCUMENTS) > 25
    assert sum(1 for document in DOCUMENTS for _ in spans(document.read_text(encoding="utf-8"))) > 500


@pytest.mark.parametrize(
    "span",
    [
        "shared/nowhere.py",
        "nowhere.py",
        "services/{evidence,nowhere}/ports.py",
        "shared.ids.nowhere",
        "shared.nowhere",
        "NobodyKnowsThisClass",
        "nobody_knows_this()",
    ],
)
def test_what_does_not_exist_is_seen(span):
    assert untrue(span)


@pytest.mark.parametrize(
    "span",
    [
        "shared/ids.py",
        "services/<service>/ports.py",
        "domain/facts.py",
        "shared.ids.id_within",
        "Boundary.rest_on",
        "make fast",
    ],
)
def test_what_exists_is_not_complained_of(span):
    assert untrue(span) == ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_what_a_document_names_exists(document):
    own = str(document.relative_to(ROOT))
    wrong = [
        f"{own}:{line} `{span}`: {fault}"
        for line, span in spans(document.read_text(encoding="utf-8"))
        if (own, span) not in EXEMPT and (fault := untrue(span))
    ]
    assert wrong == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_what_a_document_links_to_exists(document):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_target_of_make_that_a_document_names_exists(document):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    named = re.findall(r"(?:`|^)make ([a-z-]+)", document.read_text(encoding="utf-8"), flags=re.M)
    assert sorted(set(named) - targets) == []


@functools.cache
def commands(group=None, before: str = "") -> frozenset[str]:
    """Every command of `kiemdinh`, and every group of them."""
    group = group or typer.main.get_group(app)
    found: set[str] = set()
    for name, command in group.commands.items():
        found.add(f"{before}{name}")
        if isinstance(command, TyperGroup):
            found |= commands(command, f"{before}{name} ")
    return frozenset(found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_command_that_a_document_names_exists(document):
    text = document.read_text(encoding="utf-8")
    named = [found.split() for found in re.findall(r"(?:`|^ *|/)kiemdinh ([a-z][a-z |-]*)", text, flags=re.M)]
    wrong = [first for first, *_ in named if first not in commands()]
    grouped = [(first, rest[0]) for first, *rest in named if rest and any(one.startswith(f"{first} ") for one in commands())]
    wrong += [f"{group} {name}" for group, name in grouped if f"{group} {name.partition('|')[0]}" not in commands()]
    assert wrong == []


def test_every_exemption_is_needed():
    for (own, span), reason in EXEMPT.items():
        assert reason
        assert any(span == named for _, named in spans((ROOT / own).read_text(encoding="utf-8"))), (own, span)
        assert untrue(span), (own, span)


def test_decisions_have_numbers_of_their_own_and_stand_in_the_index():
    decisions = sorted(file.name for file in (ROOT / "docs" / "adr").glob("0*.md"))
    assert [int(name[:4]) for name in decisions] == list(range(1, len(decisions) + 1))
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((0\d+-[\w-]+\.md)\)", index) == decisions
