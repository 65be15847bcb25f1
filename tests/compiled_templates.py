"""The portal's templates are compiled once a process, however many applications a test builds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """Keeps the code of templates by name and by the checksum of their source: one that was changed is compiled anew."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Let all applications that are built meanwhile share what was compiled.

    A portal compiles a template when it first shows it, 20 ms each and a second for all: nothing in a process that stays
    up, most of the time of a test that builds a portal of its own to look at three pages.
    """
    options = Flask.jinja_options
    Flask.jinja_options = {**options, "bytecode_cache": CompiledTemplates()}
    try:
        yield
    finally:
        Flask.jinja_options = options
