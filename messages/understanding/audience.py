"""Whom an announcement is for: 幼儿园、组长、没选点、幼儿园群, a school's name."""

import re

# As the office says it → as it is kept. Longer words first.
_WORDS = {
    "九年一贯制学校": "九年一贯制", "九年一贯制": "九年一贯制", "完全中学": "完全中学", "幼儿园": "幼儿园", "小学": "小学", "初中": "初中", "高中": "高中",
    "中职": "中职", "职高": "中职", "特教": "特教", "教研组长": "组长", "组长": "组长", "园长": "校长", "校长": "校长",
    "学校管理员": "学校管理员", "项目管理员": "学校管理员", "管理员": "学校管理员", "领导小组": "领导小组",
    "没选点": "没选点", "未选点": "没选点", "还没选点": "没选点", "没选": "没选点", "没交材料": "没交", "还没交": "没交", "没交": "没交", "未交": "没交", "没提交": "没交", "未提交": "没交",
    "待审": "待审", "被退回": "退回", "退回": "退回", "未达标": "未达标", "没达标": "未达标", "没完成": "未达标", "未完成": "未达标", "不合格": "未达标",
    "学时不足": "学时不足", "学时不够": "学时不足", "没账号": "没账号", "没有账号": "没账号", "落后": "落后",
}  # fmt: skip
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SCHOOL = r"[\u4e00-\u9fff]{1,14}(?:幼儿园|小学|中学|初中|高中|学校|[一二三四五六七八九十]中|进修学校|中心校|职教中心)"
_ONE = re.compile(
    rf"(?:(?:给|向|对|所有|全体|全部|各|还|那些)\s*)*(?:(?P<word>{_WORD})|(?P<school>{_SCHOOL}))"
    r"(?:的)?(?P<group>群里?|的群)?(?:的?(?:老师们?|教师|同志|人员|人|学校|单位|们))?"
)
_BETWEEN = re.compile(r"\s*[、,和与及跟+]\s*")
_END = re.compile(r"$|[\s:,，]")
_SPACE = re.compile(r"[ \t]+")


def take_audience(text: str) -> tuple[str, int]:
    """The audience that a text opens with, its words joined by '、' ("" = none), and where the rest begins.

    `text` is in comparable form. Words must stand apart from what follows, or the text is all content.
    """
    words: list[str] = []
    kept: list[str] = []
    at, end = 0, 0
    while match := _ONE.match(text, at):
        word = match["school"] if match["school"] and not match["word"] else _WORDS[match["word"]]
        words.append(word + ("群" if match["group"] else ""))
        at = match.end()
        if _END.match(text, at):
            end = at
            kept = words.copy()
        if between := _BETWEEN.match(text, at):
            at = between.end()
        elif space := _SPACE.match(text, at):
            at = space.end()
    if not end:
        return "", 0
    return "、".join(dict.fromkeys(kept)), end
