"""What the administrator sees of the machine and the bus: free space, roles, queues, dead letters."""

from __future__ import annotations

import msgspec
from kombu import Connection
from kombu.exceptions import ChannelError, OperationalError

from deploy.compose.addresses import Addresses
from deploy.compose.container import Container
from deploy.installation.data_folder import DataFolder
from deploy.installation.disk_space import advice
from deploy.processes.heartbeat import RoleState, read_states
from services.portal.requests import DeadLetterView, MachineStatus, QueueView
from shared.bus.events.topology import Topology
from shared.bus.transport.connections import is_inproc

MIB = 1024 * 1024


class RunningInstallationAdmin:
    """The portal's `InstallationAdmin`: roles from the folder, queues from the broker, dead letters from their table."""

    def __init__(self, container: Container) -> None:
        self._container = container

    def machine(self) -> MachineStatus:
        """How the machine and the bus are, this moment."""
        container = self._container
        space = container.room.measure_fullest()
        details = {f"role:{state.role}": describe(state) for state in read_states(container.folder)}
        queues: list[QueueView] = []
        try:
            queues = list_queues(container.addresses, container.topology)
        except (OSError, OperationalError) as error:
            details["rabbitmq"] = f"Không nối được ({type(error).__name__})."
        return MachineStatus(
            profile=container.addresses.profile.value,
            free_bytes=space.free_bytes,
            total_bytes=space.total_bytes,
            space=advice(space, container.room.margins),
            dead_letters=len(container.dead_letters.list()),
            queues=queues,
            details=details | _restarts(container.folder),
        )

    def dead_letters(self) -> list[DeadLetterView]:
        """What waits for somebody."""
        return [
            msgspec.convert(letter, DeadLetterView, from_attributes=True) for letter in self._container.dead_letters.list()
        ]

    def retry_dead_letter(self, letter: str) -> None:
        """Hands one to its consumer again; raises NotFound."""
        self._container.dead_letters.retry(letter)


def list_queues(addresses: Addresses, topology: Topology) -> list[QueueView]:
    """Every queue for events with what waits in it; raises OSError or OperationalError when the broker is away."""
    with Connection(addresses.amqp, connect_timeout=2) as connection:
        return [_queue(connection, queue.name) for queue in topology.queues()]


def _queue(connection: Connection, name: str) -> QueueView:
    channel = connection.channel()
    try:
        declared = channel.queue_declare(queue=name, passive=True)
    except ChannelError:
        return QueueView(name=name, waiting=0)
    else:
        return QueueView(name=name, waiting=declared.message_count, consumers=declared.consumer_count)
    finally:
        if not is_inproc(connection.as_uri()):
            channel.close()


def describe(state: RoleState) -> str:
    """How one role is, in a sentence for the administrator."""
    condition = "đang khởi động" if not state.ready else "tốt" if state.healthy else "có trục trặc"
    troubles = "; ".join(text for part, text in sorted(state.details.items()) if part != "hub")
    memory = f"{state.memory_bytes // MIB} MB"
    return f"{condition}, {memory}" + (f": {troubles}" if troubles and not state.healthy else "")


def _restarts(folder: DataFolder) -> dict[str, str]:
    launcher = folder.announced("launcher.json") or {}
    return {
        f"restarts:{process['name']}": f"{process['restarts']} lần; lần cuối: {process['last_end']}"
        for process in launcher.get("children", [])
        if process["restarts"]
    }
