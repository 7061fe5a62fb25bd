"""WeCom's AI bot: whether its long connection opens, asked only while no process of ours keeps it open.

A second subscription drives the first one out (document 101463), so that the lease is taken before asking.
"""

import secrets
from typing import Final

from aiohttp import ClientError, ClientSession, WSMsgType, WSServerHandshakeError
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.doctor import consoles
from bot.doctor.answers import unreached
from bot.doctor.finding import Area, Finding, bad, careful, good
from bot.doctor.reading import aside
from bot.platforms.calls import NoAnswer
from bot.platforms.wecom.aibot.frames import Ack, Cmd, frame, read_frame
from bot.platforms.wecom.aibot.holding import lease_name
from bot.settings import WeComAibot
from storage import leases
from storage.checkup import is_held
from storage.database import Database

_AIBOT: Final = Area.AIBOT
_HELD_MS: Final = 12_000
_ANSWER_S: Final = 5.0
_WRONG_SECRET: Final = 853000


def judge_held() -> Finding:
    return good(_AIBOT, "connection", "已由运行中的机器人连着。")


def judge_unknown() -> Finding:
    say = "数据库用不了，看不出机器人是不是正连着，没有试。"
    return careful(_AIBOT, "connection", say, "先解决数据库的问题。")


def judge_subscribed(errcode: int | None) -> Finding:
    """Of the acknowledgement; None = there was none in time."""
    if errcode == 0:
        return good(_AIBOT, "connection", "机器人 ID 和 Secret 是对的，长连接能打开。")
    if errcode is None:
        say = "连上了，但是平台没有回应订阅。"
        return bad(_AIBOT, "connection", say, "过一会儿再查；一直这样，检查 BOT_WECOM_AIBOT__WS_URL。")
    if errcode == _WRONG_SECRET:
        say = "机器人 ID 或 Secret 不对（代码 853000）。"
        do = "核对 BOT_WECOM_AIBOT__BOT_ID、BOT_WECOM_AIBOT__SECRET，改好后重启机器人；机器人要选长连接方式。"
        return bad(_AIBOT, "connection", say, do, consoles.AIBOT_SECRET)
    return bad(
        _AIBOT,
        "connection",
        f"平台不接受订阅（代码 {errcode}）。",
        "核对机器人的设置，过一会儿再查。",
        consoles.AIBOT_SECRET,
    )


# ── looking ──


async def look(
    session: ClientSession, aibot: WeComAibot, database: Database | None, clock: Clock
) -> list[Finding]:
    """`database`: None where its tables cannot be asked."""
    if not aibot.bot_id or aibot.secret is None:
        return []
    if database is None:
        return [judge_unknown()]
    name, holder = lease_name(aibot.bot_id), f"doctor-{secrets.token_hex(8)}"
    taken = await aside(lambda: _taken(database, name, holder, clock.real_ms()))
    if taken is None:
        return [judge_unknown()]
    if not taken:
        return [judge_held()]
    try:
        return [await _subscribed(session, aibot.ws_url, aibot.bot_id, aibot.secret.get_secret_value())]
    finally:
        await aside(lambda: _given_back(database, name, holder))


def _taken(database: Database, name: str, holder: str, now: int) -> bool | None:
    """None where the database does not let us."""
    try:
        with database.reading() as connection:
            if is_held(connection, name, now):
                return False
        with database.writing() as connection:
            return leases.take(connection, name, holder, at=now, until=now + _HELD_MS)
    except DBAPIError:
        return None


def _given_back(database: Database, name: str, holder: str) -> bool:
    """Where it cannot be given back it runs out."""
    try:
        with database.writing() as connection:
            leases.release(connection, name, holder)
    except DBAPIError:
        return False
    return True


async def _subscribed(session: ClientSession, address: str, bot_id: str, key: str) -> Finding:
    req_id = f"doctor_{secrets.token_hex(8)}"
    try:
        async with session.ws_connect(address) as socket:
            await socket.send_str(frame(Cmd.SUBSCRIBE, req_id, {"bot_id": bot_id, "secret": key}))
            while True:
                message = await socket.receive(timeout=_ANSWER_S)
                if message.type is not WSMsgType.TEXT:
                    return judge_subscribed(None)
                found = read_frame(message.data)
                if isinstance(found, Ack) and found.req_id == req_id:
                    return judge_subscribed(found.errcode)
    except TimeoutError:
        return judge_subscribed(None)
    except WSServerHandshakeError as error:
        say = f"长连接的地址没有接受连接（HTTP {error.status}）。"
        return bad(
            _AIBOT, "connection", say, "检查 BOT_WECOM_AIBOT__WS_URL，以及中间的代理放不放行 WebSocket。"
        )
    except (ClientError, OSError) as error:
        return unreached(_AIBOT, "connection", address, NoAnswer(error, reached=False))
