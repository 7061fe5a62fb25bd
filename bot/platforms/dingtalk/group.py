"""Sends into groups that the enterprise robot is in: groupMessages/send, or the session webhook while it lives.

Official documents the-robot-sends-a-group-message, receive-message and upload-media-files.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from bot.clock import Clock
from bot.platforms.calls import File
from bot.platforms.dingtalk.access import DingTalkAccess, token_header
from bot.platforms.dingtalk.answers import granted, granted_by_number
from bot.platforms.dingtalk.bodies import picture_sample, sample
from bot.platforms.dingtalk.failures import GROUP, UPLOAD, WEBHOOK, judge_without_code
from bot.platforms.dingtalk.recall import PACE, taken_back
from bot.platforms.dingtalk.session import Sessions
from bot.platforms.halves import whole_or_halves
from bot.platforms.refusals import too_long, unanswered
from bot.policy.outgoing import Way
from bot.sending import (
    LEFT,
    PLATFORM_DOWN,
    TAKEN,
    Address,
    Attempt,
    Do,
    Limits,
    SendFailed,
    Taken,
    Verdict,
    Window,
)
from messages.incoming import Platform
from messages.outgoing import Answer, Page, Picture, Reply
from messages.rendering import DINGTALK_GROUP, pages_in

PICTURE_BYTES: Final = 1 << 20  # 20 MB by one page of theirs, 1 MB by another
_PICTURES_KEPT: Final = 8  # of today's rankings; what is uploaded can be sent to any number of groups
_TOO_LONG: Final = too_long(GROUP) | too_long(WEBHOOK)


class DingTalkGroup:
    """To groups; neither way has an idempotency key."""

    name: Final = Way.DINGTALK_GROUP.value
    platform: Final = Platform.DINGTALK
    limits: Final = Limits(
        each=Window(most=18, seconds=60),  # session webhooks perhaps have a webhook's limit
        together=Window(most=18, seconds=1),
        side_by_side=15,
    )
    knows_repetitions_for_s: Final = 0
    recalls: Final = PACE

    def __init__(self, access: DingTalkAccess, clock: Clock) -> None:
        self._access = access
        self._sessions = Sessions(access, clock)
        self._uploaded: OrderedDict[str, str] = OrderedDict()  # digest → media_id
        self._uploading: dict[str, asyncio.Task[str]] = {}

    def pages(self, answer: Answer) -> Sequence[Reply]:
        return pages_in(answer, DINGTALK_GROUP)

    async def send(self, to: Sequence[Address], page: Page, attempt: Attempt) -> Sequence[Verdict | Taken]:
        (group,) = to
        if isinstance(page, Picture):
            return (await self._send_picture(group.chat, page),)
        # A session webhook spares the month's calls, but what went by it stays.
        by_session = self._sessions.lives(group.reply_url, group.reply_until) and not attempt.may_be_recalled

        async def post(part: Reply, _attempt: Attempt) -> Sequence[Verdict | Taken]:
            if by_session and await self._by_session(group.reply_url, part):
                return (TAKEN,)
            return (await self._by_api(group.chat, sample(part)),)

        return await whole_or_halves(page, attempt, post, _TOO_LONG)

    async def recall(self, chat: Address | None, receipts: Sequence[str], /) -> Sequence[Verdict | None]:
        """groupMessages/recall (enterprise-chatbot-withdraws-internal-group-messages): out of one group."""
        assert chat is not None, "a group's message is taken back from its group"
        return await taken_back(
            self._access, "groupMessages/recall", receipts, {"openConversationId": chat.chat}
        )

    async def _by_session(self, address: str, page: Reply) -> bool:
        """Whether it was taken; what may have been taken is raised."""
        try:
            await self._sessions.say(address, page, private=False)
        except SendFailed as failed:
            if isinstance(failed.errcode, int):
                return False  # DingTalk itself has refused it: the other way is open still
            raise
        return True

    async def _by_api(self, chat: str, content: Mapping[str, object]) -> Taken:
        access = self._access
        body = {"robotCode": access.robot_code, "openConversationId": chat, **content}

        async def spend(token: str) -> Mapping[str, Any]:
            address = f"{access.api_base}/v1.0/robot/groupMessages/send"
            return await granted(
                access.session, address, GROUP, body=body, headers=token_header(token), one_group=True
            )

        fields = await access.spend(spend)
        key = fields.get("processQueryKey")
        if not key:
            raise unanswered(judge_without_code(200), "no processQueryKey")
        return Taken((str(key),))

    async def _send_picture(self, chat: str, picture: Picture) -> Taken:
        if len(picture.png) > PICTURE_BYTES:
            raise SendFailed(LEFT, "picture too large")
        try:
            return await self._by_api(chat, picture_sample(await self._media_id(picture)))
        except SendFailed as failed:
            if failed.errcode != "resource.not.found":
                raise
            self._uploaded.pop(_digest(picture), None)
            return await self._by_api(chat, picture_sample(await self._media_id(picture)))

    async def _media_id(self, picture: Picture) -> str:
        """One upload for everybody who wants it at the same moment, also where it fails."""
        digest = _digest(picture)
        if digest in self._uploaded:
            return self._uploaded[digest]
        if digest not in self._uploading:
            self._uploading[digest] = asyncio.create_task(self._upload(picture))
            self._uploading[digest].add_done_callback(lambda _: self._uploading.pop(digest))
        media_id = await asyncio.shield(self._uploading[digest])
        self._uploaded[digest] = media_id
        while len(self._uploaded) > _PICTURES_KEPT:
            self._uploaded.popitem(last=False)
        return media_id

    async def _upload(self, picture: Picture) -> str:
        """An upload is no message yet: nothing here is ever in doubt."""
        access = self._access

        async def spend(token: str) -> Mapping[str, Any]:
            return await granted_by_number(
                access.session,
                f"{access.oapi_base}/media/upload",
                UPLOAD,
                query={"access_token": token, "type": "image"},
                body=File("media", "ranking.png", "image/png", picture.png),
            )

        try:
            fields = await access.spend(spend)
        except SendFailed as failed:
            if failed.verdict.do is Do.DOUBT:
                raise unanswered(PLATFORM_DOWN, str(failed.errcode)) from None
            raise
        media_id = fields.get("media_id")
        if isinstance(media_id, str) and media_id:
            return media_id
        raise unanswered(PLATFORM_DOWN, "no media_id")


def _digest(picture: Picture) -> str:
    return sha256(picture.png).hexdigest()
