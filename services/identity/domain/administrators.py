"""Who administers the installation: a role that always somebody keeps who can sign in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec

from services.identity.domain.facts import AdministratorLeft, GrantFact
from services.identity.errors import LastAdministrator
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.vocabulary.roles import Role, ScopeKind

ADMINISTRATORS = natural_id("administrators")
"""The one stream on which every end of an administrator's role is recorded."""

ADMINISTERING = GrantFact(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)


class AdministratorState(msgspec.Struct, frozen=True, kw_only=True):
    """How far an administrator is in: `signs_in` with a password of their own, `came_in` at least once."""

    account: str
    signs_in: bool
    came_in: bool


class Administrators(Aggregate):
    """The ends of administrators' roles, one after the other."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.left = 0

    def let_go(self, leaving: AdministratorState, others: Sequence[AdministratorState], meta: EventMetadata) -> None:
        """Note that one stops administering while `others` stay.

        An invitation that nobody followed may be withdrawn as long as anybody is left: it takes nobody's way in.

        Raises LastAdministrator when afterwards nobody could sign in and administer.
        """
        signing_in = [other.account for other in others if other.signs_in]
        never_followed = bool(others) and not leaving.came_in and not leaving.signs_in
        if not signing_in and not never_followed:
            raise LastAdministrator(
                "Sau việc này không còn ai đăng nhập và quản trị được. Chưa đổi gì. "
                "Giao vai trò Quản trị cho một người nữa, chờ người ấy đặt mật khẩu, rồi làm lại."
            )
        remaining = (signing_in or [other.account for other in others])[0]
        self.record(AdministratorLeft(account=leaving.account, remaining=remaining), meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        self.left += 1
