"""The Merkle tree of RFC 6962 section 2.1: roots, inclusion and consistency proofs, and their verification.

Hashes of complete subtrees of 256 leaves (and 256² …) are kept in a store, as C2SP tlog-tiles do, so that a root or a proof
of a log of a million events reads a few hundred hashes. What is kept is derived from leaves that never change.

Home-made, for no kept library in Python proves over a store of tiles; tests hold it against the RFC's own examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cachetools import LRUCache

from shared.caching import LockedCache
from shared.tlog.digest import sha256
from shared.vocabulary.ids import Digest, LeafIndex, TreeSize

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256(b"").digest()
"""The root of a log without leaves."""


def hash_leaf(data: bytes) -> Digest:
    """Return the hash of a leaf's data."""
    return sha256(b"\x00" + data).digest()


def hash_children(left: Digest, right: Digest) -> Digest:
    """Return the hash of an interior node."""
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size` (≥ 2)."""
    return 1 << (size - 1).bit_length() - 1


def root_of(hashes: Sequence[Digest]) -> Digest:
    """Return the root over leaf hashes (RFC 6962 MTH)."""
    level = CompactRange()
    for leaf in hashes:
        level.append(leaf)
    return level.root()


class CompactRange:
    """Takes leaf hashes one after another and knows the root at every size; needs O(log n) memory."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[Digest] = []

    def append(self, leaf: Digest) -> None:
        """Add the next leaf hash."""
        self._peaks.append(leaf)
        self.size += 1
        carry = self.size
        while carry % 2 == 0:
            right = self._peaks.pop()
            self._peaks.append(hash_children(self._peaks.pop(), right))
            carry //= 2

    def root(self) -> Digest:
        """Return the root over everything appended so far."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = hash_children(peak, root)
        return root


class NodeStore(Protocol):
    """Keeps leaf hashes (level 0) and the hashes of complete subtrees at levels 8, 16, …"""

    def select_nodes(self, level: int, start: int, stop: int) -> list[Digest]:
        """Return the hashes with start ≤ index < stop at `level`, in order; fewer when they are not there."""
        ...

    def count_nodes(self, level: int) -> int:
        """Return how many hashes `level` holds, counted from index 0 without a gap."""
        ...

    def insert_nodes(self, level: int, start: int, hashes: Sequence[Digest]) -> None:
        """Keep hashes at `level` from index `start` on; those already there stay."""
        ...


class MissingNodes(Exception):
    """The store has fewer leaves than it was asked about."""


class Tree:
    """Roots and proofs over the leaves of a store, at any size up to the present one."""

    _CACHED_TILES = 64

    def __init__(self, store: NodeStore) -> None:
        self._store = store
        self._kept: dict[int, int] = {}
        self._tiles: LockedCache[tuple[int, int], list[Digest]] = LockedCache(LRUCache(self._CACHED_TILES))

    def root(self, size: TreeSize) -> Digest:
        """Return the root over the first `size` leaves; raises MissingNodes when there are fewer, ValueError below none."""
        if size < 0:
            msg = f"there is no tree of {size} leaves"
            raise ValueError(msg)
        if size == 0:
            return EMPTY_ROOT
        self._keep_tiles(size)
        return self._range(0, size)

    def inclusion_proof(self, index: LeafIndex, size: TreeSize) -> list[Digest]:
        """Return the audit path of the leaf at `index` (from 0) in the tree of `size` leaves (RFC 6962 section 2.1.1)."""
        if not 0 <= index < size:
            msg = f"leaf {index} is not in a tree of {size}"
            raise ValueError(msg)
        self._keep_tiles(size)
        path: list[Digest] = []
        start, stop = 0, int(size)
        while stop - start > 1:
            middle = start + _split(stop - start)
            if index < middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency_proof(self, old: TreeSize, new: TreeSize) -> list[Digest]:
        """Return the proof that the tree of `old` leaves is a prefix of that of `new` (RFC 6962 section 2.1.2)."""
        if not 0 <= old <= new:
            msg = f"no tree of {old} inside one of {new}"
            raise ValueError(msg)
        if old in {0, new}:
            return []
        self._keep_tiles(new)
        path: list[Digest] = []
        start, stop, whole = 0, int(new), True
        while old - start != stop - start:
            middle = start + _split(stop - start)
            if old <= middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._range(start, stop))
        return path[::-1]

    def _range(self, start: int, stop: int) -> Digest:
        """Return the hash over leaves [start, stop); `start` is aligned as the recursion of MTH leaves it."""
        size = stop - start
        if size & (size - 1) == 0:
            return self._node(size.bit_length() - 1, start)
        middle = start + _split(size)
        return hash_children(self._range(start, middle), self._range(middle, stop))

    def _node(self, level: int, start: int) -> Digest:
        """Return the hash of the complete subtree of 2**level leaves from `start`."""
        base = level - level % TILE_HEIGHT
        first = start >> base
        count = 1 << (level - base)
        return root_of(self._hashes(base, first, count))

    def _hashes(self, level: int, first: int, count: int) -> list[Digest]:
        tile, offset = divmod(first, TILE_WIDTH)
        hashes = self._tiles.get((level, tile))
        if hashes is None or len(hashes) < offset + count:
            hashes = self._store.select_nodes(level, tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH)
            if len(hashes) < offset + count:
                msg = f"level {level} lacks nodes {first}–{first + count - 1}"
                raise MissingNodes(msg)
            self._tiles.put((level, tile), hashes)
        return hashes[offset : offset + count]

    def _keep_tiles(self, size: TreeSize) -> None:
        """Store the hashes of complete tiles below `size` that are not stored yet."""
        level = TILE_HEIGHT
        while size >> level:
            wanted = size >> level
            stored = self._kept.get(level, 0)
            if stored < wanted:
                stored = self._store.count_nodes(level)
            while stored < wanted:
                batch = range(stored, min(wanted, stored + TILE_WIDTH))
                roots = [self._whole_tile(level - TILE_HEIGHT, index) for index in batch]
                self._store.insert_nodes(level, stored, roots)
                stored += len(roots)
            self._kept[level] = stored
            level += TILE_HEIGHT

    def _whole_tile(self, level: int, index: int) -> Digest:
        hashes = self._store.select_nodes(level, index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
        if len(hashes) < TILE_WIDTH:
            msg = f"level {level} lacks nodes of tile {index}"
            raise MissingNodes(msg)
        return root_of(hashes)


def verify_inclusion(leaf: Digest, index: LeafIndex, size: TreeSize, proof: Sequence[Digest], root: Digest) -> bool:
    """Say whether `proof` shows that `leaf` is at `index` of the tree of `size` leaves with `root` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, computed = int(index), size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node % 2 or node == last:
            computed = hash_children(sibling, computed)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            computed = hash_children(computed, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == root


def verify_consistency(old: TreeSize, new: TreeSize, old_root: Digest, new_root: Digest, proof: Sequence[Digest]) -> bool:
    """Say whether `proof` shows that the tree of `old` leaves is a prefix of that of `new` (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    return bool(path) and _climb(old - 1, new - 1, path) == (old_root, new_root)


def _climb(node: int, last: int, path: Sequence[Digest]) -> tuple[Digest, Digest] | None:
    """Recompute both roots from a consistency path; None when the path has the wrong length."""
    while node % 2:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node % 2 or node == last:
            old, new = hash_children(sibling, old), hash_children(sibling, new)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            new = hash_children(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None
