"""DingTalk's enterprise robot: credentials, the robot's code, and in stream mode the way to a connection."""

import re
from typing import Final

from aiohttp import ClientSession

from bot.doctor import consoles
from bot.doctor.answers import refused, strange, unreached
from bot.doctor.finding import Area, Finding, State, bad, careful, good
from bot.platforms.calls import Answered, NoAnswer, call
from bot.platforms.dingtalk.access import token_header
from bot.platforms.dingtalk.failures import OPEN_API, row_of
from bot.platforms.dingtalk.stream.frames import OPEN_PATH, asking
from bot.settings import DingTalk

_DINGTALK: Final = Area.DINGTALK
_WHERE: Final = {
    "IpNotInWhiteList": consoles.DINGTALK_ADDRESSES,
    "AccessTokenPermissionDenied": consoles.DINGTALK_RIGHTS,
}
_FORBIDDEN: Final = "Forbidden."
_ROBOT_CODE: Final = "robotCode"
_HEX_TOKEN: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"[0-9A-Za-z_-]{4,64}")


def judge_token(answered: Answered, api_base: str) -> Finding:
    fault = _fault("credentials", answered, api_base, wanted="accessToken")
    return fault or good(_DINGTALK, "credentials", "Client ID 和 Client Secret 是对的。")


def judge_stream(answered: Answered, api_base: str) -> Finding:
    """Of connections/open: its ticket is not used, and nobody's connection ends by it."""
    fault = _fault("stream", answered, api_base, wanted="ticket")
    return fault or good(_DINGTALK, "stream", "Stream 连接能打开。")


def judge_rights(answered: Answered, api_base: str) -> Finding:
    """Of a question after a message that there never was: refused for its key only is as good as granted."""
    code = (answered.fields or {}).get("code")
    refusal = code if isinstance(code, str) else ""
    if answered.fields is None:
        return strange(_DINGTALK, "rights", api_base, answered)
    if refusal.startswith(_FORBIDDEN) or _ROBOT_CODE in refusal:
        fault = _fault("rights", answered, api_base, wanted="")
        if fault is not None:
            return fault
    return good(_DINGTALK, "rights", "发消息的权限开了，RobotCode 平台认得。")


def judge_robot_code(robot: DingTalk) -> Finding:
    """By its looks: what people are known to put there instead."""
    code, where = robot.robot_code, consoles.DINGTALK_ROBOT
    do = "从机器人的设置页原样复制 RobotCode，写进 BOT_DINGTALK__ROBOT_CODE。"
    if code == robot.client_secret.get_secret_value():
        return bad(_DINGTALK, "robot-code", "RobotCode 填成了 Client Secret。", do, where)
    if _HEX_TOKEN.fullmatch(code):
        return bad(_DINGTALK, "robot-code", "RobotCode 填成了群机器人的 access_token。", do, where)
    if not _CODE.fullmatch(code):
        return bad(_DINGTALK, "robot-code", "RobotCode 里有不该有的字符。", do, where)
    if code.isdigit():
        return careful(_DINGTALK, "robot-code", "RobotCode 全是数字，像是 AgentId。", do, where)
    return good(_DINGTALK, "robot-code", "RobotCode 的样子是对的。")


def _fault(name: str, answered: Answered, api_base: str, *, wanted: str) -> Finding | None:
    fields = answered.fields or {}
    code = fields.get("code")
    if isinstance(code, str) and code:
        row = row_of(code, OPEN_API)
        where = _where(code)
        return refused(_DINGTALK, name, row, code, said=str(fields.get("message", "")), where=where)
    if answered.status == 401:
        row = OPEN_API["authFailed"]
        return refused(_DINGTALK, name, row, 401, said="", where=consoles.DINGTALK_CREDENTIALS)
    if answered.status == 200 and fields.get(wanted):
        return None
    return strange(_DINGTALK, name, api_base, answered)


def _where(code: str) -> str:
    if _ROBOT_CODE in code:
        return consoles.DINGTALK_ROBOT
    return _WHERE.get(code.rpartition(".")[2], consoles.DINGTALK_CREDENTIALS)


# ── looking ──


async def look(session: ClientSession, robot: DingTalk) -> list[Finding]:
    """Asked again, DingTalk gives out the same token: the running bot loses nothing."""
    secret = robot.client_secret.get_secret_value()
    body: dict[str, object] = {"appKey": robot.client_id, "appSecret": secret}
    try:
        answered = await call(session, "POST", f"{robot.api_base}/v1.0/oauth2/accessToken", body=body)
    except NoAnswer as none:
        return [
            unreached(_DINGTALK, "credentials", robot.api_base, none),
            judge_robot_code(robot),
        ]
    found = [judge_token(answered, robot.api_base), judge_robot_code(robot)]
    token = str((answered.fields or {}).get("accessToken", ""))
    if token and found[1].state is not State.BAD:
        found.append(await _rights(session, robot, token))
    if robot.mode == "stream":
        found.append(await _stream(session, robot))
    return found


async def _rights(session: ClientSession, robot: DingTalk, token: str) -> Finding:
    """One of the month's calls; it sends nothing, and changes nothing."""
    address = f"{robot.api_base}/v1.0/robot/oToMessages/readStatus"
    query = {"robotCode": robot.robot_code, "processQueryKey": "doctor"}
    try:
        answered = await call(session, "GET", address, query=query, headers=token_header(token))
    except NoAnswer as none:
        return unreached(_DINGTALK, "rights", robot.api_base, none)
    return judge_rights(answered, robot.api_base)


async def _stream(session: ClientSession, robot: DingTalk) -> Finding:
    body = asking(robot.client_id, robot.client_secret.get_secret_value())
    address = f"{robot.api_base}{OPEN_PATH}"
    try:
        return judge_stream(await call(session, "POST", address, body=body), robot.api_base)
    except NoAnswer as none:
        return unreached(_DINGTALK, "stream", robot.api_base, none)
