"""The transparency log: Merkle tree, leaves, checkpoints (C2SP signed notes), proofs and the verifier anyone may run.

Promises: what is hashed and signed never changes its form. It knows no event store, no bus and no service: hashes come from
whoever keeps them.
"""
