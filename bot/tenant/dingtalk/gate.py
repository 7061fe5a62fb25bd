"""Who may call the APIs: tokens, how often, and in the name of which robot.

Official documents obtain-the-access-token-of-an-internal-app, server-api-error-codes-1 and
how-to-process-api-throttling-on-the-dingtalk-server.
"""

from collections.abc import Callable, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from bot.tenant.calls import Ask, Call, Dialect, Handle, Refused, Upload
from bot.tenant.installation import DingTalkRobot
from bot.tenant.limits import Window
from bot.tenant.tenant import Deed, Tenant
from bot.tenant.tokens import Tokens, TokenState

PER_SECOND = 20
"""For each app and each API, in the free edition."""
RATE = f"每个应用每个接口 {PER_SECOND} 次/秒"

Work = Callable[[Ask], Mapping[str, object]]


class Gate:
    """Stands before every API that needs a token."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.tokens = Tokens(tenant.clock)
        self._rate = Window(tenant.clock, PER_SECOND, 1.0)

    @property
    def robot(self) -> DingTalkRobot:
        """Raises Refused where none is installed; who has a token never sees that."""
        robot = self._tenant.installation.robot
        if robot is None:
            raise Refused("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        return robot

    def v1(self, name: str, work: Callable[[dict[str, Any]], Mapping[str, object]]) -> Handle:
        """For api.dingtalk.com: `work` gets the JSON object of the body."""

        def handle(ask: Ask) -> Mapping[str, object] | Upload:
            self._admit_v1(name, ask)
            if ask.body and ask.object() is None:
                raise Refused("invalidParameter.msgBody.invalid", "body必须是JSON")
            return work(ask.object() or {})

        return handle

    def v1_query(self, name: str, work: Callable[[Mapping[str, str]], Mapping[str, object]]) -> Handle:
        """The same for a GET: `work` gets the query."""

        def handle(ask: Ask) -> Mapping[str, object] | Upload:
            self._admit_v1(name, ask)
            return work(ask.query)

        return handle

    def oapi(self, name: str, work: Work) -> Handle:
        """For oapi.dingtalk.com."""

        def handle(ask: Ask) -> Mapping[str, object] | Upload:
            token = ask.query.get("access_token", "")
            if not token:
                raise Refused(41001, "缺少access_token参数")
            state = self.tokens.state(token)
            if state is TokenState.EXPIRED:
                raise Refused(42001, "access_token超时")
            if state is TokenState.UNKNOWN:
                raise Refused(40014, "不合法的access_token")
            if not self._rate.take(name):
                raise Refused(90018, "您的应用调用该接口的每秒调用次数超过限制")
            return work(ask)

        return handle

    def own_robot(self, body: Mapping[str, Any], missing: str) -> str:
        """The robot code, when it is the one of this app. `missing` is the code when there is none."""
        code = body.get("robotCode")
        if not isinstance(code, str) or not code:
            raise Refused(missing, "机器人robotCode为空")
        if code != self.robot.robot_code:
            raise Refused("invalidParameter.robotCode.notExsit", "机器人不存在")
        return code

    def calls(self) -> Sequence[Call]:
        lifetime = f"有效期 {self.tokens.lifetime_s} 秒，有效期内再取是同一个并续期"
        return (
            Call(
                name="dingtalk.token",
                method="POST",
                path="/dingtalk/api/v1.0/oauth2/accessToken",
                dialect=Dialect.V1,
                title="取 accessToken",
                limits=(lifetime,),
                source="官方文档 obtain-the-access-token-of-an-internal-app",
                handle=self._access_token,
            ),
            Call(
                name="dingtalk.gettoken",
                method="GET",
                path="/dingtalk/oapi/gettoken",
                dialect=Dialect.OAPI,
                title="取 access_token（旧版）",
                limits=(lifetime, "与新版的是同一个 token"),
                source="官方文档 obtain-orgapp-token",
                handle=self._get_token,
            ),
        )

    def deeds(self) -> Sequence[Deed]:
        return (
            Deed("dingtalk.tokens.expire", "钉钉：让 token 到期", self._expire),
            Deed("dingtalk.tokens.withdraw", "钉钉：让 token 提前失效", self._withdraw),
        )

    def _admit_v1(self, name: str, ask: Ask) -> None:
        token = ask.headers.get("x-acs-dingtalk-access-token", "")
        if self.tokens.state(token) is not TokenState.VALID:
            status = self._tenant.switches.dingtalk_bad_token_status
            raise Refused("InvalidAuthentication", "不合法的access_token", status=status)
        if not self._rate.take(name):
            code = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
            raise Refused(code, "应用调用该接口的每秒次数超过限制", status=403)

    def _access_token(self, ask: Ask) -> Mapping[str, object]:
        body = ask.object() or {}
        if not self._knows(body.get("appKey"), body.get("appSecret")):
            raise Refused("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        token, seconds = self.tokens.issue(same_while_valid=True, renewed=True)
        return {"accessToken": token, "expireIn": seconds}

    def _get_token(self, ask: Ask) -> Mapping[str, object]:
        if not self._knows(ask.query.get("appkey"), ask.query.get("appsecret")):
            raise Refused(40089, "不合法的appKey或appSecret")
        token, seconds = self.tokens.issue(same_while_valid=True, renewed=True)
        return {"errcode": 0, "access_token": token, "errmsg": "ok", "expires_in": seconds}

    def _knows(self, client_id: object, secret: object) -> bool:
        robot = self._tenant.installation.robot
        if robot is None or client_id != robot.client_id or not isinstance(secret, str):
            return False
        return compare_digest(secret.encode("utf-8", "surrogatepass"), robot.client_secret.encode())

    async def _expire(self) -> str:
        self.tokens.expire()
        return "钉钉的 token 都到期了，机器人下次调用时要重新取。"

    async def _withdraw(self) -> str:
        self.tokens.withdraw()
        return "钉钉的 token 都失效了，机器人下次调用时要重新取。"
