"""Derived objects in a folder: text objects, page images, thumbnails."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from services.evidence.adapters.files import copy_atomically, write_atomically
from services.evidence.ports import DerivedObjectMissing

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class FolderDerived:
    """A `DerivedStore` on a local file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, data: bytes) -> None:
        write_atomically(self._path(key), data)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise DerivedObjectMissing(key) from error

    def discard(self, folder: str) -> None:
        shutil.rmtree(self._path(folder), ignore_errors=True)

    def put_file(self, key: str, path: Path) -> None:
        with path.open("rb") as source:
            copy_atomically(self._path(key), source)

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise DerivedObjectMissing(key) from error

    def documents(self) -> Iterator[str]:
        if self._folder.is_dir():
            yield from (one.name for one in self._folder.iterdir() if one.is_dir())

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise DerivedObjectMissing(key)
        return self._folder / key
