"""What DingTalk's codes mean to a message: the newer API by names, webhooks and uploads by numbers.

Official documents server-api-error-codes-1, how-to-process-api-throttling-on-the-dingtalk-server,
chatbots-send-one-on-one-chat-messages-in-batches, the-robot-sends-a-group-message and
custom-robots-send-group-messages. Numbers that stand in none of them were seen by others.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.platforms.refusals import BUSY, UNKNOWN, Refusal, Refusals, stop_one
from bot.sending import IN_DOUBT, LEFT, PLATFORM_DOWN, RENEW, Do, Verdict, stop, wait

BANNED: Final = wait(300)
"""An address that has called too often gets a page, or no code at all, for five minutes."""

_CREDENTIALS: Final = stop("BOT_DINGTALK__CLIENT_ID and BOT_DINGTALK__CLIENT_SECRET")
_ROBOT: Final = stop("BOT_DINGTALK__ROBOT_CODE, and whether the app with the robot is published")
_RIGHTS: Final = stop("the app's right qyapi_robot_sendmsg in the developer console")
_QUOTA: Final = stop("the organisation's API calls of this month are used up")
_ADDRESSES: Final = stop("the app's list of server addresses (服务器出口IP) in the developer console")
_MEND_CREDENTIALS: Final = (
    "在钉钉开发者后台核对应用的 Client ID 和 Client Secret，"
    "改 BOT_DINGTALK__CLIENT_ID、BOT_DINGTALK__CLIENT_SECRET 后重启机器人"
)
_MEND_ROBOT: Final = (
    "在钉钉开发者后台核对机器人的 RobotCode（BOT_DINGTALK__ROBOT_CODE），确认机器人已发布、没有停用"
)
_MEND_RIGHTS: Final = "在钉钉开发者后台给应用开通“企业内机器人发送消息”权限（qyapi_robot_sendmsg）"
_MEND_QUOTA: Final = "本月不会再成功：请升级钉钉的版本或购买用量，或者等下个月"
_MEND_ADDRESSES: Final = "在钉钉开发者后台应用的“服务器出口IP”里加上机器人的出口 IP"
_CORRECT: Final = "请发一条更正"
_ROSTER: Final = "核对名册里这个人的钉钉账号（userId），以及应用的可见范围"
_OUR_FAULT: Final = "这是机器人的错，请告诉维护机器人的人"
_SLOW: Final = "发得太快，超过了钉钉的频率限制"

OPEN_API: Final[Refusals] = {
    # With another token.
    "InvalidAuthentication": Refusal("accessToken 无效或过期", RENEW),
    # Too fast.
    "system.busy": Refusal("钉钉系统忙", wait(5)),
    "systemBusy": Refusal("钉钉系统忙", wait(5)),
    "send.too.fast": Refusal(_SLOW, wait(5)),
    "send.byToken.tooFast": Refusal(_SLOW, wait(5)),
    "request.too.fast": Refusal(_SLOW, wait(5)),
    "too.many.people": Refusal("短时间里的收件人太多", wait(5)),
    "too.many.group": Refusal("短时间里发的群太多", wait(5)),
    # Soon again, or perhaps there already.
    "system.error": Refusal("钉钉系统出错", PLATFORM_DOWN),
    "unknown.send.result": Refusal("钉钉不知道发出去没有", IN_DOUBT),
    # Somebody has to mend something.
    "invalidClientIdOrSecret": Refusal("Client ID 或 Client Secret 不对", _CREDENTIALS, _MEND_CREDENTIALS),
    "authFailed": Refusal("Client ID 或 Client Secret 不对", _CREDENTIALS, _MEND_CREDENTIALS),
    "bot.stopped": Refusal("机器人被停用了", _ROBOT, _MEND_ROBOT),
    "bot.forbidden.sendMessage": Refusal("机器人被禁止发消息", _ROBOT, _MEND_ROBOT),
    "template.stopped": Refusal("机器人模板被停用了", _ROBOT, _MEND_ROBOT),
    "chatbotId.notAllow.sendOTO": Refusal("这个机器人不能发单聊消息", _ROBOT, _MEND_ROBOT),
    "invalidParameter.robotCode.auth": Refusal("RobotCode 和应用对不上", _ROBOT, _MEND_ROBOT),
    "invalidParameter.robotCode.empty": Refusal("没有填 RobotCode", _ROBOT, _MEND_ROBOT),
    "invalidParameter.robotCode.missing": Refusal("没有填 RobotCode", _ROBOT, _MEND_ROBOT),
    "invalidParameter.robotCode.notExsit": Refusal("没有这个机器人", _ROBOT, _MEND_ROBOT),  # sic
    # This person cannot be reached.
    "staffId.notExisted": Refusal("企业里没有这个人", LEFT, _ROSTER),
    "robot.oto.notExist": Refusal("和这个人没有单聊", LEFT, _ROSTER),
    "send.forbidden": Refusal("不能发给这个人", LEFT, _ROSTER),
    "invalidParameter.userIds.empty": Refusal("没有收件人", LEFT),
    # These words cannot be sent.
    "only.groupAdmin.canAtAll": Refusal("只有群主和群管理员能 @所有人", LEFT, "去掉 @所有人，再发一次"),
    "contain.unsafe.url": Refusal("正文里有钉钉认为不安全的链接", LEFT, "换掉链接，再发一次"),
    "invalidParameter.msgParam.tooLong": Refusal("正文太长", LEFT, shorter=True),
    "resource.not.found": Refusal("上传的图片不在了", LEFT),
}

# Rates and rights begin alike: the end tells them apart.
_FORBIDDEN: Final = "Forbidden.AccessDenied."
FORBIDDEN: Final[Refusals] = {
    "QpsLimitForAppkeyAndApi": Refusal("应用每秒的调用太多", wait(1)),
    "QpsLimitForApi": Refusal("接口每秒的调用太多", wait(1)),
    "QpmLimitForAppkeyAndApi": Refusal("应用每分钟的调用太多", wait(60)),
    "ApiCountLimitForOrg": Refusal("本单位这个月的调用次数用完了", _QUOTA, _MEND_QUOTA),
    "AccessTokenPermissionDenied": Refusal("应用没有发消息的权限", _RIGHTS, _MEND_RIGHTS),
    "IpNotInWhiteList": Refusal(
        "机器人的出口 IP 不在应用的名单里", _ADDRESSES, _MEND_ADDRESSES, names_address=True
    ),
}
_DENIED: Final = Refusal("应用没有这个接口的权限", _RIGHTS, _MEND_RIGHTS)

# Families of codes, all about what stands in the message.
CONTENT: Final[Refusals] = {
    "invalidParameter.": Refusal("参数不合法", LEFT, _OUR_FAULT),
    "miss.": Refusal("缺少参数", LEFT, _OUR_FAULT),
    "contain.notAllowed.": Refusal("正文里有钉钉不允许的内容", LEFT, "换一种说法，再发一次"),
}

# Of several receivers some: the names of the answer's lists; these people only.
NOT_REACHED: Final[Mapping[str, Refusal]] = {
    "invalidStaffIdList": Refusal("企业里没有这个钉钉账号", LEFT, _ROSTER),
    "filteredStaffIdList": Refusal("钉钉没有发给这个人", LEFT, _ROSTER),
    "flowControlledStaffIdList": Refusal(
        "发给这个人的消息太多，钉钉让等一等", Verdict(do=Do.AGAIN, after_s=60)
    ),
}
NO_USER_ID: Final = Refusal("没有钉钉账号", LEFT, _ROSTER)

_TOO_OLD: Final = Refusal("已经超过钉钉能撤回的时间", LEFT, _CORRECT)
_SOON: Final = Verdict(do=Do.AGAIN, after_s=5, most_tries=3)
# Both recalls, and what they say of one message in failedResult.
RECALL: Final[Refusals] = {
    **OPEN_API,
    "robot.processQueryKey.expired": _TOO_OLD,
    # Too old, or not ready yet.
    "processQueryKey.expireTime": Refusal(_TOO_OLD.means, _SOON, _CORRECT),
    "notRevoke.all.messages": Refusal("钉钉没有全部撤回", _SOON, _CORRECT),
    "invalid.processQueryKey": Refusal("钉钉不认得这条消息", LEFT, _CORRECT),
    "not.allowed.robotCode": Refusal("不是这个机器人发的消息", LEFT, _CORRECT),
    "invalid.openConversationId": Refusal("没有这个群，或者机器人不在群里", LEFT, _CORRECT),
}

_GONE: Final = stop_one("the group, and whether the robot is in it")
_BIND_AGAIN: Final = "在钉钉群里重新添加机器人，然后在群里 @机器人 发“绑定本群”重新绑定"
_BIND_WEBHOOK: Final = "在群里重新添加自定义机器人，用新的 webhook 地址和加签密钥重新绑定这个群"

GROUP: Final[Refusals] = {
    **OPEN_API,
    "bot.stopped": Refusal("机器人在这个群里被停用了", _GONE, _BIND_AGAIN),
    "bot.forbidden.sendMessage": Refusal("机器人在这个群里被禁言", _GONE, "请群主允许机器人发言"),
    "send.forbidden": Refusal("机器人不能在这个群里发消息", _GONE, _BIND_AGAIN),
    "group.disbanded": Refusal("群解散了", _GONE, "解除这个群的绑定"),
    "invalid.openConversationId": Refusal("没有这个群，或者机器人不在群里", _GONE, _BIND_AGAIN),
    "miss.openConversationId": Refusal("没有群的编号", _GONE, _BIND_AGAIN),
}

_HOOK: Final = stop_one("the group's webhook")
_SIGNED: Final = stop_one(
    "the webhook's security settings: keywords, signing secret, addresses; and the clock"
)
_TEN_MINUTES: Final = Verdict(do=Do.AGAIN, after_s=600)

_OLD_API: Final[Refusals] = {
    -1: Refusal("钉钉系统忙", BUSY),
    90002: Refusal("应用每秒的调用太多", wait(1)),
    90018: Refusal("应用每秒的调用太多", wait(1)),
    90005: Refusal("应用每分钟的调用太多", wait(60)),
    90006: Refusal("应用每分钟的调用太多", wait(60)),
    90020: Refusal("本单位这个月的调用次数用完了", _QUOTA, _MEND_QUOTA),
}

WEBHOOK: Final[Refusals] = {
    **_OLD_API,
    -1: Refusal("钉钉系统忙", replace(BUSY, everybody=False)),
    # DingTalk mutes a webhook for ten minutes.
    410100: Refusal("这个群机器人一分钟里发得太多", _TEN_MINUTES),
    130101: Refusal("这个群机器人一分钟里发得太多", _TEN_MINUTES),
    400013: Refusal("群解散了", _HOOK, "解除这个群的绑定"),
    400101: Refusal("webhook 的 access_token 不存在", _HOOK, _BIND_WEBHOOK),
    300001: Refusal("webhook 的 access_token 不存在", _HOOK, _BIND_WEBHOOK),
    300005: Refusal("webhook 的 access_token 不存在", _HOOK, _BIND_WEBHOOK),
    400102: Refusal("群机器人被停用了", _HOOK, "请群主启用这个机器人，或者重新添加后再绑定"),
    400106: Refusal("群机器人不在群里", _HOOK, _BIND_WEBHOOK),
    310000: Refusal(
        "没有通过群机器人的安全设置：关键词、加签或 IP 地址",
        _SIGNED,
        "核对绑定时填的加签密钥；设了关键词的改用加签；设了 IP 地址段的加上机器人的出口 IP；再看服务器的时钟准不准",
        names_address=True,
    ),
    40035: Refusal("消息不是合法的 JSON", LEFT, _OUR_FAULT),
    43004: Refusal("请求的 Content-Type 不对", LEFT, _OUR_FAULT),
    400105: Refusal("消息类型不支持", LEFT, _OUR_FAULT),
    430101: Refusal("正文里有钉钉认为不安全的链接", LEFT, "换掉链接，再发一次"),
    430102: Refusal("正文里有钉钉不允许的文字", LEFT, "换一种说法，再发一次"),
    430103: Refusal("正文里有钉钉不允许的图片", LEFT),
    430104: Refusal("正文里有钉钉不允许的内容", LEFT, "换一种说法，再发一次"),
    460101: Refusal("正文太长", LEFT, shorter=True),
    101002: Refusal("正文太长", LEFT, shorter=True),
}
NOT_OURS: Final = Refusal("绑定的 webhook 不是钉钉的地址", _HOOK, _BIND_WEBHOOK)

UPLOAD: Final[Refusals] = {
    **_OLD_API,
    40001: Refusal("access_token 无效", RENEW),
    40014: Refusal("access_token 无效", RENEW),
    41001: Refusal("没有带 access_token", RENEW),
    42001: Refusal("access_token 过期", RENEW),
    # What the picture shows is said in words instead.
    60011: Refusal("应用没有上传图片的权限", LEFT, "在钉钉开发者后台给应用开通上传媒体文件的权限"),
    60020: Refusal("机器人的出口 IP 不在应用的名单里", LEFT, _MEND_ADDRESSES, names_address=True),
    40004: Refusal("文件类型不对", LEFT),
    40005: Refusal("图片格式不对", LEFT),
    40006: Refusal("图片太大", LEFT),
    41005: Refusal("没有图片", LEFT),
}


def row_of(code: str, table: Refusals) -> Refusal:
    """Of the newer API, where families of codes have a meaning of their own."""
    if code.startswith(_FORBIDDEN):
        return FORBIDDEN.get(code.removeprefix(_FORBIDDEN), _DENIED)
    if code in table:
        return table[code]
    families = (row for start, row in CONTENT.items() if code.startswith(str(start)))
    return next(families, UNKNOWN)


def judge_without_code(status: int) -> Verdict:
    """An answer in which DingTalk itself does not speak."""
    if status == 504:
        return IN_DOUBT  # passed on, and the answer did not come
    if status >= 500:
        return PLATFORM_DOWN
    return BANNED
