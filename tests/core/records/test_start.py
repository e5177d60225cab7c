"""``shuping new``: both starters load without a complaint, say the same, and carry nothing over into a real folder."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from shuping.appraisal import score
from shuping.errors import InputError, Lang, OutputError
from shuping.records import new_folder, read_folder
from shuping.rulebook.load import load

HAND = {"activity": 14, "request": 9}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_folder_loads(lang: Lang, tmp_path: Path) -> None:
    made = new_folder(tmp_path / "office", lang)
    assert sorted(path.relative_to(tmp_path / "office").as_posix() for path in made) == [
        "README.txt",
        "records/activity.csv",
        "records/request.csv",
        "rulebook.yaml",
        "units.csv",
    ]
    folder = read_folder(tmp_path / "office", load(tmp_path / "office/rulebook.yaml"))
    assert {name: table.frame.height for name, table in folder.datasets.items()} == HAND


def test_a_new_folder_scores_as_worked_out_by_hand(tmp_path: Path) -> None:
    """South: 30 + 30 + 40. North: all 3 villages 30, 5 of 6 activities 25, 2 of 3 requests in time 26.67.

    East: 3 of 4 villages (0.75 - 0.2) / 0.8 x 30 = 20.625, 5 of 8 activities 18.75, 3 of 4 requests in time 30: the
    open one is not in time. 69.375 is published as 69.38.
    """
    new_folder(tmp_path)
    standing = score(read_folder(tmp_path, load(tmp_path / "rulebook.yaml"))).standing
    assert standing.select("unit", "total", "rank", "grade").sort("rank").rows() == [
        ("south", Decimal("100.00"), 1, "excellent"),
        ("north", Decimal("81.67"), 2, "good"),
        ("east", Decimal("69.38"), 3, "fair"),
    ]


def test_the_two_languages_differ_in_comments_only(tmp_path: Path) -> None:
    books = []
    for lang in ("zh", "en"):
        new_folder(tmp_path / lang, "zh" if lang == "zh" else "en")
        books.append(load(tmp_path / lang / "rulebook.yaml"))
    assert books[0] == books[1]
    texts = [(tmp_path / lang / "rulebook.yaml").read_text(encoding="utf-8") for lang in ("zh", "en")]
    assert texts[0] != texts[1]


def test_sample_records_cannot_slip_into_a_real_appraisal(tmp_path: Path) -> None:
    new_folder(tmp_path)
    (tmp_path / "units.csv").write_text("id,name,kind,villages,target_activities\nx,X,township,1,1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_folder(tmp_path, load(tmp_path / "rulebook.yaml"))
    assert {problem.code for problem in caught.value.problems} == {"records.unknown-unit"}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for taken in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(OutputError):
            new_folder(taken)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
