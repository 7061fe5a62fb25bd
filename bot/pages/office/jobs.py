"""定时任务: when each job runs, what came of it, and running one for a day now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.jobs.registry import HOUSE, JOBS, RUNS_BY_ITSELF
from bot.pages.office.sought import day as day_in
from bot.pages.visit import Outcome as PageOutcome
from bot.pages.visit import Redirect, Shown, Unfit, Visit
from bot.policy.plan import Day, Job
from bot.policy.timetable import Entry, Outcome, next_opening
from messages.outgoing import answer
from messages.texts.status import outcome_word
from messages.texts.timetable import job_word
from messages.texts.wording import clock_time, listed
from storage import job_requests, job_runs
from storage.job_runs import Ended

_LOOK_BACK: Final = timedelta(days=14)
_MOST_REQUESTS: Final = 10
_TAGS: Final = {Outcome.DONE: "good", Outcome.SKIPPED: "warn", Outcome.FAILED: "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One that came to its end."""

    day: date
    at: datetime
    word: str
    tag: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One job of the timetable."""

    name: str
    word: str
    times: str
    on: bool
    source: str  # where it is switched
    next: datetime | None
    last: Run | None
    wrong: tuple[Run, ...]  # of the last two weeks, not made up
    runs_here: bool  # this version has it


def jobs(visit: Visit) -> PageOutcome:
    ends = job_runs.ends(visit.connection, first=visit.today - _LOOK_BACK)
    of_plan = [_row(visit, Entry(job=job), ends, house=False) for job in visit.plan.jobs]
    of_house = [_row(visit, entry, ends, house=True) for entry in HOUSE]
    requests = job_requests.recent(visit.connection, most=_MOST_REQUESTS)
    return Shown(
        "office/jobs.html",
        "定时任务",
        {
            "of_plan": of_plan,
            "of_house": of_house,
            "requests": [(one, job_word(one.job), _state(one, visit.real_ms)) for one in requests],
            "any_open": any(one.is_open for one in requests),
            "choices": [(name, job_word(name)) for name in JOBS],
        },
    )


def run_job(visit: Visit) -> PageOutcome:
    """Asks for it; the timetable's thread does it, so that no page waits and nothing is held."""
    name, day = visit.asked.form.get("job", ""), day_in(visit.asked.form.get("day", ""))
    if name not in JOBS:
        raise Unfit("选一个要做的任务。")
    if day is None:
        raise Unfit("日期写成 2024-05-20 这样。")
    if day > visit.today:
        raise Unfit(f"{day.isoformat()} 还没有到，今天是 {visit.today.isoformat()}。")
    asker = visit.visitor.person_id
    if not job_requests.ask(visit.connection, name, day, person_id=asker, at=visit.real_ms):
        raise Unfit(f"“{job_word(name)}”{day.isoformat()} 那一次已经在排队了。")
    visit.record("job.asked", {"job": name, "date": day.isoformat()})
    said = answer(
        f"排上了：{job_word(name)} {day.isoformat()}，几秒内开始做，做完在下面“请它做过的”里看结果。",
        "那一天已经做过的不会重复：只做还没做的。",
    )
    return Redirect("/office/jobs", said)


def _row(visit: Visit, entry: Entry, ends: tuple[tuple[str, date, Ended], ...], *, house: bool) -> Row:
    job = entry.job
    runs = [_run(visit, day, one) for name, day, one in ends if name == job.name]
    runs_here = job.name in JOBS
    if house:
        source = "程序自带，不能关"
    elif visit.ground.plan_source.gives(f"jobs.{job.name}.on"):
        source = f"方案文件 {visit.ground.plan_source.file} 的 [jobs.{job.name}]"
    else:
        source = f"程序自带的方案，[jobs.{job.name}]"
    return Row(
        name=job.name,
        word=job_word(job.name),
        times=_times(job, entry.again),
        on=job.on,
        source=source,
        next=next_opening(job, visit.plan, visit.now) if runs_here and entry.again is None else None,
        last=runs[0] if runs else None,
        wrong=tuple(run for run in runs if run.tag in {"warn", "bad"}),
        runs_here=runs_here or job.name in RUNS_BY_ITSELF,
    )


def _run(visit: Visit, day: date, one: Ended) -> Run:
    return Run(
        day=day,
        at=visit.time(one.at),
        word=outcome_word(one.outcome),
        tag=_TAGS.get(one.outcome, ""),
        detail=one.detail,
    )


def _times(job: Job, again: timedelta | None) -> str:
    days = listed(Day(one).value for one in job.days)
    if again is not None:
        until = "" if job.until is None else f"，到 {clock_time(job.until)}"
        return f"{days}从 {clock_time(job.at)} 起{until}，每 {again // timedelta(minutes=1)} 分钟看一次"
    until = "" if job.until is None else f"，错过了补到 {clock_time(job.until)}"
    before = f"；到期前 {job.every_workday_before_due} 天起每个工作日" if job.every_workday_before_due else ""
    return f"{days} {clock_time(job.at)}{until}{before}"


def _state(one: job_requests.Request, now: int) -> str:
    if one.done_at is not None:
        return outcome_word(one.outcome)
    return "正在做" if one.taken_until > now else "排着队"
