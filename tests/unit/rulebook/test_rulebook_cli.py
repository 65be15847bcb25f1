"""`kiemdinh rulebook` answers programs exactly and people readably, and refuses a bad file with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.rulebook import app

CASE = {"rulebook": "v2018/tieu_hoc", "default": "met", "results": {"5.2": {"2": {"b": "not_met"}}}, "on": "2024-05-01"}
FIGURES = {
    "rulebook": "v2018/mam_non",
    "on": "2024-05-01",
    "area": "other",
    "figures": {"chuyen_can_5_tuoi": {"numerator": 85, "denominator": 100}},
}
TRIAL = {
    "rulebook": "v2026_tt57/pho_thong",
    "draft": {"changes": {"school_levels": {"2": {"others_at_least": 7}}}},
    "on": "2026-08-01",
    "schools": [
        {"code": "A", "name": "Một", "default": "met", "results": {"4.3": {"2": {"-": "not_met"}}}},
        {"code": "B"},
        {"code": "C", "default": "not_met"},
    ],
}


def run(*arguments: str, stdin: str | bytes | None = None):
    return CliRunner().invoke(app, list(arguments), input=stdin)


def answered(*arguments: str, stdin: str | bytes | None = None):
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_list_prints_every_rulebook_with_its_interval_and_digest():
    rows = answered("list", "--json")
    assert [r["id"] for r in rows][:3] == ["v2018/mam_non", "v2018/tieu_hoc", "v2018/trung_hoc"]
    assert rows[0]["in_force"] == ["2018-10-10", "2025-01-24"]
    assert all(len(r["digest"]) == 64 for r in rows)
    assert "v2026_tt57/pho_thong" in run("list").stdout


def test_show_prints_a_rulebook():
    assert answered("show", "v2026_tt57/mam_non", "--json")["id"] == "v2026_tt57/mam_non"
    assert "* 1.3" in run("show", "v2026_tt57/mam_non").stdout
    assert "Điều 22" in run("show", "v2018/mam_non").stdout
    assert "TT57/2026 Phụ lục I, tiêu chí 1.3" in run("show", "v2026_tt57/mam_non", "--full").stdout.replace("\n", " ")
    assert run("show", "v2099/x").exit_code == 2


def test_evaluate_reads_a_file_or_standard_input_and_one_case_or_many(tmp_path):
    (tmp_path / "case.json").write_text(json.dumps(CASE), encoding="utf-8")
    assert answered("evaluate", str(tmp_path / "case.json"), "--json")["school"]["level"] == 1
    many = answered("evaluate", "-", "--json", stdin=json.dumps([CASE, {**CASE, "results": {}}]))
    assert [one["school"]["level"] for one in many] == [1, 4]
    told = run("evaluate", "-", stdin=json.dumps([CASE, CASE])).stdout
    assert "Trường hợp 2:" in told
    assert "Trường đạt Mức 1" in run("evaluate", "-", stdin="\ufeff" + json.dumps(CASE)).stdout


@pytest.mark.parametrize("command", ["evaluate", "figures", "simulate"])
@pytest.mark.parametrize(
    ("stdin", "said"),
    [("{", "$"), (b"\xff\xfe", "UTF-8"), ("[1]", "[0]"), ('{"rulebook": "v9/x"}', "rulebook"), ('{"color": 1}', "color")],
)
def test_a_bad_file_gets_the_path_of_what_is_wrong_and_exit_code_2(command, stdin, said):
    result = run(command, "-", "--json", stdin=stdin)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_not_there_is_refused():
    result = run("evaluate", "không-có.json", "--json")
    assert (result.exit_code, "không đọc được" in result.stderr) == (2, True)


def test_a_wrong_indicator_is_named():
    result = run("evaluate", "-", "--json", stdin=json.dumps([CASE, {**CASE, "results": {"5.2": {"2": {"z": "met"}}}}]))
    assert result.exit_code == 2
    assert "[1].results.5.2.2.z" in result.stderr


def test_figures_are_printed_for_programs_and_for_people():
    (row,) = [
        r
        for r in answered("figures", "-", "--json", stdin=json.dumps(FIGURES))
        if (r["figure"], r["level"]) == ("chuyen_can_5_tuoi", 1)
    ]
    assert (row["value"], row["meets"], row["binding"]) == ("85", False, True)
    many = answered("figures", "-", "--json", stdin=json.dumps([FIGURES, FIGURES]))
    assert len(many) == 2
    for stdin in (json.dumps(FIGURES), json.dumps([FIGURES]), "[]"):
        assert "Số liệu" in run("figures", "-", stdin=stdin).stdout


def test_a_data_item_is_printed_without_a_level():
    figures = {"PT.1.3.Q03": {"numerator": 4}}
    case = {"rulebook": "v2026_tt57/pho_thong", "on": "2026-08-01", "area": "other", "figures": figures}
    assert "PT.1.3" in run("figures", "-", stdin=json.dumps(case)).stdout


def test_json_is_utf_8_even_with_half_a_surrogate_pair():
    trial = {**TRIAL, "schools": [{"code": "A", "name": "Một \ud800"}]}
    (school,) = answered("simulate", "-", "--json", stdin=json.dumps(trial))["schools"]
    assert school["name"] == "Một \ud800"


def test_diff_prints_what_changed_and_takes_a_draft():
    found = answered("diff", "v2018/tieu_hoc", "v2018_tt22/tieu_hoc", "--json")
    assert {c["kind"] for c in found["indicators"]} == {"dropped", "amended"}
    told = run("diff", "v2018/tieu_hoc", "v2026_tt57/pho_thong").stdout
    assert "không có bảng chuyển đổi" in told
    assert "thêm 4.3:" in told
    assert "bỏ 2.2 Mức 2 a" in run("diff", "v2018/tieu_hoc", "v2018_tt22/tieu_hoc").stdout
    draft = "shared/rulebook/data/v2018-tieu_hoc.yaml"
    assert answered("diff", draft, "v2018/tieu_hoc", "--json")["indicators"] == []
    assert run("diff", "v2018/tieu_hoc", "nothing.yaml").exit_code == 2


def test_simulate_tells_which_schools_would_change(tmp_path):
    (tmp_path / "trial.json").write_text(json.dumps(TRIAL), encoding="utf-8")
    answer = answered("simulate", str(tmp_path / "trial.json"), "--json")
    assert [s["changed"] for s in answer["schools"]] == [True, False, False]
    told = run("simulate", "-", stdin=json.dumps([TRIAL])).stdout
    assert "1 trường đổi mức" in told
    assert "A Một: Mức 2 → Mức 1 vì tiêu chí 4.3" in told
    assert "B : chưa kết luận (0–2)" in told
    assert "C : không đạt" in told


def test_lint_passes_the_packaged_rulebooks_and_fails_a_faulty_draft(tmp_path):
    assert answered("lint", "--json") == []
    assert "0 lỗi" in run("lint").stdout
    source = Path("shared/rulebook/data/v2026_tt57-pho_thong.yaml").read_text(encoding="utf-8")
    (tmp_path / "good.yaml").write_text(source, encoding="utf-8")
    assert run("lint", str(tmp_path / "good.yaml")).exit_code == 0
    (tmp_path / "bad.yaml").write_text(source.replace("separator: ', '", "separator: '; '"), encoding="utf-8")
    result = run("lint", str(tmp_path / "bad.yaml"))
    assert (result.exit_code, "evidence_code.example" in result.stdout) == (1, True)
    (tmp_path / "cut.yaml").write_text(source[: len(source) // 2], encoding="utf-8")
    assert run("lint", str(tmp_path / "cut.yaml")).exit_code == 2


def test_the_schema_of_a_rulebook_file_is_printed():
    assert "$defs" in answered("schema")
