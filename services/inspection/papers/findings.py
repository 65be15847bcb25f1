"""What a team found, criterion by criterion, beside what the school found of itself; and what it saw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from services.inspection.papers.material import VisitMaterial
from shared.contracts.calls.inspection import FindingView, IndicatorOpinions
from shared.papers import phrases as words
from shared.papers.model import Align, Block, Cell, Code, Column, Listing, PersonName, Row, Run, Runs, Table, Text
from shared.rulebook import Evaluation
from shared.text import format_date
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode, DocumentId
from shared.vocabulary.labels import RESULT_LABELS

_COLUMNS = (
    (10.0, Align.CENTER, "TT"),
    (30.0, Align.LEFT, "Tiêu chí"),
    (17.0, Align.CENTER, "Trường tự đánh giá"),
    (22.0, Align.CENTER, "Kết quả của Đoàn"),
    (35.0, Align.LEFT, "Nhận xét"),
    (26.0, Align.LEFT, "Minh chứng đã xem"),
    (26.0, Align.LEFT, "Kiến nghị, hạn"),
)
_SIZE = 11.0


def criteria_table(material: VisitMaterial) -> Table:
    """Return a row for each criterion that the team looked at or recommended something about, in the rulebook's order."""
    evaluation = material.team_evaluation()
    recommended = _recommended(material)
    shown = {*material.seen(), *recommended, *(one.criterion for one in material.visited.requests)}
    rows = [
        _row(material, number, code, evaluation, recommended.get(code, []))
        for number, code in enumerate((code for code in material.rulebook.criteria if code in shown), start=1)
    ]
    empty = Row((Cell((Text("Đoàn không ghi nhận xét theo tiêu chí."),), column_span=len(_COLUMNS)),))
    return Table(
        columns=tuple(Column(width, align) for width, align, _ in _COLUMNS),
        header=words.header(title for _, _, title in _COLUMNS),
        rows=tuple(rows) or (empty,),
        size=_SIZE,
    )


def looked_at(material: VisitMaterial) -> str:
    """Return how much the team saw, and what it therefore does not conclude."""
    seen = material.seen()
    total = len([code for code, criterion in material.rulebook.criteria.items() if criterion.standard or code in seen])
    said = f"Đoàn đã xem {len(seen):02d}/{total:02d} tiêu chí."
    if len(seen) < total and material.team_evaluation().school.level is None:
        return f"{said} {total - len(seen):02d} tiêu chí còn lại chưa xem nên Đoàn không kết luận mức chung của nhà trường."
    return said


def level_words(levels: Mapping[CriterionCode, int | None], code: CriterionCode, unknown: str) -> str:
    """Return the level of a criterion in a cell, "Mức 2"."""
    level = levels.get(code)
    if level is None:
        return unknown
    return f"Mức {level}" if level else "Không đạt Mức 1"


def dissent(material: VisitMaterial) -> list[Block]:
    """Return who judged otherwise than the team agreed, or not at all though a criterion was theirs; nothing when nobody."""
    items = [item for one in material.visited.opinions for item in _others(one)]
    if not items:
        return []
    return [words.plain("Ý kiến khác trong Đoàn được giữ lại:", keep=True), Listing(tuple(items))]


def requests_list(material: VisitMaterial) -> list[Block]:
    """Return the evidence that the team asked for; nothing when it asked for none."""
    requests = material.visited.requests
    if not requests:
        return []
    items = tuple(
        (Text(f"Tiêu chí {one.criterion}: {one.what}; hạn {format_date(one.due)}. {_supplied(one.supplied_on)}"),)
        for one in requests
    )
    return [words.plain("Minh chứng Đoàn đề nghị nhà trường bổ sung:", keep=True), Listing(items)]


def _supplied(day: dt.date | None) -> str:
    return f"Trường bổ sung ngày {format_date(day)}." if day else "Trường chưa bổ sung."


def _recommended(material: VisitMaterial) -> dict[CriterionCode, list[str]]:
    found: dict[CriterionCode, list[str]] = {}
    for number, one in material.numbered_recommendations():
        if one.criterion:
            found.setdefault(one.criterion, []).append(f"Số {number}, {format_date(one.due)}")
    return found


def _row(material: VisitMaterial, number: int, code: CriterionCode, evaluation: Evaluation, recommended: list[str]) -> Row:
    own = level_words(material.ground.levels, code, "Chưa kết luận")
    levels = {one: result.level for one, result in evaluation.criteria.items()}
    team = level_words(levels, code, "") or _level_by_level(material, code)
    asked = [
        f"Trả lời trước {format_date(finding.answer_by)}" for finding in material.findings_of(code) if finding.answer_by
    ]
    cells: tuple[Runs, ...] = (
        (Text(str(number)),),
        (Text(f"{code}. {material.rulebook.criteria[code].short_title}"),),
        (Text(own),),
        (Text(team if code in material.seen() else "Chưa xem"),),
        _remarks(material, code),
        evidence_seen(material, code),
        (Text("\n".join(dict.fromkeys([*recommended, *asked])) or "-"),),
    )
    return words.row(*cells)


def _level_by_level(material: VisitMaterial, code: CriterionCode) -> str:
    """Return what the team found of a criterion whose level does not follow yet, "Mức 1 đạt, Mức 2 và 3 chưa xem"."""
    results = {(one.level, one.indicator): one.result for one in material.findings_of(code)}
    same: list[tuple[str, list[int]]] = []
    for number, level in material.rulebook.criteria[code].levels.items():
        if not level.indicators:
            continue
        said = _found_of_level({one.code: results.get((number, one.code)) for one in level.indicators})
        if same and same[-1][0] == said and said in _WHOLE_LEVEL:
            same[-1][1].append(number)
        else:
            same.append((said, [number]))
    return ", ".join(f"Mức {_listed([str(number) for number in numbers])} {said}" for said, numbers in same)


_MET, _NOT_MET, _NOT_ASSESSED, _UNSEEN = "đạt", "không đạt", "chưa đánh giá", "chưa xem"
_WHOLE_LEVEL = frozenset({_MET, _NOT_MET, _NOT_ASSESSED, _UNSEEN})


def _found_of_level(results: Mapping[str, Result | None]) -> str:
    """Return what follows for a level from its indicators, those not seen being None: "đạt", "a đạt còn b chưa xem"."""
    found = set(results.values())
    if Result.NOT_MET in found:
        return _NOT_MET
    if found <= {Result.MET, Result.NOT_APPLICABLE}:
        return _MET
    if len(found) == 1:
        return _NOT_ASSESSED if Result.NOT_ASSESSED in found else _UNSEEN
    told = (
        (Result.MET, _MET),
        (Result.NOT_APPLICABLE, "không áp dụng"),
        (Result.NOT_ASSESSED, _NOT_ASSESSED),
        (None, _UNSEEN),
    )
    letters = {said: [letter for letter, one in results.items() if one is result] for result, said in told}
    return " còn ".join(f"{', '.join(these)} {said}" for said, these in letters.items() if these)


def _listed(parts: list[str]) -> str:
    """Return several things in a sentence, "1, 2 và 3"."""
    return " và ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _remarks(material: VisitMaterial, code: CriterionCode) -> Runs:
    findings = material.findings_of(code)
    failed = _by_level(one for one in findings if one.result is Result.NOT_MET)
    said = [f"Không đạt: {failed}."] if failed else []
    said += [f"{_place(one.level, one.indicator)}: {one.note}" for one in findings if one.note.strip()]
    return (Text("\n".join(said) or "Không có nhận xét thêm."),)


def _by_level(findings: Iterable[FindingView]) -> str:
    """Return indicators level by level, "Mức 1 a, b; Mức 2"."""
    levels: dict[int, list[str]] = {}
    for one in findings:
        levels.setdefault(one.level, []).append(_place(one.level, one.indicator).removeprefix(f"Mức {one.level}").strip())
    return "; ".join(" ".join(filter(None, (f"Mức {level}", ", ".join(letters)))) for level, letters in levels.items())


def _place(level: int, indicator: str) -> str:
    return f"Mức {level}" if indicator in {"", "-"} else f"Mức {level} {indicator}"


def evidence_seen(material: VisitMaterial, code: CriterionCode) -> Runs:
    """Return the codes of the documents that members named with their opinions, and the photos taken."""
    documents = dict.fromkeys(document for opinion in material.opinions_of(code) for document in opinion.documents)
    coded, uncoded = _codes(material, documents)
    runs: list[Run] = []
    for shown in coded:
        runs += [Text("\n")] if runs else []
        runs.append(Code(material.rulebook.render_codes([shown])))
    photos = sum(photo.criterion == code for photo in material.visited.photos)
    more = [f"{uncoded} tài liệu chưa có mã"] if uncoded else []
    more += [f"{photos} ảnh chụp tại chỗ"] if photos else []
    if more:
        runs.append(Text(("\n" if runs else "") + "\n".join(more)))
    return tuple(runs) or (Text("Không ghi"),)


def _codes(material: VisitMaterial, documents: Iterable[DocumentId]) -> tuple[list[str], int]:
    codes = [material.ground.codes.get(document) for document in documents]
    return sorted({code for code in codes if code}), sum(code is None for code in codes)


def _others(asked: IndicatorOpinions) -> list[Runs]:
    agreed = asked.agreed
    if agreed is None:
        return []
    where = f"Tiêu chí {asked.criterion} {_place(asked.level, asked.indicator)}"
    judged = {opinion.person: opinion for opinion in asked.opinions}
    items: list[Runs] = []
    for person in agreed.dissent:
        opinion = judged.get(person)
        said = f": {RESULT_LABELS[opinion.result]}" if opinion else ""
        note = f" ({opinion.note})" if opinion and opinion.note.strip() else ""
        items.append((Text(f"{where}: "), PersonName(person), Text(f"{said}{note}; Đoàn: {RESULT_LABELS[agreed.result]}.")))
    for person in agreed.missing:
        reason = f" ({agreed.reason})" if agreed.reason.strip() else ""
        items.append((Text(f"{where}: "), PersonName(person), Text(f" chưa cho ý kiến{reason}.")))
    return items
