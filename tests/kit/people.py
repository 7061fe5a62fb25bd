"""The people of a story: they speak, read and tap, and what they read is what their platform shows them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.tenant.people import Chat, Group, Member, Platform, Room
from bot.tenant.tenant import Heard, Said
from bot.tenant.transcript import Button, Does, Drawn, Shown, Transcript
from tests.kit.attention import Attention
from tests.kit.carrying import HEARD, ONE, Carrier, Delivery, Expected, is_fine
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.play import as_read, play


class Reader:
    """Whoever looks into one chat."""

    def __init__(self, transcript: Transcript, attention: Attention, chat: Chat) -> None:
        self._transcript = transcript
        self._attention = attention
        self._chat = chat

    async def next(self) -> Shown:
        """The next whole message of a bot that nobody has read; waits for it."""
        return await self.read(lambda: next(iter(self._attention.unread(self._chat)), None))

    async def read(self, find: Callable[[], Shown | None]) -> Shown:
        """What `find` finds, once it is there and whole; it counts as read."""
        with self._transcript.watch() as changes, suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (shown := find()) is None or shown.drawn.unfinished:
                    await changes.get()
                self._attention.read(shown)
                return shown
        raise AssertionError(f"nothing to read within {PATIENCE_SECONDS:g} s\n{self.play()}")

    def nothing(self) -> None:
        unread = [shown.number for shown in self._attention.unread(self._chat)]
        assert not unread, f"there is something to read\n{self.play(unread)}"

    def play(self, marked: Sequence[int] = ()) -> str:
        return play(self._chat, self._attention.of(self._chat), marked)


class GroupChat:
    """A group, read by whoever looks over somebody's shoulder."""

    def __init__(self, group: Group, reader: Reader) -> None:
        self.group = group
        self._reader = reader

    async def sees(self) -> "Seen":
        """The next message of a bot in this group."""
        return Seen(await self._reader.next(), None)

    def sees_nothing(self) -> None:
        """Nothing is there to be read at this moment."""
        self._reader.nothing()


class Person:
    """Somebody with a phone, on one platform."""

    def __init__(
        self, member: Member, carrier: Carrier, transcript: Transcript, attention: Attention
    ) -> None:
        self.member = member
        self._carrier = carrier
        self._side = carrier.side
        self._transcript = transcript
        self._attention = attention
        self._spoke_in: Chat | None = None

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def account(self) -> str:
        return self.member.account(self.platform)

    @property
    def platform(self) -> Platform:
        return self._side.platform

    @property
    def callback(self) -> str:
        """Where a fault strikes the way from this person to the bot."""
        return self._carrier.way(self._private()).callback

    async def says(self, text: str, *, group: GroupChat | None = None, to_bot: bool = True) -> str:
        """The bot's one answer; "" when it keeps silent. `to_bot`: the bot is mentioned in the group."""
        return await self.sends(Said(text=text, to_bot=to_bot), group=group)

    async def sends(self, said: Said, *, group: GroupChat | None = None) -> str:
        """As `says`, with a picture, a file, a place or what was spoken."""
        return await self._sends(said, self._chat_with(group))

    async def again(self, text: str = "") -> str:
        """The platform delivers this person's last message (of this text) once more; what is answered then.

        Over a connection nothing is: what one reads is what stands there already.
        """
        chat = self._spoke_in or self._chat_with(None)
        said = self._attention.last_of(self.member.key, chat, text)
        once_more = Expected(messages=0, repeated=1)
        shown = self._only(await self._answers(chat, self._side.repeats(said), expected=once_more), chat)
        if not self._carrier.way(chat).connected:
            return shown
        assert not shown, f"answered a second time\n{self._reader(chat).play()}"
        return self._attention.answers[said.number]

    async def says_at_once(self, *texts: str) -> list[str]:
        """All of them without waiting; the answers in the order in which they appear."""
        chat = self._chat_with(None)
        saying = (self._side.says(self.member, chat, Said(text=text)) for text in texts)
        expected = Expected(messages=len(texts))
        return [as_read(shown) for shown in await self._answers(chat, *saying, expected=expected)]

    async def says_delivered(self, times: int, text: str) -> list[str]:
        """One message that the platform delivers so many times at once; what is read of each delivery."""
        chat = self._chat_with(None)

        async def repeats() -> Heard:
            with self._transcript.watch() as changes:
                saying = asyncio.ensure_future(self._side.says(self.member, chat, Said(text=text)))
                while (shown := await changes.get()).author.member != self.member.key:
                    pass
            others = (self._side.repeats(shown) for _ in range(times - 1))
            heard = await asyncio.gather(saying, *others)
            return next((one for one in heard if one.outcome not in HEARD), heard[0])

        expected = Expected(messages=1, repeated=times - 1)
        answers = [as_read(shown) for shown in await self._answers(chat, repeats(), expected=expected)]
        # Over a connection there is one answer for all of them to read.
        return answers * times if self._carrier.way(chat).connected else answers

    async def says_in_vain(self, text: str, *, group: GroupChat | None = None) -> str:
        """The remark below a message that no bot has heard."""
        chat = self._chat_with(group)
        with self._attention.speaking(chat):
            heard = await self._side.says(self.member, chat, Said(text=text))
        assert heard.outcome not in HEARD, f"the bot has heard it\n{self._reader(chat).play()}"
        self._reader(chat).nothing()
        return self._attention.read_remark(self._attention.last_of(self.member.key, chat))

    async def joins(self) -> str:
        """The bot becomes visible to this person; its welcome, or ""."""
        chat = self._chat_with(None)
        return self._only(await self._answers(chat, self._side.joins(self.member)), chat)

    async def taps(self, shown: Shown, button: Button, chosen: Mapping[str, tuple[str, ...]]) -> str:
        """What the bot answers; of a button that opens a page, its address."""
        if button.does is Does.OPEN:
            return button.value
        pressing = self._side.presses(self.member, shown, button.value, dict(chosen))
        owed = button.does is Does.PRESS  # the response to it only changes the card
        return self._only(await self._answers(shown.chat, pressing, owed=owed), shown.chat)

    def looks(self) -> "Seen":
        """At the bot's last message where this person last spoke."""
        chat = self._spoke_in or self._chat_with(None)
        shown = [shown for shown in self._attention.of(chat) if shown.by_bot]
        assert shown, f"the bot has not said anything\n{self._reader(chat).play()}"
        return Seen(shown[-1], self)

    async def sees(self) -> "Seen":
        """The next message that the bot sends without being asked."""
        return Seen(await self._reader(self._chat_with(None)).next(), self)

    def sees_nothing(self) -> None:
        """Nothing is there to be read at this moment."""
        self._reader(self._chat_with(None)).nothing()

    async def _sends(self, said: Said, chat: Chat) -> str:
        answer = self._only(await self._answers(chat, self._side.says(self.member, chat, said)), chat)
        self._attention.answers[self._attention.last_of(self.member.key, chat).number] = answer
        return answer

    def _private(self) -> Chat:
        chat, _title = self._side.chats_of(self.member)[0]
        return chat

    def _chat_with(self, group: GroupChat | None) -> Chat:
        if group is None:
            self._spoke_in = self._private()
        else:
            self._spoke_in = Chat(self.platform, Room.GROUP, group.group.chat_id)
        return self._spoke_in

    def _reader(self, chat: Chat) -> Reader:
        return Reader(self._transcript, self._attention, chat)

    async def _answers(
        self, chat: Chat, *deliveries: Delivery, expected: Expected = ONE, owed: bool = False
    ) -> list[Shown]:
        """What appears in the chat until all of these are through; it counts as read."""
        before = {shown.number for shown in self._attention.of(chat)}

        def new() -> list[Shown]:
            return [shown for shown in self._attention.unread(chat) if shown.number not in before]

        with self._attention.speaking(chat):
            if owed or self._carrier.way(chat).connected:
                heard = await self._carrier.carry(self.member, chat, deliveries, expected, lambda: len(new()))
            else:
                heard = await asyncio.gather(*deliveries)
        for one in heard:
            assert is_fine(one), f"{one.outcome}: {one.reason}\n{self._reader(chat).play()}"
        reader = self._reader(chat)
        return [await reader.read(partial(_same, shown)) for shown in new()]

    def _only(self, answers: list[Shown], chat: Chat) -> str:
        numbers = [shown.number for shown in answers]
        assert len(answers) <= 1, f"{len(answers)} answers to one message\n{self._reader(chat).play(numbers)}"
        return as_read(answers[0]) if answers else ""


def _same(shown: Shown) -> Shown:
    return shown


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that somebody has read; it changes when the platform redraws it."""

    shown: Shown
    reader: Person | None

    @property
    def text(self) -> str:
        return as_read(self.shown)

    @property
    def drawn(self) -> Drawn:
        return self.shown.drawn

    @property
    def recalled(self) -> bool:
        return self.shown.recalled

    @property
    def buttons(self) -> tuple[str, ...]:
        """What can still be tapped, in the text and below it."""
        return tuple(button.label for button in self._buttons() if not button.spent)

    async def tap(
        self,
        label: str,
        *,
        by: Person | None = None,
        chosen: Mapping[str, tuple[str, ...]] | None = None,
    ) -> str:
        """What the bot answers; of a link that opens a page, its address. `chosen`: option ids by list."""
        person = by or self.reader
        assert person is not None, "who taps? tap(…, by=somebody)"
        found = [button for button in self._buttons() if button.label == label and not button.spent]
        assert found, f"there is no {label!r} to tap, only {self.buttons}\n{self.text}"
        return await person.taps(self.shown, found[0], chosen or {})

    def _buttons(self) -> Sequence[Button]:
        return (*self.drawn.links, *self.drawn.buttons)
