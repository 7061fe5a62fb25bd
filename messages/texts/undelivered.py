"""What waits or was not delivered, for the office: what it is, how it ended, why, and what to do about it."""

from typing import Final

from bot.policy.outgoing import Kind

KINDS: Final = {
    Kind.NOTICE: "通知",
    Kind.REPLY: "私信回答",
    Kind.ALARM: "故障提醒",
    Kind.RANKING: "排名",
    Kind.CORRECTION: "更正",
    Kind.ANNOUNCEMENT: "公告",
    Kind.URGENT: "加急公告",
    Kind.SUMMARY: "进度汇总",
    Kind.REMINDER: "提醒",
    Kind.TRIAL: "测试消息",
}
# The bot's own reasons: storage.undelivered, storage.claims, storage.recalls, storage.aftermath, bot.delivery.fate.
_WHY: Final = {
    "expired": "过时了",
    "stopped": "群已停发",
    "forgotten": "平台一直没有回答",
    "overtaken": "提醒的事已经做了",
    "account moved": "账号换了人",
    "withdrawn": "撤回了",
    "dismissed": "项目办说不用发了",
    "doubt": "平台没有回答",
    "restored": "数据库从备份恢复过，不知道发过没有",
    "leave": "平台不收",
    "again": "平台一直没有收",
    "": "原因不明",
}
_CURES: Final = {
    "expired": "说的事还有用，就单条再发；排名、提醒过了时间，不用再发。",
    "stopped": "先到“各群”里看为什么停发，处理好后重新绑定，没过时的会自己接着发。",
    "forgotten": "可能已经送到。先问一声对方收到没有；没收到，再单条再发。",
    "overtaken": "不用管。",
    "account moved": "不用管：为了不让别人看到，没有再发。",
    "withdrawn": "不用管。",
    "dismissed": "不用管；改了主意可以单条再发。",
    "doubt": "可能已经送到。先问一声对方收到没有；没收到，再单条再发。",
    "restored": "可能已经送到。先问一声对方收到没有；没收到，再单条再发。",
    "leave": "平台不收这一条，再发也一样；换一种说法另发一次。",
    "again": "多半是网络或平台出过问题，恢复后再发一次就行。",
}
_ASK: Final = "照平台的说法处理好，再发一次；处理不了，把错误码告诉管服务器的人。"


def kind_word(kind: Kind) -> str:
    return KINDS[kind]


def reason_words(reason: str, why: str = "") -> str:
    """`why`: the platform's words, with the cure, where they are known. Without a full stop."""
    if reason in _WHY and not why:
        return _WHY[reason]
    said = why.rstrip("。")
    if reason in _WHY:
        return said
    return f"{said}（错误码 {reason}）" if said else f"平台的错误码 {reason}"


def cure(reason: str) -> str:
    """What somebody of the office does about it."""
    return _CURES.get(reason, _ASK)
