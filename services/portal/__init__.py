"""The people's door: pages, the REST API and the `kiemdinh` command. A gateway: it keeps nothing and asks the services.

Owns: nothing. Who is signed in and what communes and schools are called it remembers for a moment, as identity said it.
Promises: what the services refuse is refused here first; a service that is away is told in words, and signs nobody out.
"""
