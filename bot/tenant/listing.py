"""The list of everything that is emulated, as a Chinese document: calls, frames, switches, faults."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from bot.clock import SystemClock
from bot.tenant.app import TenantApp
from bot.tenant.calls import Call, Frame
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import EVERY, OF_CALLBACKS, TITLES, Effect
from bot.tenant.installation import Installation
from bot.tenant.people import Directory, Platform
from bot.tenant.switches import Switches
from bot.tenant.tenant import Side, Tenant

_PLATFORMS = {Platform.WECOM: "企业微信", Platform.DINGTALK: "钉钉"}
_BOTH_WAYS = "两边"
_HEAD = """# 练习场模拟了什么

<!-- 由 `make docs` 从代码生成，不要手改。 -->

练习场（`/tenant/`）按官方文档模拟企业微信和钉钉：写在这里的，练习场都照办；写着“推断”的，官方没有说。
路径接在练习场的地址后面。出处是官方文档，或者说明是从哪个客户端、哪个讨论得知的。
"""
_SWITCHES = """## 开关

资料互相矛盾或者没有说的地方，两种读法都能选；默认是更可能的那一种。
"""
_FAULTS = f"""## 故障

故障对准调用或帧的名字；名字末尾写 `{EVERY}`，就对准以它开头的全部。可以限定次数，也可以只对一个群、一个人或一个 webhook。
钉钉 Stream 的帧还认 `hang`（没有送到）、`reset` 和 `lost_answer`（送到前、应答后断开）。
"""


def listing() -> str:
    """The whole document, ending in a newline."""
    app = TenantApp(
        Tenant(
            installation=Installation(),
            directory=Directory([]),
            clock=PlatformClock(SystemClock()),
        )
    )
    parts = [_HEAD]
    for side in (app.wecom, app.dingtalk):
        parts += _platform(side)
    parts += [_SWITCHES, _switches(Switches()), _FAULTS, _faults()]
    return "\n".join(parts)


def _platform(side: Side) -> list[str]:
    name = _PLATFORMS[side.platform]
    parts = [f"## {name}\n", _calls(side.calls())]
    if side.frames():
        parts += [f"### {name}：发给机器人的回调，和长连接里的帧\n", _frames(side.frames())]
    return parts


def _calls(calls: Sequence[Call]) -> str:
    return _table(
        ("调用", "方法和路径", "限制", "出处"),
        (
            (f"{call.title}\n`{call.name}`", f"{call.method} `{call.path}`", _lines(call.limits), call.source)
            for call in calls
        ),
    )


def _frames(frames: Sequence[Frame]) -> str:
    return _table(
        ("帧", "方向", "限制", "出处"),
        (
            (f"{frame.title}\n`{frame.name}`", frame.direction, _lines(frame.limits), frame.source)
            for frame in frames
        ),
    )


def _switches(defaults: Switches) -> str:
    rows = []
    for switch in fields(defaults):
        labels = {value: label for label, value in switch.metadata["choices"]}
        default = labels[getattr(defaults, switch.name)]
        rows.append((f"{switch.metadata['title']}\n`{switch.name}`", default, "、".join(labels.values())))
    return _table(("开关", "默认", "可选"), rows)


def _faults() -> str:
    return _table(
        ("故障", "对准"),
        (
            (f"{title}\n`{effect}`", _BOTH_WAYS if effect is Effect.SLOW else _way(effect))
            for effect, title in TITLES.items()
        ),
    )


def _way(effect: Effect) -> str:
    return "平台发给机器人的" if effect in OF_CALLBACKS else "机器人调用平台的"


def _lines(limits: Iterable[str]) -> str:
    return "\n".join(limits)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(head), _row(["---"] * len(head)), *(_row([_cell(text) for text in row]) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """One line, in which nothing ends the cell."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", "<br>") or "—"
