"""Sends to members of the company as the self-built app: message/send (official documents 90236 and 91039)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final

import structlog

from bot.platforms.halves import whole_or_halves
from bot.platforms.refusals import one_of_many, too_long
from bot.platforms.wecom.access import WeComAccess
from bot.platforms.wecom.cards import Card, card_of
from bot.platforms.wecom.failures import APP, NO_USER_ID, NOT_REACHED, RECALL
from bot.sending import (
    LEFT,
    TAKEN,
    Address,
    Attempt,
    Limits,
    RecallLimits,
    SendFailed,
    Taken,
    Verdict,
    Window,
)
from messages.incoming import Platform
from messages.outgoing import Answer, Buttons, Page, Picture, Reply
from messages.rendering import WECOM_TEXT, pages_in

log = structlog.get_logger()

_LONGEST_INTERVAL_S: Final = 4 * 3600  # of a duplicate check
_INTERVAL_MARGIN_S: Final = 30
# Several are joined by "|", and "@all" is everybody: neither may come out of a spreadsheet.
_USER_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}")
_TOO_LONG: Final = too_long(APP)
_NO_USER_ID: Final = one_of_many(NO_USER_ID, "no user id")


class WeComApp:
    """To people. Text only: Markdown is not shown in the WeChat plug-in. What can be tapped is a card of its own."""

    name: Final = "wecom.app"
    platform: Final = Platform.WECOM
    # 30 a minute to one person, and more is dropped in silence; 10,000 calls a minute (document 90454).
    limits: Final = Limits(
        each=Window(most=28, seconds=60),
        together=Window(most=9_500, seconds=60),
        receivers=1000,
        side_by_side=40,
    )
    knows_repetitions_for_s: Final = _LONGEST_INTERVAL_S - _INTERVAL_MARGIN_S
    recalls: Final = RecallLimits(
        together=Window(most=9_500, seconds=60)
    )  # each call of the platform has its own

    def __init__(self, access: WeComAccess, agent_id: int, *, veiled: bool | None = None) -> None:
        """`veiled`: False where somebody else leads to accounts that are hidden (`bot.sending.SomeAccounts`)."""
        self._access = access
        self._agent_id = agent_id
        self.veiled: Final = veiled

    def pages(self, answer: Answer) -> Sequence[Reply]:
        return pages_in(answer, WECOM_TEXT)

    async def send(self, to: Sequence[Address], page: Page, attempt: Attempt) -> Sequence[Verdict | Taken]:
        """WeCom knows a repetition by its content, to which the receivers in their order belong."""
        if isinstance(page, Picture):
            raise SendFailed(LEFT, "no pictures")
        named = [address.account for address in to if _USER_ID.fullmatch(address.account)]
        verdicts: Sequence[Verdict | Taken] = ()
        if named:

            async def post(part: Reply, attempt: Attempt) -> Sequence[Verdict | Taken]:
                fields = await self._post(named, {"msgtype": "text", "text": {"content": part.body}}, attempt)
                taken, reasons = _taken(fields), _not_reached(fields)
                return [reasons.get(user.lower(), taken) for user in named]

            verdicts = await whole_or_halves(page, attempt, post, _TOO_LONG)
            receipts = await self.offer(_reached(named, verdicts), page.buttons, attempt)
            verdicts = [Taken(one.receipts + receipts) if isinstance(one, Taken) else one for one in verdicts]
        found = dict(zip(named, verdicts, strict=True))
        return [found.get(address.account, _NO_USER_ID) for address in to]

    async def offer(self, users: Sequence[str], buttons: Buttons | None, attempt: Attempt) -> tuple[str, ...]:
        """The card below what was said, and its receipt. Its words were said: where it is refused nobody misses any."""
        card = card_of(buttons, task_id(attempt.key))
        if card is None or not users:
            return ()
        # Each card has a task_id of its own: an equal one is the same once more.
        attempt = replace(attempt, first_tried_s=_LONGEST_INTERVAL_S)
        try:
            fields = await self._post(users, {"msgtype": "template_card", "template_card": card}, attempt)
        except SendFailed as failed:
            log.warning("a card was not taken", errcode=failed.errcode)
            return ()
        return _taken(fields).receipts

    async def update(self, user: str, card: Card, response_code: str) -> None:
        """Another card in the place of one that this person has tapped (document 94888). Raises SendFailed."""
        body = {
            "userids": [user],
            "agentid": self._agent_id,
            "response_code": response_code,
            "template_card": card,
        }
        await self._access.ask("message/update_template_card", body, APP)

    async def recall(self, _chat: Address | None, receipts: Sequence[str], /) -> Sequence[Verdict | None]:
        """message/recall (document 94867): for everybody who has got it, but not in the WeChat plug-in."""
        (msgid,) = receipts
        await self._access.ask("message/recall", {"msgid": msgid}, RECALL)
        return (None,)

    async def _post(
        self, users: Sequence[str], content: Mapping[str, object], attempt: Attempt
    ) -> Mapping[str, Any]:
        body: dict[str, object] = {"touser": "|".join(users), "agentid": self._agent_id, **content}
        if attempt.first_tried_s is not None:
            # On repetitions only, and just long enough: an equal message later is another message.
            interval = min(_LONGEST_INTERVAL_S, attempt.first_tried_s + _INTERVAL_MARGIN_S)
            body |= {"enable_duplicate_check": 1, "duplicate_check_interval": interval}
        return await self._access.ask("message/send", body, APP)


def task_id(key: str) -> str:
    """Of the card that belongs to what is known by this key: the same at every try."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def _reached(users: Sequence[str], verdicts: Sequence[Verdict | Taken]) -> list[str]:
    return [user for user, one in zip(users, verdicts, strict=True) if isinstance(one, Taken)]


def _taken(fields: Mapping[str, Any]) -> Taken:
    """One message, whoever it is for."""
    msgid = fields.get("msgid")
    return Taken((msgid,)) if isinstance(msgid, str) and msgid else TAKEN


def _not_reached(fields: Mapping[str, Any]) -> dict[str, Verdict]:
    """By user ids, which come back in lower case."""
    listed = ((name, row, fields.get(name)) for name, row in NOT_REACHED.items())
    return {
        user.lower(): one_of_many(row, name)
        for name, row, users in listed
        if isinstance(users, str)
        for user in users.split("|")
        if user
    }
