"""The commune's year in the demo: planned, issued, worked through, reported; by the accounts of those whose work it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from client.api_client import Client
from deploy.demo.checks import check, refused
from deploy.demo.commune import DemoCommune
from shared.text import format_date

PLAN_NUMBER, REPORT_NUMBER = "08/KH-UBND", "45/BC-UBND"
_KINDS = {"cong_nhan_moi", "cong_nhan_lai", "duy_tri", "nang_muc"}
_SECTION, _FIGURE = "Việc đã làm", "Số lớp"


class DemoYear:
    """Plays one commune's calendar year: that of `today`. `acting` gives the caller who has a role in a scope."""

    def __init__(
        self, commune: DemoCommune, today: dt.date, acting: Callable[[str, str], Client], documents: Mapping[str, str]
    ) -> None:
        self._commune = commune
        self._today = today
        self._acting = acting
        self._documents = documents
        self._place = f"communes/{commune.code}/years/{today.year}"
        self._first, self._renewing, self._new = (school.code for school in commune.schools)

    # planned

    def plan(self, criterion: str) -> dict[str, Any]:
        """Draft, take proposals, aim at `criterion`, issue; returns what was proposed, refused and issued."""
        proposed = self._office.get(f"{self._place}/plan/proposals")["proposals"]
        kinds = {line["school"]: line["kind"] for line in proposed}
        check(set(kinds.values()) <= _KINDS, f"máy đề xuất cho mọi trường: {kinds}")
        told = (kinds[self._renewing], kinds[self._new])
        check(told == ("cong_nhan_lai", "cong_nhan_moi"), f"đề xuất theo Sổ công nhận: {kinds}")
        self._office.put(f"{self._place}/plan", {})
        issue = {"number": PLAN_NUMBER, "on": self._today.isoformat(), "signer_office": "Chủ tịch"}
        early = refused(lambda: self._leader.post(f"{self._place}/plan/issues", issue))
        check(early == "truong-chua-co-muc", f"chưa ban hành được khi trường chưa có mục: {early}")
        seen = [{"school": line["school"], "kind": line["kind"]} for line in proposed]
        self._office.post(f"{self._place}/plan/entries", {"proposals": seen})
        self._choose_a_day(self._new)
        self._aim(criterion)
        self._set_committee()
        self._leader.post(f"{self._place}/plan/issues", issue)
        progress = self._office.get(f"{self._place}/plan/progress")
        check(progress["schools"] == progress["with_entry"] == len(kinds), f"mọi trường có mục trong kế hoạch: {progress}")
        return {"proposed": kinds, "refused_first": early, "issued": PLAN_NUMBER, "progress": progress}

    def _choose_a_day(self, school: str) -> None:
        """Say until when a school registers: the law names no day for one that holds nothing, so people do."""
        lines = self._office.get(f"{self._place}/plan")["lines"]
        entry = next(line["entry"] for line in lines if line["school"] == school)
        kept = {name: entry[name] for name in ("kind", "target_level", "target_degree")}
        chosen = {"register_by": self._end, "responsible": "Hiệu trưởng"}
        self._office.put(f"{self._place}/plan/entries/{school}", kept | chosen)

    def _aim(self, criterion: str) -> None:
        means = {
            self._first: ("truong", "Hội đồng tự đánh giá rà minh chứng từng tháng"),
            self._renewing: ("truong", "Bổ sung minh chứng của hai năm học gần nhất"),
            self._new: ("phong_vhxh", "Cử cán bộ hướng dẫn viết phiếu tiêu chí tại trường"),
        }
        targets = [
            {"school": school, "criterion": criterion, "level": 1, "by": self._end, "lead": lead, "means": how}
            for school, (lead, how) in means.items()
        ]
        self._office.post(f"{self._place}/targets", {"targets": targets})

    def _set_committee(self) -> None:
        members = (
            ("lanh_dao_xa", "Chủ tịch UBND xã", "truong_ban", "Chỉ đạo chung, ký văn bản của Ban"),
            ("can_bo_xa", "Trưởng phòng VH-XH", "pho_ban_thuong_truc", "Đôn đốc các trường, tổng hợp báo cáo"),
            ("phong_kinh_te", "Trưởng phòng Kinh tế", "uy_vien", "Thẩm định nhu cầu, bố trí vốn"),
            ("doan_the", "Chủ tịch Mặt trận xã", "uy_vien", "Vận động phụ huynh và nhân dân"),
        )
        people = [{"login": self._commune.login(role), "name": "", "office": office} for role, office, _, _ in members]
        persons = self._office.post(f"communes/{self._commune.code}/people", {"people": people})["persons"]
        sitting = [
            {"person": person, "role": seat, "duty": duty}
            for person, (_, _, seat, duty) in zip(persons, members, strict=True)
        ]
        decision = {"number": "15/QĐ-UBND", "decided_on": self._since(40), "members": sitting}
        self._office.put(f"{self._place}/committee", decision)

    # worked through

    def work(self) -> dict[str, Any]:
        """Give tasks, hold a class, plan a visit, tell people, answer difficulties, plan money; returns what came of it."""
        self._give_and_report()
        self._train()
        visit = {"layer": "commune", "on": self._in(8), "title": "Kiểm tra kỹ thuật lần đầu"}
        self._office.post(f"schools/{self._new}/inspections", visit)
        self._tell_people()
        self._answer_difficulties()
        money = self._appraise_and_fund()
        tasks = self._office.get(f"{self._place}/tasks")
        check(tasks["counts"].get("da_nhan") == 1, f"một việc đã nhận kết quả: {tasks['counts']}")
        closed = self._office.get(f"{self._place}/difficulties", state="da_dong")["total"]
        check(closed == 1, f"một khó khăn trường đã đóng: {closed}")
        return {"tasks": tasks["total"], "money": money}

    def _give_and_report(self) -> None:
        listed = self._give([self._first], "Nộp danh mục minh chứng", "paper", due=self._since(4), on=self._since(20))
        self._report(listed, self._head(self._first), "Đã nộp danh mục", documents=[self._documents[self._first]])
        self._office.post(f"tasks/{listed}/acceptance", {})
        self._give([self._new], "Gửi kế hoạch cải tiến chất lượng", "report", due=self._since(2), on=self._since(30))
        everywhere = self._give(["moi_truong"], "Báo cáo lộ trình đăng ký đánh giá ngoài", "report", due=self._in(7))
        self._report(everywhere, self._head(self._first), "Trường đã đăng ký và được đánh giá ngoài")
        survey = self._give(["phong_kinh_te"], "Khảo sát phòng học của ba trường", "report", due=self._in(3))
        self._report(survey, self._acting("phong_kinh_te", self._commune.code), "Đã khảo sát; một trường thiếu hai phòng")
        self._give(["phong_kinh_te"], "Lập dự toán sửa chữa trường học năm sau", "report", due=self._in(6))
        self._give(["doan_the"], "Vận động phụ huynh góp công làm sân chơi", "report", due=self._in(14))
        self._give(["ban_chi_dao"], "Họp Ban Chỉ đạo, rà tiến độ từng trường", "report", due=self._in(10))

    def _give(self, to: list[str], text: str, wanted: str, *, due: str, on: str | None = None) -> str:
        """Give a task; returns its id, of several that of the first receiver by code."""
        body = {"to": to, "text": text, "wanted": wanted, "due": due, "on": on or self._today.isoformat()}
        given = self._office.post(f"{self._place}/tasks", body)
        if to != ["moi_truong"]:
            return str(given["id"])
        mine = self._head(self._first).get("tasks", school=self._first, giving=self._giving(given["id"]))["tasks"]
        return str(mine[0]["id"])

    def _giving(self, task: str) -> str:
        return str(self._office.get(f"tasks/{task}")["giving"])

    def _report(self, task: str, who: Client, text: str, **more: Any) -> None:
        who.post(f"tasks/{task}/reports", {"text": text, **more})

    def _train(self) -> None:
        place = f"{self._place}/trainings"
        held_on = self._since(12)
        held = {"topic": "hoi_dong", "title": "Tự đánh giá theo thông tư đang áp dụng", "place": "Hội trường UBND xã"}
        training = self._office.post(place, held | {"days": [held_on], "budget_vnd": 5_000_000})["id"]
        heads = [
            {
                "login": self._commune.login("hieu_truong", school.code),
                "school": school.code,
                "present": school.code != self._new,
            }
            for school in self._commune.schools
        ]
        self._office.post(f"trainings/{training}/attendance", {"held_on": held_on, "attendance": heads})
        coming = {"topic": "minh_chung", "title": "Thu thập, mã hóa minh chứng", "place": self._commune.schools[0].name}
        self._office.post(place, coming | {"days": [self._in(9)]})

    def _tell_people(self) -> None:
        notice = {
            "title": "Tiếp dân về trường đạt chuẩn quốc gia",
            "body": "Phòng Văn hóa – Xã hội tiếp người dân sáng thứ Ba hằng tuần tại trụ sở UBND xã.",
            "number": "21/TB-UBND",
            "on": self._since(15),
        }
        published = self._office.post(f"{self._place}/notices", notice)["id"]
        comment = {"text": "Đề nghị thông báo thêm trên loa của từng bản."}
        self._acting("doan_the", self._commune.code).post(f"notices/{published}/comments", comment)
        loudspeaker = {"kind": "loa", "title": "Phát thanh về kế hoạch năm của xã", "on": self._since(1)}
        self._office.post(f"{self._place}/publicity", loudspeaker)

    def _answer_difficulties(self) -> None:
        solved = self._raise(self._renewing, "Thiếu giáo viên dạy thay khi tập huấn", "Bố trí người dạy thay")
        self._office.post(f"difficulties/{solved}/taking", {"due": self._in(7)})
        self._office.post(f"difficulties/{solved}/answers", {"text": "Đã xếp giáo viên trường bạn dạy thay hai ngày."})
        self._head(self._renewing).post(f"difficulties/{solved}/closing", {"word": "thoa_dang"})
        decided = self._raise(self._new, "Sân trường ngập khi mưa lớn", "Bố trí vốn nâng sân")
        self._office.post(f"difficulties/{decided}/taking", {"due": self._in(7)})
        on = {"to": "ubnd_xa", "summary": "Cần vốn ngân sách xã để nâng sân"}
        self._office.post(f"difficulties/{decided}/forwarding", on)
        self._leader.post(f"difficulties/{decided}/decision", {"text": "Đồng ý bố trí vốn ngân sách xã năm nay."})
        self._raise(self._new, "Chưa có nhân viên thiết bị", "Cho kiêm nhiệm và tập huấn một giáo viên")

    def _raise(self, school: str, text: str, asks: str) -> str:
        raised = self._head(school).post(f"schools/{school}/difficulties", {"text": text, "asks": asks} | self._year)
        return str(raised["id"])

    def _appraise_and_fund(self) -> int:
        economic = self._acting("phong_kinh_te", self._commune.code)
        rooms = self._need(self._new, "Phòng học bộ môn", 2, "phòng", 900_000_000)
        part = {"source": "ctmtqg_ntm", "money_year": self._today.year, "amount_vnd": 600_000_000}
        early = refused(lambda: economic.post(f"needs/{rooms}/funding", part))
        check(bool(early), "chưa bố trí được tiền khi nhu cầu chưa thẩm định")
        economic.post(f"needs/{rooms}/appraisals", {"verdict": "co_so"})
        economic.post(f"needs/{rooms}/funding", part | {"decision": "112/QĐ-UBND"})
        own = {"source": "ns_xa", "amount_vnd": 300_000_000, "decision": "112/QĐ-UBND"}
        economic.post(f"needs/{rooms}/funding", part | own)
        economic.post(f"needs/{rooms}/work", {})
        self._need(self._renewing, "Đồ chơi ngoài trời", 1, "bộ", 85_000_000)
        told = economic.get(f"{self._place}/need-sums")
        by_source, by_school = (sum(one["amount"] for one in told[f"by_{way}"]) for way in ("source", "school"))
        check(by_source == by_school == 900_000_000, f"cộng theo nguồn và theo trường bằng nhau: {by_source}, {by_school}")
        return by_source

    def _need(self, school: str, item: str, quantity: int, unit: str, cost_vnd: int) -> str:
        body = {"item": item, "quantity": quantity, "unit": unit, "cost_vnd": cost_vnd} | self._year
        return str(self._head(school).post(f"schools/{school}/needs", body)["id"])

    # reported

    def report(self, print_to: Path) -> dict[str, Any]:
        """Ask schools, see who has not sent, count what the log tells, look at deadlines, print the plan."""
        ask = {"kind": "tien_do", "period": f"đến ngày {format_date(self._today)}", "due": self._in(5)}
        asked = self._office.post(f"{self._place}/reports", ask | {"sections": [_SECTION], "figures": [_FIGURE]})["id"]
        for school, classes in ((self._first, 15), (self._renewing, 8)):
            told = {"texts": [{"heading": _SECTION, "text": "Đã lập hội đồng, rà minh chứng."}]}
            figures = {"figures": [{"name": _FIGURE, "value": classes}]}
            self._head(school).post(f"schools/{school}/reports/{asked}", told | figures)
        self._office.post(f"schools/{self._first}/reports/{asked}/accept", {})
        missing = self._office.get(f"reports/{asked}/missing")["missing"]
        check([line["school"] for line in missing] == [self._new], f"biết trường nào chưa gửi: {missing}")
        return {"missing": [line["name"] for line in missing], **self._synthesise(asked), **self._print(print_to)}

    def _synthesise(self, asked: str) -> dict[str, Any]:
        synthesis = self._office.post(f"{self._place}/syntheses", {"kind": "tien_do", "request": asked})
        numbers = {number["key"]: number["value"] for number in synthesis["numbers"]}
        counted = self._office.get(f"syntheses/{synthesis['id']}/numbers/{next(iter(numbers))}")
        check(bool(counted), "mỗi số mở ra được những gì nó đếm")
        sent = {"to": "ubnd_xa", "number": REPORT_NUMBER, "on": self._today.isoformat()}
        self._office.post(f"syntheses/{synthesis['id']}/sendings", sent)
        return {"numbers": len(numbers)}

    def owed(self) -> list[dict[str, Any]]:
        """Return the commune's deadlines that are known by now, as its leader sees them."""
        found: list[dict[str, Any]] = self._leader.get("deadlines", commune=self._commune.code)["deadlines"]
        return found

    def _print(self, to: Path) -> dict[str, Any]:
        """Print the plan, twice: the same bytes."""
        place = f"{self._place}/papers/ke_hoach_xa?format=docx"
        told, again = (self._office.fetch_file(place, to)["x-kiemdinh-sha256"] for _ in range(2))
        check(to.read_bytes().startswith(b"PK"), "kế hoạch in ra là một tệp Word")
        check(told == again, "kế hoạch in hai lần giống nhau từng byte")
        return {"plan_printed": f"{to.name}, {to.stat().st_size} byte"}

    # who and when

    @property
    def _office(self) -> Client:
        return self._acting("can_bo_xa", self._commune.code)

    @property
    def _leader(self) -> Client:
        return self._acting("lanh_dao_xa", self._commune.code)

    def _head(self, school: str) -> Client:
        return self._acting("hieu_truong", school)

    @property
    def _year(self) -> dict[str, int]:
        return {"year": self._today.year}

    @property
    def _end(self) -> str:
        return f"{self._today.year}-12-31"

    def _since(self, days: int) -> str:
        """Return the day so many days ago, of this year."""
        return max(self._today - dt.timedelta(days=days), dt.date(self._today.year, 1, 1)).isoformat()

    def _in(self, days: int) -> str:
        return (self._today + dt.timedelta(days=days)).isoformat()
