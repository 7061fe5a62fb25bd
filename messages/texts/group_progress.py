"""本组进度: how far the groups are that somebody leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.quota import Quota
from bot.policy.review import Level
from bot.policy.school import Progress
from messages.outgoing import Answer, Data, Line, answer, heading, text
from messages.texts.review_words import quota_line
from messages.texts.unit_changes import Since, changed_lines, whose_turn
from messages.texts.unit_words import (
    Queue,
    completion,
    excluded_lines,
    missing_lines,
    online_lines,
    rate,
    waiting,
)
from messages.texts.wording import as_of, live


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Everything that is said of one group."""

    name: str
    progress: Progress | None  # None = nobody active
    queue: Queue | None
    school: str
    quota: Quota | None  # of the school
    since: Since | None = None  # the asker's last summary
    hands: tuple[tuple[Level, int], ...] = ()  # in whose hands the queue is


def group_progress(
    groups: Sequence[Group], *, to_review: bool, warn_percent: int, in_group: bool, today: date
) -> Answer:
    """`to_review`: whether anything waits that the asker may decide; what is their own they may not."""
    lines: list[Line | str] = []
    for group in groups:
        if len(groups) > 1:
            lines.append(heading(Data(group.name)))
        lines += _group(group, warn_percent, in_group=in_group)
    shown = [group.progress for group in groups if group.progress is not None]
    if not shown:
        return answer(*lines, live(today))
    newest = max((one.as_of for one in shown if one.as_of is not None), default=None)
    return answer(*lines, _next(shown, to_review=to_review), as_of(newest, today))


def _group(group: Group, warn_percent: int, *, in_group: bool) -> list[Line | str]:
    if group.progress is None or group.quota is None:
        return [text(Data(group.name), "没有在册的人，没有进度可看。")]
    of = group.progress.rate
    return [
        text(Data(group.name), f"{rate(of)}，{completion(of)}。"),
        *excluded_lines(of),
        *missing_lines(group.progress),
        *changed_lines(group.since),
        *online_lines(group.progress),
        quota_line(group.school, group.quota, warn_percent),
        waiting(group.queue, in_group=in_group) + whose_turn(group.hands),
    ]


def _next(shown: Sequence[Progress], *, to_review: bool) -> str:
    if to_review:
        return "下一步：发“待审”，把等着的审了。"
    if any(progress.behind for progress in shown):
        return "下一步：发“落后名单”，看谁卡在哪一步。"
    if any(progress.missing for progress in shown):
        return "下一步：材料在等审核，你暂时不用做什么。"
    return "下一步：都合格了，不用再做什么。"
