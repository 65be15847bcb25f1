"""Which papers there are: what composes each, in which formats, by which form of the rulebook or by one of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from services.assessment.domain import report_sections
from services.assessment.errors import NoSuchForm
from services.assessment.papers.council_decision import council_decision
from services.assessment.papers.criterion_sheet import criterion_sheet, is_beyond
from services.assessment.papers.evidence_list import FORM as EVIDENCE_FORM
from services.assessment.papers.evidence_list import evidence_list
from services.assessment.papers.facet_sheet import facet_sheet
from services.assessment.papers.improvement_plan import improvement_plan
from services.assessment.papers.letters import publication_notice, registration_letter
from services.assessment.papers.material import Material
from services.assessment.papers.minutes import minutes
from services.assessment.papers.plan import plan
from services.assessment.papers.report import report_of_2018
from services.assessment.papers.report_of_tt57 import report_of_tt57
from shared.papers.model import Paper
from shared.rulebook import Rulebook
from shared.rulebook.document import Form
from shared.vocabulary.ids import CriterionCode
from shared.vocabulary.self_assessment import PaperFormat, PaperKind


class PaperType(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of paper. `form` is its id among the rulebook's forms, '' for a form of our own that every regime prints.

    `form_beyond` is the form of a criterion that stands beyond the standards (Mức 4), where it has one of its own.
    """

    kind: PaperKind
    title: str
    compose: Callable[[Material], Paper]
    form: str = ""
    form_beyond: str = ""
    formats: tuple[PaperFormat, ...] = (PaperFormat.WORD, PaperFormat.PDF)

    def form_in(self, rulebook: Rulebook, criterion: CriterionCode = CriterionCode("")) -> Form | None:
        """Return the form of this paper in a rulebook, None for one of our own; of one about a criterion, the criterion's.

        Raises NoSuchForm where the rulebook has none.
        """
        if not self.form:
            return None
        about = rulebook.criteria.get(criterion)
        wanted = self.form_beyond if about is not None and is_beyond(about) else self.form
        for form in rulebook.forms:
            if form.id == wanted:
                return form
        raise NoSuchForm(
            f"{rulebook.circular} không có mẫu “{self.title}”, nên không in giấy này cho đợt này. "
            "Xem trang Giấy tờ: các giấy bộ tiêu chí có mẫu đứng ở đó.",
            kind=self.kind.value,
        )


def has_form(paper: PaperType, rulebook: Rulebook) -> bool:
    """Say whether a paper is printed under a rulebook: its form is there, or is our own."""
    return not paper.form or any(form.id == paper.form for form in rulebook.forms)


def _report(material: Material) -> Paper:
    per_standard = report_sections.standards_are_described(material.rulebook)
    return report_of_tt57(material) if per_standard else report_of_2018(material)


_TABLES = tuple(PaperFormat)

PAPERS: Mapping[PaperKind, PaperType] = {
    paper.kind: paper
    for paper in (
        PaperType(
            kind=PaperKind.COUNCIL_DECISION,
            title="Quyết định thành lập Hội đồng tự đánh giá",
            compose=council_decision,
            form="quyet_dinh_hoi_dong",
        ),
        PaperType(kind=PaperKind.PLAN, title="Kế hoạch tự đánh giá", compose=plan, form="ke_hoach_tdg"),
        PaperType(
            kind=PaperKind.FACET_SHEET,
            title="Phiếu xác định nội hàm",
            compose=facet_sheet,
            form="phieu_noi_ham",
            form_beyond="phieu_noi_ham_muc_4",
        ),
        PaperType(
            kind=PaperKind.EVIDENCE_LIST,
            title="Danh mục mã minh chứng",
            compose=evidence_list,
            form=EVIDENCE_FORM,
            formats=_TABLES,
        ),
        PaperType(
            kind=PaperKind.CRITERION_SHEET,
            title="Phiếu đánh giá tiêu chí",
            compose=criterion_sheet,
            form="phieu_danh_gia_tieu_chi",
            form_beyond="phieu_muc_4",
        ),
        PaperType(kind=PaperKind.MINUTES, title="Biên bản họp Hội đồng", compose=minutes),
        PaperType(kind=PaperKind.REPORT, title="Báo cáo tự đánh giá", compose=_report, form="bao_cao_tdg"),
        PaperType(
            kind=PaperKind.IMPROVEMENT_PLAN,
            title="Kế hoạch cải tiến chất lượng",
            compose=improvement_plan,
            form="ke_hoach_cai_tien",
            formats=_TABLES,
        ),
        PaperType(kind=PaperKind.REGISTRATION_LETTER, title="Công văn đăng ký đánh giá ngoài", compose=registration_letter),
        PaperType(kind=PaperKind.PUBLICATION_NOTICE, title="Thông báo công bố kết quả", compose=publication_notice),
    )
}
"""The papers in the order of a year's work."""
