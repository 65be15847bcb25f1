"""One store after another: SQLite in a file, SQLite in memory, PostgreSQL."""

from __future__ import annotations

import pytest

from shared.storage.database_url import StoreSettings

STORES = ["sqlite-file", "sqlite-memory", pytest.param("postgresql", marks=pytest.mark.server)]


def settings(kind: str, request, tmp_path) -> StoreSettings:
    if kind == "sqlite-memory":
        return StoreSettings("sqlite://")
    if kind == "sqlite-file":
        return StoreSettings(f"sqlite:///{tmp_path}/log.sqlite")
    return StoreSettings(request.getfixturevalue("postgresql").new_database())


@pytest.fixture(params=STORES)
def store(request, tmp_path) -> StoreSettings:
    """Settings of an empty store of every kind."""
    return settings(request.param, request, tmp_path)


@pytest.fixture(params=["sqlite-file", pytest.param("postgresql", marks=pytest.mark.server)])
def shared_store(request, tmp_path) -> StoreSettings:
    """Settings of an empty store that several processes can open."""
    return settings(request.param, request, tmp_path)
