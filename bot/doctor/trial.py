"""A message to one person, sent there and then over every way that leads to them: the proof that looks cannot give."""

import secrets
from collections.abc import Sequence
from typing import Final

from aiohttp import ClientSession
from sqlalchemy import Connection

from bot.clock import Clock
from bot.doctor.finding import Area, Finding, bad, careful, good
from bot.doctor.reading import aside
from bot.outlets import Grounds, build_outlets
from bot.policy.outgoing import Way
from bot.policy.veiled import is_veiled
from bot.sending import Address, Attempt, NeedsConnection, Outlet, SendFailed, SomeAccounts, Verdict
from bot.settings import Settings
from messages.incoming import Platform
from messages.texts.doctor import test_message
from messages.texts.wording import PLATFORMS
from storage import audit
from storage.bindings import BoundAccount, accounts_of
from storage.database import Database
from storage.identifiers import Identifiers
from storage.roster_lookup import find_person

_TRIAL: Final = Area.TRIAL
_ACTOR: Final = "operator"
_WAYS: Final = frozenset(way.value for way in Way)


def judge(outlet: str, platform: Platform, verdict: Verdict | None) -> Finding:
    """`verdict`: None = the platform has taken it."""
    name = PLATFORMS[platform]
    if verdict is None:
        return good(_TRIAL, outlet, f"{name}收下了测试消息，请本人看一看收到没有。")
    code = f"（代码 {verdict.code}）" if verdict.code else ""
    return bad(_TRIAL, outlet, f"{name}没有收下测试消息{code}。", verdict.say)


def judge_unsent(why: str, do: str) -> Finding:
    return bad(_TRIAL, "person", why, do)


# ── looking ──


async def send(
    session: ClientSession, settings: Settings, database: Database, clock: Clock, staff_no: str
) -> Sequence[Finding]:
    """Past the outbox and its hours: whoever tries it waits for the answer."""
    if settings.secret_key is None:
        return [judge_unsent("没有 BOT_SECRET_KEY，发不了测试消息。", "先设置它。")]
    key = settings.secret_key.get_secret_value()
    accounts = await aside(lambda: _accounts(database, key, staff_no, clock.real_ms()))
    if accounts is None:
        return [judge_unsent("花名册里没有这个人员编号。", "用 python -m bot person list 查看。")]
    if not accounts:
        return [judge_unsent("这个人没有绑定账号。", "用 python -m bot person code 发绑定码。")]
    grounds = Grounds(settings=settings, database=database, clock=clock)
    outlets = [one for one in build_outlets(grounds, session) if one.name not in _WAYS]
    found = [await _sent(outlet, one) for one in accounts for outlet in outlets if _leads(outlet, one)]
    if not found:
        return [judge_unsent("这个人的账号所在的平台没有设置，发不了。", "先设置那个平台。")]
    return found


def _leads(outlet: Outlet, one: BoundAccount) -> bool:
    if outlet.platform is not one.platform:
        return False
    return not isinstance(outlet, SomeAccounts) or outlet.veiled == is_veiled(one.verbatim)


async def _sent(outlet: Outlet, one: BoundAccount) -> Finding:
    if isinstance(outlet, NeedsConnection) and not outlet.connected:
        say = "智能机器人的消息只能由连着的那个进程发，这里没有试。"
        return careful(_TRIAL, outlet.name, say, "请本人私聊它一句，看有没有回答。")
    (page,) = outlet.pages(test_message())
    attempt = Attempt(key=f"doctor-{secrets.token_hex(8)}")
    try:
        (verdict,) = await outlet.send([Address(name="doctor", account=one.verbatim)], page, attempt)
    except SendFailed as failed:
        return judge(outlet.name, outlet.platform, failed.verdict)
    return judge(outlet.name, outlet.platform, verdict if isinstance(verdict, Verdict) else None)


def _accounts(database: Database, key: str, staff_no: str, now: int) -> tuple[BoundAccount, ...] | None:
    """None where nobody has this number."""
    with database.writing() as connection:
        person_id = _person(connection, key, staff_no)
        if person_id is None:
            return None
        audit.record(
            connection, at=now, actor=_ACTOR, action="doctor.test_message", person_id=person_id, detail={}
        )
        return accounts_of(connection, person_id)


def _person(connection: Connection, key: str, staff_no: str) -> int | None:
    stored, _ = Identifiers(key).stored(staff_no.strip())
    entry = find_person(connection, stored)
    return None if entry is None else entry.person_id
