"""The archive against the evidence log: every object that the log speaks of."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from deploy.audit.report import Tally
from deploy.audit.scene import Scene
from services.evidence.domain.facts import CATALOGUE, DocumentReceived
from services.evidence.errors import ObjectMissing, Tampered
from shared.eventlog.facts import UnknownFact
from shared.eventlog.recorders import open_tables
from shared.eventlog.verify import CannotTell
from shared.problems import Problem

_BATCH = 500


def check_archive(scene: Scene, tally: Tally) -> None:
    """Check that every document that was received is there, byte for byte. Raises CannotTell when the archive is away."""
    for received in _received(scene):
        tally.counts["objects"] += 1
        _check_object(scene, received, tally)


def _received(scene: Scene) -> Iterator[DocumentReceived]:
    """Yield what the log says was kept. An event that cannot be read is the log's finding, not the archive's."""
    tables, close = open_tables(scene.parts.store("evidence"), "evidence")
    try:
        start = 0
        while rows := tables.select_logged(start, _BATCH):
            start = rows[-1].leaf_index + 1
            for row in rows:
                if row.topic == DocumentReceived.TOPIC:
                    try:
                        fact = CATALOGUE.decode(row.topic, row.state)[1]
                    except (UnknownFact, msgspec.DecodeError, UnicodeDecodeError):
                        continue
                    assert isinstance(fact, DocumentReceived)
                    yield fact
    finally:
        close()


def _check_object(scene: Scene, received: DocumentReceived, tally: Tally) -> None:
    where = f"archive: {received.sha256} ({received.version})"
    try:
        scene.parts.archive.open(received.sha256, received.version).close()
    except Tampered:
        tally.find("object-altered", where, "Tài liệu khác mã băm lúc lưu.")
    except ObjectMissing:
        tally.find("object-missing", where, "Tài liệu có biên nhận nhưng không còn trong kho.")
    except Problem as error:
        raise CannotTell(error.detail) from error
