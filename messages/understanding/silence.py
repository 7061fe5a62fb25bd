"""What needs no answer: 收到, 谢谢, 好的, 👍."""

import re

_WORD = (
    r"收到|已?收悉|谢谢您?|谢了|谢啦|谢|感谢|多谢|辛苦您?了?|辛苦|麻烦您?了|好的|好嘞|好滴|好哒|好勒|好呢|好吧|好|行|可以|中|成|妥了?|得嘞|得了|嗯呐|恩|哦|噢|喔|额|呃"
    r"|知道|晓得|明白|了解|懂|清楚|已阅|已读|阅|遵命|没问题|没事|对|是的?|嗯|[oO][kK]|[kK]|[oO]了|okay|哈|呵|嘿|嘻|早上好|上午好|中午好|下午好|晚上好|早安|晚安|早"
    r"|节日快乐|新年快乐|新年好|过年好|欧了|周末愉快|周末快乐|加油|厉害|真棒|太棒了?|棒|赞|给力|牛|必须的|3[qQ]|[tT]hx|[tT]hanks?|[tT]hank you|谢谢分享|打卡|签到|已完成|已经?确认|再见|拜拜|88|6|11|\+1|1"
)
_ENDING = r"老师们?|领导们?|主任|校长|园长|组长|同志|您|你|大家|各位|助手|小助手|机器人|了|啦|喽|咯|啊|呀|哈|呢|哟|吧|的|哒|滴|哇|嘞"
# Possessive, for words and endings overlap: nothing is tried twice.
_SILENT = re.compile(
    rf"(?:(?:大家|各位|老师|主任|领导|校长|园长|我|已|已经|确认|都)?(?:{_WORD})(?:{_ENDING})*+)++"
)
_EXPRESSION = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]")
# An acknowledgement with a promise, which asks for nothing: '收到，马上弄'.
_PROMISE = re.compile(
    r"(?:收到|好的|好嘞|好|明白|知道了|嗯嗯?|行|没问题)了?[,，。!、 ]*(?:我|我们|这就|就|马上|立刻|立即|现在|一会儿?|等会儿?|尽快|抓紧|今天|明天|回头|下午|晚上|稍后|待会儿?|准备)[^A-Za-z0-9吗?怎咋啥么]{0,10}"
)
# 确认 16 is an order, though 1 and 6 alone are said for 好的.
_CONFIRMED = re.compile(r"确认\d+")
# The button below a copy names its announcement.
_RECEIVED = re.compile(r"收到\d{1,6}")
_NOISE = re.compile(r"[^\w+]+|_+")  # emoji, punctuation, blanks


def needs_no_answer(text: str) -> bool:
    """`text` is in comparable form."""
    if len(text) > 60:
        return False
    bare = _NOISE.sub("", _EXPRESSION.sub("", text))
    if not bare:
        return bool(text)
    if _CONFIRMED.fullmatch(bare):
        return False
    if _RECEIVED.fullmatch(bare):
        return True
    return _SILENT.fullmatch(bare) is not None or _PROMISE.fullmatch(text.rstrip("。!~ ")) is not None
