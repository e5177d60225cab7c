"""Which names and titles give away what they count, and which do not."""

from __future__ import annotations

import re

import pytest

from shuping.review.words import COMPLAINT, FORBIDDEN, PAPER, PERSON_KIND, PERSON_NUMBER, PERSON_TEXT, said, shown

FOUND = [
    (FORBIDDEN, "点赞数", "点赞"),
    (FORBIDDEN, "微信转发量", "转发"),
    (FORBIDDEN, "网络投票得票", "网络投票"),
    (FORBIDDEN, "每日打卡", "打卡"),
    (FORBIDDEN, "人均学习时长", "学习时长"),
    (FORBIDDEN, "APP安装率", "安装率"),
    (FORBIDDEN, "online_votes", "online votes"),
    (FORBIDDEN, "number of likes", "likes"),
    (FORBIDDEN, "Check-ins a week", "Check-ins"),
    (FORBIDDEN, "study hours", "study hours"),
    (COMPLAINT, "进京上访", "上访"),
    (COMPLAINT, "petitions to higher levels", "petitions"),
    (PERSON_TEXT, "联系人电话", "电话"),
    (PERSON_TEXT, "full_name", "full name"),
    (PERSON_NUMBER, "手机号", "手机号"),
    (PERSON_KIND, "staff", "staff"),
    (PERSON_KIND, "干部", "干部"),
    (PAPER, "会议次数", "会议"),
    (PAPER, "工作台账", "台账"),
    (PAPER, "photos handed in", "photos"),
]
LEFT_ALONE = [
    (FORBIDDEN, "宣传报道采用数（不计点赞、转发）"),
    (FORBIDDEN, "转发上级文件"),
    (FORBIDDEN, "likelihood of flooding"),
    (FORBIDDEN, "carried forward"),
    (FORBIDDEN, "checking of figures"),
    (FORBIDDEN, "adopted items, without likes"),
    (PERSON_NUMBER, "电话回访件数"),
    (PERSON_NUMBER, "telephone interviews"),
    (PERSON_TEXT, "项目名称"),
    (PERSON_TEXT, "name of the project"),
    (PERSON_KIND, "township"),
    (PERSON_KIND, "人民法院"),
    (PAPER, "按时办结率"),
    (PAPER, "documented savings"),
]


@pytest.mark.parametrize(("pattern", "text", "word"), FOUND, ids=[text for _, text, _ in FOUND])
def test_found(pattern: re.Pattern[str], text: str, word: str) -> None:
    assert said(pattern, [text]) == (word,)


@pytest.mark.parametrize(("pattern", "text"), LEFT_ALONE, ids=[text for _, text in LEFT_ALONE])
def test_left_alone(pattern: re.Pattern[str], text: str) -> None:
    assert said(pattern, [text, None]) == ()


def test_each_language_shows_its_own_word() -> None:
    words = said(FORBIDDEN, ["likes", "点赞", "Likes"])
    assert shown(words) == {"word_zh": "点赞", "word_en": "likes"}
    assert shown(("likes",)) == {"word_zh": "likes", "word_en": "likes"}
