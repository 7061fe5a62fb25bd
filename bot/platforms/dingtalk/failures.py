"""What to do about the codes of DingTalk's newer API when the robot writes to a person: the whole table.

Official documents server-api-error-codes-1, how-to-process-api-throttling-on-the-dingtalk-server and
chatbots-send-one-on-one-chat-messages-in-batches.
"""

from collections.abc import Mapping
from typing import Final

from bot.sending import IN_DOUBT, LEFT, PLATFORM_DOWN, RENEW, Do, Verdict, stop, wait

_CREDENTIALS: Final = "BOT_DINGTALK__CLIENT_ID and BOT_DINGTALK__CLIENT_SECRET"
_ROBOT: Final = "BOT_DINGTALK__ROBOT_CODE, and whether the app with the robot is published"
_RIGHTS: Final = "the app's right qyapi_robot_sendmsg in the developer console"

BANNED: Final = wait(300)
"""An address that has called too often gets a page, or no code at all, for five minutes."""
FLOW_CONTROLLED: Final = Verdict(do=Do.AGAIN, after_s=60)
"""This person only."""

FAILURES: Final[Mapping[str, Verdict]] = {
    # With another token.
    "InvalidAuthentication": RENEW,
    # Too fast.
    "system.busy": wait(5),
    "systemBusy": wait(5),
    "send.too.fast": wait(5),
    "send.byToken.tooFast": wait(5),
    "request.too.fast": wait(5),
    "too.many.people": wait(5),
    # Soon again, or perhaps there already.
    "system.error": PLATFORM_DOWN,
    "unknown.send.result": IN_DOUBT,
    # Somebody has to mend something.
    "invalidClientIdOrSecret": stop(_CREDENTIALS),
    "authFailed": stop(_CREDENTIALS),
    "bot.stopped": stop(_ROBOT),
    "bot.forbidden.sendMessage": stop(_ROBOT),
    "chatbotId.notAllow.sendOTO": stop(_ROBOT),
    "invalidParameter.robotCode.empty": stop(_ROBOT),
    "invalidParameter.robotCode.notExsit": stop(_ROBOT),  # sic
    # This person cannot be reached, or these words cannot be sent.
    "staffId.notExisted": LEFT,
    "robot.oto.notExist": LEFT,
    "send.forbidden": LEFT,
    "contain.unsafe.url": LEFT,
    "invalidParameter.msgParam.tooLong": LEFT,
    "invalidParameter.userIds.empty": LEFT,
}

# Rates and rights begin alike: the end tells them apart.
_FORBIDDEN: Final = "Forbidden.AccessDenied."
FORBIDDEN: Final[Mapping[str, Verdict]] = {
    "QpsLimitForAppkeyAndApi": wait(1),
    "QpsLimitForApi": wait(1),
    "QpmLimitForAppkeyAndApi": wait(60),
    "ApiCountLimitForOrg": stop("the organisation's API calls of this month are used up"),
    "AccessTokenPermissionDenied": stop(_RIGHTS),
    "IpNotInWhiteList": stop("the app's list of server addresses (服务器出口IP) in the developer console"),
}


def judge(code: str) -> Verdict:
    """A code that stands nowhere is a refusal, and is not tried again."""
    if code.startswith(_FORBIDDEN):
        return FORBIDDEN.get(code.removeprefix(_FORBIDDEN), stop(_RIGHTS))
    return FAILURES.get(code, LEFT)


def judge_without_code(status: int) -> Verdict:
    """An answer in which DingTalk itself does not speak."""
    if status == 504:
        return IN_DOUBT  # passed on, and the answer did not come
    if status >= 500:
        return PLATFORM_DOWN
    return BANNED
