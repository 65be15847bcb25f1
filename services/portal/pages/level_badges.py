"""Levels and results as colour, shape and text together; what a screen reader hears is said in words."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import ParamSpec

import msgspec
from markupsafe import Markup

from services.portal.pages import formatting
from services.portal.pages.icons import collecting, icon, layer_icon, stairs, use
from shared.contracts.calls.assessment import LevelView
from shared.vocabulary.assessment import Layer, Result

P = ParamSpec("P")

_RESULT_MARKS = {
    Result.MET: ("lok", "check"),
    Result.NOT_MET: ("l0", "x"),
    Result.NOT_APPLICABLE: ("la", "na"),
}


class LevelBadge(msgspec.Struct, frozen=True, kw_only=True):
    """How one level looks and reads. `css` is its colour, `short` what a tile shows, `spoken` what is said."""

    css: str
    short: str
    spoken: str
    steps: int = 0

    @property
    def judged(self) -> bool:
        """Whether anything was judged."""
        return self.css != "ln"


def level_badge(view: LevelView | None, steps: int, *, touched: bool = False) -> LevelBadge:
    """Return the mark of a computed level; none, or bounds as wide as the criterion, means not assessed.

    `touched` says that something was judged all the same (a whole school), so that wide bounds are shown as bounds.
    """
    if view is None or (view.level is None and view.floor == 0 and view.ceiling >= steps and not touched):
        return _NOT_ASSESSED
    return _badge(view.level, view.floor, view.ceiling)


_NOT_ASSESSED = LevelBadge(css="ln", short="–", spoken="Chưa đánh giá")


@functools.lru_cache(maxsize=256)
def _badge(level: int | None, floor: int, ceiling: int) -> LevelBadge:
    if level is not None:
        if level == 0:
            return LevelBadge(css="l0", short="✕", spoken="Không đạt")
        return LevelBadge(css=f"l{min(level, 4)}", short=str(level), spoken=formatting.level(level), steps=level)
    short = f"{floor or '✕'}–{ceiling}"
    spoken = f"Chưa kết luận, thấp nhất {formatting.level(floor)}, cao nhất {formatting.level(ceiling)}"
    return LevelBadge(css="lq", short=short, spoken=spoken)


def _drawn_once(draw: Callable[P, Markup]) -> Callable[P, tuple[Markup, frozenset[str]]]:
    """Keep what is drawn with the symbols that it uses: a page has a hundred marks and a dozen different ones (1.5 of 6 ms).

    By functools: it locks as well as our caches do, without eventlet's locks, which are written in Python.
    """

    @functools.lru_cache(maxsize=2048)
    def kept(*args: P.args, **kwargs: P.kwargs) -> tuple[Markup, frozenset[str]]:
        with collecting() as names:
            drawn = draw(*args, **kwargs)
        return drawn, frozenset(names)

    return kept  # type: ignore[return-value]  # it takes what `draw` takes, all of it hashable


def layer_level(layer: Layer, view: LevelView | None, steps: int, *, ringed: bool = False, touched: bool = False) -> Markup:
    """Return a layer's sign with its level, for a tile or a list."""
    drawn, symbols = _layer_level(layer, level_badge(view, steps, touched=touched), steps, ringed)
    use(symbols)
    return drawn


@_drawn_once
def _layer_level(layer: Layer, badge: LevelBadge, steps: int, ringed: bool) -> Markup:
    css = {"ln": " none", "l0": " m0", "lq": " mq"}.get(badge.css, "") + (" ring" if ringed else "")
    return Markup(
        '<span class="mk{}">{}<span class="lv {}" aria-hidden="true">{}{}</span><span class="vh">{}: {}. </span></span>'
    ).format(
        css,
        layer_icon(formatting.LAYER_LETTERS[layer], hollow=not badge.judged),
        badge.css,
        stairs(badge.steps, max(steps, badge.steps)) if badge.steps else "",
        badge.short,
        formatting.LAYER_LABELS[layer],
        badge.spoken,
    )


def small_levels(levels: Mapping[str, LevelView], steps: int, *, ringed: bool = False) -> Markup:
    """Return what layers came to, each by its letter and level in one small mark, for a table that holds hundreds of them.

    A layer that is not among `levels` judged nothing and has no mark. `ringed`: they cannot all be right.
    """
    badges = tuple((layer, level_badge(levels[layer], steps, touched=True)) for layer in Layer if layer in levels)
    return _small_levels(badges, ringed)


@functools.lru_cache(maxsize=2048)
def _small_levels(badges: tuple[tuple[Layer, LevelBadge], ...], ringed: bool) -> Markup:
    marks = Markup("").join(
        Markup('<i class="{}">{}{}</i>').format(badge.css, formatting.LAYER_LETTERS[layer], badge.short)
        for layer, badge in badges
    )
    spoken = ", ".join(f"{formatting.LAYER_LABELS[layer]} {badge.spoken}" for layer, badge in badges)
    return Markup('<span class="ms{}" role="img" aria-label="{}">{}</span>').format(" ring" if ringed else "", spoken, marks)


def plain_level_badge(view: LevelView | None, steps: int, *, big: bool = False) -> Markup:
    """Return a level without a layer's sign."""
    drawn, symbols = _lone_level(level_badge(view, steps), steps, big)
    use(symbols)
    return drawn


@_drawn_once
def _lone_level(badge: LevelBadge, steps: int, big: bool) -> Markup:
    return Markup(
        '<span class="lone-lv lv {}{}"><span aria-hidden="true">{} {}</span><span class="vh">{}</span></span>'
    ).format(
        badge.css,
        " big" if big else "",
        stairs(badge.steps, max(steps, badge.steps)) if badge.steps else "",
        badge.short,
        badge.spoken,
    )


def level_sign(level: int, steps: int) -> Markup:
    """Return the heading sign of a level: stairs and "Mức n"."""
    return Markup('<span class="lone-lv lv big l{}">{} {}</span>').format(
        min(level, 4), stairs(level, max(steps, level)), formatting.level(level)
    )


def layer_result(layer: Layer, result: Result | None, who: str = "") -> Markup:
    """Return a layer's sign with what it judged of one indicator; `who` is said where it was one person, not the layer."""
    drawn, symbols = _layer_result(layer, result, who)
    use(symbols)
    return drawn


@_drawn_once
def _layer_result(layer: Layer, result: Result | None, who: str) -> Markup:
    css, sign = _RESULT_MARKS.get(result, ("ln", "")) if result else ("ln", "")
    return Markup(
        '<span class="mk{}">{}<span class="lv {}" aria-hidden="true">{}</span><span class="vh">{}: {}. </span></span>'
    ).format(
        {"ln": " none", "l0": " m0", "lok": " mok"}.get(css, ""),
        layer_icon(formatting.LAYER_LETTERS[layer], hollow=css == "ln"),
        css,
        icon(sign) if sign else "–",
        who or formatting.LAYER_LABELS[layer],
        formatting.RESULT_LABELS[result or Result.NOT_ASSESSED],
    )


def layer_name(layer: Layer) -> Markup:
    """Return a layer's sign and name in its colour."""
    drawn, symbols = _layer_name(layer)
    use(symbols)
    return drawn


@_drawn_once
def _layer_name(layer: Layer) -> Markup:
    letter = formatting.LAYER_LETTERS[layer]
    return Markup('<span class="lname c{}">{}<b>{}</b></span>').format(
        letter, layer_icon(letter), formatting.LAYER_LABELS[layer]
    )


def disagree(views: dict[Layer, LevelView | None], steps: int) -> bool:
    """Say whether two layers that judged came to levels that cannot both be right."""
    judged = [v for v in views.values() if v is not None and level_badge(v, steps).judged]
    return any(a.ceiling < b.floor or b.ceiling < a.floor for a in judged for b in judged)
