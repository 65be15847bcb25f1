"""A path can be guessed: every service has the same rooms, and every module says what it is for."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("assessment", "evidence", "identity", "inspection", "notification")
ROOMS = (
    "__init__.py",
    "application.py",
    "use_cases",
    "ports.py",
    "views.py",
    "published.py",
    "service.py",
    "errors.py",
    "domain",
    "adapters",
)


# Its feed is the log; what it keeps beside the log cannot be rebuilt, so it is no view.
# Its use cases are few: they stand in the application itself.
INSTEAD = {("notification", "views.py"): "webhook_store.py", ("notification", "use_cases"): "application.py"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_rooms_of_every_service(service):
    # A room that outgrew its file is a package of the same name.
    rooms = [ROOT / "services" / service / INSTEAD.get((service, room), room) for room in ROOMS]
    missing = [room.name for room in rooms if not (room.exists() or room.with_suffix("").is_dir())]
    assert missing == []


def test_nothing_in_the_product_is_fetched_from_elsewhere_at_run_time():
    kinds = {".html", ".css", ".js"}
    pages = [file for file in (ROOT / "services" / "portal").rglob("*") if file.suffix in kinds]
    assert pages
    fetched = [
        str(file.relative_to(ROOT))
        for file in pages
        for marker in ('src="http', "src='http", "url(http", "@import", 'href="http')
        if marker in file.read_text(encoding="utf-8")
    ]
    assert fetched == []


def test_the_lock_file_pins_every_package_by_hash():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert len(entries) > 50
    assert text.count("--hash=sha256:") >= len(entries)
    assert "://" not in text
