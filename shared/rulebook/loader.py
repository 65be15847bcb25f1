"""Rulebook files become rulebooks here, whole or not at all, and the library finds the one in force.

A file that cannot be read whole, that counts differently from what it says of itself, or that contradicts itself, is
refused with the path of the fault: a list cut short must never make a school pass.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from shared.rulebook.document import CriterionText, RulebookDocument
from shared.rulebook.errors import BrokenRulebook, UnknownRulebook
from shared.rulebook.model import Rulebook
from shared.text import format_date
from shared.vocabulary.ids import Sha256

try:
    from yaml import CSafeLoader as _YamlBase
except ImportError:  # pragma: no cover - PyYAML without libyaml reads the same, slower
    from yaml import SafeLoader as _YamlBase  # type: ignore[assignment]

EDITIONS = "editions.yaml"
"""Digests of the editions that were released: what stands under one may not change any more."""

CARRY = "carry-"
"""How names of tables begin that suggest where evidence of another circular might belong (`shared.rulebook.carry`)."""


class _Strict(_YamlBase):
    """YAML that refuses a key written twice: one of the two would silently win."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"khóa “{key}” viết hai lần", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class RulebookChoice(NamedTuple):
    """The rulebook that governs, and a Vietnamese sentence that says why."""

    rulebook: Rulebook
    because: str


class Library:
    """All editions of all rulebooks. Overlapping intervals for one kind of school are refused."""

    def __init__(self, rulebooks: Iterable[Rulebook]) -> None:
        self._digests: dict[str, Rulebook] = {}
        self._current: dict[str, Rulebook] = {}
        for rulebook in rulebooks:
            self._digests[rulebook.digest] = rulebook
            known = self._current.get(rulebook.id)
            if known is not None and known.edition == rulebook.edition and known.digest != rulebook.digest:
                raise BrokenRulebook(f"{rulebook.id}: hai nội dung khác nhau cùng là ấn bản {rulebook.edition}.")
            if known is None or known.edition < rulebook.edition:
                self._current[rulebook.id] = rulebook
        self._current = dict(sorted(self._current.items()))
        overlaps = list(overlapping(self._current.values()))
        if overlaps:
            raise BrokenRulebook(overlaps[0])

    def __iter__(self) -> Iterator[Rulebook]:
        return iter(self._current.values())

    def __len__(self) -> int:
        return len(self._current)

    def get(self, rulebook_id: str) -> Rulebook:
        """Return the newest edition of a rulebook; raises UnknownRulebook."""
        current = self._current.get(rulebook_id)
        if current is None:
            raise UnknownRulebook(
                f"Không có bộ quy định “{rulebook_id}”. Các bộ hiện có: {', '.join(self._current)}.", rulebook=rulebook_id
            )
        return current

    def by_digest(self, digest: Sha256) -> Rulebook:
        """Return the very edition that an assessment was pinned to; raises UnknownRulebook."""
        found = self._digests.get(digest)
        if found is None:
            raise UnknownRulebook(f"Không có bộ quy định nào mang mã băm {digest}.", digest=digest)
        return found

    def editions(self) -> list[Rulebook]:
        """Return every edition of every rulebook."""
        return sorted(self._digests.values(), key=lambda rb: (rb.id, rb.edition))

    def choose(self, kind: str, on: dt.date) -> RulebookChoice:
        """Return the rulebook in force for a kind of school (SchoolKind value) on a day, and why; raises UnknownRulebook."""
        for rulebook in self._current.values():
            if kind in rulebook.applies_to.kinds and rulebook.in_force.covers(on):
                return RulebookChoice(rulebook, why_in_force(rulebook, on))
        first = min((rb.in_force.start for rb in self if kind in rb.applies_to.kinds), default=None)
        hint = f" Bộ sớm nhất có hiệu lực từ {_vn(first)}." if first else " Không có bộ nào cho loại trường này."
        raise UnknownRulebook(f"Không có bộ quy định cho loại trường “{kind}” vào ngày {_vn(on)}.{hint}", kind=kind)


def overlapping(rulebooks: Iterable[Rulebook]) -> Iterator[str]:
    """Yield a sentence for each two rulebooks that would govern the same kind of school on the same day."""
    listed = sorted(rulebooks, key=lambda rb: rb.in_force.start)
    for position, first in enumerate(listed):
        for second in listed[position + 1 :]:
            shared_kinds = set(first.applies_to.kinds) & set(second.applies_to.kinds)
            if shared_kinds and first.in_force.covers(second.in_force.start):
                kinds = ", ".join(sorted(shared_kinds))
                yield f"{first.id} và {second.id} cùng có hiệu lực ngày {_vn(second.in_force.start)} cho {kinds}."


@functools.cache
def load_library() -> Library:
    """Return the packaged rulebooks; read once a process. Raises BrokenRulebook."""
    folder = resources.files("shared.rulebook") / "data"
    files = sorted((f for f in folder.iterdir() if _is_rulebook(f.name)), key=lambda f: f.name)
    return Library(from_yaml(f.read_text(encoding="utf-8"), f.name) for f in files)


def _is_rulebook(name: str) -> bool:
    return name.endswith(".yaml") and name != EDITIONS and not name.startswith(CARRY)


def released() -> dict[str, Sha256]:
    """Return the digests of released editions: ``<id>@<edition>`` → digest."""
    text = (resources.files("shared.rulebook") / "data" / EDITIONS).read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=_Strict), dict[str, Sha256])  # noqa: S506 - _Strict is a safe loader


def from_file(path: Path) -> Rulebook:
    """Read one rulebook file, for instance a draft; raises BrokenRulebook."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenRulebook(f"{path}: không đọc được ({error}).") from error
    return from_yaml(text, str(path))


def from_yaml(text: str, name: str) -> Rulebook:
    """Build a rulebook from YAML text; `name` is used in messages. Raises BrokenRulebook with the path of the fault."""
    try:
        tree = yaml.load(text, Loader=_Strict)  # noqa: S506 - _Strict is a safe loader
    except yaml.YAMLError as error:
        raise BrokenRulebook(f"{name}: không phải YAML đúng: {error}") from error
    return from_tree(tree, name)


def from_tree(tree: Any, name: str) -> Rulebook:
    """Build a rulebook from plain data. Raises BrokenRulebook."""
    try:
        document = msgspec.convert(_normal(tree), RulebookDocument)
    except (msgspec.ValidationError, TypeError) as error:
        raise BrokenRulebook(f"{name}: {error}") from error
    return from_document(document, name)


def from_document(document: RulebookDocument, name: str) -> Rulebook:
    """Build a rulebook from its document, if it is whole. Raises BrokenRulebook."""
    faults = list(missing_parts(document))
    if faults:
        raise BrokenRulebook(f"{name}: {faults[0]}", faults=faults)
    return Rulebook(document, digest(document))


def digest(document: RulebookDocument) -> Sha256:
    """Return the SHA-256 (hex) of a document's canonical form.

    Canonical: JSON with sorted keys, no spaces, NFC, UTF-8, ISO 8601 dates; fields at their default are left out, so that
    a field added later keeps old digests. Order of mappings and layout do not matter; every word and number does.
    """
    canonical = msgspec.json.encode(_sorted(msgspec.to_builtins(document, str_keys=True)))
    return Sha256(hashlib.sha256(canonical).hexdigest())


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(v) for v in value] if isinstance(value, list) else value


def missing_parts(document: RulebookDocument) -> Iterator[str]:
    """Yield what keeps a document from being whole: other counts than it states, doubled or dangling names."""
    criteria = [c for s in document.standards for c in s.criteria]
    everything = criteria + document.beyond_standards
    yield from _doubled("tiêu chuẩn", [str(s.number) for s in document.standards])
    yield from _doubled("tiêu chí", [c.code for c in everything])
    yield from _wrong_counts(document, criteria, everything)
    yield from _wrong_levels(document, everything)
    for standard in document.standards:
        for criterion in standard.criteria:
            if not criterion.code.startswith(f"{standard.number}."):
                yield f"tiêu chí {criterion.code} không thuộc tiêu chuẩn {standard.number}"
    yield from _wrong_repeals(document, everything)


def _doubled(what: str, names: list[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} {name} có {times} lần"


def _wrong_counts(
    document: RulebookDocument, criteria: list[CriterionText], everything: list[CriterionText]
) -> Iterator[str]:
    stated = document.counts
    indicators: Counter[int] = Counter()
    for criterion in everything:
        for number, level in criterion.levels.items():
            indicators[number] += len(level.indicators)
    mandatory = sum(c.mandatory for c in criteria)
    counts = {
        "standards": (stated.standards, len(document.standards)),
        "criteria": (stated.criteria, len(criteria)),
        "mandatory": (stated.mandatory, mandatory),
        "others": (stated.others, len(criteria) - mandatory),
        "thresholds": (stated.thresholds, sum(len(i.thresholds) for i in _indicators(everything))),
        "data_items": (stated.data_items, sum(len(c.data_items) for c in everything)),
    }
    for name, (printed, counted) in counts.items():
        if printed != counted:
            yield f"counts.{name}: tệp ghi {printed} nhưng nạp được {counted}"
    if stated.indicators != dict(indicators):
        yield f"counts.indicators: tệp ghi {stated.indicators} nhưng nạp được {dict(sorted(indicators.items()))}"


def _indicators(criteria: list[CriterionText]) -> Iterator[Any]:
    for criterion in criteria:
        for level in criterion.levels.values():
            yield from level.indicators.values()


def _wrong_levels(document: RulebookDocument, everything: list[CriterionText]) -> Iterator[str]:
    wanted = set(range(1, document.levels + 1))
    if set(document.rules.school.levels) != wanted:
        yield f"rules.school.levels: phải đủ các mức 1 đến {document.levels}"
    for award in (document.rules.certificate, document.rules.recognition):
        if not set(award.degrees) <= wanted:
            yield f"{award.name}: có mức không tồn tại"
    for criterion in everything:
        if not set(criterion.levels) <= wanted:
            yield f"tiêu chí {criterion.code}: có mức ngoài 1 đến {document.levels}"
    others = sum(not c.mandatory for c in everything)
    for number, rule in document.rules.school.levels.items():
        if rule.others_at_least > others:
            yield f"rules.school.levels.{number}: đòi {rule.others_at_least} tiêu chí còn lại nhưng chỉ có {others}"
        if max(rule.mandatory, rule.others_at, rule.rest) > document.levels:
            yield f"rules.school.levels.{number}: đòi mức ngoài 1 đến {document.levels}"


def _wrong_repeals(document: RulebookDocument, everything: list[CriterionText]) -> Iterator[str]:
    asked = {(c.code, number, code) for c in everything for number, level in c.levels.items() for code in level.indicators}
    for gone in document.repealed:
        if (gone.criterion, gone.level, gone.indicator) in asked:
            yield f"repealed: {gone.criterion} Mức {gone.level} {gone.indicator} vừa bãi bỏ vừa còn xét"


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_normal(k): _normal(v) for k, v in value.items()}
    return [_normal(v) for v in value] if isinstance(value, list) else value


def why_in_force(rulebook: Rulebook, on: dt.date) -> str:
    """Return the Vietnamese sentence that says why a rulebook governs on a day that it is in force on."""
    end = f" đến {_vn(rulebook.in_force.end)}" if rulebook.in_force.end else ""
    return (
        f"Ngày {_vn(on)} áp dụng {rulebook.circular} cho {', '.join(rulebook.applies_to.schools)}: "
        f"có hiệu lực từ {_vn(rulebook.in_force.start)}{end} ({rulebook.document.in_force.source})."
    )


def _vn(day: dt.date | None) -> str:
    return format_date(day) if day else "nay"
