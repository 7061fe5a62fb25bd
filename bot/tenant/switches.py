"""What the sources disagree about or leave open: each reading can be chosen; the default is the likelier one."""

from dataclasses import dataclass, field
from typing import Any

_PLAIN = (("否", False), ("是", True))


def _switch(default: object, title: str, *choices: tuple[str, object]) -> Any:
    return field(default=default, metadata={"title": title, "choices": choices or _PLAIN})


@dataclass(slots=True)
class Switches:
    """One attribute each; `title` and `choices` of the fields are what the page shows."""

    wecom_same_token: bool = _switch(True, "企业微信：有效期内再取 token，给同一个")
    wecom_long_text: str = _switch(
        "refuse", "企业微信：群 webhook 文本超过 2048 字节", ("拒绝（40058）", "refuse"), ("截断", "cut")
    )
    wecom_long_markdown: str = _switch(
        "refuse", "企业微信：应用消息的 markdown 超过 2048 字节", ("拒绝（45002）", "refuse"), ("截断", "cut")
    )
    wecom_compares_with_all: bool = _switch(True, "企业微信：重复检查也和没有开检查的请求比")
    wecom_retry_fresh: bool = _switch(True, "企业微信：重发回调时换新的签名和密文")
    aibot_encrypted_ids: bool = _switch(False, "智能机器人：发来加密的 userid（wo…）")
    aibot_response_url: bool = _switch(True, "智能机器人：长连接的消息里带 response_url")
    aibot_frames_count: bool = _switch(False, "智能机器人：流式回复的每一帧都计入频率")
    aibot_keeps_messages: bool = _switch(False, "智能机器人：没有连接时先留着消息")
    aibot_stream_since: str = _switch(
        "first",
        "智能机器人：长连接里流式回复的 6 分钟从哪里算起",
        ("第一帧", "first"),
        ("用户的消息", "message"),
        ("上一帧", "last"),
    )
    aibot_stream_with_card: bool = _switch(True, "智能机器人：长连接里可以流式回复加卡片")
    aibot_kicked_by: str = _switch(
        "frame", "智能机器人：被挤掉的长连接怎样结束", ("WebSocket 关闭帧", "frame"), ("直接断开 TCP", "cut")
    )
    aibot_at_most_three: bool = _switch(True, "智能机器人：同一个人三条消息还在处理时，第四条送不到")
    dingtalk_repeats_http: bool = _switch(True, "钉钉：HTTP 回调没有应答时重发")
    dingtalk_repeats_stream: bool = _switch(True, "钉钉：Stream 消息没有应答时重发")
    dingtalk_stream_greets: bool = _switch(False, "钉钉：Stream 里也发 CONNECTED、REGISTERED、KEEPALIVE")
    dingtalk_created_as_text: bool = _switch(False, "钉钉：createAt 用字符串")
    dingtalk_code_as_text: bool = _switch(False, "钉钉：webhook 的 errcode 用字符串")
    dingtalk_rate_code: int = _switch(
        410100, "钉钉：webhook 超过频率时的错误码", ("410100", 410100), ("130101", 130101)
    )
    dingtalk_unknown_token: int = _switch(
        400101,
        "钉钉：webhook 的 access_token 不存在时",
        ("400101", 400101),
        ("300001", 300001),
        ("300005", 300005),
    )
    dingtalk_bad_token_status: int = _switch(
        400, "钉钉：token 无效时的 HTTP 状态", ("400", 400), ("401", 401)
    )
    dingtalk_outsider_id: str = _switch(
        "absent",
        "钉钉：外部人员的 senderStaffId",
        ("没有这个字段", "absent"),
        ("空字符串", "empty"),
        ("null", "null"),
    )
    dingtalk_quota_used_up: bool = _switch(False, "钉钉：本月额度用完，消息不带内容")
    dingtalk_quota_names: str = _switch(
        "errorCode", "钉钉：额度用完时的字段名", ("errorCode", "errorCode"), ("errCode", "errCode")
    )
    dingtalk_card_names: str = _switch(
        "content", "钉钉：卡片回调的字段名", ("content", "content"), ("value", "value")
    )
    dingtalk_dtmd_in_group: bool = _switch(False, "钉钉：群里点 dtmd 按钮，机器人能收到")
    dingtalk_session_seconds: int = _switch(
        5400, "钉钉：sessionWebhook 的有效期", ("90 分钟", 5400), ("30 秒", 30), ("24 小时", 86400)
    )
    dingtalk_session_limited: bool = _switch(False, "钉钉：sessionWebhook 也限每分钟 20 条")
    dingtalk_stream_bytes: int = _switch(
        0, "钉钉：卡片流式内容单次的上限", ("不限", 0), ("1 KB", 1024), ("3 KB", 3072)
    )
