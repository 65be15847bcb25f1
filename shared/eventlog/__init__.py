"""The event store and its Merkle log: facts, streams, recorders, checkpoints, proofs, replay.

Promises: an event and its Merkle leaf are stored in one transaction; positions are dense from 1 and never reused; what
was stored is never rewritten; every event names its actor, cause and correlation, when it holds and when it was recorded.
"""
