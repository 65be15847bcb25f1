"""The portal's settings, as the composition gives them: keys, addresses and limits."""

from __future__ import annotations

import msgspec

UNNAMED_OFFICE = "Kiểm định chất lượng giáo dục"
"""What stands for the office's name until somebody sets it."""


class PortalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the portal; everything has a safe default but the key.

    `key` (at least 32 bytes) is that of form tokens. `owner_token_sha256` is the hex SHA-256 of the owner token of the data
    folder; empty turns it off. `public_url` is the portal's own address (``https://kiemdinh.example.vn``), used for
    links and to decide whether cookies are Secure; `door` is the origin of the file gateway, empty when it is served under
    the portal's own address. `hosts` are the Host headers that are answered (any when empty). `proxies` counts the
    reverse proxies in front, whose X-Forwarded-* headers are believed.
    """

    key: bytes
    owner_token_sha256: str = ""
    public_url: str = ""
    door: str = ""
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    office: str = UNNAMED_OFFICE
    max_body_bytes: int = 1 << 20

    @property
    def secure(self) -> bool:
        """Say whether the portal is reached by https."""
        return self.public_url.startswith("https://")
