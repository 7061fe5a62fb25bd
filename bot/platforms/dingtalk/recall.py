"""Messages that went out over the newer API are taken back by their keys.

Official documents batch-message-recall-chat and enterprise-chatbot-withdraws-internal-group-messages.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.platforms.dingtalk.access import DingTalkAccess, token_header
from bot.platforms.dingtalk.answers import granted
from bot.platforms.dingtalk.failures import RECALL, row_of
from bot.platforms.refusals import one_of_many
from bot.sending import LATER, RecallLimits, Verdict, Window

PACE: Final = RecallLimits(together=Window(most=18, seconds=1), receipts=20, side_by_side=5)
"""20 keys of a call, and 20 calls a second in the free edition, for each of the API's addresses."""


async def taken_back(
    access: DingTalkAccess, path: str, keys: Sequence[str], where: Mapping[str, str] | None = None
) -> Sequence[Verdict | None]:
    """One call; None for each key whose message is gone. Raises SendFailed."""
    body = {"robotCode": access.robot_code, "processQueryKeys": list(keys), **(where or {})}

    async def spend(token: str) -> Mapping[str, Any]:
        address = f"{access.api_base}/v1.0/robot/{path}"
        return await granted(access.session, address, RECALL, body=body, headers=token_header(token))

    fields = await access.spend(spend)
    done, failed = fields.get("successResult") or (), fields.get("failedResult") or {}
    return [None if key in done else _refused(failed.get(key)) for key in keys]


def _refused(reason: object) -> Verdict:
    """Of what stands in neither list nothing is known."""
    if not isinstance(reason, str) or not reason:
        return LATER
    return one_of_many(row_of(reason, RECALL), reason)
