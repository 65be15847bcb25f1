"""The transparency log: Merkle tree, leaves, checkpoints (C2SP signed notes), proofs and the verifier anyone may run."""
