"""What stands between HTTP and the views: the middleware, sessions and form tokens, limits, and how answers go out.

It knows neither pages nor REST API; `services.portal.app` brings them together. Pages know `context`, `sessions`,
`input_limits` and the token of `csrf` of it only. What both sides keep to:
- A view is closed unless marked `@context.public`; strangers are sent to ``/vao?tiep=<path>``.
- The HTML of an error is the pages' (`Wiring.problem_page`); status and headers are set here.
- Every form that changes something carries ``csrf_token()`` in a field ``csrf``; scripts send it as ``X-CSRF-Token``.
- ``/vao/<token>`` is the one-time link of the administrator (`sessions.sign_in_once` on GET, not on HEAD; then redirect),
  ``/loi-moi/<token>`` an invitation.
"""
