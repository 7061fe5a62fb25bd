"""For the office: groups that have not received anything for some workdays, with cause and cure."""

from collections.abc import Sequence
from datetime import date

from bot.policy.outgoing import Way
from bot.policy.silent_groups import Cause
from messages.outgoing import Answer, Data, answer, text
from messages.texts.wording import full_day, listed

_REMOVED = {
    Way.WECOM_WEBHOOK: "群机器人被移出了群，或换过 Webhook",
    Way.DINGTALK_WEBHOOK: "群机器人被移出了群，或换过 Webhook、安全设置",
    Way.WECOM_AIBOT: "智能机器人被移出了群",
    Way.DINGTALK_GROUP: "机器人被移出了群",
}
_BIND_ANEW = {
    Way.WECOM_WEBHOOK: "在群里重新添加群机器人，请管理员用 group bind 绑定新的 Webhook",
    Way.DINGTALK_WEBHOOK: "在群里重新添加群机器人，请管理员用 group bind 绑定新的 Webhook 和加签密钥",
    Way.WECOM_AIBOT: "把智能机器人加回群里，在群里@它发“绑定本群 学校名”",
    Way.DINGTALK_GROUP: "把机器人加回群里，在群里@它发“绑定本群 学校名”",
}
_NO_CONNECTION = "智能机器人的长连接没有开，或者程序停过"
_OPEN_CONNECTION = "请管理员检查智能机器人的设置；或在群里添加群机器人，用 group bind 绑定它的 Webhook"


def silent_group(  # noqa: PLR0913 - who, since when, and why
    name: str, whose: str, last: date | None, *, messages: int, cause: Cause, way: Way, code: str
) -> Answer:
    """`last`: None = it has never received anything; `code` of the platform, where it has refused."""
    since = "绑定以后还没有收到过消息" if last is None else f"{full_day(last)}以后没有收到过消息"
    why, cure = _cause(cause, way, code)
    return answer(
        text("群“", Data(name), "”（", Data(whose), f"）{since}，有 {messages} 条没送到。"),
        f"可能的原因：{why}。",
        f"怎么办：{cure}。",
    )


def silent_groups(names: Sequence[str], total: int, cause: Cause) -> Answer:
    """So many at once have one cause; `names` are the first of them, `cause` that of most."""
    why = {
        Cause.REFUSED: "平台拒收，多半是应用或机器人的设置变了",
        Cause.UNANSWERED: "平台没有回应，多半是服务器连不上平台",
        Cause.NOT_TRIED: "程序停过，或者没有开往这些群的通道",
    }[cause]
    return answer(
        text(f"有 {total} 个群连续几个工作日没有收到消息：", Data(listed(names)), "等。"),
        f"可能的原因：{why}。",
        "怎么办：请管理员看服务器的日志和网络，再用 group list 逐个核对。",
    )


def bind_anew(way: Way) -> str:
    """What helps where the bot is no longer in the group; without a full stop."""
    return _BIND_ANEW[way]


def _cause(cause: Cause, way: Way, code: str) -> tuple[str, str]:
    if cause is Cause.REFUSED:
        return f"{_REMOVED[way]}（平台返回 {code}）" if code else _REMOVED[way], _BIND_ANEW[way]
    if cause is Cause.UNANSWERED:
        return "平台没有回应", "请管理员看服务器的日志，检查能不能连上平台"
    if way is Way.WECOM_AIBOT:
        return _NO_CONNECTION, _OPEN_CONNECTION
    return "到发送时间程序没有在运行", "请管理员检查服务器和程序的日志"
