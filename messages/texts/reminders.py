"""What somebody who is behind reads unasked: the one thing to do next, until when, and how to be left in peace."""

from collections.abc import Sequence

from bot.policy.calendar import days_left
from bot.policy.standing import Step
from messages.outgoing import Answer, Data, Line, Part, answer, quote, text
from messages.texts.next_step import Outlook, next_step
from messages.texts.wording import as_of

_WHERE = {
    Step.NO_ACCOUNT: "你还没有学习账号",
    Step.NO_CHOICE: "你还没有选定微能力点",
    Step.NO_EVIDENCE: "你选的微能力点还有没交材料的",
    Step.RETURNED: "你有一份材料被退回，等你改好再交",
    Step.HOURS: "你的学时还不够",
}
_WEEKS = {7: "一周", 14: "两周"}
_FIGURES = {Step.HOURS}  # steps whose next action names a number


def reminder(outlook: Outlook, *, pause_days: int, by: Sequence[Part] = ()) -> Answer:
    """`by`: who has asked for it, e.g. 教研组长 and the name; nobody for those of the timetable."""
    lines: list[Line | str] = [
        text(*by, "提醒你：" if by else "提醒：", f"{_left(outlook)}{_WHERE[outlook.step]}。"),
        next_step(outlook),
    ]
    if outlook.step in _FIGURES:
        lines.append(as_of(outlook.facts.online_as_of, outlook.today))
    lines.append(quote(f"{span(pause_days)}内不想收提醒，回复“别提醒我”。"))
    return answer(*lines)


def leader(title: str, name: str) -> tuple[Part, ...]:
    """Who has asked for a reminder: '教研组长' and a name."""
    return (title, Data(name))


def span(days: int) -> str:
    return _WEEKS.get(days, f" {days} 天")


def _left(outlook: Outlook) -> str:
    if outlook.due is None:
        return ""
    left = days_left(outlook.today, outlook.due)
    return f"还有 {left} 天，" if left else "今天是最后一天，"
