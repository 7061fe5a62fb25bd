"""What is owed to somebody who spoke over the stream: said by the session's address while it lives, else by the API."""

from dataclasses import dataclass, replace
from typing import Final

import structlog

from bot.answering import Fate, Rest
from bot.clock import Clock
from bot.platforms.dingtalk.card_desk import CardSender
from bot.platforms.dingtalk.cards import without
from bot.platforms.dingtalk.group import DingTalkGroup
from bot.platforms.dingtalk.robot import DingTalkRobot
from bot.platforms.dingtalk.session import Sessions
from bot.sending import Address, Attempt, Do, SendFailed, Taken, Verdict
from storage.owed import Owed

log = structlog.get_logger()

DOUBT_MS: Final = 60_000  # once more after a minute, then it counts as said (contract, section 9)
_FIRST_REST_MS: Final = 5_000
_LONGEST_REST_MS: Final = 300_000
_MOST_RESTS: Final = 1000
_EVERYBODY: Final = ""


@dataclass(slots=True)
class _Rest:
    """Until when nothing is tried, and how often it has failed by then."""

    until: int
    times: int
    doubtful: bool = False  # it may have been taken


class Saying:
    """Of one robot; `bot.answering.Say`."""

    def __init__(
        self,
        sessions: Sessions,
        people: DingTalkRobot,
        groups: DingTalkGroup,
        clock: Clock,
        cards: CardSender | None = None,
    ) -> None:
        """`cards`: where a template is set up; buttons are on a card of their own then."""
        self._cards = cards
        self._sessions = sessions
        self._people = people
        self._groups = groups
        self._clock = clock
        self._rests: dict[str, _Rest] = {}  # of one answer by its key, and of the API as a whole

    async def say(self, owed: Owed) -> Fate | Rest:
        """Never raises."""
        if self._rests_still(owed.key):
            return Fate.LATER
        buttons = owed.reply.buttons if self._cards is not None and owed.account else None
        try:
            became = await self._said(replace(owed, reply=without(owed.reply)) if buttons else owed)
        except SendFailed as failed:
            became = failed.verdict
            log.warning(
                "an answer was not taken",
                trace=owed.trace,
                do=became.do.value,
                errcode=failed.errcode,
                detail=failed.detail,
            )
        fate = self._fate(owed, became)
        if fate is Fate.TAKEN and buttons is not None and self._cards is not None:
            await self._cards.send(trace=owed.trace, chat=owed.chat, account=owed.account, buttons=buttons)
        if isinstance(fate, Fate):
            self._rests.pop(owed.key, None)
        return fate

    async def _said(self, owed: Owed) -> Verdict | Taken:
        """Raises SendFailed."""
        if self._sessions.lives(owed.reply_to, owed.reply_until):
            try:
                await self._sessions.say(owed.reply_to, owed.reply, private=not owed.chat)
            except SendFailed as failed:
                if not isinstance(failed.errcode, int):
                    raise
                log.info("a session takes no more", trace=owed.trace, errcode=failed.errcode)
            else:
                return Taken()
        return await self._by_api(owed)

    async def _by_api(self, owed: Owed) -> Verdict | Taken:
        """A person of another organisation cannot be reached by it."""
        if not owed.chat and not owed.account:
            return Verdict(do=Do.LEAVE)
        if self._rests_still(_EVERYBODY):
            return Verdict(do=Do.AGAIN)
        attempt, name = Attempt(key=owed.key), "answer"
        try:
            if owed.chat:
                to = Address(name=name, chat=owed.chat)
                (became,) = await self._groups.send([to], owed.reply, attempt)
            else:
                to = Address(name=name, account=owed.account)
                (became,) = await self._people.send([to], owed.reply, attempt)
        except SendFailed as failed:
            if failed.verdict.everybody:
                self._rest(_EVERYBODY, failed.verdict.after_s)
            raise
        self._rests.pop(_EVERYBODY, None)
        return became

    def _fate(self, owed: Owed, became: Verdict | Taken) -> Fate | Rest:
        """Rest, for whichever process it is that tries again."""
        if isinstance(became, Taken):
            return Fate.TAKEN
        before = self._rests.get(owed.key)
        if became.do is Do.LEAVE or (became.do is Do.STOP and not became.everybody):
            return Fate.NEVER
        if became.do is Do.DOUBT:
            if before is not None and before.doubtful:
                log.warning("an answer may not have arrived", trace=owed.trace)
                return Fate.TAKEN
            self._rests[owed.key] = _Rest(self._clock.real_ms() + DOUBT_MS, 1, doubtful=True)
            return Rest(DOUBT_MS)
        if became.most_tries and before is not None and before.times + 1 >= became.most_tries:
            return Fate.NEVER
        return self._rest(owed.key, became.after_s)

    def _rest(self, key: str, after_s: int) -> Rest:
        """As long as the platform wants, else longer with each time."""
        if len(self._rests) > _MOST_RESTS:  # others have said some of them
            now = self._clock.real_ms()
            self._rests = {of: rest for of, rest in self._rests.items() if now < rest.until}
        before = self._rests.get(key)
        times = 1 if before is None else before.times + 1
        rest = after_s * 1000 or min(_FIRST_REST_MS * 2 ** min(times - 1, 8), _LONGEST_REST_MS)
        doubtful = before is not None and before.doubtful
        self._rests[key] = _Rest(self._clock.real_ms() + rest, times, doubtful=doubtful)
        return Rest(rest)

    def _rests_still(self, key: str) -> bool:
        rest = self._rests.get(key)
        return rest is not None and self._clock.real_ms() < rest.until
