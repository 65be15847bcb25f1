"""Signs a checkpoint of each log that has grown, once a minute: the promise that a receipt rests on."""

from __future__ import annotations

from collections.abc import Iterable

from shared.eventlog.application import EventSourcedApplication
from shared.logs import Journal
from shared.observability.health import HealthRegistry
from shared.tlog.checkpoint import Signer
from shared.worker import Rhythm, Worker

journal = Journal("checkpoints")

CHECKPOINT_EVERY_S = 60.0


class CheckpointWorker(Worker):
    """Signs the logs of some applications. A log that cannot be signed is reported, and keeps no other from being signed."""

    rhythm = Rhythm(idle=CHECKPOINT_EVERY_S)

    def __init__(self, signed: Iterable[tuple[EventSourcedApplication, Signer]], health_registry: HealthRegistry) -> None:
        self._signed = tuple(signed)
        self._health_registry = health_registry
        super().__init__("checkpoints:" + ",".join(application.name for application, _ in self._signed), health_registry)

    def step(self) -> int:
        """Look at every log once."""
        for application, signer in self._signed:
            self._sign(application, signer)
        return 0

    def _sign(self, application: EventSourcedApplication, signer: Signer) -> None:
        part = f"checkpoint:{application.name}"
        try:
            if application.log.head():
                application.log.sign_checkpoint(signer)
        except Exception as error:  # noqa: BLE001  # an inconsistent log must not stop the relay; it is logged
            journal.error("checkpoint-not-signed", error=error, log=application.name)
            self._health_registry.report_failure(
                part, f"Chưa ký được mốc niêm của nhật ký {application.name} ({type(error).__name__})."
            )
        else:
            self._health_registry.clear_failure(part)
