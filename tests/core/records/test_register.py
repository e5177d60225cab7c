"""units.csv: every mistake is found, all at once, and said where it stands."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from shuping.errors import InputError
from shuping.records import Register, read_register
from shuping.values import Missing


def register(text: str, tmp_path: Path) -> Register:
    path = tmp_path / "units.csv"
    path.write_text(text, encoding="utf-8")
    return read_register(path)


def test_units_in_file_order_with_attributes_parents_and_dates(tmp_path: Path) -> None:
    header = "id,name,name_en,kind,parent,valid_from,valid_to,people\n"
    text = header + "v,村,V,village,t,2020/1/5,,\nt,镇,,township,,,2025年3月1日,1200\n"
    found = register(text, tmp_path)
    assert [unit.id for unit in found] == ["v", "t"]
    assert found["v"].parent == "t"
    assert found["v"].valid_from == "2020-01-05"
    assert found["t"].valid_to == "2025-03-01"
    assert found.number("t", "people") == 1200
    assert found.number("v", "people") == Missing("no_attribute")
    assert found.below("t") == {"t", "v"}
    assert found["t"].label("en") == "镇"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,name\na,A\n", [("records.missing-column", None, None)]),
        ("id,name,kind\n", [("records.no-units", None, None)]),
        ("id,name,kind\n,A,x\n", [("records.empty-id", 2, "id")]),
        ("id,name,kind\na,,\n", [("records.empty-name", 2, "name"), ("records.empty-kind", 2, "kind")]),
        ("id,name,kind\na,A,x\na,B,x\n", [("records.duplicate-unit", 3, "id")]),
        ("id,name,kind,parent\na,A,x,bb\nbbb,B,x,\n", [("records.unknown-parent", 2, "parent")]),
        ("id,name,kind,parent\na,A,x,b\nb,B,x,a\nc,C,x,a\n", [("records.parent-cycle", 2, "parent")]),
        ("id,name,kind,parent\na,A,x,a\n", [("records.parent-cycle", 2, "parent")]),
        ("id,name,kind,valid_from\na,A,x,soon\n", [("records.not-a-date", 2, "valid_from")]),
        ("id,name,kind,valid_from,valid_to\na,A,x,2025-2-1,2025-1-1\n", [("records.validity-order", 2, "valid_from")]),
        ('id,name,kind\n"a\nb",A,x\n', [("records.bad-id", 2, "id")]),
        ("id,name,kind\na,A,x,y\n", [("records.too-many-cells", 2, None)]),
        (
            "id,name,kind,parent\n,A,x,\na,B,x,zz\nb,,x,\n",
            [("records.empty-id", 2, "id"), ("records.empty-name", 4, "name"), ("records.unknown-parent", 3, "parent")],
        ),
    ],
)  # fmt: skip
def test_every_mistake_is_located(
    text: str, expected: list[tuple[str, int | None, str | None]], tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        register(text, tmp_path)
    found = [(problem.code, problem.place.line, problem.place.field) for problem in caught.value.problems]
    assert found == expected
    assert all(problem.place.file == "units.csv" for problem in caught.value.problems)


def test_a_circle_is_printed_and_a_near_name_is_offered(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="b → c → d → b"):
        register("id,name,kind,parent\na,A,x,b\nb,B,x,c\nc,C,x,d\nd,D,x,b\n", tmp_path)
    with pytest.raises(InputError, match="did you mean “qingshi”"):
        register("id,name,kind,parent\nqingshi,A,x,\nb,B,x,qingshii\n", tmp_path)


def test_a_chain_deeper_than_any_office_is_refused_and_a_long_one_is_quick(tmp_path: Path) -> None:
    rows = ["id,name,kind,parent", "u0,U,x,"] + [f"u{at},U,x,u{at - 1}" for at in range(1, 20_000)]
    with pytest.raises(InputError) as caught:
        register("\n".join(rows), tmp_path)
    assert [(problem.code, problem.params["given"]) for problem in caught.value.problems] == [
        ("records.too-deep", "u50")
    ]


def test_a_frame_is_judged_like_a_file() -> None:
    frame = pl.DataFrame(
        {"id": ["a", "b"], "name": ["A", "B"], "kind": ["x", "x"], "parent": [None, "a"], "size": [1.5, None]}
    )
    assert read_register(frame).number("a", "size") * 2 == 3  # type: ignore[operator]
    with pytest.raises(InputError, match="stands already in row 1"):
        read_register(pl.concat([frame, frame]))
