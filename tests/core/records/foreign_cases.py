"""Rule books that declare just the datasets of the three real cases."""

from __future__ import annotations

from typing import Any

from shuping.rulebook.model import Rulebook

COUNTS = (
    *("received", "total", "met", "extension", "late", "resolvable", "granted", "partly_withheld", "withheld"),
    "pending",
)


def rulebook(datasets: dict[str, Any], periods: list[str], **more: Any) -> Rulebook:
    """Return a small rule book over one group."""
    head = {"rulebook": "case", "version": "1", "title": "Case", "groups": {"all": {"kind": "any"}}}
    return Rulebook.model_validate({**head, "periods": periods, "datasets": datasets, **more})


def hdi() -> Rulebook:
    number = {"type": "number", "places": "15", "required": "false"}
    return rulebook(
        {"country": {"period": "year", "fields": dict.fromkeys(("le", "eys", "mys", "gni"), number)}}, ["1990..2021"]
    )


def foi() -> Rulebook:
    fields = {field: {"type": "integer", "min": "0", "required": "false"} for field in COUNTS}
    datasets = {
        "quarterly": {"period": "quarter", "fields": fields, "unique": ["unit"]},
        "annual": {"period": "year", "fields": fields, "unique": ["unit"]},
    }
    return rulebook(datasets, ["2010-Q1..2020-Q4", "2010..2020"])


def dhis2() -> Rulebook:
    fields = {field: {"type": "integer", "required": "false"} for field in "abcde"}
    return rulebook({"values": {"period": "month", "fields": fields}}, ["2017-01..2017-12"])
