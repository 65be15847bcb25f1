"""Icons and marks as SVG symbols: a page carries only those that it uses, once, so that no request is spent on them."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import re
from collections.abc import Iterable, Iterator

from flask import g, has_request_context
from markupsafe import Markup

_PATHS = {
    "home": '<path d="M3 11l9-8 9 8M5 9.5V21h5v-6h4v6h5V9.5"/>',
    "doc": '<path d="M6 2h8l5 5v15H6zM14 2v5h5M9 13h7M9 17h7"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "up": '<path d="M12 16V4M7 9l5-5 5 5M4 20h16"/>',
    "down": '<path d="M12 4v11M7 10l5 5 5-5M4 20h16"/>',
    "camera": '<path d="M3 8h4l2-3h6l2 3h4v12H3z"/><circle cx="12" cy="13" r="3.5"/>',
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3.5"/>',
    "why": '<circle cx="12" cy="12" r="9.5"/><path d="M9.3 9.2a2.8 2.8 0 1 1 4.2 2.5c-1 .6-1.5 1.2-1.5 2.1M12 17h.01"/>',
    "past": '<path d="M3 12a9 9 0 1 0 3-6.7L3 8M3 3v5h5M12 7v5l4 2"/>',
    "print": '<path d="M7 8V3h10v5M7 18H4V8h16v10h-3M7 14h10v7H7z"/>',
    "bell": '<path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21.5h4"/>',
    "calendar": '<path d="M4 6h16v15H4zM4 10h16M8 3v5M16 3v5"/>',
    "clock": '<circle cx="12" cy="12" r="9.5"/><path d="M12 6.5V12l3.5 2"/>',
    "warn": '<path d="M12 3L2 21h20z" fill="currentColor"/><path d="M12 10v5M12 18h.01" stroke="#fff"/>',
    "shield": '<path d="M12 2l8 3v6c0 5-3.5 9-8 11-4.5-2-8-6-8-11V5zM8.5 12l2.5 2.5 4.5-5"/>',
    "badshield": '<path d="M12 2l8 3v6c0 5-3.5 9-8 11-4.5-2-8-6-8-11V5zM9 9l6 6M15 9l-6 6"/>',
    "medal": '<circle cx="12" cy="8.5" r="6"/><path d="M8.5 13.5L7 22l5-3 5 3-1.5-8.5M9.5 8.5l2 2 3-3.5"/>',
    "box": '<path d="M12 2l9 5v10l-9 5-9-5V7zM3 7l9 5 9-5M12 12v10"/>',
    "left": '<path d="M15 5l-7 7 7 7"/>',
    "right": '<path d="M9 5l7 7-7 7"/>',
    "first": '<path d="M6 5v14M18 5l-7 7 7 7"/>',
    "last": '<path d="M18 5v14M6 5l7 7-7 7"/>',
    "zoom": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21M10.5 8v5M8 10.5h5"/>',
    "pen": '<path d="M4 20l1-4L17 4l3 3L8 19z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
    "yes": '<circle cx="12" cy="12" r="10" fill="currentColor" stroke="none"/><path d="M7.5 12.5l3 3 6-7" stroke="#fff"/>',
    "bad": '<path d="M3 3h18v18H3z" fill="currentColor"/><path class="bg" d="M8 8l8 8M16 8l-8 8"/>',
    "ring": '<circle cx="12" cy="12" r="9.5" stroke-dasharray="4 3.5"/><path d="M8.5 12h7"/>',
    "na": '<circle cx="12" cy="12" r="9"/><path d="M6 18L18 6"/>',
    "flag": '<path d="M5 22V3h13l-3 5 3 5H5"/>',
    "list": '<path d="M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01"/>',
    "inbox": '<path d="M3 13l3-8h12l3 8v6H3zM3 13h5l1.5 3h5L16 13h5"/>',
    "lock": '<path d="M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4M12 15v2"/>',
    "info": '<circle cx="12" cy="12" r="10" fill="currentColor" stroke="none"/><path d="M12 11v6M12 7.5v0" stroke="#fff"/>',
    "out": '<path d="M14 4h6v16h-6M4 12h11M11 8l4 4-4 4"/>',
    "help": '<circle cx="12" cy="12" r="9.5"/><path d="M9.3 9.2a2.8 2.8 0 1 1 4.2 2.5c-1 .6-1.5 1.2-1.5 2.1M12 17h.01"/>',
    "net": '<path d="M2 9a15 15 0 0 1 20 0M5.5 13a10 10 0 0 1 13 0M9 16.5a5 5 0 0 1 6 0M12 20h.01M3 3l18 18"/>',
    "retry": '<path d="M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 3v5.5h-5.5"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "eye": '<path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z"/><circle cx="12" cy="12" r="3"/>',
    "user": '<circle cx="12" cy="8" r="4.5"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "key": '<circle cx="8" cy="15" r="4.5"/><path d="M11.5 12L21 3M17 7l3 3"/>',
    "conf2": '<circle cx="12" cy="12" r="11" fill="currentColor" stroke="none"/>',
    "conf1": '<circle cx="12" cy="12" r="10"/><path d="M12 2a10 10 0 0 1 0 20z" fill="currentColor" stroke="none"/>',
    "conf0": '<circle cx="12" cy="12" r="10"/><path d="M12 6.5V13M12 17h.01" stroke-width="2.6"/>',
}

_BRAND = (
    '<path d="M5 2h12l6 6v18H5z" fill="#fff"/><path d="M17 2v6h6" fill="none" stroke="#0E4A5A" stroke-width="1.6"/>'
    '<path d="M9 10h6M9 14h5" stroke="#0E4A5A" stroke-width="1.8"/><circle cx="19.5" cy="20.5" r="7" fill="#F5C04A"/>'
    '<path d="M16 20.5l2.6 2.6 4.4-5" fill="none" stroke="#0A3A47" stroke-width="2.2"/>'
)

_LAYERS = {
    "T": ('<circle cx="12" cy="12" r="{r}" {fill}/>', "#1B5696", 11),
    "X": ('<path d="M6.5 2.5h11L23 12l-5.5 9.5h-11L1 12z" {fill}/>', "#6F3A86", 0),
    "S": (
        '<path d="M1 1h22v22H1z" fill="#fff" stroke="{c}" stroke-width="1.6"/><path d="M4 4h16v16H4z" {fill}/>',
        "#75520A",
        0,
    ),
}


def icon(name: str, css: str = "") -> Markup:
    """Return a decorative icon; what it means is always said in text beside it."""
    _use(name)
    return _icon(name, css)


@functools.lru_cache(maxsize=1024)
def _icon(name: str, css: str) -> Markup:
    # Kept, here and below: a page has dozens of icons and a few different ones, and Markup.format is slow (0.4 of 7 ms).
    return Markup('<svg class="i{}" aria-hidden="true"><use href="#{}"/></svg>').format(f" {css}" if css else "", name)


def layer_icon(letter: str, *, hollow: bool = False) -> Markup:
    """Return the sign of a layer: disc T, hexagon X, double square S; hollow where it judged nothing."""
    name = f"{letter}{'o' if hollow else 'f'}"
    _use(name)
    return _layer_icon(name)


@functools.cache
def _layer_icon(name: str) -> Markup:
    return Markup('<svg class="ly" aria-hidden="true"><use href="#{}"/></svg>').format(name)


def stairs(steps: int, of: int) -> Markup:
    """Return stairs with `steps` of `of` filled."""
    name = f"s{steps}{of}"
    _use(name)
    return _stairs(name, 6 * max(of, 1))


@functools.lru_cache(maxsize=256)
def _stairs(name: str, width: int) -> Markup:
    return Markup('<svg class="sr" viewBox="0 0 {} 12" aria-hidden="true"><use href="#{}"/></svg>').format(width, name)


def brand(light: bool = False) -> Markup:
    """Return the sign of the product; `light` for a white ground."""
    drawn = _BRAND.replace('fill="#fff"/>', 'fill="#fff" stroke="#0E4A5A" stroke-width="1.6"/>', 1) if light else _BRAND
    return Markup('<svg viewBox="0 0 28 28" aria-hidden="true">' + drawn + "</svg>")  # noqa: S704 (a constant)


def sprite() -> Markup:
    """Return the symbols that the page used so far, to stand at its end."""
    used = sorted(g.get("icons", set()) | (_COLLECTED.get() or set()))
    return Markup("<svg hidden>" + "".join(_symbol(name) for name in used) + "</svg>")  # noqa: S704 (constants only)


def use(names: Iterable[str]) -> None:
    """Note that the page uses these symbols."""
    collected = _COLLECTED.get()
    if collected is not None:
        collected.update(names)
    elif has_request_context():
        g.setdefault("icons", set()).update(names)


@contextlib.contextmanager
def collecting() -> Iterator[set[str]]:
    """Collect the names of the symbols that are drawn inside."""
    names: set[str] = set()
    token = _COLLECTED.set(names)
    try:
        yield names
    finally:
        _COLLECTED.reset(token)


_COLLECTED: contextvars.ContextVar[set[str] | None] = contextvars.ContextVar("collected", default=None)


def _use(name: str) -> None:
    collected = _COLLECTED.get()
    if collected is not None:
        collected.add(name)
    else:
        use((name,))


@functools.lru_cache(maxsize=256)
def _symbol(name: str) -> str:
    if re.fullmatch(r"s\d\d", name):
        return _stairs_symbol(int(name[1]), int(name[2]))
    if re.fullmatch("[TXS][of]", name):
        return _layer_symbol(name[0], hollow=name[1] == "o")
    path = _PATHS[name]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{path}</symbol>'


def _stairs_symbol(steps: int, of: int) -> str:
    bars = []
    for n in range(of):
        height = round(12 - (of - 1 - n) * (6 / of))
        x, y = 6 * n, 12 - height
        paint = 'fill="currentColor"' if n < steps else 'fill="none" stroke="currentColor" stroke-opacity=".7"'
        inset = 0 if n < steps else 0.5
        width = 6 if n < steps else 5
        bars.append(f'<path d="M{x + inset} {y + inset}h{width}v{height - 2 * inset}h-{width}z" {paint}/>')
    return f'<symbol id="s{steps}{of}" viewBox="0 0 {6 * of} 12">{"".join(bars)}</symbol>'


def _layer_symbol(letter: str, *, hollow: bool) -> str:
    shape, colour, radius = _LAYERS[letter]
    fill = f'fill="#fff" stroke="{colour}" stroke-width="1.6"' if hollow else f'fill="{colour}"'
    drawn = shape.format(r=radius - 1 if hollow else radius, c=colour, fill=fill)
    ink = colour if hollow else "#fff"
    name = f"{letter}{'o' if hollow else 'f'}"
    font = 'text-anchor="middle" font-size="13" font-weight="700"'
    text = f'<text x="12" y="16.5" {font} fill="{ink}" stroke="none">{letter}</text>'
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}{text}</symbol>'
