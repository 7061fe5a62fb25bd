"""What a webhook, a session webhook and an HTTP answer take: checked to the letter of its keys.

Official documents custom-robots-send-group-messages and robot-message-type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.tenant.calls import Refused

MOST_BYTES = 20_000
"""Of a body. No official page says so; reported with errcode 460101 in PrometheusAlert #318."""

_MISSING = 40035
_UNSUPPORTED = 400105


@dataclass(frozen=True, slots=True)
class _Keys:
    """Spelled as here: link has `picUrl` where feedCard has `picURL`."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


_TYPES = {
    "text": _Keys(("content",)),
    "link": _Keys(("title", "text", "messageUrl"), ("picUrl",)),
    "markdown": _Keys(("title", "text")),
    "actionCard": _Keys(
        ("title", "text"), ("singleTitle", "singleURL", "btns", "btnOrientation", "hideAvatar")
    ),
    "feedCard": _Keys(("links",)),
}
_BUTTON = _Keys(("title", "actionURL"))
_FEED_LINK = _Keys(("title", "messageURL", "picURL"))


def check_message(message: Mapping[str, Any]) -> None:
    """Raises Refused where the platform would not show it."""
    kind = message.get("msgtype")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise Refused(_UNSUPPORTED, "不支持的消息类型")
    content = message.get(kind)
    if not isinstance(content, Mapping):
        raise Refused(_MISSING, f"缺少参数 {kind}")
    _check(content, kind, _TYPES[kind])
    if kind == "actionCard":
        _check_buttons(content)
    elif kind == "feedCard":
        _check_each(content["links"], "feedCard.links", _FEED_LINK)


def strings(value: object) -> Iterator[str]:
    """Every text in it, for the robot's keywords."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def _check(content: Mapping[str, Any], where: str, keys: _Keys) -> None:
    for key in keys.required:
        if not content.get(key):
            raise Refused(_MISSING, f"缺少参数 {where}.{key}")
    known = {key.casefold(): key for key in keys.required + keys.optional}
    for key, value in content.items():
        right = known.get(key.casefold())
        if right is not None and key != right:
            raise Refused(_MISSING, f"缺少参数 {where}.{right}（写成了 {key}）")
        if right not in (None, "links", "btns") and not isinstance(value, str):
            raise Refused(_MISSING, f"不合法的参数 {where}.{key}：应当是字符串")


def _check_buttons(card: Mapping[str, Any]) -> None:
    """With singleTitle and singleURL set, `btns` is ignored."""
    if card.get("btnOrientation") not in (None, "0", "1"):
        raise Refused(_MISSING, "不合法的参数 actionCard.btnOrientation")
    if card.get("singleTitle") and card.get("singleURL"):
        return
    if not card.get("btns"):
        raise Refused(
            _MISSING,
            "缺少参数 actionCard.singleURL" if card.get("singleTitle") else "缺少参数 actionCard.btns",
        )
    _check_each(card["btns"], "actionCard.btns", _BUTTON)


def _check_each(items: object, where: str, keys: _Keys) -> None:
    if not isinstance(items, list):
        raise Refused(_MISSING, f"不合法的参数 {where}：应当是数组")
    for number, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise Refused(_MISSING, f"不合法的参数 {where}[{number}]")
        _check(item, f"{where}[{number}]", keys)
