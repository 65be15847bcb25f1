"""The WSGI application: pages and REST API behind one middleware, deny by default."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from services.portal import api, pages
from services.portal.identity import FRESH_S, Identity, ServiceClient
from services.portal.settings import PortalSettings
from services.portal.ttl_cache import TtlCache
from services.portal.web import auth_middleware, csrf, responses
from services.portal.web.context import EXTENSION, InstallationAdmin, Wiring
from services.portal.web.input_limits import BoundedInteger

STATIC_MAX_AGE = dt.timedelta(days=1)
MOST_UNSEEN = 2000


def create_app(
    rpc_client: ServiceClient,
    settings: PortalSettings,
    installation_admin: InstallationAdmin | None = None,
    *,
    fresh_s: float = FRESH_S,
) -> Flask:
    """Return the portal's WSGI application.

    `rpc_client` reaches the services (over the broker, in this process, or directly in tests), `installation_admin` the
    machine and the dead letters, for the administrator's page. `fresh_s` is how late it may learn what another process
    changed about who may read: one that is alone may take longer.
    """
    app = with_routes()
    wire(app, rpc_client, settings, installation_admin, fresh_s=fresh_s)
    return app


def with_routes() -> Flask:
    """Return the application with all its pages and routes, and nobody yet whom it could ask."""
    app = Flask("services.portal", template_folder="templates", static_folder="static", static_url_path="/static")
    app.config.update(MAX_FORM_PARTS=2000, SEND_FILE_MAX_AGE_DEFAULT=STATIC_MAX_AGE, PROPAGATE_EXCEPTIONS=False)
    auth_middleware.guard(app)
    responses.install(app)
    app.url_map.converters["int"] = BoundedInteger
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint, url_prefix="/api/v1")
    app.jinja_env.globals["csrf_token"] = csrf.csrf_token
    return app


def wire(
    app: Flask,
    rpc_client: ServiceClient,
    settings: PortalSettings,
    installation_admin: InstallationAdmin | None = None,
    *,
    fresh_s: float = FRESH_S,
) -> None:
    """Give an application what `create_app` is given."""
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, MAX_FORM_MEMORY_SIZE=settings.max_body_bytes)
    app.extensions[EXTENSION] = Wiring(
        identity=Identity(rpc_client, fresh_s=fresh_s),
        rpc_client=rpc_client,
        settings=settings,
        problem_page=pages.problem_page,
        installation_admin=installation_admin,
        unseen=TtlCache(fresh_s, MOST_UNSEEN),
    )
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
