"""A round of looking at links, asked for by hand; the bot itself makes its rounds in a thread of its own."""

from bot.jobs.job import JobParts, Ran, Slot
from bot.link_check.looking import Looker
from bot.link_check.rounds import job_of
from bot.link_check.watching import LinkWatch
from bot.policy.timetable import Outcome


def link_check(parts: JobParts, _slot: Slot, looker: Looker | None = None) -> Ran:
    """Opens nothing before the office has turned it on."""
    if not job_of(parts.plan).on:
        return Ran(
            outcome=Outcome.NOTHING,
            detail="方案里没有打开（[jobs.link-check] 的 on），一个链接也没有看。",
        )
    watch = LinkWatch(parts.database, parts.plan, parts.catalogue, parts.clock, looker)
    looked = watch.look_once()
    if looked is None:
        return Ran(outcome=Outcome.NOTHING, detail="运行中的机器人正在看，不用再看一遍。")
    if looked.looked == 0:
        return Ran(outcome=Outcome.NOTHING, detail="没有到时间要看的链接。")
    if looked.kept == 0:
        return Ran(
            outcome=Outcome.FAILED, detail="没有一个网站有回应，多半是这台机器上不了外网，什么也没有记。"
        )
    return Ran(
        outcome=Outcome.DONE,
        detail=f"看了 {looked.looked} 个链接，要告诉作者的有 {looked.told} 个。",
        messages=looked.told,
    )
