"""What the assessment service refuses, in words a clerk can act on; types are stable."""

from __future__ import annotations

from shared.problems import Problem


class DateRefused(Problem):
    """A day that does not fit: in the future, before the cycle, before any circular."""

    type = "ngay-sai"
    status = 422
    title = "Ngày không hợp lệ"


class ChangedMeanwhile(Problem):
    """Somebody judged the same indicator after the caller looked."""

    type = "da-sua"
    status = 409
    title = "Có người đã sửa trước"


class AlreadySubmitted(Problem):
    """The self-assessment of the cycle was submitted; the school's layer is closed."""

    type = "da-trinh"
    status = 409
    title = "Báo cáo tự đánh giá đã trình"


class NotAllAssessed(Problem):
    """Submission while indicators are not assessed; `gaps` lists them."""

    type = "chua-danh-gia-het"
    status = 409
    title = "Chưa đánh giá hết"


class EvidenceMissing(Problem):
    """Submission while indicators judged met cite no evidence and nobody said why none is needed; `gaps` lists them."""

    type = "thieu-minh-chung"
    status = 409
    title = "Thiếu minh chứng"


class ContradictionUnanswered(Problem):
    """Submission while figures or the commune say otherwise than the school and nobody said why; `gaps` lists them."""

    type = "mau-thuan-chua-tra-loi"
    status = 409
    title = "Còn mâu thuẫn chưa trả lời"


class CannotReopen(Problem):
    """A cycle that is not submitted, or not the newest, cannot be opened again."""

    type = "khong-mo-lai-duoc"
    status = 409
    title = "Không mở lại đợt này được"


class NothingToAnswer(Problem):
    """An answer to something that is not lacking, or taking back an answer that was not given."""

    type = "khong-co-gi-de-tra-loi"
    status = 409
    title = "Không có gì để trả lời"


class LayerRefused(Problem):
    """A layer was judged by somebody whose layer it is not."""

    type = "sai-lop"
    status = 403
    title = "Lớp này không ghi từ đây"


class AwaitingReview(Problem):
    """What was handed in is written on by nobody until it is reviewed or taken back; `may_take_back` says by whom."""

    type = "dang-cho-soat"
    status = 409
    title = "Tiêu chí đang chờ soát"


class NothingWritten(Problem):
    """A criterion is handed in of which nothing is written."""

    type = "chua-viet"
    status = 409
    title = "Chưa viết hiện trạng"


class CopiedUnread(Problem):
    """Texts taken from a former cycle were not read again; `levels` lists them, 0 being strengths and weaknesses."""

    type = "chua-xem-lai"
    status = 409
    title = "Còn phần chép chưa xem lại"


class CodesDangling(Problem):
    """Codes in the text lead to no evidence of the criterion; `codes` lists each with its place and why."""

    type = "ma-khong-co-minh-chung"
    status = 409
    title = "Có mã không dẫn tới minh chứng"


class NotHandedIn(Problem):
    """A criterion that was not handed in cannot be reviewed, taken back or sent back; `step` is where it stands."""

    type = "chua-nop-soat"
    status = 409
    title = "Tiêu chí chưa nộp để soát"


class AlreadyReviewed(Problem):
    """A criterion that was reviewed and not changed since need not be handed in again."""

    type = "da-soat"
    status = 409
    title = "Tiêu chí đã soát"


class ReviewsOwnWork(Problem):
    """Nobody reviews what he wrote or handed in."""

    type = "tu-soat"
    status = 403
    title = "Không tự soát phần mình viết"


class NothingCopied(Problem):
    """There is no text at the place that was said to be kept."""

    type = "khong-co-phan-chep"
    status = 409
    title = "Không có phần chép ở đây"


class WrittenElsewhere(Problem):
    """The circular has strengths and weaknesses at each criterion, not at the standard."""

    type = "khong-viet-o-tieu-chuan"
    status = 409
    title = "Không viết ở tiêu chuẩn"


class NoSuchSection(Problem):
    """The circular's form of the report has no such part; `sections` lists those that it has."""

    type = "phan-khong-co"
    status = 404
    title = "Báo cáo không có phần này"


class NoSuchComment(Problem):
    """There is no such comment in the cycle."""

    type = "gop-y-khong-co"
    status = 404
    title = "Không có góp ý này"


class EducationLevelRefused(Problem):
    """A judgement names a level of education that is not judged on its own here."""

    type = "cap-hoc-sai"
    status = 422
    title = "Không xét riêng cấp học này"


class NoSuchSchool(Problem):
    """The school is not registered."""

    type = "truong-khong-co"
    status = 404
    title = "Không có trường này"


class NoSuchCycle(Problem):
    """The school has no such cycle."""

    type = "chu-ky-khong-co"
    status = 404
    title = "Không có đợt tự đánh giá này"


class RulebookDoesNotApply(Problem):
    """The rulebook asked for is not made for this kind of school."""

    type = "bo-tieu-chi-khong-hop"
    status = 422
    title = "Bộ tiêu chí không dành cho loại trường này"


class NoSuchRecognition(Problem):
    """The school has no recognition under that number."""

    type = "bang-khong-co"
    status = 404
    title = "Không có Bằng số này trong sổ"


class NotCoded(Problem):
    """The document has no evidence code yet, so it cannot be cited."""

    type = "chua-co-ma"
    status = 409
    title = "Tài liệu chưa có mã minh chứng"


class NotLinked(Problem):
    """A citation that does not exist cannot be taken back."""

    type = "chua-gan"
    status = 404
    title = "Minh chứng này chưa gắn ở đây"


class CodeTaken(Problem):
    """The evidence code was given before; codes are never reissued."""

    type = "ma-da-cap"
    status = 409
    title = "Mã minh chứng này đã cấp"


class NotSubmitted(Problem):
    """The self-assessment that a decision rests on was not submitted by then."""

    type = "chua-trinh"
    status = 409
    title = "Trường chưa trình báo cáo tự đánh giá"


class NotConcluded(Problem):
    """No visit of the department that began after the submission was concluded by the day of the decision."""

    type = "chua-ket-luan"
    status = 409
    title = "Đoàn của Sở chưa kết luận"


class NotRegisteredYet(Problem):
    """The school had not registered the cycle by the day of the decision."""

    type = "chua-dang-ky"
    status = 409
    title = "Trường chưa đăng ký đánh giá ngoài"


class NotAcceptedYet(Problem):
    """The department had not accepted the registration by the day of the decision."""

    type = "chua-tiep-nhan"
    status = 409
    title = "Sở chưa tiếp nhận hồ sơ"


class DraftNotSent(Problem):
    """The team had not sent the draft of its report by the day of the decision."""

    type = "chua-gui-du-thao"
    status = 409
    title = "Đoàn chưa gửi dự thảo báo cáo"


class ReplyStillDue(Problem):
    """By the day of the decision the school had neither replied nor let the time for it pass."""

    type = "chua-het-han-phan-hoi"
    status = 409
    title = "Chưa hết hạn phản hồi"


class ReportNotFinal(Problem):
    """The team's report was not final by the day of the decision."""

    type = "chua-chinh-thuc"
    status = 409
    title = "Chưa có báo cáo chính thức"


class CycleDecided(Problem):
    """The department decided otherwise on this very cycle."""

    type = "da-quyet-dinh"
    status = 409
    title = "Sở đã quyết định đợt này"


class NoSuchDegree(Problem):
    """A degree that the circular of the day does not have."""

    type = "muc-do-khong-co"
    status = 400
    title = "Thông tư không có mức độ này"


class ValidTooLong(Problem):
    """An expiry further away than the circular lets an award be valid."""

    type = "han-qua-dai"
    status = 400
    title = "Thời hạn dài hơn quy định"


class CopyIncomplete(Problem):
    """A decision copied from paper lacks its reason or its kept document."""

    type = "chep-tu-giay-thieu"
    status = 400
    title = "Chép từ giấy cần lý do và bản quét quyết định"


class RemedyNotOver(Problem):
    """The circular in force asks for a remedy first, and its time has not passed."""

    type = "chua-het-han-khac-phuc"
    status = 409
    title = "Chưa hết thời hạn khắc phục"


class NotTheSame(Problem):
    """A correction was based on something that does not stand in the record now."""

    type = "khong-khop"
    status = 409
    title = "Nội dung cũ không khớp với sổ"


class ConditionsNotMet(Problem):
    """The log does not show every condition of the recognition satisfied."""

    type = "chua-du-dieu-kien"
    status = 409
    title = "Chưa đủ điều kiện công nhận"


class NoSuchFigure(Problem):
    """A figure that the cycle's rulebook does not use."""

    type = "so-lieu-khong-co"
    status = 422
    title = "Bộ tiêu chí không hỏi số liệu này"


class NumberTaken(Problem):
    """A decision number is already in the register."""

    type = "so-da-co"
    status = 409
    title = "Số quyết định này đã có trong sổ"


class AlreadyRegistered(Problem):
    """The code belongs to something that was registered with other particulars."""

    type = "ma-da-dung"
    status = 409
    title = "Mã này đã dùng"


class NoSuchForm(Problem):
    """The rulebook of the cycle has no form for this paper."""

    type = "mau-khong-co"
    status = 409
    title = "Bộ tiêu chí không có mẫu này"


class CouncilRefused(Problem):
    """A council that breaks rules of the cycle's circular; `rules` lists each with what was found and its article."""

    type = "hoi-dong-khong-dung"
    status = 409
    title = "Hội đồng chưa đúng quy định"


class NoCouncil(Problem):
    """Something is asked for that a council does, and the cycle has none."""

    type = "chua-co-hoi-dong"
    status = 409
    title = "Chưa lập Hội đồng tự đánh giá"


class NotYourDuty(Problem):
    """The caller's place in the council, or outside of it, does not cover this."""

    type = "khong-phai-viec-trong-hoi-dong"
    status = 403
    title = "Việc này của người khác trong Hội đồng"


class NotInCouncil(Problem):
    """Somebody is named for work who is neither a member of the council nor of the group in question."""

    type = "khong-thuoc-hoi-dong"
    status = 409
    title = "Người này không thuộc Hội đồng"


class ReviewerIsWriter(Problem):
    """One person is named to write a criterion and to review it."""

    type = "nguoi-soat-la-nguoi-viet"
    status = 409
    title = "Người soát phải khác người viết"


class NoSuchGroup(Problem):
    """The council has no such group."""

    type = "nhom-khong-co"
    status = 404
    title = "Không có nhóm này"


class GroupHasCriteria(Problem):
    """A group that criteria are still assigned to cannot be dissolved; `criteria` lists them."""

    type = "nhom-con-tieu-chi"
    status = 409
    title = "Nhóm còn tiêu chí"


class NoPlan(Problem):
    """There is no plan to approve."""

    type = "chua-co-ke-hoach"
    status = 409
    title = "Chưa có kế hoạch tự đánh giá"


class CriteriaWithoutGroup(Problem):
    """A plan of a circular that works in groups, while criteria are no group's; `criteria` lists them."""

    type = "tieu-chi-chua-co-nhom"
    status = 409
    title = "Còn tiêu chí chưa giao nhóm"


class NoSuchMeeting(Problem):
    """The council of the cycle held no such meeting."""

    type = "cuoc-hop-khong-co"
    status = 404
    title = "Không có cuộc họp này"


class VotesDoNotAddUp(Problem):
    """Votes and members present differ; `votes` and `present` are the two numbers."""

    type = "phieu-khong-khop"
    status = 409
    title = "Số phiếu không khớp số người có mặt"


class NotReviewed(Problem):
    """A criterion that is not reviewed cannot be put to the council; `step` says where it stands."""

    type = "chua-soat"
    status = 409
    title = "Tiêu chí chưa soát"


class AlreadyPassed(Problem):
    """The council passed the criterion as it stands."""

    type = "da-thong-qua"
    status = 409
    title = "Hội đồng đã thông qua tiêu chí này"


class CriteriaNotPassed(Problem):
    """Approval or submission while the council has not passed every criterion; `gaps` lists them."""

    type = "tieu-chi-chua-thong-qua"
    status = 409
    title = "Còn tiêu chí Hội đồng chưa thông qua"


class NotApproved(Problem):
    """Submission while the chair has not approved the report as it stands."""

    type = "chua-phe-duyet"
    status = 409
    title = "Chủ tịch Hội đồng chưa phê duyệt"


class CannotCopy(Problem):
    """A cycle cannot begin with the texts of this other one."""

    type = "khong-chep-duoc"
    status = 409
    title = "Không chép từ đợt này được"


class NoSuchImprovement(Problem):
    """The improvement plan of the cycle has no such item."""

    type = "viec-cai-tien-khong-co"
    status = 404
    title = "Không có việc cải tiến này"


class DoneWithoutEvidence(Problem):
    """An item of the improvement plan was called done without evidence."""

    type = "xong-can-minh-chung"
    status = 409
    title = "Việc xong cần minh chứng"
