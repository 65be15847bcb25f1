"""The Merkle tree against the definitions of RFC 6962, written out naively, at every small size and across tiles."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.tlog.merkle import (
    EMPTY_ROOT,
    CompactRange,
    MissingNodes,
    Tree,
    hash_leaf,
    root_of,
    verify_consistency,
    verify_inclusion,
)


class Nodes:
    """A NodeStore in memory that counts what it is asked."""

    def __init__(self, leaves):
        self.levels = {0: list(leaves)}
        self.asked = 0

    def select_nodes(self, level, start, stop):
        self.asked += 1
        return self.levels.get(level, [])[start:stop]

    def count_nodes(self, level):
        return len(self.levels.get(level, []))

    def insert_nodes(self, level, start, hashes):
        kept = self.levels.setdefault(level, [])
        assert start <= len(kept)
        kept[start:] = hashes


def leaves(size):
    return [hash_leaf(str(number).encode()) for number in range(size)]


def split(size):
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def naive_root(hashes):
    """RFC 6962 section 2.1, MTH."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(m, hashes):
    """RFC 6962 section 2.1.1, PATH."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_proof(m, hashes, whole=True):
    """RFC 6962 section 2.1.2, SUBPROOF."""
    n = len(hashes)
    if m == n:
        return [] if whole else [naive_root(hashes)]
    k = split(n)
    if m <= k:
        return [*naive_proof(m, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_proof(m - k, hashes[k:], False), naive_root(hashes[:k])]


def test_the_test_vectors_of_the_rfc_6962_reference_hold():
    # From the certificate-transparency reference implementation: eight inputs and their roots.
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = [hash_leaf(bytes.fromhex(text)) for text in inputs]

    assert hashes[0].hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(hashes[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_of(hashes).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_roots_and_proofs_are_those_of_the_rfc_at_every_small_size():
    for size in range(1, 35):
        hashes = leaves(size)
        tree, root = Tree(Nodes(hashes)), naive_root(hashes)
        assert tree.root(size) == root_of(hashes) == root
        for index in range(size):
            proof = tree.inclusion_proof(index, size)
            assert proof == naive_path(index, hashes)
            assert verify_inclusion(hashes[index], index, size, proof, root)
        for old in range(size + 1):
            proof = tree.consistency_proof(old, size)
            assert proof == (naive_proof(old, hashes) if old else [])
            assert verify_consistency(old, size, naive_root(hashes[:old]), root, proof)


def test_a_tree_larger_than_tiles_of_two_levels_keeps_to_the_definition():
    size = 256 * 256 + 256 + 3
    hashes = leaves(size)
    store = Nodes(hashes)
    tree = Tree(store)
    root = naive_root(hashes)

    assert tree.root(size) == root
    assert (len(store.levels[8]), len(store.levels[16])) == (257, 1)
    for index in (0, 255, 256, 65535, 65536, size - 1):
        assert verify_inclusion(hashes[index], index, size, tree.inclusion_proof(index, size), root)
    for old in (1, 256, 65535, 65536, 65537, size - 1):
        assert verify_consistency(old, size, tree.root(old), root, tree.consistency_proof(old, size))


def test_a_proof_of_a_large_log_asks_for_little():
    size = 256 * 300
    store = Nodes(leaves(size))
    Tree(store).root(size)
    store.asked = 0

    Tree(store).inclusion_proof(70_000, size)

    assert store.asked <= 10


def test_tiles_are_forgotten_but_never_answers(monkeypatch):
    monkeypatch.setattr(Tree, "_CACHED_TILES", 1)
    hashes = leaves(1000)
    tree = Tree(Nodes(hashes))

    assert [tree.root(size) for size in (1000, 999, 257, 1000)] == [
        naive_root(hashes[:size]) for size in (1000, 999, 257, 1000)
    ]


def test_a_growing_log_keeps_its_earlier_roots():
    hashes, store = leaves(600), Nodes([])
    tree = Tree(store)
    for size in (0, 1, 200, 256, 300, 513, 600):
        store.levels[0] = hashes[:size]
        assert tree.root(size) == naive_root(hashes[:size])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 70), st.data())
def test_no_touched_proof_is_accepted(size, data):
    hashes = leaves(size)
    tree = Tree(Nodes(hashes))
    root, index = tree.root(size), data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else None

    assert not verify_inclusion(hash_leaf(b"x"), index, size, proof, root)
    assert not verify_inclusion(hashes[index], index, size, [*proof, root], root)
    assert not verify_inclusion(hashes[index], size, size, proof, root)
    assert not verify_inclusion(hashes[index], -1, size, proof, root)
    if other is not None:
        assert not verify_inclusion(hashes[index], other, size, proof, root)
        assert not verify_inclusion(hashes[index], index, size, proof[:-1], root)
        wrong = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_inclusion(hashes[index], index, size, [*proof[:wrong], b"\0" * 32, *proof[wrong + 1 :]], root)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(2, 70), st.data())
def test_no_touched_consistency_proof_is_accepted(size, data):
    hashes = leaves(size)
    tree = Tree(Nodes(hashes))
    old = data.draw(st.integers(1, size - 1))
    proof, before, after = tree.consistency_proof(old, size), tree.root(old), tree.root(size)

    assert not verify_consistency(old, size, b"\0" * 32, after, proof)
    assert not verify_consistency(old, size, before, b"\0" * 32, proof)
    assert not verify_consistency(old, size, before, after, proof[:-1])
    assert not verify_consistency(old, size, before, after, [*proof, after])
    assert not verify_consistency(size, old, before, after, proof)


def test_trivial_consistency_is_what_it_says():
    one, two = leaves(2)
    assert verify_consistency(2, 2, one, one, [])
    assert not verify_consistency(2, 2, one, two, [])
    assert not verify_consistency(2, 2, one, one, [one])
    assert verify_consistency(0, 2, EMPTY_ROOT, two, [])
    assert not verify_consistency(0, 2, one, two, [])
    assert not verify_consistency(1, 3, one, two, [])


def test_an_empty_log_has_the_root_of_nothing():
    assert Tree(Nodes([])).root(0) == EMPTY_ROOT == CompactRange().root() == root_of([])


@pytest.mark.parametrize("size", [5, 300, 70_000])
def test_a_store_with_fewer_leaves_than_asked_for_says_so(size):
    with pytest.raises(MissingNodes):
        Tree(Nodes(leaves(3))).root(size)


def test_impossible_proofs_are_refused():
    tree = Tree(Nodes(leaves(3)))
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="not in a tree"):
            tree.inclusion_proof(index, size)
    for old, new in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no tree"):
            tree.consistency_proof(old, new)


def test_there_is_no_tree_of_fewer_leaves_than_none():
    with pytest.raises(ValueError, match="no tree of -5"):
        Tree(Nodes(leaves(3))).root(-5)
