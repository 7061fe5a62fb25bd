"""An outlet that does what it is told, for tests of delivery without any platform."""

import asyncio
from dataclasses import dataclass, field

from bot.policy.outgoing import Way
from bot.sending import TAKEN, Limits, RecallLimits, SendFailed, Taken, Verdict, Window
from messages.incoming import Platform
from messages.outgoing import Picture
from messages.rendering import DINGTALK_PRIVATE, WECOM_TEXT, pages_in

MANY = Window(most=100_000, seconds=60)
GENEROUS = Limits(each=MANY, together=MANY)
BY_TWENTIES = RecallLimits(together=MANY, receipts=20)


@dataclass
class Scripted:
    """It takes everything, but for what it is told to refuse; remembers what it was asked."""

    name: str = "wecom.app"
    platform: Platform = Platform.WECOM
    limits: Limits = GENEROUS
    knows_repetitions_for_s: int = 14_370
    answers: list = field(default_factory=list)  # of the next calls: None, a Verdict, or an event to wait for
    to: dict = field(default_factory=dict)  # by the name of an address: a Verdict or an event, every time
    asked: list = field(default_factory=list)  # names of the addresses, words, seconds since a first try
    keys: list = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def pages(self, answer):
        return pages_in(answer, WECOM_TEXT if self.platform is Platform.WECOM else DINGTALK_PRIVATE)

    async def send(self, to, page, attempt):
        names = tuple(address.name for address in to)
        self.asked.append((names, "PNG" if isinstance(page, Picture) else page.body, attempt.first_tried_s))
        self.keys.append(attempt.key)
        answer = self.answers.pop(0) if self.answers else self.to.get(names[0])
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (answer.wait() if isinstance(answer, asyncio.Event) else asyncio.sleep(0))
        finally:
            self.at_once -= 1
        if isinstance(answer, list):  # a verdict for each
            return answer
        if isinstance(answer, Verdict):
            raise SendFailed(answer, answer.code or "scripted")
        return [TAKEN] * len(to)


def group_outlet(way=Way.WECOM_WEBHOOK, **more):
    platform = Platform(way.platform)
    return Scripted(name=way.value, platform=platform, **{"knows_repetitions_for_s": 0} | more)


@dataclass
class TakingBack(Scripted):
    """It names what it takes m1, m2, …, and takes back everything, but for what it is told to refuse."""

    recalls: RecallLimits = BY_TWENTIES
    of_recalls: list = field(default_factory=list)  # of the next calls: a Verdict, an event, or one for each
    of_message: dict = field(default_factory=dict)  # by the name of a message: a Verdict, every time
    asked_back: list = field(default_factory=list)  # the chat's name, names of the messages
    sent: int = 0

    async def send(self, to, page, attempt):
        verdicts = await super().send(to, page, attempt)
        self.sent += 1
        return [Taken((f"m{self.sent}",)) if one is TAKEN else one for one in verdicts]

    async def recall(self, chat, receipts, /):
        self.asked_back.append((chat.name if chat else "", tuple(receipts)))
        answer = self.of_recalls.pop(0) if self.of_recalls else None
        await (answer.wait() if isinstance(answer, asyncio.Event) else asyncio.sleep(0))
        if isinstance(answer, Verdict):
            raise SendFailed(answer, answer.code or "scripted")
        return [self.of_message.get(receipt) for receipt in receipts]
