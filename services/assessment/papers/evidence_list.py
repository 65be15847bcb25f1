"""Danh mục mã minh chứng (CV 5932 Phụ lục 4, seven columns; TT57/2026 Phụ lục IV mục II k4, five columns).

A document keeps the code that it was given first. The form of 2018 lists it again at every further criterion, the code left
empty and the first code in the note; the list of TT57 has it once, with all criteria that use it in the note.
"""

from __future__ import annotations

import msgspec

from services.assessment.papers import heads
from services.assessment.papers.material import Material
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import (
    Align,
    Block,
    Cell,
    Code,
    Column,
    DocumentField,
    Missing,
    Orientation,
    Paper,
    PaperSigner,
    Row,
    Run,
    Runs,
    Section,
    Style,
    Table,
    Text,
)
from shared.vocabulary.ids import CriterionCode, DocumentId, EvidenceCode

_SEVEN = 7
"""Columns of the list of 2018; TT57 has five."""

FORM = "danh_muc_minh_chung"
"""The id of the form of the list."""

_SHEET = "Danh mục minh chứng"


class CitedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document cited under a criterion; `first` is the criterion whose list shows its code, `used` all that cite it.

    `replaces` is the code that it had under a former circular.
    """

    document: DocumentId
    code: EvidenceCode
    title: str
    first: CriterionCode
    used: tuple[CriterionCode, ...]
    replaces: EvidenceCode = EvidenceCode("")


def evidence_list(material: Material) -> Paper:
    """Return the list of coded evidence that the cycle cites."""
    title = material.form.title if material.form else "Danh mục mã minh chứng"
    name = title.partition(" (")[0]
    abstract = f"Năm học {words.school_year(material.year)}"
    return paper_of(
        material,
        f"{name} năm học {words.school_year(material.year)}",
        [evidence_table(material), _remark(material), heads.signed(_signers(material))],
        draft=material.cycle.submitted is None,
        heading=heads.heading(material, name, abstract),
        orientation=Orientation.LANDSCAPE,
    )


def annex(material: Material, word: str = "Phụ lục") -> list[Block]:
    """Return the list as an annex of the report, on landscape pages."""
    return [
        Section(Orientation.LANDSCAPE),
        words.plain(f"{word}. DANH MỤC MINH CHỨNG", Style.PART),
        evidence_table(material),
        _remark(material),
    ]


def evidence_table(material: Material) -> Table:
    """Return the table in the columns of the rulebook's form of the list, also where it is part of another paper."""
    titles = _columns_of(material)
    return _of_2018(material, titles) if len(titles) == _SEVEN else _of_tt57(material, titles)


def cited(material: Material) -> dict[CriterionCode, list[CitedDocument]]:
    """Return criterion → the documents cited there, by code; criteria in the order of the rulebook."""
    documents = material.cycle.documents()
    order = {code: place for place, code in enumerate(material.rulebook.criteria)}
    found: dict[CriterionCode, list[CitedDocument]] = {}
    for criterion in material.rulebook.criteria:
        listed = [_cited(material, document, documents, order) for document in documents.get(criterion, ())]
        found[criterion] = sorted(listed, key=lambda one: (one.first != criterion, one.code, one.document))
    return found


def _cited(
    material: Material,
    document: DocumentId,
    documents: dict[CriterionCode, set[DocumentId]],
    order: dict[CriterionCode, int],
) -> CitedDocument:
    used = tuple(
        sorted((code for code, held in documents.items() if document in held), key=lambda code: order.get(code, 999))
    )
    coded = material.coding_of(document)
    first = coded.criterion if coded and coded.criterion in used else used[0]
    return CitedDocument(
        document=document,
        code=coded.code if coded else EvidenceCode(""),
        title=coded.title if coded else "",
        first=first,
        used=used,
        replaces=coded.replaces if coded else EvidenceCode(""),
    )


def _columns_of(material: Material) -> list[str]:
    """Return the titles of the rulebook's form of the list: every rulebook has one."""
    return next(form.columns for form in material.rulebook.forms if form.id == FORM)


def _of_2018(material: Material, titles: list[str]) -> Table:
    rows = []
    for criterion, listed in cited(material).items():
        for number, one in enumerate(listed, start=1):
            again = one.first != criterion
            note: Runs = (Text("Mã đã cấp: "), _code(material, one)) if again else ()
            rows.append(
                Row(
                    (
                        Cell((Text(criterion),), align=Align.CENTER),
                        Cell((Text(str(number)),), align=Align.CENTER),
                        Cell(() if again else (_code(material, one),), align=Align.CENTER),
                        Cell(words.text(one.title)),
                        Cell(_issued(one)),
                        Cell((DocumentField(one.document, "issuer"),)),
                        Cell(note),
                    )
                )
            )
    return _table(titles, (14, 12, 30, 74, 50, 44, 34), rows)


def _of_tt57(material: Material, titles: list[str]) -> Table:
    rows = []
    for criterion, listed in cited(material).items():
        own = [one for one in listed if one.first == criterion]
        if own:
            rows.append(Row((Cell((Text(f"Tiêu chí {criterion}"),), column_span=5, bold=True),), band=True))
        for number, one in enumerate(own, start=1):
            rows.append(
                Row(
                    (
                        Cell((Text(str(number)),), align=Align.CENTER),
                        Cell((Code(one.code),) if one.code else (Missing(),), align=Align.CENTER),
                        Cell(words.text(one.title)),
                        Cell((DocumentField(one.document, "location"),)),
                        Cell(_note_of_tt57(one)),
                    )
                )
            )
    return _table(titles, (14, 32, 100, 76, 40), rows)


def _note_of_tt57(one: CitedDocument) -> Runs:
    """Return where a document is used when that is more than one criterion, and its code of a former circular."""
    runs: list[Run] = []
    if len(one.used) > 1:
        runs.append(Text(f"Dùng cho {', '.join(one.used)}"))
    if one.replaces:
        runs += [Text("; mã trước đây: " if runs else "Mã trước đây: "), Code(one.replaces)]
    return tuple(runs)


def _table(titles: list[str], widths: tuple[float, ...], rows: list[Row]) -> Table:
    empty = Row((Cell((Missing("chưa gắn minh chứng nào"),), column_span=len(titles)),))
    return Table(
        columns=tuple(Column(width) for width in widths),
        header=words.header(titles),
        rows=tuple(rows) or (empty,),
        sheet=_SHEET,
    )


def _code(material: Material, one: CitedDocument) -> Code | Missing:
    return Code(material.rulebook.render_codes([one.code])) if one.code else Missing("chưa có mã")


def _issued(one: CitedDocument) -> Runs:
    return (DocumentField(one.document, "number_and_date"),)


def _remark(material: Material) -> Block:
    listed = [one for found in cited(material).values() for one in found]
    distinct = len({one.document for one in listed})
    if len(_columns_of(material)) == _SEVEN:
        text = (
            "Minh chứng dùng cho nhiều tiêu chí giữ mã cấp lần đầu; ở tiêu chí khác cột mã để trống, mã ghi ở cột Ghi chú. "
            f"Danh mục có {distinct} minh chứng, {len(listed)} dòng."
        )
    else:
        text = f"Mỗi văn bản có một mã, dùng chung cho các tiêu chí ghi ở cột Ghi chú. Danh mục có {distinct} minh chứng."
    return words.plain(text, Style.NOTE)


def _signers(material: Material) -> list[PaperSigner]:
    return [heads.secretary(material), heads.chair(material)]
