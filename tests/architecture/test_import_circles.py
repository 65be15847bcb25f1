"""Modules of the product import each other in one direction only, whether at the top or inside a function."""

import ast
import functools
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "client", "cli", "deploy")


def name_of(file):
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def modules():
    return {name_of(file): file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))}


def statements(node):
    """Every statement that runs, the bodies of functions included; what only a type checker reads does not run."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from statements(child)


def named_in(tree):
    for node in statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not counted here"
            # `from package import module` runs the package as well; which of both a name is shows by the files.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def with_parents(name):
    parts = name.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)}


@functools.cache
def imports():
    """Which modules each module runs: those it imports and the packages these lie in.

    The packages that it lies in itself run before it in any case; they count where it takes a name that they bind.
    """
    graph = {}
    for name, file in modules().items():
        named = set(named_in(ast.parse(file.read_text(encoding="utf-8"))))
        run = set().union(*map(with_parents, named)) - with_parents(name)
        bound = {one.rpartition(".")[0] for one in named - modules().keys()}
        graph[name] = (run | bound) & modules().keys()
    return graph


def circle_in(graph):
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return found.args[1]
    return []


def test_the_graph_knows_imports_at_the_top_inside_functions_and_of_packages():
    assert len(imports()) > 300
    assert "services.portal.app" in imports()["deploy.compose.roles"], "inside a function"
    assert "shared.clock" in imports()["services.portal.pages.visits.visit"], "at the top"
    assert {"shared", "shared.text"} <= imports()["services.portal.pages.formatting"], "a package"
    assert "shared.bus.hosting" not in imports()["services.portal.app"]


def test_a_circle_would_be_found_and_one_that_only_a_type_checker_sees_would_not():
    assert set(circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    tree = ast.parse("if TYPE_CHECKING:\n    import a\ndef f():\n    from b import c\n")
    assert list(named_in(tree)) == ["b.c"]


def test_no_modules_of_the_product_import_each_other_in_a_circle():
    assert circle_in(imports()) == []
