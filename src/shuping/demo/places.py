"""The invented county: its townships, villages, bureaus, zones and offices. Every name is made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shuping.demo.draws import Draws

COUNTY = "chengchuan"
YEARS = (2024, 2025)


@dataclass(frozen=True, slots=True)
class Place:
    """One unit. ``places`` are the ids of the villages and communities below a township; population in persons."""

    id: str
    name: str
    name_en: str
    kind: str
    parent: str
    population: int = 0
    places: tuple[str, ...] = ()


# id, name, name in English, villages, communities
_TOWNSHIPS = (
    ("chengyang", "澄阳镇", "Chengyang Town", 14, 6),
    ("songlan", "松岚镇", "Songlan Town", 16, 2),
    ("wanghe", "望禾镇", "Wanghe Town", 16, 1),
    ("fengzhu", "枫渚镇", "Fengzhu Town", 15, 1),
    ("baimao", "白茅镇", "Baimao Town", 15, 1),
    ("zhuyuan", "竹垣镇", "Zhuyuan Town", 14, 1),
    ("shihong", "石泓镇", "Shihong Town", 14, 0),
    ("heting", "鹤汀镇", "Heting Town", 13, 0),
    ("shuanghe", "双禾镇", "Shuanghe Town", 13, 0),
    ("yunli", "云栗乡", "Yunli Township", 12, 0),
    ("qingya", "青崖乡", "Qingya Township", 11, 0),
    ("tongwu", "桐坞乡", "Tongwu Township", 10, 0),
    ("yueling", "月岭乡", "Yueling Township", 9, 0),
    ("luwan", "芦湾乡", "Luwan Township", 8, 0),
)
_BUREAUS = (
    ("education", "县教育局", "County Education Bureau"),
    ("agriculture", "县农业农村局", "County Agriculture and Rural Affairs Bureau"),
    ("culture", "县文化和旅游局", "County Culture and Tourism Bureau"),
    ("health", "县卫生健康局", "County Health Bureau"),
    ("civil-affairs", "县民政局", "County Civil Affairs Bureau"),
    ("labour", "县人力资源和社会保障局", "County Human Resources and Social Security Bureau"),
    ("housing", "县住房和城乡建设局", "County Housing and Construction Bureau"),
    ("transport", "县交通运输局", "County Transport Bureau"),
    ("water", "县水务局", "County Water Bureau"),
    ("forestry", "县林业局", "County Forestry Bureau"),
    ("market", "县市场监督管理局", "County Market Supervision Bureau"),
    ("natural-resources", "县自然资源局", "County Natural Resources Bureau"),
)
_ZONES = (
    ("industrial-zone", "澄川工业园区", "Chengchuan Industrial Zone"),
    ("lake-zone", "岚湖生态旅游区", "Lan Lake Ecotourism Zone"),
)
# Offices hand in figures about others; they are not appraised themselves.
_OFFICES = (
    ("appraisal-office", "县综合考核办公室", "County Appraisal Office"),
    ("hotline", "县便民热线受理中心", "County Residents' Hotline Centre"),
    ("media-centre", "县融媒体中心", "County Media Centre"),
    ("statistics", "县统计局", "County Statistics Office"),
)
_FRONT = {
    "上": "Shang", "下": "Xia", "东": "Dong", "西": "Xi", "南": "Nan", "北": "Bei", "大": "Da", "小": "Xiao",
    "新": "Xin", "高": "Gao", "长": "Chang", "清": "Qing", "白": "Bai", "红": "Hong", "金": "Jin", "龙": "Long",
    "松": "Song", "柳": "Liu", "桃": "Tao", "梅": "Mei", "荷": "He", "茶": "Cha", "竹": "Zhu", "枣": "Zao",
}  # fmt: skip
_BACK = {
    "湾": "wan", "坪": "ping", "岭": "ling", "塘": "tang", "溪": "xi", "桥": "qiao", "坝": "ba", "冲": "chong",
    "田": "tian", "井": "jing", "坡": "po", "庄": "zhuang", "畈": "fan", "渡": "du", "墩": "dun", "岗": "gang",
}  # fmt: skip
_COMMUNITIES = (
    ("迎晖", "Yinghui"), ("和顺", "Heshun"), ("文澜", "Wenlan"), ("兴业", "Xingye"), ("安泰", "Antai"),
    ("春晓", "Chunxiao"), ("惠民", "Huimin"), ("德馨", "Dexin"), ("康乐", "Kangle"), ("明珠", "Mingzhu"),
    ("福源", "Fuyuan"), ("朝阳", "Zhaoyang"),
)  # fmt: skip


@dataclass(frozen=True)
class County:
    """All units of the county by kind, in the order of units.csv."""

    townships: tuple[Place, ...]
    villages: tuple[Place, ...]
    bureaus: tuple[Place, ...]
    zones: tuple[Place, ...]
    offices: tuple[Place, ...]

    @property
    def appraised(self) -> tuple[Place, ...]:
        """Townships, bureaus and zones: the units that are appraised."""
        return self.townships + self.bureaus + self.zones

    def below(self, township: Place) -> tuple[Place, ...]:
        """Return the villages and communities of a township."""
        return tuple(village for village in self.villages if village.parent == township.id)


def county(seed: int) -> County:
    """Return the county. Ids and names are the same for every seed; only the populations are drawn."""
    names = _village_names()
    communities = iter(_COMMUNITIES)
    townships: list[Place] = []
    villages: list[Place] = []
    for township, name, name_en, count, urban in _TOWNSHIPS:
        draws = Draws(seed, "population", township)
        own: list[Place] = []
        for number in range(1, count + urban + 1):
            rural = number <= count
            zh, en = next(names) if rural else next(communities)
            kind = "village" if rural else "community"
            people = draws.whole(600, 2400) if rural else draws.whole(2500, 5600)
            label = (zh + "村", en + " Village") if rural else (zh + "社区", en + " Community")
            own.append(Place(f"{township}-{number:02d}", *label, kind, township, people))
        population = sum(place.population for place in own)
        below = tuple(place.id for place in own)
        townships.append(Place(township, name, name_en, "township", COUNTY, population, below))
        villages += own
    return County(tuple(townships), tuple(villages), *(_flat(*entry) for entry in _KINDS))


_KINDS = ((_BUREAUS, "bureau"), (_ZONES, "zone"), (_OFFICES, "office"))


def _flat(entries: tuple[tuple[str, str, str], ...], kind: str) -> tuple[Place, ...]:
    return tuple(Place(identifier, name, name_en, kind, COUNTY) for identifier, name, name_en in entries)


def _village_names() -> Iterator[tuple[str, str]]:
    pairs = [(front + back, _FRONT[front] + _BACK[back]) for front in _FRONT for back in _BACK]
    return iter(Draws(0, "village names").shuffled(pairs))
