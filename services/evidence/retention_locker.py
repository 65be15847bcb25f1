"""Locks what was received: a loop that finds its work in the log, so that none is lost."""

from __future__ import annotations

import datetime as dt

from services.evidence.application import EvidenceApplication
from services.evidence.ports import DocumentArchive
from services.evidence.views import DocumentRow
from shared.clock import VIETNAM
from shared.identity.call_context import system
from shared.logs import Journal
from shared.problems import Problem
from shared.worker import Rhythm, Worker, WorkerHealth

journal = Journal("evidence.sealer")


class RetentionLocker(Worker):
    """Locks documents that are received and not locked yet."""

    def __init__(
        self,
        application: EvidenceApplication,
        archive: DocumentArchive,
        *,
        health: WorkerHealth | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        super().__init__("sealer", health, rhythm)
        self._application = application
        self._archive = archive

    def step(self) -> int:
        """Lock what waits; return how many documents were locked."""
        locked = 0
        for row in self._application.documents_to_lock():
            locked += self._lock_document(row)
        return locked

    def _lock_document(self, row: DocumentRow) -> bool:
        until = self._application.retention_end(row)
        try:
            self._archive.lock(row.sha256, row.version, end_of_day(until))
        except Problem as problem:
            if problem.status == 503:
                raise
            # One object that is gone must not keep the others unlocked; the audit names it.
            journal.error("sealing-refused", document=row.document, type=problem.type)
            return False
        self._application.record_lock(system("sealer"), row.document, until)
        return True


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the moment at which a day ends in Việt Nam, in UTC."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=VIETNAM).astimezone(dt.UTC)
