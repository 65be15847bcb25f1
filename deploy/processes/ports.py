"""The ports an installation answers at: as asked, else those of its last start, so that addresses stay, else free ones."""

from __future__ import annotations

from typing import Any

from deploy.installation.data_folder import DataFolder
from deploy.installation.start_options import CannotStart
from deploy.servers.process import free_ports, is_free

_REMEMBERED = "ports.json"


def choose_ports(folder: DataFolder, **asked: int) -> dict[str, int]:
    """Return a port for each name and remember them for the next start; 0 asks for none in particular.

    Raises CannotStart when somebody else listens on the portal's port that was asked for.
    """
    portal = asked["portal"]
    if portal and not is_free(portal):
        raise CannotStart(f"Cổng {portal} đang có chương trình khác dùng. Chọn --port khác, hoặc dừng chương trình kia.")
    last, fresh = folder.announced(_REMEMBERED) or {}, iter(free_ports(len(asked)))
    chosen = {name: port or _still_free(last.get(name)) or next(fresh) for name, port in asked.items()}
    folder.announce(_REMEMBERED, chosen)
    return chosen


def _still_free(port: Any) -> int | None:
    return port if isinstance(port, int) and is_free(port) else None
