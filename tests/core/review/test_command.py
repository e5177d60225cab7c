"""``shuping check``: exit codes, both languages, JSON, and what stays unsaid with --quiet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import shuping
from shuping.cli import run
from tests.core.review.pages import page, whole

Ran = tuple[int, str, str]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Ran]:
    """Check a rule book given as text."""

    def command(text: str, *options: str) -> Ran:
        book = tmp_path / "rulebook.yaml"
        book.write_text(whole(text), encoding="utf-8")
        capsys.readouterr()
        code = run(["check", str(book), *options], {"LANG": "en_GB.UTF-8"})
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return code, captured.out, captured.err

    return command


SOUND = page("SH104").clean
ADVICE = page("SH106").reported
WARNING = page("SH104").reported
ERROR = page("SH303").reported


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        *((SOUND, (), 0), (ADVICE, (), 0), (WARNING, (), 0), (ERROR, (), 3)),
        *(
            (SOUND, ("--strict",), 0),
            (ADVICE, ("--strict",), 0),
            (WARNING, ("--strict",), 3),
            (ERROR, ("--strict",), 3),
        ),
    ],
)
def test_exit_codes(check: Callable[..., Ran], text: str, options: tuple[str, ...], code: int) -> None:
    for more in ((), ("--json",), ("--quiet",)):
        assert check(text, *options, *more)[0] == code


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("警告", "理由：", "办法：")), ("en", ("warning", "Why: ", "Do: "))]
)
def test_a_remark_has_place_reason_and_page(check: Callable[..., Ran], lang: str, words: tuple[str, ...]) -> None:
    line = page("SH104").marked[0]
    _, out, _ = check(WARNING, "--lang", lang)
    assert f"rulebook.yaml:{line}:" in out
    assert "docs/lint/SH104" in out
    assert all(word in out for word in words)


def test_json_holds_everything(check: Callable[..., Ran]) -> None:
    answer = json.loads(check(WARNING, "--json")[1])
    (remark,) = answer["remarks"]
    assert answer["problems"] == []
    assert (remark["code"], remark["severity"], remark["page"]) == ("SH104", "warning", "lint/SH104")
    assert (remark["file"], remark["line"], remark["field"]) == (
        "rulebook.yaml",
        page("SH104").marked[0],
        "criteria[2]",
    )
    assert all(remark[key] for key in ("message", "reason", "advice", "column"))


def test_quiet_says_errors_only(check: Callable[..., Ran]) -> None:
    assert check(WARNING, "--quiet")[1:] == ("", "")
    assert "SH303" in check(ERROR, "--quiet")[1]


def test_a_folder_shows_what_asking_costs_and_what_weighs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from shuping.records import new_folder

    new_folder(tmp_path / "ours", "en")
    assert run(["check", str(tmp_path / "ours"), "--lang", "en"], {}) == 0
    out = capsys.readouterr().out
    assert "The burden of asking" in out
    assert "Declared and effective weights" in out
    assert run(["check", str(tmp_path / "ours"), "--period", "2031"], {}) == 2
    assert "2031" in capsys.readouterr().err


def test_from_python(tmp_path: Path) -> None:
    book = tmp_path / "rulebook.yaml"
    book.write_text(whole(ERROR), encoding="utf-8")
    review = shuping.check(book)
    assert [remark.rule.code for remark in review.of("error")] == ["SH303"]
    frame = review.frame("zh").filter(severity="error")
    assert frame["code"].to_list() == ["SH303"]
    assert frame["line"].to_list() == page("SH303").marked
    assert "姓名" in frame["message"][0]


def test_a_limit_can_be_given(check: Callable[..., Ran]) -> None:
    text = page("SH105").reported
    assert "SH105" not in check(text)[1]
    assert "SH105" in check(text, "--limit", "leaves=2")[1]
    loose = check(WARNING, "--strict", "--limit", "leaf_points=1/100")
    assert (loose[0], "SH104" in loose[1]) == (0, False)


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ("leafs=3", "没有叫“leafs”的界限", 'no limit called "leafs"'),
        ("leaves=2.5", "应是不小于 0 的整数", "a whole number"),
        ("leaves=-1", "应是不小于 0 的整数", "a whole number"),
        ("spread=wide", "应是不小于 0 的数", "a number, 0 or more"),
        ("leaves", "--limit 应写成 NAME=VALUE", "--limit takes NAME=VALUE"),
    ],
)
def test_a_wrong_limit_is_refused(check: Callable[..., Ran], given: str, zh: str, en: str) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        code, _, said = check(SOUND, "--limit", given, "--lang", lang)
        assert code == 2
        assert words in said


def test_every_wrong_limit_is_said_at_once(check: Callable[..., Ran]) -> None:
    _, _, said = check(SOUND, "--limit", "leafs=3", "--limit", "minutes=many", "--lang", "en")
    assert "leaves" in said
    assert '"many"' in said
