"""What the office is told when nothing goes out any more: to one group, or on a whole platform."""

from typing import Final

from bot.policy.outgoing import Way
from messages.incoming import Platform
from messages.outgoing import Answer, Data, answer, heading, text
from messages.texts.wording import PLATFORMS

_OUTLETS: Final = {
    "wecom.app": "企业微信应用",
    "dingtalk.robot": "钉钉机器人",
    "dingtalk.group": "钉钉机器人",
    "wecom.aibot": "企业微信智能机器人",
    "wecom.aibot.people": "企业微信智能机器人",
    "wecom.webhook": "企业微信群机器人",
    "dingtalk.webhook": "钉钉群机器人",
}
_WEBHOOKS: Final = frozenset({Way.WECOM_WEBHOOK, Way.DINGTALK_WEBHOOK})


def group_stopped(  # noqa: PLR0913 - which group, why, and what waits
    group: str, way: Way, code: str, why: str, *, number: int, messages: int
) -> Answer:
    """`why`: in Chinese, with the cure; "" = unknown. `messages`: that wait for the group and will not go out.

    `number`: the group's in `group list`; a group of the same name may be bound on each platform.
    """
    waiting = f"，还没发出的 {messages} 条先停下" if messages else ""
    bound = "处理好以后重新绑定这个群，没过时的消息会接着发。"
    # Another address is another group, which takes the place of the stopped one: storage.group_heirs.
    moved = f"要是换了新的 Webhook 地址，请管理员绑定新地址，它会顶替停发的这个群（序号 {number}）。"
    return answer(
        heading("群消息发不出去：", Data(group or "一个群")),
        text(
            f"{PLATFORMS[Platform(way.value.partition('.')[0])]}连着拒收了三次，已经停止往这个群发{waiting}。"
        ),
        _reason(code, why),
        bound,
        *([moved] if way in _WEBHOOKS else []),
    )


def outlet_stopped(outlet: str, code: str, why: str) -> Answer:
    whole = "所有群机器人" if outlet in {way.value for way in _WEBHOOKS} else "整个应用"
    return answer(
        heading(f"{_OUTLETS.get(outlet, outlet)}发不出消息"),
        f"平台拒绝了{whole}，每十分钟再试一次，修好后会自动恢复，没过时的消息会接着发。",
        _reason(code, why),
    )


def groups_stopped(count: int, way: Way, code: str, why: str) -> Answer:
    """So many at once have one cause: `count` today, for the same reason."""
    platform = PLATFORMS[Platform(way.value.partition(".")[0])]
    return answer(
        heading(f"今天已经有 {count} 个群发不进去"),
        f"{platform}都以同一个原因连着拒收了三次，这些群先停发；今天再有同样的，不再一个一个告诉你。",
        _reason(code, why),
        "一次停这么多，多半是同一件事：先看应用或群机器人是不是被停用了。",
        "处理好以后，请管理员用 group list 看停发的群，逐个重新绑定，没过时的消息会接着发。",
    )


def day_used_up(outlet: str, code: str) -> Answer:
    """The platform has said "too much" for longer than an hour, and nothing has gone out meanwhile."""
    return answer(
        heading(f"{_OUTLETS.get(outlet, outlet)}今天的发送额度用完了"),
        f"一个多小时里平台一直说超过了频率限制（错误码 {code}），一条也没有收，多半是当天的额度用完了。",
        "零点以后自动恢复，没过时的消息会接着发。今天急着说的，请发到群里。",
    )


def _reason(code: str, why: str) -> str:
    if not why:
        return f"原因不明，{f'请把错误码 {code} 告诉' if code else '请告诉'}管理机器人的人。"
    return f"原因：{why.rstrip('。')}（错误码 {code}）。" if code else f"原因：{why.rstrip('。')}。"
