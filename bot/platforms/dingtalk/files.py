"""Where a file that somebody has sent to the robot lies (download-the-file-content-of-the-robot-receiving-message)."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.dingtalk.access import DingTalkAccess, token_header
from bot.platforms.dingtalk.answers import granted
from bot.platforms.dingtalk.failures import OPEN_API, judge_without_code
from bot.platforms.refusals import unanswered


async def address_of_file(access: DingTalkAccess, download_code: str) -> str:
    """Raises SendFailed."""

    async def spend(token: str) -> Mapping[str, Any]:
        return await granted(
            access.session,
            f"{access.api_base}/v1.0/robot/messageFiles/download",
            OPEN_API,
            body={"downloadCode": download_code, "robotCode": access.robot_code},
            headers=token_header(token),
        )

    address = (await access.spend(spend)).get("downloadUrl")
    if not isinstance(address, str) or not address:
        raise unanswered(judge_without_code(200), "no downloadUrl")
    return address
