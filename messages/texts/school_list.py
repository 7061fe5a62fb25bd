"""本校名单: who of a school is not done, disjoint by the first step that is missing."""

from collections.abc import Sequence
from datetime import date

from bot.policy.school import Listed, Progress
from bot.policy.standing import Step
from messages.outgoing import Answer, Data, answer, item, text
from messages.texts.unit_words import ALL, FILTERS, STEP_NAMES, by_group, by_step, dated, help_for, rate
from messages.texts.wording import live


def counts(school: str, progress: Progress, online: date | None, today: date) -> Answer:
    """How many there are at each step, and which word brings their names."""
    first = text(Data(school), f"{rate(progress.rate)}，没达标 {progress.missing} 人。")
    if not progress.missing:
        return answer(first, dated(online, today))
    return answer(
        first,
        *(
            item(f"{STEP_NAMES[step]} {people} 人：发“本校名单 {FILTERS[step]}”")
            for step, people in progress.steps
        ),
        f"全部名字：发“本校名单 {ALL}”。",
        dated(online, today),
    )


def nobody(school: str, today: date) -> Answer:
    return answer(text(Data(school), "没有在册的人，没有名单可看。"), live(today))


def at_step(school: str, step: Step, people: Sequence[Listed], online: date | None, today: date) -> Answer:
    if not people:
        return answer(text(Data(school), f"没有人停在“{STEP_NAMES[step]}”。"), dated(online, today))
    return answer(
        text(Data(school), f"{STEP_NAMES[step]} {len(people)} 人："),
        *by_group(people),
        help_for(step),
        dated(online, today),
    )


def everybody(school: str, people: Sequence[Listed], online: date | None, today: date) -> Answer:
    if not people:
        return answer(text(Data(school), "在册的人都合格了。"), dated(online, today))
    return answer(
        text(Data(school), f"没达标 {len(people)} 人，按卡在哪一步分："),
        *by_step(people),
        dated(online, today),
    )


def no_such_list(wanted: str) -> Answer:
    words = "".join(f"“{word}”" for word in (*FILTERS.values(), ALL))
    return answer(text("没有“", Data(wanted), f"”这种名单，可以说{words}，例如“本校名单 未选点”。"))
