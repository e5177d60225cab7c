"""Names: well formed, used once, and known where they are referred to."""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import ValidationError

from shuping.methods import METHODS
from shuping.rulebook.check_report import Report, located
from shuping.rulebook.model import Criterion, Dataset
from shuping.rulebook.prune import Pruned
from shuping.rulebook.validation import problems_of
from shuping.rulebook.yaml_source import Path, Positions, show_path
from shuping.values.periods import parse_span
from shuping.values.scalars import ID_PATTERN

RESERVED_COLUMNS = ("unit", "filer", "period", "stratum", "cluster", "weight", "reviewer", "group", "item", "mark")
_ID = re.compile(ID_PATTERN)


def check_names(report: Report) -> None:
    """Check identifiers, references, methods and their parameters, and periods."""
    _identifiers(report)
    for path, criterion in located(report.rulebook):
        _criterion(report, path, criterion)
    for name, dataset in report.rulebook.datasets.items():
        _dataset(report, name, dataset)
    _measures(report)
    _periods(report)
    _texts(report)


def _identifiers(report: Report) -> None:
    rulebook = report.rulebook
    for kind in ("attributes", "groups", "datasets", "surveys", "measures", "panels", "grades"):
        for name in getattr(rulebook, kind):
            if not _ID.match(name):
                report.add("bad-name", (kind, name), key=True, given=name)
    for name, dataset in rulebook.datasets.items():
        for field in dataset.fields:
            if not _ID.match(field) or field in RESERVED_COLUMNS:
                code = "bad-name" if field not in RESERVED_COLUMNS else "reserved-name"
                report.add(
                    code,
                    ("datasets", name, "fields", field),
                    key=True,
                    given=field,
                    allowed=", ".join(RESERVED_COLUMNS),
                )
    first: dict[str, Path] = {}
    for path, criterion in located(rulebook):
        if not _ID.match(criterion.id):
            report.add("bad-name", (*path, "id"), given=criterion.id)
        if criterion.id in first:
            line = report.positions.place(report.pruned.original(first[criterion.id])).line
            report.add("repeated-criterion", (*path, "id"), given=criterion.id, first=line)
        first.setdefault(criterion.id, path)


def _criterion(report: Report, path: Path, criterion: Criterion) -> None:
    rulebook = report.rulebook
    if criterion.measure is not None:
        report.unknown("measure", criterion.measure, rulebook.measures, (*path, "measure"), lost_as="measures")
    if criterion.panel is not None:
        report.unknown("panel", criterion.panel.id, rulebook.panels, (*path, "panel", "id"), lost_as="panels")
    for index, group in enumerate(criterion.applies_to or ()):
        report.unknown("group", group, rulebook.groups, (*path, "applies_to", index), lost_as="groups")
    for key in ("points", "weight"):
        share = getattr(criterion, key)
        for group in share if isinstance(share, dict) else ():
            report.unknown("group", group, rulebook.groups, (*path, key, group), lost_as="groups", key=True)
    if criterion.min is not None and criterion.max is not None and criterion.min > criterion.max:
        report.add("min-above-max", (*path, "min"), given=str(criterion.min), allowed=str(criterion.max))
    for name, parameters in (criterion.method or {}).items():
        if not report.unknown("method", name, METHODS, (*path, "method")):
            check_parameters(report, (*path, "method", name), name, parameters)


def check_parameters(report: Report, path: Path, name: str, parameters: object) -> None:
    """Check the parameters of a known method, given at ``path``."""
    method = METHODS[name]
    try:
        method.model_validate(parameters or {})
    except ValidationError as error:
        prefix = report.pruned.original(path)
        for problem in problems_of(error, _below(report.positions, prefix), Pruned({}), method):
            inside = ".".join(part for part in (show_path(prefix), problem.place.field) if part)
            report.problems.append(replace(problem, place=replace(problem.place, field=inside)))


def _below(positions: Positions, prefix: Path) -> Positions:
    cut = len(prefix)

    def shift(table: dict[Path, tuple[int, int]]) -> dict[Path, tuple[int, int]]:
        return {path[cut:]: mark for path, mark in table.items() if path[:cut] == prefix}

    return Positions(positions.file, shift(dict(positions.values)), shift(dict(positions.keys)))


def _dataset(report: Report, name: str, dataset: Dataset) -> None:
    path: Path = ("datasets", name)
    dated_by = dataset.date_field
    if dated_by is not None:
        field = dataset.fields.get(dated_by)
        if field is None or field.type != "date":
            dates = [key for key, value in dataset.fields.items() if value.type == "date"]
            report.add("not-dated", path, key=True, given=dated_by, allowed=", ".join(dates) or "∅")
    elif dataset.dated_by is not None:
        report.add("dated-twice", (*path, "dated_by"), given=dataset.dated_by)
    for index, field_name in enumerate(dataset.unique):
        report.unknown("field", field_name, ("unit", *dataset.fields), (*path, "unique", index))


def _measures(report: Report) -> None:
    rulebook = report.rulebook
    for name, measure in rulebook.measures.items():
        path: Path = ("measures", name)
        if measure.from_ is not None:
            report.unknown("dataset", measure.from_, rulebook.datasets, (*path, "from"), lost_as="datasets")


def _periods(report: Report) -> None:
    rulebook = report.rulebook
    try:
        parse_span("2001", rulebook.year_starts)
    except ValueError:
        report.add("bad-year-start", ("year_starts",), given=rulebook.year_starts)
        return
    seen: set[str] = set()
    for index, text in enumerate(rulebook.periods):
        try:
            names = [period.name for period in parse_span(text, rulebook.year_starts)]
        except ValueError:
            report.add("bad-period", ("periods", index), given=text)
            continue
        if again := seen.intersection(names):
            report.add("repeated-period", ("periods", index), given=", ".join(sorted(again)[:5]))
        seen.update(names)


def _texts(report: Report) -> None:
    rulebook = report.rulebook
    criteria = [criterion.id for criterion in rulebook.walk()]
    for index, ask in enumerate(rulebook.publish.asks):
        if ask.category is not None:
            path: Path = ("publish", "asks", index, "category")
            report.unknown("category", ask.category, rulebook.publish.categories, path, lost_as="publish")
    for number, part in enumerate(rulebook.publish.parts):
        for index, name in enumerate(part.criteria):
            report.unknown(
                "criterion", name, criteria, ("publish", "parts", number, "criteria", index), lost_as="criteria"
            )
    seen: set[str] = set()
    for index, finding in enumerate(rulebook.findings):
        if finding.id in seen:
            report.add("repeated-finding", ("findings", index, "id"), given=finding.id)
        seen.add(finding.id)
        for position, group in enumerate(finding.groups or ()):
            report.unknown("group", group, rulebook.groups, ("findings", index, "groups", position), lost_as="groups")
        if rulebook.publish.categories:
            report.unknown(
                "category",
                finding.category,
                rulebook.publish.categories,
                ("findings", index, "category"),
                lost_as="publish",
            )
