"""Strictness: what stood in any chat and was not read by the test, and what the bot refused without being asked to."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot.tenant.people import Chat
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Shown
from bot.tenant.wire import Exchange, Towards
from tests.kit.play import play

NO_ANSWER = 0
"""The status of a callback that the bot has not answered in time."""
_LONG_CONNECTION = "WS"
_STREAM = "dingtalk.stream"
_CARD = "template_card"


class Attention:
    """Follows the tenant from the first message to the last; what was read or expected is let go."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._watching = ExitStack()
        self._changes = self._watching.enter_context(tenant.transcript.watch())
        self._calls = self._watching.enter_context(tenant.wire.watch())
        self._shown: dict[int, Shown] = {}
        self._callbacks: dict[int, Exchange] = {}
        self._platform_refused: dict[int, Exchange] = {}
        self._read: set[int] = set()
        self._remarks_read: set[tuple[int, str]] = set()
        self._expected: set[int] = set()
        self._speaking: set[str] = set()
        self.answers: dict[int, str] = {}
        """What was read on a message, by the number of the message."""

    def of(self, chat: Chat) -> list[Shown]:
        """Every message of this chat in order, also what the transcript has dropped since."""
        self._catch_up()
        return [shown for _, shown in sorted(self._shown.items()) if shown.chat.key == chat.key]

    def unread(self, chat: Chat) -> list[Shown]:
        """Without WeCom's cards: the message before them has said everything, they only offer it to be tapped."""
        return [
            shown
            for shown in self.of(chat)
            if shown.by_bot and shown.number not in self._read and shown.drawn.kind != _CARD
        ]

    def last_of(self, member: str, chat: Chat, text: str = "") -> Shown:
        """What this person said last in this chat; with a text: of that text."""
        said = [
            shown
            for shown in self.of(chat)
            if shown.author.member == member and text in ("", shown.drawn.text)
        ]
        assert said, f"this has not been said: {text or 'anything'}\n{play(chat, self.of(chat))}"
        return said[-1]

    def read(self, shown: Shown) -> None:
        self._read.add(shown.number)

    def read_remark(self, shown: Shown) -> str:
        self._remarks_read.add((shown.number, shown.note))
        return shown.note

    @contextmanager
    def speaking(self, chat: Chat) -> Iterator[None]:
        """While somebody waits for an answer there: whose it would be is not to be told with two of them."""
        assert chat.key not in self._speaking, (
            f"two are waiting for an answer in {chat.key}: send both with says_at_once"
        )
        self._speaking.add(chat.key)
        try:
            yield
        finally:
            self._speaking.discard(chat.key)

    @contextmanager
    def refusals(self, status: int) -> Iterator[None]:
        """Within it the bot answers at least one callback with this status, and that is right."""
        before = set(self._refused())
        yield
        found = {
            number
            for number, exchange in self._refused().items()
            if number not in before and exchange.status == status
        }
        assert found, f"no callback was answered {_status(status)}"
        self._expected |= found

    @contextmanager
    def platform_refusals(self) -> Iterator[None]:
        """Within it a platform refuses at least one call of the bot, and that is meant."""
        self._catch_up()
        before = set(self._platform_refused)
        yield
        self._catch_up()
        found = set(self._platform_refused) - before
        assert found, "no call of the bot was refused"
        self._expected |= found

    def complaints(self) -> list[str]:
        """A paragraph for everything that the test has not accounted for; none when all is well."""
        self._catch_up()
        still_waiting = [
            fault for fault in self._tenant.faults.on() if fault.left is not None or not fault.struck
        ]
        return [
            *self._about_chats(),
            *(
                f"the bot answered {exchange.name} with {_status(exchange.status)}: {exchange.answer}".rstrip()
                for number, exchange in sorted(self._refused().items())
                if number not in self._expected
            ),
            *(
                f"the bot called {exchange.name} and was refused: {exchange.answer or exchange.status}"
                for number, exchange in sorted(self._platform_refused.items())
                if number not in self._expected
            ),
            *(f"the fault {fault.effect} on {fault.call} still waits to strike" for fault in still_waiting),
        ]

    def close(self) -> None:
        self._watching.close()

    def _about_chats(self) -> Iterator[str]:
        for chat in {shown.chat.key: shown.chat for shown in self._shown.values()}.values():
            messages = self.of(chat)
            unread = [shown.number for shown in self.unread(chat)]
            if unread:
                yield f"never read by the test: {len(unread)}\n{play(chat, messages, unread)}"
            remarked = [
                shown.number
                for shown in messages
                if shown.note and (shown.number, shown.note) not in self._remarks_read
            ]
            if remarked:
                yield f"remarks that the test did not expect: {len(remarked)}\n{play(chat, messages, remarked)}"

    def _refused(self) -> dict[int, Exchange]:
        self._catch_up()
        return {number: exchange for number, exchange in self._callbacks.items() if exchange.status != 200}

    def _catch_up(self) -> None:
        lost = self._changes.full() or self._calls.full()
        assert not lost, "more has happened at once than the test kit can follow"
        while not self._changes.empty():
            shown = self._changes.get_nowait()
            self._shown[shown.number] = shown
        while not self._calls.empty():
            exchange = self._calls.get_nowait()
            if exchange.towards is Towards.BOT:
                # The AI bot acknowledges nothing, and of DingTalk's frames only the messages count.
                if exchange.method != _LONG_CONNECTION or exchange.name == _STREAM:
                    self._callbacks[exchange.number] = exchange
            elif not exchange.fault and _is_refusal(exchange):
                # A fault that was ordered is answered as ordered; only the bot's own mistakes count.
                self._platform_refused[exchange.number] = exchange


def _is_refusal(exchange: Exchange) -> bool:
    """Both older dialects refuse with status 200 and an errcode, and so do the AI bot's acknowledgements."""
    if exchange.method == _LONG_CONNECTION:
        if not exchange.name.startswith("wecom.aibot."):
            return False
    elif exchange.status not in (101, 200):
        return True
    try:
        answer = json.loads(exchange.answer)
    except ValueError:
        return False  # a file, or more than the wire keeps
    return isinstance(answer, dict) and str(answer.get("errcode", 0)) != "0"


def _status(status: int) -> str:
    return "nothing in time" if status == NO_ANSWER else str(status)
