"""Levels and results as colour, shape and text together; what a screen reader hears is said in words."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import msgspec
from cachetools import LRUCache
from markupsafe import Markup

from services.portal.pages import formatting
from services.portal.pages.icons import collecting, icon, layer_icon, stairs, use
from shared.caching import LockedCache
from shared.contracts.calls.assessment import LevelView
from shared.vocabulary.assessment import Layer, Result

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
    if view is None:
        return LevelBadge(css="ln", short="–", spoken="Chưa đánh giá")
    if view.level is not None:
        if view.level == 0:
            return LevelBadge(css="l0", short="✕", spoken="Không đạt")
        return LevelBadge(
            css=f"l{min(view.level, 4)}", short=str(view.level), spoken=formatting.level(view.level), steps=view.level
        )
    if view.floor == 0 and view.ceiling >= steps and not touched:
        return LevelBadge(css="ln", short="–", spoken="Chưa đánh giá")
    short = f"{view.floor or '✕'}–{view.ceiling}"
    spoken = f"Chưa kết luận, thấp nhất {formatting.level(view.floor)}, cao nhất {formatting.level(view.ceiling)}"
    return LevelBadge(css="lq", short=short, spoken=spoken)


def layer_level(layer: Layer, view: LevelView | None, steps: int, *, ringed: bool = False, touched: bool = False) -> Markup:
    """Return a layer's sign with its level, for a tile or a list."""
    found = level_badge(view, steps, touched=touched)
    return _drawn(lambda: _layer_level(layer, found, steps, ringed), ("layer", layer, found, steps, ringed))


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


def plain_level_badge(view: LevelView | None, steps: int, *, big: bool = False) -> Markup:
    """Return a level without a layer's sign."""
    found = level_badge(view, steps)
    return _drawn(lambda: _lone_level(found, steps, big), ("lone", found, steps, big))


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


_DRAWN: LockedCache[Hashable, tuple[Markup, frozenset[str]]] = LockedCache(LRUCache(4096))
"""Marks drawn before, with the symbols they use: a page has a hundred marks and a dozen different ones (1.5 of 6 ms)."""


def _drawn(draw: Callable[[], Markup], key: Hashable) -> Markup:
    drawn = _DRAWN.get(key)
    if drawn is None:
        with collecting() as names:
            drawn = (draw(), frozenset(names))
        _DRAWN.put(key, drawn)
    use(drawn[1])
    return drawn[0]


def level_sign(level: int, steps: int) -> Markup:
    """Return the heading sign of a level: stairs and "Mức n"."""
    return Markup('<span class="lone-lv lv big l{}">{} {}</span>').format(
        min(level, 4), stairs(level, max(steps, level)), formatting.level(level)
    )


def layer_result(layer: Layer, result: Result | None) -> Markup:
    """Return a layer's sign with what it judged of one indicator."""
    css, sign = _RESULT_MARKS.get(result, ("ln", "")) if result else ("ln", "")
    return Markup(
        '<span class="mk{}">{}<span class="lv {}" aria-hidden="true">{}</span><span class="vh">{}: {}. </span></span>'
    ).format(
        {"ln": " none", "l0": " m0", "lok": " mok"}.get(css, ""),
        layer_icon(formatting.LAYER_LETTERS[layer], hollow=css == "ln"),
        css,
        icon(sign) if sign else "–",
        formatting.LAYER_LABELS[layer],
        formatting.RESULT_LABELS[result or Result.NOT_ASSESSED],
    )


def layer_name(layer: Layer) -> Markup:
    """Return a layer's sign and name in its colour."""
    letter = formatting.LAYER_LETTERS[layer]
    return Markup('<span class="lname c{}">{}<b>{}</b></span>').format(
        letter, layer_icon(letter), formatting.LAYER_LABELS[layer]
    )


def disagree(views: dict[Layer, LevelView | None], steps: int) -> bool:
    """Say whether two layers that judged came to levels that cannot both be right."""
    judged = [v for v in views.values() if v is not None and level_badge(v, steps).judged]
    return any(a.ceiling < b.floor or b.ceiling < a.floor for a in judged for b in judged)
