"""One call of WeCom's interface, and what it has said: granted, or refused with a code."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession

from bot.platforms.calls import NoAnswer, call, number_in
from bot.platforms.refusals import Refusals, refused, unanswered
from bot.platforms.wecom.failures import judge_without_code, row_of
from bot.sending import IN_DOUBT, PLATFORM_DOWN


async def granted(  # noqa: PLR0913  a request has parts
    session: ClientSession,
    method: str,
    address: str,
    table: Refusals,
    *,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
    one_group: bool = False,
) -> Mapping[str, Any]:
    """The fields of an answer with errcode 0. Raises SendFailed.

    `one_group`: what happens instead of an answer says nothing about the others.
    """
    try:
        answered = await call(session, method, address, query=query, body=body)
    except NoAnswer as none:
        verdict = replace(IN_DOUBT, everybody=not one_group) if none.reached else PLATFORM_DOWN
        raise unanswered(verdict, str(none)) from None
    errcode = number_in(answered.fields, "errcode")
    if errcode is None or answered.fields is None:
        verdict = judge_without_code(answered.status)
        raise unanswered(
            replace(verdict, everybody=verdict.everybody and not one_group), f"HTTP {answered.status}"
        )
    if errcode != 0:
        raise refused(row_of(errcode, table), errcode, str(answered.fields.get("errmsg", "")))
    return answered.fields
