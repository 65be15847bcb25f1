"""Công văn đăng ký đánh giá ngoài and thông báo công bố: forms of our own."""

from __future__ import annotations

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.papers import heads, results
from services.assessment.papers.material import DEPARTMENT, Material, fact_of
from services.assessment.papers.paper_of import paper_of
from shared.papers import phrases as words
from shared.papers.model import Addressees, Block, Listing, Paper, Paragraph, Text
from shared.rulebook import Evaluation, Rulebook
from shared.rulebook.conventions import dossier_of
from shared.text import format_date
from shared.vocabulary.assessment import Layer


def registration_letter(material: Material) -> Paper:
    """Return the letter that registers for external evaluation or recognition (TT17–19/2018 Đ26; TT57: way unknown)."""
    evaluation = material.assessed.evaluation(Layer.SCHOOL)
    year = words.school_year(material.year)
    submitted = _submitted(material)
    body: list[Block] = [
        Addressees(tuple((Text(body),) for body in dict.fromkeys((material.superior, DEPARTMENT)) if body)),
        *heads.legal_bases(material, f"Căn cứ kết quả tự đánh giá năm học {year} của nhà trường"),
        Paragraph(
            (
                Text(f"{material.school_name} đã hoàn thành tự đánh giá năm học {year} theo {heads.circulars(material)}"),
                *((Text(f", trình ngày {format_date(submitted.submitted_on)}"),) if submitted else ()),
                Text("; kết quả tự đánh giá: "),
                *results.school_level(evaluation),
                Text("."),
            )
        ),
        *_asked(material.rulebook, evaluation.school.level),
        words.plain("Hồ sơ gửi kèm:", keep=True),
        Listing(((Text(f"Báo cáo tự đánh giá{_copies(material.rulebook)};"),), (Text("Danh mục minh chứng."),))),
        words.plain("Kính đề nghị cấp trên xem xét./."),
        heads.signed([heads.head_of_school(material)], ("Như trên", "Lưu: VT, hồ sơ tự đánh giá")),
    ]
    return paper_of(
        material,
        f"Công văn đăng ký đánh giá ngoài năm học {year}",
        body,
        draft=submitted is None or not evaluation.school.level,
        heading=heads.heading(material, "", "đăng ký đánh giá ngoài", symbol=heads.symbol(material), correspondence=True),
    )


def _copies(rulebook: Rulebook) -> str:
    dossier = dossier_of(rulebook.regime)
    return f" ({dossier.report_copies:02d} bản)" if dossier else ""


def publication_notice(material: Material) -> Paper:
    """Return the notice that makes the result of the self-assessment public (TT57/2026 Đ9; TT09/2024 Đ8)."""
    evaluation = material.assessed.evaluation(Layer.SCHOOL)
    year = words.school_year(material.year)
    published = fact_of(material.work.publication, sf.ReportPublished)
    counts = _by_level(evaluation)
    body: list[Block] = [
        Paragraph(
            (
                Text(
                    f"{material.school_name} thông báo kết quả tự đánh giá năm học {year} theo {heads.circulars(material)}: "
                ),
                *results.school_level(evaluation),
                Text("."),
            )
        ),
        words.plain("Kết quả theo tiêu chí:", keep=True),
        Listing(tuple((Text(line),) for line in counts)),
        words.plain(
            "Đây là kết quả nhà trường tự đánh giá, chưa phải kết quả đánh giá ngoài "
            "hay quyết định công nhận của cấp có thẩm quyền."
        ),
        *_channels(published),
        words.plain("Ý kiến góp ý gửi về văn phòng nhà trường./."),
        heads.signed([heads.head_of_school(material)], (f"{material.superior} (để báo cáo)", "Niêm yết", "Lưu: VT")),
    ]
    return paper_of(
        material,
        f"Thông báo công bố kết quả tự đánh giá năm học {year}",
        body,
        draft=material.cycle.submitted is None,
        heading=heads.heading(
            material, "Thông báo", f"Kết quả tự đánh giá năm học {year}", symbol=heads.symbol(material, "TB")
        ),
    )


def _channels(published: sf.ReportPublished | None) -> list[Block]:
    """Return where the result is published; nothing while that is not noted: the notice is signed before it is put up."""
    if published is None:
        return []
    return [words.plain("Nơi công bố:", keep=True), Listing(tuple((Text(channel),) for channel in published.channels))]


def _submitted(material: Material) -> f.SelfAssessmentSubmitted | None:
    return fact_of(material.cycle.submitted, f.SelfAssessmentSubmitted)


def _asked(rulebook: Rulebook, level: int | None) -> list[Block]:
    """Return what the school registers for: the degrees that its own level would open, which only others can decide on."""
    awards = (rulebook.rules.certificate, rulebook.rules.recognition)
    wanted = [
        f"{award.name} {award.degree_name} {award.degrees[level]}" for award in awards if level and level in award.degrees
    ]
    registered = "Nhà trường đăng ký đánh giá ngoài"
    if not wanted:
        return [words.plain(f"{registered}.")]
    ends = [*[";"] * (len(wanted) - 1), "."]
    items = Listing(tuple((Text(award + end),) for award, end in zip(wanted, ends, strict=True)))
    return [words.plain(f"{registered}, đề nghị xem xét:", keep=True), items]


def _by_level(evaluation: Evaluation) -> list[str]:
    levels = [criterion.level for criterion in evaluation.criteria.values()]
    lines = []
    for level in sorted({level for level in levels if level is not None}, reverse=True):
        name = f"Mức {level}" if level else "Không đạt"
        lines.append(f"{name}: {levels.count(level)} tiêu chí")
    if None in levels:
        lines.append(f"Chưa kết luận: {levels.count(None)} tiêu chí")
    return lines
