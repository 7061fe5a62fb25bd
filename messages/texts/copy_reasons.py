"""Why a copy of an announcement did not arrive, or stays where it is, and what to do about it."""

from typing import Final

from bot.policy.copies import Closed, Fate, Recall, Target

MAYBE: Final = "可能已经收到，不会自动再发"
# The bot's own reasons: storage.undelivered, storage.claims, storage.recalls, bot.delivery.fate.
_FAILED: Final = {
    "expired": "两星期没发出去，过时了；要补发就重发",
    "leave": "平台不收这一条",
    "again": "平台一直没有收；过后可以重发",
    "": "原因不明，请告诉管理机器人的人",
}
_UNCERTAIN: Final = {
    "doubt": f"平台没有回答，{MAYBE}",
    "forgotten": f"平台一直没有回答，{MAYBE}",
    "account moved": f"账号换了人，{MAYBE}",
    "withdrawn": "撤回时正在发，可能已经收到",
}
_STAYS: Final = {
    "said with an answer": "随机器人的回答一起发的，平台不能撤回",
    "no recall": "群机器人发的，平台不能撤回",
    "no receipt": "平台没有给消息编号，不能撤回",
    "too late": "过了平台允许撤回的时间",
}
_WAYS: Final = {
    "wecom.app": "企业微信应用",
    "dingtalk.robot": "钉钉机器人",
    "dingtalk.group": "钉钉群",
    "wecom.aibot": "企业微信智能机器人",
    "wecom.aibot.people": "企业微信智能机器人",
    "wecom.webhook": "企业微信群机器人",
    "dingtalk.webhook": "钉钉群机器人",
    "answer": "随回答",
}


def because(one: Target) -> str:
    """Of a copy that failed or is uncertain; without a full stop."""
    if one.fate is Fate.UNCERTAIN:
        return _UNCERTAIN.get(one.reason) or _said(one.reason, one.why) + f"，{MAYBE}"
    if one.closed is Closed.ENDED:
        return "这个群已经解绑；重新绑定后可以重发"
    if one.closed is Closed.STOPPED:
        return _stopped(one)
    if one.reason == "stopped":
        return "发的时候群停发了，现在已经恢复；可以重发"
    if one.reason == "expired" and not one.is_group and not one.outlet:
        return "两星期里没有绑定账号，或者没能私信；绑定后可以重发"
    later = "；本人下次找我时会听到" if one.heard_later else ""
    return (_FAILED.get(one.reason) if not one.why else "") or _said(one.reason, one.why) + later


def stays(outlet: str, reason: str, why: str) -> str:
    """Why something that was seen cannot be taken back."""
    if reason in _STAYS:
        return _STAYS[reason]
    return (f"{_WAYS[outlet]}：" if outlet in _WAYS else "") + _said(reason, why)


def way(outlet: str) -> str:
    """Empty where it never went anywhere."""
    return _WAYS.get(outlet, outlet)


def recall_words(one: Target) -> str:
    """Empty where nobody has asked for it."""
    match one.recall:
        case Recall.NONE:
            return ""
        case Recall.ASKED:
            return "正在撤回"
        case Recall.TAKEN_BACK:
            return "已撤回"
        case Recall.STAYS:
            return "撤不回：" + stays(one.outlet, one.recall_reason, one.recall_why)


def _stopped(one: Target) -> str:
    """The platform's words, where this copy was the one that it refused."""
    code = f"（错误码 {one.stopped_for}）" if one.stopped_for else ""
    refusal = one.why.rstrip("。") if one.why else "平台连着拒收"
    return f"{refusal}，已停止往这个群发{code}；处理好后重新绑定这个群"


def _said(reason: str, why: str) -> str:
    code = f"错误码 {reason}" if reason and reason not in _FAILED and reason not in _UNCERTAIN else ""
    if why:
        return why.rstrip("。") + (f"（{code}）" if code else "")
    return f"平台拒收（{code}）" if code else _FAILED[""]
