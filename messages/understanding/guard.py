"""One guard for every order that changes something: denied, asked, supposed or told of, it is not an order."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.line import Line, ask
from messages.understanding.links import LINK
from messages.understanding.nearest import shown

_CLAUSE = expression(r"[,。!;\n]+")
# What may stand between a denial and the verb that it denies.
_FILLER = r"(?:再|说|要|想|打算|着急|急着|急|给|我们?|你们?|他们?|她们?|大家|先|忙着|都|全部?|现在|就|马上|随便|乱|轻易|直接|让|去|太早|[#\d、号编 ABCabc]{1,12}+){0,4}"  # bounded: the words overlap
_BETWEEN = rf"{_FILLER}(?:把[^,。!]{{1,12}}?)?{_FILLER}"
_DENIAL = (
    r"(?:别|不要|不用|不必|不想|不能|不许|不准|不让|不该|不同意|甭|莫|先不|暂不|暂时不|还没|没有|没|未|不)"
)
_ASKED = expression(
    r"(?:吗|么|没有?|不|不行|没)[?\s]*$|[?]|能不能|要不要|是不是|该不该|可不可以|可否|有没有|会不会|用不用|怎么|咋|如何|为什么|为啥|凭什么|凭啥|谁|哪|多少|什么时候|啥时候|(?P<verb>[\u4e00-\u9fff])不(?P=verb)|应该|还是"
)
_SUPPOSED = expression(r"如果|要是|假如|万一|的话|听说|据说|被|已经|刚刚?(?:被|已)|[完好过]了?以后|之后")

# The words that do the harm. Commands whose readers judge questions and notes by themselves stand here too:
# a denial directly before the verb holds for all.
_VERBS: dict[Command, str] = {
    Command.CHOOSE: "选|报|定", Command.SWAP: "换|替|改", Command.WITHDRAW: "撤|收回", Command.APPROVE: "通过|过|批|合格|优秀", Command.SEND_BACK: "退|打回|驳回",
    Command.ANNOUNCE: "发|公告|通知", Command.REMIND: "提醒|催", Command.CONFIRM: "确认", Command.REOPEN: "重开|重新|打开|解锁", Command.RESEND: "重发|再发|补发|重新|发",
    Command.CORRECT: "更正|勘误|订正", Command.ACCEPT_FILING: "备案|通过|过", Command.RETURN_FILING: "退|打回|驳回", Command.BIND: "绑", Command.BIND_GROUP: "绑",
    Command.CONSENT: "同意|授权", Command.DISSENT: "说不同意", Command.SCOPE: "放|选|报|定|加|改|提交", Command.SCHEDULE: "定时|定在|定到",
    Command.FILE: "备案|交|报|收|传|提交", Command.SUMMARY: "交|报|收|传|提交", Command.CASE: "交|报|收|传|提交|推荐", Command.BULLETIN: "交|报|收|传|提交|发",
    Command.CODE: "发|生成|给|要",
}  # fmt: skip
_DENIED = {
    command: expression(
        (r"(?:别|甭|莫|先不|暂不|不要(?=把|换)|没)" if command is Command.SWAP else _DENIAL)
        + _BETWEEN
        + f"(?:{verbs})"
    )
    for command, verbs in _VERBS.items()
}
# 交不交, 发不发; 先别发 behind the word that opens the line.
_UNDECIDED = expression(r"([交报发撤退选换放开收传])不\1|要不要|该不该|用不用")
_STOPPED = expression(
    r"^[^,。:\n]{0,12}?(?:公告|通知|总结|简报|案例|备案|规划|方案|主题|活动|范围|确认)[\s,]*(?:的?事)?(?:先|暂时)?(?:都)?(?:别|不要|甭|先不|暂不|不用)(?:再|急着|着急|给我)?(?:发|交|报|收|传|弄|写|改|定|提|备|记|登)"
)
# Why something is to be done, not a denial: '没发成功的再发一遍', '没收到的补发'.
_REASONED = expression(r"[没未](?:有)?(?:发|送|收|传|看|推)(?:成功|到|出去|出|送|达)?(?:的|$)")
# An order that opens a text of its own: what follows the opening is content.
_CONTENT = frozenset({Command.ANNOUNCE, Command.CORRECT, Command.THEME, Command.ACTIVITY})
_STOPPABLE = _CONTENT | {Command.FILE, Command.SUMMARY, Command.CASE, Command.BULLETIN, Command.SCOPE}


_OF_NUMBERS = frozenset(
    {
        Command.WITHDRAW, Command.VIEW, Command.APPROVE, Command.SEND_BACK, Command.REOPEN, Command.CONSENT, Command.DISSENT,
        Command.ACCEPT_FILING, Command.RETURN_FILING, Command.ANSWER, Command.CORRECT,
    }
)  # fmt: skip
_TOO_LONG = expression(r"\d{7,}")


def in_doubt(text: str, verb: re.Pattern[str]) -> bool:
    """Whether the last clause with this verb is denied, asked, supposed or told; False without the verb."""
    clauses = [clause for clause in _CLAUSE.split(text) if verb.search(clause)]
    if not clauses:
        return False
    clause = clauses[-1].strip()
    denied = re.compile(f"{_DENIAL}{_BETWEEN}(?:{verb.pattern})")
    if denied.search(clause) or _ASKED.search(clause):
        return True
    return any(_SUPPOSED.search(each) for each in clauses)


def guarded(understood: Understood, line: Line) -> Understood:
    """The order itself, or a question back where the line denies it."""
    command = understood.command
    if command in _OF_NUMBERS and (
        _TOO_LONG.search(_order_part(understood, line)) or _TOO_LONG.fullmatch(understood.arguments.note)
    ):
        # A number that there cannot be would else be left out, and another item be meant.
        return ask(shown(command), "我的材料", "待审")
    if command not in _VERBS and command not in _STOPPABLE:
        return understood
    said = _order_part(understood, line)
    denied = _DENIED.get(command)
    said = _REASONED.sub("", said)
    doubted = denied is not None and denied.search(said)
    if not doubted and command in _STOPPABLE:
        doubted = _STOPPED.search(line.plain[:60]) or (
            command not in (Command.THEME, Command.ACTIVITY) and _UNDECIDED.search(line.plain[:12])
        )
    if not doubted:
        return understood
    arguments = understood.arguments
    return ask(
        shown(command), "帮助", codes=arguments.codes, numbers=arguments.numbers, links=arguments.links
    )


def _order_part(understood: Understood, line: Line) -> str:
    """The line without its content: a reason, a note and a text may deny whatever they like."""
    arguments, raw, plain = understood.arguments, line.heard.raw, line.plain
    if understood.command in _CONTENT and (opened := re.search(r"公告|通知|更正|勘误|订正", plain[:40])):
        return plain[: opened.end()]
    for content in (arguments.reason, arguments.note, arguments.text):
        masked = content.removesuffix(line.glued)  # as it stands in `raw`
        for link in line.placed:
            masked = masked.replace(link, LINK, 1)
        at = raw.find(masked) if masked else -1
        if at >= 0:
            plain = f"{plain[:at]}。{plain[at + len(masked) :]}"
            break
    return plain.replace(LINK, "。")[:200]
