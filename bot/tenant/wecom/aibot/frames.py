"""The list of what a long connection carries, for the reader."""

from collections.abc import Sequence
from typing import Final

from bot.tenant.calls import Frame

_TO_PLATFORM = "机器人 → 平台"
_TO_BOT = "平台 → 机器人"
_DOC = "官方文档 101463"
_RATE = "回复和主动消息合计每会话 30 条/分、1000 条/时（45009）；流式回复每帧是否计数可选"


def _frame(name: str, direction: str, title: str, limits: Sequence[str], source: str) -> Frame:
    return Frame(name=f"wecom.aibot.{name}", direction=direction, title=title, limits=limits, source=source)


FRAMES: Final = (
    _frame(
        "subscribe",
        _TO_PLATFORM,
        "智能机器人：订阅（aibot_subscribe）",
        (
            "bot_id 或 secret 不对：853000，连接不断开",
            "每个机器人只有一条有效连接：新的订阅会让旧连接收到 disconnected_event，随后被关闭",
            "订阅之前的其他命令被拒绝（代码没有公开，按 853000）",
        ),
        f"{_DOC}；853000 见官方插件",
    ),
    _frame("ping", _TO_PLATFORM, "智能机器人：心跳（ping）", ("90 秒没有心跳，平台关闭连接",), _DOC),
    _frame(
        "msg_callback",
        _TO_BOT,
        "智能机器人：用户的消息（aibot_msg_callback）",
        (
            "群里只有 @机器人 的文字和图文混排；文字前带“@机器人名 ”",
            "图片、语音、文件、视频只在单聊；下载地址 5 分钟有效",
            "同一个人三条消息还在处理时，第四条送不到（可选）",
            "没有连接时丢失，或者留到连上以后（可选）",
        ),
        "官方文档 100719",
    ),
    _frame(
        "event_callback",
        _TO_BOT,
        "智能机器人：事件（aibot_event_callback）",
        ("enter_chat 每人每天一次", "template_card_event、feedback_event 各送一次", "disconnected_event"),
        "官方文档 101027、101463",
    ),
    _frame(
        "respond_welcome_msg",
        _TO_PLATFORM,
        "智能机器人：欢迎语（aibot_respond_welcome_msg）",
        ("只回 enter_chat，5 秒内，一次，否则 846605", "text 或 template_card"),
        _DOC,
    ),
    _frame(
        "respond_msg",
        _TO_PLATFORM,
        "智能机器人：回复消息（aibot_respond_msg）",
        (
            "24 小时内，同一 req_id 可多次；req_id 不对：846605",
            "stream、template_card、stream_with_template_card、markdown、file、image、voice、video，其余 40008",
            "stream.content、markdown.content ≤ 20480 字节（40058）；stream.id 必填；不支持 msg_item",
            "流式回复 6 分钟后或结束后再更新：846608",
            "同一 task_id 的卡片第二次发送不会送达",
            _RATE,
        ),
        f"{_DOC}；846605、846608 见官方插件",
    ),
    _frame(
        "respond_update_msg",
        _TO_PLATFORM,
        "智能机器人：更新卡片（aibot_respond_update_msg）",
        (
            "只回 template_card_event，5 秒内，一次，否则 846605",
            "task_id 与被点的卡片相同（40058）",
            "群里的卡片对所有人一起换，不按 userids 分人",
        ),
        _DOC,
    ),
    _frame(
        "send_msg",
        _TO_PLATFORM,
        "智能机器人：主动消息（aibot_send_msg）",
        (
            "markdown、template_card、file、image、voice、video；text 被拒绝（40008）",
            "只能发到有人对机器人说过话的会话，群的 chatid 区分大小写（93006）",
            "chat_type 1 单聊、2 群；不填或 0 先按群找，其余 40058",
            _RATE,
        ),
        f"{_DOC}；40008 见第三方客户端",
    ),
    _frame(
        "upload_media_init",
        _TO_PLATFORM,
        "智能机器人：上传文件，开始（aibot_upload_media_init）",
        (
            "图片、视频 ≤ 10 MB，语音 ≤ 2 MB，文件 ≤ 20 MB（45001），都要大于 5 字节（40006）",
            "≤ 100 片；每机器人 30 次/分、1000 次/时（45009）",
        ),
        _DOC,
    ),
    _frame(
        "upload_media_chunk",
        _TO_PLATFORM,
        "智能机器人：上传文件，一片（aibot_upload_media_chunk）",
        ("每片编码前 ≤ 512 KB", "chunk_index 从 0 或从 1 数都行，可重传、可乱序", "30 分钟内传完"),
        _DOC,
    ),
    _frame(
        "upload_media_finish",
        _TO_PLATFORM,
        "智能机器人：上传文件，结束（aibot_upload_media_finish）",
        ("少片、大小或 md5 不符被拒绝", "media_id 3 天有效，只能由这个机器人用（40007）"),
        _DOC,
    ),
)
CALLBACKS: Final = (
    _frame(
        "verify",
        _TO_BOT,
        "智能机器人：验证回调地址（GET）",
        ("receiveid 为空", "1 秒内回解密后的原文"),
        "官方文档 90930、101033",
    ),
    _frame(
        "refresh",
        _TO_BOT,
        "智能机器人：流式消息刷新（回调模式）",
        ("约每秒一次，直到 finish 或用户消息后 6 分钟", "只能回同一个 stream.id；最后一帧内容为空会清空气泡"),
        "官方文档 100719、101031",
    ),
)
