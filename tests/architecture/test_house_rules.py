"""House rules that a type checker cannot see, each with the accident it keeps away."""

import ast
import functools
import importlib
import pkgutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "client", "cli", "deploy")


@functools.cache
def trees():
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


@functools.cache
def calls():
    """Every call of every file as (dotted name, line)."""
    return {
        path: [(ast.unparse(node.func), node.lineno) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for path, tree in trees().items()
    }


def where(holds, files=lambda path: True):
    return [f"{path}:{line} {name}" for path, made in calls().items() if files(path) for name, line in made if holds(name)]


def in_a_domain(path):
    return path.startswith("services/") and "/domain/" in path


def test_there_is_something_to_look_at():
    assert len(trees()) > 100
    assert any(in_a_domain(path) for path in trees())


def test_nobody_uses_a_bare_eventlet_timeout():
    # It is a BaseException: escaping a handler it leaks the message and in the end the consumer (measured).
    assert (
        where(lambda name: name in {"eventlet.Timeout", "Timeout", "eventlet.timeout.Timeout"} and "urllib3" not in name)
        == []
    )


def test_nobody_subscribes_to_a_recorder():
    # `recorder.subscribe()` and projection runners break under eventlet (measured): logs are read by polling.
    assert where(lambda name: name.endswith((".subscribe", "ProjectionRunner"))) == []


def test_only_one_place_asks_msgspec_for_a_schema():
    # It hands on docstrings as Python left them, with their indentation before 3.13 and without it since.
    asked = where(lambda name: name.endswith(("json.schema", "json.schema_components")))
    assert {one.partition(":")[0] for one in asked} == {"shared/schemas.py"}


def test_a_docstring_is_shown_only_without_the_indentation_of_its_source():
    shown = {
        f"{path}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "__doc__"
    }
    cleaned = {
        f"{path}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "inspect.cleandoc"
    }
    assert shown
    assert sorted(shown - cleaned) == []


@pytest.mark.parametrize(
    "forbidden",
    ["datetime.now", "datetime.utcnow", "date.today", "time.time", "uuid4", "uuid.uuid4", "new_id", "random.random", "open"],
)
def test_a_domain_asks_no_clock_no_dice_and_no_file(forbidden):
    assert where(lambda name: name == forbidden or name.endswith("." + forbidden), in_a_domain) == []


def test_only_the_clock_asks_what_time_it_is():
    # So that a test can hold time still. Durations come from time.monotonic and may be measured anywhere.
    asked = where(lambda name: name.endswith(("datetime.now", "datetime.utcnow", "date.today")))
    assert [one for one in asked if not one.startswith("shared/clock.py:")] == []


def reads_of_the_environment(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}:
            yield node.lineno


def test_only_settings_read_the_environment():
    # Two files set a variable for a library that reads nothing else; they read none.
    # Where fonts lie is a variable of the desktop (XDG), asked before there is an installation that could have settings.
    others = {
        "shared/bus/transport/eventlet_support.py": 1,
        "services/evidence/extraction/__main__.py": 1,
        "shared/fonts.py": 2,
    }
    found = Counter(path for path, tree in trees().items() for _ in reads_of_the_environment(tree))
    found.pop("deploy/installation/settings.py")
    assert dict(found) == others


def modules_under(package):
    root = importlib.import_module(package)
    return [package, *(found.name for found in pkgutil.walk_packages(root.__path__, package + "."))]


def facts():
    """Every fact that is stored; `YearFact` is what those of a commune's year have in common, and stored nowhere."""
    from shared.eventlog.facts import Fact

    for service in ("assessment", "evidence", "inspection", "notification", "identity"):
        for module in modules_under(f"services.{service}.domain"):
            importlib.import_module(module)
    waiting, found = [Fact], []
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        found += [kind for kind in kinds if kind.__module__.startswith("services.") and kind.__name__ != "YearFact"]
    return found


def test_every_fact_has_a_topic_of_its_own():
    # A stored topic outlives class and module names; two facts with one topic could not be told apart in a log.
    topics = Counter(kind.TOPIC for kind in facts())
    assert len(topics) > 20
    assert [topic for topic, count in topics.items() if count > 1 or not topic] == []


@pytest.mark.parametrize("service", ["assessment", "identity", "inspection"])
def test_every_fact_has_a_public_event(service):
    # A stored event without one would stop the relay, and everything after it.
    published = importlib.import_module(f"services.{service}.published")._PUBLIC_EVENTS
    home = f"services.{service}.domain."
    assert set(published) == {kind for kind in facts() if kind.__module__.startswith(home)}


def test_every_fact_of_evidence_has_a_public_event_of_its_own():
    # There each public event is a case of its own.
    (function,) = (
        node
        for node in trees()["services/evidence/published.py"].body
        if isinstance(node, ast.FunctionDef) and node.name == "public_event"
    )
    cases = {ast.unparse(node.cls) for node in ast.walk(function) if isinstance(node, ast.MatchClass)}
    assert cases == {f"f.{kind.__name__}" for kind in facts() if kind.__module__ == "services.evidence.domain.facts"}


PLAIN = "evidence-relay", "evidence-sealer", "evidence-reader", "evidence-door", "notification-sender", "portal"


def test_plain_roles_run_without_eventlet():
    # Threads, subprocess time-outs and database drivers behave as documented only where nothing is patched. One process
    # brings up what all of them import: what none of them patches, no single one does.
    code = (
        "import sys\n"
        "from deploy.compose.roles import role\n"
        f"assert not [name for name in {PLAIN!r} if role(name).uses_eventlet]\n"
        "import deploy.processes.role, deploy.serving.wsgi, deploy.compose.container\n"
        "import shared.bus.events.relay, shared.bus.rpc.server\n"
        "patched = 'eventlet' in sys.modules and __import__('eventlet.patcher').patcher.already_patched\n"
        "sys.exit(1 if patched else 0)"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, check=False).returncode == 0


def test_every_service_is_answered_for_by_a_role_under_eventlet():
    from deploy.compose.roles import roles

    answering = {role.name for role in roles() if role.uses_eventlet}
    assert answering == {f"{name}-api" for name in ("evidence", "assessment", "inspection", "notification", "identity")}


def test_the_table_of_eventlet_roles_names_the_roles_that_answer_calls():
    from deploy.compose.eventlet_roles import EVENTLET_ROLES
    from deploy.compose.roles import roles

    assert {role.name for role in roles() if role.service is not None} == EVENTLET_ROLES


def test_the_table_of_eventlet_roles_is_read_before_anything_that_eventlet_patches():
    code = (
        "import sys\n"
        "import deploy.compose.eventlet_roles\n"
        "sys.exit(', '.join({'socket', 'sqlite3', 'kombu', 'sqlalchemy'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_a_public_class_has_a_name_of_its_own():
    # Who greps for a name must find one thing. A stored fact and its public event are one thing in two places.
    homes = {}
    for path, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(path)

    def is_fact_and_event(paths):
        is_fact = paths[0].endswith("facts.py") and "/domain/" in paths[0]
        return len(paths) == 2 and is_fact and paths[1].startswith("shared/contracts/events/")

    homes["TokenIssued"].remove("shared/contracts/calls/identity.py")  # a name that openapi.json has promised
    assert {name: paths for name, paths in homes.items() if len(paths) > 1 and not is_fact_and_event(sorted(paths))} == {}
