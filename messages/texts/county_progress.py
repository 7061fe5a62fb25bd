"""全市进度: the county's total, a line for each 学段, and the schools that have reached the goal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.review import Level
from bot.policy.school import Band, Progress, SchoolRate
from messages.outgoing import Answer, Data, Line, answer, item, text
from messages.texts.leader_summary import Desk, desk_lines
from messages.texts.unit_changes import Since, changed_lines
from messages.texts.unit_changes import hands as by_hands
from messages.texts.unit_words import BANDS, completion, excluded_lines, missing_lines, online_lines, rate
from messages.texts.wording import as_of, listed, live


@dataclass(frozen=True, slots=True)
class BandLine:
    """The schools of one 学段 together."""

    band: Band
    schools: int
    complete: tuple[str, ...]  # names of those at 100 %
    rate: SchoolRate


def county_progress(  # noqa: PLR0913 - a county has that many parts
    county: str,
    progress: Progress | None,
    bands: Sequence[BandLine],
    *,
    unranked: int,
    in_group: bool,
    today: date,
    since: Since | None = None,
    hands: Sequence[tuple[Level, int]] = (),
    desk: Desk | None = None,
) -> Answer:
    """`unranked`: how many units are not in the total. No `progress`: there is nobody.

    `since`: the asker's last summary; `hands`: in whose hands what waits for review is.
    """
    if progress is None:
        return answer(text(Data(county), "还没有在册的人。先导入学校和参训名单。"), live(today))
    lines: list[Line | str] = [
        text(Data(county), f"{rate(progress.rate)}，{completion(progress.rate)}。"),
        *excluded_lines(progress.rate),
        *missing_lines(progress),
        *changed_lines(since),
        *online_lines(progress),
    ]
    lines += [in_hands] if (in_hands := by_hands(hands)) else []
    lines += [item(_band(band)) for band in bands]
    complete = [name for band in bands for name in band.complete]
    if complete:
        lines.append(text(f"全部合格的学校 {len(complete)} 所：", Data(listed(complete)), "。"))
    if unranked:
        lines.append(f"不参与排名的单位 {unranked} 个，没有算进来。")
    lines += [] if desk is None else desk_lines(desk)
    if not in_group:
        lines.append("下一步：发“验收”，看各校还缺什么。")
    return answer(*lines, as_of(progress.as_of, today))


def _band(line: BandLine) -> str:
    done = f"{len(line.complete)} 所全部合格" if line.complete else "还没有学校全部合格"
    return f"{BANDS[line.band]} {line.schools} 所：{rate(line.rate)}，{completion(line.rate)}，{done}"
