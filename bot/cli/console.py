"""A conversation in the terminal, on the same way that every message takes: intake, lane, handler, answer."""

import asyncio
import contextlib
import importlib
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from bot.app import DRAIN_SECONDS, Parts, build_lanes
from bot.intake import Delivery, trace_of
from messages.incoming import IncomingMessage, Kind, Platform, storable
from messages.outgoing import Reply

# Nobody floods the bot from the operator's own terminal, and a script there may have many lines.
_MESSAGES_PER_MINUTE = 1_000_000


class Console:
    """One person talking, in private or in a group; a context manager."""

    def __init__(self, parts: Parts, account: str, *, in_group: bool) -> None:
        self._clock = parts.clock
        self._account = account
        self._chat = "console" if in_group else ""
        plan = replace(parts.plan, messages_per_minute=_MESSAGES_PER_MINUTE)
        self._lane = build_lanes(replace(parts, plan=plan))[0]
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self._lane.start(self._runner.get_loop())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lane.stop(DRAIN_SECONDS)
        self._runner.__exit__(kind, error, trace)

    def say(self, text: str) -> Reply:
        return self._runner.run(self._say(text))

    async def _say(self, text: str) -> Reply:
        real_ms = self._clock.real_ms()
        message = IncomingMessage(
            platform=Platform.CONSOLE,
            key=uuid.uuid4().hex,  # every line is a message of its own, also the same one again
            account=self._account,
            chat=self._chat,
            kind=Kind.TEXT,
            text=storable(text),  # a script may hold anything
            sent_at=real_ms,
        )
        return await self._lane.submit(Delivery(message, trace_of(message), real_ms, self._clock.now()))


def typed_lines(prompt: str) -> Iterator[str]:
    """Lines of standard input; asked for with `prompt` on a terminal, silently taken from a pipe."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            yield line.rstrip("\r\n")
        return
    with contextlib.suppress(ImportError):  # absent on Windows
        importlib.import_module("readline")  # from here on input() lets one edit the line
    while True:
        try:
            yield input(prompt)
        except EOFError:
            print()
            return
