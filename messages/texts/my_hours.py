"""我的学时: what is there, what is missing, what to do next."""

from bot.policy.plan import Requirement
from messages.outgoing import Answer, answer
from messages.texts.next_step import Outlook, missing, next_step, state_lines
from messages.texts.wording import as_of, hours


def my_hours(outlook: Outlook, rule: Requirement) -> Answer:
    facts = outlook.facts
    online = "还没有数据" if facts.online is None else f" {hours(facts.online)}"
    together = hours((facts.online or 0) + facts.practice)
    verdict = "已经合格" if outlook.gaps.none else "还没有合格"
    first = (
        f"线上{online}，实践 {hours(facts.practice)}，合计 {together}，{verdict}"
        f"（要求线上 {hours(rule.online)}、实践 {hours(rule.practice)}）。"
    )
    lines = [first]
    if not outlook.gaps.none:
        lines.append(f"还差：{missing(outlook.gaps)}。")
    return answer(
        *lines, next_step(outlook), *state_lines(facts.state), as_of(facts.online_as_of, outlook.today)
    )
