"""Sends to people as the enterprise robot: oToMessages/batchSend.

Official documents chatbots-send-one-on-one-chat-messages-in-batches, robot-message-type and
obtain-the-access-token-of-an-internal-app.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientSession

from bot.access_tokens import AccessTokens, Issued
from bot.platforms.calls import Answered, NoAnswer, call
from bot.platforms.dingtalk.failures import FLOW_CONTROLLED, judge, judge_without_code
from bot.sending import IN_DOUBT, LEFT, PLATFORM_DOWN, Do, Rate, SendFailed
from messages.incoming import Platform
from messages.outgoing import Reply


class DingTalkClient:
    """The robot's way out."""

    platform: Final = Platform.DINGTALK
    # The free edition allows an app 20 calls of one API a second.
    rate: Final = Rate(width=15, round_s=1.0)
    # Sends have no idempotency key.
    knows_repetitions_for_s: Final = 0

    def __init__(  # noqa: PLR0913  what the developer console hands out has three parts
        self,
        session: ClientSession,
        tokens: AccessTokens,
        *,
        api_base: str,
        client_id: str,
        client_secret: str,
        robot_code: str,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._base = f"{api_base}/v1.0"
        self._client_id = client_id
        self._client_secret = client_secret
        self._robot_code = robot_code

    async def send(self, account: str, page: Reply, *, first_tried_s: int | None) -> None:  # noqa: ARG002  nothing to say it with
        """Returns when it was taken; raises SendFailed."""
        if not account:
            raise SendFailed(LEFT, "no user id")
        body = {"robotCode": self._robot_code, "userIds": [account], **_sample(page)}
        await self._tokens.spend(self._fetch, lambda token: self._post(token, account, body))

    async def _post(self, token: str, account: str, body: Mapping[str, object]) -> None:
        try:
            answered = await call(
                self._session,
                "POST",
                f"{self._base}/robot/oToMessages/batchSend",
                headers={"x-acs-dingtalk-access-token": token},
                body=body,
            )
        except NoAnswer as none:
            raise SendFailed(IN_DOUBT if none.reached else PLATFORM_DOWN, str(none)) from None
        fields = _granted(answered)
        for name in ("invalidStaffIdList", "filteredStaffIdList"):
            if account in (fields.get(name) or ()):
                raise SendFailed(LEFT, name)
        if account in (fields.get("flowControlledStaffIdList") or ()):
            raise SendFailed(FLOW_CONTROLLED, "flowControlledStaffIdList")
        if not fields.get("processQueryKey"):
            raise SendFailed(judge_without_code(answered.status), f"HTTP {answered.status}")

    async def _fetch(self) -> Issued:
        """Without a token nothing was sent: nothing here is ever in doubt."""
        try:
            answered = await call(
                self._session,
                "POST",
                f"{self._base}/oauth2/accessToken",
                body={"appKey": self._client_id, "appSecret": self._client_secret},
            )
            fields = _granted(answered)
        except NoAnswer as none:
            raise SendFailed(PLATFORM_DOWN, str(none)) from None
        except SendFailed as failed:
            known = failed.verdict.do is not Do.DOUBT and failed.verdict.everybody
            raise SendFailed(failed.verdict if known else PLATFORM_DOWN, failed.errcode) from None
        token, lives_s = fields.get("accessToken"), fields.get("expireIn")
        if isinstance(token, str) and token and isinstance(lives_s, int):
            return Issued(token, lives_s)
        raise SendFailed(PLATFORM_DOWN, f"HTTP {answered.status}")


def _granted(answered: Answered) -> Mapping[str, Any]:
    """What was answered with 200. Raises SendFailed."""
    if answered.fields is None:
        raise SendFailed(judge_without_code(answered.status), f"HTTP {answered.status}")
    code = answered.fields.get("code")
    if isinstance(code, str) and code:
        raise SendFailed(judge(code), code)
    if answered.status != 200:
        raise SendFailed(judge_without_code(answered.status), f"HTTP {answered.status}")
    return answered.fields


def _sample(page: Reply) -> dict[str, object]:
    """`msgParam` is JSON in JSON, with strings as values."""
    if page.markdown:
        key, param = "sampleMarkdown", {"title": page.title, "text": page.body}
    else:
        key, param = "sampleText", {"content": page.body}
    return {"msgKey": key, "msgParam": json.dumps(param, ensure_ascii=False)}
