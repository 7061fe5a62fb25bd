"""Which doors are open, and what can be heard and sent through them: the platforms' own limits (pure)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from bot.doctor.finding import Area, Finding, bad, careful, good
from bot.settings import Settings

_DOORS: Final = Area.DOORS


@unique
class Way(StrEnum):
    """As people call them."""

    APP = "企业微信自建应用"
    AIBOT = "企业微信智能机器人（长连接）"
    AIBOT_CALLBACK = "企业微信智能机器人（回调）"
    DINGTALK = "钉钉企业机器人（回调）"
    STREAM = "钉钉企业机器人（Stream）"
    WEBHOOKS = "群机器人 webhook"


_AIBOTS: Final = (Way.AIBOT, Way.AIBOT_CALLBACK)
_ROBOTS: Final = (Way.DINGTALK, Way.STREAM)
# WeCom: official documents 90235, 90239, 100719, 101463; DingTalk: robot-application-overview, receive-message.
_CAN: Final[Mapping[str, tuple[str, Mapping[Way, str]]]] = MappingProxyType(
    {
        "private": ("听私聊", dict.fromkeys((Way.APP, *_AIBOTS, *_ROBOTS), "")),
        "groups": ("听群里 @ 它的话", dict.fromkeys((*_AIBOTS, *_ROBOTS), "")),
        "files": ("收文件", dict.fromkeys((*_AIBOTS, *_ROBOTS), "只在私聊")),
        "voice": ("听语音", dict.fromkeys((*_AIBOTS, *_ROBOTS), "只在私聊")),
        "cards": (
            "发按钮",
            {
                Way.APP: "",
                Way.AIBOT: "",
                Way.AIBOT_CALLBACK: "",
                **dict.fromkeys(_ROBOTS, "群里要有卡片模板"),
            },
        ),
        "push-people": (
            "主动发给个人",
            {Way.APP: "", Way.AIBOT: "只给和它说过话的人", **dict.fromkeys(_ROBOTS, "")},
        ),
        "push-groups": (
            "主动发到群",
            {
                Way.AIBOT: "群里要先有人 @ 过它",
                **dict.fromkeys(_ROBOTS, "绑定的群"),
                Way.WEBHOOKS: "绑定的群",
            },
        ),
        "recall": ("撤回发出的消息", {Way.APP: "24 小时内", **dict.fromkeys(_ROBOTS, "")}),
    }
)
_NOBODY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "groups": "要听群里的话，企业微信装智能机器人，钉钉装企业机器人。",
        "files": "要收文件，企业微信装智能机器人，钉钉装企业机器人。",
        "voice": "要听语音，企业微信装智能机器人，钉钉装企业机器人。",
        "push-people": "要主动发给个人，企业微信设置自建应用，钉钉装企业机器人。",
        "recall": "发错了只能再发一条更正。",
    }
)


def open_doors(settings: Settings) -> list[Way]:
    found: list[Way] = []
    if settings.wecom is not None:
        found.append(Way.APP)
    aibot = settings.wecom_aibot
    if aibot is not None and aibot.bot_id and aibot.secret is not None:
        found.append(Way.AIBOT)
    if aibot is not None and aibot.token is not None:
        found.append(Way.AIBOT_CALLBACK)
    if settings.dingtalk is not None:
        found.append(Way.STREAM if settings.dingtalk.mode == "stream" else Way.DINGTALK)
    return found


def judge(doors: Sequence[Way]) -> list[Finding]:
    """`doors`: those that are open; webhooks go out whatever is set up."""
    if not doors:
        do = "在 .env 里填上企业微信（BOT_WECOM__…、BOT_WECOM_AIBOT__…）或钉钉（BOT_DINGTALK__…）的设置。"
        return [bad(_DOORS, "doors", "一个平台也没有设置，没有人能和机器人说话。", do)]
    found = [good(_DOORS, "doors", f"开着的：{'、'.join(doors)}。")]
    return found + [_ability(name, [*doors, Way.WEBHOOKS]) for name in _CAN]


def _ability(name: str, ways: Sequence[Way]) -> Finding:
    what, by = _CAN[name]
    able = [f"{way}{f'（{by[way]}）' if by[way] else ''}" for way in ways if way in by]
    if not able:
        return careful(_DOORS, name, f"{what}：现在的设置做不到。", _NOBODY.get(name, ""))
    unable = [way for way in ways if way not in by and way is not Way.WEBHOOKS]
    rest = f"；做不到的：{'、'.join(unable)}" if unable else ""
    return good(_DOORS, name, f"{what}：{'、'.join(able)}{rest}。")
