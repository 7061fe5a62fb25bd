"""The robot's access token: obtain-the-access-token-of-an-internal-app; good for both of DingTalk's interfaces."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import ClientSession

from bot.access_tokens import AccessTokens, Issued
from bot.platforms.dingtalk.answers import granted
from bot.platforms.dingtalk.failures import OPEN_API
from bot.platforms.refusals import unanswered
from bot.sending import PLATFORM_DOWN, Do, SendFailed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkAccess:
    """One robot of one enterprise; shared by all outlets that speak in its name."""

    session: ClientSession
    tokens: AccessTokens
    api_base: str
    oapi_base: str
    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str

    async def spend(self, attempt: Callable[[str], Awaitable[T]]) -> T:
        """As `AccessTokens.spend`."""
        return await self.tokens.spend(self._fetch, attempt)

    async def _fetch(self) -> Issued:
        """Without a token nothing was sent: nothing here is ever in doubt."""
        try:
            fields = await granted(
                self.session,
                f"{self.api_base}/v1.0/oauth2/accessToken",
                OPEN_API,
                body={"appKey": self.client_id, "appSecret": self.client_secret},
            )
        except SendFailed as failed:
            if failed.verdict.do in (Do.STOP, Do.AGAIN) and failed.verdict.everybody:
                raise
            raise unanswered(PLATFORM_DOWN, str(failed.errcode)) from None
        token, lives_s = fields.get("accessToken"), fields.get("expireIn")
        if isinstance(token, str) and token and isinstance(lives_s, int):
            return Issued(token, lives_s)
        raise unanswered(PLATFORM_DOWN, "no token")


def token_header(token: str) -> dict[str, str]:
    return {"x-acs-dingtalk-access-token": token}
