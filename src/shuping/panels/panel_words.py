"""What a trace says of a panel: the groups with their weights, means and numbers of judges, what items count, and how
many did not count. Never a single judge's mark. The figures hold ids, numbers and signs alone, as formulas do; ··· is a
mean of too few judges to be shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from shuping.panels.score import PanelScore
from shuping.rulebook.panel_model import Panel, PanelSource
from shuping.values.rounding import show_short

PLACES = 4
HIDDEN = "···"


def written(panel: Panel, source: PanelSource) -> str:
    """Return how the output comes from the panel: the weighted groups, one item, one group, or the place."""
    score = " + ".join(f"{show_short(weight)} × {group}" for group, weight in panel.groups.items())
    if source.output == "score":
        return score
    return source.item or source.group or f"rank({score})"


def parts(panel: Panel, source: PanelSource, score: PanelScore | None) -> str | None:
    """Return one unit's figures behind the output. Where the panel is secret and some group's mean comes from fewer
    than ``min_shown`` judges, no group's mean is told: it could be worked out from the score and the others.
    """
    if score is None:
        return None
    shown = [*_groups(panel, source, score), *_items(panel, source, score)]
    return "; ".join(shown) or None


def _groups(panel: Panel, source: PanelSource, score: PanelScore) -> Iterator[str]:
    few = panel.secret and any(judges < panel.min_shown for _, judges in score.groups.values())
    for group, (mean, judges) in score.groups.items():
        if source.output == "group" and group != source.group:
            continue
        told = HIDDEN if few else show_short(mean, PLACES)
        yield f"{group} × {show_short(panel.groups[group])}: {told} (n = {judges})"


def _items(panel: Panel, source: PanelSource, score: PanelScore) -> Iterator[str]:
    if source.output not in ("score", "item") or (panel.secret and score.judges < panel.min_shown):
        return
    for item, value in score.items.items():
        if source.output == "score" or item == source.item:
            yield f"{item}: {show_short(value, PLACES)}"


_SAID = {
    "trimmed": ("两端共去掉{}个分数", "{} marks dropped at the ends"),
    "trimmed_each": ("每项两端共去掉{}个分数", "{} marks of each item dropped at the ends"),
    "absent": ("缺席{}人", "{} absent"),
    "incomplete": ("有空项、整份不计{}人", "{} left out for a blank item"),
    "recused": ("回避{}人", "{} stood aside"),
}


def not_counted(score: PanelScore | None, lang: str) -> str | None:
    """Return how many judges did not count, and why, in ``zh`` or ``en``; None where all did."""
    at = 0 if lang == "zh" else 1
    if score is None:
        return None
    counts = {
        "trimmed_each" if score.items else "trimmed": score.trimmed,
        "absent": score.absent,
        "incomplete": score.incomplete,
        "recused": score.recused,
    }
    said = [_SAID[name][at].format(count) for name, count in counts.items() if count]
    return ("；" if lang == "zh" else "; ").join(said) or None
