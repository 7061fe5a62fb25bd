"""Sends to people as the enterprise robot: oToMessages/batchSend.

Official documents chatbots-send-one-on-one-chat-messages-in-batches and robot-message-type.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.platforms.dingtalk.access import DingTalkAccess, token_header
from bot.platforms.dingtalk.answers import granted
from bot.platforms.dingtalk.bodies import sample
from bot.platforms.dingtalk.failures import NO_USER_ID, NOT_REACHED, OPEN_API, judge_without_code
from bot.platforms.dingtalk.recall import PACE, taken_back
from bot.platforms.halves import whole_or_halves
from bot.platforms.refusals import one_of_many, too_long, unanswered
from bot.sending import LEFT, Address, Attempt, Limits, SendFailed, Taken, Verdict, Window
from messages.incoming import Platform
from messages.outgoing import Answer, Page, Picture, Reply
from messages.rendering import DINGTALK_PRIVATE, pages_in

_TOO_LONG: Final = too_long(OPEN_API)
_NO_USER_ID: Final = one_of_many(NO_USER_ID, "no user id")


class DingTalkRobot:
    """To people. Sends have no idempotency key."""

    name: Final = "dingtalk.robot"
    platform: Final = Platform.DINGTALK
    limits: Final = Limits(
        each=Window(most=20, seconds=60),  # nothing is documented; as for its webhooks
        together=Window(most=18, seconds=1),  # 20 in the free edition
        receivers=20,
        side_by_side=15,
    )
    knows_repetitions_for_s: Final = 0
    recalls: Final = PACE

    def __init__(self, access: DingTalkAccess) -> None:
        self._access = access

    def pages(self, answer: Answer) -> Sequence[Reply]:
        return pages_in(answer, DINGTALK_PRIVATE)

    async def send(self, to: Sequence[Address], page: Page, attempt: Attempt) -> Sequence[Verdict | Taken]:
        if isinstance(page, Picture):
            raise SendFailed(LEFT, "no pictures")
        named = [address.account for address in to if address.account]
        verdicts: Sequence[Verdict | Taken] = ()
        if named:

            async def post(part: Reply, _attempt: Attempt) -> Sequence[Verdict | Taken]:
                return await self._post(named, part)

            verdicts = await whole_or_halves(page, attempt, post, _TOO_LONG)
        found = dict(zip(named, verdicts, strict=True))
        return [found.get(address.account, _NO_USER_ID) for address in to]

    async def recall(self, _chat: Address | None, receipts: Sequence[str], /) -> Sequence[Verdict | None]:
        """otoMessages/batchRecall, written so: for everybody whom the message named by a key has reached."""
        return await taken_back(self._access, "otoMessages/batchRecall", receipts)

    async def _post(self, users: Sequence[str], page: Reply) -> Sequence[Verdict | Taken]:
        fields = await self._batch(users, page)
        refused = [_refused(fields, user) for user in users]
        key = fields.get("processQueryKey")
        if None in refused and not key:
            raise unanswered(judge_without_code(200), "no processQueryKey")
        taken = Taken((str(key),))
        return [taken if one is None else one for one in refused]

    async def _batch(self, users: Sequence[str], page: Reply) -> Mapping[str, Any]:
        access = self._access
        body = {"robotCode": access.robot_code, "userIds": list(users), **sample(page, private=True)}

        async def spend(token: str) -> Mapping[str, Any]:
            address = f"{access.api_base}/v1.0/robot/oToMessages/batchSend"
            return await granted(access.session, address, OPEN_API, body=body, headers=token_header(token))

        return await access.spend(spend)


def _refused(fields: Mapping[str, Any], user: str) -> Verdict | None:
    lists = (name for name in NOT_REACHED if user in (fields.get(name) or ()))
    name = next(lists, None)
    return None if name is None else one_of_many(NOT_REACHED[name], name)
