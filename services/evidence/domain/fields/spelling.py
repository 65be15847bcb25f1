"""Words whose marks were misread and that can be spelled in one way only: bodies, surnames, what a paper repeats."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import msgspec

from services.evidence.domain.fields.grammar import distance
from services.evidence.domain.fields.vocabulary import BODY_WORDS, SURNAMES
from services.evidence.domain.text import ReadWord
from shared.text import fold, nfc

_LEVELS = {
    "TIỂU HỌC": "TH",
    "MẦM NON": "MN",
    "TRUNG HỌC CƠ SỞ": "THCS",
    "TRUNG HỌC PHỔ THÔNG": "THPT",
    "THCS": "THCS",
    "THPT": "THPT",
}
_NEARLY_FROM, _LEVEL_FROM = 10, 7
"""From this many letters on a phrase may differ by one letter, the second after "TRƯỜNG"."""
_FIRST = frozenset({"ĐẢNG ỦY", "CHI BỘ"})
"""These begin a name; within one, a place may be spelled alike but for its marks."""
_SPOTS = ":;|_*'\"’‘“”`~=<>[]{}^ˆˇ˜´"
"""What a rule or a spot beside a word was read as."""
_JOINT = re.compile(r"(?<=[^\W\d_]{2})(?<!\bTP)(?<!\bTT)(?<!\bTX)[.,:;](?=[^\W\d_]{2})")
_SPELLED: dict[str, set[str]] = {}
for _name in SURNAMES:
    _SPELLED.setdefault(fold(_name), set()).add(_name)
_SURE = 96
"""A word read more surely than this is not doubted."""
_DOUBTFUL = 70
"""A reading that is less sure says next to nothing."""
_MARKED, _CAPITALS = 1.3, 0.9
"""A reading that has a mark beside those of another weighs more, one in capitals less: their marks are read worst."""
_SURER, _CONTEXT = 10, 3
"""A word of a sentence is spelled as elsewhere where it was read this much surer, between the same words, three in all."""


def is_surname(word: str) -> bool:
    """Say whether a word is a surname of Việt Nam, its marks aside."""
    return fold(word) in _SPELLED


def surname(word: str, confidence: int) -> str:
    """Return a surname with the marks that it can have alone, or the word as it was read."""
    spelled = _SPELLED.get(fold(word), set())
    if confidence > _SURE or len(spelled) != 1:
        return word
    (only,) = spelled
    return only.upper() if word.isupper() else only


def body_name(words: Sequence[ReadWord], paper: Sequence[ReadWord]) -> tuple[str, bool]:
    """Return the name of a body in capitals, and whether it was spelled otherwise than it was read.

    Set words are spelled as they are known; others, the name of a place, as the paper spells them where it was read best.
    """
    words = [piece for word in words for piece in _pieces(word)]
    read = [nfc(word.text).upper() for word in words]
    spelled, index, own = list(read), 0, []
    while index < len(read):
        phrase = _set_phrase(read[index:], first=not index, level=spelled[index - 1 : index] == ["TRƯỜNG"])
        if phrase is None:
            own.append(index)
            index += 1
        else:
            spelled[index : index + len(phrase)] = phrase
            index += len(phrase)
    for run in (run[-2:] for run in _runs(own)):
        agreed = repeated([words[n] for n in run], paper)
        if agreed is not None:
            spelled[run[0] : run[-1] + 1] = [word.upper() for word in agreed]
    return " ".join(spelled), spelled != read


def _pieces(word: ReadWord) -> list[ReadWord]:
    """Return what spots joined to one word, without them: "HỌC.VÀ" is two; "TP.MẪU" stays."""
    texts = _JOINT.split(nfc(word.text).strip(_SPOTS))
    return [msgspec.structs.replace(word, text=text) for text in texts if text]


def body_mark(name: str) -> str:
    """Return how marks of numbers abbreviate a body, "TRƯỜNG TIỂU HỌC SUỐI MƠ" as THSM; "" where the name does not tell."""
    if name.startswith(("ỦY BAN NHÂN DÂN", "UBND")):
        return "UBND"
    level = next((level for level in _LEVELS if name.startswith(f"TRƯỜNG {level} ")), None)
    if level is None:
        return ""
    own = name.removeprefix(f"TRƯỜNG {level} ").split()
    # A school of two levels is THTHCS here and TH&THCS there.
    return "" if own[0] == "VÀ" else _LEVELS[level] + "".join(word[0] for word in own if word.isalpha())


def _set_phrase(read: Sequence[str], *, first: bool, level: bool) -> list[str] | None:
    """Return the set words that a name goes on with; `level` says that a level of school is what must follow."""
    for phrase in BODY_WORDS:
        parts = phrase.split()
        nearly = len(phrase) >= (_LEVEL_FROM if level else _NEARLY_FROM)
        if _is(parts, read[: len(parts)], nearly=nearly) and (first or phrase not in _FIRST):
            return parts
    return None


def _is(parts: Sequence[str], read: Sequence[str], *, nearly: bool) -> bool:
    if len(parts) != len(read):
        return False
    wanted, said = fold(" ".join(parts)), fold(" ".join(read))
    if wanted == said:
        return True
    said = "".join(sign for sign in said if sign.isalpha() or sign == " ")
    return nearly and distance(wanted, said, 1) <= 1


def _runs(indexes: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index in indexes:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def repeated(words: Sequence[ReadWord], paper: Sequence[ReadWord]) -> list[str] | None:
    """Return how the paper spells two or more words where it says them again, the surest reading; None if it does not.

    A place or a person is named in several spots of a paper: in the head, beside the date, in the text.
    """
    if len(words) < 2:
        return None
    wanted = [_bare(word) for word in words]
    folded = [_bare(word) for word in paper]
    places = [n for n in range(len(folded) - len(wanted) + 1) if folded[n : n + len(wanted)] == wanted]
    agreed = [_agreed([paper[place + offset] for place in places]) for offset in range(len(wanted))] if places else []
    own = [_clean(word.text).casefold() for word in words]
    return None if agreed in ([], own) else agreed


def surer(words: Sequence[ReadWord], paper: Sequence[ReadWord]) -> list[str]:
    """Return words of a sentence, each with the marks that it has elsewhere in the paper where it was read far more surely.

    It is the same word where it stands among the same two others.
    """
    own, folded = [_bare(word) for word in words], [_bare(word) for word in paper]
    told = [word.text for word in words]
    for start in range(len(own) - _CONTEXT + 1):
        context = own[start : start + _CONTEXT]
        for place in range(len(folded) - _CONTEXT + 1):
            if folded[place : place + _CONTEXT] == context:
                for index in range(_CONTEXT):
                    word, other = words[start + index], paper[place + index]
                    if other.confidence >= word.confidence + _SURER:
                        told[start + index] = _spelled_as(word.text, other.text)
    return told


def _spelled_as(text: str, other: str) -> str:
    """Return a word with the letters of another reading of it, its case and its punctuation kept."""
    own, letters = _clean(text), _clean(other).casefold()
    if own.isupper() and len(own) > 1:
        letters = letters.upper()
    elif own[:1].isupper():
        letters = letters.capitalize()
    return nfc(text).replace(own, letters, 1)


def _agreed(words: Sequence[ReadWord]) -> str:
    """Return the spelling that readings of one word agree on best: a mark is lost more often than added."""
    weights: dict[str, float] = {}
    for word in words:
        spelled = _clean(word.text).casefold()
        weight = (max(1, word.confidence - _DOUBTFUL) + word.confidence / 100) * (_CAPITALS if word.text.isupper() else 1)
        weights[spelled] = weights.get(spelled, 0) + weight
    marks = {spelled: Counter(unicodedata.normalize("NFD", spelled)) for spelled in weights}
    fuller = {spelled: any(other < marks[spelled] for other in marks.values()) for spelled in weights}
    return max(weights, key=lambda spelled: weights[spelled] * (_MARKED if fuller[spelled] else 1))


def _bare(word: ReadWord) -> str:
    return fold(_clean(word.text))


def _clean(text: str) -> str:
    return nfc(text).strip(".,:;'\"’‘`*|_()[]")
