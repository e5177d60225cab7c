"""How units are ranked and graded, in words: what a grade asks, what separates ties, what kept a unit from a grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from shuping.rulebook.grading_model import Grade, TieKey, Worst
from shuping.rulebook.model import Rulebook
from shuping.scoring.rule_words import MODES
from shuping.scoring.trace import title_of
from shuping.values.rounding import parse_exact, show_short

_QUOTA_ROUND = {
    "floor": {"zh": "小数舍去", "en": "rounded down"},
    "half_up": {"zh": "四舍五入", "en": "rounded half up"},
    "ceiling": {"zh": "小数进一", "en": "rounded up"},
}
_BASE = {
    "ranked": {"zh": "参加排名单位", "en": "the units ranked"},
    "group": {"zh": "本组全部单位", "en": "all units of the group"},
}
_CHOICES: dict[str, dict[str, dict[str, str]]] = {
    "freed_slot": {
        "pass_down": {
            "zh": "因一票否决空出的名额，由名次在后且达到要求的单位依次递补",
            "en": "a place freed by a veto passes down the order to who meets the requirements",
        },
        "empty": {"zh": "因一票否决空出的名额不递补", "en": "a place freed by a veto stays empty"},
    },
    "unreached_slot": {
        "empty": {"zh": "无单位达到要求的名额空缺", "en": "a place that nobody reaches stays empty"},
        "next_grade": {
            "zh": "无单位达到要求的名额转入下一等次",
            "en": "a place that nobody reaches is added to the next grade",
        },
    },
    "tied_at_edge": {
        "all_in": {
            "zh": "名额边缘并列的单位全部列入",
            "en": "units tied across the edge of a quota all get the grade",
        },
        "all_out": {
            "zh": "名额边缘并列的单位全部不列入",
            "en": "units tied across the edge of a quota all miss the grade",
        },
        "decide": {
            "zh": "名额边缘并列的单位等次待定，由人决定",
            "en": "for units tied across the edge of a quota a person decides; their grade is left open",
        },
    },
}
_NOTES = {
    "quota": {"zh": "{grade}名额已满", "en": "no place left in {grade}"},
    "veto": {"zh": "因一票否决不得评为{grade}", "en": "kept from {grade} by a veto"},
    "worst": {"zh": "最弱的几项未达{grade}的要求", "en": "the worst criteria fall short of {grade}"},
    "tied_in": {"zh": "并列，一并列入{grade}", "en": "let into {grade} with all that are tied"},
    "tied_out": {"zh": "并列，一并不列入{grade}", "en": "left out of {grade} with all that are tied"},
    "open": {"zh": "{grade}名额边缘并列，等次待定", "en": "tied across the edge of {grade}: a person decides"},
}
_SPECIAL = {
    "fewer_deductions": {"zh": "扣分（少者在前）", "en": "deductions (fewer first)"},
    "unrounded_total": {"zh": "未舍入的总分", "en": "the unrounded total"},
    "manual": {"zh": "由人确定并说明理由", "en": "a person decides, with a reason"},
}
_STAGES = {
    "leaf": {
        "zh": "各末级项得分保留{places}位小数（{mode}）后再往上计算",
        "en": "points of leaves are rounded to {places} decimals ({mode}) before they are counted on",
    },
    "node": {
        "zh": "各中间项得分保留{places}位小数（{mode}）后再往上计算",
        "en": "points of nodes are rounded to {places} decimals ({mode}) before they are counted on",
    },
    "component": {
        "zh": "一级各项得分保留{places}位小数（{mode}）后再计入总分",
        "en": "points of the first level are rounded to {places} decimals ({mode}) before they make the total",
    },
}
OPEN = {"zh": "待定", "en": "open"}
"""What stands in place of a grade that a person must decide."""


def grade_name(rulebook: Rulebook, name: str, lang: str) -> str:
    """Return a grade's title, or its id."""
    grade = rulebook.grades.get(name)
    return name if grade is None or grade.title is None else grade.title.get(lang)


def grade_sentence(rulebook: Rulebook, name: str, lang: str) -> str:
    """Return what a grade asks (minimum, places, worst criteria), or that it takes the rest."""
    grade = rulebook.grades[name]
    parts = list(_demands(rulebook, grade, lang))
    if not parts:
        return "其余" if lang == "zh" else "all others"
    return ("，" if lang == "zh" else ", ").join(parts)


def _demands(rulebook: Rulebook, grade: Grade, lang: str) -> Iterator[str]:
    if grade.min is not None:
        least = exact_words(grade.min)
        yield f"总分{least}分及以上" if lang == "zh" else f"a total of {least} or more"
    if grade.has_quota:
        yield _quota(rulebook, grade, lang)
    if grade.worst is not None:
        yield _worst(rulebook, grade.worst, lang)


def _quota(rulebook: Rulebook, grade: Grade, lang: str) -> str:
    given = grade.share if grade.share is not None else grade.count
    unit = "个" if lang == "zh" else ""
    if isinstance(given, dict):
        titles = {name: group.title.get(lang) if group.title else name for name, group in rulebook.groups.items()}
        shown = [
            f"{titles[group]} {percent_words(Fraction(share)) if grade.share is not None else f'{share}{unit}'}"
            for group, share in given.items()
        ]
        figures = ("、" if lang == "zh" else ", ").join(shown)
    else:
        figures = percent_words(Fraction(given or 0)) if grade.share is not None else f"{given}{unit}"
    if grade.share is None:
        return f"名额{figures}" if lang == "zh" else f"for at most {figures} units of a group"
    base, rounded = _BASE[rulebook.grading.quota_base][lang], _QUOTA_ROUND[grade.round][lang]
    return f"名额为{base}的{figures}（{rounded}）" if lang == "zh" else f"for at most {figures} of {base} ({rounded})"


def _worst(rulebook: Rulebook, worst: Worst, lang: str) -> str:
    least, count = percent_words(worst.min), worst.count
    titles = [title_of(rulebook, rulebook.criterion(name)).get(lang) for name in worst.of]
    if lang == "zh":
        among = "、".join(titles) + "中" if titles else "一级指标中"
        mean = f"{among}得分率最低的{count}项平均不低于{least}"
        return mean if worst.by == "mean" else f"{among}得分率低于{least}的少于{count}项"
    among = f" of {', '.join(titles)}" if titles else " of the first level"
    if worst.by == "mean":
        return f"the {count} worst criteria{among} reach {least} of their points on average"
    return f"fewer than {count} criteria{among} lie below {least} of their points"


def grading_sentences(rulebook: Rulebook, lang: str) -> list[str]:
    """Return the choices that are in force where rules differ, one sentence each; none that cannot matter here."""
    found = []
    grading = rulebook.grading
    if grading.thresholds_on == "unrounded" and any(grade.min is not None for grade in rulebook.grades.values()):
        found.append("等次按未舍入的总分确定" if lang == "zh" else "thresholds are compared with the unrounded total")
    if any(grade.has_quota for grade in rulebook.grades.values()):
        without = () if rulebook.adjustments.veto else ("freed_slot",)
        found += [words[getattr(grading, key)][lang] for key, words in _CHOICES.items() if key not in without]
    if grading.unqualified == "unranked":
        zh, en = "评为不合格的单位不参加排名，不占名额", "units called unqualified are not ranked and count in no quota"
        found.append(zh if lang == "zh" else en)
    return found


def rank_sentences(rulebook: Rulebook, lang: str) -> list[str]:
    """Return how equal units are numbered, where that is not the competition style."""
    if rulebook.rank_style == "dense":
        return ["并列后名次连续（1、2、2、3）" if lang == "zh" else "ranks go on without gaps after ties (1, 2, 2, 3)"]
    if rulebook.rank_style == "ordinal" and lang == "zh":
        return ["各单位名次不得并列；各项比较后仍相同的，名次待定，由人决定"]
    if rulebook.rank_style == "ordinal":
        return ["every unit has a rank of its own; where nothing separates units, it is open and a person decides"]
    return []


def stage_sentences(rulebook: Rulebook, lang: str) -> list[str]:
    """Return what is rounded on the way to the total by a stage of ``rounding``, one sentence a stage."""
    found = []
    for name, words in _STAGES.items():
        stage = getattr(rulebook.rounding, name)
        if stage is not None:
            mode = MODES[stage.mode or rulebook.rounding.mode][lang]
            found.append(words[lang].format(places=stage.places, mode=mode))
    return found


def tie_sentences(rulebook: Rulebook, lang: str) -> list[str]:
    """Return what separates equal totals, one line a key, in their order."""
    return [tie_key_words(rulebook, key, lang) for key in rulebook.tiebreak]


def tie_key_words(rulebook: Rulebook, key: TieKey, lang: str) -> str:
    """Return a tie-breaking key for people: the title of its criterion or measure, and its side where it is written."""
    criterion = next((one for one in rulebook.walk() if one.id == key.key), None)
    measure = rulebook.measures.get(key.key)
    if criterion is not None:
        name = title_of(rulebook, criterion).get(lang)
    elif measure is not None:
        name = measure.title.get(lang) if measure.title is not None else key.key
    else:
        name = _SPECIAL[key.key][lang]
    if key.direction is None:
        return name
    side = {"higher": ("高者在前", "higher first"), "lower": ("低者在前", "lower first")}[key.direction]
    return f"{name}（{side[0]}）" if lang == "zh" else f"{name} ({side[1]})"


def note_words(rulebook: Rulebook, notes: Sequence[str], lang: str) -> str:
    """Return what kept a unit from a better grade, or left its grade open; empty where there is nothing to say."""
    said = []
    for note in notes:
        code, _, grade = note.partition(":")
        said.append(_NOTES[code][lang].format(grade=grade_name(rulebook, grade, lang)))
    return ("；" if lang == "zh" else "; ").join(said)


def decision_words(rulebook: Rulebook, grade: str | None, reason: str, document: str | None, lang: str) -> str:
    """Return what a person decided: the grade (without one: the place among units that are level), the reason, and the
    document where one is named.
    """
    if lang == "zh":
        what = "经决定排定名次" if grade is None else f"经决定评为{grade_name(rulebook, grade, lang)}"
        return f"{what}：{reason}" + (f"（{document}）" if document else "")
    what = "ranked by decision" if grade is None else f"{grade_name(rulebook, grade, lang)} by decision"
    return f"{what}: {reason}" + (f" ({document})" if document else "")


def exact_words(value: Fraction) -> str:
    """Return an exact number as a decimal where that is exact, else as a fraction."""
    text = show_short(value, 12)
    return text if parse_exact(text) == value else f"{value.numerator}/{value.denominator}"


def percent_words(share: Fraction) -> str:
    """Return a share as a percentage where that is exact in twelve decimals, else as a fraction (``1/3``)."""
    text = show_short(share * 100, 12)
    return f"{text}%" if parse_exact(text) == share * 100 else f"{share.numerator}/{share.denominator}"
