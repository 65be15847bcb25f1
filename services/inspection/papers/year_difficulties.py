"""The synthesis of a year's difficulties: school by school, what is difficult, what is asked, answered and decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from services.inspection.papers.year_heads import OFFICE, office_heading, year_paper
from services.inspection.papers.year_material import YearMaterial
from shared.contracts.calls.year.difficulties import DifficultyActView, DifficultyView
from shared.papers import phrases as words
from shared.papers.model import Block, Cell, Orientation, Paper, Row, Signatures, Style, Table, Text
from shared.text import format_date
from shared.vocabulary.commune_year import ClosingWord, DifficultyState, ForwardedDifficulty
from shared.vocabulary.ids import DifficultyId, SchoolCode
from shared.vocabulary.year_labels import CLOSING_WORD_LABELS, DIFFICULTY_STATE_LABELS, FORWARDED_DIFFICULTY_LABELS

SHEET = "Khó khăn"
_TITLES = ("TT", "Tiêu chí", "Khó khăn, vướng mắc", "Đề nghị của trường", "Trả lời, quyết định", "Tình trạng")


def synthesis(material: YearMaterial, found: Sequence[DifficultyView], names: Mapping[SchoolCode, str]) -> Paper:
    """Return the synthesis; schools stand in the order of `names`, in which nothing is ranked."""
    order = {school: place for place, school in enumerate(names)}
    listed = sorted(found, key=lambda one: (order.get(one.school, len(order)), one.position))
    numbers = {one.id: number for number, one in enumerate(listed, start=1)}
    blocks: list[Block] = [
        words.plain("I. Chung", Style.HEADING_1),
        words.plain(_summary(material, listed)),
        words.plain("II. Từng trường", Style.HEADING_1),
        _table(listed, numbers, names),
        *_proposals(listed, numbers),
        Signatures((OFFICE,), (material.authority, "Lưu: VT, VHXH")),
    ]
    heading = office_heading(material, "Tổng hợp", f"Khó khăn, vướng mắc, đề nghị của các trường năm {material.year}", "TH")
    return year_paper(material, "Tổng hợp khó khăn của các trường", blocks, heading, orientation=Orientation.LANDSCAPE)


def _summary(material: YearMaterial, listed: Sequence[DifficultyView]) -> str:
    counted = Counter(one.state for one in listed)
    told = "; ".join(
        f"{DIFFICULTY_STATE_LABELS[state].lower()}: {counted[state]:02d}" for state in DifficultyState if counted[state]
    )
    schools = len({one.school for one in listed})
    counts = f" ({told})" if told else ""
    return (
        f"Năm {material.year}, {schools:02d} trường của {material.the_commune} nêu "
        f"{len(listed):02d} khó khăn, vướng mắc{counts}."
    )


def _table(listed: Sequence[DifficultyView], numbers: Mapping[DifficultyId, int], names: Mapping[SchoolCode, str]) -> Table:
    rows: list[Row] = []
    school = None
    for one in listed:
        if one.school != school:
            school = one.school
            rows.append(Row((Cell((Text(names.get(school, school)),), column_span=len(_TITLES)),), band=True))
        rows.append(_row(one, numbers))
    empty = Row((Cell((Text("Chưa trường nào nêu khó khăn."),), column_span=len(_TITLES)),))
    return Table(
        columns=words.columns(10, 18, 62, 54, 76, 30, centred=2),
        header=words.header(_TITLES),
        rows=tuple(rows) or (empty,),
        sheet=SHEET,
        size=11.0,
    )


def _row(one: DifficultyView, numbers: Mapping[DifficultyId, int]) -> Row:
    merged = numbers.get(one.merged_into)
    done = [line for act in one.acts if (line := _told(act))]
    if merged:
        done.insert(0, f"Gộp với khó khăn số {merged}, trả lời chung")
    return words.row(
        (Text(str(numbers[one.id])),),
        words.optional(one.criterion),
        (Text(f"{one.text}\n(nêu ngày {format_date(one.raised_on)})"),),
        (Text(one.asks),),
        (Text("\n".join(done) or "-"),),
        (Text(DIFFICULTY_STATE_LABELS[one.state]),),
    )


def _told(act: DifficultyActView) -> str:
    """Return one line of what was done; '' for what the other columns tell."""
    day = format_date(act.acted_on)
    match act.kind:
        case "answered":
            return f"{day}, xã trả lời: {act.text}"
        case "forwarded":
            return f"{day}, chuyển {FORWARDED_DIFFICULTY_LABELS[ForwardedDifficulty(act.whom)]}: {act.text}"
        case "decided":
            return f"{day}, {FORWARDED_DIFFICULTY_LABELS[ForwardedDifficulty(act.whom)]} quyết định: {act.text}"
        case "closed":
            note = f" ({act.text})" if act.text.strip() else ""
            return f"{day}, trường: {CLOSING_WORD_LABELS[ClosingWord(act.whom)].lower()}{note}"
        case _:
            return ""


def _proposals(listed: Sequence[DifficultyView], numbers: Mapping[DifficultyId, int]) -> list[Block]:
    """Return what waits for a decision, by who is to decide; nothing where nothing waits."""
    waiting = [one for one in listed if one.state is DifficultyState.FORWARDED and one.forwarded_to and not one.merged_into]
    if not waiting:
        return []
    lines: list[Block] = [words.plain("III. Đề nghị xem xét, quyết định", Style.HEADING_1)]
    for to in ForwardedDifficulty:
        of_it = [str(numbers[one.id]) for one in waiting if one.forwarded_to is to]
        if of_it:
            lines.append(words.plain(f"{FORWARDED_DIFFICULTY_LABELS[to]}: khó khăn số {', '.join(of_it)}."))
    return lines
