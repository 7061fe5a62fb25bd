"""What the database tells about groups, people and quotas: who is not reached, and what is nearly used up."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.doctor import consoles
from bot.doctor.finding import Area, Finding, careful, good
from storage.chat_groups import ChatGroup
from storage.checkup import Groups, People, Traffic

_MOST_NAMED: Final = 5
# Of the free edition, a month, for the whole organisation (billing model, since 2025-11-19).
_HEARD_A_MONTH: Final = 3_000
_CALLS_A_MONTH: Final = 5_000
_NEARLY: Final = 80  # percent


def judge_groups(groups: Groups) -> list[Finding]:
    if not groups.bound:
        do = "在群里 @机器人 发“绑定本群 学校名”，或运行 python -m bot group bind。"
        return [careful(Area.GROUPS, "bound", "还没有绑定群，排名和公告发不到群里。", do)]
    stopped = [one for one in groups.bound if one.stopped_at is not None]
    sealed = [one for one in groups.bound if one.id in groups.sealed_otherwise]
    unheard = [one for one in groups.bound if one.id in groups.never_heard]
    found = [good(Area.GROUPS, "bound", f"绑定了 {len(groups.bound)} 个群。")]
    if stopped:
        do = "用 python -m bot group list 看原因，改好后重新绑定。"
        found.append(careful(Area.GROUPS, "stopped", f"停发的群：{_named(stopped)}。", do))
    if sealed:
        do = "换回原来的 BOT_SECRET_KEY；找不回来的话，重新绑定这些群。"
        found.append(careful(Area.GROUPS, "sealed", f"地址解不开的群：{_named(sealed)}。", do))
    if unheard:
        do = "请一位老师在群里 @机器人 说一句话，之后才发得进去。"
        found.append(
            careful(Area.GROUPS, "never-heard", f"还没有人对机器人说过话的群：{_named(unheard)}。", do)
        )
    return found


def judge_people(people: People) -> list[Finding]:
    if not people.active:
        do = "用 python -m bot import roster 导入名册。"
        return [careful(Area.PEOPLE, "roster", "名册里还没有人。", do)]
    found = [_office(people)]
    if people.without_account:
        say = f"名册里 {people.active} 人，{people.without_account} 人没有绑定账号，收不到私聊消息。"
        do = "用 python -m bot person code 发绑定码，或在名册里补上企业微信、钉钉账号后再导入。"
        found.append(careful(Area.PEOPLE, "accounts", say, do))
    else:
        found.append(good(Area.PEOPLE, "accounts", f"名册里 {people.active} 人都绑定了账号。"))
    return found


def _office(people: People) -> Finding:
    if not people.office:
        do = "用 python -m bot person grant 人员编号 项目办 指定。"
        return careful(Area.PEOPLE, "office", "没有人是项目办，出了问题没有人收到提醒。", do)
    if people.office_without_account == people.office:
        do = "用 python -m bot person code 给项目办的人发绑定码。"
        return careful(Area.PEOPLE, "office", "项目办的人都没有绑定账号，出了问题没有人收到提醒。", do)
    return good(Area.PEOPLE, "office", f"项目办有 {people.office} 人，出了问题会收到提醒。")


def judge_points(chosen: Mapping[str, int], certified: Mapping[str, int]) -> Finding:
    """Of points that the file has lost, which count for nobody: how many have chosen each, and are certified."""
    if not (chosen or certified):
        return good(Area.PEOPLE, "points", "老师选的和认证过的点都在微能力点文件里。")
    say = "；".join(
        f"{said}的 {'、'.join(f'{code}（{people} 人）' for code, people in sorted(found.items()))}"
        for said, found in (("选了", chosen), ("认证过", certified))
        if found
    )
    do = "把它们写回微能力点文件，再重启机器人。确实不办了的，没认证的请老师换点；认证过的只有写回去才算数。"
    return careful(Area.PEOPLE, "points", f"微能力点文件里没有老师{say}，现在不算数。", do)


def judge_creator_only(accounts: int, *, groups_only: bool) -> Finding:
    """Granted more rights than messages, the AI bot hears its creator only: no code says so.

    `accounts`: how many different ones it has heard, counted to 2. `groups_only`: what is said in private
    cannot be told from what the app hears.
    """
    test = "换一个不是创建人的账号，在群里 @机器人 说一句，再私聊说一句；没有回答的话，关掉机器人的其他权限（文档、消息等），只留收发消息，再核对可使用的成员。"
    where = "在群里" if groups_only else ""
    if accounts == 0:
        say = f"智能机器人还没有{where}听到过任何人。"
        return careful(Area.AIBOT, "creator-only", say, test, consoles.AIBOT_RIGHTS)
    if accounts == 1:
        say = f"智能机器人{where}只听到过一个账号；多给了权限的机器人只听得到创建人。"
        return careful(Area.AIBOT, "creator-only", say, test, consoles.AIBOT_RIGHTS)
    return good(Area.AIBOT, "creator-only", f"智能机器人{where}听到过不同的人。")


def judge_quota(month: Traffic) -> Finding:
    """Of DingTalk, as far as this bot has used it: others in the organisation count as well."""
    say = f"钉钉本月收了 {month.heard} 条、发了 {month.sent} 条消息；标准版全单位每月大约能收 {_HEARD_A_MONTH} 条、调用 {_CALLS_A_MONTH} 次"
    if 100 * month.heard >= _NEARLY * _HEARD_A_MONTH or 100 * month.sent >= _NEARLY * _CALLS_A_MONTH:
        do = "到用量页核对；用完以后收到的消息没有正文。快用完时升级版本或购买用量。"
        return careful(Area.DINGTALK, "quota", f"{say}，快用完了。", do, consoles.DINGTALK_QUOTA)
    return good(Area.DINGTALK, "quota", f"{say}。")


def _named(groups: Sequence[ChatGroup]) -> str:
    names = "、".join(f"{one.name}（{one.id}）" for one in groups[:_MOST_NAMED])
    return names if len(groups) <= _MOST_NAMED else f"{names}等 {len(groups)} 个"
