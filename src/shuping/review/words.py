"""Words that give away what a name or a title is about, in Chinese and English.

Sources: the State Council General Office's measures of 25 January 2026 on government apps (no likes, forwards, online
votes, check-ins, study hours as a basis of appraisal), and the lists of burdens that grass-roots offices complain of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOT = r"(?:不计|不含|不看|不算|不数|禁止|不得|excluding |without |not counting |no )"

FORBIDDEN = re.compile(
    r"点赞|(?<!公文)转发(?!.{0,3}(?:文件|通知|公文))|跟帖|刷帖|评论数|评论量|留言数|打卡|签到|网络投票|网上投票|投票数"
    r"|学习时长|在线时长|登录次数|登录率|登录排名|安装率|安装数|下载量|下载数|关注数|粉丝|活跃度|阅读量|浏览量|积分排名"
    r"|\blikes\b|\bthumbs[ _-]?ups?\b|\breposts?\b|\bretweets?\b|\bforwards\b|\bcomments\b|\bcheck[ _-]?ins?\b"
    r"|\bonline[ _-]votes?\b|\bvotes?[ _-]online\b|\bstudy[ _-]hours\b|\bhours[ _-]studied\b|\bonline[ _-]time\b"
    r"|\btime[ _-]online\b|\blog[ _-]?ins?\b|\binstall(?:s|ations?|[ _-]rate)\b|\bdownloads\b|\bfollowers\b"
    r"|\bpage[ _-]views\b",
    re.IGNORECASE,
)
COMPLAINT = re.compile(
    r"信访|上访|来访|投诉|举报|控告|申诉|诉求|\bpetition(?:s|ers?)?\b|\bcomplaints?\b|\bgrievances?\b|\brequests?\b",
    re.IGNORECASE,
)
PERSON_TEXT = re.compile(
    r"姓名|身份证|手机|电话|联系方式|微信号|住址|家庭地址|邮箱|出生日期"
    r"|\b(?:full|first|last|given|family|person|staff|resident)[ _-]?names?\b|\bsurnames?\b|\bpersons?\b"
    r"|\bphones?\b|\btelephones?\b|\bmobiles?\b|\bid[ _-](?:card|number)\b|\bnational[ _-]id\b|\be-?mails?\b"
    r"|\bhome[ _-]address\b|\bbirthday\b|\bdate[ _-]of[ _-]birth\b",
    re.IGNORECASE,
)
PERSON_NUMBER = re.compile(
    r"身份证|手机号|电话号|联系电话|\b(?:tele)?phone(?:[ _-]number)?$|\bmobile(?:[ _-]number)?$"
    r"|\bid[ _-](?:card|number)\b",
    re.IGNORECASE,
)
"""For fields of numbers: a number of telephone calls is not a telephone number."""
PERSON_KIND = re.compile(
    r"个人|人员|干部|职工|员工|党员|村民|居民|学生|教师"
    r"|\b(?:persons?|people|staff|employees?|officials?|cadres?|workers?|residents?|citizens?|students?"
    r"|teachers?)\b",
    re.IGNORECASE,
)
PAPER = re.compile(
    r"会议|开会|印发|发文|下发文件|文件数|台账|档案盒|照片|图片|截图|视频|讲话稿|制度上墙|建立制度|成立.{0,4}小组"
    r"|\bmeetings?\b|\bdocuments?[ _-]issued\b|\bcirculars?\b|\bledgers?\b|\bphotos?\b|\bphotographs?\b"
    r"|\bscreenshots?\b|\bvideos?\b|\bminutes of\b|\bpapers issued\b",
    re.IGNORECASE,
)


def said(pattern: re.Pattern[str], texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the words of ``pattern`` in ``texts``, in order.

    Names of the rule book count as words (``online_votes``); what a text says that it leaves out does not count.
    """
    found = []
    for text in texts:
        spaced = re.sub(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])", " ", text or "")
        for match in pattern.finditer(spaced):
            if not re.search(_NOT + r".{0,8}$", spaced[: match.start()], re.IGNORECASE):
                found.append(match[0])
    return tuple(found)


def shown(words: tuple[str, ...]) -> dict[str, str]:
    """Return the words for a sentence: the first in each language's own letters, else the first of all."""
    own = {"zh": [word for word in words if not word.isascii()], "en": [word for word in words if word.isascii()]}
    return {f"word_{lang}": (found or words)[0] for lang, found in own.items()}
