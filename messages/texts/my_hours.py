"""我的学时: what is there, what is missing, what to do next."""

from bot.policy.plan import Requirement
from messages.outgoing import Answer, answer
from messages.texts.next_step import Outlook, missing, next_step, state_lines
from messages.texts.wording import as_of, of_target


def my_hours(outlook: Outlook, rule: Requirement) -> Answer:
    facts = outlook.facts
    online = "暂无数据" if facts.online is None else of_target(facts.online, rule.online)
    practice = of_target(facts.practice, rule.practice)
    together = of_target((facts.online or 0) + facts.practice, rule.together)
    verdict = "已经合格" if outlook.gaps.none else "还没有合格"
    lines = [f"线上 {online}，实践 {practice}，合计 {together}，{verdict}。"]
    if not outlook.gaps.none:
        lines.append(f"还差：{missing(outlook.gaps)}。")
    return answer(
        *lines, next_step(outlook), *state_lines(facts.state), as_of(facts.online_as_of, outlook.today)
    )
