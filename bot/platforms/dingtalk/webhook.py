"""Sends into groups by the webhooks of custom robots.

Official documents custom-robots-send-group-messages and customize-robot-security-settings.
"""

from base64 import b64encode
from collections.abc import Sequence
from hmac import digest
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from bot.clock import Clock
from bot.platforms.dingtalk.answers import granted_by_number
from bot.platforms.dingtalk.bodies import message
from bot.platforms.dingtalk.failures import NOT_OURS, WEBHOOK
from bot.platforms.halves import whole_or_halves
from bot.platforms.refusals import refused, too_long
from bot.policy.outgoing import Way
from bot.policy.webhooks import Webhook, read_webhook
from bot.sending import LEFT, TAKEN, Address, Attempt, Limits, SendFailed, Taken, Verdict, Window
from messages.incoming import Platform
from messages.outgoing import Answer, Page, Picture, Reply
from messages.rendering import DINGTALK_WEBHOOK, pages_in

_TOO_LONG: Final = too_long(WEBHOOK)


class DingTalkWebhook:
    """To groups of which the office has handed over the webhook; these take no images."""

    name: Final = Way.DINGTALK_WEBHOOK.value
    platform: Final = Platform.DINGTALK
    limits: Final = Limits(
        each=Window(most=18, seconds=60),  # 20, and ten minutes of silence beyond
        together=Window(most=8_000, seconds=20),  # 10,000 of one address, and five minutes of silence beyond
        side_by_side=20,
    )
    # msgUuid; nobody says for how long.
    knows_repetitions_for_s: Final = 600

    def __init__(self, session: ClientSession, clock: Clock, oapi_base: str) -> None:
        self._session = session
        self._clock = clock
        self._bases = dict.fromkeys((Way.WECOM_WEBHOOK, Way.DINGTALK_WEBHOOK), oapi_base)

    def pages(self, answer: Answer) -> Sequence[Reply]:
        return pages_in(answer, DINGTALK_WEBHOOK)

    async def send(self, to: Sequence[Address], page: Page, attempt: Attempt) -> Sequence[Verdict | Taken]:
        if isinstance(page, Picture):
            raise SendFailed(LEFT, "no pictures")
        (group,) = to
        webhook = read_webhook(group.webhook, Way.DINGTALK_WEBHOOK, self._bases)
        if not isinstance(webhook, Webhook):  # a message goes to DingTalk or nowhere
            raise refused(NOT_OURS, "webhook")
        url = webhook.url

        async def post(part: Reply, attempt: Attempt) -> Sequence[Verdict | Taken]:
            address = signed(url, group.secret, self._clock.real_ms())
            body = {**message(part), "msgUuid": attempt.key}
            await granted_by_number(self._session, address, WEBHOOK, body=body, one_group=True)
            return (TAKEN,)

        return await whole_or_halves(page, attempt, post, _TOO_LONG)


def signed(url: str, secret: str, now_ms: int) -> URL:
    """The address for a call at this moment; as it is where the robot has no signing secret."""
    if not secret:
        return URL(url)
    sign = b64encode(digest(secret.encode(), f"{now_ms}\n{secret}".encode(), "sha256")).decode()
    # Raw: yarl encodes it, and only once.
    return URL(url).update_query({"timestamp": str(now_ms), "sign": sign})
