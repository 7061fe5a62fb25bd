"""When nobody is written to unasked (rules, section 8)."""

from datetime import datetime, timedelta

from bot.policy.plan import Quiet
from bot.policy.workdays import Workdays


def may_disturb(moment: datetime, quiet: Quiet, workdays: Workdays) -> bool:
    """Whether a message may go out that nobody has asked for; `moment` by the programme's clock."""
    return workdays.is_workday(moment.date()) and not _is_quiet(moment, quiet)


def next_allowed(moment: datetime, quiet: Quiet, workdays: Workdays) -> datetime:
    """The moment itself where people may be written to; else the next end of the quiet time on a workday."""
    if may_disturb(moment, quiet, workdays):
        return moment
    opening = datetime.combine(moment.date(), quiet.end, moment.tzinfo)
    while opening < moment or not workdays.is_workday(opening.date()):
        opening += timedelta(days=1)
    return opening


def _is_quiet(moment: datetime, quiet: Quiet) -> bool:
    """The first minute of the quiet time belongs to it, its end does not."""
    now = moment.time()
    if quiet.start < quiet.end:
        return quiet.start <= now < quiet.end
    return now >= quiet.start or now < quiet.end
