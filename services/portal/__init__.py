"""The portal: pages and the REST API. A gateway: it keeps nothing and asks the services.

Owns: nothing. Who is signed in and what communes and schools are called it caches for a moment, as identity said it.
Promises: what the services refuse is refused here first; a service that is away is reported in words, and signs nobody out.
"""
