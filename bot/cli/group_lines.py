"""How `group list` shows a bound group: to a person and to a program."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storage.chat_groups import ChatGroup, GroupAddress

_SHOWN: Final = 4
"""So many characters of an address are shown: enough to tell two apart."""


def called(one: "ChatGroup") -> str:
    title = f"（{one.title}）" if one.title else ""
    return f"{one.id} {_WAYS[one.way.value]} {one.school_name or '全市'}{title}"


_WAYS = {
    "wecom.webhook": "企业微信群机器人",
    "wecom.aibot": "企业微信智能机器人",
    "dingtalk.webhook": "钉钉群机器人",
    "dingtalk.group": "钉钉企业机器人",
}


def _state(one: "ChatGroup", *, is_open: bool) -> str:
    if one.stopped_at is not None:
        return f"{_moment(one.stopped_at)} 起停发（{one.stopped_for}）"
    if not is_open:
        return "暂不能推送"
    return f"最近没送到（{one.stopped_for}）" if one.refusals else "正常"


def line(one: "ChatGroup", shown: str, *, is_open: bool) -> str:
    """For a person; `shown` of its address. `is_open`: this installation has a way into such groups."""
    received = "还没收到过消息" if one.received_at is None else f"{_moment(one.received_at)} 收到"
    school = one.school_name or "全市"
    return "\t".join(
        (str(one.id), _WAYS[one.way.value], school, one.title, shown, received, _state(one, is_open=is_open))
    )


def record(one: "ChatGroup", shown: str, *, is_open: bool) -> dict[str, object]:
    """For a program; as `line`."""
    return {
        "id": one.id,
        "platform": one.platform.value,
        "way": one.way.value,
        "school": one.school_name or None,
        "title": one.title,
        "address": shown,
        "state": _state_word(one, is_open=is_open),
        "stopped_for": one.stopped_for,
        "received_at": None if one.received_at is None else _iso(one.received_at),
        "stopped_at": None if one.stopped_at is None else _iso(one.stopped_at),
    }


def _state_word(one: "ChatGroup", *, is_open: bool) -> str:
    if one.stopped_at is not None:
        return "stopped"
    if not is_open:
        return "no-way"
    return "refused" if one.refusals else "open"


def tail(address: "GroupAddress | None") -> str:
    """The last characters of the key or of the group's own id."""
    from bot.policy.webhooks import known_by

    if address is None:
        return "解不开"  # sealed under another key
    return "…" + known_by(address.way, address.address)[-_SHOWN:]


def _moment(at: int) -> str:
    from datetime import datetime

    from bot.clock import SHANGHAI

    return f"{datetime.fromtimestamp(at / 1000, SHANGHAI):%Y-%m-%d %H:%M}"


def _iso(at: int) -> str:
    from datetime import datetime

    from bot.clock import SHANGHAI

    return datetime.fromtimestamp(at / 1000, SHANGHAI).isoformat(timespec="seconds")
