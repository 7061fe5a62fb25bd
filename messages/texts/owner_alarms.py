"""What the office is told about the way in and about the clock: what is wrong, the likely cause, where to look."""

from typing import Final

from messages.incoming import Platform
from messages.outgoing import Answer, answer, heading, item
from messages.texts.wording import PLATFORMS

_RECEIVING: Final = "企业微信管理后台：应用管理 → 这个应用 → 接收消息 → 设置 API 接收"
_WHERE: Final = {
    Platform.WECOM: f"把 BOT_WECOM__TOKEN 和管理后台里的 Token 对一遍（{_RECEIVING}），改好后重启机器人。",
    Platform.DINGTALK: (
        "把 BOT_DINGTALK__CLIENT_SECRET 和开发者后台里的 Client Secret 对一遍"
        "（钉钉开发者后台：这个应用 → 凭证与基础信息），改好后重启机器人。"
    ),
}
_KEYS: Final = {Platform.WECOM: "Token", Platform.DINGTALK: "Client Secret"}
_STRANGERS: Final = "要是大家发消息都有回复，就是外面有人乱试，不用管。"
_SECONDS_BELOW: Final = 90


def forged(platform: Platform, times: int) -> Answer:
    """`times`: within an hour."""
    return answer(
        _not_taken(platform),
        f"一小时里有 {times} 次签名不对，没有收。",
        item(f"多半是 {_KEYS[platform]} 和后台里的不一样。"),
        item(_WHERE[platform]),
        item(_STRANGERS),
    )


def undecipherable(platform: Platform) -> Answer:
    """Genuine, and sealed with another key than ours."""
    return answer(
        _not_taken(platform),
        "签名对，但是解不开。",
        item("多半是 EncodingAESKey 和后台里的不一样。"),
        item(
            f"把 BOT_WECOM__ENCODING_AES_KEY 和管理后台里的 EncodingAESKey 对一遍（{_RECEIVING}），改好后重启机器人。"
        ),
    )


def other_company(platform: Platform) -> Answer:
    """Genuine and readable, and meant for another corp id."""
    return answer(
        _not_taken(platform),
        "消息是发给另一个企业 ID 的。",
        item(
            "把 BOT_WECOM__CORP_ID 和管理后台里的企业 ID 对一遍（企业微信管理后台：我的企业），改好后重启机器人。"
        ),
    )


def unreadable(platform: Platform, times: int) -> Answer:
    """`times`: within an hour. Neither signature nor key is to blame: the content is of no known form."""
    return answer(
        _not_taken(platform),
        f"一小时里有 {times} 次内容看不懂，没有收。",
        item("可能是平台换了消息的格式，也可能是中间的代理改了内容。"),
        item("请管服务器的人看日志里的 unreadable；代理要原样转发请求，不改正文和网址。"),
        item(_STRANGERS),
    )


def stale(platform: Platform, skew_s: int) -> Answer:
    """`skew_s`: our clock minus the platform's, in seconds."""
    return answer(
        _not_taken(platform),
        f"消息上的时间比服务器的{'早' if skew_s > 0 else '晚'} {_span(abs(skew_s))}，差一小时以上的不收。",
        item("哪一边不准，机器人看不出来；先请管服务器的人校准本机时间，打开自动对时。"),
        item("时间没错的话，多半是有人把旧的请求又发了一遍，不用管。"),
    )


def quota_used_up(platform: Platform) -> Answer:
    """The platform delivers messages without their text."""
    name = PLATFORMS[platform]
    return answer(
        heading(f"{name}这个月的用量用完了"),
        f"{name}送来的消息没有正文，机器人看不到大家说了什么，也没有回复。",
        item("本月不会自己恢复：请升级钉钉的版本或购买用量，或者等下个月。"),
        item("这期间在钉钉里交的材料机器人都没有收到，请大家等恢复以后再发。"),
    )


def stream_refused() -> Answer:
    """DingTalk's stream opens no connection with our credentials."""
    return answer(
        _not_taken(Platform.DINGTALK),
        "钉钉不认机器人的 Client ID 和 Client Secret，Stream 连不上。机器人隔几分钟再试一次。",
        item(
            "把 BOT_DINGTALK__CLIENT_ID、BOT_DINGTALK__CLIENT_SECRET 和开发者后台里的对一遍"
            "（钉钉开发者后台：这个应用 → 凭证与基础信息），改好后重启机器人。"
        ),
        item("刚在后台重置过 Client Secret 的，要换成新的。"),
    )


_AIBOT: Final = "企业微信管理后台：智能机器人 → 这个机器人 → API 配置"


def aibot_kicked() -> Answer:
    """Another program has connected as the AI bot, and a bot has one connection."""
    return answer(
        heading("智能机器人的长连接被别的程序占用了"),
        "一个智能机器人同一时间只能有一个长连接。别的程序用同一个 BotID 和 Secret 连上了，"
        "连在那边的时候，群里@机器人的话这边收不到。",
        item("看看是不是还开着旧的机器人、测试机，或者别的系统也用了这个智能机器人，把它停掉。"),
        item("机器人不和它抢：有几个进程的，另一个进程一分钟内连上；只有一个的，过 10 分钟再连，越隔越久。"),
        item(f"找不到是谁的，就重新生成 Secret（{_AIBOT}），改 BOT_WECOM_AIBOT__SECRET 后重启机器人。"),
    )


def aibot_refused() -> Answer:
    """WeCom knows no AI bot with our id and secret."""
    return answer(
        "企业微信的智能机器人连不上",
        "企业微信不认机器人的 BotID 和 Secret，群里@机器人的话收不到。机器人每 5 分钟再试一次。",
        item(
            "把 BOT_WECOM_AIBOT__BOT_ID、BOT_WECOM_AIBOT__SECRET 和管理后台里的对一遍"
            f"（{_AIBOT}），改好后重启机器人。"
        ),
        item("后台里要选“长连接”，不能选“设置接收消息回调地址”。"),
    )


def clock_off(skew_s: int) -> Answer:
    """`skew_s`: our clock minus the platforms', in seconds."""
    return answer(
        heading(f"服务器的时间和平台差 {_span(abs(skew_s))}"),
        f"服务器比平台{'快' if skew_s > 0 else '慢'}。差到一小时，消息就收不进来，签名的群消息也发不出去。",
        item("哪一边不准，机器人看不出来；请管服务器的人校准本机时间，打开自动对时。"),
    )


def _not_taken(platform: Platform) -> str:
    return f"{PLATFORMS[platform]}的消息收不进来"


def _span(seconds: int) -> str:
    """Rounded to the minute, but for what is little more than one."""
    if seconds < _SECONDS_BELOW:
        return f"{seconds} 秒"
    hours, minutes = divmod((seconds + 30) // 60, 60)
    if not hours:
        return f"{minutes} 分钟"
    return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
