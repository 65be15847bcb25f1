"""Form tokens: an HMAC of the session's secret (or, before sign-in, of a random cookie), so nothing needs to be stored.

Home-made, for Flask-WTF keeps its token in Flask's session, and the portal has none: who is signed in is identity's to say.
"""

from __future__ import annotations

import base64
import hmac
import secrets

from services.portal.settings import PortalSettings
from services.portal.web.context import RequestContext

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def token(request_context: RequestContext, settings: PortalSettings) -> str:
    """Return the form token of this visit; a stranger gets a random cookie to bind it to."""
    return _mac(_secret(request_context), settings)


def is_valid(request_context: RequestContext, settings: PortalSettings, given: str) -> bool:
    """Say whether a form token belongs to this visit."""
    secret = request_context.session or request_context.anonymous
    return bool(secret and given) and hmac.compare_digest(_mac(secret, settings).encode(), given.encode())


def _secret(request_context: RequestContext) -> str:
    if request_context.fresh_session:
        return request_context.fresh_session
    if request_context.session:
        return request_context.session
    if not request_context.anonymous:
        request_context.anonymous = request_context.fresh_anonymous = secrets.token_urlsafe(24)
    return request_context.anonymous


def _mac(secret: str, settings: PortalSettings) -> str:
    mac = hmac.digest(settings.key, b"csrf." + secret.encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:24]).decode()
