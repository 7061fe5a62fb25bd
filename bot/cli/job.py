"""`job`: runs one job of the timetable, now."""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.cli.context import Context
    from bot.jobs.job import JobFunction, Ran
    from bot.jobs.running import ByHand
    from storage.job_runs import Ended

JobName = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="任务名，和方案里 [jobs] 的一样，例如 daily-ranking。", show_default=False
    ),
]


def job(
    name: JobName,
    day: Annotated[
        str | None,
        typer.Option("--date", metavar="YYYY-MM-DD", help="为哪一天运行；不写就是今天。", show_default=False),
    ] = None,
    deliver: Annotated[bool, typer.Option("--deliver", help="等着发的消息马上发出去，发完再结束。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象，给程序读。")] = False,
) -> None:
    """Any day and any hour; what was done for the date is not done again."""
    from bot.cli.context import open_context
    from bot.cli.faults import OperatorFault
    from bot.policy.timetable import Outcome

    function = _function(name)
    wanted = None if day is None else _date(day)
    with open_context(needs_key=deliver, judging=True) as context:
        today = context.clock.now().date()
        wanted = today if wanted is None else wanted
        if wanted > today:
            raise OperatorFault(f"{wanted.isoformat()} 还没有到，今天是 {today.isoformat()}")
        done = _run(context, name, function, wanted)
        ran, before = done.ran, done.before
        if ran.outcome is Outcome.FAILED:
            raise OperatorFault(_heading(name, wanted) + ran.detail)
        if deliver:
            _deliver(context)
        waiting = _waiting(context)
    if as_json:
        print(json.dumps(_as_json(name, wanted, ran, waiting), ensure_ascii=False))
        return
    print(_heading(name, wanted) + ran.detail)
    if before is not None and before.outcome is Outcome.DONE and not ran.messages:
        print(_done_before(before))
    print(_what_waits(waiting, delivered=deliver))


def _function(name: str) -> "JobFunction":
    """Raises BadParameter for one that nobody knows."""
    from rapidfuzz import fuzz, process

    from bot.jobs.registry import JOBS

    if name in JOBS:
        return JOBS[name]
    near = process.extractOne(name, list(JOBS), scorer=fuzz.ratio, score_cutoff=60)
    guess = f"，是不是 {near[0]}？" if near else f"，能运行的有：{'、'.join(JOBS)}"
    raise typer.BadParameter(f"没有任务 {name!r}{guess}")


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise typer.BadParameter(f"看不懂日期 {day!r}，要写成 2024-05-20 这样") from None


def _run(context: "Context", name: str, function: "JobFunction", day: date) -> "ByHand":
    """Raises OperatorFault while somebody else runs it."""
    from bot.cli.faults import OperatorFault
    from bot.jobs.job import JobParts
    from bot.jobs.running import run_by_hand

    parts = JobParts(
        database=context.database,
        plan=context.plan,
        catalogue=context.catalogue,
        clock=context.clock,
        secret_key=context.secret_key,
    )
    done = run_by_hand(parts, name, function, day)
    if done is None:
        raise OperatorFault(f"{_heading(name, day)}正有别的程序在做，请过几分钟再看")
    return done


def _heading(name: str, day: date) -> str:
    from messages.texts.timetable import job_word

    return f"{job_word(name)} {day.isoformat()}："


def _done_before(before: "Ended") -> str:
    from datetime import datetime

    from bot.clock import SHANGHAI

    at = datetime.fromtimestamp(before.at / 1000, SHANGHAI)
    return f"这一天已经做过（{at:%Y-%m-%d %H:%M}）：{before.detail}"


def _deliver(context: "Context") -> None:
    import asyncio

    from bot.app import deliver_now

    asyncio.run(deliver_now(context.parts()))


def _waiting(context: "Context") -> int:
    from storage.backlog import backlog

    with context.database.reading() as connection:
        return sum(one.count for one in backlog(connection).waiting)


def _what_waits(waiting: int, *, delivered: bool) -> str:
    if not waiting:
        return "没有消息等着发。"
    if delivered:
        return f"还有 {waiting} 条消息现在发不出去，运行中的 serve 会接着发，原因见日志。"
    return f"现在有 {waiting} 条消息等着发，运行中的 serve 会发出去；没有 serve 在运行，就再加 --deliver。"


def _as_json(name: str, day: date, ran: "Ran", waiting: int) -> dict[str, object]:
    return {
        "job": name,
        "date": day.isoformat(),
        "outcome": ran.outcome.value,
        "detail": ran.detail,
        "messages": ran.messages,
        "waiting": waiting,
    }
