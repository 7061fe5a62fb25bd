"""The nearest command words: acted on only for a slip in a question that changes nothing."""

from rapidfuzz import fuzz, process

from messages.commands import Command

# Questions: asking the wrong one costs a line of text and nothing else.
HARMLESS = frozenset(
    {
        Command.HELP, Command.WHO_AM_I, Command.MORE, Command.DEADLINES, Command.MY_HOURS, Command.MY_POINTS, Command.WHAT_IS_MISSING,
        Command.WHY, Command.POINT_LIST, Command.RECOMMEND, Command.MY_EVIDENCE, Command.SCHOOL_RANKING, Command.MY_DATA, Command.MY_PAGE,
        Command.QUEUE, Command.GROUP_PROGRESS, Command.BEHIND, Command.SCHOOL_PROGRESS, Command.SCHOOL_LIST, Command.FILINGS, Command.DELIVERY,
        Command.COUNTY_PROGRESS, Command.RANKING, Command.UNFILED, Command.ACCEPTANCE, Command.APPEALS, Command.STATUS, Command.OFFICE_PAGE,
        Command.DRAFT_BULLETIN,
    }
)  # fmt: skip

_LONGEST = 12
_SURE = 74.0  # one wrong character in four
_NEAR = 45.0

_WORDS = tuple(command.value for command in Command)
_SHOWN = {
    Command.POINT: "微能力 A5", Command.CHOOSE: "选点 <编码> <编码> <编码>", Command.SWAP: "换点 <旧> <新>", Command.SUBMIT: "提交 <编码> <链接>",
    Command.WITHDRAW: "撤回 <编号>", Command.APPEAL: "申诉 <内容>", Command.CASE: "案例 <类别> <链接>", Command.CONSENT: "同意 <编号>",
    Command.DISSENT: "不同意 <编号>", Command.VIEW: "查看 <编号>", Command.APPROVE: "通过 <编号…>", Command.SEND_BACK: "退回 <编号> <原因>",
    Command.REMIND: "提醒 落后", Command.THEME: "研修主题 <内容>", Command.ACTIVITY: "活动 <内容>", Command.BULLETIN: "简报 [月份] <链接>",
    Command.SCOPE: "本校范围 <编码…>", Command.FILE: "备案 <材料> <链接>", Command.SUMMARY: "总结 <链接>", Command.CODE: "绑定码 <姓名>",
    Command.ANNOUNCE: "公告 [对象] <内容>", Command.SCHEDULE: "定时 <时间>", Command.RESEND: "重发 <编号>", Command.CORRECT: "更正 <编号> <内容>",
    Command.REOPEN: "重开 <编号> <原因>", Command.ACCEPT_FILING: "备案通过 <编号>", Command.RETURN_FILING: "备案退回 <编号> <原因>",
    Command.TICK: "打勾 <任务>", Command.UNTICK: "取消打勾 <任务>", Command.ANSWER: "答复 <编号> <内容>", Command.FREEZE: "冻结 <原因>", Command.UNFREEZE: "解冻 <原因>",
    Command.EXPORT: "导出 <验收|未完成|排名>", Command.BIND: "绑定 <姓名> <绑定码>", Command.BIND_GROUP: "绑定本群 <学校|全市>",
}  # fmt: skip


def shown(command: Command) -> str:
    """A line that a person could send for this command."""
    return _SHOWN.get(command, command.value)


def slip_of(text: str) -> Command | None:
    """The one harmless command word that a short text misspells."""
    if not 3 <= len(text) <= 8:
        return None
    best = process.extract(text, _WORDS, scorer=fuzz.ratio, score_cutoff=_SURE, limit=2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    command = Command(best[0][0])
    return command if command in HARMLESS else None


def nearest(text: str) -> tuple[str, ...]:
    """Up to three lines that a person may have meant; the opening of a long text decides."""
    opening = text[:_LONGEST]
    if not opening:
        return ()
    found = process.extract(opening, _WORDS, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)
    starting = [word for word in _WORDS if len(word) > 1 and opening.startswith(word)]
    words = dict.fromkeys((*sorted(starting, key=len, reverse=True), *(word for word, _, _ in found)))
    return tuple(shown(Command(word)) for word in words)[:3]
