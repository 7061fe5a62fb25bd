"""The wire view: one line for each exchange, and everything about one of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.minidom import parseString

from bot.clock import SHANGHAI
from bot.tenant.faults import TITLES, Effect
from bot.tenant.wire import Exchange, Towards

MOST_ROWS = 100
_GOOD = range(200, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `mood` is how it went: "good", "bad" or "open"."""

    number: int
    time: str
    to_bot: bool
    name: str
    status: str
    took: str
    fault: str
    mood: str

    @property
    def direction(self) -> str:
        return "平台发给机器人" if self.to_bot else "机器人发给平台"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the detail. `folded`: the same is there once more, easier to read."""

    title: str
    text: str
    folded: bool = False


def row_of(exchange: Exchange) -> Row:
    at = datetime.fromtimestamp(exchange.at_ms / 1000, UTC).astimezone(SHANGHAI)
    is_frame = exchange.method == "WS"
    no_answer = "已送出" if is_frame else "没有应答"
    return Row(
        number=exchange.number,
        time=f"{at:%H:%M:%S}",
        to_bot=exchange.towards is Towards.BOT,
        name=exchange.name,
        status=str(exchange.status) if exchange.status else no_answer,
        took=f"{exchange.took_ms:.0f} ms" if exchange.took_ms else "",
        fault=_fault(exchange.fault),
        mood="good" if exchange.status in _GOOD else "open" if is_frame and not exchange.status else "bad",
    )


def _fault(effect: str) -> str:
    return TITLES[Effect(effect)] if effect in set(Effect) else effect


def parts_of(exchange: Exchange) -> Sequence[Part]:
    """What there is, in the order in which it went."""
    headers = "\n".join(f"{name}: {value}" for name, value in exchange.headers.items())
    found = [
        Part("请求头", headers),
        *_both("正文", exchange.body, exchange.opened),
        *_both("应答", exchange.answer, exchange.answer_opened),
    ]
    return [Part(part.title, _showable(part.text), part.folded) for part in found if part.text]


def _showable(text: str) -> str:
    """Halves of surrogate pairs, which JSON may hold, cannot go into a page: they become question marks."""
    return text.encode("utf-8", "replace").decode()


def _both(title: str, raw: str, opened: str) -> Sequence[Part]:
    """What was inside, and how it went over the wire, unless that is the same."""
    readable = pretty(opened or raw)
    if readable == raw:
        return [Part(title, raw)]
    return [
        Part(f"{title}（{'解密以后' if opened else '排好版'}）", readable),
        Part(f"{title}（线上的原样）", raw, folded=True),
    ]


def pretty(text: str) -> str:
    """JSON and XML with indents; anything else as it is."""
    stripped = text.strip()
    if stripped.startswith(("{", "[")):
        try:
            return json.dumps(json.loads(stripped), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            return text
    if stripped.startswith("<xml"):
        try:
            lines = parseString(stripped).toprettyxml(indent="  ").splitlines()[1:]
        except (ExpatError, DefusedXmlException, RecursionError):
            return text
        return "\n".join(line for line in lines if line.strip())
    return text
