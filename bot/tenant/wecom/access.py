"""Who may call the app's interfaces, and how often: tokens, the app's id, the corp's base limits."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from bot.tenant.calls import Ask, Handle, Refused, Upload
from bot.tenant.installation import WeComApp
from bot.tenant.limits import Muting, Window
from bot.tenant.people import Member, Platform
from bot.tenant.tenant import Tenant
from bot.tenant.tokens import Tokens, TokenState
from bot.tenant.wecom.requests import OK, number_of

_WRONG_SECRETS = 2000
_HOUR = 3600.0


class Access:
    """One app's way in; nobody gets in where none is installed."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.tokens = Tokens(tenant.clock)
        # Document 90454: a block lasts as long as the window that was exceeded.
        self.per_minute = Muting(tenant.clock, 10_000, 60, 60)
        self.per_hour = Muting(tenant.clock, 150_000, _HOUR, _HOUR)
        # Error table, 45009: with debug=1 in the address.
        self._debugged = Muting(tenant.clock, 5, 60, 60)
        # The last of them finds no place left in the window, and shuts the door.
        self._wrong_secrets = Window(tenant.clock, _WRONG_SECRETS - 1, _HOUR)
        self._blocked_until_ms = 0

    @property
    def app(self) -> WeComApp:
        app = self._tenant.installation.app
        if app is None:
            raise Refused(40013, "invalid corpid")
        return app

    def gettoken(self, ask: Ask) -> Mapping[str, object]:
        corp_id, secret = ask.query.get("corpid", ""), ask.query.get("corpsecret", "")
        if not corp_id:
            raise Refused(41002, "corpid missing")
        if not secret:
            raise Refused(41004, "corpsecret missing")
        if self._tenant.clock.ms() < self._blocked_until_ms or self._debugged_too_often("gettoken", ask):
            raise Refused(45009, "api freq out of limit")
        if corp_id != self.app.corp_id:
            raise Refused(40013, "invalid corpid")
        if not hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), self.app.secret.encode()):
            if not self._wrong_secrets.take(""):
                self._blocked_until_ms = self._tenant.clock.ms() + round(_HOUR * 1000)
            raise Refused(40001, "invalid credential")
        token, seconds = self.tokens.issue(same_while_valid=self._tenant.switches.wecom_same_token)
        return {**OK, "access_token": token, "expires_in": seconds}

    def guarded(self, api: str, handle: Callable[[Ask], Mapping[str, object] | Upload]) -> Handle:
        """`handle` for whoever has a token, as often as the corp may call `api`."""

        def answer(ask: Ask) -> Mapping[str, object] | Upload:
            token = ask.query.get("access_token", "")
            if not token:
                raise Refused(41001, "access_token missing")
            match self.tokens.state(token):
                case TokenState.UNKNOWN:
                    raise Refused(40014, "invalid access_token")
                case TokenState.EXPIRED:
                    raise Refused(42001, "access_token expired")
            allowed = self.per_minute.take(api) and self.per_hour.take(api)
            if not allowed or self._debugged_too_often(api, ask):
                raise Refused(45009, "api freq out of limit")
            return handle(ask)

        return answer

    def _debugged_too_often(self, api: str, ask: Ask) -> bool:
        return ask.query.get("debug") == "1" and not self._debugged.take(api)

    def check_agent(self, body: Mapping[str, Any]) -> None:
        """The token belongs to one app, and only for that one may be spoken."""
        if body.get("agentid") in (None, ""):
            raise Refused(41011, "agentid missing")
        if number_of(body, "agentid", -1) != self.app.agent_id:
            raise Refused(301002, "not allow operate another agent with this accesstoken")

    def member(self, account: str) -> Member | None:
        """Everybody with an account is in the app's visible range."""
        return self._tenant.directory.by_account(Platform.WECOM, account)
