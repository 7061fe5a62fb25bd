"""The panel beside the phones: faults that are on, presets, deeds, switches and the wire."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from bot.tenant.faults import OF_CALLBACKS, TITLES, Effect, Fault
from bot.tenant.page.doors import is_installed
from bot.tenant.page.exchanges import MOST_ROWS, row_of
from bot.tenant.page.presets import (
    CLOCKS,
    FLOW_CONTROL,
    LETTERS,
    PRESETS,
    WHEN_TELLING,
    WHEN_TOLD,
    family,
    incoming,
    lasting,
    told,
)
from bot.tenant.page.state import PLATFORM_NAMES, Page
from bot.tenant.page.view import PANEL_NAMES, Panel
from bot.tenant.people import Platform
from bot.tenant.switches import Switches
from bot.tenant.tenant import Deed, Side

TIMES = (("1", "1 次"), ("3", "3 次"), ("", "一直"))
BOTH = "both"
SCOPES: dict[str, str] = {BOTH: "两个平台", **{str(p): name for p, name in PLATFORM_NAMES.items()}}
_MINUTE_MS = 60_000
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Switch:
    """One reading of the documents that can be chosen; `chosen` counts its choices from 0."""

    name: str
    title: str
    labels: Sequence[str]
    chosen: int
    changed: bool

    @property
    def plain(self) -> bool:
        """Yes or no, and nothing else."""
        return list(self.labels) == ["否", "是"]


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault that is on, in words."""

    number: int
    call: str
    told: str
    lasting: str


def panel_context(page: Page, panel: Panel) -> dict[str, object]:
    return {
        "panel": panel,
        "panels": PANEL_NAMES,
        "presets": {
            WHEN_TOLD: [preset for preset in PRESETS if preset.incoming],
            WHEN_TELLING: [preset for preset in PRESETS if not preset.incoming],
        },
        "scopes": SCOPES,
        "times": TIMES,
        "effects": {str(effect): title for effect, title in TITLES.items()},
        "calls": calls_to_strike(page),
        "faults": faults_on(page),
        "clocks": CLOCKS,
        "skew": page.tenant.clock.skew_ms // _MINUTE_MS,
        "wrong_clock": wrong_clock(page),
        "deeds": {PLATFORM_NAMES[platform]: deeds_of(page, side) for platform, side in page.sides.items()},
        "switches": switches_of(page.tenant.switches),
        "rows": [row_of(exchange) for exchange in reversed(page.tenant.wire.exchanges()[-MOST_ROWS:])],
    }


def faults_on(page: Page) -> Sequence[FaultRow]:
    titles = dict(calls_to_strike(page))
    return [
        FaultRow(fault.number, titles.get(fault.call, fault.call), told(fault), lasting(fault))
        for fault in page.tenant.faults.on()
    ]


def wrong_clock(page: Page) -> str:
    """What the platforms' clock does to the bot; empty while it is right."""
    if not page.tenant.clock.wrong_by():
        return ""
    minutes = round(page.tenant.clock.skew_ms / _MINUTE_MS)
    wrong = f"平台的钟{'快' if minutes > 0 else '慢'}了 {abs(minutes)} 分钟"
    return f"{wrong}：签名的时间不对，机器人不收消息。改回“准”就好。"


def clock_context(page: Page) -> dict[str, object]:
    """Of the programme's clock; nothing when there is none."""
    if page.programme is None:
        return {"clock": None}
    now = page.programme.now()
    return {
        "clock": {
            "day": f"{now.year}年{now.month}月{now.day}日",
            "weekday": f"星期{_WEEKDAYS[now.weekday()]}",
            "time": f"{now:%H:%M:%S}",
            "input": f"{now:%Y-%m-%dT%H:%M}",
            "wall_ms": wall_ms(now),
            "moments": [
                (label, moment.isoformat())
                for label, moment in sorted(page.programme.moments(), key=lambda entry: entry[1])
            ],
        }
    }


def wall_ms(now: datetime) -> int:
    """What the clock on the wall shows, as if it were UTC: the browser's own time zone must not matter."""
    offset = now.utcoffset()
    return int((now.timestamp() + (offset.total_seconds() if offset else 0)) * 1000)


def calls_to_strike(page: Page) -> Sequence[tuple[str, str]]:
    """Every name that a fault can be aimed at, with its title."""
    found: dict[str, str] = {}
    for platform, side in page.sides.items():
        found[family(side)] = f"{PLATFORM_NAMES[platform]}：来去的所有请求"
        found.update(incoming(side))
        for frame in side.frames():
            found.setdefault(frame.name, frame.title)
        for call in side.calls():
            found.setdefault(call.name, call.title)
    here = page.tenant.installation
    return [(name, title) for name, title in found.items() if is_installed(here, name)]


def switches_of(switches: Switches) -> Mapping[str, Sequence[Switch]]:
    """By the platform that their titles begin with."""
    found: dict[str, list[Switch]] = {}
    for field in fields(switches):
        whose, _, title = str(field.metadata["title"]).partition("：")
        choices = field.metadata["choices"]
        values = [value for _label, value in choices]
        now = getattr(switches, field.name)
        switch = Switch(
            name=field.name,
            title=title or whose,
            labels=[label for label, _value in choices],
            chosen=values.index(now) if now in values else 0,
            changed=now != field.default,
        )
        found.setdefault(whose, []).append(switch)
    return found


def choose(switches: Switches, name: str, index: int) -> str | None:
    """Sets a switch to one of its choices and says so; None when there is no such switch or choice."""
    for field in fields(switches):
        choices = field.metadata["choices"]
        if field.name == name and index < len(choices):
            label, value = choices[index]
            setattr(switches, name, value)
            return f"{field.metadata['title']}：{label}"
    return None


def deeds_of(page: Page, side: Side) -> Sequence[Deed]:
    """Of what is installed."""
    return [deed for deed in side.deeds() if is_installed(page.tenant.installation, deed.name)]


def deed_named(page: Page, name: str) -> Deed | None:
    deeds = (deed for side in page.sides.values() for deed in deeds_of(page, side))
    return next((deed for deed in deeds if deed.name == name), None)


def platforms_in(scope: str) -> Sequence[Platform]:
    """Those of a chosen scope; none when it is not one."""
    if scope == BOTH:
        return tuple(Platform)
    return (Platform(scope),) if scope in set(Platform) else ()


def why_never(page: Page, call: str, effect: str) -> str:
    """A sentence when this can never happen to what is called so; whoever waits for it would wait in vain."""
    if not is_installed(page.tenant.installation, call):
        return "这里没有装它，这个故障碰不到。"
    of_bot = {one.name for side in page.sides.values() for one in side.calls()}
    known = of_bot | LETTERS | {FLOW_CONTROL}
    for side in page.sides.values():
        known |= {one.name for one in side.frames()} | set(incoming(side))
    if not any(Fault(call=call, effect=Effect.CODE).meets(name, "") for name in known):
        return "没有叫这个名字的请求，请从列表里选。"
    if effect in OF_CALLBACKS and call in of_bot:
        return "这个故障只发生在平台发给机器人的消息上。"
    if call in LETTERS and effect not in {*OF_CALLBACKS, Effect.SLOW}:
        return "平台发给机器人的请求只能变慢、来两次，或者没收到应答。"
    return ""


def own_fault(call: str, effect: str, numbers: Mapping[str, str], target: str) -> Fault | None:
    """A fault from the form for advanced people; None when something in it cannot be read."""
    if effect not in set(Effect):
        return None
    seconds, times, code = numbers["seconds"] or "0", numbers["times"], numbers["code"] or "-1"
    try:
        waits = float(seconds)
        left = int(times) if times else None
    except ValueError:
        return None
    if not 0 <= waits <= 600 or (left is not None and not 1 <= left <= 1000):
        return None
    return Fault(
        call=call,
        effect=Effect(effect),
        code=int(code) if _NUMBER.fullmatch(code) else code[:100],
        seconds=waits,
        target=target,
        left=left,
    )
