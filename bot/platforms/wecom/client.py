"""Sends to members of the company as the self-built app: message/send (official documents 90236 and 91039)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientSession

from bot.access_tokens import AccessTokens, Issued
from bot.platforms.calls import NoAnswer, call
from bot.platforms.wecom.failures import judge, judge_without_code
from bot.sending import IN_DOUBT, LEFT, PLATFORM_DOWN, Do, Rate, SendFailed
from messages.incoming import Platform
from messages.outgoing import Reply

_LONGEST_INTERVAL_S: Final = 4 * 3600  # of a duplicate check
_INTERVAL_MARGIN_S: Final = 30
# Several are joined by "|", and "@all" is everybody: neither may come out of a spreadsheet.
_USER_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}")
_ADDRESS: Final = re.compile(r"from ip: ?([0-9a-fA-F.:]+)")


class WeComClient:
    """The app's way out."""

    platform: Final = Platform.WECOM
    rate: Final = Rate(width=40)
    knows_repetitions_for_s: Final = _LONGEST_INTERVAL_S - _INTERVAL_MARGIN_S

    def __init__(  # noqa: PLR0913  what the administration hands out has four parts
        self,
        session: ClientSession,
        tokens: AccessTokens,
        *,
        api_base: str,
        corp_id: str,
        secret: str,
        agent_id: int,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._base = f"{api_base}/cgi-bin"
        self._corp_id = corp_id
        self._secret = secret
        self._agent_id = agent_id

    async def send(self, account: str, page: Reply, *, first_tried_s: int | None) -> None:
        """Returns when it was taken; raises SendFailed."""
        if not _USER_ID.fullmatch(account):
            raise SendFailed(LEFT, "no user id")
        body: dict[str, object] = {
            "touser": account,
            "msgtype": "text",
            "agentid": self._agent_id,
            "text": {"content": page.body},
        }
        if first_tried_s is not None:
            # On repetitions only, and just long enough: an equal message later is another message.
            interval = min(_LONGEST_INTERVAL_S, first_tried_s + _INTERVAL_MARGIN_S)
            body |= {"enable_duplicate_check": 1, "duplicate_check_interval": interval}
        await self._tokens.spend(self._fetch, lambda token: self._post(token, account, body))

    async def _post(self, token: str, account: str, body: Mapping[str, object]) -> None:
        try:
            answered = await call(
                self._session,
                "POST",
                f"{self._base}/message/send",
                query={"access_token": token},
                body=body,
            )
        except NoAnswer as none:
            raise SendFailed(IN_DOUBT if none.reached else PLATFORM_DOWN, str(none)) from None
        errcode = _errcode(answered.fields)
        if errcode is None or answered.fields is None:
            raise SendFailed(judge_without_code(answered.status), f"HTTP {answered.status}")
        if errcode != 0:
            raise SendFailed(judge(errcode), errcode, _detail(answered.fields))
        if account.lower() in _not_reached(answered.fields):
            raise SendFailed(LEFT, "invaliduser")

    async def _fetch(self) -> Issued:
        """Without a token nothing was sent: nothing here is ever in doubt."""
        try:
            answered = await call(
                self._session,
                "GET",
                f"{self._base}/gettoken",
                query={"corpid": self._corp_id, "corpsecret": self._secret},
            )
        except NoAnswer as none:
            raise SendFailed(PLATFORM_DOWN, str(none)) from None
        errcode = _errcode(answered.fields)
        if errcode is None or answered.fields is None:
            raise SendFailed(PLATFORM_DOWN, f"HTTP {answered.status}")
        token, lives_s = answered.fields.get("access_token"), answered.fields.get("expires_in")
        if errcode == 0 and isinstance(token, str) and token and isinstance(lives_s, int):
            return Issued(token, lives_s)
        verdict = judge(errcode)
        raise SendFailed(
            PLATFORM_DOWN if verdict.do is not Do.STOP and not verdict.everybody else verdict,
            errcode,
            _detail(answered.fields),
        )


def _errcode(fields: Mapping[str, Any] | None) -> int | None:
    try:
        return None if fields is None else int(fields["errcode"])
    except (KeyError, TypeError, ValueError):
        return None


def _not_reached(fields: Mapping[str, Any]) -> set[str]:
    """User ids come back in lower case."""
    listed = (fields.get(name) for name in ("invaliduser", "unlicenseduser"))
    return {user.lower() for users in listed if isinstance(users, str) for user in users.split("|") if user}


def _detail(fields: Mapping[str, Any]) -> str:
    """Of a refused address the address, which somebody has to enter; texts are not for judging by."""
    found = _ADDRESS.search(str(fields.get("errmsg", "")))
    return f"from {found[1]}" if found else ""
