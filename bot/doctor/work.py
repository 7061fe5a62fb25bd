"""What the bot was to do by itself: jobs that did not run, a scheduler that stands still, messages that wait too long."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from bot.clock import SHANGHAI
from bot.doctor.finding import Area, Finding, careful, good
from bot.policy.plan import Plan
from bot.policy.timetable import Outcome
from messages.texts.timetable import job_word
from storage.backlog import PEOPLE, Waiting
from storage.checkup import GoneWrong
from storage.presence import Process

_WORK: Final = Area.WORK
_MINUTE_MS: Final = 60_000
_STANDS_STILL_MS: Final = 15 * _MINUTE_MS  # one job of the house runs every minute
_WAITS_LONG_MS: Final = 2 * 60 * _MINUTE_MS  # groups hear at any hour
_WAITS_LONG_WORKDAYS: Final = 1  # people do not
_MOST_NAMED: Final = 3
_OPTIONAL: Final = frozenset({"link-check"})


def judge_scheduler(last_begun: int | None, now: int) -> Finding:
    """Instants in epoch milliseconds of the real clock."""
    if last_begun is None:
        return careful(
            _WORK, "scheduler", "定时任务还没有跑过。", "机器人运行起来后会自己开始：python -m bot serve。"
        )
    if now - last_begun > _STANDS_STILL_MS:
        say = f"定时任务从 {_moment(last_begun)} 起没有动过。"
        return careful(_WORK, "scheduler", say, "检查机器人在不在运行。")
    return good(_WORK, "scheduler", "定时任务在跑。")


def judge_switches(plan: Plan, known: frozenset[str]) -> list[Finding]:
    """`known`: the jobs that there are. Those that are off until the office wants them are not missed."""
    off = [job.name for job in plan.jobs if not job.on and job.name in known - _OPTIONAL]
    if not off:
        return [good(_WORK, "switches", "方案里的定时任务都开着。")]
    say = f"方案里关着的定时任务：{'、'.join(job_word(name) for name in off)}。"
    return [careful(_WORK, "switches", say, "要开的话，在方案文件的 [jobs.…] 里写 on = true。")]


def judge_gone_wrong(wrong: Sequence[GoneWrong]) -> Finding:
    if not wrong:
        return good(_WORK, "jobs", "最近七天没有错过或没做成的定时任务。")
    said = "；".join(
        f"{one.day} 的{job_word(one.job)}{'没有做成' if one.outcome is Outcome.FAILED else '错过了'}"
        for one in wrong[:_MOST_NAMED]
    )
    more = f"，一共 {len(wrong)} 次" if len(wrong) > _MOST_NAMED else ""
    newest = wrong[0]
    do = f"要补做：python -m bot job {newest.job} --date {newest.day}。"
    return careful(_WORK, "jobs", f"最近七天：{said}{more}。", do)


def judge_undelivered(count: int) -> Finding:
    """Of the last seven days."""
    if not count:
        return good(_WORK, "undelivered", "最近七天的消息都送到了。")
    say = f"最近七天有 {count} 条消息没有送到，还没有人处理。"
    return careful(
        _WORK, "undelivered", say, "在网页后台的“发件箱”里看原因，或运行 python -m bot outbox list。"
    )


def judge_processes(found: Sequence[Process]) -> list[Finding]:
    """Nothing where none is alive: whether the bot runs is asked at its door."""
    if not found:
        return []
    versions = sorted({one.version for one in found})
    if len(versions) == 1:
        named = f"，都是 {versions[0]} 版" if versions[0] else ""
        return [good(_WORK, "processes", f"用这个数据库的 serve 有 {len(found)} 个{named}。")]
    named = "、".join(f"{one.host}（{one.version or '版本不明'}）" for one in found)
    say = f"用这个数据库的 serve 版本不一样：{named}。"
    return [careful(_WORK, "processes", say, "正在升级的话等它做完；不是的话，把旧的升级后重启。")]


def judge_waiting(waiting: Sequence[Waiting], now: int, plan: Plan) -> Finding:
    late = [one for one in waiting if _too_long(one, now, plan)]
    if not late:
        count = sum(one.count for one in waiting)
        say = f"待发的消息有 {count} 条，都不算久。" if count else "没有待发的消息。"
        return good(_WORK, "outbox", say)
    count, oldest = sum(one.count for one in late), min(one.oldest_at for one in late)
    say = f"有 {count} 条消息该发没有发，最早的是 {_moment(oldest)} 的。"
    return careful(_WORK, "outbox", say, "检查机器人在不在运行，上面有没有连不上的平台。")


def _too_long(one: Waiting, now: int, plan: Plan) -> bool:
    if one.to != PEOPLE:
        return now - one.oldest_at > _WAITS_LONG_MS
    return plan.workdays.since(_day(one.oldest_at), _day(now)) > _WAITS_LONG_WORKDAYS


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / 1000, SHANGHAI).date()


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, SHANGHAI):%m月%d日 %H:%M}"
