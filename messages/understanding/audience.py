"""Whom an announcement is for: 幼儿园、组长、没选点、幼儿园群, a school's name; what each means: bot.policy.audience."""

import re

from messages.understanding.expression import expression

# As it is kept, and the ways the office says it.
_SAID = {
    "幼儿园": "学前", "小学": "", "中学": "", "初中": "初级中学", "高中": "普通高中 普高 高级中学",
    "九年一贯制": "九年一贯制学校 九年制学校 九年一贯", "完全中学": "完中",
    "中职": "职高 中职学校 职业学校 职业高中 中等职业学校", "特教": "特教学校 特殊教育 特殊教育学校",
    "素质教育": "素质教育学校",
    "组长": "教研组长 学科组长", "校长": "园长 校长园长 正校长", "学校管理员": "项目管理员 管理员 校级管理员",
    "校长、学校管理员": "学校负责人 各校负责人 各园负责人 单位负责人",
    "项目办": "项目办公室 县项目办 市项目办 区项目办 项目办成员 项目办同事", "领导小组": "领导小组成员",
    "没选点": "没有选点 未选点 没选 没有选 没选微能力点 未选微能力点 没选微能力",
    "没交": "没有交 没交材料 未交材料 未交 没提交 没有提交 未提交 没提交材料 未提交材料 没上交 未上交",
    "待审": "待审核 待审的 等审核 等待审核 没审核完 审核中", "退回": "被退回 退回没改 退回未改 被退回没改",
    "未达标": "没达标 没有达标 没完成 未完成 没有完成 没学完 未学完 不合格 没合格 未合格",
    "学时不足": "学时不够 学时没够 学时没满 学时未满 学时不满 学时没学够 差学时 缺学时",
    "没账号": "没有账号 无账号 没开账号 没开通账号 未开通账号 没注册 未注册 没有学习账号 没学习账号",
    "落后": "进度落后 进度慢 掉队 拖后腿",
}  # fmt: skip
# Everybody; 各位老师, and whatever a colon or a comma follows, opens a letter instead.
_EVERYBODY = {
    "老师": "教师 全体老师 全体教师 所有老师 所有教师 全部老师 全部教师 全县老师 全县教师 全市老师 全市教师 全体参训教师 所有参训教师 全体学员"
}
_ALL_GROUPS = {
    "所有群": "所有的群 全部群 全部的群 各群 各个群 每个群 所有微信群 所有工作群",
    "全市群": "全县群 全区群 市群 县群 区群 县大群 市大群 大群 总群 全县大群 全市大群 县级群 市级群",
    "学校群": "各校群 各学校群 校群 各校的群 学校的群 所有学校群 所有校群 各单位群",
}
_SCHOOL_END = "幼儿园|小学|中学|初中|高中|学校|[一二三四五六七八九十]中|进修学校|中心校|职教中心|教育局|教研室|教师发展中心"
_SCHOOL = (
    rf"(?!请|给|各|全体|全部|所有|我们)(?:[\u4e00-\u9fff]{{1,14}}(?:{_SCHOOL_END})|"
    r"[\u4e00-\u9fff]{0,4}[一二三四五六七八九十][中小幼])"
)


def _words(*said: dict[str, str]) -> dict[str, str]:
    """As it is said → as it is kept."""
    return {
        way: kept
        for kinds in said
        for kept, ways in kinds.items()
        for way in (*(() if "、" in kept else (kept,)), *ways.split())
    }


def _any_of(words: dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MEANS = _words(_SAID, _EVERYBODY, _ALL_GROUPS)
_APART = r"[ \t]+"
_PREFIX = r"(?:(?:给|向|对|所有|全体|全部|各|还|那些|每个)\s*)*"
_ONE = expression(
    rf"(?P<everybody>(?:给|向|对)?(?:{_any_of(_words(_EVERYBODY))})(?:们$)?)(?!群)"
    rf"|(?:给|到|向|对)?(?P<groups>{_any_of(_words(_ALL_GROUPS))})里?"
    rf"|[@＠]?{_PREFIX}(?:(?P<word>{_any_of(_words(_SAID))})|(?P<school>{_SCHOOL}))"
    rf"(?:里面?|中|当中|{_APART}里面?(?=[ \t]))?(?:的|{_APART}的(?={_APART}|老师|教师|人))?(?P<group>群里?|的群)?"
    r"(?:的?(?:老师们?|教师|同志|人员|人|学校|单位|们))?"
)
_LETTER = expression(r"\s*[:,]")
_BETWEEN = expression(r"\s*(?:[、,和与及跟+/&]|以及|还有)\s*")
_END = expression(r"$|[\s:,，]")
_SPACE = expression(_APART)


def take_audience(text: str) -> tuple[str, int]:
    """The audience that a text opens with, its words joined by '、' ("" = none), and where the rest begins.

    `text` is in comparable form. Words must stand apart from what follows, or the text is all content.
    """
    words: list[str] = []
    kept: list[str] = []
    at, end = 0, 0
    while match := _ONE.match(text, at):
        words += _kept(match)
        at = match.end()
        if _END.match(text, at) and not (match["everybody"] and _LETTER.match(text, at)):
            end = at
            kept = words.copy()
        if between := _BETWEEN.match(text, at):
            at = between.end()
        elif space := _SPACE.match(text, at):
            at = space.end()
    if not end:
        return "", 0
    return "、".join(dict.fromkeys(kept)), end


def _kept(match: re.Match[str]) -> list[str]:
    """What one stretch of the text means."""
    if match["everybody"]:
        return ["老师"]
    if match["groups"]:
        return [_MEANS[match["groups"]]]
    meant = match["school"] if match["school"] and not match["word"] else _MEANS[match["word"]]
    return [word + ("群" if match["group"] else "") for word in meant.split("、")]
