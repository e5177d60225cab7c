"""How a result shows itself in a notebook: its standing as a small HTML table, no script, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from shuping.documents.chart_palette import word
from shuping.documents.report_arrange import arrange
from shuping.documents.report_groups import GroupView, Pair, Standing
from shuping.errors import Lang
from shuping.scoring.result import Result

ROWS_UP_TO = 30
"""A group longer than this is cut, with a line that says so: a notebook is no place for a thousand rows."""


def standing_html(result: Result, lang: Lang = "zh") -> str:
    """Return the standing of the last period as HTML: rank (with its interval where there
    is one), unit, total, grade and change, one table a group."""
    page = arrange(result)
    heading = f"{_say(page.title, lang)} · {_say(page.period, lang)}"
    tables = "".join(_table(group, lang) for group in page.groups)
    return f'<div class="shuping"><p><strong>{escape(heading)}</strong></p>{tables}</div>'


def _table(group: GroupView, lang: Lang) -> str:
    keys = ["rank", "unit", "total", *(["grade"] if group.graded else []), *(["change"] if group.has_previous else [])]
    head = "".join(f'<th scope="col">{escape(word(key, lang))}</th>' for key in keys)
    body = "".join(f"<tr>{''.join(_cells(row, keys, lang))}</tr>" for row in group.rows[:ROWS_UP_TO])
    more = len(group.rows) - ROWS_UP_TO
    rest = f"<p>{escape(word('more_units', lang).format(count=more))}</p>" if more > 0 else ""
    caption = escape(_say(group.title, lang))
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _cells(row: Standing, keys: list[str], lang: Lang) -> Iterable[str]:
    why = f"{word('missing', lang)}: {_say(row.missing, lang)}" if row.missing else word("missing", lang)
    texts = {
        "rank": "–" if row.rank is None else f"{row.rank} ({row.interval})" if row.interval else str(row.rank),
        "unit": _say(row.name, lang),
        "total": why if row.total is None else row.total,
        "grade": _say(row.grade, lang) if row.grade else "",
        "change": "–" if row.change is None else row.change,
    }
    for key in keys:
        yield f'<th scope="row">{escape(texts[key])}</th>' if key == "unit" else f"<td>{escape(texts[key])}</td>"


def _say(text: Pair, lang: Lang) -> str:
    return text.zh if lang == "zh" else text.en
