"""The inspection service on every store, started as often as a test asks: as another process, or after a restart."""

from __future__ import annotations

import pytest

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings


@pytest.fixture
def clock(request):
    """What says what time it is: the `NOW` of the module."""
    return FixedClock(request.module.NOW)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def start(request, tmp_path, clock):
    """Start the service once more on the same store."""
    store, views_url = f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"
    if request.param == "postgresql":
        store = views_url = str(request.getfixturevalue("postgresql").new_database())
    started = []

    def begin() -> InspectionApplication:
        application = InspectionApplication(
            StoreSettings(store), clock, installation="thu", views_url=views_url, library=load_library()
        )
        started.append(application)
        return application

    yield begin
    for application in started:
        application.close()
