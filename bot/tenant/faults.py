"""Faults on demand: what may go wrong between bot and platform, switched on by a test or on the page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import count


@unique
class Effect(StrEnum):
    """What happens to a call, or to a callback where its name says so."""

    CODE = "code"  # refused with `code`, in the platform's own way
    HTTP_500 = "http_500"
    HANG = "hang"  # the request is taken and never answered
    RESET = "reset"  # the connection is cut before an answer
    LOST_ANSWER = "lost_answer"  # carried out, and then the connection is cut
    HTML = "html"  # an HTML page with status 200, as a gateway in between answers
    SLOW = "slow"  # answered after `seconds`
    UNHEARD = "unheard"  # callbacks: the bot's answer does not reach the platform, which sends again
    TWICE = "twice"  # callbacks: sent twice at the same moment


TITLES = {
    Effect.CODE: "返回错误码",
    Effect.HTTP_500: "HTTP 500",
    Effect.HANG: "收下请求，一直不回",
    Effect.RESET: "连接被重置",
    Effect.LOST_ANSWER: "已经执行，但回执丢了",
    Effect.HTML: "返回 200 和一个网页",
    Effect.SLOW: "变慢",
    Effect.UNHEARD: "平台没收到机器人的应答（会重发）",
    Effect.TWICE: "同一条消息同时来两次",
}
OF_CALLBACKS = frozenset({Effect.UNHEARD, Effect.TWICE})
OF_CALLS = frozenset(Effect) - OF_CALLBACKS

EVERY = "*"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One that is switched on. `call` is a call's name, or the start of one with a `*` at its end."""

    call: str
    effect: Effect
    code: int | str = -1
    seconds: float = 0.0
    target: str = ""  # only for this webhook, chat or user; empty: for all
    left: int | None = None  # how many more times; None: until it is switched off
    number: int = 0  # given when it is switched on
    struck: int = 0  # how often it has

    def meets(self, call: str, target: str) -> bool:
        named = call.startswith(self.call[:-1]) if self.call.endswith(EVERY) else call == self.call
        return named and self.target in ("", target)


class Faults:
    """Those that are on."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._on: list[Fault] = []
        self.switched_off = 0
        """How often somebody has switched one off, or all of them."""

    def switch_on(self, fault: Fault) -> Fault:
        fault.number = next(self._numbers)
        self._on.append(fault)
        return fault

    def switch_off(self, number: int) -> None:
        self.switched_off += 1
        self._remove(number)

    def clear(self) -> None:
        self.switched_off += 1
        self._on.clear()

    def on(self) -> Sequence[Fault]:
        return tuple(self._on)

    def strike(
        self, call: str, target: str = "", *, only: Effect | Collection[Effect] = frozenset(Effect)
    ) -> Fault | None:
        """The first fault that meets this call; counted as used."""
        effects = (only,) if isinstance(only, Effect) else only
        for fault in self._on:
            if fault.meets(call, target) and fault.effect in effects:
                fault.struck += 1
                if fault.left is not None:
                    fault.left -= 1
                    if fault.left <= 0:
                        self._remove(fault.number)
                return fault
        return None

    def _remove(self, number: int) -> None:
        self._on = [fault for fault in self._on if fault.number != number]
