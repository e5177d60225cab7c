"""What a scoring method may promise, whatever the figures; what it does not promise, it may break.

A method declares what it promises with any parameters (``promises``), and what it keeps with those it has (``kept``).
The tests try every promise, and look for a case that breaks each one that is not made.
"""

from __future__ import annotations

from shuping.values.scalars import Text

PROMISES: dict[str, Text] = {
    "monotone": Text(
        zh="数值变好时，本单位得分不会变低",
        en="a better value never lowers the unit's points",
    ),
    "bounded": Text(
        zh="得分在零分与满分之间",
        en="points lie between nothing and full points",
    ),
    "group_free": Text(
        zh="得分只看本单位，与组内其他单位无关",
        en="a unit's points do not depend on the other units of its group",
    ),
    "scale_free": Text(
        zh="所有单位的数值同乘一个正数，得分不变（与计量单位无关）",
        en="all values multiplied by one positive number leave the points as they are: the unit of measurement is free",
    ),
    "shift_free": Text(
        zh="所有单位的数值同加一个数，得分不变",
        en="one number added to all values leaves the points as they are",
    ),
}
"""Every promise by name, in words."""

RELATIVE = frozenset({"scale_free", "shift_free"})
"""What rules keep that look at nothing but how the units of a group stand to each other."""
