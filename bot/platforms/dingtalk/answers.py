"""One call of DingTalk's interfaces, newer or older, and what it has said: granted, or refused with a code."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from bot.platforms.calls import Answered, File, NoAnswer, call, number_in
from bot.platforms.dingtalk.failures import judge_without_code, row_of
from bot.platforms.refusals import UNKNOWN, Refusals, refused, unanswered
from bot.sending import IN_DOUBT, PLATFORM_DOWN, SendFailed

_BY_SUB_CODE = 88  # of the older interface: the gateway says more in a second field


async def granted(  # noqa: PLR0913  a request has parts
    session: ClientSession,
    address: str,
    table: Refusals,
    *,
    method: str = "POST",
    body: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
    one_group: bool = False,
) -> Mapping[str, Any]:
    """What api.dingtalk.com has answered with 200. Raises SendFailed.

    `one_group`: what happens instead of an answer says nothing about the others.
    """
    answered = await _asked(session, address, method=method, body=body, headers=headers, one_group=one_group)
    code = None if answered.fields is None else answered.fields.get("code")
    if isinstance(code, str) and code:
        raise refused(row_of(code, table), code, _said(answered, "message"))
    if answered.fields is None or answered.status != 200:
        raise _no_code(answered.status, one_group=one_group)
    return answered.fields


async def granted_by_number(  # noqa: PLR0913  a request has parts
    session: ClientSession,
    address: str | URL,
    table: Refusals,
    *,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, object] | File,
    one_group: bool = False,
) -> Mapping[str, Any]:
    """What oapi.dingtalk.com has answered with errcode 0, be it a number or a text. Raises SendFailed."""
    answered = await _asked(session, address, query=query, body=body, one_group=one_group)
    errcode = number_in(answered.fields, "errcode")
    if errcode is None or answered.fields is None:
        raise _no_code(answered.status, one_group=one_group)
    if errcode == _BY_SUB_CODE:
        errcode = number_in(answered.fields, "sub_code") or errcode
    if errcode != 0:
        raise refused(table.get(errcode, UNKNOWN), errcode, _said(answered, "errmsg"))
    return answered.fields


async def _asked(  # noqa: PLR0913  a request has parts
    session: ClientSession,
    address: str | URL,
    *,
    method: str = "POST",
    query: Mapping[str, str] | None = None,
    body: Mapping[str, object] | File,
    headers: Mapping[str, str] | None = None,
    one_group: bool,
) -> Answered:
    try:
        return await call(session, method, address, query=query, headers=headers, body=body)
    except NoAnswer as none:
        verdict = replace(IN_DOUBT, everybody=not one_group) if none.reached else PLATFORM_DOWN
        raise unanswered(verdict, str(none)) from None


def _no_code(status: int, *, one_group: bool) -> SendFailed:
    verdict = judge_without_code(status)
    return unanswered(replace(verdict, everybody=verdict.everybody and not one_group), f"HTTP {status}")


def _said(answered: Answered, name: str) -> str:
    return str((answered.fields or {}).get(name, ""))
