"""Writes docs/rulebooks.md from the rulebooks: `python -m shared.rulebook.docs`. A test checks that it is current."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.rulebook.document import Confidence
from shared.rulebook.lint import sourced
from shared.rulebook.loader import Library, load_library
from shared.rulebook.model import Rulebook
from shared.text import format_date

PAGE = Path("docs") / "rulebooks.md"


def page(library: Library) -> str:
    """Return the whole page."""
    return "\n".join(_lines(library)) + "\n"


def low_confidence(rulebook: Rulebook) -> int:
    """Return how many entries of a rulebook are known by memory or inference only."""
    entries = sum(entry.confidence is Confidence.LOW for _, entry in sourced(rulebook.document, ""))
    criteria = sum(c.confidence is Confidence.LOW for c in rulebook.criteria.values())
    thresholds = sum(t.confidence is Confidence.LOW for key in rulebook.keys for t in rulebook.indicator(key).thresholds)
    return entries + criteria + thresholds


def _lines(library: Library) -> Iterator[str]:
    yield "# Các bộ quy định"
    yield ""
    yield "<!-- Sinh bởi `python -m shared.rulebook.docs`; sửa các tệp trong shared/rulebook/data, không sửa trang này -->"
    yield ""
    yield "Mỗi bộ quy định là một tệp YAML: một thông tư, một loại trường, một khoảng thời gian hiệu lực. Câu chữ là diễn"
    yield "lại ngắn; mỗi mục ghi điều khoản và độ tin cậy. Đánh giá ghim mã băm (digest) của bộ đã dùng; nội dung dưới một"
    yield "mã băm không bao giờ đổi, sửa là phát hành ấn bản mới."
    yield ""
    yield "## Số lượng"
    yield ""
    yield "Chỉ báo đếm theo mức; Mức 4 là các khoản của Điều 22. Ngưỡng gồm cả ngưỡng của Điều 22: bản 2018 có 147 ngưỡng ở"
    yield "Mức 1–3 và 14 ngưỡng ở Điều 22. Dữ liệu là các mục định lượng của TT57/2026, không có ngưỡng."
    yield ""
    head = [
        "Bộ",
        "Hiệu lực",
        "Tiêu chuẩn",
        "Tiêu chí",
        "Bắt buộc",
        "Mức 1",
        "Mức 2",
        "Mức 3",
        "Mức 4",
        "Ngưỡng",
        "Dữ liệu",
        "Tin cậy thấp",
    ]
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for rulebook in library:
        yield "| " + " | ".join(_row(rulebook)) + " |"
    yield ""
    yield "## Mã băm"
    yield ""
    yield "| Bộ | Ấn bản | Mã băm |"
    yield "|---|---|---|"
    for rulebook in library.editions():
        yield f"| `{rulebook.id}` | {rulebook.edition} | `{rulebook.digest}` |"
    for rulebook in library:
        yield from _details(rulebook)


def _row(rulebook: Rulebook) -> list[str]:
    counts = rulebook.counts
    start, end = rulebook.in_force
    levels = [str(counts.indicators.get(level, "–")) for level in range(1, 5)]
    return [
        f"`{rulebook.id}`",
        f"{format_date(start)} – {format_date(end)}" if end else f"từ {format_date(start)}",
        str(counts.standards),
        str(counts.criteria),
        str(counts.mandatory),
        *levels,
        str(counts.thresholds),
        str(counts.data_items),
        str(low_confidence(rulebook)),
    ]


def _details(rulebook: Rulebook) -> Iterator[str]:
    rules = rulebook.rules
    yield ""
    yield f"## `{rulebook.id}`: {rulebook.title}"
    yield ""
    yield f"- Văn bản: {'; '.join(f'{c.number} ({format_date(c.issued)}), {c.role}' for c in rulebook.circulars)}"
    yield f"- Áp dụng cho: {', '.join(rulebook.applies_to.schools)}"
    for level, rule in rules.school.levels.items():
        yield f"- Trường đạt Mức {level}: {rule.text} ({rule.source}; {rule.confidence.value})"
    for award in (rules.certificate, rules.recognition):
        degrees = ", ".join(f"Mức {level} → {award.degree_name} {degree}" for level, degree in award.degrees.items())
        yield f"- {award.name}: {degrees or award.level_condition.text} ({award.source}; {award.confidence.value})"
        for condition in award.conditions:
            yield f"  - {condition.text} ({condition.article}; {condition.confidence.value})"
    for rule_text in (
        rules.validity,
        rules.renewal,
        rules.upgrade,
        rules.revocation,
        rules.figures,
        rules.council,
        rules.combination,
    ):
        yield f"- {rule_text.text} ({rule_text.source}; {rule_text.confidence.value})"
    yield f"- Mã minh chứng: `{rulebook.document.evidence_code.example}` {rulebook.document.evidence_code.place}"
    if rulebook.repealed:
        yield f"- Đã bãi bỏ, không xét: {', '.join(str(key) for key in rulebook.repealed)}"
    if rulebook.unknown:
        yield "- Chưa rõ (không tự quyết, đổi được):"
        for unknown in rulebook.unknown:
            yield f"  - {unknown.about}: {unknown.text} → {unknown.setting}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(load_library()), encoding="utf-8")


if __name__ == "__main__":
    main()
