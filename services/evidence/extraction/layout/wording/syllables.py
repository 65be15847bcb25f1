"""Says whether a word may be a Vietnamese syllable: an initial, a rime and a tone that go together by the rules.

Made from rules, so that it holds names of hamlets too; it decides between readings and never rewrites one.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

from shared.text import nfc

_TONES = {"\u0300", "\u0309", "\u0303", "\u0301", "\u0323"}
_STOPPED = ("\u0301", "\u0323")
"""Syllables that end in c, ch, p or t are spoken with sắc or nặng alone."""

_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ich im in inh ip it iu ia iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong op ot ooc oong oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u uc ui um un ung up ut ua uân uâng uât uây
uê uêch uênh uêu uơ uôc uôi uôm uôn uông uôt
uy uya uych uyên uyêt uyn uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu
"""
_AFTER_QU = """
a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât ây e en eo et ê ên ênh êt i it ơ y yên yêt ynh yt ôc
"""
_HARD = ("c", "g", "ng")
_SOFT = ("k", "gh", "ngh")
_OTHERS = ("", "b", "ch", "d", "đ", "gi", "h", "kh", "l", "m", "n", "nh", "p", "ph", "r", "s", "t", "th", "tr", "v", "x")
_LETTERS = re.compile(r"[^\W\d_]+", re.UNICODE)
_INNER_TONES = 5


@functools.cache
def _bodies() -> frozenset[str]:
    """Return every initial with every rime that it may be written with, without tones."""
    rimes = _RIMES.split()
    bodies = {first + rime for first, rime in itertools.product(_OTHERS, rimes) if first != "gi" or not rime.startswith("i")}
    bodies |= {first + rime for first, rime in itertools.product(_HARD, rimes) if rime[0] not in "eêiy"}
    bodies |= {first + rime for first, rime in itertools.product(_SOFT, rimes) if rime[0] in "eêiy"}
    bodies |= {"qu" + rime for rime in _AFTER_QU.split()}
    bodies |= {"g" + rime for rime in rimes if rime[0] == "i"}
    return frozenset(bodies)


@functools.lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Say whether letters without anything around them may be one syllable, whatever their case."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [part for part in parts if part in _TONES]
    bare = nfc("".join(part for part in parts if part not in _TONES))
    if len(tones) > 1 or bare not in _bodies():
        return False
    return not bare.endswith(("c", "ch", "p", "t")) or (bool(tones) and tones[0] in _STOPPED)


def plausibility(text: str) -> float | None:
    """Return the share of a text's words that may be syllables, or None for a text without words (numbers, signs, codes).

    Capitals alone may be an abbreviation (UBND), and what touches a digit a code: they say nothing.
    """
    words = [
        word
        for piece in text.split()
        if not any(c.isdigit() for c in piece)
        for word in _LETTERS.findall(piece)
        if is_syllable(word) or not (word.isupper() and len(word) <= _INNER_TONES)
    ]
    return sum(map(is_syllable, words)) / len(words) if words else None
