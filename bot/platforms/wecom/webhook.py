"""Sends into groups by their webhooks: webhook/send (official document 99110)."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import md5
from typing import Final

from aiohttp import ClientSession

from bot.platforms.halves import whole_or_halves
from bot.platforms.refusals import refused, too_long
from bot.platforms.wecom.answers import granted
from bot.platforms.wecom.failures import NOT_OURS, WEBHOOK
from bot.policy.outgoing import Way
from bot.policy.webhooks import Webhook, read_webhook
from bot.sending import LEFT, TAKEN, Address, Attempt, Limits, SendFailed, Taken, Verdict, Window
from messages.incoming import Platform
from messages.outgoing import Answer, Page, Picture, Reply
from messages.rendering import WECOM_GROUP, pages_in

PICTURE_BYTES: Final = 2 << 20
_TOO_LONG: Final = too_long(WEBHOOK)


class WeComWebhook:
    """To groups of which the office has handed over the webhook.

    Lists go out as markdown_v2: it has them, and it has no mentions and no colours that a name could hit upon.
    The older markdown has neither lists nor tables, but mentions; clients before 4.1.36 show the plain source
    of markdown_v2, which is why nothing is used that cannot be read so.
    """

    name: Final = Way.WECOM_WEBHOOK.value
    platform: Final = Platform.WECOM
    limits: Final = Limits(
        each=Window(most=18, seconds=60),  # 20, and nobody says whether the minute slides
        together=Window(most=9_500, seconds=60),
        side_by_side=20,
    )
    knows_repetitions_for_s: Final = 0

    def __init__(self, session: ClientSession, api_base: str) -> None:
        self._session = session
        self._bases = dict.fromkeys((Way.WECOM_WEBHOOK, Way.DINGTALK_WEBHOOK), api_base)

    def pages(self, answer: Answer) -> Sequence[Reply]:
        return pages_in(answer, WECOM_GROUP)

    async def send(self, to: Sequence[Address], page: Page, attempt: Attempt) -> Sequence[Verdict | Taken]:
        (group,) = to
        webhook = read_webhook(group.webhook, Way.WECOM_WEBHOOK, self._bases)
        if not isinstance(webhook, Webhook):  # a message goes to WeCom or nowhere
            raise refused(NOT_OURS, "webhook")
        address = webhook.url

        async def post(part: Reply, _attempt: Attempt) -> Sequence[Verdict | Taken]:
            return await self._post(address, _text_of(part))

        if isinstance(page, Picture):
            return await self._post(address, _picture(page))
        return await whole_or_halves(page, attempt, post, _TOO_LONG)

    async def _post(self, address: str, body: Mapping[str, object]) -> Sequence[Verdict | Taken]:
        await granted(self._session, "POST", address, WEBHOOK, body=body, one_group=True)
        return (TAKEN,)


def _text_of(page: Reply) -> Mapping[str, object]:
    kind = "markdown_v2" if page.markdown else "text"
    return {"msgtype": kind, kind: {"content": page.body}}


def _picture(page: Picture) -> Mapping[str, object]:
    if len(page.png) > PICTURE_BYTES:
        raise SendFailed(LEFT, "picture too large")
    digest = md5(page.png, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": b64encode(page.png).decode(), "md5": digest}}
