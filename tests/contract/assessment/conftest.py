"""The assessment service on every store that several processes can open."""

from __future__ import annotations

import pytest

from services.assessment.application import AssessmentApplication
from shared.clock import FixedClock
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from tests.contract.assessment.scene import NOW, SIGNER


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def urls(request, tmp_path) -> tuple[str, str]:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"
    dsn = str(request.getfixturevalue("postgresql").new_database())
    return dsn, dsn


@pytest.fixture
def start(urls):
    """Start the service once more on the same store, as another process or after a restart."""
    store, views = urls
    started = []

    def begin() -> AssessmentApplication:
        application = AssessmentApplication(
            StoreSettings(store),
            FixedClock(NOW),
            installation="thu",
            views_url=views,
            library=load_library(),
            signer=SIGNER,
        )
        started.append(application)
        return application

    yield begin
    for application in started:
        application.views.close()
        application.close()
