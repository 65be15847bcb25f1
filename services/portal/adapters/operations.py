"""What the administrator's page shows of the machine: free space, queues, and the consumers' dead letters."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from services.portal.requests import DeadLetterView, MachineStatus, QueueView
from shared.bus.deadletters import DeadLetter, DeadLetters
from shared.problems import NotFound


def _no_queues() -> list[QueueView]:
    return []


class MachineOperations:
    """Looks after one installation on this machine.

    `letters` are the tables of every consumer; `folder` lies on the disk whose room matters; `queues` asks the broker.
    """

    def __init__(
        self,
        letters: Sequence[DeadLetters],
        folder: Path,
        *,
        profile: str,
        queues: Callable[[], list[QueueView]] = _no_queues,
    ) -> None:
        self._letters = tuple(letters)
        self._folder = folder
        self._profile = profile
        self._queues = queues

    def machine(self) -> MachineStatus:
        """Return free space, queues and the count of dead letters."""
        disk = shutil.disk_usage(self._folder)
        return MachineStatus(
            profile=self._profile,
            free_bytes=disk.free,
            total_bytes=disk.total,
            dead_letters=len(self.dead_letters()),
            queues=self._queues(),
        )

    def dead_letters(self) -> list[DeadLetterView]:
        """Return what consumers could not apply, the latest first."""
        found = [letter for table in self._letters for letter in table.list()]
        return [_view(letter) for letter in sorted(found, key=lambda letter: letter.last_at, reverse=True)]

    def retry_dead_letter(self, letter: str) -> None:
        """Ask the consumer to try again within seconds.

        Raises NotFound, or Conflict for one that is settled.
        """
        for table in self._letters:
            try:
                table.retry(letter)
            except NotFound:
                continue
            return
        raise NotFound("Không có tin hỏng nào mang mã này.")


def _view(letter: DeadLetter) -> DeadLetterView:
    return DeadLetterView(**{name: getattr(letter, name) for name in DeadLetterView.__struct_fields__})
