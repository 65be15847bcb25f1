"""The pages of a paper in stretches that are held alike and counted together: what Word calls sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from shared.papers.model import Block, Cover, Orientation, PageBreak, Paper, Section


class Stretch(NamedTuple):
    """Blocks on pages of one orientation; a restarting one counts its pages from 1, a framed one is a cover."""

    blocks: tuple[Block, ...]
    orientation: Orientation
    restart: bool
    framed: bool = False


def stretches(paper: Paper) -> Iterator[Stretch]:
    """The stretches of a paper, at least one."""
    blocks: list[Block] = []
    orientation, restart = paper.orientation, True
    for block in paper.blocks:
        if isinstance(block, Cover):
            yield Stretch((block,), orientation, restart=True, framed=True)
        elif isinstance(block, Section):
            if blocks:
                yield Stretch(_trimmed(blocks), orientation, restart)
            blocks, orientation, restart = [], block.orientation, block.restart_page_numbers
        else:
            blocks.append(block)
    if blocks or not any(isinstance(block, Cover) for block in paper.blocks):
        yield Stretch(_trimmed(blocks), orientation, restart)


def _trimmed(blocks: list[Block]) -> tuple[Block, ...]:
    """The blocks without page breaks at either end: a stretch begins a page anyhow, and an empty one helps nobody."""
    start, end = 0, len(blocks)
    while start < end and isinstance(blocks[start], PageBreak):
        start += 1
    while end > start and isinstance(blocks[end - 1], PageBreak):
        end -= 1
    return tuple(blocks[start:end])
