"""The event store: facts, aggregates, recorders, read models; every event is a leaf of the log's Merkle tree (`tlog`).

Promises: an event and its Merkle leaf are stored in one transaction; positions are dense from 1 and never reused; what
was stored is never rewritten; every event names its actor, cause and correlation, when it holds and when it was recorded.
"""
