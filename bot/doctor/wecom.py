"""WeCom's self-built app: whether its credentials are taken, from this address, and whether people can see it."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientSession

from bot.doctor import consoles
from bot.doctor.answers import refused, strange, unreached
from bot.doctor.finding import Area, Finding, bad, good
from bot.platforms.calls import Answered, NoAnswer, call, number_in
from bot.platforms.wecom.failures import TOKEN, row_of
from bot.settings import WeCom

_WECOM: Final = Area.WECOM
_WHERE: Final = {
    40001: consoles.WECOM_SECRET,
    40013: consoles.WECOM_COMPANY,
    40056: consoles.WECOM_AGENT,
    301002: consoles.WECOM_AGENT,
    60020: consoles.WECOM_ADDRESSES,
}


def judge_token(answered: Answered, api_base: str) -> Finding:
    """Of gettoken (document 91039)."""
    fault = _fault("credentials", answered, api_base)
    return fault or good(_WECOM, "credentials", "企业 ID 和 Secret 是对的。")


def judge_agent(answered: Answered, api_base: str) -> list[Finding]:
    """Of agent/get (document 90227): only from a trusted address does it say anything."""
    fault = _fault("agent", answered, api_base)
    if fault is not None:
        return [fault]
    fields = answered.fields or {}
    found = [good(_WECOM, "agent", "AgentId 是对的，平台接受这台服务器的地址。")]
    if number_in(fields, "close") == 1:
        do = "在管理后台启用这个应用。"
        found.append(bad(_WECOM, "enabled", "应用被停用了，没有人能用。", do, consoles.WECOM_APP))
    if not any(_named(fields, outer, inner) for outer, inner in _RANGE):
        do = "把参加研修的部门加进可见范围。"
        found.append(bad(_WECOM, "visible", "没有人看得到这个应用。", do, consoles.WECOM_VISIBLE))
    return found


_RANGE: Final = (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))


def _named(fields: Mapping[str, Any], outer: str, inner: str) -> bool:
    found = fields.get(outer)
    return isinstance(found, dict) and bool(found.get(inner))


def _fault(name: str, answered: Answered, api_base: str) -> Finding | None:
    code = number_in(answered.fields, "errcode")
    if code is None or answered.fields is None:
        return strange(_WECOM, name, api_base, answered)
    if code == 0:
        return None
    said = str(answered.fields.get("errmsg", ""))
    where = _WHERE.get(code, consoles.WECOM_APP)
    return refused(_WECOM, name, row_of(code, TOKEN), code, said=said, where=where)


# ── looking ──


async def look(session: ClientSession, app: WeCom) -> list[Finding]:
    """A token of its own: one that lies in the database would not show that the secret has been changed."""
    query = {"corpid": app.corp_id, "corpsecret": app.secret.get_secret_value()}
    try:
        answered = await call(session, "GET", f"{app.api_base}/cgi-bin/gettoken", query=query)
    except NoAnswer as none:
        return [unreached(_WECOM, "credentials", app.api_base, none)]
    found = [judge_token(answered, app.api_base)]
    token = str((answered.fields or {}).get("access_token", ""))
    if not token:
        return found
    query = {"access_token": token, "agentid": str(app.agent_id)}
    try:
        answered = await call(session, "GET", f"{app.api_base}/cgi-bin/agent/get", query=query)
    except NoAnswer as none:
        return [*found, unreached(_WECOM, "agent", app.api_base, none)]
    return [*found, *judge_agent(answered, app.api_base)]
