"""A client of the public REST API in Python: what the `kiemdinh` command and the demo speak to an installation with.

Owns: requests, uploads that go on after a dropped connection, the consistency token it was told. Promises: it knows nothing
of an installation but its address, a token and, on the same machine, the two files that a launcher leaves for clients.
"""
