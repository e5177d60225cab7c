"""What the linter found, in the terminal: by rule, each with its reason and what to do; then what asking costs and what
the criteria weigh in effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any

from shuping.errors import Lang, sentence
from shuping.review.burden import Burden
from shuping.review.lint import Review
from shuping.review.remark import Remark
from shuping.review.spread import Weight
from shuping.scoring.trace import title_of
from shuping.values.rounding import show_short
from shuping.values.scalars import Text

if TYPE_CHECKING:
    from rich.table import Table

SHOWN_WEIGHTS = 10


def remarks_text(remarks: Sequence[Remark], lang: Lang) -> str:
    """Return remarks (sorted by code) as text, one block a rule."""
    rules = groupby(remarks, key=lambda remark: remark.rule.code)
    return "\n\n".join(_block(list(alike), lang) for _, alike in rules)


def _block(remarks: Sequence[Remark], lang: Lang) -> str:
    rule = remarks[0].rule
    lines = [f"{rule.code} {_word(rule.severity, lang)} · {rule.title(lang)}"]
    lines += [f"  {remark.place.show()}: {remark.message(lang)}" for remark in remarks]
    lines += [f"  {_word(key, lang)}{text}" for key, text in (("why", rule.why(lang)), ("do", rule.advice(lang)))]
    return "\n".join([*lines, f"  {_word('page', lang)}{rule.page}"])


def _word(key: str, lang: Lang) -> str:
    return sentence(f"review.word-{key}", lang)


def burden_table(review: Review, lang: Lang) -> Table | None:
    """Return what asking costs, dataset by dataset and in all; None where nothing takes minutes."""
    from rich.table import Table

    if not review.burden:
        return None
    table = Table(title=_word("burden", lang), title_justify="left")
    heads = ("dataset", "minutes", "rows", "most", "total") if review.period else ("dataset", "minutes", "least")
    for number, head in enumerate(heads):
        table.add_column(_word(head, lang), justify="right" if number else "left")
    for row in review.burden:
        title = review.rulebook.datasets[row.dataset].title or Text(zh=row.dataset, en=row.dataset)
        table.add_row(title.get(lang), *_cells(row, counted=review.period is not None, lang=lang))
    if review.period:
        whole = sum((row.total or Fraction(0) for row in review.burden), Fraction(0))
        table.add_row(_word("all", lang), "", "", "", show_short(whole, 1))
    return table


def _cells(row: Burden, *, counted: bool, lang: Lang) -> Iterator[str]:
    yield show_short(row.minutes, 2)
    if counted:
        yield from (str(row.rows), show_short(row.most or Fraction(0), 1), show_short(row.total or Fraction(0), 1))
    else:
        yield _word("per-row", lang) if row.at_least is None else show_short(row.at_least, 1)


def weights_table(review: Review, lang: Lang) -> Table | None:
    """Return the criteria whose effective weight is furthest from the declared one; None without a scored period."""
    from rich.table import Table

    if not review.weights:
        return None
    table = Table(title=_word("weights", lang), title_justify="left")
    for number, head in enumerate(("group", "criterion", "declared", "effective")):
        table.add_column(_word(head, lang), justify="right" if number > 1 else "left")
    furthest = sorted(review.weights, key=lambda row: (-abs(row.effective - row.declared), row.group, row.criterion))
    for row in furthest[:SHOWN_WEIGHTS]:
        group = review.rulebook.groups[row.group].title or Text(zh=row.group, en=row.group)
        title = title_of(review.rulebook, review.rulebook.criterion(row.criterion))
        table.add_row(group.get(lang), title.get(lang), *(_percent(one) for one in (row.declared, row.effective)))
    return table


def _percent(share: Fraction) -> str:
    return show_short(share * 100, 1) + "%"


def review_data(review: Review, lang: Lang) -> dict[str, Any]:
    """Return a review as plain data: remarks, burden by dataset, minutes by unit, weights; figures as decimal texts."""
    return {
        "period": review.period,
        "remarks": [remark.as_dict(lang) for remark in review.remarks],
        "burden": [_burden_data(row) for row in review.burden],
        "minutes": {unit: show_short(minutes) for unit, minutes in sorted(review.minutes.items())},
        "weights": [_weight_data(row) for row in review.weights],
    }


def _burden_data(row: Burden) -> dict[str, Any]:
    shown = {"minutes": row.minutes, "at_least": row.at_least, "most": row.most, "total": row.total}
    texts = {key: None if figure is None else show_short(figure) for key, figure in shown.items()}
    return {"dataset": row.dataset, "rows": row.rows, "filers": row.filers, **texts}


def _weight_data(row: Weight) -> dict[str, str]:
    shares = {"declared": show_short(row.declared), "effective": show_short(row.effective)}
    return {"group": row.group, "criterion": row.criterion, **shares}
