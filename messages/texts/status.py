"""状态: whether the bot hears and delivers, how old the figures are, and what has to be looked at."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.policy.timetable import Outcome
from messages.outgoing import Answer, Data, Line, answer, heading, item
from messages.texts.timetable import job_word
from messages.texts.wording import clock_time, day, full_day, listed, live

_MOST_GROUPS = 3
_MOST_JOBS = 3
_OUTCOMES = {
    Outcome.DONE: "做了",
    Outcome.NOTHING: "没有要做的",
    Outcome.SKIPPED: "错过了",
    Outcome.FAILED: "没有做成",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The newest run of one job."""

    name: str
    day: date
    at: datetime | None  # when it ended; None = it is under way, or was cut off
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that is looked at; instants by the programme's clock."""

    now: datetime
    online: date | None  # 数据截至
    stale_days: int  # so old is the data, where that is too old; 0 = it is not
    heard_at: datetime | None  # the newest message of anybody
    sent_at: datetime | None  # the newest delivery
    waiting: int
    waiting_since: datetime | None
    waits_long: bool
    failed: int  # given up, and nobody has seen to it
    uncertain: int
    resting: tuple[str, ...]  # platforms that have asked for a pause
    groups: int  # bound
    stopped: tuple[str, ...]  # groups
    silent: tuple[str, ...]  # groups that should have received something
    scheduler_still_since: datetime | None  # the timetable has not moved for long; None = it runs
    jobs: tuple[Job, ...]  # newest first
    wrong_jobs: tuple[Job, ...]  # of the last week, not made up

    @property
    def faults(self) -> int:
        """How many things somebody has to look at."""
        return sum(
            map(
                bool,
                (
                    self.stale_days,
                    self.waits_long,
                    self.failed + self.uncertain,
                    self.resting,
                    self.stopped,
                    self.silent,
                    self.scheduler_still_since,
                    self.wrong_jobs,
                ),
            )
        )


def status(of: Status) -> Answer:
    opening = f"有 {of.faults} 处要看一看。" if of.faults else "收发正常，没有要处理的。"
    lines: list[Line | str] = [heading(opening), *_data(of), *_ways(of), *_groups(of), *_jobs(of)]
    lines.append("原因和办法都在网页上：发“后台”。" if of.faults else "要看详细的：发“后台”。")
    return answer(*lines, live(of.now.date()))


def outcome_word(outcome: Outcome | None) -> str:
    return "还没有做完" if outcome is None else _OUTCOMES[outcome]


def _data(of: Status) -> list[Line]:
    if of.online is None:
        return [item("还没有导入线上学时。")]
    old = f"，已经 {of.stale_days} 天没有更新" if of.stale_days else ""
    return [item(f"线上数据截至 {full_day(of.online)}{old}。")]


def _ways(of: Status) -> list[Line]:
    heard = "还没有人发来消息" if of.heard_at is None else f"最近收到 {_moment(of.heard_at, of.now)}"
    sent = "还没有发出过" if of.sent_at is None else f"最近发出 {_moment(of.sent_at, of.now)}"
    lines = [item(f"{heard}，{sent}。")]
    if of.waiting and of.waiting_since is not None:
        slow = "，等得太久了" if of.waits_long else ""
        lines.append(item(f"等着发的 {of.waiting} 条，最早 {_moment(of.waiting_since, of.now)} 的{slow}。"))
    else:
        lines.append(item("没有等着发的。"))
    if of.failed or of.uncertain:
        parts = [f"没送到 {of.failed} 条"] if of.failed else []
        parts += [f"不确定送到没有 {of.uncertain} 条"] if of.uncertain else []
        lines.append(item(f"还没有处理的：{'，'.join(parts)}。"))
    if of.resting:
        lines.append(item(f"{listed(of.resting)}暂时不让发，到时间自己恢复。"))
    return lines


def _groups(of: Status) -> list[Line]:
    lines = []
    for word, names in (("停发的群", of.stopped), ("该收却没收到的群", of.silent)):
        if names:
            more = "等" if len(names) > _MOST_GROUPS else ""
            shown = Data(listed(names[:_MOST_GROUPS]))
            lines.append(item(f"{word} {len(names)} 个：", shown, f"{more}。"))
    if not lines:
        lines.append(item(f"绑定的群 {of.groups} 个，都在发。" if of.groups else "还没有绑定群。"))
    return lines


def _jobs(of: Status) -> list[Line]:
    lines = []
    if of.scheduler_still_since is not None:
        lines.append(item(f"定时任务从 {_moment(of.scheduler_still_since, of.now)} 起没有动过。"))
    if of.wrong_jobs:
        lines.append(item(f"最近一周没做好的定时任务：{listed(map(_job, of.wrong_jobs[:_MOST_JOBS]))}。"))
    lines.append(
        item(
            f"最近的定时任务：{listed(map(_job, of.jobs[:_MOST_JOBS]))}。"
            if of.jobs
            else "定时任务还没有跑过。"
        )
    )
    return lines


def _job(job: Job) -> str:
    at = "" if job.at is None else f" {clock_time(job.at)}"
    return f"{job_word(job.name)} {day(job.day)}{at} {outcome_word(job.outcome)}"


def _moment(at: datetime, now: datetime) -> str:
    return clock_time(at) if at.date() == now.date() else f"{day(at.date())} {clock_time(at)}"
