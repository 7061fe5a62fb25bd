"""Faults in plain words: what a beginner switches on without knowing how a call is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.tenant.calls import Dialect
from bot.tenant.faults import EVERY, OF_CALLBACKS, TITLES, Effect, Fault
from bot.tenant.installation import Installation
from bot.tenant.page.doors import is_installed
from bot.tenant.people import Platform
from bot.tenant.tenant import Side

SKEW_MINUTES = 70  # ten more than either door of the bot lets pass
CLOCKS = (("fast", "快 70 分钟", SKEW_MINUTES), ("right", "准", 0), ("slow", "慢 70 分钟", -SKEW_MINUTES))
_INCOMING = {
    Platform.WECOM: {
        "wecom.callback": "企业微信：发给自建应用的消息",
        "wecom.aibot.msg_callback": "企业微信：发给智能机器人的消息",
    },
    Platform.DINGTALK: {
        "dingtalk.callback": "钉钉：发给机器人的消息（HTTP）",
        "dingtalk.stream": "钉钉：发给机器人的消息（Stream）",
    },
}
LETTERS = frozenset({"wecom.callback", "wecom.verify", "dingtalk.callback", "dingtalk.card_callback"})
"""What only ever goes to the bot as an HTTP request."""
FLOW_CONTROL = "dingtalk.flow_control"
"""No call of its own: strikes single people within one that sends to many."""
_WEBHOOKS = ("/wecom/cgi-bin/webhook/send", "/dingtalk/oapi/robot/send")
# Where the bot sends with a token; the others would only make the list of faults long.
_WITH_TOKEN = (
    "/wecom/cgi-bin/message/send",
    "/wecom/cgi-bin/appchat/send",
    "/wecom/cgi-bin/media/upload",
    "/dingtalk/api/v1.0/robot/groupMessages/send",
    "/dingtalk/api/v1.0/robot/oToMessages/batchSend",
    "/dingtalk/oapi/media/upload",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """`codes` says what each dialect answers; `webhooks`, `tokens`: only these calls are meant.

    `incoming`: it shows as soon as somebody says something, others only when the bot sends by itself.
    """

    name: str
    title: str
    explanation: str
    effect: Effect
    codes: dict[Dialect, int | str] = field(default_factory=dict)
    seconds: float = 0.0
    webhooks: bool = False
    tokens: bool = False
    incoming: bool = False


PRESETS = (
    Preset(
        name="unheard",
        title="平台没收到应答，会重发",
        explanation="机器人答了，平台没听见，同一条再来一次。",
        effect=Effect.UNHEARD,
        incoming=True,
    ),
    Preset(
        name="twice",
        title="同一条消息来两次",
        explanation="平台同时送来两份，机器人只该做一次。",
        effect=Effect.TWICE,
        incoming=True,
    ),
    Preset(
        name="slow",
        title="平台很慢（4 秒）",
        explanation="来去的请求都要等 4 秒。",
        effect=Effect.SLOW,
        seconds=4.0,
        incoming=True,
    ),
    Preset(
        name="webhook-gone",
        title="群 webhook 已失效（93000 / 400101）",
        explanation="群里的机器人被移走了，地址作废。",
        effect=Effect.CODE,
        codes={Dialect.QYAPI: 93000, Dialect.OAPI: 400101},
        webhooks=True,
    ),
    Preset(
        name="too-often",
        title="发送太频繁（45009 / 410100）",
        explanation="一分钟里发得太多，平台让停一停。",
        effect=Effect.CODE,
        codes={Dialect.QYAPI: 45009, Dialect.OAPI: 410100},
        webhooks=True,
    ),
    Preset(
        name="token-expired",
        title="访问令牌过期（42001 / 40014）",
        explanation="机器人要重新取令牌，再发一次。",
        effect=Effect.CODE,
        codes={Dialect.QYAPI: 42001, Dialect.OAPI: 40014, Dialect.V1: "InvalidAuthentication"},
        tokens=True,
    ),
    Preset(
        name="html", title="返回网页", explanation="半路的网关回了一个网页，不是结果。", effect=Effect.HTML
    ),
    Preset(name="reset", title="连接被重置", explanation="还没回答，连接就断了。", effect=Effect.RESET),
    Preset(name="hang", title="收下不回", explanation="请求收下了，一直没有回答。", effect=Effect.HANG),
)
WHEN_TOLD, WHEN_TELLING = "平台把消息送给机器人时", "机器人主动发消息时"


def preset_named(name: str) -> Preset | None:
    return next((preset for preset in PRESETS if preset.name == name), None)


def faults_of(preset: Preset, side: Side, here: Installation, left: int | None) -> Sequence[Fault]:
    """One for each call, or for each family of calls, that the preset means on this side and that exists."""
    return [
        Fault(call=call, effect=preset.effect, code=code, seconds=preset.seconds, left=left)
        for call, code in _aims(preset, side)
        if is_installed(here, call)
    ]


def _aims(preset: Preset, side: Side) -> Iterator[tuple[str, int | str]]:
    if preset.effect in OF_CALLBACKS:
        yield from ((name, -1) for name in incoming(side))
    elif preset.webhooks or preset.tokens:
        for call in side.calls():
            code = preset.codes.get(call.dialect)
            if code is not None and call.path in (_WEBHOOKS if preset.webhooks else _WITH_TOKEN):
                yield call.name, code
    else:
        yield family(side), -1


def incoming(side: Side) -> Mapping[str, str]:
    """What brings a person's message to the bot, with its title: callbacks and frames of long connections."""
    return _INCOMING[side.platform]


def family(side: Side) -> str:
    """Every call of this side, and everything that it sends to the bot."""
    return f"{side.platform}.{EVERY}"


def told(fault: Fault) -> str:
    """What a fault does."""
    effect = TITLES[fault.effect]
    if fault.effect is Effect.CODE:
        effect += f" {fault.code}"
    if fault.effect is Effect.SLOW:
        effect += f" {fault.seconds:g} 秒"
    return effect


def lasting(fault: Fault) -> str:
    """How long, and for whom."""
    times = "一直" if fault.left is None else f"还有 {fault.left} 次"
    return f"{times}，只对 {fault.target}" if fault.target else times
