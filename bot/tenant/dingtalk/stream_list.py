"""What the list of emulated calls says about DingTalk's stream."""

from bot.tenant.calls import Frame

_TO_BOT, _TO_PLATFORM = "平台 → 机器人", "机器人 → 平台"
_PROTOCOL = "open-dingtalk/developerpedia 的 stream/protocol"

OPEN_SOURCE = f"{_PROTOCOL}；dingtalk-stream 0.24.3"
OPEN_LIMITS = (
    "clientId 或 clientSecret 不对：HTTP 401 authFailed（zfanswer/dify-on-dingtalk#28）",
    "subscriptions 里每项要有 type（CALLBACK、EVENT）和 topic，否则 HTTP 400 systemError（推断）",
    "请求头没有 Accept: application/json 时返回 XML（dingtalk-stream-sdk-nodejs 的注释；格式是推断）",
    "ticket 90 秒内有效，只能用一次，放进地址前要做 URL 编码；无效时握手返回 401（推断）",
)

FRAMES = (
    Frame(
        name="dingtalk.stream",
        direction=_TO_BOT,
        title="机器人消息：CALLBACK /v1.0/im/bot/messages/get",
        limits=(
            "data 是 JSON 字符串；每次推送换新的 messageId，msgId 不变",
            "连着几个客户端时随机给一个；没有订阅这个 topic 的不给",
            "3 秒内没有应答，或者应答不是 200，算没收到，60 秒后再推一次",
        ),
        source=f"{_PROTOCOL}；官方文档 appendix-b-proposals-for-rational-use-of-resources；dingtalk-stream-sdk-nodejs 的注释",
    ),
    Frame(
        name="dingtalk.stream.card",
        direction=_TO_BOT,
        title="卡片回调：CALLBACK /v1.0/card/instances/callback",
        limits=("2 秒内应答，data 里的 response 就是卡片的新内容",),
        source="官方文档 event-callback-card；dingtalk-stream 0.24.3",
    ),
    Frame(
        name="dingtalk.stream.event",
        direction=_TO_BOT,
        title="事件：EVENT *",
        limits=(
            "headers 里有 eventId、eventType、eventCorpId、eventBornTime、eventUnifiedAppId",
            "没有应答，或者应答的 status 是 LATER，60 秒后再推一次，eventId 不变（间隔是推断）",
        ),
        source=_PROTOCOL,
    ),
    Frame(
        name="dingtalk.stream.ping",
        direction=_TO_BOT,
        title="心跳：SYSTEM ping",
        limits=(
            "每 25 秒一次（soimy/openclaw-channel-dingtalk#308 说 20～30 秒）",
            "下一次心跳之前没有把 opaque 原样送回来，平台请它离开（推断）",
        ),
        source=_PROTOCOL,
    ),
    Frame(
        name="dingtalk.stream.disconnect",
        direction=_TO_BOT,
        title="请换一条连接：SYSTEM disconnect",
        limits=("这条连接上不再有消息，10 秒后关闭；不用应答",),
        source=_PROTOCOL,
    ),
    Frame(
        name="dingtalk.stream.keepalive",
        direction=_TO_BOT,
        title="连上和保持连接的通知：SYSTEM CONNECTED、REGISTERED、KEEPALIVE",
        limits=("默认不发，开关打开后才发；不用应答",),
        source="dingtalk-stream-sdk-nodejs",
    ),
    Frame(
        name="dingtalk.stream.ack",
        direction=_TO_PLATFORM,
        title="应答",
        limits=(
            "headers.messageId 照抄，从收到它的那条连接发回；别的连接上发的、来晚了的都不算",
            "code 是整数 200 才算收下；data 是 JSON 字符串，里面是一个对象，或者没有",
        ),
        source=f"{_PROTOCOL}；dingtalk-stream 0.24.3",
    ),
)
