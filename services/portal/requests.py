"""Requests and answers about the installation itself: the health of services and machine, and the dead letters."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.vocabulary.ids import BEGINNING, Position


class ServiceStatus(Answer, frozen=True, kw_only=True):
    """One service as it answered; `problem` says why it did not."""

    service: str
    healthy: bool
    head: Position = BEGINNING
    lag: dict[str, int] = {}
    details: dict[str, str] = {}
    problem: str = ""


class QueueView(Answer, frozen=True, kw_only=True):
    """One queue of the bus."""

    name: str
    waiting: int
    consumers: int = 0


class MachineStatus(Answer, frozen=True, kw_only=True):
    """What the composition knows of the machine and the bus. Sizes in bytes.

    `space` says in a sentence that the disk fills or is full, and what to do; empty while there is enough room.
    """

    profile: str = ""
    free_bytes: int = 0
    total_bytes: int = 0
    space: str = ""
    dead_letters: int = 0
    queues: list[QueueView] = []
    details: dict[str, str] = {}


class InstallationStatus(Answer, frozen=True, kw_only=True):
    """How the installation is; `healthy` when every service is and nothing lies among the dead letters."""

    healthy: bool
    services: list[ServiceStatus]
    machine: MachineStatus


class DeadLetterRequest(Call, frozen=True, kw_only=True):
    """Name one dead letter."""

    letter: str


class DeadLetterView(Answer, frozen=True, kw_only=True):
    """An event that a consumer could not apply, or a message it could not read; `reason` is for the administrator.

    `kind` is dung_nguon (the source waits for it) or khong_doc_duoc; `state` dang_cho, thu_lai, da_xong or da_bo.
    """

    id: str
    consumer: str
    source: str
    sequence: Position
    type: str
    kind: str
    state: str
    reason: str
    first_at: dt.datetime
    last_at: dt.datetime
    attempts: int


class DeadLettersAnswer(Answer, frozen=True, kw_only=True):
    """Dead letters that wait, the latest first."""

    letters: list[DeadLetterView]


class Retried(Answer, frozen=True, kw_only=True):
    """The event was handed to its consumer again."""

    letter: str
