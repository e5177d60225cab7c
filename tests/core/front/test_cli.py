"""The command line: what is printed, in which language, and which exit code says what."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shuping import appraisal
from shuping.errors import catalogue
from tests.core.front.conftest import Ran

Command = Callable[..., Ran]

TABLES = {"manifest.json", "measures.csv", "scores.csv", "standing.csv", "trace.parquet"}
DOCUMENTS = {"commentary.en.docx", "commentary.zh.docx", "report.html", "result.xlsx"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_score_writes_everything(shuping: Command, folder: Path, tmp_path: Path) -> None:
    ran = shuping("score", folder, "--out", tmp_path / "result")
    assert ran.code == 0
    assert names(tmp_path / "result") >= TABLES | DOCUMENTS
    assert "report.html" in ran.out


def test_two_runs_give_the_same_bytes(shuping: Command, folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert shuping("score", folder, "--out", tmp_path / name).code == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert first == second


def test_an_existing_result_is_kept_without_force(shuping: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "result"
    shuping("score", folder, "--out", out, "--no-documents")
    before = (out / "manifest.json").read_bytes()
    refused = shuping("score", folder, "--out", out, "--no-documents")
    assert refused.code == 4
    assert "--force" in refused.err
    assert (out / "manifest.json").read_bytes() == before
    assert shuping("score", folder, "--out", out, "--no-documents", "--force").code == 0


def test_a_folder_of_other_things_is_never_replaced(shuping: Command, folder: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    assert shuping("score", folder, "--out", precious, "--force", "--no-documents").code == 4
    assert names(precious) == {"thesis.txt"}


def test_previous_adds_the_change(shuping: Command, folder: Path, tmp_path: Path) -> None:
    shuping("score", folder, "--out", tmp_path / "before", "--no-documents")
    ran = shuping(
        "score", folder, "--out", tmp_path / "after", "--previous", tmp_path / "before", "--no-documents", "--json"
    )
    rows = json.loads(ran.out)["standing"]
    assert len(rows) > 0
    assert all(row["change"] is not None and float(row["change"]) == 0 for row in rows)
    assert all(row["rank_change"] == 0 for row in rows)


def test_previous_must_be_a_result(shuping: Command, folder: Path, tmp_path: Path) -> None:
    ran = shuping("score", folder, "--out", tmp_path / "r", "--previous", folder, "--no-documents")
    assert ran.code == 2
    assert not (tmp_path / "r").exists()


def test_bad_rows_stop_everything(shuping: Command, folder: Path, tmp_path: Path) -> None:
    with (folder / "records" / "activity.csv").open("a", encoding="utf-8") as stream:
        stream.write("north,2025-13-05,lectur,e1,0\n")
    ran = shuping("score", folder, "--out", tmp_path / "result")
    assert ran.code == 2
    assert ran.err.count("records/activity.csv:") == 4
    assert not (tmp_path / "result").exists()


def test_accept_valid_goes_on_and_keeps_the_rest(shuping: Command, folder: Path, tmp_path: Path) -> None:
    with (folder / "records" / "activity.csv").open("a", encoding="utf-8") as stream:
        stream.write("north,2025-13-05,lectur,e1,0\n")
    out = tmp_path / "result"
    ran = shuping("score", folder, "--out", out, "--accept", "valid", "--no-documents")
    assert ran.code == 0
    rejected = (tmp_path / "result.rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rejected) == 2
    assert "2025-13-05" in rejected[1]


@pytest.mark.parametrize(("lang", "word"), [("zh", "不认识的键"), ("en", "unknown key")])
def test_rule_book_errors_are_located_in_both_languages(shuping: Command, folder: Path, lang: str, word: str) -> None:
    book = folder / "rulebook.yaml"
    book.write_text(book.read_text(encoding="utf-8") + "\nperiodz: 3\n", encoding="utf-8")
    line = len(book.read_text(encoding="utf-8").splitlines())
    ran = shuping("check", folder, "--lang", lang)
    assert ran.code == 3
    assert f"rulebook.yaml:{line}:1" in ran.err
    assert word in ran.err


def test_errors_as_json(shuping: Command, folder: Path) -> None:
    book = folder / "rulebook.yaml"
    book.write_text(book.read_text(encoding="utf-8") + "\nperiodz: 3\n", encoding="utf-8")
    answer = json.loads(shuping("check", folder, "--json").out)
    assert [problem["code"] for problem in answer["problems"]] == ["rulebook.unknown-key"]
    assert answer["problems"][0]["line"] > 1


def test_quiet_prints_nothing(shuping: Command, folder: Path, tmp_path: Path) -> None:
    ran = shuping("score", folder, "--out", tmp_path / "r", "--no-documents", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "命令写法有误"),
        ({"LC_ALL": "zh_CN"}, "命令写法有误"),
        ({"LANG": "C"}, "--help to see"),
    ],
)
def test_the_locale_sets_the_language(shuping: Command, environment: dict[str, str], word: str) -> None:
    ran = shuping("score", **environment)
    assert ran.code == 2
    assert word in ran.err


def test_help_in_both_languages(shuping: Command) -> None:
    assert "述评" in shuping("--help", "--lang", "zh").out
    assert "Score the units" in shuping("--help", "--lang", "en").out
    for command in ("score", "explain", "measures", "check", "schema", "new", "template", "demo"):
        for lang in ("zh", "en"):
            ran = shuping(command, "--help", "--lang", lang)
            assert ran.code == 0
            assert "help-" not in ran.out


def test_every_help_key_has_words() -> None:
    text = Path(appraisal.__file__).with_name("cli.py").read_text(encoding="utf-8")
    keys = {piece.split('"')[0] for piece in text.split('help="')[1:]}
    assert len(keys) > 20
    assert {f"cli.{key}" for key in keys} <= set(catalogue())


def test_explain_from_the_result(shuping: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    shuping("score", folder, "--out", out, "--no-documents")
    ran = shuping("explain", out, "north")
    assert ran.code == 0
    assert "records/request.csv" in ran.out
    steps = json.loads(shuping("explain", out, "north", "--json").out)["steps"]
    assert steps[0]["kind"] == "total"
    wrong = shuping("explain", out, "nort")
    assert wrong.code == 2
    assert "north" in wrong.err


def test_explain_refuses_a_changed_result(shuping: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    shuping("score", folder, "--out", out, "--no-documents")
    with (out / "trace.parquet").open("ab") as stream:
        stream.write(b"x")
    ran = shuping("explain", out, "north")
    assert ran.code == 2
    assert "trace.parquet" in ran.err


def test_measures_and_their_statements(shuping: Command, folder: Path, tmp_path: Path) -> None:
    assert "Beishan" in shuping("measures", folder).out
    sql = shuping("measures", folder, "--sql").out
    assert "SELECT" in sql
    assert "SELECT" in shuping("measures", folder, "--sql", "--dialect", "spark").out
    shuping("measures", folder, "--out", tmp_path / "m.csv")
    assert (tmp_path / "m.csv").read_text(encoding="utf-8").startswith("period,unit,measure,value,se,n,missing")


def test_schema_is_json(shuping: Command) -> None:
    schema = json.loads(shuping("schema").out)
    assert "criteria" in schema["properties"]


def test_template_makes_forms(shuping: Command, folder: Path, tmp_path: Path) -> None:
    assert shuping("template", folder, "--out", tmp_path / "forms").code == 0
    made = list((tmp_path / "forms").rglob("*.xlsx")) if (tmp_path / "forms").is_dir() else [tmp_path / "forms"]
    assert made


def test_new_refuses_a_folder_in_use(shuping: Command, folder: Path) -> None:
    assert shuping("new", folder).code in (2, 4)


def test_a_full_disk_leaves_nothing(
    shuping: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(appraisal, "write_manifest", full)
    ran = shuping("score", folder, "--out", tmp_path / "result", "--no-documents")
    assert ran.code == 4
    assert "No space left" in ran.err
    assert names(tmp_path) == {"ours"}


def test_an_interruption_leaves_nothing(
    shuping: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(appraisal, "write_manifest", stopped)
    assert shuping("score", folder, "--out", tmp_path / "result", "--no-documents").code == 130
    assert names(tmp_path) == {"ours"}


def test_a_fault_of_the_program_is_owned(
    shuping: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appraisal, "score", lambda *_, **__: 1 / 0)
    ran = shuping("score", folder, "--out", tmp_path / "result")
    assert ran.code == 70
    assert "ZeroDivisionError" in ran.err


def test_the_installed_program_prints_no_noise(folder: Path, tmp_path: Path) -> None:
    """A process of its own: nothing on the error stream when all is well (no leak reports, no warnings)."""
    done = subprocess.run(
        [sys.executable, "-m", "shuping.cli", "score", str(folder), "--out", str(tmp_path / "r"), "--lang", "en"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
