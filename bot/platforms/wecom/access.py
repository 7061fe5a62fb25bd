"""The self-built app's calls: with an access token, which is fetched where there is none (official document 91039)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from bot.access_tokens import AccessTokens, Issued
from bot.platforms.refusals import Refusals, unanswered
from bot.platforms.wecom.answers import granted
from bot.platforms.wecom.failures import TOKEN
from bot.sending import PLATFORM_DOWN, Do, SendFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class WeComAccess:
    """Of one app."""

    session: ClientSession = field(repr=False)
    tokens: AccessTokens = field(repr=False)
    api_base: str
    corp_id: str
    secret: str = field(repr=False)

    async def ask(self, path: str, body: Mapping[str, object], table: Refusals) -> Mapping[str, Any]:
        """POST to /cgi-bin/`path`; the fields of an answer with errcode 0. Raises SendFailed."""

        async def spend(token: str) -> Mapping[str, Any]:
            query, address = {"access_token": token}, f"{self.api_base}/cgi-bin/{path}"
            return await granted(self.session, "POST", address, table, query=query, body=body)

        return await self.tokens.spend(self._fetch, spend)

    async def _fetch(self) -> Issued:
        """Without a token nothing was sent: nothing here is ever in doubt."""
        query, address = (
            {"corpid": self.corp_id, "corpsecret": self.secret},
            f"{self.api_base}/cgi-bin/gettoken",
        )
        try:
            fields = await granted(self.session, "GET", address, TOKEN, query=query)
        except SendFailed as failed:
            known = failed.verdict.do is Do.STOP or (
                failed.verdict.do is Do.AGAIN and failed.verdict.everybody
            )
            if known:
                raise
            raise unanswered(PLATFORM_DOWN, str(failed.errcode)) from None
        token, lives_s = fields.get("access_token"), fields.get("expires_in")
        if isinstance(token, str) and token and isinstance(lives_s, int):
            return Issued(token, lives_s)
        raise unanswered(PLATFORM_DOWN, "no token")
