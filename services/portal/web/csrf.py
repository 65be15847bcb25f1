"""Form tokens: an HMAC of the session's secret (or, before sign-in, of a random cookie), so nothing needs to be stored.

Home-made, for Flask-WTF keeps its token in Flask's session, and the portal has none: who is signed in is identity's to say.
"""

from __future__ import annotations

import base64
import hmac
import secrets

from services.portal.settings import PortalSettings
from services.portal.web.context import RequestContext, request_context, settings

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def csrf_token() -> str:
    """Return the token that every form carries in a hidden field ``csrf`` (scripts: header ``X-CSRF-Token``)."""
    return token(request_context(), settings())


def token(visit: RequestContext, portal: PortalSettings) -> str:
    """Return the form token of this visit; a stranger gets a random cookie to bind it to."""
    return _mac(_secret(visit), portal)


def is_valid(visit: RequestContext, portal: PortalSettings, given: str) -> bool:
    """Say whether a form token belongs to this visit."""
    secret = visit.session or visit.anonymous
    return bool(secret and given) and hmac.compare_digest(_mac(secret, portal).encode(), given.encode())


def _secret(visit: RequestContext) -> str:
    if visit.fresh_session:
        return visit.fresh_session
    if visit.session:
        return visit.session
    if not visit.anonymous:
        visit.anonymous = visit.fresh_anonymous = secrets.token_urlsafe(24)
    return visit.anonymous


def _mac(secret: str, portal: PortalSettings) -> str:
    mac = hmac.digest(portal.key, b"csrf." + secret.encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:24]).decode()
