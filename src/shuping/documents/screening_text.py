"""What a screening found, for the organiser: tables and sentences for the terminal, plain data, a frame for CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from shuping.documents.wording import printable
from shuping.errors import Lang, sentence
from shuping.rulebook.model import Rulebook
from shuping.screening.finding import BallotCount, Check, Finding, PanelScreen, Screening

if TYPE_CHECKING:
    from rich.table import Table

Names = Mapping[str, str]
_SHOWN = 8
_COLUMNS = {
    "source": pl.String, "id": pl.String, "period": pl.String, "group": pl.String, "check": pl.String,
    "state": pl.String, "compared": pl.Int64, "found": pl.Int64, "reviewers": pl.String, "units": pl.String,
    "chance": pl.String, "expected_false_alarms": pl.String, "draws": pl.Int64, "seed": pl.Int64, "zh": pl.String,
    "en": pl.String,
}  # fmt: skip


def screening_parts(screening: Screening, book: Rulebook, units: Mapping[str, Names], lang: Lang) -> Iterator[Any]:
    """Yield what the terminal prints, in order. ``units``: name of each unit by language."""
    yield _say("for-the-organiser", lang)
    for panel in screening.panels:
        yield _panel_table(panel, book, lang)
        for check in panel.checks:
            for finding in check.findings:
                yield "  " + finding_text(check, finding, units[lang], lang)
    for at in range(0, len(screening.ballots), 2):
        yield _ballot_table(screening.ballots[at : at + 2], book, lang)
    yield from _closing(screening, lang)


def _closing(screening: Screening, lang: Lang) -> Iterator[str]:
    if not (screening.panels or screening.ballots):
        yield _say("neither", lang)
        return
    made = [check for panel in screening.panels for check in panel.checks if check.state == "looked"]
    alarms = sum(check.expected for check in made)
    counted = [count for count in screening.ballots if count.state == "looked"]
    alarms += len(counted) * screening.alarms
    figures = {"alarms": _figure(screening.alarms), "seed": screening.seed, "draws": screening.draws}
    yield _say("how", lang, looked=len(made) + len(counted), expected=_figure(alarms), **figures)
    if not screening.found:
        yield _say("nothing", lang)


def _say(code: str, lang: Lang, **params: Any) -> str:
    return sentence(f"screening.{code}", lang).format_map(params)


def _period(period: str, lang: Lang) -> str:
    return period or _say("no-period", lang)


def _panel_table(panel: PanelScreen, book: Rulebook, lang: Lang) -> Table:
    declared = book.panels.get(panel.panel)
    title = declared.title.get(lang) if declared is not None and declared.title is not None else panel.panel
    shown = {"period": _period(panel.period, lang), "reviewers": panel.reviewers, "units": panel.units}
    heads = ("check", "looked-at", "found", "expected")
    table = _table(_say("panel-title", lang, title=printable(title), **shown), heads, lang)
    for check in panel.checks:
        name = _say(f"name-{check.name}", lang)
        if check.state == "looked":
            table.add_row(name, f"{check.looked_at:,}", str(len(check.findings)), _figure(check.expected))
        else:
            table.add_row(name, "–", _state(check.state, lang), "–")
    return table


def _ballot_table(counts: tuple[BallotCount, ...], book: Rulebook, lang: Lang) -> Table:
    first = counts[0]
    declared = book.ballots.get(first.ballot)
    title = declared.title.get(lang) if declared is not None and declared.title is not None else first.ballot
    voters = declared.groups.get(first.group) if declared is not None else None
    group = voters.title.get(lang) if voters is not None and voters.title is not None else first.group
    shown = {"period": _period(first.period, lang), "group": printable(group), "ballots": first.ballots}
    heads = ("check", "count", "random", "chance", "found")
    table = _table(_say("ballot-title", lang, title=printable(title), **shown), heads, lang)
    for count in counts:
        name = _say(f"ballot-{count.name}", lang)
        if count.state == "looked":
            look = _say("second-look", lang) if count.notable else "–"
            table.add_row(name, str(count.count), _figure(count.expected), _figure(count.chance), look)
        else:
            table.add_row(name, "–", "–", "–", _state(count.state, lang))
    return table


def _table(title: str, heads: tuple[str, ...], lang: Lang) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title, style="bold"), title_justify="left", header_style="dim")
    for number, head in enumerate(heads):
        table.add_column(_say(f"head-{head}", lang), justify="right" if number in (1, len(heads) - 1) else "left")
    return table


def _state(state: str, lang: Lang) -> str:
    return _say(f"state-{state.replace('_', '-')}", lang)


def finding_text(check: Check, finding: Finding, units: Names, lang: Lang) -> str:
    """Return a finding as two sentences: what was seen, and how often random marks would show it."""
    shown: dict[str, Any] = {"reviewers": _listed(finding.reviewers, lang)}
    shown |= {name: _shown(name, value, lang) for name, value in finding.figures.items()}
    if check.name == "reciprocal":
        names = (printable(units.get(unit, unit)) for unit in finding.units)
        shown["first"], shown["second"] = names
    seen = _say(f"found-{check.name}", lang, **shown)
    chance = _say("chance", lang, chance=_figure(finding.chance), look=_say("second-look", lang))
    return f"{seen} {chance}" if lang == "en" else f"{seen}{chance}"


def _listed(reviewers: tuple[str, ...], lang: Lang) -> str:
    names = [printable(name) for name in reviewers[:_SHOWN]]
    if len(reviewers) > _SHOWN:
        names.append(f"… ({len(reviewers)})")
    return ("、" if lang == "zh" else ", ").join(names)


def _shown(name: str, value: float, lang: Lang) -> str:
    if name in ("seconds", "window"):
        return _duration(int(value), lang)
    if name == "others":
        return f"{value:.1%}"
    if name == "correlation":
        return f"{value:.2f}"
    return f"{value:.2f}" if name in ("there", "back") else str(int(value))


def _duration(seconds: int, lang: Lang) -> str:
    for size, zh, en in ((86400, "天", "days"), (3600, "小时", "hours"), (60, "分钟", "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {zh if lang == 'zh' else en}"
    return f"{seconds} {'秒' if lang == 'zh' else 'seconds'}"


def _figure(value: float) -> str:
    """Return a chance or an expected number to two figures that mean something."""
    if value == 0:
        return "0"
    return f"{value:.2g}" if value >= 1e-12 else "<1e-12"


def screening_frame(screening: Screening, units: Mapping[str, Names]) -> pl.DataFrame:
    """Return a row for each finding, and one for each check or count without any; text in both languages."""
    rows = [row for panel in screening.panels for row in _panel_rows(panel, units)]
    rows += [_count_row(count) for count in screening.ballots]
    for row in rows:
        row["seed"] = screening.seed
        row["draws"] = row.get("draws", screening.draws)
    return pl.DataFrame(rows, schema=_COLUMNS)


def _panel_rows(panel: PanelScreen, units: Mapping[str, Names]) -> Iterator[dict[str, Any]]:
    for check in panel.checks:
        base = {"source": "panel", "id": panel.panel, "period": panel.period or None, "check": check.name,
                "state": check.state, "compared": check.looked_at, "found": len(check.findings), "draws": check.draws,
                "expected_false_alarms": _figure(check.expected) if check.state == "looked" else None}  # fmt: skip
        for finding in check.findings:
            texts: dict[Lang, str] = {
                "zh": finding_text(check, finding, units["zh"], "zh"),
                "en": finding_text(check, finding, units["en"], "en"),
            }
            concerned = {"reviewers": "; ".join(finding.reviewers), "units": "; ".join(finding.units) or None}
            yield base | concerned | {"chance": _figure(finding.chance)} | texts
        if not check.findings:
            unsaid = check.state != "looked"
            yield base | {lang: _state(check.state, lang) if unsaid else None for lang in _LANGS}


_LANGS: tuple[Lang, ...] = ("zh", "en")


def _count_row(count: BallotCount) -> dict[str, Any]:
    row = {"source": "ballot", "id": count.ballot, "period": count.period or None, "group": count.group,
           "check": count.name, "state": count.state}  # fmt: skip
    if count.state != "looked":
        return row | {lang: _state(count.state, lang) for lang in _LANGS}
    look = {lang: _say("second-look", lang) if count.notable else None for lang in _LANGS}
    figures = {"chance": _figure(count.chance), "expected_false_alarms": _figure(count.expected)}
    return row | {"compared": count.ballots, "found": count.count} | figures | look


def screening_data(screening: Screening, units: Mapping[str, Names], lang: Lang) -> dict[str, Any]:
    """Return the screening as plain data: the rows of the frame, with what they were made with."""
    return {
        "for": _say("for-the-organiser", lang),
        "seed": screening.seed,
        "draws": screening.draws,
        "alarms": screening.alarms,
        "found": screening.found,
        "rows": screening_frame(screening, units).to_dicts(),
    }
