"""What a person may want to ask, offered above the entry; only what the bot answers already."""

from collections.abc import Sequence

from bot.tenant.page.chooser import (
    LEADER,
    OFFICE,
    OVERSIGHT,
    PRINCIPAL,
    SCHOOL_ADMIN,
    TEACHER,
    has_role,
    is_outsider,
)
from bot.tenant.people import Member, Platform

FOR_ROLES = (
    (OFFICE, ("全市进度", "验收", "未备案", "帮助")),
    (OVERSIGHT, ("全市进度", "备案情况", "验收", "帮助")),
    (PRINCIPAL, ("本校进度", "本校名单", "本校任务", "帮助")),
    (SCHOOL_ADMIN, ("本校进度", "本校任务", "待审", "帮助")),
    (LEADER, ("待审", "落后名单", "本组进度", "帮助")),
    (TEACHER, ("我的学时", "还差什么", "我的材料", "帮助")),
)
FOR_OTHERS = ("我是谁", "截止时间", "微能力清单", "帮助")
FOR_OUTSIDERS = ("帮助", "截止时间")
IN_GROUPS = ("截止时间", "微能力清单", "帮助")


def suggestions(member: Member, platform: Platform, *, in_group: bool) -> Sequence[str]:
    """The first role that somebody has decides."""
    if is_outsider(member, platform):
        return FOR_OUTSIDERS
    if in_group:
        return IN_GROUPS
    return next((chips for role, chips in FOR_ROLES if has_role(member, role)), FOR_OTHERS)
