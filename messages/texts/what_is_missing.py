"""还差什么: one line, and the next single action."""

from messages.outgoing import Answer, answer
from messages.texts.next_step import Outlook, missing, next_step, state_lines
from messages.texts.wording import as_of


def what_is_missing(outlook: Outlook) -> Answer:
    first = "什么都不差，已经合格。" if outlook.gaps.none else f"还差：{missing(outlook.gaps)}。"
    facts = outlook.facts
    return answer(
        first, next_step(outlook), *state_lines(facts.state), as_of(facts.online_as_of, outlook.today)
    )
