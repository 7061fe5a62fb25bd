"""What WeCom's error codes mean to a message: one table for the app, one for group webhooks, and nothing else.

Meanings: official error table, document 90313; classes as the official pages 90236, 90454, 91039 and 99110 have them.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.platforms.refusals import BUSY, UNKNOWN, Refusal, Refusals, stop_one
from bot.sending import IN_DOUBT, LATER, LEFT, PLATFORM_DOWN, RENEW, Do, Verdict, stop, wait

_SECRET: Final = stop("BOT_WECOM__CORP_ID and BOT_WECOM__SECRET")
_AGENT: Final = stop("BOT_WECOM__AGENT_ID and BOT_WECOM__SECRET belong to different apps")
_OVER_LIMIT: Final = replace(wait(60), over_limit=True)
_RIGHTS: Final = stop("the app's rights in the administration")
_MEND_LOGIN: Final = (
    "在企业微信管理后台“我的企业”和“应用管理”里核对企业 ID 和 Secret，"
    "改 BOT_WECOM__CORP_ID、BOT_WECOM__SECRET 后重启机器人"
)
_MEND_AGENT: Final = "让 BOT_WECOM__AGENT_ID 和 BOT_WECOM__SECRET 用同一个应用的，改好后重启机器人"
_GIVE_RIGHTS: Final = "在企业微信管理后台“应用管理”里查看这个应用的权限和状态"
_SLOW: Final = "发得太快，超过了企业微信的频率限制"
_CORRECT: Final = "请发一条更正"
_ROSTER: Final = "核对名册里这个人的企业微信账号，以及应用的可见范围"

_OUR_FAULT: Final = "这是机器人的错，请告诉维护机器人的人"

_COMMON: Final[Refusals] = {
    -1: Refusal("企业微信系统忙", BUSY),
    6000: Refusal("同一份数据正在被别处修改", LATER),
    45033: Refusal("同时进行的调用太多", wait(2)),
    40008: Refusal("消息类型不对，或者消息不是合法的 JSON", LEFT, _OUR_FAULT),
    40033: Refusal("消息里有不合法的字符", LEFT),
    40035: Refusal("参数不合法", LEFT, _OUR_FAULT),
    40063: Refusal("缺少参数", LEFT, _OUR_FAULT),
    44004: Refusal("正文是空的", LEFT),
    45002: Refusal("正文太长", LEFT, shorter=True),
    40007: Refusal("上传的文件不在了，或者过期了", LEFT, _OUR_FAULT),
    85002: Refusal("正文里有企业微信不允许的词", LEFT, "换一种说法，再发一次"),
}

APP: Final[Refusals] = {
    **_COMMON,
    # A block lasts as long as the window that was exceeded, which is a minute at least.
    45009: Refusal(_SLOW, _OVER_LIMIT),
    45011: Refusal(
        _SLOW, _OVER_LIMIT
    ),  # of official accounts; not in WeCom's table, and it can only mean the same
    # With another token.
    40014: Refusal("access_token 无效", RENEW),
    41001: Refusal("没有带 access_token", RENEW),
    42001: Refusal("access_token 过期", RENEW),
    # Somebody has to mend something.
    40001: Refusal("应用的 Secret 不对", _SECRET, _MEND_LOGIN),
    40013: Refusal("企业 ID 不对", _SECRET, _MEND_LOGIN),
    41002: Refusal("没有填企业 ID", _SECRET, _MEND_LOGIN),
    41004: Refusal("没有填应用的 Secret", _SECRET, _MEND_LOGIN),
    40056: Refusal("AgentId 不对", _AGENT, _MEND_AGENT),
    41011: Refusal("没有填 AgentId", _AGENT, _MEND_AGENT),
    301002: Refusal("Secret 和 AgentId 不是同一个应用的", _AGENT, _MEND_AGENT),
    48002: Refusal("应用没有发消息的权限", _RIGHTS, _GIVE_RIGHTS),
    48004: Refusal("应用的这个接口被封禁", _RIGHTS, _GIVE_RIGHTS),
    48006: Refusal("应用的这个接口被禁止调用", _RIGHTS, _GIVE_RIGHTS),
    50001: Refusal("应用的可信域名没有配好", stop("the app's trusted domain"), _GIVE_RIGHTS),
    50003: Refusal(
        "应用被停用了", stop("the app is disabled in the administration"), "在企业微信管理后台启用这个应用"
    ),
    60020: Refusal(
        "机器人的出口 IP 不在应用的企业可信 IP 里",
        stop("the app's trusted IP addresses (企业可信IP): add the one that is named"),
        "在企业微信管理后台“应用管理”里打开这个应用，在“企业可信IP”里加上机器人的出口 IP，约一分钟后生效",
        names_address=True,
    ),
    # This person cannot be reached.
    40003: Refusal("账号不合法", LEFT, _ROSTER),
    40031: Refusal("没有一个账号合法", LEFT, _ROSTER),
    46004: Refusal("企业里没有这个人", LEFT, _ROSTER),
    60011: Refusal("这个人不在应用的可见范围里", LEFT, _ROSTER),
    60111: Refusal("企业里没有这个账号", LEFT, _ROSTER),
    81012: Refusal("这个人不能接收", LEFT, _ROSTER),
    81013: Refusal("收件人全部无效", LEFT, _ROSTER),
    60021: Refusal("这个人不在应用的可见范围里", LEFT, _ROSTER),
    82001: Refusal("没有收件人", LEFT),
    301021: Refusal("这个账号不能接收", LEFT, _ROSTER),
    2000002: Refusal("这个账号不能接收", LEFT, _ROSTER),
    # These words cannot be sent.
    40032: Refusal("一次的收件人太多", LEFT),
    40058: Refusal("参数不合法", LEFT, _OUR_FAULT),
}

_GROUP: Final = stop_one("the AI bot is no member of the group")
_INVITE: Final = "把智能机器人加回群里，在群里@它发“绑定本群 学校名”"
_TALK_FIRST: Final = "请本人在企业微信里打开智能机器人，随便发一句话"
_NOT_SPOKEN: Final = "这个人还没有和智能机器人说过话"

# On the long connection (document 101463); what it says of chats and streams is known from the official plugin.
AIBOT: Final[Refusals] = {
    **_COMMON,
    -1: Refusal("企业微信系统忙", replace(BUSY, everybody=False)),
    45033: Refusal("同时进行的调用太多", Verdict(do=Do.AGAIN, after_s=2)),
    45009: Refusal("这个会话一分钟或者一小时里发得太多", Verdict(do=Do.AGAIN, after_s=60)),
    40058: Refusal("参数不合法，或者正文太长", LEFT, shorter=True),
    93000: Refusal("群不对，或者智能机器人被移出了群", _GROUP, _INVITE),
    93001: Refusal("这个群不能推送", _GROUP, _INVITE),
    93006: Refusal("群不存在，或者还没有人在群里和智能机器人说过话", _GROUP, _INVITE),
    93008: Refusal("智能机器人不在群里", _GROUP, _INVITE),
    846605: Refusal("回复的那条消息找不到，或者太久了", LATER),
    846608: Refusal("回复的时间过了", LATER),
    853000: Refusal("长连接还没有验证", LATER),
    # Of a picture, which is then said in words.
    40004: Refusal("文件类型不对", LEFT),
    40006: Refusal("图片大小不对", LEFT),
    45001: Refusal("图片太大", LEFT),
}

AIBOT_PEOPLE: Final[Refusals] = {
    **AIBOT,
    93000: Refusal(_NOT_SPOKEN, LEFT, _TALK_FIRST),
    93001: Refusal(_NOT_SPOKEN, LEFT, _TALK_FIRST),
    93006: Refusal(_NOT_SPOKEN, LEFT, _TALK_FIRST),
    93008: Refusal(_NOT_SPOKEN, LEFT, _TALK_FIRST),
}

# Of several receivers some: the names of the answer's lists (document 90236).
NOT_REACHED: Final[Mapping[str, Refusal]] = {
    "invaliduser": Refusal("企业里没有这个账号，或者不在应用的可见范围里", LEFT, _ROSTER),
    "unlicenseduser": Refusal(
        "这个账号没有企业微信的接口许可", LEFT, "在企业微信管理后台购买接口许可，分配给这个账号"
    ),
}
NO_USER_ID: Final = Refusal("账号不像企业微信的账号", LEFT, "核对名册里这个人的企业微信账号")

# message/recall (document 94867) names no codes of its own.
RECALL: Final[Refusals] = {
    **APP,
    40058: Refusal("企业微信不认得这条消息，或者已经超过 24 小时", LEFT, _CORRECT),
}

_GONE: Final = stop_one("the group's webhook")
_BIND_AGAIN: Final = "在群里重新添加群机器人，用新的 webhook 地址重新绑定这个群"

WEBHOOK: Final[Refusals] = {
    **_COMMON,
    -1: Refusal("企业微信系统忙", replace(BUSY, everybody=False)),
    45033: Refusal("同时进行的调用太多", Verdict(do=Do.AGAIN, after_s=2)),
    # The block of a key lasts a minute (contract, section 9).
    45009: Refusal("这个群机器人一分钟里发得太多", Verdict(do=Do.AGAIN, after_s=60)),
    93000: Refusal("webhook 地址无效，或者群机器人被移出了群", _GONE, _BIND_AGAIN),
    93001: Refusal("这个群不能推送", _GONE, _BIND_AGAIN),
    93004: Refusal("群机器人被停用了", _GONE, "请群主启用群机器人，或者重新添加后再绑定"),
    93006: Refusal("群不存在", _GONE, _BIND_AGAIN),
    93008: Refusal("群机器人不在群里", _GONE, _BIND_AGAIN),
    93019: Refusal("群机器人的编号不对", _GONE, _BIND_AGAIN),
    93017: Refusal("正文是空的", LEFT),
    93018: Refusal("图片超过 2 MB", LEFT),
    40123: Refusal("图片不是 JPG 或 PNG", LEFT),
    301019: Refusal("图片的校验码不对", LEFT),
    # “markdown.content exceed max length 4096” comes with it.
    40058: Refusal("参数不合法，或者正文太长", LEFT, shorter=True),
}

NOT_OURS: Final = Refusal("绑定的 webhook 不是企业微信的地址", _GONE, _BIND_AGAIN)

TOKEN: Final[Refusals] = {
    **APP,
    # Wrong secrets shut the door for an hour (error table, 45009); asking does not open it.
    45009: Refusal("取 access_token 太频繁，多半是 Secret 错了很多次", wait(600), _MEND_LOGIN),
}


MISSING: Final[Mapping[str, Refusal]] = {"41": Refusal("缺少参数", LEFT, _OUR_FAULT)}
"""What the codes that begin so have in common, as far as a table has nothing more exact."""


def row_of(code: int, table: Refusals) -> Refusal:
    if code in table:
        return table[code]
    families = (row for start, row in MISSING.items() if len(str(code)) == 5 and str(code).startswith(start))
    return next(families, UNKNOWN)


def judge_without_code(status: int) -> Verdict:
    """An answer in which WeCom itself does not speak, or not yet again: it may have been taken."""
    if status >= 500 or status == 200:
        return IN_DOUBT
    return PLATFORM_DOWN
